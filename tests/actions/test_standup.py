"""Help that is offered with a blocker, and the standup that is stored."""

from __future__ import annotations

from datetime import timedelta

import pytest

from teamboard.actions.check_ins import CheckInGoal
from teamboard.actions.renaming import RenameMember
from teamboard.actions.standup import OfferHelp, RecordStandup
from teamboard.domain.ids import RecordId
from teamboard.domain.standup import help_wanted_by, last_standup
from tests.conftest import ANA, BEN, NOW, STRANGER, Maker
from tests.helpers.refusing import refused


def test_help_is_offered_once_by_others_and_shown(maker: Maker) -> None:
    assert "No help is wanted" in refused(maker, OfferHelp(goal=RecordId("G2")), ANA)
    maker.do(CheckInGoal(goal=RecordId("G2"), value=100, blocker="Legal is slow"), BEN)
    assert "your own goal" in refused(maker, OfferHelp(goal=RecordId("G2")), BEN)
    assert "does not know you" in refused(maker, OfferHelp(goal=RecordId("G2")), STRANGER)
    maker.do(OfferHelp(goal=RecordId("g2")), ANA)
    assert "help with G2 already" in refused(maker, OfferHelp(goal=RecordId("G2")), ANA)
    (wanted,) = help_wanted_by(maker.board, maker.board.member("ben"))  # type: ignore[arg-type]
    assert wanted.checkin.helpers == ("ana",)
    maker.do(OfferHelp(goal=RecordId("G2"), not_any_more=True), ANA)
    assert "do not help" in refused(maker, OfferHelp(goal=RecordId("G2"), not_any_more=True), ANA)


@pytest.mark.parametrize("seconds", [{}, {"ana": -5}, {"ana": 10**9}])
def test_times_stay_within_reason(maker: Maker, seconds: dict[str, int]) -> None:
    maker.do(RecordStandup(began=NOW + timedelta(days=1), seconds=seconds))
    kept = last_standup(maker.board)
    assert kept is not None
    assert kept.at == NOW
    assert all(0 <= s <= 86_400 for s in kept.seconds.values())


def test_who_gets_another_handle_during_the_standup_keeps_their_time(maker: Maker) -> None:
    maker.do(RenameMember(member="ana", handle="anna"))
    maker.do(RecordStandup(began=NOW, seconds={"ana": 30, "nobody": 5}))
    kept = last_standup(maker.board)
    assert kept is not None
    assert kept.seconds == {"anna": 30}
