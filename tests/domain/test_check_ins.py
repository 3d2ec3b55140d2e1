"""Late check-ins: the day that each is about decides which is the newest, and every view follows."""

from __future__ import annotations

from datetime import date, timedelta

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from teamboard.actions.check_ins import CheckInGoal
from teamboard.actions.goals import AddGoal
from teamboard.actions.standup import OfferHelp
from teamboard.actions.team import ChangeTeam
from teamboard.actions.undo import Undo
from teamboard.domain.board import Board
from teamboard.domain.board_on_day import BoardOnDay
from teamboard.domain.due import check_in_due
from teamboard.domain.goals.course import daily_course
from teamboard.domain.goals.progress import progress
from teamboard.domain.goals.standing import readings, standing
from teamboard.domain.history.log import InMemoryHistory
from teamboard.domain.history.time_travel import as_of, board_on, revision_on
from teamboard.domain.ids import RecordId
from teamboard.domain.records import DoneOrNot
from teamboard.domain.reviews.evidence import evidence
from teamboard.domain.standup import help_wanted_by
from tests.conftest import ANA, BEN, NOW, TODAY, Maker, small_maker
from tests.helpers.refusing import refused

SET_UP = small_maker()
G1, G2, T1 = RecordId("G1"), RecordId("G2"), RecordId("T1")


def ago(days: int) -> date:
    return TODAY - timedelta(days=days)


def late(value: float, days_ago: int, **more: str) -> CheckInGoal:
    return CheckInGoal(goal=G1, value=value, on=ago(days_ago), **more)  # type: ignore[arg-type]


def values(board: Board) -> list[float]:
    return [c.value for c in board.checkins_of(G1)]


def test_a_late_check_in_does_not_replace_a_newer_value(maker: Maker) -> None:
    maker.check_in(G1, 100, 20)
    maker.check_in(G1, 400, 1)
    before = BoardOnDay(maker.board, TODAY).standing(maker.goal(G1))
    board = maker.do(late(250, 8), ANA)
    assert values(board) == [100, 250, 400]
    shown = BoardOnDay(board, TODAY)
    now, goal = shown.standing(maker.goal(G1)), maker.goal(G1)
    assert (now.value, now.status, now.age_days) == (before.value, before.status, 1)
    assert [progress(board, goal, ago(days)) for days in (9, 8, 2, 1)] == [0.1, 0.25, 0.25, 0.4]
    assert now.trend == 0.4 - 0.25
    assert {p.day: p.value for p in daily_course(board, goal, TODAY)}[ago(8)] == 250
    last = board.checkins_of(G1)[1]
    assert (last.at, board.checkin_day(last)) == (NOW, ago(8))
    found = evidence(board, board.member("ana"), ago(10), ago(5))  # type: ignore[arg-type]
    assert [c.value for c in found.goals[0].checkins] == [250]
    assert found.goals[0].progress_now == 0.25


def test_the_day_of_a_late_check_in_counts_for_what_is_due_and_stale(maker: Maker) -> None:
    board = maker.do(late(250, 20), ANA)
    shown = BoardOnDay(board, TODAY)
    now, team = shown.standing(maker.goal(G1)), standing(board, board.goal(T1), TODAY)  # type: ignore[arg-type]
    assert (now.status, now.age_days, team.age_days) == ("stale", 20, 20)
    due = check_in_due(shown, maker.goal(G1))
    assert due is not None
    assert (due.last, due.on) == (ago(20), ago(13))
    maker.do(CheckInGoal(goal=G2, value=1), BEN, NOW - timedelta(days=3))
    assert standing(maker.board, maker.board.goal(T1), TODAY).age_days == 3  # type: ignore[arg-type]


def test_what_a_late_check_in_adds_to_is_the_value_of_its_day(maker: Maker) -> None:
    maker.check_in(G1, 100, 20)
    maker.check_in(G1, 400, 1)
    board = maker.do(CheckInGoal(goal=G1, change=5, on=ago(10)), ANA)
    assert values(board) == [100, 105, 400]
    board = maker.do(CheckInGoal(goal=G1, note="quiet", on=ago(9)), ANA)
    assert values(board) == [100, 105, 105, 400]
    board = maker.do(CheckInGoal(goal=G1, change=5, on=ago(30)), ANA)
    assert values(board) == [5, 100, 105, 105, 400]


def test_help_wanted_on_an_earlier_day_is_not_wanted_now(maker: Maker) -> None:
    maker.check_in(G1, 400, 1)
    board = maker.do(late(250, 8, blocker="Legal"), ANA)
    assert not list(help_wanted_by(board, board.member("ana")))  # type: ignore[arg-type]
    assert "No help is wanted" in refused(maker, OfferHelp(goal=G1), BEN)


def test_days_on_which_nobody_can_check_in_are_refused(maker: Maker) -> None:
    assert f"can't be about a day in the future, {ago(-1)}" in refused(maker, late(1, -1), ANA)
    assert "G1 starts on 2026-10-01" in refused(maker, CheckInGoal(goal=G1, value=1, on=date(2026, 9, 30)), ANA)
    maker.do(AddGoal(owner="ana", title="Next", measure=DoneOrNot(), starts=ago(-7)))
    assert "starts on" in refused(maker, CheckInGoal(goal=RecordId("G3"), value=1, on=ago(2)), ANA)
    board = maker.do(late(1, 0), ANA)
    assert board.checkins_of(G1)[-1].on is None


def with_history(maker: Maker) -> Board:
    """The board, set up 60 days ago: what the fixture has committed is the first thing in its history."""
    begun = SET_UP.board.revision
    first = [(n, msgspec.structs.replace(entry, at=NOW - timedelta(days=60))) for n, entry in maker.history[:begun]]
    return maker.board.with_history(InMemoryHistory([*first, *maker.history[begun:]]))


def test_a_past_day_has_what_was_said_late_about_it(maker: Maker) -> None:
    maker.check_in(G1, 100, 20)
    maker.check_in(G1, 400, 1)
    maker.do(late(250, 8), ANA)
    maker.do(late(260, 6), ANA)
    board = with_history(maker)
    past = board_on(board, ago(7))
    assert past is not None
    assert values(past) == [100, 250]
    # What is asked by revision is the board as it stood then.
    assert values(as_of(board, revision_on(board, ago(7)))) == [100]


def test_a_late_check_in_that_was_undone_is_on_no_day(maker: Maker) -> None:
    maker.check_in(G1, 100, 20)
    maker.do(late(250, 8), ANA)
    written = maker.board.revision
    undo = Undo(undoes=written)
    maker.board = with_history(maker)
    maker.do(undo, ANA)
    past = board_on(with_history(maker), ago(7))
    assert past is not None
    assert values(past) == [100]
    maker.board = with_history(maker)
    maker.do(Undo(undoes=maker.board.revision), ANA)
    past = board_on(with_history(maker), ago(7))
    assert past is not None
    assert values(past) == [100, 250]


def test_a_day_before_the_goal_was_set_has_no_check_in_of_it(maker: Maker) -> None:
    maker.do(AddGoal(owner="ana", title="New", measure=DoneOrNot(), starts=ago(20)))
    maker.do(CheckInGoal(goal=RecordId("G3"), value=0, on=ago(12)), ANA)
    past = board_on(with_history(maker), ago(3))
    assert past is not None
    assert past.goal(RecordId("G3")) is None
    assert past.checkins_of(RecordId("G3")) == ()


WRITTEN = st.lists(
    st.tuples(st.integers(0, 40), st.none() | st.integers(0, 30), st.sampled_from([G1, G2])), min_size=1, max_size=8
)


@given(WRITTEN)
def test_the_order_is_that_of_days_and_then_of_writing(written: list[tuple[int, int | None, RecordId]]) -> None:
    """Boards caught up, loaded and of a past day agree, with plain arithmetic too."""
    maker = small_maker()
    maker.board.last_checkin(G1)
    steps = sorted(written, key=lambda step: -step[0])
    plain: list[tuple[date, int, RecordId, float]] = []
    for i, (days_ago, later_by, goal) in enumerate(steps):
        day = max(ago(days_ago + (later_by or 0)), date(2026, 10, 1))
        by = ANA if goal == G1 else BEN
        maker.do(CheckInGoal(goal=goal, value=float(i), on=day), by, NOW - timedelta(days=days_ago))
        plain.append((day, i, goal, float(i)))
    caught_up, loaded = maker.board, Board(maker.board.tables)
    for goal in (G1, G2):
        expected = [value for _, _, g, value in sorted(plain) if g == goal]
        for board in (caught_up, loaded):
            assert [c.value for c in board.checkins_of(goal)] == expected
        weeks = [ago(7 * back) for back in range(5, -1, -1)]
        by_day = [progress(loaded, maker.goal(goal), day) for day in weeks]
        assert list(readings(loaded, maker.goal(goal), TODAY))[:-1] == by_day
    past = board_on(with_history(maker), ago(10))
    then = [value for day, _, g, value in sorted(plain) if g == G1 and day <= ago(10)]
    assert past is not None
    assert values(past) == then


def test_in_another_time_zone_a_check_in_is_about_another_day(maker: Maker) -> None:
    maker.do(CheckInGoal(goal=G1, value=1), ANA, NOW.replace(hour=22, minute=30) - timedelta(days=5))
    board = maker.do(late(2, 5), ANA)
    assert values(board) == [1, 2] == values(Board(board.tables))
    board = maker.do(ChangeTeam(timezone="Asia/Tokyo"))
    assert values(board) == [2, 1] == values(Board(board.tables))


def test_checkins_written_in_time_keep_their_order_whatever_the_clocks_say(maker: Maker) -> None:
    maker.do(CheckInGoal(goal=G1, value=1), ANA, NOW + timedelta(days=400))
    board = maker.do(CheckInGoal(goal=G1, value=2), ANA, NOW)
    assert values(board) == [1, 2]
    board = maker.do(late(3, 4), ANA)
    assert values(board)[-1] == 2
