"""Lines as tests read them: their text, their width, and that nothing in them styles or moves."""

from __future__ import annotations

from collections.abc import Iterable

from rich.cells import cell_len

from teamboard.render.line_layout import Line
from tests.helpers.nasty import moving


def text_of(line: Line) -> str:
    """A line without its styles."""
    return "".join(text for text, _ in line)


def texts(lines: Iterable[Line]) -> list[str]:
    """Lines without their styles and the spaces at their ends."""
    return [text_of(line).rstrip() for line in lines]


def styles_of(line: Line) -> dict[str, str]:
    """The styles of a line, by text without spaces around it."""
    return {text.strip(): style for text, style in line if text.strip()}


def assert_tidy(lines: Iterable[Line], width: int = 10_000) -> None:
    """Every line fits in `width` cells, and has no control character, escape sequence or line break."""
    for line in lines:
        text = text_of(line)
        assert not moving(text), repr(text)
        assert "\n" not in text, repr(text)
        assert cell_len(text) <= width, repr(text)
