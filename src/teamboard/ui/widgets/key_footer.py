"""The bottom line of a screen: as many of its keys as fit, always with the key that lists all of them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, ClassVar

from rich.cells import cell_len
from textual.app import ComposeResult
from textual.events import Resize
from textual.widgets import Footer

from teamboard.ui.keymap import screen_keys
from teamboard.ui.textual_private import footer_key_class

if TYPE_CHECKING:
    from teamboard.ui.textual_private import FooterKey

KEYS_ACTION, QUIT_ACTION, BACK_KEY = "keys", "quit", "escape"
GAP_CELLS = 3
"""Between two keys: the padding that this gives them and Textual's margin."""


class KeyFooter(Footer):
    """A footer that leaves out what would be cut off: Quit where Esc goes back, then what other screens have too."""

    DEFAULT_CSS: ClassVar[str] = """
    KeyFooter {
        background: $background;
        padding: 0 1;
        FooterKey { padding: 0 2 0 0; }
    }
    """

    def __init__(self) -> None:
        super().__init__(show_command_palette=False, compact=True)

    def compose(self) -> ComposeResult:
        keys = list(super().compose())
        kind = footer_key_class()
        self._fit([key for key in keys if isinstance(key, kind)])
        yield from keys

    def on_resize(self, event: Resize) -> None:
        """Leave out other keys at the new width."""
        self._fit(list(self.query(footer_key_class())))

    def _fit(self, keys: Sequence[FooterKey]) -> None:
        """Show the keys that fit."""
        room = self.size.width or self.app.size.width - 2
        shown = list(keys)
        for key in _least_important_first(keys, screen_keys(type(self.screen))):
            if sum(_cells(k) + GAP_CELLS for k in shown) - GAP_CELLS <= room:
                break
            shown.remove(key)
        for key in keys:
            key.display = key in shown


def _cells(key: FooterKey) -> int:
    """The width of a key with its description."""
    return cell_len(f"{key.key_display} {key.description}")


def _least_important_first(keys: Sequence[FooterKey], own: Collection[str]) -> list[FooterKey]:
    """The keys in the order in which they are left out; `own` are the keys that only this screen has."""
    goes_back = any(key.key == BACK_KEY for key in keys)

    def rank(key: FooterKey) -> int:
        if key.action == QUIT_ACTION:
            return 3 if not goes_back else 0
        if key.action == KEYS_ACTION:
            return 4
        if key.key == BACK_KEY:
            return 3
        return 2 if key.key in own else 1

    last_first = list(reversed(keys))
    return sorted(last_first, key=rank)
