"""Goals that begin again with a new period: from 0, with new targets, and team goals with what they add up."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from teamboard.actions.check_ins import CheckInGoal
from teamboard.actions.goals import AddGoal, AddTeamGoal
from teamboard.actions.periods import BeginPeriod
from teamboard.actions.undo import Undo
from teamboard.domain.board_on_day import BoardOnDay
from teamboard.domain.errors import Refused
from teamboard.domain.goals.progress import progress
from teamboard.domain.history.differences import changed
from teamboard.domain.ids import RecordId, make_id
from teamboard.domain.periods import next_period
from teamboard.domain.periods.rollover import Choice, raised_target, raised_targets, usual_choices, with_sums
from teamboard.domain.records import Activity, Goal, Measure, Metric, Milestone, Milestones, TeamGoal
from teamboard.domain.report import report
from teamboard.store import codec
from teamboard.store.decoder import decode
from tests.conftest import ANA, BEN, MARA, SETTING_UP, Maker, small_maker

T1, G1, G2, G3, G4 = map(RecordId, ("T1", "G1", "G2", "G3", "G4"))
JANUARY = datetime(2027, 1, 2, 9, 0, tzinfo=ZoneInfo("UTC"))
EUROS = Metric(unit="€", start=0, target=1000)
STEPS = Milestones(milestones=(Milestone(name="One"), Milestone(name="Two")))


def goal_of(measure: Measure) -> Goal:
    starts, due = date(2026, 10, 1), date(2026, 12, 31)
    return Goal(id=G3, owner="ana", title="It", measure=measure, kind="result", starts=starts, due=due)


@pytest.mark.parametrize(
    ("measure", "percent", "raised"),
    [
        (Metric(unit="€", start=0, target=400_000), 10, 440_000),
        (Metric(unit="€", start=0, target=0.5), 10, 0.55),
        (Metric(unit="customers", start=0, target=12), 10, 13),
        (Metric(unit="customers", start=0, target=5), 10, 6),
        (Metric(unit="€", start=0, target=1000), -5, 950),
        (Activity(unit="calls", per_week=20), 10, 22),
        (Metric(unit="%", start=0, target=30), 10, None),
        (Metric(unit="€", start=100, target=400), 10, None),
        (Metric(unit="€", start=0, target=-400), 10, None),
        (STEPS, 10, None),
    ],
)
def test_per_cent_raise_amounts_and_counts_that_rise_from_0(measure: Measure, percent: float, raised: float) -> None:
    assert raised_target(goal_of(measure), percent) == raised


def test_the_usual_choices_renew_results_and_carry_skills_and_career(maker: Maker) -> None:
    for kind in ("skill", "career", "skill"):
        maker.do(AddGoal(owner="ana", title=kind, kind=kind), SETTING_UP)
    maker.do(AddGoal(owner="ana", title="later", due=date(2027, 2, 1)), SETTING_UP)
    maker.check_in(G1, 1200)
    maker.check_in(RecordId("G5"), 1)
    # G1 has reached its target: it begins again too. G5 is a skill that is learnt, G6 is due later.
    usual = {"T1": "renew", "G1": "renew", "G2": "renew", "G3": "carry", "G4": "carry", "G5": "close"}
    assert usual_choices(maker.board) == usual
    maker.do(BeginPeriod(choices=usual_choices(maker.board)), MARA, JANUARY)
    board = maker.board
    outcomes = {g.id: g.outcome for g in board.goals}
    assert {i: outcomes[RecordId(i)] for i in ("G1", "G2", "G3", "G4", "G5", "G6")} == {
        "G1": "achieved", "G2": "missed", "G3": None, "G4": None, "G5": "achieved", "G6": None,
    }  # fmt: skip
    renewed = [g for g in board.open_goals if g.starts == date(2027, 1, 1)]
    assert [g.id for g in renewed] == ["T2", "G7", "G8"]
    assert [progress(board, g) for g in renewed] == [0, 0, 0]


RENEWED = dict.fromkeys(("G1", "G2", "G3"), "renew")


@pytest.mark.parametrize(
    ("choices", "renewed"),
    [
        # The sum goes with all that it adds up, and they go with it.
        (RENEWED, "T1 T2 G1 G2 G3"),
        ({"T1": "renew"}, "T1 T2 G1 G2 G3"),
        ({"T2": "renew"}, "T2 G3"),
        (RENEWED | {"G2": "drop"}, "T1 T2 G1 G3"),
        # What one of them has reached counts on in the sum: it goes on, too.
        ({"G1": "renew"}, "G1"),
        (RENEWED | {"T1": "carry"}, "T2 G1 G2 G3"),
        ({"T1": "renew", "G2": "carry"}, "T1 T2 G1 G3"),
        ({}, ""),
    ],
)
def test_a_sum_begins_again_with_its_carriers(maker: Maker, choices: dict[RecordId, Choice], renewed: str) -> None:
    """T1 adds up G1, G2 and T2, which adds up G3."""
    maker.do(AddTeamGoal(title="South", measure=EUROS, rolls_up="sum", serves=T1), SETTING_UP)
    maker.do(AddGoal(owner="ana", title="More", measure=EUROS, aligned={RecordId("T2"): 1.0}), SETTING_UP)
    found = with_sums(maker.board, choices)
    assert {i for i, choice in found.items() if choice == "renew"} == set(renewed.split())
    assert {i: found[i] for i in choices} == choices


@pytest.mark.parametrize(
    ("action", "says"),
    [
        (BeginPeriod(choices={G1: "renew"}, targets={G1: 0}), "G1: Start and target are equal"),
        (BeginPeriod(choices={G1: "renew"}, targets={G1: -5}), "G1 rises: its target can't be below its start"),
        (BeginPeriod(choices={G1: "renew"}, targets={G1: 1e30}), "The target of G1 must be a number of at most 18"),
        (
            BeginPeriod(choices={RecordId("G4"): "renew"}, targets={RecordId("G4"): 0}),
            "The number per week of G4 must be",
        ),
        (BeginPeriod(choices={G3: "renew"}, targets={G3: 3}), "G3 has no number to reach"),
        (BeginPeriod(choices={G1: "carry"}, targets={G1: 3}), "G1 is not renewed: revise it"),
        (BeginPeriod(targets={RecordId("G9"): 3}), "no goal 'G9'"),
    ],
)
def test_targets_that_are_not_possible_are_refused(maker: Maker, action: BeginPeriod, says: str) -> None:
    maker.do(AddGoal(owner="ana", title="Steps", measure=STEPS), SETTING_UP)
    maker.do(AddGoal(owner="ana", title="Calls", measure=Activity(unit="calls", per_week=5)), SETTING_UP)
    before = maker.board
    with pytest.raises(Refused, match=says):
        maker.do(action, MARA, JANUARY)
    assert maker.board is before


REACHED = st.integers(0, 1500)
"""What a member reaches in a quarter."""
NEW_TARGET = st.one_of(st.none(), st.integers(100, 5000))
QUARTER = st.tuples(REACHED, REACHED, NEW_TARGET, st.sampled_from((None, 10, -5)))
"""What Ana and Ben reach, then Ana's new target, and the per cent by which all others change."""


@given(st.lists(QUARTER, min_size=4, max_size=4))
def test_four_quarters_of_renewals_add_up(quarters: list[tuple[int, int, int | None, int | None]]) -> None:
    maker = small_maker()
    targets, team_target = {"ana": 1000, "ben": 1000}, 2000
    told: list[tuple[int, int]] = []
    for reached_ana, reached_ben, new, percent in quarters:
        board = maker.board
        assert board.team is not None
        period = board.team.period
        (team_goal,) = board.open_team_goals
        goals = {g.owner: g for g in board.goals if g.outcome is None}
        assert {owner: goal.measure for owner, goal in goals.items()} == {
            owner: Metric(unit="€", start=0, target=target) for owner, target in targets.items()
        }
        assert team_goal.measure == Metric(unit="€", start=0, target=team_target)
        assert {(g.starts, g.due) for g in goals.values()} == {(period.starts, period.ends)}
        assert (team_goal.starts, team_goal.due) == (period.starts, period.ends)
        assert progress(board, team_goal) == 0
        noon = datetime.combine(period.ends, time(11), ZoneInfo("UTC"))
        maker.do(CheckInGoal(goal=goals["ana"].id, value=reached_ana), ANA, noon)
        maker.do(CheckInGoal(goal=goals["ben"].id, value=reached_ben), BEN, noon)
        assert progress(maker.board, team_goal) == pytest.approx((reached_ana + reached_ben) / team_target)
        told.append((reached_ana + reached_ben, team_target))
        choices = usual_choices(maker.board)
        assert set(choices.values()) == {"renew"}
        raised = raised_targets(maker.board, choices, percent) if percent is not None else {}
        if new is not None:
            raised[goals["ana"].id] = new
        before = maker.board
        turn = BeginPeriod(choices=choices, targets=raised)
        maker.do(turn, MARA, noon + timedelta(days=1))
        loaded = decode(b"".join(codec.encode(maker.file()))).board
        back = loaded.apply(Undo(undoes=loaded.revision)(loaded, MARA, noon + timedelta(days=1)))
        assert not changed(before, back)

        def changed_by_percent(target: int, percent: int = percent or 0) -> int:
            # Plain arithmetic, rounded half up.
            return (target * (100 + percent) + 50) // 100

        targets = {owner: changed_by_percent(target) for owner, target in targets.items()}
        targets["ana"] = targets["ana"] if new is None else new
        team_target = changed_by_percent(team_target)
        assert next_period(period) == maker.board.team.period  # type: ignore[union-attr]
    end = decode(b"".join(codec.encode(maker.file()))).board
    assert end.team is not None
    assert [p.name for p in end.team.earlier] == ["Q4 2026", "Q1 2027", "Q2 2027", "Q3 2027"]
    for i, (period, (reached, target)) in enumerate(zip(end.team.earlier, told, strict=True), start=1):
        results = report(BoardOnDay(end, end.team.period.starts), period).results
        of_team = next(r for r in results if isinstance(r.goal, TeamGoal))
        assert of_team.goal.id == make_id("team_goals", i)
        assert of_team.progress == pytest.approx(reached / target)
        assert of_team.result == ("achieved" if reached >= target else "missed")
