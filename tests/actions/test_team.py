"""The team's settings."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from teamboard.actions.base import Actor
from teamboard.actions.check_ins import CheckInGoal
from teamboard.actions.goal_changes.closing import CloseGoal
from teamboard.actions.goals import AddGoal, ProposeGoal
from teamboard.actions.periods import BeginPeriod
from teamboard.actions.team import ChangeTeam
from teamboard.actions.undo import Undo
from teamboard.domain.commit_log import record_of, stored_fields
from teamboard.domain.history.differences import changed
from teamboard.domain.ids import RecordId
from teamboard.domain.records import Cadence, Period
from teamboard.render.activity_log import describe_commit, matching_commits
from teamboard.render.format import describe_age
from teamboard.store import codec
from teamboard.store.decoder import decode
from tests.conftest import ANA, BEN, MARA, NOW, SETTING_UP, Maker
from tests.helpers.refusing import refused


def test_what_is_left_out_stays(maker: Maker) -> None:
    xmas, new_year = date(2026, 12, 25), date(2027, 1, 1)
    maker.do(ChangeTeam(cadence={"feedback": 14}, off=(new_year, xmas, xmas)))
    maker.do(ChangeTeam(name="Northwind EMEA", not_off=(xmas,), working_days=("thu", "mon")))
    team = maker.board.team
    assert team is not None
    assert (team.name, team.timezone, team.cadence) == ("Northwind EMEA", "Europe/Madrid", Cadence(feedback=14))
    assert team.days_off == (new_year,)
    assert team.working_days == ("mon", "thu")
    board = maker.file().board
    told = [describe_commit(board, entry) for _, entry in matching_commits(board)][:2]
    assert told[0] == (
        "Mara Lind changed what the board says of Northwind EMEA "
        "(name: Northwind EMEA, working days: mon, thu, days off: 2027-01-01)"
    )
    assert "cadence: feedback 14" in told[1]


@pytest.mark.parametrize(
    ("typed", "stored", "words"),
    [
        ("18m", "18m", "18 months"),
        (" 2 Y ", "2y", "2 years"),
        ("24m", "2y", "2 years"),
        ("1m", "1m", "a month"),
        ("120m", "10y", "10 years"),
        ("119m", "119m", "119 months"),
        ("Never", "never", "never"),
    ],
)
def test_the_age_of_what_is_archived(maker: Maker, typed: str, stored: str, words: str) -> None:
    before = maker.board.team
    # Older files do not have it.
    assert before is not None
    assert before.archive_after == "1y"
    assert "archive_after" not in stored_fields(before)
    maker.do(ChangeTeam(archive_after=typed))
    team = maker.board.team
    assert team is not None
    assert (team.archive_after, describe_age(team.archive_after)) == (stored, words)
    assert record_of(team.id, stored_fields(team)) == team


@pytest.mark.parametrize(
    ("action", "by", "says"),
    [
        (ChangeTeam(name="Us"), ANA, "Only Mara Lind"),
        (ChangeTeam(name="Us"), Actor(None), "does not know you"),
        (ChangeTeam(), MARA, "would change"),
        (ChangeTeam(timezone="Mars/Olympus"), MARA, "is not a time zone"),
        (ChangeTeam(timezone="../../etc/passwd"), MARA, "is not a time zone"),
        (ChangeTeam(on_track=0.5), MARA, "thresholds"),
        (ChangeTeam(at_risk=-1), MARA, "thresholds"),
        (ChangeTeam(cadence={"feedback": 0}), MARA, "1 to 3660"),
        (ChangeTeam(cadence={"review": 9999}), MARA, "1 to 3660"),
        (ChangeTeam(name=" "), MARA, "name is missing"),
        (ChangeTeam(archive_after="11y"), MARA, "1m to 10y"),
        (ChangeTeam(archive_after="0m"), MARA, "write 1y, 18m or never"),
        (ChangeTeam(archive_after="1d"), MARA, "is not an age"),
        (ChangeTeam(archive_after="12m"), MARA, "would change"),
    ],
)
def test_what_is_refused_changes_nothing(maker: Maker, action: ChangeTeam, by: Actor, says: str) -> None:
    assert says in refused(maker, action, by)


def test_the_days_of_the_period_are_corrected_and_its_goals_follow(maker: Maker) -> None:
    """Those that begin or end with it; one with days of its own, and what is closed, stay as they are."""
    first, last = date(2026, 10, 1), date(2026, 12, 31)
    own = AddGoal(owner="ana", title="Deal", starts=date(2026, 10, 15), due=date(2026, 12, 20))
    maker.do(own, SETTING_UP)
    maker.do(AddGoal(owner="ana", title="Course", starts=date(2026, 11, 1)), SETTING_UP)
    maker.do(AddGoal(owner="ana", title="Old"), SETTING_UP)
    maker.do(CloseGoal(goal=RecordId("G5"), outcome="dropped", why="No"), MARA)
    maker.do(ProposeGoal(title="Mine"), BEN)
    maker.do(CheckInGoal(goal=RecordId("G2"), value=5, on=date(2026, 10, 20)), BEN)
    before = maker.board
    ends = date(2027, 1, 31)
    maker.do(ChangeTeam(period="Q4 FY27", period_ends=ends, periods="quarter from february"))
    team = maker.board.team
    assert team is not None
    assert (team.period, team.periods) == (Period(name="Q4 FY27", starts=first, ends=ends), "quarters from feb")
    days = {g.id: (g.starts, g.due) for g in (*maker.board.team_goals, *maker.board.tables["goals"].values())}  # type: ignore[attr-defined]
    assert days == {
        "T1": (first, ends),
        "G1": (first, ends),
        "G2": (first, ends),
        "G3": (own.starts, own.due),
        "G4": (date(2026, 11, 1), ends),
        "G5": (first, last),
        "G6": (first, ends),
    }
    assert describe_commit(maker.board, maker.history[-1][1]) == (
        "Mara Lind set the period to Q4 FY27, 2026-10-01 to 2027-01-31; 5 goals with its days follow; "
        "G3 keeps its own; then quarters from feb"
    )
    loaded = decode(b"".join(codec.encode(maker.file()))).board
    assert not changed(before, loaded.apply(Undo(undoes=loaded.revision)(loaded, MARA, NOW)))
    # G2 was measured before the new first day: it stays.
    november = date(2026, 11, 1)
    maker.do(ChangeTeam(period_starts=november))
    starts = {g.id: g.starts for g in maker.board.open_goals}
    assert starts == {"T1": november, "G1": november, "G2": first, "G3": own.starts, "G4": november}


@pytest.mark.parametrize(
    ("action", "says"),
    [
        (ChangeTeam(period_ends=date(2026, 10, 1)), "A period must end after it begins"),
        (ChangeTeam(period_ends=date(2026, 12, 30), period_starts=date(2027, 1, 1)), "must end after it begins"),
        (ChangeTeam(period_ends=date(2026, 10, 31)), "G3 begins on 2026-11-01: Q4 2026 can't end before that"),
        (ChangeTeam(period=" "), "The period's name is missing"),
        (ChangeTeam(periods="weeks"), "'weeks' is not a calendar of periods"),
        (ChangeTeam(period_ends=date(2026, 12, 31)), "Nothing about the team would change"),
    ],
)
def test_days_that_a_period_can_not_have_are_refused(maker: Maker, action: ChangeTeam, says: str) -> None:
    maker.do(AddGoal(owner="ana", title="Course", starts=date(2026, 11, 1)), SETTING_UP)
    before = maker.board
    assert says in refused(maker, action, MARA)
    assert maker.board is before


def test_a_period_begins_after_the_one_before_it(maker: Maker) -> None:
    maker.do(BeginPeriod(starts=date(2026, 11, 20)), MARA)
    says = refused(maker, ChangeTeam(period_starts=date(2026, 11, 15)), MARA)
    assert "begins on the day after Q4 2026, 2026-11-20: to begin it on another day, undo it" in says
    assert "There is a period called 'q4 2026' already" in refused(maker, ChangeTeam(period="q4 2026"), MARA)
    maker.do(ChangeTeam(period_ends=date(2027, 3, 31), period="Q1 2027"), MARA)
    assert {g.due for g in maker.board.open_goals} == {date(2027, 3, 31)}


def test_the_next_period_follows_the_calendar_of_the_team(maker: Maker) -> None:
    maker.do(ChangeTeam(periods="quarters from feb"))
    names = []
    for at in ("2027-01-02", "2027-02-01", "2027-05-03"):
        maker.do(BeginPeriod(), MARA, datetime.fromisoformat(f"{at}T09:00+00:00"))
        assert maker.board.team is not None
        names.append((maker.board.team.period.name, str(maker.board.team.period.ends)))
    assert names == [("Q4 FY27", "2027-01-31"), ("Q1 FY28", "2027-04-30"), ("Q2 FY28", "2027-07-31")]
