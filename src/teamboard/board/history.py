"""History: every commit of a board, in order, never rewritten.

A board carries its history as the raw text that was read; it is decoded when somebody looks at it.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from teamboard.board.board import Board, Changes
from teamboard.board.records import Change, HistoryEntry, Record

_DECODER = msgspec.json.Decoder(dict[int, HistoryEntry])


class History:
    """The commits of a board by revision, decoded on first use."""

    def __init__(self, raw: bytes | tuple[bytes, ...]) -> None:
        self._raw = raw
        self._entries: dict[int, HistoryEntry] | None = None

    @property
    def entries(self) -> dict[int, HistoryEntry]:
        """Revision to commit, oldest first."""
        if self._entries is None:
            raw = self._raw
            self._entries = _DECODER.decode(raw if isinstance(raw, bytes) else b"".join(raw))
        return self._entries

    def __iter__(self) -> Iterator[tuple[int, HistoryEntry]]:
        return iter(self.entries.items())

    def __len__(self) -> int:
        return len(self.entries)


def fields_of(record: Record | None) -> dict[str, object] | None:
    """A record as the file has it: plain values, without its id."""
    if record is None:
        return None
    plain: dict[str, object] = msgspec.to_builtins(record)
    plain.pop("id", None)
    return plain


def differences(board: Board, changes: Changes) -> dict[str, Change]:
    """What changes do to a board's records: the fields that differ, before and after.

    A field left out on one side had, or has, its default there.
    """
    found: dict[str, Change] = {}
    for record_id, record in changes.items():
        before, after = fields_of(board.get(record_id)), fields_of(record)
        if before is not None and after is not None:
            same = [k for k in before if k in after and before[k] == after[k]]
            for key in same:
                del before[key], after[key]
        found[record_id] = Change(before=before, after=after)
    return found
