"""Notices that a person has been shown, so that each is shown only once."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from teamboard.personal.paths import shown_folder
from teamboard.personal.private_files import write_private_file

if TYPE_CHECKING:
    pass


def is_new_notice(name: str, text: str) -> bool:
    """Return whether the notice `name` was last shown with another text, or never, and remember `text` as shown.

    Where it can't be remembered, as in read-only mode, it is new every time.
    """
    path = shown_folder() / f"{name}.txt"
    with suppress(OSError, UnicodeDecodeError):
        if path.read_text(encoding="utf-8") == text:
            return False
    with suppress(OSError):
        write_private_file(path, text)
    return True
