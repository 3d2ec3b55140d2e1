"""Big and calm boards."""

from __future__ import annotations

import pytest

from teamboard.actions.base import Actor
from teamboard.actions.feedback import GiveFeedback
from teamboard.domain.ids import RecordId
from teamboard.personal.settings import Settings
from teamboard.store.file.store import FileStore
from teamboard.ui.widgets.board_view import BoardView
from tests.helpers.screen import screen_text, until, until_shown
from tests.ui.conftest import MakeApp


@pytest.mark.slow
async def test_big_takes_fewer_goals_and_more_room_for_each(app: MakeApp) -> None:
    async with app("mara", settings=Settings(big=True)).run_test(size=(100, 40), notifications=True) as pilot:
        await until_shown(pilot, "? Keys")
        view = pilot.app.screen.query_one(BoardView)
        assert view.selected == "T3"
        lines = screen_text(pilot)
        top = next(i for i, line in enumerate(lines) if "T3 New ARR" in line)
        assert [line[:1] for line in lines[top : top + 4]] == ["▌"] * 3 + [" "]
        assert lines[top + 1].count("█") > 30
        await pilot.press("j")
        assert view.selected == "T4"
        await pilot.press("k")
        assert view.selected == "T3"
        await pilot.press("G")
        assert view.selected == "G40"
        await until_shown(pilot, "G40 Shadow enterprise deals")
        y = next(i for i, line in enumerate(screen_text(pilot)) if "G40" in line)
        await pilot.click(offset=(10, y - 3))
        assert view.selected == "G37"
        await pilot.press("comma")
        await until_shown(pilot, "your keys")
        await pilot.press("tab", "space", "ctrl+s")
        await until_shown(pilot, "→ T3")


async def test_calm_moves_nothing(app: MakeApp, sample_store: FileStore) -> None:
    async with app("mara", settings=Settings(calm=True)).run_test(size=(100, 30)) as pilot:
        await until_shown(pilot, "? Keys")
        assert pilot.app.animation_level == "none"
        view = pilot.app.screen.query_one(BoardView)
        sample_store.commit(GiveFeedback(to="ana", text="Good", kind="praise"), Actor("ben"))
        await until(pilot, lambda: view.glow(RecordId("M2")) > 0)
        assert {view.glow(RecordId("M2")) for _ in range(3)} == {1.0}
