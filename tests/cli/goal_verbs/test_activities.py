"""A number to do each week on the command line: set, counted, revised, and looked at on an earlier day."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import refused_and_unchanged
from tests.conftest import Run

MARA = ("--as", "mara")


def ok(run: Run, *arguments: str) -> str:
    found = run(*arguments)
    assert (found.returncode, found.stderr) == (0, "")
    return found.stdout.strip()


def of_goal(run: Run, goal: str, *arguments: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(ok(run, "show", "--goal", goal, "--json", *arguments))
    return found


TEAM = """\
team: {{name: Us, timezone: UTC, period: {{name: Now, starts: {starts}, ends: {ends}}}}}
members:
  - {{handle: mara, name: Mara Lind}}
  - {{handle: ana, name: Ana Ruiz, manager: mara}}
goals:
  - {{key: arr, owner: ana, title: ARR, metric: {{unit: €, target: 1M}}}}
  - {{key: calls, owner: ana, title: Ten calls a week, activity: {{per_week: 10, unit: calls}}, drives: arr}}
check_ins:
  - goal: calls
    entries: [{{day: {day}, value: 10}}]
"""


@pytest.fixture
def calls(run: Run, tmp_path: Path) -> Path:
    """Ana's G1, ARR, and G2, ten calls a week, which drives it, for five weeks; ten were made two weeks ago.

    The weeks are whole ones, and this one is the fourth.
    """
    today = datetime.now(UTC).date()
    starts = today - timedelta(days=today.weekday() + 21)
    team = tmp_path / "team.yaml"
    text = TEAM.format(starts=starts, ends=starts + timedelta(days=34), day=today - timedelta(days=14))
    team.write_text(text, encoding="utf-8")
    ok(run, "init", "--from", f"{team}", *MARA)
    return tmp_path / "team.board.json"


@pytest.mark.usefixtures("calls")
def test_a_number_per_week_out_of_reach_says_what_it_can_come_to(run: Run) -> None:
    said = ok(run, "show", "--goal", "G2")
    assert "   at most       30 calls, as 20 calls can still count: the target is out of reach\n" in said
    assert "needed" not in said
    assert of_goal(run, "G2")["needed_per_week"] is None


def test_a_week_is_counted_revised_and_looked_back_at(run: Run, calls: Path) -> None:
    assert "G2 Ten calls a week: 0 calls → 3 of 10 calls this week · 26 % (pace " in ok(
        run, "checkin", "G2", "+3", *MARA
    )
    assert "G2 Ten calls a week: 3 calls → 8 of 10 calls this week · 36 % (pace " in ok(
        run, "checkin", "G2", "+5", *MARA
    )
    assert "8 of 10 " in ok(run, "show")
    assert "8 of 10 calls this week" in ok(run, "goal", "list")
    shown = ok(run, "show", "--goal", "G2")
    for line in (
        "measure   10 calls a week",
        "in all    18 of 50 calls",
        "drives    G1 ARR",
        "calls ▁▁██▁▁▇▇  8 of 10",
    ):
        assert line in shown
    assert "driven by G2 Ten calls a week" in ok(run, "show", "--goal", "G1")
    assert "G2 Ten calls a week, drives G1 ARR" in ok(run, "one-on-one", "ana", *MARA)
    now = of_goal(run, "G2")
    assert (now["value"], now["target"], now["drives"], now["progress"]) == (18.0, 50.0, "G1", 0.36)
    assert (now["week"]["count"], now["week"]["asked"]) == (8.0, 10.0)
    assert of_goal(run, "G2", "--as-of", "today-14")["value"] == 10.0
    assert of_goal(run, "G2", "--as-of", "today-15")["value"] == 0.0

    assert "checked in on G2 Ten calls a week: 8 calls" in ok(run, "log")
    proposed = ok(
        run, "revise", "G2", "--per-week", "20", "--reason", "capacity", "--why", "Two lists", "-y", "--as", "ana"
    )
    assert "per week 10 calls → 20 calls" in proposed
    revision = next(word for word in proposed.split() if word.startswith("V"))
    ok(run, "revision", "agree", revision, *MARA)
    now = of_goal(run, "G2")
    # Three weeks of ten, two of twenty.
    assert (now["value"], now["target"], now["week"]["asked"]) == (18.0, 70.0, 20.0)
    assert of_goal(run, "G2", "--as-of", "today-7")["target"] == 50.0
    assert "per week 10 calls" in ok(run, "show", "--goal", "G2")
    assert ok(run, "board", "doctor", "--board", f"{calls}")
    added = ok(run, "goal", "add", "Two demos", "--owner", "ana", "--per", "week", "2", "--drives", "g1", *MARA)
    assert added.startswith("G3 Two demos is set for ")
    today = datetime.now(UTC).date()
    assert of_goal(run, "G3")["starts"] == f"{today - timedelta(days=today.weekday())}"


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["--per", "week", "0"], 1, "The number per week must be a number above 0"),
        (["--per", "week", "-3"], 1, "The number per week must be a number above 0"),
        (["--per", "week", "ten"], 1, "'ten' is not a number"),
        (["--per", "week", "nan"], 1, "'nan' is not a number"),
        (["--per", "week", "1e30"], 1, "'1e30' is not a number"),
        (["--per", "month", "10"], 2, "'month' is not 'week'"),
        (["--per", "week"], 2, "requires 2 arguments"),
        (["--per", "week", "3", "--target", "4"], 2, "Give --target or --per week, not both"),
        (["--per", "week", "3", "--milestone", "One"], 2, "Give --per week or --milestone, not both"),
        (["--per", "week", "3", "--team"], 1, "A team goal can't have a number per week"),
        (["--per", "week", "3", "--drives", "G9"], 1, "There is no goal 'G9'"),
        (["--per", "week", "3", "--drives", "G1", "--team"], 2, "Only a member's goal drives another"),
        (["--drives", "G1"], 1, "Only an activity drives another goal"),
    ],
    ids=lambda v: " ".join(v) if isinstance(v, list) else "",
)
@pytest.mark.slow
def test_what_is_no_number_per_week_is_refused(
    run: Run, calls: Path, arguments: list[str], code: int, says: str
) -> None:
    owner = [] if "--team" in arguments else ["--owner", "ana"]
    refused_and_unchanged(run, calls, ["goal", "add", "More", *owner, *MARA, *arguments], code, says)


def test_check_ins_and_revisions_that_make_no_sense_are_refused(run: Run, calls: Path) -> None:
    for arguments, says in (
        (["checkin", "G2", "=-1"], "can't be below 0"),
        (["checkin", "G2", "-1"], "can't be below 0"),
        (["checkin", "G2", "--done", "One"], "has no milestones"),
        (["revise", "G2", "--target", "9", "--reason", "market", "--why", "x"], "revise its number per week"),
        (["revise", "G2", "--per-week", "0", "--reason", "market", "--why", "x"], "must be a number above 0"),
        (["revise", "G2", "--per-week", "10", "--reason", "market", "--why", "x"], "Nothing about G2 would change"),
        (["revise", "G1", "--per-week", "3", "--reason", "market", "--why", "x"], "no number per week to revise"),
    ):
        refused_and_unchanged(run, calls, [*arguments, *MARA], 1, says)


def test_what_a_number_per_week_drives_can_be_changed(run: Run, calls: Path) -> None:
    assert ok(run, "goal", "edit", "G2", "--drives", "none", "--as", "ana").startswith(
        "G2 Ten calls a week of ana is changed: 10 calls a week, "
    )
    assert of_goal(run, "G2")["drives"] is None
    assert "Ana Ruiz changed G2 Ten calls a week: drives G1 → —" in ok(run, "log")
    ok(run, "goal", "edit", "G2", "--drives", "g1", "--unit", "dials", *MARA)
    assert "10 dials a week" in ok(run, "show", "--goal", "G2")
    assert of_goal(run, "G2")["drives"] == "G1"
    ok(run, "undo", *MARA)
    assert of_goal(run, "G2")["drives"] is None
    for arguments, says in (
        (["G2", "--drives", "G2"], "in a circle"),
        (["G2", "--drives", "G7"], "There is no goal 'G7'"),
        (["G1", "--drives", "G2"], "Only an activity drives another goal"),
        (["G2", "--drives", "none"], "Nothing about G2 would change"),
        (["G2", "--per-week", "12"], "revise G2 --per-week 12"),
    ):
        refused_and_unchanged(run, calls, ["goal", "edit", *arguments, *MARA], 1, says)


def test_a_team_in_csv_has_numbers_per_week(run: Run, tmp_path: Path) -> None:
    table = tmp_path / "team.csv"
    table.write_text("name,goal,unit,per week,target\nMara Lind,,,,\nAna Ruiz,Ten calls,calls,10,\n", encoding="utf-8")
    board = f"{tmp_path / 'csv.board.json'}"
    ok(run, "init", "--board", board, "--from", f"{table}", "--as", "mara", "--team", "Us")
    assert "calls this week" in ok(run, "goal", "list", "--board", board)
    table.write_text("name,goal,unit,per week,target\nMara Lind,Both,calls,10,5\n", encoding="utf-8")
    refused = run("init", "--board", f"{tmp_path / 'two.json'}", "--from", f"{table}", "--as", "mara", "--team", "Us")
    assert refused.returncode == 1
    assert "a goal with an activity has no metric or milestones" in refused.stderr
    assert not (tmp_path / "two.json").exists()
