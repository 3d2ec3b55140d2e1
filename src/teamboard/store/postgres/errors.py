"""What PostgreSQL says, in the words of a store: one line each, and never a password."""

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


def is_lost(error: psycopg.Error) -> bool:
    """Whether the connection is gone: the server may or may not have done what it was asked for last."""
    gone = (errors.AdminShutdown, errors.CrashShutdown, errors.IdleInTransactionSessionTimeout)
    return isinstance(error, gone) or (isinstance(error, psycopg.OperationalError) and error.sqlstate is None)


def told(error: psycopg.Error, place: str, *, writing: bool) -> StoreError:
    """The store's error for one of PostgreSQL's; `writing`, if something was to be changed."""
    why = first_line(error)
    if isinstance(error, NO_TABLES):
        return BoardMissing(f"{place} has no tables of teamboard: `teamboard admin init-db` makes them.")
    if isinstance(error, (errors.UntranslatableCharacter, errors.CharacterNotInRepertoire)):
        return BoardUnwritable(
            f"{place} was not changed: there is a character in a text that PostgreSQL can't keep (NUL)."
        )
    if isinstance(error, errors.LockNotAvailable):
        return BoardBusy(f"{place} is held by somebody else: nothing was changed, try again.")
    if isinstance(error, errors.InsufficientPrivilege):
        return (BoardUnwritable if writing else BoardUnreadable)(f"{place}: you have no right to that: {why}.")
    if isinstance(error, (errors.DiskFull, errors.OutOfMemory, errors.ConfigurationLimitExceeded)):
        return BoardUnwritable(f"{place} was not changed: the server has no room left ({why}).")
    if isinstance(error, errors.ReadOnlySqlTransaction):
        return BoardUnwritable(f"{place} was not changed: that server is read-only; write to the primary.")
    if isinstance(error, (errors.InvalidPassword, errors.InvalidAuthorizationSpecification)):
        return BoardUnreadable(f"{place}: the server does not let you in: {why}.")
    if is_lost(error) or isinstance(error, (psycopg.OperationalError, errors.TooManyConnections)):
        return BoardOffline(f"{place} can't be reached: {why}.", f"can't be reached: {why}")
    kind = BoardUnwritable if writing else BoardUnreadable
    return kind(f"{place} {'was not changed' if writing else 'can not be read'}: {why}.")


def first_line(error: psycopg.Error) -> str:
    """What a server or the library says, in one line, without the word of how grave it is."""
    said = error.diag.message_primary if error.diag is not None and error.diag.message_primary else str(error)
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    line = lines[0] if lines else type(error).__name__
    for word in ("FATAL:", "ERROR:"):
        line = line.replace(f"{word}  ", "").replace(f"{word} ", "")
    return line.rstrip(".")
