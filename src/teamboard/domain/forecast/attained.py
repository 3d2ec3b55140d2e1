"""What members attained with their result goals, goal by goal and added up, as the report of a period lists it."""

from __future__ import annotations

from collections.abc import Iterator
from math import fsum

import msgspec
from msgspec import Struct

from teamboard.domain.board import AnyGoal
from teamboard.domain.forecast.figures import Figures, Forecasts, counted_results, member_attainment, member_ending
from teamboard.domain.forecast.weekly_gains import rises_from_zero
from teamboard.domain.goals.progress import is_ratio
from teamboard.domain.records import Activity, Member, Metric

AS_SHOWN = 1e-4
"""The difference of two attainments, as ratios, that are shown as the same: a hundredth of a per cent."""


class Attained(Struct, frozen=True, kw_only=True):
    """A goal with its target and value in its unit, and its figures."""

    goal: AnyGoal
    target: float
    value: float
    figures: Figures


class Total(Struct, frozen=True, kw_only=True):
    """Target and value of goals in one `unit`, added up.

    `at_this_pace` counts a goal without an ending as it stands, and is None if none has one; `call` is None unless each
    goal has one.
    """

    unit: str
    target: float
    value: float
    at_this_pace: float | None
    call: float | None


class MemberAttained(Struct, frozen=True, kw_only=True):
    """A member's attainment as a ratio, now and at this pace, the result goals that it counts, and what they add up to.

    `at_this_pace` is None where nothing is known of any goal's end. `total` is None where goals have several units, or
    are levels such as a win rate, which do not add up, and where value / target would be another attainment: the mean
    by weight of 10 % of €400k and 90 % of €100k is 50 %, while their sum is at 26 %.
    """

    member: Member
    attainment: float
    at_this_pace: float | None
    goals: tuple[Attained, ...]
    total: Total | None


def attained(forecasts: Forecasts, goal: AnyGoal, *, over: bool = False) -> Attained:
    """What of a goal is attained; of a period that is `over`, nothing is left to be forecast."""
    figures = forecasts.of(goal)
    if over:
        figures = msgspec.structs.replace(figures, needed_per_week=None, at_most=None, at_this_pace=None)
    return Attained(goal=goal, target=forecasts.range_of(goal)[1], value=forecasts.value(goal), figures=figures)


def members_attained(forecasts: Forecasts, *, over: bool = False) -> Iterator[MemberAttained]:
    """Yield what each member attained who has result goals that count, in the order of the board."""
    for member in forecasts.shown.members:
        attainment = member_attainment(forecasts.shown, member)
        if attainment is None:
            continue
        goals = tuple(attained(forecasts, goal, over=over) for goal in counted_results(forecasts.shown, member))
        yield MemberAttained(
            member=member,
            attainment=attainment,
            at_this_pace=None if over else member_ending(forecasts, member),
            goals=goals,
            total=_total(goals, attainment),
        )


def _adds_up(goal: AnyGoal) -> bool:
    if isinstance(goal.measure, Activity):
        return True
    return rises_from_zero(goal) and isinstance(goal.measure, Metric) and not is_ratio(goal.measure.unit)


def _total(goals: tuple[Attained, ...], attainment: float) -> Total | None:
    units = {found.goal.measure.unit for found in goals if isinstance(found.goal.measure, Metric | Activity)}
    if len(units) != 1 or (len(goals) > 1 and not all(_adds_up(found.goal) for found in goals)):
        return None
    target, value = (fsum(amounts) for amounts in zip(*((found.target, found.value) for found in goals), strict=True))
    if len(goals) > 1 and (target == 0 or abs(value / target - attainment) > AS_SHOWN):
        return None
    endings = [found.figures.at_this_pace for found in goals]
    calls = [found.figures.calls.call for found in goals]
    return Total(
        unit=units.pop(),
        target=target,
        value=value,
        at_this_pace=fsum(ending.value if ending else found.value for ending, found in zip(endings, goals, strict=True))
        if any(endings)
        else None,
        call=None if None in calls else fsum(call for call in calls if call is not None),
    )
