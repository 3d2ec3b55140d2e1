"""A folder beside the board, for its backups or its archives.

Everybody who can write the board's folder could replace it by a link to a folder of another user, who would then
write and delete files there. So it is opened once, never through a link, and all names are looked up in it.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from teamboard.store.file import atomic_file
from teamboard.store.read_only import check_file_may_be_written

HAS_DIR_FD = os.open in os.supports_dir_fd


class SideFolder:
    """An open folder; every method raises OSError."""

    def __init__(self, path: str, descriptor: int | None) -> None:
        """`descriptor` is None where the system cannot look up names in an open folder, as on Windows."""
        self._path = path
        self._descriptor = descriptor

    def _name(self, name: str) -> str:
        return name if self._descriptor is not None else os.path.join(self._path, name)

    def names(self) -> list[str]:
        """The names of the regular files, sorted; links and anything else are left out."""
        return sorted(
            name for name in os.listdir(self._path if self._descriptor is None else self._descriptor) if self.has(name)
        )

    def has(self, name: str) -> bool:
        """True if there is a regular file of that name; a link is none."""
        with suppress(FileNotFoundError):
            found = os.stat(self._name(name), dir_fd=self._descriptor, follow_symlinks=False)
            return stat.S_ISREG(found.st_mode)
        return False

    def unlink(self, name: str) -> None:
        """Delete a file."""
        os.unlink(self._name(name), dir_fd=self._descriptor)

    def read(self, name: str) -> bytes:
        """The bytes of a file."""
        data, _ = atomic_file.read(self._name(name), follow=False, dir_fd=self._descriptor)
        return data

    def copy(self, source: str, name: str) -> None:
        """Copy the file at the path `source`, for the same people. FileExistsError if the name is taken."""
        atomic_file.copy_new(source, self._name(name), dir_fd=self._descriptor)

    def write(self, name: str, pieces: list[bytes], like: str) -> None:
        """Write a new file for the people of the file at the path `like`. FileExistsError if the name is taken."""
        atomic_file.replace(self._name(name), pieces, new=True, like=like, dir_fd=self._descriptor)


def is_obstructed(path: str) -> bool:
    """True if a link or anything else than a folder is at `path`."""
    return os.path.lexists(path) and (os.path.islink(path) or not os.path.isdir(path))


@contextmanager
def side_folder(path: str, *, new_like: str | None = None) -> Iterator[SideFolder]:
    """Open the folder at `path`; with `new_like`, create it if needed, for the people of the file at that path.

    Raises OSError if there is none, or if a link or anything else stands in its place.
    """
    if new_like is not None and not os.path.lexists(path):
        check_file_may_be_written()
        os.mkdir(path)
        _share(path, new_like)
    if not HAS_DIR_FD:
        if os.path.islink(path):
            raise NotADirectoryError(path)
        yield SideFolder(path, None)
        return
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        yield SideFolder(path, descriptor)
    finally:
        os.close(descriptor)


def _share(path: str, like: str) -> None:
    """Give a new folder the group of a file, and access for the same people; errors are ignored."""
    if not atomic_file.POSIX:
        return
    with suppress(OSError):
        descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
        try:
            kept = os.stat(like)
            if os.fstat(descriptor).st_gid != kept.st_gid:
                os.fchown(descriptor, -1, kept.st_gid)
            mode = atomic_file.shared_mode(kept.st_mode)
            # A folder needs x to be entered: set it where r is set.
            os.fchmod(descriptor, mode | (mode & 0o444) >> 2)
        finally:
            os.close(descriptor)
