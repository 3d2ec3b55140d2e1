"""The goals that need attention: behind, without an update, or in need of help."""

from __future__ import annotations

from collections.abc import Iterable

from teamboard.domain.board import AnyGoal
from teamboard.domain.board_on_day import BoardOnDay
from teamboard.domain.records import TeamGoal


def need_attention(shown: BoardOnDay, goals: Iterable[AnyGoal]) -> list[AnyGoal]:
    """Those of some open goals that need attention: team goals first, then by progress - pace, the latest first."""
    found = [(goal, shown.standing(goal)) for goal in goals if goal.outcome is None]
    found = [(goal, now) for goal, now in found if now.blocker or now.status in ("behind", "stale")]
    found.sort(key=lambda pair: (not isinstance(pair[0], TeamGoal), pair[1].progress - pair[1].pace))
    return [goal for goal, _ in found]
