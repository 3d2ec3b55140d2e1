"""Signals and a closed terminal: the terminal is as it was before, and no text of an open form is lost."""

from __future__ import annotations

import os
import signal
import stat
from pathlib import Path

import pytest

from tests.conftest import Run
from tests.helpers.terminal import PROGRAM, Terminal

pytestmark = pytest.mark.slow

RESTORED = ("\x1b[?1049l", "\x1b[?25h", "\x1b[?1000l", "\x1b[?1003l", "\x1b[?2004l", "\x1b[?7h")
"""The alternate screen left, the cursor shown, no mouse, no bracketed paste, lines wrap."""
SCREENS = {
    "board": (["--as", "mara"], "● live"),
    "kiosk": (["standup", "--kiosk"], "New ARR"),
    "standup": (["standup", "--as", "mara"], "0:"),
}
INLINE_RESTORED = ("\x1b[?25h", "\x1b[?1000l", "\x1b[?1003l", "\x1b[?2004l")


@pytest.fixture
def kept(run: Run) -> Path:
    """The folder of rescued texts, beside a sample team."""
    assert run("demo", "--board", "team.board.json").returncode == 0
    return Path(os.environ["XDG_STATE_HOME"]) / "teamboard" / "kept"


def texts(kept: Path) -> list[str]:
    return [path.read_text() for path in sorted(kept.glob("*.txt"))]


def open_form(folder: Path, terminals: list[Terminal], program: tuple[str, ...] = PROGRAM) -> Terminal:
    """A check-in form with a text in it."""
    terminal = Terminal(folder, "--as", "ana", columns=120, lines=40, program=program)
    terminals.append(terminal)
    terminal.wait_for("● live")
    terminal.type("/discovery\rjjju")
    terminal.wait_for("51 calls of 120 calls")
    terminal.type("60\tThree more at Fernwind")
    terminal.wait_for("Fernwind")
    return terminal


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
@pytest.mark.parametrize("screen", SCREENS)
@pytest.mark.usefixtures("kept")
def test_a_signal_leaves_the_terminal_as_it_was(
    tmp_path: Path, terminals: list[Terminal], screen: str, number: signal.Signals
) -> None:
    arguments, shown = SCREENS[screen]
    terminal = Terminal(tmp_path, *arguments, columns=120, lines=40)
    terminals.append(terminal)
    before = terminal.modes()
    terminal.wait_for(shown)
    assert terminal.modes() != before
    terminal.send(number)
    terminal.wait_until(lambda: RESTORED[1] in terminal.text_after("\x1b[?1049h"))
    after = terminal.text_after("\x1b[?1049h")
    assert [sign for sign in RESTORED if sign not in after] == []
    assert terminal.modes()[:4] == before[:4]
    assert terminal.finish() == 128 + number
    assert "Traceback" not in terminal.raw.decode(errors="replace")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_form_below_the_prompt_keeps_its_text(
    tmp_path: Path, terminals: list[Terminal], kept: Path, run: Run, number: signal.Signals
) -> None:
    terminal = Terminal(tmp_path, "checkin", "--as", "ana", columns=120, lines=40)
    terminals.append(terminal)
    terminal.wait_for("Which goal?")
    terminal.type("discovery\r")
    terminal.wait_for("51 calls of 120 calls")
    terminal.type("60\tThree more at Fernwind")
    terminal.wait_for("Fernwind")
    terminal.send(number)
    assert terminal.finish() == 128 + number
    shown = terminal.raw.decode(errors="replace")
    assert [sign for sign in INLINE_RESTORED if sign not in shown] == []
    assert "Traceback" not in shown
    assert len(texts(kept)) == 1
    assert "Three more at Fernwind" in texts(kept)[0]
    assert "60 calls" not in run("show", "--goal", "G13").stdout


@pytest.mark.parametrize("how", ["SIGTERM", "SIGHUP", "closed"])
def test_the_text_of_an_open_form_is_kept_and_told_at_the_next_start(
    tmp_path: Path, terminals: list[Terminal], kept: Path, how: str
) -> None:
    terminal = open_form(tmp_path, terminals)
    if how == "closed":
        assert terminal.close() == 128 + signal.SIGHUP
    else:
        terminal.send(getattr(signal, how))
        assert terminal.finish() == 128 + getattr(signal, how)
    (path,) = kept.glob("*.txt")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert "60" in path.read_text()
    assert "Three more at Fernwind" in path.read_text()
    again = Terminal(tmp_path, "--as", "ana", columns=250, lines=40)
    terminals.append(again)
    again.wait_for("was ended while a form")
    again.type("q")
    assert again.finish() == 0
    assert f"your text is kept in {path}." in again.raw.decode().rpartition("\x1b[?1049l")[2]
    # It is told once, and stays.
    assert path.exists()
    third = Terminal(tmp_path, "--as", "ana", columns=250, lines=40)
    terminals.append(third)
    third.wait_for("● live")
    third.type("q")
    assert third.finish() == 0
    assert "your text is kept" not in third.raw.decode()


def test_a_terminal_that_is_closed_without_a_signal_ends_the_app(
    tmp_path: Path, terminals: list[Terminal], kept: Path
) -> None:
    """As where a wrapper ignores SIGHUP."""
    ignoring = "import signal; signal.signal(signal.SIGHUP, signal.SIG_IGN); from teamboard.__main__ import run; run()"
    terminal = Terminal(tmp_path, "--as", "ana", columns=120, lines=40, program=("-c", ignoring))
    terminals.append(terminal)
    terminal.wait_for("● live")
    terminal.type("/discovery\rjjju")
    terminal.wait_for("51 calls of 120 calls")
    terminal.type("60\tThree more at Fernwind")
    terminal.wait_for("Fernwind")
    assert terminal.close() != 0
    assert ["Three more at Fernwind" in text for text in texts(kept)] == [True]


def test_an_internal_error_keeps_the_text_too(tmp_path: Path, terminals: list[Terminal], kept: Path) -> None:
    faulty = (
        "from teamboard.ui.screens.form import FormScreen\n"
        "def action_save(self): raise RuntimeError('a fault')\n"
        "FormScreen.action_save = action_save\n"
        "from teamboard.__main__ import run; run()"
    )
    terminal = open_form(tmp_path, terminals, program=("-c", faulty))
    terminal.type("\x13")
    assert terminal.finish() == 1
    assert "Internal error: RuntimeError: a fault" in terminal.raw.decode()
    assert ["Three more at Fernwind" in text for text in texts(kept) if "Traceback" not in text] == [True]


def test_ctrl_q_asks_before_a_text_is_lost(tmp_path: Path, terminals: list[Terminal], kept: Path) -> None:
    terminal = open_form(tmp_path, terminals)
    terminal.type("\x11")
    terminal.wait_for("Press ctrl+q again to discard what you typed, ctrl+s to save it.")
    terminal.type("\x11")
    assert terminal.finish() == 0
    assert texts(kept) == []


@pytest.mark.usefixtures("kept")
def test_ctrl_q_does_not_ask_where_nothing_was_typed(tmp_path: Path, terminals: list[Terminal]) -> None:
    terminal = Terminal(tmp_path, "--as", "ana", columns=120, lines=40)
    terminals.append(terminal)
    terminal.wait_for("● live")
    terminal.type("/discovery\rjjju")
    terminal.wait_for("51 calls of 120 calls")
    terminal.type("\x11")
    assert terminal.finish() == 0


@pytest.mark.usefixtures("kept")
def test_a_dumb_terminal_gets_the_board_printed(tmp_path: Path, terminals: list[Terminal]) -> None:
    terminal = Terminal(tmp_path, "--as", "ana", columns=120, lines=40, TERM="dumb")
    terminals.append(terminal)
    assert terminal.finish() == 0
    assert b"New ARR" in terminal.raw
    assert b"\x1b" not in terminal.raw


@pytest.mark.usefixtures("kept")
def test_an_absurd_size_in_the_environment_does_not_reach_the_screen(tmp_path: Path, terminals: list[Terminal]) -> None:
    terminal = Terminal(tmp_path, "--as", "ana", columns=120, lines=40, COLUMNS="99999999", LINES="99999999")
    terminals.append(terminal)
    terminal.wait_for("● live")
    terminal.type("q")
    assert terminal.finish() == 0
