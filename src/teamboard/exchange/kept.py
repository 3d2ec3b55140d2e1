"""Texts that could not be saved: kept in a file of the person's own, so that no word is lost."""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path


def keep(text: str, at: datetime) -> Path:
    """Write a text to a new file that only its author can read; where it is. OSError if it can't be."""
    from platformdirs import user_state_path

    folder = user_state_path("teamboard") / "kept"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    for number in range(1000):
        path = folder / f"{at:%Y%m%d-%H%M%S}{f'-{number}' if number else ''}.txt"
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            continue
        with os.fdopen(descriptor, "w", encoding="utf-8", errors="replace") as file:
            file.write(text)
        return path
    raise FileExistsError(f"{folder} is full of kept texts")
