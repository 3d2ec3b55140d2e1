"""What every screen of a board says: in its header, how the board is."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from pathlib import Path
from typing import cast

import pytest
from tinydb import TinyDB
from tinydb.operations import delete

from teamboard.actions.check_ins import CheckInGoal
from teamboard.domain.errors import Refused
from teamboard.domain.ids import RecordId
from teamboard.store.file.store import FileStore
from teamboard.ui.live_app import LiveApp
from teamboard.ui.screens.board.board import BoardScreen
from teamboard.ui.widgets.board_view import BoardView
from tests.conftest import ANA
from tests.helpers.screen import line_with, until, until_gone, until_shown
from tests.ui.conftest import MakeApp

SIZES = [(80, 24), (120, 40), (200, 60)]


@pytest.mark.slow
@pytest.mark.parametrize("size", SIZES)
async def test_a_record_that_does_not_fit_is_told_and_the_rest_works(
    app: MakeApp, sample_store: FileStore, size: tuple[int, int]
) -> None:
    async with app("mara").run_test(size=size, notifications=True) as pilot:
        await until_shown(pilot, "● live")
        with TinyDB(sample_store.path) as plain:
            plain.table("goals").update({"colour": "red"}, doc_ids=[12])
        # The goal, and its check-ins, which refer to it.
        await until_shown(pilot, "do not fit")
        assert "▲ G12, " in line_with(pilot, "do not fit and are set aside")
        # It is told on the other screens as well, and writing goes on.
        await pilot.press("D")
        await until_shown(pilot, "Overdue")
        line_with(pilot, "set aside")
        await asyncio.to_thread(sample_store.commit, CheckInGoal(goal=RecordId("G13"), change=1), ANA)
        with TinyDB(sample_store.path) as plain:
            plain.table("goals").update(delete("colour"), doc_ids=[12])
        await until_shown(pilot, "● live")


@pytest.mark.slow
@pytest.mark.parametrize(
    "made",
    [os.mkfifo, os.mkdir, lambda path: Path(path).symlink_to("/dev/zero")],
    ids=["pipe", "folder", "device"],
)
async def test_a_board_whose_file_becomes_something_else_says_so_and_comes_back(
    app: MakeApp, sample_store: FileStore, tmp_path: Path, made: Callable[[str], None]
) -> None:
    path = sample_store.path
    async with app("mara").run_test(size=(120, 40), notifications=True) as pilot:
        await until_shown(pilot, "● live")
        Path(path).rename(tmp_path / "away")
        made(path)
        await until_shown(pilot, "▲ not live")
        await until_shown(pilot, "can't be read")
        # It answers, and writes nothing.
        await pilot.press("D")
        await until_shown(pilot, "Overdue")
        await pilot.press("escape")
        Path(path).rename(tmp_path / "other")
        (tmp_path / "away").rename(path)
        await until_shown(pilot, "● live")
        await asyncio.to_thread(sample_store.commit, CheckInGoal(goal=RecordId("G12"), value=900_000), ANA)
        await until_shown(pilot, "revision 458")


@pytest.mark.slow
@pytest.mark.parametrize("key", ["A", "D", "F", "H", "P", "Q", "S", "o", "enter", "p", "r"])
async def test_escape_on_a_past_day_comes_back_to_today_on_every_screen(app: MakeApp, key: str) -> None:
    async with app("ana").run_test(size=(120, 40), notifications=True) as pilot:
        pilot.app.screen.query_one(BoardView).select(RecordId("M2"))
        await pilot.press(key)
        await until(pilot, lambda: not isinstance(pilot.app.screen, BoardScreen))
        screen, board_app = pilot.app.screen, cast("LiveApp", pilot.app)
        await pilot.press("left_square_bracket")
        await until_shown(pilot, "read-only")
        await pilot.press("escape")
        await until(pilot, lambda: board_app.past is None)
        assert pilot.app.screen is screen
        await until_gone(pilot, "read-only")
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(pilot.app.screen, BoardScreen))


async def test_no_form_is_saved_on_a_past_day_however_it_was_opened(app: MakeApp, sample_store: FileStore) -> None:
    before = sample_store.load().revision
    async with app("mara").run_test(size=(120, 40), notifications=True) as pilot:
        await pilot.press("Q", "left_square_bracket")
        await until_shown(pilot, "read-only")
        await pilot.press("n")
        await until_shown(pilot, "This is a past day")
        board_app = cast("LiveApp", pilot.app)
        with pytest.raises(Refused, match="This is a past day"):
            await board_app.commit(CheckInGoal(goal=RecordId("G9"), change=1))
    assert sample_store.load().revision == before
