"""Find the conflicted copies of a board that a file synchroniser has created beside it."""

from __future__ import annotations

import os
from contextlib import suppress

_CONFLICT = "conflict"
"""In the file names of Dropbox, Nextcloud, Syncthing and others, in any case."""


def conflict_copies(path: str) -> list[str]:
    """The paths of the conflicted copies beside the board at `path`, sorted."""
    folder, name = os.path.split(path)
    stem = name.partition(".")[0]
    with suppress(OSError):
        return sorted(
            os.path.join(folder, other)
            for other in os.listdir(folder)
            if other != name and other.startswith(stem) and _CONFLICT in other.lower() and other.endswith(".json")
        )
    return []


def notices(path: str) -> list[str]:
    """One line for each conflicted copy beside the board at `path`, with what to do."""
    return [
        f"{os.path.basename(copy)} is a conflicted copy: `teamboard board merge FILE` merges it"
        for copy in conflict_copies(path)
    ]
