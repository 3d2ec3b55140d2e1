"""What a new period asks about each goal: the choices, what is usual, and the targets of goals that begin again."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from math import fsum
from typing import Literal

import msgspec

from teamboard.domain.amounts import (
    CLOSEST,
    MINUS,
    AmbiguousNumber,
    NumberFormat,
    as_shown,
    bounded_number,
    bounded_weight,
    parse_amount,
)
from teamboard.domain.board import AnyGoal, Board
from teamboard.domain.errors import Refused
from teamboard.domain.goals.progress import goal_parts, is_ratio, progress, value_range
from teamboard.domain.goals.tree import below_first
from teamboard.domain.ids import RecordId
from teamboard.domain.periods import unfinished
from teamboard.domain.records import Activity, Measure, Metric, TeamGoal

Choice = Literal["carry", "renew", "drop", "close"]
"""What to do with a goal when a period ends: carry it to the new period's end; renew it, which closes it and adds a new
one that begins again; drop it; or close it. It is closed as achieved if it has reached its target, else as missed."""


def goals_to_choose(board: Board) -> list[AnyGoal]:
    """The open goals that a new period asks about: unfinished ones, and those that have reached their target."""
    due = {g.id for g in unfinished(board)}
    return [g for g in board.open_goals if g.id in due or progress(board, g) >= 1.0]


def usual_choices(board: Board) -> dict[RecordId, Choice]:
    """The usual choice for each goal to choose: results and team goals begin again, skills and career carry on.

    A skill or career goal that has reached its target is closed.
    """
    found: dict[RecordId, Choice] = {}
    for goal in goals_to_choose(board):
        if isinstance(goal, TeamGoal) or goal.kind == "result":
            found[goal.id] = "renew"
        else:
            found[goal.id] = "close" if progress(board, goal) >= 1.0 else "carry"
    return found


def with_sums(board: Board, choices: Mapping[RecordId, Choice]) -> dict[RecordId, Choice]:
    """The choices, where a team goal that sums begins again with its carriers, so that it begins at 0.

    A sum that is renewed renews its carriers, and one whose carriers are all renewed (or end) is renewed itself, at any
    number of levels; what is chosen for a goal itself stands.
    """
    found = dict(choices)
    asked = {g.id for g in goals_to_choose(board)}
    # Each after those that serve it.
    every = {t.id: t for team_goal in board.open_team_goals for t in below_first(board, team_goal)}
    sums = [t for t in every.values() if t.rolls_up == "sum" and t.id in asked]
    for team_goal in reversed(sums):
        if found.get(team_goal.id) == "renew":
            for carrier in _open_carriers(board, team_goal):
                if carrier.id in asked:
                    found.setdefault(carrier.id, "renew")
    for team_goal in sums:
        if team_goal.id not in found:
            chosen = [found.get(c.id) for c in _open_carriers(board, team_goal) if not _ends(board, c, found)]
            if chosen and set(chosen) == {"renew"}:
                found[team_goal.id] = "renew"
    return found


def _ends(board: Board, goal: AnyGoal, choices: Mapping[RecordId, Choice]) -> bool:
    """True if a goal is closed with the period and nothing takes its place."""
    choice = choices.get(goal.id)
    return choice in ("drop", "close") or (choice != "renew" and progress(board, goal) >= 1.0)


def _open_carriers(board: Board, team_goal: TeamGoal) -> list[AnyGoal]:
    carriers: tuple[AnyGoal, ...] = (*board.aligned_to(team_goal.id), *board.serving(team_goal.id))
    return [goal for goal in carriers if goal.outcome is None]


def possible_choice(board: Board, goal: AnyGoal, choice: Choice) -> Choice:
    """A choice, as far as it is one: a goal that has reached its target is renewed or closed."""
    return choice if choice == "renew" or progress(board, goal) < 1.0 else "close"


# -- targets


def target_of(measure: Measure) -> float | None:
    """The target of a metric, or the number per week of an activity; None for what has no number to reach."""
    if isinstance(measure, Metric):
        return measure.target
    return measure.per_week if isinstance(measure, Activity) else None


def with_target(goal: AnyGoal, target: float) -> Measure:
    """The measure of a goal with another target, or number per week. Raises Refused for a goal that has none."""
    measure = goal.measure
    if isinstance(measure, Metric):
        target = bounded_number(target, f"The target of {goal.id}")
        if (target - measure.start) * (measure.target - measure.start) < 0:
            way, side = ("rises", "below") if measure.target > measure.start else ("falls", "above")
            raise Refused(f"{goal.id} {way}: its target can't be {side} its start.")
        if abs(target - measure.start) < CLOSEST:
            raise Refused(f"{goal.id}: Start and target are equal: there would be no progress to measure.")
        return msgspec.structs.replace(measure, target=target)
    if isinstance(measure, Activity):
        return msgspec.structs.replace(measure, per_week=bounded_weight(target, f"The number per week of {goal.id}"))
    raise Refused(f"{goal.id} has no number to reach: it is renewed without a target.")


def raised_target(goal: AnyGoal, percent: float) -> float | None:
    """The target of a goal, so many per cent higher; None where that says nothing.

    It is for amounts and counts that rise from 0, and for numbers per week; not for ratios such as a win rate, for what
    falls, or for what rises from some level. A whole number stays whole, rounded half up; others keep two decimals.
    """
    measure, target = goal.measure, target_of(goal.measure)
    if target is None or (isinstance(measure, Metric) and (measure.start != 0 or target < 0 or is_ratio(measure.unit))):
        return None
    # Rounded first: 400 and 10 % are 440, not 440.00000000000006.
    raised = round(target * (100 + percent) / 100, 6)
    return float(int(raised + 0.5)) if target == int(target) and target >= 1 else as_shown(raised)


def parse_percent(text: str, format: NumberFormat | None) -> float | None:
    """The per cent in a text such as `+10 %`, `+10%` or `-5 %`; None for another text.

    Raises Refused if what stands before the sign is not a number, or takes a target to 0 or below.
    """
    typed = text.strip().replace(MINUS, "-")
    if typed[:1] not in ("+", "-") or not typed.endswith("%"):
        return None
    try:
        percent = parse_amount(typed[:-1].strip(), format)
    except AmbiguousNumber:
        raise
    except Refused:
        raise Refused(f"{text.strip()!r} is not a change in per cent; write +10 % or -5 %.") from None
    if not -100 < percent <= 1000:
        raise Refused(f"{text.strip()!r} is not a change of targets; write one from -99 % to +1000 %.")
    return percent


def parse_target(text: str, goal: AnyGoal, format: NumberFormat | None) -> float:
    """The target that is typed for a goal that is renewed: `400k`, or `+10 %` of what it was.

    Raises Refused if it can't be read, or is no target for this goal, and AmbiguousNumber if it can be read two ways.
    """
    percent = parse_percent(text, format)
    if percent is None:
        return parse_amount(text, format)
    target = raised_target(goal, percent)
    if target is None:
        why = "it has no number to reach"
        if target_of(goal.measure) is not None:
            why = "it is a ratio, or does not rise from 0"
        raise Refused(f"{text.strip()!r} says nothing about this goal: {why}; renew it as it is or give it a target.")
    return target


def raised_targets(board: Board, goal_ids: Collection[RecordId], percent: float) -> dict[RecordId, float]:
    """The raised target of each of some goals that has one, by id."""
    goals = (goal for goal_id in goal_ids if (goal := board.goal(goal_id)) is not None)
    return {goal.id: target for goal in goals if (target := raised_target(goal, percent)) is not None}


def value_at_begin(board: Board, goal: AnyGoal, choices: Mapping[RecordId, Choice]) -> float:
    """The value at which a goal that is renewed begins again: its start, of a sum with what its carriers go on with.

    A carrier that is carried, or due later, brings what it has reached so far.
    """
    gained: dict[RecordId, float] = {}
    for team_goal in below_first(board, goal) if isinstance(goal, TeamGoal) else ():
        if team_goal.rolls_up != "sum":
            continue
        low, high = value_range(board, team_goal)
        parts = goal_parts(board, team_goal)
        gained[team_goal.id] = fsum(
            gained.get(c.id, 0.0) if choices.get(c.id) == "renew" else parts.get(c.id, 0.0) * abs(high - low)
            for c in _open_carriers(board, team_goal)
            if not _ends(board, c, choices)
        )
    low, high = value_range(board, goal)
    return low + gained.get(goal.id, 0.0) * (1 if high >= low else -1)
