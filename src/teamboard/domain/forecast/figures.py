"""The figures of a goal in the words of the trade: attainment, gap, run rate, at this pace, call; and a member's.

Each figure is computed here, once, for all that show it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from math import fsum, sqrt

from msgspec import Struct

from teamboard.domain.board import AnyGoal
from teamboard.domain.board_on_day import BoardOnDay
from teamboard.domain.check_ins import Calls
from teamboard.domain.forecast.at_this_pace import Ending, at_this_pace
from teamboard.domain.forecast.weekly_gains import weeks_left, weeks_so_far
from teamboard.domain.goals.activity import can_still_count
from teamboard.domain.goals.calls import TOLERANCE
from teamboard.domain.goals.check_in_days import is_done_or_not
from teamboard.domain.goals.progress import factors, last_day, period_start, value_range
from teamboard.domain.goals.tree import below_first, rolls_up
from teamboard.domain.ids import RecordId
from teamboard.domain.records import Goal, Member, TeamGoal


class Figures(Struct, frozen=True, kw_only=True):
    """The figures of a goal, in its unit; see the functions of `Forecasts`. None for what can't be said."""

    attainment: float
    gap: float | None
    run_rate: float | None
    needed_per_week: float | None
    at_most: tuple[float, float] | None
    at_this_pace: Ending | None
    calls: Calls


class Forecasts:
    """The forecasts of a board on a day. Each is worked out when it is first asked for, and kept."""

    def __init__(self, shown: BoardOnDay) -> None:
        self.shown = shown
        self._endings: dict[RecordId, Ending | None] = {}

    def of(self, goal: AnyGoal) -> Figures:
        """All figures of a goal or team goal."""
        return Figures(
            attainment=self.attainment(goal),
            gap=self.gap(goal),
            run_rate=self.run_rate(goal),
            needed_per_week=self.needed_per_week(goal),
            at_most=self.at_most(goal),
            at_this_pace=self.ending(goal),
            calls=self.calls(goal),
        )

    # -- now

    def value(self, goal: AnyGoal) -> float:
        """The value of a goal; see `BoardOnDay.value`."""
        return self.shown.value(goal)

    def range_of(self, goal: AnyGoal) -> tuple[float, float]:
        """The values of a goal at progress 0 and 1: start and target of a metric."""
        return value_range(self.shown.board, goal)

    def attainment(self, goal: AnyGoal) -> float:
        """How much of a goal is reached, as a ratio, not clipped.

        value / target for a goal that rises from 0, as in a quota plan; that is its progress,
        (value - start) / (target - start), as it is for any other goal.
        """
        return self.shown.standing(goal).progress

    def gap(self, goal: AnyGoal) -> float | None:
        """Target - value: what is missing, below 0 for what is beyond the target, or for a value that is to fall.

        None for a goal that is done or not.
        """
        return None if is_done_or_not(goal) else self.range_of(goal)[1] - self.value(goal)

    def run_rate(self, goal: AnyGoal) -> float | None:
        """The gain per week so far: (value - start) / weeks that count, up to the day that the value speaks of.

        None without a check-in, in the first week that counts, and for a goal that is done or not.
        """
        board, today = self.shown.board, self.shown.day
        if is_done_or_not(goal) or last_day(board, goal) is None:
            return None
        weeks = weeks_so_far(board, goal, today)
        return (self.value(goal) - self.range_of(goal)[0]) / weeks if weeks >= 1 else None

    def needed_per_week(self, goal: AnyGoal) -> float | None:
        """The gain per week that is needed to reach the target on the due day: gap / weeks left that count.

        With less than a week left it is the gap itself, and 0 once the target is reached. None if no day is left that
        counts, for a closed goal, for one that is done or not, and for a number per week that is out of reach.
        """
        board, today = self.shown.board, self.shown.day
        gap = self.gap(goal)
        left = weeks_left(board, goal, today)
        if gap is None or goal.outcome is not None or today > goal.due or left <= 0:
            return None
        if self.at_most(goal) is not None:
            return None
        return 0.0 if self.shown.standing(goal).progress >= 1.0 else gap / max(left, 1.0)

    def at_most(self, goal: AnyGoal) -> tuple[float, float] | None:
        """Of a number per week that is out of reach, as a week counts up to its number: (what can still count, value).

        The value is that at the due day with all of it. None while the target can be reached, for another measure, and
        for a closed goal.
        """
        still = None if rolls_up(goal) else can_still_count(self.shown.board, goal, self.shown.day)
        gap = self.gap(goal)
        if still is None or gap is None or still >= gap - TOLERANCE:
            return None
        return still, self.value(goal) + still

    # -- at the due day

    def ending(self, goal: AnyGoal) -> Ending | None:
        """Where a goal ends at this pace; see `at_this_pace`, and for a team goal that rolls up `_rolled_up`."""
        if self.shown.over:
            return None
        if goal.id not in self._endings:
            for below in below_first(self.shown.board, goal) if isinstance(goal, TeamGoal) else ():
                if rolls_up(below) and below.id not in self._endings:
                    # Where another program has written team goals in a circle, each is met once.
                    self._endings[below.id] = None
                    self._endings[below.id] = self._rolled_up(below)
            if not rolls_up(goal):
                self._endings[goal.id] = at_this_pace(self.shown.board, goal, self.shown.day)
        return self._endings[goal.id]

    def _rolled_up(self, team_goal: TeamGoal) -> Ending | None:
        """The endings of what a team goal adds up or takes the mean of, put together as its progress is.

        What has no ending counts as it stands. The distances of the quartiles add up as those of independent numbers:
        the square root of the sum of their squares. None if nothing has an ending, as when all is closed.
        """
        if self.shown.day > team_goal.due:
            return None
        parts: list[tuple[float, float, float]] = []
        known = False
        for part in factors(self.shown.board, team_goal):
            ending = self.ending(part.goal)
            known = known or ending is not None
            at = self._progress_at(part.goal, ending) if ending else [self.shown.standing(part.goal).progress] * 3
            low, middle, high = sorted(part.at(progress) for progress in at)
            parts.append((middle, middle - low, high - middle))
        if not known:
            return None
        middle = fsum(part for part, _, _ in parts)
        below, above = (sqrt(fsum(part[i] ** 2 for part in parts)) for i in (1, 2))
        start, target = self.range_of(team_goal)
        ends = [start + progress * (target - start) for progress in (middle, middle - below, middle + above)]
        return Ending(ends[0], *sorted(ends[1:]))

    def attainment_at_end(self, goal: AnyGoal) -> float:
        """The attainment with which a goal ends at this pace; as it stands without an ending."""
        ending = self.ending(goal)
        return self._progress_at(goal, ending)[0] if ending else self.attainment(goal)

    def _progress_at(self, goal: AnyGoal, ending: Ending) -> list[float]:
        """The progress at the end and at its quartiles."""
        start, target = self.range_of(goal)
        whole = target - start
        return [(value - start) / whole if whole else 0.0 for value in (ending.value, ending.low, ending.high)]

    def calls(self, goal: AnyGoal) -> Calls:
        """The call and best case of a goal; see `BoardOnDay.calls`."""
        return self.shown.calls(goal)


def member_attainment(shown: BoardOnDay, member: Member) -> float | None:
    """A member's attainment: the mean of that of their result goals by weight, not clipped; None without one.

    It counts those that have begun and are open, and those that were closed in the current period and not dropped.
    """
    return _mean_by_weight(counted_results(shown, member), lambda goal: shown.standing(goal).progress)


def member_pace(shown: BoardOnDay, member: Member) -> float | None:
    """The pace of a member's attainment: the mean of that of the same goals by weight; None without one."""
    return _mean_by_weight(counted_results(shown, member), lambda goal: shown.standing(goal).pace)


def member_ending(forecasts: Forecasts, member: Member) -> float | None:
    """A member's attainment at this pace: the mean of where the same goals end; what has no ending counts as it is.

    None without a result goal, and where nothing is known of any goal's end.
    """
    goals = counted_results(forecasts.shown, member)
    is_known = any(forecasts.ending(goal) for goal in goals)
    return _mean_by_weight(goals, forecasts.attainment_at_end) if is_known else None


def _mean_by_weight(goals: Sequence[Goal], ratio: Callable[[Goal], float]) -> float | None:
    weight = fsum(goal.weight for goal in goals)
    return fsum(goal.weight * ratio(goal) for goal in goals) / weight if weight else None


def counted_results(shown: BoardOnDay, member: Member) -> list[Goal]:
    """The result goals that a member's attainment counts."""
    goals = [g for g in shown.board.goals_of(member.handle) if g.kind == "result" and g.starts <= shown.day]
    since = period_start(shown.board, None)
    return [g for g in goals if _counts(g, since)]


def _counts(goal: Goal, since: date | None) -> bool:
    if goal.outcome is None:
        return True
    return goal.outcome != "dropped" and goal.closed is not None and (since is None or goal.closed >= since)
