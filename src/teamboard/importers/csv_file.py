"""CSV files as spreadsheets and CRMs write them: encoding and separator are detected, or given by the caller."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from teamboard.domain.errors import Refused, os_error_within
from teamboard.domain.records.names import comparable
from teamboard.domain.sanitize import one_line

SEPARATORS = (",", ";", "\t", "|")
_BYTE_ORDER_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_WORKBOOK_MARKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
"""How an xlsx, or another zip file, and an xls begin."""
_SEPARATOR_LINE = re.compile(r'"?sep=(.)"?\s*', re.IGNORECASE)
"""The first line with which a spreadsheet names its separator."""
_LONGEST_SEPARATOR_LINE = 20
_LINES_PER_REPORT = 2000
MOST_COLUMNS = 20
"""How many columns a refusal names."""
ReportProgress = Callable[[int], None]
"""A callback that is given the number of bytes read so far."""


class CsvFile:
    """A CSV file with a header. Rows are read one by one, never all at once; `rows` may be called repeatedly."""

    def __init__(
        self,
        path: Path,
        wanted: Iterable[str],
        *,
        known: Iterable[str] = (),
        encoding: str | None = None,
        separator: str | None = None,
        skip: int = 0,
        has_map: bool = True,
    ) -> None:
        """Read the header, below `skip` lines, and detect the separator by the `wanted` columns.

        A column is called as in `wanted`, or in `known` if it may be missing, in whatever case the file has it.
        Without a map (`has_map`) nothing can be said about the file but in the file itself.
        Raises Refused, naming file and line, if the file can't be read, or lacks one of the `wanted` columns.
        """
        self.path = path
        self._has_map = has_map
        self._encoding = self._detect_encoding(encoding)
        self._lines_above = 0
        named = self._separator_in_first_line()
        self._lines_above = max(skip, 1 if named else 0)
        self.separator, self.header = self._read_header(
            list(dict.fromkeys(wanted)), list(known), separator or named or None
        )

    @property
    def size(self) -> int:
        """The file's size in bytes."""
        return self.path.stat().st_size

    def rows(
        self, report_progress: ReportProgress | None = None, report_error: Callable[[str], None] | None = None
    ) -> Iterator[tuple[int, dict[str, str]]]:
        """Each row as (line number, cells by column); empty rows are skipped. Raises Refused for a broken row.

        With `report_error` a row of another width than the header is left out and told, and reading goes on.
        """
        width, above = len(self.header), self._lines_above
        with self._open() as (raw, text):
            reader = csv.reader(text, delimiter=self.separator, strict=True)
            cells = self._next_row(reader)
            while (cells := self._next_row(reader)) is not None:
                if report_progress is not None and reader.line_num % _LINES_PER_REPORT == 0:
                    report_progress(raw.tell())
                if not any(cells):
                    continue
                if len(cells) != width:
                    wrong = f"line {reader.line_num + above}: the row has {len(cells)} cells, the header {width}"
                    if report_error is None:
                        raise Refused(f"{self.path.name}, {wrong}.")
                    report_error(wrong)
                    continue
                yield reader.line_num + above, dict(zip(self.header, cells, strict=True))

    def _next_row(self, reader: Iterator[list[str]]) -> list[str] | None:
        """The next row of a csv reader, None at the end. Raises Refused for a wrong encoding or broken quotes."""
        line = getattr(reader, "line_num", 0) + 1 + self._lines_above
        try:
            return next(reader, None)
        except UnicodeError:
            raise self._wrong_encoding(line) from None
        except csv.Error as error:
            raise Refused(f"{self.path.name}, line {line}: {_broken_row(str(error))}.") from None

    def _wrong_encoding(self, line: int) -> Refused:
        how = "name its encoding in the map, such as encoding: windows-1252" if self._has_map else "save it as UTF-8"
        return Refused(f"{self.path.name}, near line {line}: the text is not {self._encoding}; {how}.")

    def _open(self) -> _OpenFile:
        """Open the file as bytes and as text, below the lines above the header. Raises Refused."""
        try:
            raw = self.path.open("rb")
            text = io.TextIOWrapper(raw, encoding=self._encoding, newline="")
            for _ in range(self._lines_above):
                text.readline()
            return _OpenFile(raw, text)
        except UnicodeError:
            raise self._wrong_encoding(1) from None
        except (LookupError, ValueError):
            raise Refused(f"There is no encoding {self._encoding!r}; try windows-1252.") from None
        except OSError as error:
            raise Refused(f"{self.path}: {os_error_within(error)}.") from None

    def _detect_encoding(self, given: str | None) -> str:
        """The encoding that is given, or is told by the byte order mark; UTF-8 without either.

        Raises Refused for a workbook.
        """
        try:
            with self.path.open("rb") as file:
                first_bytes = file.read(4)
        except OSError as error:
            raise Refused(f"{self.path}: {os_error_within(error)}.") from None
        refuse_workbook(self.path.name, first_bytes)
        return given or next((name for mark, name in _BYTE_ORDER_MARKS if first_bytes.startswith(mark)), "utf-8")

    def _separator_in_first_line(self) -> str:
        """The separator that the first line names as `sep=;`; "" without such a line."""
        with self._open() as (_, text):
            try:
                found = _SEPARATOR_LINE.fullmatch(text.readline(_LONGEST_SEPARATOR_LINE))
            except UnicodeError:
                # The header tells it, with the line.
                return ""
        return found[1] if found else ""

    def _read_header(
        self, wanted_columns: list[str], known_columns: list[str], separator: str | None
    ) -> tuple[str, list[str]]:
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
                headers[candidate] = _called([cell.strip() for cell in cells], [*wanted_columns, *known_columns])
        if not headers:
            raise errors[0]
        fitting = [candidate for candidate, header in headers.items() if all(name in header for name in wanted_columns)]
        if len(fitting) != 1:
            raise self._no_header(max(headers.values(), key=len), wanted_columns)
        header = headers[fitting[0]]
        named = [*wanted_columns, *known_columns]
        duplicate = next((name for name in named if header.count(name) > 1), None)
        if duplicate is not None:
            raise Refused(f"{self.path.name} has the column {duplicate!r} twice.")
        return fitting[0], header

    def _no_header(self, widest: list[str], wanted_columns: list[str]) -> Refused:
        """The error for a file whose header does not have the `wanted` columns."""
        if not any(widest):
            return Refused(f"{self.path.name} has no header in its {_line_name(self._lines_above + 1)} line.")
        missing = next((name for name in wanted_columns if name not in widest), wanted_columns[0])
        how = (
            "If these are several columns, name the separator in the map, such as separator: ';'; if the header is "
            "further down, how many lines are above it, such as skip: 2."
            if self._has_map
            else "The header must be the first line, its columns separated by commas, semicolons, tabs or |."
        )
        columns = ", ".join(one_line(name) for name in widest[:MOST_COLUMNS])
        return Refused(f"{self.path.name} has no column {missing!r}; it has {columns}. {how}")


def refuse_workbook(name: str, first_bytes: bytes) -> None:
    """Raise Refused for a file that begins like a workbook of a spreadsheet."""
    if first_bytes.startswith(_WORKBOOK_MARKS):
        raise Refused(f"{name} is a workbook or a zip file, not a CSV file: save it as CSV in the spreadsheet.")


def _called(header: list[str], names: list[str]) -> list[str]:
    """A header in which columns that differ from one of `names` by letters' case only are called as that one."""
    by_name = {comparable(name): name for name in reversed(names) if name not in header}
    return [cell if cell in names else by_name.get(comparable(cell), cell) for cell in header]


def _broken_row(error: str) -> str:
    """What Python's csv module says of a row, in words that tell what to look for."""
    if error.startswith("field larger than"):
        return f"a cell has more than {csv.field_size_limit():,} characters; perhaps a quote in this row is not closed"
    return "a quote in this row is not closed" if error == "unexpected end of data" else error


def _line_name(number: int) -> str:
    return "first" if number == 1 else f"{number}."


class _OpenFile:
    """A context manager for a file that is open as bytes and as text; closes both."""

    def __init__(self, raw: io.BufferedReader, text: io.TextIOWrapper) -> None:
        self._raw, self._text = raw, text

    def __enter__(self) -> tuple[io.BufferedReader, io.TextIOWrapper]:
        return self._raw, self._text

    def __exit__(self, *_: object) -> None:
        self._text.close()
