"""Reviews: planned, prepared by both, agreed on, signed and added to; each step by its two sides alone."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from teamboard.actions.base import Action, Actor
from teamboard.actions.one_on_ones import NewAction
from teamboard.actions.reviews import (
    AddReviewAction,
    AddToReview,
    RateReview,
    ScheduleReview,
    SetKey,
    SharePreparation,
    SignReview,
    StartPreparing,
    WriteOutcome,
    find_own_review,
    find_review,
)
from teamboard.domain.errors import Conflict, NotFound, Refused
from teamboard.domain.ids import RecordId
from teamboard.domain.records import Review, ReviewPeriod
from tests.conftest import ANA, BEN, MARA, STRANGER, TODAY, Maker
from tests.helpers.refusing import refused
from tests.helpers.verbs import ENCRYPTED, KEY

R1 = RecordId("R1")
IN_A_WEEK = TODAY + timedelta(days=7)


@pytest.fixture
def planned(maker: Maker) -> Maker:
    maker.do(ScheduleReview(member="ana", on=IN_A_WEEK), MARA)
    return maker


@pytest.fixture
def agreed(planned: Maker) -> Maker:
    planned.do(WriteOutcome(review=R1, encrypted=ENCRYPTED, seen=""), MARA)
    return planned


@pytest.fixture
def signed(agreed: Maker) -> Maker:
    for by in (ANA, MARA):
        agreed.do(SignReview(review=R1, content_hash="abc", seen=ENCRYPTED), by)
    return agreed


def review(maker: Maker) -> Review:
    return find_review(maker.board, "r1")


def test_a_review_is_planned_and_moved(planned: Maker) -> None:
    assert (review(planned).member, review(planned).manager, review(planned).on) == ("ana", "mara", IN_A_WEEK)
    assert "is on 2026-11-29 already" in refused(planned, ScheduleReview(member="ana", on=IN_A_WEEK), ANA)
    assert review(planned).period == ReviewPeriod(name="Q4 2026", starts=date(2026, 10, 1), ends=date(2026, 12, 31))
    planned.do(ScheduleReview(member="ana", on=date(2026, 12, 9), period="q4 2026"), ANA)
    assert review(planned).on == date(2026, 12, 9)
    assert review(planned).period is not None
    assert "has no manager" in refused(planned, ScheduleReview(member="mara", on=IN_A_WEEK), MARA)
    assert "no period 'Q9'" in refused(planned, ScheduleReview(member="ana", on=TODAY, period="Q9"), MARA)
    assert "'ben' is not one of" in refused(
        planned, ScheduleReview(member="ana", on=TODAY, prepared={"ben": "shared"}), MARA
    )


def test_both_prepare_and_may_show_it_once_both_have_shared(planned: Maker) -> None:
    planned.do(StartPreparing(review=R1), ANA)
    assert "begun to prepare R1 already" in refused(planned, StartPreparing(review=R1), ANA)
    planned.do(SharePreparation(review=R1, encrypted=ENCRYPTED), ANA)
    assert (review(planned).prepared, review(planned).state) == ({"ana": "shared"}, "preparing")
    reveal = SharePreparation(review=R1, encrypted=ENCRYPTED, revealed=True)
    assert "not shared by both yet" in refused(planned, reveal, ANA)
    planned.do(SharePreparation(review=R1, encrypted=ENCRYPTED), MARA)
    planned.do(reveal, ANA)
    assert (review(planned).revealed, review(planned).state) == (("ana",), "ready")


def test_on_the_day_of_the_review_one_side_may_show_theirs(planned: Maker) -> None:
    planned.do(ScheduleReview(member="ana", on=TODAY), MARA)
    planned.do(SharePreparation(review=R1, encrypted=ENCRYPTED, revealed=True), ANA)
    assert review(planned).revealed == ("ana",)


def test_an_outcome_that_somebody_changed_is_not_overwritten(agreed: Maker) -> None:
    assert (review(agreed).state, review(agreed).outcome) == ("held", ENCRYPTED)
    with pytest.raises(Conflict):
        agreed.do(WriteOutcome(review=R1, encrypted=ENCRYPTED, seen=""), ANA)
    assert "nothing to prepare any more" in refused(agreed, StartPreparing(review=R1), ANA)
    agreed.do(AddReviewAction(review=R1, agreed=NewAction(text="Fifty names", owner="ana")), MARA)
    assert [a.text for a in review(agreed).actions] == ["Fifty names"]


def test_both_sign_the_same_and_what_is_signed_is_only_added_to(agreed: Maker) -> None:
    sign = SignReview(review=R1, content_hash="abc", seen=ENCRYPTED)
    assert "not signed yet" in refused(agreed, AddToReview(review=R1, encrypted=ENCRYPTED), ANA)
    with pytest.raises(Conflict):
        agreed.do(SignReview(review=R1, content_hash="abc", seen="older"), ANA)
    agreed.do(sign, ANA)
    assert "signed by ana already" in refused(agreed, sign, ANA)
    assert "differs" in refused(agreed, SignReview(review=R1, content_hash="xyz", seen=ENCRYPTED), MARA)
    assert review(agreed).state == "held"
    agreed.do(sign, MARA)
    assert review(agreed).state == "signed"
    refusals: list[Action] = [
        WriteOutcome(review=R1, encrypted=ENCRYPTED, seen=ENCRYPTED),
        SharePreparation(review=R1, encrypted=ENCRYPTED),
        AddReviewAction(review=R1, agreed=NewAction(text="x", owner="ana")),
    ]
    assert all("you can add to it" in refused(agreed, action, MARA) for action in refusals)
    agreed.do(AddToReview(review=R1, encrypted=ENCRYPTED), ANA)
    assert [a.by for a in review(agreed).additions] == ["ana"]


def test_one_side_signs_for_the_other_who_is_present(agreed: Maker) -> None:
    agreed.do(SignReview(review=R1, content_hash="abc", seen=ENCRYPTED, witnessed=True), MARA)
    assert [(s.by, s.witnessed) for s in review(agreed).signatures] == [("ana", "mara")]


def test_nothing_is_signed_before_it_is_agreed_on(planned: Maker) -> None:
    assert "nothing to sign" in refused(planned, SignReview(review=R1, content_hash="abc", seen=""), ANA)


def test_the_member_says_how_useful_a_signed_review_was(agreed: Maker) -> None:
    assert "not signed by both" in refused(agreed, RateReview(review=R1, useful=4), ANA)


def test_a_rating_is_from_1_to_5_and_may_be_changed(signed: Maker) -> None:
    assert "from 1 to 5" in refused(signed, RateReview(review=R1, useful=6), ANA)
    assert "Only Ana Ruiz (ana)" in refused(signed, RateReview(review=R1, useful=4), MARA)
    signed.do(RateReview(review=R1, useful=4), ANA)
    assert "rated 4 already" in refused(signed, RateReview(review=R1, useful=4), ANA)
    signed.do(RateReview(review=R1, useful=2), ANA)
    assert review(signed).useful == 2


@pytest.mark.parametrize("by", [BEN, STRANGER])
@pytest.mark.parametrize(
    "action",
    [
        StartPreparing(review=R1),
        SharePreparation(review=R1, encrypted=ENCRYPTED),
        WriteOutcome(review=R1, encrypted=ENCRYPTED, seen=""),
        SignReview(review=R1, content_hash="abc", seen=""),
    ],
    ids=lambda action: type(action).__name__,
)
def test_others_have_no_part_in_a_review(planned: Maker, action: Action, by: Actor) -> None:
    assert "Only" in refused(planned, action, by)
    with pytest.raises(Refused, match="between ana and mara"):
        find_own_review(planned.board, "R1", by.member)


@pytest.mark.parametrize("text", ["plain words", "-----BEGIN PGP MESSAGE-----"])
def test_what_is_not_encrypted_is_refused(planned: Maker, text: str) -> None:
    assert "encrypted" in refused(planned, SharePreparation(review=R1, encrypted=text), ANA)


def test_a_review_that_is_not_there_says_so(maker: Maker) -> None:
    with pytest.raises(NotFound, match="no review 'r1'"):
        review(maker)


def test_a_key_is_replaced_only_by_renewing_it(maker: Maker) -> None:
    other = KEY[:-1] + "p"
    assert "not a valid public key" in refused(maker, SetKey(key="abc"), ANA)
    maker.do(SetKey(key=KEY), ANA)
    assert "your key already" in refused(maker, SetKey(key=KEY), ANA)
    assert "have a key on this board" in refused(maker, SetKey(key=other), ANA)
    maker.do(SetKey(key=other, renews=True), ANA)
    ana = maker.board.member("ana")
    assert ana is not None
    assert ana.key == other
