"""Folders as teams have them: shared by a group, sticky, full; and what is one person's own."""

from __future__ import annotations

import os
import shlex
import stat
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest

from teamboard.actions.base import Actor
from teamboard.domain.board import Board, Changes
from teamboard.personal.private_files import create_private_file
from teamboard.store.base import BoardBusy, StoreError
from teamboard.store.file import atomic_file, backups
from teamboard.store.file.doctor import examine
from teamboard.store.file.store import FileStore
from tests.conftest import MARA, NOW, Run
from tests.helpers.checker import check, new_board, small_check_in
from tests.helpers.disk import fill, small_disk

as_root = pytest.mark.skipif(
    os.getuid() != 0 and "TEAMBOARD_ALL_TESTS" not in os.environ,
    reason="only root may act as other logins, and mount a small disk",
)
ONE, OTHER, STRANGER = 12345, 12346, 12347
TEAM, ELSEWHERE = 54321, 54322
FLOODED = """
import signal, sys
from teamboard.actions.base import Actor
from teamboard.actions.check_ins import CheckInGoal
from teamboard.store.file.store import FileStore
signals = 0
def count(*_):
    global signals
    signals += 1
signal.signal(signal.SIGALRM, count)
signal.setitimer(signal.ITIMER_REAL, 0.0002, 0.0002)
store = FileStore(sys.argv[1])
for i in range(100):
    store.commit(CheckInGoal(goal="G1", change=1.0, note=f"flood-{i}"), Actor("mara", "mara", "desk"))
signal.setitimer(signal.ITIMER_REAL, 0)
assert signals > 100
"""


def as_login(login: int, group: int, do: Callable[[], object]) -> str:
    """Do something as another login, in a process of its own; what they were told, if it did not work."""
    # Python imports what this needs late, from a folder that a login may not read.
    datetime.strptime("2026", "%Y")  # noqa: DTZ007
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        # A login may not be let into the folder of the tests.
        os.chdir("/")
        os.setgroups([group])
        os.setgid(login)
        os.setuid(login)
        os.umask(0o022)
        said = ""
        try:
            do()
        except StoreError as error:
            said = str(error)
        except BaseException as error:  # noqa: BLE001  (the test says what it was)
            said = f"not told, but raised: {error!r}"
        os.write(write, said.encode())
        os._exit(0)
    os.close(write)
    os.waitpid(child, 0)
    with os.fdopen(read) as file:
        return file.read()


def commit(path: Path, note: str) -> Callable[[], object]:
    return lambda: FileStore(path).commit(small_check_in(note), MARA)


@pytest.fixture
def shared() -> Iterator[Path]:
    """A folder that other logins reach, which pytest's own are not."""
    with tempfile.TemporaryDirectory() as above:
        Path(above).chmod(0o711)
        folder = Path(above, "shared")
        folder.mkdir()
        yield folder


@as_root
def test_a_folder_of_a_group_is_written_by_all_of_it_and_nobody_else(shared: Path) -> None:
    os.chown(shared, ONE, TEAM)
    shared.chmod(0o2770)
    path = new_board(shared)
    for file in (path, Path(f"{path}.lock")):
        os.chown(file, ONE, TEAM)
    path.chmod(0o660)
    for note in ("1", "2", "3"):
        for login in (ONE, OTHER):
            assert as_login(login, TEAM, commit(path, f"{login}-{note}")) == ""
            found = path.stat()
            assert (found.st_gid, stat.S_IMODE(found.st_mode)) == (TEAM, 0o660)
    check(path, [f"{login}-{note}" for note in ("1", "2", "3") for login in (ONE, OTHER)])
    for reads_or_writes in (FileStore(path).load, commit(path, "x")):
        assert "can't be read: permission denied" in as_login(STRANGER, ELSEWHERE, reads_or_writes)


@as_root
def test_a_sticky_folder_is_told_for_what_it_is(shared: Path) -> None:
    shared.chmod(0o1777)
    path = new_board(shared)
    for file in (path, Path(f"{path}.lock")):
        file.chmod(0o666)
    before = path.read_bytes()
    told = as_login(ONE, TEAM, commit(path, "x"))
    assert "its folder is sticky" in told
    assert "another folder" in told
    assert path.read_bytes() == before
    assert not Path(atomic_file.temporary(str(path))).exists()
    assert any("sticky" in finding.what for finding in examine(FileStore(path), NOW))


@as_root
def test_what_a_login_may_not_do_is_one_line_that_says_what_to_do(shared: Path, run: Run) -> None:
    path = new_board(shared)

    def told(*arguments: str, board: Path = path) -> str:
        """What a command of another login prints as its error; every import is made before, as root."""

        def work() -> None:
            found = run(*arguments, "--as", "mara", "--board", str(board), cwd="/")
            raise StoreError(f"{found.returncode} {found.stderr}")

        return as_login(ONE, ELSEWHERE, work)

    for command in (
        ("checkin", "G1", "1"),
        ("show",),
        ("board", "doctor"),
        ("board", "backup"),
        ("init",),
        ("board", "restore"),
    ):
        run(*command, "--as", "mara", "--board", str(path))
    lock = Path(f"{path}.lock")
    lock.unlink()
    before = path.read_bytes()
    read_only = f"you may not write into its folder {shared}. Ask the folder's owner for write access."
    for file, mode, command, says in (
        (
            path,
            0o644,
            ("checkin", "G1", "1"),
            "is read-only for you; nothing was changed. Ask its owner for write access.",
        ),
        (path, 0o666, ("checkin", "G1", "1"), f"{path} can't be written: {read_only} Nothing was changed."),
        (path, 0o666, ("board", "backup"), f"{path} can't be written: {read_only} Nothing was changed."),
        (lock, 0o600, ("checkin", "G1", "1"), f"its owner can run `teamboard board doctor --fix --board {path}`"),
        (lock, 0o666, ("checkin", "G1", "1"), f"{path} was not changed: {read_only}"),
        (path, 0o600, ("show",), f"{path} can't be read: permission denied. Ask its owner for read access."),
        (path, 0o600, ("board", "doctor"), f"{path} can't be read: permission denied. Ask its owner for read access."),
        (shared, 0o744, ("show",), f"you may not enter its folder {shared}. Ask the folder's owner for access."),
        (shared, 0o744, ("init",), f"you may not enter its folder {shared}. Ask the folder's owner for access."),
    ):
        file.touch()
        file.chmod(mode)
        answer = told(*command)
        assert says in answer
        assert (answer.partition(" ")[0], answer.count("\n")) == ("3", 1), answer
        assert path.read_bytes() == before
    shared.chmod(0o755)
    backed_up = Path(backups.folder(str(path)))
    backups.take_backup(str(path), 1, NOW)
    path.chmod(0o666)
    backed_up.chmod(0o700)
    for command in (("restore",), ("backup", "--list")):
        assert told("board", *command) == (
            f"3 teamboard: {backed_up} can't be read: permission denied. Ask its owner for read access.\n"
        )
    assert f"new.json can't be written: {read_only}" in told("init", board=shared / "new.json")


@pytest.mark.parametrize(
    ("board", "says"),
    [
        ("no such/dir/b.json", "there is no folder {0}/no such/dir. Create it, or choose another place."),
        ("file/b.json", "can't be read: {0}/file is not a folder. Choose another place."),
    ],
)
@pytest.mark.parametrize("command", ["init", "show", "checkin G1 1", "demo", "board doctor", "board restore"])
def test_a_folder_that_is_missing_or_no_folder_is_named(
    tmp_path: Path, run: Run, command: str, board: str, says: str
) -> None:
    (tmp_path / "file").touch()
    answer = run(*command.split(), "--board", board)
    assert says.format(tmp_path) in answer.stderr
    assert (answer.returncode, answer.stdout, answer.stderr.count("\n")) == (3, "", 1)


def test_a_missing_board_is_made_where_it_was_looked_for(tmp_path: Path, run: Run) -> None:
    assert "`teamboard init`" in run("show").stderr
    told = run("show", "--board", "our team.json").stderr
    assert "Create one with `teamboard init --board 'our team.json'`, or" in told
    words = shlex.split(told.split("`")[1])[1:]
    assert run(*words).returncode == 0
    assert (tmp_path / "our team.json").exists()


@as_root
def test_a_disk_that_is_full_to_the_last_byte(tmp_path: Path, run: Run) -> None:
    disk = tmp_path / "disk"
    with small_disk(disk, "256k"):
        path = new_board(disk)
        fill(disk, 512)
        assert os.statvfs(disk).f_bfree == 0
        before = path.read_bytes()
        found = run("checkin", "G1", "+1", "-m", "the-text", "--as", "mara", "--board", str(path))
        assert (found.returncode, found.stdout, found.stderr.count("\n")) == (3, "", 1)
        assert "no space left" in found.stderr
        assert path.read_bytes() == before
        editor = tmp_path / "editor.py"
        editor.write_text("import sys; open(sys.argv[1], 'w').write('words that took an hour')")
        given = run(
            "feedback", "ana", "--edit", "--as", "mara", "--board", str(path), EDITOR=f"{sys.executable} {editor}"
        )
        assert given.returncode == 3, given.stderr
        kept = given.stderr.partition("kept in ")[2].strip().split(";")[0].rstrip(".")
        assert "words that took an hour" in Path(kept).read_text()
        (disk / "filler").unlink()
        assert run("checkin", "G1", "+1", "-m", "after", "--as", "mara", "--board", str(path)).returncode == 0
        check(path, ["after"])
        assert sorted(os.listdir(disk)) == ["team.board.json", "team.board.json.lock"]


@pytest.mark.slow
def test_signals_in_the_middle_of_every_call_change_nothing(tmp_path: Path) -> None:
    path = new_board(tmp_path)
    subprocess.run([sys.executable, "-c", FLOODED, str(path)], check=True, timeout=60)
    check(path, [f"flood-{i}" for i in range(100)])


def test_a_second_name_of_the_file_is_found(tmp_path: Path) -> None:
    path = new_board(tmp_path)
    store = FileStore(path)
    os.link(path, tmp_path / "other.json")
    assert any("hard link" in finding.what for finding in examine(store, NOW))
    before = (tmp_path / "other.json").read_bytes()
    store.commit(small_check_in("mine"), MARA)
    # Whoever holds the other name keeps what they had, whole.
    assert (tmp_path / "other.json").read_bytes() == before
    assert not any("hard link" in finding.what for finding in examine(store, NOW))


def test_where_locks_do_not_reach_the_others_nothing_is_written_over_theirs(tmp_path: Path) -> None:
    path = new_board(tmp_path)

    class WhileTheyWrite:
        """Somebody on another host, whose lock the share does not know, writes in the middle of ours."""

        verb = "check in"

        def __call__(self, board: Board, by: Actor, at: object) -> Changes:
            theirs = tmp_path / "theirs.json"
            theirs.write_bytes(path.read_bytes())
            FileStore(theirs).commit(small_check_in("theirs"), MARA)
            theirs.replace(path)
            return {}

    with pytest.raises(BoardBusy, match="although it was locked"):
        FileStore(path).commit(WhileTheyWrite(), MARA)
    check(path, ["theirs"])


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o077])
def test_what_is_one_persons_own_is_read_by_nobody_else(run: Run, tmp_path: Path, umask: int) -> None:
    before = os.umask(umask)
    try:
        assert run("init", "--name", "Ana").returncode == 0
        me = (tmp_path / "team.board.json").read_text().partition('"handle":"')[2].partition('"')[0]
        assert run("config", "calm", "on").returncode == 0
        assert run("key", "renew", "--as", me).returncode == 0
        assert run("key", "backup", str(tmp_path / "key.backup"), "--as", me).returncode == 0
        lost = run("feedback", "nobody", "words that took an hour", "--as", me)
        assert "is kept in" in lost.stderr
    finally:
        os.umask(before)
    home = Path(os.environ["HOME"])
    own = [found for found in home.rglob("*") if "teamboard" in found.parts]
    assert {found.suffix for found in own} >= {".yaml", ".key", ".txt"}
    assert [str(found) for found in [*own, tmp_path / "key.backup"] if found.stat().st_mode & 0o077] == []
    board = tmp_path / "team.board.json"
    assert stat.S_IMODE(board.stat().st_mode) == 0o666 & ~umask


def test_a_file_of_ones_own_is_never_written_through_a_link(tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_text("theirs")
    (tmp_path / "mine").symlink_to(victim)
    with pytest.raises(FileExistsError):
        create_private_file(tmp_path / "mine", "words")
    assert victim.read_text() == "theirs"


def test_settings_that_are_a_link_stay_one(run: Run, tmp_path: Path) -> None:
    folder = Path(os.environ["XDG_CONFIG_HOME"]) / "teamboard"
    folder.mkdir(parents=True)
    real = tmp_path / "dotfiles.yaml"
    real.write_text("calm: false\n")
    (folder / "config.yaml").symlink_to(real)
    assert run("config", "calm", "on").returncode == 0
    assert (folder / "config.yaml").is_symlink()
    assert "calm: true" in real.read_text()
