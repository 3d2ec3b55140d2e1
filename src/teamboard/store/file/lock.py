"""The lock file beside a board: it excludes processes and threads, and is free when its holder ends or is killed.

The lock is `flock` on the lock file, as in the filelock library, so programs that use that library are excluded too.
Anybody who may write the folder may replace the lock file by a link. So the file is opened without following links,
and its mode, group and content are changed through the descriptor only, never by name.
"""

from __future__ import annotations

import os
import stat
import sys
import time
from contextlib import suppress
from errno import EACCES, EAGAIN, EDEADLK, ELOOP

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

POLL_SECONDS = 0.003
NOTE_BYTES = 300
# O_NONBLOCK: opening a named pipe would block until another process opens it.
_FLAGS = os.O_RDWR | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_NONBLOCK", 0)
_CONTENTION = (EACCES, EAGAIN, EDEADLK)


class LockHeld(Exception):
    """The lock is held by another process; the message is the holder's note, or "somebody"."""


class InvalidLockFile(Exception):
    """The lock path is not a regular file with one name; the message says what it is."""


def acquire(path: str, patience: float, mode: int | None = None) -> int:
    """Acquire the lock.

    Args:
        path: The lock file; created if it does not exist.
        patience: Seconds to wait for another holder.
        mode: The mode of a new lock file; None leaves it to the umask.

    Returns:
        The descriptor that holds the lock, for `release`.

    Raises:
        LockHeld: Another process holds the lock until the timeout.
        InvalidLockFile: The path is a link, a folder or a special file.
        OSError: The file can't be opened or locked.
    """
    deadline = time.monotonic() + patience
    while True:
        # Open it again each time: if the file was replaced while waiting, the new one is the lock.
        descriptor = _open(path, mode)
        try:
            if _try_lock(descriptor) and _is_same_file(path, descriptor):
                return descriptor
            if time.monotonic() >= deadline:
                raise LockHeld(_read_note(descriptor))
        except BaseException:
            os.close(descriptor)
            raise
        os.close(descriptor)
        time.sleep(POLL_SECONDS)


def release(descriptor: int) -> None:
    """Release the lock; the file stays, because waiting processes have it open."""
    try:
        if sys.platform == "win32":
            os.lseek(descriptor, 0, os.SEEK_SET)
            msvcrt.locking(descriptor, msvcrt.LK_UNLCK, 1)
        else:
            fcntl.flock(descriptor, fcntl.LOCK_UN)
    finally:
        os.close(descriptor)


def write_note(descriptor: int, note: str) -> None:
    """Write into the lock file who holds it; an error is ignored."""
    with suppress(OSError):
        os.ftruncate(descriptor, 0)
        os.lseek(descriptor, 0, os.SEEK_SET)
        os.write(descriptor, note.encode(errors="replace"))


def describe_unusable_lock(found: os.stat_result) -> str:
    """What the file at the lock path is, if it can't be used as the lock; else ""."""
    if stat.S_ISLNK(found.st_mode):
        return "a symbolic link"
    if stat.S_ISDIR(found.st_mode):
        return "a folder"
    if not stat.S_ISREG(found.st_mode):
        return "not a regular file"
    # A hard link: it is another file under this name.
    return "a hard link to another file" if found.st_nlink > 1 else ""


def _open(path: str, mode: int | None) -> int:
    while True:
        try:
            descriptor = os.open(path, _FLAGS | os.O_CREAT | os.O_EXCL, 0o666 if mode is None else mode)
        except FileExistsError:
            # It may be removed between the two calls.
            with suppress(FileNotFoundError):
                return _open_existing(path)
            continue
        if mode is not None and sys.platform != "win32":
            with suppress(OSError):
                os.fchmod(descriptor, mode)
        return descriptor


def _open_existing(path: str) -> int:
    # Opening a device can have side effects, so check before opening; check again after, as it may be replaced between.
    if found := describe_unusable_lock(os.lstat(path)):
        raise InvalidLockFile(found)
    try:
        descriptor = os.open(path, _FLAGS)
    except OSError as error:
        if error.errno == ELOOP:
            raise InvalidLockFile("a symbolic link") from None
        raise
    if found := describe_unusable_lock(os.fstat(descriptor)):
        os.close(descriptor)
        raise InvalidLockFile(found)
    return descriptor


def _try_lock(descriptor: int) -> bool:
    try:
        if sys.platform == "win32":
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        if error.errno in _CONTENTION:
            return False
        raise
    return True


def _is_same_file(path: str, descriptor: int) -> bool:
    try:
        return os.path.samestat(os.lstat(path), os.fstat(descriptor))
    except FileNotFoundError:
        return False


def _read_note(descriptor: int) -> str:
    try:
        return os.read(descriptor, NOTE_BYTES).decode(errors="replace").strip() or "somebody"
    except OSError:
        return "somebody"
