"""Live: what another process does to the file arrives, and the file may go and come back."""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import AsyncGenerator
from contextlib import aclosing
from pathlib import Path
from typing import cast

import pytest

from teamboard.actions.check_ins import CheckInGoal
from teamboard.domain.board import Board
from teamboard.domain.ids import RecordId
from teamboard.store.base import BoardMissing, BoardUnreadable, StoreError
from teamboard.store.file.store import FileStore
from tests.conftest import ANA, BEN

Changes = AsyncGenerator[Board | StoreError, None]


@pytest.fixture(autouse=True)
def _look_often(monkeypatch: pytest.MonkeyPatch) -> None:
    """What happens before the watching has begun is found by looking."""
    monkeypatch.setattr("teamboard.store.file.watch.POLL_SECONDS", 0.1)


async def following(found: Changes) -> Board | StoreError:
    return await asyncio.wait_for(anext(found), 60)


async def opened(store: FileStore) -> Changes:
    """The changes of a store that has not read yet, after the first board."""
    found = cast("Changes", store.changes())
    first = await following(found)
    assert isinstance(first, Board)
    return found


async def test_a_commit_elsewhere_arrives(store: FileStore) -> None:
    watcher = FileStore(store.path)
    async with aclosing(await opened(watcher)) as found:
        for value in range(1, 6):
            store.commit(CheckInGoal(goal=RecordId("G1"), value=value), ANA)
            board = await following(found)
            assert isinstance(board, Board)
            last = board.last_checkin(RecordId("G1"))
            assert last is not None
            assert last.value == value


async def test_the_file_goes_and_comes_back(store: FileStore, tmp_path: Path) -> None:
    path, away = Path(store.path), tmp_path / "away"
    async with aclosing(await opened(FileStore(path))) as found:
        path.rename(away)
        assert isinstance(await following(found), BoardMissing)
        away.rename(path)
        assert isinstance(await following(found), Board)


async def test_half_a_copy_is_told_and_then_mended(store: FileStore) -> None:
    path = Path(store.path)
    good = path.read_bytes()
    async with aclosing(await opened(FileStore(path))) as found:
        path.write_bytes(good[: len(good) // 3])
        assert isinstance(await following(found), BoardUnreadable)
        path.write_bytes(good)
        board = await following(found)
        assert isinstance(board, Board)
        assert board.member("ana") is not None


async def test_a_board_put_in_its_place_is_shown(store: FileStore, tmp_path: Path) -> None:
    copy = tmp_path / "copy.json"
    shutil.copy(store.path, copy)
    FileStore(copy).commit(CheckInGoal(goal=RecordId("G2"), value=77), BEN)
    async with aclosing(await opened(FileStore(store.path))) as found:
        os.replace(copy, store.path)
        board = await following(found)
        assert isinstance(board, Board)
        last = board.last_checkin(RecordId("G2"))
        assert last is not None
        assert last.value == 77


async def test_the_whole_folder_goes_and_comes_back(store: FileStore, tmp_path: Path) -> None:
    folder = tmp_path / "share"
    folder.mkdir()
    path = folder / "team.board.json"
    shutil.copy(store.path, path)
    async with aclosing(await opened(FileStore(path))) as found:
        folder.rename(tmp_path / "gone")
        assert isinstance(await following(found), BoardMissing)
        (tmp_path / "gone").rename(folder)
        assert isinstance(await following(found), Board)
        FileStore(path).commit(CheckInGoal(goal=RecordId("G1"), value=5), ANA)
        board = await following(found)
        assert isinstance(board, Board)


async def test_without_events_the_file_is_looked_at_all_the_same(
    store: FileStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Watchfiles polls where there are no events; what it misses in between is found by looking."""
    monkeypatch.setenv("WATCHFILES_FORCE_POLLING", "1")
    monkeypatch.setenv("WATCHFILES_POLL_DELAY_MS", "60000")
    async with aclosing(await opened(FileStore(store.path))) as found:
        store.commit(CheckInGoal(goal=RecordId("G1"), value=5), ANA)
        assert isinstance(await following(found), Board)
