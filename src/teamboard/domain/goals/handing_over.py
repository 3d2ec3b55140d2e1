"""Handing a goal over: what becomes of it, and which part stays with the owner before.

A goal changes its owner in place, with its value and its history. One that a team goal sums up is split: what was
reached stays with the owner before, in the goal, which is closed, achieved at its value and shown as handed over; the
rest is a new goal of the new owner.
A metric is split by value, an activity by weeks: those before the rest begins keep what they asked for and what was
counted in them. Where a team goal takes the mean of it too, the weight is split as the target is. So no sum and no mean
changes, and each has their own contribution. What is handed over of a goal that has reached its target is new: the mean
falls as if the target had been raised by it.
"""

from __future__ import annotations

from datetime import date, timedelta

import msgspec
from msgspec import Struct

from teamboard.domain.amounts import format_amount
from teamboard.domain.board import AnyGoal, Board
from teamboard.domain.errors import Refused
from teamboard.domain.goals.activity import counts_by_week, monday, plan_of, week_number
from teamboard.domain.goals.closing import closed_on
from teamboard.domain.goals.progress import progress, value_of
from teamboard.domain.records import Activity, Goal, Metric, TeamGoal
from teamboard.domain.records.names import comparable
from teamboard.domain.sanitize import shell_command

DECIMALS = 6
"""Of the rest: enough for cents of anything, and without the noise of a difference of floats."""
_LEAST_SHARE = 1e-6
"""Of the weight of a goal that is split, for each half: one that asks for nothing counts for as good as nothing."""


class HandOver(Struct, frozen=True):
    """A goal that is handed over, `before` and `after`, and where it is split the `rest`, a new goal without an id."""

    before: AnyGoal
    after: AnyGoal
    rest: Goal | None = None


def hand_over(board: Board, goal: AnyGoal, to: str, day: date, target: float | None = None) -> HandOver:
    """What becomes of an open goal that goes to a member on a day, with another target if one is given.

    Raises Refused if the goal has no target to change, or if it is split and nothing is left of it.
    """
    measure = goal.measure
    if target is not None and not isinstance(measure, Metric):
        raise Refused(f"{goal.id} has no target: hand it over without one.")
    if isinstance(goal, Goal) and isinstance(measure, Metric) and is_split(board, goal):
        value = value_of(goal, board.last_checkin(goal.id))
        kept = msgspec.structs.replace(goal, measure=msgspec.structs.replace(measure, target=value))
        to_do = _rest_of(board, goal, measure, value, target)
        rest = msgspec.structs.replace(goal, measure=to_do, starts=min(max(goal.starts, day), goal.due))
        return _split(board, goal, kept, rest, to, day, _share_reached(board, goal, measure, value, to_do))
    if isinstance(goal, Goal) and isinstance(measure, Activity) and is_split(board, goal):
        starts = _first_week_of_rest(board, goal, day)
        kept = msgspec.structs.replace(goal, due=starts - timedelta(days=1))
        rest = msgspec.structs.replace(goal, starts=starts)
        return _split(board, goal, kept, rest, to, day, share_before(board, goal, kept))
    after = msgspec.structs.replace(goal, owner=to)
    if isinstance(measure, Metric) and target is not None:
        if (target - measure.start) * (measure.target - measure.start) < 0:
            rises = measure.target > measure.start
            start, given = (
                format_amount(number, measure.unit, board.number_format) for number in (measure.start, target)
            )
            raise Refused(f"The target of {goal.id} must be {'above' if rises else 'below'} {start}, not {given}.")
        after = msgspec.structs.replace(after, measure=msgspec.structs.replace(measure, target=target))
    if isinstance(after, Goal) and after.drives is not None:
        # A goal drives one of the same owner.
        after = msgspec.structs.replace(after, drives=None)
    return HandOver(goal, after)


def is_split(board: Board, goal: Goal) -> bool:
    """True if a goal is split when it is handed over: a team goal sums it up, and something of it was reached."""
    sums = (board.goal(team_goal) for team_goal in goal.aligned)
    return any(isinstance(t, TeamGoal) and t.rolls_up == "sum" for t in sums) and progress(board, goal) > 0


def has_no_week_left(board: Board, goal: Goal, day: date) -> bool:
    """True for an activity that would be split when it is handed over, and has no week left for another owner."""
    return (
        isinstance(goal.measure, Activity) and is_split(board, goal) and first_day_of_rest(board, goal, day) > goal.due
    )


def copy_of(board: Board, goal: AnyGoal, handle: str) -> Goal | None:
    """An open goal of a member with the title and measure of another's, as one for many has; None for one in a sum.

    Who has it already needs no second one; where a team goal sums it up, the team needs both.
    """
    sums = (board.goal(team_goal) for team_goal in goal.aligned) if isinstance(goal, Goal) else ()
    if any(isinstance(t, TeamGoal) and t.rolls_up == "sum" for t in sums):
        return None
    same = (g for g in board.open_goals_of(handle) if g.id != goal.id and g.measure == goal.measure)
    return next((g for g in same if comparable(g.title) == comparable(goal.title)), None)


def _split(board: Board, goal: Goal, kept: Goal, rest: Goal, to: str, day: date, share: float) -> HandOver:
    """The two halves of a goal, of which `share`, 0 to 1, stays with the owner before."""
    rest = msgspec.structs.replace(rest, owner=to, set_on=day, drives=None, continues=goal.id)
    if is_in_mean(board, goal):
        part = goal.weight * min(max(share, _LEAST_SHARE), 1 - _LEAST_SHARE)
        kept_weight = round(part, DECIMALS) if 0 < round(part, DECIMALS) < goal.weight else part
        kept = msgspec.structs.replace(kept, weight=kept_weight)
        rest = msgspec.structs.replace(rest, weight=round(goal.weight - kept_weight, DECIMALS) or goal.weight - part)
    return HandOver(goal, closed_on(kept, "achieved", day), rest)


def _share_reached(board: Board, goal: Goal, measure: Metric, value: float, rest: Metric) -> float:
    """The share of a goal that stays with the owner before; of one that reached its target, of both targets."""
    reached = progress(board, goal)
    if reached < 1:
        return reached
    return abs(value - measure.start) / (abs(value - measure.start) + abs(rest.target - rest.start))


def is_in_mean(board: Board, goal: Goal) -> bool:
    """True if a team goal takes the mean of the goal and others, by their weights."""
    means = (board.goal(team_goal) for team_goal in goal.aligned)
    return any(isinstance(t, TeamGoal) and t.rolls_up == "mean" for t in means)


def first_day_of_rest(board: Board, goal: Goal, day: date) -> date:
    """The Monday on which the rest of an activity that is handed over on a day begins.

    It is that of the day's week, or of the week after the last that has a count already.
    """
    counted = (week for week, count in counts_by_week(board, goal).items() if count > 0)
    return monday(max(week_number(day) + int(day < goal.starts), max(counted, default=0) + 1))


def _first_week_of_rest(board: Board, goal: Goal, day: date) -> date:
    """The first day of the rest of an activity. Raises Refused if none of its weeks is left."""
    starts = first_day_of_rest(board, goal, day)
    if starts > goal.due:
        outcome = "achieved" if progress(board, goal) >= 1 else "missed"
        close = shell_command("goal", "close", goal.id, f"--{outcome}", "-m", "…")
        if day > goal.due:
            raise Refused(f"The last week of {goal.id} is over: close it: {close}.")
        raise Refused(f"No week of {goal.id} is left after this one: close it: {close}, or let it end on {goal.due}.")
    return starts


def share_before(board: Board, goal: Goal, kept: Goal) -> float:
    """The share of what an activity asks for that the weeks kept by the owner before ask for."""
    whole = plan_of(board, goal)
    before = plan_of(board.with_changes({goal.id: kept}), kept)
    target = whole.target() if whole else 0.0
    return before.target() / target if before and target > 0 else 0.0


def _rest_of(board: Board, goal: Goal, measure: Metric, value: float, target: float | None) -> Metric:
    """The measure of the rest: from 0 to what is left, or for a value that falls on from where it is."""
    rises = measure.target > measure.start
    if target is None:
        target = round(measure.target - value, DECIMALS) if rises else measure.target
        if (target <= 0) if rises else (target >= value):
            close = shell_command("goal", "close", goal.id, "--achieved", "-m", "…")
            raise Refused(f"{goal.id} has reached its target: give the --target of what is left, or close it: {close}.")
    if (target <= 0) if rises else (target >= value):
        now, given = (format_amount(number, measure.unit, board.number_format) for number in (value, target))
        what = "above 0" if rises else f"below {now}"
        raise Refused(f"The target of what is left of {goal.id} must be {what}, not {given}.")
    return msgspec.structs.replace(measure, start=0.0 if rises else value, target=target)
