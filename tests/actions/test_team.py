"""The team's settings."""

from __future__ import annotations

from datetime import date

import pytest

from teamboard.actions.base import Actor
from teamboard.actions.team import ChangeTeam
from teamboard.domain.commit_log import record_of, stored_fields
from teamboard.domain.records import Cadence
from teamboard.render.activity_log import describe_commit, matching_commits
from teamboard.render.format import describe_age
from tests.conftest import ANA, MARA, Maker
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
