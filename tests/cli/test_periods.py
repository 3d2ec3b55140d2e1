"""`period`: the next one begins, and the report of one."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from teamboard.store.file.store import FileStore
from tests.cli.conftest import refused_and_unchanged
from tests.conftest import Run
from tests.helpers.terminal import Terminal


@pytest.mark.usefixtures("demo")
def test_the_turn_of_a_period_and_its_report(run: Run) -> None:
    choices = ("--renew", "G12", "--drop", "G13", "--close", "G15")
    done = run("period", "next", "--starts", "today", *choices, "--as", "mara")
    assert done.returncode == 0, done.stderr
    assert "1 achieved, 2 missed, 1 dropped, 32 carried, 1 begun afresh" in done.stdout
    shown = run("show").stdout
    assert "G13" not in shown
    assert "G41" in shown
    report = run("period", "report", "--period", "This quarter").stdout
    for piece in ("This quarter: the result", "beside Last quarter", "achieved", "How far they came", "new strategy"):
        assert piece in report
    found = json.loads(run("period", "report", "--period", "this quarter", "--to", "json").stdout)
    assert found["tally"] == {"achieved": 1, "missed": 2, "dropped": 1, "carried": 27, "open": 0}
    assert found["before"]["tally"] == {"achieved": 4, "missed": 3, "dropped": 1, "carried": 0, "open": 0}
    documented = (Path(__file__).parents[2] / "docs" / "json.md").read_text(encoding="utf-8")
    for name in {*found, *found["tally"]}:
        assert f"`{name}`" in documented, name
    page = run("period", "report", "--to", "html").stdout
    assert page.startswith("<!doctype html>")
    assert "http" not in page.replace("https://", "http://").split("<style>")[0]
    text = run("period", "report", "--to", "md").stdout
    assert text.startswith("# Northwind EMEA Sales · ")
    assert run("undo", "--as", "mara").stdout.startswith("Undone: Mara Lind began")
    assert "G13" in run("show").stdout


ENDED = """\
team:
  name: Two
  timezone: UTC
  period: {name: Sprint, starts: today-14, ends: today-1}
members:
  - {handle: mara, name: Mara}
  - {handle: ana, name: Ana, manager: mara}
goals:
  - {key: a, owner: ana, title: Ten calls, metric: {unit: calls, target: 10}}
  - {key: b, owner: ana, title: The course}
"""


def test_on_a_terminal_the_turn_is_chosen_on_a_screen(run: Run, tmp_path: Path, terminals: list[Terminal]) -> None:
    (tmp_path / "two.yaml").write_text(ENDED, encoding="utf-8")
    assert run("init", "--from", "two.yaml").returncode == 0
    refused = Terminal(tmp_path, "period", "next", "--as", "ana", columns=120)
    terminals.append(refused)
    refused.wait_for("Only Mara (mara)")
    assert refused.finish() == 1
    left = Terminal(tmp_path, "period", "next", "--as", "mara", columns=120)
    terminals.append(left)
    left.wait_for("2 unfinished")
    left.type("\x1b")
    left.wait_for("Nothing was changed.")
    assert left.finish() == 0
    terminal = Terminal(tmp_path, "period", "next", "--as", "mara", columns=120)
    terminals.append(terminal)
    terminal.wait_for("2 unfinished")
    # The first row is all of them.
    terminal.type("j1")
    terminal.wait_for("begin afresh")
    terminal.type("3")
    terminal.wait_for("missed: close it")
    terminal.type("\x13")
    terminal.wait_for("Mara began ")
    assert terminal.finish() == 0
    board = FileStore(tmp_path / "team.board.json").load()
    assert [(g.title, g.outcome) for g in board.goals] == [
        ("Ten calls", "missed"),
        ("The course", "missed"),
        ("Ten calls", None),
    ]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["period", "next", "--as", "mara"], 1, "begins in"),
        (
            ["period", "next", "--starts", "today", "--drop", "G12", "--renew", "G12", "--as", "mara"],
            1,
            "can't be both",
        ),
        (["period", "next", "--starts", "today", "--drop", "G99", "--as", "mara"], 1, "no goal 'G99'"),
        (["period", "next", "--starts", "today", "--ends", "today-3", "--as", "mara"], 1, "must end after it begins"),
        (["period", "report", "--period", "Q9", "--as", "mara"], 1, "there is: Last quarter, This quarter"),
    ],
    ids=lambda v: " ".join(v) if isinstance(v, list) else str(v),
)
def test_bad_input_is_refused_with_nothing_written(
    run: Run, demo: Path, arguments: list[str], code: int, says: str
) -> None:
    refused_and_unchanged(run, demo, arguments, code, says)
