"""`member`: days away, who leaves and returns, and what is refused."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import refused_and_unchanged
from tests.conftest import Run


@pytest.mark.slow
@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["member", "change", "mara", "--manager", "ana", "--as", "mara"], 1, "nobody is their own manager"),
        (["member", "change", "ana", "--manager", "nobody", "--as", "mara"], 1, "no member 'nobody'"),
        (["member", "add", "none", "Nina None", "--as", "mara"], 1, "is a word of the command line"),
        (["member", "change", "mara", "--manager", "none", "--as", "mara"], 1, "would change"),
        (["goal", "add", "More", "--owner", "ben", "--as", "ana"], 1, "may add a goal here"),
        (["member", "add", "zoe", "Zoe", "--ramp", "25,101", "--as", "mara"], 1, "each from 0 to 100"),
        (["member", "add", "zoe", "Zoe", "--ramp", "a,b", "--as", "mara"], 1, "'a,b' is not a ramp"),
        (["member", "add", "zoe", "Zoe", "--ramp", "", "--as", "mara"], 1, "is not a ramp"),
        (["member", "change", "ben", "--ramp", "1,2,3,4,5,6", "--as", "mara"], 1, "as many months as the period"),
        (["member", "change", "ben", "--starts", "0001-01-01", "--as", "mara"], 1, "0001-01-01"),
        (["member", "change", "ben", "--ramp", "none", "--as", "mara"], 1, "would change"),
        (["member", "change", "ben", "--ramp", "50", "--as", "ana"], 1, "may change a member here"),
        (["member", "change", "ana", "--no-login", "nobody", "--as", "mara"], 1, "has no login 'nobody'"),
        (["member", "change", "zoe", "--name", "Zoe", "--as", "mara"], 1, "no member 'zoe'"),
    ],
    ids=lambda v: " ".join(v) if isinstance(v, list) else str(v),
)
def test_bad_input_is_refused_with_nothing_written(
    run: Run, demo: Path, arguments: list[str], code: int, says: str
) -> None:
    refused_and_unchanged(run, demo, arguments, code, says)


@pytest.mark.slow
@pytest.mark.usefixtures("demo")
def test_nothing_falls_due_while_somebody_is_away(run: Run) -> None:
    owed = run("due", "--as", "ben").stdout
    assert "Ben" in owed
    found = run("member", "away", "ben", "today-30", "today+9", "-m", "parental leave", "--as", "mara")
    assert found.returncode == 0, found.stderr
    member = json.loads(run("show", "--member", "ben", "--json").stdout)
    until = datetime.fromisoformat(member["away"][0]["ends"])
    assert found.stdout == f"Ben Okafor (ben) is away from {member['away'][0]['starts']} to {until:%Y-%m-%d}.\n"
    assert member["away"][0]["note"] == "parental leave"
    assert member["feedback"]["overdue_days"] == 0
    board = run("show").stdout
    assert f"away until {until:%d %b}" in next(line for line in board.splitlines() if "Ben Okafor" in line)
    overdue = [line for line in json.loads(run("due", "--json").stdout) if line["overdue"]]
    assert not [due for due in overdue if "ben" in (due["owes"], due["to"]) and due["owes"] in ("ben", None)]
    logged = run("log").stdout
    assert "Mara Lind put down that Ben Okafor is away from" in logged
    assert "parental leave" in logged
    assert run("doctor").returncode == 0
    assert run("undo", "--as", "mara").returncode == 0
    assert run("due", "--as", "ben").stdout == owed


@pytest.mark.slow
@pytest.mark.usefixtures("demo")
def test_whether_days_away_count_is_a_setting_of_the_team(run: Run) -> None:
    def pace() -> float:
        return float(json.loads(run("show", "--goal", "G12", "--json").stdout)["pace"])

    all_days = pace()
    assert run("member", "away", "ana", "today-20", "today-1", "--as", "ana").returncode == 0
    paused = pace()
    assert paused < all_days
    assert "pause the pace" in run("team").stdout
    assert "count for the pace" in run("team", "--away-counts", "--as", "mara").stdout
    assert pace() == all_days
    assert run("team", "--away-pauses", "--as", "mara").returncode == 0
    assert pace() == paused


@pytest.mark.slow
@pytest.mark.parametrize(
    ("days", "code", "says"),
    [
        (["today+9", "today+2"], 1, "give the first day away, then the last"),
        (["today+9", "today+20"], 1, "already: give other days, or undo that first"),
        (["today", "soon"], 1, "'soon' is not a date"),
        (["today", ""], 1, "Give the first day away and the last"),
        (["0001-01-01", "today-9"], 1, "0001-01-01"),
        (["today+90", "9999-12-31"], 1, "9999-12-31"),
        (["today"], 2, "Missing argument"),
    ],
    ids=lambda v: " ".join(v) if isinstance(v, list) else str(v),
)
def test_bad_days_are_refused_with_nothing_written(run: Run, demo: Path, days: list[str], code: int, says: str) -> None:
    today = datetime.now(UTC)
    first, last = (f"{today + timedelta(days=n):%Y-%m-%d}" for n in (5, 12))
    assert run("member", "away", "ana", first, last, "--as", "ana").returncode == 0
    refused_and_unchanged(run, demo, ["member", "away", "ana", *days, "--as", "ana"], code, says)


@pytest.mark.slow
def test_a_colleague_may_not(run: Run, demo: Path) -> None:
    arguments = ["member", "away", "ana", "today", "today+2", "--as", "ben"]
    refused_and_unchanged(run, demo, arguments, 1, "may put down days away here")


@pytest.mark.slow
@pytest.mark.usefixtures("demo")
def test_a_new_head_takes_over_the_team(run: Run) -> None:
    """Ben takes Mara's place, and two swap places: nobody is their own manager on the way."""
    for arguments in (
        ["ben", "--manager", "none", "--as", "mara"],
        ["mara", "--manager", "ben", "--as", "ben"],
        ["ana", "--manager", "pau", "--as", "ben"],
    ):
        found = run("member", "change", *arguments)
        assert found.returncode == 0, found.stderr
    managers = {m["handle"]: m["manager"] for m in json.loads(run("member", "list", "--json").stdout)}
    assert [managers[handle] for handle in ("ben", "mara", "pau", "ana")] == [None, "ben", "mara", "pau"]
    assert "(manager: none)" in run("log").stdout
    # Ben is above Ana by three levels, and Pau beside them by none.
    assert run("checkin", "G12", "+1", "--as", "ben").returncode == 0
    assert run("goal", "add", "More", "--owner", "ana", "--as", "mara").returncode == 0
    assert run("one-on-one", "ana", "--topic", "Calls", "--as", "ben").returncode == 1
    # The two swap places.
    for arguments in (["ana", "--manager", "mara"], ["pau", "--manager", "ana"]):
        assert run("member", "change", *arguments, "--as", "ben").returncode == 0
    assert run("doctor").returncode == 0


@pytest.mark.slow
@pytest.mark.usefixtures("demo")
def test_somebody_joins_in_the_middle_of_a_period(run: Run) -> None:
    """Pace = the ramp up to today / the ramp to the due day, from the member's first day; the target stays."""
    added = run("member", "add", "zoe", "Zoe", "--starts", "today-9", "--ramp", "25,50,75,100", "--as", "mara")
    assert added.returncode == 0, added.stderr
    arguments = ["goal", "add", "Calls", "--owner", "zoe", "--target", "100", "--due", "today+10", "--as", "mara"]
    assert run(*arguments).returncode == 0

    def goal() -> dict[str, object]:
        found: dict[str, object] = json.loads(run("show", "--member", "zoe", "--json").stdout)["goals"][0]
        return found

    zoe = json.loads(run("show", "--member", "zoe", "--json").stdout)
    first = date.fromisoformat(zoe["starts"])
    assert zoe["ramp"] == [25, 50, 75, 100]
    # Twenty days are in one month of the ramp: ten of them have passed.
    assert goal()["pace"] == pytest.approx(0.5)
    assert goal()["measure"]["target"] == 100  # type: ignore[index]
    assert run("member", "change", "zoe", "--ramp", "none", "--starts", "today", "--as", "mara").returncode == 0
    assert goal()["pace"] == pytest.approx(1 / 11)
    assert json.loads(run("show", "--member", "zoe", "--json").stdout)["starts"] == f"{first + timedelta(days=9)}"
    assert f"of Zoe (starts: {first + timedelta(days=9)})" in run("log").stdout
    assert run("doctor").returncode == 0


@pytest.mark.slow
@pytest.mark.usefixtures("demo")
def test_a_login_is_taken_away_and_free_for_another(run: Run) -> None:
    def change(handle: str, *arguments: str) -> str:
        found = run("member", "change", handle, *arguments, "--as", "mara")
        return found.stderr

    assert change("ana", "--login", "shared", "--login", "other") == ""
    assert "'shared' is ana's already" in change("ben", "--login", "shared")
    assert change("ana", "--no-login", "shared") == ""
    assert change("ben", "--login", "shared") == ""
    assert "has no login 'shared'" in change("ana", "--no-login", "shared")
    assert change("ana", "--no-login", "other") == ""


# -- leaving and returning: what is handed over, what is closed, and that an undo gives all of it back

HAND_OVER = ["member", "leave", "ben", "today", "--goals-to", "ana", "--as", "mara"]


def shown(run: Run, *arguments: str) -> Any:
    found = run(*arguments, "--json")
    assert found.returncode == 0, found.stderr
    return json.loads(found.stdout)


def handles(run: Run) -> list[str]:
    return [m["handle"] for m in shown(run, "member", "list")]


def records(board: Path) -> dict[str, Any]:
    """The tables of a board's file, without the history and what counts commits."""
    tables = json.loads(board.read_text(encoding="utf-8"))
    return {name: table for name, table in tables.items() if name not in ("history", "meta")}


def do(run: Run, *arguments: str) -> str:
    found = run(*arguments)
    assert found.returncode == 0, found.stderr
    return found.stdout


@pytest.mark.slow
def test_who_leaves_is_off_the_board_and_a_colleague_takes_over(run: Run, demo: Path) -> None:
    do(run, "member", "change", "ben", "--login", "benno", "--as", "mara")
    do(run, "ask", "ben", "How was it?", "--as", "ana")
    do(run, "feedback", "ben", "Well done", "--as", "ana")
    do(run, "one-on-one", "ben", "-m", "Tired", "--action", "Call Nordlys", "--as", "ben")
    before, kept = records(demo), shown(run, "show", "--goal", "G23")
    said = do(run, *HAND_OVER)
    assert said.startswith("Ben Okafor (ben) is off the board from ")
    assert "G23 → Ana Ruiz, G24 → Ana Ruiz, G25 dropped" in said
    assert "ben" not in handles(run)
    assert "Ben Okafor" not in do(run, "show")
    for command in (["due"], ["pulse"]):
        assert "Ben" not in do(run, *command), command
    # The value goes along; the logins are free.
    goal = shown(run, "show", "--goal", "G23")
    assert (goal["owner"], goal["value"], goal["progress"]) == ("ana", kept["value"], kept["progress"])
    do(run, "checkin", "G23", "+1", "--as", "ana")
    do(run, "undo", "--as", "ana")
    do(run, "member", "change", "ana", "--login", "benno", "--as", "mara")
    do(run, "undo", "--as", "mara")
    # Nothing waits for him any more.
    after = records(demo)
    member = next(m for m in after["members"].values() if m["handle"] == "ben")
    assert "logins" not in member
    assert not [f for f in after["feedback"].values() if f["to"] == "ben" and f.get("state") in (None, "acknowledged")]
    asked = next(f for f in after["feedback"].values() if f["text"] == "How was it?")
    assert (asked["state"], asked["replies"][-1]["by"]) == ("declined", "mara")
    meetings = [o for o in after["one_on_ones"].values() if o["member"] == "ben"]
    assert all("held" in o for o in meetings)
    assert any(note["text"] == "Tired" for o in meetings for note in o.get("notes", ()))
    actions = [a for table in ("one_on_ones", "reviews") for o in after[table].values() for a in o.get("actions", ())]
    assert all("done" in a for a in actions if a["owner"] == "ben")
    assert not [v for v in after["revisions"].values() if v["goal"] == "G23" and v["state"] == "proposed"]
    assert "Mara Lind put down that Ben Okafor leaves on" in do(run, "log")
    assert run("doctor").returncode == 0
    # The past keeps him under his name.
    assert "Ben Okafor" in do(run, "show", "--as-of", "today-1")
    assert "Ben Okafor" in do(run, "log", "--member", "ben")
    # An undo gives all of it back.
    do(run, "undo", "--as", "mara")
    assert records(demo) == before
    assert run("doctor").returncode == 0


@pytest.mark.slow
def test_each_goal_goes_its_own_way(run: Run, demo: Path) -> None:
    goals = ["--goal", "g23=chi", "--goal", "G24=achieved", "--goal", "G25=ana"]
    do(run, "member", "leave", "ben", "today", *goals, "--as", "mara")
    after = records(demo)["goals"]
    assert [after[n]["owner"] for n in ("23", "24", "25")] == ["chi", "ben", "ana"]
    assert after["24"]["outcome"] == "achieved"
    assert "outcome" not in after["23"] | after["25"]


@pytest.mark.slow
def test_a_manager_leaves_and_reports_and_meetings_go_to_the_new_one(run: Run, demo: Path) -> None:
    do(run, "member", "change", "pau", "--manager", "ben", "--as", "mara")
    do(run, "one-on-one", "pau", "--action", "Coach Pau", "--as", "ben")
    do(run, *HAND_OVER)
    after = records(demo)
    assert next(m for m in after["members"].values() if m["handle"] == "pau")["manager"] == "mara"
    planned = next(o for o in after["one_on_ones"].values() if o["member"] == "pau" and "held" not in o)
    assert (planned["manager"], planned["actions"][0]["owner"]) == ("mara", "mara")
    assert {r["manager"] for r in after["reviews"].values() if r["member"] == "pau" and not r.get("state")} == {"mara"}
    assert run("doctor").returncode == 0


@pytest.mark.slow
def test_the_head_of_the_team_leaves_and_somebody_takes_their_place(run: Run, demo: Path) -> None:
    do(run, "member", "leave", "mara", "today", "--goals-to", "dropped", "--reports-to", "ana", "--as", "mara")
    managers = {m["handle"]: m["manager"] for m in shown(run, "member", "list")}
    assert managers.pop("ana") is None
    assert set(managers.values()) == {"ana"}
    team_goals = records(demo)["team_goals"].values()
    assert {t["owner"] for t in team_goals if "outcome" not in t} == {"ana"}
    # Who has left acts no more, and the new head does.
    refused_and_unchanged(run, demo, ["undo", "--as", "mara"], 1, "Mara Lind left the team on")
    do(run, "team", "--feedback", "9", "--as", "ana")
    assert run("doctor").returncode == 0


@pytest.mark.slow
def test_who_returns_is_back_on_the_board(run: Run, demo: Path) -> None:
    do(run, *HAND_OVER)
    refused_and_unchanged(run, demo, ["feedback", "give", "ben", "Hi", "--as", "ana"], 1, "left the team on")
    said = do(run, "member", "return", "ben", "--as", "mara")
    assert said == "Ben Okafor (ben) is back on the board, manager mara.\n"
    assert "ben" in handles(run)
    assert "Mara Lind brought Ben Okafor back onto the board" in do(run, "log")
    # What was handed over stays where it is.
    assert shown(run, "show", "--goal", "G23")["owner"] == "ana"
    do(run, "feedback", "ben", "Welcome back", "--as", "ana")


@pytest.mark.slow
@pytest.mark.usefixtures("demo")
def test_who_leaves_later_is_on_the_board_until_then(run: Run) -> None:
    do(run, "member", "leave", "ben", "today+5", "--goals-to", "ana", "--as", "mara")
    assert "ben" in handles(run)
    assert shown(run, "show", "--member", "ben")["left"] is not None
    do(run, "feedback", "ana", "Take care", "--as", "ben")


LEAVE = ["member", "leave"]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ([*LEAVE, "ben", "today", "--as", "mara"], "say who takes it with --goals-to"),
        ([*LEAVE, "ben", "today", "--goals-to", "ana", "--as", "ana"], "may leave the team here"),
        ([*LEAVE, "ben", "soon", "--goals-to", "ana", "--as", "mara"], "'soon' is not a date"),
        ([*LEAVE, "ben", "", "--goals-to", "ana", "--as", "mara"], "Give the first day"),
        ([*LEAVE, "ben", "2001-01-01", "--goals-to", "ana", "--as", "mara"], "has been on the board since"),
        ([*LEAVE, "nobody", "today", "--as", "mara"], "no member 'nobody'"),
        ([*LEAVE, "ben", "today", "--goals-to", "ben", "--as", "mara"], "is the one who leaves"),
        ([*LEAVE, "ben", "today", "--goals-to", "zoe", "--as", "mara"], "no member 'zoe'"),
        ([*LEAVE, "ben", "today", "--goals-to", "chi", "--as", "mara"], "left the team on"),
        ([*LEAVE, "ben", "today", "--goals-to", "dana", "--as", "mara"], "is away until"),
        ([*LEAVE, "ben", "today", "--goal", "G23", "--as", "mara"], "does not say who takes which goal"),
        ([*LEAVE, "ben", "today", "--goal", "G12=ana", "--as", "mara"], "not an open goal of Ben Okafor"),
        ([*LEAVE, "ben", "today", "--goal", "G23=ana", "--goal", "g23=pau", "--as", "mara"], "is there twice"),
        ([*LEAVE, "mara", "today", "--goals-to", "ana", "--as", "mara"], "say who takes them over"),
        ([*LEAVE, "mara", "today", "--reports-to", "mara", "--as", "mara"], "is the one who leaves"),
        ([*LEAVE, "chi", "today", "--as", "mara"], "already"),
        (["member", "return", "ben", "--as", "mara"], "is on the team"),
        (["member", "return", "chi", "--as", "ana"], "may return to the team here"),
        (["member", "return", "chi", "--manager", "chi", "--as", "mara"], "left the team on"),
        (["member", "change", "ana", "--manager", "chi", "--as", "mara"], "left the team on"),
        (["goal", "add", "More", "--owner", "chi", "--as", "mara"], "left the team on"),
        (["ask", "chi", "How?", "--as", "ana"], "left the team on"),
    ],
    ids=lambda v: " ".join(v) if isinstance(v, list) else str(v),
)
def test_bad_leaving_is_refused_with_nothing_written(run: Run, demo: Path, arguments: list[str], says: str) -> None:
    do(run, *LEAVE, "chi", "today", "--goals-to", "dropped", "--as", "mara")
    do(run, "member", "away", "dana", "today", "today+3", "--as", "mara")
    refused_and_unchanged(run, demo, arguments, 1, says)


@pytest.mark.slow
def test_the_last_manager_can_not_leave(run: Run, tmp_path: Path) -> None:
    board = tmp_path / "team.board.json"
    assert run("init", "--team", "Us", "--name", "Mara Lind", TZ="Europe/Madrid").returncode == 0
    handle = handles(run)[0]
    refused_and_unchanged(run, board, [*LEAVE, handle, "today"], 1, "is the last manager")
