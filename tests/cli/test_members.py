"""`member`: days away, newcomers, logins, and what is refused."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

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
        (["member", "change", "ben", "--starts", "none", "--as", "mara"], 1, "would change"),
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
        (["today+9", "today+20"], 1, "already: give other days, or shorten these with"),
        (["today", "soon"], 1, "'soon' is not a date"),
        (["today", ""], 1, "Give the first day away and the last"),
        (["0001-01-01", "today-9"], 1, "0001-01-01"),
        (["today+90", "9999-12-31"], 1, "9999-12-31"),
        (["today"], 1, "Give the first day away and the last"),
        ([], 1, "Give the first day away and the last"),
        (["today+5", "today+12"], 1, "already: give other days"),
        (["today+4", "today+12"], 1, "already: give other days"),
        (["--back", "today+4"], 1, "is not away on"),
        (["--back", "today+13"], 1, "is not away on"),
        (["--back", "soon"], 1, "'soon' is not a date"),
        (["--back", ""], 1, "Give the day on which they are back"),
        (["today+6", "today+7", "--back", "today+6"], 1, "not both"),
    ],
    ids=lambda v: " ".join(v) if isinstance(v, list) else str(v),
)
def test_bad_days_are_refused_with_nothing_written(run: Run, demo: Path, days: list[str], code: int, says: str) -> None:
    today = datetime.now(UTC)
    first, last = (f"{today + timedelta(days=n):%Y-%m-%d}" for n in (5, 12))
    assert run("member", "away", "ana", first, last, "--as", "ana").returncode == 0
    refused_and_unchanged(run, demo, ["member", "away", "ana", *days, "--as", "ana"], code, says)


@pytest.mark.slow
def test_days_away_are_shortened_and_taken_back(run: Run, demo: Path) -> None:
    def listed() -> list[dict[str, str]]:
        found: list[dict[str, str]] = json.loads(run("show", "--member", "ana", "--json").stdout)["away"]
        return found

    def away(*arguments: str) -> tuple[str, list[tuple[int, int, str]]]:
        found = run("member", "away", "ana", *arguments, "--as", "ana")
        assert found.returncode == 0, found.stderr
        days = [[(date.fromisoformat(a[name]) - today).days for name in ("starts", "ends")] for a in listed()]
        return found.stdout, [(first, last, a.get("note", "")) for (first, last), a in zip(days, listed(), strict=True)]

    assert run("member", "away", "ana", "today+20", "today+21", "--as", "ana").returncode == 0
    today = date.fromisoformat(listed()[0]["starts"]) - timedelta(days=20)
    away("today", "today+12", "-m", "Skiing")
    # Some of the days take their place, with the note; the others stay.
    assert away("today", "today+10")[1] == [(0, 10, "Skiing"), (20, 21, "")]
    log = run("log").stdout.splitlines()[0]
    first, last, before = (f"{today + timedelta(days=n)}" for n in (0, 10, 12))
    assert f"Ana Ruiz is away from {first} to {last}: Skiing, not from {first} to {before}: Skiing" in log
    said, days = away("--back", "today+5")
    assert (said, days[0]) == (f"Ana Ruiz (ana) is back on {today + timedelta(days=5)}.\n", (0, 4, "Skiing"))
    assert away("--back", "today")[1] == [(20, 21, "")]
    assert "Ana Ruiz took back that they are away from" in run("log").stdout.splitlines()[0]
    # Nothing is left of it: who is here speaks in the standup, and others can be put down in its place.
    assert "away until" not in next(line for line in run("show").stdout.splitlines() if "Ana Ruiz" in line)
    assert len(away("today", "today+12")[1]) == 2
    assert run("undo", "--as", "ana").returncode == 0
    assert run("doctor").returncode == 0
    refused_and_unchanged(
        run, demo, ["member", "away", "ana", "--back", "today+20", "--as", "ben"], 1, "may put down days away here"
    )


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
    assert goal()["pace"] == 0.0909
    assert json.loads(run("show", "--member", "zoe", "--json").stdout)["starts"] == f"{first + timedelta(days=9)}"
    assert f"of Zoe (starts: {first + timedelta(days=9)}, ramp: none)" in run("log").stdout
    # The first day is taken away like the ramp, but not under a ramp that begins on it.
    assert run("member", "change", "zoe", "--ramp", "50", "--as", "mara").returncode == 0
    refused = run("member", "change", "zoe", "--starts", "none", "--as", "mara")
    assert (refused.returncode, refused.stderr) == (
        1,
        "teamboard: The ramp of Zoe begins on their first day: take it away too.\n",
    )
    assert run("member", "change", "zoe", "--starts", "none", "--ramp", "none", "--as", "mara").returncode == 0
    assert json.loads(run("show", "--member", "zoe", "--json").stdout)["starts"] is None
    assert goal()["pace"] > 0.5  # type: ignore[operator]
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


@pytest.mark.slow
@pytest.mark.usefixtures("demo")
def test_two_of_one_name_are_told_apart_wherever_a_name_stands_for_both(run: Run) -> None:
    assert run("member", "add", "ana2", "ana  RUIZ", "--as", "mara").returncode == 0
    assert run("goal", "add", "Calls", "--owner", "ana2", "--target", "5", "--as", "mara").returncode == 0
    given = run("feedback", "ana2", "Well done", "--as", "ben")
    assert "praise from Ben Okafor to ana RUIZ (ana2)" in given.stdout
    for command in (
        ["feedback", "Ana Ruiz", "Well"],
        ["show", "--member", "ana ruiz"],
        ["member", "change", "ANA RUIZ"],
    ):
        found = run(*command, "--as", "mara")
        assert (found.returncode, found.stdout) == (1, "")
        assert "Two are called " in found.stderr
        assert ": ana, ana2. Give the handle." in found.stderr
    lines = run("show").stdout.splitlines()
    assert [line.split("  ")[0] for line in lines if "(ana" in line] == [" Ana Ruiz (ana)", " ana RUIZ (ana2)"]
    due = run("due").stdout
    assert "Ana (ana) checks in on G12" in due
    assert "ana (ana2) checks in on G41" in due
    logged = run("log").stdout
    assert "Ben Okafor praised ana RUIZ (ana2): Well done" in logged
    assert "Mara Lind brought ana RUIZ (ana2) onto the board" in logged
    again = run("goal", "hand-over", "G41", "--to", "ana2", "-y", "--as", "mara")
    assert again.stderr == "teamboard: G41 is ana RUIZ (ana2)'s already.\n"
    pulse = run("pulse").stdout
    assert " ana2 " in next(line for line in pulse.splitlines() if "from → to" in line)
    assert "Inés" in pulse
    # Who is the only one of a name is called by it alone.
    assert run("member", "change", "ana2", "--name", "Zoe", "--as", "mara").returncode == 0
    assert "(ana" not in run("due").stdout + run("show").stdout


def test_who_has_no_reports_yet_is_told_so(run: Run, own: Path) -> None:
    says = "Only Mara Lind (mara) may add a member here; you are Ana Ruiz (ana), to whom nobody reports yet."
    refused_and_unchanged(run, own, ["member", "add", "zoe", "Zoe", "--as", "ana"], 1, says)
    assert run("member", "add", "ben", "Ben", "--manager", "ana", "--as", "mara").returncode == 0
    assert run("member", "add", "zoe", "Zoe", "--as", "ana").returncode == 0
