"""Closed, full, endless and broken streams, arguments that are no text, and internal errors: one line each."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from teamboard.store.file.store import FileStore
from tests.conftest import Run

SECONDS = 60
PROGRAM = f"{sys.executable} -m teamboard"
FAULTY = (
    "from teamboard.render import board_header\n"
    "def header_line(*a, **k): raise RuntimeError('a fault')\n"
    "board_header.header_line = header_line\n"
    "from teamboard.__main__ import run; run()"
)
"""The program with an internal error in whatever prints the board."""


def shell(line: str, folder: Path, **env: str) -> CompletedProcess[str]:
    """Run a line of bash in which `T` is the program; the exit code is the program's, also within a pipe."""
    return subprocess.run(
        ["bash", "-c", f"set -o pipefail; {line.replace('T ', f'{PROGRAM} ', 1)}"],
        cwd=folder,
        env={**os.environ, **env},
        capture_output=True,
        stdin=subprocess.DEVNULL,
        encoding="utf-8",
        timeout=SECONDS,
        check=False,
    )


def is_one_line(text: str) -> bool:
    return text.startswith("teamboard: ") and text.count("\n") == 1 and "Internal error" not in text


@pytest.mark.parametrize("to", [">/dev/full", ">&-", "| true", ">/dev/full 2>&-", ">/dev/full 2>/dev/full", ">&- 2>&-"])
@pytest.mark.parametrize("buffered", ["", "1"])
def test_a_commit_whose_output_failed_is_done(demo: Path, to: str, buffered: str) -> None:
    before = FileStore(demo).load()
    found = shell(f"T checkin G12 +1 --as ana {to}", demo.parent, PYTHONUNBUFFERED=buffered)
    assert found.returncode == 0, found.stderr
    assert found.stdout == ""
    if "2>" not in to:
        assert is_one_line(found.stderr)
        assert "team.board.json was written; the output could not be printed: " in found.stderr
    assert FileStore(demo).load().revision == before.revision + 1


@pytest.mark.parametrize("command", ["undo --as ana", "feedback ana Thanks --as ben", "team --name Us --as mara"])
def test_so_is_any_other_commit(demo: Path, command: str) -> None:
    assert shell("T checkin G12 +1 --as ana", demo.parent).returncode == 0
    found = shell(f"T {command} >/dev/full", demo.parent)
    assert (found.returncode, is_one_line(found.stderr)) == (0, True), found.stderr
    assert " was written; " in found.stderr


def test_a_backup_is_done_too(demo: Path) -> None:
    found = shell("T board backup >/dev/full", demo.parent)
    assert (found.returncode, is_one_line(found.stderr)) == (0, True), found.stderr
    (backup,) = (demo.parent / "team.board.json.backups").iterdir()
    assert f"{backup.name} was written; " in found.stderr


def test_so_is_what_is_written_elsewhere(demo: Path) -> None:
    assert shell("T key new --as ana", demo.parent).returncode == 0
    found = shell("T key backup ana.key --as ana >/dev/full", demo.parent)
    assert (found.returncode, "ana.key was written; " in found.stderr) == (0, True), found.stderr
    found = shell("T snapshot --svg board.svg --as ana 2>/dev/full", demo.parent)
    assert (found.returncode, (demo.parent / "board.svg").exists()) == (0, True)


def test_a_new_board_and_a_setting_are_written_too(tmp_path: Path) -> None:
    found = shell("T init --team Us --name Mara >/dev/full", tmp_path)
    assert (found.returncode, " was written; " in found.stderr) == (0, True), found.stderr
    found = shell("T config calm on >/dev/full", tmp_path)
    assert (found.returncode, "config.yaml was written; " in found.stderr) == (0, True), found.stderr


@pytest.mark.slow
@pytest.mark.parametrize("command", ["show", "log", "goals", "show --help", "goal", "version", "log --json", "themes"])
@pytest.mark.parametrize("to", [">/dev/full", ">&-"])
def test_output_that_fails_is_one_line(demo: Path, command: str, to: str) -> None:
    before = demo.read_bytes()
    found = shell(f"T {command} {to}", demo.parent)
    assert (found.returncode, is_one_line(found.stderr)) == (1, True), found.stderr
    assert "The output can't be written: " in found.stderr
    assert demo.read_bytes() == before


def test_a_refusal_is_told_whatever_became_of_the_output(demo: Path) -> None:
    found = shell("T checkin X99 1 --as ana >&-", demo.parent)
    assert (found.returncode, is_one_line(found.stderr)) == (1, True)
    assert shell("T checkin X99 1 --as ana >&- 2>&-", demo.parent).returncode == 1
    assert shell("T checkin X99 1 --as ana 2>/dev/full", demo.parent).returncode == 1


@pytest.mark.parametrize("command", ["log", "show", "log --json", "--help"])
def test_a_reader_that_has_enough_is_no_error(demo: Path, command: str) -> None:
    found = shell(f"T {command} | head -1", demo.parent)
    assert (found.returncode, found.stderr) == (0, "")
    assert found.stdout.count("\n") == 1


@pytest.mark.parametrize("streams", ["<&-", "<&- >&-", "<&- >&- 2>&-"])
def test_a_closed_standard_input_is_one_line(demo: Path, streams: str) -> None:
    before = demo.read_bytes()
    found = shell(f"T feedback ana - --as ben {streams}", demo.parent)
    assert found.returncode == 1
    if "2>" not in streams:
        assert is_one_line(found.stderr)
        assert "Standard input can't be read" in found.stderr
    assert demo.read_bytes() == before


def test_no_open_file_becomes_a_stream_that_was_closed(demo: Path) -> None:
    """The board's own descriptor would be 0, 1 or 2 then, and be printed to."""
    found = shell("T checkin G12 +1 --as ana <&- >&- 2>&-", demo.parent)
    assert found.returncode == 0
    assert shell("T board doctor", demo.parent).returncode == 0


@pytest.mark.parametrize("source", ["</dev/zero", "< <(yes)"])
def test_an_endless_standard_input_is_refused(demo: Path, source: str) -> None:
    before = demo.read_bytes()
    found = shell(f"T feedback ana - --as ben {source}", demo.parent)
    assert (found.returncode, is_one_line(found.stderr)) == (1, True)
    assert "longer than 1 MB" in found.stderr
    assert demo.read_bytes() == before


def test_standard_input_that_is_no_text_is_refused(demo: Path) -> None:
    before = demo.read_bytes()
    found = shell(r"T feedback ana - --as ben < <(printf 'caf\xe9')", demo.parent)
    assert (found.returncode, is_one_line(found.stderr)) == (1, True)
    assert "is not utf-8" in found.stderr
    assert demo.read_bytes() == before


def test_an_argument_that_is_no_text_is_refused_but_a_path_may_have_any_name(demo: Path) -> None:
    before = demo.read_bytes()
    found = shell(r"T checkin G12 +1 -m $'caf\xe9' --as ana", demo.parent)
    assert (found.returncode, is_one_line(found.stderr)) == (2, True)
    assert "is not utf-8 text" in found.stderr
    assert demo.read_bytes() == before
    demo.rename(os.fsdecode(os.fsencode(demo.parent) + b"/caf\xe9.json"))
    assert shell(r"T checkin G12 +1 --as ana --board $'caf\xe9.json'", demo.parent).returncode == 0
    assert shell(r"T show --board=$'caf\xe9.json'", demo.parent).returncode == 0


@pytest.mark.parametrize(
    "command", ["show", "checkin G12 +1", "init --team Us --name Mara", "board copy a b", "doctor"]
)
def test_a_working_folder_that_was_removed_is_one_line(tmp_path: Path, command: str) -> None:
    # With -c instead of -m: Python looks for a module in the working folder.
    program = f"{sys.executable} -c 'from teamboard.__main__ import run; run()'"
    (tmp_path / "gone").mkdir()
    found = shell(f"cd gone; rmdir ../gone; {program} {command}", tmp_path)
    assert (found.returncode, is_one_line(found.stderr)) == (3, True), found.stderr
    assert "was removed" in found.stderr


def test_a_board_is_not_opened_from_a_working_folder_that_was_removed(tmp_path: Path) -> None:
    program = "from teamboard import open_board\nfrom teamboard.store.base import StoreError\n"
    program += "try: open_board()\nexcept StoreError as error: print(error)"
    (tmp_path / "gone").mkdir()
    found = shell(f"cd gone; rmdir ../gone; {sys.executable} -c '{program}'", tmp_path)
    assert (found.returncode, found.stderr) == (0, "")
    assert found.stdout == "The folder you are in was removed; change to another, then try again.\n"


def test_lines_have_a_width_that_a_screen_can_have(demo: Path) -> None:
    found = shell("T show", demo.parent, COLUMNS="99999999", LINES="99999999")
    assert found.returncode == 0
    assert max(map(len, found.stdout.splitlines())) <= 1000
    assert shell("T --help", demo.parent, COLUMNS="9" * 5000).returncode == 0


@pytest.mark.slow
def test_an_internal_error_is_one_line_and_its_details_are_kept(demo: Path) -> None:
    for number in range(25):
        found = subprocess.run(
            [sys.executable, "-c", FAULTY, "show"], cwd=demo.parent, capture_output=True, text=True, check=False
        )
        assert found.returncode == 1
        assert found.stderr.count("\n") == 1
        if number == 0:
            first = Path(found.stderr.partition("The details are in ")[2].partition("; please report it.")[0])
            assert found.stderr.startswith("teamboard: Internal error: RuntimeError: a fault. The details are in /")
            assert stat.S_IMODE(first.stat().st_mode) == 0o600
            assert "RuntimeError: a fault" in first.read_text()
            assert first.read_text().startswith("Traceback")
    # A script that fails again and again does not fill the disk.
    assert len(list(first.parent.iterdir())) == 20


def test_debug_prints_the_traceback_and_read_only_keeps_nothing(demo: Path) -> None:
    for option in ("--debug", "--read-only"):
        found = subprocess.run(
            [sys.executable, "-c", FAULTY, option, "show"], cwd=demo.parent, capture_output=True, text=True, check=False
        )
        assert found.returncode == 1
        assert ("Traceback" in found.stderr) == (option == "--debug")
        assert found.stderr.splitlines()[-1].startswith("teamboard: Internal error: RuntimeError: a fault. ")
        assert found.stderr.endswith("lease report it.\n")
    assert not (Path(os.environ["XDG_STATE_HOME"]) / "teamboard").exists()


@pytest.mark.usefixtures("demo")
def test_debug_changes_nothing_else(run: Run) -> None:
    assert run("--debug", "show").stdout == run("show").stdout
