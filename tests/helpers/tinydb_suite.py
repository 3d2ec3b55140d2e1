"""What TinyDB's own tests run with in place of its storages: boards of ours, each in a file of its own."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Any

import pytest
import tinydb
import tinydb.storages
from tinydb.middlewares import CachingMiddleware

from teamboard.services.tinydb_door import BoardDB, BoardStorage, BoardTable
from teamboard.store import codec
from teamboard.store.file.store import FileStore
from tests.conftest import MARA, small_maker


class BoardHere(BoardStorage):
    """A board at a path, made if there is none, or in a folder of its own."""

    def __init__(self, path: str | None = None, **_: object) -> None:
        place = str(path) if path else str(Path(tempfile.mkdtemp(dir=os.environ["SUITE_FOLDER"])) / "board.json")
        store = FileStore(place)
        if not Path(place).exists():
            store.create(small_maker().file(), MARA)
        super().__init__(store, "mara", "tests")


def drop_own_tables(db: Any) -> None:
    """Drop all tables but the board's, one by one."""
    for name in db.tables() - {*codec.ALL_TABLES}:
        db.drop_table(name)


def take_over() -> None:
    """Make boards TinyDB's default, under every name that its tests use."""
    for module, name in ((tinydb.storages, "MemoryStorage"), (tinydb.storages, "JSONStorage"), (tinydb, "JSONStorage")):
        setattr(module, name, BoardHere)
    for name in ("table_class", "drop_table", "_drop", "tables"):
        setattr(tinydb.TinyDB, name, getattr(BoardDB, name))
    # With this most of its tests begin. Of a board only a script's own tables can be dropped.
    tinydb.TinyDB.drop_tables = drop_own_tables  # type: ignore[method-assign, assignment]
    tinydb.TinyDB.default_storage_class = BoardHere  # type: ignore[assignment]
    assert tinydb.TinyDB.table_class is BoardTable


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out the tests that the variable NOT_APPLICABLE names, and no others."""
    names = set(os.environ["NOT_APPLICABLE"].split())
    left_out = [item for item in items if f"{item.path.name}::{item.name}" in names]
    items[:] = [item for item in items if item not in left_out]
    config.hook.pytest_deselected(items=left_out)


@pytest.fixture(params=["memory", "json"])
def db(request: pytest.FixtureRequest, tmp_path: Path) -> Any:
    """The database of TinyDB's tests, with their three documents."""
    found = tinydb.TinyDB(str(tmp_path / "test.db")) if request.param == "json" else tinydb.TinyDB()
    drop_own_tables(found)
    found.insert_multiple({"int": 1, "char": c} for c in "abc")
    return found


@pytest.fixture
def storage() -> Any:
    """A cache over a storage, as TinyDB's tests of middlewares want it."""
    return CachingMiddleware(BoardHere)()  # type: ignore[no-untyped-call]
