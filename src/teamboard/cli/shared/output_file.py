"""Check where a command is asked to write a file: never over a board or what belongs to it."""

from __future__ import annotations

import os
import shutil
import stat
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

import click

from teamboard.domain.errors import Refused, describe_os_error, os_error_within

BESIDE_A_BOARD = (".lock", ".backups", ".archive")
"""How the names of a board's lock and folders end."""
HEAD_BYTES = 4096


def check_output_file(path: Path, board: str, begins: tuple[bytes, ...]) -> None:
    """Raise Refused if a command must not write to `path`; links are followed, as writing does.

    Args:
        path: Where to write.
        board: The path of the board that the command reads, or its address.
        begins: How a file begins that the command wrote before, which is replaced without a question; lower case. If
            it is empty, it is asked whether to replace any file.
    """
    refuse_board_file(path, board)
    try:
        with suppress(FileNotFoundError):
            if stat.S_ISREG(path.stat().st_mode):
                head = _head(path)
                if not begins:
                    _ask(path, "exists")
                elif head and not head.lower().startswith(begins):
                    _ask(path, "exists and is another kind of file")
    except OSError as error:
        raise Refused(f"{path} can't be written: {os_error_within(error)}.") from error


def write_output_files(files: Mapping[Path, bytes]) -> None:
    """Write some files, over earlier ones or where a link leads: each whole, and none if one can't be written.

    Raises Refused, naming the one.
    """
    written: dict[Path, Path] = {}
    try:
        for path, data in files.items():
            with _naming(path):
                if (temporary := _write_beside(Path(os.path.realpath(path)), data)) is not None:
                    written[path] = temporary
        for path, temporary in written.items():
            with _naming(path):
                temporary.replace(os.path.realpath(path))
    finally:
        for temporary in written.values():
            temporary.unlink(missing_ok=True)


def _write_beside(real: Path, data: bytes) -> Path | None:
    """Write to a temporary file beside one, and return its path; None for a device or a pipe, which is written to."""
    if real.exists() and not real.is_file():
        real.write_bytes(data)
        return None
    temporary = real.with_name(f".{real.name[:100]}.{os.getpid()}.tmp")
    try:
        temporary.write_bytes(data)
        if real.exists():
            shutil.copymode(real, temporary)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise
    return temporary


@contextmanager
def _naming(path: Path) -> Iterator[None]:
    """Say of an error of the file system which file can't be written."""
    try:
        yield
    except OSError as error:
        raise Refused(f"{path} can't be written: {describe_os_error(error)}.") from error


def refuse_board_file(path: Path, board: str) -> None:
    """Raise Refused if `path` is a board or belongs to one; `board` is the path of the one that the command reads."""
    if _belongs_to_a_board(Path(os.path.realpath(path)), Path(os.path.realpath(board))) or _is_board(path):
        raise Refused(f"{path} is a board, or belongs to one: give another file name.")


def _belongs_to_a_board(real: Path, board: Path) -> bool:
    """True for a board, its lock, its temporary file, and for what is in its folders."""
    with suppress(OSError):
        if real.samefile(board):
            return True
    if real in (board, board.with_name(f".{board.name}.tmp")):
        return True
    return any(
        candidate.name.endswith(ending) and os.path.lexists(str(candidate).removesuffix(ending))
        for candidate in (real, real.parent)
        for ending in BESIDE_A_BOARD
    )


def _is_board(path: Path) -> bool:
    with suppress(OSError):
        if path.is_file():
            head = _head(path)
            return head.startswith(b"{") and b'"meta"' in head and b'"format"' in head
    return False


def _head(path: Path) -> bytes:
    """The beginning of a file, without space before it. Raises OSError."""
    with path.open("rb") as file:
        return file.read(HEAD_BYTES).lstrip()


def _ask(path: Path, why: str) -> None:
    """Ask whether to replace a file, and say why. Raises Refused for a no, and where there is no terminal."""
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise Refused(f"{path} {why}: remove it first, or give another file name.")
    if not click.confirm(f"{path} {why}. Replace it?", err=True):
        raise Refused("Nothing was written.")
