"""`teamboard goal` with its verbs; those beside `list` and `add` are in `goal_verbs`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal, get_args

import click

from teamboard.actions.base import Action, find_member
from teamboard.actions.batch import goals_for
from teamboard.actions.goals import AddTeamGoal, add_or_propose
from teamboard.cli.alignment import parse_shares
from teamboard.cli.commands import SuggestingGroup
from teamboard.cli.goal_verbs.closing import close, reopen
from teamboard.cli.goal_verbs.edits import edit, remove
from teamboard.cli.goal_verbs.handing_over import hand_over
from teamboard.cli.shared.completion import complete_goals
from teamboard.cli.shared.options import board_options
from teamboard.cli.shared.output import print_json
from teamboard.cli.shared.session import Session, pass_session
from teamboard.cli.shared.values import parse_day, parse_milestones, parse_number
from teamboard.domain.board import AnyGoal, Board
from teamboard.domain.forecast.figures import Forecasts
from teamboard.domain.ids import RecordId, to_record_id
from teamboard.domain.records import (
    GOAL_KINDS,
    Activity,
    DoneOrNot,
    Goal,
    GoalKind,
    Measure,
    Metric,
    Milestones,
    RollUp,
    TeamGoal,
)
from teamboard.domain.sanitize import shell_command
from teamboard.render import board_json
from teamboard.render.format import describe_terms, describe_value, percent, status_word
from teamboard.render.goals.confirmations import describe_added, title_warning
from teamboard.render.line_layout import fit


@click.command()
@board_options
@click.option("--member", metavar="MEMBER", help="One member's goals only.")
@click.option("--team", is_flag=True, help="The team goals only.")
@click.option("--json", "as_json", is_flag=True, help="As JSON; docs/json.md describes it.")
@pass_session
def goals(session: Session, member: str | None, team: bool, as_json: bool) -> None:
    """List the goals with their ids."""
    shown = session.shown(session.store().load())
    board = shown.board
    found: tuple[AnyGoal, ...]
    if member:
        member = find_member(board, member).handle
        found = board.open_goals_of(member)
    else:
        found = board.open_team_goals if team else board.open_goals
    if as_json:
        forecasts = Forecasts(shown)
        print_json([board_json.goal_json(shown, g, forecasts) for g in found])
        return
    owners = [] if team else [m.handle for m in board.members if member in (None, m.handle)]
    for g in (*found, *(g for handle in owners for g in board.proposed_goals_of(handle))):
        now = shown.standing(g)
        value = describe_value(g.measure, now, shown.board.number_format)
        click.echo(
            f"{fit(g.id, 6)}{fit(g.owner, 12)} {fit(g.title, 40)} {percent(now.progress):>6}"
            f"  {fit(status_word(now, shown.day), 12)} {value}"
        )


@click.group(cls=SuggestingGroup)
def goal() -> None:
    """List the goals, add one, or change one."""


@goal.command("add")
@board_options
@click.argument("title")
@click.option("--owner", metavar="MEMBER", help="Whose goal it is; yours, if you don't say.")
@click.option("--for", "owners", metavar="MEMBERS", help="One for each: ana,ben, all or reports-of:mara.")
@click.option("--team", is_flag=True, help="A goal of the whole team.")
@click.option("--kind", type=click.Choice(GOAL_KINDS), default="result", show_default=True)
@click.option("--target", metavar="NUMBER", help="A metric's target, such as 900k.")
@click.option("--start", metavar="NUMBER", default="0", help="A metric's start.  [default: 0]")
@click.option("--per", type=(click.Choice(["week"]), str), metavar="week NUMBER", help="A number to do each week.")
@click.option("--unit", default="", help="The unit of a metric or a number per week, such as € or calls.")
@click.option("--milestone", "milestones", multiple=True, metavar="NAME[=WEIGHT]", help="May be repeated.")
@click.option("--align", "aligned", multiple=True, metavar="T1[=60]", help="The team goal it serves; may be repeated.")
@click.option(
    "--drives",
    type=to_record_id,
    metavar="G4",
    shell_complete=complete_goals,
    help="The goal of the same owner to which a number per week leads.",
)
@click.option(
    "--serves", type=to_record_id, metavar="T1", help="The team goal that a team goal serves, and adds up into."
)
@click.option("--weight", metavar="NUMBER", default="1", show_default=True, help="What it counts beside others.")
@click.option(
    "--starts",
    metavar="DAY",
    help="First day; if you don't say, the period's, and this week's Monday for a number per week.",
)
@click.option("--due", metavar="DAY", help="Last day: 2026-12-31 or today+30.")
@click.option("--why", default="", metavar="TEXT", help="Why it matters, what good looks like.")
@click.option(
    "--rolls-up",
    type=click.Choice(get_args(RollUp)),
    default="mean",
    help="Where a team goal's progress comes from.",
)
@pass_session
def add(
    session: Session,
    title: str,
    owner: str | None,
    owners: str | None,
    team: bool,
    kind: GoalKind,
    target: str | None,
    start: str,
    per: tuple[str, str] | None,
    unit: str,
    milestones: tuple[str, ...],
    aligned: tuple[str, ...],
    drives: RecordId | None,
    serves: RecordId | None,
    weight: str,
    starts: str | None,
    due: str | None,
    why: str,
    rolls_up: Literal["own", "mean", "sum"],
) -> None:
    """Set a goal: a metric with --target, a number --per week, a list of --milestone, or neither: done or not.

    A result goal of your own is proposed to your manager; skill and career goals of your own hold at once. Who gets a
    goal from somebody else is asked to acknowledge it; not so for goals that come from a file: `init --from`.

    \b
    teamboard goal add "ARR Iberia" --owner ana --target 1.2M --unit € --align T1
    teamboard goal add "Discovery calls" --owner ana --per week 10 --unit calls --drives G4
    teamboard goal add "Demos" --for ana,ben --target 10 --unit demos
    teamboard goal add "Tender course" --owner ben --kind career --milestone "Part 1" --milestone Exam=2
    teamboard goal add "New ARR" --team --target 4.2M --unit € --rolls-up sum
    teamboard goal add "ARR Iberia" --team --target 2M --unit € --rolls-up sum --serves T1
    """
    store, shown, actor = session.open()
    measure = _measure(session, shown.board, target, start, per, unit, milestones)
    today = shown.day
    action: Action
    if owners is not None and (owner or team or drives):
        raise click.UsageError("With --for leave out --owner, --team and --drives.")
    if team:
        if aligned:
            raise click.UsageError("A team goal is what others are aligned to: leave out --align, or say --serves.")
        if drives:
            raise click.UsageError("Only a member's goal drives another: leave out --drives or --team.")
        action = AddTeamGoal(
            title=title,
            owner=owner,
            measure=measure,
            starts=parse_day(starts, today),
            due=parse_day(due, today),
            rolls_up=rolls_up,
            serves=serves,
            why=why,
        )
    elif serves:
        raise click.UsageError("Only a team goal serves another one: say --team, or --align.")
    else:
        terms: dict[str, Any] = {
            "title": title,
            "measure": measure,
            "starts": parse_day(starts, today),
            "due": parse_day(due, today),
            "weight": parse_number(weight, session, shown.board),
            "aligned": parse_shares(aligned, session, shown.board),
            "why": why,
        }
        if owners is not None:
            action = goals_for(shown.board, owners, today, kind=kind, **terms)
        else:
            terms["drives"] = drives or None
            action = add_or_propose(shown.board, actor, owner or actor.member or "", kind, **terms)
    commit = store.commit(action, actor)
    made: Sequence[AnyGoal] = commit.all_created(TeamGoal) if team else commit.all_created(Goal)
    answer = ""
    if commit.board.is_proposed(made[0].id):
        agree = shell_command("revision", "agree", made[0].id)
        answer = f", who answers with {agree} or `decline {made[0].id}`"
    told = describe_terms(made[0], shown.board.number_format)
    click.echo(f"{describe_added(commit.board, *made)}{answer}. {told[0].upper()}{told[1:]}.")
    if warning := title_warning(*made):
        click.echo(warning, err=True)


def _measure(
    session: Session,
    board: Board,
    target: str | None,
    start: str,
    per: tuple[str, str] | None,
    unit: str,
    milestones: tuple[str, ...],
) -> Measure:
    given = [name for name, value in (("--target", target), ("--per week", per), ("--milestone", milestones)) if value]
    if len(given) > 1:
        raise click.UsageError(f"Give {given[0]} or {given[1]}, not both.")
    if per is not None:
        return Activity(unit=unit, per_week=parse_number(per[1], session, board))
    if target is not None:
        goal = parse_number(target, session, board)
        return Metric(unit=unit, start=parse_number(start, session, board), target=goal)
    return Milestones(milestones=parse_milestones(milestones, session, board)) if milestones else DoneOrNot()


goal.add_command(goals, "list")
for verb in (edit, remove, close, reopen, hand_over):
    goal.add_command(verb)
