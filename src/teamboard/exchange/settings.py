"""What a user has chosen, in one YAML file of the config folder."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

import msgspec
from msgspec import Struct

from teamboard.exchange.theme_file import DEFAULT
from teamboard.exchange.yaml_text import Document, YamlError


class Settings(Struct, frozen=True):
    """A user's choices."""

    theme: str = DEFAULT


def settings_path() -> Path:
    """Where the settings are."""
    from platformdirs import user_config_path

    return user_config_path("teamboard") / "config.yaml"


def load_settings() -> Settings:
    """The settings; the defaults where there are none, or none that can be read."""
    document = Document()
    try:
        document.add(settings_path())
        return msgspec.convert(document.values, Settings)
    except (YamlError, msgspec.ValidationError):
        return Settings()


def save_settings(settings: Settings) -> None:
    """Write the settings, for this user alone; other keys of the file stay. OSError if it can't be."""
    import yaml

    path = settings_path()
    document = Document()
    with suppress(YamlError):
        document.add(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    text = yaml.safe_dump({**document.values, **msgspec.to_builtins(settings)}, allow_unicode=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    temporary.touch(mode=0o600)
    temporary.write_text(text, encoding="utf-8")
    os.replace(temporary, path)
