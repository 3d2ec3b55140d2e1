"""The history in sentences: what each commit did, as one would tell it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from teamboard.board.board import Board
from teamboard.board.history import history_of, record_of
from teamboard.board.records import (
    CheckIn,
    Feedback,
    FeedbackKind,
    Goal,
    GoalRevision,
    HistoryEntry,
    Member,
    Record,
    Review,
    TeamGoal,
)
from teamboard.board.text import one_line
from teamboard.exchange import phrases

ABOUT_CELLS = 90
_TOLD: dict[FeedbackKind, str] = {
    "praise": "praised",
    "coaching": "coached",
    "question": "asked",
    "idea": "suggested to",
    "request": "wants feedback from",
}


def sentence(board: Board, entry: HistoryEntry) -> str:
    """What a commit did: `Ana Ruiz checked in on G4 ARR Iberia: €812,000 · Acme signed`."""
    who = _name(board, entry.by) if entry.by else entry.login or "Somebody"
    if entry.undoes is not None:
        return f"{who} took back revision {entry.undoes}"
    # A revision tells what became of its goal.
    told = {i: c for i, c in entry.changes.items() if i[0] == "V"} or entry.changes
    what = [_made(board, i, c.after if c.before is None else None) for i, c in told.items()]
    return one_line(f"{who} {', '.join(what)}")


def goals_of(board: Board, entry: HistoryEntry) -> set[str]:
    """The goals that a commit is about."""
    found: set[str] = set()
    for record_id, change in entry.changes.items():
        fields = (change.after or {}) | (change.before or {})
        goal = fields.get("goal")
        found |= {record_id} | ({goal} if isinstance(goal, str) else set())
        record = board.get(record_id)
        if isinstance(record, CheckIn | GoalRevision):
            found.add(record.goal)
    return found


def members_of(board: Board, entry: HistoryEntry) -> set[str]:
    """The members that a commit is by or about."""
    found = {entry.by} if entry.by else set()
    for record_id in goals_of(board, entry):
        record = board.get(record_id)
        for name in ("handle", "owner", "to", "giver", "member"):
            handle = getattr(record, name, None)
            if isinstance(handle, str):
                found.add(handle)
    return found


def selected(
    board: Board, *, since: date | None = None, member: str | None = None, goal: str | None = None
) -> Iterator[tuple[int, HistoryEntry]]:
    """The commits, newest first: since a day, by or about a member, about a goal."""
    for number, entry in history_of(board).newest_first():
        if since is not None and board.day_of(entry.at) < since:
            continue
        if member is not None and member not in members_of(board, entry):
            continue
        if goal is not None and goal not in goals_of(board, entry):
            continue
        yield number, entry


def _made(board: Board, record_id: str, fields: dict[str, object] | None) -> str:
    """What became of one record: made with these fields, or, without, changed."""
    if fields is None:
        record = board.get(record_id)
        return _changed(board, record) if record else f"changed {record_id}"
    record = record_of(record_id, fields)
    match record:
        case CheckIn():
            goal = board.goal(record.goal)
            title = f"{record.goal} {goal.title}" if goal else record.goal
            value = phrases.amount(record.value, goal.measure) if goal else phrases.number(record.value)
            note = f" · {_short(record.note)}" if record.note else ""
            wanted = f" (help wanted: {record.blocker})" if record.blocker else ""
            return f"checked in on {title}: {value}{note}{wanted}"
        case Goal():
            return f"set {_name(board, record.owner)} {record_id} {record.title}"
        case TeamGoal():
            return f"set the team {record_id} {record.title}"
        case Member():
            return f"brought {record.name} onto the board"
        case GoalRevision():
            return f"revised {record.goal} ({record.reason}): {_short(record.why)}"
        case Feedback():
            return f"{_TOLD[record.kind]} {_name(board, record.to)}: {_short(record.text)}"
        case Review():
            return f"scheduled the review of {_name(board, record.member)} for {record.on}"
        case _:
            return "set up the team"


def _changed(board: Board, record: Record) -> str:
    match record:
        case Feedback():
            did = "resolved" if record.state == "resolved" else "answered"
            return f"{did} {record.id} of {_name(board, record.giver)}"
        case Goal() | TeamGoal():
            return f"changed {record.id} {record.title}"
        case _:
            return f"changed {record.id}"


def _name(board: Board, handle: str) -> str:
    member = board.member(handle)
    return member.name if member else handle


def _short(text: str) -> str:
    text = one_line(text)
    return text if len(text) <= ABOUT_CELLS else text[: ABOUT_CELLS - 1] + "…"
