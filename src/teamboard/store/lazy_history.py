"""A history that is decoded on demand.

A board has its history as the raw text that was read, because most readers of a board never look at it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from itertools import islice, takewhile
from typing import TypeVar

import msgspec

from teamboard.domain.board import Board
from teamboard.domain.commit_log import Change, Fields, History, HistoryDamaged, HistoryEntry, RecordBefore, ReverseStep
from teamboard.domain.ids import RecordId
from teamboard.store.meta import RawSegment

T = TypeVar("T")
_LINE = rb'"(\d{1,18})": (\{.*\})'
_END = b"\n}"
_RECENT = 200
"""So many of the newest commits are looked for line by line before the whole text is decoded."""
_ERRORS = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)


def _texts(raw: bytes) -> dict[int, msgspec.Raw]:
    """The JSON of each commit of a history, by revision. Raises HistoryDamaged."""
    try:
        return msgspec.json.decode(raw, type=dict[int, msgspec.Raw])
    except _ERRORS as error:
        raise HistoryDamaged(None) from error


def _entry(revision: int, text: bytes | msgspec.Raw) -> HistoryEntry:
    """Decode the commit of a revision. Raises HistoryDamaged."""
    try:
        return msgspec.json.decode(text, type=HistoryEntry)
    except _ERRORS as error:
        raise HistoryDamaged(revision) from error


class _Segment:
    """Consecutive commits, decoded on demand."""

    def __init__(self, raw: Callable[[], bytes]) -> None:
        self._raw = raw
        self._texts: dict[int, msgspec.Raw] | None = None
        self._steps: dict[int, ReverseStep] | None = None

    @property
    def is_decoded(self) -> bool:
        """True if the JSON has been split into commits."""
        return self._texts is not None

    def texts(self) -> dict[int, msgspec.Raw]:
        """The JSON of each commit, by revision."""
        if self._texts is None:
            self._texts = _in_order(_texts(self._raw()))
        return self._texts

    def steps(self) -> dict[int, ReverseStep]:
        """The part of each commit that time travel needs, by revision."""
        if self._steps is None:
            try:
                self._steps = _in_order(msgspec.json.decode(self._raw(), type=dict[int, ReverseStep]))
            except _ERRORS as error:
                raise HistoryDamaged(self._first_damaged()) from error
        return self._steps

    def _first_damaged(self) -> int | None:
        """The first revision whose entry can't be read; None if it is not one entry."""
        for revision, text in self.texts().items():
            try:
                msgspec.json.decode(text, type=ReverseStep)
            except _ERRORS:
                return revision
        return None

    def concerning(self, record_id: RecordId) -> dict[int, msgspec.Raw]:
        """The JSON of the commits that changed a record, by revision."""
        texts = self.texts()
        return {n: texts[n] for n, step in self.steps().items() if record_id in step.changes}


class _CachedSegment(_Segment):
    """An earlier segment; the histories that contain it share one, so that it is read once."""

    def __init__(self, source: RawSegment) -> None:
        super().__init__(source.entries)
        self.entries, self.touching, self.records = source.entries, source.touching, source.records
        self.first, self.last, self.digest = source.first, source.last, source.digest
        self.begun, self.before = source.begun, source.before

    def concerning(self, record_id: RecordId) -> dict[int, msgspec.Raw]:
        """As for `_Segment`, but it may include commits that only mention the record."""
        found = self.touching(record_id) if self._texts is None else None
        return super().concerning(record_id) if found is None else _texts(found)


class LazyHistory:
    """The commits of a board by revision, from the text of the file's history table, in one piece or several.

    Each commit is decoded when it is asked for. `earlier` has the segments before the text, oldest first; they are
    read only when a caller goes back that far, which may raise HistoryUnavailable.
    """

    def __init__(
        self,
        raw: bytes | tuple[bytes, ...] = b"{}",
        *,
        last: int | None = None,
        newest: int | None = None,
        earlier: Sequence[RawSegment] = (),
    ) -> None:
        """`last` ends the history before the end of the text; `newest` is the last revision in the text, if known."""
        self.earlier = tuple(
            segment if isinstance(segment, _CachedSegment) else _CachedSegment(segment) for segment in earlier
        )
        self._raw = raw
        self._last = last
        self._newest = newest
        self._own = _Segment(lambda: raw if isinstance(raw, bytes) else b"".join(raw))
        self._known: dict[int, HistoryEntry] = {}

    def up_to(self, revision: int) -> LazyHistory:
        """The history up to and including `revision`."""
        return LazyHistory(self._raw, last=revision, earlier=self.earlier)

    def get(self, revision: int) -> HistoryEntry | None:
        """The commit of a revision, or None."""
        if self._last is not None and revision > self._last:
            return None
        found = self._known.get(revision)
        if found is None:
            recent = takewhile(lambda line: line[0] >= revision, islice(self._newest_lines(), _RECENT))
            found = next((entry for number, entry in recent if number == revision), None)
        if found is None:
            containing = (segment for segment in self.earlier if segment.first <= revision <= segment.last)
            text = next(containing, self._own).texts().get(revision)
            if text is None:
                return None
            found = self._known[revision] = _entry(revision, text)
        return found

    def newest(self) -> HistoryEntry | None:
        """The newest commit; None if there is none in memory, or if it can't be read.

        Only the last line is decoded, if that is the entry.
        """
        if self._last is None:
            line = re.fullmatch(_LINE, self._last_line())
            if line is not None:
                with suppress(msgspec.MsgspecError, UnicodeDecodeError):
                    return msgspec.json.decode(line[2], type=HistoryEntry)
        with suppress(HistoryDamaged):
            revisions = [number for number in self._own.texts() if self._last is None or number <= self._last]
            return self.get(revisions[-1]) if revisions else None
        return None

    def _last_line(self) -> bytes:
        """The last line of the text before its end; only this is copied, because the text may be large."""
        if isinstance(self._raw, bytes):
            end = self._raw[self._raw.rfind(b"\n", 0, max(len(self._raw) - len(_END), 0)) + 1 :]
            return end.rstrip().removesuffix(b"}").rstrip()
        text = next((piece for piece in reversed(self._raw) if len(piece) > len(_END)), b"")
        return text[text.rfind(b"\n") + 1 :]

    def _newest_lines(self) -> Iterator[tuple[int, HistoryEntry]]:
        """Yield the commits from the newest on as far as each is a line of its own, without decoding the whole text.

        It ends at whatever this program would not have written.
        """
        if self._newest is None or isinstance(self._raw, bytes) or self._own.is_decoded or self._raw[-1] != _END:
            return
        expected = self._newest
        for piece in reversed(self._raw[:-1]):
            end = len(piece)
            while end > 0:
                start = piece.rfind(b"\n", 0, end)
                line = re.fullmatch(_LINE, piece[start + 1 : end].removesuffix(b","))
                if line is None:
                    break
                revision = int(line[1])
                if revision != expected:
                    return
                try:
                    entry = self._known.get(revision) or msgspec.json.decode(line[2], type=HistoryEntry)
                except (msgspec.MsgspecError, UnicodeDecodeError):
                    return
                self._known[revision] = entry
                yield revision, entry
                expected, end = revision - 1, start
            if end > 1 or (end == 1 and piece[:1] not in (b",", b"{")):
                return

    def texts(self) -> Mapping[int, bytes]:
        """The JSON of each commit that is not in an earlier segment, by revision."""
        return {revision: bytes(text) for revision, text in self._own.texts().items()}

    def newest_first(self) -> Iterator[tuple[int, HistoryEntry]]:
        """Yield every commit, newest first; the newest are decoded one by one."""
        oldest = None
        for oldest, newest in self._newest_lines():
            yield oldest, newest
        for segment in (self._own, *reversed(self.earlier)):
            for revision in reversed(segment.texts()):
                if oldest is not None and revision >= oldest:
                    continue
                entry = self.get(revision)
                if entry is not None:
                    yield revision, entry

    def touching(self, record_id: RecordId) -> Iterator[tuple[int, HistoryEntry]]:
        """Yield the commits that created, changed or removed a record, oldest first."""
        for segment in (*self.earlier, self._own):
            for revision, text in segment.concerning(record_id).items():
                entry = self._known.get(revision) or _entry(revision, text)
                if record_id in entry.changes and (self._last is None or revision <= self._last):
                    yield revision, entry

    def reverse_steps(self) -> Iterator[tuple[int, ReverseStep]]:
        """Yield the part of every commit that time travel needs, newest first; ten times faster than whole commits."""
        for segment in (self._own, *reversed(self.earlier)):
            for revision, step in reversed(segment.steps().items()):
                if self._last is not None and revision > self._last:
                    continue
                if step.archive and not step.changes:
                    archived = {i: RecordBefore(fields) for i, fields in self._archived_records(step.archive).items()}
                    yield revision, ReverseStep(step.at, archived, step.archive)
                else:
                    yield revision, step

    @property
    def begun(self) -> datetime | None:
        """The time of the first commit; None if there is none."""
        first = next(iter(self._own.texts()), None)
        if self.earlier:
            return self.earlier[0].begun
        entry = self.get(first) if first is not None else None
        return entry.at if entry else None

    def __iter__(self) -> Iterator[tuple[int, HistoryEntry]]:
        """Yield every commit, oldest first."""
        for segment in (*self.earlier, self._own):
            for revision in segment.texts():
                entry = self.get(revision)
                if entry is not None:
                    yield revision, entry

    def __len__(self) -> int:
        last = self._last
        own = self._own.texts()
        mine = len(own) if last is None else sum(n <= last for n in own)
        return mine + sum(max(min(e.last, e.last if last is None else last) - e.first + 1, 0) for e in self.earlier)

    def with_archived(self) -> Iterator[tuple[int, HistoryEntry]]:
        """Yield every commit, oldest first; archiving commits with the records that they archived."""
        for revision, entry in self:
            yield revision, self._with_archived_records(entry)

    def _with_archived_records(self, entry: HistoryEntry) -> HistoryEntry:
        if not entry.archive or entry.changes:
            return entry
        put_away = {
            i: Change(before=dict(fields), after=None) for i, fields in self._archived_records(entry.archive).items()
        }
        return msgspec.structs.replace(entry, changes=put_away)

    def _archived_records(self, digest: str) -> Mapping[RecordId, Fields]:
        found = next((segment for segment in self.earlier if segment.digest == digest), None)
        return found.records() if found else {}


def _in_order(documents: dict[int, T]) -> dict[int, T]:
    """The documents by number, also where another program wrote them in the order of texts: 1, 10, 2."""
    numbers = list(documents)
    return documents if numbers == sorted(numbers) else dict(sorted(documents.items()))


def segments_of(history: History | None) -> Sequence[RawSegment]:
    """The archived segments of a history that a store has read, oldest first."""
    return history.earlier if isinstance(history, LazyHistory) else ()


def entry_texts(board: Board) -> Mapping[int, bytes]:
    """The JSON of each commit of a board that is not archived, by revision."""
    history = board.history
    return history.texts() if isinstance(history, LazyHistory) else {}
