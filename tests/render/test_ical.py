"""The calendar: read back by a parser of iCalendar, event for event, with the same UIDs from export to export."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import icalendar
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from teamboard.actions.base import Action, Actor
from teamboard.actions.goal_changes.closing import CloseGoal
from teamboard.actions.goal_changes.edits import EditGoal, RemoveGoal
from teamboard.actions.goals import AddGoal
from teamboard.actions.leaving import LeaveTeam
from teamboard.actions.members import BeAway
from teamboard.actions.one_on_ones import NewTopic, WriteOneOnOne
from teamboard.actions.periods import BeginPeriod
from teamboard.actions.renaming import RenameMember
from teamboard.actions.reviews import ScheduleReview, StartPreparing
from teamboard.actions.team import AddMember, ChangeMember
from teamboard.actions.undo import Undo
from teamboard.domain.board import Board
from teamboard.domain.board_on_day import BoardOnDay
from teamboard.domain.ids import RecordId
from teamboard.render.ical import calendar
from tests.conftest import ANA, BEN, MARA, NOW, TODAY, Maker, small_maker
from tests.helpers.nasty import ALL_NASTY, moving


def exported(maker: Maker, day: date = TODAY) -> bytes:
    return calendar(BoardOnDay(maker.file().board, day), NOW)


def parsed(content: bytes) -> list[Any]:
    """The events of a calendar, as a parser reads them."""
    return list(icalendar.Calendar.from_ical(content).walk("VEVENT"))


def events(content: bytes) -> dict[str, tuple[date, str]]:
    """Day and description of each event, by summary."""
    return {
        str(event["summary"]): (event["dtstart"].dt, str(event.get("description", ""))) for event in parsed(content)
    }


def uids(content: bytes) -> dict[str, str]:
    return {str(e["summary"]): str(e["uid"]) for e in parsed(content)}


def test_a_board_without_a_team_is_an_empty_calendar() -> None:
    found = icalendar.Calendar.from_ical(calendar(BoardOnDay(Board({}), TODAY), NOW))
    assert (found["x-wr-calname"], found["version"], found.walk("VEVENT")) == ("teamboard", "2.0", [])


def test_goals_reviews_and_one_on_ones_are_events_of_a_whole_day(maker: Maker) -> None:
    topics = (NewTopic("skills", "Calls, objections; \\n"), NewTopic("career", "Lead"))
    maker.do(WriteOneOnOne(member="ben", on=date(2026, 11, 25), topics=topics), BEN)
    maker.do(ScheduleReview(member="ana", on=date(2026, 12, 24)))
    assert events(exported(maker)) == {
        "One-on-one due: Ana Ruiz and Mara Lind": (date(2026, 12, 7), ""),
        "One-on-one: Ben Okafor and Mara Lind": (
            date(2026, 11, 25),
            "skills: Calls, objections; \\n\ncareer: Lead",
        ),
        "Review: Ana Ruiz and Mara Lind": (date(2026, 12, 24), ""),
        "Review due: Ben Okafor and Mara Lind": (date(2027, 2, 22), ""),
        "Due: T1 New ARR (the team, Mara Lind)": (date(2026, 12, 31), "from €0 to €2,000"),
        "Due: G1 ARR ana (Ana Ruiz)": (date(2026, 12, 31), "from €0 to €1,000"),
        "Due: G2 ARR ben (Ben Okafor)": (date(2026, 12, 31), "from €0 to €1,000"),
    }
    for event in parsed(exported(maker)):
        assert event["dtend"].dt - event["dtstart"].dt == timedelta(days=1)
        assert (event["transp"], event["dtstamp"].dt) == ("TRANSPARENT", NOW)


def test_what_was_due_long_ago_is_put_on_today(maker: Maker) -> None:
    day, _ = events(exported(maker, date(2027, 6, 1)))["One-on-one due: Ana Ruiz and Mara Lind"]
    assert day == date(2027, 6, 1)


def test_uids_stay_from_export_to_export_and_differ_between_boards(maker: Maker) -> None:
    before = uids(exported(maker))
    maker.do(WriteOneOnOne(member="ben", on=date(2026, 11, 25), topics=(NewTopic("skills", "Calls"),)), BEN)
    maker.do(AddGoal(owner="ana", title="Calls"))
    after = uids(exported(maker, TODAY + timedelta(days=9)))
    # The one-on-one that was only due is planned now: the same event, moved.
    planned = after.pop("One-on-one: Ben Okafor and Mara Lind")
    assert planned == before.pop("One-on-one due: Ben Okafor and Mara Lind")
    del after["Due: G3 Calls (Ana Ruiz)"]
    assert after == before
    assert len(set(after.values())) == len(after)
    other = Maker()
    other.board, other.history = (
        maker.board,
        [(1, msgspec.structs.replace(maker.history[0][1], at=NOW - timedelta(days=1)))],
    )
    assert not {*uids(exported(other)).values()} & {*before.values()}


def test_a_one_on_one_is_of_the_two_who_met(maker: Maker) -> None:
    maker.do(WriteOneOnOne(member="ben", note="x", held=date(2026, 11, 20)))
    maker.do(AddMember(handle="zoe", name="Zoe Wang"))
    maker.do(ChangeMember(handle="ben", manager="zoe"))
    found = events(exported(maker))
    assert found["One-on-one: Ben Okafor and Mara Lind"][0] == date(2026, 11, 20)
    assert "One-on-one due: Ben Okafor and Zoe Wang" in found


def test_a_day_that_another_program_has_put_at_the_end_of_time_is_a_day(maker: Maker) -> None:
    goal = maker.goal(RecordId("G1"))
    maker.board = maker.board.apply({goal.id: msgspec.structs.replace(goal, due=date.max)})
    assert events(exported(maker))["Due: G1 ARR ana (Ana Ruiz)"][0] == date.max


@pytest.mark.parametrize("due", [date(2026, 11, 1), date(9000, 1, 1)])
def test_days_at_the_end_of_time_are_days(maker: Maker, due: date) -> None:
    maker.do(AddGoal(owner="ana", title="Calls", starts=date(2026, 10, 1), due=due))
    assert events(exported(maker))["Due: G3 Calls (Ana Ruiz)"][0] == due


@given(st.one_of(st.text(min_size=1), st.just(ALL_NASTY), st.just("名" * 200)))
def test_any_title_is_text_of_its_event_and_nothing_else(title: str) -> None:
    maker = small_maker()
    goal = maker.goal(RecordId("G1"))
    maker.board = maker.board.apply({goal.id: msgspec.structs.replace(goal, title=title)})
    content = calendar(BoardOnDay(maker.board, TODAY), NOW)
    assert all(len(line) <= 75 for line in content.split(b"\r\n"))
    found = [str(event["summary"]) for event in parsed(content)]
    assert len(found) == len(parsed(exported(small_maker())))
    (summary,) = [text for text in found if text.startswith("Due: G1")]
    assert not moving(summary)
    assert summary.endswith("(Ana Ruiz)")


def event_of(maker: Maker, summary: str, member: str | None = None) -> Any:
    content = calendar(BoardOnDay(maker.file().board, TODAY), NOW, maker.board.member(member) if member else None)
    return next(event for event in parsed(content) if str(event["summary"]).startswith(summary))


def sequence(event: Any) -> tuple[int, Any]:
    return int(event["sequence"]), event["last-modified"].dt


def test_what_is_moved_has_a_higher_sequence_and_its_time(maker: Maker) -> None:
    later = [NOW + timedelta(minutes=minute) for minute in range(9)]
    review = event_of(maker, "Review due: Ana")
    maker.do(ScheduleReview(member="ana", on=date(2026, 12, 10)), at=later[1])
    planned = event_of(maker, "Review: Ana")
    assert planned["uid"] == review["uid"]
    assert sequence(planned) == (maker.board.revision, later[1])
    assert sequence(planned) > sequence(review)
    # What it does not show changes neither.
    maker.do(StartPreparing(review=RecordId("R1")), ANA, later[2])
    maker.do(AddGoal(owner="ana", title="Calls"), at=later[3])
    assert sequence(event_of(maker, "Review: Ana")) == sequence(planned)
    maker.do(ScheduleReview(member="ana", on=date(2026, 12, 11)), at=later[4])
    moved = event_of(maker, "Review: Ana")
    assert (moved["uid"], moved["dtstart"].dt) == (review["uid"], date(2026, 12, 11))
    assert sequence(moved) == (maker.board.revision, later[4])
    goal = event_of(maker, "Due: G1")
    maker.do(EditGoal(goal=RecordId("G1"), title="ARR Spain"), ANA, later[5])
    assert sequence(event_of(maker, "Due: G1")) > sequence(goal)
    assert [str(e["status"]) for e in parsed(exported(maker))] == ["CONFIRMED"] * len(parsed(exported(maker)))


def test_a_review_that_is_taken_back_is_due_again_with_a_higher_sequence(maker: Maker) -> None:
    maker.do(ScheduleReview(member="ana", on=date(2026, 12, 10)))
    planned = event_of(maker, "Review: Ana")
    maker.board = maker.file().board
    maker.do(Undo(undoes=maker.board.revision))
    due = event_of(maker, "Review due: Ana")
    assert due["uid"] == planned["uid"]
    assert sequence(due)[0] > sequence(planned)[0]


def test_a_goal_that_ends_before_its_day_or_is_removed_is_cancelled(maker: Maker) -> None:
    before = uids(exported(maker))
    maker.do(CloseGoal(goal=RecordId("G1"), outcome="dropped", why="No budget"))
    maker.do(RemoveGoal(goal=RecordId("G2")))
    found = {str(e["summary"]): e for e in parsed(exported(maker))}
    for summary in ("Due: G1 ARR ana (Ana Ruiz)", "Due: G2 ARR ben (Ben Okafor)"):
        assert str(found[summary]["status"]) == "CANCELLED"
        assert str(found[summary]["uid"]) == before[summary]
        assert sequence(found[summary])[0] >= maker.board.revision - 1
    assert not any("Due: G" in summary for summary in events(exported(maker, date(2027, 1, 1))))


def test_what_is_to_come_with_someone_who_has_left_is_cancelled(maker: Maker) -> None:
    maker.do(ScheduleReview(member="ana", on=date(2026, 12, 10)))
    maker.do(WriteOneOnOne(member="ana", on=date(2026, 11, 25)))
    before = uids(exported(maker))
    maker.do(LeaveTeam(member="ana", day=TODAY, goals_to="ben"))
    found = {str(e["summary"]): e for e in parsed(exported(maker))}
    for summary in ("Review: Ana Ruiz and Mara Lind", "One-on-one: Ana Ruiz and Mara Lind"):
        assert str(found[summary]["status"]) == "CANCELLED"
        assert str(found[summary]["uid"]) == before[summary]
        assert sequence(found[summary])[0] == maker.board.revision
    assert not any("Ana Ruiz" in summary for summary in events(exported(maker, date(2027, 1, 1))))


def test_what_was_due_to_someone_who_has_left_is_cancelled(maker: Maker) -> None:
    before = uids(exported(maker))
    maker.do(LeaveTeam(member="ana", day=TODAY, goals_to="ben"))
    found = {str(e["summary"]): e for e in parsed(exported(maker))}
    for summary in ("Review due: Ana Ruiz and Mara Lind", "One-on-one due: Ana Ruiz and Mara Lind"):
        assert str(found[summary]["status"]) == "CANCELLED"
        assert str(found[summary]["uid"]) == before[summary]
        assert sequence(found[summary])[0] == maker.board.revision
    assert not any("Ana Ruiz" in summary for summary in events(exported(maker, date(2027, 6, 1))))


@pytest.mark.parametrize(
    ("action", "by"),
    [
        (BeAway(member="ana", starts=date(2026, 12, 1), ends=date(2026, 12, 8)), ANA),
        (BeAway(member="mara", starts=date(2026, 12, 1), ends=date(2026, 12, 8)), MARA),
        (BeginPeriod(starts=date(2026, 11, 30), ends=date(2027, 2, 28)), MARA),
    ],
    ids=["away", "manager away", "period"],
)
def test_what_is_due_on_another_day_has_a_higher_sequence(maker: Maker, action: Action, by: Actor) -> None:
    before = event_of(maker, "One-on-one due: Ana")
    maker.do(action, by, NOW + timedelta(days=8))
    after = event_of(maker, "One-on-one due: Ana")
    assert after["uid"] == before["uid"]
    assert after["dtstart"].dt > before["dtstart"].dt
    assert sequence(after)[0] == maker.board.revision > sequence(before)[0]


def test_a_member_sees_their_own_days(maker: Maker) -> None:
    maker.do(ScheduleReview(member="ana", on=date(2026, 12, 10)))
    shown = BoardOnDay(maker.file().board, TODAY)
    content = calendar(shown, NOW, maker.board.member("ana"))
    assert set(events(content)) == {
        "Review: Ana Ruiz and Mara Lind",
        "One-on-one due: Ana Ruiz and Mara Lind",
        "Due: G1 ARR ana (Ana Ruiz)",
    }
    assert icalendar.Calendar.from_ical(content)["x-wr-calname"] == "Northwind: Ana Ruiz"
    manager = events(calendar(shown, NOW, maker.board.member("mara")))
    assert {"Review: Ana Ruiz and Mara Lind", "Due: T1 New ARR (the team, Mara Lind)"} < set(manager)
    assert not any(summary.startswith("Due: G") for summary in manager)


def test_a_rename_keeps_the_uids(maker: Maker) -> None:
    maker.do(ScheduleReview(member="ana", on=date(2026, 12, 10)))
    before = uids(exported(maker))
    maker.do(ChangeMember(handle="ana", name="Ana Ruiz Lopez"))
    maker.do(RenameMember(member="ana", handle="anna"))
    assert set(uids(exported(maker)).values()) == set(before.values())


def test_lines_are_folded_at_75_octets_end_with_crlf_and_have_their_text_escaped(maker: Maker) -> None:
    maker.do(AddGoal(owner="ana", title="Wörk, größer; longer \\ " + "é" * 60))
    content = exported(maker)
    lines = content.split(b"\r\n")
    assert lines[-1] == b""
    assert all(len(line) <= 75 and b"\n" not in line for line in lines)
    unfolded = content.replace(b"\r\n ", b"").decode()
    assert "Wörk\\, größer\\; longer \\\\ éé" in unfolded
    assert "DTSTART;VALUE=DATE:20261231" in unfolded
    assert "DTSTAMP:20261122T" in unfolded
    assert all(line.endswith("Z") for line in unfolded.split("\r\n") if line.startswith(("DTSTAMP", "LAST-MOD")))
