"""The orders of members that need forecasts, which are imported when one of them is chosen."""

from __future__ import annotations

from math import inf

from teamboard.domain.board_filter import MemberOrder, Rank
from teamboard.domain.board_on_day import BoardOnDay
from teamboard.domain.forecast.figures import Forecasts, member_attainment, member_ending
from teamboard.domain.records import Member


def member_rank(shown: BoardOnDay, order: MemberOrder) -> Rank:
    """Where members stand by gap or by forecast: the least attainment first, now or at the end; none last.

    Where nothing is known of the end, it is the attainment now.
    """
    forecasts = Forecasts(shown)

    def rank(member: Member) -> float:
        attained = member_attainment(shown, member)
        ending = None if order == "gap" else member_ending(forecasts, member)
        return next((ratio for ratio in (ending, attained) if ratio is not None), inf)

    return rank
