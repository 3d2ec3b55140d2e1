"""`one-on-one`: from the first topic to the last word."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import DOCUMENTED, refused_and_unchanged
from tests.conftest import Run


@pytest.mark.usefixtures("demo")
def test_a_one_on_one_from_the_first_topic_to_the_last_word(run: Run) -> None:
    put = run("one-on-one", "pau", "--topic", "The [b]demo[/b]", "--theme", "skills", "--on", "today+2", "--as", "pau")
    assert put.returncode == 0, put.stderr
    assert "skills        The [b]demo[/b]" in put.stdout
    assert "in 2 d" in put.stdout
    assert "92 meetings" in next(line for line in put.stdout.splitlines() if "at this pace" in line)
    more = run("one-on-one", "--template", "growth", "--as", "pau").stdout
    assert "What would show the next level?" in more
    assert run("one-on-one", "pau", "--drop", "what would show the next level?", "--as", "mara").returncode == 0
    held = run(
        *("one-on-one", "pau", "--held", "-m", "He ran the demo", "--as", "mara"),
        *("--action", "Demo with Ana", "--owner", "pau", "--due", "today+7"),
    )
    assert held.returncode == 0, held.stderr
    for text in ("held on", "He ran the demo", "☐ O", "Pau: Demo with Ana"):
        assert text in held.stdout
    assert "next level" not in held.stdout
    assert "How useful was the one-on-one" in run("one-on-one", "pau").stdout
    assert run("one-on-one", "--useful", "4", "--as", "pau").returncode == 0
    assert "How useful" not in run("one-on-one", "pau").stdout
    found = json.loads(run("one-on-one", "pau", "--json").stdout)
    last = found["one_on_ones"][-1]
    assert (last["useful"], last["actions"][0]["text"]) == (4, "Demo with Ana")
    assert f"{last['id']}.1" in found["open_actions"]
    for name in (*found, *last, *last["topics"][0], *last["notes"][0], *last["actions"][0]):
        assert f"`{name}`" in DOCUMENTED, name
    assert "☐ 2 agreed" in run("show", "--member", "pau", COLUMNS="120").stdout
    assert "Demo with Ana" in run("show", "--member", "pau").stdout
    assert run("one-on-one", "--done", f"{last['id']}.1", "--as", "pau").returncode == 0
    assert "☐ 1 agreed" in run("show", "--member", "pau", COLUMNS="120").stdout


@pytest.mark.usefixtures("demo")
def test_ones_own_agenda_is_a_file(run: Run) -> None:
    folder = Path(os.environ["XDG_CONFIG_HOME"]) / "teamboard" / "agendas"
    folder.mkdir(parents=True)
    mine = "name: friday\nabout: Short\ntopics:\n  - {theme: career, text: One step}\n"
    (folder / "friday.yaml").write_text(mine, encoding="utf-8")
    (folder / "broken.yaml").write_text("name: broken\nabout: x\ntopics:\n  - {theme: money, text: y}\n")
    assert "One step" in run("one-on-one", "ana", "--template", "Friday", "--as", "ana").stdout
    none = run("one-on-one", "ana", "--template", "monday", "--as", "ana")
    assert (none.returncode, none.stdout) == (1, "")
    for text in ("regular", "growth", "first-weeks", "friday", "broken.yaml, line 4, field topics[0].theme"):
        assert text in none.stderr
    assert none.stderr.count("\n") == 1


def test_a_note_that_could_not_be_saved_is_kept(demo: Path) -> None:
    command = [sys.executable, "-m", "teamboard", "one-on-one", "ana", "-m", "-", "--as", "ben"]
    found = subprocess.run(command, cwd=demo.parent, input="Long\nwords", capture_output=True, text=True, check=False)
    assert found.returncode == 1
    kept = Path(found.stderr.partition("kept in ")[2].strip().removesuffix("."))
    assert kept.read_text(encoding="utf-8").strip() == "Long\nwords"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600


@pytest.mark.slow
@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["one-on-one"], 1, "Say whose one-on-one"),
        (["one-on-one", "--as", "mara"], 1, "no manager to meet"),
        (["one-on-one", "mara", "-m", "x", "--as", "mara"], 1, "no manager"),
        (["one-on-one", "ana", "-m", "x", "--as", "ben"], 1, "Only"),
        (["one-on-one", "ana", "--held", "today+1", "--as", "ana"], 1, "in the future"),
        (["one-on-one", "ana", "--useful", "6", "--as", "ana"], 2, "--useful"),
        (["one-on-one", "ana", "--useful", "4", "-m", "x", "--as", "ana"], 2, "stand alone"),
        (["one-on-one", "--done", "O1.1", "--undone", "O1.1", "--as", "ana"], 2, "stand alone"),
        (["one-on-one", "--done", "O99.1", "--as", "ana"], 1, "no agreed action"),
        (["one-on-one", "ana", "--template", "../../etc/passwd", "--as", "ana"], 1, "no agenda"),
        (["one-on-one", "ana", "--action", "x", "--owner", "ben", "--as", "ana"], 1, "not one of the two"),
    ],
    ids=lambda v: " ".join(v) if isinstance(v, list) else str(v),
)
def test_bad_input_is_refused_with_nothing_written(
    run: Run, demo: Path, arguments: list[str], code: int, says: str
) -> None:
    refused_and_unchanged(run, demo, arguments, code, says)
