"""The result of a period: what was achieved and missed, how far, and how often goals were revised, and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date
from typing import Literal

from msgspec import Struct

from teamboard.domain.board import AnyGoal, Board
from teamboard.domain.history.time_travel import as_of
from teamboard.domain.periods import goals_in, previous_period
from teamboard.domain.progress import progress
from teamboard.domain.records import EarlierPeriod, Goal, GoalKind, GoalRevision, Period, Reason, TeamGoal
from teamboard.domain.revisions import effective

Result = Literal["achieved", "missed", "dropped", "carried", "open"]
RESULTS: tuple[Result, ...] = ("achieved", "missed", "dropped", "carried", "open")
"""What became of a goal: carried on into the next period, or open in one that still runs."""

Kind = GoalKind | Literal["team"]
KINDS: tuple[Kind, ...] = ("team", "result", "skill", "career")
BINS: tuple[tuple[str, float], ...] = (
    ("below 25 %", 0.25),
    ("25 to 49 %", 0.5),
    ("50 to 74 %", 0.75),
    ("75 to 99 %", 1.0),
    ("100 % and more", float("inf")),
)
"""The steps of progress that goals are counted in: what each is called, and where it ends."""


class GoalResult(Struct, frozen=True):
    """A goal, what became of it, and its progress by the end."""

    goal: AnyGoal
    result: Result
    progress: float


class Tally(Struct, frozen=True):
    """How many goals there were of each result."""

    achieved: int = 0
    missed: int = 0
    dropped: int = 0
    carried: int = 0
    open: int = 0

    @property
    def all(self) -> int:
        return sum(getattr(self, name) for name in RESULTS)


class PeriodReport(Struct, frozen=True):
    """The result of a period as of a day: its last, or, while it runs, the day that was asked for."""

    period: Period
    over: bool
    day: date
    results: tuple[GoalResult, ...]
    revisions: tuple[GoalRevision, ...]

    @property
    def tally(self) -> Tally:
        """The members' goals by result."""
        return tally(r for r in self.results if isinstance(r.goal, Goal))

    @property
    def by_kind(self) -> dict[Kind, Tally]:
        """The goals by kind, the kinds that there are."""
        found = {kind: tally(r for r in self.results if kind_of(r.goal) == kind) for kind in KINDS}
        return {kind: counted for kind, counted in found.items() if counted.all}

    @property
    def by_team_goal(self) -> list[tuple[GoalResult, Tally]]:
        """Each team goal with the goals aligned to it by result."""

        def serves(found: GoalResult, team_goal: AnyGoal) -> bool:
            return isinstance(found.goal, Goal) and team_goal.id in found.goal.aligned

        teams = [r for r in self.results if isinstance(r.goal, TeamGoal)]
        return [(t, tally(r for r in self.results if serves(r, t.goal))) for t in teams]

    @property
    def distribution(self) -> list[int]:
        """How many of the members' goals came how far, by BINS."""
        reached = [r.progress for r in self.results if isinstance(r.goal, Goal)]
        ends = [end for _, end in BINS]
        return [sum(low <= p < high for p in reached) for low, high in zip([-ends[-1], *ends], ends, strict=False)]

    @property
    def reasons(self) -> dict[Reason, int]:
        """How often goals were revised, by reason, the most frequent first."""
        found: dict[Reason, int] = {}
        for revision in self.revisions:
            found[revision.reason] = found.get(revision.reason, 0) + 1
        return dict(sorted(found.items(), key=lambda pair: -pair[1]))

    @property
    def revised(self) -> int:
        """How many goals were revised."""
        return len({v.goal for v in self.revisions})


def kind_of(goal: AnyGoal) -> Kind:
    """A goal's kind; a team goal's is `team`."""
    return goal.kind if isinstance(goal, Goal) else "team"


def tally(results: Iterable[GoalResult]) -> Tally:
    """How many of the results there are of each."""
    return Tally(**Counter(str(found.result) for found in results))


def report(board: Board, period: Period, today: date) -> PeriodReport:
    """The result of a period of the board. One that is over is read from the history, as it was closed."""
    was = became = board
    over = isinstance(period, EarlierPeriod)
    if isinstance(period, EarlierPeriod):
        was, became = as_of(board, period.revision - 1), as_of(board, period.revision)
    results = tuple(_result(was, became, goal, over=over) for goal in goals_in(was, period))
    revisions = tuple(
        v for v in was.revisions if v.state == "agreed" and period.starts <= effective(was, v) <= period.ends
    )
    return PeriodReport(period, over, period.ends if over else min(today, period.ends), results, revisions)


def report_before(board: Board, period: Period, today: date) -> PeriodReport | None:
    """The result of the period before, or None where there was none."""
    earlier = previous_period(board, period)
    return report(board, earlier, today) if earlier else None


def _result(was: Board, became: Board, goal: AnyGoal, *, over: bool) -> GoalResult:
    reached = progress(was, goal)
    now = became.goal(goal.id)
    outcome = now.outcome if now else "dropped"
    if outcome is not None:
        return GoalResult(goal, outcome, reached)
    if over:
        return GoalResult(goal, "carried", reached)
    return GoalResult(goal, "achieved" if reached >= 1.0 else "open", reached)
