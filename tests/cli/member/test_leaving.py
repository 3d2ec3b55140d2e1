"""`member leave` and `member return`: who takes over, what is closed, what comes back, and what is refused."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import refused_and_unchanged
from tests.conftest import Run
from tests.helpers.terminal import Terminal

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
    before, kept, team = records(demo), shown(run, "show", "--goal", "G23"), shown(run, "show", "--goal", "T3")
    said = do(run, *HAND_OVER)
    assert said.startswith("Ben Okafor (ben) is off the board from ")
    assert "G23 → Ana Ruiz as G41, G24 achieved, G25 dropped" in said
    assert "ben" not in handles(run)
    assert "Ben Okafor" not in do(run, "show")
    for command in (["due"], ["pulse"]):
        assert "Ben" not in do(run, *command), command
    # What he reached stays his, the rest is Ana's, who acknowledges it, and the team has what it had.
    his, hers = (shown(run, "show", "--goal", goal) for goal in ("G23", "G41"))
    assert (his["owner"], his["outcome"], his["measure"]["target"]) == ("ben", "achieved", kept["value"])
    assert (hers["owner"], hers["value"]) == ("ana", 0)
    assert hers["measure"]["target"] == kept["measure"]["target"] - kept["value"]
    assert shown(run, "show", "--goal", "T3")["progress"] == pytest.approx(team["progress"])
    assert shown(run, "show", "--member", "ana")["waiting"][-1:] == [hers["revisions"][-1]["id"]]
    do(run, "checkin", "G41", "+1", "--as", "ana")
    do(run, "undo", "--as", "ana")
    do(run, "member", "change", "ana", "--login", "benno", "--as", "mara")
    do(run, "undo", "--as", "mara")
    # Nothing waits for him any more.
    after = records(demo)
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
    goals = ["--goal", "g23=missed", "--goal", "G24=achieved", "--goal", "G25=ana"]
    do(run, "member", "leave", "ben", "today", *goals, "--as", "mara")
    after = records(demo)["goals"]
    assert [after[n]["owner"] for n in ("23", "24", "25")] == ["ben", "ben", "ana"]
    assert [after[n].get("outcome") for n in ("23", "24", "25")] == ["missed", "achieved", None]


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
    staying = len(managers)
    # Who has left acts no more, and the new head does.
    refused_and_unchanged(run, demo, ["undo", "--as", "mara"], 1, "Mara Lind left the team on")
    do(run, "team", "--feedback", "9", "--as", "ana")
    assert run("doctor").returncode == 0
    # Who returns is told who stays with whom; she herself is one of those who had reported.
    do(run, "member", "change", "ben", "--manager", "pau", "--as", "ana")
    assert do(run, "member", "return", "mara", "--manager", "ana", "--as", "ana") == (
        "Mara Lind (mara) is back on the board, manager ana. "
        f"{staying - 1} members stay with Ana Ruiz, 1 member stays with Pau Ferrer.\n"
    )


@pytest.mark.slow
def test_the_new_head_undoes_that_the_head_has_left(run: Run, demo: Path) -> None:
    before = records(demo)
    do(run, "member", "leave", "mara", "today", "--goals-to", "dropped", "--reports-to", "ana", "--as", "mara")
    refused_and_unchanged(run, demo, ["undo", "--of", "mara", "--as", "ben"], 1, "Only Ana Ruiz (ana) may undo here")
    refused_and_unchanged(run, demo, ["undo", "--of", "zoe", "--as", "ana"], 1, "no member 'zoe'")
    # It is said before it is undone.
    today = datetime.now(UTC).date()
    says = f"The last change by Mara Lind is of {today}: Mara Lind put down that Mara Lind leaves on {today}"
    refused_and_unchanged(run, demo, ["undo", "--of", "mara", "--as", "ana"], 1, says)
    undone = do(run, "undo", "--of", "mara", "--yes", "--as", "ana")
    assert undone.startswith("Undone: Mara Lind put down that Mara Lind leaves")
    assert records(demo) == before
    # She is on the team again: her changes are her own.
    do(run, "team", "--feedback", "9", "--as", "mara")
    refused_and_unchanged(run, demo, ["undo", "--of", "mara", "--as", "ana"], 1, "Only Mara Lind (mara) may undo here")


@pytest.mark.slow
def test_what_a_leaver_did_before_is_undone_only_by_those_above_and_after_a_question(
    run: Run, demo: Path, terminals: list[Terminal]
) -> None:
    """That somebody leaves was put down by others: it is theirs to undo."""
    do(run, "member", "change", "pau", "--manager", "ana", "--as", "mara")
    do(run, "feedback", "pau", "Well done", "--as", "ben")
    do(run, "member", "leave", "ben", "today+9", "--goals-to", "ana", "--as", "mara")
    last = f"The last change by Ben Okafor is of {datetime.now(UTC).date()}: Ben Okafor praised Pau Ferrer: Well done."
    undo = ["undo", "--of", "ben", "--as"]
    refused_and_unchanged(run, demo, [*undo, "ana"], 1, "Only Mara Lind (mara) may undo here")
    refused_and_unchanged(run, demo, [*undo, "mara"], 1, f"{last} Add --yes to undo that.")
    before = demo.read_bytes()
    for answer, says in (("n", "Nothing was changed."), ("y", "Undone: Ben Okafor praised")):
        terminal = Terminal(demo.parent, *undo, "mara", "--board", str(demo), columns=160)
        terminals.append(terminal)
        terminal.wait_for(last)
        terminal.wait_for("Undo it? [y/N]:")
        assert demo.read_bytes() == before
        terminal.type(f"{answer}\r")
        terminal.wait_for(says)
        assert terminal.finish() == 0
    # One's own last is undone at once, by name too.
    do(run, "undo", "--of", "mara", "--as", "mara")


@pytest.mark.slow
def test_the_login_of_who_has_left_is_free_and_comes_back_if_nobody_has_it(run: Run, demo: Path) -> None:
    do(run, "member", "change", "ben", "--login", "benno", "--login", "bo", "--as", "mara")
    taken = ["member", "change", "ana", "--login", "benno", "--as", "mara"]
    refused_and_unchanged(run, demo, taken, 1, "'benno' is ben's already")
    do(run, *HAND_OVER)
    do(run, *taken)
    do(run, "member", "return", "ben", "--as", "mara")
    logins = {m["handle"]: m.get("logins", []) for m in records(demo)["members"].values()}
    assert (logins["ana"][-1], logins["ben"][-1]) == ("benno", "bo")
    assert "benno" not in logins["ben"]


@pytest.mark.slow
def test_who_returns_is_back_on_the_board(run: Run, demo: Path) -> None:
    do(run, *HAND_OVER)
    refused_and_unchanged(run, demo, ["feedback", "give", "ben", "Hi", "--as", "ana"], 1, "left the team on")
    said = do(run, "member", "return", "ben", "--as", "mara")
    assert said == "Ben Okafor (ben) is back on the board, manager mara.\n"
    assert "ben" in handles(run)
    assert "Mara Lind brought Ben Okafor back onto the board" in do(run, "log")
    # What was handed over stays where it is.
    assert shown(run, "show", "--goal", "G41")["owner"] == "ana"
    do(run, "feedback", "ben", "Welcome back", "--as", "ana")


@pytest.mark.slow
@pytest.mark.usefixtures("demo")
def test_who_leaves_later_is_on_the_board_until_then(run: Run) -> None:
    do(run, "member", "leave", "ben", "today+5", "--goals-to", "ana", "--as", "mara")
    assert "ben" in handles(run)
    assert shown(run, "show", "--member", "ben")["left"] is not None
    do(run, "feedback", "ana", "Take care", "--as", "ben")
    do(run, "member", "away", "ben", "today+2", "today+3", "-m", "Moving house", "--as", "ben")
    today = date.fromisoformat(shown(run, "show", "--json")["today"])
    lines = do(run, "show", "--member", "ben").splitlines()
    at = lines.index(" Coming up")
    assert lines[at + 1 : at + 3] == [
        f"   away from {today + timedelta(days=2)} to {today + timedelta(days=3)}: Moving house",
        f"   leaves the team on {today + timedelta(days=5)}",
    ]
    away, leaves = f"away from {today + timedelta(days=2):%d %b}", f"leaves {today + timedelta(days=5):%d %b}"
    assert f"  {away} · " in lines[0]
    assert leaves in run("show", COLUMNS="200").stdout
    do(run, "member", "add", "zoe", "Zoe Papas", "--starts", "today+9", "--as", "mara")
    do(run, "member", "away", "ben", "today", "today+1", "--as", "ben")
    says = {line.split()[0]: line for line in do(run, "member", "list").splitlines()}
    assert says["ben"].endswith(f"manager mara · away until {today + timedelta(days=1):%d %b} · {away} · {leaves}")
    assert says["zoe"].endswith(f"manager mara · starts {today + timedelta(days=9):%d %b}")
    assert "Coming up" not in do(run, "show", "--member", "ana")


@pytest.mark.slow
def test_who_has_left_is_shown_as_such(run: Run, demo: Path) -> None:
    do(run, *HAND_OVER)
    day = next(m["left"] for m in records(demo)["members"].values() if m["handle"] == "ben")
    line = do(run, "show", "--member", "ben").splitlines()[0]
    assert line.split("   ")[-1].strip() == f"left the team on {day}"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["goal", "add", "More", "--owner", "ben", "--as", "mara"], "choose somebody who stays"),
        (["goal", "add", "More", "--owner", "ben", "--kind", "skill", "--as", "ben"], "choose somebody who stays"),
        (["goal", "add", "More", "--owner", "ben", "--as", "ben"], "choose somebody who stays"),
        (["goal", "add", "More", "--for", "ana,ben", "--as", "mara"], "choose somebody who stays"),
        (["goal", "add", "More", "--team", "--owner", "ben", "--as", "mara"], "choose somebody who stays"),
        (["goal", "hand-over", "G13", "--to", "ben", "--as", "mara"], "choose somebody who stays"),
        (["goal", "hand-over", "T3", "--to", "ben", "--as", "mara"], "choose somebody who stays"),
        (["member", "change", "pau", "--manager", "ben", "--as", "mara"], "choose somebody who stays"),
        (
            ["member", "add", "eva", "Eva Sol", "--manager", "ben", "--as", "mara"],
            "choose somebody who stays",
        ),
        (["review", "schedule", "ben", "today+6", "--as", "mara"], "choose a day before it"),
        (["one-on-one", "ben", "--on", "today+5", "--topic", "Plans", "--as", "mara"], "choose a day before it"),
        (["member", "leave", "ana", "today", "--goals-to", "ben", "--as", "mara"], "choose somebody who stays"),
        (["member", "leave", "mara", "today", "--reports-to", "ben", "--as", "mara"], "choose somebody who stays"),
        (["goal", "reopen", "G25", "-m", "Again", "--as", "mara"], "who leaves the team on"),
    ],
    ids=lambda v: " ".join(v) if isinstance(v, list) else str(v),
)
def test_who_leaves_later_is_given_nothing_that_outlives_the_day(
    run: Run, demo: Path, arguments: list[str], says: str
) -> None:
    do(run, "member", "leave", "ben", "today+5", "--goals-to", "ana", "--as", "mara")
    refused_and_unchanged(run, demo, arguments, 1, says)


@pytest.mark.slow
def test_what_is_before_the_last_day_and_what_others_get_goes_on(run: Run, demo: Path) -> None:
    do(run, "member", "leave", "ben", "today+5", "--goals-to", "ana", "--as", "mara")
    do(run, "one-on-one", "ben", "--on", "today+4", "--topic", "Handover", "--as", "mara")
    do(run, "goal", "add", "More", "--for", "all", "--as", "mara")
    owners = {g["owner"] for g in records(demo)["goals"].values() if g["title"] == "More"}
    assert owners == set(handles(run)) - {"ben"}


@pytest.mark.slow
def test_an_undo_gives_nothing_to_somebody_who_leaves(run: Run, demo: Path) -> None:
    do(run, "goal", "close", "G25", "--dropped", "-m", "Not now", "--as", "ben")
    do(run, "member", "leave", "ben", "today+5", "--goals-to", "ana", "--as", "mara")
    refused_and_unchanged(run, demo, ["undo", "--as", "ben"], 1, "G25 would be left with somebody who leaves the team")


@pytest.mark.slow
def test_who_is_above_changes_renames_and_lets_a_member_leave_and_no_other_manager(run: Run, demo: Path) -> None:
    """Ana is a manager, of Pau; neither Ben's nor her own."""
    do(run, "member", "change", "pau", "--manager", "ana", "--as", "mara")
    for what, says in {
        ("leave", "ben", "today", "--goals-to", "pau"): "put down that a member leaves the team",
        ("change", "ben", "--manager", "ana"): "change a member",
        ("change", "ana", "--manager", "none"): "change a member",
        ("rename", "ben", "benny"): "rename a member",
    }.items():
        refused = (
            f"Only Mara Lind (mara){' or Ben Okafor (ben)' if 'benny' in what else ''} may {says} here; you are Ana"
        )
        refused_and_unchanged(run, demo, ["member", *what, "--as", "ana"], 1, refused)
    do(run, "member", "change", "pau", "--title", "AE", "--as", "ana")
    do(run, "member", "rename", "pau", "paul", "--as", "ana")
    do(run, "member", "leave", "paul", "today", "--goals-to", "ana", "--as", "ana")
    do(run, *HAND_OVER)


LEAVE = ["member", "leave"]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (
            [*LEAVE, "ben", "today", "--as", "mara"],
            "G23 of Ben Okafor is open: say who takes it with",
        ),
        (
            [*LEAVE, "ben", "today", "--goals-to", "ana", "--as", "ana"],
            "may put down that a member leaves the team here",
        ),
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
        (["member", "return", "chi", "--as", "ana"], "may bring a member back onto the team here"),
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
