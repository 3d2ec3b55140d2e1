"""What is known of a member is written into a file from their screen."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from textual.widgets import Input

from teamboard.domain.ids import RecordId
from teamboard.ui.screens.team.member import MemberScreen
from teamboard.ui.widgets.board_view import BoardView
from tests.helpers.screen import until, until_gone, until_shown
from tests.ui.conftest import MakeApp


@pytest.mark.slow
@pytest.mark.parametrize("on_member", [True, False])
async def test_a_member_is_exported_from_the_palette(app: MakeApp, tmp_path: Path, on_member: bool) -> None:
    (tmp_path / "kept.json").write_text("mine", encoding="utf-8")
    async with app("mara").run_test(size=(120, 40), notifications=True) as pilot:
        pilot.app.screen.query_one(BoardView).select(RecordId("M2"))
        if on_member:
            await pilot.press("enter")
            await until(pilot, lambda: isinstance(pilot.app.screen, MemberScreen))
        await pilot.press("ctrl+p", *"export")
        await until_shown(pilot, "All that the board knows of them")
        await pilot.press("enter")
        await until_shown(pilot, "Export what is known of Ana Ruiz")
        field = pilot.app.screen.query_one("#to", Input)
        assert field.value == "ana.json"
        for path, says in (
            ("", "Say where to write it"),
            (str(tmp_path / "no" / "ana.json"), "There is no folder"),
            (str(tmp_path / "kept.json"), "give another file name"),
        ):
            field.value = path
            await pilot.press("ctrl+s")
            await until_shown(pilot, says)
        field.value = str(tmp_path / "ana.json")
        await pilot.press("ctrl+s")
        await until_gone(pilot, "Export what is known of Ana Ruiz")
    assert json.loads((tmp_path / "ana.json").read_text(encoding="utf-8"))["by"] == "mara"
    assert (tmp_path / "kept.json").read_text(encoding="utf-8") == "mine"


@pytest.mark.slow
async def test_a_colleague_exports_nothing(app: MakeApp) -> None:
    async with app("ben").run_test(size=(120, 40), notifications=True) as pilot:
        pilot.app.screen.query_one(BoardView).select(RecordId("M2"))
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, MemberScreen))
        await pilot.press("ctrl+p", *"gdpr")
        await until_shown(pilot, "All that the board knows of them")
        await pilot.press("enter")
        await until_shown(pilot, "may export")
