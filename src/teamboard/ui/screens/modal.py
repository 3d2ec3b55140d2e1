"""The base of all screens that lie over another: forms, choices, prompts."""

from __future__ import annotations

from typing import ClassVar, TypeVar

from textual.binding import BindingType
from textual.screen import ModalScreen

from teamboard.ui.keymap import bound
from teamboard.ui.textual_private import KeymapScreen

A = TypeVar("A")


class KeyedModal(KeymapScreen[A], ModalScreen[A]):
    """A screen over another; `?` shows its keys, unless it is typed into a text field."""

    # The app's own bindings do not reach a modal screen.
    BINDINGS: ClassVar[list[BindingType]] = [bound("keys", "app.keys", "Keys")]
