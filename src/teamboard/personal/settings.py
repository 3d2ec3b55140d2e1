"""The user's settings, in one YAML file of the config folder. docs/settings.md describes them."""

from __future__ import annotations

from typing import Any, Literal, get_args

import msgspec
from msgspec import Struct

from teamboard.domain.errors import Refused
from teamboard.personal.paths import settings_path
from teamboard.personal.private_files import write_private_file
from teamboard.personal.themes import DEFAULT
from teamboard.personal.yaml_files import dump_setting, read_yaml
from teamboard.store.written import note_written

Tell = Literal["quietly", "bell", "desktop"]
TELLS: tuple[Tell, ...] = get_args(Tell)
KEYS = "keys."
ON, OFF = ("on", "yes", "true"), ("off", "no", "false")


class Settings(Struct, frozen=True, forbid_unknown_fields=True):
    """The user's settings with their defaults."""

    member: str = ""
    theme: str = DEFAULT
    calm: bool = False
    big: bool = False
    ascii: bool = False
    tell: Tell = "quietly"
    keys: dict[str, str] = {}


DESCRIPTIONS = {
    "member": "who you are, where neither --as nor your login says it: a handle such as ana",
    "theme": "the colours: `teamboard themes` lists them",
    "calm": "nothing glows, slides or fades",
    "big": "fewer lines, bigger: for a screen that is read from afar",
    "ascii": "bars and signs of plain letters, for a terminal without the others",
    "tell": "when something concerns you: quietly (in the terminal's title), bell or desktop",
    "keys": "your own keys, by what they do, such as check-in: c",
}
"""What each setting is for: the comments in the settings file."""


def load_settings() -> Settings:
    """Read the settings; the defaults if there is no file. Raises YamlError with file and line if it is invalid."""
    path = settings_path()
    return read_yaml(path, Settings) if path.exists() else Settings()


def load_settings_or_defaults() -> tuple[Settings, str]:
    """The settings and ""; if their file is invalid, the defaults and an error message."""
    try:
        return load_settings(), ""
    except Refused as error:
        return Settings(), f"Your settings are not used: {error}"


def save_settings(settings: Settings) -> None:
    """Write the settings to their private file, each with its description as a comment. Raises OSError."""
    write_private_file(settings_path(), _settings_yaml(settings))
    note_written(str(settings_path()))


def _settings_yaml(settings: Settings) -> str:
    """The settings as YAML, each below its description."""
    lines = []
    for name, value in msgspec.to_builtins(settings).items():
        lines += [f"# {DESCRIPTIONS[name]}", dump_setting(name, value), ""]
    return "\n".join(lines)


def change_setting(settings: Settings, name: str, text: str) -> Settings:
    """The settings with the one called `name` (`theme`, `keys.check-in`) set from text.

    Raises Refused for an unknown setting or an invalid value. An empty text removes a key.
    """
    if name.startswith(KEYS):
        keys = {**settings.keys, name.removeprefix(KEYS): text}
        return msgspec.structs.replace(settings, keys={k: v for k, v in keys.items() if v})
    if name not in DESCRIPTIONS or name == "keys":
        raise Refused(f"There is no setting {name!r}; there are {', '.join(DESCRIPTIONS)}.<what it does>.")
    value: Any = text
    if isinstance(getattr(settings, name), bool):
        if text.lower() not in ON + OFF:
            raise Refused(f"{name} must be on or off, not {text!r}.")
        value = text.lower() in ON
    try:
        return msgspec.convert({**msgspec.to_builtins(settings), name: value}, Settings)
    except msgspec.ValidationError:
        raise Refused(f"{name} must be {', '.join(TELLS[:-1])} or {TELLS[-1]}, not {text!r}.") from None


def setting_text(settings: Settings, name: str) -> str:
    """A setting's value as text, as `change_setting` takes it: `on`, `off`, `harbour`."""
    value = getattr(settings, name)
    return ("on" if value else "off") if isinstance(value, bool) else str(value)
