"""A user's own keys: which actions have a name, and keys that can be theirs. docs/settings.md lists the names."""

from __future__ import annotations

from collections.abc import Mapping

from textual.binding import Binding

from teamboard.domain.errors import Refused
from teamboard.domain.sanitize import one_line

DEFAULTS = {
    "open": "enter",
    "up": "up,k",
    "down": "down,j",
    "check-in": "u",
    "revise": "v",
    "align": "a",
    "feedback": "f",
    "inbox": "F",
    "one-on-one": "O",
    "prepare": "p",
    "review": "R",
    "due": "D",
    "pulse": "P",
    "standup": "s",
    "history": "h",
    "quarter": "Q",
    "mark": "space",
    "copy": "y",
    "copy-markdown": "Y",
    "filter": "/",
    "sort": "o",
    "day-back": "[",
    "day-on": "]",
    "go-to": "g",
    "jump": "ctrl+k",
    "undo": "ctrl+z",
    "palette": "ctrl+p",
    "settings": ",",
    "keys": "?",
    "quit": "q",
}
"""Each action that can have a key of one's own, and the keys it has without."""

FIXED = {"escape", "tab", "shift+tab", "ctrl+s", "ctrl+c", "ctrl+q"}


def keys_text(keys: Mapping[str, str]) -> str:
    """Keys as one types them: `check-in=c, down=n ctrl+n`."""
    return ", ".join(f"{name}={' '.join(key.split(','))}" for name, key in keys.items())


def keys_from(text: str) -> dict[str, str]:
    """Keys that were typed so; Refused for what is none."""
    found: dict[str, str] = {}
    for part in text.split(", ") if text.strip() else []:
        name, equals, keys = part.strip().rstrip(",").partition("=")
        if not equals or not keys.strip():
            raise Refused(f"{one_line(part.strip())!r} is no key; write what it does and the key: check-in=c.")
        found[name.strip()] = ",".join(keys.split())
    return found


def checked_keys(keys: Mapping[str, str]) -> dict[str, str]:
    """Keys that can be had; Refused for an action that there is not, or a key that does something else."""
    for name in keys:
        if name not in DEFAULTS:
            raise Refused(f"Nothing is called {one_line(name)!r}; there are {', '.join(DEFAULTS)}.")
    taken: dict[str, str] = dict.fromkeys(FIXED, "what is fixed")
    for name, default in DEFAULTS.items():
        for key in _split(keys.get(name, default)):
            if key in taken:
                raise Refused(f"The key {key} would do two things: {taken[key]} and {name}.")
            taken[key] = name
    return {name: ",".join(_split(key)) for name, key in keys.items() if key.strip()}


def bound(name: str, action: str, description: str, *, show: bool = False, priority: bool = False) -> Binding:
    """The binding of an action that has a name; a user's own keys take the place of its own."""
    return Binding(",".join(_split(DEFAULTS[name])), action, description, show=show, priority=priority, id=name)


def _split(keys: str) -> list[str]:
    """The keys of a list, each as Textual calls it; a comma alone is a key too."""
    if keys.strip() == ",":
        return ["comma"]
    return [binding.key for binding in Binding.make_bindings([Binding(keys, "", "")]) if binding.key]
