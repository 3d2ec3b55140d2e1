"""A review belongs to the period it was set in: set in Q4, held in January, and told so everywhere."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest
from icalendar import Calendar

from teamboard.actions.base import Actor
from teamboard.actions.reviews import find_review
from teamboard.domain.ids import RecordId
from teamboard.domain.reviews.content import Agreed
from teamboard.domain.reviews.periods import period_of_review
from teamboard.importers.team import read_team
from teamboard.store.file.store import FileStore
from tests.cli.year.team_year import Year
from tests.cli.year.test_year import InFile, OnPostgres
from tests.conftest import Run
from tests.helpers.postgres import Server
from tests.helpers.reviewing import session_of

TEAM = """\
team:
  name: Northwind
  timezone: Europe/Madrid
  period: {name: Q4 2026, starts: 2026-10-01, ends: 2026-12-31}
members:
  - {handle: mara, name: Mara Lind}
  - {handle: ana, name: Ana Ruiz, manager: mara}
  - {handle: ben, name: Ben Okafor, manager: mara}
goals:
  - {key: a, owner: ana, title: ARR Iberia, metric: {unit: €, target: 1000}}
  - {key: b, owner: ana, title: Demos, kind: skill, metric: {unit: demos, target: 10}}
  - {key: c, owner: ana, title: ARR Malta, metric: {unit: €, target: 400}}
  - {key: d, owner: ana, title: References, metric: {unit: calls, target: 5}}
"""
R1 = "R1"
BEGUN, HELD = date(2026, 10, 1), date(2027, 1, 13)


@pytest.fixture
def turned(run: Run, tmp_path: Path) -> Year:
    """Ana's review of Q4 was set in December for January, and moved there; Q1 has begun since."""
    (tmp_path / "team.yaml").write_text(TEAM, encoding="utf-8")
    year = Year(run, InFile(tmp_path / "team.board.json"))
    year.begin(BEGUN)
    year.command("mara", "init", "--from", "team.yaml")
    play(year)
    return year


def play(year: Year) -> None:
    """From November to the day on which the review is held."""
    year.begin(date(2026, 11, 10))
    for goal, value in (("G1", "600"), ("G2", "4"), ("G3", "100"), ("G4", "5")):
        year.command("ana", "checkin", goal, value)
    year.command("ben", "feedback", "give", "ana", "Clear in November")
    year.begin(date(2026, 12, 1))
    said = year.command("mara", "review", "schedule", "ana", "2027-01-12")
    assert said == "R1 review of Ana Ruiz with mara on Tue 2027-01-12, about Q4 2026.\n"
    year.command("mara", "goal", "hand-over", "G3", "--to", "ben")
    year.command("ana", "skill", "ana", "Demo", "--level", "2", "--target", "4")
    year.begin(date(2026, 12, 30))
    year.command("ana", "checkin", "G1", "800", "--call", "900")
    year.begin(date(2027, 1, 4))
    year.command("mara", "period", "next", "--renew", "G1", "--yes")
    year.begin(date(2027, 1, 8))
    renewed = next(g.id for g in year.place.board().goals if g.title == "ARR Iberia" and g.outcome is None)
    year.command("ana", "checkin", renewed, "70")
    year.command("ana", "checkin", "G2", "9")
    year.command("ana", "skill", "ana", "Demo", "--level", "4")
    year.command("ana", "skill", "ana", "Later", "--level", "1", "--target", "3")
    year.command("mara", "feedback", "give", "ana", "Quick in January")
    year.command("mara", "goal", "edit", "G2", "--why", "More of them")
    said = year.command("mara", "review", "schedule", "ana", HELD.isoformat())
    assert said == "R1 review of Ana Ruiz with mara on Wed 2027-01-13, about Q4 2026.\n"
    year.begin(HELD)


def printed_goals(text: str) -> dict[str, str]:
    """Progress and pace of each goal in the evidence that is printed, by id."""
    lines = (line.split() for line in text.split("What you have prepared", maxsplit=1)[0].splitlines())
    return {words[0]: " ".join(words[-10:-2]) for words in lines if words and words[0][0] == "G" and "pace" in words}


def next_review(year: Year, *options: str) -> Any:
    """Ana's next review in the JSON of the board."""
    return next(m for m in year.json("show", *options)["members"] if m["handle"] == "ana")["next_review"]


def check_evidence(year: Year) -> None:
    """It is that of the period, also of goals that were closed, renewed, handed over or carried on since."""
    prepared = year.command("mara", "review", "prep", "ana")
    assert "2026-10-01 to 2026-12-31" in prepared
    assert "Demo 2 of 4" in prepared
    assert "Later" not in prepared
    assert printed_goals(prepared) == {
        "G1": "0 % → 80 % pace 99 %",
        # The skill goal went on to the end of March, and stands at 90 % by now.
        "G2": "0 % → 40 % pace 100 %",
        "G3": "0 % → 25 % pace 66 %",
        "G4": "0 % → 100 % pace 100 %",
    }


def test_the_evidence_is_that_of_the_period(turned: Year) -> None:
    check_evidence(turned)


@pytest.mark.slow
def test_on_postgresql_it_is_the_same(run: Run, tmp_path: Path, server: Server) -> None:
    (tmp_path / "team.yaml").write_text(TEAM, encoding="utf-8")
    begun = datetime(2026, 10, 1, 12, tzinfo=UTC)
    place = OnPostgres(server, read_team(tmp_path / "team.yaml", begun, Actor(None, "root", "desk")))
    year = Year(run, place)
    year.begin(BEGUN)
    play(year)
    check_evidence(year)
    assert " Reviews   0 of 1 held" in year.command("ben", "period", "report", "--period", "Q4 2026")
    events = Calendar.from_ical(year.command("ana", "calendar", "--mine")).walk("VEVENT")
    (review,) = (e for e in events if str(e["SUMMARY"]) == "Review: Ana Ruiz and Mara Lind")
    # As it was moved on 8 January.
    assert (review.decoded("DTSTART"), review.decoded("LAST-MODIFIED").date()) == (HELD, date(2027, 1, 8))
    place.check()


def test_it_is_listed_exported_and_shown_with_its_period(turned: Year, monkeypatch: pytest.MonkeyPatch) -> None:
    assert turned.command("ben", "review", "list").rstrip().endswith(" · Q4 2026")
    assert next_review(turned) == {"id": R1, "on": HELD.isoformat(), "period": "Q4 2026"}
    hold(turned, monkeypatch)
    assert "2027-01-13, held · Q4 2026" in turned.command("mara", "review", "hold", R1)
    document = turned.command("mara", "review", "export", R1)
    assert " · Q4 2026 · held" in document
    assert "G1 ARR Iberia" in document
    assert "Almost there" in document
    assert "Quick in January" not in document
    found = json.loads(turned.command("mara", "review", "export", R1, "--to", "json"))
    assert found["period"] == {"name": "Q4 2026", "starts": "2026-10-01", "ends": "2026-12-31"}


def hold(year: Year, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ana and Mara hold the review of Q4, and agree on a rating of the goal that has ended."""
    store = FileStore(year.place.options("mara")[1], clock=year.now)
    for member in ("ana", "mara"):
        mine = session_of(store, member, monkeypatch)
    review = find_review(store.load(), R1)
    outcome = mine.outcome(review).with_agreed(Agreed(goal=RecordId("G1"), rating=3, words="Almost there"))
    store.commit(mine.write(store.load(), review, outcome), Actor("mara"))


def test_the_report_of_its_period_tells_of_it_and_no_other(turned: Year, monkeypatch: pytest.MonkeyPatch) -> None:
    line = "  R1   Ana Ruiz with Mara Lind  13 Jan 2027  "
    about_q4 = ("period", "report", "--period", "Q4 2026")
    assert f" Reviews   0 of 1 held\n{line}being prepared\n" in turned.command("ben", *about_q4)
    hold(turned, monkeypatch)
    assert f" Reviews   1 of 1 held\n{line}held\n" in turned.command("ben", *about_q4)
    assert "Ana Ruiz with Mara Lind" not in turned.command("ben", "period", "report")
    found = json.loads(turned.command("ben", *about_q4, "--to", "json"))
    assert found["reviews"] == [{"id": R1, "member": "ana", "manager": "mara", "on": "2027-01-13", "state": "held"}]
    now = json.loads(turned.command("ben", "period", "report", "--to", "json"))
    assert (now["reviews"], now["before"]["reviews"]) == ([], found["reviews"])
    assert "| R1 | Ana Ruiz with Mara Lind | 13 Jan 2027 | held |" in turned.command("ben", *about_q4, "--to", "md")
    assert "<td>13 Jan 2027</td>" in turned.command("ben", *about_q4, "--to", "html")


def test_one_set_after_the_turn_is_about_the_new_period_unless_it_says_so(turned: Year) -> None:
    assert "about Q1 2027" in turned.command("mara", "review", "schedule", "ben", "2027-01-20")
    assert "about Q4 2026" in turned.command("mara", "review", "schedule", "ben", "2027-01-20", "--period", "q4 2026")
    said = turned.command("ben", "log").splitlines()[0]
    assert said.endswith("Mara Lind said that the review of Ben Okafor (R2) is about Q4 2026")
    assert "Q1 2027" in turned.command("mara", "review", "schedule", "ben", "2027-01-21", "--period", "2027-01-01")


def test_past_days_and_a_merge_keep_the_period(turned: Year, tmp_path: Path) -> None:
    copy = tmp_path / "copy.board.json"
    shutil.copy(tmp_path / "team.board.json", copy)
    turned.command("ana", "feedback", "give", "ben", "Here")
    turned.place = InFile(copy)
    turned.command("mara", "review", "schedule", "ana", "2027-01-20")
    turned.place = InFile(tmp_path / "team.board.json")
    turned.command("mara", "board", "merge", str(copy))
    assert next_review(turned) == {"id": R1, "on": "2027-01-20", "period": "Q4 2026"}
    for day in ("2026-12-15", "2027-01-08"):
        assert next_review(turned, "--as-of", day)["period"] == "Q4 2026", day


def test_a_review_that_stores_no_period_is_about_that_of_its_day(turned: Year) -> None:
    """As version 0.1 left them."""
    board = turned.place.board()
    review = find_review(board, R1)
    for on, name in ((date(2026, 11, 3), "Q4 2026"), (HELD, "Q1 2027"), (date(2028, 1, 1), "Q1 2027")):
        assert period_of_review(board, msgspec.structs.replace(review, period=None, on=on)).name == name


def test_the_day_of_an_early_turn_counts_in_the_review_as_in_the_result(run: Run, tmp_path: Path) -> None:
    (tmp_path / "team.yaml").write_text(TEAM, encoding="utf-8")
    year = Year(run, InFile(tmp_path / "team.board.json"))
    year.begin(BEGUN)
    year.command("mara", "init", "--from", "team.yaml")
    year.begin(date(2026, 11, 26))
    year.command("mara", "review", "schedule", "ana", "2026-12-04")
    year.command("ana", "checkin", "G1", "280", "--note", "Legal is stuck")
    year.command("ana", "checkin", "G2", "3")
    year.command("mara", "period", "next", "--renew", "G1", "--starts", "today", "--yes")
    year.command("ana", "checkin", "G2", "7", "--note", "After the turn")
    prepared = year.command("mara", "review", "prep", "ana")
    assert "2026-10-01 to 2026-11-25" in prepared
    assert "Legal is stuck" in prepared
    assert "After the turn" not in prepared
    goals = printed_goals(prepared)
    assert goals["G1"].startswith("0 % → 28 %")
    assert goals["G2"].startswith("0 % → 30 %")
    report = json.loads(year.command("mara", "period", "report", "--period", "Q4 2026", "--to", "json"))
    reached = {g["id"]: round(g["progress"], 2) for g in report["goals"]}
    assert (reached["G1"], reached["G2"]) == (0.28, 0.3)


def test_a_review_on_a_day_off_is_told(run: Run, tmp_path: Path) -> None:
    (tmp_path / "team.yaml").write_text(TEAM, encoding="utf-8")
    year = Year(run, InFile(tmp_path / "team.board.json"))
    year.begin(BEGUN)
    year.command("mara", "init", "--from", "team.yaml")
    said = year.command("mara", "review", "schedule", "ana", "2026-12-05")
    assert (
        said
        == "R1 review of Ana Ruiz with mara on Sat 2026-12-05, about Q4 2026. The team does not work on that day.\n"
    )
    assert "does not work" not in year.command("mara", "review", "schedule", "ana", "2026-12-04")
