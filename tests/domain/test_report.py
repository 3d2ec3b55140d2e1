"""The result of a period: of one that runs, and of one that is over, as it was when it was closed."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from teamboard.actions.check_ins import CheckInGoal
from teamboard.actions.goals import AddGoal
from teamboard.actions.periods import BeginPeriod
from teamboard.actions.revisions import ReviseGoal
from teamboard.domain.board_on_day import BoardOnDay
from teamboard.domain.ids import RecordId
from teamboard.domain.periods import all_periods
from teamboard.domain.records import Metric, Milestone, Milestones
from teamboard.domain.report import Tally, report, report_before
from teamboard.store import codec
from teamboard.store.decoder import decode
from tests.conftest import BEN, MARA, TODAY, Maker

JANUARY = datetime(2027, 1, 2, 9, 0, tzinfo=UTC)


def test_a_period_that_runs(maker: Maker) -> None:
    maker.do(AddGoal(owner="ana", title="course", kind="skill", measure=Metric(unit="", start=0, target=4)))
    maker.do(AddGoal(owner="ben", title="later", starts=date(2027, 2, 1), due=date(2027, 3, 1)))
    maker.check_in(RecordId("G1"), 1000)
    maker.check_in(RecordId("G3"), 1)
    maker.do(ReviseGoal(goal=RecordId("T1"), reason="market", why="x", target=4000), MARA)
    assert maker.board.team is not None
    found = report(BoardOnDay(maker.board, TODAY), maker.board.team.period)
    assert (found.over, found.day) == (False, TODAY)
    assert found.tally == Tally(achieved=1, open=2)
    assert found.by_kind == {"team": Tally(open=1), "result": Tally(achieved=1, open=1), "skill": Tally(open=1)}
    assert [(t.goal.id, t.progress, counted) for t, counted in found.by_team_goal] == [
        ("T1", 0.25, Tally(achieved=1, open=1))
    ]
    assert found.distribution == [1, 1, 0, 0, 1]
    assert (found.reasons, found.revised) == ({"market": 1}, 1)
    assert report_before(BoardOnDay(maker.board, TODAY), maker.board.team.period) is None


def test_a_period_that_is_over_stays_as_it_was_closed(maker: Maker) -> None:
    steps = Milestones(milestones=(Milestone(name="a"), Milestone(name="b")))
    for title in ("gone", "on", "slow"):
        maker.do(AddGoal(owner="ben", title=title, kind="career", measure=steps))
    maker.check_in(RecordId("G1"), 1100)
    maker.check_in(RecordId("G2"), 600, by=BEN)
    maker.do(CheckInGoal(goal=RecordId("G5"), done=("a",)), BEN)
    maker.do(ReviseGoal(goal=RecordId("T1"), reason="market", why="x", target=1700), MARA)
    choices = {"T1": "close", "G2": "renew", "G3": "drop", "G5": "close"}
    maker.do(BeginPeriod(choices=choices), MARA, JANUARY)  # type: ignore[arg-type]
    maker.do(CheckInGoal(goal=RecordId("G4"), done=("a", "b")), BEN, JANUARY + timedelta(days=1))
    maker.do(CheckInGoal(goal=RecordId("G6"), value=5), BEN, JANUARY + timedelta(days=1))
    board = decode(b"".join(codec.encode(maker.file()))).board
    was, now = all_periods(board)
    found = report(BoardOnDay(board, JANUARY.date()), was)
    assert (found.over, found.day) == (True, date(2026, 12, 31))
    assert found.tally == Tally(achieved=1, missed=2, dropped=1, carried=1)
    assert found.by_kind == {
        "team": Tally(achieved=1),
        "result": Tally(achieved=1, missed=1),
        "career": Tally(missed=1, dropped=1, carried=1),
    }
    assert {r.goal.id: r.progress for r in found.results} == {
        "T1": 1.0,
        "G1": 1.1,
        "G2": 0.6,
        "G3": 0.0,
        "G4": 0.0,
        "G5": 0.5,
    }
    assert found.distribution == [2, 0, 2, 0, 1]
    assert found.reasons == {"market": 1}
    running = report(BoardOnDay(board, JANUARY.date()), now)
    assert {r.goal.id for r in running.results} == {"G4", "G6"}
    assert running.reasons == {}
    before = report_before(BoardOnDay(board, JANUARY.date()), now)
    assert before == found
