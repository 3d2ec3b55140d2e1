"""A record of the team that does not fit is set aside: the board goes on with its period, and the usual settings."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from teamboard import open_board
from teamboard.domain.errors import Refused
from teamboard.domain.history.log import history_of
from teamboard.store.file.store import FileStore
from tests.conftest import Run
from tests.store.file.test_doctor import new_board, well

WRONG: dict[str, dict[str, object]] = {
    "an unknown field": {"colour": "red"},
    "a time zone": {"timezone": "Mars"},
    "no text": {"name": 5, "timezone": None},
    "a threshold": {"on_track": -1, "at_risk": "high"},
    "NaN": {"on_track": float("nan")},
    "half a letter": {"name": "Half \ud83d"},
    "working days": {"working_days": [], "days_off": ["soon"]},
    "a cadence": {"cadence": {"check_in": 0}},
    "an age": {"archive_after": "1 century"},
    "earlier periods": {"earlier": [{"name": "Q3"}]},
}


@pytest.fixture
def board(tmp_path: Path) -> Path:
    return new_board(tmp_path)


def change_team(board: Path, **fields: object) -> dict[str, object]:
    """Set fields of the team's document as another program does; return the document."""
    data = json.loads(board.read_bytes())
    data["team"]["1"] |= fields
    board.write_text(json.dumps(data), encoding="utf-8")
    document: dict[str, object] = data["team"]["1"]
    return document


@pytest.mark.parametrize("wrong", list(WRONG))
def test_the_rest_works_and_the_record_stays_until_it_is_repaired(board: Path, run: Run, wrong: str) -> None:
    good = FileStore(board).load()
    document = change_team(board, **WRONG[wrong])
    found = FileStore(board).load()
    assert [*found.set_aside] == ["B1"]
    assert found.team is not None
    assert good.team is not None
    assert found.team.period == good.team.period
    for reading in ("show", "log", "due", "inbox", "pulse", "period report", "team", "review list"):
        answer = run(*reading.split(), "--as", "mara")
        assert (answer.returncode, answer.stderr) == (0, ""), reading
    for writing in ("checkin G1 +7", "goal add Calls --target 5", "feedback ana Hello"):
        assert run(*writing.split(), "--as", "mara").returncode == 0
    # The settings can't be changed meanwhile: the record would be overwritten.
    before = board.read_bytes()
    for changing in ("team --name Others", "period next --yes --starts today"):
        refused = run(*changing.split(), "--as", "mara")
        assert (refused.returncode, refused.stdout, refused.stderr.count("\n")) == (1, "", 1)
        assert "B1 does not fit the board and was set aside: `teamboard board doctor --fix` repairs" in refused.stderr
    with open_board(board, as_="mara") as db, pytest.raises(Refused, match="B1 does not fit the board"):
        db.table("team").update({"name": "Others"})
    assert board.read_bytes() == before
    assert repr(json.loads(before)["team"]) == repr({"1": document})
    assert not any("B1" in entry.changes for _, entry in list(history_of(FileStore(board).load()))[1:])
    assert "▲ B1 is set aside: team 1" in run("board", "doctor").stdout
    done = run("board", "doctor", "--fix", "--as", "mara")
    assert (done.returncode, done.stderr) == (0, "")
    assert FileStore(board).load().team == good.team
    assert len(FileStore(board).load().set_aside) == 0
    assert well(board) == []
    assert run("team", "--name", "Others", "--as", "mara").returncode == 0


def test_what_a_text_may_be_is_said_in_words_and_not_as_a_pattern(board: Path, run: Run) -> None:
    change_team(board, archive_after="1 century")
    assert "Expected 1m to 120m, 1y to 10y, or never\n" in run("board", "doctor").stdout
    assert run("board", "doctor", "--fix", "--as", "mara").returncode == 0
    with open_board(board, as_="mara") as db, pytest.raises(Refused) as refused:
        db.table("team").update({"archive_after": "1 century"})
    assert "regex" not in str(refused.value)


def test_without_the_period_there_is_no_board_and_the_way_to_repair_it_is_told(board: Path, run: Run) -> None:
    good = FileStore(board).load()
    change_team(board, period={"name": "Q4 2026", "starts": "soon"})
    told = run("show")
    assert (told.returncode, told.stdout, told.stderr.count("\n")) == (3, "", 1)
    assert "team 1 (line " in told.stderr
    assert (
        "without the team's period a board has no days. `teamboard board doctor` says what can be repaired"
        in told.stderr
    )
    done = run("board", "doctor", "--fix", "--as", "mara")
    assert (done.returncode, done.stderr) == (0, "")
    assert FileStore(board).load().team == good.team


def test_a_backup_puts_a_good_team_back(board: Path, run: Run) -> None:
    good = FileStore(board).load()
    assert run("board", "backup", "--as", "mara").returncode == 0
    change_team(board, timezone="Mars")
    assert run("checkin", "G1", "+7", "--as", "ana").returncode == 0
    assert run("board", "restore", "--as", "mara").returncode == 0
    assert (FileStore(board).load().team, well(board)) == (good.team, [])
    # The other way round the good one stays.
    change_team(board, timezone="Mars")
    assert run("board", "backup", "--as", "mara").returncode == 0
    assert run("board", "doctor", "--fix", "--as", "mara").returncode == 0
    assert run("board", "restore", "--as", "mara").returncode in (0, 1)
    assert (FileStore(board).load().team, well(board)) == (good.team, [])
