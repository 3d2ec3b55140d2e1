"""The report of a period: results and progress of its goals, and how often and why they were revised."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date
from itertools import pairwise
from typing import Literal, get_args

from msgspec import Struct

from teamboard.domain.board import AnyGoal, Board
from teamboard.domain.board_on_day import BoardOnDay, view_of_period
from teamboard.domain.forecast.attained import Attained, MemberAttained, attained, members_attained
from teamboard.domain.forecast.figures import Forecasts
from teamboard.domain.goals.closing import is_handed_over
from teamboard.domain.goals.revisions import effective, is_notice
from teamboard.domain.history.time_travel import as_of
from teamboard.domain.periods import goals_in, previous_period
from teamboard.domain.records import EarlierPeriod, Goal, GoalKind, GoalRevision, Period, Reason, Review, TeamGoal
from teamboard.domain.reviews.periods import reviews_of_period

Result = Literal["achieved", "missed", "dropped", "handed over", "carried", "open"]
RESULTS: tuple[Result, ...] = get_args(Result)
"""What became of a goal: "carried" into the next period, or "open" in the current one.

"handed over" is what stays of a goal with the owner before when the rest goes to somebody else.
"""

Kind = GoalKind | Literal["team"]
KINDS: tuple[Kind, ...] = ("team", "result", "skill", "career")
BINS: tuple[tuple[str, float], ...] = (
    ("below 25 %", 0.25),
    ("25 to 49 %", 0.5),
    ("50 to 74 %", 0.75),
    ("75 to 99 %", 1.0),
    ("100 % and more", float("inf")),
)
"""The bins of progress in which goals are counted: label and upper end, exclusive, as a ratio."""


class GoalResult(Struct, frozen=True):
    """A goal, its result, and what of it was attained by the end of the period."""

    result: Result
    attained: Attained

    @property
    def goal(self) -> AnyGoal:
        """The goal as it was at the end of the period."""
        return self.attained.goal

    @property
    def progress(self) -> float:
        """Its progress as a ratio, which is its attainment."""
        return self.attained.figures.attainment


class Tally(Struct, frozen=True):
    """The number of goals by result."""

    achieved: int = 0
    missed: int = 0
    dropped: int = 0
    handed_over: int = 0
    carried: int = 0
    open: int = 0

    def count(self, result: Result) -> int:
        """The number of goals with a result."""
        return int(getattr(self, _field_of(result)))

    @property
    def all(self) -> int:
        """The number of all goals."""
        return sum(self.count(result) for result in RESULTS)


class PeriodReport(Struct, frozen=True):
    """The report of a period as of `day`: its last day, or for the current period the day that was asked for.

    `members` are those who have result goals, in the order of the board; `reviews` those about the period, whenever
    they are held.
    """

    period: Period
    over: bool
    day: date
    results: tuple[GoalResult, ...]
    members: tuple[MemberAttained, ...]
    revisions: tuple[GoalRevision, ...]
    reviews: tuple[Review, ...]

    @property
    def of_members(self) -> list[GoalResult]:
        """The results of the members' goals, without those of team goals."""
        return [r for r in self.results if isinstance(r.goal, Goal)]

    @property
    def tally(self) -> Tally:
        """The members' goals by result."""
        return tally(self.of_members)

    @property
    def by_kind(self) -> dict[Kind, Tally]:
        """The goals by kind, without the kinds that have none."""
        tallies = {kind: tally(r for r in self.results if kind_of(r.goal) == kind) for kind in KINDS}
        return {kind: counted for kind, counted in tallies.items() if counted.all}

    @property
    def by_team_goal(self) -> list[tuple[GoalResult, Tally]]:
        """Each team goal with the tally of the members' goals aligned to it."""

        def serves(found: GoalResult, team_goal: AnyGoal) -> bool:
            return isinstance(found.goal, Goal) and team_goal.id in found.goal.aligned

        teams = [r for r in self.results if isinstance(r.goal, TeamGoal)]
        return [(t, tally(r for r in self.results if serves(r, t.goal))) for t in teams]

    def serving(self, team_goal: AnyGoal) -> int:
        """The number of team goals that serve a team goal."""
        return sum(isinstance(r.goal, TeamGoal) and r.goal.serves == team_goal.id for r in self.results)

    @property
    def by_progress(self) -> list[list[GoalResult]]:
        """The members' goals in each of BINS, the lowest progress first, without what was handed over."""
        reached = sorted((r for r in self.of_members if r.result != "handed over"), key=lambda r: r.progress)
        ends = [-float("inf"), *(end for _, end in BINS)]
        return [[r for r in reached if low <= r.progress < high] for low, high in pairwise(ends)]

    @property
    def distribution(self) -> list[int]:
        """The number of the members' goals in each of BINS, as `by_progress`."""
        return [len(results) for results in self.by_progress]

    @property
    def reasons(self) -> dict[Reason, int]:
        """The number of revisions by reason, most frequent first."""
        return dict(Counter(revision.reason for revision in self.revisions).most_common())

    @property
    def revised(self) -> int:
        """The number of goals that were revised."""
        return len({v.goal for v in self.revisions})


def need_attention(shown: BoardOnDay, goals: Iterable[AnyGoal]) -> list[AnyGoal]:
    """Those of some open goals that are behind, at risk, without an update or in need of help.

    Team goals first, then by progress - pace, the latest first.
    """
    found = [(goal, shown.standing(goal)) for goal in goals if goal.outcome is None]
    found = [(goal, now) for goal, now in found if now.blocker or now.status in ("behind", "at risk", "stale")]
    found.sort(key=lambda pair: (not isinstance(pair[0], TeamGoal), pair[1].progress - pair[1].pace))
    return [goal for goal, _ in found]


def kind_of(goal: AnyGoal) -> Kind:
    """A goal's kind; a team goal's is `team`."""
    return goal.kind if isinstance(goal, Goal) else "team"


def tally(results: Iterable[GoalResult]) -> Tally:
    """Count results."""
    return Tally(**Counter(_field_of(found.result) for found in results))


def _field_of(result: Result) -> str:
    return result.replace(" ", "_")


def report(shown: BoardOnDay, period: Period) -> PeriodReport:
    """The report of a period; a closed one is read from the history, as of the commit that closed it."""
    over = isinstance(period, EarlierPeriod)
    then = view_of_period(shown, period)
    was = then.board
    became = as_of(shown.board, period.revision) if isinstance(period, EarlierPeriod) else was
    forecasts = Forecasts(then)
    results = tuple(
        GoalResult(_result(became, goal, reached.figures.attainment, over=over), reached)
        for goal in goals_in(was, period)
        for reached in (attained(forecasts, goal, over=over),)
    )
    revisions = tuple(
        v
        for v in was.revisions
        if v.state == "agreed" and not is_notice(v) and period.starts <= effective(was, v) <= period.ends
    )
    day = period.ends if over else min(shown.day, period.ends)
    members = tuple(members_attained(forecasts, over=over))
    return PeriodReport(period, over, day, results, members, revisions, reviews_of_period(shown.board, period))


def report_before(shown: BoardOnDay, period: Period) -> PeriodReport | None:
    """The report of the period before, or None if there was none."""
    earlier = previous_period(shown.board, period)
    return report(shown, earlier) if earlier else None


def _result(became: Board, goal: AnyGoal, reached: float, *, over: bool) -> Result:
    now = became.goal(goal.id)
    outcome = now.outcome if now else "dropped"
    if outcome is not None:
        is_split = now is not None and is_handed_over(became, now)
        return "handed over" if is_split else outcome
    if over:
        return "carried"
    return "achieved" if reached >= 1.0 else "open"
