"""What becomes of a goal when a period ends: each choice in a line, for the screen that begins the next period."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import NamedTuple

from teamboard.domain.amounts import plural
from teamboard.domain.board import AnyGoal, Board
from teamboard.domain.board_on_day import BoardOnDay
from teamboard.domain.ids import RecordId
from teamboard.domain.periods.rollover import Choice, target_of, value_at_begin, with_target
from teamboard.domain.records import Activity, Goal, Metric, Milestones, Period
from teamboard.domain.sanitize import one_line
from teamboard.render import format
from teamboard.render.format import name_of
from teamboard.render.line_layout import Line, SpanStyle, filled, fit, right_aligned, state_span

CHOICE_LABELS: dict[Choice, str] = {"renew": "renew", "carry": "carry on", "close": "missed", "drop": "drop"}
CHOICE_STYLES: dict[Choice, SpanStyle] = {"carry": "text", "renew": "accent", "drop": "dim", "close": "bad"}
WIDE_FROM = 100
UNUSUAL_LENGTH = 1.25
"""How many times longer or shorter than the one before a period is, for a word about it; months differ by less."""
WHO_CELLS, STATE_CELLS = 11, 12


class Renewal(NamedTuple):
    """The choices for all goals, and the targets of those that are renewed with another one, by id."""

    choices: Mapping[RecordId, Choice]
    targets: Mapping[RecordId, float]


def describe_choice(board: Board, goal: AnyGoal, renewal: Renewal, progress: float, *, in_full: bool = False) -> str:
    """What the choice for a goal means: `renew: €0 of €1.3M`, `carry on from €812k`, `missed at 68 %`.

    With `in_full` also how a goal that is renewed is closed: `missed, renew: €0 of €1.3M`.
    """
    choice = renewal.choices[goal.id]
    label = CHOICE_LABELS[choice]
    if choice == "drop":
        return f"{label}: given up"
    if choice == "close":
        return f"{'achieved' if progress >= 1.0 else label} at {format.percent(progress)}"
    if choice == "carry":
        reached = _describe_value(board, goal, progress)
        return f"{label} from {reached}" if reached else label
    if in_full:
        label = f"{'achieved' if progress >= 1.0 else CHOICE_LABELS['close']}, {label}"
    measure, numbers = goal.measure, board.number_format
    if goal.id in renewal.targets and target_of(measure) is not None:
        measure = with_target(goal, renewal.targets[goal.id])
    if isinstance(measure, Activity):
        return f"{label}: {format.amount(measure.per_week, measure, numbers)} a week"
    if isinstance(measure, Milestones):
        return f"{label}: {format.amount(0, measure, numbers)} done"
    if not isinstance(measure, Metric):
        return f"{label}: not done"
    begins = value_at_begin(board, goal, renewal.choices)
    target = format.amount(measure.target, measure, numbers, short=True)
    return f"{label}: {format.amount_on_axis(begins, measure, numbers)} {'to' if begins else 'of'} {target}"


def _describe_value(board: Board, goal: AnyGoal, progress: float) -> str:
    """The value that a goal has, in short; "" for done or not."""
    if isinstance(goal.measure, Metric):
        value = goal.measure.start + progress * (goal.measure.target - goal.measure.start)
        return format.amount(value, goal.measure, board.number_format, short=True)
    return format.describe_reached(board, goal, progress)


def describe_turn(running: Period, following: Period) -> str:
    """What is unusual about the end of a period and the length of the next one; "" if nothing is.

    `Q4 ends 67 days early, on 25 Nov 2026; Q1 has 156 days, Q4 was to have 92`.
    """
    last = following.starts - timedelta(days=1)
    parts = []
    if (early := (running.ends - last).days) > 0:
        parts.append(f"{one_line(running.name)} ends {plural(early, 'day')} early, on {format.short_day(last)}")
    usual, days = ((p.ends - p.starts).days + 1 for p in (running, following))
    if not usual / UNUSUAL_LENGTH <= days <= usual * UNUSUAL_LENGTH:
        was = "was to have" if early > 0 else "had"
        parts.append(f"{one_line(following.name)} has {plural(days, 'day')}, {one_line(running.name)} {was} {usual}")
    return "; ".join(parts)


def choice_line(shown: BoardOnDay, goal: AnyGoal, renewal: Renewal, width: int) -> Line:
    """The row of a goal: who, what, how far it came, and what its choice means."""
    board, choice = shown.board, renewal.choices[goal.id]
    now = shown.standing(goal)
    state = fit(state_span(goal, now)[0], STATE_CELLS) if width >= WIDE_FROM else ""
    meaning_cells = width * 2 // 5
    meaning = describe_choice(board, goal, renewal, now.progress, in_full=width >= WIDE_FROM)
    who = name_of(board, goal.owner) if isinstance(goal, Goal) else "the team"
    who_cells = WHO_CELLS + (3 if state else 0)
    left = max(width - 6 - who_cells - 1 - 8 - len(state) - meaning_cells, 8)
    return filled(
        (
            (" ", ""),
            (fit(goal.id, 5), "accent"),
            (fit(who, who_cells) + " ", "dim"),
            (fit(goal.title, left), "text"),
            (right_aligned(format.percent(now.progress), 6) + "  ", "text"),
            (state, state_span(goal, now)[1]),
            (fit(meaning, meaning_cells - 1), CHOICE_STYLES[choice]),
        ),
        width,
    )


def all_line(words: str, style: SpanStyle, width: int) -> Line:
    """The first row, for all goals: `results renew, the rest carries on`."""
    meaning_cells = max(width * 2 // 5, len(words) + 1)
    return filled(((" ", ""), (fit("All of them", width - 1 - meaning_cells), "strong"), (words, style)), width)
