"""Who is away or new, and what that does to pace, status and what is due."""

from __future__ import annotations

from datetime import date, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from teamboard.domain.board import Board
from teamboard.domain.board_on_day import BoardOnDay
from teamboard.domain.due import check_in_due, dues, feedback_due, one_on_one_due
from teamboard.domain.goals.pace import pace
from teamboard.domain.goals.status import status
from teamboard.domain.ids import RecordId
from teamboard.domain.people import absence_on, absences_of, after_days_here, days_here, expected_days, on_team
from teamboard.domain.records import Absence, Member
from teamboard.domain.standup import speakers
from tests.conftest import TODAY, Maker

DAY = timedelta(days=1)
MONDAY = date(2026, 11, 2)
DAYS = st.dates(date(2026, 1, 1), date(2026, 12, 31))
ABSENCES = st.tuples(DAYS, DAYS).map(lambda days: Absence(starts=min(days), ends=max(days)))


def member(**changes: object) -> Member:
    return Member(id=RecordId("M9"), handle="gladys", name="Gladys", manager=None, **changes)  # type: ignore[arg-type]


def days(first: date, last: date) -> list[date]:
    return [first + i * DAY for i in range((last - first).days + 1)]


@given(st.lists(ABSENCES, max_size=4), DAYS, DAYS)
def test_days_here_are_those_on_which_nobody_is_away(away: list[Absence], first: date, last: date) -> None:
    merged = absences_of(member(away=tuple(away)))
    assert days_here(merged, first, last) == sum(
        not any(a.starts <= day <= a.ends for a in away) for day in days(first, last)
    )


@given(st.lists(ABSENCES, max_size=4), DAYS, st.integers(1, 100))
def test_the_day_after_some_days_here_skips_those_away(away: list[Absence], day: date, count: int) -> None:
    merged = absences_of(member(away=tuple(away)))
    found = after_days_here(merged, day, count)
    assert days_here(merged, day + DAY, found) == count
    assert absence_on(member(away=tuple(away)), found) is None


def test_an_absence_that_another_program_wrote_backwards_counts_for_nothing() -> None:
    backwards = member(away=(Absence(starts=date(2026, 11, 9), ends=date(2026, 11, 2)),))
    assert absences_of(backwards) == ()


def test_whoever_has_left_is_on_the_team_until_the_day_before() -> None:
    left = member(left=MONDAY)
    assert [on_team(left, day) for day in (MONDAY - DAY, MONDAY, MONDAY + DAY)] == [True, False, False]
    assert on_team(member(), MONDAY)


def test_a_ramp_expects_less_in_the_first_months() -> None:
    new = member(starts=date(2026, 10, 15), ramp=(25, 50))
    first = days_here((), date(2026, 10, 15), date(2026, 11, 14))
    second = days_here((), date(2026, 11, 15), date(2026, 12, 14))
    rest = days_here((), date(2026, 12, 15), date(2026, 12, 31))
    assert expected_days(new, date(2026, 10, 15), date(2026, 12, 31)) == pytest.approx(
        first * 0.25 + second * 0.5 + rest
    )


@pytest.mark.parametrize(
    ("starts", "month", "begins"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2027, 12, 31), 2, date(2028, 2, 29)),
        (date(2026, 11, 30), 3, date(2027, 2, 28)),
        (date(2026, 11, 26), 1, date(2026, 12, 26)),
    ],
)
def test_a_month_of_a_ramp_begins_on_the_same_day_or_the_months_last(starts: date, month: int, begins: date) -> None:
    new = member(starts=starts, ramp=(*[100] * month, 0))
    assert expected_days(new, begins - DAY, begins) == 1.0


# -- on a board: G1 is Ana's goal


def board_with(maker: Maker, **changes: object) -> Board:
    ana = maker.board.member("ana")
    assert ana is not None
    return maker.board.with_changes({ana.id: msgspec.structs.replace(ana, **changes)})


def test_pace_counts_neither_the_days_away_nor_those_before_a_newcomer_came(maker: Maker) -> None:
    goal = maker.goal(RecordId("G1"))
    assert (goal.starts, goal.due) == (date(2026, 10, 1), date(2026, 12, 31))
    assert pace(maker.board, goal, TODAY) == pytest.approx(53 / 92)
    away = (Absence(starts=date(2026, 11, 13), ends=date(2026, 11, 24)),)
    assert pace(board_with(maker, away=away), goal, TODAY) == pytest.approx(43 / 80)
    assert pace(board_with(maker, starts=date(2026, 11, 1)), goal, TODAY) == pytest.approx(22 / 61)
    ramp = board_with(maker, starts=date(2026, 11, 1), ramp=(50,))
    assert pace(ramp, goal, TODAY) == pytest.approx(11 / 46)


def test_the_team_can_let_the_pace_go_on_while_somebody_is_away(maker: Maker) -> None:
    board = board_with(maker, away=(Absence(starts=date(2026, 11, 13), ends=date(2026, 11, 24)),))
    assert board.team is not None
    board = board.with_changes({board.team.id: msgspec.structs.replace(board.team, away_counts=True)})
    assert pace(board, maker.goal(RecordId("G1")), TODAY) == pytest.approx(53 / 92)


def test_a_goal_of_which_every_day_is_away_is_at_its_pace_when_it_is_due(maker: Maker) -> None:
    goal = maker.goal(RecordId("G1"))
    board = board_with(maker, away=(Absence(starts=goal.starts, ends=goal.due),))
    assert [pace(board, goal, day) for day in (goal.due - DAY, goal.due)] == [0.0, 1.0]


def test_nothing_is_due_while_somebody_is_away_and_cadences_pause(maker: Maker) -> None:
    maker.check_in(RecordId("G1"), 400, days_ago=30)
    before = BoardOnDay(maker.board, TODAY)
    due = check_in_due(before, maker.goal(RecordId("G1")))
    assert due is not None
    assert due.overdue > 0
    back = TODAY + 5 * DAY
    away = BoardOnDay(board_with(maker, away=(Absence(starts=TODAY - 25 * DAY, ends=back),)), TODAY)
    ana = away.board.member("ana")
    assert ana is not None
    assert [d for d in dues(away) if "ana" in (d.owes, d.to) and d.on <= back] == []
    later = check_in_due(away, maker.goal(RecordId("G1")))
    assert later is not None
    assert days_here(ana.away, due.last or TODAY, later.on) >= 7
    assert status(away.board, maker.goal(RecordId("G1")), TODAY) != "stale"


def test_what_was_overdue_is_overdue_again_when_they_are_back(maker: Maker) -> None:
    maker.check_in(RecordId("G1"), 400, days_ago=30)
    goal = maker.goal(RecordId("G1"))
    starts, ends = TODAY - 10 * DAY, TODAY - 4 * DAY
    before = check_in_due(BoardOnDay(maker.board, starts - DAY), goal)
    during = check_in_due(BoardOnDay(board_with(maker, away=(Absence(starts=starts, ends=ends),)), ends), goal)
    after = check_in_due(BoardOnDay(board_with(maker, away=(Absence(starts=starts, ends=ends),)), ends + DAY), goal)
    assert before is not None
    assert during is not None
    assert after is not None
    assert before.overdue > 0
    assert during.overdue == 0
    assert after.overdue == before.overdue + 1


def test_a_manager_who_is_away_owes_nothing_meanwhile(maker: Maker) -> None:
    mara = maker.board.member("mara")
    assert mara is not None
    away = (Absence(starts=TODAY - 60 * DAY, ends=TODAY + 5 * DAY),)
    shown = BoardOnDay(maker.board.with_changes({mara.id: msgspec.structs.replace(mara, away=away)}), TODAY)
    ana = shown.board.member("ana")
    assert ana is not None
    meeting, feedback = one_on_one_due(shown, ana), feedback_due(shown, ana)
    assert meeting is not None
    assert meeting.on > away[0].ends
    # Anybody in the team may give the feedback.
    assert feedback is not None


def test_whoever_is_away_does_not_speak_and_whoever_has_left_is_nowhere(maker: Maker) -> None:
    everybody = [m.handle for m in speakers(BoardOnDay(maker.board, TODAY), "round", 0)]
    assert "ana" in everybody
    away = BoardOnDay(board_with(maker, away=(Absence(starts=TODAY, ends=TODAY),)), TODAY)
    assert "ana" not in [m.handle for m in speakers(away, "round", 0)]
    assert "ana" in [m.handle for m in away.members]
    left = BoardOnDay(board_with(maker, left=TODAY), TODAY)
    assert "ana" not in [m.handle for m in left.members]
    assert "ana" not in [m.handle for m in left.reports("mara")]
    assert [d for d in dues(left) if "ana" in (d.owes, d.to)] == []
