"""A file that is replaced whole: the old bytes or the new ones, never a mixture, and on the disk before
anybody is told so. What a platform lacks (owners, modes, fsync of a folder) is left out here and nowhere
else."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from contextlib import suppress
from errno import EINVAL
from typing import NamedTuple

from teamboard.store.read_only import check_file_may_be_written

POSIX = os.name == "posix"
BUFFER_BYTES = 1 << 16


class Signature(NamedTuple):
    """Tells one version of a file from another without reading it."""

    inode: int
    size: int
    mtime_ns: int


def signature(path: str) -> Signature:
    """The signature of what is at `path`; OSError if there is nothing."""
    return _signature(os.stat(path))


def _signature(found: os.stat_result) -> Signature:
    return Signature(found.st_ino, found.st_size, found.st_mtime_ns)


def read(path: str, *, follow: bool = True) -> tuple[bytes, Signature]:
    """A file's bytes with the signature they had; read again if it was being written in place.

    With `follow` False, OSError for a link or anything else that is not a file of its own.
    """
    for _ in range(10):
        with open(path, "rb", buffering=0, opener=None if follow else _open_itself) as file:
            before = _signature(os.fstat(file.fileno()))
            data = file.readall()
            if _signature(os.fstat(file.fileno())) == before and len(data) == before.size:
                break
    return data, before


def _open_itself(path: str, flags: int) -> int:
    """The descriptor of the regular file at `path`; a link is not followed, a named pipe is not waited for."""
    descriptor = os.open(path, flags | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise OSError(EINVAL, "Not a regular file")
    return descriptor


def temporary(path: str) -> str:
    """The name of the temporary file beside `path`; one name, so that a dead process leaves one at most."""
    folder, name = os.path.split(path)
    return os.path.join(folder, f".{name}.tmp")


class NotConfirmed(OSError):
    """The file was replaced, but the disk does not confirm that it will stay so."""


def replace(path: str, pieces: list[bytes], *, new: bool = False, like: str = "") -> Signature:
    """Put the joined pieces at `path`, durably; the caller holds the lock.

    Mode, owner and group stay as they were; a `new` file gets those of the folder's habit (the umask), or is
    for the people of the file `like`; FileExistsError if there is one already. A failure leaves the old file and no
    temporary one; but for NotConfirmed, which leaves the new one.
    """
    kept = os.stat(like or path) if like or not new else None
    name = temporary(path)
    with suppress(FileNotFoundError):
        os.unlink(name)

    def share(descriptor: int) -> None:
        if kept is not None and like:
            _share_new(descriptor, kept)
        elif kept is not None:
            _keep(descriptor, kept)

    return _put(path, name, pieces, mode=0o666 if kept is None else 0o600, share=share, new=new)


def replace_private(path: str, data: bytes) -> None:
    """Put `data` at `path`, durably, for this person alone, whatever the umask says; needs no lock.

    Of two who write at once each writes a temporary file of their own, and the later one's stays.
    """
    folder, name = os.path.split(path)
    # Whatever the disk does not confirm is there all the same.
    with suppress(NotConfirmed):
        _put(path, os.path.join(folder, f".{name}.{os.urandom(6).hex()}"), [data], mode=0o600)


def _put(
    path: str,
    name: str,
    pieces: list[bytes],
    *,
    mode: int,
    share: Callable[[int], None] | None = None,
    new: bool = False,
) -> Signature:
    """Write the pieces to the temporary file `name`, `share` its descriptor, and rename it to `path`."""
    check_file_may_be_written()
    descriptor = os.open(name, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), mode)
    try:
        with os.fdopen(descriptor, "wb", buffering=BUFFER_BYTES) as file:
            file.writelines(pieces)
            file.flush()
            if share is not None:
                share(file.fileno())
            os.fsync(file.fileno())
            written = _signature(os.fstat(file.fileno()))
        if new:
            _name_first(name, path)
        else:
            os.replace(name, path)
    except BaseException:
        with suppress(OSError):
            os.unlink(name)
        raise
    try:
        _sync_folder(os.path.dirname(path))
    except OSError as error:
        raise NotConfirmed(error.errno, error.strerror) from error
    return written


def _name_first(name: str, path: str) -> None:
    """Give a file its name, never over another file; a link does not, where the file system has links."""
    try:
        os.link(name, path)
    except FileExistsError:
        raise
    except OSError:
        if os.path.lexists(path):
            raise FileExistsError(path) from None
        os.rename(name, path)
    else:
        os.unlink(name)


def is_sticky(path: str) -> bool:
    """Whether the folder of a file lets only the file's owner replace it, whoever else may write the file."""
    with suppress(OSError):
        return bool(os.stat(os.path.dirname(path)).st_mode & stat.S_ISVTX)
    return False


def lock_mode(path: str) -> int | None:
    """The mode for the lock beside a board: whoever may write the board may lock it; None: the umask's."""
    try:
        return os.stat(path).st_mode & 0o666 | 0o600
    except OSError:
        return None


def share_like(path: str, descriptor: int) -> None:
    """Give an open file the group and mode of the one at `path`, if it is ours to give: who shares one shares both."""
    if POSIX:
        with suppress(OSError):
            _share(descriptor, os.stat(path))


def _share(descriptor: int, kept: os.stat_result) -> None:
    now = os.fstat(descriptor)
    if now.st_gid != kept.st_gid:
        os.fchown(descriptor, -1, kept.st_gid)
    mode = kept.st_mode & 0o666 | 0o600
    if stat.S_IMODE(now.st_mode) != mode:
        os.fchmod(descriptor, mode)


def _share_new(descriptor: int, kept: os.stat_result) -> None:
    if not POSIX:
        return
    try:
        _share(descriptor, kept)
    except OSError:
        # Not in that group: ours may do with the file what everybody may.
        everybody = kept.st_mode & 0o006
        with suppress(OSError):
            os.fchmod(descriptor, 0o600 | everybody << 3 | everybody)


def new_folder_like(path: str, folder: str) -> None:
    """Make a folder, of the group of the file at `path`, for whoever may read or write that one."""
    check_file_may_be_written()
    os.mkdir(folder)
    if not POSIX:
        return
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
        try:
            kept = os.stat(path)
            if os.fstat(descriptor).st_gid != kept.st_gid:
                os.fchown(descriptor, -1, kept.st_gid)
            mode = kept.st_mode & 0o666 | 0o600
            # Where one may read one may look in.
            os.fchmod(descriptor, mode | (mode & 0o444) >> 2)
        finally:
            os.close(descriptor)


def _keep(descriptor: int, kept: os.stat_result) -> None:
    """Give a new file the owner, group and mode of the old one, as far as the system lets us."""
    if not POSIX:
        return
    now = os.fstat(descriptor)
    if now.st_gid != kept.st_gid:
        with suppress(OSError):
            os.fchown(descriptor, -1, kept.st_gid)
    if now.st_uid != kept.st_uid:
        with suppress(OSError):
            os.fchown(descriptor, kept.st_uid, -1)
    os.fchmod(descriptor, stat.S_IMODE(kept.st_mode))


def _sync_folder(folder: str) -> None:
    """Make a rename durable: the folder is what holds the name."""
    if not POSIX:
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
