"""Keys of one's own beside the defaults: they win, and what is left without a key is told."""

from __future__ import annotations

import pytest

from teamboard.domain.errors import Refused
from teamboard.ui.keymap import DEFAULTS, UNBOUND, checked_keys, usable_keys


def test_an_own_key_takes_the_key_of_a_default() -> None:
    usable, lost = usable_keys({"pulse": "H", "quit": "k"})
    assert usable["pulse"] == "H"
    assert usable["history"] == UNBOUND
    assert usable["up"] == "up"
    assert lost == {"history": "pulse", "up": "quit"}


def test_names_of_actions_to_come_take_no_key() -> None:
    assert usable_keys({"mark": "x"}) == ({"mark": "x"}, {})
    assert checked_keys({"mark": "x", "done": "f5"}) == {"mark": "x", "done": "f5"}
    assert {"move", "for-you", "new", "edit", "done", "skills", "redo"} <= set(DEFAULTS)


@pytest.mark.parametrize("keys", [{"pulse": "z", "due": "z"}, {"pulse": "escape"}, {"nothing": "z"}])
def test_own_keys_that_cannot_be_are_refused(keys: dict[str, str]) -> None:
    with pytest.raises(Refused):
        usable_keys(keys)


def test_a_key_chosen_before_stays_and_a_new_clash_is_refused() -> None:
    before = {"pulse": "H"}
    assert checked_keys({"pulse": "H", "due": "f5"}, before) == {"pulse": "H", "due": "f5"}
    with pytest.raises(Refused, match="The key H would have two actions"):
        checked_keys(before)
