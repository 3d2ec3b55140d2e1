"""Evidence: what is known about a member, by id; and where a review would be lopsided."""

from __future__ import annotations

from datetime import date, timedelta

import msgspec
import pytest

from teamboard.actions.check_ins import CheckInGoal
from teamboard.actions.facts import AddFact
from teamboard.actions.feedback import GiveFeedback
from teamboard.actions.goal_changes.closing import CloseGoal
from teamboard.actions.goals import AddGoal
from teamboard.actions.one_on_ones import NewAction, WriteOneOnOne
from teamboard.actions.renaming import RenameMember
from teamboard.actions.skills import SetSkill
from teamboard.domain.board_on_day import BoardOnDay
from teamboard.domain.forecast.figures import Forecasts
from teamboard.domain.ids import RecordId
from teamboard.domain.records import DoneOrNot, Goal, GoalRevision, Theme
from teamboard.domain.reviews.content import (
    AgendaTopic,
    Outcome,
    Preparation,
    Rating,
    content_hash,
    missing_parts,
    rating_gap,
)
from teamboard.domain.reviews.evidence import Evidence, evidence, imbalance_warnings
from teamboard.render.evidence import WARNINGS, describe_evidence, describe_evidence_figures
from teamboard.render.reviews import format_topics, parse_topics
from tests.conftest import ANA, BEN, MARA, NOW, TODAY, Maker

FIRST, LAST = date(2026, 10, 1), TODAY


def found(maker: Maker, first: date = FIRST) -> Evidence:
    board = maker.file().board
    ana = board.member("ana")
    assert ana is not None
    return evidence(board, ana, first, LAST)


def evidence_of(maker: Maker, day: date, reader: str | None = None, last: date = LAST) -> Evidence:
    """Ana's evidence on a day, for a reader, up to `last`."""
    shown = BoardOnDay(maker.file().board, day)
    ana, who = shown.board.member("ana"), shown.board.member(reader)
    assert ana is not None
    return evidence(shown.board, ana, FIRST, last, forecasts=Forecasts(shown), reader=who)


def warnings(maker: Maker, **more: object) -> list[str]:
    board = maker.file().board
    return list(imbalance_warnings(board, found(maker), **more))  # type: ignore[arg-type]


def test_a_goal_has_value_target_forecast_and_call(maker: Maker) -> None:
    for days_ago, value in ((40, 100), (25, 250), (10, 400)):
        maker.check_in(RecordId("G1"), value, days_ago=days_ago)
    maker.do(CheckInGoal(goal=RecordId("G1"), value=500, call=900, best=1100), ANA, NOW - timedelta(days=2))
    maker.do(CheckInGoal(goal=RecordId("G2"), value=5), BEN)
    [goal] = [g for g in evidence_of(maker, LAST).goals if g.goal.id == "G1"]
    assert (goal.value, goal.target, goal.call, goal.best, goal.is_over) == (500, 1000, 900, 1100, False)
    shown = BoardOnDay(maker.file().board, LAST)
    assert goal.at_this_pace == Forecasts(shown).ending(goal.goal)
    assert goal.at_this_pace is not None
    assert goal.too_high is None
    # Up to an earlier day it is the value of that day, and nothing is forecast.
    then = evidence_of(maker, LAST, "ana", LAST - timedelta(days=5)).goals[0]
    assert (then.value, then.call, then.is_over, then.at_this_pace, then.too_high) == (400, None, True, None, None)


def test_what_came_is_held_against_the_last_call_for_who_may_read_it(maker: Maker) -> None:
    maker.do(CheckInGoal(goal=RecordId("G1"), value=500, call=900, best=1100), ANA, NOW - timedelta(days=9))
    maker.do(CheckInGoal(goal=RecordId("G1"), value=800), ANA, NOW - timedelta(days=2))
    maker.do(CloseGoal(goal=RecordId("G1"), outcome="missed", why="Late"), MARA, NOW)
    for reader, too_high in (("ana", 100), ("mara", 100), ("ben", None), (None, None)):
        known = evidence_of(maker, TODAY + timedelta(days=3), reader)
        goal = known.goals[0]
        assert (goal.value, goal.call, goal.is_over, goal.too_high) == (800, 900, True, too_high), reader
        assert (known.accuracy is None) == (too_high is None), reader
        text = describe_evidence_figures(None, goal)[0]
        assert text == f"€800 of €1,000 · last call €900{', €100 too high' if too_high else ''}"


def test_everything_that_happened_is_there_with_its_id(maker: Maker) -> None:
    maker.check_in(RecordId("G1"), 200, days_ago=40)
    maker.do(CheckInGoal(goal=RecordId("G1"), value=300, blocker="Legal"), ANA, NOW - timedelta(days=20))
    maker.do(CheckInGoal(goal=RecordId("G1"), value=500, blocker=""), ANA, NOW - timedelta(days=6))
    maker.do(GiveFeedback(to="ana", text="Good", about="G1"), BEN, NOW - timedelta(days=9))
    maker.do(GiveFeedback(to="ana", text="Fast", source="Acme"), MARA, NOW - timedelta(days=8))
    maker.do(GiveFeedback(to="ben", text="Fine"), ANA, NOW - timedelta(days=8))
    maker.do(SetSkill(member="ana", name="Demo", level=2), ANA, NOW - timedelta(days=60))
    maker.do(SetSkill(member="ana", name="Demo", level=3), ANA, NOW - timedelta(days=6))
    for member, value in (("ana", 30), ("ben", 10), ("mara", 20)):
        maker.do(AddFact(member=member, name="Win rate", value=value, source="CRM", unit="%"), MARA)
    maker.do(WriteOneOnOne(member="ana", agreed=(NewAction(text="Price story"),), held=date(2026, 11, 3)), MARA)
    known = found(maker)
    (goal,) = known.goals
    assert (goal.progress_then, goal.progress_now) == (0.0, 0.5)
    assert goal.pace_now > goal.pace_then == 0.0
    assert (goal.kept, goal.weeks) == (3, 7)
    (blocker,) = known.blockers
    assert (blocker.raised.id, blocker.solved and blocker.solved.id) == ("C2", "C3")
    assert [f.giver for f in known.received] == ["ben", "mara"]
    assert [f.to for f in known.given] == ["ben"]
    (series,) = known.facts
    assert (series.facts[-1].value, series.median) == (30, 20)
    (skill,) = known.skills
    assert (skill.then and skill.then.level, skill.skill.level) == (2, 3)
    assert known.ids() == {"G1", "C1", "C2", "C3", "F1", "F2", "F3", "E1", "O1.1", "skill:Demo"}
    board = maker.file().board
    assert all(describe_evidence(board, i, known.member) for i in known.ids() - {"O1.1"})
    assert "Acme" in describe_evidence(board, "F2")


def test_what_lies_outside_the_period_is_not(maker: Maker) -> None:
    maker.check_in(RecordId("G1"), 200, days_ago=40)
    maker.do(GiveFeedback(to="ana", text="Old"), BEN, NOW - timedelta(days=40))
    known = found(maker, LAST - timedelta(days=7))
    assert (known.received, known.goals[0].checkins) == ((), ())
    assert known.goals[0].progress_then == 0.2


def test_a_lopsided_review_is_told_so(maker: Maker) -> None:
    assert warnings(maker) == ["no voice", "no skills or career"]
    for days in (2, 3, 4):
        maker.do(GiveFeedback(to="ana", text="Good"), BEN, NOW - timedelta(days=days))
    assert warnings(maker) == ["recent", "one voice", "no skills or career"]
    maker.do(GiveFeedback(to="ana", text="Good", about="career"), MARA, NOW - timedelta(days=30))
    assert warnings(maker) == []
    agenda: list[Theme] = ["contribution", "contribution", "skills"]
    assert warnings(maker, ratings=[("F1",), ()], topics=agenda) == ["unbacked", "pipeline agenda"]
    assert warnings(maker, ratings=[("F1",)], topics=agenda[1:]) == []
    assert set(WARNINGS) >= {"recent", "one voice", "no voice", "unbacked", "no skills or career", "pipeline agenda"}


def test_a_skill_goal_that_goes_on_is_about_skills(maker: Maker) -> None:
    maker.do(AddGoal(owner="ana", title="Level 4", kind="skill", measure=DoneOrNot()), at=NOW - timedelta(days=40))
    assert "no skills or career" in warnings(maker)
    maker.do(CheckInGoal(goal=RecordId("G3"), value=0, note="Begun"), ANA)
    assert "no skills or career" not in warnings(maker)


def test_readiness_says_what_is_missing(maker: Maker) -> None:
    goal = maker.board.goal(RecordId("G1"))
    assert isinstance(goal, Goal)
    nothing = Preparation()
    assert missing_parts(nothing, [goal]) == ["1 goal to rate", "contribution", "skills", "career", "topics"]
    rated = nothing.with_rating(Rating(goal=RecordId("G1"), rating=3))
    assert missing_parts(rated, [goal])[0] == "1 rating without evidence"
    assert rated.rating_of(RecordId("G1")).is_opinion
    ready = Preparation(
        ratings=(Rating(goal=RecordId("G1"), rating=3, evidence=("C1",)),),
        contribution="a",
        skills="b",
        career="c",
        topics=(AgendaTopic(theme="career", text="d"),),
    )
    assert missing_parts(ready, [goal]) == []


@pytest.mark.parametrize(("one", "other", "steps"), [(5, 2, 3), (2, 5, 3), (3, 3, 0), (None, 5, 0), (1, None, 0)])
def test_how_far_two_ratings_are_apart(one: int | None, other: int | None, steps: int) -> None:
    assert rating_gap(Rating(goal=RecordId("G1"), rating=one), Rating(goal=RecordId("G1"), rating=other)) == steps


def test_the_hash_is_over_the_content_and_not_its_order() -> None:
    one = Outcome(salt="x", seconds={"skills": 5, "career": 6})
    same = Outcome(salt="x", seconds={"career": 6, "skills": 5})
    assert content_hash(["R1", one]) == content_hash(["R1", same])
    assert content_hash(["R1", one]) != content_hash(["R1", Outcome(salt="y", seconds={"skills": 5, "career": 6})])
    assert len(content_hash([])) == 64


def test_topics_are_typed_in_lines() -> None:
    text = "The Acme price\nskills: Silence\n\ncareer:  Lead Iberia \nG12: what now?"
    topics = parse_topics(text)
    assert [(t.theme, t.text) for t in topics] == [
        ("contribution", "The Acme price"),
        ("skills", "Silence"),
        ("career", "Lead Iberia"),
        ("contribution", "G12: what now?"),
    ]
    assert parse_topics(format_topics(topics)) == topics


def test_a_goal_that_was_handed_over_is_evidence_of_both_each_for_their_days(maker: Maker) -> None:
    """Of who had it up to the day before, under the handle of today; of who took it since that day."""
    maker.check_in(RecordId("G2"), 200, days_ago=30, by=BEN)
    maker.check_in(RecordId("G2"), 400, days_ago=11, by=BEN)
    maker.do(RenameMember(member="ben", handle="benny"))
    goal, handed_over = maker.goal(RecordId("G2")), TODAY - timedelta(days=10)
    revision = GoalRevision(
        id=RecordId("V9"),
        goal=goal.id,
        reason="handed-over",
        why="",
        by="mara",
        at=NOW - timedelta(days=10),
        state="agreed",
        before={"owner": "ben"},
        after={"owner": "ana"},
        effective=handed_over,
    )
    board = maker.board.with_changes({revision.id: revision, goal.id: msgspec.structs.replace(goal, owner="ana")})
    maker.board = board
    maker.check_in(RecordId("G2"), 700, days_ago=2)
    board = maker.board

    def of(handle: str, first: date = FIRST, last: date = LAST) -> dict[str, tuple[float, float, int]]:
        member = board.member(handle)
        assert member is not None
        goals = evidence(board, member, first, last).goals
        return {g.goal.id: (g.progress_then, g.progress_now, len(g.checkins)) for g in goals}

    assert of("benny") == {"G2": (0.0, 0.4, 2)}
    assert of("ana") == {"G1": (0.0, 0.0, 0), "G2": (0.4, 0.7, 1)}
    assert of("benny", first=handed_over) == {}
    assert "G2" not in of("ana", last=handed_over - timedelta(days=1))
