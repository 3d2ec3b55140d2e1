"""Which store a board is in, by how its place is written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from teamboard.store.base import BoardUnreadable, Clock, Store, utc_now

if TYPE_CHECKING:
    from teamboard.store.postgres import PostgresStore

SCHEMES = ("postgresql://", "postgres://")


def is_address(place: str) -> bool:
    """Whether a place is an address of PostgreSQL; else it is a file."""
    return place.startswith(SCHEMES)


def database_at(address: str, *, clock: Clock = utc_now) -> PostgresStore:
    """The store at an address of PostgreSQL. StoreError."""
    try:
        from teamboard.store.postgres import PostgresStore
    except ImportError:
        raise BoardUnreadable("PostgreSQL wants one more library: pip install 'teamboard[postgres]'.") from None
    return PostgresStore(address, clock=clock)


def store_at(place: str, *, clock: Clock = utc_now) -> Store:
    """The store at a file's path, or at an address such as `postgresql://host/database?board=emea`. StoreError."""
    if is_address(place):
        return database_at(place, clock=clock)
    from teamboard.store.file.store import FileStore

    return FileStore(place, clock=clock)
