"""A read-only session leaves everything as it was: the board and what is beside it, settings, keys, drafts, caches."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import Run
from tests.helpers.terminal import Terminal

REFUSED = "teamboard: This session is read-only; nothing was changed. Leave out --read-only to write.\n"
HARBOUR = "calm and dark, the default"
"""What the palette says about that theme."""
Tree = dict[str, tuple[int, int, bytes]]


def tree(*folders: Path) -> Tree:
    """Every file and folder, with its mode, when it was changed, and what it holds."""
    return {str(path): _state(path) for folder in folders for path in [folder, *folder.rglob("*")]}


def _state(path: Path) -> tuple[int, int, bytes]:
    found = path.lstat()
    return found.st_mode, found.st_mtime_ns, path.read_bytes() if path.is_file() else b""


@pytest.fixture
def untouched(tmp_path: Path, run: Run) -> Iterator[None]:
    """A board with a backup, settings and a key; whatever happens in the test must leave all of it as it is."""
    home = Path(os.environ["HOME"])
    assert run("demo", "--board", "team.board.json").returncode == 0
    assert run("config", "theme", "paper").returncode == 0
    assert run("key", "new", "--as", "mara").returncode == 0
    assert run("backup").returncode == 0
    before = tree(home, tmp_path)
    assert any(path.endswith("mara.key") for path in before)
    yield
    assert tree(home, tmp_path) == before


@pytest.mark.usefixtures("untouched")
@pytest.mark.parametrize(
    "arguments",
    [
        ["checkin", "G12", "900k", "--as", "ana"],
        ["backup"],
        ["restore"],
        ["doctor", "--fix"],
        ["init", "--board", "new.board.json"],
        ["demo", "--board", "new.board.json"],
        ["copy", "team.board.json", "new.board.json"],
        ["archive", "--before", "2020-01-01"],
    ],
    ids=lambda arguments: arguments[0],
)
def test_what_writes_a_board_is_refused(run: Run, arguments: list[str]) -> None:
    found = run("--read-only", *arguments)
    assert (found.returncode, found.stderr) == (1, REFUSED)


@pytest.mark.usefixtures("untouched")
def test_what_is_a_persons_own_is_not_written(run: Run) -> None:
    found = run("--read-only", "config", "theme", "harbour")
    assert found.returncode == 1
    assert found.stderr.endswith("can't be written: This session is read-only.\n")
    text = run("--read-only", "feedback", "ana", "A text that is not kept", "--as", "ben")
    assert text.returncode == 1
    assert "This session is read-only" in text.stderr
    for arguments in (["key", "new"], ["key", "renew"], ["review", "export", "R1"]):
        assert run("--read-only", *arguments, "--as", "mara").returncode == 1


@pytest.mark.usefixtures("untouched")
def test_the_app_writes_nothing_of_a_person_who_looks_on(tmp_path: Path, terminals: list[Terminal]) -> None:
    terminal = Terminal(tmp_path, "--read-only", "--as", "mara", columns=120, lines=40)
    terminals.append(terminal)
    terminal.wait_for("looking on")
    terminal.wait_for("● live")
    terminal.type(",")
    terminal.wait_for("Plain letters, for a terminal")
    terminal.type("\t ")
    terminal.type("\x13")
    terminal.wait_for("The setting applies until you leave")
    terminal.wait_for("This session is read-only")
    terminal.type("\x10")
    terminal.wait_for("Search for commands")
    terminal.type("Theme: harbour")
    terminal.wait_for(HARBOUR)
    terminal.type("\r")
    terminal.wait_for_no(HARBOUR)
    terminal.type("jjjjjjjjju")
    terminal.wait_for("Only ")
    terminal.type("D")
    terminal.wait_for("review of Dana with Mara")
    terminal.type("j" * 10 + "\r")
    terminal.wait_for("only they can read it")
    terminal.type("\x1b")
    terminal.wait_for("A N A   R U I Z")
    terminal.type("q")
    assert terminal.finish() == 0


@pytest.mark.usefixtures("untouched")
def test_the_kiosk_writes_nothing_of_whose_login_it_is(tmp_path: Path, terminals: list[Terminal]) -> None:
    terminal = Terminal(tmp_path, "standup", "--kiosk", "--as", "mara", columns=120, lines=40)
    terminals.append(terminal)
    terminal.wait_for("New ARR")
    # The board is painted first, with a selected row; the kiosk has none.
    terminal.wait_for_no("▌")
    terminal.type("u,")
    terminal.wait_for("^s Save")
    terminal.type("\x1b")
    terminal.wait_for_no("^s Save")
    terminal.type("q")
    assert terminal.finish() == 0


@pytest.mark.usefixtures("untouched")
def test_the_demo_of_whoever_looks_on_leaves_nothing(tmp_path: Path, terminals: list[Terminal]) -> None:
    terminal = Terminal(tmp_path, "--read-only", "demo", columns=120, lines=40)
    terminals.append(terminal)
    terminal.wait_for("looking on")
    terminal.type("q")
    assert terminal.finish() == 0


def test_a_demo_that_is_there_already_is_looked_at_live(tmp_path: Path, terminals: list[Terminal]) -> None:
    mine = Terminal(tmp_path, "demo", "--as", "ana", columns=120, lines=40)
    terminals.append(mine)
    mine.wait_for("● live")
    hers = Terminal(tmp_path, "--read-only", "demo", columns=120, lines=40)
    terminals.append(hers)
    hers.wait_for("looking on")
    hers.wait_for("● live")
    mine.type("jjjjjjjjju")
    mine.wait_for("€812,000 of €1,200,000")
    mine.type("900k\r")
    hers.wait_for("75 %")
