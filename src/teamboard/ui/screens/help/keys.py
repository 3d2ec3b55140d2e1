"""The keys of the screen below, and its legend."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import zip_longest
from typing import ClassVar

from rich.cells import cell_len
from textual.app import App, ComposeResult
from textual.binding import ActiveBinding, Binding, BindingType
from textual.screen import ModalScreen, Screen
from textual.scroll_view import ScrollView

from teamboard.render.line_layout import Line, filled, fit
from teamboard.ui.keymap import GROUPS, bound
from teamboard.ui.legend import Legend
from teamboard.ui.textual_private import KeymapScreen
from teamboard.ui.widgets.lines_view import LinesView

OWN_GROUP = "here"
KEY_CELLS = 10
WORD_CELLS = 14
NAMES = {"escape": "Esc", "enter": "Enter", "pageup": "PgUp", "pagedown": "PgDn", "space": "space"}


def _descriptions(*classes: type) -> set[str]:
    """The descriptions of Textual's own bindings, which are left out of the list."""
    bindings = [b for found in classes for b in Binding.make_bindings(found.__dict__.get("BINDINGS", []))]
    return {b.description for b in bindings}


TEXTUAL_DESCRIPTIONS = _descriptions(App, Screen, *ScrollView.__mro__[:-1])


class KeysScreen(KeymapScreen[None], ModalScreen[None]):
    """The list of keys in two columns, with the legend below."""

    CSS_PATH: ClassVar[str] = "keys.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        ("escape,enter,space", "dismiss", "Close"),
        bound("keys", "dismiss", "Close"),
        bound("quit", "dismiss", "Close"),
        bound("up", "scroll(-1)", "Scroll"),
        bound("down", "scroll(1)", "Scroll"),
    ]

    def __init__(self, bindings: Mapping[str, ActiveBinding], legend: Legend) -> None:
        """`bindings` and `legend` are those of the screen below."""
        super().__init__()
        self._active = bindings
        self._legend = legend

    def compose(self) -> ComposeResult:
        yield LinesView(self._lines, id="keys")

    def _keys(self) -> dict[str, dict[str, list[str]]]:
        """The keys by group and description, the screen's own group first."""
        groups: dict[str, dict[str, list[str]]] = {OWN_GROUP: {}, **{group: {} for group in GROUPS}}
        # The screen's own keys first: a key that opens a screen goes back on it, and is listed with Esc.
        for _, binding, _, _ in sorted(self._active.values(), key=lambda active: active.binding.id is not None):
            # A named action may share its description with one of Textual's, as `quit` does.
            if binding.description and (binding.id or binding.description not in TEXTUAL_DESCRIPTIONS):
                group = next((group for group, names in GROUPS.items() if binding.id in names), OWN_GROUP)
                if binding.description in groups[OWN_GROUP]:
                    group = OWN_GROUP
                keys = groups[group].setdefault(binding.description, [])
                name = self._shown(binding)
                if name not in keys:
                    keys.append(name)
        return {group: keys for group, keys in groups.items() if keys}

    def _shown(self, binding: Binding) -> str:
        shifted = binding.key.removeprefix("shift+")
        if len(shifted) == 1 and shifted != binding.key:
            return shifted.upper()
        return binding.key_display or NAMES.get(binding.key) or self.app.get_key_display(binding)

    def _lines(self, width: int) -> Iterator[Line]:
        yield from _in_two_columns(self._keys(), width)
        if self._legend:
            yield ()
            yield (("  On this screen", "strong"),)
            for sign, meaning in self._legend:
                yield ((f"  {fit(sign, WORD_CELLS)}", "accent"), (meaning, "text"))

    def action_scroll(self, lines: int) -> None:
        """Scroll the list."""
        self.query_one(LinesView).scroll_relative(y=lines, animate=False)

    def on_click(self) -> None:
        self.dismiss()


def _keys_that_fit(keys: list[str]) -> str:
    """As many of the keys as fit in the column, preferring short ones."""
    fitting: list[str] = []
    for key in sorted(keys, key=cell_len):
        if not fitting or cell_len(" ".join([*fitting, key])) <= KEY_CELLS:
            fitting.append(key)
    return " ".join(key for key in keys if key in fitting)


def _in_two_columns(groups: Mapping[str, Mapping[str, list[str]]], width: int) -> Iterator[Line]:
    """The groups under their headings, in two columns of about the same height; groups are not split."""
    half = (width - 2) // 2
    columns: tuple[list[Line], list[Line]] = ([], [])
    most = sum(len(keys) + 2 for keys in groups.values()) / 2
    for group, keys in groups.items():
        lines = [
            ((group[:1].upper() + group[1:], "strong"),),
            *(_entry(_keys_that_fit(names), what) for what, names in keys.items()),
        ]
        column = columns[0] if not columns[1] and len(columns[0]) + len(lines) / 2 <= most else columns[1]
        column += [(), *lines] if column else lines
    for left, right in zip_longest(*columns, fillvalue=()):
        yield (("  ", ""), *filled(left, half), *filled(right, half))


def _entry(key: str, what: str) -> Line:
    return ((f"{fit(key, max(KEY_CELLS, cell_len(key)))} ", "accent"), (what, "text"))
