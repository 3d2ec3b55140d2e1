"""The program in a real terminal: two of them on one file."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from teamboard.domain.ids import RecordId
from teamboard.store.file.store import FileStore
from tests.conftest import Run
from tests.helpers.terminal import Terminal

pytestmark = pytest.mark.slow


def test_two_terminals_and_a_command_line_share_one_board(tmp_path: Path, run: Run, terminals: list[Terminal]) -> None:
    assert run("demo", "--board", "team.board.json").returncode == 0
    revision = FileStore(tmp_path / "team.board.json").load().revision
    hers = Terminal(tmp_path, "--as", "ana")
    mine = Terminal(tmp_path, "--as", "mara", columns=80, lines=24)
    terminals += [hers, mine]
    for terminal, name in ((hers, "Ana Ruiz"), (mine, "Mara Lind")):
        terminal.wait_for("New ARR")
        terminal.wait_for(f"● live{'' if terminal is mine else f' · revision {revision}'}")
        assert terminal.screen.display[0].rstrip().endswith(name)
    assert run("checkin", "G13", "60", "-m", "Nine more", "--as", "ana").returncode == 0
    for terminal in (hers, mine):
        terminal.wait_for("60 of 120")
    hers.type("jjjjjjjjj")
    hers.type("u")
    hers.wait_for("€812,000 of €1,200,000")
    hers.type("900k\r")
    for terminal in (hers, mine):
        terminal.wait_for("75 %")
    hers.type("q")
    assert hers.finish() == 0
    mine.type("q")
    assert mine.finish() == 0
    last = FileStore(tmp_path / "team.board.json").load().last_checkin(RecordId("G12"))
    assert last is not None
    assert (last.by, last.value) == ("ana", 900_000)
    assert sorted(os.listdir(tmp_path)) == ["team.board.json", "team.board.json.backups", "team.board.json.lock"]


def test_keys_typed_at_once_all_arrive(tmp_path: Path, terminals: list[Terminal], run: Run) -> None:
    assert run("demo", "--board", "team.board.json").returncode == 0
    terminal = Terminal(tmp_path, "--as", "mara", columns=120, lines=40)
    terminals.append(terminal)
    terminal.wait_for("● live")
    terminal.type("/ben\r")
    terminal.wait_for("ARR Nordics")
    terminal.wait_for_no("ARR Iberia")
    terminal.type("\x1b")
    terminal.wait_for("ARR Iberia")
    terminal.type("g2026-01-01\r")
    terminal.wait_for("There was no board on 2026-01-01 yet")
    terminal.type("/discovery calls\rjjj")
    terminal.wait_for("▌   G13")
    terminal.type("u")
    terminal.wait_for("the new value")
    terminal.type("60\x13")
    terminal.wait_for("G13 Discovery calls: 51 calls → 60")
    assert " checked in on G13 Discovery calls: 60 calls" in run("log").stdout.splitlines()[0]


def test_the_demo_opens_and_is_one_board_for_the_day(tmp_path: Path, terminals: list[Terminal]) -> None:
    first = Terminal(tmp_path, "demo")
    terminals.append(first)
    first.wait_for("● live")
    first.wait_for("⟳ 1 for you")
    second = Terminal(tmp_path, "demo", "--as", "pau")
    terminals.append(second)
    second.wait_for("Pau Ferrer")
    cache = Path(os.environ["XDG_CACHE_HOME"]) / "teamboard"
    assert len(list(cache.glob("demo-*.board.json"))) == 1
    assert os.listdir(tmp_path) == []
    for terminal in terminals:
        terminal.type("q")
        assert terminal.finish() == 0


def test_a_board_that_cannot_be_read_opens_nothing(tmp_path: Path, terminals: list[Terminal]) -> None:
    (tmp_path / "team.board.json").write_text("{")
    terminal = Terminal(tmp_path, columns=250)
    terminals.append(terminal)
    terminal.wait_for("can't be read")
    assert terminal.finish() == 3


def test_a_fault_of_ours_is_one_line_and_no_traceback(tmp_path: Path, run: Run, terminals: list[Terminal]) -> None:
    assert run("demo", "--board", "team.board.json").returncode == 0
    faulty = (
        "from teamboard.ui.widgets.board_view import BoardView\n"
        "def action_open(self): raise RuntimeError('a fault')\n"
        "BoardView.action_open = action_open\n"
        "from teamboard.__main__ import run; run()"
    )
    terminal = Terminal(tmp_path, "--as", "mara", columns=250, program=("-c", faulty))
    terminals.append(terminal)
    terminal.wait_for("u Check in")
    terminal.type("\r")
    terminal.wait_for("Internal error: RuntimeError: a fault")
    assert terminal.finish() == 1
    assert "Traceback" not in "\n".join(terminal.screen.display)


def test_editing_keys_keep_their_place_among_the_letters(tmp_path: Path, terminals: list[Terminal], run: Run) -> None:
    assert run("demo", "--board", "team.board.json").returncode == 0
    terminal = Terminal(tmp_path, "--as", "ana", columns=120, lines=40)
    terminals.append(terminal)
    terminal.wait_for("● live")
    terminal.type("/discoverx\x7fq\x7fy\x1b[D\x1b[Dxx\x7f\x7f\x05 calls\r")
    terminal.wait_for("Discovery calls")
    terminal.wait_for_no("ARR Iberia")
    terminal.type("jjju")
    terminal.wait_for("51 calls of 120 calls")
    terminal.type("99\x7f\x7f60\t\tabd\x7fc\x1b[D\x1b[DX\x13")
    terminal.wait_for("60 calls")
    last = FileStore(tmp_path / "team.board.json").load().last_checkin(RecordId("G13"))
    assert last is not None
    assert (last.value, last.note) == (60, "aXbc")


def test_a_paste_that_is_no_text_ends_nothing(tmp_path: Path, terminals: list[Terminal], run: Run) -> None:
    assert run("demo", "--board", "team.board.json").returncode == 0
    bytes_of_something = "\udcff\udcfe[red]\x00;rm -rf\udc80"
    board = Terminal(tmp_path, "--as", "ana", columns=120, lines=40)
    asked = Terminal(tmp_path, "checkin", "--as", "ana", columns=120, lines=40)
    terminals += [board, asked]
    board.wait_for("● live")
    board.type("/discovery\rjjju")
    board.wait_for("51 calls of 120 calls")
    board.type(f"60\t\tThe start \x1b[200~{bytes_of_something}\x1b[201~{bytes_of_something}")
    board.wait_for("The start")
    board.type("the end\x13")
    board.wait_for("60 calls")
    last = FileStore(tmp_path / "team.board.json").load().last_checkin(RecordId("G13"))
    assert last is not None
    assert last.note.startswith("The start ")
    assert last.note.endswith("the end")
    asked.wait_for("Which goal?")
    asked.type("\udcff\x7fdiscovery\r")
    # The other terminal's check-in may be a moment away still: either is the form, open on what was typed for.
    asked.wait_for("calls of 120 calls · ")


@pytest.mark.parametrize("end", ["\n", "\r", "\r\n"])
def test_lines_pasted_into_a_field_of_one_line_are_joined(
    tmp_path: Path, terminals: list[Terminal], run: Run, end: str
) -> None:
    assert run("demo", "--board", "team.board.json").returncode == 0
    terminal = Terminal(tmp_path, "--as", "ana", columns=120, lines=40)
    terminals.append(terminal)
    terminal.wait_for("● live")
    terminal.type("/discovery\rjjju")
    terminal.wait_for("51 calls of 120 calls")

    def paste(*lines: str) -> None:
        terminal.type(f"\x1b[200~{end.join(lines)}\x1b[201~")

    paste("60", "")
    terminal.type("\t\t\t")
    paste("Call Acme", "", "  then Fernwind", "and the rest", "")
    terminal.wait_for("Call Acme then Fernwind and the rest")
    terminal.type("\x13")
    terminal.wait_for("60 calls")
    last = FileStore(tmp_path / "team.board.json").load().last_checkin(RecordId("G13"))
    assert last is not None
    assert (last.value, last.next_step) == (60, "Call Acme then Fernwind and the rest")
