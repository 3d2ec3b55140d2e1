"""A member is renamed in the app that they use."""

from __future__ import annotations

import pytest
from textual.widgets import Input

from teamboard.domain.ids import RecordId
from teamboard.store.file.store import FileStore
from teamboard.ui.widgets.board_view import BoardView
from tests.helpers.screen import until, until_gone, until_shown
from tests.ui.conftest import MakeApp


@pytest.mark.slow
async def test_a_member_is_renamed_from_the_palette_and_goes_on_in_the_same_app(
    app: MakeApp, sample_store: FileStore
) -> None:
    async with app("mara").run_test(size=(120, 40), notifications=True) as pilot:
        pilot.app.screen.query_one(BoardView).select(RecordId("M1"))
        await pilot.press("ctrl+p", *"handle")
        await until_shown(pilot, "Another handle or name for the selected member")
        await pilot.press("enter")
        await until_shown(pilot, "Rename Mara Lind")
        form = pilot.app.screen
        for handle, name, says in (
            ("ana", "Mara Lind", "There is a member 'ana' already"),
            ("Mara", "Mara Lind", "not a valid handle"),
            ("marlene", "Marlene Lind", "then the other"),
            ("mara", "Mara Lind", "is 'mara' already"),
        ):
            form.query_one("#handle", Input).value = handle
            form.query_one("#name", Input).value = name
            await pilot.press("ctrl+s")
            await until_shown(pilot, says)
        form.query_one("#handle", Input).value = "marlene"
        await pilot.press("ctrl+s")
        await until_gone(pilot, "Rename Mara Lind")
        # Who is at the screen is the same person still.
        pilot.app.screen.query_one(BoardView).select(RecordId("M2"))
        await pilot.press("f")
        await until_shown(pilot, "Feedback to Ana Ruiz")
        await pilot.press("ctrl+s")
        await pilot.press("escape")
        await pilot.press("ctrl+z")
        await until(pilot, lambda: sample_store.load().member("mara") is not None)
    assert sample_store.load().member("marlene") is None
