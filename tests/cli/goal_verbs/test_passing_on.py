"""Goals that go from one to another, are closed in the middle of a tree, or are one's own: through the command line."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import refused_and_unchanged
from tests.conftest import Run

MARA = ("--as", "mara")
TEAM = """\
team: {{name: Us, timezone: UTC, period: {{name: Now, starts: {starts}, ends: {ends}}}}}
members:
  - {{handle: mara, name: Mara Lind}}
  - {{handle: ana, name: Ana Ruiz, manager: mara}}
  - {{handle: ben, name: Ben Okafor, manager: mara}}
  - {{handle: pau, name: Pau Ferrer, manager: mara}}
team_goals:
  - {{key: arr, title: New ARR, metric: {{unit: €, target: 1000}}, rolls_up: sum}}
  - {{key: mean, title: Habits, metric: {{unit: "%", target: 100}}, rolls_up: mean}}
goals:
  - {{key: ana, owner: ana, title: ARR Iberia, metric: {{unit: €, target: 300}}, aligned: arr}}
  - {{key: ben, owner: ben, title: ARR Nordics, metric: {{unit: €, target: 200}}, aligned: arr}}
"""


@pytest.fixture
def team(run: Run, tmp_path: Path) -> Path:
    """Mara with Ana, Ben and Pau; T1 sums up Ana's G1 and Ben's G2, T2 is a mean. The period has five whole weeks."""
    starts = monday() - timedelta(days=14)
    source = tmp_path / "team.yaml"
    source.write_text(TEAM.format(starts=starts, ends=starts + timedelta(days=34)), encoding="utf-8")
    ok(run, "init", "--from", f"{source}", *MARA)
    return tmp_path / "team.board.json"


def monday() -> Any:
    """The Monday of this week."""
    today = datetime.now(UTC).date()
    return today - timedelta(days=today.weekday())


def ok(run: Run, *arguments: str) -> str:
    found = run(*arguments)
    assert (found.returncode, found.stderr) == (0, "")
    return found.stdout.strip()


def of_goal(run: Run, goal: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(ok(run, "show", "--goal", goal, "--json"))
    return found


@pytest.mark.usefixtures("team")
def test_a_new_period_leaves_nothing_serving_what_was_dropped(run: Run) -> None:
    ok(
        run,
        "goal",
        "add",
        "South",
        "--team",
        "--target",
        "500",
        "--unit",
        "€",
        "--rolls-up",
        "sum",
        "--serves",
        "T1",
        *MARA,
    )
    ok(run, "period", "next", "--starts", "today", "--drop", "T1", *MARA)
    assert (of_goal(run, "T3")["serves"], of_goal(run, "G1")["aligned"]) == (None, {})
    assert "served" not in ok(run, "align")
    ok(run, "undo", *MARA)
    assert of_goal(run, "T3")["serves"] == "T1"


@pytest.mark.usefixtures("team")
def test_calls_drive_the_result_on_that_goes_to_the_same_member(run: Run) -> None:
    ok(run, "checkin", "G2", "50", "--as", "ben")
    ok(run, "goal", "add", "Calls", "--owner", "ben", "--per", "week", "10", "--drives", "G2", *MARA)
    said = ok(run, "member", "leave", "ben", "today", "--goals-to", "pau", *MARA)
    assert "G2 → Pau Ferrer as G4, G3 → Pau Ferrer" in said
    assert (of_goal(run, "G3")["owner"], of_goal(run, "G3")["drives"]) == ("pau", "G4")
    ok(run, "undo", *MARA)
    ok(run, "member", "leave", "ben", "today", "--goals-to", "pau", "--goal", "G3=ana", *MARA)
    assert (of_goal(run, "G3")["owner"], of_goal(run, "G3")["drives"]) == ("ana", None)
    assert run("board", "doctor").returncode == 0


@pytest.mark.usefixtures("team")
def test_a_number_per_week_begins_on_monday_so_that_monday_can_be_put_down(run: Run) -> None:
    ok(run, "goal", "add", "Calls", "--owner", "ben", "--per", "week", "10", *MARA)
    assert of_goal(run, "G3")["starts"] == f"{monday()}"
    ok(run, "checkin", "G3", "4", "--on", f"{monday()}", "--as", "ben")
    assert of_goal(run, "G3")["week"] == {"starts": f"{monday()}", "count": 4.0, "asked": 10.0}
    ok(run, "member", "add", "zoe", "Zoe Lang", "--manager", "mara", "--starts", "today+7", *MARA)
    ok(run, "goal", "add", "Calls", "--owner", "zoe", "--per", "week", "10", *MARA)
    assert of_goal(run, "G4")["starts"] == f"{datetime.now(UTC).date() + timedelta(days=7)}"
    assert "this week's Monday for a number per week" in " ".join(ok(run, "goal", "add", "--help").split())


def test_nobody_gives_a_goal_of_their_own_more_weight_alone(run: Run, team: Path) -> None:
    own = ["goal", "add", "Own", "--kind", "skill", "--align", "T2"]
    says = "A skill goal of yours has weight 1: ask mara to give it another one."
    refused_and_unchanged(run, team, [*own, "--weight", "99", "--as", "ana"], 1, says)
    ok(run, *own, "--as", "ana")
    refused_and_unchanged(run, team, ["goal", "edit", "G3", "--weight", "99", "--as", "ana"], 1, "may set a weight")
    ok(run, "goal", "edit", "G3", "--weight", "2", *MARA)
    ok(run, "goal", "add", "For Ana", "--owner", "ana", "--kind", "skill", "--weight", "3", *MARA)


@pytest.mark.slow
@pytest.mark.usefixtures("team")
@pytest.mark.parametrize("outcome", ["achieved", "dropped"])
def test_what_is_aligned_to_a_closed_team_goal_stays_there_on_every_screen(run: Run, outcome: str) -> None:
    south = ["goal", "add", "South", "--team", "--target", "500", "--unit", "€", "--rolls-up", "sum", "--serves", "T1"]
    ok(run, *south, *MARA)
    for goal in ("G1", "G2"):
        ok(run, "align", goal, "T3", *MARA)
    ok(run, "checkin", "G1", "75", "--as", "ana")
    ok(run, "checkin", "G2", "25", "--as", "ben")
    before = of_goal(run, "T1")
    tree = [b for b in json.loads(ok(run, "align", "--json")) if b["team_goal"]]
    said = ok(run, "goal", "close", "T3", f"--{outcome}", "-m", "So", *MARA)
    reached = ", at 20 % of its target" if outcome == "achieved" else ""
    assert said.endswith(
        f"closed: {outcome}{reached}. 2 goals stay aligned to it; `align G1 T1` moves one. `undo` takes it back."
    )
    after = [b for b in json.loads(ok(run, "align", "--json")) if b["team_goal"]]
    assert [(b["team_goal"]["id"], b["depth"]) for b in after] == [("T1", 0), ("T3", 1), ("T2", 0)]
    assert [b["carriers"] for b in after] == [b["carriers"] for b in tree]
    assert "Aligned to no team goal" not in ok(run, "align")
    lines = run("align", COLUMNS="130").stdout.splitlines()
    assert sum("T3  South" in line and outcome in line for line in lines) == 2
    for width in ("60", "100", "160"):
        line = next(line for line in run("align", COLUMNS=width).stdout.splitlines() if "served it" in line)
        assert "served it " in line, width
    assert "→ T3 (over)" in ok(run, "align", "--by-member")
    assert f"aligned   T3 South ({outcome} on " in ok(run, "show", "--goal", "G1")
    assert any("South" in line and outcome in line for line in ok(run, "show").splitlines())
    assert [t["id"] for t in json.loads(ok(run, "show", "--json"))["team_goals"]] == ["T1", "T2", "T3"]
    assert of_goal(run, "T1")["contributions"] == before["contributions"]
    mine = json.loads(ok(run, "show", "--member", "ana", "--json"))["contributions"]
    assert mine == {"T1": pytest.approx(0.75), "T3": pytest.approx(0.75)}
    ok(run, "align", "G1", "T1", *MARA)
    ok(run, "align", "G2", "--none", *MARA)
    assert "T3" not in ok(run, "show")
    ok(run, "undo", *MARA)
    ok(run, "period", "next", "--starts", "today", *MARA)
    assert "T3" not in ok(run, "show")
    assert run("board", "doctor").returncode == 0


@pytest.mark.slow
@pytest.mark.usefixtures("team")
def test_what_a_leaver_leaves_is_handed_over_and_no_success(run: Run) -> None:
    ok(run, "checkin", "G1", "75", "--as", "ana")
    ok(run, "checkin", "G2", "5", "--as", "ben")
    before = of_goal(run, "T1")
    ok(run, "member", "leave", "ben", "today", "--goals-to", "pau", *MARA)
    his, team_goal = of_goal(run, "G2"), of_goal(run, "T1")
    assert (his["status"], his["outcome"], his["measure"]["target"]) == ("handed over", "achieved", 5)
    assert team_goal["value"] == before["value"]
    assert team_goal["contributions"] == pytest.approx({**before["contributions"], "pau": 0.0})
    lines = ok(run, "show", "--goal", "G2").splitlines()
    assert "handed over" in lines[0]
    assert not any("achieved" in line for line in lines)
    assert any("target €200 → €5, handed over" in line for line in lines)
    report = json.loads(ok(run, "period", "report", "--to", "json"))
    assert report["tally"] == {"achieved": 0, "missed": 0, "dropped": 0, "handed_over": 1, "carried": 0, "open": 2}
    assert [(g["id"], g["result"]) for g in report["goals"] if g["owner"] == "ben"] == [("G2", "handed over")]
    assert sum(b["goals"] for b in report["distribution"]) == 2
    text = ok(run, "period", "report")
    assert "  handed over " in text
    assert "results           1 handed over, 2 open" in text
    ok(run, "period", "next", "--starts", "today", *MARA)
    text = ok(run, "period", "report", "--period", "Now")
    assert "1 handed over, 1 carried" in text
    assert run("board", "doctor").returncode == 0


@pytest.mark.usefixtures("team")
def test_what_stays_of_a_goal_that_was_handed_over_is_no_success_in_a_review(run: Run) -> None:
    ok(run, "checkin", "G2", "5", "--as", "ben")
    ok(run, "goal", "hand-over", "G2", "--to", "pau", *MARA)
    ok(run, "review", "schedule", "ben", "today+1", *MARA)
    line = next(line for line in ok(run, "review", "prep", "ben", *MARA).splitlines() if "ARR Nordics" in line)
    assert "handed over" in line
    assert "pace" not in line
    exported = ok(run, "review", "export", "R1", "--to", "md", *MARA)
    assert "100 %, handed over" in exported


@pytest.mark.usefixtures("team")
def test_leaving_says_who_gets_a_goal_a_second_time(run: Run) -> None:
    ok(run, "goal", "add", "CRM clean", "--for", "ana,ben", *MARA)
    said = ok(run, "member", "leave", "ben", "today", "--goals-to", "ana", *MARA).splitlines()
    drop = "`teamboard goal close G4 --dropped -m '…'`"
    assert said[1:] == [f"  Ana Ruiz has G4 CRM clean already, as G3: {drop} drops it"]
    ok(run, "undo", *MARA)
    said = ok(run, "member", "leave", "ben", "today", "--goals-to", "ana", "--goal", "G4=dropped", *MARA).splitlines()
    assert said[1:] == []


def test_the_help_says_when_a_goal_asks_to_be_acknowledged(run: Run) -> None:
    words = " ".join(ok(run, "goal", "add", "--help").split())
    assert "asked to acknowledge it; not so for goals that come from a file: `init --from`" in words


@pytest.mark.slow
def test_who_leaves_later_checks_in_until_then_and_it_counts(run: Run, team: Path) -> None:
    starts = monday() + timedelta(days=14)
    ok(run, "member", "add", "otto", "Otto Ohm", "--manager", "mara", "--starts", f"{starts}", *MARA)
    ok(run, "goal", "add", "Calls", "--owner", "ben", "--per", "week", "20", "--starts", f"{monday()}", *MARA)
    ok(run, "checkin", "G3", "15", "--as", "ben")
    ok(run, "checkin", "G2", "40", "--as", "ben")
    before = of_goal(run, "G3")
    leave = ["member", "leave", "ben", f"{monday() + timedelta(days=8)}", "--goals-to", "otto", *MARA]
    ok(run, *leave)
    after = of_goal(run, "G3")
    assert (after["owner"], after["value"], after["week"]) == ("otto", before["value"], before["week"])
    # This week, a day of the next, when Ben leaves, and Otto's weeks.
    assert after["target"] == 20 + 3 + 20
    # Ben goes on until then: on what goes to Otto, and on what stays his.
    ok(run, "checkin", "G3", "+3", "--as", "ben")
    assert of_goal(run, "G3")["value"] == 18
    ok(run, "checkin", "G2", "50", "--as", "ben")
    assert (of_goal(run, "T1")["value"], of_goal(run, "T1")["contributions"]["ben"]) == (50, 1.0)
    refused_and_unchanged(run, team, ["checkin", "G3", "4", "--as", "otto"], 1, f"who starts on {starts}")
    refused_and_unchanged(run, team, ["checkin", "G3", "4", "--as", "ana"], 1, "may check in here")
    refused_and_unchanged(run, team, ["checkin", "G2", "60", *MARA], 1, "G2 is over")
    due = [d for d in json.loads(ok(run, "due", "--json")) if d["kind"] == "check-in" and d["owes"] == "otto"]
    assert all(d["on"] > f"{starts}" for d in due)
    assert run("board", "doctor").returncode == 0


def refused(run: Run, *arguments: str) -> str:
    found = run(*arguments)
    assert found.returncode == 1, found.stdout
    return found.stderr


CALLS = ("goal", "add", "Calls", "--owner", "ben", "--per", "week", "10", "--unit", "€", "--align", "T1")


@pytest.mark.slow
@pytest.mark.usefixtures("team")
def test_the_week_that_runs_stays_with_the_owner_before_and_the_rest_takes_none_of_it(run: Run) -> None:
    rest_starts = monday() + timedelta(days=7)
    ok(run, *CALLS, "--starts", f"{monday() - timedelta(days=14)}", *MARA)
    ok(run, "checkin", "G3", "4", "--as", "ben")
    ok(run, "goal", "hand-over", "G3", "--to", "pau", *MARA)
    says = f"G4 starts on {rest_starts}: check in on that day or a later one."
    assert says in refused(run, "checkin", "G4", "6", "--as", "pau")
    assert of_goal(run, "T1")["value"] == 4
    ok(run, "checkin", "G3", "8", "--as", "ben")
    assert (of_goal(run, "G3")["outcome"], of_goal(run, "T1")["value"]) == ("achieved", 8)
    assert "may check in" in refused(run, "checkin", "G3", "9", "--as", "pau")
    ok(run, "undo", *MARA)
    assert (of_goal(run, "G3")["outcome"], of_goal(run, "T1")["value"]) == (None, 8)
    ok(run, "board", "doctor")


@pytest.mark.slow
@pytest.mark.usefixtures("team")
def test_weeks_before_this_one_are_over_for_the_owner_before(run: Run) -> None:
    ok(run, *CALLS, "--starts", f"{monday() - timedelta(days=14)}", *MARA)
    ok(run, "checkin", "G3", "4", "--on", f"{monday() - timedelta(days=7)}", "--as", "ben")
    ok(run, "goal", "hand-over", "G3", "--to", "pau", *MARA)
    assert "G3 is over: handed over" in refused(run, "checkin", "G3", "8", "--as", "ben")
    ok(run, "checkin", "G4", "6", "--as", "pau")
    assert of_goal(run, "T1")["value"] == 10


@pytest.mark.slow
@pytest.mark.usefixtures("team")
def test_no_activity_counts_before_its_first_week(run: Run) -> None:
    ok(run, *CALLS, "--starts", f"{monday() + timedelta(days=9)}", *MARA)
    assert f"G3 starts on {monday() + timedelta(days=9)}" in refused(run, "checkin", "G3", "3", "--as", "ben")


@pytest.mark.slow
@pytest.mark.usefixtures("team")
@pytest.mark.parametrize(
    ("due", "on", "says"),
    [(-1, -7, "The last week of G3 is over: close it: "), (6, 0, "No week of G3 is left after this one: close it: ")],
)
def test_an_activity_without_a_week_left_is_missed_and_leaving_goes_on(run: Run, due: int, on: int, says: str) -> None:
    starts, ends = (f"{monday() + timedelta(days=days)}" for days in (-14, due))
    ok(run, *CALLS, "--starts", starts, "--due", ends, *MARA)
    ok(run, "checkin", "G3", "4", "--on", f"{monday() + timedelta(days=on)}", "--as", "ben")
    found = refused(run, "goal", "hand-over", "G3", "--to", "pau", *MARA)
    assert f"{says}`teamboard goal close G3 --missed" in found
    assert "G3 missed" in ok(run, "member", "leave", "ben", "today", "--goals-to", "pau", *MARA)
    assert (of_goal(run, "G3")["outcome"], of_goal(run, "T1")["value"]) == ("missed", 4)


@pytest.mark.slow
@pytest.mark.usefixtures("team")
def test_what_is_handed_over_beyond_the_target_lowers_a_mean_as_a_higher_target_would(run: Run) -> None:
    ok(run, "align", "G1", "T1=60", "T2=40", *MARA)
    ok(run, "checkin", "G1", "400", "-y", "--as", "ana")
    said = ok(run, "goal", "hand-over", "G1", "--to", "pau", "--target", "100", *MARA)
    assert "€100 are to do for Pau Ferrer, €100 more than was left; T2 Habits: 100 % → 80 %. Pau" in said
    assert of_goal(run, "T2")["progress"] == pytest.approx(0.8)
    assert (of_goal(run, "G1")["weight"], of_goal(run, "G3")["weight"]) == (0.8, 0.2)
    ok(run, "checkin", "G3", "100", "--as", "pau")
    assert of_goal(run, "T2")["progress"] == pytest.approx(1)


@pytest.mark.slow
@pytest.mark.usefixtures("team")
def test_who_leaves_is_told_which_mean_their_dropped_goals_change(run: Run) -> None:
    ok(run, "goal", "add", "Course", "--owner", "ben", "--kind", "skill", "--target", "2", "--align", "T2", *MARA)
    ok(run, "goal", "add", "Talks", "--owner", "ana", "--kind", "skill", "--target", "2", "--align", "T2", *MARA)
    ok(run, "checkin", "G3", "1", "--as", "ben")
    said = ok(run, "member", "leave", "ben", "today", "--goals-to", "pau", *MARA)
    assert said.splitlines()[-1] == "  T2 Habits: 25 % → 0 %, without G3"


@pytest.mark.slow
def test_a_declined_proposal_is_said_to_be_one_where_it_keeps_a_team_goal(run: Run, team: Path) -> None:
    ok(run, "goal", "add", "Wrong", "--team", *MARA)
    ok(run, "goal", "add", "More", "--align", "T3", "--as", "ana")
    ok(run, "revision", "decline", "G3", "-m", "no", *MARA)
    says = "T3 has the declined proposal G3 aligned to it: it stays, and can be closed: `teamboard goal close T3"
    refused_and_unchanged(run, team, ["goal", "remove", "T3", *MARA], 1, says)
    ok(run, "goal", "close", "T3", "--dropped", "-m", "Wrong", *MARA)


@pytest.mark.slow
@pytest.mark.usefixtures("team")
def test_a_refused_sum_of_shares_is_written_as_the_team_writes_numbers(run: Run) -> None:
    ok(run, "team", "--numbers", "de", *MARA)
    assert "add up to 100 %, not 110,5 %" in refused(run, "align", "G1", "T1=60,5", "T2=50", *MARA)


@pytest.mark.slow
@pytest.mark.usefixtures("team")
def test_a_call_and_a_best_case_are_taken_away(run: Run) -> None:
    ok(run, "checkin", "G2", "20", "--call", "100", "--best", "150", "--as", "ben")
    fix = ("goal", "edit", "G2", "--checkin", "C1")
    corrected = ok(run, *fix, "--call", "none", "--best", "none", "--as", "ben")
    assert "C1 of G2 is corrected: €20, not €20, call €100, best case €150." in corrected
    assert "call" not in ok(run, "show", "--goal", "G2")
    assert "Nothing about C1 would change" in refused(run, *fix, "--call", "none", "--as", "ben")
