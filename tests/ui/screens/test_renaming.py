"""A member is renamed in the app that they use."""

from __future__ import annotations

import pytest
from textual.widgets import Input

from teamboard.actions.base import Actor
from teamboard.actions.renaming import RenameMember
from teamboard.actions.team import ChangeMember
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


@pytest.mark.slow
@pytest.mark.parametrize("field", ["name", "handle"])
async def test_what_somebody_renamed_meanwhile_is_shown_before_it_is_replaced(
    app: MakeApp, sample_store: FileStore, field: str
) -> None:
    async with app("mara").run_test(size=(120, 40), notifications=True) as pilot:
        pilot.app.screen.query_one(BoardView).select(RecordId("M2"))
        await pilot.press("ctrl+p", *"handle")
        await until_shown(pilot, "Another handle or name for the selected member")
        await pilot.press("enter")
        await until_shown(pilot, "Rename Ana Ruiz")
        theirs = ChangeMember(handle="ana", name="Ana Ruiz Gil") if field == "name" else None
        sample_store.commit(theirs or RenameMember(member="ana", handle="anar"), Actor("mara"))
        mine = {"name": "Ana Jr", "handle": "ana9"}[field]
        pilot.app.screen.query_one(f"#{field}", Input).value = mine
        await pilot.press("ctrl+s")
        await until_shown(pilot, f"Somebody changed the {field} of Ana Ruiz")
        await until_shown(pilot, "theirs  Ana Ruiz Gil (ana)" if field == "name" else "theirs  Ana Ruiz (anar)")
        kept = sample_store.load().get(RecordId("M2"))
        assert getattr(kept, field) == {"name": "Ana Ruiz Gil", "handle": "anar"}[field]
        await pilot.press("ctrl+s")
        await until_gone(pilot, "ctrl+s puts yours")
        changed = sample_store.load().get(RecordId("M2"))
        assert getattr(changed, field) == mine
