"""Time travel: the board as of a revision or a day, with the records that were archived since."""

from __future__ import annotations

from datetime import UTC, date, datetime

from teamboard.domain.board import Board, Tables
from teamboard.domain.commit_log import Fields, fields_before, fields_of, record_of
from teamboard.domain.handles import all_records, former_handles, with_handles, with_other_handles
from teamboard.domain.history.clock import times_in_order
from teamboard.domain.history.log import history_of
from teamboard.domain.ids import RecordId, known_table, number_of, table_of
from teamboard.domain.records import CheckIn, Member, Record

ENOUGH_EARLIER = 64
"""After so many commits in a row before the end of a day, the search for its last revision ends."""


def with_archived(board: Board) -> Board:
    """Return the board with all archived records, under the handles of today. Raises HistoryUnavailable."""
    handles = former_handles(board)
    archived = {
        i: with_handles(i, fields, handles)
        for segment in history_of(board).earlier
        for i, fields in segment.records().items()
    }
    return board.with_changes({i: record_of(i, fields) for i, fields in archived.items() if board.get(i) is None})


def with_archived_record(board: Board, record_id: RecordId) -> Board:
    """Return the board, with all archived records if it does not have the record. Raises HistoryUnavailable."""
    return board if board.get(record_id) or not history_of(board).earlier else with_archived(board)


def with_archived_since(board: Board, day: date) -> Board:
    """Load archived records needed to show the board from `day` on. Raises HistoryUnavailable."""
    history = history_of(board)
    if not history.earlier:
        return board
    newest = history.earlier[-1]
    # A period that was closed late is archived with what was done up to its close, which the next commit followed.
    following = None if newest.before > day else history.get(newest.last + 1)
    done_since = newest.before > day or (following is not None and board.day_of(following.at) >= day)
    return with_archived(board) if done_since else board


def as_of(board: Board, revision: int, late_until: date | None = None) -> Board:
    """Return the board as of a revision, with its history up to then. Raises HistoryUnavailable.

    With `late_until` it also has the late check-ins about days up to that day, which were written after the revision.
    """
    history = history_of(board)
    fields: dict[RecordId, Fields | None] = {}
    late: set[RecordId] = set()
    undone: set[RecordId] = set()
    for number, step in history.reverse_steps():
        if number <= revision:
            break
        for record_id, was in step.changes.items():
            if late_until and record_id not in fields and board.get(record_id) is None and not step.archive:
                undone.add(record_id)
            if was.before is None:
                if late_until and record_id not in undone and _is_late(board, record_id, fields, late_until):
                    late.add(record_id)
                    continue
                # This commit created the record: before it, the record did not exist.
                fields[record_id] = None
                continue
            if record_id not in fields:
                fields[record_id] = fields_of(board.get(record_id))
            entry = history.get(number)
            change = entry.changes.get(record_id) if entry else None
            fields[record_id] = fields_before(fields[record_id], change) if change else was.before
    fields |= {i: None for i in late if not _has_goal(board, i, fields)}
    tables: Tables = dict(board.tables)
    records = {i: record_of(i, f) for i, f in fields.items() if f is not None}
    for name in {table_of(record_id) for record_id in fields}:
        unchanged = {i: r for i, r in board.tables[name].items() if i not in fields}
        restored = {i: r for i, r in records.items() if table_of(i) == name}
        records_then = unchanged | restored
        tables[name] = dict(sorted(records_then.items(), key=lambda i: number_of(i[0]))) if restored else unchanged
    past = Board(tables, revision=revision, ids=board.ids, history=history.up_to(revision))
    members = [(then, now) for then in past.members if isinstance(now := board.get(then.id), Member)]
    today = {now.handle: then.handle for then, now in members if now.handle != then.handle}
    # With those that somebody got after that day and has no more.
    past.handles_then = {h: then.handle for then, now in members for h in now.formerly if h != then.handle} | today
    # Late check-ins have the handles of today, and so have records that were archived before, from `with_archived`.
    others = with_other_handles(all_records(past), today) if today else {}
    return past.with_changes(others)


def _is_late(board: Board, record_id: RecordId, fields: dict[RecordId, Fields | None], until: date) -> bool:
    """True for a late check-in about a day up to `until`; `fields` has those of records that were changed since."""
    checkin = _record_then(board, record_id, fields) if known_table(record_id) == "checkins" else None
    return isinstance(checkin, CheckIn) and checkin.on is not None and checkin.on <= until


def _has_goal(board: Board, checkin_id: RecordId, fields: dict[RecordId, Fields | None]) -> bool:
    checkin = _record_then(board, checkin_id, fields)
    return isinstance(checkin, CheckIn) and _record_then(board, checkin.goal, fields) is not None


def _record_then(board: Board, record_id: RecordId, fields: dict[RecordId, Fields | None]) -> Record | None:
    found = fields.get(record_id)
    if record_id not in fields:
        return board.get(record_id)
    return None if found is None else record_of(record_id, found)


def revision_on(board: Board, day: date) -> int:
    """The last revision up to the end of a day in the team's time zone; 0 before the first commit.

    Commits whose time does not fit between the others', as of a machine with a wrong clock, count to the commit
    before them.
    """
    # In UTC like the entries: comparing times of one zone is ten times faster.
    end = board.end_of(day).astimezone(UTC)
    times: list[tuple[int, datetime]] = []
    earlier = 0
    for number, step in history_of(board).reverse_steps():
        times.append((number, step.at))
        earlier = earlier + 1 if step.at < end else 0
        if earlier == ENOUGH_EARLIER:
            break
    times.reverse()
    fitting = times_in_order(times)
    later = next((number for number, at in fitting if at >= end), board.revision + 1)
    return later - 1 if any(at < end for _, at in fitting) else 0


def board_on(board: Board, day: date) -> Board | None:
    """Return the board as of the end of a day in the team's time zone; None before the first commit.

    It has the late check-ins about that day and earlier ones, which were written after it.
    """
    revision = revision_on(board, day)
    return as_of(board, revision, day) if revision else None
