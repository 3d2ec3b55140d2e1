"""The orders of members by what they attain, now and at the end."""

from __future__ import annotations

from datetime import timedelta

from teamboard.domain.board_filter import MemberOrder, filter_board
from teamboard.domain.board_on_day import BoardOnDay
from teamboard.ui.navigation import member_rank
from tests.helpers.forecasting import STARTS, board_of, goal, weekly

WEEK_4 = STARTS + timedelta(days=27)


def test_the_least_attained_stand_first_now_or_at_the_end() -> None:
    ana, ben = goal(1), goal(2, owner="ben")
    shown = BoardOnDay(board_of((ana, weekly(100, 200, 300, 400)), (ben, weekly(150, 450, 450, 450))), WEEK_4)

    def names(order: MemberOrder) -> list[str]:
        found = filter_board(shown, order=order, rank=member_rank(shown, order))
        return [section.member.handle for section in found.sections]

    assert names("team") == ["mara", "ana", "ben"]
    assert names("gap") == ["ana", "ben", "mara"]
    assert names("forecast") == ["ana", "ben", "mara"]
    ben = goal(2, owner="ben", starts=STARTS - timedelta(days=92))
    shown = BoardOnDay(board_of((ana, weekly(100, 200, 300, 400)), (ben, weekly(410, 411, 412, 413))), WEEK_4)
    assert names("gap") == ["ana", "ben", "mara"]
    assert names("forecast") == ["ben", "ana", "mara"]
