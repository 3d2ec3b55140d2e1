"""The standings of a board's goals on a day, each worked out once, when it is asked for."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from teamboard.domain.board import AnyGoal, Board
from teamboard.domain.progress import Standing, readings, standing
from teamboard.domain.records import CheckIn, Goal, GoalRevision, TeamGoal


class Standings:
    """`standings(goal)` is where a goal stands; asked again, it is not worked out again."""

    def __init__(self, board: Board, today: date) -> None:
        self.board = board
        self.today = today
        self._found: dict[str, Standing] = {}
        self._readings: dict[str, tuple[float, ...]] = {}

    def __call__(self, goal: AnyGoal) -> Standing:
        found = self._found.get(goal.id)
        if found is None:
            found = self._found[goal.id] = standing(self.board, goal, self.today, self._read)
        return found

    def _read(self, goal: AnyGoal) -> tuple[float, ...]:
        found = self._readings.get(goal.id)
        if found is None:
            found = self._readings[goal.id] = readings(self.board, goal, self.today, self._read)
        return found

    def after(self, board: Board, today: date, changed: Iterable[str]) -> Standings:
        """The standings of a newer board: what the changed records don't touch is kept."""
        result = Standings(board, today)
        if today == self.today and board.team == self.board.team:
            stale = touched(self.board, changed) | touched(board, changed)
            result._found = {i: s for i, s in self._found.items() if i not in stale}
            result._readings = {i: r for i, r in self._readings.items() if i not in stale}
        return result


def touched(board: Board, changed: Iterable[str]) -> set[str]:
    """The goals and team goals whose standing may differ after these records changed."""
    found: set[str] = set()
    for record_id in changed:
        record = board.get(record_id)
        goal = board.goal(record.goal) if isinstance(record, CheckIn | GoalRevision) else record
        if isinstance(goal, Goal | TeamGoal):
            found.add(goal.id)
        if isinstance(goal, Goal):
            found.update(goal.aligned)
    return found


def achieved(before: Standings, after: Standings, changed: Iterable[str]) -> list[AnyGoal]:
    """The goals that a change has brought to their target."""
    found: list[AnyGoal] = []
    for goal_id in sorted(touched(after.board, changed)):
        was, now = before.board.goal(goal_id), after.board.goal(goal_id)
        if was is None or now is None or after(now).status != "achieved":
            continue
        if before(was).status != "achieved":
            found.append(now)
    return found
