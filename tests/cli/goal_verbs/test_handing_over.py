"""`goal hand-over`: in place and split by value, its words before and after, and what is refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import refused_and_unchanged
from tests.conftest import Run


def goal_of(run: Run, goal: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(run("show", "--goal", goal, "--json").stdout)
    return found


@pytest.mark.slow
@pytest.mark.usefixtures("demo")
def test_a_goal_that_sums_up_is_split_and_the_team_stays_where_it_is(run: Run) -> None:
    team = goal_of(run, "T3")
    found = run("goal", "hand-over", "g23", "--to", "ana", "-m", "Ana takes the Nordics", "--as", "mara")
    assert found.returncode == 0, found.stderr
    new = found.stdout.split()[0]
    assert found.stdout == (
        f"{new} ARR Nordics is Ana Ruiz's: €198,000 stay Ben Okafor's, €702,000 are to do for Ana Ruiz. "
        "Ana Ruiz and Ben Okafor are asked to acknowledge it. `undo` takes it back.\n"
    )
    logged = run("log").stdout.splitlines()[0]
    assert f"Mara Lind handed over the rest of G23 ARR Nordics to Ana Ruiz as {new} · Ana takes" in logged
    old, rest = goal_of(run, "G23"), goal_of(run, new)
    assert (old["owner"], old["outcome"], old["measure"]["target"]) == ("ben", "achieved", 198_000)
    assert (rest["owner"], rest["continues"], rest["measure"]["target"]) == ("ana", "G23", 702_000)
    after = goal_of(run, "T3")
    assert after["progress"] == pytest.approx(team["progress"])
    assert after["contributions"]["ben"] == pytest.approx(team["contributions"]["ben"])
    assert "Ben Okafor" in run("show", "--goal", "G23").stdout
    for handle, goal in (("ben", "G23"), ("ana", new)):
        revision = goal_of(run, goal)["revisions"][-1]["id"]
        assert revision in json.loads(run("show", "--member", handle, "--json").stdout)["waiting"]
        assert run("revision", "acknowledge", revision, "--as", handle).returncode == 0
    assert run("board", "doctor").returncode == 0


@pytest.mark.slow
@pytest.mark.usefixtures("demo")
def test_any_other_goal_goes_with_its_history_and_comes_back_by_undo(run: Run) -> None:
    found = run("goal", "hand-over", "G13", "--to", "ben", "--target", "100", "--as", "mara")
    assert found.stdout.startswith(
        "G13 Discovery calls is Ben Okafor's: G13 goes from Ana Ruiz to Ben Okafor, with its value and history; "
        "its measure is from 0 calls to 100 calls, not from 0 calls to 120 calls. Ben Okafor is asked to acknowledge"
    )
    goal = goal_of(run, "G13")
    assert (goal["owner"], goal["value"], goal["measure"]["target"]) == ("ben", 51, 100)
    assert "owner ana → ben, target 120 calls → 100 calls" in run("show", "--goal", "G13").stdout
    assert "handed over G13 Discovery calls to Ben Okafor · It goes from" in run("log").stdout
    report = json.loads(run("period", "report", "--to", "json").stdout)
    assert next(g["owners"] for g in report["goals"] if g["id"] == "G13") == ["ana", "ben"]
    assert "| G13 | Discovery calls | Ana Ruiz, then Ben Okafor |" in run("period", "report", "--to", "md").stdout
    yesterday = json.loads(run("show", "--goal", "G13", "--as-of", "today-1", "--json").stdout)
    assert (yesterday["owner"], yesterday["measure"]["target"]) == ("ana", 120)
    assert run("undo", "--as", "mara").returncode == 0
    assert goal_of(run, "G13")["owner"] == "ana"
    assert run("board", "doctor").returncode == 0


@pytest.mark.slow
@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["G12", "--as", "mara"], 2, "Missing option '--to'"),
        (["G12", "--to", "ana", "--as", "mara"], 1, "is Ana Ruiz's already"),
        (["G12", "--to", "nobody", "--as", "mara"], 1, "There is no member 'nobody'"),
        (["G12", "--to", "ben", "--as", "ana"], 1, "may hand over a goal here"),
        (["T5", "--to", "ben", "--as", "ana"], 1, "may hand over a team goal here"),
        (["G1", "--to", "ben", "--as", "mara"], 1, "G1 is over"),
        (["G12", "--to", "ben", "--target", "much", "--as", "mara"], 1, "is not a number"),
        (["G12", "--to", "ben", "--target", "0", "--as", "mara"], 1, "must be above 0"),
        (["G13", "--to", "ben", "--target", "-5", "--as", "mara"], 1, "must be above 0 calls, not -5 calls"),
        (["G15", "--to", "ben", "--target", "5", "--as", "mara"], 1, "has no target"),
        (["G24", "--to", "ana", "--as", "mara"], 1, "has reached its target"),
        (["G999", "--to", "ana", "--as", "mara"], 1, "There is no goal 'G999'"),
    ],
    ids=lambda v: " ".join(v) if isinstance(v, list) else str(v),
)
def test_bad_input_is_refused_with_nothing_written(
    run: Run, demo: Path, arguments: list[str], code: int, says: str
) -> None:
    refused_and_unchanged(run, demo, ["goal", "hand-over", *arguments], code, says)


@pytest.mark.slow
def test_nobody_who_is_away_or_gone_takes_a_goal(run: Run, demo: Path) -> None:
    assert run("member", "away", "ben", "today", "today+3", "--as", "mara").returncode == 0
    assert (
        run("member", "leave", "chi", "today", "--goals-to", "ana", "--reports-to", "mara", "--as", "mara").returncode
        == 0
    )
    for handle, says in (("ben", "Ben Okafor is away until"), ("chi", "left the team on")):
        refused_and_unchanged(run, demo, ["goal", "hand-over", "G12", "--to", handle, "--as", "mara"], 1, says)


@pytest.mark.slow
@pytest.mark.usefixtures("demo")
@pytest.mark.parametrize(
    ("target", "says"),
    [
        ("300k", "€300,000 are to do for Ana Ruiz, and €402,000 of the target fall away. Ana"),
        ("800k", "€800,000 are to do for Ana Ruiz, €98,000 more than was left. Ana"),
        ("702k", "€702,000 are to do for Ana Ruiz. Ana"),
    ],
)
def test_the_answer_says_what_of_the_rest_nobody_has(run: Run, target: str, says: str) -> None:
    found = run("goal", "hand-over", "G23", "--to", "ana", "--target", target, "--as", "mara")
    assert f"€198,000 stay Ben Okafor's, {says}" in found.stdout, found.stderr


@pytest.mark.slow
def test_the_rest_is_not_removed_and_no_late_check_in_goes_to_somebody_elses_day(run: Run, demo: Path) -> None:
    rest = run("goal", "hand-over", "G23", "--to", "ana", "--as", "mara").stdout.split()[0]
    refused_and_unchanged(run, demo, ["goal", "remove", rest, "--as", "mara"], 1, f"{rest} has G23 of which it is the")
    assert run("goal", "hand-over", "G13", "--to", "ben", "--as", "mara").returncode == 0
    late = ["checkin", "G13", "60", "--on", "today-3", "--as", "ben"]
    refused_and_unchanged(run, demo, late, 1, "G13 was Ana Ruiz's: give a day since it was handed over")
    wrong = run("goal", "add", "Wrong", "--team", "--as", "mara").stdout.split()[0]
    assert run("goal", "add", "More", "--align", wrong, "--as", "ana").returncode == 0
    refused_and_unchanged(run, demo, ["goal", "remove", wrong, "--as", "mara"], 1, f"{wrong} has the proposal")


@pytest.mark.slow
def test_what_stays_of_a_split_goal_is_handed_over_in_every_word_and_tied_to_nothing(run: Run, demo: Path) -> None:
    calls = run("goal", "add", "Calls", "--owner", "ben", "--per", "week", "10", "--drives", "G23", "--as", "mara")
    tied = calls.stdout.split()[0]
    assert goal_of(run, tied)["drives"] == "G23"
    assert f"driven by {tied} Calls" in run("show", "--goal", "G23").stdout
    assert run("goal", "hand-over", "G23", "--to", "ana", "--as", "mara").returncode == 0
    assert goal_of(run, tied)["drives"] is None
    assert "drives" not in run("show", "--goal", tied).stdout
    assert "driven by" not in run("show", "--goal", "G23").stdout
    on = "handed over on "
    for again in (["goal", "hand-over", "G23", "--to", "pau"], ["checkin", "G23", "9"]):
        refused_and_unchanged(run, demo, [*again, "--as", "mara"], 1, f"G23 is over: {on}")
    edit = ["goal", "edit", tied, "--drives", "G23", "--as", "mara"]
    refused_and_unchanged(run, demo, edit, 1, f"G23 is over ({on}")
    reopen = ["goal", "reopen", "G23", "-m", "So", "--as", "mara"]
    refused_and_unchanged(run, demo, reopen, 1, "G23 was handed over: it stays closed.")
    assert run("undo", "--as", "mara").returncode == 0
    assert goal_of(run, tied)["drives"] == "G23"


@pytest.mark.slow
def test_a_refusal_names_who_is_above_both(run: Run, demo: Path) -> None:
    for rep, lead in (("pau", "ana"), ("chi", "ben")):
        assert run("member", "change", rep, "--manager", lead, "--as", "mara").returncode == 0
    for lead, name in (("ana", "Ana Ruiz"), ("ben", "Ben Okafor")):
        says = (
            "Only Mara Lind (mara) may hand over a goal here, as somebody above both Pau Ferrer and Chi Tanaka; "
            f"you are {name} ({lead})."
        )
        refused_and_unchanged(run, demo, ["goal", "hand-over", "G16", "--to", "chi", "--as", lead], 1, says)
    assert run("goal", "hand-over", "G16", "--to", "ana", "--as", "ana").returncode == 0


@pytest.mark.slow
@pytest.mark.usefixtures("demo")
def test_the_answer_says_when_the_new_owner_is_away_within_the_goals_days(run: Run) -> None:
    assert run("member", "away", "ana", "today+4", "today+9", "--as", "ana").returncode == 0
    away = json.loads(run("show", "--member", "ana", "--json").stdout)["away"][-1]
    for goal in ("G23", "G25"):
        said = run("goal", "hand-over", goal, "--to", "ana", "--as", "mara").stdout
        assert f"; Ana Ruiz is away from {away['starts']} to {away['ends']}. Ana Ruiz" in said
    helped = " ".join(run("goal", "hand-over", "--help").stdout.split())
    assert "Of a goal that a team goal sums up" in helped
    assert "Any other goal goes as a whole." in helped
    assert "without a terminal it never asks" in helped
