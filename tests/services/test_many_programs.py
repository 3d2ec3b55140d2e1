"""Programs of every kind on one board: the door, the command line, plain TinyDB between them, and watchers."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tinydb import TinyDB

from teamboard.domain.history.log import history_of
from teamboard.domain.ids import RecordId
from teamboard.domain.verbs import ADOPTION_VERB
from teamboard.store.file.doctor import examine
from teamboard.store.file.store import FileStore
from tests.conftest import NOW, Run
from tests.helpers.checker import process

ROUNDS, WRITERS, COMMITS = 3, 4, 4
DOOR = """
import sys
from teamboard import open_board
db = open_board(sys.argv[1], as_="ana")
for i in range(int(sys.argv[3])):
    document = {"goal": "G12", "value": 1.0, "note": f"{sys.argv[2]}-{i}", "by": "ana", "at": "2026-11-22T10:00:00Z"}
    with db.commit("many"):
        number = db.table("checkins").insert(document)
        db.table("theirs").insert({"note": document["note"]})
    print(f"C{number} {document['note']}", flush=True)
"""
COMMAND = """
import subprocess, sys
for i in range(int(sys.argv[3])):
    line = [sys.executable, "-m", "teamboard", "--board", sys.argv[1], "--as", "ana",
            "checkin", "G12", "+1", "-m", f"{sys.argv[2]}-{i}"]
    if subprocess.run(line, stdout=subprocess.DEVNULL).returncode == 0:
        print(f"- {sys.argv[2]}-{i}", flush=True)
"""
WATCHER = """
import asyncio, sys
from teamboard import open_board
async def follow():
    db = open_board(sys.argv[1])
    print(db.board.revision, flush=True)
    async for board in db.changes():
        print(board.revision, flush=True)
asyncio.run(follow())
"""


@pytest.mark.slow
def test_every_acknowledged_commit_is_there_once_and_every_adopted_record(run: Run, tmp_path: Path) -> None:
    path = str(tmp_path / "b.json")
    assert run("demo", "--board", path).returncode == 0
    before = FileStore(path).load().revision
    watchers = [process(WATCHER, path) for _ in range(2)]
    for watcher in watchers:
        assert watcher.stdout is not None
        assert watcher.stdout.readline() == f"{before}\n"
    acknowledged: list[str] = []
    adopted: list[int] = []
    for round_ in range(ROUNDS):
        writers = [
            process(code, path, f"{kind}{round_}.{i}", str(COMMITS))
            for i in range(WRITERS)
            for kind, code in (("door", DOOR), ("command", COMMAND))
        ]
        for writer in writers:
            said, _ = writer.communicate(timeout=300)
            assert writer.returncode == 0
            acknowledged += [line.split()[1] for line in said.splitlines()]
        with TinyDB(path) as plain:
            check_in = {"goal": "G12", "value": 5, "note": f"plain{round_}", "by": "ana", "at": "2026-11-22T10:00:00Z"}
            adopted.append(plain.table("checkins").insert(check_in))
            plain.table("goals").update({"title": f"Renamed {round_}"}, doc_ids=[13])
    # The last change from outside is adopted by one more commit.
    assert run("checkin", "G12", "+1", "--as", "ana", "--board", path).returncode == 0
    board = FileStore(path).load()
    notes = [c.note for c in board.checkins_of(RecordId("G12"))]
    assert len(acknowledged) == ROUNDS * WRITERS * COMMITS * 2
    assert all(notes.count(note) == 1 for note in acknowledged)
    assert [notes.count(f"plain{round_}") for round_ in range(ROUNDS)] == [1] * ROUNDS
    verbs = [entry.verb for number, entry in history_of(board) if number > before]
    assert verbs.count(ADOPTION_VERB) == ROUNDS
    assert board.revision == before + len(acknowledged) + ROUNDS + 1
    assert [finding.what for finding in examine(FileStore(path), NOW) if not finding.ok and finding.fixable] == []
    theirs = json.loads(Path(path).read_text(encoding="utf-8"))["theirs"]
    assert {d["note"] for d in theirs.values()} == {note for note in acknowledged if note.startswith("door")}
    for watcher in watchers:
        assert watcher.stdout is not None
        seen = [before]
        while seen[-1] != board.revision:
            seen.append(int(watcher.stdout.readline()))
        watcher.kill()
        watcher.communicate()
        assert seen == sorted(seen)
