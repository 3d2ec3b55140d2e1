"""Two revisions on the small board, and what has become of them."""

from __future__ import annotations

from teamboard.actions.revisions import ReviseGoal
from teamboard.domain.ids import RecordId
from teamboard.domain.records import GoalRevision, Metric
from tests.conftest import Maker

LOWER = ReviseGoal(goal=RecordId("G1"), reason="territory", why="Portugal went to the partners", target=800)
HIGHER = ReviseGoal(goal=RecordId("T1"), reason="new-competitor", why="Kestrel", target=3000)


def revision(maker: Maker, revision_id: RecordId) -> GoalRevision:
    found = maker.board.get(revision_id)
    assert isinstance(found, GoalRevision)
    return found


def target(maker: Maker, goal_id: RecordId) -> float:
    goal = maker.board.goal(goal_id)
    assert goal is not None
    assert isinstance(goal.measure, Metric)
    return goal.measure.target
