"""The settings: one file, from the command line, from the screen, by hand."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from teamboard.personal.paths import settings_path
from teamboard.personal.settings import DESCRIPTIONS, Settings, load_settings
from teamboard.ui.keymap import DEFAULTS
from tests.conftest import Run
from tests.helpers.terminal import Terminal

DOCS = Path(__file__).parents[3] / "docs" / "settings.md"


def test_settings_are_shown_changed_and_kept_for_this_user_alone(run: Run) -> None:
    shown = run("config").stdout
    assert all(re.search(rf"^{name} ", shown, re.MULTILINE) for name in DESCRIPTIONS)
    assert str(settings_path()) in shown
    for name, value in (("theme", "paper"), ("calm", "on"), ("tell", "bell"), ("member", "ana"), ("keys.revise", "V")):
        assert run("config", name, value).returncode == 0
        assert run("config", name).stdout.strip() == value
    assert run("config", "keys.mark", "Z").stdout == "keys.mark: Z\n"
    assert run("config", "keys.mark", "").returncode == 0
    assert load_settings() == Settings(theme="paper", calm=True, tell="bell", member="ana", keys={"revise": "V"})
    assert settings_path().stat().st_mode & 0o077 == 0
    text = settings_path().read_text(encoding="utf-8")
    assert all(f"# {about}\n{name}:" in text for name, about in DESCRIPTIONS.items())


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["theme", "nope"], "There is no theme 'nope'; there are"),
        (["calm", "perhaps"], "calm must be on or off, not 'perhaps'."),
        (["tell", "loud"], "tell must be quietly, bell or desktop, not 'loud'."),
        (["keys.check-in", "v"], "The key v would have two actions: check-in and revise."),
        (["keys.check-in", "escape"], "The key escape would have two actions"),
        (["keys.nothing", "x"], "There is no action 'nothing'; choose one of"),
        (["colour", "red"], "There is no setting 'colour'; there are member,"),
        (["keys"], "There is no setting 'keys'"),
    ],
)
def test_what_does_not_fit_is_refused_in_one_line(run: Run, arguments: list[str], says: str) -> None:
    found = run("config", *arguments)
    assert found.returncode == 1
    assert says in found.stderr
    assert found.stderr.count("\n") == 1
    assert not settings_path().exists()


def test_a_broken_file_is_named_and_left_as_it_is(run: Run, tmp_path: Path, terminals: list[Terminal]) -> None:
    settings_path().parent.mkdir(parents=True)
    settings_path().write_text("theme: paper\ncalm: perhaps\n")
    found = run("config")
    assert (found.returncode, found.stderr.count("\n")) == (1, 1)
    assert "config.yaml, line 2, field calm: expected" in found.stderr
    assert run("demo", "--board", "team.board.json").returncode == 0
    terminal = Terminal(tmp_path, "--as", "mara", columns=120, lines=40)
    terminals.append(terminal)
    terminal.wait_for("Your settings are not used")
    terminal.type(",")
    terminal.wait_for("your keys")
    terminal.type("\x13")
    terminal.wait_for("repair the file or remove it")
    assert settings_path().read_text() == "theme: paper\ncalm: perhaps\n"


def test_whom_neither_an_option_nor_a_login_names_the_setting_does(run: Run) -> None:
    assert run("config", "member", "ana").returncode == 0
    # A login that the board knows comes first.
    assert run("init", "--team", "Northwind", "--name", "Mara Lind").returncode == 0
    assert run("member", "add", "ana", "Ana Ruiz").returncode == 0
    assert "praise from Mara Lind to Ana Ruiz" in run("feedback", "ana", "Good").stdout
    assert run("demo", "--board", "other.json").returncode == 0
    assert run("checkin", "G12", "+1", "--board", "other.json").returncode == 0
    assert "Ana Ruiz checked in" in run("log", "--board", "other.json").stdout.splitlines()[0]
    # A board that has no such member does not know who it is.
    assert run("config", "member", "nobody").returncode == 0
    assert "does not know you" in run("checkin", "G12", "+1", "--board", "other.json").stderr


def test_the_docs_name_every_setting_and_every_key() -> None:
    text = DOCS.read_text(encoding="utf-8")
    for name in DESCRIPTIONS:
        assert f"`{name}`" in text
    for name, keys in DEFAULTS.items():
        assert re.search(rf"^\| `{name}` \| `{re.escape(keys)}` \|", text, re.MULTILINE), name
    example = text.split("```yaml")[1].partition("```")[0]
    settings_path().parent.mkdir(parents=True)
    settings_path().write_text(example)
    assert set(yaml.safe_load(example)) == set(DESCRIPTIONS)
    assert load_settings().keys


def test_the_flags_hold_for_once_and_are_not_remembered(run: Run, tmp_path: Path, terminals: list[Terminal]) -> None:
    assert run("demo", "--board", "team.board.json").returncode == 0
    terminal = Terminal(tmp_path, "--as", "mara", "--big", "--ascii", columns=100, lines=40)
    terminals.append(terminal)
    terminal.wait_for("* live")
    terminal.wait_for("T3 New ARR")
    terminal.wait_for("M A R A   L I N D")
    assert not re.search("[━┃█●▌]", "\n".join(terminal.screen.display))
    terminal.type(",")
    terminal.wait_for("your keys")
    terminal.type("\x13")
    terminal.wait_for("Saved.")
    assert load_settings() == Settings()


def test_own_keys_do_what_they_say(run: Run, tmp_path: Path, terminals: list[Terminal]) -> None:
    assert run("demo", "--board", "team.board.json").returncode == 0
    assert run("config", "keys.check-in", "c").returncode == 0
    assert run("config", "keys.down", "z,down").returncode == 0
    terminal = Terminal(tmp_path, "--as", "mara", columns=100, lines=40)
    terminals.append(terminal)
    terminal.wait_for("c Check in")
    terminal.type("zzzzz")
    terminal.wait_for("▌  G9")
    terminal.type("?")
    terminal.wait_for("↑ z ↓ k")
    terminal.type("\x1b")
    terminal.wait_for_no("Here")
    terminal.type("c")
    terminal.wait_for("the new value")


@pytest.mark.parametrize("term", ["linux", "xterm"])
def test_sixteen_colours_are_enough(run: Run, tmp_path: Path, terminals: list[Terminal], term: str) -> None:
    assert run("demo", "--board", "team.board.json").returncode == 0
    os.environ.pop("COLORTERM", None)
    terminal = Terminal(tmp_path, "--as", "mara", columns=100, lines=40, TERM=term)
    terminals.append(terminal)
    terminal.wait_for("● live")
    terminal.wait_for("? Keys")
    colours = {
        (cell.fg, cell.bg) for line in terminal.screen.buffer.values() for cell in line.values() if cell.data != " "
    }
    # Names, not numbers: nothing is drawn in a colour that the terminal does not have.
    assert all(re.fullmatch("[a-z]+", fg) and bg in ("black", "blue", "default") for fg, bg in colours), colours
    assert not {fg for fg, _ in colours} & {"black", "blue", "red"}


def test_an_output_without_unicode_gets_letters(run: Run, tmp_path: Path) -> None:
    assert run("demo", "--board", "team.board.json").returncode == 0
    command = [sys.executable, "-m", "teamboard", "show"]
    env = {**os.environ, "PYTHONIOENCODING": "latin-1"}
    found = subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, check=True).stdout.decode("latin-1")
    assert "======-|----" in found
    assert "Müller" in found
    asked = run("show", "--ascii", "--member", "ana").stdout
    assert "Müller" in run("show", "--ascii").stdout
    assert not re.search("[━┃─█●→]", asked)
