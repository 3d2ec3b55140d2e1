"""From each older format of the file to the next, a step each; a test keeps a file of every format."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from teamboard.domain.commit_log import HistoryEntry
from teamboard.store.hash_chain import chain

Entries = Iterable[tuple[int, HistoryEntry]]

STEPS: dict[int, Callable[[Entries], Entries]] = {
    1: chain,
    2: iter,
}
"""What becomes of the history of a format; 2 chains its entries; in 3 earlier ones may lie in archives."""


def upgraded(history: Entries, version: int, newest: int) -> Entries:
    """A history of an older format as the newest one has it."""
    for step in range(version, newest):
        history = STEPS[step](history)
    return history
