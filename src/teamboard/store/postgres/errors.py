"""Translate errors of PostgreSQL into StoreErrors: one line each, without a password."""

from __future__ import annotations

import psycopg
from psycopg import errors

from teamboard.store.base import (
    BoardBusy,
    BoardMissing,
    BoardOffline,
    BoardUnreadable,
    BoardUnwritable,
    StoreError,
)

NO_TABLES = (errors.UndefinedTable, errors.InvalidSchemaName, errors.UndefinedFunction, errors.UndefinedColumn)


def is_connection_lost(error: psycopg.Error) -> bool:
    """True if the connection was lost: it is unknown whether the server ran the last statement."""
    connection_errors = (errors.AdminShutdown, errors.CrashShutdown, errors.IdleInTransactionSessionTimeout)
    return isinstance(error, connection_errors) or (
        isinstance(error, psycopg.OperationalError) and error.sqlstate is None
    )


def store_error(error: psycopg.Error, place: str, *, writing: bool) -> StoreError:
    """Return the StoreError for an error of PostgreSQL.

    `place` is the address to show; `writing` is true if the statement was to change the board.
    """
    why = first_line(error)
    if isinstance(error, NO_TABLES):
        return BoardMissing(f"{place} has no teamboard tables: create them with `teamboard admin init-db`.")
    if isinstance(error, (errors.UntranslatableCharacter, errors.CharacterNotInRepertoire)):
        return BoardUnwritable(
            f"{place} was not changed: a text has a character that PostgreSQL can't store (NUL); remove it."
        )
    if isinstance(error, errors.LockNotAvailable):
        what = "is locked by another commit: nothing was changed" if writing else "is locked by somebody else"
        return BoardBusy(f"{place} {what}, try again.")
    if isinstance(error, errors.InsufficientPrivilege):
        return (BoardUnwritable if writing else BoardUnreadable)(f"{place}: you lack the permission for this: {why}.")
    if isinstance(error, (errors.DiskFull, errors.OutOfMemory, errors.ConfigurationLimitExceeded)):
        return BoardUnwritable(f"{place} was not changed: the server is out of disk space or memory ({why}).")
    if isinstance(error, errors.ReadOnlySqlTransaction):
        return BoardUnwritable(f"{place} was not changed: that server is read-only; use the address of the primary.")
    if isinstance(error, (errors.InvalidPassword, errors.InvalidAuthorizationSpecification)):
        return BoardUnreadable(f"{place}: login failed: {why}.")
    if is_connection_lost(error) or isinstance(error, (psycopg.OperationalError, errors.TooManyConnections)):
        return BoardOffline(f"{place} can't be reached: {why}.", f"can't be reached: {why}")
    kind = BoardUnwritable if writing else BoardUnreadable
    return kind(f"{place} was not changed: {why}." if writing else f"{place} can't be read: {why}.")


def first_line(error: psycopg.Error) -> str:
    """The first line of an error message of the server or of libpq, without the severity."""
    message = error.diag.message_primary if error.diag is not None and error.diag.message_primary else str(error)
    lines = [line.strip() for line in message.splitlines() if line.strip()]
    line = lines[0] if lines else type(error).__name__
    for word in ("FATAL:", "ERROR:"):
        line = line.replace(f"{word}  ", "").replace(f"{word} ", "")
    return line.rstrip(".")
