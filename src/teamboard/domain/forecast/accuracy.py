"""How good calls were: how far they were from what came, once the goal is closed."""

from __future__ import annotations

from datetime import date, timedelta
from math import fsum

from msgspec import Struct

from teamboard.domain.amounts import CLOSEST
from teamboard.domain.board import Board
from teamboard.domain.forecast.weekly_gains import last_day_of
from teamboard.domain.goals.closing import is_handed_over
from teamboard.domain.goals.progress import progress, value_of, value_range
from teamboard.domain.goals.revisions import Ownership, owned_by
from teamboard.domain.permissions import may_read_coaching
from teamboard.domain.records import Activity, Goal, Member

_DAY = timedelta(days=1)


class Accuracy(Struct, frozen=True):
    """How far calls were from what came, as ratios of target - start, over closed goals; 0.1 is 10 % of the target.

    `error` is the mean distance, `bias` the mean of call - came in the direction of the goal: above 0 if more was
    called than came.
    """

    goals: int
    error: float
    bias: float


def accuracy(board: Board, member: Member) -> Accuracy | None:
    """How good a member's calls were, each goal alike; None if no closed goal of theirs had a call.

    Goals count that were closed as achieved or missed, each for the days on which it was theirs.
    """
    found = [found for owned in owned_by(board, member.handle) if (found := goal_accuracy(board, owned)) is not None]
    if not found:
        return None
    error, bias = (fsum(values) / len(found) for values in zip(*found, strict=True))
    return Accuracy(len(found), error, bias)


def accuracy_for(board: Board, member: Member, reader: Member | None) -> Accuracy | None:
    """How good a member's calls were, for the member and the managers above; None for other readers."""
    return accuracy(board, member) if may_read_coaching(board, reader, member) else None


def goal_accuracy(board: Board, owned: Ownership) -> tuple[float, float] | None:
    """Error and bias of the calls on one goal; None without a call, while it is open, and for what was handed over.

    Each call counts for the days on which it held, up to the day before the next, the last one to the goal's last day:
    sum of days x |call - came| / sum of days / |target - start|. So a call that was right early counts more than one on
    the last day.
    """
    goal = owned.goal
    if goal.outcome not in ("achieved", "missed") or is_handed_over(board, goal):
        return None
    calls = _calls(board, goal, owned.first or date.min, owned.last or date.max)
    start, target = value_range(board, goal)
    whole = target - start
    if not calls or abs(whole) < CLOSEST:
        return None
    came = value_of(goal, board.last_checkin(goal.id))
    if isinstance(goal.measure, Activity):
        came = start + progress(board, goal) * whole
    days = [day for day, _ in calls]
    ends = [*days[1:], max(min(last_day_of(goal), owned.last or date.max), days[-1]) + _DAY]
    held = [(after - day).days for day, after in zip(days, ends, strict=True)]
    far = [(call - came) / whole for _, call in calls]
    return (
        fsum(n * abs(off) for n, off in zip(held, far, strict=True)) / sum(held),
        fsum(n * off for n, off in zip(held, far, strict=True)) / sum(held),
    )


def _calls(board: Board, goal: Goal, first: date, last: date) -> list[tuple[date, float]]:
    """The calls made between two days, by day; of several on one day the last."""
    dated = ((board.checkin_day(c), c.call) for c in board.checkins_of(goal.id))
    return list({day: call for day, call in dated if call is not None and first <= day <= last}.items())
