"""Pictures of the screens, compared with how they looked when somebody last looked at them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from textual.pilot import Pilot

from teamboard.domain.ids import RecordId
from teamboard.personal.settings import Settings
from teamboard.ui.app import BoardApp
from teamboard.ui.screens.standup.standup import StandupScreen
from teamboard.ui.snapshot import settled
from teamboard.ui.widgets.board_view import BoardView
from tests.helpers.screen import until_shown
from tests.helpers.screens import open_screen
from tests.ui.conftest import MakeApp

Compare = Callable[..., bool]
SIZES = [(80, 24), (120, 40)]


def opened(record_id: RecordId, key: str, shown: str) -> Callable[[Pilot[None]], Any]:
    """Selects a row, presses a key and waits for what it opens."""

    async def run(pilot: Pilot[None]) -> None:
        assert isinstance(pilot.app, BoardApp)
        # The footer comes last: from then on the board has its height.
        await until_shown(pilot, "? Keys")
        await pilot.pause()
        if record_id:
            pilot.app.screen.query_one(BoardView).select(record_id)
        if key:
            await pilot.press(key)
        await until_shown(pilot, shown)
        await until_shown(
            pilot,
            {"u": "esc Leave", "v": "esc L", "question_mark": "Here", "enter": "? Keys", "A": "esc Back"}.get(
                key, "q Quit"
            ),
        )
        await settled(pilot)

    return run


@pytest.mark.parametrize("size", SIZES, ids=lambda s: f"{s[0]}x{s[1]}")
@pytest.mark.parametrize(
    ("record_id", "key", "shown"),
    [
        ("", "", "New ARR"),
        ("G13", "enter", "51 of 120 calls"),
        ("M2", "enter", "Results"),
        ("G12", "u", "help wanted"),
        ("G15", "u", "Workshop"),
        ("", "question_mark", "Hold the standup"),
        ("T4", "enter", "to acknowledge:"),
        ("", "A", "could help"),
        ("G12", "v", "the story"),
        ("T4", "v", "team goal of"),
        ("G23", "v", "Oslo"),
        ("", "Q", "the result so far"),
    ],
    ids=[
        "board",
        "detail",
        "member",
        "check-in",
        "milestones",
        "keys",
        "time-line",
        "alignment",
        "revise",
        "revise-team-goal",
        "decide",
        "report",
    ],
)
def test_screens(
    snap_compare: Compare, app: MakeApp, size: tuple[int, int], record_id: RecordId, key: str, shown: str
) -> None:
    who = "mara" if key == "v" else "ana"
    assert snap_compare(app(who), terminal_size=size, run_before=opened(record_id, key, shown))


@pytest.mark.parametrize("size", SIZES, ids=lambda s: f"{s[0]}x{s[1]}")
@pytest.mark.parametrize(
    ("record_id", "keys", "shown"),
    [
        ("", ["Q", "n", "down", "4", "1", "3"], "35 unfinished"),
        ("", ["A", "s"], "serves"),
        ("", ["A", "j", "j", "m"], "adds up to 100 %"),
        ("", ["g", *"today-30", "enter", "A"], "read-only"),
        ("G12", ["v", *"900k"], "€900,000"),
        ("G13", ["f"], "Feedback to Ana Ruiz"),
        ("", ["F", "tab", "tab"], "Pau → Chi"),
        ("", ["D"], "In the next 7 days"),
        ("M2", ["o"], "Open from before"),
        ("M2", ["o", "c"], "until"),
        ("", ["P"], "Who gives to whom"),
        ("M2", ["enter", "l", "1"], "would show it"),
        ("M2", ["p"], "missing"),
        ("M2", ["r"], "clock"),
    ],
    ids=[
        "period",
        "by-member",
        "shares",
        "past",
        "revised",
        "feedback",
        "inbox",
        "due",
        "one-on-one",
        "agree",
        "pulse",
        "skills",
        "prepare",
        "review",
    ],
)
def test_further_screens(
    snap_compare: Compare, app: MakeApp, size: tuple[int, int], record_id: RecordId, keys: list[str], shown: str
) -> None:
    async def run(pilot: Pilot[None]) -> None:
        await open_screen(pilot, record_id, keys, shown)
        await settled(pilot)

    assert snap_compare(app("mara"), terminal_size=size, run_before=run)


@pytest.mark.parametrize("size", SIZES, ids=lambda s: f"{s[0]}x{s[1]}")
def test_standup(snap_compare: Compare, app: MakeApp, size: tuple[int, int]) -> None:
    async def run(pilot: Pilot[None]) -> None:
        await until_shown(pilot, "? Keys")
        await pilot.app.push_screen(StandupScreen(clock=lambda: 0.0))
        for text in ("1 of 9", "+ I help", "of 15:00", "What changed"):
            await until_shown(pilot, text)
        # Until nothing moves any more: what is beside what is known only when the screen has its size.
        await settled(pilot)

    assert snap_compare(app("mara"), terminal_size=size, run_before=run)


@pytest.mark.parametrize("theme", ["paper", "projector", "daltonian"])
def test_themes(snap_compare: Compare, app: MakeApp, theme: str) -> None:
    assert snap_compare(
        app(settings=Settings(theme=theme)), terminal_size=(120, 40), run_before=opened(RecordId("G13"), "", "New ARR")
    )


def test_wide(snap_compare: Compare, app: MakeApp) -> None:
    run = opened(RecordId("G13"), "enter", "51 of 120 calls")
    assert snap_compare(app(), terminal_size=(200, 60), run_before=run)
