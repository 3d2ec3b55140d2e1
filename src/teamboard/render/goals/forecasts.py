"""Forecasts in words and as JSON: attainment, gap, run rate, at this pace, calls, what is assigned, accuracy."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from rich.cells import cell_len

from teamboard.domain.amounts import NumberFormat, as_estimated, as_shown, format_short, plural, ratio_as_shown
from teamboard.domain.board import AnyGoal
from teamboard.domain.board_on_day import BoardOnDay
from teamboard.domain.check_ins import Calls
from teamboard.domain.forecast.accuracy import Accuracy, accuracy_for
from teamboard.domain.forecast.at_this_pace import Ending
from teamboard.domain.forecast.figures import Figures, Forecasts, member_attainment
from teamboard.domain.forecast.team import Carrier, TeamForecast, team_forecast
from teamboard.domain.forecast.weekly_gains import rises_from_zero
from teamboard.domain.goals.tree import rolls_up
from teamboard.domain.records import Activity, DoneOrNot, Member, Metric, Milestones, TeamGoal
from teamboard.render import format
from teamboard.render.line_layout import Line, fit

LABEL_CELLS = 14


def figures_json(figures: Figures) -> dict[str, Any]:
    """The figures of a goal as JSON values, rounded as they are shown; null for what can't be said."""
    return {
        "attainment": ratio_as_shown(figures.attainment),
        "gap": number_json(figures.gap),
        "run_rate": number_json(figures.run_rate, as_estimated),
        "needed_per_week": number_json(figures.needed_per_week, as_estimated),
        "at_this_pace": ending_json(figures.at_this_pace),
        "call": number_json(figures.calls.call),
        "best": number_json(figures.calls.best),
    }


def team_forecast_json(found: TeamForecast, *, carriers: bool) -> dict[str, Any]:
    """What a team goal has beside the figures: calls made, what is assigned, and with `carriers` what each adds."""
    calls = found.figures.calls
    result: dict[str, Any] = {
        "called": {"made": calls.made, "asked": calls.asked},
        "assigned": number_json(found.assigned),
        "unassigned": number_json(found.unassigned),
    }
    if carriers:
        result["carriers"] = [_carrier_json(carrier) for carrier in found.carriers]
    return result


def _carrier_json(carrier: Carrier) -> dict[str, Any]:
    return {
        "goal": carrier.goal.id,
        "owner": carrier.goal.owner,
        "share": carrier.share,
        "target": as_shown(carrier.target),
        "value": as_shown(carrier.value),
        "gap": as_shown(carrier.gap),
        "at_this_pace": ending_json(carrier.at_this_pace),
        "call": number_json(carrier.call),
        "best": number_json(carrier.best),
    }


def number_json(value: float | None, rounded: Callable[[float], float] = as_shown) -> float | None:
    """A number as a JSON value, rounded as it is shown; None as null."""
    return None if value is None else rounded(value)


def ending_json(ending: Ending | None) -> dict[str, float] | None:
    """Where a goal ends at this pace, and its quartiles, rounded as they are shown."""
    if ending is None:
        return None
    return {name: as_estimated(getattr(ending, name)) for name in ending.__struct_fields__}


def accuracy_json(shown: BoardOnDay, member: Member, reader: Member | None) -> dict[str, Any] | None:
    """How good a member's calls were, for the member and the managers above; None for others, and without a call."""
    found = accuracy_for(shown.board, member, reader)
    if found is None:
        return None
    return {"goals": found.goals, "error": ratio_as_shown(found.error), "bias": ratio_as_shown(found.bias)}


def figure_lines(shown: BoardOnDay, goal: AnyGoal) -> Iterator[Line]:
    """The figures of a goal as lines with labels; none for one that is done or not."""
    if not has_figures(goal):
        return
    numbers, forecasts = shown.board.number_format, Forecasts(shown)
    figures = forecasts.of(goal)
    yield _field("attained", f"{format.percent(figures.attainment)}{describe_gap(numbers, goal, figures)}")
    for label, text in forecast_fields(numbers, goal, figures):
        yield _field(label, text)
    if isinstance(goal, TeamGoal):
        yield from _team_lines(team_forecast(forecasts, goal), numbers)


def has_figures(goal: AnyGoal) -> bool:
    """False for a goal that is done or not: it has no numbers."""
    return not isinstance(goal.measure, DoneOrNot) or rolls_up(goal)


def forecast_fields(numbers: NumberFormat | None, goal: AnyGoal, figures: Figures) -> Iterator[tuple[str, str]]:
    """Yield run rate, at most, at this pace and call as label and text, each if there is one."""
    rates = [] if figures.run_rate is None else [f"{estimate(numbers, goal, figures.run_rate)} a week so far"]
    needed = as_estimated(figures.needed_per_week or 0.0)
    if needed:
        rates.append(f"{estimate(numbers, goal, needed)} a week needed")
    if rates:
        yield "run rate", ", ".join(rates)
    if figures.at_most is not None:
        still, end = (short_amount(numbers, goal, value) for value in figures.at_most)
        yield "at most", f"{end}, as {still} can still count: the target is out of reach"
    if ending := figures.at_this_pace:
        low, high = (amount_without_unit(numbers, goal, as_estimated(v)) for v in (ending.low, ending.high))
        yield "at this pace", f"{estimate(numbers, goal, ending.value)} ({low} to {high})"
    calls = figures.calls
    told = [] if calls.call is None else [short_amount(numbers, goal, calls.call)]
    told += [] if calls.best is None else [f"best case {short_amount(numbers, goal, calls.best)}"]
    if calls.so_far is not None:
        told.append(f"{describe_callers(calls)}: {short_amount(numbers, goal, calls.so_far)}")
    elif calls.asked > 1 and told:
        told.append(f"{calls.made} of {calls.asked} have called")
    if told:
        yield "call", ", ".join(told)


def describe_value_and_gap(forecasts: Forecasts, goal: AnyGoal) -> str:
    """The value of a goal beside its target, and what is missing: `€812k of €1.2M, €388k to go`."""
    numbers = forecasts.shown.board.number_format
    return f"{describe_value_and_target(forecasts, goal)}{describe_gap(numbers, goal, forecasts.of(goal))}"


def describe_value_and_target(forecasts: Forecasts, goal: AnyGoal) -> str:
    """The value of a goal beside its target, as `value_of_target`."""
    value, target = forecasts.value(goal), forecasts.range_of(goal)[1]
    return value_of_target(forecasts.shown.board.number_format, goal, value, target)


def value_of_target(numbers: NumberFormat | None, goal: AnyGoal, value: float, target: float) -> str:
    """A value of a goal beside a target: `€812k of €1.2M`.

    Where more is not better, or nothing is not the start: `5.2 %, target 4 %`.
    """
    reached = short_amount(numbers, goal, value)
    if rises_from_zero(goal) or isinstance(goal.measure, Activity):
        reached = f"{amount_without_unit(numbers, goal, value)} of {short_amount(numbers, goal, target)}"
    elif isinstance(goal.measure, Milestones):
        reached = format.amount(value, goal.measure, numbers, short=True)
    elif isinstance(goal.measure, Metric):
        reached = f"{reached}, target {short_amount(numbers, goal, target)}"
    return reached


def outlook_lines(forecasts: Forecasts, goals: Sequence[AnyGoal], width: int) -> list[Line]:
    """Whether each goal will be made, in `width` cells: `€812k of €1.2M, €388k to go · at this pace €1.36M · call €1M`.

    What falls short of the target is marked. Where a line does not fit, all are without what is to go, else without the
    call too. The line of a goal that is done or not is empty.
    """
    forms = [_outlook_forms(forecasts, goal) if has_figures(goal) else () for goal in goals]

    def fits(form: int) -> bool:
        return all(sum(cell_len(text) for text, _ in lines[form]) <= width for lines in forms if lines)

    chosen = next((form for form in range(3) if fits(form)), 3)
    if chosen < 3:
        return [lines[chosen] if lines else () for lines in forms]
    # A value whose unit is very long is cut.
    return [tuple((fit(text, width).rstrip(), style) for text, style in lines[3]) if lines else () for lines in forms]


def _outlook_forms(forecasts: Forecasts, goal: AnyGoal) -> tuple[Line, Line, Line, Line]:
    """The outlook of a goal in full, without what is to go, without the call too, and as its value alone."""
    numbers, figures = forecasts.shown.board.number_format, forecasts.of(goal)
    start, target = forecasts.range_of(goal)

    def span(label: str, value: float, text: str) -> Line:
        short = (value - target) * (target - start) < 0
        return ((f" · {label} ", "dim"), (text, "warn" if short else "text"))

    ending, call = figures.at_this_pace, figures.calls.call
    is_open = figures.attainment < 1 and goal.outcome is None
    pace = span("at this pace", ending.value, estimate(numbers, goal, ending.value)) if ending and is_open else ()
    called = span("call", call, short_amount(numbers, goal, call)) if call is not None and is_open else ()
    value: Line = ((describe_value_and_target(forecasts, goal), "text"),)
    to_go: Line = ((describe_gap(numbers, goal, figures), "text"),)
    return (*value, *to_go, *pace, *called), (*value, *pace, *called), (*value, *pace), value


def assigned_text(found: TeamForecast, numbers: NumberFormat | None) -> str:
    """What is assigned of a team goal, and what nobody has: `€3.9M of €4.2M, €300k to nobody`; "" where none is."""
    goal = found.team_goal
    if found.assigned is None or found.unassigned is None:
        return ""
    left = round(found.unassigned, 6)
    assigned, target = (short_amount(numbers, goal, v) for v in (found.assigned, found.assigned + found.unassigned))
    whole = f"{assigned} of {target}"
    rest = "to nobody" if left > 0 else "more than the target"
    return f"{whole}, {short_amount(numbers, goal, abs(left))} {rest}" if left else whole


def _team_lines(found: TeamForecast, numbers: NumberFormat | None) -> Iterator[Line]:
    """What is assigned of a team goal, and what each carrier adds."""
    goal = found.team_goal
    if assigned := assigned_text(found, numbers):
        yield _field("assigned", assigned)
    if goal.rolls_up != "sum":
        return
    for carrier in found.carriers:
        text = f"{short_amount(numbers, goal, carrier.value)} of {short_amount(numbers, goal, carrier.target)}"
        if carrier.at_this_pace:
            text += f", at this pace {estimate(numbers, goal, carrier.at_this_pace.value)}"
        if carrier.call is not None:
            text += f", call {short_amount(numbers, goal, carrier.call)}"
        yield _field(f"  {carrier.goal.id}", f"{text}  {carrier.goal.owner}")


def member_figure_lines(shown: BoardOnDay, member: Member, reader: Member | None) -> Iterator[Line]:
    """A member's attainment, and for them and the managers above how good their calls were."""
    attained = member_attainment(shown, member)
    found = accuracy_for(shown.board, member, reader)
    if attained is not None or found:
        yield ()
    if attained is not None:
        yield _field("attainment", f"{format.percent(attained)} of result goals, by weight")
    if found:
        yield _field("calls", describe_accuracy(found))


def describe_accuracy(found: Accuracy) -> str:
    """How good calls were: `12 % of the target away on average, 4 % too high (3 goals)`."""
    points = round(ratio_as_shown(found.bias) * 100)
    leaning = f", {abs(points)} % too {'high' if points > 0 else 'low'}" if points else ""
    return f"{format.percent(found.error)} of the target away on average{leaning} ({plural(found.goals, 'goal')})"


def describe_callers(calls: Calls) -> str:
    """How many of those who carry a team goal have called, where it is not all: `1 of 6 have called`; else ""."""
    return f"{calls.made} of {calls.asked} have called" if calls.is_partial else ""


def describe_gap(numbers: NumberFormat | None, goal: AnyGoal, figures: Figures) -> str:
    """What is missing to the target, or what is beyond it: `, €388,000 to go`."""
    if not figures.gap:
        return ""
    missing = figures.attainment < 1.0
    return f", {short_amount(numbers, goal, abs(figures.gap))} {'to go' if missing else 'beyond the target'}"


def short_amount(numbers: NumberFormat | None, goal: AnyGoal, value: float) -> str:
    """A value in a goal's unit, in about three digits; weights of milestones alone, done or not in per cent."""
    value = as_shown(value)
    if isinstance(goal.measure, DoneOrNot):
        return format.percent(value)
    if isinstance(goal.measure, Milestones):
        return format_short(value, numbers)
    return format.amount(value, goal.measure, numbers, short=True)


def estimate(numbers: NumberFormat | None, goal: AnyGoal, value: float) -> str:
    """A value that is worked out, in a goal's unit."""
    return short_amount(numbers, goal, as_estimated(value))


def amount_without_unit(numbers: NumberFormat | None, goal: AnyGoal, value: float) -> str:
    """A value of a goal in about three digits, without a unit other than a currency: `€812k`, `120`, `63 %`."""
    if isinstance(goal.measure, DoneOrNot):
        return format.percent(value)
    return format.amount_on_axis(as_shown(value), goal.measure, numbers)


def _field(label: str, text: str) -> Line:
    return ((f"   {label:<{LABEL_CELLS}}", "dim"), (text, "text"))
