"""CSV files as spreadsheets and CRMs write them: encoding and separator are recognised, or asked for."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from teamboard.domain.errors import Refused, describe_os_error

SEPARATORS = (",", ";", "\t", "|")
_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_STEP = 2000
Read = Callable[[int], None]
"""Told how many bytes have been read so far."""


class CsvFile:
    """A CSV file whose header has the columns wanted; its rows are read one by one, as often as asked for."""

    def __init__(
        self, path: Path, wanted: Iterable[str], *, encoding: str | None = None, separator: str | None = None
    ) -> None:
        """Raises Refused, naming file and line, for what is no such file."""
        self.path = path
        self._encoding = encoding or self._recognised()
        self.separator, self.header = self._head(list(dict.fromkeys(wanted)), separator)

    @property
    def size(self) -> int:
        """The file's size in bytes."""
        return self.path.stat().st_size

    def rows(self, read: Read | None = None) -> Iterator[tuple[int, dict[str, str]]]:
        """Each row with its line number, by column; rows without a single cell are passed over."""
        width = len(self.header)
        with self._open() as (raw, text):
            reader = csv.reader(text, delimiter=self.separator, strict=True)
            cells = self._next(reader)
            while (cells := self._next(reader)) is not None:
                if read is not None and reader.line_num % _STEP == 0:
                    read(raw.tell())
                if not any(cells):
                    continue
                if len(cells) != width:
                    raise Refused(
                        f"{self.path.name}, line {reader.line_num}: {len(cells)} cells, where the header has {width}."
                    )
                yield reader.line_num, dict(zip(self.header, cells, strict=True))

    def _next(self, reader: Iterator[list[str]]) -> list[str] | None:
        line = getattr(reader, "line_num", 0) + 1
        try:
            return next(reader, None)
        except UnicodeDecodeError:
            raise Refused(
                f"{self.path.name}, near line {line}: not written in {self._encoding}; say in the map which "
                "encoding it is, such as encoding: windows-1252."
            ) from None
        except csv.Error as error:
            raise Refused(f"{self.path.name}, line {line}: {error}.") from None

    def _open(self) -> _Opened:
        try:
            raw = self.path.open("rb")
            return _Opened(raw, io.TextIOWrapper(raw, encoding=self._encoding, newline=""))
        except LookupError:
            raise Refused(f"There is no encoding {self._encoding!r}; one is windows-1252.") from None
        except OSError as error:
            raise Refused(f"{self.path}: {describe_os_error(error).lower()}.") from None

    def _recognised(self) -> str:
        try:
            with self.path.open("rb") as file:
                begins = file.read(4)
        except OSError as error:
            raise Refused(f"{self.path}: {describe_os_error(error).lower()}.") from None
        return next((name for mark, name in _MARKS if begins.startswith(mark)), "utf-8")

    def _head(self, wanted: list[str], separator: str | None) -> tuple[str, list[str]]:
        found: dict[str, list[str]] = {}
        for sign in (separator,) if separator else SEPARATORS:
            with self._open() as (_, text):
                cells = self._next(csv.reader(text, delimiter=sign, strict=True)) or []
            found[sign] = [cell.strip() for cell in cells]
        fits = [sign for sign, header in found.items() if all(name in header for name in wanted)]
        if len(fits) != 1:
            widest = max(found.values(), key=len)
            if not any(widest):
                raise Refused(f"{self.path.name} has no header in its first line.")
            missing = next((name for name in wanted if name not in widest), wanted[0])
            raise Refused(
                f"{self.path.name} has no column {missing!r}; it has {', '.join(widest[:20])}. "
                "If that is one, say its separator in the map."
            )
        header = found[fits[0]]
        twice = next((name for name in wanted if header.count(name) > 1), None)
        if twice is not None:
            raise Refused(f"{self.path.name} has the column {twice!r} twice.")
        return fits[0], header


class _Opened:
    """A file as bytes and as text, closed at the end."""

    def __init__(self, raw: io.BufferedReader, text: io.TextIOWrapper) -> None:
        self._raw, self._text = raw, text

    def __enter__(self) -> tuple[io.BufferedReader, io.TextIOWrapper]:
        return self._raw, self._text

    def __exit__(self, *_: object) -> None:
        self._text.close()
