"""`teamboard revise`, and the answers to it: `revision agree`, `decline`, `withdraw`, `acknowledge`."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import click

from teamboard.actions.base import Action, find_goal, find_member
from teamboard.actions.revision_responses import AcknowledgeRevision, AgreeToRevision, DeclineRevision, WithdrawRevision
from teamboard.actions.revisions import ReviseGoal, find_revision
from teamboard.cli import feedback
from teamboard.cli.commands import SuggestingGroup
from teamboard.cli.shared.completion import complete_goals, complete_revisions
from teamboard.cli.shared.options import board_options
from teamboard.cli.shared.output import print_json, print_lines, width
from teamboard.cli.shared.session import Session, has_screen, pass_session
from teamboard.cli.shared.values import ValueCommand, parse_day, parse_milestones, parse_number
from teamboard.domain.board_on_day import revision_impact
from teamboard.domain.commit_log import fields_of
from teamboard.domain.errors import Conflict, NotFound, Refused
from teamboard.domain.goals.revisions import (
    asked_to_answer,
    last_agreed,
    newest_revision_id,
    open_proposal,
    renewed_together,
    revisions_waiting_for,
    unacknowledged,
)
from teamboard.domain.handles import display_name
from teamboard.domain.ids import RecordId, known_table, number_of, to_record_id
from teamboard.domain.records import REASONS, BusinessReason, GoalRevision
from teamboard.domain.sanitize import shell_command
from teamboard.render.format import goal_label
from teamboard.render.goals.confirmations import title_warning
from teamboard.render.line_layout import fit
from teamboard.render.revisions import (
    compare_goals,
    describe_assigned,
    describe_impact,
    describe_state,
    side_by_side_lines,
    summarize_changes,
    summarize_revision,
    summarize_together,
)
from teamboard.store.read_only import check_board_may_be_written

if TYPE_CHECKING:
    from teamboard.domain.board import AnyGoal, Board
    from teamboard.domain.board_on_day import BoardOnDay

LONGEST_TABLE = 84


@click.command(cls=ValueCommand)
@board_options
@click.argument("goal", type=to_record_id, shell_complete=complete_goals)
@click.option("--reason", type=click.Choice(REASONS), required=True, help="What the business has done.")
@click.option("--why", default="", metavar="TEXT", help="The story; it is required.")
@click.option("--target", metavar="NUMBER", help="A metric's new target, such as 900k.")
@click.option("--start", metavar="NUMBER", help="A metric's new start.")
@click.option("--per-week", metavar="NUMBER", help="The new number per week, from the week in which it holds.")
@click.option("--milestone", "milestones", multiple=True, metavar="NAME[=WEIGHT]", help="The new list; repeat it.")
@click.option("--due", metavar="DAY", help="The new last day: 2026-12-31 or today+30.")
@click.option("--title", metavar="TEXT", help="The new title.")
@click.option("--drop", is_flag=True, help="Give the goal up.")
@click.option("--from", "effective", metavar="DAY", help="A team goal: the day from which it holds; today.")
@click.option(
    "--instead-of",
    type=to_record_id,
    metavar="V7",
    shell_complete=complete_revisions,
    help="Replace that open proposal.",
)
@click.option("-y", "--yes", is_flag=True, help="Do not ask for confirmation.")
@pass_session
def revise(
    session: Session,
    goal: RecordId,
    reason: BusinessReason,
    why: str,
    target: str | None,
    start: str | None,
    per_week: str | None,
    milestones: tuple[str, ...],
    due: str | None,
    title: str | None,
    drop: bool,
    effective: str | None,
    instead_of: RecordId | None,
    yes: bool,
) -> None:
    """Revise GOAL: a member's goal is proposed to the other of the two, a team goal's owner decides.

    \b
    teamboard revise G12 --target 900k --reason new-competitor --why "Kestrel gives the first year away."
    teamboard revise G14 --drop --reason capacity --why "Two accounts came to me."
    teamboard revise T3 --target 4M --from 2026-12-01 --reason market --why "…"
    """
    store, shown, actor = session.open()
    board = shown.board
    today = shown.day
    found = find_goal(board, goal)
    action = ReviseGoal(
        goal=found.id,
        reason=reason,
        why=why,
        title=title,
        start=parse_number(start, session, board) if start is not None else None,
        target=parse_number(target, session, board) if target is not None else None,
        per_week=parse_number(per_week, session, board) if per_week is not None else None,
        milestones=parse_milestones(milestones, session, board),
        due=parse_day(due, today),
        drop=drop,
        effective=parse_day(effective, today),
        seen=newest_revision_id(board, found.id),
        instead_of=instead_of or None,
    )
    check_board_may_be_written()
    try:
        action(board, actor, session.now())
        if not yes and has_screen():
            _show(shown, found, action)
            if not click.confirm("Revise it so?"):
                click.echo("Nothing was changed.")
                return
        commit = store.commit(action, actor)
    except Conflict as conflict:
        raise Refused(_both(session.shown(store.load()).board, action, conflict, actor.member, session)) from None
    made = commit.all_created(GoalRevision)[0]
    after = action.applied(board, found, today)
    effects = [] if made.state == "proposed" or drop else _effects(shown, found, after, made)
    click.echo(" · ".join([_answer(session.shown(commit.board).board, made), *effects]))
    before = found.measure if title is None else None
    if after.measure != found.measure and (warning := title_warning(after, before=before)):
        click.echo(warning, err=True)


def _show(shown: BoardOnDay, goal: AnyGoal, action: ReviseGoal) -> None:
    """The goal as it is and as it would be, field by field, and what that does."""
    after = action.applied(shown.board, goal, shown.day)
    rows = [
        *compare_goals(goal, after, shown.board.number_format),
        *describe_impact(revision_impact(shown, goal, after)),
        *describe_assigned(shown.board, goal, after),
    ]
    print_lines([((goal_label(goal), "strong"),), *side_by_side_lines(rows, min(width(), LONGEST_TABLE))])


def _effects(shown: BoardOnDay, before: AnyGoal, after: AnyGoal, made: GoalRevision) -> list[str]:
    """What a revision in force does to the status, and what is assigned then; what stays as it is, is left out."""
    is_now = made.effective is None or made.effective <= shown.day
    status = [
        f"status {was} → {now}"
        for label, was, now in describe_impact(revision_impact(shown, before, after))
        if label == "status" and was != now and is_now
    ]
    return [*status, *(f"assigned {now}" for _, _, now in describe_assigned(shown.board, before, after))]


def _both(board: Board, action: ReviseGoal, conflict: Conflict, member: str | None, session: Session) -> str:
    """Both conflicting versions in one line, and how to choose."""
    theirs = conflict.theirs
    assert isinstance(theirs, GoalRevision)
    goal = find_goal(board, action.goal)
    after = action.applied(board, goal, session.today(board))
    mine = summarize_changes(compare_goals(goal, after, board.number_format)) or "no change"
    if theirs.state != "proposed":
        choose = "run it again to put yours after it"
    else:
        asked = asked_to_answer(board, theirs)
        take = f"{shell_command('revision', 'agree', theirs.id)} takes it, " if asked and asked.handle == member else ""
        choose = f"{take}--instead-of {theirs.id} puts yours in its place"
    whose = "It" if theirs.by == member else "Theirs"
    return f"{conflict} {whose}: {summarize_revision(board, theirs)}. Yours: {mine}. Nothing was changed: {choose}."


def _answer(board: Board, made: GoalRevision) -> str:
    goal = find_goal(board, made.goal)
    what = f"{made.id} {goal_label(goal)}: {summarize_revision(board, made)}"
    if made.state == "proposed":
        asked = asked_to_answer(board, made)
        who = display_name(board, asked) if asked else "nobody"
        agree = shell_command("revision", "agree", made.id)
        return f"{what} · proposed to {who}, who answers with {agree} or `decline {made.id}`"
    waiting = unacknowledged(board, goal.id)
    more = f" · {len(waiting)} to acknowledge" if waiting else ""
    later = f" from {made.effective}" if made.effective and made.effective > board.day_of(made.at) else ""
    return f"{what} · holds{later or ' now'}{more}"


@click.command()
@board_options
@click.argument("revision", type=to_record_id, shell_complete=complete_revisions)
@pass_session
def agree(session: Session, revision: RecordId) -> None:
    """Agree to a proposal such as V7, or to that for a goal such as G12: it applies from today."""
    _say(session, lambda found: AgreeToRevision(revision=found), revision, "is agreed")


WORD = click.option("-m", "--word", default="", help="A word on why; it is required.")


@click.command()
@board_options
@click.argument("revision", type=to_record_id, shell_complete=complete_revisions)
@WORD
@pass_session
def decline(session: Session, revision: RecordId, word: str) -> None:
    """Decline a proposal such as V7, or that for a goal such as G12, with a word on why."""
    _say(session, lambda found: DeclineRevision(revision=found, word=word), revision, "is declined")


@click.command("decline")
@board_options
@click.argument("record", type=to_record_id, metavar="V7|F31", shell_complete=complete_revisions)
@WORD
@click.pass_context
def decline_either(ctx: click.Context, record: RecordId, word: str) -> None:
    """Decline a proposal such as V7, or a request for feedback such as F31, with a word on why."""
    if _is_feedback(record):
        ctx.invoke(feedback.decline, feedback_id=record, word=word)
    else:
        ctx.invoke(decline, revision=record, word=word)


@click.command()
@board_options
@click.argument("revision", type=to_record_id, shell_complete=complete_revisions)
@pass_session
def withdraw(session: Session, revision: RecordId) -> None:
    """Withdraw your own revision before it applies."""
    _say(session, lambda found: WithdrawRevision(revision=found), revision, "is withdrawn")


@click.command()
@board_options
@click.argument("revision", type=to_record_id, shell_complete=complete_revisions)
@pass_session
def acknowledge(session: Session, revision: RecordId) -> None:
    """Acknowledge a revision of a team goal that your goals serve, or a goal that somebody set for you."""
    _say(session, lambda found: AcknowledgeRevision(revision=found), revision, "is acknowledged")


@click.command("acknowledge")
@board_options
@click.argument("record", type=to_record_id, metavar="V7|F31", shell_complete=complete_revisions)
@click.pass_context
def acknowledge_either(ctx: click.Context, record: RecordId) -> None:
    """Acknowledge a revision of a goal, or a feedback."""
    if _is_feedback(record):
        ctx.invoke(feedback.acknowledge, feedback_id=record)
    else:
        ctx.invoke(acknowledge, revision=record)


def _is_feedback(record_id: RecordId) -> bool:
    return known_table(record_id) == "feedback"


def _say(session: Session, action_on: Callable[[RecordId], Action], given: RecordId, what: str) -> None:
    """Commit an answer to a revision, given by its id or its goal's, and say it in one line."""
    store, shown, actor = session.open()
    revision_id = _revision_id(shown.board, given)
    board = session.shown(store.commit(action_on(revision_id), actor).board).board
    revision = find_revision(board, revision_id)
    click.echo(f"{revision.id} {what} · {summarize_together(board, revision)}")


def _revision_id(board: Board, given: RecordId) -> RecordId:
    """The id of a revision; of a goal's open proposal, or else its newest agreed revision, if a goal's id is given."""
    if known_table(given) not in ("goals", "team_goals"):
        return given
    goal = find_goal(board, given)
    found = open_proposal(board, goal.id) or last_agreed(board, goal.id)
    if found is None:
        raise NotFound(f"There is no revision {str(given)!r}. {goal.id} has never been revised.")
    return found.id


@click.group(cls=SuggestingGroup)
def revision() -> None:
    """Propose a revision of a goal, or answer one."""


revision.add_command(revise, "propose")
for command in (agree, decline, withdraw, acknowledge):
    revision.add_command(command)


@revision.command("list")
@board_options
@click.option("--member", metavar="MEMBER", help="What waits for one member only.")
@click.option("--json", "as_json", is_flag=True, help="As JSON; docs/json.md describes it.")
@pass_session
def list_revisions(session: Session, member: str | None, as_json: bool) -> None:
    """List the revisions that wait for somebody: to be answered, or acknowledged."""
    board = session.shown(session.store().load()).board
    handles = [find_member(board, member).handle] if member else [m.handle for m in board.members]
    waiting = {v.id: v for handle in handles for v in revisions_waiting_for(board, handle)}
    found = [waiting[revision_id] for revision_id in sorted(waiting, key=number_of)]
    if as_json:
        print_json([{"id": v.id, **(fields_of(v) or {})} for v in found])
        return
    for v in found:
        goal = board.goal(v.goal)
        title = f"{goal.title}: " if goal else ""
        what = f"{title}{summarize_revision(board, v)}"
        if len(renewed_together(board, v)) > 1:
            what = summarize_together(board, v)
        click.echo(f"{fit(v.id, 6)}{fit(v.goal, 6)}{what} · {describe_state(board, v)}")
