"""Every app opens where asyncio starts a task at once, as Textual has it do in a terminal from Python 3.12 on."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from textual.app import App
from textual.widgets import Input

from teamboard.store.file.store import FileStore
from teamboard.ui.app import BoardApp
from teamboard.ui.inline import PickScreen, QuickApp
from teamboard.ui.screens.board.board import BoardScreen
from teamboard.ui.screens.standup.kiosk import KioskScreen
from teamboard.ui.screens.standup.standup import StandupScreen
from teamboard.ui.start import StartApp, WhoApp
from teamboard.ui.tour import TourApp
from tests.conftest import ANA, NOW, TODAY
from tests.helpers.screen import until

Open = Callable[[FileStore], App[Any]]
APPS: dict[str, tuple[Open, str]] = {
    "board": (lambda s: BoardApp(s, s.load(), ANA, clock=lambda: NOW), "BoardScreen"),
    "standup": (
        lambda s: BoardApp(
            s,
            s.load(),
            ANA,
            clock=lambda: NOW,
            first="standup",
            standup=StandupScreen(order="blocked", minutes=15, rotate=None, seed=1),
        ),
        "StandupScreen",
    ),
    "kiosk": (
        lambda s: BoardApp(s, s.load(), ANA, clock=lambda: NOW, first="standup", standup=KioskScreen()),
        "KioskScreen",
    ),
    "inline": (lambda s: QuickApp(s, s.load(), ANA, clock=lambda: NOW), "PickScreen"),
    "tour": (lambda s: TourApp(s, s.load(), ANA, clock=lambda: NOW), "BoardScreen"),
    "start": (lambda _: StartApp("team.board.json", lambda _: None, TODAY), "Screen"),
    "who": (lambda s: WhoApp(s.load(), list(s.load().members), "ana"), "Screen"),
}


@pytest.mark.parametrize("name", APPS)
async def test_an_app_opens_on_its_first_screen(name: str, store: FileStore) -> None:
    make, first = APPS[name]
    loop = asyncio.get_running_loop()
    factory = getattr(asyncio, "eager_task_factory", None)
    if factory is not None:
        loop.set_task_factory(factory)
    try:
        async with make(store).run_test(size=(100, 30)) as pilot:
            # Once it is mounted, and not in the middle of that, the app may end.
            await until(pilot, lambda: type(pilot.app.screen).__name__ == first and pilot.app.screen.is_mounted)
            if isinstance(pilot.app.screen, PickScreen):
                assert isinstance(pilot.app.focused, Input)
            if name in ("board", "inline", "tour"):
                assert isinstance(pilot.app.screen_stack[0], BoardScreen | PickScreen)
                assert len(pilot.app.screen_stack) == 1
    finally:
        loop.set_task_factory(None)
