"""The period that a review is about: the one it was set in, on whatever day it is held."""

from __future__ import annotations

from datetime import date

import msgspec

from teamboard.domain.board import Board, Changes
from teamboard.domain.goals.revisions import in_effect
from teamboard.domain.history.log import history_of
from teamboard.domain.history.time_travel import as_of, with_archived_since
from teamboard.domain.periods import all_periods
from teamboard.domain.records import CheckIn, EarlierPeriod, Goal, Period, Review, ReviewPeriod


def stored_period(period: Period) -> ReviewPeriod:
    """A period as a review stores it."""
    return ReviewPeriod(name=period.name, starts=period.starts, ends=period.ends)


def period_of_review(board: Board, review: Review) -> Period:
    """The period that a review is about, with its days as the team has them now; an earlier one as such.

    It is the one that the review stores. Reviews set by version 0.1 may store none: they are about the period that
    their day is in, or the one that runs.
    """
    periods = all_periods(board)
    stored = review.period
    if stored is not None:
        # Its days change when it is closed early or late, and its name when somebody corrects it.
        by_name = (p for p in periods if p.name == stored.name)
        by_day = (p for p in periods if p.starts == stored.starts)
        return next(by_name, None) or next(by_day, None) or stored
    containing = (p for p in periods if p.starts <= review.on <= p.ends)
    running = board.team.period if board.team else Period(name="", starts=review.on, ends=review.on)
    return next(containing, running)


def reviews_of_period(board: Board, period: Period) -> tuple[Review, ...]:
    """The reviews about a period of the team, held or not, by their day. Raises HistoryUnavailable."""
    reviews = with_archived_since(board, period.starts).tables["reviews"].values()
    found = (r for r in reviews if isinstance(r, Review) and period_of_review(board, r).starts == period.starts)
    return tuple(sorted(found, key=lambda r: r.on))


def with_goals_as_in(board: Board, period: Period) -> Board:
    """Return the board with the members' goals of a closed period as they were at its end. Raises HistoryUnavailable.

    What was agreed, carried on or closed afterwards does not change what a review of that period sees. A goal that
    ended with the period is as it is now, and so are owners and all other records, but for check-ins about days after
    the period: those that its result counts stay, and later ones are left out.
    """
    if not isinstance(period, EarlierPeriod):
        return board
    board = with_archived_since(board, period.starts)
    then = in_effect(as_of(board, period.revision - 1), period.ends)
    later = (c for c in board.tables["checkins"].values() if isinstance(c, CheckIn) and then.get(c.id) is None)
    changes: Changes = {c.id: None for c in later if board.checkin_day(c) > period.ends}
    for goal in board.goals:
        was = then.goal(goal.id)
        if isinstance(was, Goal) and (goal.closed is None or goal.closed > period.ends):
            changes[goal.id] = msgspec.structs.replace(was, owner=goal.owner)
    return board.with_changes(changes)


def last_counted_day(board: Board, period: Period) -> date:
    """The last day of the check-ins that a period's result counts. Raises HistoryUnavailable.

    It is the period's last day, or the day on which it was closed: the check-ins of that day and those before it count
    where they were written first, also if the next period begins on that day.
    """
    entry = history_of(board).get(period.revision) if isinstance(period, EarlierPeriod) else None
    return max(period.ends, board.day_of(entry.at)) if entry else period.ends
