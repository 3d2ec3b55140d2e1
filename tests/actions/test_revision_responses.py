"""Answers to a revision: agreed, declined, withdrawn; and what is refused, with nothing changed."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from teamboard.actions.periods import BeginPeriod
from teamboard.actions.revision_responses import AgreeToRevision, DeclineRevision, WithdrawRevision
from teamboard.actions.revisions import ReviseGoal
from teamboard.domain.errors import NotFound
from teamboard.domain.ids import RecordId
from tests.conftest import ANA, MARA, NOW, Maker
from tests.helpers.refusing import refused
from tests.helpers.revising import LOWER, revision, target


def test_declining_takes_a_word_and_the_old_values_stay(maker: Maker) -> None:
    maker.do(LOWER, ANA)
    assert "word" in refused(maker, DeclineRevision(revision=RecordId("V1"), word="  "), MARA)
    maker.do(DeclineRevision(revision=RecordId("V1"), word="Not yet."), MARA)
    found = revision(maker, RecordId("V1"))
    assert (found.state, found.word, found.effective, target(maker, RecordId("G1"))) == (
        "declined",
        "Not yet.",
        None,
        1000,
    )
    maker.do(LOWER, ANA)
    assert revision(maker, RecordId("V2")).state == "proposed"


def test_both_can_withdraw_their_own(maker: Maker) -> None:
    for by, other in ((ANA, MARA), (MARA, ANA)):
        maker.do(LOWER, by)
        last = max(v.id for v in maker.board.revisions)
        assert "Only" in refused(maker, WithdrawRevision(revision=last), other)
        maker.do(WithdrawRevision(revision=last), by)
        assert revision(maker, last).state == "withdrawn"
        assert "nothing to withdraw" in refused(maker, WithdrawRevision(revision=last), by)
    assert target(maker, RecordId("G1")) == 1000


def test_an_agreement_to_terms_that_have_moved_is_refused(maker: Maker) -> None:
    maker.do(ReviseGoal(goal=RecordId("G1"), reason="market", why="later", due=date(2026, 12, 20)), ANA)
    # The turn of a period moves the due day too.
    maker.do(BeginPeriod(), MARA, NOW + timedelta(days=50))
    assert maker.goal(RecordId("G1")).due == date(2027, 3, 31)
    assert "propose it again" in refused(maker, AgreeToRevision(revision=RecordId("V1")), MARA)


def test_not_found_says_so(maker: Maker) -> None:
    with pytest.raises(NotFound):
        maker.do(AgreeToRevision(revision=RecordId("V1")), MARA)
