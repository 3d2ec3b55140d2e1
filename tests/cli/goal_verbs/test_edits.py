"""`goal edit`: a goal's title, note, weight and unit, and a check-in that was wrong."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import refused_and_unchanged, without_days
from tests.conftest import Run

LAST = "the last one"
"""Stands for the id of the last check-in of G12."""


@pytest.mark.slow
@pytest.mark.usefixtures("demo")
def test_a_goal_is_edited_and_the_log_says_how(run: Run) -> None:
    found = run("goal", "edit", "G12", "--title", "ARR Spain", "--why", "Half of the plan", "--as", "ana")
    assert found.returncode == 0, found.stderr
    assert without_days(found.stdout) == (
        "G12 ARR Spain of ana is changed: target €1,200,000, DAY to DAY. `undo` takes it back.\n"
    )
    assert "why       Half of the plan" in run("show", "--goal", "G12").stdout
    run("goal", "edit", "g13", "--weight", "2", "--unit", "talks", "--as", "mara")
    goal = json.loads(run("show", "--goal", "G13", "--json").stdout)
    assert (goal["weight"], goal["measure"]["unit"], goal["why"]) == (2.0, "talks", "")
    first, second = run("log").stdout.splitlines()[:2]
    assert "Mara Lind changed G13 Discovery calls: weight " in first
    assert "unit calls → talks" in first
    assert second.endswith("Ana Ruiz changed G12 ARR Spain: title ARR Iberia → ARR Spain, its note")
    assert run("undo", "--as", "ana").returncode == 0
    goal = json.loads(run("show", "--goal", "G12", "--json").stdout)
    assert (goal["title"], goal["why"]) == ("ARR Iberia", "")


@pytest.mark.slow
@pytest.mark.usefixtures("demo")
def test_a_wrong_check_in_is_corrected_and_the_log_keeps_the_old_value(run: Run) -> None:
    listed = json.loads(run("show", "--goal", "G12", "--json").stdout)["checkins"]
    last, earlier = listed[-1]["id"], listed[-2]["id"]
    assert run("goal", "edit", "G12", "--checkin", earlier.lower(), "--note", "", "--as", "ana").returncode == 0
    found = run("goal", "edit", "G12", "--checkin", last, "--value", "815k", "--note", "Typo", "--as", "mara")
    assert found.returncode == 0, found.stderr
    assert found.stdout.startswith(f"{last} of G12 is corrected: €815,000, not €812,000.")
    shown = run("show", "--goal", "G12").stdout
    assert "now       €815,000" in shown
    assert f"{last}, corrected by mara" in shown
    history = run("log", "--goal", "G12").stdout
    assert f"corrected {last} of " in history
    assert "on G12 ARR Iberia: €815,000 instead of €812,000, note Typo" in history
    assert "checked in on G12 ARR Iberia: €815,000" not in history
    goal = json.loads(run("show", "--goal", "G12", "--json").stdout)
    assert [goal["value"], goal["checkins"][-1]["corrected_by"]] == [815_000, "mara"]
    assert run("undo", "--as", "mara").returncode == 0
    assert "now       €812,000" in run("show", "--goal", "G12").stdout


@pytest.mark.slow
@pytest.mark.usefixtures("demo")
def test_milestones_that_had_not_been_reached_are_taken_back(run: Run) -> None:
    before = json.loads(run("show", "--goal", "G11", "--json").stdout)
    last = before["checkins"][-1]
    found = run("goal", "edit", "G11", "--checkin", last["id"], "--undone", last["done"][-1], "--as", "mara")
    assert found.returncode == 0, found.stderr
    after = json.loads(run("show", "--goal", "G11", "--json").stdout)
    assert after["checkins"][-1]["done"] == last["done"][:-1]
    assert after["value"] < before["value"]


@pytest.mark.slow
@pytest.mark.usefixtures("demo")
def test_a_goal_on_which_nothing_is_built_is_removed_and_comes_back_by_undo(run: Run) -> None:
    made = run("goal", "add", "Wrong", "--owner", "ana", "--as", "mara").stdout.split()[0]
    found = run("goal", "remove", made.lower(), "--as", "mara")
    assert (found.returncode, found.stdout) == (0, f"{made} Wrong is removed. `undo` takes it back.\n")
    assert made not in run("goal", "list").stdout
    assert f"Mara Lind removed {made} Wrong of Ana Ruiz" in run("log").stdout.splitlines()[0]
    assert run("board", "doctor").returncode == 0
    assert run("undo", "--as", "mara").returncode == 0
    assert made in run("goal", "list").stdout
    assert run("board", "doctor").returncode == 0


@pytest.mark.slow
@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["G12", "--as", "mara"], 1, "`teamboard goal close G12 --dropped -m '…'`"),
        (["G12", "--as", "ana"], 1, "may remove a goal here"),
        (["G999", "--as", "mara"], 1, "There is no goal 'G999'"),
        (["C1", "--as", "mara"], 1, "There is no goal 'C1'"),
        (["--as", "mara"], 2, "Missing argument"),
        (["G1", "--as", "mara"], 1, "G1 is over"),
    ],
    ids=lambda v: " ".join(v) if isinstance(v, list) else str(v),
)
def test_what_is_not_removed_stays(run: Run, demo: Path, arguments: list[str], code: int, says: str) -> None:
    refused_and_unchanged(run, demo, ["goal", "remove", *arguments], code, says)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["G12", "--target", "900k", "--as", "mara"], 1, "`teamboard revise G12 --target 900k --reason correction"),
        (["G12", "--start", "1", "--due", "today", "--as", "mara"], 1, "--start 1 --due today"),
        (["G12", "--weight", "2", "--as", "ana"], 1, "may set a weight or unit here"),
        (["G12", "--weight", "much", "--as", "mara"], 1, "is not a number"),
        (["G12", "--as", "mara"], 2, "Give --title"),
        (["G12", "--value", "3", "--as", "mara"], 2, "Say which check-in"),
        (["G12", "--checkin", "C1", "--as", "mara"], 2, "Give the right --value"),
        (["G12", "--checkin", "C1", "--value", "3", "--title", "x", "--as", "mara"], 2, "by itself"),
        (["G12", "--checkin", "C1", "--value", "3", "--as", "mara"], 1, "C1 is a check-in of G"),
        (["G12", "--checkin", "G12", "--value", "3", "--as", "mara"], 1, "There is no check-in 'G12'"),
        (["G12", "--checkin", LAST, "--value", "812k", "--as", "ana"], 1, "would change"),
        (["G12", "--checkin", LAST, "--value", "lots", "--as", "ana"], 1, "is not a number"),
        (["G12", "--checkin", LAST, "--value", "done", "--as", "ana"], 1, "'done' is not a number"),
        (["G12", "--checkin", LAST, "--value", "+5", "--as", "ana"], 1, "'+5' is a change: give the value itself"),
        (["G12", "--checkin", LAST, "--done", "One", "--as", "ana"], 1, "has no milestones"),
        (["G12", "--checkin", LAST, "--value", "3", "--as", "ben"], 1, "may correct a check-in here"),
        (["G1", "--title", "x", "--as", "mara"], 1, "G1 is over"),
        (["T5", "--title", "x", "--as", "ana"], 1, "may edit a team goal here"),
    ],
    ids=lambda v: " ".join(v) if isinstance(v, list) else str(v),
)
def test_bad_input_is_refused_with_nothing_written(
    run: Run, demo: Path, arguments: list[str], code: int, says: str
) -> None:
    last = json.loads(run("show", "--goal", "G12", "--json").stdout)["checkins"][-1]["id"]
    given = [last if word == LAST else word for word in arguments]
    refused_and_unchanged(run, demo, ["goal", "edit", *given], code, says)


@pytest.mark.slow
def test_nobody_adds_a_skill_goal_of_their_own_to_a_sum_alone(run: Run, demo: Path) -> None:
    side = ["goal", "add", "Side", "--kind", "skill", "--target", "500", "--unit", "€"]
    says = "T3 adds up what is agreed: propose a result goal, or ask mara to align this skill goal."
    refused_and_unchanged(run, demo, [*side, "--align", "T3", "--as", "ana"], 1, says)
    goal = run(*side, "--as", "ana").stdout.split()[0]
    refused_and_unchanged(run, demo, ["align", goal, "T3", "--as", "ana"], 1, says)
    assert run("align", goal, "T3", "--as", "mara").returncode == 0
