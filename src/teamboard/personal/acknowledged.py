"""The log of the commits that a board's file has acknowledged to this person, to find those that the file lost.

There is one private file for each path of a board. Each line has a commit, as it is in the board's history.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import Any

import msgspec

from teamboard.domain.commit_log import HistoryEntry
from teamboard.personal.paths import kept_folder
from teamboard.personal.private_files import delete_private_file, make_private_folder, write_private_file
from teamboard.store.blake2 import blake2b
from teamboard.store.read_only import check_file_may_be_written

MOST_COMMITS = 500
"""How many of the newest commits are kept."""
MOST_LOGS = 100
"""How many logs are kept; a demo's board, say, is gone, and its log is not needed."""
_TAIL = 4096
_STEP = 64 * 1024
"""The log is shortened when its size passes a multiple of this."""


def log_name(path: str) -> str:
    """The name of the log of the board at a real path."""
    return blake2b(os.fsencode(path), digest_size=12).hexdigest()


def add_acknowledged(path: str, board: str, revision: int, entry: bytes) -> None:
    """Add a commit to the log of the board at a real path; the caller holds the board's lock.

    `board` is the board's identity, `entry` the JSON of the history's entry. Raises OSError.
    """
    check_file_may_be_written()
    log = _log_path(path)
    line = b'{"board":"%b","revision":%d,"entry":%b}\n' % (board.encode(), revision, entry)
    try:
        file = os.open(log, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
    except FileNotFoundError:
        make_private_folder(kept_folder())
        file = os.open(log, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        # Not flushed to the disk: the board is, and this log only counts when the board loses something.
        os.write(file, line)
        size = os.fstat(file).st_size
    finally:
        os.close(file)
    if size == len(line):
        _delete_oldest_logs()
    if size // _STEP != (size - len(line)) // _STEP:
        _shorten(log)


def newest_acknowledged(path: str) -> tuple[str, str] | None:
    """The board's identity and the hash of the last commit in the log of a real path; None if it can't be read."""
    with (
        suppress(OSError, msgspec.MsgspecError, UnicodeDecodeError, KeyError, TypeError),
        _log_path(path).open("rb") as file,
    ):
        size = file.seek(0, os.SEEK_END)
        file.seek(max(size - _TAIL, 0))
        end = file.read().rstrip(b"\n")
        if size > _TAIL and b"\n" not in end:
            file.seek(0)
            end = file.read().rstrip(b"\n")
        # Without a type: to prepare a decoder takes longer than to decode one line.
        line = msgspec.json.decode(end[end.rfind(b"\n") + 1 :])
        return str(line["board"]), str(line["entry"]["hash"])
    return None


def acknowledged_commits(path: str, board: str) -> list[tuple[int, HistoryEntry]]:
    """The newest commits of a board in the log of its real path, with their revisions, oldest first."""
    # Late, as it is made: only a board that has lost something needs it.
    line_type = msgspec.defstruct("Line", [("board", str), ("revision", int), ("entry", HistoryEntry)])
    commits: list[tuple[int, HistoryEntry]] = []
    with suppress(OSError), _log_path(path).open("rb") as file:
        for line in file.read().splitlines()[-MOST_COMMITS:]:
            # A line that was cut off, as when the machine lost power, is passed over.
            with suppress(msgspec.MsgspecError, UnicodeDecodeError):
                commit: Any = msgspec.json.decode(line, type=line_type)
                if commit.board == board:
                    commits.append((commit.revision, commit.entry))
    return commits


def _log_path(path: str) -> Path:
    return kept_folder() / f"commits-{log_name(path)}.jsonl"


def _shorten(log: Path) -> None:
    lines = log.read_bytes().splitlines(keepends=True)
    if len(lines) > MOST_COMMITS:
        write_private_file(log, b"".join(lines[-MOST_COMMITS:]))


def _delete_oldest_logs() -> None:
    logs = sorted(kept_folder().glob("commits-*.jsonl"), key=lambda log: log.stat().st_mtime)
    for log in logs[:-MOST_LOGS]:
        delete_private_file(log)
