"""Where a user's settings are: to be asked without reading any."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def settings_path() -> Path:
    """The file of the settings, which may not be there."""
    # It takes 4 ms to import, which a check-in by whoever is named or has a login does not need.
    from platformdirs import user_config_path

    return user_config_path("teamboard") / "config.yaml"
