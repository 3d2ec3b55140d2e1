"""Text that people may type or paste, and a board whose every text is of that kind."""

from __future__ import annotations

from typing import Any

import msgspec

from teamboard.domain.board import Board, Tables
from teamboard.domain.commit_log import Change, HistoryEntry, fields_of, record_of
from teamboard.domain.history.log import history_of
from teamboard.domain.ids import RecordId
from teamboard.domain.records import Record
from teamboard.store.codec import BoardFile, assemble

NASTY = [
    "[red]not red[/red] [@click=app.quit]x[/]",
    "\x1b[31mred\x1b[0m \x1b]0;title\x07 \x1b[2J\x1b[H",
    "bell\x07 back\x08space \x9b31m nul\x00",
    "\u202eright to left\u2066 \u200f\ufeff",
    "=cmd|' /C calc'!A0 `rm -rf` $(id) {{7*7}} %s {0}",
    "e\u0301 王小明 👩‍👩‍👧 ﷽",
    "line\nbreak\r\nand\ttab\u2028or\x85so",
]
ALL_NASTY = " ".join(NASTY)
AT_HAND = ALL_NASTY.replace("\x00", "")
"""As it can be given on a command line."""

FREE = {
    "name",
    "title",
    "text",
    "note",
    "next",
    "next_step",
    "blocker",
    "why",
    "word",
    "source",
    "aspiration",
    "unit",
    "link",
}
"""The fields that hold people's own words."""


def spoilt(value: Any, *, free: bool = False) -> Any:
    """Plain values with every text of people's own turned into nasty text."""
    if isinstance(value, dict):
        return {k: spoilt(v, free=k in FREE or (k == "about" and " " in str(v))) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [spoilt(v, free=free) for v in value]
    return f"{value[:6]} {ALL_NASTY}" if free and isinstance(value, str) else value


def nasty_file(sample: BoardFile) -> BoardFile:
    """A board in whose file somebody has put nasty text wherever text may stand, in the history too."""
    tables: Tables = {
        name: {
            i: record_of(i, spoilt(msgspec.json.decode(msgspec.json.encode(fields_of(r))))) for i, r in table.items()
        }
        for name, table in sample.board.tables.items()
    }
    history: list[tuple[int, HistoryEntry]] = []
    for number, entry in history_of(sample.board):
        changes = {i: Change(before=spoilt(c.before), after=spoilt(c.after)) for i, c in entry.changes.items()}
        told = msgspec.structs.replace(entry, changes=changes, login=ALL_NASTY, host=ALL_NASTY, verb=ALL_NASTY)
        history.append((number, told))
    return assemble(Board(tables, revision=sample.board.revision, ids=sample.board.ids), history)


def _spoilt_record(item: tuple[RecordId, Record]) -> tuple[RecordId, Record]:
    record_id, record = item
    return record_id, record_of(record_id, spoilt(msgspec.json.decode(msgspec.json.encode(fields_of(record)))))


def moving(text: str) -> list[str]:
    """The characters of a text that could style or move something on a screen; line breaks are none."""
    return [c for c in text if (c < " " and c != "\n") or "\x7f" <= c < "\xa0" or c in UNSEEN]


UNSEEN = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff\u2028\u2029"
