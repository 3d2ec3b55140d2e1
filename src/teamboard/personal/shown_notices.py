"""Notices that a person has been shown, so that each is shown only once."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from teamboard.personal.private_files import write_private_file

if TYPE_CHECKING:
    from pathlib import Path


def is_new_notice(name: str, text: str) -> bool:
    """Return whether the notice `name` was last shown with another text, or never, and remember `text` as shown.

    Where it can't be remembered, as in read-only mode, it is new every time.
    """
    path = _folder() / f"{name}.txt"
    with suppress(OSError, UnicodeDecodeError):
        if path.read_text(encoding="utf-8") == text:
            return False
    with suppress(OSError):
        write_private_file(path, text)
    return True


def _folder() -> Path:
    # Late: the import takes 4 ms, and few people have a notice.
    from platformdirs import user_state_path

    return user_state_path("teamboard") / "shown"
