"""The figures of goals, team goals and members, as `show` prints them and as JSON."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.conftest import Run


def shown(run: Run, *arguments: str) -> Any:
    return json.loads(run("show", *arguments, "--json").stdout)


@pytest.mark.slow
@pytest.mark.usefixtures("demo")
def test_a_goal_says_where_it_ends(run: Run) -> None:
    run("checkin", "G12", "--call", "1.1M", "--best", "1.25M", "--as", "ana")
    said = run.process("show", "--goal", "G12")
    assert (said.returncode, said.stderr) == (0, "")
    lines = said.stdout.splitlines()
    assert "   attained      68 %, €388k to go" in lines
    assert "   call          €1.1M, best case €1.25M" in lines
    [rate] = [line for line in lines if line.startswith("   run rate      €")]
    assert " a week so far, €" in rate
    assert rate.endswith(" a week needed")
    assert any(line.startswith("   at this pace  €1.") for line in lines)
    goal = shown(run, "--goal", "G12")
    assert (goal["attainment"], goal["gap"], goal["call"], goal["best"]) == (
        0.6767,
        388_000,
        1_100_000,
        1_250_000,
    )
    ending = goal["at_this_pace"]
    assert 812_000 < ending["low"] < ending["value"] < ending["high"]
    # Milestones in their weights, what is done or not has no figures.
    assert "   attained      50 %, 2 to go" in run("show", "--goal", "G15").stdout
    assert "attained" not in run("show", "--goal", "G17").stdout
    assert shown(run, "--goal", "G17")["gap"] is None


@pytest.mark.slow
@pytest.mark.usefixtures("demo")
def test_a_team_goal_says_what_is_assigned_and_who_has_called(run: Run) -> None:
    run("checkin", "G12", "--call", "1.1M", "--as", "ana")
    run("checkin", "G23", "--call", "515k", "--best", "600k", "--as", "ben")
    lines = run("show", "--goal", "T3").stdout.splitlines()
    assert "   call          5 of 6 have called: €3.45M" in lines
    assert "   assigned      €4.33M of €4.2M, €130k more than the target" in lines
    [mine] = [line for line in lines if line.startswith("     G12 ")]
    assert mine.startswith("     G12         €812k of €1.2M, at this pace €1.")
    assert mine.endswith(", call €1.1M  ana")
    team_goal = shown(run, "--goal", "T3")
    assert (team_goal["assigned"], team_goal["unassigned"]) == (4_330_000, -130_000)
    assert (team_goal["call"], team_goal["called"]) == (None, {"made": 5, "asked": 6})
    assert sum(c["value"] for c in team_goal["carriers"]) == pytest.approx(team_goal["value"])
    board = shown(run)
    listed = next(t for t in board["team_goals"] if t["id"] == "T3")
    assert {**listed, "carriers": team_goal["carriers"]} == {
        k: v for k, v in team_goal.items() if k not in ("checkins", "revisions")
    }
    every = [g for m in board["members"] for g in m["goals"]]
    assert next(g for g in every if g["id"] == "G12")["call"] == 1_100_000
    assert json.loads(run("goal", "list", "--json").stdout)[0]["gap"] == board["team_goals"][0]["gap"]
    # A mean has no calls and nothing assigned.
    mean = shown(run, "--goal", "T6")
    assert (mean["call"], mean["assigned"], mean["unassigned"]) == (None, None, None)


@pytest.mark.slow
@pytest.mark.usefixtures("demo")
def test_how_good_calls_were_is_shown_to_the_member_and_those_above(run: Run) -> None:
    run("checkin", "G19", "--call", "230k", "--as", "ines")
    for reader in ("ines", "mara"):
        assert shown(run, "--member", "ines", "--as", reader)["accuracy"] is None
    closed = run("goal", "close", "G19", "--missed", "-m", "No budget", "--as", "mara")
    assert closed.returncode == 0, closed.stderr
    for reader in ("ines", "mara"):
        found = shown(run, "--member", "ines", "--as", reader)
        assert found["accuracy"] == {"goals": 1, "error": pytest.approx(0.364), "bias": pytest.approx(0.364)}
        text = run("show", "--member", "ines", "--as", reader).stdout
        assert "calls         36 % of the target away on average, 36 % too high (1 goal)" in text
    # Ana's calls of last quarter.
    assert shown(run, "--member", "ana", "--as", "ana")["accuracy"]["goals"] == 1
    for reader in ("ben", "nobody"):
        found = shown(run, "--member", "ines", "--as", reader)
        assert (found["accuracy"], found["attainment"] is None) == (None, False)
        text = run("show", "--member", "ines", "--as", reader).stdout
        assert "attainment " in text
        assert "away on average" not in text
    assert all(m["accuracy"] is None for m in shown(run, "--as", "mara")["members"])


@pytest.mark.slow
@pytest.mark.usefixtures("demo")
def test_a_past_day_has_the_figures_of_that_day(run: Run) -> None:
    then, now = (shown(run, "--goal", "G12", "--as-of", day) for day in ("today-21", "today"))
    assert then["value"] < now["value"]
    assert then["gap"] == 1_200_000 - then["value"]
    assert then["at_this_pace"] != now["at_this_pace"]


@pytest.mark.slow
@pytest.mark.usefixtures("demo")
def test_earlier_check_ins_are_counted_and_listed_as_json(run: Run) -> None:
    for value in range(80, 90):
        assert run("checkin", "G13", f"{value}", "-y", "--as", "ana").returncode == 0
    all_of_them = shown(run, "--goal", "G13")["checkins"]
    said = run("show", "--goal", "G13").stdout
    assert f"{len(all_of_them) - 8} earlier check-ins: `teamboard show --goal G13 --json` lists them\n" in said


@pytest.mark.slow
@pytest.mark.usefixtures("demo")
def test_what_some_have_called_is_the_call_of_the_team_nowhere(run: Run) -> None:
    [row] = [r for r in run("period", "report", "--to", "csv").stdout.splitlines() if ",team goal,T3," in r]
    assert row.split(",")[-3:] == ["", "", "open"]
    told = "5 of 6 have called"
    for form in ("md", "html"):
        page = run("period", "report", "--to", form).stdout
        assert told in page
        assert "€3.54M" not in page.replace(f"{told}: €3.54M", "")
    assert told in run("period", "report").stdout
    assert f"{told}: €3.54M" in run("align").stdout
    for chart in (("team",), ("goal", "--goal", "T3")):
        assert told in run("snapshot", "--screen", *chart, "--svg", "-").stdout
    # Once all have called it is everywhere.
    run("checkin", "G19", "--call", "255k", "--as", "ines")
    assert "call          €3.8M" in run("show", "--goal", "T3").stdout
    assert ",3800000," in run("period", "report", "--to", "csv").stdout
    assert "call €3.8M" in run("snapshot", "--screen", "team", "--svg", "-").stdout
