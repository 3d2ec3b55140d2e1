"""Read input that may be a pipe or the standard input: once, in bounded memory."""

from __future__ import annotations

import os
import select
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from errno import EFBIG
from pathlib import Path

from teamboard.domain.errors import Refused, describe_os_error

STDIN = Path("-")
MOST_BYTES = 1 << 30
"""No file to import is larger."""
MOST_PIPE_BYTES = 256_000_000
"""No pipe gives more: it is copied, and one that never ends is refused within a second."""
WRITER_MILLISECONDS = 1000
"""How long a named pipe may be without a writer."""
_CHUNK = 1 << 20


@contextmanager
def source_file(path: Path, most_bytes: int = MOST_BYTES) -> Iterator[Path]:
    """A file that can be read again and again: the one at `path`, or a copy of what a pipe or standard input gives.

    `-` is the standard input. Raises Refused for what ends in neither a file nor a pipe, or is too large.
    """
    with _refusing(path):
        descriptor = _open(path, most_bytes)
        is_file = stat.S_ISREG(os.fstat(descriptor).st_mode)
    if is_file and path != STDIN:
        os.close(descriptor)
        yield path
        return
    # Late: the import takes 6 ms, and settings and themes are files.
    import tempfile

    with tempfile.TemporaryDirectory(prefix="teamboard-") as folder:
        copy = Path(folder) / (_name(path) if path == STDIN else path.name)
        with _refusing(path):
            _copy(descriptor, copy, min(most_bytes, MOST_PIPE_BYTES))
        yield copy


def _open(path: Path, most_bytes: int) -> int:
    """The descriptor of a file or a pipe. Raises OSError, and Refused for anything else."""
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    descriptor = os.dup(sys.stdin.fileno()) if path == STDIN else os.open(path, flags)
    found = os.fstat(descriptor)
    if not (stat.S_ISREG(found.st_mode) or stat.S_ISFIFO(found.st_mode)):
        os.close(descriptor)
        raise Refused(f"{_name(path)}: this is neither a file nor a pipe.")
    if found.st_size > most_bytes:
        os.close(descriptor)
        raise _too_large(most_bytes)
    return descriptor


def _copy(descriptor: int, copy: Path, most_bytes: int) -> None:
    """Copy what a pipe gives, to its end, and close it."""
    size = 0
    with os.fdopen(descriptor, "rb", buffering=0) as pipe, copy.open("wb") as file:
        # Opened without waiting, a pipe whose writer is about to come would be an empty one.
        if hasattr(select, "poll"):
            waiting = select.poll()
            waiting.register(pipe, select.POLLIN)
            waiting.poll(WRITER_MILLISECONDS)
        while True:
            chunk = pipe.read(_CHUNK)
            if chunk is None:
                # Opened without waiting: there is a writer, who has not written yet.
                select.select([pipe], [], [])
                continue
            if not chunk:
                return
            size += len(chunk)
            if size > most_bytes:
                raise _too_large(most_bytes)
            file.write(chunk)


def _too_large(most_bytes: int) -> OSError:
    return OSError(EFBIG, f"Larger than {most_bytes // 1_000_000:,} MB")


@contextmanager
def _refusing(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        why = describe_os_error(error)
        raise Refused(f"{_name(path)}: {why[:1].lower()}{why[1:]}.") from error


def _name(path: Path) -> str:
    return "standard input" if path == STDIN else str(path)
