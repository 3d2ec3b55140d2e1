"""The path of the user's settings, without the cost of importing what reads them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def settings_path() -> Path:
    """The path of the settings file; the file may not exist."""
    # Late: the import takes 4 ms, and `checkin` with --as or a known login does not need the settings.
    from platformdirs import user_config_path

    return user_config_path("teamboard") / "config.yaml"
