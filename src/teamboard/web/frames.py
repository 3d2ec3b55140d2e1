"""The messages that the page sends over its web socket."""

from __future__ import annotations

import json
from dataclasses import dataclass

from teamboard.web.limits import clamp_size

MAX_PING_LENGTH = 100


class BadFrame(Exception):
    """What was sent is not one of the page's messages, or too much; the reason is a part of a sentence."""

    def __init__(self, reason: str = "it sent what the board's page does not send") -> None:
        super().__init__(reason)


@dataclass(frozen=True)
class Typed:
    """Keys, pasted text and the mouse, as a terminal sends them."""

    data: bytes


@dataclass(frozen=True)
class Resized:
    """A new size of the terminal, within the limits."""

    width: int
    height: int


@dataclass(frozen=True)
class Ping:
    """To be answered with the same text."""

    text: str


@dataclass(frozen=True)
class Focus:
    """Whether the page has the focus."""

    focused: bool


Frame = Typed | Resized | Ping | Focus


def parse_frame(text: str) -> Frame:
    """What the page sent. Raises BadFrame if it is none of its messages."""
    try:
        envelope = json.loads(text)
    except (ValueError, RecursionError):
        raise BadFrame from None
    match envelope:
        case ["stdin", str(data)]:
            try:
                return Typed(data.encode())
            except UnicodeEncodeError:
                raise BadFrame from None
        case ["resize", {"width": int(width), "height": int(height)}]:
            return Resized(*clamp_size(width, height))
        case ["ping", str(text)] if len(text) <= MAX_PING_LENGTH:
            return Ping(text)
        case ["focus" | "blur" as kind, *_]:
            return Focus(kind == "focus")
    raise BadFrame
