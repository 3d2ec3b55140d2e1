"""A history that is decoded only as far as somebody asks.

A board carries its history as the raw text that was read; most who read a board never look at it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime

import msgspec

from teamboard.domain.board import Board
from teamboard.domain.commit_log import Change, Fields, HistoryEntry, HistorySegment, RecordBefore, ReverseStep

_TEXTS = msgspec.json.Decoder(dict[int, msgspec.Raw])
_STEPS = msgspec.json.Decoder(dict[int, ReverseStep])
_ENTRY = msgspec.json.Decoder(HistoryEntry)


class _Stretch:
    """Some commits in a row, decoded as far as somebody asks."""

    def __init__(self, raw: Callable[[], bytes]) -> None:
        self._raw = raw
        self._texts: dict[int, msgspec.Raw] | None = None
        self._steps: dict[int, ReverseStep] | None = None

    def texts(self) -> dict[int, msgspec.Raw]:
        if self._texts is None:
            self._texts = _TEXTS.decode(self._raw())
        return self._texts

    def steps(self) -> dict[int, ReverseStep]:
        if self._steps is None:
            self._steps = _STEPS.decode(self._raw())
        return self._steps

    def concerning(self, record_id: str) -> dict[int, msgspec.Raw]:
        texts = self.texts()
        return {n: texts[n] for n, step in self.steps().items() if record_id in step.changes}


class _Away(_Stretch):
    """An earlier stretch, read once for all the histories that go back over it."""

    def __init__(self, source: HistorySegment) -> None:
        super().__init__(source.entries)
        self.entries, self.touching, self.records = source.entries, source.touching, source.records
        self.first, self.last, self.digest = source.first, source.last, source.digest
        self.begun, self.before = source.begun, source.before

    def concerning(self, record_id: str) -> dict[int, msgspec.Raw]:
        found = self.touching(record_id) if self._texts is None else None
        return super().concerning(record_id) if found is None else _TEXTS.decode(found)


class LazyHistory:
    """The commits of a board by revision, from the text of the file's table, in one piece or several.

    The text is looked at when somebody asks, and each commit decoded when it is asked for. What is `earlier` than
    the text, the oldest stretch first, is read only by whoever goes back so far.
    """

    def __init__(
        self, raw: bytes | tuple[bytes, ...] = b"{}", *, last: int | None = None, earlier: Sequence[HistorySegment] = ()
    ) -> None:
        self.earlier = tuple(stretch if isinstance(stretch, _Away) else _Away(stretch) for stretch in earlier)
        self._raw = raw
        self._last = last
        self._own = _Stretch(lambda: raw if isinstance(raw, bytes) else b"".join(raw))
        self._known: dict[int, HistoryEntry] = {}

    def up_to(self, revision: int) -> LazyHistory:
        """The same history as it was at a revision."""
        return LazyHistory(self._raw, last=revision, earlier=self.earlier)

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

    def reverse_steps(self) -> Iterator[tuple[int, ReverseStep]]:
        """Every commit, the newest first, as far as going back needs it: a tenth of the work of all of them."""
        for stretch in (self._own, *reversed(self.earlier)):
            for revision, step in reversed(stretch.steps().items()):
                if self._last is not None and revision > self._last:
                    continue
                if step.archive and not step.changes:
                    put_away = {i: RecordBefore(fields) for i, fields in self._put_away(step.archive).items()}
                    step = ReverseStep(step.at, put_away, step.archive)
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

    def with_archived(self) -> Iterator[tuple[int, HistoryEntry]]:
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


def entry_texts(board: Board) -> Mapping[int, bytes]:
    """Each commit of a board that is not archived, by revision, as its text in the file."""
    history = board.history
    return history.texts() if isinstance(history, LazyHistory) else {}
