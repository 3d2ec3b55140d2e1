"""The conditions of hints about what people say to each other: whether there was coaching, and feedback both ways.

They read who spoke when, never what was said; of a review only the day on which it was held.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from teamboard.domain.due import counted_from, last_given, last_received
from teamboard.domain.forecast.figures import Forecasts
from teamboard.domain.hints.cases import Case
from teamboard.domain.one_on_ones import last_held_one_on_one
from teamboard.domain.people import absences_of, days_here
from teamboard.domain.records import Absence, Member
from teamboard.domain.short_texts import short_day

UNCOACHED_DAYS = 30
ONE_SIDED_DAYS = 30


def uncoached(forecasts: Forecasts, member: Member) -> Iterator[Case]:
    """That a member had no one-on-one, no review and no coaching for UNCOACHED_DAYS days; a head has nobody to coach.

    The days on which the member or the manager is away don't count.
    """
    if member.manager is None:
        return
    board, today = forecasts.shown.board, forecasts.shown.day
    talk = last_held_one_on_one(board, member.handle)
    days = [talk.held] if talk is not None and talk.held is not None else []
    days += [r.on for r in board.reviews_of(member.handle) if r.state in ("held", "signed")]
    days += [board.day_of(f.at) for f in board.feedback_to(member.handle) if f.kind == "coaching"]
    since = counted_from(board, member, max(days, default=None), today)
    without = _days_since(since, today, absences_of(member, board.member(member.manager)))
    if without >= UNCOACHED_DAYS:
        yield Case(without, {"days": str(without), "since": short_day(since)})


def one_sided(forecasts: Forecasts, member: Member) -> Iterator[Case]:
    """That a member has given no feedback for ONE_SIDED_DAYS days, or received none, or neither.

    A request is none, its answer is. A head need not receive any.
    """
    board, today = forecasts.shown.board, forecasts.shown.day
    given, received = last_given(board, member.handle), last_received(board, member.handle)
    without_given, without_received = (
        _days_since(counted_from(board, member, last, today), today, absences_of(member)) for last in (given, received)
    )
    gave_none = without_given >= ONE_SIDED_DAYS
    received_none = without_received >= ONE_SIDED_DAYS and member.manager is not None
    if gave_none and received_none:
        days = min(without_given, without_received)
        yield Case(days, {"side": "given or received", "days": str(days), "rest": ""})
    elif gave_none:
        rest = _rest("received", received)
        yield Case(without_given, {"side": "given", "days": str(without_given), "rest": rest})
    elif received_none:
        rest = _rest("given", given)
        yield Case(without_received, {"side": "received", "days": str(without_received), "rest": rest})


def _rest(side: str, last: date | None) -> str:
    return f", last {side} on {short_day(last)}" if last else ""


def _days_since(since: date, today: date, away: tuple[Absence, ...]) -> int:
    """The days after `since` up to today, without those away."""
    return days_here(away, since + timedelta(days=1), today)
