"""Several actions in one commit."""

from __future__ import annotations

import pytest

from teamboard.actions.batch import Batch
from teamboard.actions.revisions import ReviseGoal
from teamboard.domain.errors import Refused
from teamboard.domain.ids import RecordId
from tests.conftest import MARA, Maker


def test_together_is_all_or_nothing(maker: Maker) -> None:
    revise = [ReviseGoal(goal=g, reason="market", why="It moved", drop=True) for g in map(RecordId, ("G1", "G9"))]
    before = maker.board
    with pytest.raises(Refused, match="There is no goal 'G9'"):
        maker.do(Batch(tuple(revise)))
    assert maker.board is before
    revision = maker.board.revision
    maker.do(Batch((revise[0], ReviseGoal(goal=RecordId("G2"), reason="market", why="It moved", drop=True))), MARA)
    assert maker.board.revision == revision + 1
    assert [v.id for v in maker.board.revisions] == ["V1", "V2"]
