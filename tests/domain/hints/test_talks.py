"""Hints about coaching and feedback, with days away, first days and those without a manager."""

from __future__ import annotations

from typing import Any

import pytest

from teamboard.domain.board import Board
from teamboard.domain.ids import RecordId
from teamboard.domain.records import Absence, Member, Record, Reply
from tests.helpers.forecasting import board_of
from tests.helpers.hinting import a_team, ago, feedback, hint, noon, review, said, talk, with_records

AWAY = (Absence(starts=ago(6), ends=ago(4)),)
SIGNED: dict[str, Any] = {"state": "signed"}


def board(*records: Record, **ana: Any) -> Board:
    return with_records(board_of(team=a_team(), **ana), *records)


@pytest.mark.parametrize(
    ("records", "ana", "days"),
    [
        ([talk(1, 30)], {}, 30),
        ([talk(1, 29)], {}, None),
        ([talk(1, 32)], {"away": AWAY}, None),
        ([talk(1, 33)], {"away": AWAY}, 30),
        ([talk(1, 40), talk(2, None)], {}, 40),
        ([talk(1, 40), review(1, 5, **SIGNED)], {}, None),
        ([talk(1, 40), review(1, 5)], {}, 40),
        ([talk(1, 40), feedback(1, "ben", "ana", 5, "coaching")], {}, None),
        ([talk(1, 40), feedback(1, "ben", "ana", 5, "praise")], {}, 40),
        ([], {}, 52),
        ([], {"joined": ago(29)}, None),
        ([], {"joined": ago(30)}, 30),
        ([], {"starts": ago(29)}, None),
    ],
)
def test_no_coaching_for_thirty_days(records: list[Record], ana: dict[str, Any], days: int | None) -> None:
    found = hint(board(*records, **ana), "coaching")
    assert found.startswith(f"no coaching for {days} days: ") if days else found == ""


def test_the_hint_about_coaching_names_the_day_of_the_last() -> None:
    says = "no coaching for 40 days: no one-on-one, review or coaching since 13 Oct"
    assert hint(board(talk(1, 40)), "coaching") == says


def test_days_on_which_the_manager_is_away_do_not_count() -> None:
    mara = Member(id=RecordId("M1"), handle="mara", name="Mara", manager=None, away=AWAY)
    assert hint(board(talk(1, 32), mara), "coaching") == ""
    assert hint(board(talk(1, 33), mara), "coaching") != ""


def test_who_has_no_manager_is_coached_by_nobody() -> None:
    assert hint(board(), "coaching", "mara") == ""


def answered(number: int, asker: str, asked: str, days: int) -> Record:
    """A request that was answered so many days ago."""
    replies = (Reply(by=asked, at=noon(ago(days)), text="Secret words"),)
    return feedback(number, asker, asked, 50, "request", state="resolved", replies=replies)


@pytest.mark.parametrize(
    ("records", "ana", "says"),
    [
        ([], {}, "no feedback given or received for 52 days"),
        ([feedback(1, "ben", "ana", 2)], {}, "no feedback given for 52 days, last received on 20 Nov"),
        ([feedback(1, "ana", "ben", 2)], {}, "no feedback received for 52 days, last given on 20 Nov"),
        ([feedback(1, "ana", "ben", 2), feedback(2, "ben", "ana", 29)], {}, ""),
        ([feedback(1, "ana", "ben", 2), feedback(2, "ben", "ana", 30)], {}, "no feedback received for 30 days"),
        ([feedback(1, "ana", "ben", 2), feedback(2, "ben", "ana", 32)], {"away": AWAY}, ""),
        ([feedback(1, "ana", "ben", 35)], {}, "no feedback given or received for 35 days"),
        ([feedback(1, "ana", "ben", 2, "request")], {}, "no feedback given or received for 52 days"),
        ([answered(1, "ana", "ben", 2)], {}, "no feedback given for 52 days, last received on 20 Nov"),
        ([answered(1, "ben", "ana", 2)], {}, "no feedback received for 52 days, last given on 20 Nov"),
        ([feedback(1, "ana", "ben", 2, source="A customer")], {}, "no feedback given or received for 52 days"),
        ([], {"starts": ago(29)}, ""),
        ([], {"joined": ago(29)}, ""),
    ],
)  # fmt: skip
def test_feedback_that_goes_one_way_or_none(records: list[Record], ana: dict[str, Any], says: str) -> None:
    found = hint(board(*records, **ana), "feedback")
    assert found.startswith(says) if says else found == ""


def test_a_head_need_not_receive_feedback_but_gives_some() -> None:
    assert hint(board(), "feedback", "mara") == "no feedback given for 52 days"
    assert hint(board(feedback(1, "mara", "ana", 2)), "feedback", "mara") == ""


def test_nothing_is_said_of_who_has_left_or_is_still_to_come() -> None:
    assert said(board(left=ago(0))) == []
    assert said(board(starts=ago(-1))) == []
    assert said(board(left=ago(-1))) != []
