"""Second versions of a board's file that a file synchroniser has put beside it."""

from __future__ import annotations

import os
import re
from contextlib import suppress

_CONFLICT = re.compile(r"conflict", re.IGNORECASE)
"""As Dropbox, Nextcloud, Syncthing and others call them."""


def conflicted(path: str) -> list[str]:
    """The files beside a board whose names say that a synchroniser has put a second version there."""
    folder, name = os.path.split(path)
    stem = name.partition(".")[0]
    with suppress(OSError):
        return sorted(
            os.path.join(folder, other)
            for other in os.listdir(folder)
            if other != name and other.startswith(stem) and _CONFLICT.search(other) and other.endswith(".json")
        )
    return []


def notices(path: str) -> list[str]:
    """One line for each copy beside the board that a synchroniser has made, with what to do."""
    return [
        f"{os.path.basename(copy)} is a conflicted copy: `teamboard board merge FILE` brings both together"
        for copy in conflicted(path)
    ]
