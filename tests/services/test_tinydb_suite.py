"""TinyDB's published tests, with a board as the default storage."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tarfile
from importlib.metadata import version
from pathlib import Path

import pytest

VERSION = "4.9.0"
ROOT = Path(__file__).parents[2]
OWN_HANDLE = "of JSONStorage's own file handle: its modes, indents, encodings and folders"
OTHER_STORAGE = "has a storage of its own in the test, which is no board"
CACHED = "a cache between TinyDB and a board would lose commits: it is refused"
NO_TABLES = "expects that there are no other tables than its own"
ALL_DROPPED = "drops all tables, which is refused: the board's are among them"
NOT_APPLICABLE = {
    "test_middlewares.py::test_caching_read": CACHED,
    "test_middlewares.py::test_caching_write_many": OTHER_STORAGE,
    "test_middlewares.py::test_caching_flush": OTHER_STORAGE,
    "test_middlewares.py::test_caching_flush_manually": CACHED,
    "test_middlewares.py::test_caching_write": CACHED,
    "test_middlewares.py::test_caching_json_write": CACHED,
    "test_storages.py::test_json": "writes a storage as a whole, which is no commit",
    "test_storages.py::test_in_memory": "writes a storage as a whole, which is no commit",
    "test_storages.py::test_json_kwargs": OWN_HANDLE,
    "test_storages.py::test_json_read": OWN_HANDLE,
    "test_storages.py::test_create_dirs": OWN_HANDLE,
    "test_storages.py::test_encoding": OWN_HANDLE,
    "test_storages.py::test_json_invalid_directory": OWN_HANDLE,
    "test_storages.py::test_json_invalid_mode_warning": OWN_HANDLE,
    "test_storages.py::test_read_once": OTHER_STORAGE,
    "test_storages.py::test_yaml": OTHER_STORAGE,
    "test_tables.py::test_next_id[memory]": "asks for numbers without inserting: one is given with its document",
    "test_tables.py::test_next_id[json]": "asks for numbers without inserting: one is given with its document",
    "test_tables.py::test_tables_list[memory]": NO_TABLES,
    "test_tables.py::test_tables_list[json]": NO_TABLES,
    "test_tables.py::test_table_repr[memory]": "matches the name of the class in its repr",
    "test_tables.py::test_table_repr[json]": "matches the name of the class in its repr",
    "test_tinydb.py::test_drop_table": NO_TABLES,
    "test_tinydb.py::test_drop_tables[memory]": ALL_DROPPED,
    "test_tinydb.py::test_drop_tables[json]": ALL_DROPPED,
    "test_tinydb.py::test_repr": NO_TABLES,
}
"""TinyDB's tests that can't hold for a board, and why."""


@pytest.fixture
def suite(tmp_path: Path) -> Path:
    """The tests as they are in the source distribution of TinyDB, with its license."""
    if version("tinydb") != VERSION:
        pytest.skip(f"the tests are those of TinyDB {VERSION}")
    with tarfile.open(ROOT / "tests" / "helpers" / f"tinydb-{VERSION}-tests.tar.gz") as archive:
        archive.extractall(tmp_path, filter="data")
    folder = tmp_path / "suite"
    shutil.move(next(tmp_path.glob("tinydb-*/tests")), folder)
    names = "db, pytest_collection_modifyitems, storage, take_over"
    ours = f"from tests.helpers.tinydb_suite import {names}\n\ntake_over()\n"
    (folder / "conftest.py").write_text(ours, encoding="utf-8")
    (tmp_path / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
    return folder


@pytest.mark.slow
def test_the_tests_of_tinydb_hold_for_a_board(suite: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "SUITE_FOLDER": str(suite.parent)}
    environment["NOT_APPLICABLE"] = " ".join(NOT_APPLICABLE)
    answer = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "suite"],
        cwd=suite.parent, env=environment, capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip
    assert answer.returncode == 0, answer.stdout[-3000:]
    assert f"{len(NOT_APPLICABLE)} deselected" in answer.stdout
