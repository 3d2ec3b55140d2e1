"""A history with an entry that can't be read ends no command in an internal error, and is mended."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from teamboard.actions.check_ins import CheckInGoal
from teamboard.domain.commit_log import HistoryDamaged
from teamboard.domain.history.differences import changed
from teamboard.domain.history.log import history_of
from teamboard.domain.ids import RecordId
from teamboard.store.file.doctor import examine
from teamboard.store.file.store import FileStore
from tests.conftest import ANA, NOW, Run

COMMANDS = (
    ["log"],
    ["log", "--json"],
    ["log", "--goal", "G1"],
    ["period", "report"],
    ["show"],
    ["show", "--as-of", "2026-11-21"],
    ["due"],
    ["inbox", "--as", "ana"],
    ["pulse"],
    ["review", "list"],
    ["undo", "--as", "ana"],
)
DAMAGED: tuple[object, ...] = ({"by": 7}, {"by": 7, "at": "x", "verb": 3, "changes": []}, [], "text", None)


def damage(path: str, revision: int, entry: object) -> None:
    data = json.loads(Path(path).read_text())
    data["history"][str(revision)] = entry
    Path(path).write_text(json.dumps(data))


@pytest.mark.parametrize("entry", DAMAGED)
@pytest.mark.parametrize("newest", [False, True])
def test_a_damaged_entry_is_one_line_that_points_to_the_doctor(
    store: FileStore, run: Run, entry: object, newest: bool
) -> None:
    for value in (100, 200):
        store.commit(CheckInGoal(goal=RecordId("G1"), value=value), ANA)
    good = store.load()
    damage(store.path, good.revision - (0 if newest else 2), entry)
    refused = 0
    for command in COMMANDS:
        told = run(*command)
        assert told.returncode in (0, 1, 3), (command, told.stderr)
        assert "Internal error" not in told.stderr, (command, told.stderr)
        if told.returncode == 3:
            refused += 1
            assert (told.stdout, told.stderr.count("\n")) == ("", 1), command
            assert "teamboard board doctor" in told.stderr
    assert refused >= 3
    assert run("log").returncode == run("log", "--json").returncode == 3
    with pytest.raises(HistoryDamaged):
        list(history_of(FileStore(store.path).load()))
    # Writing goes on, and the damage is mended.
    good = FileStore(store.path).load()
    assert run("checkin", "G1", "300", "--as", "ana").returncode == 0
    assert any("can't be read" in finding.what and finding.fixable for finding in examine(store, NOW))
    assert run("doctor", "--fix").returncode == 0
    assert run("log").returncode == 0
    found = FileStore(store.path).load()
    assert found.revision == good.revision + 1
    assert len(changed(found, good)) == 1
