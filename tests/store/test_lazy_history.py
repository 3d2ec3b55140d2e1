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
from teamboard.store.lazy_history import LazyHistory
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


LINES = tuple(b'"%d": {"by":"ana","at":"2026-11-22T10:00:00Z","verb":"check in","changes":{}}' % n for n in range(1, 8))
LAYOUTS: dict[str, tuple[bytes, ...]] = {
    "as written": (b"{\n" + b",\n".join(LINES), b"\n}"),
    "grown": (b"{", b"\n" + b",\n".join(LINES[:3]), *(b",\n" + line for line in LINES[3:]), b"\n}"),
    "of another program": (b"{" + b", ".join(LINES), b"}"),
    "two on a line": (b"{\n" + b",\n".join((*LINES[:2], LINES[2] + b", " + LINES[3], *LINES[4:])), b"\n}"),
    "in another order": (b"{\n" + b",\n".join((*LINES[3:], *LINES[:3])), b"\n}"),
    "the newest in between": (b"{\n" + b",\n".join((*LINES[:2], LINES[6], *LINES[2:6])), b"\n}"),
    "with a gap": (b"{\n" + b",\n".join((*LINES[:3], *LINES[5:])), b"\n}"),
    "a line twice": (b"{\n" + b",\n".join((*LINES, LINES[-1])), b"\n}"),
    "in pieces elsewhere": (b"{\n" + LINES[0][:9], LINES[0][9:] + b",\n" + b",\n".join(LINES[1:]), b"\n}"),
    "no commit": (b"{", b"\n}"),
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_newest_commits_are_those_of_the_whole_history(layout: str) -> None:
    raw = LAYOUTS[layout]
    commits = list(LazyHistory(b"".join(raw)))
    newest = max(dict(commits), default=0)
    assert list(LazyHistory(raw, newest=newest).newest_first()) == commits[::-1]
    for revision in range(9):
        assert LazyHistory(raw, newest=newest).get(revision) == dict(commits).get(revision)
    half_read = LazyHistory(raw, newest=newest)
    next(half_read.newest_first(), None)
    assert list(half_read) == commits
    assert list(half_read.newest_first()) == commits[::-1]


def test_the_newest_commits_are_read_without_the_others() -> None:
    history = LazyHistory((b'{\n"1": nonsense,\n' + b",\n".join(LINES[1:]), b"\n}"), newest=7)
    assert history.get(6) is not None
    newest_first = history.newest_first()
    assert [next(newest_first)[0] for _ in LINES[1:]] == [7, 6, 5, 4, 3, 2]
    with pytest.raises(HistoryDamaged):
        next(newest_first)
