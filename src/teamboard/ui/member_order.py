"""The orders of members that need forecasts, which are imported when one of them is chosen."""

from __future__ import annotations

from math import inf

from teamboard.domain.board_filter import MemberOrder, Rank
from teamboard.domain.board_on_day import BoardOnDay
from teamboard.domain.forecast.figures import Forecasts, member_attainment, member_ending
from teamboard.domain.records import Member


def member_rank(shown: BoardOnDay, order: MemberOrder) -> Rank:
    """Where members stand by gap or by forecast: the least attainment first, now or at the end; none last."""
    forecasts = Forecasts(shown)

    def rank(member: Member) -> float:
        found = member_attainment(shown, member) if order == "gap" else member_ending(forecasts, member)
        return inf if found is None else found

    return rank
