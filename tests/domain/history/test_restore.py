"""What a restore changes: afterwards the board has the records of the backup, and no others."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from teamboard.actions.feedback import GiveFeedback
from teamboard.domain.history.restore import restoring_changes
from teamboard.domain.ids import RecordId
from tests.conftest import BEN, MARA, small_maker

STEPS = st.lists(st.tuples(st.sampled_from(["G1", "G2", ""]), st.integers(1, 900)), max_size=6)


@given(before=STEPS, after=STEPS)
def test_the_changes_of_a_restore_give_back_the_records(
    before: list[tuple[str, int]], after: list[tuple[str, int]]
) -> None:
    backup, board = small_maker(), small_maker()
    for maker, steps in ((backup, before), (board, after)):
        for goal, value in steps:
            if goal:
                maker.check_in(RecordId(goal), value, by=MARA)
            else:
                maker.do(GiveFeedback(to="ana", text=f"Feedback {value}"), BEN)
    changes = restoring_changes(board.board, backup.board)
    assert board.board.apply(changes).tables == backup.board.tables
    assert all(board.board.get(i) != record for i, record in changes.items())
