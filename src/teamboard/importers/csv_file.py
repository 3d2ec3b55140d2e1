"""CSV files as spreadsheets and CRMs write them: encoding and separator are detected, or given by the caller."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from teamboard.domain.errors import Refused, os_error_within

SEPARATORS = (",", ";", "\t", "|")
_BYTE_ORDER_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_LINES_PER_REPORT = 2000
ReportProgress = Callable[[int], None]
"""A callback that is given the number of bytes read so far."""


class CsvFile:
    """A CSV file with a header. Rows are read one by one, never all at once; `rows` may be called repeatedly."""

    def __init__(
        self, path: Path, wanted: Iterable[str], *, encoding: str | None = None, separator: str | None = None
    ) -> None:
        """Read the header and detect the separator by the `wanted` columns.

        Raises Refused, naming file and line, if the file can't be read, or lacks one of the `wanted` columns.
        """
        self.path = path
        self._encoding = encoding or self._detect_encoding()
        self.separator, self.header = self._read_header(list(dict.fromkeys(wanted)), separator)

    @property
    def size(self) -> int:
        """The file's size in bytes."""
        return self.path.stat().st_size

    def rows(self, report_progress: ReportProgress | None = None) -> Iterator[tuple[int, dict[str, str]]]:
        """Each row as (line number, cells by column); empty rows are skipped. Raises Refused for a broken row."""
        width = len(self.header)
        with self._open() as (raw, text):
            reader = csv.reader(text, delimiter=self.separator, strict=True)
            cells = self._next_row(reader)
            while (cells := self._next_row(reader)) is not None:
                if report_progress is not None and reader.line_num % _LINES_PER_REPORT == 0:
                    report_progress(raw.tell())
                if not any(cells):
                    continue
                if len(cells) != width:
                    raise Refused(
                        f"{self.path.name}, line {reader.line_num}: the row has {len(cells)} cells, the header {width}."
                    )
                yield reader.line_num, dict(zip(self.header, cells, strict=True))

    def _next_row(self, reader: Iterator[list[str]]) -> list[str] | None:
        """The next row of a csv reader, None at the end. Raises Refused for a wrong encoding or broken quotes."""
        line = getattr(reader, "line_num", 0) + 1
        try:
            return next(reader, None)
        except UnicodeError:
            raise Refused(
                f"{self.path.name}, near line {line}: the text is not {self._encoding}; name its encoding in the "
                "map, such as encoding: windows-1252."
            ) from None
        except csv.Error as error:
            raise Refused(f"{self.path.name}, line {line}: {error}.") from None

    def _open(self) -> _OpenFile:
        """Open the file as bytes and as text. Raises Refused."""
        try:
            raw = self.path.open("rb")
            return _OpenFile(raw, io.TextIOWrapper(raw, encoding=self._encoding, newline=""))
        except (LookupError, ValueError):
            raise Refused(f"There is no encoding {self._encoding!r}; try windows-1252.") from None
        except OSError as error:
            raise Refused(f"{self.path}: {os_error_within(error)}.") from None

    def _detect_encoding(self) -> str:
        """The encoding by the file's byte order mark; UTF-8 without one."""
        try:
            with self.path.open("rb") as file:
                first_bytes = file.read(4)
        except OSError as error:
            raise Refused(f"{self.path}: {os_error_within(error)}.") from None
        return next((name for mark, name in _BYTE_ORDER_MARKS if first_bytes.startswith(mark)), "utf-8")

    def _read_header(self, wanted_columns: list[str], separator: str | None) -> tuple[str, list[str]]:
        """The separator and the header: the one separator with which the header has all `wanted` columns."""
        headers: dict[str, list[str]] = {}
        errors: list[Refused] = []
        for candidate in (separator,) if separator else SEPARATORS:
            try:
                with self._open() as (_, text):
                    cells = self._next_row(csv.reader(text, delimiter=candidate, strict=True)) or []
            except Refused as error:
                # Quoted names are broken quotes to every separator but their own.
                errors.append(error)
            else:
                headers[candidate] = [cell.strip() for cell in cells]
        if not headers:
            raise errors[0]
        fitting = [candidate for candidate, header in headers.items() if all(name in header for name in wanted_columns)]
        if len(fitting) != 1:
            widest = max(headers.values(), key=len)
            if not any(widest):
                raise Refused(f"{self.path.name} has no header in its first line.")
            missing = next((name for name in wanted_columns if name not in widest), wanted_columns[0])
            raise Refused(
                f"{self.path.name} has no column {missing!r}; it has {', '.join(widest[:20])}. "
                "If these are several columns, name the separator in the map, such as separator: ';'."
            )
        header = headers[fitting[0]]
        duplicate = next((name for name in wanted_columns if header.count(name) > 1), None)
        if duplicate is not None:
            raise Refused(f"{self.path.name} has the column {duplicate!r} twice.")
        return fitting[0], header


class _OpenFile:
    """A context manager for a file that is open as bytes and as text; closes both."""

    def __init__(self, raw: io.BufferedReader, text: io.TextIOWrapper) -> None:
        self._raw, self._text = raw, text

    def __enter__(self) -> tuple[io.BufferedReader, io.TextIOWrapper]:
        return self._raw, self._text

    def __exit__(self, *_: object) -> None:
        self._text.close()
