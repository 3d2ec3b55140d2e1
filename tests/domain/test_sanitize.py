"""Text from people without escape sequences and controls."""

from __future__ import annotations

import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from teamboard.domain.sanitize import one_line, plain

HOSTILE = [
    "\x1b[31mred\x1b[0m",
    "\x1b]0;title\x07x",
    "\x1b]8;;http://x\x1b\\link\x1b]8;;\x1b\\",
    "\x9b31mred",
    "a\rb",
    "\u202eabc",
    "a\u2066b\u2069",
    "bell\x07",
    "\x1bPq\x1b\\",
    "tab\there",
    "null\x00",
    "\ud800",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_made_plain(text: str) -> None:
    found = one_line(text)
    assert not any(ord(c) < 32 or 127 <= ord(c) < 160 for c in found)
    assert not any(c in found for c in "\u202e\u2066\u2069")
    assert "31m" not in found
    assert "title" not in found
    found.encode()


@given(st.text())
def test_plain_text_has_no_controls_and_stays_the_same_when_made_plain_again(text: str) -> None:
    found = plain(text)
    assert plain(found) == found
    assert not any(ord(c) < 32 and c != "\n" for c in found)
    assert "\n" not in one_line(text)
    assert cell_len(one_line(text)) >= 0


def test_words_of_every_script_are_kept() -> None:
    for text in ("Müller", "李小龍", "محمد", "e\u0301clair", "👩‍💻 team", "[bold]x[/]"):
        assert plain(text) == text


def test_no_printable_character_is_removed() -> None:
    printable = "".join(c for c in map(chr, range(sys.maxunicode + 1)) if c.isprintable())
    # The line break has every expression applied.
    assert plain(f"{printable}\n") == f"{printable}\n"
    assert one_line(f"{printable}\n") == one_line(printable) == printable.strip()
