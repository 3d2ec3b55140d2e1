"""What the log of one's own commits notices: told again only if more is lost, in a time that grows with the board."""

from __future__ import annotations

import json
import shlex
import shutil
from datetime import timedelta
from pathlib import Path
from time import process_time

import msgspec
import pytest
from tinydb import TinyDB

from teamboard.actions.archive import ArchivePeriods
from teamboard.actions.base import Actor
from teamboard.actions.check_ins import CheckInGoal
from teamboard.domain.history.log import history_of
from teamboard.domain.ids import RecordId
from teamboard.personal.acknowledged import add_acknowledged
from teamboard.services.commit_guard import guard_commits
from teamboard.store.base import utc_now
from teamboard.store.codec import assemble
from teamboard.store.file.merge import merge, preview_merge
from teamboard.store.file.store import FileStore
from teamboard.store.lazy_history import entry_texts
from tests.bench.boards import LEAD, write_board
from tests.bench.years import make_years
from tests.conftest import ANA, BEN, MARA, NOW, Run
from tests.helpers.checker import new_board
from tests.helpers.terminal import Terminal

MANY = 400


def test_a_file_that_is_put_back_further_is_told_again(run: Run) -> None:
    path = new_board(run.folder)
    copies = []
    for value in ("100", "200", "300"):
        copies.append(Path(shutil.copy(path, run.folder / f"before-{value}.json")))
        run("checkin", "G1", value, "--as", "ana")
    shutil.copy(copies[2], path)
    assert "a commit of Ana is missing" in run("show").stderr
    assert [run("show").stderr, run("log").stderr] == ["", ""]
    shutil.copy(copies[0], path)
    assert "3 commits of Ana are missing" in run("show").stderr
    assert run("show").stderr == ""
    # Forward again, to what was told before: nothing more is lost.
    shutil.copy(copies[2], path)
    assert run("show").stderr == ""
    assert run("board", "merge", "--mine", "--as", "ana").stdout == "Brought 1 commit back.\n"


def test_what_is_lost_is_told_once_its_archive_can_be_read_again(run: Run) -> None:
    path = run.folder / "team.board.json"
    store = write_board(path, make_years(1, 2, NOW))
    before = Path(shutil.copy(path, run.folder / "before.json"))
    first, *_ = entry_texts(store.load()).items()
    add_acknowledged(store.real_path, store.known_file.id, *first)
    goal = next(g for g in store.load().goals if g.outcome is None)
    assert run("checkin", goal.id, "+1", "--as", goal.owner).returncode == 0
    shutil.copy(before, path)
    store.archive(ArchivePeriods(before=NOW.date()), LEAD)
    (archive,) = Path(f"{path}.archive").iterdir()
    away = archive.rename(run.folder / "away.json")
    assert "missing" not in run("show").stderr
    away.rename(archive)
    assert "a commit of Ana is missing" in run("show").stderr
    assert run("show").stderr == ""
    assert run("board", "merge", "--mine", "--as", goal.owner).stdout == "Brought 1 commit back.\n"


def test_a_commit_from_a_machine_with_a_wrong_clock_hides_none_before_it(run: Run) -> None:
    path = new_board(run.folder)
    moments = iter(NOW + timedelta(minutes=i) for i in range(9))
    store = FileStore(path, clock=lambda: next(moments))
    for value in (1, 2, 3):
        store.commit(CheckInGoal(goal=RecordId("G1"), value=value), ANA)
    board = store.load()
    *earlier, first, wrong, last = history_of(board)
    long_ago = msgspec.structs.replace(wrong[1], at=NOW - timedelta(days=9000))
    path.unlink()
    store = FileStore(path)
    store.create(assemble(board, [*earlier, first, (wrong[0], long_ago), last]), MARA)
    guard = guard_commits(store)
    assert guard is not None
    # The log has the first one with another hash than the file, as after a merge.
    entry = json.dumps(json.loads(entry_texts(board)[first[0]]) | {"hash": "0" * 32}).encode()
    add_acknowledged(store.real_path, store.known_file.id, first[0], entry)
    assert guard.own_missing() == []


def test_of_two_commits_that_a_wrong_clock_has_put_at_one_moment_the_lost_one_is_told(run: Run) -> None:
    path = new_board(run.folder)
    FileStore(path, clock=lambda: utc_now() + timedelta(hours=20)).commit(
        CheckInGoal(goal=RecordId("G2"), value=1), BEN
    )
    run("checkin", "G1", "100", "--as", "ana")
    before = shutil.copy(path, run.folder / "before.json")
    run("checkin", "G1", "200", "--as", "ana")
    assert len({c.at for c in FileStore(path).load().checkins_of(RecordId("G1"))}) == 1
    shutil.copy(before, path)
    assert "a commit of Ana is missing" in run("show").stderr
    assert run("board", "merge", "--mine", "--as", "ana").stdout == "Brought 1 commit back.\n"
    assert run("board", "merge", "--mine", "--as", "ana").returncode == 1


def test_a_commit_whose_changes_a_repair_did_not_find_is_brought_back(run: Run) -> None:
    path = new_board(run.folder)
    run("checkin", "G1", "100", "--as", "ana")
    run("board", "backup", "--as", "mara")
    run("checkin", "G1", "200", "--as", "ana")
    run("feedback", "give", "ben", "Well done", "--as", "ana")
    data = path.read_bytes()
    path.write_bytes(data[: data.index(b'"goals": {') + 11])
    assert run("board", "doctor", "--fix").returncode == 0
    assert "2 commits of Ana are missing; `teamboard board merge --mine` brings them back" in run("show").stderr
    assert run("board", "merge", "--mine", "--as", "ana").stdout.splitlines() == [
        "Brought 2 commits back.",
        "F1 is F2 now.",
        "C2 is C3 now.",
    ]
    board = FileStore(path).load()
    assert [c.value for c in board.checkins_of(RecordId("G1"))] == [100, 200]
    assert [f.text for f in board.feedback] == ["Well done"]
    assert run("board", "merge", "--mine", "--as", "ana").returncode == 1


def test_of_two_changes_to_one_field_that_a_repair_kept_none_is_missing(run: Run) -> None:
    path = new_board(run.folder)
    first = FileStore(path).load().revision + 1
    for title in ("AE North", "AE South"):
        assert run("member", "change", "ana", "--title", title, "--as", "mara").returncode == 0
    data = path.read_bytes()
    for revision in (first, first + 1):
        data = data.replace(b'"%d": {"by":' % revision, b'"%d": {"by\xff":' % revision)
    path.write_bytes(data)
    assert run("board", "doctor", "--fix").returncode == 0
    assert run("show").stderr == ""
    assert run("board", "merge", "--mine", "--as", "mara").returncode == 1


def test_what_only_a_kept_copy_has_is_named(run: Run) -> None:
    path = new_board(run.folder)
    older = shutil.copy(path, run.folder / "older.json")
    with TinyDB(path) as program:
        program.table("checkins").insert(
            {"goal": "G2", "value": 7, "note": "", "at": "2026-11-20T10:00:00Z", "by": "ben"}
        )
    assert run("checkin", "G1", "100", "--as", "ana").returncode == 0
    watching = FileStore(path)
    watching.load()
    guard_commits(watching)
    shutil.copy(older, path)
    watching.load()
    done = run("board", "merge", "--mine", "--as", "ana")
    brought, named = done.stdout.splitlines()
    assert brought == "Brought 1 commit back."
    assert named.startswith("Also missing is a commit of somebody; `teamboard board merge /")
    again = run("board", "merge", "--mine", "--as", "ana")
    assert again.stderr == f"teamboard: The board has every commit that it confirmed to you. {named}\n"
    copy = shlex.split(named.split("`")[1])[3:]
    assert run("board", "merge", *copy, "--as", "mara").returncode == 0
    assert [c.value for c in FileStore(path).load().checkins_of(RecordId("G2"))] == [7]
    assert run("board", "merge", "--mine", "--as", "ana").stderr == (
        "teamboard: The board has every commit that it confirmed to you.\n"
    )


@pytest.mark.parametrize(
    ("answer", "code", "values"),
    [
        ("here\r", 0, [200, 150]),
        ("neither\rcopy\r", 0, [150, 200]),
        ("\x03\r", 130, [150]),
        ("\x04", 130, [150]),
    ],
)
def test_on_a_terminal_the_person_says_which_of_two_values_holds(
    run: Run, terminals: list[Terminal], answer: str, code: int, values: list[int]
) -> None:
    path = new_board(run.folder)
    older = shutil.copy(path, run.folder / "older.json")
    run("checkin", "G1", "200", "--as", "ana")
    shutil.copy(older, path)
    run("checkin", "G1", "150", "--as", "ana")
    terminal = Terminal(run.folder, "board", "merge", "--mine", "--as", "ana")
    terminals.append(terminal)
    terminal.wait_for("Which one do you want to keep? (here, copy):")
    terminal.type(answer)
    assert terminal.finish() == code
    check_ins = FileStore(path).load().checkins_of(RecordId("G1"))
    assert [c.value for c in check_ins][-len(values) :] == values, [c.value for c in check_ins]


@pytest.mark.slow
def test_many_lost_commits_cost_a_few_reads_of_the_board(tmp_path: Path) -> None:
    store = write_board(tmp_path / "team.board.json", make_years(2, 10, NOW))
    before = shutil.copy(store.path, tmp_path / "before.json")
    guard_commits(store)
    goal = next(g for g in store.load().goals if g.outcome is None)
    for value in range(MANY):
        store.commit(CheckInGoal(goal=goal.id, value=value), Actor(goal.owner, "bench", "bench"))
    shutil.copy(before, store.path)

    def seconds(path: str, guarded: bool) -> float:
        cold = FileStore(path)
        if guarded:
            guard_commits(cold)
        begun = process_time()
        cold.load()
        return process_time() - begun

    plain = min(seconds(store.path, guarded=False) for _ in range(3))
    assert seconds(store.path, guarded=True) < 4 * plain + 0.1
    fresh = FileStore(store.path)
    guard = guard_commits(fresh)
    assert guard is not None
    fresh.load()
    commits = guard.own_missing()
    assert len(commits) == MANY
    begun = process_time()
    preview_merge(fresh, commits, NOW)
    assert process_time() - begun < 10 * plain + 1
    assert merge(fresh, commits, {}, LEAD, NOW).commits == MANY
