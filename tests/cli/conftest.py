"""The sample team and a small team in a file, for commands."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.conftest import Run

DOCUMENTED = (Path(__file__).parents[2] / "docs" / "json.md").read_text(encoding="utf-8")
"""What is said of the fields of JSON."""


@pytest.fixture
def demo(run: Run, tmp_path: Path) -> Path:
    """The sample team in a file."""
    assert run("demo", "--board", "team.board.json").returncode == 0
    return tmp_path / "team.board.json"


@pytest.fixture
def own(run: Run, tmp_path: Path) -> Path:
    """A team of one's own that begins today."""
    board = tmp_path / "team.board.json"
    assert run("init", "--team", "Us", "--name", "Mara Lind", TZ="Europe/Madrid").returncode == 0
    assert run("member", "add", "ana", "Ana Ruiz").returncode == 0
    return board


def refused_and_unchanged(run: Run, board: Path, arguments: list[str], code: int, says: str) -> None:
    """Fail unless a command is refused in one line, with its exit code, and the board's file stays as it was."""
    before = board.read_bytes()
    found = run(*arguments)
    assert (found.returncode, found.stdout) == (code, ""), found.stderr
    assert found.stderr.startswith("teamboard: "), found.stderr
    assert found.stderr.count("\n") == 1
    assert says in found.stderr
    assert board.read_bytes() == before


def without_days(text: str) -> str:
    """A text with DAY for each date."""
    return re.sub(r"\d{4}-\d\d-\d\d", "DAY", text)
