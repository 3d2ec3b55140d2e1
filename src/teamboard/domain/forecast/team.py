"""The forecast of a team goal: what is assigned, what nobody has, and what each carrier adds to it."""

from __future__ import annotations

from msgspec import Struct

from teamboard.domain.board import AnyGoal
from teamboard.domain.forecast.at_this_pace import Ending
from teamboard.domain.forecast.figures import Figures, Forecasts
from teamboard.domain.goals.assigned import assigned_of
from teamboard.domain.goals.progress import counted_goals
from teamboard.domain.records import Goal, TeamGoal


class Carrier(Struct, frozen=True, kw_only=True):
    """A goal, or a team goal below, with what it adds to a team goal.

    In a sum each number is share x gain: what counts for the team goal, which for a goal that rises from 0 and serves
    one team goal is the number itself. Otherwise, as in a mean, the numbers are the goal's own.
    """

    goal: AnyGoal
    share: float
    target: float
    value: float
    gap: float
    at_this_pace: Ending | None
    call: float | None
    best: float | None


class TeamForecast(Struct, frozen=True, kw_only=True):
    """A team goal with its figures and carriers, in the order of their ids.

    For a sum, `assigned` is what its carriers are to gain, and `unassigned` what nobody has of all there is to gain;
    below 0 if more is assigned. Both are None for a mean, and for a team goal with check-ins of its own.
    """

    team_goal: TeamGoal
    target: float
    value: float
    figures: Figures
    assigned: float | None
    unassigned: float | None
    carriers: tuple[Carrier, ...]


def team_forecast(forecasts: Forecasts, team_goal: TeamGoal) -> TeamForecast:
    """The forecast of a team goal on the day.

    What is assigned of it is told by `assigned_of`.
    """
    _, target = forecasts.range_of(team_goal)
    goals = counted_goals(forecasts.shown.board, team_goal)
    carriers = tuple(carrier_of(forecasts, team_goal, goal) for goal in goals)
    found = assigned_of(forecasts.shown.board, team_goal)
    return TeamForecast(
        team_goal=team_goal,
        target=target,
        value=forecasts.value(team_goal),
        figures=forecasts.of(team_goal),
        assigned=found.assigned if found else None,
        unassigned=found.unassigned if found else None,
        carriers=tuple(c for c in carriers if c.goal.outcome is None or c.value),
    )


def carrier_of(forecasts: Forecasts, team_goal: TeamGoal | None, goal: AnyGoal) -> Carrier:
    """What a goal adds to a team goal; without one, the goal's own numbers."""
    start, target = forecasts.range_of(goal)
    share = goal.aligned.get(team_goal.id, 1.0) if team_goal is not None and isinstance(goal, Goal) else 1.0
    is_sum = team_goal is not None and team_goal.rolls_up == "sum"
    scale = (share if target >= start else -share) if is_sum else 1.0

    def counted(value: float) -> float:
        return scale * (value - start) if is_sum else value

    value = counted(forecasts.value(goal))
    whole = counted(target) if goal.outcome is None or not is_sum else max(value, 0.0)
    ending, calls = forecasts.ending(goal), forecasts.calls(goal)
    return Carrier(
        goal=goal,
        share=share,
        target=whole,
        value=value,
        gap=whole - value,
        at_this_pace=Ending(counted(ending.value), *sorted((counted(ending.low), counted(ending.high))))
        if ending
        else None,
        call=None if calls.call is None else counted(calls.call),
        best=None if calls.best is None else counted(calls.best),
    )
