"""Hash chain over a board's history: each entry has a hash over itself and the hash of the entry before it.

To edit, remove or reorder an entry breaks the chain, unless every later entry is forged too. Even that shows if the
hash of the newest entry, which `teamboard board doctor` prints, was noted elsewhere before.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from teamboard.domain.commit_log import HistoryEntry
from teamboard.store.blake2 import blake2b
from teamboard.store.sha256 import sha256

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


def _database_hash(before: str, revision: int, entry: HistoryEntry) -> str:
    """The hash that PostgreSQL gives a commit: SHA-256, its first 16 bytes, over the text of the entry as jsonb."""
    plain = msgspec.to_builtins(msgspec.structs.replace(entry, hash=""))
    text = f"{before}\n{revision}\n{_jsonb_text(plain)}"
    digest: str = sha256(text.encode()).hexdigest()
    return digest[: 2 * HASH_BYTES]


def _jsonb_text(value: object) -> str:
    """A value as PostgreSQL writes jsonb: keys by length, then by their bytes; numbers without exponents."""
    match value:
        case dict():
            keys = sorted(value, key=lambda key: (len(key.encode()), key.encode()))
            return "{" + ", ".join(f"{_jsonb_text(key)}: {_jsonb_text(value[key])}" for key in keys) + "}"
        case list() | tuple():
            return "[" + ", ".join(map(_jsonb_text, value)) + "]"
        case float():
            return _without_exponent(repr(value))
        case _:
            return msgspec.json.encode(value).decode()


def _without_exponent(written: str) -> str:
    """A number without an exponent: 1e-07 is 0.0000001."""
    mantissa, _, exponent = written.partition("e")
    if not exponent:
        return written
    whole, _, rest = mantissa.removeprefix("-").partition(".")
    digits, point = whole + rest, len(whole) + int(exponent)
    sign = "-" if written.startswith("-") else ""
    if point <= 0:
        return f"{sign}0.{'0' * -point}{digits}"
    return f"{sign}{digits.ljust(point, '0')}"


def has_its_hash(before: str, revision: int, entry: HistoryEntry) -> bool:
    """True if an entry's hash is that of its content, after an entry whose hash is `before`."""
    return any(
        entry.hash == _hash(before, revision, entry, encoder) for encoder in (_ENCODER, _OLDER_ENCODER)
    ) or entry.hash == _database_hash(before, revision, entry)


def chain_entries(history: Iterable[tuple[int, HistoryEntry]], before: str = "") -> Iterator[tuple[int, HistoryEntry]]:
    """Yield every entry with its hash set, unless it has it; `before` is the hash of the entry before the first."""
    for revision, entry in history:
        # A copy keeps the hashes that were noted elsewhere, also those of a database.
        linked = entry if has_its_hash(before, revision, entry) else link_entry(before, revision, entry)
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
