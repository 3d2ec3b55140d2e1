"""Skills and career: whose view is whose, what is refused, and who was faster."""

from __future__ import annotations

import pytest

from teamboard.actions.base import Actor
from teamboard.actions.skills import PlanCareer, SetSkill
from teamboard.domain.errors import Conflict
from teamboard.domain.records import Career, Skill
from teamboard.render.activity_log import describe_commit, matching_commits
from tests.conftest import ANA, BEN, MARA, Maker
from tests.helpers.refusing import refused


def skills(maker: Maker, handle: str = "ana") -> tuple[Skill, ...]:
    member = maker.board.member(handle)
    assert member is not None
    return member.skills


def test_the_level_is_the_view_of_whoever_says_it(maker: Maker) -> None:
    maker.do(SetSkill(member="ana", name="Negotiation", level=2), MARA)
    assert skills(maker) == (Skill(name="Negotiation", level=None, target=3, manager=2),)
    maker.do(SetSkill(member="ana", name="NEGOTIATION", level=3, target=4, next="Waits\nand waits"), ANA)
    assert skills(maker) == (Skill(name="Negotiation", level=3, target=4, manager=2, next="Waits\nand waits"),)
    maker.do(SetSkill(member="ana", name="Demo", level=5), ANA)
    assert skills(maker)[1] == Skill(name="Demo", level=5, target=5)
    maker.do(SetSkill(member="ana", name="Demo", remove=True), MARA)
    assert [s.name for s in skills(maker)] == ["Negotiation"]


def test_a_career_is_planned_in_two_parts(maker: Maker) -> None:
    assert "aspiration is missing" in refused(maker, PlanCareer(member="ana", next_step="Mentor Pau"), ANA)
    maker.do(PlanCareer(member="ana", aspiration="Lead Iberia"), ANA)
    maker.do(PlanCareer(member="ana", next_step="Mentor Pau"), MARA)
    assert maker.board.member("ana").career == Career(aspiration="Lead Iberia", next_step="Mentor Pau")  # type: ignore[union-attr]
    assert "would change" in refused(maker, PlanCareer(member="ana", aspiration="Lead Iberia"), ANA)


@pytest.mark.parametrize(
    ("action", "by", "says"),
    [
        (SetSkill(member="ana", name="Demo", level=2), BEN, "Only Mara Lind (mara) or Ana Ruiz (ana)"),
        (SetSkill(member="ana", name="Demo", level=2), Actor(None), "does not know you"),
        (SetSkill(member="ana", name="Demo", level=6), ANA, "1 to 5"),
        (SetSkill(member="ana", name="Demo", level=2, target=0), ANA, "1 to 5"),
        (SetSkill(member="ana", name="Demo"), ANA, "Say the level"),
        (SetSkill(member="ana", name=" ", level=2), ANA, "name is missing"),
        (SetSkill(member="ana", name="x" * 301, level=2), ANA, "too long"),
        (SetSkill(member="ana", name="Demo", remove=True), ANA, "no skill"),
        (SetSkill(member="ana", name="Discovery", level=2), ANA, "would change"),
        (SetSkill(member="ana", name="Discovery", rename="Calls"), ANA, "a skill 'Calls' already"),
        (SetSkill(member="zoe", name="Demo", level=2), MARA, "no member"),
        (PlanCareer(member="ana", aspiration="x"), BEN, "Only"),
        (PlanCareer(member="ana", aspiration="x" * 20_001), ANA, "too long"),
    ],
)
def test_what_is_refused_changes_nothing(maker: Maker, action: SetSkill | PlanCareer, by: Actor, says: str) -> None:
    maker.do(SetSkill(member="ana", name="Discovery", level=2), ANA)
    maker.do(SetSkill(member="ana", name="Calls", level=2), ANA)
    assert says in refused(maker, action, by)


def test_who_was_faster_is_not_overwritten(maker: Maker) -> None:
    maker.do(SetSkill(member="ana", name="Demo", level=2), ANA)
    (seen,) = skills(maker)
    maker.do(SetSkill(member="ana", name="Demo", level=3), MARA)
    with pytest.raises(Conflict) as found:
        maker.do(SetSkill(member="ana", name="Demo", level=4, seen=seen), ANA)
    assert found.value.theirs == maker.board.member("ana")
    maker.do(SetSkill(member="ana", name="Demo", level=4, seen=skills(maker)[0]), ANA)
    with pytest.raises(Conflict):
        maker.do(SetSkill(member="ana", name="Demo", level=4, seen=None), ANA)
    maker.do(PlanCareer(member="ana", aspiration="Lead", seen=None), ANA)
    with pytest.raises(Conflict):
        maker.do(PlanCareer(member="ana", aspiration="Follow", seen=None), MARA)


def test_growth_is_told_in_sentences(maker: Maker) -> None:
    maker.do(SetSkill(member="ana", name="Negotiation", level=2), ANA)
    maker.do(SetSkill(member="ana", name="Negotiation", level=3), ANA)
    maker.do(SetSkill(member="ana", name="Negotiation", level=2), MARA)
    maker.do(SetSkill(member="ana", name="Negotiation", target=5), MARA)
    maker.do(PlanCareer(member="ana", aspiration="Lead Iberia", next_step="Mentor Pau"), ANA)
    maker.do(SetSkill(member="ana", name="Negotiation", remove=True), ANA)
    board = maker.file().board
    assert [describe_commit(board, entry) for _, entry in matching_commits(board)][:6] == [
        "Ana Ruiz took Negotiation off the skills",
        "Ana Ruiz wants: Lead Iberia, next: Mentor Pau",
        "Mara Lind set the target of Negotiation to 5 (Ana Ruiz)",
        "Mara Lind sees Negotiation at 2 (Ana Ruiz)",
        "Ana Ruiz raised Negotiation 2 → 3",
        "Ana Ruiz put down Negotiation at 2, target 3",
    ]
