"""Open the store for a file path or a PostgreSQL address."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from teamboard.store.base import DEFAULT_BOARD, BoardUnreadable, Clock, Store, utc_now
from teamboard.store.file.store import FileStore

if TYPE_CHECKING:
    from teamboard.store.postgres import PostgresStore

SCHEMES = ("postgresql://", "postgres://")


def default_place() -> str:
    """The path or address of the board where none is given: TEAMBOARD_BOARD, else DEFAULT_BOARD in this folder."""
    return os.environ.get("TEAMBOARD_BOARD") or DEFAULT_BOARD


def is_postgres_address(place: str) -> bool:
    """True if `place` is a PostgreSQL address, False if it is a file path."""
    return place.startswith(SCHEMES)


def open_database(address: str, *, clock: Clock = utc_now) -> PostgresStore:
    """Return the store for a PostgreSQL address. Raises StoreError if it is not valid or psycopg is missing."""
    # Late: psycopg takes 60 ms to import, and is an optional dependency.
    try:
        from teamboard.store.postgres import PostgresStore
    except ImportError:
        raise BoardUnreadable("PostgreSQL needs one more library: pip install 'teamboard[postgres]'.") from None
    return PostgresStore(address, clock=clock)


def open_store(place: str, *, clock: Clock = utc_now) -> Store:
    """Return the store for a file path or an address such as `postgresql://host/database?board=emea`.

    Raises StoreError if the address is not valid.
    """
    if is_postgres_address(place):
        return open_database(place, clock=clock)
    return FileStore(place, clock=clock)
