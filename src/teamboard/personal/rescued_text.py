"""Rescue texts that could not be saved on the board: write them to a private file."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from teamboard.personal.paths import kept_folder
from teamboard.personal.private_files import create_private_file, make_private_folder


def save_rescued_text(text: str, at: datetime) -> Path:
    """Write a text to a new private file, named after the moment `at`; returns its path. Raises OSError."""
    folder = kept_folder()
    make_private_folder(folder)
    for number in range(1000):
        path = folder / f"{at:%Y%m%d-%H%M%S}{f'-{number}' if number else ''}.txt"
        try:
            create_private_file(path, text)
        except FileExistsError:
            continue
        return path
    raise FileExistsError(f"{folder} has 1,000 texts of this second; delete those you do not need")
