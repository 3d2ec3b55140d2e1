"""Notices that a person has been shown, so that each is shown only once."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from teamboard.personal.paths import shown_folder
from teamboard.personal.private_files import write_private_file


def is_new_notice(name: str, text: str) -> bool:
    """Return whether the notice `name` was last shown with another text, or never, and remember `text` as shown.

    Where it can't be remembered, as in read-only mode, it is new every time.
    """
    if shown_notice(name) == text:
        return False
    remember_notice(name, text)
    return True


def remember_notice(name: str, text: str) -> None:
    """Remember that the notice `name` was shown with a text, if that is possible."""
    with suppress(OSError):
        write_private_file(_path(name), text)


def shown_notice(name: str) -> str:
    """The text with which the notice `name` was last shown; "" if it never was, or can't be read."""
    with suppress(OSError, UnicodeDecodeError):
        return _path(name).read_text(encoding="utf-8")
    return ""


def _path(name: str) -> Path:
    return shown_folder() / f"{name}.txt"
