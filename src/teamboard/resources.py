"""Find the files shipped with teamboard: beside the code in an installation, at the top in a checkout."""

from __future__ import annotations

from pathlib import Path


def resource_folder(name: str) -> Path:
    """The path of the folder `themes`, `agendas` or `sample_team`. Raises FileNotFoundError if it is missing."""
    package = Path(__file__).resolve().parent
    for candidate in (package / name, package.parents[1] / name):
        if candidate.is_dir():
            return candidate
    raise FileNotFoundError(f"the folder {name!r} of teamboard is missing; install teamboard again")
