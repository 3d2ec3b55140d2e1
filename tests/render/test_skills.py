"""Skills, career and balance as lines, and what a commit changed in them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from teamboard.actions.skills import PlanCareer, SetSkill
from teamboard.domain.board import Board
from teamboard.domain.pulse import Balance
from teamboard.domain.records import Career, Member, Skill
from teamboard.domain.skills import LevelOn, skill_history
from teamboard.render.line_layout import Line
from teamboard.render.skills import (
    balance_lines,
    career_lines,
    describe_change,
    describe_level_history,
    growth_json,
    growth_lines,
    skill_levels,
    skill_lines,
)
from tests.conftest import ANA, MARA, NOW, Maker
from tests.helpers.lines import assert_tidy, styles_of, text_of, texts
from tests.helpers.nasty import ALL_NASTY

DAY = date(2026, 11, 2)


@pytest.fixture
def grown(maker: Maker) -> Maker:
    """Ana has raised one skill; Mara sees another; and Ana has a plan."""
    then = NOW - timedelta(days=20)
    maker.do(SetSkill(member="ana", name="Negotiation", level=2, target=4, next="Close [b]alone[/b]"), ANA, then)
    maker.do(SetSkill(member="ana", name="Negotiation", level=3), ANA)
    maker.do(SetSkill(member="ana", name="名", level=2), MARA)
    maker.do(PlanCareer(member="ana", aspiration="Lead a team", next_step="Mentor Ben"), ANA)
    return maker


def member(board: Board, handle: str) -> Member:
    found = board.member(handle)
    assert found is not None
    return found


def test_skills_and_career_of_a_member(grown: Maker) -> None:
    board = grown.file().board
    ana = member(board, "ana")
    assert texts(growth_lines(ana, skill_history(board, ana), 80)) == [
        " Ana Ruiz",
        "",
        " Skills",
        "   Negotiation  ●●●○·  3, target 4",
        "     ▲ 2 → 3 on 22 Nov 2026",
        "     next: Close [b]alone[/b]",
        "   名           ○○○··  —, target 3, manager says 2",
        "",
        " Career",
        "   Lead a team",
        "   next: Mentor Ben",
    ]


def test_who_has_none_is_told_how_to_begin(maker: Maker) -> None:
    assert texts(growth_lines(member(maker.board, "ben"), {}, 80))[2:] == [
        " Skills",
        "   none yet; `teamboard skill ben Negotiation --level 2`",
        "",
        " Career",
        "   nothing yet; `teamboard career ben --aspiration '…'`",
    ]


@pytest.mark.parametrize(
    ("skill", "says"),
    [
        (Skill(name="x", level=1, target=5), "●○○○○  1, target 5"),
        (Skill(name="x", level=5, target=5, manager=1), "●●●●●  5, target 5, manager says 1"),
        (Skill(name="x", level=5, target=2), "●●●●●  5, target 2"),
        (Skill(name="x", level=None, target=1, manager=3), "○····  —, target 1, manager says 3"),
    ],
)
def test_levels_are_signs_and_words(skill: Skill, says: str) -> None:
    assert text_of(skill_levels(skill)) == says


@pytest.mark.parametrize(
    ("levels", "says"),
    [
        ((), ""),
        ((2,), ""),
        ((2, 2), ""),
        ((None, 2), ""),
        ((2, 3, 3, 4), "2 → 3 → 4 on 05 Nov 2026"),
        ((3, None, 3, 2), "3 → 3 → 2 on 05 Nov 2026"),
    ],
)
def test_how_a_level_changed(levels: tuple[int | None, ...], says: str) -> None:
    history = tuple(LevelOn(day=DAY + timedelta(days=i), level=level, manager=None) for i, level in enumerate(levels))
    assert describe_level_history(history) == says


def test_the_balance_is_drawn_to_one_scale() -> None:
    assert texts(balance_lines(Balance(5, 0, 0, 0), Balance(1, 0, 2, 9))) == [
        "                feedback         1:1 topics",
        "  contribution  ━━━━━━━ 5        ━ 1",
        "  skills        0                0",
        "  career        0                ━━━ 2",
        "  other         0                ━━━━━━━━━━━━ 9",
        "  feedback: pipeline alone",
    ]
    assert texts(balance_lines(Balance(), Balance())) == ["  no feedback and no one-on-one in 90 days"]


@pytest.mark.parametrize(
    ("feedback", "topics", "says"),
    [
        (Balance(contribution=3), Balance(contribution=1), "  feedback and one-on-ones: pipeline alone"),
        (Balance(skills=1), Balance(contribution=1), "  one-on-ones: pipeline alone"),
        (Balance(contribution=1000, skills=1), Balance(career=1), "  career        0                ━ 1"),
    ],
)
def test_a_lopsided_balance_is_a_warning(feedback: Balance, topics: Balance, says: str) -> None:
    last: Line = list(balance_lines(feedback, topics))[-1]
    assert text_of(last).rstrip() == says
    assert ("warn" in styles_of(last).values()) == ("pipeline" in says)


def test_what_commits_changed(grown: Maker) -> None:
    for action in (
        SetSkill(member="ana", name="Negotiation", level=1),
        SetSkill(member="ana", name="Negotiation", target=5),
        SetSkill(member="ana", name="Negotiation", next="Ask"),
        PlanCareer(member="ana", aspiration="Stay"),
    ):
        grown.do(action, ANA)
    grown.do(SetSkill(member="ana", name="名", level=4), MARA)
    told = [describe_change(change) for _, entry in grown.history[7:] for change in entry.changes.values()]
    assert told == [
        "put down Negotiation at 2, target 4",
        "raised Negotiation 2 → 3",
        "put down 名 at 2, target 3",
        "wants: Lead a team, next: Mentor Ben",
        "lowered Negotiation 3 → 1",
        "set the target of Negotiation to 5",
        "said what would show the next level of Negotiation",
        "wants: Stay, next: Mentor Ben",
        "sees 名 at 4, was 2",
    ]


def test_json_has_the_levels_over_time(grown: Maker) -> None:
    board = grown.file().board
    ana = member(board, "ana")
    found = growth_json(ana, skill_history(board, ana))
    assert (found["member"], found["career"]) == ("ana", {"aspiration": "Lead a team", "next_step": "Mentor Ben"})
    negotiation = found["skills"][0]
    assert (negotiation["name"], negotiation["level"], negotiation["target"]) == ("Negotiation", 3, 4)
    assert [(on["day"], on["level"]) for on in negotiation["levels"]] == [("2026-11-02", 2), ("2026-11-22", 3)]
    assert growth_json(member(board, "ben"), {}) == {"member": "ben", "skills": [], "career": None}


@pytest.mark.parametrize("text", [ALL_NASTY, "名" * 99])
def test_no_text_breaks_a_line(text: str) -> None:
    skills = (Skill(name=text, level=1, target=2, next=text), Skill(name="x", level=5, target=5, manager=5))
    ana = Member(handle="ana", name="Ana", manager=None, skills=skills)
    assert_tidy(skill_lines(ana, {}, 60), 80)
    assert_tidy(career_lines(Career(aspiration=text, next_step=text), 60), 62)
