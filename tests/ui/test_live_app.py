"""What the screens show is the newest board, on the day that this board says it is."""

from __future__ import annotations

from teamboard.actions.check_ins import CheckInGoal
from teamboard.actions.team import ChangeTeam
from teamboard.domain.ids import RecordId
from teamboard.services.views import view_today
from teamboard.store.file.store import FileStore
from tests.conftest import ANA, MARA, NOW
from tests.helpers.screen import until, until_shown
from tests.ui.conftest import MakeApp

G12 = RecordId("G12")


async def test_a_board_that_comes_late_replaces_no_newer_one(app: MakeApp, sample_store: FileStore) -> None:
    """A commit's thread may hand its board over after the watcher has shown the next one."""
    mine = app("ana")
    async with mine.run_test(size=(120, 40)) as pilot:
        await until_shown(pilot, "● live")
        late = mine.store.commit(CheckInGoal(goal=G12, value=900_000), ANA).board
        newest = sample_store.commit(CheckInGoal(goal=G12, value=950_000), ANA).board
        await until(pilot, lambda: mine.board.revision == newest.revision)
        mine.show_board(late)
        assert mine.board.revision == newest.revision


async def test_a_new_time_zone_is_that_of_the_board_which_brings_it(app: MakeApp, sample_store: FileStore) -> None:
    mine = app("ana")
    async with mine.run_test(size=(120, 40)) as pilot:
        await until_shown(pilot, "● live")
        before = mine.current.day
        # Fourteen hours ahead of UTC: the next day has begun there.
        board = sample_store.commit(ChangeTeam(timezone="Pacific/Kiritimati"), MARA).board
        await until(pilot, lambda: mine.board.revision == board.revision)
        assert mine.current.day > before
        assert mine.current.day == view_today(board, NOW).day
