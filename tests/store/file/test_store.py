"""The shared file: read by plain TinyDB, safe between processes, whole at every moment."""

from __future__ import annotations

import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tinydb import TinyDB, where

from teamboard.actions.check_ins import CheckInGoal
from teamboard.actions.periods import BeginPeriod
from teamboard.domain.errors import Refused
from teamboard.domain.ids import RecordId
from teamboard.store.base import (
    BoardBusy,
    BoardExists,
    BoardMissing,
    BoardUnreadable,
    BoardUnwritable,
    StoreError,
)
from teamboard.store.codec import ALL_TABLES
from teamboard.store.file.store import FileStore
from tests.conftest import ANA, BEN, MARA, Maker

WRITER = """
import sys
from teamboard.actions.base import Actor
from teamboard.actions.check_ins import CheckInGoal
from teamboard.store.file.store import FileStore
store, me = FileStore(sys.argv[1]), Actor("mara", "mara", sys.argv[2])
for i in range(int(sys.argv[3])):
    board = store.commit(CheckInGoal(goal="G1", change=1, note=f"{sys.argv[2]}-{i}"), me).board
    print(f"{sys.argv[2]}-{i}", board.revision, flush=True)
"""


def writer(store: FileStore, name: str, commits: int) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", WRITER, store.path, name, str(commits)], stdout=subprocess.PIPE, text=True
    )


def test_plain_tinydb_reads_every_table(store: FileStore) -> None:
    store.commit(CheckInGoal(goal=RecordId("G1"), value=250, note="Acme signed", confidence=8), ANA)
    db = TinyDB(store.path, access_mode="r")
    assert db.tables() == set(ALL_TABLES)
    assert db.table("members").get(where("handle") == "ana") == {
        "handle": "ana",
        "name": "Ana Ruiz",
        "manager": "mara",
        "joined": "2026-11-22",
        "title": "AE Iberia",
        "logins": ["ana"],
    }
    (mara,) = db.table("members").search(where("manager") == None)  # noqa: E711 - TinyDB's way to ask
    assert mara["name"] == "Mara Lind"
    goal = dict(db.table("goals").all()[0])
    assert goal["owner"] == "ana"
    assert goal["title"] == "ARR ana"
    assert goal["measure"] == {"kind": "metric", "unit": "€", "start": 0, "target": 1000}
    checkin = dict(db.table("checkins").all()[0])
    assert checkin == {
        "goal": "G1",
        "value": 250.0,
        "note": "Acme signed",
        "by": "ana",
        "at": "2026-11-22T10:00:00Z",
        "confidence": 8,
    }
    revision = db.table("meta").all()[0]["revision"]
    (entry,) = [e for e in db.table("history") if e.doc_id == revision]
    assert entry["by"] == "ana"
    assert entry["verb"] == "check in"
    assert entry["at"] == "2026-11-22T10:00:00Z"
    assert entry["changes"] == {"C1": {"before": None, "after": dict(checkin)}}
    assert len(db.table("history")) == revision


def test_a_reader_parses_only_what_has_changed(store: FileStore) -> None:
    board = store.load()
    assert store.load() is board
    other = FileStore(store.path)
    before = other.load()
    store.commit(CheckInGoal(goal=RecordId("G1"), value=1), ANA)
    after = other.load()
    assert after.last_checkin(RecordId("G1")) is not None
    assert after.tables["goals"] is before.tables["goals"]


def test_it_makes_nothing_but_the_board_and_its_lock(store: FileStore) -> None:
    store.commit(CheckInGoal(goal=RecordId("G1"), value=1), ANA)
    assert sorted(os.listdir(Path(store.path).parent)) == ["team.board.json", "team.board.json.lock"]


def test_a_refused_action_writes_nothing(store: FileStore) -> None:
    before = Path(store.path).read_bytes()
    with pytest.raises(Refused):
        store.commit(CheckInGoal(goal=RecordId("G1"), value=1), BEN)
    assert Path(store.path).read_bytes() == before


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o660, 0o664, 0o666])
def test_the_mode_stays_and_the_lock_is_for_the_same_people(store: FileStore, mode: int) -> None:
    os.unlink(f"{store.path}.lock")
    os.chmod(store.path, mode)
    store.commit(CheckInGoal(goal=RecordId("G1"), value=1), ANA)
    assert stat.S_IMODE(os.stat(store.path).st_mode) == mode
    assert stat.S_IMODE(os.stat(f"{store.path}.lock").st_mode) == mode


def test_a_board_that_is_shared_later_shares_its_lock(store: FileStore) -> None:
    os.chmod(store.path, 0o664)
    os.chown(store.path, -1, 54321 if os.getuid() == 0 else os.getgid())
    store.commit(CheckInGoal(goal=RecordId("G1"), value=1), ANA)
    board, lock = os.stat(store.path), os.stat(f"{store.path}.lock")
    assert (stat.S_IMODE(lock.st_mode), lock.st_gid) == (0o664, board.st_gid)


def test_owner_and_group_stay(store: FileStore) -> None:
    """Root may give a file to anybody; others keep what is theirs."""
    root = os.getuid() == 0
    owner, group = (12345, 54321) if root else (os.getuid(), os.getgid())
    os.chown(store.path, owner, group)
    store.commit(CheckInGoal(goal=RecordId("G1"), value=1), ANA)
    found = os.stat(store.path)
    assert (found.st_uid, found.st_gid) == (owner, group)


def test_a_symbolic_link_stays_one(store: FileStore, tmp_path: Path) -> None:
    folder = tmp_path / "links"
    folder.mkdir()
    link = folder / "board.json"
    link.symlink_to(store.path)
    FileStore(link).commit(CheckInGoal(goal=RecordId("G1"), value=1), ANA)
    assert link.is_symlink()
    assert store.load().last_checkin(RecordId("G1")) is not None
    assert os.listdir(folder) == ["board.json"]


def test_init_never_writes_over_anything(store: FileStore, maker: Maker, tmp_path: Path) -> None:
    (tmp_path / "other").write_text("mine")
    for path in (Path(store.path), tmp_path / "other"):
        before = path.read_bytes()
        with pytest.raises(BoardExists):
            FileStore(path).create(maker.file(), MARA)
        assert path.read_bytes() == before
    dangling = tmp_path / "dangling"
    dangling.symlink_to(tmp_path / "nowhere")
    with pytest.raises(BoardExists):
        FileStore(dangling).create(maker.file(), MARA)


def test_init_where_there_are_no_links(maker: Maker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A FAT or SMB folder: the system refuses to link."""

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", refuse)
    path = tmp_path / "team.board.json"
    FileStore(path).create(maker.file(), MARA)
    assert sorted(os.listdir(tmp_path)) == ["team.board.json", "team.board.json.lock"]
    with pytest.raises(BoardExists):
        FileStore(path).create(maker.file(), MARA)


def test_missing_unreadable_and_read_only_boards_are_told(store: FileStore, tmp_path: Path) -> None:
    action = CheckInGoal(goal=RecordId("G1"), value=1)
    with pytest.raises(BoardMissing, match="teamboard init"):
        FileStore(tmp_path / "none.json").commit(action, ANA)
    assert not (tmp_path / "none.json.lock").exists()
    good = Path(store.path).read_bytes()
    Path(store.path).unlink()
    for attempt in (store.load, lambda: store.commit(action, ANA)):
        with pytest.raises(BoardMissing, match=r"is gone\. Put it back, or restore a backup with `teamboard board"):
            attempt()
    Path(store.path).write_bytes(good[: len(good) // 2])
    for attempt in (store.load, lambda: store.commit(action, ANA)):
        with pytest.raises(BoardUnreadable, match="ends too early"):
            attempt()
    assert Path(store.path).read_bytes() == good[: len(good) // 2]
    Path(store.path).write_bytes(good)
    assert store.commit(action, ANA).board.last_checkin(RecordId("G1")) is not None


def test_a_folder_instead_of_a_board(tmp_path: Path) -> None:
    with pytest.raises(BoardUnreadable, match="directory"):
        FileStore(tmp_path).load()


def test_whoever_waits_too_long_is_told_who_holds_the_board(store: FileStore) -> None:
    entered, leave = threading.Event(), threading.Event()

    class Slow:
        verb = "check in"

        def __call__(self, *_: object) -> dict[str, None]:
            entered.set()
            leave.wait(60)
            return {}

    holder = threading.Thread(target=lambda: store.commit(Slow(), ANA))  # type: ignore[arg-type]
    holder.start()
    assert entered.wait(60)
    impatient = FileStore(store.path, patience=0.05)
    with pytest.raises(BoardBusy, match=r"ana \(login ana on desk"):
        impatient.commit(CheckInGoal(goal=RecordId("G2"), value=1), BEN)
    leave.set()
    holder.join()
    assert (
        impatient.commit(CheckInGoal(goal=RecordId("G2"), value=1), BEN).board.last_checkin(RecordId("G2")) is not None
    )


@pytest.mark.slow
def test_processes_lose_nothing(store: FileStore) -> None:
    writers = [writer(store, f"w{n}", 25) for n in range(4)]
    outputs = [process.communicate(timeout=60)[0] for process in writers]
    acknowledged = {}
    for output in outputs:
        for line in output.splitlines():
            acknowledged[line.split()[0]] = int(line.split()[1])
    assert len(acknowledged) == 100
    board = FileStore(store.path).load()
    notes = [c.note for c in board.checkins_of(RecordId("G1"))]
    assert sorted(notes) == sorted(acknowledged)
    assert [c.value for c in board.checkins_of(RecordId("G1"))] == list(range(1, 101))
    assert board.history is not None
    assert [n for n, _ in board.history] == list(range(1, board.revision + 1))
    for note, at_revision in acknowledged.items():
        entry = board.history.get(at_revision)
        assert entry is not None
        (change,) = entry.changes.values()
        assert change.after is not None
        assert change.after["note"] == note


@pytest.mark.slow
def test_a_killed_writer_blocks_nobody_and_leaves_a_whole_board(store: FileStore) -> None:
    for round_ in range(4):
        process = writer(store, f"k{round_}", 100_000)
        assert process.stdout is not None
        for _ in range(5 + 7 * round_):
            last = process.stdout.readline()
        process.send_signal(signal.SIGKILL)
        rest = process.communicate(timeout=60)[0]
        acknowledged = [line for line in [last, *rest.splitlines()] if len(line.split()) == 2]
        board = store.commit(CheckInGoal(goal=RecordId("G2"), change=1), BEN).board
        notes = {c.note for c in board.checkins_of(RecordId("G1"))}
        assert {line.split()[0] for line in acknowledged} <= notes
    beside = ["team.board.json", "team.board.json.backups", "team.board.json.lock"]
    assert sorted(os.listdir(Path(store.path).parent)) == beside


def test_threads_of_one_store_lose_nothing(store: FileStore) -> None:
    def work() -> None:
        for _ in range(10):
            store.commit(CheckInGoal(goal=RecordId("G1"), change=1), ANA)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    last = store.load().last_checkin(RecordId("G1"))
    assert last is not None
    assert last.value == 40


@pytest.mark.parametrize("command", ["checkin G1 5", "board archive --before 2099-01-01"])
def test_a_board_that_may_only_be_read_is_not_written(maker: Maker, store: FileStore, command: str) -> None:
    with store.locked(MARA):
        maker.do(BeginPeriod(choices={RecordId("G1"): "close"}), at=datetime(2027, 1, 1, 9, tzinfo=UTC))
        store.replace_board(maker.file())
    code = (
        "import os, zoneinfo\n"
        "import teamboard.cli.check_ins, teamboard.cli.main, teamboard.store.file.writer\n"
        "import teamboard.cli.board_file.archive, teamboard.cli.board_file.commands\n"
        "from teamboard.__main__ import run\n"
        "if os.getuid() == 0:\n"
        "    os.setgid(54321); os.setuid(12345)\n"
        "run()"
    )
    with tempfile.TemporaryDirectory() as name:
        os.chmod(name, 0o777)
        path = Path(name) / "team.board.json"
        shutil.copy(store.path, path)
        os.chmod(path, 0o444)
        found = subprocess.run(
            [sys.executable, "-c", code, "--board", str(path), "--as", "mara", *command.split()],
            capture_output=True,
            text=True,
            check=False,
        )
        assert (found.returncode, found.stdout) == (3, ""), found.stderr
        assert "read-only for you" in found.stderr
        assert path.read_bytes() == Path(store.path).read_bytes()


def test_a_write_that_fails_changes_nothing(store: FileStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """The write itself fails, in a process that may not write files of that size (nor compiled code: -B)."""
    monkeypatch.delenv("COVERAGE_PROCESS_START", raising=False)
    before = Path(store.path).read_bytes()
    code = (
        "import resource, signal, sys\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))\n"
        "from teamboard.__main__ import run; run()"
    )
    found = subprocess.run(
        [sys.executable, "-B", "-c", code, "--board", store.path, "--as", "ana", "checkin", "G1", "5"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert found.returncode == 3
    assert "was not changed: file too large" in found.stderr
    assert found.stderr.count("\n") == 1
    assert Path(store.path).read_bytes() == before
    assert sorted(os.listdir(Path(store.path).parent)) == ["team.board.json", "team.board.json.lock"]


def test_every_store_error_is_one_line() -> None:
    for kind in (BoardBusy, BoardExists, BoardMissing, BoardUnreadable, BoardUnwritable):
        assert issubclass(kind, StoreError)
    assert StoreError("long", "short").brief == "short"
    assert StoreError("long").brief == "long"
