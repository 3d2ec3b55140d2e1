"""`teamboard checkin`: a rep's update in one line."""

from __future__ import annotations

import click
from msgspec.structs import replace

from teamboard.actions.base import find_goal
from teamboard.actions.check_ins import CheckInGoal
from teamboard.cli.shared.completion import complete_goals
from teamboard.cli.shared.options import board_options
from teamboard.cli.shared.screens import ask_inline
from teamboard.cli.shared.session import Session, pass_session
from teamboard.cli.shared.values import ValueCommand, in_one_way, parse_day
from teamboard.domain.errors import Unlikely
from teamboard.domain.ids import RecordId, to_record_id
from teamboard.domain.input_parsing import parse_corrected_value, parse_value
from teamboard.domain.records import CheckIn, DoneOrNot
from teamboard.render.format import check_in_line


@click.command(cls=ValueCommand)
@board_options
@click.argument("goal", type=to_record_id, required=False, shell_complete=complete_goals)
@click.argument("value", required=False)
@click.option("-m", "--note", default="", help="What happened.")
@click.option("--confidence", type=click.IntRange(0, 10), help="How sure you are to get there, 0 to 10.")
@click.option("--call", metavar="VALUE", help="What you expect to reach by the due day.")
@click.option("--best", metavar="VALUE", help="What you reach if all goes well.")
@click.option("--next", "next_step", default="", metavar="TEXT", help="The next step.")
@click.option("--blocked", "blocker", metavar="TEXT", help="What help you want with; '' if none any more.")
@click.option("--done", multiple=True, metavar="MILESTONE", help="A milestone reached; may be repeated.")
@click.option("--undone", multiple=True, metavar="MILESTONE", help="A milestone not reached after all.")
@click.option("-y", "--yes", is_flag=True, help="Do not ask about a value or call that is unlikely.")
@click.option("--on", metavar="DAY", help="The day it is about, if it is late: 2026-11-23 or today-2.")
@pass_session
def checkin(
    session: Session,
    goal: RecordId | None,
    value: str | None,
    note: str,
    confidence: int | None,
    call: str | None,
    best: str | None,
    next_step: str,
    blocker: str | None,
    done: tuple[str, ...],
    undone: tuple[str, ...],
    yes: bool,
    on: str | None,
) -> None:
    """Say where GOAL stands, a VALUE such as 812000, 812k, +4, -4 or done.

    For a goal with a number per week the VALUE is what you have done this week so far.

    \b
    teamboard checkin G12 812000 -m "Acme signed" --confidence 8
    teamboard checkin G14 +4 --blocked "legal is slow"
    teamboard checkin G12 812000 --call 1.1M --best 1.3M    where it will end
    teamboard checkin G17 --done "Pilot live"
    teamboard checkin G12 790000 --on today-3    a late one; a newer value stays
    teamboard checkin                            asks: which goal, which value
    """
    if goal is None:
        click.echo(ask_inline(session, "check in"))
        return
    numbers = [text for text in (value, call, best) if text is not None]
    if not any((numbers, done, undone, note, next_step)) and confidence is None and blocker is None:
        raise click.UsageError("Give a value, such as 812000 or +4, or --done MILESTONE.")
    store, shown, actor = session.open()
    measure = find_goal(shown.board, goal).measure if numbers else DoneOrNot()
    numbers_as = shown.board.number_format

    def expected(typed: str | None) -> float | None:
        if typed is None:
            return None
        return in_one_way(lambda text: parse_corrected_value(text, measure, numbers_as), typed, session)

    to, change = None, None
    if value is not None:
        to, change = in_one_way(lambda text: parse_value(text, measure, numbers_as), value, session)
    action = CheckInGoal(
        goal=goal,
        value=to,
        change=change,
        done=done,
        undone=undone,
        note=note,
        confidence=confidence,
        next_step=next_step,
        blocker=blocker,
        on=parse_day(on, shown.day),
        call=expected(call),
        best=expected(best),
        ask=not yes,
    )
    try:
        commit = store.commit(action, actor)
    except Unlikely as unlikely:
        if not session.may_ask:
            raise
        if not click.confirm(f"{unlikely.what}. Is it right?", err=True):
            click.echo("Nothing was changed.")
            return
        commit = store.commit(replace(action, ask=False), actor)
    [check_in] = commit.all_created(CheckIn)
    click.echo(check_in_line(session.shown(commit.board), check_in))
