"""Rescue texts that could not be saved on the board, and the details of errors: write them to a private file."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from pathlib import Path

from teamboard.personal.paths import kept_folder
from teamboard.personal.private_files import (
    create_private_file,
    delete_private_file,
    make_private_folder,
    write_private_file,
)

MAX_ERRORS = 20
INTERRUPTED_TEXT = "teamboard was ended while a form was open: your text is kept in {path}."


def save_rescued_text(text: str, at: datetime) -> Path:
    """Write a text to a new private file, named after the moment `at`; returns its path. Raises OSError."""
    return _save_new(kept_folder(), text, at)


def save_interrupted_text(text: str, at: datetime) -> Path:
    """Save the text of a form that was open when the app was ended, to tell it at the next start. Raises OSError."""
    path = save_rescued_text(text, at)
    paths = [*interrupted_texts(), path]
    write_private_file(_interrupted(), "".join(f"{path}\n" for path in paths))
    return path


def interrupted_texts() -> list[Path]:
    """The files of `save_interrupted_text` that the person has not been told of and has not deleted, oldest first."""
    with suppress(OSError, UnicodeDecodeError):
        lines = _interrupted().read_text(encoding="utf-8").splitlines()
        return [path for line in lines if (path := Path(line)).is_file()]
    return []


def forget_interrupted_texts() -> None:
    """Note that the person has been told of all `interrupted_texts`; the files stay."""
    with suppress(OSError):
        delete_private_file(_interrupted())


def _interrupted() -> Path:
    return kept_folder() / "interrupted.list"


def save_error_details(details: str, at: datetime) -> Path:
    """Write the traceback of an internal error to a new private file; returns its path. Raises OSError.

    Only the newest MAX_ERRORS are kept.
    """
    folder = kept_folder().with_name("errors")
    path = _save_new(folder, details, at)
    for old in sorted(folder.glob("*.txt"), key=lambda file: file.lstat().st_mtime_ns)[:-MAX_ERRORS]:
        with suppress(OSError):
            delete_private_file(old)
    return path


def _save_new(folder: Path, text: str, at: datetime) -> Path:
    make_private_folder(folder)
    for number in range(1000):
        path = folder / f"{at:%Y%m%d-%H%M%S}{f'-{number}' if number else ''}.txt"
        try:
            create_private_file(path, text)
        except FileExistsError:
            continue
        return path
    raise FileExistsError(f"{folder} has 1,000 texts of this second; delete those you do not need")
