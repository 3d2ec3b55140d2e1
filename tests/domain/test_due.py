"""Cadence: who owes what to whom, due when, overdue by how much; weekends, days off, month ends, midnight."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import msgspec
import pytest

from teamboard.actions.check_ins import CheckInGoal
from teamboard.actions.feedback import AskForFeedback, GiveFeedback, ReplyToFeedback, ResolveFeedback
from teamboard.actions.goals import AddGoal, AddTeamGoal
from teamboard.actions.one_on_ones import FinishAction, NewAction, NewTopic, WriteOneOnOne
from teamboard.actions.reviews import ScheduleReview
from teamboard.actions.team import AddMember, ChangeMember, ChangeTeam, SetUpTeam
from teamboard.domain.board import Board
from teamboard.domain.board_on_day import BoardOnDay
from teamboard.domain.due import (
    Due,
    dues,
    feedback_standing,
    managers_feedback_due,
    one_on_one_day,
    one_on_one_due,
    review_due,
)
from teamboard.domain.ids import RecordId
from teamboard.domain.people import working_days_since
from teamboard.domain.records import Member, Metric, Period, Team
from tests.conftest import ANA, BEN, MARA, NOW, TODAY, Maker

BEGUN = datetime(2026, 9, 30, 22, 0, tzinfo=UTC)
"""The first moment of October in Madrid."""

PERIOD = Period(name="Q4 2026", starts=date(2026, 10, 1), ends=date(2026, 12, 31))
WEEK = Team(name="Us", timezone="UTC", period=PERIOD)


def member(board: Board, handle: str) -> Member:
    found = board.member(handle)
    assert found is not None
    return found


@pytest.fixture
def since_october() -> Maker:
    """Mara, Ana and Ben since the quarter began; nothing has happened yet."""
    maker = Maker()
    maker.do(SetUpTeam(name="Northwind", timezone="Europe/Madrid", period=PERIOD), at=BEGUN)
    maker.do(AddMember(handle="mara", name="Mara Lind"), at=BEGUN)
    for handle, name in (("ana", "Ana Ruiz"), ("ben", "Ben Okafor")):
        maker.do(AddMember(handle=handle, name=name, manager="mara"), at=BEGUN)
    return maker


def works_on(team: Team, day: date) -> bool:
    return working_days_since(team, day - timedelta(days=1), day) == 1


def test_the_days_on_which_a_team_works() -> None:
    friday, monday = date(2026, 11, 20), date(2026, 11, 23)
    off = msgspec.structs.replace(WEEK, days_off=(monday,))
    assert [works_on(WEEK, friday + timedelta(days=n)) for n in range(4)] == [True, False, False, True]
    assert [works_on(off, monday + timedelta(days=n)) for n in range(2)] == [False, True]
    sunday_week = msgspec.structs.replace(WEEK, working_days=("sun", "mon", "tue", "wed", "thu"))
    assert not works_on(sunday_week, friday)
    assert works_on(sunday_week, date(2026, 11, 22))


def test_what_falls_due_on_a_free_day_is_due_on_the_next_working_day(since_october: Maker) -> None:
    maker = since_october
    # The period began on a Thursday.
    maker.do(ChangeTeam(cadence={"one_on_one": 2}), MARA)
    assert one_on_one_day(maker.board, member(maker.board, "ana"), TODAY) == date(2026, 10, 5)
    maker.do(ChangeTeam(off=(date(2026, 10, 5),)), MARA)
    assert one_on_one_day(maker.board, member(maker.board, "ana"), TODAY) == date(2026, 10, 6)


@pytest.mark.parametrize("days", range(0, 40))
@pytest.mark.parametrize("off", [(), (date(2026, 11, 2), date(2026, 11, 7), date(2026, 11, 9))])
def test_working_days_since_are_counted_one_by_one(days: int, off: tuple[date, ...]) -> None:
    team = msgspec.structs.replace(WEEK, days_off=off)
    first = date(2026, 10, 29)
    today = first + timedelta(days=days)
    one_by_one = sum(
        day.weekday() < 5 and day not in off for n in range(1, days + 1) if (day := first + timedelta(days=n))
    )
    assert working_days_since(team, first, today) == one_by_one
    assert working_days_since(team, today, first) == 0
    assert working_days_since(None, first, today) == days


# TODAY is a Sunday: what fell due on Saturday is due on Monday.
@pytest.mark.parametrize(("days_ago", "overdue"), [(0, 0), (8, 0), (9, 0), (10, 1), (11, 2), (12, 3), (19, 8)])
def test_feedback_is_due_a_cadence_after_the_last(maker: Maker, days_ago: int, overdue: int) -> None:
    maker.do(GiveFeedback(to="ben", text="Good"), ANA, NOW - timedelta(days=days_ago))
    found = feedback_standing(BoardOnDay(maker.board, TODAY), member(maker.board, "ben"))
    assert (found.overdue_days, found.last_days, found.open) == (overdue, days_ago, 1)


def test_without_any_feedback_the_period_counts(since_october: Maker) -> None:
    board = since_october.board
    # Due on Thursday, 8 October; from Friday on there have been 31 working days.
    assert feedback_standing(BoardOnDay(board, TODAY), member(board, "ana")).overdue_days == 31
    assert feedback_standing(BoardOnDay(board, TODAY), member(board, "mara")).overdue_days == 0


def test_who_has_just_come_is_owed_nothing_yet(since_october: Maker) -> None:
    since_october.do(AddMember(handle="chi", name="Chi Tanaka", manager="mara"), at=NOW)
    chi = member(since_october.board, "chi")
    assert not [d for d in dues(BoardOnDay(since_october.board, TODAY)) if d.overdue and chi.handle in (d.owes, d.to)]
    assert managers_feedback_due(BoardOnDay(since_october.board, TODAY), chi).on == date(2026, 11, 30)  # type: ignore[union-attr]


def test_a_new_manager_owes_nothing_for_the_time_before(since_october: Maker) -> None:
    maker = since_october
    maker.do(GiveFeedback(to="ana", text="Good"), BEN, NOW - timedelta(days=30))
    maker.do(ChangeMember(handle="ana", manager="ben"), MARA, NOW - timedelta(days=3))
    due = managers_feedback_due(BoardOnDay(maker.board, TODAY), member(maker.board, "ana"))
    assert due is not None
    # Seven days after she got him, not after what he said as a colleague.
    assert (due.owes, due.on, due.overdue) == ("ben", date(2026, 11, 26), 0)
    # What else changes leaves that day as it is.
    maker.do(ChangeMember(handle="ana", title="Lead"), MARA, NOW)
    assert member(maker.board, "ana").reports_since == date(2026, 11, 19)


def test_days_off_and_working_days_move_what_is_due(since_october: Maker) -> None:
    maker = since_october
    maker.do(GiveFeedback(to="ana", text="Good"), MARA, datetime(2026, 12, 18, 9, tzinfo=UTC))
    maker.do(ChangeTeam(off=(date(2026, 12, 25), date(2026, 12, 28))), MARA)
    ana = member(maker.board, "ana")
    due = managers_feedback_due(BoardOnDay(maker.board, date(2026, 12, 30)), ana)
    assert due is not None
    assert (due.on, due.overdue) == (date(2026, 12, 29), 1)
    maker.do(ChangeTeam(working_days=("mon",), not_off=(date(2026, 12, 28),)), MARA)
    due = managers_feedback_due(BoardOnDay(maker.board, date(2027, 1, 10)), ana)
    assert due is not None
    assert (due.on, due.overdue) == (date(2026, 12, 28), 1)


def test_a_stamp_around_midnight_belongs_to_the_teams_day(since_october: Maker) -> None:
    # 23:30 in UTC on the 5th is half past midnight on the 6th in Madrid.
    since_october.do(GiveFeedback(to="ana", text="Late"), MARA, datetime(2026, 11, 5, 23, 30, tzinfo=UTC))
    due = managers_feedback_due(BoardOnDay(since_october.board, TODAY), member(since_october.board, "ana"))
    assert due is not None
    assert (due.last, due.on) == (date(2026, 11, 6), date(2026, 11, 13))
    # The night in which the clocks go back, 25 October, is one night.
    since_october.do(GiveFeedback(to="ben", text="Late"), MARA, datetime(2026, 10, 24, 22, 30, tzinfo=UTC))
    due = managers_feedback_due(BoardOnDay(since_october.board, TODAY), member(since_october.board, "ben"))
    assert due is not None
    assert (due.last, due.on) == (date(2026, 10, 25), date(2026, 11, 2))


def test_a_colleagues_word_is_not_the_managers(since_october: Maker) -> None:
    maker = since_october
    maker.do(GiveFeedback(to="ana", text="Good"), BEN, NOW - timedelta(days=1))
    ana = member(maker.board, "ana")
    assert feedback_standing(BoardOnDay(maker.board, TODAY), ana).overdue_days == 0
    due = managers_feedback_due(BoardOnDay(maker.board, TODAY), ana)
    assert due is not None
    assert (due.owes, due.to, due.overdue) == ("mara", "ana", 31)
    maker.do(AskForFeedback(of=("mara",), text="How was it?"), ANA, NOW - timedelta(days=1))
    maker.do(ReplyToFeedback(feedback=RecordId("F2"), text="Good"), MARA, NOW)
    assert managers_feedback_due(BoardOnDay(maker.board, TODAY), ana).overdue == 0  # type: ignore[union-attr]


def test_check_ins_are_owed_for_what_goes_on(since_october: Maker) -> None:
    maker = since_october
    number = Metric(unit="", start=0, target=100)
    first = datetime(2026, 10, 1, 8, tzinfo=UTC)
    maker.do(AddTeamGoal(title="Sum", measure=number, rolls_up="sum"), at=first)
    maker.do(AddTeamGoal(title="Own", measure=number, rolls_up="own", owner="mara"), at=first)
    maker.do(AddGoal(owner="ana", title="Goes on", measure=number, aligned={RecordId("T1"): 1.0}), at=first)
    maker.do(AddGoal(owner="ana", title="There already", measure=number), at=first)
    maker.do(AddGoal(owner="ana", title="To come", measure=number, starts=date(2026, 12, 1)), at=first)
    maker.do(CheckInGoal(goal=RecordId("G2"), value=100), ANA, first)
    maker.do(CheckInGoal(goal=RecordId("G1"), value=10), ANA, NOW - timedelta(days=11))
    found = {d.about: d for d in dues(BoardOnDay(maker.board, TODAY)) if d.kind == "check-in"}
    assert set(found) == {"T2", "G1"}
    assert (found["G1"].owes, found["G1"].on, found["G1"].overdue) == ("ana", date(2026, 11, 18), 2)
    assert (found["T2"].owes, found["T2"].on) == ("mara", date(2026, 10, 8))


def test_one_on_ones_follow_the_day_that_was_set_or_the_cadence(since_october: Maker) -> None:
    maker, ana = since_october, member(since_october.board, "ana")
    due = one_on_one_due(BoardOnDay(maker.board, TODAY), ana)
    assert due is not None
    assert (due.on, due.owes, due.to, due.about) == (date(2026, 10, 15), "mara", "ana", "")
    maker.do(WriteOneOnOne(member="ana", held=date(2026, 11, 12)), MARA)
    assert one_on_one_due(BoardOnDay(maker.board, TODAY), ana).on == date(2026, 11, 26)  # type: ignore[union-attr]
    topics = (NewTopic("skills", "Silence"),)
    maker.do(WriteOneOnOne(member="ana", on=date(2026, 11, 19), topics=topics), ANA)
    due = one_on_one_due(BoardOnDay(maker.board, TODAY), ana)
    assert due is not None
    assert (due.on, due.overdue, due.last, due.about) == (date(2026, 11, 19), 1, date(2026, 11, 12), "O2")
    assert one_on_one_due(BoardOnDay(maker.board, TODAY), member(maker.board, "mara")) is None


def test_reviews_are_owed_by_the_cadence_until_a_day_is_set(since_october: Maker) -> None:
    maker, ana = since_october, member(since_october.board, "ana")
    assert review_due(BoardOnDay(maker.board, TODAY), ana).on == date(2026, 12, 30)  # type: ignore[union-attr]
    maker.do(ScheduleReview(member="ana", on=date(2026, 11, 18)), MARA)
    due = review_due(BoardOnDay(maker.board, TODAY), ana)
    assert due is not None
    assert (due.on, due.overdue, due.about) == (date(2026, 11, 18), 2, "R1")
    maker.do(ScheduleReview(member="ana", on=date(2026, 12, 2)), MARA)
    assert [r.on for r in maker.board.reviews_of("ana")] == [date(2026, 12, 2)]


def test_what_was_promised_for_a_day_is_due_until_it_is_done(since_october: Maker) -> None:
    maker = since_october
    agreed = (
        NewAction(text="Price story", owner="mara", due=date(2026, 11, 17)),
        NewAction(text="Some day", owner="ana"),
    )
    maker.do(WriteOneOnOne(member="ana", agreed=agreed), MARA)
    (due,) = [d for d in dues(BoardOnDay(maker.board, TODAY)) if d.kind == "action"]
    assert (due.owes, due.to, due.about, due.overdue) == ("mara", "ana", "O1.1", 3)
    maker.do(FinishAction(action="O1.1"), MARA)
    assert not [d for d in dues(BoardOnDay(maker.board, TODAY)) if d.kind == "action"]


def test_the_most_overdue_comes_first_and_a_member_sees_their_own(since_october: Maker) -> None:
    maker = since_october
    maker.do(GiveFeedback(to="ana", text="Good"), MARA, NOW - timedelta(days=12))
    found = dues(BoardOnDay(maker.board, TODAY))
    assert [d.overdue for d in found] == sorted((d.overdue for d in found), reverse=True)
    assert (found[0].kind, found[0].to) == ("feedback", "ben")
    ana = dues(BoardOnDay(maker.board, TODAY), member(maker.board, "ana"))
    assert {d.to for d in ana} == {"ana"}
    mara = dues(BoardOnDay(maker.board, TODAY), member(maker.board, "mara"))
    assert {(d.kind, d.to) for d in mara if d.overdue} == {
        ("manager's feedback", "ben"),
        ("manager's feedback", "ana"),
        ("one-on-one", "ben"),
        ("one-on-one", "ana"),
    }
    assert all(isinstance(d, Due) and d.owes == "mara" for d in mara)


def test_the_day_comes_round_with_the_year(since_october: Maker) -> None:
    since_october.do(ChangeTeam(cadence={"one_on_one": 31}), MARA)
    since_october.do(WriteOneOnOne(member="ana", held=date(2026, 11, 1)), MARA)
    ana = member(since_october.board, "ana")
    assert one_on_one_due(BoardOnDay(since_october.board, TODAY), ana).on == date(2026, 12, 2)  # type: ignore[union-attr]
    last_of_january = datetime(2027, 1, 31, 12, tzinfo=UTC)
    since_october.do(WriteOneOnOne(member="ana", held=date(2027, 1, 31)), MARA, last_of_january)
    # 31 days on is 3 March, a Wednesday: February has 28.
    assert one_on_one_due(BoardOnDay(since_october.board, TODAY), ana).on == date(2027, 3, 3)  # type: ignore[union-attr]


def test_a_request_is_asked_and_not_received(maker: Maker) -> None:
    maker.do(GiveFeedback(to="ana", text="How was my demo?", kind="request"), BEN)
    found = feedback_standing(BoardOnDay(maker.board, TODAY), member(maker.board, "ana"))
    assert (found.asked, found.open, found.last_days) == (1, 0, None)


def test_resolved_feedback_is_not_open(maker: Maker) -> None:
    maker.do(GiveFeedback(to="ana", text="Good"), BEN)
    maker.do(ResolveFeedback(feedback=RecordId("F1")), ANA)
    assert feedback_standing(BoardOnDay(maker.board, TODAY), member(maker.board, "ana")).open == 0
