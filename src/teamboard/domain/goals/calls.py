"""Calls: what the owners of goals expect to reach by the due day, added up for a team goal that is a sum."""

from __future__ import annotations

from collections.abc import Callable
from math import fsum

from teamboard.domain.board import AnyGoal, Board
from teamboard.domain.check_ins import Calls, call_and_best
from teamboard.domain.goals.progress import counted_goals, value_range
from teamboard.domain.goals.tree import rolls_up
from teamboard.domain.records import Goal, TeamGoal

TOLERANCE = 1e-6
"""Of sums of floats."""
NO_CALLS = Calls(None, None, 0, 0)


def own_calls(board: Board, goal: AnyGoal) -> Calls:
    """The call and best case of a goal with check-ins of its own."""
    call, best = call_and_best(board.checkins_of(goal.id), goal.measure)
    return Calls(call, best, int(call is not None), 1)


def added_calls(
    board: Board, team_goal: TeamGoal, of: Callable[[AnyGoal], Calls], gain: Callable[[AnyGoal], float]
) -> Calls:
    """The calls and best cases of the carriers of a team goal that is a sum, added up; a mean has none.

    It has a call once all who carry it have one. A carrier without a best case counts with its call, and a closed one,
    unless open ones serve it, with what it reached. `of` returns the calls of a carrier, `gain` what it has gained.
    """
    start, target = value_range(board, team_goal)
    calls: list[float] = []
    bests: list[float] = []
    made = asked = 0
    for goal in counted_goals(board, team_goal) if team_goal.rolls_up == "sum" else ():
        low, high = value_range(board, goal)
        share = goal.aligned[team_goal.id] if isinstance(goal, Goal) else 1.0
        toward = share if (high >= low) == (target >= start) else -share
        found = of(goal) if goal.outcome is None or rolls_up(goal) else NO_CALLS
        if goal.outcome is not None and not found.asked:
            reached = toward * gain(goal)
            calls.append(reached)
            bests.append(reached)
            continue
        made, asked = made + found.made, asked + found.asked
        called = found.so_far if found.call is None else found.call
        if called is not None:
            calls.append(toward * (called - low))
            bests.append(toward * ((called if found.best is None else found.best) - low))
    if not made:
        return Calls(None, None, 0, asked)
    if made < asked:
        return Calls(None, None, made, asked, so_far=start + fsum(calls))
    return Calls(start + fsum(calls), start + fsum(bests), made, asked)


def missed_call(board: Board, goal: AnyGoal, calls: Calls) -> float | None:
    """The call of a goal as progress, where it misses the target: (call - start) / (target - start), below 1.

    None without a call, which a sum has once all who carry it have called, and for one that reaches the target.
    """
    if calls.call is None:
        return None
    start, target = value_range(board, goal)
    ratio = (calls.call - start) / (target - start) if target != start else 1.0
    return ratio if ratio < 1.0 - TOLERANCE else None
