"""`goal close` and `goal reopen`, their words in the log, and what is refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import refused_and_unchanged
from tests.conftest import Run


@pytest.mark.slow
@pytest.mark.usefixtures("demo")
def test_a_goal_is_closed_acknowledged_and_opened_again(run: Run) -> None:
    found = run("goal", "close", "g13", "--missed", "-m", "No budget", "--as", "mara")
    assert found.returncode == 0, found.stderr
    assert found.stdout == (
        "G13 Discovery calls is closed: missed. Ana Ruiz is asked to acknowledge it. `undo` takes it back.\n"
    )
    assert "Mara Lind closed G13 Discovery calls as missed · No budget" in run("log").stdout
    shown = json.loads(run("show", "--goal", "G13", "--json").stdout)
    assert (shown["outcome"], shown["to_acknowledge"]) == ("missed", ["ana"])
    assert "G13" not in run("goal", "list").stdout
    revision = shown["revisions"][-1]["id"]
    assert revision in json.loads(run("show", "--member", "ana", "--json").stdout)["waiting"]
    assert run("revision", "acknowledge", revision, "--as", "ana").returncode == 0
    found = run("goal", "reopen", "G13", "-m", "Budget is back", "--as", "mara")
    assert found.stdout == (
        "G13 Discovery calls is open again. Ana Ruiz is asked to acknowledge it. `undo` takes it back.\n"
    )
    assert "Mara Lind reopened G13 Discovery calls · Budget is back" in run("log").stdout
    assert "G13" in run("goal", "list").stdout
    timeline = run("show", "--goal", "G13").stdout
    assert "closed by Mara Lind" in timeline
    assert "reopened by Mara Lind; Ana Ruiz has not acknowledged it yet" in timeline
    assert run("undo", "--as", "mara").returncode == 0
    assert json.loads(run("show", "--goal", "G13", "--json").stdout)["outcome"] == "missed"
    assert run("board", "doctor").returncode == 0


@pytest.mark.slow
@pytest.mark.usefixtures("demo")
def test_an_owner_closes_a_skill_goal_alone(run: Run) -> None:
    found = run("goal", "close", "G15", "--achieved", "-m", "Level 4", "--as", "ana")
    assert (
        found.stdout
        == "G15 Negotiation without discounts is closed: achieved, at 50 % of its target. `undo` takes it back.\n"
    )
    assert json.loads(run("show", "--goal", "G15", "--json").stdout)["to_acknowledge"] == []


@pytest.mark.slow
@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["close", "G12", "-m", "So", "--as", "mara"], 2, "Say how it ended"),
        (["close", "G12", "--missed", "--dropped", "-m", "So", "--as", "mara"], 2, "Say how it ended"),
        (["close", "G12", "--missed", "--as", "mara"], 1, "A word on why is missing"),
        (["close", "G12", "--missed", "-m", "So", "--as", "ana"], 1, "may close a goal here"),
        (["close", "T5", "--missed", "-m", "So", "--as", "ana"], 1, "may close a goal here"),
        (["close", "G1", "--missed", "-m", "So", "--as", "mara"], 1, "G1 is over"),
        (["close", "G999", "--missed", "-m", "So", "--as", "mara"], 1, "There is no goal 'G999'"),
        (["reopen", "G12", "-m", "So", "--as", "mara"], 1, "G12 is open"),
        (["reopen", "G1", "-m", "So", "--as", "mara"], 1, "was closed in Last quarter, which is over"),
        (["reopen", "G1", "-m", "So", "--as", "ana"], 1, "may reopen a goal here"),
    ],
    ids=lambda v: " ".join(v) if isinstance(v, list) else str(v),
)
def test_bad_input_is_refused_with_nothing_written(
    run: Run, demo: Path, arguments: list[str], code: int, says: str
) -> None:
    refused_and_unchanged(run, demo, ["goal", *arguments], code, says)
