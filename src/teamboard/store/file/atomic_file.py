"""Replace a file atomically: readers see the old bytes or the new ones, which are on the disk when `replace` returns.

What a platform lacks (owners, modes, fsync of a folder) is handled here and nowhere else.
"""

from __future__ import annotations

import os
import stat
from codecs import BOM_UTF8
from collections.abc import Callable
from contextlib import suppress
from errno import EAGAIN, EFBIG, EINVAL, EISDIR, ENODEV, ENXIO
from functools import partial
from typing import BinaryIO

from msgspec import Struct

from teamboard.store.read_only import check_file_may_be_written

POSIX = os.name == "posix"
BUFFER_BYTES = 1 << 16
MOST_BYTES = 1 << 30
"""No board is larger; a file that is would fill the memory."""


class Signature(Struct, frozen=True):
    """Identifies a version of a file without reading it."""

    inode: int
    size: int
    mtime_ns: int


def signature(path: str) -> Signature:
    """The signature of the file at `path`. Raises OSError if it does not exist."""
    return _signature(os.stat(path))


def _signature(found: os.stat_result) -> Signature:
    return Signature(found.st_ino, found.st_size, found.st_mtime_ns)


def read(path: str, *, follow: bool = True, dir_fd: int | None = None) -> tuple[bytes, Signature]:
    """Return a file's bytes, without a byte order mark, and their signature; read again if it was changed meanwhile.

    `path` is a name in the open folder `dir_fd`, if given. Raises OSError for what is not a regular file, or is too
    large; with `follow` False also for a symbolic link.
    """
    opener = partial(_open_file if follow else _open_file_itself, dir_fd=dir_fd)
    for _ in range(10):
        with open(path, "rb", buffering=0, opener=opener) as file:
            before = signature_of(file)
            if before.size > MOST_BYTES:
                raise OSError(EFBIG, f"Larger than {MOST_BYTES >> 30} GiB")
            data = file.readall()
            if signature_of(file) == before and len(data) == before.size:
                break
    # An editor on Windows may have put the mark there; the next commit writes the file without it.
    return data.removeprefix(BOM_UTF8), before


def open_to_read(path: str) -> BinaryIO:
    """Open the regular file at `path`. Raises OSError."""
    return open(path, "rb", buffering=0, opener=_open_file)


def signature_of(file: BinaryIO) -> Signature:
    """The signature of an open file."""
    return _signature(os.fstat(file.fileno()))


def _open_file(path: str, flags: int, dir_fd: int | None = None) -> int:
    """Open the regular file at `path`; nothing else is waited for, as a named pipe, or read without an end."""
    try:
        descriptor = os.open(path, flags | getattr(os, "O_NONBLOCK", 0), dir_fd=dir_fd)
    except OSError as error:
        if error.errno in (ENXIO, ENODEV):
            # A socket, or a device that nothing is connected to.
            raise _not_regular() from None
        raise
    try:
        _check_mode(os.fstat(descriptor).st_mode)
    except OSError:
        os.close(descriptor)
        raise
    return descriptor


def check_regular(path: str) -> None:
    """Raise OSError if something else than a regular file is at `path`; it is not opened, and may be missing."""
    with suppress(FileNotFoundError):
        _check_mode(os.stat(path).st_mode)


def _check_mode(mode: int) -> None:
    if stat.S_ISDIR(mode):
        raise IsADirectoryError(EISDIR, os.strerror(EISDIR))
    if not stat.S_ISREG(mode):
        raise _not_regular()


def _not_regular() -> OSError:
    return OSError(EINVAL, "Not a regular file")


def _open_file_itself(path: str, flags: int, dir_fd: int | None = None) -> int:
    """Open the regular file at `path`, not through a link."""
    return _open_file(path, flags | getattr(os, "O_NOFOLLOW", 0), dir_fd)


def temporary(path: str) -> str:
    """The path of the temporary file beside `path`: always the same, so that killed processes leave one at most."""
    folder, name = os.path.split(path)
    return os.path.join(folder, f".{name}.tmp")


class DurabilityUnknown(OSError):
    """The file was replaced, but fsync failed: after a power failure the old file may be back."""


def replace(
    path: str, pieces: list[bytes], *, new: bool = False, like: str = "", dir_fd: int | None = None
) -> Signature:
    """Write the joined pieces to `path`, atomically and durably; the caller holds the lock.

    Args:
        path: The file; if it exists, its mode, owner and group are kept.
        pieces: The content.
        new: The file must not exist; it gets the mode of the umask.
        like: The path of a file whose group and mode a new file gets instead.
        dir_fd: The open folder in which `path` is a name.

    Returns:
        The signature of the new file.

    Raises:
        FileExistsError: `new`, and the file exists.
        DurabilityUnknown: The new file is in place, but fsync of the folder failed.
        OSError: The old file is unchanged and the temporary file removed.
    """
    kept = os.stat(like or path) if like or not new else None
    name = temporary(path)
    with suppress(FileNotFoundError):
        os.unlink(name, dir_fd=dir_fd)

    def share(descriptor: int) -> None:
        if kept is not None and like:
            _share_new_file(descriptor, kept)
        elif kept is not None:
            _copy_ownership(descriptor, kept)

    return _write_and_rename(
        path, name, _writer(pieces), mode=0o666 if kept is None else 0o600, share=share, new=new, dir_fd=dir_fd
    )


def copy_new(source: str, path: str, *, dir_fd: int | None = None) -> None:
    """Copy the file `source` to `path`, atomically and durably, with its group and mode; the caller holds the lock.

    The copy shares no inode with the source: a program that writes into one does not change the other. Where the file
    system can, both share the blocks of the disk until then. `path` is a name in the open folder `dir_fd`, if given.

    Raises FileExistsError if `path` exists, OSError otherwise, also if the source was changed meanwhile.
    """
    name = temporary(path)
    with suppress(FileNotFoundError):
        os.unlink(name, dir_fd=dir_fd)
    with open(source, "rb", buffering=0, opener=_open_file) as original:
        kept = os.fstat(original.fileno())

        def fill(file: BinaryIO) -> None:
            _copy_bytes(original, file, kept.st_size)
            if _signature(os.fstat(original.fileno())) != _signature(kept):
                raise OSError(EAGAIN, "It was changed while it was copied")

        _write_and_rename(
            path, name, fill, mode=0o600, share=lambda new: _share_new_file(new, kept), new=True, dir_fd=dir_fd
        )


def _copy_bytes(source: BinaryIO, target: BinaryIO, size: int) -> None:
    """Copy a file's bytes; in the kernel where it can, which shares blocks where the file system can."""
    if hasattr(os, "copy_file_range"):
        with suppress(OSError):
            left = size
            while left and (count := os.copy_file_range(source.fileno(), target.fileno(), left)):
                left -= count
            if not left:
                return
        # Not between these file systems: start afresh.
        os.ftruncate(target.fileno(), 0)
        os.lseek(target.fileno(), 0, os.SEEK_SET)
    source.seek(0)
    target.write(source.read())


def replace_private(path: str, data: bytes) -> None:
    """Write `data` to `path`, atomically and durably, with mode 0600; needs no lock.

    Concurrent writers use different temporary files; the last one wins. Raises OSError.
    """
    folder, name = os.path.split(path)
    # The file is in place even if fsync failed.
    with suppress(DurabilityUnknown):
        _write_and_rename(path, os.path.join(folder, f".{name}.{os.urandom(6).hex()}"), _writer([data]), mode=0o600)


def _writer(pieces: list[bytes]) -> Callable[[BinaryIO], None]:
    """A function that writes the pieces to a file."""
    return lambda file: file.writelines(pieces)


def _write_and_rename(
    path: str,
    name: str,
    fill: Callable[[BinaryIO], None],
    *,
    mode: int,
    share: Callable[[int], None] | None = None,
    new: bool = False,
    dir_fd: int | None = None,
) -> Signature:
    """`fill` the temporary file `name`, call `share` with its descriptor, and rename it to `path`."""
    check_file_may_be_written()
    descriptor = os.open(name, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), mode, dir_fd=dir_fd)
    try:
        with os.fdopen(descriptor, "wb", buffering=BUFFER_BYTES) as file:
            fill(file)
            file.flush()
            if share is not None:
                share(file.fileno())
            os.fsync(file.fileno())
            written = _signature(os.fstat(file.fileno()))
        if new:
            _link_new(name, path, dir_fd)
        else:
            os.replace(name, path, src_dir_fd=dir_fd, dst_dir_fd=dir_fd)
    except BaseException:
        with suppress(OSError):
            os.unlink(name, dir_fd=dir_fd)
        raise
    try:
        _sync_folder(os.path.dirname(path), dir_fd)
    except OSError as error:
        raise DurabilityUnknown(error.errno, error.strerror) from error
    return written


def _link_new(name: str, path: str, dir_fd: int | None) -> None:
    """Rename a file without overwriting: os.link never overwrites; without hard links, check and rename."""
    try:
        os.link(name, path, src_dir_fd=dir_fd, dst_dir_fd=dir_fd)
    except FileExistsError:
        raise
    except OSError:
        with suppress(FileNotFoundError):
            os.stat(path, dir_fd=dir_fd, follow_symlinks=False)
            raise FileExistsError(path) from None
        os.rename(name, path, src_dir_fd=dir_fd, dst_dir_fd=dir_fd)
    else:
        os.unlink(name, dir_fd=dir_fd)


def is_sticky(path: str) -> bool:
    """True if the folder of a file is sticky: only the file's owner can replace it."""
    with suppress(OSError):
        return bool(os.stat(os.path.dirname(path)).st_mode & stat.S_ISVTX)
    return False


def shared_mode(mode: int) -> int:
    """The mode of a file beside one of mode `mode`: for the same people, and its owner can read and write it."""
    return mode & 0o666 | 0o600


def lock_mode(path: str) -> int | None:
    """The mode for the lock file, so that all who may write the board may lock it; None if there is no board yet."""
    try:
        return shared_mode(os.stat(path).st_mode)
    except OSError:
        return None


def share_like(path: str, descriptor: int) -> None:
    """Give an open file the group and mode of the file at `path`; errors are ignored."""
    if POSIX:
        with suppress(OSError):
            _copy_group_and_mode(descriptor, os.stat(path))


def _copy_group_and_mode(descriptor: int, kept: os.stat_result) -> None:
    """Give an open file the group and mode that another one has; its owner can always read and write it."""
    now = os.fstat(descriptor)
    if now.st_gid != kept.st_gid:
        os.fchown(descriptor, -1, kept.st_gid)
    mode = shared_mode(kept.st_mode)
    if stat.S_IMODE(now.st_mode) != mode:
        os.fchmod(descriptor, mode)


def _share_new_file(descriptor: int, kept: os.stat_result) -> None:
    if not POSIX:
        return
    try:
        _copy_group_and_mode(descriptor, kept)
    except OSError:
        # We are not in that group: give our group no more rights than everybody has.
        everybody = kept.st_mode & 0o006
        with suppress(OSError):
            os.fchmod(descriptor, 0o600 | everybody << 3 | everybody)


def _copy_ownership(descriptor: int, kept: os.stat_result) -> None:
    """Give a new file the owner, group and mode of the old one, as far as permitted."""
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


def _sync_folder(folder: str, dir_fd: int | None = None) -> None:
    """Fsync the folder, which makes a rename durable."""
    if not POSIX:
        return
    if dir_fd is not None:
        os.fsync(dir_fd)
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
