"""What each key does on the screen below, and what its signs mean."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import zip_longest
from typing import ClassVar

from rich.cells import cell_len
from textual.app import App, ComposeResult
from textual.binding import ActiveBinding, Binding, BindingType
from textual.screen import ModalScreen, Screen
from textual.scroll_view import ScrollView

from teamboard.render.line_layout import Line, filled, fit
from teamboard.ui.keymap import GROUPS, UNBOUND
from teamboard.ui.legend import Words
from teamboard.ui.widgets.lines_view import LinesView

KEY_CELLS = 10
WORD_CELLS = 14
NAMES = {"escape": "Esc", "enter": "Enter", "pageup": "PgUp", "pagedown": "PgDn", "space": "space"}


def _descriptions(*classes: type) -> set[str]:
    """What Textual's own bindings are called, which nobody looks for here."""
    bindings = [b for found in classes for b in Binding.make_bindings(found.__dict__.get("BINDINGS", []))]
    return {b.description for b in bindings}


TEXTUALS = _descriptions(App, Screen, *ScrollView.__mro__[:-1])


class KeysScreen(ModalScreen[None]):
    """Esc closes it."""

    CSS_PATH: ClassVar[str] = "keys.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        ("escape,question_mark,q,enter,space", "dismiss", "Close"),
        Binding("up,k", "scroll(-1)", show=False),
        Binding("down,j", "scroll(1)", show=False),
    ]

    def __init__(self, bindings: Mapping[str, ActiveBinding], words: Words) -> None:
        """`bindings` are the keys of the screen below, `words` the signs on it."""
        super().__init__()
        self._active = bindings
        self._words = words

    def compose(self) -> ComposeResult:
        yield LinesView(self._lines, id="keys")

    def _keys(self) -> dict[str, dict[str, list[str]]]:
        """The keys by group and by what they do: the screen's own first, without a heading."""
        groups: dict[str, dict[str, list[str]]] = {"": {}, **{group: {} for group in GROUPS}}
        for _, binding, _, _ in self._active.values():
            if binding.description and binding.description not in TEXTUALS and binding.key != UNBOUND:
                found = groups[next((group for group, names in GROUPS.items() if binding.id in names), "")]
                keys = found.setdefault(binding.description, [])
                name = self._shown(binding)
                if name not in keys:
                    keys.append(name)
        return {group: found for group, found in groups.items() if found}

    def _shown(self, binding: Binding) -> str:
        shifted = binding.key.removeprefix("shift+")
        if len(shifted) == 1 and shifted != binding.key:
            return shifted.upper()
        return binding.key_display or NAMES.get(binding.key) or self.app.get_key_display(binding)

    def _lines(self, width: int) -> Iterator[Line]:
        yield (("  Keys here", "strong"),)
        keys: list[tuple[str, str]] = []
        for group, found in self._keys().items():
            keys += [(group, "")] if group else []
            keys += [(_some(names), what) for what, names in found.items()]
        yield from _in_two(keys, width)
        if self._words:
            yield ()
            yield (("  What stands here", "strong"),)
            for sign, meaning in self._words:
                yield ((f"  {fit(sign, WORD_CELLS)}", "accent"), (meaning, "text"))

    def action_scroll(self, lines: int) -> None:
        """Move what finds no room."""
        self.query_one(LinesView).scroll_relative(y=lines, animate=False)

    def on_click(self) -> None:
        self.dismiss()


def _some(keys: list[str]) -> str:
    """As many of the keys as there is room for, the short ones before the long ones."""
    kept: list[str] = []
    for key in sorted(keys, key=cell_len):
        if not kept or cell_len(" ".join([*kept, key])) <= KEY_CELLS:
            kept.append(key)
    return " ".join(key for key in keys if key in kept)


def _in_two(keys: list[tuple[str, str]], width: int) -> Iterable[Line]:
    """Keys and what they do, in two columns that are read downwards."""
    rows = -(-len(keys) // 2)
    half = (width - 2) // 2
    for left, right in zip_longest(keys[:rows], keys[rows:], fillvalue=("", "")):
        yield (("  ", ""), *_entry(left, half), *_entry(right, half))


def _entry(entry: tuple[str, str], cells: int) -> Line:
    key, what = entry
    key = fit(key, max(KEY_CELLS, cell_len(key)))
    return filled(((f"{key} ", "accent"), (what, "text")), cells)
