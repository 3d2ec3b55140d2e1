"""What the team's setting offers to the archive, and where nothing is offered."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from teamboard.actions.base import Actor
from teamboard.domain.board import Board
from teamboard.domain.history.archive import archive_offer
from teamboard.domain.history.log import history_of
from teamboard.importers.team import read_team
from teamboard.services.archiving import Archived, archive_offered, offered_archive
from teamboard.store.codec import BoardFile
from teamboard.store.file.store import FileStore
from teamboard.store.postgres import PostgresStore
from tests.conftest import MARA, NOW, TODAY, Run
from tests.helpers.memory import Memory, MemoryStore
from tests.helpers.old_periods import OLD_PERIODS
from tests.helpers.postgres import Server


@pytest.fixture
def years(tmp_path: Path) -> BoardFile:
    """A team whose first period ended more than a year ago."""
    (tmp_path / "years.yaml").write_text(OLD_PERIODS, encoding="utf-8")
    return read_team(tmp_path / "years.yaml", NOW, Actor(None, "init", "desk"))


def test_what_was_offered_is_archived_once(years: BoardFile, tmp_path: Path) -> None:
    store = FileStore(tmp_path / "team.board.json", clock=lambda: NOW)
    board = store.create(years, MARA)
    offer = offered_archive(store, board, TODAY)
    assert offer is not None
    assert (offer.age, offer.before, offer.period.name) == ("1y", date(2025, 11, 22), "Old")
    done = archive_offered(store, offer, MARA)
    assert (done.records, done.period, done.commits) == (3, "Old", offer.period.revision)
    assert 0 < done.size_after < done.size_before
    assert done.describe_place() == (
        f"They are in {store.path}.archive; keep that folder beside the board. `undo` does not take an archive back."
    )
    assert offered_archive(store, done.board, TODAY) is None
    newest = history_of(done.board).get(done.board.revision)
    assert newest is not None
    assert newest.verb == "archive at a period's end"


@pytest.mark.parametrize(
    ("size", "says"),
    [
        (1, "1 KB"),
        (1_499, "1 KB"),
        (12_600, "13 KB"),
        (999_400, "999 KB"),
        (1_000_000, "1.0 MB"),
        (12_345_678, "12.3 MB"),
    ],
)
def test_sizes_are_told_in_a_unit_that_shows_them(size: int, says: str) -> None:
    done = Archived(Board({}), "Old", 3, 2, size, size, "team.board.json.archive")
    assert f"The board has {says}, it had {says}." in done.describe()


def test_a_store_without_archives_offers_none(years: BoardFile) -> None:
    store = MemoryStore(Memory(), clock=lambda: NOW)
    board = store.create(years, MARA)
    assert archive_offer(board, TODAY) is not None
    assert offered_archive(store, board, TODAY) is None


def test_on_postgresql_a_period_begins_without_an_archive(years: BoardFile, server: Server, run: Run) -> None:
    url = server.url(server.database())
    store = PostgresStore(url, clock=lambda: NOW)
    board = store.create(years, MARA)
    assert offered_archive(store, board, TODAY) is None
    done = run("period", "next", "--yes", "--as", "mara", "--board", url)
    assert (done.returncode, done.stderr, len(done.stdout.splitlines())) == (0, "", 1)
    assert [g.id for g in store.load().goals] == ["G1", "G2"]
