"""Check-ins: what they set, add and keep; who may, and what is refused."""

from __future__ import annotations

import pytest

from teamboard.actions.base import Action, Actor
from teamboard.actions.check_ins import CheckInGoal, CorrectCheckIn
from teamboard.actions.goals import AddGoal
from teamboard.domain.check_ins import call_and_best
from teamboard.domain.errors import Conflict
from teamboard.domain.ids import RecordId
from teamboard.domain.records import Activity, CheckIn, DoneOrNot, Measure, Metric, Milestone, Milestones
from tests.conftest import ANA, BEN, MARA, NOW, STRANGER, Maker
from tests.helpers.refusing import refused

STEPS = Milestones(milestones=(Milestone(name="Pilot live"), Milestone(name="Plan"), Milestone(name="Rollout")))


def test_a_check_in_sets_adds_and_keeps(maker: Maker) -> None:
    def value() -> float:
        last = maker.board.last_checkin(RecordId("G1"))
        assert last is not None
        return last.value

    maker.do(CheckInGoal(goal=RecordId("g1"), value=100), ANA)
    assert value() == 100
    maker.do(CheckInGoal(goal=RecordId("G1"), change=4), ANA)
    assert value() == 104
    maker.do(CheckInGoal(goal=RecordId("G1"), change=-5), MARA)
    assert value() == 99
    maker.do(CheckInGoal(goal=RecordId("G1"), note="no news", confidence=7, next_step="call", blocker="legal"), ANA)
    last = maker.board.last_checkin(RecordId("G1"))
    assert last is not None
    assert (last.value, last.note, last.confidence, last.next_step, last.blocker) == (
        99,
        "no news",
        7,
        "call",
        "legal",
    )
    assert last.by == "ana"
    assert last.at == NOW


def test_milestones_are_ticked_by_name_or_its_beginning(maker: Maker) -> None:
    maker.do(AddGoal(owner="ana", title="steps", measure=STEPS))
    maker.do(CheckInGoal(goal=RecordId("G3"), done=("pilot live",)), ANA)
    maker.do(CheckInGoal(goal=RecordId("G3"), done=("roll",)), ANA)
    last = maker.board.last_checkin(RecordId("G3"))
    assert last is not None
    assert last.done == ("Pilot live", "Rollout")
    assert last.value == 2
    maker.do(CheckInGoal(goal=RecordId("G3"), undone=("Rollout",)), ANA)
    last = maker.board.last_checkin(RecordId("G3"))
    assert last is not None
    assert last.done == ("Pilot live",)
    assert "no single milestone" in refused(maker, CheckInGoal(goal=RecordId("G3"), done=("P",)), ANA)


@pytest.mark.parametrize(
    ("action", "says"),
    [
        (CheckInGoal(goal=RecordId("G9"), value=1), "no goal 'G9'"),
        (CheckInGoal(goal=RecordId("nonsense"), value=1), "no goal"),
        (CheckInGoal(goal=RecordId("G1"), value=float("nan")), "at most 18 digits"),
        (CheckInGoal(goal=RecordId("G1"), value=float("inf")), "at most 18 digits"),
        (CheckInGoal(goal=RecordId("G1"), value=1, confidence=11), "0 to 10"),
        (CheckInGoal(goal=RecordId("G1"), value=1, confidence=-1), "0 to 10"),
        (CheckInGoal(goal=RecordId("G1"), done=("x",)), "no milestones"),
        (CheckInGoal(goal=RecordId("T1"), value=1), "aligned to it"),
        (CheckInGoal(goal=RecordId("G1"), call=float("nan")), "The call must be a number"),
        (CheckInGoal(goal=RecordId("G1"), best=2e18), "The best case must be a number"),
        (
            CheckInGoal(goal=RecordId("G1"), call=900, best=899),
            "The best case, €899, is below the call, €900: give both",
        ),
        (CheckInGoal(goal=RecordId("G1"), value=1, blocker="x" * 301), "too long"),
        (CheckInGoal(goal=RecordId("G1"), value=1, note="x" * 20_001), "too long"),
    ],
)
def test_a_check_in_that_makes_no_sense_is_refused(maker: Maker, action: Action, says: str) -> None:
    assert says in refused(maker, action, MARA)


@pytest.mark.parametrize("by", [BEN, STRANGER, Actor("zoe")])
def test_only_the_owner_and_their_manager_check_in(maker: Maker, by: Actor) -> None:
    message = refused(maker, CheckInGoal(goal=RecordId("G1"), value=1), by)
    assert "Ana Ruiz (ana)" in message
    assert "Mara Lind (mara)" in message


def test_a_form_opened_on_older_values_is_refused_with_the_newer(maker: Maker) -> None:
    maker.check_in(RecordId("G1"), 10)
    maker.check_in(RecordId("G1"), 20, by=MARA)
    with pytest.raises(Conflict) as found:
        maker.do(CheckInGoal(goal=RecordId("G1"), value=30, seen=RecordId("C1")), ANA)
    assert isinstance(found.value.theirs, CheckIn)
    assert found.value.theirs.value == 20
    with pytest.raises(Conflict):
        maker.do(CheckInGoal(goal=RecordId("G1"), value=30, seen=None), ANA)
    maker.do(CheckInGoal(goal=RecordId("G1"), value=30, seen=RecordId("C2")), ANA)


def test_text_is_stored_plain_and_whole(maker: Maker) -> None:
    note = "first [red]line[/]\x1b[31m\n\nsecond = +1 \u202e"
    maker.do(CheckInGoal(goal=RecordId("G1"), value=1, note=note), ANA)
    last = maker.board.last_checkin(RecordId("G1"))
    assert last is not None
    assert last.note == "first [red]line[/]\n\nsecond = +1"


@pytest.mark.parametrize(
    ("measure", "says"),
    [
        (STEPS, "G3 is measured by milestones: give --confidence"),
        (DoneOrNot(), "G3 is measured as done or not: give --confidence"),
    ],
)
def test_a_call_is_for_a_number(maker: Maker, measure: Measure, says: str) -> None:
    maker.do(AddGoal(owner="ana", title="other", measure=measure))
    for action in (CheckInGoal(goal=RecordId("G3"), call=1), CheckInGoal(goal=RecordId("G3"), best=1)):
        assert says in refused(maker, action, ANA)


def test_the_best_case_is_the_better_one_in_the_direction_of_the_goal(maker: Maker) -> None:
    maker.do(AddGoal(owner="ana", title="churn", measure=Metric(unit="%", start=8, target=5)))
    churn = RecordId("G3")
    assert "The best case, 6.5 %, is above the call, 6 %" in refused(
        maker, CheckInGoal(goal=churn, call=6, best=6.5), ANA
    )
    maker.do(CheckInGoal(goal=churn, call=6, best=5.5), ANA)
    # Also against the call that holds, which the check-in does not give again.
    assert "above the call, 6" in refused(maker, CheckInGoal(goal=churn, best=7), ANA)
    maker.do(CheckInGoal(goal=churn, value=7, best=6), ANA)
    maker.do(AddGoal(owner="ana", title="calls", measure=Activity(unit="calls", per_week=10)))
    assert "can't be below 0" in refused(maker, CheckInGoal(goal=RecordId("G4"), call=-1), ANA)
    maker.do(CheckInGoal(goal=RecordId("G4"), call=120, best=130), ANA)


def test_the_newest_call_holds_until_there_is_another(maker: Maker) -> None:
    goal = RecordId("G1")

    def calls() -> tuple[float | None, float | None]:
        return call_and_best(maker.board.checkins_of(goal), maker.goal(goal).measure)

    assert calls() == (None, None)
    maker.do(CheckInGoal(goal=goal, value=100, best=950), ANA)
    assert calls() == (None, 950)
    maker.do(CheckInGoal(goal=goal, value=150, call=900), ANA)
    maker.do(CheckInGoal(goal=goal, value=200), ANA)
    assert calls() == (900, 950)
    maker.do(CheckInGoal(goal=goal, call=920), ANA)
    last = maker.board.last_checkin(goal)
    assert last is not None
    assert (last.value, last.call, last.best, calls()) == (200, 920, None, (920, 950))
    # A call beyond the best case leaves none.
    maker.do(CheckInGoal(goal=goal, call=1000), ANA)
    assert calls() == (1000, None)
    maker.do(CheckInGoal(goal=goal, best=1000), ANA)
    assert calls() == (1000, 1000)


def test_a_call_is_corrected(maker: Maker) -> None:
    maker.do(CheckInGoal(goal=RecordId("G1"), value=100, call=900, best=950), ANA)
    correct = CorrectCheckIn(checkin=RecordId("C1"), call=960)
    assert "The best case, €950, is below the call, €960" in refused(maker, correct, ANA)
    assert "Nothing" in refused(maker, CorrectCheckIn(checkin=RecordId("C1"), call=900), ANA)
    maker.do(CorrectCheckIn(checkin=RecordId("C1"), call=960, best=990), ANA)
    last = maker.board.last_checkin(RecordId("G1"))
    assert last is not None
    assert (last.value, last.call, last.best, last.corrected_by) == (100, 960, 990, "ana")
