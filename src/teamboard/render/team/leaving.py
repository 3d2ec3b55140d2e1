"""A member who leaves or returns, in words: what is handed over, and what becomes of everything that waits for them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from teamboard.domain.amounts import plural
from teamboard.domain.board import Board, Changes
from teamboard.domain.commit_log import HistoryEntry, HistoryUnavailable
from teamboard.domain.goals.handing_over import copy_of
from teamboard.domain.handles import all_handles, display_name
from teamboard.domain.history.log import history_of
from teamboard.domain.ids import RecordId, known_table
from teamboard.domain.people import stays
from teamboard.domain.records import Feedback, Goal, Member, OneOnOne, Review
from teamboard.domain.sanitize import shell_command
from teamboard.render.format import goal_label, name_of
from teamboard.render.goals.confirmations import describe_mean


def closing_lines(board: Board, changes: Changes) -> Iterator[str]:
    """The records that are closed or passed on, each with what becomes of it: `F4 request of Ana Ruiz: declined`."""
    for record_id, after in changes.items():
        before = board.get(record_id)
        if isinstance(before, Feedback) and isinstance(after, Feedback):
            yield f"{record_id} {before.kind} of {name_of(board, before.giver)}: {after.state}"
        elif isinstance(before, OneOnOne | Review):
            kind = "one-on-one" if isinstance(before, OneOnOne) else "review"
            what = f"{record_id} {kind} of {name_of(board, before.member)} on {before.on}"
            if after is None:
                yield f"{what}: called off"
            elif isinstance(after, OneOnOne | Review):
                yield from (f"{what}: {word}" for word in _changes_of_meeting(board, before, after))


def copy_lines(board: Board, changes: Iterable[RecordId]) -> Iterator[str]:
    """The goals that went to somebody who has the same one already, each with the command that drops it."""
    for goal_id in changes:
        goal = board.goal(goal_id)
        if isinstance(goal, Goal) and goal.outcome is None and (other := copy_of(board, goal, goal.owner)) is not None:
            close = shell_command("goal", "close", goal.id, "--dropped", "-m", "…")
            yield f"{name_of(board, goal.owner)} has {goal_label(goal)} already, as {other.id}: {close} drops it"


def mean_lines(before: Board, after: Board, changes: Iterable[RecordId]) -> Iterator[str]:
    """The team goals of which another mean is taken without what was dropped: `T2 Habits: 40 % → 35 %, without G4`."""
    goals = ((before.goal(i), after.goal(i)) for i in changes)
    dropped = [
        g for g, now in goals if isinstance(g, Goal) and now and now.outcome == "dropped" and before.counts(g.id)
    ]
    for team_goal in after.open_team_goals:
        ids = [g.id for g in dropped if team_goal.id in g.aligned]
        if ids and (change := describe_mean(before, after, team_goal)):
            yield f"{change}, without {', '.join(ids)}"


def _changes_of_meeting(board: Board, before: OneOnOne | Review, after: OneOnOne | Review) -> Iterator[str]:
    if before.manager != after.manager:
        yield f"goes to {name_of(board, after.manager)}"
    if isinstance(before, OneOnOne) and isinstance(after, OneOnOne) and before.held != after.held:
        yield "kept as held"
    for number, (was, now) in enumerate(zip(before.actions, after.actions, strict=True), start=1):
        if was != now:
            fate = "done" if now.done else f"goes to {name_of(board, now.owner)}"
            yield f"action {before.id}.{number} {fate}"


def describe_left(board: Board, entry: HistoryEntry, member_id: RecordId) -> str:
    """The predicate for somebody who leaves or returns: `put down that Ben Okafor leaves on 2026-11-20: …`."""
    day = (entry.changes[member_id].after or {}).get("left")
    member = board.get(member_id)
    name = display_name(board, member) if isinstance(member, Member) else member_id
    if day is None:
        return f"brought {name} back onto the board"
    summary = describe_leaving(board, entry)
    return f"put down that {name} leaves on {day}{f': {summary}' if summary else ''}"


def describe_staying(board: Board, member: Member) -> str:
    """Who had reported to a member who is back, and stays with whom: `4 members stay with Petra Holm`; "" if nobody."""
    handles = all_handles(member)
    try:
        commits = [entry for _, entry in history_of(board).touching(member.id)]
    except HistoryUnavailable:
        return ""
    left = next((entry for entry in reversed(commits) if entry.verb == "leave the team"), None)
    staying: dict[str, int] = {}
    for record_id, change in left.changes.items() if left else ():
        report = board.get(record_id)
        if (
            isinstance(report, Member)
            and stays(report)
            and (change.before or {}).get("manager") in handles
            and report.manager not in (None, *handles)
        ):
            manager = name_of(board, report.manager or "")
            staying[manager] = staying.get(manager, 0) + 1
    counts = (f"{plural(count, 'member')} {'stays' if count == 1 else 'stay'}" for count in staying.values())
    return ", ".join(f"{count} with {manager}" for count, manager in zip(counts, staying, strict=True))


def describe_leaving(board: Board, entry: HistoryEntry) -> str:
    """What was handed over and closed when somebody left: `G5 → Ana Ruiz as G9, G7 dropped, 2 members under Ana Ruiz`.

    The rest of a goal that is split by value is a new goal.
    """
    parts: list[str] = []
    reports: dict[str, int] = {}
    others = 0
    rests = {after["continues"]: i for i, c in entry.changes.items() if "continues" in (after := c.after or {})}
    for record_id, change in entry.changes.items():
        after = change.after or {}
        if record_id in rests:
            owner = (entry.changes[rests[record_id]].after or {}).get("owner")
            parts.append(f"{record_id} → {name_of(board, str(owner))} as {rests[record_id]}")
        elif "continues" in after:
            continue
        elif "owner" in after:
            parts.append(f"{record_id} → {name_of(board, str(after['owner']))}")
        elif "outcome" in after:
            parts.append(f"{record_id} {after['outcome']}")
        elif known_table(record_id) == "revisions" and change.before is None:
            # It goes with a goal.
            continue
        elif known_table(record_id) != "members":
            others += 1
        elif "manager" in after:
            manager = name_of(board, str(after["manager"])) if after["manager"] else "nobody"
            reports[manager] = reports.get(manager, 0) + 1
    parts += [f"{plural(count, 'member')} under {manager}" for manager, count in reports.items()]
    if others:
        parts.append(f"{plural(others, 'other record')} closed or passed on")
    return ", ".join(parts)
