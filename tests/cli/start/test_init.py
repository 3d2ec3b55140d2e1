"""`init`: the handle of whoever makes a board, and two of one name in a CSV."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from teamboard.store.file.store import FileStore
from tests.conftest import Run
from tests.helpers.terminal import Terminal

TWO_OF_ONE_NAME = """name,handle,manager,goal,unit,target
Mara Lind,,,,,
Ana Ruiz,ana,Mara Lind,Deals,deals,5
Ana Ruiz,ana2,mara,Calls,calls,50
Jos\u00e9 Sol,,ana2,Renewals,,
Jose\u0301 Sol,,,Upgrades,,
"""


@pytest.mark.parametrize(
    ("options", "handle"),
    [
        (["--name", "Zoë de Vries"], "zoe"),
        (["--name", "Reply Adler"], "reply.a"),
        (["--name", "Zoë de Vries", "--handle", "zdv"], "zdv"),
        (["--as", "zed"], "zed"),
        (["--as", "Zed Ex"], "zed"),
    ],
)
def test_the_handle_is_made_from_the_name_and_not_from_the_login(
    run: Run, tmp_path: Path, options: list[str], handle: str
) -> None:
    assert run("init", *options).returncode == 0
    (me,) = FileStore(tmp_path / "team.board.json").load().members
    assert (me.handle, bool(me.logins)) == (handle, True)
    assert run("feedback", "--as", handle).returncode != 3


def test_on_a_terminal_the_handle_is_asked_for(tmp_path: Path, terminals: list[Terminal]) -> None:
    terminal = Terminal(tmp_path, "init", "--name", "Mara Lind")
    terminals.append(terminal)
    terminal.wait_for("What you go by on the board, such as ana [mara]:")
    terminal.type("marlene\r")
    assert terminal.finish() == 0
    assert FileStore(tmp_path / "team.board.json").load().member("marlene") is not None


def test_two_of_one_name_in_csv_are_told_apart_by_their_handles(run: Run, tmp_path: Path) -> None:
    (tmp_path / "team.csv").write_text(TWO_OF_ONE_NAME, encoding="utf-8")
    assert run("init", "--from", "team.csv").returncode == 0, run("init", "--from", "team.csv").stderr
    board = FileStore(tmp_path / "team.board.json").load()
    assert [(m.handle, m.name, m.manager) for m in board.members] == [
        ("mara", "Mara Lind", None),
        ("ana", "Ana Ruiz", "mara"),
        ("ana2", "Ana Ruiz", "mara"),
        ("jose", "José Sol", "ana2"),
    ]
    assert [(g.owner, g.title) for g in board.goals] == [
        ("ana", "Deals"), ("ana2", "Calls"), ("jose", "Renewals"), ("jose", "Upgrades"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("Ana Ruiz,,,More,,", "team.csv, line 7: Two are called 'Ana Ruiz': ana, ana2. Give the handle."),
        ("Eve Adler,,Ana Ruiz,More,,", "team.csv, line 7: Two are called 'Ana Ruiz': ana, ana2. Give the handle."),
        ("Ana Sol,ana,,More,,", "There is a member 'ana' already."),
    ],
)
def test_a_row_that_may_be_about_either_is_refused(run: Run, tmp_path: Path, line: str, says: str) -> None:
    (tmp_path / "team.csv").write_text(f"{TWO_OF_ONE_NAME}{line}\n", encoding="utf-8")
    made = run("init", "--from", "team.csv")
    assert (made.returncode, made.stdout, made.stderr.count("\n")) == (1, "", 1)
    assert says in made.stderr
    assert os.listdir(tmp_path) == ["team.csv"]
