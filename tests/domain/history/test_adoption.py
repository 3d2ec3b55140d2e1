"""What the history says of records that no commit has changed."""

from __future__ import annotations

from msgspec.structs import replace

from teamboard.domain.board import Board
from teamboard.domain.history.adoption import adoption_entry
from teamboard.domain.history.log import InMemoryHistory
from teamboard.domain.ids import RecordId
from teamboard.domain.verbs import ADOPTION_VERB
from tests.conftest import NOW, Maker

G1, G2 = RecordId("G1"), RecordId("G2")


def with_history(maker: Maker, board: Board) -> Board:
    """A board as a file has it whose records are those of `board`, and whose history that of `maker`."""
    return Board(board.tables, revision=board.revision, history=InMemoryHistory(maker.history), ids=board.ids)


def test_each_field_that_differs_is_in_the_entry_and_nothing_else(maker: Maker) -> None:
    board = with_history(maker, maker.board.apply({G1: replace(maker.goal(G1), title="ARR of Iberia"), G2: None}))
    entry = adoption_entry(board, ["goals", "members"], NOW)
    assert entry is not None
    assert (entry.by, entry.at, entry.verb) == (None, NOW, ADOPTION_VERB)
    assert {i: (c.before, c.after) for i, c in entry.changes.items() if i == G1} == {
        G1: ({"title": "ARR ana"}, {"title": "ARR of Iberia"})
    }
    removed = entry.changes[G2]
    assert removed.after is None
    assert removed.before is not None
    assert removed.before["owner"] == "ben"


def test_tables_that_are_not_asked_about_are_left_alone(maker: Maker) -> None:
    board = with_history(maker, maker.board.apply({G1: replace(maker.goal(G1), title="ARR of Iberia")}))
    assert adoption_entry(board, ["members"], NOW) is None


def test_nothing_is_adopted_where_records_and_history_agree(maker: Maker) -> None:
    assert adoption_entry(with_history(maker, maker.board), ["goals", "members", "team", "team_goals"], NOW) is None
