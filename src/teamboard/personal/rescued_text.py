"""Texts that could not be saved: kept in a file of the person's own, so that no word is lost."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from teamboard.personal.private_files import new_own, own_folder


def keep(text: str, at: datetime) -> Path:
    """Write a text to a new file that only its author can read; where it is. OSError if it can't be."""
    # It takes 4 ms to import, and few texts are not saved.
    from platformdirs import user_state_path

    folder = user_state_path("teamboard") / "kept"
    own_folder(folder)
    for number in range(1000):
        path = folder / f"{at:%Y%m%d-%H%M%S}{f'-{number}' if number else ''}.txt"
        try:
            new_own(path, text)
        except FileExistsError:
            continue
        return path
    raise FileExistsError(f"{folder} is full of kept texts")
