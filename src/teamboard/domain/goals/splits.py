"""A goal that was split by a hand-over, and its rest: split again where what was reached is not what it was then.

A rest may have been handed over too: then the parts are a chain, of which the last has what is left. What the whole
chain asks for stays as it is, with a target that was given or revised since.
"""

from __future__ import annotations

from datetime import timedelta
from math import fsum

import msgspec

from teamboard.domain.amounts import format_amount
from teamboard.domain.board import Board
from teamboard.domain.goals.activity import counts_by_week, week_number
from teamboard.domain.goals.handing_over import DECIMALS, first_day_of_rest, is_in_mean, share_before
from teamboard.domain.goals.progress import value_of
from teamboard.domain.ids import RecordId
from teamboard.domain.records import Activity, Goal, Metric


class NotSplittable(Exception):
    """Nothing would be left, or nothing was reached: where it was `split`, and what is `reached` now, in words."""

    def __init__(self, split: str, reached: str) -> None:
        super().__init__(split, reached)
        self.split, self.reached = split, reached


def rests_after(board: Board, goal: Goal) -> list[Goal]:
    """The rest of a goal that was split, the rest of that, and so on; empty for one that was not."""
    rests: list[Goal] = []
    rest = board.rest_of(goal.id)
    while rest is not None and rest not in rests:
        rests.append(rest)
        rest = board.rest_of(rest.id)
    return rests


def split_again(board: Board, kept: Goal) -> dict[RecordId, Goal]:
    """The parts that change where a goal that was split is split at what it has reached by now, by id.

    Its rest has what is left then, even if that was split itself and is to be split again after it. Raises
    NotSplittable.
    """
    rests = rests_after(board, kept)
    if not rests:
        return {}
    found = _by_weeks(board, kept, rests) if isinstance(kept.measure, Activity) else _by_value(board, kept, rests)
    if found is None:
        return {}
    (new, rest), share = found
    changes = {goal.id: goal for goal in (new, rest, *rests[1:])}
    later = fsum(goal.weight for goal in rests)
    if is_in_mean(board, kept) and 0 < share < 1:
        weight = round((kept.weight + later) * share, DECIMALS)
        left = kept.weight + later - weight
        changes = {
            i: msgspec.structs.replace(
                goal, weight=weight if i == kept.id else round(goal.weight * left / later, DECIMALS)
            )
            for i, goal in changes.items()
        }
    return {i: goal for i, goal in changes.items() if board.get(i) != goal}


def goals_split_wrongly(board: Board) -> set[RecordId]:
    """The ids of the goals that have two rests, or that have one and are not closed as handed over."""
    wrong: set[RecordId] = set()
    seen: set[RecordId] = set()
    for rest in board.goals:
        if rest.continues is not None:
            goal = board.goal(rest.continues)
            if rest.continues in seen or goal is None or goal.outcome != "achieved":
                wrong.add(rest.continues)
            seen.add(rest.continues)
    return wrong


def goals_counted_wrongly(board: Board) -> set[RecordId]:
    """The ids of `goals_split_wrongly`, and of those split at another value than they have, or before their last count.

    A part of these would count twice, or not at all.
    """
    found = goals_split_wrongly(board)
    for rest in board.goals:
        kept = board.goal(rest.continues) if rest.continues else None
        if kept is not None and isinstance(kept.measure, Metric):
            found |= {kept.id} if value_of(kept, board.last_checkin(kept.id)) != kept.measure.target else set()
        elif kept is not None and isinstance(kept.measure, Activity):
            counted = (week for week, count in counts_by_week(board, kept).items() if count > 0)
            found |= {kept.id} if max(counted, default=0) > week_number(kept.due) else set()
    return found


Halves = tuple[tuple[Goal, Goal], float]
"""What is kept and its rest, and the share that is kept, 0 to 1."""


def _by_value(board: Board, kept: Goal, rests: list[Goal]) -> Halves | None:
    rest, last = rests[0], rests[-1]
    was, left, end = kept.measure, rest.measure, last.measure
    if not isinstance(was, Metric) or not isinstance(left, Metric) or not isinstance(end, Metric):
        return None
    value = value_of(kept, board.last_checkin(kept.id))
    if value == was.target:
        return None
    rises = end.target > end.start
    more = value - was.target
    new = msgspec.structs.replace(was, target=value)
    new_rest = msgspec.structs.replace(
        left, **({"target": round(left.target - more, DECIMALS)} if rises else {"start": value})
    )
    targets = (new_rest.target, *(r.measure.target for r in rests[1:] if isinstance(r.measure, Metric)))
    to_do = round(fsum(targets), DECIMALS) if rises else value - end.target
    reached = value - was.start if rises else was.start - value
    if reached <= 0 or to_do <= 0 or (rises and len(rests) == 1 and new_rest.target <= 0):
        split, now = (format_amount(number, was.unit, board.number_format) for number in (was.target, value))
        raise NotSplittable(f"at {split}", now)
    return (
        (msgspec.structs.replace(kept, measure=new), msgspec.structs.replace(rest, measure=new_rest)),
        reached / (reached + to_do),
    )


def _by_weeks(board: Board, kept: Goal, rests: list[Goal]) -> Halves | None:
    rest = rests[0]
    day = kept.closed
    if day is None or rest.starts != kept.due + timedelta(days=1):
        return None
    starts = first_day_of_rest(board, kept, day)
    if starts == rest.starts:
        return None
    new = msgspec.structs.replace(kept, due=starts - timedelta(days=1))
    counted = {week for week, count in counts_by_week(board, rest).items() if count > 0}
    own = {week for week, count in counts_by_week(board, kept).items() if count > 0}
    if starts > rest.due or not own or min(counted, default=week_number(starts)) < week_number(starts):
        reached = f"counts up to {new.due}" if own else "no count of it"
        raise NotSplittable(f"on {rest.starts}", reached)
    whole = msgspec.structs.replace(kept, due=rests[-1].due)
    return (new, msgspec.structs.replace(rest, starts=starts)), share_before(board, whole, new)
