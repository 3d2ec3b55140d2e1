"""The board's file, for what only a board in a file needs."""

from __future__ import annotations

from teamboard.cli.shared.session import Session
from teamboard.domain.errors import Refused
from teamboard.store.factory import is_postgres_address
from teamboard.store.file.store import FileStore


def file_store(session: Session) -> FileStore:
    """The store of a board in a file; Refused for one on PostgreSQL."""
    if is_postgres_address(session.path):
        raise Refused("That is for a board in a file; PostgreSQL has its own means for it, see docs/postgresql.md.")
    return FileStore(session.path)
