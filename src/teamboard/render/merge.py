"""A conflict between two copies of a board, as lines from which a person chooses."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from typing import Any

from teamboard.domain.board import Board
from teamboard.domain.handles import display_name
from teamboard.domain.history.merge_conflicts import GONE, SPLIT, VALUE, MergeConflict
from teamboard.domain.ids import RecordId, number_of, table_of
from teamboard.domain.records import TABLES, Goal, Member, TeamGoal
from teamboard.domain.sanitize import one_line, shell_command
from teamboard.render import format
from teamboard.render.format import name_of

MAX_LENGTH = 70
MOST_RENUMBERED = 5
"""How many new ids of records are told, one line each."""


def clash_lines(board: Board, clash: MergeConflict) -> list[str]:
    """Three lines: what the conflict is about, the board's version, the copy's version."""
    record = board.get(clash.record_id)
    title = getattr(record, "name", "") or getattr(record, "title", "")
    label = one_line(f"{clash.record_id} {title}".strip())
    if clash.field == GONE:
        gone, changed = "taken off", "still there, and changed"
        return [label, *((gone, changed) if clash.here is None else (changed, gone))]
    if clash.field == VALUE:
        return [
            f"{label}: where it stands",
            _check_in_text(board, clash, clash.here),
            _check_in_text(board, clash, clash.copy),
        ]
    if clash.field == SPLIT:
        return [label, _split_text(board, clash, clash.here), _split_text(board, clash, clash.copy)]
    return [f"{label}: {clash.field.replace('_', ' ')}", _value_text(clash.here), _value_text(clash.copy)]


def renumbered_lines(renumbered: Mapping[RecordId, RecordId], where: str = "") -> Iterator[str]:
    """Yield a line for each record that got a new id, up to MOST_RENUMBERED; then how many more there are.

    Goals come first, and check-ins, which few people know by their ids, last. `where` follows the earlier
    id: ` of the other file`.
    """
    order = ["goals", "team_goals", *(table for table in TABLES if table != "checkins"), "checkins"]
    ids = sorted(renumbered, key=lambda record_id: (order.index(table_of(record_id)), number_of(record_id)))
    for record_id in ids[:MOST_RENUMBERED]:
        yield f"{record_id}{where} is {renumbered[record_id]} now."
    if (left := len(ids) - MOST_RENUMBERED) > 0:
        yield f"And {left:,} more: see `teamboard log`."


def left_lines(board: Board, left: Collection[RecordId]) -> Iterator[str]:
    """Yield a line for each goal or member that a merge has given to somebody who leaves, with what to do."""
    for record_id in sorted(left, key=lambda i: (table_of(i), number_of(i))):
        record = board.get(record_id)
        if isinstance(record, Member):
            manager = board.member(record.manager)
            change = shell_command("member", "change", record.handle, "--manager", "MEMBER")
            what, whose = f"{display_name(board, record)} reports to", f"give them another manager with {change}"
        elif isinstance(record, Goal | TeamGoal):
            manager = board.member(record.owner)
            if board.is_proposed(record.id):
                decline = shell_command("revision", "decline", record.id, "-m", "WHY")
                what, whose = f"{record.id} is proposed by", f"decline it with {decline}"
            else:
                to = shell_command("goal", "hand-over", record.id, "--to", "MEMBER")
                what, whose = f"{record.id} is given to", f"hand it over with {to}"
        else:
            continue
        if manager is not None:
            yield one_line(
                f"{what} {display_name(board, manager)}, who is off the board from {manager.left} on: {whose}."
            )


def _check_in_text(board: Board, clash: MergeConflict, fields: Any) -> str:
    """A check-in of one copy: value, author, time, note."""
    goal = board.goal(clash.record_id)
    value = format.amount_of(board, goal, fields["value"])
    at = board.local_time(datetime.fromisoformat(fields["at"]))
    note = f" · {_value_text(fields['note'])}" if fields.get("note") else ""
    return f"{value}, {name_of(board, fields['by'])} on {at:%d %b %H:%M}{note}"


def _split_text(board: Board, clash: MergeConflict, fields: Any) -> str:
    """What one copy has made of a goal that was split by a hand-over: to whom it went, or how it is there."""
    rest = board.goal(fields.get("rest", ""))
    if rest is not None:
        return f"handed over to {name_of(board, rest.owner)} as {rest.id}"
    whose = name_of(board, fields["owner"])
    if outcome := fields.get("outcome"):
        return f"{whose}'s, closed: {outcome}"
    target = fields["measure"].get("target")
    goal = board.goal(clash.record_id)
    return f"{whose}'s, open" + (f", target {format.amount_of(board, goal, target)}" if target is not None else "")


def _value_text(value: Any) -> str:
    """The value of a field in one line, cut to MAX_LENGTH characters."""
    if value is None:
        return "nothing"
    text = one_line(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))
    return text if len(text) <= MAX_LENGTH else f"{text[: MAX_LENGTH - 1]}…"
