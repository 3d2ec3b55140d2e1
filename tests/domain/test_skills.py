"""Skills over time, and what feedback and talks are about."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from teamboard.actions.feedback import GiveFeedback
from teamboard.actions.goals import AddGoal
from teamboard.actions.one_on_ones import NewTopic, WriteOneOnOne
from teamboard.actions.skills import PlanCareer, SetSkill
from teamboard.domain.board import Board
from teamboard.domain.board_on_day import BoardOnDay
from teamboard.domain.pulse import Balance, feedback_balance, theme_of, topics_balance
from teamboard.domain.records import DoneOrNot, Member, Theme
from teamboard.domain.skills import LevelOn, skill_history
from tests.conftest import ANA, BEN, MARA, NOW, TODAY, Maker


def member(board: Board, handle: str) -> Member:
    found = board.member(handle)
    assert found is not None
    return found


def grown(maker: Maker, handle: str) -> dict[str, tuple[LevelOn, ...]]:
    board = maker.file().board
    return skill_history(board, member(board, handle))


def test_growth_is_read_from_the_history(maker: Maker) -> None:
    maker.do(SetSkill(member="ana", name="Negotiation", level=2), ANA, NOW - timedelta(days=30))
    maker.do(SetSkill(member="ana", name="negotiation", level=3), MARA, NOW - timedelta(days=20))
    maker.do(SetSkill(member="ana", name="Negotiation", next="Waits"), ANA, NOW - timedelta(days=15))
    maker.do(SetSkill(member="ana", name="Discovery", level=4), ANA, NOW - timedelta(days=14))
    maker.do(SetSkill(member="ana", name="Negotiation", level=3, rename="Deals"), ANA, NOW - timedelta(days=10))
    maker.do(PlanCareer(member="ana", aspiration="Lead Iberia"), ANA)
    found = grown(maker, "ana")
    assert found == {
        "Deals": (
            LevelOn(date(2026, 10, 23), 2, None),
            LevelOn(date(2026, 11, 2), 2, 3),
            LevelOn(date(2026, 11, 12), 3, 3),
        ),
        "Discovery": (LevelOn(date(2026, 11, 8), 4, None),),
    }


def test_a_skill_that_was_gone_begins_afresh(maker: Maker) -> None:
    maker.do(SetSkill(member="ana", name="Demo", level=1), ANA, NOW - timedelta(days=9))
    maker.do(SetSkill(member="ana", name="Demo", remove=True), ANA, NOW - timedelta(days=8))
    assert grown(maker, "ana") == {}
    maker.do(SetSkill(member="ana", name="Demo", level=2), MARA, NOW - timedelta(days=7))
    assert grown(maker, "ana")["Demo"][-1] == LevelOn(date(2026, 11, 15), None, 2)
    assert grown(maker, "ben") == {}


@pytest.mark.parametrize(
    ("about", "theme"),
    [
        ("G1", "contribution"),
        ("G3", "skills"),
        ("G4", "career"),
        ("T1", "contribution"),
        ("Negotiation", "skills"),
        ("negotiation", "skills"),
        ("career", "career"),
        ("the Tuesday meeting", None),
        (None, None),
        ("G99", None),
    ],
)
def test_the_theme_of_what_it_is_about(maker: Maker, about: str | None, theme: Theme | None) -> None:
    maker.do(AddGoal(owner="ana", title="Level 4", kind="skill", measure=DoneOrNot()))
    maker.do(AddGoal(owner="ana", title="Lead track", kind="career", measure=DoneOrNot()))
    maker.do(SetSkill(member="ana", name="Negotiation", level=2), ANA)
    assert theme_of(maker.board, member(maker.board, "ana"), about) == theme


def test_the_balance_is_that_of_the_last_90_days(maker: Maker) -> None:
    maker.do(SetSkill(member="ana", name="Negotiation", level=2), ANA)
    for days, about in ((89, "G1"), (90, "G1"), (3, "Negotiation"), (2, None)):
        maker.do(GiveFeedback(to="ana", text="x", about=about), BEN, NOW - timedelta(days=days))
    ana = member(maker.board, "ana")
    assert feedback_balance(BoardOnDay(maker.board, TODAY), ana) == Balance(1, 1, 0, 1)
    assert not feedback_balance(BoardOnDay(maker.board, TODAY), ana).pipeline_alone
    assert topics_balance(BoardOnDay(maker.board, TODAY), ana) == Balance()
    assert not topics_balance(BoardOnDay(maker.board, TODAY), ana).pipeline_alone
    for day, theme in ((-91, "career"), (-20, "contribution"), (4, "contribution")):
        topics = (NewTopic(theme, f"about {day}"),)  # type: ignore[arg-type]
        on = TODAY + timedelta(days=day)
        maker.do(WriteOneOnOne(member="ana", topics=topics, on=on, held=on if day < 0 else None), MARA)
    assert topics_balance(BoardOnDay(maker.board, TODAY), ana) == Balance(2, 0, 0, 0)
    assert topics_balance(BoardOnDay(maker.board, TODAY), ana).pipeline_alone
