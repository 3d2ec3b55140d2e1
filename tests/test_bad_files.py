"""Files that are not what they should be: always a clear error of one line, never a traceback, a hang or a write."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from teamboard.actions.base import Actor
from teamboard.domain.errors import Refused
from teamboard.importers.fact_map import read_fact_map
from teamboard.importers.team import read_team
from teamboard.importers.team_csv import from_csv
from teamboard.personal.agendas import AGENDAS
from teamboard.personal.themes import THEMES
from teamboard.resources import resource_folder
from teamboard.store.codec import encode
from teamboard.store.decoder import InvalidBoardFile, decode
from teamboard.store.file.salvage import salvage
from tests.conftest import NOW, small_maker

ROOT = Path(__file__).parents[1]
BY = Actor(None, "mara", "desk")


def block(name: str, kind: str, place: int = 1) -> str:
    """A code block of a document."""
    text = (ROOT / "docs" / name).read_text(encoding="utf-8")
    return text.split(f"```{kind}\n")[place].partition("```")[0]


def as_file(suffix: str, read: Callable[[Path], object]) -> Callable[[bytes], object]:
    def run(data: bytes) -> object:
        with TemporaryDirectory() as place:
            path = Path(place) / f"x{suffix}"
            path.write_bytes(data)
            try:
                return read(path)
            finally:
                assert path.read_bytes() == data

    return run


BOARD = b"".join(encode(small_maker().file()))
READERS: dict[str, tuple[bytes, Callable[[bytes], object]]] = {
    "board": (BOARD, decode),
    "team": (block("team-yaml.md", "yaml").encode(), as_file(".yaml", lambda p: read_team(p, NOW, BY))),
    "theme": ((resource_folder("themes") / "harbour.yaml").read_bytes(), as_file(".yaml", THEMES.read)),
    "agenda": (block("agendas.md", "yaml").encode(), as_file(".yaml", AGENDAS.read)),
    "map": (block("facts.md", "yaml").encode(), as_file(".yaml", read_fact_map)),
    "csv": (block("team-csv.md", "csv").encode(), as_file(".csv", lambda p: from_csv(p, "T", NOW, BY))),
}
TOKENS = [
    b"NaN", b"Infinity", b"-1e999", b"1" * 400, b"0000-00-00", b"9999-12-31", b"2026-02-30", b"[" * 300, b"{" * 300,
    b"*a", b"&a [*a]", b"!!python/object:os.system", b"\x00", b"\xff\xfe", b"\xef\xbb\xbf", b"\n", b"\r", b"\t", b'"',
    b"'", b"null", b"true", b"- ", b": ", b"}", b"]", b",", b";", b"\xed\xa0\x80", b"\xe2\x80\xae", b"G1", b"T99",
]  # fmt: skip

cuts = st.integers(min_value=0, max_value=1 << 20)
changes = st.lists(
    st.one_of(
        st.tuples(st.just("put"), cuts, st.sampled_from(TOKENS)),
        st.tuples(st.just("over"), cuts, st.sampled_from(TOKENS)),
        st.tuples(st.just("cut"), cuts, st.integers(1, 400)),
        st.tuples(st.just("twice"), cuts, st.integers(1, 400)),
        st.tuples(st.just("end"), cuts, st.just(0)),
    ),
    min_size=1,
    max_size=4,
)


def spoiled(data: bytes, steps: list[tuple[str, int, bytes | int]]) -> bytes:
    """Data that somebody has been at."""
    for how, place, what in steps:
        at = place % (len(data) + 1)
        if isinstance(what, bytes):
            data = data[:at] + what + data[at + (len(what) if how == "over" else 0) :]
        elif how == "cut":
            data = data[:at] + data[at + what :]
        elif how == "twice":
            data = data[: at + what] + data[at:]
        else:
            data = data[:at]
    return data


@pytest.mark.slow
@pytest.mark.parametrize("kind", READERS)
@settings(max_examples=100)
@given(steps=changes)
def test_what_is_spoiled_is_read_or_refused_in_one_line(kind: str, steps: list[tuple[str, int, bytes | int]]) -> None:
    good, read = READERS[kind]
    said = ""
    try:
        read(spoiled(good, steps))
    except (Refused, InvalidBoardFile) as error:
        said = str(error) or "nothing is said:\n"
    assert "\n" not in said


@pytest.mark.parametrize("kind", READERS)
def test_what_is_whole_is_read(kind: str) -> None:
    good, read = READERS[kind]
    assert read(good) is not None


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"{}",
        b'{"_default": {"1": {"a": 1}}}',
        b"[" * 100_000,
        b'{"meta":' * 5_000,
        b"a: &a [x]\nb: [" + b"*a," * 10_000 + b"]",
        b"\xff\xfe" + "team: x".encode("utf-16-le"),
        b"PK\x03\x04" + bytes(1000),
    ],
    ids=["empty", "braces", "other-tinydb", "deep", "deep-keys", "bomb", "utf-16", "zip"],
)
@pytest.mark.parametrize("kind", READERS)
def test_what_is_something_else_altogether_is_refused(kind: str, text: bytes) -> None:
    _, read = READERS[kind]
    with pytest.raises((Refused, InvalidBoardFile)) as refused:
        read(text)
    assert "\n" not in str(refused.value)


@settings(max_examples=100)
@given(steps=changes)
def test_salvage_takes_whatever_comes(steps: list[tuple[str, int, bytes | int]]) -> None:
    found = salvage(spoiled(BOARD, steps))
    assert found.revision >= 0
    assert all(isinstance(entry.at, datetime) for entry in found.entries.values())
