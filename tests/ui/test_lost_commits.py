"""An open board whose file is put back to an older one says so, and `M` brings back what is missing."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import pytest

from teamboard.actions.base import Actor
from teamboard.actions.check_ins import CheckInGoal
from teamboard.actions.feedback import GiveFeedback
from teamboard.actions.team import SetUpTeam
from teamboard.domain.ids import RecordId
from teamboard.domain.records import Period
from teamboard.store.file import doctor
from teamboard.store.file.store import FileStore
from teamboard.ui.app import BoardApp
from tests.conftest import ANA, BEN, MARA, NOW, Maker, Run, small_maker
from tests.helpers.screen import until, until_gone, until_shown

pytestmark = pytest.mark.slow

SIZE = (140, 30)
SYNCHRONISER = """
import os, shutil, sys
shutil.copy(sys.argv[1], sys.argv[2] + ".tmp")
os.replace(sys.argv[2] + ".tmp", sys.argv[2])
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    store = FileStore(tmp_path / "team.board.json", clock=lambda: NOW)
    store.create(small_maker().file(), MARA)
    store.commit(GiveFeedback(to="ana", text="Before the copy"), MARA)
    shutil.copy(store.path, tmp_path / "older.json")
    return Path(store.path)


def put_back(path: Path) -> None:
    """What a synchroniser does, in a process of its own."""
    subprocess.run([sys.executable, "-c", SYNCHRONISER, path.with_name("older.json"), path], check=True)


def opened(path: Path, member: str | None = "mara") -> BoardApp:
    store = FileStore(path, clock=lambda: NOW)
    app = BoardApp(store, store.load(), Actor(member, "login", "desk"), clock=lambda: NOW)
    app.animation_level = "none"
    return app


def write(path: Path) -> None:
    FileStore(path, clock=lambda: NOW).commit(CheckInGoal(goal=RecordId("G1"), value=100), ANA)
    FileStore(path, clock=lambda: NOW).commit(CheckInGoal(goal=RecordId("G2"), value=200), BEN)


def kept_files() -> list[Path]:
    return list(Path(os.environ["XDG_STATE_HOME"], "teamboard", "kept").glob("*.board.json"))


async def test_a_synchroniser_puts_an_older_file_back_and_the_key_brings_the_rest_back(path: Path) -> None:
    app = opened(path)
    async with app.run_test(size=SIZE, notifications=True) as pilot:
        write(path)
        await until(pilot, lambda: app.board.revision == 10)
        put_back(path)
        await until_shown(pilot, "put back to revision 8: 2 commits of Ana and Ben are missing; M brings them back.")
        assert app.board.revision == FileStore(path).load().revision == 8
        assert len(kept_files()) == 1
        await pilot.press("M")
        await until_shown(pilot, "Bring back 2 commits of Ana and Ben?")
        await pilot.press("1")
        await until_gone(pilot, "are missing")
        assert [bool(app.board.checkins_of(goal)) for goal in map(RecordId, ("G1", "G2"))] == [True, True]
    board = FileStore(path).load()
    assert [bool(board.checkins_of(goal)) for goal in map(RecordId, ("G1", "G2"))] == [True, True]


async def test_what_was_told_before_the_board_was_closed_is_brought_back_later(path: Path, run: Run) -> None:
    app = opened(path)
    async with app.run_test(size=SIZE, notifications=True) as pilot:
        await app.commit(GiveFeedback(to="ben", text="Lost"))
        write(path)
        await until(pilot, lambda: app.board.revision == 11)
        put_back(path)
        await until_shown(pilot, "3 commits of Mara, Ana and Ben are missing")
    assert run.process("show").stderr == "", "it was told"
    again = opened(path)
    async with again.run_test(size=SIZE, notifications=True) as pilot:
        await pilot.press("M")
        await until_shown(pilot, "Bring back 3 commits of Mara, Ana and Ben?")
        await pilot.press("1")
        await until(pilot, lambda: bool(again.board.checkins_of(RecordId("G2"))))
        await pilot.press("M")
        await until_shown(pilot, "No commits are missing.")


async def test_an_editor_saves_what_it_had_read_before(path: Path) -> None:
    in_the_editor = path.read_text(encoding="utf-8")
    app = opened(path)
    async with app.run_test(size=SIZE, notifications=True) as pilot:
        write(path)
        await until(pilot, lambda: app.board.revision == 10)
        # Written in place, as editors do, with the one word that was changed.
        path.write_text(in_the_editor.replace("AE Nordics", "AE Nordics & Baltics", 1), encoding="utf-8")
        await until_shown(pilot, "2 commits of Ana and Ben are missing; M brings them back.")
        await pilot.press("M")
        await until_shown(pilot, "Bring back 2 commits of Ana and Ben?")
        await pilot.press("1")
        await until_gone(pilot, "are missing")
    board = FileStore(path).load()
    assert [bool(board.checkins_of(goal)) for goal in map(RecordId, ("G1", "G2"))] == [True, True]
    ben = board.member("ben")
    assert ben is not None
    assert ben.title == "AE Nordics & Baltics"
    assert [f.what for f in doctor.examine(FileStore(path), NOW) if not f.ok] == []


async def test_another_board_in_its_place_is_told_and_the_one_before_is_kept(path: Path) -> None:
    app = opened(path)
    async with app.run_test(size=SIZE, notifications=True) as pilot:
        await until_shown(pilot, "revision 8")
        other = FileStore(path.with_name("other.json"), clock=lambda: NOW)
        maker = Maker()
        period = Period(name="Q4 2026", starts=date(2026, 10, 1), ends=date(2026, 12, 31))
        maker.do(SetUpTeam(name="Southwind", timezone="Europe/Madrid", period=period), at=NOW + timedelta(minutes=1))
        other.create(maker.file(), MARA)
        Path(other.path).replace(path)
        await until_shown(pilot, "This file now has another board")
        (kept,) = kept_files()
        assert [f.text for f in FileStore(kept).load().feedback] == ["Before the copy"]


async def test_the_person_can_leave_it_and_is_asked_which_of_two_values_holds(path: Path) -> None:
    app = opened(path)
    async with app.run_test(size=SIZE, notifications=True) as pilot:
        write(path)
        await until(pilot, lambda: app.board.revision == 10)
        put_back(path)
        await until_shown(pilot, "are missing")
        later = NOW + timedelta(minutes=1)
        FileStore(path, clock=lambda: later).commit(CheckInGoal(goal=RecordId("G1"), value=150), ANA)
        await until(pilot, lambda: app.board.revision == 9)
        for key in ("2", "escape"):
            await pilot.press("M")
            await until_shown(pilot, "Bring back 2 commits")
            await pilot.press(key)
            await until_gone(pilot, "Bring back 2 commits")
        assert FileStore(path).load().revision == 9
        await pilot.press("M")
        await until_shown(pilot, "Bring back 2 commits")
        await pilot.press("1")
        await until_shown(pilot, "Which one do you want to keep?")
        await pilot.press("2")
        await until_gone(pilot, "are missing")
        last = app.board.last_checkin(RecordId("G1"))
        assert last is not None
        assert last.value == 100


async def test_a_member_brings_back_their_own(path: Path) -> None:
    app = opened(path, "ana")
    async with app.run_test(size=SIZE, notifications=True) as pilot:
        await app.commit(CheckInGoal(goal=RecordId("G1"), value=100))
        FileStore(path, clock=lambda: NOW).commit(CheckInGoal(goal=RecordId("G2"), value=200), BEN)
        await until(pilot, lambda: app.board.revision == 10)
        put_back(path)
        await until_shown(pilot, "2 commits of Ana and Ben are missing; M brings your own back.")
        await pilot.press("M")
        await until_shown(pilot, "Bring back a commit of Ana?")
        await pilot.press("1")
        await until(pilot, lambda: bool(app.board.checkins_of(RecordId("G1"))))
        assert not app.board.checkins_of(RecordId("G2"))
        await until_shown(pilot, "are missing")


async def test_on_another_screen_it_is_a_toast_and_a_file_that_comes_back_needs_nothing(path: Path) -> None:
    app = opened(path)
    async with app.run_test(size=SIZE, notifications=True) as pilot:
        write(path)
        await until(pilot, lambda: app.board.revision == 10)
        newer = Path(shutil.copy(path, path.with_name("newer.json")))
        await pilot.press("H")
        put_back(path)
        await until_shown(pilot, "This file was put back")
        newer.replace(path)
        await until(pilot, lambda: app.board.revision == 10)
        await pilot.press("escape")
        assert app.guard is not None
        assert app.guard.losses == ()


async def test_what_was_lost_while_nothing_ran_is_shown_when_the_board_opens(path: Path) -> None:
    first = opened(path, "ana")
    async with first.run_test(size=SIZE, notifications=True):
        await first.commit(CheckInGoal(goal=RecordId("G1"), value=100))
    put_back(path)
    app = opened(path, "ana")
    async with app.run_test(size=SIZE, notifications=True) as pilot:
        await until_shown(pilot, "put back to revision 8: a commit of Ana is missing; M brings your own back.")
        await pilot.press("M")
        await until_shown(pilot, "Bring back a commit of Ana?")
        await pilot.press("1")
        await until_gone(pilot, "is missing")
        assert app.board.checkins_of(RecordId("G1"))
        await pilot.press("M")
        await until_shown(pilot, "No commits are missing.")


async def test_somebody_who_only_looks_on_is_told_and_can_do_nothing(path: Path) -> None:
    app = opened(path, None)
    async with app.run_test(size=SIZE, notifications=True) as pilot:
        write(path)
        await until(pilot, lambda: app.board.revision == 10)
        put_back(path)
        await until_shown(pilot, "are missing; a manager can bring them back.")
        await pilot.press("M")
        await pilot.pause()
        assert FileStore(path).load().revision == 8
