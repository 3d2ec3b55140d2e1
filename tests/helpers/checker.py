"""The history checker: what was acknowledged is there once, in one order, and nobody saw anything else.

`python -m tests.helpers.checker [KILLS]` kills a writer at random moments, a thousand times, and checks after each.
"""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from tinydb import TinyDB

from teamboard.domain.commit_log import fields_by_id, replay
from teamboard.domain.history.log import history_of
from teamboard.domain.ids import RecordId, known_table
from teamboard.store import hash_chain
from teamboard.store.factory import is_postgres_address, open_store
from teamboard.store.file import atomic_file
from teamboard.store.file.store import FileStore
from tests.conftest import MARA, small_maker

KILLS = 1000
WRITER = """
import sys
from teamboard.actions.base import Actor
from teamboard.actions.check_ins import CheckInGoal
from teamboard.store.factory import is_postgres_address
if is_postgres_address(sys.argv[1]):
    from teamboard.store.postgres.store import PostgresStore as Store
else:
    from teamboard.store.file.store import FileStore as Store
# Many writers on a busy machine wait longer for each other than a person would.
store = Store(sys.argv[1], patience=60)
for i in range(int(sys.argv[3])):
    store.commit(CheckInGoal(goal="G1", change=1.0, note=f"{sys.argv[2]}-{i}"), Actor("mara", "mara", "desk"))
    print(f"{sys.argv[2]}-{i}", flush=True)
"""
READER = """
import sys
from teamboard.domain.history.log import history_of
from teamboard.store.factory import open_store
store = open_store(sys.argv[1])
print("reading", flush=True)
while True:
    board = store.load()
    entry = history_of(board).get(board.revision)
    print(board.revision, entry.hash, len(board.tables["checkins"]), flush=True)
"""
WATCHER = """
import asyncio, sys
from contextlib import aclosing
from teamboard.domain.history.log import history_of
from teamboard.store.factory import open_store
async def follow():
    async with aclosing(open_store(sys.argv[1]).changes()) as found:
        print("reading", flush=True)
        async for board in found:
            entry = history_of(board).get(board.revision)
            print(board.revision, entry.hash, len(board.tables["checkins"]), flush=True)
            if board.revision >= int(sys.argv[2]):
                return
asyncio.run(follow())
"""


def process(code: str, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen([sys.executable, "-c", code, *arguments], stdout=subprocess.PIPE, text=True)


def check(place: Path | str, acknowledged: list[str], seen: list[str] = []) -> None:  # noqa: B006
    """Prove the history: raises AssertionError where it does not hold. `seen` is what readers have printed."""
    board = open_store(str(place)).load()
    entries = dict(history_of(board))
    assert list(entries) == list(range(1, board.revision + 1)), "revisions have gaps, or stand in another order"
    assert list(hash_chain.broken_revisions(entries.items())) == [], "the chain is broken"
    state = fields_by_id(board.tables)
    assert replay(entries.values()) == state, "replaying the history from empty does not give the file"
    changes = (item for entry in entries.values() for item in entry.changes.items())
    made = (change.after or {} for record_id, change in changes if known_table(record_id) == "checkins")
    notes = Counter(str(fields.get("note")) for fields in made)
    for ack in acknowledged:
        assert notes[ack] == 1, f"{ack} was acknowledged, and is there {notes[ack]} times"
    assert max((count for note, count in notes.items() if "-" in note), default=1) == 1, "a commit was made twice"
    checkins = {0: 0}
    for revision, entry in entries.items():
        checkins[revision] = checkins[revision - 1] + sum(known_table(i) == "checkins" for i in entry.changes)
    before = 0
    for line in seen:
        number, digest, count = line.split()
        now = int(number)
        assert entries[now].hash == digest, "a reader saw a board that is no prefix of the history"
        assert checkins[now] == int(count), "a reader saw records of another revision"
        assert now >= before, "a reader saw the board go back"
        before = now
    if is_postgres_address(str(place)):
        return
    with TinyDB(place, access_mode="r") as plain:
        assert len(plain.table("history")) == board.revision


def new_board(folder: Path) -> Path:
    store = FileStore(folder / "team.board.json")
    store.create(small_maker().file(), MARA)
    return Path(store.path)


def killed(path: Path, times: int, seed: int) -> list[str]:
    """Kill a writer so many times, each at a random moment of its work; what it had acknowledged."""
    chance, acknowledged = random.Random(seed), list[str]()
    for i in range(times):
        writer = process(WRITER, str(path), f"kill{seed}.{i}", "100000")
        assert writer.stdout is not None
        acknowledged.append(writer.stdout.readline().strip())
        time.sleep(chance.random() * 0.03)
        writer.send_signal(signal.SIGKILL)
        acknowledged += writer.stdout.read().split()
        writer.wait()
        # A line that was cut off in the middle was not read by anybody.
        FileStore(path).load()
    return acknowledged


def main() -> None:
    times = int(sys.argv[1]) if len(sys.argv) > 1 else KILLS
    with tempfile.TemporaryDirectory() as folder:
        path = new_board(Path(folder))
        acknowledged = killed(path, times, 1)
        FileStore(path).commit(small_check_in("after"), MARA)
        check(path, acknowledged)
        assert not Path(atomic_file.temporary(str(path))).exists()
        print(f"killed {times:,} times; {len(acknowledged):,} commits were acknowledged, and all are there once")


def small_check_in(note: str):  # type: ignore[no-untyped-def]
    from teamboard.actions.check_ins import CheckInGoal

    return CheckInGoal(goal=RecordId("G1"), change=1.0, note=note)


if __name__ == "__main__":
    main()
