"""What Python's json writes and JSON does not know: NaN, Infinity, and half of a surrogate pair.

It is replaced by marks before the JSON is decoded, and put back afterwards.
"""

from __future__ import annotations

import re

NOT_JSON = "NaN, Infinity or half a letter, which JSON does not know"
_MARK = b"\\u0000\\u0000"
_TOKEN = rb'(?s)"(?:[^"\\]|\\.)*"|NaN|-?Infinity'
_PAIR = rb"u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}"
_ESCAPE = rb"(?s)\\(?:" + _PAIR + rb"|(u[dD][89a-fA-F][0-9a-fA-F]{2})|.)"
_MARKED = rb'"\\u0000\\u0000(NaN|-?Infinity)"|\\u0000\\u0000(u[0-9a-fA-F]{4})'


def put_marks(data: bytes) -> bytes:
    """The data with marks in the place of what JSON does not know."""
    return re.sub(_TOKEN, _mark, data) if b"\\u" in data or b"NaN" in data or b"Infinity" in data else data


def remove_marks(text: bytes) -> bytes:
    """A part of such data as it was before."""
    return re.sub(_MARKED, lambda found: found[1] or b"\\" + found[2], text)


def has_marks(text: bytes) -> bool:
    """True if a text has a mark."""
    return _MARK in text


def _mark(token: re.Match[bytes]) -> bytes:
    """A token as JSON knows it: NaN and Infinity become a text, half a pair a mark and its digits."""
    text = token[0]
    if not text.startswith(b'"'):
        return b'"' + _MARK + text + b'"'
    return re.sub(_ESCAPE, lambda found: _MARK + found[1] if found[1] else found[0], text) if b"\\u" in text else text
