"""What is written is written where it was asked for; no text of anybody becomes a path or a command."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pytest

from teamboard.store.codec import BoardFile
from teamboard.store.file.store import FileStore
from tests.conftest import MARA, Run
from tests.helpers.nasty import nasty_file

HOSTILE = ["$(touch pwned)", "`touch pwned`", "'; touch pwned; '", '"; touch pwned; "', "| touch pwned", "../../pwned"]
PRINTS = (
    ("show",), ("show", "--member", "ana"), ("calendar",), ("period", "report", "--to", "html"),
    ("review", "export", "R1", "--to", "md", "--as", "ana"), ("facts", "list"), ("standup", "last"),
)  # fmt: skip


@pytest.fixture
def board(sample: BoardFile, tmp_path: Path) -> Path:
    """A board whose every text wants to be something else."""
    folder = tmp_path / "board"
    folder.mkdir()
    store = FileStore(folder / "team.board.json")
    store.create(nasty_file(sample), MARA)
    return Path(store.path)


def listed(folder: Path) -> set[str]:
    return {str(found.relative_to(folder)) for found in folder.rglob("*")}


@pytest.mark.parametrize("command", PRINTS, ids=" ".join)
def test_what_prints_writes_no_file(run: Run, board: Path, tmp_path: Path, command: tuple[str, ...]) -> None:
    here = tmp_path / "here"
    here.mkdir()
    there = listed(board.parent)
    found = run(*command, "--board", str(board), cwd=here)
    assert "Traceback" not in found.stderr
    assert found.returncode in (0, 1)
    assert listed(here) == set()
    assert listed(board.parent) == there


def test_a_picture_goes_into_the_file_it_was_given(run: Run, board: Path, tmp_path: Path) -> None:
    here = tmp_path / "here"
    here.mkdir()
    found = run("snapshot", "--svg", "board.svg", "--html", "board.html", "--board", str(board), cwd=here)
    assert found.returncode == 0, found.stderr
    assert listed(here) == {"board.svg", "board.html"}


@pytest.mark.parametrize("text", HOSTILE)
def test_an_editor_gets_one_file_and_no_word_of_anybody(run: Run, board: Path, tmp_path: Path, text: str) -> None:
    here = tmp_path / "here"
    here.mkdir()
    editor = tmp_path / "editor.py"
    editor.write_text(
        "import json, pathlib, sys\n"
        f"pathlib.Path({str(tmp_path / 'given')!r}).write_text(json.dumps(sys.argv[1:]))\n"
        "pathlib.Path(sys.argv[1]).write_text('Well done.')\n"
    )
    command = ("feedback", "ana", text, "--edit", "--as", "ben", "--board", str(board))
    found = run(*command, cwd=here, EDITOR=f"{sys.executable} {editor}")
    assert found.returncode == 0, found.stderr
    (given,) = json.loads((tmp_path / "given").read_text())
    assert "pwned" not in given
    # Only the editor had the file: it is gone, and nothing else has come.
    assert not Path(given).exists()
    assert listed(here) == set()
    assert not os.path.exists(tmp_path / "pwned")
