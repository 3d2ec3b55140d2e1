"""Migrate the history of older file formats, one step per format; a test keeps a file of every format."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from teamboard.domain.commit_log import HistoryEntry
from teamboard.store.hash_chain import chain_entries

Entries = Iterable[tuple[int, HistoryEntry]]

STEPS: dict[int, Callable[[Entries], Entries]] = {
    1: chain_entries,
    2: iter,
    3: iter,
}
"""Migration from each format to the next. Format 2 adds the hash chain; in format 3 entries may be in archives.
Format 4 adds the board's identity and checksums."""


def upgrade_history(history: Entries, version: int, newest: int) -> Entries:
    """Return a history of format `version` in format `newest`."""
    for step in range(version, newest):
        history = STEPS[step](history)
    return history
