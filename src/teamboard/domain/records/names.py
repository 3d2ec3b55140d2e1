"""Names of members, as they are compared."""

from __future__ import annotations

from unicodedata import normalize


def comparable(text: str) -> str:
    """The text to compare names by: in composed Unicode, and in no case."""
    text = text.casefold()
    return text if text.isascii() else normalize("NFC", text)


def first_word(name: str) -> str:
    """The first word of a name; the whole of it if it has none."""
    return next(iter(name.split()), name)
