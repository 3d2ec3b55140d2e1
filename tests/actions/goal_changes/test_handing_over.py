"""Handing a goal over, in place or split by value: whose it is on each day, who is asked, and that no total changes."""

from __future__ import annotations

from datetime import date, timedelta
from math import fsum
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from teamboard.actions.alignment import AlignGoal
from teamboard.actions.base import Actor
from teamboard.actions.check_ins import CheckInGoal
from teamboard.actions.goal_changes.closing import CloseGoal, ReopenGoal
from teamboard.actions.goal_changes.handing_over import HandOverGoal
from teamboard.actions.goals import AddGoal, AddTeamGoal
from teamboard.actions.leaving import LeaveTeam
from teamboard.actions.members import BeAway
from teamboard.actions.periods import BeginPeriod
from teamboard.actions.revision_responses import AcknowledgeRevision
from teamboard.actions.revisions import ReviseGoal
from teamboard.actions.team import AddMember, ChangeMember
from teamboard.domain.errors import NotFound, Refused
from teamboard.domain.goals.progress import contributions, progress, value_range
from teamboard.domain.goals.revisions import owned_by, revisions_waiting_for, terms_on
from teamboard.domain.history.concerned import concerned_members
from teamboard.domain.ids import RecordId
from teamboard.domain.records import Activity, DoneOrNot, Measure, Metric, Milestone, Milestones, TeamGoal
from teamboard.domain.reviews.evidence import evidence
from tests.conftest import ANA, BEN, NOW, TODAY, Maker, small_maker

G1, G2, G3, T1 = RecordId("G1"), RecordId("G2"), RecordId("G3"), RecordId("T1")
YESTERDAY = TODAY - timedelta(days=1)


def to_ben(goal: RecordId = G1, **more: Any) -> HandOverGoal:
    return HandOverGoal(goal=goal, to="ben", **more)


def total(maker: Maker, team_goal_id: RecordId = T1, day: date | None = None) -> float:
    """What a team goal has gained by a day, in its unit."""
    team_goal = maker.board.goal(team_goal_id)
    assert isinstance(team_goal, TeamGoal)
    assert isinstance(team_goal.measure, Metric)
    return progress(maker.board, team_goal, day) * (team_goal.measure.target - team_goal.measure.start)


# -- split by value


def test_what_was_reached_stays_and_the_rest_is_a_new_goal(maker: Maker) -> None:
    maker.check_in(G1, 230.0, days_ago=3)
    maker.do(to_ben(why="Ben takes Iberia"))
    kept, rest = maker.goal(G1), maker.goal(G3)
    assert (kept.owner, kept.outcome, kept.closed) == ("ana", "achieved", TODAY)
    assert kept.measure == Metric(unit="€", start=0, target=230)
    assert (rest.owner, rest.title, rest.continues, rest.set_on) == ("ben", kept.title, G1, TODAY)
    assert rest.measure == Metric(unit="€", start=0, target=770)
    assert (rest.starts, rest.due, rest.kind, rest.weight) == (TODAY, kept.due, kept.kind, kept.weight)
    assert rest.aligned == kept.aligned
    assert terms_on(maker.board, kept, YESTERDAY).measure == Metric(unit="€", start=0, target=1000)
    told = {v.goal: v for v in maker.board.revisions}
    assert (told[G1].reason, told[G3].reason) == ("closed", "handed-over")
    assert {v.why for v in told.values()} == {"Ben takes Iberia"}
    for handle, goal in (("ana", G1), ("ben", G3)):
        assert [v.id for v in revisions_waiting_for(maker.board, handle)] == [told[goal].id]
    with pytest.raises(Refused, match="G1 was handed over: it stays closed"):
        maker.do(ReopenGoal(goal=G1, why="So"))
    maker.do(AcknowledgeRevision(revision=told[G1].id), ANA)
    maker.do(AcknowledgeRevision(revision=told[G3].id), BEN)
    assert contributions(maker.board, maker.board.goal(T1)) == {"ana": 1.0, "ben": 0.0}  # type: ignore[arg-type]
    maker.check_in(G3, 230.0, by=BEN)
    assert contributions(maker.board, maker.board.goal(T1)) == {"ana": 0.5, "ben": 0.5}  # type: ignore[arg-type]


def test_a_renewed_rest_is_a_goal_like_any_other(maker: Maker) -> None:
    maker.check_in(G1, 230.0)
    maker.do(to_ben())
    maker.do(BeginPeriod(starts=TODAY, choices={T1: "carry", G2: "carry", G3: "renew"}))
    renewed = maker.goal(RecordId("G4"))
    assert (renewed.owner, renewed.continues, maker.goal(G3).continues) == ("ben", None, G1)


def test_the_rest_can_have_another_target(maker: Maker) -> None:
    maker.check_in(G1, 1000.0)
    with pytest.raises(Refused, match="G1 has reached its target: give the --target of what is left, or close it"):
        maker.do(to_ben())
    for target in (0.0, -5.0):
        with pytest.raises(Refused, match="must be above 0"):
            maker.do(to_ben(target=target))
    maker.do(to_ben(target=500.0))
    assert maker.goal(G3).measure == Metric(unit="€", start=0, target=500)


def test_a_value_that_falls_goes_on_from_where_it_is(maker: Maker) -> None:
    maker.do(AddTeamGoal(title="Open tickets", measure=Metric(unit="tickets", start=200, target=100), rolls_up="sum"))
    measure = Metric(unit="tickets", start=100, target=50)
    maker.do(AddGoal(owner="ana", title="Tickets", measure=measure, aligned={RecordId("T2"): 1.0}))
    maker.check_in(G3, 80.0)
    before = total(maker, RecordId("T2"))
    with pytest.raises(Refused, match="must be below 80"):
        maker.do(to_ben(G3, target=90.0))
    maker.do(to_ben(G3))
    assert maker.goal(G3).measure == Metric(unit="tickets", start=100, target=80)
    assert maker.goal(RecordId("G4")).measure == Metric(unit="tickets", start=80, target=50)
    assert total(maker, RecordId("T2")) == pytest.approx(before)


def test_an_activity_that_sums_up_is_split_by_weeks(maker: Maker) -> None:
    """The weeks before stay as they were, whatever the new owner's first day, ramp and days away are."""
    calls = Metric(unit="calls", start=0, target=100)
    maker.do(AddTeamGoal(title="Calls", measure=calls, rolls_up="sum", starts=date(2026, 10, 1)))
    aligned = {RecordId("T2"): 1.0}
    per_week = Activity(unit="calls", per_week=10)
    for owner in ("ana", "mara"):
        maker.do(AddGoal(owner=owner, title="Calls", measure=per_week, aligned=aligned, starts=date(2026, 10, 5)))
    maker.do(ChangeMember(handle="ben", starts=TODAY, ramp=(50,)))
    for days_ago, value in ((21, 8.0), (14, 12.0), (7, 9.0)):
        maker.check_in(G3, value, days_ago=days_ago)
    before = [total(maker, RecordId("T2"), day) for day in (None, TODAY, YESTERDAY, TODAY - week(2))]
    assigned = value_range(maker.board, maker.goal(G3))[1]
    maker.do(to_ben(G3))
    kept, rest = maker.goal(G3), maker.goal(RecordId("G5"))
    # Nothing is counted in this week yet, so it goes along.
    assert (kept.owner, kept.outcome, kept.due) == ("ana", "achieved", date(2026, 11, 15))
    assert (rest.owner, rest.continues, rest.starts, rest.due) == ("ben", G3, date(2026, 11, 16), date(2026, 12, 31))
    assert rest.measure == kept.measure == per_week
    after = [total(maker, RecordId("T2"), day) for day in (None, TODAY, YESTERDAY, TODAY - week(2))]
    assert after == pytest.approx(before)
    assert before[0] == pytest.approx(27.0)
    assert value_range(maker.board, kept)[1] == 60.0
    # The weeks of the rest ask for what they ask of the new owner.
    assert value_range(maker.board, rest)[1] < assigned - 60.0
    assert contributions(maker.board, maker.board.goal(RecordId("T2"))) == {  # type: ignore[arg-type]
        "ana": 1.0,
        "ben": 0.0,
        "mara": 0.0,
    }
    # A week with a count stays with who has counted, and the sum of what is asked for stays too.
    maker.check_in(RecordId("G4"), 7.0, by=Actor("mara"))
    assigned = value_range(maker.board, maker.goal(RecordId("G4")))[1]
    maker.do(HandOverGoal(goal=RecordId("G4"), to="ana"))
    kept, rest = maker.goal(RecordId("G4")), maker.goal(RecordId("G6"))
    assert (kept.due, rest.starts) == (date(2026, 11, 22), date(2026, 11, 23))
    assert value_range(maker.board, kept)[1] + value_range(maker.board, rest)[1] == assigned
    assert total(maker, RecordId("T2")) == pytest.approx(34.0)


def test_an_activity_in_its_last_week_is_closed_instead(maker: Maker) -> None:
    maker.do(AddTeamGoal(title="Calls", measure=Metric(unit="calls", start=0, target=100), rolls_up="sum"))
    aligned = {RecordId("T2"): 1.0}
    calls = Activity(unit="calls", per_week=10)
    maker.do(AddGoal(owner="ana", title="Calls", measure=calls, aligned=aligned, starts=date(2026, 11, 2), due=TODAY))
    maker.check_in(G3, 7.0)
    with pytest.raises(Refused, match="No week of G3 is left after this one: close it: `teamboard goal close G3"):
        maker.do(to_ben(G3))


# -- in place


def test_a_goal_without_progress_changes_its_owner_in_place(maker: Maker) -> None:
    maker.do(to_ben(target=900.0))
    goal = maker.goal(G1)
    assert (goal.owner, goal.outcome) == ("ben", None)
    assert goal.measure == Metric(unit="€", start=0, target=900)
    [told] = maker.board.revisions_of(G1)
    assert (told.reason, told.before["owner"], told.after["owner"]) == ("handed-over", "ana", "ben")
    assert told.why == "It goes from Ana Ruiz to Ben Okafor."
    assert revisions_waiting_for(maker.board, "ben") == [told]
    assert not revisions_waiting_for(maker.board, "ana")


def test_the_target_of_a_goal_keeps_its_direction(maker: Maker) -> None:
    with pytest.raises(Refused, match="The target of G1 must be above €0, not -€5"):
        maker.do(to_ben(target=-5.0))
    falling = Metric(unit="tickets", start=100, target=50)
    maker.do(AddGoal(owner="ana", title="Tickets", measure=falling))
    with pytest.raises(Refused, match="The target of G3 must be below 100 tickets, not 120 tickets"):
        maker.do(to_ben(G3, target=120.0))


def test_a_day_of_the_owner_before_takes_no_late_check_in(maker: Maker) -> None:
    maker.do(to_ben(), at=NOW - week(1))
    late = CheckInGoal(goal=G1, value=70.0, on=TODAY - timedelta(days=8))
    with pytest.raises(Refused, match="On 2026-11-14 G1 was Ana Ruiz's: give a day since it was handed over"):
        maker.do(late, BEN)
    maker.do(CheckInGoal(goal=G1, value=70.0, on=TODAY - timedelta(days=7)), BEN)


def test_the_past_shows_who_owned_it_on_each_day(maker: Maker) -> None:
    maker.do(AddGoal(owner="ana", title="Calls", measure=Metric(unit="calls", start=0, target=10)), at=NOW - week(4))
    maker.check_in(G3, 2.0, days_ago=14)
    maker.do(to_ben(G3), at=NOW - week(1))
    maker.check_in(G3, 6.0, by=BEN)
    board = maker.board
    assert terms_on(board, maker.goal(G3), TODAY - timedelta(days=8)).owner == "ana"
    assert terms_on(board, maker.goal(G3), TODAY - timedelta(days=7)).owner == "ben"
    assert [(o.goal.id, o.last) for o in owned_by(board, "ana") if o.goal.id == G3] == [(G3, TODAY - timedelta(days=8))]
    for handle, values, now in (("ana", [2.0], 0.2), ("ben", [6.0], 0.6)):
        member = board.member(handle)
        assert member is not None
        found = next(g for g in evidence(board, member, date(2026, 10, 1), TODAY).goals if g.goal.id == G3)
        assert ([c.value for c in found.checkins], found.progress_now) == (values, now)


def test_a_manager_takes_a_goal_over_and_the_past_knows_it(maker: Maker) -> None:
    maker.do(HandOverGoal(goal=G1, to="mara"))
    assert maker.goal(G1).owner == "mara"
    assert not revisions_waiting_for(maker.board, "mara")
    assert terms_on(maker.board, maker.goal(G1), YESTERDAY).owner == "ana"


def test_a_team_goal_goes_to_anybody_by_its_owner(maker: Maker) -> None:
    with pytest.raises(Refused, match="may hand over a team goal here"):
        maker.do(HandOverGoal(goal=T1, to="ben"), ANA)
    maker.do(HandOverGoal(goal=T1, to="ana"))
    maker.do(HandOverGoal(goal=T1, to="ben", target=3000.0), ANA)
    team_goal = maker.board.goal(T1)
    assert isinstance(team_goal, TeamGoal)
    assert (team_goal.owner, team_goal.measure) == ("ben", Metric(unit="€", start=0, target=3000))


def test_what_drove_it_drives_it_no_more(maker: Maker) -> None:
    calls = Activity(unit="calls", per_week=5)
    maker.do(AddGoal(owner="ana", title="Calls", measure=calls, drives=G1))
    maker.do(to_ben())
    assert maker.goal(G3).drives is None
    maker.do(AddGoal(owner="ben", title="Calls", measure=calls, drives=G1))
    maker.do(HandOverGoal(goal=RecordId("G4"), to="ana"))
    assert (maker.goal(RecordId("G4")).owner, maker.goal(RecordId("G4")).drives) == ("ana", None)


def test_an_open_proposal_is_declined_with_a_word(maker: Maker) -> None:
    maker.do(ReviseGoal(goal=G1, reason="market", why="So", target=900.0), ANA)
    maker.do(to_ben())
    proposal = maker.board.revisions_of(G1)[0]
    assert (proposal.state, proposal.word, proposal.answered_by) == ("declined", "G1 goes to Ben Okafor.", "mara")


# -- whom it concerns, and what is refused


def test_both_owners_hear_of_it(maker: Maker) -> None:
    for value in (0.0, 230.0):
        maker.check_in(G2, value, by=BEN)
        maker.do(HandOverGoal(goal=G2, to="ana"))
        assert {"ana", "ben"} <= concerned_members(maker.board, maker.history[-1][1])
        maker.do(AddGoal(owner="ben", title="ARR", aligned={}))
        break
    maker.check_in(G1, 230.0)
    maker.do(to_ben())
    assert {"ana", "ben"} <= concerned_members(maker.board, maker.history[-1][1])


def test_what_is_refused(maker: Maker) -> None:
    maker.do(AddMember(handle="zoe", name="Zoe Papas", manager="ana"))
    zoe = Actor("zoe", "zoe", "desk")
    for by in (ANA, BEN, zoe):
        with pytest.raises(Refused, match="may hand over a goal here"):
            maker.do(HandOverGoal(goal=G1, to="mara"), by)
    maker.do(AddGoal(owner="zoe", title="Calls"), ANA)
    says = (
        r"Only Mara Lind .mara. may hand over a goal here, as somebody above both Zoe Papas and Ben Okafor; you are Ana"
    )
    with pytest.raises(Refused, match=says):
        maker.do(HandOverGoal(goal=G3, to="ben"), ANA)
    maker.do(HandOverGoal(goal=G3, to="ana"), ANA)
    with pytest.raises(Refused, match="G1 is Ana Ruiz's already"):
        maker.do(HandOverGoal(goal=G1, to="ana"))
    with pytest.raises(NotFound, match="There is no member 'nobody'"):
        maker.do(HandOverGoal(goal=G1, to="nobody"))
    maker.do(BeAway(member="ben", starts=TODAY, ends=TODAY + week(1)))
    with pytest.raises(Refused, match="Ben Okafor is away until 2026-11-29: hand G1 over to somebody who is here"):
        maker.do(to_ben())
    maker.do(LeaveTeam(member="zoe", day=TODAY))
    with pytest.raises(Refused, match="left the team"):
        maker.do(HandOverGoal(goal=G1, to="zoe"))
    for measure in (Milestones(milestones=(Milestone(name="One"),)), Activity(unit="calls", per_week=5)):
        goal = maker.do(AddGoal(owner="ana", title="More", measure=measure)).goals_of("ana")[-1].id
        with pytest.raises(Refused, match="has no target: hand it over without one"):
            maker.do(HandOverGoal(goal=goal, to="mara", target=5.0))
    with pytest.raises(Refused, match="Start and target are equal"):
        maker.do(HandOverGoal(goal=G1, to="mara", target=0.0))
    maker.do(CloseGoal(goal=G1, outcome="missed", why="So"))
    with pytest.raises(Refused, match="G1 is over: missed"):
        maker.do(HandOverGoal(goal=G1, to="mara"))
    maker.do(ReviseGoal(goal=T1, reason="market", why="So", title="New", effective=TODAY + week(1)))
    with pytest.raises(Refused, match="T1 changes on 2026-11-29 already"):
        maker.do(HandOverGoal(goal=T1, to="ana"))


# -- no total changes


def week(count: int) -> timedelta:
    return timedelta(days=7 * count)


CENTS = st.integers(-50_000, 3_000_000).map(lambda cents: cents / 100)
STEPS = st.lists(
    st.tuples(st.sampled_from(["ana", "ben", "mara"]), CENTS, st.none() | st.integers(1, 10_000).map(float)),
    min_size=1,
    max_size=4,
)


@given(
    target=st.integers(1, 2_000_000).map(lambda cents: cents / 100),
    share=st.sampled_from([0.25, 0.6, 1.0]),
    other=st.sampled_from(["T2", "T3"]),
    steps=STEPS,
)
def test_no_hand_over_changes_a_total_of_the_team_by_a_cent(
    target: float, share: float, other: str, steps: list[tuple[str, float, float | None]]
) -> None:
    maker = small_maker()
    maker.do(AddTeamGoal(title="Other", measure=Metric(unit="€", start=0, target=500), rolls_up="sum"))
    maker.do(AddTeamGoal(title="Mean", measure=Metric(unit="%", start=0, target=100)))
    maker.do(AddGoal(owner="ben", title="Half", measure=DoneOrNot(), aligned={RecordId("T3"): 1.0}))
    maker.do(CheckInGoal(goal=G3, value=1.0), BEN)
    aligned = {T1: share} | ({RecordId(other): 1 - share} if share < 1 else {})
    measure: Measure = Metric(unit="€", start=0, target=target)
    maker.do(AddGoal(owner="ana", title="Split", measure=measure, aligned=aligned))
    maker.do(AddGoal(owner="ana", title="Whole", measure=measure, aligned={RecordId("T3"): 1.0}))
    goals = [RecordId("G4"), RecordId("G5")]
    teams = [T1, RecordId("T2"), RecordId("T3")]
    for goal in goals:
        maker.check_in(goal, target / 3, days_ago=5)
    for to, value, rest in steps:
        for place, goal in enumerate(goals):
            found = maker.goal(goal)
            if found.owner == to:
                continue
            maker.check_in(goal, value, by=Actor(found.owner))
            # What has reached its target is split with the target of what is left.
            more = rest if place == 0 and progress(maker.board, maker.goal(goal)) >= 1 else None
            before = [[total(maker, t, day) for t in teams] for day in (None, TODAY, YESTERDAY)]
            assigned = targets(maker)
            try:
                maker.do(HandOverGoal(goal=goal, to=to, target=more))
            except Refused as refusal:
                assert "has reached its target" in str(refusal)  # noqa: PT017
                continue
            after = [[total(maker, t, day) for t in teams] for day in (None, TODAY, YESTERDAY)]
            if more is not None and "T3" in aligned:
                # More to do than there was lowers a mean.
                before, after = ([row[:2] for row in rows] for rows in (before, after))
            assert [x for row in after for x in row] == pytest.approx([x for row in before for x in row], abs=0.005)
            assert more is not None or targets(maker) == pytest.approx(assigned, abs=0.005)
            new = [g.id for g in maker.board.goals if g.continues == goal]
            goals[place] = new[0] if new else goal


def targets(maker: Maker) -> float:
    """The sum of the targets of all goals with a metric."""
    return fsum(g.measure.target for g in maker.board.goals if isinstance(g.measure, Metric))


def test_a_goal_aligned_elsewhere_meanwhile_is_split_by_its_alignment_now(maker: Maker) -> None:
    maker.check_in(G1, 230.0)
    maker.do(AlignGoal(goal=G1, aligned={}), ANA)
    maker.do(to_ben())
    assert (maker.goal(G1).owner, maker.goal(G1).outcome) == ("ben", None)
