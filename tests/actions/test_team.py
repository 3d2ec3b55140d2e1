"""The team's settings."""

from __future__ import annotations

from datetime import date

import pytest

from teamboard.actions.base import Actor
from teamboard.actions.team import ChangeTeam
from teamboard.domain.records import Cadence
from teamboard.render.activity_log import describe_commit, matching_commits
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
    ],
)
def test_what_is_refused_changes_nothing(maker: Maker, action: ChangeTeam, by: Actor, says: str) -> None:
    assert says in refused(maker, action, by)
