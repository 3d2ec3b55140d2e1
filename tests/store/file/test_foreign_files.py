"""Files that other programs made, and that are not boards, or not quite."""

from __future__ import annotations

import os
from codecs import BOM_UTF8
from pathlib import Path

import pytest

from teamboard import open_board
from teamboard.store.file.store import FileStore
from tests.conftest import ANA, MARA, Run, small_maker

DOCTOR = "`teamboard board doctor` says what can be repaired."


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"hello\n", "line 1 is not valid JSON"),
        (b"", "the file is empty"),
        (b'{"_default": {"1": {"name": "A note"}}}', "it has no table 'meta'"),
    ],
    ids=["text", "empty", "another TinyDB"],
)
def test_a_file_that_is_not_a_board_is_told_and_left_alone(run: Run, tmp_path: Path, data: bytes, why: str) -> None:
    path = tmp_path / "team.board.json"
    path.write_bytes(data)
    refused = run("show")
    assert (refused.returncode, refused.stderr.count("\n")) == (3, 1)
    assert refused.stderr.endswith(f"{why}. {DOCTOR}\n")
    examined = run("board", "doctor")
    assert examined.returncode == 1
    assert f"▲ this is not a board: {why}\n" in examined.stdout
    assert "--fix" not in examined.stdout
    fixed = run("board", "doctor", "--fix")
    assert (fixed.returncode, fixed.stderr.count("\n")) == (3, 1)
    assert "can't be repaired: it is not a board" in fixed.stderr
    for command in (("backup",), ("restore",), ("merge", "other.json"), ("archive", "--before", "2026-01-01")):
        assert run("board", *command).returncode != 0
    assert os.listdir(tmp_path) == ["team.board.json"]
    assert path.read_bytes() == data


def test_a_repair_is_promised_only_where_there_is_one(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "team.board.json"
    store = FileStore(path)
    store.create(small_maker().file(), MARA)
    good = path.read_bytes()
    # Without the team and the history, and no backup.
    path.write_bytes(good[good.index(b'"members": {') : good.index(b'"history": {')])
    damaged = path.read_bytes()
    lost = run("board", "doctor")
    assert "has what a repair needs" in lost.stdout
    assert "--fix" not in lost.stdout
    assert run("board", "doctor", "--fix").returncode == 3
    assert path.read_bytes() == damaged
    path.write_bytes(good[: len(good) - 20])
    assert "`teamboard board doctor --fix` repairs it" in run("board", "doctor").stdout
    assert run("board", "doctor", "--fix").returncode == 0
    assert FileStore(path).load().member(ANA.member) is not None


def test_a_byte_order_mark_is_in_nobodys_way(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "team.board.json"
    store = FileStore(path)
    store.create(small_maker().file(), MARA)
    good = path.read_bytes()
    path.write_bytes(BOM_UTF8 + good.replace(b'"owner":"ben"', b'"owner":7'))
    line = 1 + good[: good.index(b'"owner":"ben"')].count(b"\n")
    assert f"goals 2 (line {line}): " in run("board", "doctor").stdout
    with open_board(path, as_="ana") as db:
        assert len(db.table("goals")) == 2
    path.write_bytes(BOM_UTF8 + good[:-20])
    assert run("board", "doctor", "--fix").returncode == 0
    assert path.read_bytes().startswith(b"{")
    assert run("board", "doctor").returncode == 0
    assert FileStore(path).load().member(ANA.member) is not None
