"""History: every commit of a board, in order, never rewritten; and what can be read from it.

A board carries its history as the raw text that was read; it is decoded when somebody looks at it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any, Protocol

import msgspec

from teamboard.domain.board import Board, Changes, Tables
from teamboard.domain.history.commit_log import Change, HistoryEntry
from teamboard.domain.ids import number_of, order_of, table_of
from teamboard.domain.records import TABLES, Record

Fields = dict[str, object]
DONE_FOR_THEM = ("set a key", "prepare a review")
"""The verbs of what happens by itself: a first key, that somebody has begun to prepare, what is shown by now."""


class Before(msgspec.Struct, frozen=True, gc=False):
    """How a record was before a commit; None where the commit made it."""

    before: Fields | None


class Step(msgspec.Struct, frozen=True, gc=False):
    """As much of a commit as going back over it needs."""

    at: datetime
    changes: dict[str, Before]
    archive: str = ""


class Earlier(Protocol):
    """A stretch of the history, with the records it took along, that is read from elsewhere when somebody asks.

    Its revisions are `first` to `last`, the first of them of the moment `begun`; the records are of what was over
    `before` a day. Reading it may raise HistoryAway.
    """

    first: int
    last: int
    begun: datetime
    before: date
    digest: str

    def entries(self) -> bytes:
        """Its commits, as one JSON object by revision."""
        ...

    def touching(self, record_id: str) -> bytes | None:
        """Those of its commits that may concern a record; None where reading them all is no more work."""
        ...

    def records(self) -> Mapping[str, Fields]:
        """The records that the commit with this digest put away."""
        ...


class HistoryAway(Exception):
    """A stretch of the history can't be read; the message says which and why, in one line, `brief` only which."""

    def __init__(self, message: str, brief: str = "") -> None:
        super().__init__(message)
        self.brief = brief or message


_TEXTS = msgspec.json.Decoder(dict[int, msgspec.Raw])
_STEPS = msgspec.json.Decoder(dict[int, Step])
_ENTRY = msgspec.json.Decoder(HistoryEntry)


class _Stretch:
    """Some commits in a row, decoded as far as somebody asks."""

    def __init__(self, raw: Callable[[], bytes]) -> None:
        self._raw = raw
        self._texts: dict[int, msgspec.Raw] | None = None
        self._steps: dict[int, Step] | None = None

    def texts(self) -> dict[int, msgspec.Raw]:
        if self._texts is None:
            self._texts = _TEXTS.decode(self._raw())
        return self._texts

    def steps(self) -> dict[int, Step]:
        if self._steps is None:
            self._steps = _STEPS.decode(self._raw())
        return self._steps

    def concerning(self, record_id: str) -> dict[int, msgspec.Raw]:
        texts = self.texts()
        return {n: texts[n] for n, step in self.steps().items() if record_id in step.changes}


class _Away(_Stretch):
    """An earlier stretch, read once for all the histories that go back over it."""

    def __init__(self, source: Earlier) -> None:
        super().__init__(source.entries)
        self.entries, self.touching, self.records = source.entries, source.touching, source.records
        self.first, self.last, self.digest = source.first, source.last, source.digest
        self.begun, self.before = source.begun, source.before

    def concerning(self, record_id: str) -> dict[int, msgspec.Raw]:
        found = self.touching(record_id) if self._texts is None else None
        return super().concerning(record_id) if found is None else _TEXTS.decode(found)


class History:
    """The commits of a board by revision, from the text of the file's table, in one piece or several.

    The text is looked at when somebody asks, and each commit decoded when it is asked for. What is `earlier` than
    the text, the oldest stretch first, is read only by whoever goes back so far.
    """

    def __init__(
        self, raw: bytes | tuple[bytes, ...] = b"{}", *, last: int | None = None, earlier: Sequence[Earlier] = ()
    ) -> None:
        self.earlier = tuple(stretch if isinstance(stretch, _Away) else _Away(stretch) for stretch in earlier)
        self._raw = raw
        self._last = last
        self._own = _Stretch(lambda: raw if isinstance(raw, bytes) else b"".join(raw))
        self._known: dict[int, HistoryEntry] = {}

    def up_to(self, revision: int) -> History:
        """The same history as it was at a revision."""
        return History(self._raw, last=revision, earlier=self.earlier)

    def get(self, revision: int) -> HistoryEntry | None:
        """The commit that made a revision, or None."""
        if self._last is not None and revision > self._last:
            return None
        found = self._known.get(revision)
        if found is None:
            away = (stretch for stretch in self.earlier if stretch.first <= revision <= stretch.last)
            text = next(away, self._own).texts().get(revision)
            if text is None:
                return None
            found = self._known[revision] = _ENTRY.decode(text)
        return found

    def texts(self) -> Mapping[int, bytes]:
        """Each commit that is not away, as its text in the file."""
        return {revision: bytes(text) for revision, text in self._own.texts().items()}

    def newest_first(self) -> Iterator[tuple[int, HistoryEntry]]:
        """Every commit, the newest first."""
        for stretch in (self._own, *reversed(self.earlier)):
            for revision in reversed(stretch.texts()):
                entry = self.get(revision)
                if entry is not None:
                    yield revision, entry

    def touching(self, record_id: str) -> Iterator[tuple[int, HistoryEntry]]:
        """The commits that made, changed or took off a record, the oldest first."""
        for stretch in (*self.earlier, self._own):
            for revision, text in stretch.concerning(record_id).items():
                entry = self._known.get(revision) or _ENTRY.decode(text)
                if record_id in entry.changes and (self._last is None or revision <= self._last):
                    yield revision, entry

    def steps_back(self) -> Iterator[tuple[int, Step]]:
        """Every commit, the newest first, as far as going back needs it: a tenth of the work of all of them."""
        for stretch in (self._own, *reversed(self.earlier)):
            for revision, step in reversed(stretch.steps().items()):
                if self._last is not None and revision > self._last:
                    continue
                if step.archive and not step.changes:
                    put_away = {i: Before(fields) for i, fields in self._put_away(step.archive).items()}
                    step = Step(step.at, put_away, step.archive)
                yield revision, step

    @property
    def begun(self) -> datetime | None:
        """The moment of the first commit, None before there was one."""
        first = next(iter(self._own.texts()), None)
        if self.earlier:
            return self.earlier[0].begun
        entry = self.get(first) if first is not None else None
        return entry.at if entry else None

    def __iter__(self) -> Iterator[tuple[int, HistoryEntry]]:
        """Every commit, the oldest first."""
        for stretch in (*self.earlier, self._own):
            for revision in stretch.texts():
                entry = self.get(revision)
                if entry is not None:
                    yield revision, entry

    def __len__(self) -> int:
        last = self._last
        own = self._own.texts()
        mine = len(own) if last is None else sum(n <= last for n in own)
        return mine + sum(max(min(e.last, e.last if last is None else last) - e.first + 1, 0) for e in self.earlier)

    def whole(self) -> Iterator[tuple[int, HistoryEntry]]:
        """Every commit, the oldest first, those that put something away with what that was."""
        for revision, entry in self:
            yield revision, self._with_put_away(entry)

    def _with_put_away(self, entry: HistoryEntry) -> HistoryEntry:
        if not entry.archive or entry.changes:
            return entry
        put_away = {i: Change(before=dict(fields), after=None) for i, fields in self._put_away(entry.archive).items()}
        return msgspec.structs.replace(entry, changes=put_away)

    def _put_away(self, digest: str) -> Mapping[str, Fields]:
        found = next((stretch for stretch in self.earlier if stretch.digest == digest), None)
        return found.records() if found else {}


def fields_of(record: Record | None) -> Fields | None:
    """A record as the file has it: plain values, without its id."""
    if record is None:
        return None
    plain: Fields = msgspec.to_builtins(record)
    plain.pop("id", None)
    return plain


def written(record: Record) -> Fields:
    """A record's fields as the file has them, and as a history that was read from it has them."""
    fields: Fields = msgspec.json.decode(msgspec.json.encode(record))
    fields.pop("id", None)
    return fields


def record_of(record_id: str, fields: Fields) -> Record:
    """The record of plain values; the inverse of `fields_of`."""
    kind: type[Any] = TABLES[table_of(record_id)]
    record: Record = msgspec.convert(fields, kind)
    msgspec.structs.force_setattr(record, "id", record_id)
    return record


def differences(board: Board, changes: Changes) -> dict[str, Change]:
    """What changes do to a board's records: the fields that differ, before and after.

    A field left out on one side had, or has, its default there.
    """
    return {
        record_id: _change(fields_of(board.get(record_id)), fields_of(record)) for record_id, record in changes.items()
    }


def _change(before: Fields | None, after: Fields | None) -> Change:
    """The fields that differ between two states of a record."""
    if before is not None and after is not None:
        same = {k for k in before if k in after and before[k] == after[k]}
        before, after = ({k: v for k, v in fields.items() if k not in same} for fields in (before, after))
    return Change(before=before, after=after)


def taken_back(fields: Fields | None, change: Change) -> Fields | None:
    """A record's fields as they were before a change, given those after it."""
    if change.before is None:
        return None
    if fields is None or change.after is None:
        return dict(change.before)
    return {k: v for k, v in fields.items() if k not in change.after} | change.before


def went_on(fields: Fields | None, change: Change) -> Fields | None:
    """A record's fields after a change, given those before it: the inverse of `taken_back`."""
    if change.after is None:
        return None
    gone = change.before or {}
    return {k: v for k, v in (fields or {}).items() if k not in gone} | change.after


def replayed(entries: Iterable[HistoryEntry]) -> dict[str, Fields]:
    """Every record's fields after these commits, from the first one on: the inverse of going back."""
    found: dict[str, Fields] = {}
    for entry in entries:
        for record_id, change in entry.changes.items():
            fields = went_on(found.get(record_id), change)
            if fields is None:
                found.pop(record_id, None)
            else:
                found[record_id] = fields
    return found


def differing(made: Mapping[str, Fields], state: Mapping[str, Fields]) -> list[str]:
    """The ids of the records that are not what a history has `made` of them, in order; `state` is as read.

    What an earlier version wrote in another form is no difference, where both are read as the same record.
    """
    return sorted(i for i in {*made, *state} if not _is_same(i, made.get(i), state.get(i)))


def _is_same(record_id: str, made: Fields | None, fields: Fields | None) -> bool:
    if made == fields:
        return True
    try:
        return made is not None and fields is not None and written(record_of(record_id, made)) == fields
    except msgspec.ValidationError:
        return False


def changes_between(before: Mapping[Any, Fields], after: Mapping[Any, Fields]) -> dict[str, Change]:
    """What makes one state of the records into another, as a commit has it."""
    ids = sorted({*before, *after}, key=lambda i: order_of(i))
    return {i: _change(before.get(i), after.get(i)) for i in ids if before.get(i) != after.get(i)}


def history_of(board: Board) -> History:
    """A board's history, an empty one if it carries none."""
    return History() if board.history is None else board.history


def begun(board: Board) -> datetime | None:
    """The moment of the first commit: what tells this board from every other; None before there was one."""
    return history_of(board).begun


def whole(board: Board) -> Board:
    """A board with all that was put away back in its place, for who looks at what is long over."""
    put_away = {i: fields for stretch in history_of(board).earlier for i, fields in stretch.records().items()}
    return board.supposing({i: record_of(i, fields) for i, fields in put_away.items() if board.get(i) is None})


def holding(board: Board, record_id: str) -> Board:
    """A board that has a record: with all that was put away, where only that has it."""
    return board if board.get(record_id.upper()) or not history_of(board).earlier else whole(board)


def reaching(board: Board, day: date) -> Board:
    """A board that has all of a day and after it: with what was put away, if that was later."""
    return whole(board) if any(stretch.before > day for stretch in history_of(board).earlier) else board


def as_of(board: Board, revision: int) -> Board:
    """The board as it stood at a revision, its history up to then."""
    history = history_of(board)
    fields: dict[str, Fields | None] = {}
    for number, step in history.steps_back():
        if number <= revision:
            break
        for record_id, was in step.changes.items():
            if was.before is None:
                # It was made by this commit: whatever it became later, before that it was not there.
                fields[record_id] = None
                continue
            if record_id not in fields:
                fields[record_id] = fields_of(board.get(record_id))
            entry = history.get(number)
            change = entry.changes.get(record_id) if entry else None
            fields[record_id] = taken_back(fields[record_id], change) if change else was.before
    tables: Tables = dict(board.tables)
    there = {i: record_of(i, f) for i, f in fields.items() if f is not None}
    for name in {table_of(record_id) for record_id in fields}:
        table = {i: r for i, r in board.tables[name].items() if i not in fields}
        back = {i: r for i, r in there.items() if table_of(i) == name}
        tables[name] = dict(sorted((table | back).items(), key=lambda item: number_of(item[0]))) if back else table
    return Board(tables, revision=revision, ids=board.ids, history=history.up_to(revision))


def revision_on(board: Board, day: date) -> int:
    """The last revision up to the end of a day of the team; 0 before the first."""
    # In UTC, as the stamps are: moments of one zone are compared ten times faster.
    end = board.end_of(day).astimezone(UTC)
    return next((n for n, step in history_of(board).steps_back() if step.at < end), 0)


def board_on(board: Board, day: date) -> Board | None:
    """The board as it stood at the end of a day of the team, or None before there was one."""
    revision = revision_on(board, day)
    return as_of(board, revision) if revision else None


def own_last(board: Board, handle: str) -> int | None:
    """The revision of a member's last commit that has not been taken back, and is not itself a taking back.

    What is done for them, and not by them, is passed over, and so is an archive.
    """
    undone: set[int] = set()
    for number, entry in history_of(board).newest_first():
        if entry.undoes is not None:
            undone.add(entry.undoes)
        elif entry.by == handle and number not in undone and entry.verb not in DONE_FOR_THEM and not entry.archive:
            return number
    return None
