"""Keys of one's own beside the defaults: they win, and what is left without a key is told."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from textual.widgets import Input

from teamboard.actions.base import Actor
from teamboard.domain.errors import Refused
from teamboard.domain.ids import RecordId
from teamboard.personal.settings import Settings
from teamboard.store.file.store import FileStore
from teamboard.store.read_only import read_only
from teamboard.ui import keymap
from teamboard.ui.keymap import DEFAULTS, UNBOUND, checked_keys, usable_keys
from teamboard.ui.screens.board.board import BoardScreen
from teamboard.ui.snapshot import settled
from teamboard.ui.tour import TourApp
from teamboard.ui.widgets.board_view import BoardView
from tests.conftest import NOW
from tests.helpers.screen import line_with, screen_text, until_gone, until_shown
from tests.helpers.screens import open_screen
from tests.ui.conftest import MakeApp


def test_an_own_key_takes_the_key_of_a_default() -> None:
    usable, lost = usable_keys({"pulse": "H", "quit": "k"})
    assert usable["pulse"] == "H"
    assert usable["history"] == UNBOUND
    assert usable["up"] == "up"
    assert lost == {"history": "pulse", "up": "quit"}


def test_names_of_actions_to_come_take_no_key() -> None:
    assert usable_keys({"mark": "K"}) == ({"mark": "K"}, {})
    assert checked_keys({"mark": "K", "skills": "f5"}) == {"mark": "K", "skills": "f5"}
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


@pytest.mark.slow
async def test_a_read_only_start_does_not_count_as_told(app: MakeApp) -> None:
    for _ in range(2):
        with read_only():
            assert len(await shown(app, {"pulse": "H"})) == 1
    assert len(await shown(app, {"pulse": "H"})) == 1
    assert await shown(app, {"pulse": "H"}) == []


# -- own keys on the screens


async def test_an_own_key_is_in_the_footer_in_the_place_of_the_default(app: MakeApp) -> None:
    async with app("mara", settings=Settings(keys={"check-in": "c", "filter": "f5"})).run_test(size=(80, 24)) as pilot:
        await until_shown(pilot, "? Keys")
        footer = line_with(pilot, "? Keys")
        assert footer.index("c Check in") < footer.index("v Revise") < footer.index("f5 Filter")
        await pilot.press("f5")
        await until_shown(pilot, "name, goal, status")


@pytest.mark.slow
async def test_the_key_of_the_screen_itself_wins_on_the_due_screen(app: MakeApp) -> None:
    mine = app("mara", settings=Settings(keys={"check-in": "x"}))
    async with mine.run_test(size=(120, 40), notifications=True) as pilot:
        await open_screen(pilot, RecordId(""), ["D"], "Overdue")
        assert "x Done" in line_with(pilot, "? Keys")
        await pilot.press("x")
        await until_shown(pilot, "Select an agreed action")
        await pilot.press("escape")
        await until_shown(pilot, "x Check in")
        mine.screen.query_one(BoardView).select(RecordId("G13"))
        await pilot.press("x")
        await until_shown(pilot, "confidence")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "default", "record_id", "shown"),
    [
        ("due", "D", "", "Overdue"),
        ("inbox", "F", "", "to you"),
        ("pulse", "P", "", "Who gives to whom"),
        ("align", "A", "", "could help"),
        ("quarter", "Q", "", "What each attained"),
        ("one-on-one", "o", "M2", "Agenda"),
        ("review", "r", "M2", "clock"),
    ],
)
async def test_the_key_that_opens_a_screen_closes_it(
    app: MakeApp, name: str, default: str, record_id: RecordId, shown: str
) -> None:
    async with app("mara", settings=Settings(keys={name: "f6"})).run_test(size=(120, 40)) as pilot:
        await open_screen(pilot, record_id, ["f6"], shown)
        await pilot.press(default)
        await pilot.pause()
        line_with(pilot, shown)
        await pilot.press("f6")
        await until_gone(pilot, shown)


async def test_own_keys_scroll_a_screen_and_close_the_help(app: MakeApp) -> None:
    async with app("mara", settings=Settings(keys={"down": "n", "keys": "f1"})).run_test(size=(80, 24)) as pilot:
        await until_shown(pilot, "f1 Keys")
        await pilot.press("H")
        await until_shown(pilot, "esc Back")
        await settled(pilot)
        before = screen_text(pilot)[3:10]
        await pilot.press("n", "n")
        await settled(pilot)
        assert screen_text(pilot)[3:10] != before
        await pilot.press("f1")
        await until_shown(pilot, "On this screen")
        await pilot.press("f1")
        await until_gone(pilot, "On this screen")


async def test_quit_is_among_the_keys(app: MakeApp) -> None:
    async with app("mara").run_test(size=(100, 50)) as pilot:
        await open_screen(pilot, RecordId(""), ["question_mark"], "Here")
        assert re.search(r"\bq +Quit\b", line_with(pilot, "Quit"))


# -- texts that name a key


async def test_the_due_screen_shows_own_keys(app: MakeApp) -> None:
    keys = {"check-in": "ctrl+u", "feedback": "x"}
    async with app("mara", settings=Settings(keys=keys)).run_test(size=(80, 40)) as pilot:
        await open_screen(pilot, RecordId(""), ["D", "tab"], "Overdue")
        assert line_with(pilot, "checks in on").rstrip().endswith("ctrl+u")
        # On this screen x is *Done*; Enter opens the form.
        assert line_with(pilot, "feedback to").rstrip().endswith("Enter")


async def test_toasts_and_banners_name_own_keys(app: MakeApp) -> None:
    keys = {"check-in": "X", "feedback": "ctrl+f", "undo": "f8", "day-back": "<", "go-to": "="}
    async with app("mara", settings=Settings(keys=keys)).run_test(size=(120, 40), notifications=True) as pilot:
        await open_screen(pilot, RecordId("M2"), ["X"], "Select a goal first, then press X.")
        pilot.app.screen.query_one(BoardView).select(RecordId("M1"))
        await pilot.press("ctrl+f")
        await until_shown(pilot, "ctrl+f.")
        await pilot.press("<")
        await until_shown(pilot, "< ] a day back and on · = a date")


async def test_the_detail_of_a_goal_names_own_keys(app: MakeApp) -> None:
    async with app("mara", settings=Settings(keys={"revise": "X"})).run_test(size=(120, 40)) as pilot:
        await open_screen(pilot, RecordId("G23"), ["enter"], "X shows it")


async def test_the_screen_of_a_member_names_own_keys(app: MakeApp) -> None:
    async with app("mara", settings=Settings(keys={"one-on-one": "X"})).run_test(size=(120, 56)) as pilot:
        await open_screen(pilot, RecordId("M2"), ["enter"], "Agreed, and open")
        assert re.search(r"Agreed, and open +X\b", line_with(pilot, "Agreed, and open"))


async def test_without_a_key_a_hint_names_none(app: MakeApp) -> None:
    mine = app("mara", settings=Settings(keys={"check-in": "m", "align": "v"}))
    async with mine.run_test(size=(120, 40), notifications=True) as pilot:
        await open_screen(pilot, RecordId("G23"), ["enter"], "owner")
        assert not any("shows it" in line for line in screen_text(pilot))
        screen = mine.screen
        assert isinstance(screen, BoardScreen)
        texts = {command.name: command.about for command in [*screen.commands(), *mine.commands()]}
        assert texts["Check in"].endswith("(m)")
        assert texts["Alignment"].endswith("(v)")
        assert texts["Move"] == "Align the selected goal to other team goals"
        assert texts["Jump"].endswith("(ctrl+k)")


async def test_keys_chosen_in_the_settings_apply_at_once(app: MakeApp) -> None:
    async with app("mara").run_test(size=(100, 40)) as pilot:
        await open_screen(pilot, RecordId(""), ["D"], "Overdue")
        await pilot.press("comma")
        await until_shown(pilot, "your keys")
        pilot.app.screen.query_one("#keys", Input).value = "check-in=c, sort=u"
        await pilot.press("ctrl+s")
        await until_gone(pilot, "your keys")
        await until_shown(pilot, "c Check in")
        assert line_with(pilot, "checks in on").rstrip().endswith("c")


async def test_the_tour_names_own_keys(sample_store: FileStore) -> None:
    keys = {"down": "n", "filter": "ctrl+f"}
    actor = Actor("ana", "login", "desk")
    tour = TourApp(sample_store, sample_store.load(), actor, clock=lambda: NOW, settings=Settings(keys=keys))
    async with tour.run_test(size=(200, 30)) as pilot:
        await until_shown(pilot, "G13, with n.")
        for text in ("Enter opens", "press u", "Type +4", "press ctrl+f, type ben"):
            await pilot.press("f2")
            await until_shown(pilot, text)


def test_every_name_with_an_action_is_bound_somewhere_and_no_other() -> None:
    source = Path(keymap.__file__).parent
    names = {name for path in source.rglob("*.py") for name in re.findall(r'bound\(\s*"([\w-]+)"', path.read_text())}
    assert names == set(DEFAULTS) - keymap.RESERVED
