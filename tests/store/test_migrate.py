"""A board moves from store to store, and is the same board there: every record, every commit, every number."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from datetime import date
from itertools import pairwise
from pathlib import Path

import psycopg
import pytest

from teamboard.actions.archive import ArchivePeriods
from teamboard.actions.base import Actor
from teamboard.actions.check_ins import CheckInGoal
from teamboard.domain.history.log import history_of
from teamboard.domain.history.time_travel import with_archived
from teamboard.domain.ids import RecordId
from teamboard.store import hash_chain
from teamboard.store.codec import BoardFile
from teamboard.store.factory import open_store
from teamboard.store.file.store import FileStore
from teamboard.store.migrate import board_differences, copy_board
from teamboard.store.postgres import PostgresStore
from tests.bench.boards import LEAD, make_board
from tests.conftest import ANA, MARA, Run
from tests.helpers.checker import check
from tests.helpers.nasty import nasty_file
from tests.helpers.postgres import Server
from tests.store.file.test_archives import years  # noqa: F401

NOBODY = Actor(None)


@pytest.fixture
def source(sample: BoardFile, tmp_path: Path) -> Path:
    """The sample team in a file, with three commits on top."""
    path = tmp_path / "team.board.json"
    store = FileStore(path)
    store.create(sample, MARA)
    for value in (1, 2, 3):
        store.commit(CheckInGoal(goal=RecordId("G12"), change=value), ANA)
    return path


def test_from_file_to_database_to_database_and_back(run: Run, source: Path, server: Server, tmp_path: Path) -> None:
    places = [str(source), server.url(server.database()), server.url(server.database(), "other"), "back.board.json"]
    for one, other in pairwise(places):
        done = run("copy", one, other)
        assert done.returncode == 0, done.stderr
        assert "each compared" in done.stdout
    first, last = open_store(places[0]).load(), open_store(str(tmp_path / places[3])).load()
    assert list(board_differences(first, last)) == []
    assert list(hash_chain.broken_revisions(history_of(last))) == []
    assert [e.hash for _, e in history_of(last)] == [e.hash for _, e in history_of(first)]
    for place in places[1:3]:
        check(place, [])
        board = open_store(place).commit(CheckInGoal(goal=RecordId("G12"), change=1, note="goes on"), ANA).board
        assert board.revision == first.revision + 1


def test_a_second_run_compares_and_another_board_is_not_touched(run: Run, source: Path, server: Server) -> None:
    url = server.url(server.database())
    assert run("copy", str(source), url).returncode == 0
    again = run("copy", str(source), url)
    assert again.returncode == 0
    assert "was there already" in again.stdout
    PostgresStore(url).commit(CheckInGoal(goal=RecordId("G12"), change=1, note="meanwhile"), ANA)
    refused = run("copy", str(source), url)
    assert (refused.returncode, refused.stderr.count("\n")) == (1, 1)
    assert "another revision of this one" in refused.stderr
    check(url, ["meanwhile"])
    assert run("copy", str(source), str(source)).returncode == 0
    assert run("copy", "none.json", url).returncode == 3
    assert run("copy", str(source), server.url("nowhere")).returncode == 3


def test_an_interrupted_copy_leaves_nothing_and_is_run_again(server: Server, tmp_path: Path) -> None:
    path, url = tmp_path / "large.json", server.url(server.database())
    board = FileStore(path).create(make_board(50, 6_000), LEAD)
    records = sum(map(len, board.tables.values()))
    command = [sys.executable, "-m", "teamboard", "copy", str(path), url]
    for _ in range(2):
        copying = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        end = time.monotonic() + 60
        with psycopg.connect(url.partition("?")[0], autocommit=True) as watching:
            # It has begun once it has locked a row of the boards.
            begun = """SELECT count(*) FROM pg_stat_activity
                WHERE datname = current_database() AND xact_start IS NOT NULL"""
            while watching.execute(begun).fetchone() == (1,) and copying.poll() is None:
                assert time.monotonic() < end
        copying.send_signal(signal.SIGKILL)
        copying.communicate()
        with psycopg.connect(url.partition("?")[0]) as looking:
            assert looking.execute("SELECT count(*) FROM teamboard.records").fetchone() in ((0,), (records,))
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert list(board_differences(FileStore(path).load(), PostgresStore(url).load())) == []


def test_what_was_put_away_goes_along(years: FileStore, server: Server) -> None:  # noqa: F811
    years.archive(ArchivePeriods(before=date(2025, 7, 1)), MARA)
    url = server.url(server.database())
    board, new = copy_board(years, PostgresStore(url), NOBODY)
    assert new
    fresh = PostgresStore(url).load()
    assert list(board_differences(board, fresh)) == []
    assert [n for n, _ in history_of(fresh)] == list(range(1, fresh.revision + 1))
    assert with_archived(fresh).revision == fresh.revision
    check(url, [])


def test_a_character_that_postgresql_has_not_is_told(
    run: Run, sample: BoardFile, server: Server, tmp_path: Path
) -> None:
    path, url = tmp_path / "nasty.json", server.url(server.database())
    FileStore(path).create(nasty_file(sample), MARA)
    told = run("copy", str(path), url)
    assert (told.returncode, told.stderr.count("\n")) == (3, 1)
    assert "NUL" in told.stderr
    with psycopg.connect(url.partition("?")[0]) as looking:
        assert looking.execute("SELECT count(*) FROM teamboard.boards").fetchone() == (0,)
