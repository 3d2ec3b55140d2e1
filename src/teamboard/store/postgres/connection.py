"""Open a connection to a server that is new enough, and look whether its tables are those of this version."""

from __future__ import annotations

from time import monotonic
from typing import Any

import psycopg

from teamboard.store.base import BoardUnreadable
from teamboard.store.postgres.address import Address
from teamboard.store.postgres.statements import LOCK_TIMEOUT

OLDEST_SERVER = 150000
SCHEMA = 68
"""The number of the newest migration in `sql/`."""
LOCK_SECONDS = 6.0
"""How long to wait for the locks of others: with the time that it takes to start, a command answers in ten seconds."""


def connect(address: Address, patience: float) -> psycopg.Connection[Any]:
    """Open a connection on which a statement waits `patience` seconds for a lock. Raises StoreError, psycopg.Error."""
    connection = psycopg.connect(address.conninfo, autocommit=True)
    if connection.info.server_version < OLDEST_SERVER:
        version = connection.info.server_version // 10_000
        connection.close()
        raise BoardUnreadable(f"{address.shown} is PostgreSQL {version}; teamboard needs 15 or newer.")
    connection.execute(LOCK_TIMEOUT, (f"{int(patience * 1000)}ms", False))
    return connection


def lock_timeout(deadline: float) -> int:
    """Milliseconds that a commit may wait for one lock: half of those left, as there may be a queue for it too."""
    return max(1, int((deadline - monotonic()) * 500))


def check_schema(version: int | None, place: str) -> None:
    """Raise StoreError if the tables were created by another version."""
    if version is None or version < SCHEMA:
        raise BoardUnreadable(f"{place} has tables of an older teamboard: migrate them with `teamboard admin init-db`.")
    if version > SCHEMA:
        raise BoardUnreadable(
            f"{place} has tables of a newer teamboard: update with `pip install -U 'teamboard[postgres]'`."
        )
