"""Who is away: what it changes, and what is refused."""

from __future__ import annotations

from datetime import date

import msgspec
import pytest

from teamboard.actions.base import Action, Actor
from teamboard.actions.members import MOST_ABSENCES, BeAway
from teamboard.domain.commit_log import HistoryEntry
from teamboard.domain.errors import NotFound, Refused
from teamboard.domain.records import Absence, Member
from teamboard.render.activity_log import describe_commit
from tests.conftest import ANA, BEN, MARA, Maker

MONDAY, FRIDAY = date(2026, 11, 23), date(2026, 11, 27)


def away(maker: Maker, handle: str = "ana") -> tuple[Absence, ...]:
    member = maker.board.member(handle)
    assert member is not None
    return member.away


def newest(maker: Maker) -> HistoryEntry:
    return maker.history[-1][1]


def test_days_away_are_kept_in_their_order(maker: Maker) -> None:
    maker.do(BeAway(member="ana", starts=MONDAY, ends=FRIDAY, note=" parental \n leave "), ANA)
    maker.do(BeAway(member="Ana Ruiz", starts=date(2026, 10, 5), ends=date(2026, 10, 5)), MARA)
    assert away(maker) == (
        Absence(starts=date(2026, 10, 5), ends=date(2026, 10, 5)),
        Absence(starts=MONDAY, ends=FRIDAY, note="parental leave"),
    )


@pytest.mark.parametrize(
    ("by", "says"),
    [
        (ANA, "Ana Ruiz is away from 2026-11-23 to 2026-11-27: Skiing"),
        (MARA, "Mara Lind put down that Ana Ruiz is away from 2026-11-23 to 2026-11-27: Skiing"),
    ],
)
def test_the_log_tells_who_is_away_and_when(maker: Maker, by: Actor, says: str) -> None:
    maker.do(BeAway(member="ana", starts=date(2026, 10, 5), ends=date(2026, 10, 6), note="Earlier"), ANA)
    maker.do(BeAway(member="ana", starts=MONDAY, ends=FRIDAY, note="Skiing"), by)
    assert describe_commit(maker.board, newest(maker)) == says


@pytest.mark.parametrize(
    ("action", "by", "says"),
    [
        (BeAway(member="ana", starts=FRIDAY, ends=MONDAY), ANA, "2026-11-23 is before 2026-11-27"),
        (
            BeAway(member="ana", starts=date(2026, 12, 4), ends=date(2026, 12, 9)),
            ANA,
            "is away from 2026-12-01 to",
        ),
        (BeAway(member="ana", starts=date(2026, 11, 1), ends=date(2026, 12, 31)), ANA, "days, or shorten these with"),
        (BeAway(member="ana", starts=MONDAY, ends=FRIDAY), BEN, "may put down days away here"),
        (BeAway(member="zoe", starts=MONDAY, ends=FRIDAY), MARA, "no member 'zoe'"),
    ],
)
def test_what_is_refused(maker: Maker, action: Action, by: Actor, says: str) -> None:
    maker.do(BeAway(member="ana", starts=date(2026, 12, 1), ends=date(2026, 12, 4)), ANA)
    before = maker.board
    with pytest.raises((Refused, NotFound), match=says):
        maker.do(action, by)
    assert maker.board is before


def test_nobody_is_away_after_they_have_left_nor_without_end(maker: Maker) -> None:
    ana = maker.board.member("ana")
    assert isinstance(ana, Member)
    for changes, says in (
        ({"left": FRIDAY}, "leaves the team on 2026-11-27"),
        ({"away": (Absence(starts=date(2020, 1, 1), ends=date(2020, 1, 1)),) * MOST_ABSENCES}, "keeps no more"),
    ):
        board = maker.board.with_changes({ana.id: msgspec.structs.replace(ana, **changes)})
        with pytest.raises(Refused, match=says):
            BeAway(member="ana", starts=MONDAY, ends=FRIDAY)(board, MARA, newest(maker).at)
