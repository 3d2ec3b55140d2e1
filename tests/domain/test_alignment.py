"""Who carries a team goal, who could help, and what of it is whose."""

from __future__ import annotations

from datetime import timedelta

import pytest

from teamboard.actions.alignment import AlignGoal
from teamboard.actions.goals import AddGoal, AddTeamGoal
from teamboard.actions.members import BeAway
from teamboard.actions.periods import BeginPeriod
from teamboard.actions.revisions import ReviseGoal
from teamboard.actions.team import AddMember
from teamboard.domain.alignment import alignment, contributions_of, possible_helpers
from teamboard.domain.board_on_day import BoardOnDay
from teamboard.domain.goals.progress import progress
from teamboard.domain.ids import RecordId
from teamboard.domain.records import Metric, TeamGoal
from tests.conftest import ANA, BEN, MARA, NOW, TODAY, Maker


def tree(maker: Maker) -> list[tuple[str | None, list[tuple[str, list[str], float]], list[str]]]:
    return [
        (
            b.team_goal.id if b.team_goal else None,
            [(c.member.handle, [g.id for g in c.goals], c.share) for c in b.carriers],
            [m.handle for m in b.helpers],
        )
        for b in alignment(BoardOnDay(maker.board, TODAY))
    ]


def test_carriers_stand_by_share_and_loose_goals_in_a_group_of_their_own(maker: Maker) -> None:
    maker.do(
        AddGoal(owner="ana", title="more", measure=Metric(unit="€", start=0, target=10), aligned={RecordId("T1"): 1.0})
    )
    maker.do(AddGoal(owner="ben", title="course"))
    maker.check_in(RecordId("G1"), 100)
    maker.check_in(RecordId("G2"), 300, by=BEN)
    found = tree(maker)
    assert [share for _, _, share in found[0][1]] == pytest.approx([0.75, 0.25])
    assert [(i, [(m, g) for m, g, _ in carriers], helpers) for i, carriers, helpers in found] == [
        ("T1", [("ben", ["G2"]), ("ana", ["G1", "G3"])], []),
        (None, [("ben", ["G4"])], []),
    ]
    ana = maker.board.member("ana")
    assert ana is not None
    ((team_goal, share),) = contributions_of(maker.board, ana)
    assert (team_goal.id, round(share, 9)) == ("T1", 0.25)


def test_who_could_help_is_who_stands_well_best_first(maker: Maker) -> None:
    for handle in ("eve", "fay", "gil"):
        maker.do(AddMember(handle=handle, name=handle.title(), manager="mara"))
        if handle != "gil":
            maker.do(AddGoal(owner=handle, title="t", measure=Metric(unit="€", start=0, target=100)))
    maker.check_in(RecordId("G1"), 100)
    maker.check_in(RecordId("G2"), 100, by=BEN)
    maker.check_in(RecordId("G3"), 70, by=MARA)
    maker.check_in(RecordId("G4"), 90, by=MARA)
    team_goal = maker.board.goal(RecordId("T1"))
    assert isinstance(team_goal, TeamGoal)

    def helpers() -> list[str]:
        return [m.handle for m in possible_helpers(BoardOnDay(maker.board, TODAY), team_goal)]

    assert helpers() == ["fay", "eve"]
    maker.do(BeAway(member="fay", starts=TODAY + timedelta(days=7), ends=TODAY + timedelta(days=20)))
    assert helpers() == ["eve"], "fay goes away within a week"
    maker.do(AlignGoal(goal=RecordId("G3"), aligned={team_goal.id: 1.0}, seen={}))
    assert helpers() == [], "eve carries it already"
    maker.check_in(RecordId("G1"), 1000)
    assert helpers() == []  # the team goal is on track now


def test_a_goal_whose_team_goal_is_gone_is_loose_once_the_period_ends(maker: Maker) -> None:
    before = tree(maker)
    maker.do(ReviseGoal(goal=RecordId("T1"), reason="new-strategy", why="x", drop=True), MARA, NOW - timedelta(days=1))
    assert tree(maker) == before
    maker.do(BeginPeriod(starts=TODAY))
    assert tree(maker) == [(None, [("ana", ["G1"], 0.0), ("ben", ["G2"], 0.0)], [])]


@pytest.mark.parametrize("share", [0.2, 0.5])
def test_a_shared_goal_counts_for_each_by_its_share(maker: Maker, share: float) -> None:
    maker.do(AddTeamGoal(title="Mean"))
    maker.check_in(RecordId("G1"), 400)
    maker.do(AlignGoal(goal=RecordId("G1"), aligned={RecordId("T1"): share, RecordId("T2"): 1 - share}), ANA)
    team_goal = maker.board.goal(RecordId("T1"))
    assert isinstance(team_goal, TeamGoal)
    assert progress(maker.board, team_goal) == pytest.approx(400 * share / 2000)
