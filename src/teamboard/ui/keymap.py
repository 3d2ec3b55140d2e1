"""Key bindings that users can change: names of actions, default keys, validation. docs/settings.md lists the names."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import lru_cache

from textual.binding import Binding
from textual.keys import key_to_character

from teamboard.domain.errors import Refused
from teamboard.domain.sanitize import one_line

DEFAULTS = {
    "open": "enter",
    "up": "up,k",
    "down": "down,j",
    "check-in": "u",
    "revise": "v",
    "align": "A",
    "feedback": "f",
    "inbox": "F",
    "one-on-one": "o",
    "prepare": "p",
    "review": "r",
    "due": "D",
    "pulse": "P",
    "standup": "S",
    "history": "H",
    "quarter": "Q",
    "skills": "K",
    "for-you": "i",
    "move": "m",
    "edit": "e",
    "new": "n",
    "done": "x",
    "mark": "space",
    "copy": "y",
    "copy-markdown": "Y",
    "filter": "/",
    "sort": "s",
    "day-back": "[",
    "day-on": "]",
    "go-to": "g",
    "bring-back": "M",
    "jump": "ctrl+k",
    "undo": "ctrl+z",
    "redo": "ctrl+y",
    "palette": "ctrl+p",
    "settings": ",",
    "keys": "?",
    "quit": "q",
}
"""The default keys of each action whose keys can be changed, by the action's name."""

RESERVED = {"skills", "for-you", "redo"}
"""Names without an action so far; their default keys may be used for others."""

GROUPS = {
    "Act": (
        *("check-in", "revise", "feedback", "one-on-one", "prepare", "review", "move", "edit", "new", "done"),
        *("mark", "copy", "copy-markdown", "undo", "redo"),
    ),
    "Go": (
        *("open", "up", "down", "align", "inbox", "due", "pulse", "quarter", "standup", "skills", "history", "for-you"),
        *("jump", "palette", "settings", "keys", "quit"),
    ),
    "Look": ("filter", "sort"),
    "Time": ("day-back", "day-on", "go-to", "bring-back"),
}
"""The groups in which `?` lists the actions."""

CHANGES = frozenset(
    ("check-in", "revise", "feedback", "prepare", "move", "edit", "new", "done", "mark", "bring-back", "undo", "redo")
)
"""The actions that change the board, which a past day does not offer."""

UNBOUND = "unbound"
"""The key of an action that has lost its default key to another: it has no binding."""

KEY_NAMES = {"escape": "Esc", "enter": "Enter", "space": "space", "up": "↑", "down": "↓", "left": "←", "right": "→"}
"""How texts name the keys that are neither letters nor signs."""

FIXED = {"escape", "tab", "shift+tab", "ctrl+s", "ctrl+c", "ctrl+q"}


def keys_text(keys: Mapping[str, str]) -> str:
    """Keys by action as text: `check-in=c, down=n ctrl+n`."""
    return ", ".join(f"{name}={' '.join(key.split(','))}" for name, key in keys.items())


def keys_from(text: str) -> dict[str, str]:
    """Parse the text of `keys_text`. Raises Refused."""
    keys_by_name: dict[str, str] = {}
    for part in text.split(", ") if text.strip() else []:
        name, equals, keys = part.strip().rstrip(",").partition("=")
        if not equals or not keys.strip():
            raise Refused(f"{one_line(part.strip())!r} is not a key; write the action and its key: check-in=c.")
        keys_by_name[name.strip()] = ",".join(keys.split())
    return keys_by_name


def checked_keys(keys: Mapping[str, str], known: Mapping[str, str] | None = None) -> dict[str, str]:
    """The keys, normalized. Raises Refused for an unknown action, or a key that has another action.

    Keys in `known` were chosen earlier: they may take a default key that was added since.
    """
    _own_keys(keys)
    unchanged = {name for name, key in (known or {}).items() if keys.get(name) == key}
    lost = usable_keys({name: key for name, key in keys.items() if name in unchanged})[1]
    action_of: dict[str, str] = {}
    for name, default in DEFAULTS.items():
        for key in () if name in RESERVED else _split(keys.get(name, default)):
            if key in action_of and not (name in lost or action_of[key] in lost):
                raise Refused(f"The key {key} would have two actions: {action_of[key]} and {name}.")
            action_of.setdefault(key, name)
    return {name: ",".join(_split(key)) for name, key in keys.items() if key.strip()}


def usable_keys(keys: Mapping[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """The keys that differ from the defaults, by action, and the action that took the key of each that lost one.

    A user's key wins over a default. Raises Refused for an unknown action, or a user's key with two actions.
    """
    if not keys:
        return {}, {}
    own = _own_keys(keys)
    usable = {name: ",".join(_split(key)) for name, key in keys.items() if key.strip()}
    lost: dict[str, str] = {}
    for name, default in DEFAULTS.items():
        if name in usable or name in RESERVED:
            continue
        defaults = _split(default)
        left = [key for key in defaults if key not in own]
        if len(left) < len(defaults):
            lost[name] = own[next(key for key in defaults if key in own)]
            usable[name] = ",".join(left) or UNBOUND
    return usable, lost


def _own_keys(keys: Mapping[str, str]) -> dict[str, str]:
    """The action of each of the user's keys. Raises Refused."""
    for name in keys:
        if name not in DEFAULTS:
            raise Refused(f"There is no action {one_line(name)!r}; choose one of {', '.join(DEFAULTS)}.")
    action_of: dict[str, str] = dict.fromkeys(FIXED, "a fixed one")
    for name in DEFAULTS:
        for key in _split(keys.get(name, "")) if keys.get(name, "").strip() else ():
            if key in action_of:
                raise Refused(f"The key {key} would have two actions: {action_of[key]} and {name}.")
            action_of[key] = name
    return {key: name for key, name in action_of.items() if key not in FIXED}


def bound(name: str, action: str, description: str, *, show: bool = False, priority: bool = False) -> Binding:
    """The binding of a named action; the user's keys replace its default keys."""
    return Binding(",".join(_split(DEFAULTS[name])), action, description, show=show, priority=priority, id=name)


@lru_cache(maxsize=256)
def screen_keys(node_type: type) -> frozenset[str]:
    """The keys that a screen or widget of this package binds to actions without a name; they can't be changed."""
    keys: set[str] = set()
    for base in node_type.__mro__:
        if base.__module__.startswith("teamboard."):
            own = (b for b in base.__dict__.get("BINDINGS", ()) if getattr(b, "id", None) is None)
            keys |= {binding.key for binding in Binding.make_bindings(own)}
    return frozenset(keys)


def key_names(keys: Mapping[str, str], name: str, taken: Collection[str] = ()) -> tuple[str, ...]:
    """The keys of a named action as texts write them: `u`, `?`, `ctrl+z`.

    `keys` are those of `usable_keys`, `taken` the keys that the screen binds itself. Empty if no key is left.
    """
    return tuple(_key_name(key) for key in _split(keys.get(name, DEFAULTS[name])) if key not in {UNBOUND, *taken})


def _key_name(key: str) -> str:
    *modifiers, last = key.split("+")
    return "+".join([*modifiers, KEY_NAMES.get(last) or key_to_character(last) or last])


def _split(keys: str) -> list[str]:
    """Split a comma-separated list into Textual's names of keys; a comma alone is the comma key."""
    if keys.strip() == ",":
        return ["comma"]
    return [binding.key for binding in Binding.make_bindings([Binding(keys, "", "")]) if binding.key]
