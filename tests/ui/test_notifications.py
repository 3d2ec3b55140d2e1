"""The title, the bell and desktop notifications: what is new is told as each wishes."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from teamboard.ui.notifications import desktop_notification
from tests.conftest import Run
from tests.helpers.nasty import NASTY, moving
from tests.helpers.terminal import Terminal


def test_the_title_says_what_is_new_until_a_key_is_pressed(run: Run, tmp_path: Path, terminals: list[Terminal]) -> None:
    assert run("demo", "--board", "team.board.json").returncode == 0
    terminal = Terminal(tmp_path, "--as", "ana", columns=100, lines=30)
    terminals.append(terminal)
    terminal.wait_for("● live")
    assert terminal.screen.title == "Northwind EMEA Sales"
    for words in ("Well asked", "Even better"):
        assert run("feedback", "ana", words, "--as", "ben").returncode == 0
    terminal.wait_until(lambda: terminal.screen.title.startswith("(2) Northwind EMEA Sales · Ben Okafor praised Ana"))
    terminal.type("j")
    terminal.wait_until(lambda: terminal.screen.title == "Northwind EMEA Sales")
    terminal.type("q")
    assert terminal.finish() == 0
    assert terminal.raw.index(b"\x1b[22;0t") < terminal.raw.index(b"\x1b]2;")
    assert b"\x1b[23;0t" in terminal.raw


@pytest.mark.parametrize(
    ("tell", "sign"), [("bell", b"\x07"), ("desktop", b"\x1b]9;teamboard: Ben Okafor praised Ana")]
)
def test_whoever_is_written_to_is_told_as_they_wish(
    run: Run, tmp_path: Path, terminals: list[Terminal], tell: str, sign: bytes
) -> None:
    assert run("demo", "--board", "team.board.json").returncode == 0
    assert run("config", "tell", tell).returncode == 0
    os.environ.pop("TMUX", None)
    terminal = Terminal(tmp_path, "--as", "ana", columns=100, lines=30)
    terminals.append(terminal)
    terminal.wait_for("● live")

    def told() -> int:
        others = re.sub(rb"\x1b\](?!9;)[^\x07\x1b]*(\x07|\x1b\\)", b"", terminal.raw)
        return others.count(sign)

    # What others write to each other rings nobody's bell.
    assert run("feedback", "dana", "Not to Ana", "--as", "ben").returncode == 0
    terminal.wait_until(lambda: terminal.screen.title.startswith("(1)"))
    assert told() == 0
    assert run("feedback", "ana", "To Ana", "--as", "ben").returncode == 0
    terminal.wait_until(lambda: told() == 1)


@pytest.mark.parametrize("environ", [{}, {"TERM": "foot"}, {"VTE_VERSION": "7006"}, {"TMUX": "/tmp/x"}])
def test_no_text_can_end_or_change_a_desktop_note(environ: dict[str, str]) -> None:
    for text in (*NASTY, "4;1;50", "a;b\x07c\x1b]52;c;aGk=\x07"):
        note = desktop_notification(text, environ)
        inner = note.removeprefix("\x1bPtmux;").replace("\x1b\x1b", "\x1b")
        kind, body = re.match(r"\x1b\](9|777);(.*?)(?:\x07|\x1b\\)", inner, re.DOTALL).groups()  # type: ignore[union-attr]
        assert moving(body) == []
        assert body.startswith("teamboard: " if kind == "9" else "notify;teamboard;")
        assert body.count(";") == (0 if kind == "9" else 2)
