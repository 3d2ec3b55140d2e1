"""What a user has chosen, in one YAML file of the config folder. docs/settings.md describes it."""

from __future__ import annotations

from typing import Any, Literal, get_args

import msgspec
import yaml
from msgspec import Struct

from teamboard.domain.errors import Refused
from teamboard.importers.yaml_text import Document, YamlError, converted
from teamboard.personal.paths import settings_path
from teamboard.personal.private_files import write_own
from teamboard.personal.themes import DEFAULT

Tell = Literal["quietly", "bell", "desktop"]
TELLS: tuple[Tell, ...] = get_args(Tell)
KEYS = "keys."
ON, OFF = ("on", "yes", "true"), ("off", "no", "false")


class Settings(Struct, frozen=True, forbid_unknown_fields=True):
    """A user's choices."""

    member: str = ""
    theme: str = DEFAULT
    calm: bool = False
    big: bool = False
    ascii: bool = False
    tell: Tell = "quietly"
    keys: dict[str, str] = {}


ABOUT = {
    "member": "who you are, where neither --as nor your login says it: a handle such as ana",
    "theme": "the colours: `teamboard themes` lists them",
    "calm": "nothing glows, slides or fades",
    "big": "fewer lines, bigger: for a screen that is read from afar",
    "ascii": "bars and signs of plain letters, for a terminal without the others",
    "tell": "when somebody writes to you: quietly (in the terminal's title), bell or desktop",
    "keys": "your own keys, by what they do, such as check-in: c",
}
"""What each setting is for."""


def load_settings() -> Settings:
    """The settings, the defaults where there are none. Raises YamlError with file and line if they can't be read."""
    path = settings_path()
    if not path.exists():
        return Settings()
    document = Document()
    document.add(path)
    return converted(document, Settings, path.name)


def load_settings_or_defaults() -> tuple[Settings, str]:
    """The settings, and what is wrong with their file; with a broken file the defaults."""
    try:
        return load_settings(), ""
    except YamlError as error:
        return Settings(), f"Your settings are not used: {error}"


def save_settings(settings: Settings) -> None:
    """Write the settings, each with what it is for, for this user alone. OSError if it can't be."""
    write_own(settings_path(), _written(settings))


def _written(settings: Settings) -> str:
    lines = []
    for name, value in msgspec.to_builtins(settings).items():
        lines += [f"# {ABOUT[name]}", yaml.safe_dump({name: value}, allow_unicode=True).rstrip(), ""]
    return "\n".join(lines)


def changed_setting(settings: Settings, name: str, text: str) -> Settings:
    """The settings with one of them as it was typed; Refused for what there is not, or what does not fit."""
    if name.startswith(KEYS):
        keys = {**settings.keys, name.removeprefix(KEYS): text}
        return msgspec.structs.replace(settings, keys={k: v for k, v in keys.items() if v})
    if name not in ABOUT or name == "keys":
        raise Refused(f"There is no setting {name!r}; there are {', '.join(ABOUT)}.<what it does>.")
    value: Any = text
    if isinstance(getattr(settings, name), bool):
        if text.lower() not in ON + OFF:
            raise Refused(f"{name} is on or off, not {text!r}.")
        value = text.lower() in ON
    try:
        return msgspec.convert({**msgspec.to_builtins(settings), name: value}, Settings)
    except msgspec.ValidationError:
        raise Refused(f"{name} is {', '.join(TELLS[:-1])} or {TELLS[-1]}, not {text!r}.") from None


def written(settings: Settings, name: str) -> str:
    """A setting as one types it."""
    value = getattr(settings, name)
    return ("on" if value else "off") if isinstance(value, bool) else str(value)
