"""CSV files as spreadsheets write them: separator and encoding are found, and what is broken is named by its line."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from teamboard.domain.errors import Refused
from teamboard.importers.csv_file import SEPARATORS, CsvFile

LONGER_THAN_A_REPORT = 5_000
"""More lines than are read between two reports of progress."""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "deals.csv"


def written(path: Path, content: str | bytes) -> Path:
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


@pytest.mark.parametrize("separator", SEPARATORS)
@pytest.mark.parametrize("quote", ["", '"'])
def test_the_separator_is_the_one_with_which_the_header_has_the_columns(path: Path, separator: str, quote: str) -> None:
    lines = [["day", "rep"], ["2026-11-02", "Ana"]]
    text = "\r\n".join(separator.join(f"{quote}{cell}{quote}" for cell in line) for line in lines)
    file = CsvFile(written(path, text), ["rep", "day", "rep"])
    assert (file.separator, file.header) == (separator, ["day", "rep"])
    assert list(file.rows()) == [(2, {"day": "2026-11-02", "rep": "Ana"})]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_the_byte_order_mark_tells_the_encoding(path: Path, encoding: str) -> None:
    file = CsvFile(written(path, "rep,sum\nMüller 李,1 €\n".encode(encoding)), ["rep", "sum"])
    assert list(file.rows()) == [(2, {"rep": "Müller 李", "sum": "1 €"})]


def test_an_encoding_that_is_given_is_taken(path: Path) -> None:
    file = CsvFile(written(path, "rep,sum\nMüller,1 €\n".encode("cp1252")), ["rep", "sum"], encoding="windows-1252")
    assert [row["rep"] for _, row in file.rows()] == ["Müller"]


@pytest.mark.parametrize(
    ("encoding", "says"),
    [
        ("utf-16", "near line 1: the text is not utf-16"),
        ("ascii", "near line 1: the text is not ascii"),
        ("klingon", "no encoding 'klingon'; try windows-1252"),
        ("base64", "no encoding 'base64'"),
        ("utf\0", "no encoding"),
    ],
)
def test_an_encoding_that_does_not_fit_is_one_line(path: Path, encoding: str, says: str) -> None:
    with pytest.raises(Refused, match=says) as error:
        CsvFile(written(path, "rép,sum\nAna,1\n"), ["rép", "sum"], encoding=encoding)
    assert "\n" not in str(error.value)


def test_lines_are_counted_as_an_editor_counts_them(path: Path) -> None:
    text = 'rep,words\n"Ana","two\nlines"\n\n,\nBen,"said ""no"""\n'
    file = CsvFile(written(path, text), ["rep", "words"])
    assert list(file.rows()) == [
        (3, {"rep": "Ana", "words": "two\nlines"}),
        (6, {"rep": "Ben", "words": 'said "no"'}),
    ]
    assert list(file.rows()) == list(file.rows())


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "deals.csv has no header in its first line."),
        ("\nrep,sum\n", "has no header"),
        ("rep,amount\n", "has no column 'sum'; it has rep, amount."),
        ("rep:sum\n", "name the separator in the map"),
        ("rep,sum,sum\n", "has the column 'sum' twice"),
        ('"rep,sum\n', "line 1: a quote in this row is not closed"),
    ],
)
def test_a_header_that_does_not_fit_is_refused(path: Path, text: str, says: str) -> None:
    with pytest.raises(Refused, match=says):
        CsvFile(written(path, text), ["rep", "sum"])


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("Ana,1,2", "deals.csv, line 3: the row has 3 cells, the header 2."),
        ("Ana", "line 3: the row has 1 cells"),
        ('"Ana"x,1', "line 3: ',' expected after '\"'"),
        ('"Ana,1', "line 3: a quote in this row is not closed"),
        (
            '"Ana,' + "1" * 131_073,
            "line 3: a cell has more than 131,072 characters; perhaps a quote in this row is not",
        ),
    ],
)
def test_a_broken_row_is_named_by_its_line(path: Path, row: str, says: str) -> None:
    rows = CsvFile(written(path, f"rep,sum\nBen,1\n{row}\n"), ["rep", "sum"]).rows()
    assert next(rows) == (2, {"rep": "Ben", "sum": "1"})
    with pytest.raises(Refused) as error:
        next(rows)
    assert says in str(error.value)


def test_a_file_that_can_not_be_read_is_refused(path: Path, tmp_path: Path) -> None:
    with pytest.raises(Refused, match=r"deals\.csv: no such file"):
        CsvFile(path, ["rep"])
    with pytest.raises(Refused, match="is a directory"):
        CsvFile(tmp_path, ["rep"], encoding="utf-8")


def test_progress_is_reported_in_bytes_up_to_the_size(path: Path) -> None:
    file = CsvFile(written(path, "rep,sum\n" + "Ana,1\n" * LONGER_THAN_A_REPORT), ["rep", "sum"])
    reports: list[int] = []
    assert len(list(file.rows(reports.append))) == LONGER_THAN_A_REPORT
    assert len(reports) >= 2
    assert reports == sorted(reports)
    assert 0 < reports[-1] <= file.size == path.stat().st_size


@given(st.binary(max_size=60), st.sampled_from([None, "utf-8", "utf-16", "cp1252"]))
def test_any_bytes_are_rows_or_one_line_of_error(
    tmp_path_factory: pytest.TempPathFactory, tail: bytes, encoding: str | None
) -> None:
    path = tmp_path_factory.getbasetemp() / "any.csv"
    problem, rows = "", list[tuple[int, dict[str, str]]]()
    try:
        rows = list(CsvFile(written(path, b"rep,sum\n" + tail), ["rep", "sum"], encoding=encoding).rows())
    except Refused as error:
        problem = str(error)
    assert "\n" not in problem
    assert all(set(row) == {"rep", "sum"} for _, row in rows)
