"""The pulse of a team: each figure from what happened."""

from __future__ import annotations

from datetime import date, timedelta

from teamboard.actions.feedback import (
    AcknowledgeFeedback,
    AskForFeedback,
    GiveFeedback,
    ReplyToFeedback,
    ResolveFeedback,
)
from teamboard.actions.one_on_ones import RateOneOnOne, WriteOneOnOne
from teamboard.domain.board_on_day import BoardOnDay
from teamboard.domain.ids import RecordId
from teamboard.domain.pulse import pulse
from tests.conftest import ANA, BEN, MARA, NOW, TODAY, Maker


def test_the_pulse_of_a_quarter(maker: Maker) -> None:
    maker.do(GiveFeedback(to="ana", text="Before the quarter"), MARA, NOW - timedelta(days=60))
    maker.do(GiveFeedback(to="ana", text="Good"), MARA, NOW - timedelta(days=20))
    maker.do(AcknowledgeFeedback(feedback=RecordId("F2")), ANA, NOW - timedelta(days=19))
    maker.do(ResolveFeedback(feedback=RecordId("F2")), ANA, NOW - timedelta(days=10))
    maker.do(GiveFeedback(to="ana", text="Again"), BEN, NOW - timedelta(days=4))
    maker.do(ResolveFeedback(feedback=RecordId("F3")), ANA, NOW - timedelta(days=1))
    maker.do(GiveFeedback(to="ben", text="They said so", source="Acme"), MARA, NOW - timedelta(days=3))
    maker.do(AskForFeedback(of=("ben",), text="Too long?"), ANA, NOW - timedelta(days=3))
    maker.do(ReplyToFeedback(feedback=RecordId("F5"), text="By ten minutes"), BEN, NOW - timedelta(days=2))
    maker.check_in(RecordId("G1"), 100, days_ago=1)
    maker.check_in(RecordId("G2"), 100, days_ago=20, by=BEN)
    for day, useful in ((date(2026, 11, 3), 5), (date(2026, 11, 17), 2)):
        maker.do(WriteOneOnOne(member="ana", held=day), MARA)
        maker.do(RateOneOnOne(member="ana", useful=useful), ANA)
    maker.do(WriteOneOnOne(member="ben", held=date(2026, 11, 18)), MARA)
    found = pulse(BoardOnDay(maker.board, TODAY))
    assert found.given == {("mara", "ana"): 1, ("ben", "ana"): 2, ("", "ben"): 1}
    assert (found.gave("ben"), found.got("ana"), found.got("ben"), found.gave("ana")) == (2, 3, 1, 0)
    assert found.days_to_acknowledge == 2.0
    # One more is from before the quarter.
    assert (found.unacknowledged, found.open) == (2, 2)
    assert (found.checked, found.in_cadence) == (2, 1)
    assert (found.talks_held, found.talks_rated, found.useful) == (3, 2, 3.5)
    assert found.weeks[0].starts == date(2026, 10, 1)
    assert [w.starts.weekday() for w in found.weeks[1:]] == [0] * (len(found.weeks) - 1)
    assert [w.is_partial for w in found.weeks] == [True, *[False] * (len(found.weeks) - 2), TODAY.weekday() != 6]
    assert (found.weeks[0].ends, found.weeks[-1].ends) == (date(2026, 10, 4), TODAY)
    assert {w.starts: w.feedback for w in found.weeks if w.feedback} == {
        date(2026, 11, 2): 1,
        date(2026, 11, 16): 3,
    }
    assert sum(w.feedback for w in found.weeks) == sum(found.given.values())


def test_a_team_without_a_past_has_a_pulse(maker: Maker) -> None:
    found = pulse(BoardOnDay(maker.board, TODAY))
    assert (found.given, found.days_to_acknowledge, found.useful, found.talks_held) == ({}, None, None, 0)
    assert (found.checked, found.in_cadence) == (2, 2)
    assert all(week.feedback == 0 for week in found.weeks)
