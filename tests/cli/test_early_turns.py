"""A period that is closed before its end, with imports on the day and after it: what is told of it stays told."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from teamboard.actions.base import Actor
from teamboard.actions.standup import OfferHelp
from teamboard.domain.ids import RecordId
from teamboard.store.file.store import FileStore
from tests.cli.conftest import refused_and_unchanged
from tests.cli.year.team_year import Year
from tests.cli.year.test_year import InFile
from tests.conftest import Run

TEAM = """\
team:
  name: Northwind
  timezone: Europe/Madrid
  period: {name: Q4, starts: 2026-11-01, ends: 2027-01-31}
members:
  - {handle: mara, name: Mara Lind}
  - {handle: ana, name: Ana Ruiz, manager: mara}
  - {handle: ben, name: Ben Okafor, manager: mara}
team_goals:
  - {key: t, title: New ARR, metric: {unit: €, target: 1000}, rolls_up: sum}
goals:
  - {key: a, owner: ana, title: ARR Iberia, metric: {unit: €, target: 400}, aligned: t}
  - {key: b, owner: ben, title: ARR Nordics, metric: {unit: €, target: 600}, aligned: t}
"""
MAP = """\
name: crm
source: CRM
member: Owner
date: Close date
facts:
  - {name: Closed-won, aggregate: sum, value: Amount, period: day, running: 2026-11-01, unit: €, goal: ARR}
"""
TURN = date(2026, 11, 26)


@pytest.fixture
def year(run: Run, tmp_path: Path) -> Year:
    """Ana has 200 of 400, Ben 30 of 600 by the day of the turn."""
    (tmp_path / "team.yaml").write_text(TEAM, encoding="utf-8")
    (tmp_path / "map.yaml").write_text(MAP, encoding="utf-8")
    year = Year(run, InFile(tmp_path / "team.board.json"))
    year.begin(date(2026, 11, 2))
    year.command("mara", "init", "--from", "team.yaml")
    year.begin(TURN)
    year.command("ana", "checkin", "G1", "200")
    year.command("ben", "checkin", "G2", "30", "--blocked", "Legal", "--next", "Call them", "--confidence", "4")
    return year


def bring_in(year: Year, folder: Path, *rows: str) -> None:
    (folder / "deals.csv").write_text("\n".join(["Owner,Close date,Amount", *rows]) + "\n", encoding="utf-8")
    year.command("mara", "facts", "import", "deals.csv", "--map", "map.yaml")


def test_the_log_of_a_turn_stays_as_it_was(year: Year, tmp_path: Path) -> None:
    year.command("mara", "period", "next", "--renew", "all", "--starts", "today")
    told = year.command("mara", "log").splitlines()[0]
    assert told.endswith(
        "T1 New ARR 23 % (€230 of €1,000), G1 ARR Iberia 50 % (€200 of €400), G2 ARR Nordics 5 % (€30 of €600)"
    )
    bring_in(year, tmp_path, "Ana Ruiz,2026-11-20,90", "Ben Okafor,2026-11-20,10")
    assert told in year.command("mara", "log").splitlines()
    year.command("mara", "undo")
    year.command("mara", "undo")
    assert told in year.command("mara", "log").splitlines()


def test_an_early_end_and_an_unusual_length_are_told(year: Year) -> None:
    said = year.command("mara", "period", "next", "--starts", "today", "--ends", "2027-04-30").splitlines()
    assert said[1] == (
        "Q4 ends 67 days early, on 25 Nov; 2026-11-26 to 2027-02-25 has 156 days, Q4 was to have 92. "
        "If that is not meant, `teamboard undo` takes it back."
    )
    year.command("mara", "undo")
    year.begin(date(2027, 2, 1))
    assert "early" not in year.command("mara", "period", "next")


@pytest.mark.usefixtures("year")
def test_a_turn_ahead_of_its_day_is_refused(run: Run, tmp_path: Path) -> None:
    args = ["period", "next", "--starts", "2999-02-01", "--ends", "2999-04-30", "--as", "mara"]
    says = "on 2999-02-01: a period is begun on its first day or later, not before."
    refused_and_unchanged(run, tmp_path / "team.board.json", args, 1, says)


def report_of(year: Year, period: str) -> dict[str, float]:
    """The value of each goal in a period's report, by id."""
    told = json.loads(year.command("mara", "period", "report", "--period", period, "--to", "json"))
    return {goal["id"]: goal["value"] for goal in told["goals"]}


def value_of(year: Year, goal: str) -> float:
    return float(json.loads(year.command("mara", "show", "--goal", goal, "--json"))["value"])


def test_a_deal_of_the_day_of_the_turn_counts_once(year: Year, tmp_path: Path) -> None:
    year.begin(date(2026, 11, 27))
    rows = ["Ana Ruiz,2026-11-20,210", "Ana Ruiz,2026-11-27,5"]
    bring_in(year, tmp_path, *rows)
    assert value_of(year, "G1") == 215
    year.command("mara", "period", "next", "--renew", "all", "--starts", "today")
    assert (report_of(year, "Q4")["G1"], value_of(year, "G3")) == (215, 0)
    # The turn's day is the first of the new period: the deal goes there, out of the old one.
    for _ in range(2):
        bring_in(year, tmp_path, *rows, "Ben Okafor,2026-11-28,7")
        assert (report_of(year, "Q4")["G1"], value_of(year, "G1"), value_of(year, "G3")) == (210, 210, 5)
    # One that is booked late counts where it was won.
    bring_in(year, tmp_path, *rows, "Ana Ruiz,2026-11-21,40")
    assert (report_of(year, "Q4")["G1"], value_of(year, "G1"), value_of(year, "G3")) == (250, 250, 5)
    assert report_of(year, "Q4")["T1"] == 280


def results(year: Year) -> list[tuple[str, float]]:
    """Each goal of Q4 with its progress by the period's report, which is that of `show` but for what has gone on."""
    report = json.loads(year.command("mara", "period", "report", "--period", "Q4", "--to", "json"))
    told = {g["id"]: round(g["progress"], 4) for g in report["goals"]}
    for goal, reached in told.items():
        if goal != "G2":
            assert round(year.json("show", "--goal", goal, by="mara")["progress"], 4) == reached, goal
    return sorted(told.items())


def test_a_closed_sum_keeps_what_goes_on(year: Year, tmp_path: Path) -> None:
    """It has one result, also with deals of its days that are booked after the turn, and after Ben has gone on."""
    year.command("mara", "period", "next", "--renew", "all", "--carry", "G2", "--starts", "today")
    assert results(year) == [("G1", 0.5), ("G2", 0.05), ("T1", 0.23)]
    year.command("ben", "checkin", "G2", "90", "--blocked", "")
    assert results(year) == [("G1", 0.5), ("G2", 0.05), ("T1", 0.23)]
    shown = year.command("mara", "show", "--goal", "T1")
    assert "€230 of €1,000" in shown
    assert "     G2          €30 of €600  ben\n" in shown
    assert "nobody" not in shown
    assert "at this pace" not in shown
    # The day's check-in by Ana herself stays the latest one.
    bring_in(year, tmp_path, "Ana Ruiz,2026-11-20,90", "Ben Okafor,2026-11-20,10")
    assert results(year) == [("G1", 0.5), ("G2", 0.05), ("T1", 0.23)]


def test_due_lists_what_waits_for_an_answer(year: Year) -> None:
    assert "To answer" not in year.command("ben", "due")
    year.command("mara", "period", "next", "--renew", "all", "--starts", "today")
    command = year.command("ben", "due", "--member", "ben").rstrip().splitlines()[-1].split("teamboard ")[1]
    lines = year.command("mara", "due").split("To answer  2\n")[1].splitlines()
    assert [" ".join(line.split()[:5]).rstrip(":") for line in lines] == [
        "⟳ Ana: G3 ARR Iberia",
        "⟳ Ben: G4 ARR Nordics",
    ]
    year.command("ben", *command.split())
    assert "To answer" not in year.command("ben", "due", "--member", "ben")
    assert "To answer  1\n" in year.command("ben", "due")


def test_a_renewed_goal_keeps_its_call_for_help_until_a_person_changes_it(year: Year, tmp_path: Path) -> None:
    year.command("mara", "period", "next", "--renew", "all", "--starts", "today")
    (new,) = (g.id for g in year.place.board().open_goals if g.title == "ARR Nordics")

    def told() -> tuple[str, bool, bool]:
        shown = year.command("ben", "show", "--goal", new)
        help_wanted = year.json("show", "--goal", new, by="ben")["blocker"]
        return help_wanted, "blocked   Legal" in shown, "next step Call them" in shown

    assert told() == ("Legal", True, True)
    assert "confidence 4" not in year.command("ben", "show", "--goal", new)
    FileStore(tmp_path / "team.board.json", clock=year.now).commit(OfferHelp(goal=new), Actor("ana"))
    assert [c.helpers for c in year.place.board().checkins_of(RecordId("G2"))] == [("ana",)]
    bring_in(year, tmp_path, "Ben Okafor,2026-11-26,10")
    assert told() == ("Legal", True, True)
    # What Ben leaves out stays, and is no new call for help.
    assert "help wanted" not in year.command("ben", "checkin", new, "20", "--next", "Sign")
    assert told() == ("Legal", True, False)
    year.command("ben", "checkin", new, "--blocked", "")
    assert told() == ("", False, False)


def test_an_agreement_says_what_the_target_was(year: Year) -> None:
    year.command("mara", "period", "next", "--renew", "all=+10%", "--starts", "today")
    assert "target €440 (was €400)" in year.command("ana", "revision", "list", "--member", "ana")
