"""The terms of a goal by day: progress before a revision is measured against the target of that time."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from teamboard.actions.check_ins import CheckInGoal
from teamboard.actions.goals import AddGoal, AddTeamGoal
from teamboard.actions.leaving import LeaveTeam
from teamboard.actions.revision_responses import AgreeToRevision
from teamboard.actions.revisions import ReviseGoal
from teamboard.domain.board_on_day import BoardOnDay, revision_impact
from teamboard.domain.goals import progress as formulas
from teamboard.domain.goals.course import daily_course
from teamboard.domain.goals.revisions import notice_asks, terms_on
from teamboard.domain.goals.standing import readings
from teamboard.domain.ids import RecordId, number_of
from teamboard.domain.records import Measure, Metric, Milestone, Milestones, TeamGoal
from tests.conftest import ANA, BEN, MARA, NOW, TODAY, Maker, small_maker


def revised(maker: Maker, goal: RecordId, target: float, days_ago: int) -> None:
    """Ana's or Ben's goal, revised on a day: proposed by the rep and agreed by the manager."""
    at = NOW - timedelta(days=days_ago)
    owner = {"G1": ANA, "G2": BEN}[goal]
    maker.do(ReviseGoal(goal=goal, reason="market", why="It moved", target=target), owner, at)
    last = max((v.id for v in maker.board.revisions), key=number_of)
    maker.do(AgreeToRevision(revision=last), MARA, at)


def test_progress_before_a_revision_is_against_the_target_of_that_time(maker: Maker) -> None:
    maker.check_in(RecordId("G1"), 300, days_ago=20)
    revised(maker, RecordId("G1"), 600, days_ago=10)
    maker.check_in(RecordId("G1"), 450, days_ago=5)
    revised(maker, RecordId("G1"), 900, days_ago=2)
    board, goal = maker.board, maker.goal(RecordId("G1"))
    days = {20: 300 / 1000, 11: 300 / 1000, 10: 300 / 600, 6: 300 / 600, 5: 450 / 600, 3: 450 / 600, 2: 450 / 900}
    for back, expected in days.items():
        assert formulas.progress(board, goal, TODAY - timedelta(days=back)) == pytest.approx(expected)
    assert formulas.progress(board, goal) == pytest.approx(0.5)
    assert formulas.trend(board, goal, TODAY) == pytest.approx(0.5 - 300 / 600)


def test_a_team_goals_progress_is_too(maker: Maker) -> None:
    maker.check_in(RecordId("G1"), 500, days_ago=20)
    at = NOW - timedelta(days=7)
    maker.do(ReviseGoal(goal=RecordId("T1"), reason="market", why="It moved", target=4000), MARA, at)
    team_goal = maker.board.goal(RecordId("T1"))
    assert isinstance(team_goal, TeamGoal)
    assert formulas.progress(maker.board, team_goal, TODAY - timedelta(days=8)) == pytest.approx(500 / 2000)
    assert formulas.progress(maker.board, team_goal, TODAY - timedelta(days=7)) == pytest.approx(500 / 4000)
    assert formulas.progress(maker.board, team_goal) == pytest.approx(500 / 4000)


def test_the_course_has_the_steps_of_the_target(maker: Maker) -> None:
    maker.check_in(RecordId("G1"), 300, days_ago=20)
    revised(maker, RecordId("G1"), 600, days_ago=10)
    points = {p.day: p for p in daily_course(maker.board, maker.goal(RecordId("G1")), TODAY)}
    step = TODAY - timedelta(days=10)
    before, after = points[step - timedelta(days=1)], points[step]
    assert (before.target, after.target) == (1000, 600)
    assert [before.value, after.value] == pytest.approx([300, 300])
    assert before.expected == pytest.approx(1000 * 42 / 92)
    assert after.expected == pytest.approx(600 * 43 / 92)
    last = points[date(2026, 12, 31)]
    assert [last.target, last.expected] == pytest.approx([600, 600])
    assert list(points) == sorted(points)


def test_terms_go_back_to_how_the_goal_was_set(maker: Maker) -> None:
    first = maker.goal(RecordId("G1"))
    revised(maker, RecordId("G1"), 600, days_ago=10)
    revised(maker, RecordId("G1"), 700, days_ago=10)
    revised(maker, RecordId("G1"), 800, days_ago=1)
    now = maker.goal(RecordId("G1"))
    assert terms_on(maker.board, now, date.min) == first
    found = terms_on(maker.board, now, TODAY - timedelta(days=5))
    assert isinstance(found.measure, Metric)
    assert found.measure.target == 700
    assert terms_on(maker.board, now, TODAY) is now


def test_the_outlook_of_a_proposal(maker: Maker) -> None:
    maker.check_in(RecordId("G1"), 450)
    goal = maker.goal(RecordId("G1"))
    proposal = ReviseGoal(goal=RecordId("G1"), reason="market", why="x", target=600)
    after = proposal.applied(maker.board, goal, TODAY)
    found = revision_impact(BoardOnDay(maker.board, TODAY), goal, after)
    assert found.then is not None
    assert (found.now.progress, found.then.progress) == (0.45, 0.75)
    assert (found.now.status, found.then.status) == ("at risk", "on track")
    assert found.team == ()
    gone = ReviseGoal(goal=RecordId("G1"), reason="market", why="x", drop=True).applied(maker.board, goal, TODAY)
    assert revision_impact(BoardOnDay(maker.board, TODAY), goal, gone).then is None


def test_the_outlook_has_the_team_goals_that_would_move(maker: Maker) -> None:
    maker.do(AddTeamGoal(title="Mean"))
    measure = Metric(unit="calls", start=0, target=100)
    maker.do(AddGoal(owner="ana", title="calls", measure=measure, aligned={RecordId("T2"): 1.0}))
    maker.check_in(RecordId("G3"), 30)
    after = ReviseGoal(goal=RecordId("G3"), reason="market", why="x", target=60).applied(
        maker.board, maker.goal(RecordId("G3")), TODAY
    )
    ((team_goal, was, would_be),) = revision_impact(
        BoardOnDay(maker.board, TODAY), maker.goal(RecordId("G3")), after
    ).team
    assert team_goal.id == "T2"
    assert [was, would_be] == pytest.approx([0.3, 0.5])


MEASURES = st.one_of(
    st.tuples(st.floats(-50, 50), st.floats(-50, 50), st.sampled_from(["u", "€", "%"]))
    .filter(lambda m: abs(m[0] - m[1]) > 0.5)
    .map(lambda m: Metric(unit=m[2], start=m[0], target=m[1])),
    st.lists(st.floats(0.1, 5), min_size=1, max_size=4).map(
        lambda ws: Milestones(milestones=tuple(Milestone(name=f"m{i}", weight=w) for i, w in enumerate(ws)))
    ),
)
GOALS = st.lists(
    st.tuples(
        st.sampled_from(["ana", "ben", "mara"]),
        MEASURES,
        st.floats(-1.5, 2.5),
        st.floats(0.1, 9),
        st.sampled_from([0.2, 0.5, 1.0]),
        st.one_of(st.none(), st.floats(0.25, 4)),
    ),
    max_size=6,
)


@pytest.mark.slow
@given(GOALS, st.sampled_from(["mean", "sum"]), st.sampled_from([(0.0, 40.0), (40.0, 0.0), (-3.0, 7.5)]), st.booleans())
def test_contributions_add_up_to_the_team_goals_progress(
    goals: list[tuple[str, Measure, float, float, float, float | None]],
    rolls_up: str,
    ends: tuple[float, float],
    drop: bool,
) -> None:
    """For all measures, weights, units, directions and shares, revised or not, dropped or not, on every day."""
    maker = small_maker()
    measure = Metric(unit="u", start=ends[0], target=ends[1])
    maker.do(AddTeamGoal(title="whole", measure=measure, rolls_up=rolls_up))  # type: ignore[arg-type]
    maker.do(AddTeamGoal(title="other", rolls_up="mean"))
    for number, (owner, drawn, reached, weight, share, factor) in enumerate(goals, start=3):
        fits = rolls_up != "sum" or (isinstance(drawn, Metric) and drawn.unit == "u")
        measured = drawn if fits else Metric(unit="u", start=5.0, target=1.0)
        aligned = {RecordId("T2"): share} | ({} if share == 1.0 else {RecordId("T3"): 1.0 - share})
        goal_id = RecordId(f"G{number}")
        maker.do(AddGoal(owner=owner, title="g", measure=measured, weight=weight, aligned=aligned))
        at = NOW - timedelta(days=15)
        if isinstance(measured, Metric):
            value = measured.start + reached * (measured.target - measured.start)
            maker.do(CheckInGoal(goal=goal_id, value=value), MARA, at)
            if factor is not None and factor != 1.0:
                target = measured.start + factor * (measured.target - measured.start)
                by = {"ana": ANA, "ben": BEN, "mara": MARA}[owner]
                maker.do(ReviseGoal(goal=goal_id, reason="market", why="x", target=target), by, at + timedelta(days=5))
                if owner != "mara":
                    last = max((v.id for v in maker.board.revisions), key=number_of)
                    maker.do(AgreeToRevision(revision=last), MARA, at + timedelta(days=5))
        else:
            assert isinstance(measured, Milestones)
            done = tuple(m.name for m in measured.milestones)[: int(reached * 2)]
            maker.do(CheckInGoal(goal=goal_id, done=done, note="Looked at"), MARA, at)
    if drop and goals:
        maker.do(ReviseGoal(goal=RecordId("G3"), reason="capacity", why="x", drop=True), MARA)
        if goals[0][0] != "mara":
            by = {"ana": ANA, "ben": BEN}[goals[0][0]]
            last = max((v.id for v in maker.board.revisions), key=number_of)
            maker.do(AgreeToRevision(revision=last), by)
    maker.do(
        ReviseGoal(goal=RecordId("T2"), reason="market", why="x", target=ends[1] * 2 + 1), MARA, NOW - timedelta(days=3)
    )
    board = maker.board
    for team_goal_id in map(RecordId, ("T2", "T3")):
        team_goal = board.goal(team_goal_id)
        assert isinstance(team_goal, TeamGoal)
        for day in (None, TODAY, TODAY - timedelta(days=4), TODAY - timedelta(days=12), TODAY - timedelta(days=30)):
            reached_by_all = formulas.progress(board, team_goal, day)
            assert sum(formulas.goal_parts(board, team_goal, day).values()) == pytest.approx(reached_by_all)
            shares = formulas.contributions(board, team_goal, day)
            assert sum(shares.values()) == pytest.approx(1.0 if reached_by_all > 0 else 0.0)
            assert all(0 <= share <= 1 + 1e-9 for share in shares.values())
        weeks = [TODAY - timedelta(days=7 * back) for back in range(5, -1, -1)]
        expected = [formulas.progress(board, team_goal, day) for day in [*weeks, None]]
        assert readings(board, team_goal, TODAY) == pytest.approx(expected)


def test_a_notice_asks_an_owner_who_stays_and_has_not_done_it_themself(maker: Maker) -> None:
    assert notice_asks(maker.board, "ana", "mara")
    assert not notice_asks(maker.board, "ana", "ana")
    maker.do(LeaveTeam(member="ana", day=TODAY + timedelta(days=7), goals_to="ben"), MARA)
    assert not notice_asks(maker.board, "ana", "mara")
