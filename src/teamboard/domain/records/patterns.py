"""Patterns of texts that are stored, with what they allow in words: no message shows a regular expression."""

from __future__ import annotations

import re

from msgspec import Meta

_OTHER = "a text of another form"
_WORDS: dict[str, str] = {}
_SHOWN = r"[`']str[`'] matching regex ('(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\")"
"""How a message of msgspec shows that a text does not match."""


def pattern(regex: str, words: str) -> Meta:
    """The constraint that a text matches `regex`; `words` say what that allows: `an age such as 18m or 1y`."""
    _WORDS[repr(regex)] = words
    return Meta(pattern=regex)


def in_words(message: str) -> str:
    """A message of msgspec in one line, with what is allowed in words instead of patterns."""
    reworded = re.sub(_SHOWN, lambda found: _WORDS.get(found[1], _OTHER), message)
    return " ".join(reworded.split())


def words_of(regex: str) -> str:
    """What a pattern allows, in words."""
    return _WORDS.get(repr(regex), _OTHER)
