"""The result that an activity leads to: calls drive new ARR."""

from __future__ import annotations

from teamboard.domain.board import Board
from teamboard.domain.errors import NotFound, Refused
from teamboard.domain.goals.activity import all_driven
from teamboard.domain.goals.closing import ending_of
from teamboard.domain.ids import RecordId
from teamboard.domain.records import Activity, Goal, Measure


def check_driven(
    board: Board, owner: str, measure: Measure, drives: RecordId | None, goal_id: RecordId | None = None
) -> None:
    """Raise NotFound or Refused unless a goal of `owner` with this measure can drive the goal `drives`, or none.

    An activity drives an open goal of the same owner, and not itself by way of others. `goal_id` is the activity's id,
    None for a new one.
    """
    if drives is None:
        return
    driven = board.get(drives)
    if not isinstance(driven, Goal):
        raise NotFound(f"There is no goal {drives!r} of a member. List goals with `teamboard goal list`.")
    if not isinstance(measure, Activity):
        raise Refused(f"Only an activity drives another goal: give a number per week, or leave out {drives}.")
    if driven.owner != owner:
        raise Refused(f"{drives} is {driven.owner}'s: a goal drives another one of the same owner.")
    if driven.outcome is not None:
        raise Refused(f"{drives} is over ({ending_of(board, driven)}): nothing can drive it.")
    if goal_id in (drives, *all_driven(board, driven)):
        raise Refused(f"{drives} leads back to {goal_id}: goals can't drive each other in a circle.")
