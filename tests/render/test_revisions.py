"""Revisions as lines: the fields that change, their impact, and a goal's timeline."""

from __future__ import annotations

from datetime import date, timedelta

import msgspec
import pytest

from teamboard.actions.goals import AddGoal
from teamboard.actions.revision_responses import AcknowledgeRevision, AgreeToRevision, DeclineRevision, WithdrawRevision
from teamboard.actions.revisions import ReviseGoal
from teamboard.domain.board_on_day import BoardOnDay, revision_impact
from teamboard.domain.ids import RecordId
from teamboard.domain.records import NOTICES, REASONS, DoneOrNot, Goal, Metric, Milestone, Milestones
from teamboard.render.revisions import (
    REASON_LABELS,
    changes_of_revision,
    compare_goals,
    describe_fields,
    describe_impact,
    describe_state,
    names_to_acknowledge,
    side_by_side_lines,
    summarize_changes,
    summarize_revision,
    timeline_lines,
)
from tests.conftest import ANA, MARA, NOW, TODAY, Maker
from tests.helpers.lines import assert_tidy, styles_of, texts
from tests.helpers.nasty import ALL_NASTY


def timeline(maker: Maker, goal_id: RecordId, width: int = 80) -> list[str]:
    shown = BoardOnDay(maker.board, TODAY)
    goal = shown.board.goal(goal_id)
    assert goal is not None
    return texts(timeline_lines(shown, goal, width))


@pytest.fixture
def revised(maker: Maker) -> Maker:
    """G1 has a proposal that was declined, a revision that was agreed, and a proposal to drop it that is open."""
    market = ReviseGoal(
        goal=RecordId("G1"), reason="market", why="The [b]market[/b] moved", target=800, title="New title"
    )
    maker.do(market, ANA, NOW - timedelta(days=5))
    maker.do(DeclineRevision(revision=RecordId("V1"), word="Not yet"), MARA, NOW - timedelta(days=4))
    upmarket = ReviseGoal(goal=RecordId("G1"), reason="new-strategy", why="We go upmarket", target=1500)
    maker.do(upmarket, MARA, NOW - timedelta(days=3))
    maker.do(AgreeToRevision(revision=RecordId("V2")), ANA, NOW - timedelta(days=2))
    maker.do(ReviseGoal(goal=RecordId("G1"), reason="capacity", why="Less time", drop=True), ANA)
    return maker


def test_a_goal_that_was_never_revised_has_no_timeline(maker: Maker) -> None:
    assert timeline(maker, RecordId("G1")) == []


def test_a_timeline_goes_back_to_the_first_terms(revised: Maker) -> None:
    assert timeline(revised, RecordId("G1")) == [
        " ⟳ 22 Nov 2026  V3  capacity",
        " │ drop it",
        " │ proposed by Ana Ruiz; Mara Lind has not answered yet",
        " │ Less time",
        " │",
        " ● 20 Nov 2026  V2  new strategy",
        " │ target €1,000 → €1,500",
        " │ proposed by Mara Lind, agreed by Ana Ruiz",
        " │ We go upmarket",
        " │",
        " ✗ 18 Nov 2026  V1  market",
        " │ target €1,000 → €800",
        " │ proposed by Ana Ruiz, declined by Mara Lind",
        " │ The [b]market[/b] moved",
        " │ Mara Lind: Not yet",
        " │",
        " ○ 01 Oct 2026  as it was set",
        "   target €1,000, due 2026-12-31",
    ]


def test_what_is_agreed_for_a_later_day_is_to_come(maker: Maker) -> None:
    later = ReviseGoal(goal=RecordId("T1"), reason="territory", why="x", target=4000, effective=date(2026, 12, 1))
    maker.do(later)
    assert timeline(maker, RecordId("T1"))[:3] == [
        " ● 01 Dec 2026  V1  territory or role  to come",
        " │ target €2,000 → €4,000",
        " │ revised by Mara Lind",
    ]
    team_goal = next(iter(maker.board.team_goals))
    assert names_to_acknowledge(maker.board, team_goal) == "Ana Ruiz, Ben Okafor"
    maker.do(AcknowledgeRevision(revision=RecordId("V1")), ANA)
    assert names_to_acknowledge(maker.board, team_goal) == "Ben Okafor"


def test_states_and_changes_in_a_line(revised: Maker) -> None:
    board = revised.do(WithdrawRevision(revision=RecordId("V3")), ANA)
    assert [(describe_state(board, v), summarize_revision(board, v)) for v in board.revisions_of(RecordId("G1"))] == [
        ("proposed by Ana Ruiz, declined by Mara Lind", "target €1,000 → €800"),
        ("proposed by Mara Lind, agreed by Ana Ruiz", "target €1,000 → €1,500"),
        ("proposed and withdrawn by Ana Ruiz", "drop it"),
    ]
    assert changes_of_revision(board, board.revisions_of(RecordId("G1"))[0]) == [
        ("title", "ARR ana", "New title"),
        ("target", "€1,000", "€800"),
    ]
    stray = msgspec.structs.replace(board.revisions_of(RecordId("G1"))[0], goal="G77")
    assert (changes_of_revision(board, stray), summarize_changes([("title", "A", "B")])) == ([], "title A → B")


@pytest.mark.parametrize(
    ("measure", "fields"),
    [
        (Metric(unit="%", start=10, target=-2.5), {"start": "10 %", "target": "-2.5 %"}),
        (DoneOrNot(), {}),
        (
            Milestones(milestones=(Milestone(name="One"), Milestone(name="T\x1b[1mwo", weight=2.5))),
            {"milestones": "One, Two ×2.5"},
        ),
    ],
)
def test_the_fields_that_can_be_revised(measure: Metric | DoneOrNot | Milestones, fields: dict[str, str]) -> None:
    goal = Goal(owner="ana", title="Two\nlines", kind="result", measure=measure, starts=TODAY, due=date.max)
    assert describe_fields(goal, None) == {"title": "Two lines", **fields, "due": "9999-12-31", "goal": "goes on"}


def test_two_versions_are_compared_field_by_field(maker: Maker) -> None:
    before = maker.goal(RecordId("G1"))
    after = msgspec.structs.replace(before, title="New", measure=DoneOrNot())
    assert compare_goals(before, before, None) == []
    assert compare_goals(before, after, None) == [
        ("title", "ARR ana", "New"),
        ("start", "€0", "—"),
        ("target", "€1,000", "—"),
    ]
    assert compare_goals(before, after, None, include_equal=True)[-1] == ("due", "2026-12-31", "2026-12-31")
    dropped = msgspec.structs.replace(after, outcome="dropped")
    assert compare_goals(before, dropped, None) == [("goal", "goes on", "dropped")]


def test_the_impact_is_on_progress_and_on_the_team_goal(maker: Maker) -> None:
    board = maker.check_in(RecordId("G1"), 600)
    goal = maker.goal(RecordId("G1"))
    halved = msgspec.structs.replace(goal, measure=Metric(unit="€", start=0, target=2000))
    found = describe_impact(revision_impact(BoardOnDay(board, TODAY), goal, halved))
    assert found[:3] == [("progress", "60 %", "30 %"), ("pace", "58 %", "58 %"), ("status", "on track", "behind")]
    dropped = msgspec.structs.replace(goal, outcome="dropped")
    assert describe_impact(revision_impact(BoardOnDay(board, TODAY), goal, dropped)) == [
        ("status", "on track", "dropped")
    ]


def test_fields_stand_side_by_side() -> None:
    lines = list(side_by_side_lines([("title", "Old", "New words " * 5), ("due", "x", "x")], 60))
    assert texts(lines) == [
        "             now                     proposed",
        " title       Old                     New words New words New",
        "                                     words New words New",
        "                                     words",
        " due         x                       x",
    ]
    assert (styles_of(lines[1])["Old"], styles_of(lines[4])["x"]) == ("dim", "text")
    assert texts(side_by_side_lines([], 60, second="asked"))[0].endswith("asked")


def test_every_reason_has_a_label() -> None:
    assert set(REASON_LABELS) == {*REASONS, *NOTICES}


@pytest.mark.parametrize("text", [ALL_NASTY[:190], "名" * 90])
@pytest.mark.parametrize("width", [60, 80])
def test_no_text_breaks_a_line(maker: Maker, text: str, width: int) -> None:
    maker.do(AddGoal(owner="ana", title=text, measure=DoneOrNot()))
    maker.do(ReviseGoal(goal=RecordId("G3"), reason="market", why=text, title=f"{text}2"), ANA)
    maker.do(DeclineRevision(revision=RecordId("V2"), word=text), MARA)
    shown = BoardOnDay(maker.board, TODAY)
    goal = shown.board.goal(RecordId("G3"))
    assert goal is not None
    assert_tidy(timeline_lines(shown, goal, width), width)
    changed = changes_of_revision(maker.board, maker.board.revisions_of(RecordId("G3"))[0])
    assert_tidy(side_by_side_lines(changed, width), width + 1)
