"""Hash chain over a board's history: each entry has a hash over itself and the hash of the entry before it.

To edit, remove or reorder an entry breaks the chain, unless every later entry is forged too. Even that shows if the
hash of the newest entry, which `teamboard board doctor` prints, was noted elsewhere before.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from teamboard.domain.commit_log import HistoryEntry
from teamboard.store.blake2 import blake2b

HASH_BYTES = 16
_ENCODER = msgspec.json.Encoder(order="deterministic")
_OLDER_ENCODER = msgspec.json.Encoder()
"""Entries of the formats before 4 were hashed in the order in which their fields were written."""


def link_entry(before: str, revision: int, entry: HistoryEntry) -> HistoryEntry:
    """Return the entry with its hash set; `before` is the hash of the entry before it, or "".

    The hash is BLAKE2b, 16 bytes, over the previous hash, the revision and the entry's JSON with sorted keys.
    """
    return msgspec.structs.replace(entry, hash=_hash(before, revision, entry, _ENCODER))


def _hash(before: str, revision: int, entry: HistoryEntry, encoder: msgspec.json.Encoder) -> str:
    # The archived records are in the archive file, and the entry has the hash of that file.
    bare = msgspec.structs.replace(entry, hash="", changes={} if entry.archive else entry.changes)
    text = b"%s\n%d\n%s" % (before.encode(), revision, encoder.encode(bare))
    return blake2b(text, digest_size=HASH_BYTES).hexdigest()


def has_its_hash(before: str, revision: int, entry: HistoryEntry) -> bool:
    """True if an entry's hash is that of its content, after an entry whose hash is `before`."""
    return any(entry.hash == _hash(before, revision, entry, encoder) for encoder in (_ENCODER, _OLDER_ENCODER))


def chain_entries(history: Iterable[tuple[int, HistoryEntry]], before: str = "") -> Iterator[tuple[int, HistoryEntry]]:
    """Yield every entry with its hash set; `before` is the hash of the entry before the first."""
    for revision, entry in history:
        linked = link_entry(before, revision, entry)
        before = linked.hash
        yield revision, linked


def broken_revisions(history: Iterable[tuple[int, HistoryEntry]]) -> Iterator[int]:
    """Yield the revisions whose entries were edited, reordered or follow a removed entry."""
    before = ""
    for revision, entry in history:
        if not has_its_hash(before, revision, entry):
            yield revision
        # Continue with the hash that is stored, so that one broken entry is reported once.
        before = entry.hash
