"""The chain through a board's history: each entry carries a hash over itself and the one before it.

Whoever edits, removes or reorders an entry breaks it, unless they forge every entry after it too; the hash of the
newest entry, which `teamboard board doctor` prints, tells even that to whoever has noted it elsewhere.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator

import msgspec

from teamboard.domain.commit_log import HistoryEntry

HASH_BYTES = 16
_ENCODER = msgspec.json.Encoder()


def linked(before: str, revision: int, entry: HistoryEntry) -> HistoryEntry:
    """An entry with its place in the chain, after the one whose hash is `before`."""
    # What an archive has taken away is in its file, which the entry names by its hash.
    bare = msgspec.structs.replace(entry, hash="", changes={} if entry.archive else entry.changes)
    text = b"%s\n%d\n%s" % (before.encode(), revision, _ENCODER.encode(bare))
    return msgspec.structs.replace(entry, hash=hashlib.blake2b(text, digest_size=HASH_BYTES).hexdigest())


def chain(history: Iterable[tuple[int, HistoryEntry]], before: str = "") -> Iterator[tuple[int, HistoryEntry]]:
    """A history with every entry in its place."""
    for revision, entry in history:
        entry = linked(before, revision, entry)
        before = entry.hash
        yield revision, entry


def broken(history: Iterable[tuple[int, HistoryEntry]]) -> Iterator[int]:
    """The revisions whose entries are not what was written, or do not stand where they stood."""
    before = ""
    for revision, entry in history:
        if entry.hash != linked(before, revision, entry).hash:
            yield revision
        # One broken entry is told once: what follows is measured by what it says of itself.
        before = entry.hash
