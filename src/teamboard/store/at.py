"""Which store a board is in, by how its place is written."""

from __future__ import annotations

from teamboard.store.base import Clock, Store, utc_now

SCHEMES = ("postgresql://", "postgres://")


def is_address(place: str) -> bool:
    """Whether a place is an address of PostgreSQL; else it is a file."""
    return place.startswith(SCHEMES)


def store_at(place: str, *, clock: Clock = utc_now) -> Store:
    """The store at a file's path, or at an address such as `postgresql://host/database?board=emea`. StoreError."""
    if is_address(place):
        from teamboard.store.postgres import PostgresStore

        return PostgresStore(place, clock=clock)
    from teamboard.store.file import FileStore

    return FileStore(place, clock=clock)
