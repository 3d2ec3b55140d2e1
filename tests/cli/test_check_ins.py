"""`checkin`: late ones, on the day that they are about."""

from __future__ import annotations

import json
import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from teamboard.domain.ids import RecordId
from teamboard.store.file.store import FileStore
from tests.cli.conftest import refused_and_unchanged
from tests.conftest import Run


def detail(run: Run, *arguments: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(run("show", "--goal", "G12", "--json", *arguments).stdout)
    return found


@pytest.mark.slow
def test_a_late_check_in_is_put_where_it_belongs(run: Run, demo: Path) -> None:
    before = detail(run)
    last = before["checkins"][-1]
    day = date.fromisoformat(last["at"][:10]) - timedelta(days=1)
    said = run("checkin", "G12", "750k", "-m", "forgotten", "--on", f"{day}", "--as", "ana")
    assert (said.returncode, said.stderr) == (0, "")
    assert re.fullmatch(
        rf"G12 ARR Iberia: €[\d,]+ → €750,000 on {day}, now €812,000 · 68 % \(pace \d+ %\) · on track\n",
        said.stdout,
    )
    after = detail(run)
    # The way there changed, and with it how far weeks differ.
    ways = ("checkins", "trend", "series", "at_this_pace")
    assert {k: v for k, v in after.items() if k not in ways} == {k: v for k, v in before.items() if k not in ways}
    assert after["at_this_pace"]["value"] == pytest.approx(before["at_this_pace"]["value"])
    assert [c["value"] for c in after["checkins"]][-2:] == [750_000, 812_000]
    assert after["checkins"][-2]["on"] == f"{day}"
    assert "on" not in after["checkins"][-1]
    assert f"{day}  €750,000  ana  forgotten" in run("show", "--goal", "G12").stdout
    assert f"checked in on G12 ARR Iberia for {day}: €750,000" in run("log").stdout.splitlines()[0]
    then = detail(run, "--as-of", f"{day}")
    assert (then["value"], then["checkins"][-1]["on"]) == (750_000, f"{day}")
    assert run("doctor", "--board", f"{demo}").returncode == 0


def test_days_that_make_no_sense_are_refused_in_one_line(run: Run, demo: Path) -> None:
    starts = FileStore(demo).load().goal(RecordId("G12")).starts  # type: ignore[union-attr]
    for day, says in (
        ("today+1", "can't be about a day in the future"),
        (f"{starts - timedelta(days=1)}", f"G12 starts on {starts}: check in on that day or a later one."),
        ("soon", "'soon' is not a date"),
    ):
        refused_and_unchanged(run, demo, ["checkin", "G12", "1k", "--on", day, "--as", "ana"], 1, says)
    refused_and_unchanged(run, demo, ["checkin", "G1", "1k", "--on", "today-1", "--as", "mara"], 1, "is over")


@pytest.mark.slow
def test_nothing_counts_or_falls_due_before_the_owner_begins(run: Run, demo: Path) -> None:
    """Whoever had the goal before may have checked in on it, and feedback may be given: it is due no sooner."""
    today = FileStore(demo).load().day_of(datetime.now(UTC))
    begins = today + timedelta(days=11)
    assert run("member", "add", "otto", "Otto", "--starts", f"{begins}", "--as", "mara").returncode == 0
    assert run("goal", "add", "Calls", "--owner", "otto", "--target", "90", "--as", "mara").returncode == 0
    for day in (), ("--on", "today-1"):
        command = ["checkin", "G41", "3", *day, "--as", "otto"]
        says = f"G41 is Otto's, who starts on {begins}: check in on that day or a later one."
        refused_and_unchanged(run, demo, command, 1, says)
    assert run("feedback", "otto", "Glad that you come", "--as", "mara").returncode == 0
    assert run("member", "change", "otto", "--starts", "none", "--as", "mara").returncode == 0
    assert run("checkin", "G41", "3", "--as", "otto").returncode == 0
    cadence = {"check-in": 7, "feedback": 7, "manager's feedback": 7, "one-on-one": 14, "review": 90}
    for first in (today, begins):
        assert run("member", "change", "otto", "--starts", f"{first}", "--as", "mara").returncode == 0
        due = {
            d["kind"]: date.fromisoformat(d["on"]) for d in json.loads(run("due", "--member", "otto", "--json").stdout)
        }
        assert due.keys() == cadence.keys()
        for kind, days in cadence.items():
            # What would fall on a weekend is due on Monday.
            assert 0 <= (due[kind] - first).days - days <= 2, (kind, due[kind])


@pytest.mark.slow
def test_a_call_and_a_best_case_are_kept_told_and_corrected(run: Run, demo: Path) -> None:
    said = run.process("checkin", "G12", "830k", "--call", "1.1M", "--best", "€1250k", "--as", "ana")
    assert (said.returncode, said.stderr) == (0, "")
    assert said.stdout.endswith("on track · call €1,100,000, best case €1,250,000\n")
    last = detail(run)["checkins"][-1]
    assert (last["value"], last["call"], last["best"]) == (830_000, 1_100_000, 1_250_000)
    assert (
        f"  €830,000, call €1,100,000, best case €1,250,000  ana  {last['id']}" in run("show", "--goal", "G12").stdout
    )
    assert "€830,000, call €1,100,000, best case €1,250,000" in run("log").stdout.splitlines()[0]
    alone = run("checkin", "G12", "--call", "1.15M", "--as", "mara")
    assert "€830,000 → €830,000" in alone.stdout
    newest = detail(run)["checkins"][-1]
    assert ("best" not in newest, newest["call"]) == (True, 1_150_000)
    edit = ["goal", "edit", "G12", "--checkin", newest["id"], "--call", "1.2M", "--as", "ana"]
    assert "€830,000, call €1,200,000, not €830,000, call €1,150,000" in run(*edit).stdout
    assert "on G12 ARR Iberia: call €1,200,000" in run("log").stdout.splitlines()[0]
    assert run("doctor", "--board", f"{demo}").returncode == 0
    assert run("undo", "--as", "ana").returncode == 0
    assert detail(run)["checkins"][-1]["call"] == 1_150_000


@pytest.mark.slow
@pytest.mark.usefixtures("demo")
def test_a_call_below_the_target_has_its_mark_on_the_bar(run: Run) -> None:
    def bars() -> set[bool]:
        shown = (run("show"), run("show", "--member", "ana"), run("show", "--goal", "G12"))
        lines = [line for found in shown for line in found.stdout.splitlines() if re.search("[━─]{3}", line)]
        return {"◆" in line for line in lines if "68 %" in line or "69 %" in line}

    run("checkin", "G12", "830k", "--call", "1.1M", "--as", "ana")
    assert bars() == {True}
    run("checkin", "G12", "830k", "--call", "1.2M", "--as", "ana")
    assert bars() == {False}


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--call", "1.2M", "--best", "1.1M"], "The best case, €1,100,000, is below the call, €1,200,000"),
        (["--call", "+5k"], "'+5k' is a change: give the value itself"),
        (["--call", "soon"], "'soon' is not a number"),
        (["--best", "done"], "'done' is not a number"),
    ],
    ids=str,
)
def test_a_call_that_makes_no_sense_is_refused_in_one_line(
    run: Run, demo: Path, arguments: list[str], says: str
) -> None:
    refused_and_unchanged(run, demo, ["checkin", "G12", "1k", *arguments, "--as", "ana"], 1, says)
    refused_and_unchanged(run, demo, ["checkin", "G15", "--call", "3", "--as", "ana"], 1, "measured by milestones")


@pytest.mark.slow
def test_a_value_below_0_may_follow_an_option(run: Run, demo: Path) -> None:
    """And a text that begins so stays as it was typed."""
    assert demo.exists()
    why = ["--reason", "market", "--why", "-5 % a year", "--as", "ana"]
    revised = run("revise", "G13", "--target", "-5", *why)
    assert "target 120 calls → -5 calls" in revised.stdout, revised.stderr
    assert run("log").stdout.splitlines()[0].endswith("· -5 % a year")
    given = run("checkin", "G13", "-m", "-2 no-shows", "-4", "--as", "ana")
    assert given.returncode == 0, given.stderr
    # The help that was wanted before stays, and is not told again.
    assert run("log").stdout.splitlines()[0].endswith("47 calls · -2 no-shows")
