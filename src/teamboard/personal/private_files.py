"""Files that are one person's own: nobody else can read them, whatever the umask says."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from teamboard.store.file import atomic_file


def write_own(path: Path, text: str) -> None:
    """Write a file in one piece: the old one stays until the new one is whole and on the disk."""
    # A link to it, as those who keep their settings elsewhere have, stays one.
    path = Path(os.path.realpath(path))
    own_folder(path.parent)
    atomic_file.replace_private(str(path), text.encode())


def new_own(path: Path, text: str) -> None:
    """Write a file that is not there yet; FileExistsError if there is anything of that name, a link too."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8", errors="replace") as file:
        file.write(text)


def own_folder(path: Path) -> None:
    """Make a folder, and those above it that are missing, for this person alone."""
    for folder in reversed((path, *path.parents)):
        if not folder.is_dir():
            with suppress(FileExistsError):
                os.mkdir(folder, 0o700)
