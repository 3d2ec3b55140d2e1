"""What a file will hold once the commits that are being made are written."""

from __future__ import annotations

from teamboard.actions.base import Action, Actor, perform
from teamboard.domain.commit_log import HistoryEntry
from teamboard.store import codec
from teamboard.store.base import Clock


class Draft:
    """The next state of a file, while the lock is held: `file` is what will be written."""

    def __init__(self, file: codec.BoardFile, by: Actor, clock: Clock) -> None:
        self.file = file
        self._by = by
        self._clock = clock

    def commit(self, action: Action) -> HistoryEntry:
        """Run an action on the board, and add its changes and its history entry to the file. Raises Refused."""
        board, entry, changes = perform(self.file.board, action, self._by, self._clock())
        self.file = codec.advance(self.file, board, changes, entry)
        return entry

    def put_table(self, name: str, text: codec.TableText | None) -> None:
        """Replace the JSON of a table that is not the board's, or, with None, drop it."""
        texts = {other: kept for other, kept in self.file.texts.items() if other != name}
        if text is not None:
            texts[name] = text
        self.file = codec.next_file(self.file, self.file.board, texts, self.file.head)
