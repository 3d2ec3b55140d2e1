"""The turn of a period: what becomes of every goal; and what is refused, with nothing changed."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from teamboard.actions.alignment import AlignGoal
from teamboard.actions.check_ins import CheckInGoal
from teamboard.actions.goals import AddGoal, AddTeamGoal
from teamboard.actions.periods import BeginPeriod
from teamboard.actions.revisions import ReviseGoal
from teamboard.actions.team import ChangeMember
from teamboard.actions.undo import Undo
from teamboard.domain.board import AnyGoal
from teamboard.domain.errors import NotFound, Refused
from teamboard.domain.goals.progress import progress
from teamboard.domain.history.differences import changed
from teamboard.domain.ids import RecordId, to_record_id
from teamboard.domain.periods import find_period, next_period, unfinished
from teamboard.domain.records import Activity, GoalRevision, Metric, Period
from teamboard.store import codec
from teamboard.store.decoder import decode
from tests.conftest import ANA, BEN, MARA, NOW, SETTING_UP, Maker

JANUARY = datetime(2027, 1, 2, 9, 0, tzinfo=UTC)
Q1 = Period(name="Q1 2027", starts=date(2027, 1, 1), ends=date(2027, 3, 31))


def period(name: str, starts: str, ends: str) -> Period:
    return Period(name=name, starts=date.fromisoformat(starts), ends=date.fromisoformat(ends))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (("Q4 2026", "2026-10-01", "2026-12-31"), ("Q1 2027", "2027-01-01", "2027-03-31")),
        (("Q1", "2027-01-01", "2027-03-31"), ("Q2 2027", "2027-04-01", "2027-06-30")),
        (("H1", "2026-01-01", "2026-06-30"), ("H2 2026", "2026-07-01", "2026-12-31")),
        (("2026", "2026-01-01", "2026-12-31"), ("2027", "2027-01-01", "2027-12-31")),
        (("Jan", "2028-01-01", "2028-01-31"), ("February 2028", "2028-02-01", "2028-02-29")),
        (("Sprint", "2026-11-02", "2026-11-15"), ("2026-11-16 to 2026-11-29", "2026-11-16", "2026-11-29")),
        (("FY", "2026-04-01", "2027-03-31"), ("2027-04-01 to 2028-03-31", "2027-04-01", "2028-03-31")),
    ],
)
def test_the_period_that_follows(before: tuple[str, str, str], after: tuple[str, str, str]) -> None:
    assert next_period(period(*before)) == period(*after)


def test_each_goal_becomes_what_was_chosen(maker: Maker) -> None:
    metric = Metric(unit="€", start=0, target=1000)
    for title in ("renewed", "dropped", "missed", "carried", "later"):
        due = date(2027, 2, 15) if title == "later" else None
        maker.do(AddGoal(owner="ana", title=title, measure=metric, aligned={RecordId("T1"): 1.0}, due=due))
    maker.check_in(RecordId("G1"), 1000)
    assert [g.id for g in unfinished(maker.board)] == ["T1", "G2", "G3", "G4", "G5", "G6"]
    maker.do(
        BeginPeriod(
            choices={
                RecordId("T1"): "renew",
                # Their team goal would take these along.
                RecordId("G1"): "close",
                RecordId("G2"): "carry",
                to_record_id("g3"): "renew",
                RecordId("G4"): "drop",
                RecordId("G5"): "close",
                RecordId("G6"): "carry",
            }
        ),
        MARA,
        JANUARY,
    )
    board = maker.board
    assert board.team is not None
    assert board.team.period == Q1
    (earlier,) = board.team.earlier
    assert (earlier.name, earlier.ends, earlier.revision) == ("Q4 2026", date(2026, 12, 31), board.revision)
    every: list[AnyGoal] = [*board.team_goals, *board.goals]
    outcomes = {g.id: g.outcome for g in every}
    assert outcomes == {
        "T1": "missed",
        "T2": None,
        "G1": "achieved",
        "G2": None,
        "G3": "missed",
        "G4": "dropped",
        "G5": "missed",
        "G6": None,
        "G7": None,
        "G8": None,
    }
    assert {g.closed for g in board.goals if g.outcome} == {date(2026, 12, 31)}
    # What goes on serves what goes on: the team goal that took the old one's place.
    assert {g.id: g.aligned for g in board.goals if g.outcome is None} == {
        "G2": {"T2": 1.0},
        "G6": {"T2": 1.0},
        "G7": {"T2": 1.0},
        "G8": {"T2": 1.0},
    }
    assert maker.goal(RecordId("G3")).aligned == {"T1": 1.0}
    assert (maker.goal(RecordId("G6")).due, maker.goal(RecordId("G6")).starts) == (Q1.ends, date(2026, 10, 1))
    assert maker.goal(RecordId("G7")).due == date(2027, 2, 15)
    fresh = maker.goal(RecordId("G8"))
    assert (fresh.title, fresh.starts, fresh.due, fresh.measure) == ("renewed", Q1.starts, Q1.ends, metric)
    assert not board.checkins_of(RecordId("G8"))
    assert find_period(board, "q4 2026") == earlier
    assert find_period(board, "2027-01-01") == Q1


def test_shares_of_what_is_over_go_to_what_is_left(maker: Maker) -> None:
    for title in ("Quality", "Speed"):
        maker.do(AddTeamGoal(title=title))
    maker.do(
        AlignGoal(goal=RecordId("G1"), aligned={RecordId("T1"): 0.5, RecordId("T2"): 0.2, RecordId("T3"): 0.3}), ANA
    )
    maker.do(AlignGoal(goal=RecordId("G2"), aligned={RecordId("T2"): 1.0}), BEN)
    maker.do(BeginPeriod(choices={RecordId("T2"): "close"}), MARA, JANUARY)
    assert maker.goal(RecordId("G1")).aligned == pytest.approx({"T1": 0.625, "T3": 0.375})
    assert maker.goal(RecordId("G2")).aligned == {}


def test_what_was_reached_meanwhile_is_achieved_whatever_was_chosen(maker: Maker) -> None:
    choice = BeginPeriod(choices={RecordId("G1"): "drop", RecordId("G2"): "renew"})
    maker.check_in(RecordId("G1"), 1200)
    maker.check_in(RecordId("G2"), 1000, by=BEN)
    maker.do(choice, MARA, JANUARY)
    assert [maker.goal(g).outcome for g in map(RecordId, ("G1", "G2", "G3"))] == ["achieved", "achieved", None]


def test_a_proposal_for_a_goal_that_is_over_is_withdrawn(maker: Maker) -> None:
    maker.do(ReviseGoal(goal=RecordId("G1"), reason="market", why="x", target=900), ANA)
    maker.do(ReviseGoal(goal=RecordId("G2"), reason="market", why="x", target=900), BEN)
    maker.do(BeginPeriod(choices={RecordId("G1"): "close"}), MARA, JANUARY)
    states = {v.id: v.state for v in maker.board.revisions if isinstance(v, GoalRevision)}
    assert states == {"V1": "withdrawn", "V2": "proposed"}


def test_a_period_can_be_cut_short_and_the_turn_taken_back(maker: Maker) -> None:
    before = maker.board
    maker.do(
        BeginPeriod(name="Sprint", starts=date(2026, 11, 20), ends=date(2026, 12, 3), choices={RecordId("G1"): "close"})
    )
    board = decode(b"".join(codec.encode(maker.file()))).board
    assert board.team is not None
    assert board.team.earlier[0].ends == date(2026, 11, 19)
    assert maker.goal(RecordId("G1")).closed == date(2026, 11, 19)
    back = board.apply(Undo(undoes=board.revision)(board, MARA, NOW))
    assert not changed(before, back)


@pytest.mark.parametrize(
    ("action", "says"),
    [
        (BeginPeriod(), "begins in 40 days, on 2027-01-01"),
        (BeginPeriod(starts=date(2026, 11, 23)), "begins in 1 day,"),
        (BeginPeriod(starts=date(2026, 10, 1)), "the next period must begin after that"),
        (BeginPeriod(starts=date(2026, 11, 22), ends=date(2026, 11, 22)), "must end after it begins"),
        (BeginPeriod(starts=date(2026, 11, 22), name="q4 2026"), "another name"),
        (BeginPeriod(starts=date(2026, 11, 22), choices={RecordId("G9"): "drop"}), "no goal 'G9'"),
        (BeginPeriod(starts=date(2026, 11, 22), choices={RecordId("G3"): "drop"}), "nothing to choose"),
        (BeginPeriod(starts=date(2026, 11, 22), closes="Q3 2026"), "Q3 2026 is over"),
    ],
)
def test_turns_that_make_no_sense_are_refused(maker: Maker, action: BeginPeriod, says: str) -> None:
    maker.do(AddGoal(owner="ana", title="later", due=date(2027, 2, 1)))
    before = maker.board
    with pytest.raises(Refused, match=says):
        maker.do(action, MARA)
    with pytest.raises(Refused, match="Only Mara Lind"):
        maker.do(action, ANA)
    assert maker.board is before


def test_goals_that_are_over_take_no_check_ins(maker: Maker) -> None:
    maker.do(BeginPeriod(choices={RecordId("G1"): "close"}), MARA, JANUARY)
    with pytest.raises(Refused, match="G1 is over: missed on 2026-12-31"):
        maker.check_in(RecordId("G1"), 5)


def test_a_member_is_changed_and_nobody_is_their_own_manager(maker: Maker) -> None:
    maker.do(ChangeMember(handle="ben", manager="ana", title="AE Oslo", logins=("bo",)), MARA)
    ben = maker.board.member("ben")
    assert ben is not None
    assert (ben.manager, ben.title, ben.logins, ben.name) == ("ana", "AE Oslo", ("bo",), "Ben Okafor")
    for handle, manager in (("ana", "ben"), ("mara", "ben"), ("ana", "ana")):
        before = maker.board
        with pytest.raises(Refused, match="nobody is their own manager"):
            maker.do(ChangeMember(handle=handle, manager=manager), MARA)
        assert maker.board is before
    with pytest.raises(Refused, match="Nothing about ben"):
        maker.do(ChangeMember(handle="ben", manager="ana"), MARA)
    with pytest.raises(Refused, match="ana's already"):
        maker.do(ChangeMember(handle="ben", logins=("ana",)), MARA)
    with pytest.raises(NotFound):
        maker.do(ChangeMember(handle="zoe", name="Zoe"), MARA)
    with pytest.raises(Refused, match="Only"):
        maker.do(ChangeMember(handle="ben", name="B"), BEN)


def test_an_activity_goes_on_driving_the_goal_that_takes_the_place_of_its_result(maker: Maker) -> None:
    calls = Activity(unit="calls", per_week=10)
    first = date(2026, 10, 1)
    for _ in range(3):
        maker.do(AddGoal(owner="ana", title="Calls", measure=calls, drives=RecordId("G1"), starts=first), SETTING_UP)
    maker.do(AddGoal(owner="ana", title="More", measure=calls, drives=RecordId("G3"), starts=first), SETTING_UP)
    maker.do(CheckInGoal(goal=RecordId("G3"), value=9), ANA)
    choices = {RecordId(i): "renew" for i in ("G1", "G3", "G6")} | {RecordId("G5"): "close"}
    maker.do(BeginPeriod(choices=choices), SETTING_UP, JANUARY)  # type: ignore[arg-type]
    goals = {g.id: g for g in maker.board.goals}
    assert [g for g in goals if g not in ("G1", "G2", "G3", "G4", "G5", "G6")] == ["G7", "G8", "G9"]
    # The closed ones keep what they drove; G4 is carried and drives the renewed result, as does G8, which renews G3.
    assert {i: g.drives for i, g in goals.items() if isinstance(g.measure, Activity)} == {
        "G3": "G1", "G4": "G7", "G5": "G1", "G6": "G3", "G8": "G7", "G9": "G8",
    }  # fmt: skip
    renewed = maker.goal(RecordId("G8"))
    assert (renewed.measure, renewed.starts, renewed.due) == (calls, Q1.starts, Q1.ends)
    assert progress(maker.board, renewed) == 0.0


def test_a_renewed_activity_drives_nothing_if_its_result_was_closed_for_good(maker: Maker) -> None:
    calls = Activity(unit="calls", per_week=10)
    for _ in range(2):
        maker.do(AddGoal(owner="ana", title="Calls", measure=calls, drives=RecordId("G1")), SETTING_UP)
    choices = {RecordId("G1"): "close", RecordId("G3"): "renew"}
    maker.do(BeginPeriod(choices=choices), SETTING_UP, JANUARY)  # type: ignore[arg-type]
    assert [maker.goal(RecordId(i)).drives for i in ("G3", "G4", "G5")] == ["G1", "G1", None]
