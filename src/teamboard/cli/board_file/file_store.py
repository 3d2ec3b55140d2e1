"""The store of a board in a file, for commands that PostgreSQL does not support."""

from __future__ import annotations

from teamboard.cli.shared.session import Session
from teamboard.domain.errors import Refused
from teamboard.store.factory import is_postgres_address
from teamboard.store.file.store import FileStore


def file_store(session: Session) -> FileStore:
    """The store of a board in a file. Raises Refused for a board on PostgreSQL."""
    if is_postgres_address(session.path):
        raise Refused("This command is for a board in a file; for PostgreSQL see docs/postgresql.md.")
    return FileStore(session.path)
