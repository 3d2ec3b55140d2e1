"""`teamboard goal edit`: what a goal says of itself, and a check-in that was wrong; `teamboard goal remove`."""

from __future__ import annotations

import click
import msgspec

from teamboard.actions.base import find_goal
from teamboard.actions.check_ins import CorrectCheckIn, find_check_in
from teamboard.actions.goal_changes.edits import EditGoal, RemoveGoal
from teamboard.cli.shared.completion import complete_goals
from teamboard.cli.shared.options import board_options
from teamboard.cli.shared.session import Session, pass_session
from teamboard.cli.shared.values import in_one_way, parse_number
from teamboard.domain.errors import Refused
from teamboard.domain.ids import RecordId, to_record_id
from teamboard.domain.input_parsing import parse_corrected_value
from teamboard.domain.sanitize import shell_command
from teamboard.render import format
from teamboard.render.format import describe_terms

NONE = "none"
"""The word for nothing driven, and for no call or best case."""


@click.command()
@board_options
@click.argument("goal", type=to_record_id, shell_complete=complete_goals)
@click.option("--title", metavar="TEXT", help="The new title.")
@click.option("--why", metavar="TEXT", help="The note: why it matters, what good looks like.")
@click.option("--weight", metavar="NUMBER", help="What it counts beside others; the manager sets it.")
@click.option("--unit", metavar="TEXT", help="A metric's unit, such as € or calls; the manager sets it.")
@click.option(
    "--drives",
    metavar="G4|none",
    shell_complete=complete_goals,
    help="The goal of the same owner to which a number per week leads.",
)
@click.option("--checkin", type=to_record_id, metavar="C12", help="Correct that check-in, with --value or --note.")
@click.option("--value", metavar="NUMBER", help="The right value of the check-in, such as 41k or done.")
@click.option("--done", multiple=True, metavar="MILESTONE", help="A milestone that had been reached; may be repeated.")
@click.option("--undone", multiple=True, metavar="MILESTONE", help="One that had not been reached; may be repeated.")
@click.option("--note", metavar="TEXT", help="The right note of the check-in.")
@click.option("--call", metavar="NUMBER|none", help="The right call of the check-in; none takes it away.")
@click.option("--best", metavar="NUMBER|none", help="The right best case of the check-in; none takes it away.")
@click.option("--target", hidden=True)
@click.option("--start", hidden=True)
@click.option("--due", hidden=True)
@click.option("--per-week", hidden=True)
@pass_session
def edit(
    session: Session,
    goal: RecordId,
    title: str | None,
    why: str | None,
    weight: str | None,
    unit: str | None,
    drives: str | None,
    checkin: RecordId | None,
    value: str | None,
    done: tuple[str, ...],
    undone: tuple[str, ...],
    note: str | None,
    call: str | None,
    best: str | None,
    target: str | None,
    start: str | None,
    due: str | None,
    per_week: str | None,
) -> None:
    """Change GOAL's title, note, weight or unit, or what it drives, or correct one of its check-ins.

    Target, start, due day and the number per week are revised: `teamboard revise`. The old value stays in the log.

    \b
    teamboard goal edit G5 --title "ARR Iberia" --why "Half of the year's plan"
    teamboard goal edit G5 --weight 2
    teamboard goal edit G9 --drives G5
    teamboard goal edit G5 --checkin C12 --value 41k     `show --goal G5` lists the check-ins
    """
    terms = {"target": target, "start": start, "due": due, "per-week": per_week}
    given = {name: text for name, text in terms.items() if text is not None}
    if given:
        raise Refused(_revise_instead(goal, given))
    about_goal = (title, why, weight, unit, drives)
    about_checkin = bool(done or undone) or any(text is not None for text in (value, note, call, best))
    if checkin is None and about_checkin:
        raise click.UsageError("Say which check-in, with --checkin C12; `teamboard show --goal` lists them.")
    if checkin is not None and any(text is not None for text in about_goal):
        raise click.UsageError("Correct a check-in by itself: leave out --title, --why, --weight, --unit and --drives.")
    if checkin is not None and not about_checkin:
        raise click.UsageError("Give the right --value or --note of the check-in.")
    if checkin is None and all(text is None for text in about_goal):
        raise click.UsageError(
            "Give --title, --why, --weight, --unit or --drives; or --checkin with its --value or --note."
        )
    if checkin is not None:
        corrected = CorrectCheckIn(
            checkin=checkin,
            done=done,
            undone=undone,
            note=note,
            without_call=call == NONE,
            without_best=best == NONE,
        )
        click.echo(_correct(session, goal, corrected, {"value": value, "call": call, "best": best}))
        return
    store, shown, actor = session.open()
    action = EditGoal(
        goal=goal,
        title=title,
        why=why,
        weight=None if weight is None else parse_number(weight, session, shown.board),
        unit=unit,
        drives=None if drives is None else RecordId("") if drives == NONE else to_record_id(drives),
    )
    edited = find_goal(store.commit(action, actor).board, goal)
    told = describe_terms(edited, shown.board.number_format)
    click.echo(f"{format.goal_label(edited)} of {edited.owner} is changed: {told}. `undo` takes it back.")


@click.command()
@board_options
@click.argument("goal", type=to_record_id, shell_complete=complete_goals)
@pass_session
def remove(session: Session, goal: RecordId) -> None:
    """Remove GOAL, on which nothing is built yet: no check-in, feedback or revision, nothing aligned to it.

    Any other goal can be closed.
    """
    store, shown, actor = session.open()
    removed = find_goal(shown.board, goal)
    store.commit(RemoveGoal(goal=removed.id), actor)
    click.echo(f"{format.goal_label(removed)} is removed. `undo` takes it back.")


def _correct(
    session: Session,
    goal: RecordId,
    action: CorrectCheckIn,
    typed: dict[str, str | None],
) -> str:
    """Correct a check-in, with the numbers as typed, by name; the answer in one line."""
    store, shown, actor = session.open()
    before = find_check_in(shown.board, action.checkin)
    found = find_goal(shown.board, goal)
    if before.goal != found.id:
        raise Refused(f"{before.id} is a check-in of {before.goal}, not of {found.id}.")
    numbers_as = shown.board.number_format
    numbers = {
        name: in_one_way(lambda typed: parse_corrected_value(typed, found.measure, numbers_as), text, session)
        for name, text in typed.items()
        if text is not None and (name == "value" or text != NONE)
    }
    board = store.commit(msgspec.structs.replace(action, checkin=before.id, **numbers), actor).board
    after = find_check_in(board, before.id)
    now = format.amount(after.value, found.measure, numbers_as)
    what = format.describe_corrected(before, after, found.measure, numbers_as) or f"{now}, with another note"
    return f"{after.id} of {found.id} is corrected: {what}. `undo` takes it back, the log keeps both."


def _revise_instead(goal: RecordId, terms: dict[str, str]) -> str:
    """The refusal of terms that count, with the command that revises them."""
    options = [word for name, text in terms.items() for word in (f"--{name}", text)]
    names = {"due": "due day", "per-week": "number per week"}
    said = " and ".join(names.get(name, name) for name in terms)
    command = shell_command("revise", goal, *options, "--reason", "correction", "--why", "…")
    return f"{said.capitalize()} of a goal can only be revised, with a reason and the story: {command}."
