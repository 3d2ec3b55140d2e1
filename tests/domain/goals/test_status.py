"""Status and the pace a value is held against, by plain arithmetic. TODAY is a Sunday, the cadence is 7 days."""

from __future__ import annotations

from datetime import date, timedelta

import msgspec
import pytest

from teamboard.actions.check_ins import CheckInGoal
from teamboard.actions.goals import AddGoal, AddTeamGoal
from teamboard.actions.members import BeAway
from teamboard.actions.team import AddMember
from teamboard.domain.board import Board, Changes
from teamboard.domain.board_on_day import BoardOnDay
from teamboard.domain.due import check_in_due, dues
from teamboard.domain.goals.standing import Standing
from teamboard.domain.goals.status import status
from teamboard.domain.ids import RecordId
from teamboard.domain.records import DoneOrNot, Metric
from teamboard.render.format import describe_status, status_word
from tests.conftest import ANA, NOW, TODAY, Maker

G1, G3, T1, T2 = map(RecordId, ("G1", "G3", "T1", "T2"))


def standing(board: Board, goal_id: RecordId, day: date = TODAY) -> Standing:
    goal = board.goal(goal_id)
    assert goal is not None
    return BoardOnDay(board, day).standing(goal)


@pytest.fixture
def maker(maker: Maker) -> Maker:
    """All are on the board since the quarter began."""
    joined: Changes = {m.id: msgspec.structs.replace(m, joined=date(2026, 10, 1)) for m in maker.board.members}
    maker.board = maker.board.with_changes(joined)
    return maker


@pytest.mark.parametrize(
    ("value", "days_ago", "expected"),
    [
        (1000, 0, "achieved"),
        (1200, 40, "achieved"),
        (520, 0, "on track"),  # 0.52 / (53 / 92) = 0.903
        (518, 0, "at risk"),  # 0.899
        (404, 0, "at risk"),  # 0.701
        (403, 0, "behind"),  # 0.6995
        (-50, 0, "behind"),
        (450, 7, "on track"),  # 0.45 / (46 / 92) = 0.9: the day it speaks of is within the cadence
        (450, 8, "at risk"),  # 0.45 / (53 / 92) = 0.78: today, as it is older
        (520, 14, "on track"),
        (520, 15, "stale"),
    ],
)
def test_status(maker: Maker, value: float, days_ago: int, expected: str) -> None:
    board = maker.check_in(G1, value, days_ago)
    assert status(board, maker.goal(G1), TODAY) == expected
    assert standing(board, G1).status == expected


@pytest.mark.parametrize(("days_ago", "day"), [(0, 53), (1, 52), (7, 46), (8, 53), (40, 53)])
def test_the_pace_is_of_the_day_the_value_speaks_of_within_the_cadence(maker: Maker, days_ago: int, day: int) -> None:
    assert standing(maker.check_in(G1, 100, days_ago), G1).pace == pytest.approx(day / 92)


def test_days_away_do_not_use_up_the_cadence(maker: Maker) -> None:
    maker.do(BeAway(member="ana", starts=TODAY - timedelta(days=9), ends=TODAY - timedelta(days=5)))
    maker.check_in(G1, 100, days_ago=10)
    # Five of the ten days since don't count, nor do they in the 92 of the quarter.
    assert standing(maker.board, G1).pace == pytest.approx(43 / 87)


def test_the_pace_of_a_late_check_in_is_that_of_the_day_it_is_about(maker: Maker) -> None:
    maker.do(CheckInGoal(goal=G1, value=100, on=TODAY - timedelta(days=3)), ANA)
    assert standing(maker.board, G1).pace == pytest.approx(50 / 92)


@pytest.mark.parametrize(
    ("starts", "set_on", "joined", "expected"),
    [
        (1, -15, -15, "new"),
        (0, 0, -15, "new"),
        (-6, -6, -15, "new"),
        (-9, -9, -15, "behind"),
        (-15, -15, -15, "stale"),
        (-15, -14, -15, "behind"),
        (-15, -15, -14, "behind"),
        (-15, -3, -15, "new"),
        (-15, -15, -3, "new"),
    ],
)
def test_status_without_a_check_in(maker: Maker, starts: int, set_on: int, joined: int, expected: str) -> None:
    """New until the first check-in is due, stale without one for twice the cadence, from the latest of its days."""
    measure = Metric(unit="", start=0, target=1)
    first, due = TODAY + timedelta(days=starts), TODAY + timedelta(days=9)
    maker.do(AddGoal(owner="ana", title="t", measure=measure, starts=first, due=due), at=NOW + timedelta(days=set_on))
    ana = maker.board.member("ana")
    assert ana is not None
    board = maker.board.with_changes({ana.id: msgspec.structs.replace(ana, joined=TODAY + timedelta(days=joined))})
    assert status(board, maker.goal(G3), TODAY) == expected


def test_a_new_goal_says_when_its_first_update_is_due(maker: Maker) -> None:
    maker.do(AddGoal(owner="ana", title="t", measure=Metric(unit="", start=0, target=1)), at=NOW - timedelta(days=2))
    # Set on Friday, 20 November, due on Friday the 27th.
    told = [
        describe_status(standing(maker.board, G3, TODAY + timedelta(days=n)), TODAY + timedelta(days=n))
        for n in range(7)
    ]
    assert told == [
        *("new, first update due Fri",) * 4,
        "new, first update due tomorrow",
        "new, first update due today",
        "behind",
    ]
    assert status_word(standing(maker.board, G3), TODAY) == "new, by Fri"
    goal = maker.goal(G3)
    due = check_in_due(BoardOnDay(maker.board, TODAY), goal)
    assert due is not None
    assert due.on == standing(maker.board, G3).update_due == date(2026, 11, 27)


def test_the_first_update_of_a_newcomer_is_due_after_their_first_day(maker: Maker) -> None:
    maker.do(AddMember(handle="chi", name="Chi Tanaka", manager="mara", starts=date(2026, 12, 1)))
    maker.do(AddGoal(owner="chi", title="t", measure=Metric(unit="", start=0, target=1)))
    now = standing(maker.board, G3)
    assert (now.status, now.update_due) == ("new", date(2026, 12, 8))
    assert describe_status(now, TODAY) == "new, first update due 8 Dec"
    assert status_word(now, TODAY) == "new"


def test_a_check_in_ends_being_new(maker: Maker) -> None:
    maker.do(AddGoal(owner="ana", title="t", measure=Metric(unit="", start=0, target=1)))
    assert standing(maker.check_in(G3, 0), G3).status == "behind"


def test_a_goal_is_not_new_after_its_due_day(maker: Maker) -> None:
    maker.do(AddGoal(owner="ana", title="t", measure=Metric(unit="", start=0, target=1), due=TODAY))
    days = [TODAY, TODAY + timedelta(days=1)]
    assert [standing(maker.board, G3, day).status for day in days] == ["new", "behind"]


def test_a_stale_goal_says_for_how_long_there_was_no_update(maker: Maker) -> None:
    now = standing(maker.check_in(G1, 500, days_ago=16), G1)
    assert (now.status, describe_status(now, TODAY), status_word(now)) == (
        "stale",
        "no update for 16 days",
        "no update",
    )
    maker.do(AddGoal(owner="ana", title="t", measure=Metric(unit="", start=0, target=1)), at=NOW - timedelta(days=20))
    assert describe_status(standing(maker.board, G3), TODAY) == "no update for 20 days"


def test_a_team_goal_that_rolls_up_is_new_until_the_first_of_its_goals_owes_an_update(maker: Maker) -> None:
    maker.do(AddTeamGoal(title="Quality", rolls_up="mean"), at=NOW - timedelta(days=30))
    assert standing(maker.board, T2).status == "stale"
    for days_ago in (3, 1):
        measure = Metric(unit="%", start=0, target=1)
        goal = AddGoal(owner="ana", title="q", measure=measure, aligned={T2: 1.0})
        maker.do(goal, at=NOW - timedelta(days=days_ago))
    now = standing(maker.board, T2)
    # Set on Thursday, 19 November.
    assert (now.status, now.update_due) == ("new", date(2026, 11, 26))


def test_done_or_not_is_on_track_until_it_is_due_and_never_new_or_stale(maker: Maker) -> None:
    maker.do(AddGoal(owner="ana", title="t", measure=DoneOrNot(), due=TODAY), at=NOW - timedelta(days=30))
    now = standing(maker.board, G3)
    assert (now.status, describe_status(now, TODAY), status_word(now)) == ("on track", "due 22 Nov", "due 22 Nov")
    late = standing(maker.board, G3, TODAY + timedelta(days=1))
    assert (late.status, describe_status(late, TODAY), status_word(late)) == ("behind", "behind", "behind")
    maker.check_in(G3, 1)
    assert standing(maker.board, G3, TODAY + timedelta(days=1)).status == "achieved"


def test_nobody_owes_a_check_in_on_what_is_done_or_not(maker: Maker) -> None:
    maker.do(AddGoal(owner="ana", title="t", measure=DoneOrNot()), at=NOW - timedelta(days=30))
    shown = BoardOnDay(maker.board, TODAY)
    assert check_in_due(shown, maker.goal(G3)) is None
    assert [due.about for due in dues(shown) if due.kind == "check-in"] == ["G1", "G2"]


def test_a_mean_of_others_is_held_against_its_pace_whatever_its_own_measure(maker: Maker) -> None:
    maker.do(AddTeamGoal(title="Quality", measure=DoneOrNot(), rolls_up="mean"))
    maker.do(AddGoal(owner="ana", title="q", measure=Metric(unit="", start=0, target=10), aligned={T2: 1.0}))
    assert standing(maker.check_in(G3, 1), T2).status == "behind"
