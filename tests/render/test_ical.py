"""The calendar: read back by a parser of iCalendar, event for event, with the same UIDs from export to export."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import icalendar
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from teamboard.actions.goals import AddGoal
from teamboard.actions.one_on_ones import NewTopic, WriteOneOnOne
from teamboard.actions.reviews import ScheduleReview
from teamboard.actions.team import AddMember, ChangeMember
from teamboard.domain.board import Board
from teamboard.domain.board_on_day import BoardOnDay
from teamboard.domain.ids import RecordId
from teamboard.render.ical import calendar
from tests.conftest import BEN, NOW, TODAY, Maker, small_maker
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
