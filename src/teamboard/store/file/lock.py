"""The lock beside a board: it excludes processes and threads, and is free as soon as its holder ends or is killed.

It is `flock` on the lock file, as the filelock library does it, so programs that use that library are excluded too.
Whoever may write the folder may put a link in the lock's place. So the file is opened without following links, and
its mode, group and content are changed through the descriptor only, never by name.
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
# O_NONBLOCK: opening a named pipe would wait for somebody at its other end.
_FLAGS = os.O_RDWR | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_NONBLOCK", 0)
_CONTENTION = (EACCES, EAGAIN, EDEADLK)


class Held(Exception):
    """Somebody else holds the lock; the text says who, as far as they said."""


class NotALock(Exception):
    """What is in the lock's place is not a file of its own; the text says what it is."""


def acquire(path: str, patience: float, mode: int | None = None) -> int:
    """The descriptor that holds the lock, to be given to `release`; a new lock file gets `mode`, or the umask's.

    Waits `patience` seconds. Raises Held, NotALock and OSError.
    """
    deadline = time.monotonic() + patience
    while True:
        # Opened again each time: if the file was replaced while waiting, the new one is the lock.
        descriptor = _open(path, mode)
        try:
            if _locks(descriptor) and _is_at(path, descriptor):
                return descriptor
            if time.monotonic() >= deadline:
                raise Held(_note(descriptor))
        except BaseException:
            os.close(descriptor)
            raise
        os.close(descriptor)
        time.sleep(POLL_SECONDS)


def release(descriptor: int) -> None:
    """Free the lock; the file stays, for whoever waits has it open."""
    try:
        if sys.platform == "win32":
            os.lseek(descriptor, 0, os.SEEK_SET)
            msvcrt.locking(descriptor, msvcrt.LK_UNLCK, 1)
        else:
            fcntl.flock(descriptor, fcntl.LOCK_UN)
    finally:
        os.close(descriptor)


def write_note(descriptor: int, note: str) -> None:
    """Say in the lock file who holds it, if that can be."""
    with suppress(OSError):
        os.ftruncate(descriptor, 0)
        os.lseek(descriptor, 0, os.SEEK_SET)
        os.write(descriptor, note.encode(errors="replace"))


def trouble(found: os.stat_result) -> str:
    """What is in the lock's place, if it can't be the lock; else ""."""
    if stat.S_ISLNK(found.st_mode):
        return "a symbolic link"
    if stat.S_ISDIR(found.st_mode):
        return "a folder"
    if not stat.S_ISREG(found.st_mode):
        return "not a regular file"
    # A hard link: the file is somebody's under another name.
    return "a second name of another file" if found.st_nlink > 1 else ""


def _open(path: str, mode: int | None) -> int:
    while True:
        try:
            descriptor = os.open(path, _FLAGS | os.O_CREAT | os.O_EXCL, 0o666 if mode is None else mode)
        except FileExistsError:
            # It may be unlinked between the two.
            with suppress(FileNotFoundError):
                return _open_existing(path)
            continue
        if mode is not None and sys.platform != "win32":
            with suppress(OSError):
                os.fchmod(descriptor, mode)
        return descriptor


def _open_existing(path: str) -> int:
    # Opening a device can do something: it is looked at before, and after, for it may be replaced between the two.
    if found := trouble(os.lstat(path)):
        raise NotALock(found)
    try:
        descriptor = os.open(path, _FLAGS)
    except OSError as error:
        if error.errno == ELOOP:
            raise NotALock("a symbolic link") from None
        raise
    if found := trouble(os.fstat(descriptor)):
        os.close(descriptor)
        raise NotALock(found)
    return descriptor


def _locks(descriptor: int) -> bool:
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


def _is_at(path: str, descriptor: int) -> bool:
    try:
        return os.path.samestat(os.lstat(path), os.fstat(descriptor))
    except FileNotFoundError:
        return False


def _note(descriptor: int) -> str:
    try:
        return os.read(descriptor, NOTE_BYTES).decode(errors="replace").strip() or "somebody"
    except OSError:
        return "somebody"
