"""A board only goes forward: commits that its file has lost are noticed, kept, told once, and brought back."""

from __future__ import annotations

import json
import os
import shutil
import stat
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from tinydb import TinyDB

from teamboard import open_board
from teamboard.actions.archive import ArchivePeriods
from teamboard.actions.base import Action, Actor
from teamboard.actions.check_ins import CheckInGoal
from teamboard.actions.feedback import GiveFeedback
from teamboard.actions.periods import BeginPeriod
from teamboard.actions.team import AddMember, SetUpTeam
from teamboard.domain.history.log import history_of
from teamboard.domain.ids import RecordId
from teamboard.domain.records import Period
from teamboard.personal import acknowledged
from teamboard.services.commit_guard import CommitGuard, guard_commits
from teamboard.store.file import doctor
from teamboard.store.file.merge import merge
from teamboard.store.file.store import FileStore
from tests.conftest import ANA, BEN, MARA, NOW, Maker, Run
from tests.helpers.checker import new_board

LATER = NOW + timedelta(hours=2)
FORMATS = Path(__file__).parents[1] / "formats"


class Watched:
    """A board that one process watches while others write it, and an older copy of it."""

    def __init__(self, folder: Path) -> None:
        self.path = new_board(folder)
        self.older = folder / "older.json"
        self.clock = NOW
        self.do(GiveFeedback(to="ana", text="Before the copy"), MARA)
        shutil.copy(self.path, self.older)
        self.store = FileStore(self.path)
        self.store.load()
        found = guard_commits(self.store)
        assert found is not None
        self.guard: CommitGuard = found

    def do(self, action: Action, by: Actor) -> None:
        """A commit of another process."""
        self.clock += timedelta(minutes=1)
        FileStore(self.path, clock=lambda: self.clock).commit(action, by)

    def put_back(self) -> None:
        """What a synchroniser does: an older file is renamed over the board."""
        Path(shutil.copy(self.older, f"{self.path}.tmp")).replace(self.path)

    def told(self) -> list[str]:
        self.store.load()
        return [loss.sentence for loss in self.guard.take_untold()]


@pytest.fixture
def board(tmp_path: Path) -> Watched:
    return Watched(tmp_path)


def kept_files() -> list[Path]:
    return sorted(Path(os.environ["XDG_STATE_HOME"], "teamboard", "kept").glob("*.board.json"))


def log_files() -> list[Path]:
    return sorted(Path(os.environ["XDG_STATE_HOME"], "teamboard", "kept").glob("commits-*.jsonl"))


# -- a process that knew what the file has lost


def test_an_older_file_put_back_is_told_once_and_what_it_lost_is_kept_and_merged(board: Watched) -> None:
    board.do(CheckInGoal(goal=RecordId("G1"), value=100), ANA)
    board.do(CheckInGoal(goal=RecordId("G2"), value=200), BEN)
    assert board.told() == []
    board.put_back()
    before = FileStore(board.path).load().revision
    assert board.told() == [f"This file was put back to revision {before}: 2 commits of Ana and Ben are missing"]
    assert board.told() == []
    (kept,) = kept_files()
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert FileStore(board.path).load().revision == before, "nothing is brought back unasked"
    assert merge(board.store, str(kept), {}, MARA, LATER).commits == 2
    assert board.guard.losses == ()
    assert [c.value for goal in map(RecordId, ("G1", "G2")) for c in board.store.load().checkins_of(goal)] == [100, 200]


def test_what_others_wrote_after_the_older_file_stays_beside_what_comes_back(board: Watched) -> None:
    board.do(GiveFeedback(to="ben", text="Lost"), MARA)
    board.told()
    board.put_back()
    board.do(GiveFeedback(to="ben", text="Afterwards"), ANA)
    assert len(board.told()) == 1
    assert [loss.what for loss in board.guard.losses] == ["a commit of Mara"]
    merge(board.store, board.guard.losses[0].kept, {}, MARA, LATER)
    assert [f.text for f in board.store.load().feedback] == ["Before the copy", "Afterwards", "Lost"]


def test_a_loss_that_comes_back_by_itself_is_forgotten(board: Watched, tmp_path: Path) -> None:
    board.do(CheckInGoal(goal=RecordId("G1"), value=100), ANA)
    newer = Path(shutil.copy(board.path, tmp_path / "newer.json"))
    board.told()
    board.put_back()
    assert len(board.told()) == 1
    newer.replace(board.path)
    assert board.told() == []
    assert board.guard.losses == ()


def test_a_file_lost_twice_over_is_kept_each_time(board: Watched) -> None:
    for value in (100, 200):
        board.do(CheckInGoal(goal=RecordId("G1"), value=value), ANA)
        board.told()
        board.put_back()
        assert len(board.told()) == 1
    assert len(kept_files()) == len(board.guard.losses) == 2


def _rewritten_by_tinydb(board: Watched) -> None:
    with TinyDB(board.path, indent=1) as db:
        db.table("facts").insert({"member": "ana", "text": "Won a deal", "at": "2026-11-20T10:00:00Z", "by": "crm"})


def _repaired(board: Watched) -> None:
    data = Path(board.path).read_bytes()
    Path(board.path).write_bytes(data.replace(b'"verb":"give feedback"', b'"verb":"give\x00feedback"', 1))
    assert doctor.repair(FileStore(board.path), MARA, LATER) is not None


def _followed(board: Watched) -> None:
    board.do(GiveFeedback(to="ana", text="Another"), BEN)


def _spaces(board: Watched) -> None:
    data = json.loads(Path(board.path).read_text(encoding="utf-8"))
    Path(board.path).write_text(json.dumps(data, indent=3, sort_keys=True), encoding="utf-8")


@pytest.mark.parametrize("change", [_rewritten_by_tinydb, _repaired, _followed, _spaces])
def test_what_loses_no_commit_is_not_told(board: Watched, change: Callable[[Watched], None]) -> None:
    board.do(CheckInGoal(goal=RecordId("G1"), value=100), ANA)
    board.told()
    change(board)
    assert board.told() == []
    board.do(CheckInGoal(goal=RecordId("G2"), value=7), BEN)
    assert board.told() == []
    assert kept_files() == []


@pytest.mark.parametrize("version", [1, 2, 3])
def test_a_file_of_an_older_format_that_is_upgraded_has_lost_nothing(tmp_path: Path, version: int) -> None:
    path = shutil.copy(FORMATS / f"{version}.json", tmp_path / "team.board.json")
    store = FileStore(path)
    guard = guard_commits(store)
    assert guard is not None
    board = store.load()
    goal = next(g for g in board.goals if g.outcome is None)
    FileStore(path).commit(CheckInGoal(goal=goal.id, value=1), Actor(goal.owner, "x", "desk"))
    assert store.load().revision == board.revision + 1
    assert guard.losses == ()


def test_an_archive_has_lost_nothing(tmp_path: Path) -> None:
    maker = Maker()
    starts = date(2026, 1, 1)
    period = Period(name="Q1 2026", starts=starts, ends=date(2026, 3, 31))
    at = datetime(2026, 1, 2, tzinfo=UTC)
    maker.do(SetUpTeam(name="Northwind", timezone="Europe/Madrid", period=period), at=at)
    maker.do(AddMember(handle="mara", name="Mara Lind"), at=at)
    store = FileStore(tmp_path / "team.board.json", clock=lambda: at)
    store.create(maker.file(), MARA)
    guard = guard_commits(store)
    assert guard is not None
    store.commit(AddMember(handle="ana", name="Ana Ruiz", manager="mara"), MARA)
    later = FileStore(store.path, clock=lambda: at + timedelta(days=100))
    later.commit(BeginPeriod(starts=date(2026, 4, 1)), MARA)
    later.archive(ArchivePeriods(before=date(2026, 6, 1)), MARA)
    store.load()
    assert guard.losses == ()
    again = FileStore(store.path)
    fresh = guard_commits(again)
    assert fresh is not None
    again.load()
    assert (fresh.losses, fresh.own_missing()) == ((), [])


# -- the log of one's own commits


def test_a_restored_backup_is_a_commit_and_has_lost_nothing(run: Run) -> None:
    path = new_board(run.folder)
    run("checkin", "G1", "100", "--as", "ana")
    run("board", "backup", "--as", "mara")
    run("checkin", "G1", "200", "--as", "ana")
    store = FileStore(path)
    guard = guard_commits(store)
    assert guard is not None
    store.load()
    assert run("board", "restore", "--as", "mara").returncode == 0
    assert [c.value for c in store.load().checkins_of(RecordId("G1"))] == [100]
    assert guard.losses == ()
    assert run("show").stderr == ""


def test_a_script_that_knew_more_says_so_on_standard_error(run: Run, capfd: pytest.CaptureFixture[str]) -> None:
    path = new_board(run.folder)
    shutil.copy(path, run.folder / "older.json")
    with open_board(str(path), as_="ana") as db:
        db.do(CheckInGoal(goal=RecordId("G1"), value=100))
        shutil.copy(run.folder / "older.json", path)
        db.do(CheckInGoal(goal=RecordId("G1"), value=150))
        db.do(CheckInGoal(goal=RecordId("G1"), value=160))
    said = capfd.readouterr().err
    assert said.startswith("teamboard: This file was put back to revision 7: a commit of Ana is missing; `teamboard")
    assert said.count("\n") == 1
    assert run("show").stderr == ""
    assert run("board", "merge", "--mine", "--as", "ana", "--hold", "here").returncode == 0
    assert [c.value for c in FileStore(path).load().checkins_of(RecordId("G1"))][-1] == 160


def test_what_a_repair_has_put_in_the_place_of_a_commit_is_not_brought_back(run: Run) -> None:
    path = new_board(run.folder)
    run("checkin", "G1", "100", "--as", "ana")
    run("feedback", "give", "ben", "Well done", "--as", "ana")
    Path(path).write_bytes(path.read_bytes().replace(b'"verb":"give feedback"', b'"verb":"give\x00feedback"'))
    assert run("board", "doctor", "--fix").returncode == 0
    assert run("show").stderr == ""
    assert run("board", "merge", "--mine", "--as", "mara").returncode == 1


def test_the_next_command_tells_once_what_was_lost_while_nothing_ran(run: Run) -> None:
    path = new_board(run.folder)
    run("checkin", "G1", "100", "--as", "ana")
    shutil.copy(path, run.folder / "older.json")
    run("checkin", "G1", "200", "--as", "ana")
    run("feedback", "give", "ben", "Well done", "--as", "ana")
    revision = FileStore(path).load().revision
    shutil.copy(run.folder / "older.json", path)
    said = run.process("show")
    assert said.stderr == (
        f"teamboard: This file was put back to revision {revision - 2}: 2 commits of Ana are missing; "
        "`teamboard board merge --mine` brings them back.\n"
    )
    assert run.process("show").stderr == ""
    assert run("checkin", "G2", "7", "--as", "ben").stderr == ""
    done = run.process("board", "merge", "--mine", "--as", "ana")
    assert (done.returncode, done.stdout) == (0, "Brought 2 commits back.\nC2 is C3 now.\n")
    board = FileStore(path).load()
    assert [c.value for c in board.checkins_of(RecordId("G1"))] == [100, 200]
    assert [f.text for f in board.feedback] == ["Well done"]
    again = run("board", "merge", "--mine", "--as", "ana")
    assert again.returncode == 1
    assert again.stderr == "teamboard: The board has every commit that it confirmed to you.\n"
    assert run("board", "doctor").returncode == 0


def test_where_commits_of_others_may_be_lost_too_no_revision_is_made_up(run: Run) -> None:
    path = new_board(run.folder)
    shutil.copy(path, run.folder / "older.json")
    revision = FileStore(path).load().revision
    FileStore(path).commit(GiveFeedback(to="ana", text="Nobody's log has this"), BEN)
    run("checkin", "G1", "200", "--as", "ana")
    shutil.copy(run.folder / "older.json", path)
    for text in ("One", "Two", "Three"):
        FileStore(path).commit(GiveFeedback(to="ana", text=text), BEN)
    assert run("show").stderr.startswith(
        f"teamboard: This file was put back to before revision {revision + 2}: a commit of Ana is missing; "
    )


@pytest.mark.parametrize("command", [["doctor"], ["backup"], ["backup", "--list"], ["restore"]])
def test_the_commands_for_the_file_tell_it_too(run: Run, command: list[str]) -> None:
    path = new_board(run.folder)
    run("checkin", "G1", "100", "--as", "ana")
    run("board", "backup", "--as", "mara")
    shutil.copy(path, run.folder / "older.json")
    run("checkin", "G1", "200", "--as", "ana")
    shutil.copy(run.folder / "older.json", path)
    said = run("board", *command, "--as", "mara").stderr.splitlines()
    assert [line for line in said if "a commit of Ana is missing; `teamboard board merge --mine`" in line]
    assert run("show").stderr == ""
    assert run("board", "merge", "--mine", "--as", "ana").returncode == 0


@pytest.mark.parametrize("command", [["restore"], ["doctor", "--fix"]])
def test_what_a_damaged_file_had_is_told_once_it_can_be_read(run: Run, command: list[str]) -> None:
    path = new_board(run.folder)
    run("checkin", "G1", "100", "--as", "ana")
    run("board", "backup", "--as", "mara")
    older = path.read_bytes()
    run("checkin", "G1", "200", "--as", "ana")
    path.write_bytes(older[:-30])
    assert run("board", *command, "--as", "mara").returncode == 0
    said = run("show").stderr
    board = FileStore(path).load()
    assert [c.value for c in board.checkins_of(RecordId("G1"))] == [100]
    assert run("board", "merge", "--mine", "--as", "ana").stdout == "Brought 1 commit back.\n", said


def test_a_member_brings_back_their_own_and_a_manager_everybodys(run: Run) -> None:
    path = new_board(run.folder)
    shutil.copy(path, run.folder / "older.json")
    run("checkin", "G1", "200", "--as", "ana")
    run("checkin", "G2", "200", "--as", "ben")
    shutil.copy(run.folder / "older.json", path)
    assert run("board", "merge", "--mine", "--as", "ana").stdout == "Brought 1 commit back.\n"
    assert [bool(FileStore(path).load().checkins_of(goal)) for goal in map(RecordId, ("G1", "G2"))] == [True, False]
    assert run("board", "merge", "--mine", "--as", "mara").stdout == "Brought 1 commit back.\n"
    assert [bool(FileStore(path).load().checkins_of(goal)) for goal in map(RecordId, ("G1", "G2"))] == [True, True]


def test_both_reported_a_value_and_a_person_says_which_holds(run: Run) -> None:
    path = new_board(run.folder)
    shutil.copy(path, run.folder / "older.json")
    run("checkin", "G1", "200", "--as", "ana")
    shutil.copy(run.folder / "older.json", path)
    run("checkin", "G1", "150", "--as", "ana")
    asked = run("board", "merge", "--mine", "--as", "ana")
    assert "G1 ARR ana: where it stands: here €150" in asked.stderr
    done = run("board", "merge", "--mine", "--as", "ana", "--hold", "copy")
    assert done.stdout == "Brought 1 commit back, 1 of what both had changed as you said.\nC1 is C2 now.\n"
    last = FileStore(path).load().last_checkin(RecordId("G1"))
    assert last is not None
    assert last.value == 200


def test_a_commit_on_a_record_that_is_missing_too_is_left_out(run: Run) -> None:
    path = new_board(run.folder)
    shutil.copy(path, run.folder / "older.json")
    FileStore(path).commit(GiveFeedback(to="ana", text="Nobody's log has this"), BEN)
    run("checkin", "G1", "200", "--as", "ana")
    assert run("feedback", "reply", "F1", "Thanks", "--as", "ana").returncode == 0
    shutil.copy(run.folder / "older.json", path)
    done = run("board", "merge", "--mine", "--as", "ana")
    assert done.stdout == "Brought 1 commit back. 1 can't be: the records that they changed are missing too.\n"


def test_a_copy_elsewhere_and_another_board_here_are_not_mistaken_for_it(run: Run, maker: Maker) -> None:
    path = new_board(run.folder)
    shutil.copy(path, run.folder / "older.json")
    run("checkin", "G1", "200", "--as", "ana")
    assert run("show", "--board", "older.json").stderr == ""
    path.unlink()
    FileStore(path).create(maker.file(), MARA)
    assert run("show").stderr == ""
    assert run("board", "merge", "--mine", "--as", "mara").returncode == 1


def test_a_read_only_session_tells_and_keeps_nothing(run: Run) -> None:
    path = new_board(run.folder)
    run("checkin", "G1", "100", "--as", "ana")
    shutil.copy(path, run.folder / "older.json")
    run("checkin", "G1", "200", "--as", "ana")
    shutil.copy(run.folder / "older.json", path)
    before = sorted(p for p in Path(os.environ["XDG_STATE_HOME"]).rglob("*"))
    assert "put back to revision" in run("--read-only", "show").stderr
    assert sorted(p for p in Path(os.environ["XDG_STATE_HOME"]).rglob("*")) == before
    assert "put back to revision" in run("show").stderr


def test_the_log_is_private_and_holds_the_last_500(board: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(acknowledged, "_STEP", 400)
    path, board_id = board.store.real_path, board.store.known_file.id
    for number in range(519):
        acknowledged.add_acknowledged(path, board_id, number, b'{"hash":"%d"}' % number)
    board.store.commit(CheckInGoal(goal=RecordId("G1"), value=5), ANA)
    (log,) = log_files()
    assert stat.S_IMODE(log.stat().st_mode) == 0o600
    lines = log.read_text(encoding="utf-8").splitlines()
    assert 500 <= len(lines) < 520
    assert json.loads(lines[-1])["revision"] == board.store.load().revision
    newest = history_of(board.store.load()).newest()
    assert newest is not None
    assert acknowledged.acknowledged_commits(path, board_id)[-1][1] == newest


def test_a_log_that_cannot_be_read_or_written_is_no_obstacle(run: Run) -> None:
    new_board(run.folder)
    run("checkin", "G1", "100", "--as", "ana")
    (log,) = log_files()
    log.write_bytes(log.read_bytes()[:-30])
    assert (run("checkin", "G1", "200", "--as", "ana").returncode, run("show").stderr) == (0, "")
    log.unlink()
    log.mkdir()
    done = run("checkin", "G1", "300", "--as", "ana")
    assert (done.returncode, done.stderr) == (0, "")
