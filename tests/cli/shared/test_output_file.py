"""No command writes over a board or what belongs to it, nor over another kind of file without a question."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from teamboard.store.file import backups
from teamboard.store.file.store import FileStore
from tests.conftest import NOW, Run
from tests.helpers.terminal import Terminal


@pytest.fixture
def folder(store: FileStore) -> Path:
    """A folder with a board, its backup, another board, and links to them."""
    path = Path(store.path)
    backups.take_backup(str(path), 1, NOW)
    shutil.copy(path, path.parent / "other.json")
    (path.parent / "picture.svg").symlink_to(path)
    os.link(path, path.parent / "second-name.svg")
    Path(f"{path}.lock").touch()
    Path(f"{path}.archive").mkdir()
    return path.parent


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


PLACES = (
    "team.board.json",
    "./team.board.json",
    "other.json",
    "picture.svg",
    "second-name.svg",
    "team.board.json.lock",
    ".team.board.json.tmp",
    "team.board.json.backups/new.svg",
    "team.board.json.archive/r1-r2.json",
)


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("command", [["snapshot", "--svg"], ["snapshot", "--html"], ["key", "backup"]])
def test_what_belongs_to_a_board_is_never_written_over(folder: Path, run: Run, command: list[str], place: str) -> None:
    if command[0] == "key":
        assert run("key", "new", "--as", "ana").returncode == 0
    before = contents(folder)
    refused = run(*command, place, "--as", "ana")
    assert (refused.returncode, refused.stdout, refused.stderr.count("\n")) == (1, "", 1), refused.stderr
    assert "is a board, or belongs to one" in refused.stderr
    assert contents(folder) == before


def test_the_backup_of_the_board_is_none_of_a_picture(folder: Path, run: Run) -> None:
    (backup,) = (folder / "team.board.json.backups").iterdir()
    before = contents(folder)
    assert run("snapshot", "--svg", str(backup), "--as", "ana").returncode == 1
    assert contents(folder) == before


@pytest.mark.slow
def test_a_picture_is_replaced_by_a_picture_and_nothing_else_by_it(folder: Path, run: Run) -> None:
    (folder / "notes.svg").write_text("my notes")
    refused = run("snapshot", "--svg", "notes.svg", "--as", "ana")
    assert (refused.returncode, refused.stderr.count("\n")) == (1, 1)
    assert "another kind of file" in refused.stderr
    assert (folder / "notes.svg").read_text() == "my notes"
    (folder / "new.svg").touch()
    for _ in range(2):
        assert run("snapshot", "--svg", "new.svg", "--as", "ana").returncode == 0
    assert run("snapshot", "--html", "new.svg", "--as", "ana").returncode == 1
    assert run("snapshot", "--svg", "/dev/null", "--as", "ana").returncode == 0


@pytest.mark.parametrize(
    ("answer", "code"), [("y\r", 0), ("n\r", 1), ("\r", 1), ("what\rn\r", 1), ("\x03\r", 130), ("\x04", 130)]
)
def test_on_a_terminal_it_is_asked_whether_to_replace_another_kind_of_file(
    folder: Path, terminals: list[Terminal], answer: str, code: int
) -> None:
    (folder / "notes.svg").write_text("my notes")
    terminal = Terminal(folder, "snapshot", "--svg", "notes.svg", "--as", "ana")
    terminals.append(terminal)
    terminal.wait_for("notes.svg exists and is another kind of file. Replace it? [y/N]:")
    # An interrupt that comes before the answer is waited for is noticed with the next key.
    terminal.type(answer)
    assert terminal.finish() == code
    assert (folder / "notes.svg").read_text().startswith("<svg" if code == 0 else "my notes")
    assert (b"Nothing was written." in terminal.raw) == (code == 1)


def test_a_terminal_that_closes_at_the_question_replaces_nothing(folder: Path, terminals: list[Terminal]) -> None:
    (folder / "notes.svg").write_text("my notes")
    terminal = Terminal(folder, "snapshot", "--svg", "notes.svg", "--as", "ana")
    terminals.append(terminal)
    terminal.wait_for("Replace it?")
    assert terminal.close() != 0
    assert (folder / "notes.svg").read_text() == "my notes"
