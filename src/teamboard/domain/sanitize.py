"""Text from people, made safe to store and to show.

Control characters and escape sequences are removed, so that they can't style or move anything, and so are invisible
direction marks, which would reverse the order of characters.
"""

from __future__ import annotations

import re

from teamboard.domain.errors import Refused

LONGEST_LINE = 300
LONGEST_TEXT = 20_000

# Compiled when they are first needed, which takes 1 ms: most texts are printable.
_ESCAPES = (
    r"\x1b(?:\[[0-?]*[ -/]*[@-~]?|\][^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)?|[PX^_][^\x1b\x9c]*(?:\x1b\\|\x9c)?|.)?"
    r"|\x9b[0-?]*[ -/]*[@-~]?"
)
_CONTROLS = r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]"
_UNSEEN = r"[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]"
_BREAKS = r"\s*[\r\n\u2028\u2029\x0b\x0c\x85]+\s*"
_SURROGATES = r"[\ud800-\udfff]"


def plain(text: str) -> str:
    """The text without escape sequences, control characters and direction marks; line breaks stay."""
    if text.isprintable():
        return text
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n\n")
    text = re.sub(_SURROGATES, "\ufffd", re.sub(_ESCAPES, "", text))
    return re.sub(_CONTROLS, "", text).replace("\t", " ")


def escaped(json: str) -> str:
    r"""JSON in which control characters and direction marks are written as `\u` escapes."""
    return re.sub(_UNSEEN, lambda match: f"\\u{ord(match[0]):04x}", json)


def one_line(text: str) -> str:
    """The plain text on one line: each line break becomes one space."""
    return (text if text.isprintable() else plain(re.sub(_BREAKS, " ", text))).strip()


def clean_line(text: str, what: str, *, required: bool = False) -> str:
    """One line of text from a person, as plain text, with single spaces between words.

    `what` names the text in messages. Raises Refused if the text is too long, or empty when required.
    """
    clean = " ".join(plain(text).split())
    if required and not clean:
        raise Refused(f"{what} is missing.")
    if len(clean) > LONGEST_LINE:
        raise Refused(f"{what} is too long: {len(clean)} characters, {LONGEST_LINE} at most.")
    return clean


def clean_text(text: str, what: str, *, required: bool = False) -> str:
    """Plain text of any number of lines from a person; raises Refused as `clean_line` does."""
    clean = "\n".join(part.rstrip() for part in plain(text).split("\n")).strip()
    if required and not clean:
        raise Refused(f"{what} is missing.")
    if len(clean) > LONGEST_TEXT:
        raise Refused(f"{what} is too long: {len(clean):,} characters, {LONGEST_TEXT:,} at most.")
    return clean


def shell_command(*words: object) -> str:
    """`teamboard` with these words as a shell reads them, in backticks, to be copied: a path with a space is quoted."""
    # Late: it takes 0.3 ms, and few boards are opened with a command to be copied in sight.
    import shlex

    return f"`{shlex.join(['teamboard', *map(str, words)])}`"
