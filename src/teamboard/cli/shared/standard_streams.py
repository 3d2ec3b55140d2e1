"""Standard input, output and error where they are closed, full, endless or not text."""

from __future__ import annotations

import io
import os
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, TextIO

from teamboard.domain.errors import Refused, os_error_within
from teamboard.domain.sanitize import one_line

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer as Buffer

MAX_TEXT_BYTES = 1_000_000
MAX_COLUMNS = 1000
"""More columns or lines than any screen has; a line or picture of a hundred million would take all memory."""


class OutputFailed(Exception):
    """Standard output can't be written; no OSError, so that nobody takes it for an error of a file."""

    def __init__(self, reason: OSError) -> None:
        super().__init__(str(reason))
        self.reason = reason


class _Output(io.FileIO):
    """A descriptor whose failure to be written is an OutputFailed."""

    def write(self, data: Buffer) -> int:
        try:
            return super().write(data)
        except OSError as error:
            raise OutputFailed(error) from None


def prepare_streams() -> None:
    """Make standard output raise OutputFailed, and replace streams that were closed at the start (`<&-`, `>&-`).

    Python sets those to None. Reading or writing their replacement fails as that of a closed file does; only standard
    error is discarded: there is nowhere to report anything.
    """
    # Standard input first: the lowest free descriptor is its own.
    if sys.stdin is None:
        sys.stdin = os.fdopen(os.open(os.devnull, os.O_WRONLY), "r", encoding="utf-8")
    if sys.stdout is None:
        sys.stdout = _output(os.open(os.devnull, os.O_RDONLY), "utf-8")
    elif (output := sys.__stdout__) is not None and sys.stdout is output and os.name == "posix":
        unbuffered = isinstance(output.buffer, io.RawIOBase)
        sys.stdout = _output(output.fileno(), output.encoding, unbuffered=unbuffered)
    if sys.stderr is None:
        sys.stderr = os.fdopen(os.open(os.devnull, os.O_WRONLY), "w", encoding="utf-8")


def _output(descriptor: int, encoding: str, *, unbuffered: bool = False) -> io.TextIOWrapper:
    raw = _Output(descriptor, "w", closefd=False)
    buffer = raw if unbuffered else io.BufferedWriter(raw)
    return io.TextIOWrapper(
        buffer,
        encoding=encoding,
        line_buffering=raw.isatty(),
        write_through=unbuffered,
    )


def ignore_absurd_size() -> None:
    """Remove COLUMNS and LINES from the environment if no screen has that many."""
    for name in ("COLUMNS", "LINES"):
        value = os.environ.get(name, "")
        if value.isdecimal() and (len(value) > len(str(MAX_COLUMNS)) or int(value) > MAX_COLUMNS):
            del os.environ[name]


def read_standard_input() -> str:
    """The text on standard input. Raises Refused if it is closed, too long or not text."""
    buffer = getattr(sys.stdin, "buffer", None)
    try:
        data = buffer.read(MAX_TEXT_BYTES + 1) if buffer is not None else sys.stdin.read().encode()
    except OSError as error:
        raise Refused(f"Standard input can't be read: {os_error_within(error)}.") from None
    if len(data) > MAX_TEXT_BYTES:
        raise Refused("The text on standard input is longer than 1 MB; give a shorter one.")
    encoding = sys.stdin.encoding or "utf-8"
    try:
        text: str = data.decode(encoding)
    except UnicodeDecodeError:
        raise Refused(f"The text on standard input is not {encoding}; convert it, as with iconv.") from None
    return text.replace("\r\n", "\n").replace("\r", "\n")


def discard_output() -> None:
    """Discard all further output: what the buffer still has would fail again when Python ends."""
    _discard(sys.stdout)


def print_error(message: str) -> None:
    """Print an error or a warning in one line on standard error, if that is possible."""
    print_aside(f"teamboard: {message}")


def print_aside(text: str) -> None:
    """Print one line on standard error, if that is possible: where it is not, nothing has failed."""
    try:
        print(one_line(text), file=sys.stderr, flush=True)
    except (OSError, ValueError):
        _discard(sys.stderr)


def _discard(stream: TextIO) -> None:
    """Redirect a stream to nowhere, so that the interpreter ends without an error."""
    with suppress(OSError, ValueError):
        descriptor = os.open(os.devnull, os.O_WRONLY)
        os.dup2(descriptor, stream.fileno())
        os.close(descriptor)
        stream.flush()
