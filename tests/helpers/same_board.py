"""Two boards of the same file are the same in all that is kept of them and shown of them."""

from __future__ import annotations

from msgspec.structs import replace

from teamboard.domain.board import AnyGoal, Board
from teamboard.domain.board_on_day import BoardOnDay
from teamboard.domain.goals.standing import Standing
from teamboard.domain.history.differences import changed
from teamboard.domain.history.log import history_of
from teamboard.domain.records import Record
from teamboard.domain.records.indexes import INDEXES
from teamboard.render.board import board_lines
from teamboard.store import codec
from tests.conftest import NOW


def build_indexes(board: Board) -> dict[str, dict[str, tuple[Record, ...]]]:
    """Every index of a board, built now unless it has it."""
    for name in INDEXES:
        board._of(name, "", Record)  # noqa: SLF001 - see INDEXES
    return {name: board._indexes[name] for name in INDEXES}  # noqa: SLF001 - see INDEXES


def standings_of(shown: BoardOnDay) -> dict[str, Standing]:
    """The standing of every goal and team goal, by id."""
    goals: list[AnyGoal] = [*shown.board.goals, *shown.board.team_goals]
    return {goal.id: shown.standing(goal) for goal in goals}


def rows_of(shown: BoardOnDay) -> list[str]:
    """The lines of the board's view."""
    return [repr(line) for line in board_lines(shown, 120)]


def differing(old: Board, new: Board) -> set[str]:
    """The ids of the records that differ, found by comparing all."""
    before, after = ({i: r for t in board.tables.values() for i, r in t.items()} for board in (old, new))
    return {i for i in {*before, *after} if before.get(i) != after.get(i)}


def assert_same_board(found: codec.BoardFile, cold: codec.BoardFile, before: codec.BoardFile) -> None:
    """Compare a file that was read by a process which knew `before` with the same one read by a new process."""
    one, other = found.board, cold.board
    assert {name: list(table.items()) for name, table in one.tables.items()} == {
        name: list(table.items()) for name, table in other.tables.items()
    }
    assert (one.revision, one.ids) == (other.revision, other.ids)
    assert dict(one.set_aside) == dict(other.set_aside)
    assert build_indexes(one) == build_indexes(other)
    assert list(history_of(one)) == list(history_of(other))
    assert history_of(one).newest() == history_of(other).newest()
    assert replace(found, board=other, texts={}) == replace(cold, texts={})
    assert codec.foreign_tables(found) == codec.foreign_tables(cold)
    assert b"".join(codec.encode(found)) == b"".join(codec.encode(cold))
    assert changed(before.board, one) == differing(before.board, other)
    day = other.day_of(NOW)
    shown, afresh = BoardOnDay(one, day), BoardOnDay(other, day)
    assert shown.board.tables == afresh.board.tables
    assert standings_of(shown) == standings_of(afresh)
    assert rows_of(shown) == rows_of(afresh)
