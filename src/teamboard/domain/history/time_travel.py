"""The board as it stood at a revision or on a day, with what was archived since."""

from __future__ import annotations

from datetime import UTC, date

from teamboard.domain.board import Board, Tables
from teamboard.domain.commit_log import Fields, fields_before, fields_of, record_of
from teamboard.domain.history.log import history_of
from teamboard.domain.ids import number_of, table_of


def with_archived(board: Board) -> Board:
    """A board with all that was put away back in its place, for who looks at what is long over."""
    put_away = {i: fields for segment in history_of(board).earlier for i, fields in segment.records().items()}
    return board.with_changes({i: record_of(i, fields) for i, fields in put_away.items() if board.get(i) is None})


def with_archived_record(board: Board, record_id: str) -> Board:
    """A board that has a record: with all that was put away, where only that has it."""
    return board if board.get(record_id.upper()) or not history_of(board).earlier else with_archived(board)


def with_archived_since(board: Board, day: date) -> Board:
    """A board that has all of a day and after it: with what was put away, if that was later."""
    return with_archived(board) if any(segment.before > day for segment in history_of(board).earlier) else board


def as_of(board: Board, revision: int) -> Board:
    """The board as it stood at a revision, its history up to then."""
    history = history_of(board)
    fields: dict[str, Fields | None] = {}
    for number, step in history.reverse_steps():
        if number <= revision:
            break
        for record_id, was in step.changes.items():
            if was.before is None:
                # It was made by this commit: whatever it became later, before that it was not there.
                fields[record_id] = None
                continue
            if record_id not in fields:
                fields[record_id] = fields_of(board.get(record_id))
            entry = history.get(number)
            change = entry.changes.get(record_id) if entry else None
            fields[record_id] = fields_before(fields[record_id], change) if change else was.before
    tables: Tables = dict(board.tables)
    there = {i: record_of(i, f) for i, f in fields.items() if f is not None}
    for name in {table_of(record_id) for record_id in fields}:
        table = {i: r for i, r in board.tables[name].items() if i not in fields}
        back = {i: r for i, r in there.items() if table_of(i) == name}
        tables[name] = dict(sorted((table | back).items(), key=lambda item: number_of(item[0]))) if back else table
    return Board(tables, revision=revision, ids=board.ids, history=history.up_to(revision))


def revision_on(board: Board, day: date) -> int:
    """The last revision up to the end of a day of the team; 0 before the first."""
    # In UTC, as the stamps are: moments of one zone are compared ten times faster.
    end = board.end_of(day).astimezone(UTC)
    return next((n for n, step in history_of(board).reverse_steps() if step.at < end), 0)


def board_on(board: Board, day: date) -> Board | None:
    """The board as it stood at the end of a day of the team, or None before there was one."""
    revision = revision_on(board, day)
    return as_of(board, revision) if revision else None
