"""A database with a board, and a server of its own for a test."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from teamboard.store.postgres import PostgresStore
from tests.conftest import MARA, small_maker
from tests.helpers.postgres import Server, running


@pytest.fixture
def database(server: Server) -> str:
    """A database with the small board `emea`."""
    name = server.database()
    PostgresStore(server.url(name)).create(small_maker().file(), MARA)
    return name


@pytest.fixture
def own_server() -> Iterator[Server]:
    """A server that a test may stop and start."""
    with tempfile.TemporaryDirectory(prefix="teamboard-pg-") as folder:
        yield from running(Path(folder))
