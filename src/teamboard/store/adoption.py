"""Take up what another program has written into the board's file, before the next commit builds on it."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime

import msgspec

from teamboard.domain.commit_log import HistoryUnavailable
from teamboard.domain.history.adoption import adoption_entry
from teamboard.domain.history.clock import commit_time
from teamboard.store import codec
from teamboard.store.lazy_history import entry_texts


def adopt(known: codec.BoardFile, board_id: str, at: datetime) -> codec.BoardFile:
    """Return the file in today's format and form, its history with an entry for what was changed from outside.

    A board without an identity gets `board_id`.
    """
    foreign = codec.foreign_tables(known)
    known = codec.upgrade(known, board_id)
    if not foreign:
        return known
    texts = dict(known.texts)
    for name in foreign:
        texts[name] = codec.records_text(name, known.board, known)
    texts["history"] = _line_by_line(known)
    entry = None
    with suppress(HistoryUnavailable):
        # Without its archive the history can't be compared; `doctor` tells what differs.
        entry = adoption_entry(known.board, foreign, commit_time(known.board, at), incomplete=list(known.unnumbered))
    if entry is None:
        return codec.next_file(known, known.board, texts, known.head)
    board = known.board.caught_up({}, known.board.revision + 1)
    texts["history"], head = codec.append_entry(texts["history"], known.head, board.revision, entry)
    return codec.next_file(known, board, texts, head)


def _line_by_line(known: codec.BoardFile) -> codec.TableText:
    """The JSON of the history with an entry on each line, so that damage to one line loses one entry."""
    entries = entry_texts(known.board)
    text = known.texts.get("history", codec.EMPTY)
    if sum(piece.count(b"\n") for piece in text) == len(entries):
        return text
    return codec.table_text([(number, msgspec.json.format(raw, indent=-1)) for number, raw in entries.items()])
