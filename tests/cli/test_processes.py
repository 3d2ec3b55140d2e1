"""Each command once as a process of its own, which answers as it does in the test's process."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import click
import pytest

from teamboard.cli.commands import COMMANDS
from teamboard.cli.main import teamboard
from tests.conftest import Run
from tests.helpers.command_line import CommandLine

LINES = {
    "acknowledge": ["T4", "--as", "ben"],
    "admin": ["boards", "nowhere"],
    "agree": ["V4", "--as", "mara"],
    "align": [],
    "archive": ["--as", "mara"],
    "ask": ["ben", "What next?", "--as", "ana"],
    "backup": ["--as", "mara"],
    "board": ["backup", "--as", "mara"],
    "calendar": [],
    "career": ["ana"],
    "checkin": ["G12", "+1", "--as", "ana"],
    "completion": ["bash"],
    "config": ["theme"],
    "copy": ["team.board.json", "copy.board.json"],
    "decline": ["F32", "-m", "Not this month", "--as", "dana"],
    "demo": [],
    "doctor": [],
    "due": [],
    "facts": ["list"],
    "feedback": ["ana", "Well asked", "--as", "ben"],
    "goal": ["add", "Two pilots", "--owner", "ana", "--target", "2", "--as", "mara"],
    "goals": [],
    "inbox": ["--as", "ana"],
    "init": [],
    "key": ["show", "--as", "ana"],
    "log": [],
    "member": ["add", "new", "New Rep", "--as", "mara"],
    "members": [],
    "merge": ["team.board.json", "--as", "mara"],
    "one-on-one": ["ana"],
    "period": ["report"],
    "pulse": [],
    "reopen": ["F1", "--as", "mara"],
    "reply": ["F20", "Gladly", "--as", "ben"],
    "resolve": ["F31", "--as", "ana"],
    "restore": [],
    "review": ["list"],
    "revision": ["agree", "V4", "--as", "mara"],
    "revise": ["G12", "--target", "900k", "--reason", "market", "--why", "It shrank", "--as", "ana"],
    "serve": ["--board", "none.json"],
    "show": [],
    "skill": ["ana"],
    "snapshot": ["--svg", "-"],
    "standup": ["--as", "mara"],
    "team": [],
    "themes": [],
    "tour": [],
    "undo": ["--as", "mara"],
    "version": [],
    "withdraw": ["V4", "--as", "ben"],
    "board archive": ["--as", "mara", "--before", "2026-01-01"],
    "board backup": ["--as", "mara"],
    "board copy": ["team.board.json", "copy.board.json"],
    "board doctor": [],
    "board merge": ["team.board.json", "--as", "mara"],
    "board restore": [],
    "feedback acknowledge": ["F31", "--as", "ana"],
    "feedback decline": ["F32", "-m", "Not this month", "--as", "dana"],
    "feedback give": ["ana", "Well asked", "--as", "ben"],
    "feedback reopen": ["F1", "--as", "mara"],
    "feedback reply": ["F20", "Gladly", "--as", "ben"],
    "feedback resolve": ["F31", "--as", "ana"],
    "goal list": [],
    "member list": [],
    "revision acknowledge": ["T4", "--as", "ben"],
    "revision agree": ["V4", "--as", "ana"],
    "revision decline": ["V4", "-m", "Not now", "--as", "ana"],
    "revision list": [],
    "revision propose": ["G12", "--target", "900k", "--reason", "market", "--why", "It shrank", "--as", "ana"],
    "revision withdraw": ["V4", "--as", "ben"],
}
"""A line for each command on the sample team; some are refused, which is an answer too."""

CLOCK_TIME = re.compile(r"\bT?\d\d[:-]\d\d([:-]\d\d)?Z?\b|(?<=\d)T\d{6}Z\b|(?<=\d)T\d\d-\d\d-\d\dZ")
"""A time of day as the board, its backups and its calendar write it: the second may turn between two commands."""


def test_each_command_is_here() -> None:
    assert {line for line in LINES if " " not in line} == set(COMMANDS)
    context = click.Context(teamboard)
    for noun in ("board", "feedback", "revision"):
        group = teamboard.get_command(context, noun)
        assert isinstance(group, click.Group)
        assert {f"{noun} {verb}" for verb in group.list_commands(context)} <= set(LINES)


@pytest.mark.slow
@pytest.mark.parametrize("command", LINES)
def test_a_process_answers_as_the_command_line_in_the_tests_does(run: Run, tmp_path: Path, command: str) -> None:
    board = tmp_path / "team.board.json"
    assert run("demo", "--board", str(board)).returncode == 0
    answers = []
    for name in ("one", "two"):
        folder = tmp_path / name
        folder.mkdir()
        shutil.copy(board, folder)
        mine = CommandLine(folder)
        found = (mine.process if name == "one" else mine)(*command.split(), *LINES[command])
        assert "Internal error" not in found.stderr
        files = sorted(p.relative_to(folder) for p in folder.rglob("*") if ".backups" not in str(p))
        # The folder and the time of day are all that may differ.
        told = (CLOCK_TIME.sub("", text.replace(str(folder), "")) for text in (found.stdout, found.stderr))
        answers.append((found.returncode, *told, files))
    assert answers[0] == answers[1]


def test_without_its_library_a_database_is_refused_in_one_line(tmp_path: Path) -> None:
    """The library comes with an extra; the help needs none of it."""
    code = (
        "import sys; sys.modules['psycopg'] = None; from teamboard.cli.main import main; sys.exit(main(sys.argv[1:]))"
    )
    command = [sys.executable, "-c", code, "admin"]
    helped = subprocess.run([*command, "--help"], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert "init-db" in helped.stdout
    for line in (["init-db"], ["seats"], ["revoke", "ana"], ["grant", "ana", "--role", "rep"]):
        place = ["--board", "postgresql://localhost/sales"]
        refused = subprocess.run([*command, *line, *place], cwd=tmp_path, capture_output=True, text=True, check=False)
        assert refused.returncode == 3
        assert refused.stderr == "teamboard: PostgreSQL needs one more library: pip install 'teamboard[postgres]'.\n"


def test_the_help_of_board_imports_none_of_its_verbs(tmp_path: Path) -> None:
    code = (
        "import sys; from teamboard.cli.main import main; main(['board', '--help']);"
        "print([m for m in sys.modules if m.startswith('teamboard.cli.board_file.')])"
    )
    helped = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert "restore" in helped.stdout
    assert helped.stdout.splitlines()[-1] == "['teamboard.cli.board_file.commands']"
