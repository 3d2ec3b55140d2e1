"""Write private files: only the user can read them (mode 0600, folders 0700), whatever the umask is."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from teamboard.store.file import atomic_file
from teamboard.store.read_only import check_file_may_be_written


def write_private_file(path: Path, text: str | bytes) -> None:
    """Write or replace a private file atomically; its folder is created if missing. A symbolic link is followed."""
    # People who keep their settings in another folder link to them: replacing the link would cut it.
    path = Path(os.path.realpath(path))
    make_private_folder(path.parent)
    atomic_file.replace_private(str(path), text.encode() if isinstance(text, str) else text)


def create_private_file(path: Path, text: str) -> None:
    """Create a private file; raises FileExistsError if the name is taken, even by a symbolic link."""
    check_file_may_be_written()
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8", errors="replace") as file:
        file.write(text)


def rename_private_file(path: Path, new: Path) -> None:
    """Give a private file another name. OSError if it can't be."""
    check_file_may_be_written()
    path.rename(new)


def delete_private_file(path: Path) -> None:
    """Delete a private file. OSError if it can't be, FileNotFoundError if there is none."""
    check_file_may_be_written()
    path.unlink()


def make_private_folder(path: Path) -> None:
    """Create a folder and its missing parents, accessible to the user alone; existing ones are left unchanged."""
    check_file_may_be_written()
    for folder in reversed((path, *path.parents)):
        if not folder.is_dir():
            with suppress(FileExistsError):
                folder.mkdir(0o700)
