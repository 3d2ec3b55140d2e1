"""`teamboard period next` and `teamboard period report`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import click

from teamboard.actions.base import find_goal, require
from teamboard.actions.periods import BeginPeriod
from teamboard.cli.commands import SuggestingGroup
from teamboard.cli.shared.options import board_options
from teamboard.cli.shared.output import print_json, print_lines, width
from teamboard.cli.shared.screens import run_app
from teamboard.cli.shared.session import Session, has_screen, pass_session
from teamboard.cli.shared.values import in_one_way, parse_day
from teamboard.domain import report as reports
from teamboard.domain.board_on_day import view_of_period
from teamboard.domain.commit_log import HistoryEntry
from teamboard.domain.errors import NoTeam, NotFound, Refused
from teamboard.domain.goals.progress import progress
from teamboard.domain.history.log import history_of
from teamboard.domain.ids import RecordId, to_record_id
from teamboard.domain.periods import all_periods, find_period
from teamboard.domain.periods.rollover import Choice, parse_percent, parse_target, raised_targets, usual_choices
from teamboard.domain.sanitize import shell_command
from teamboard.render.activity_log import describe_commit
from teamboard.render.charts.slides import report_charts
from teamboard.render.documents.report import report_csv, report_html, report_json, report_markdown
from teamboard.render.format import describe_reached, goal_label
from teamboard.render.goals.rollover import describe_turn
from teamboard.render.report import report_lines
from teamboard.services.archiving import archive_offered, offered_archive
from teamboard.store.base import BoardUnwritable, StoreError

if TYPE_CHECKING:
    from teamboard.actions.base import Actor
    from teamboard.domain.board import AnyGoal, Board
    from teamboard.domain.history.archive import ArchiveOffer
    from teamboard.domain.records import Period
    from teamboard.store.base import Store


EVERY = "all"


@click.group(cls=SuggestingGroup)
def period() -> None:
    """The period: its result, and the next one."""


@period.command("next")
@board_options
@click.option(
    "--carry",
    type=to_record_id,
    multiple=True,
    metavar="GOAL",
    help="Goes on until the new period's end; this is the default.",
)
@click.option(
    "--renew",
    multiple=True,
    metavar="GOAL[=TARGET]",
    help="Is closed, and begins again from 0, with a new target: G1=400k, G1=+10%, or all, all=+10% for every result.",
)
@click.option("--drop", type=to_record_id, multiple=True, metavar="GOAL", help="Is given up.")
@click.option("--close", type=to_record_id, multiple=True, metavar="GOAL", help="Is closed as missed.")
@click.option("--name", default="", help="The new period's name; it follows from the last one's.")
@click.option("--starts", metavar="DAY", help="Its first day; the day after the last period.")
@click.option("--ends", metavar="DAY", help="Its last day; that of the team's calendar, or as long as the last.")
@click.option("--no-archive", is_flag=True, help="Keep what is older than `team --archive-after` on the board.")
@click.option("-y", "--yes", is_flag=True, help="Do not ask for confirmation.")
@pass_session
def following(
    session: Session,
    carry: tuple[RecordId, ...],
    renew: tuple[str, ...],
    drop: tuple[RecordId, ...],
    close: tuple[RecordId, ...],
    name: str,
    starts: str | None,
    ends: str | None,
    no_archive: bool,
    yes: bool,
) -> None:
    """Close the period and begin the next one.

    What is unfinished is carried over unless you say otherwise; the rest is closed as achieved or missed. A team goal
    that sums begins again with its carriers. `--renew all` renews every result, while skills and career carry on.
    What is older than `team --archive-after` is then archived, as `board archive` does it. On a terminal, without any
    choice, a screen asks for all of them. `undo` takes the new period back. If only the archive fails, the new period
    stands, and the exit code is not 0.

    \b
    teamboard period next --renew G12=400k --drop G14 --close G20
    teamboard period next --renew all=+10% --carry G7
    """
    store, shown, actor = session.open()
    board = shown.board
    today = shown.day
    named: dict[Choice, tuple[RecordId, ...]] = {"carry": carry, "drop": drop, "close": close}
    choices, targets = _choices(session, board, named, renew)
    if not (choices or name or starts or ends or no_archive or yes) and has_screen():
        require(board, actor, BeginPeriod.verb)
        offer = run_app(session, store, shown.loaded, actor, first="period")
        _say_what_began_on_screen(session.shown(store.load()).board, board)
        _archive(store, offer, actor)
        return
    action = BeginPeriod(
        choices=choices,
        targets=targets,
        name=name,
        starts=parse_day(starts, today),
        ends=parse_day(ends, today),
        closes=board.team.period.name if board.team else None,
    )
    commit = store.commit(action, actor)
    _say_what_began(commit.board, commit.entry)
    if board.team and commit.board.team and (unusual := describe_turn(board.team.period, commit.board.team.period)):
        click.echo(f"{unusual}. If that is not meant, {shell_command('undo')} takes it back.")
    _archive(store, None if no_archive else offered_archive(store, commit.board, today), actor)


def _choices(
    session: Session, board: Board, named: dict[Choice, tuple[RecordId, ...]], renew: tuple[str, ...]
) -> tuple[dict[RecordId, Choice], dict[RecordId, float]]:
    """The choice for each goal that was named, and the targets of those that are renewed with another one, by id.

    Raises NotFound and Refused for what can't be read, and for a goal that is named twice.
    """
    renewals = [(name.strip(), target.strip() if sign else None) for name, sign, target in map(_parted, renew)]
    every = [target for name, target in renewals if name.casefold() == EVERY]
    if len(every) > 1:
        raise Refused("--renew all is given twice.")
    goals = [(find_goal(board, name), target) for name, target in renewals if name.casefold() != EVERY]
    choices: dict[RecordId, Choice] = {}
    for choice, goal_ids in (*named.items(), ("renew", tuple(goal.id for goal, _ in goals))):
        for goal_id in goal_ids:
            if goal_id in choices:
                both = f"can't be both: {choices[goal_id]} and {choice}"
                raise Refused(f"{goal_id} {'is named twice' if choices[goal_id] == choice else both}.")
            choices[goal_id] = choice
    targets = {goal.id: _target(session, board, goal, target) for goal, target in goals if target is not None}
    if every:
        renewed = [i for i, choice in usual_choices(board).items() if choice == "renew" and i not in choices]
        choices |= dict.fromkeys(renewed, "renew")
        targets |= {} if every[0] is None else raised_targets(board, renewed, _percent(board, every[0]))
    return choices, targets


def _parted(text: str) -> tuple[str, str, str]:
    return text.partition("=")


def _percent(board: Board, text: str) -> float:
    """The change of all targets in per cent. Raises Refused if it is something else."""
    percent = parse_percent(text, board.number_format)
    if percent is None:
        raise Refused(f"{text!r} is not a change in per cent: write all=+10%, or name the goal for a target, G1=400k.")
    return percent


def _target(session: Session, board: Board, goal: AnyGoal, text: str) -> float:
    """The new target that was typed for a goal. Raises Refused, with the goal."""
    try:
        return in_one_way(lambda typed: parse_target(typed, goal, board.number_format), text, session)
    except Refused as error:
        raise Refused(f"{goal.id}: {error}") from None


def _archive(store: Store, offer: ArchiveOffer | None, actor: Actor) -> None:
    """Archive what is old, and print what came of it. The period that has begun stands, also where this fails.

    Raises Refused or BoardUnwritable, so that a script learns it from the exit code.
    """
    if offer is None:
        return
    failed = "The period has begun, but the archive failed: "
    try:
        archived = archive_offered(store, offer, actor)
    except Refused as error:
        raise Refused(f"{failed}{error}") from error
    except StoreError as error:
        raise BoardUnwritable(f"{failed}{error}") from error
    click.echo(archived.describe())
    click.echo(archived.describe_place())


def _say_what_began_on_screen(board: Board, before: Board) -> None:
    """Print what the rollover screen has begun, if anything."""
    team = board.team
    if team is None or before.team is None or team.period == before.team.period:
        click.echo("Nothing was changed.")
        return
    _say_what_began(board, history_of(board).get(team.earlier[-1].revision))


def _say_what_began(board: Board, entry: HistoryEntry | None) -> None:
    """Print the commit that began a period (the period's name alone, if its entry is archived), and the days."""
    if board.team is None:
        return
    period = board.team.period
    began = describe_commit(board, entry) if entry else period.name
    click.echo(f"{began} · {period.starts} to {period.ends}")
    for team_goal in board.open_team_goals:
        if team_goal.starts == period.starts and team_goal.rolls_up == "sum" and (share := progress(board, team_goal)):
            reached = describe_reached(board, team_goal, share)
            click.echo(
                f"{goal_label(team_goal)} begins at {reached}, by what is carried: renew that too to begin at 0."
            )


@period.command("report")
@board_options
@click.option("--period", "name", metavar="NAME", help="Which period: its name or its first day; the one that runs.")
@click.option(
    "--to",
    "form",
    type=click.Choice(["md", "html", "json", "csv"]),
    help="As Markdown, a web page, JSON, or CSV for a spreadsheet.",
)
@pass_session
def report(session: Session, name: str | None, form: Literal["md", "html", "json", "csv"] | None) -> None:
    """Print a period's result beside that of the period before; as CSV, what members and goals attained.

    In CSV all numbers have a decimal point, however the team writes its own.

    \b
    teamboard period report
    teamboard period report --period "Q3 2026" --to html > q3.html
    teamboard period report --to csv > q4.csv
    """
    _, shown, _ = session.open()
    board = shown.board
    found = chosen_period(board, name)
    now, earlier = reports.report(shown, found), reports.report_before(shown, found)
    if form == "json":
        print_json(report_json(board, now, earlier))
    elif form == "csv":
        click.echo(report_csv(board, now), nl=False)
    elif form == "html":
        click.echo(report_html(shown, now, earlier, report_charts(view_of_period(shown, found), found)), nl=False)
    elif form == "md":
        click.echo(report_markdown(shown, now, earlier), nl=False)
    else:
        print_lines(report_lines(shown, now, earlier, width()))


def chosen_period(board: Board, name: str | None) -> Period:
    """The period of that name, or the one that runs; raises NotFound if there is none."""
    if board.team is None:
        raise NoTeam
    if name is None:
        return board.team.period
    found = find_period(board, name)
    if found is None:
        there = ", ".join(p.name for p in all_periods(board))
        raise NotFound(f"There is no period {name!r}; there is: {there}.")
    return found
