"""Where the files that come with teamboard are: in the wheel beside the code, in a checkout at the top."""

from __future__ import annotations

from pathlib import Path


def folder(name: str) -> Path:
    """The folder `themes`, `agendas` or `sample_team`; FileNotFoundError if the installation lacks it."""
    here = Path(__file__).resolve().parent
    for place in (here / name, here.parents[1] / name):
        if place.is_dir():
            return place
    raise FileNotFoundError(f"this installation of teamboard lacks its folder {name!r}; install it again")
