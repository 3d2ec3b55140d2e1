"""Keys of one's own beside the defaults: they win, and what is left without a key is told."""

from __future__ import annotations

import pytest

from teamboard.domain.errors import Refused
from teamboard.personal.settings import Settings
from teamboard.store.read_only import read_only
from teamboard.ui.keymap import DEFAULTS, UNBOUND, checked_keys, usable_keys
from tests.ui.conftest import MakeApp


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


async def shown(app: MakeApp, keys: dict[str, str]) -> list[str]:
    """What the app says at its start about keys that were lost."""
    board = app(settings=Settings(keys=keys))
    async with board.run_test(notifications=True) as pilot:
        await pilot.pause()
        return [n.message for n in board._notifications if "Without a key now" in n.message]  # noqa: SLF001


async def test_a_lost_default_is_told_once_and_a_further_one_again(app: MakeApp) -> None:
    [first] = await shown(app, {"pulse": "H"})
    assert "history (its key is yours for pulse)" in first
    assert await shown(app, {"pulse": "H"}) == []
    assert len(await shown(app, {"pulse": "H", "due": "A"})) == 1
    assert await shown(app, {"pulse": "H", "due": "A"}) == []


async def test_a_read_only_start_does_not_count_as_told(app: MakeApp) -> None:
    for _ in range(2):
        with read_only():
            assert len(await shown(app, {"pulse": "H"})) == 1
    assert len(await shown(app, {"pulse": "H"})) == 1
    assert await shown(app, {"pulse": "H"}) == []
