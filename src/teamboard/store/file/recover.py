"""Recover a damaged board from what its file still holds, its archives and its backups.

What the file holds comes first. Archives and backups fill only what is missing of the line of commits that leads to the
file's own newest entry: a backup may have commits of another line, that was given up when a file was put back.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import datetime
from typing import NamedTuple

import msgspec
from msgspec.structs import replace

from teamboard.domain.board import Board, Tables
from teamboard.domain.commit_log import (
    Fields,
    HistoryEntry,
    fields_after,
    fields_before,
    fields_by_id,
    record_of,
    replay,
    stored_fields,
)
from teamboard.domain.errors import os_error_within
from teamboard.domain.history.differences import changes_between, differing_ids
from teamboard.domain.ids import (
    RecordId,
    highest_counters,
    id_sort_key,
    last_numbers,
    number_of,
    numbers_used,
    table_of,
)
from teamboard.domain.records import TABLES
from teamboard.domain.records.patterns import in_words
from teamboard.domain.sanitize import one_line
from teamboard.domain.short_texts import name_some
from teamboard.domain.verbs import REPAIR_VERB
from teamboard.store import codec
from teamboard.store.adoption import adopt
from teamboard.store.base import BoardUnreadable, StoreError
from teamboard.store.decoder import InvalidBoardFile, take_out_dangling, without_end
from teamboard.store.file import archives, atomic_file
from teamboard.store.file.salvage import (
    EPOCH,
    Entries,
    Line,
    SalvagedBoard,
    board_from_history,
    repaired_history,
    salvage,
)
from teamboard.store.file.sources import Sources
from teamboard.store.lazy_history import LazyHistory

MOST_NAMED = 5
MOST_LETTERS = 120
"""How many records a note names, and how much of each one it shows."""


class NoBoard(BoardUnreadable):
    """Nothing of a board is in the file, and no backup is beside it."""


def keep_damaged(path: str, now: datetime) -> str:
    """Copy a damaged file to a name beside the board that no file has, and return its path. Raises StoreError."""
    stem = f"{path}.damaged-{now:%Y-%m-%dT%H-%M-%SZ}"
    kept, number = stem, 1
    while os.path.lexists(kept):
        number += 1
        kept = f"{stem}-{number}"
    try:
        atomic_file.copy_new(path, kept)
    except OSError as error:
        raise StoreError(
            f"{path} was not changed: it can't be kept beside the board: {os_error_within(error)}."
        ) from error
    return kept


_Commits = list[tuple[int, HistoryEntry]]


class Recovered(NamedTuple):
    """The file that could be recovered, what is lost ("" for nothing), and what else there is to say.

    `notes` names records that are not as the damaged file had them, and backups with commits of another line; `back`
    counts the archived records that are on the board again.
    """

    file: codec.BoardFile
    lost: str
    notes: tuple[str, ...] = ()
    back: int = 0


def recover(path: str, data: bytes, now: datetime) -> Recovered:
    """Recover as much as possible of the board whose file has the bytes `data`.

    Raises BoardUnreadable if nothing can be recovered, NoBoard if there never was a board.
    """
    read = salvage(data)
    sources = Sources(path, read, now)
    if not sources.backups and not read.is_of_board:
        raise NoBoard(
            f"{path} can't be repaired: it is not a board, and there is no backup of one; it was not changed."
        )
    found = _from_foreign_file(path, data, sources, now) if read.foreign else None
    found = (
        found or _from_history(path, read, sources) or _from_records(read, sources) or _from_parts(path, read, sources)
    )
    try:
        whole = archives.decode_board(path, data)
        others = {name: text for name, text in whole.texts.items() if name not in codec.ALL_TABLES}
        notes = _unnumbered(whole)
    except InvalidBoardFile:
        others = {name: codec.table_text(documents) for name, documents in read.others.items()}
        others |= {name: (without_end(value),) for name, value in read.values.items()}
        notes = ()
    ids = (read.board_id, *(salvaged.board_id for _, salvaged in sources.backups))
    repaired = codec.upgrade(found.file, next(filter(None, ids), ""))
    file = replace(repaired, texts={**others, **repaired.texts})
    lost = found.lost
    if not lost and not sources.line.end_is_known and not 0 < read.ends_with == sources.line.last:
        lost = f"what was committed after revision {file.board.revision}, if anything was, could not be recovered"
    archived = {record_id for archive in sources.archived for record_id in archive.records}
    back = sum(file.board.get(i) is not None and i not in read.readable[table_of(i)] for i in archived)
    return Recovered(file, lost, (*found.notes, *notes, *sources.other_lines()), back)


def _unnumbered(known: codec.BoardFile) -> tuple[str, ...]:
    """A note on what a file has under keys that are not document numbers, which is taken out; () if it has none."""
    texts = [f"{name} {_shortened(b'%b: %b' % pair)}" for name, pairs in known.unnumbered.items() for pair in pairs]
    what = name_some(texts, MOST_NAMED)
    return (f"Taken out, because it has no document number: {what}; the damaged file has it",) if texts else ()


def _from_foreign_file(path: str, data: bytes, sources: Sources, now: datetime) -> Recovered | None:
    """The board of a whole file that another program wrote, its changes adopted; None if its history is damaged.

    A record that does not fit is as the history has it, or taken out if the history does not have it.
    """
    if not sources.line.is_complete:
        return None
    with suppress(InvalidBoardFile, msgspec.ValidationError, KeyError, ValueError):
        known = archives.decode_board(path, data)
        if known.board.revision != sources.line.last:
            return None
        then = replay(sources.line.entries.values())
        tables: Tables = {name: dict(table) for name, table in known.board.tables.items()}
        for record_id in known.set_aside:
            if record_id in then:
                tables[table_of(record_id)][record_id] = record_of(record_id, then[record_id])
        for record_id in _missing(tables, then, known, sources):
            tables[table_of(record_id)][record_id] = record_of(record_id, then[record_id])
        taken_out = [*(i for i in known.set_aside if i not in then), *take_out_dangling(tables)]
        tables = _in_order(tables)
        earlier = archives.archive_segments(path, known.archives)
        archived = earlier[-1].last if earlier else 0
        text = codec.history_text((n, entry) for n, entry in sources.line.entries.items() if n > archived)
        history = LazyHistory((*text, codec.END), earlier=earlier)
        ids: dict[str, int] = {name: number for name, number in known.board.ids.items() if name in TABLES}
        board = Board(tables, revision=known.board.revision, ids=ids, history=history)
        head = sources.line.entries[sources.line.last].hash
        repaired = replace(
            known,
            board=board,
            texts={**known.texts, "history": text},
            head=head,
            set_aside={},
            sums={},
            unnumbered={},
        )
        texts = {
            i: known.set_aside.get(i) or _json(stored_fields(known.board.tables[table_of(i)][i])) for i in taken_out
        }
        notes = _taken_out("they do not fit", taken_out, texts)
        return Recovered(adopt(repaired, "", now), "", notes)
    return None


def _missing(
    tables: Tables, then: Mapping[RecordId, Fields], known: codec.BoardFile, sources: Sources
) -> list[RecordId]:
    """The records of the history that a table with wrong keys lacks: each may be there under one of these."""
    if sources.missing_archives:
        # Which records were archived is not known.
        return []
    archived = {record_id for archive in sources.archived for record_id in archive.records}
    lacking = (i for i in then if table_of(i) in known.unnumbered and i not in tables[table_of(i)])
    return [i for i in lacking if i not in archived and i not in known.set_aside]


def _from_history(path: str, read: SalvagedBoard, sources: Sources) -> Recovered | None:
    """The board as the whole line of commits made it; None if an entry is missing."""
    if not sources.line.is_complete:
        return None
    entries = sources.line.entries
    board = _board_from_history(path, entries, readable=read.tables is not None)
    if board is None:
        return None
    state = fields_by_id(board.tables)
    own = fields_by_id(read.readable)
    differing = differing_ids({i: fields for i, fields in state.items() if i in own}, own)
    taken_out = [i for i in (*differing, *read.unreadable) if i not in state]
    texts = {i: read.unreadable.get(i) or _json(own[i]) for i in taken_out}
    notes = [*_taken_out("no commit has made them", taken_out, texts)]
    if set_back := [i for i in differing if i in state]:
        notes.append(f"Set back to what the history says: {_named(set_back)}")
    tables: Tables = {name: dict(table) for name, table in board.tables.items()}
    dangling = list(take_out_dangling(tables))
    board = Board(tables, revision=board.revision, ids=highest_counters(board.ids, read.ids))
    history = list(entries.items())
    if dangling:
        # Another program has removed what they refer to, and a commit has told that.
        notes.append(f"Taken out, because they do not fit: {_named(dangling)}")
        board, history = _with_commit_to(board, history)
    return Recovered(codec.assemble(board, history), "", tuple(notes))


def _from_records(read: SalvagedBoard, sources: Sources) -> Recovered | None:
    """The board of the file's records, if all of them can be read, with a history that leads to them."""
    if read.tables is None:
        return None
    entries = sources.earlier().entries
    board = _board(_with_archived(read.tables, sources.archived), read, sources, max(read.revision, sources.line.last))
    return _assembled(board, entries, sources, "who committed {}, and why; no record is lost")


def _from_parts(path: str, read: SalvagedBoard, sources: Sources) -> Recovered:
    """The board of those records that can be read; archives and backups fill in what they have of the others."""
    earlier = sources.earlier()
    older = _board_from_history(path, earlier.entries, readable=False) if earlier.whole is None else None
    if earlier.whole is not None:
        older = Board(earlier.whole.tables or {}, revision=earlier.revision, ids=earlier.whole.ids)
    if older is None and not read.readable["team"]:
        raise BoardUnreadable(
            f"{path} can't be repaired: it has no readable records, and there is no good backup; it was not changed."
        )
    both: Tables = {name: {**(older.tables[name] if older else {}), **read.readable[name]} for name in TABLES}
    tables = _with_archived(_with_later(_in_order(both), sources.line), sources.archived)
    before = dict(tables)
    taken_out = list(take_out_dangling(tables))
    texts = {i: _json(stored_fields(before[table_of(i)][i])) for i in taken_out}
    revision = max(sources.line.last, earlier.revision)
    board = _board(tables, read, sources, revision, *([older.ids] if older else []))
    lost = "{} could not be recovered, but for the records that the file still has"
    found = _assembled(board, earlier.entries, sources, lost)
    notes = _taken_out("what they refer to is lost", taken_out, texts)
    return found._replace(notes=notes)


def _assembled(board: Board, begins: Entries, sources: Sources, lost: str) -> Recovered:
    """The file of a board whose history begins with `begins`; `lost` says what is, with {} for the revisions."""
    # What the entries after the gap say may not fit the records.
    board, entries = _with_commit_to(board, list(repaired_history(begins, board, sources.line.entries)))
    first = len(begins) + 1
    kept = {id(entry) for entry in sources.line.entries.values()}
    last = max((n for n, entry in entries if n >= first and id(entry) not in kept), default=0)
    said = lost.format(f"revision {first}" if first == last else f"revisions {first} to {last}") if last else ""
    if sources.missing_archives:
        away = " and ".join(sources.missing_archives)
        said = f"{said.partition('; no record')[0]}; the records in {away}, which can't be read"
    return Recovered(codec.assemble(board, entries), said)


def _with_commit_to(board: Board, entries: _Commits) -> tuple[Board, _Commits]:
    """A board and its history from revision 1, with a commit that leads to the board's records if none does."""
    then, now = replay(entry for _, entry in entries), fields_by_id(board.tables)
    if not differing_ids(then, now):
        return board, entries
    at = entries[-1][1].at if entries else EPOCH
    repaired = HistoryEntry(by=None, at=at, verb=REPAIR_VERB, changes=changes_between(then, now))
    revision = len(entries) + 1
    return Board(board.tables, revision=revision, ids=board.ids), [*entries, (revision, repaired)]


def _board(tables: Tables, read: SalvagedBoard, sources: Sources, revision: int, *counters: Mapping[str, int]) -> Board:
    """A board of these records whose next numbers are above all that are known."""
    used = numbers_used(record_id for entry in sources.line.entries.values() for record_id in entry.changes)
    return Board(tables, revision=revision, ids=last_numbers(tables, highest_counters(used, read.ids, *counters)))


def _with_archived(tables: Tables, archived: Iterable[archives.ReadArchive]) -> Tables:
    """The tables with the archived records, which are on a repaired board again."""
    found: Tables = {name: dict(table) for name, table in tables.items()}
    for archive in archived:
        for record_id, fields in archive.records.items():
            with suppress(msgspec.ValidationError):
                found[table_of(record_id)].setdefault(record_id, record_of(record_id, fields))
    return _in_order(found)


def _with_later(tables: Tables, line: Line) -> Tables:
    """The tables as the entries after the last gap of a line make them; a record that they created is complete."""
    state = fields_by_id(tables)
    last_gap = max((n for n in range(1, line.last + 1) if n not in line.entries), default=0)
    later = [entry for n, entry in line.entries.items() if n > last_gap]
    changed: set[RecordId] = set()
    for entry in reversed(later):
        for record_id, change in entry.changes.items():
            changed.add(record_id)
            before = fields_before(state.pop(record_id, None), change)
            if before is not None:
                state[record_id] = before
    for entry in later:
        for record_id, change in entry.changes.items():
            after = fields_after(state.pop(record_id, None), change)
            if after is not None:
                state[record_id] = after
    found: Tables = {name: dict(table) for name, table in tables.items()}
    for record_id in changed:
        table = found[table_of(record_id)]
        table.pop(record_id, None)
        with suppress(msgspec.ValidationError, KeyError):
            table[record_id] = record_of(record_id, state[record_id])
    return _in_order(found)


def _in_order(tables: Tables) -> Tables:
    """The tables with their records in the order of the document numbers."""
    return {
        name: {record_id: table[record_id] for record_id in sorted(table, key=number_of)}
        for name, table in tables.items()
    }


def _named(record_ids: Iterable[RecordId]) -> str:
    """Some ids, in order: `C3, C4 and 3 more`."""
    ids = sorted(record_ids, key=id_sort_key)
    return name_some(ids, MOST_NAMED)


def _taken_out(why: str, record_ids: list[RecordId], texts: Mapping[RecordId, bytes]) -> tuple[str, ...]:
    """Notes on records that were taken out: why, with the beginning of what the first ones are; () for none."""
    if not record_ids:
        return ()
    ids = sorted(record_ids, key=id_sort_key)
    named = [f"{i} {_shortened(texts[i])}" for i in ids[:MOST_NAMED]]
    more = f" and {len(ids) - MOST_NAMED} more" if len(ids) > MOST_NAMED else ""
    return (f"Taken out, because {why}: {', '.join(named)}{more}; the damaged file still has them whole",)


def _shortened(json: bytes) -> str:
    # What is no JSON is shown as it stands.
    with suppress(msgspec.DecodeError):
        json = msgspec.json.format(json, indent=-1)
    text = one_line(json.decode(errors="replace"))
    return text if len(text) <= MOST_LETTERS else f"{text[:MOST_LETTERS]}…"


def _json(fields: Fields) -> bytes:
    return codec.ENCODER.encode(fields)


def _board_from_history(path: str, known: Entries, *, readable: bool) -> Board | None:
    """Rebuild the board from a history; None without one, or if it is invalid and the records are `readable`.

    Raises BoardUnreadable if the history is invalid and the records are not readable.
    """
    if not known:
        return None
    try:
        return board_from_history(known)
    except (msgspec.ValidationError, KeyError, ValueError) as error:
        if readable:
            return None
        why = in_words(str(error))
        raise BoardUnreadable(
            f"{path}: its history has a record that can't be read ({why}); "
            "restore a backup with `teamboard board restore`."
        ) from error
