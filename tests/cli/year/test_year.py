"""A year of a team, month by month: due, standup, totals and evidence are what plain arithmetic says."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest

from teamboard.actions.base import Actor
from teamboard.domain.amounts import ratio_as_shown
from teamboard.domain.board import Board
from teamboard.domain.board_on_day import BoardOnDay
from teamboard.domain.pulse import pulse
from teamboard.domain.reviews.evidence import evidence
from teamboard.domain.standup import speakers
from teamboard.importers.team import read_team
from teamboard.store.codec import BoardFile
from teamboard.store.file.store import FileStore
from teamboard.store.postgres import PostgresStore
from tests.cli.year.team_year import (
    CHECK_IN,
    FEEDBACK,
    HANDLES,
    NOW_CALLED,
    SINCE,
    TEAM,
    Year,
    managers_on,
    owners_on,
    play,
)
from tests.conftest import Run
from tests.helpers.checker import check
from tests.helpers.postgres import Server
from tests.helpers.team_database import TeamDatabase

BEGUN, ENDS = date(2026, 1, 1), date(2026, 12, 31)
AWAY, BACK = date(2026, 4, 6), date(2026, 4, 20)
JOINED = date(2026, 3, 2)
TARGETS = {"G1": 300, "G2": 300, "G3": 300, "G4": 300, "G6": 200, "G7": 200, "G8": 50, "G10": 135, "T2": 24}
TAKEN = date(2026, 5, 11)
"""The day on which Ben leaves: he has reached 100 of 300 in G2, and Pau takes the other 200 as G7."""
HANDED_OVER = date(2026, 12, 1)
"""The day on which Inés takes what is left of Pau's G3, of which he has reached 165 of 300, as G10."""
SET_ON = {"G6": JOINED, "G7": TAKEN, "G8": date(2026, 11, 4), "G10": HANDED_OVER}
"""The days on which goals were set in the course of the year."""


class OnPostgres:
    """A board on PostgreSQL, on which each member has a role of their own and no other rights."""

    def __init__(self, server: Server, file: BoardFile) -> None:
        self._database = TeamDatabase(server, file, HANDLES, datetime(2026, 1, 1, 12, tzinfo=UTC))

    def options(self, by: str) -> list[str]:
        """The seat of a member stays theirs with another handle."""
        return ["--board", self._database.url("zoe" if by == "zora" else by)]

    def set_clock(self, now: datetime) -> None:
        self._database.set_clock(now)

    def board(self) -> Board:
        return PostgresStore(self._database.url_of_admin).load()

    def check(self) -> None:
        self._database.close()
        check(self._database.url_of_admin, [])


class InFile:
    """A board in a file, where members say who they are."""

    def __init__(self, path: Path) -> None:
        self.path = str(path)

    def options(self, by: str) -> list[str]:
        return ["--board", self.path, "--as", by]

    def set_clock(self, now: datetime) -> None:
        """There is no server."""

    def board(self) -> Board:
        return FileStore(self.path).load()


@pytest.mark.slow
def test_a_year_of_a_team(run: Run, tmp_path: Path) -> None:
    (tmp_path / "team.yaml").write_text(TEAM, encoding="utf-8")
    year = Year(run, InFile(tmp_path / "team.board.json"))
    year.command("mara", "init", "--from", "team.yaml")
    shown_then: dict[date, Any] = {}
    for day in play(year):
        check_month(year, day)
        assert year.command("dana", "doctor"), day
        shown_then[day] = year.json("show")
    check_evidence(year)
    check_past(year, shown_then)
    turn_the_year(year)
    assert year.command("dana", "doctor")
    check_evidence(year)
    check_past(year, shown_then)
    check_those_who_left(year)


@pytest.mark.slow
def test_a_year_of_a_team_whose_members_have_roles_of_their_own(run: Run, tmp_path: Path, server: Server) -> None:
    """The same lines on PostgreSQL; the seat of somebody who has left reads nothing."""
    (tmp_path / "team.yaml").write_text(TEAM, encoding="utf-8")
    begun = datetime(2026, 1, 1, 12, tzinfo=UTC)
    place = OnPostgres(server, read_team(tmp_path / "team.yaml", begun, Actor(None, "root", "desk")))
    year = Year(run, place)
    for day in play(year):
        check_month(year, day)
        team = {"zoe" if handle == "zora" else handle for handle in managers_on(day)}
        for handle in HANDLES:
            with patch("teamboard.store.base.datetime", year):
                opened = run("show", *place.options(handle))
            # A seat may be given before its member is on the board.
            reads = handle in team or (handle == "zoe" and day < JOINED)
            assert (opened.returncode == 0) is reads, (day, handle, opened.stderr)
    check_evidence(year)
    place.check()


def check_month(year: Year, day: date) -> None:
    check_totals(year, day)
    check_due(year, day)
    check_standup(year, day)
    check_pulse(year, day)


def turn_the_year(year: Year) -> None:
    """A new period begins, and what belongs to the year is archived."""
    year.begin(date(2027, 1, 1))
    unfinished = ["T1"] + [goal for goal in owners_on(ENDS) if value_on(year, goal, ENDS) < TARGETS[goal]]
    year.command("dana", "period", "next", "--yes", *(word for goal in unfinished for word in ("--close", goal)))
    year.command("dana", "board", "archive", "--before", "2027-01-01")
    assert year.json("show")["team_goals"] == []


def check_past(year: Year, shown_then: dict[date, Any]) -> None:
    """Each day is shown as it stood."""
    for day, then in shown_then.items():
        past = year.json("show", "--as-of", day.isoformat())
        assert without(past, "revision", "as_of", "today") == without(then, "revision", "as_of", "today"), day


def check_those_who_left(year: Year) -> None:
    """The past and the archive have them under their names."""
    report = json.loads(year.command("dana", "period", "report", "--period", "2026", "--to", "json"))
    found = {goal["id"]: (goal["owner"], goal["result"]) for goal in report["goals"]}
    owners = {"T1": "mara", "G2": "ben", "G3": "pau", "G5": "ben"} | owners_on(ENDS)
    results = {goal: "achieved" if value_on(year, goal, ENDS) >= TARGETS[goal] else "missed" for goal in TARGETS}
    results |= {"T1": "missed", "G2": "handed over", "G3": "handed over", "G5": "dropped"}
    assert found == {goal: (owners[goal], results[goal]) for goal in owners}
    log = year.command("dana", "log", "--member", "ben")
    assert "Ben Okafor checked in on G2" in log
    assert "Dana Moss put down that Ben Okafor leaves on 2026-05-11" in log
    assert "Otto Berg" in year.command("dana", "show", "--member", "otto")


def without(found: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in found.items() if name not in names}


# -- plain arithmetic


def value_on(year: Year, goal: str, day: date) -> float:
    return next((c.value for c in reversed(year.check_ins) if c.goal == goal and c.day <= day), 0.0)


def away_on(day: date) -> int:
    """Inés's days away as they are put down on `day`: until she is back early, on the 18th, to the end of April."""
    return 25 if AWAY <= day < date(2026, 4, 18) else 14 if day >= date(2026, 4, 18) else 0


def pace_shown_on(year: Year, goal: str, day: date) -> float:
    """The pace of the day of the last check-in while the next one is not yet due, else of `day`."""
    last = max((c.day for c in year.check_ins if c.goal == goal and c.day <= day), default=day)
    quiet = (day - last).days
    if goal == "G4":
        quiet -= sum(last < AWAY + timedelta(days=n) <= day for n in range(away_on(day)))
    return pace_on(goal, last if quiet <= CHECK_IN else day, away_on(day))


def pace_on(goal: str, day: date, away: int) -> float:
    """The share of a goal's days that have passed: Inés's without her days away, Zoe's by her ramp."""
    passed, whole = (day - BEGUN).days + 1, 365
    if goal == "G4":
        gone = min(max((day - AWAY).days + 1, 0), away)
        return (passed - gone) / (whole - away)
    if goal == "G6":
        months = (date(2026, 3, 2), date(2026, 4, 2), date(2026, 5, 2), date(2026, 6, 2), date(2027, 1, 1))
        shares = (0.25, 0.5, 0.75, 1.0)
        spans = list(zip(months, months[1:], shares, strict=False))
        expected = sum(share * (after - first).days for first, after, share in spans)
        until = day + timedelta(days=1)
        return sum(share * max((min(after, until) - first).days, 0) for first, after, share in spans) / expected
    if goal == "G7":
        return ((day - TAKEN).days + 1) / 235
    if goal == "G10":
        return ((day - HANDED_OVER).days + 1) / 31
    if goal == "G8":
        # From 2 November, when it was to begin.
        return (day - date(2026, 11, 1)).days / 60
    return passed / whole


def check_totals(year: Year, day: date) -> None:
    """Values, pace and contributions of the goals, and what the team has in sum."""
    found = year.json("show")
    owners = owners_on(day)
    assert [m["handle"] for m in found["members"]] == list(managers_on(day)), day
    assert {m["handle"]: m["manager"] for m in found["members"]} == managers_on(day), day
    goals = {goal["id"]: goal for m in found["members"] for goal in m["goals"]}
    results = [goal for goal in owners if goal in TARGETS and goal != "T2"]
    for goal in results:
        assert goals[goal]["owner"] == owners[goal], (day, goal)
        assert goals[goal]["value"] == value_on(year, goal, day), (day, goal)
        assert goals[goal]["progress"] == ratio_as_shown(value_on(year, goal, day) / TARGETS[goal]), (day, goal)
        assert goals[goal]["pace"] == ratio_as_shown(pace_shown_on(year, goal, day)), (day, goal)
    arr, partners = found["team_goals"]
    # What Ben and Pau have reached stays theirs, and counts for the team.
    owners |= {"G2": "ben", "G3": "pau"}
    results = sorted({*results, "G2", "G3"})
    total = sum(value_on(year, goal, day) for goal in results)
    assert arr["value"] == pytest.approx(total), day
    assert arr["progress"] == ratio_as_shown(total / 1400), day
    by_owner: dict[str, float] = {}
    for goal in results:
        by_owner[owners[goal]] = by_owner.get(owners[goal], 0.0) + value_on(year, goal, day) / total
    assert arr["contributions"] == pytest.approx(by_owner), day
    assert (partners["owner"], partners["value"]) == (owners["T2"], value_on(year, "T2", day)), day


def due_on(day: date, last: date, cadence: int, *people: str | None) -> tuple[str, int]:
    """The day on which something is due that was last done on `last`, and how many days it is overdue on `day`."""
    on = last + timedelta(days=cadence)
    if "ines" not in people or day < AWAY:
        return on.isoformat(), max((day - on).days, 0)
    # Days away after the last time don't count, and nothing is due on one.
    back = BACK if day >= date(2026, 4, 18) else date(2026, 5, 1)
    if last < back and on >= AWAY:
        on += back - max(AWAY, last + timedelta(days=1))
    if day < back:
        on = max(on, back)
    late = max((day - on).days, 0)
    if late and on < AWAY:
        late -= (min(day + timedelta(days=1), back) - AWAY).days
    return on.isoformat(), late


def expected_dues(year: Year, day: date) -> Iterator[tuple[str, str | None, str | None, str, str, int]]:
    """Check-ins and feedback: kind, who owes, to whom, about what, the day, and how many days it is overdue."""
    managers = managers_on(day)

    for goal, owner in owners_on(day).items():
        last = next((c.day for c in reversed(year.check_ins) if c.goal == goal), SET_ON.get(goal, BEGUN))
        if goal == "G5" or value_on(year, goal, day) < TARGETS[goal]:
            yield "check-in", owner, None, goal, *due_on(day, last, CHECK_IN, owner)
    for member, manager in managers.items():
        begun = JOINED if member in ("zoe", "zora") else BEGUN
        received = [f for f in year.feedback if f.to == NOW_CALLED.get(member, member)]
        if manager or received:
            last = max((f.day for f in received), default=begun)
            yield "feedback", None, member, "", *due_on(day, last, FEEDBACK, member)
        if manager:
            last = max((f.day for f in received if f.giver == manager), default=begun)
            # Whoever takes over a report owes nothing for the time before.
            last = max(last, date(2026, SINCE.get((manager, member), 1), 1))
            yield "manager's feedback", manager, member, "", *due_on(day, last, FEEDBACK, member, manager)


def check_due(year: Year, day: date) -> None:
    dues = [d for d in year.json("due") if d["kind"] not in ("one-on-one", "review")]
    found = [(d["kind"], d["owes"], d["to"], d["about"], d["on"], d["overdue"]) for d in dues]
    assert sorted(found, key=str) == sorted(expected_dues(year, day), key=str), day
    assert not [d for d in year.json("due") if d["kind"] in ("one-on-one", "review") and d["overdue"]], day


def check_standup(year: Year, day: date) -> None:
    """Who has an open goal or team goal speaks, in the order of the board, unless away; Mara owns T1."""
    found = [m.handle for m in speakers(BoardOnDay(year.place.board(), day), "round", 0)]
    owners = {"mara", *owners_on(day).values()}
    away = {"ines"} if AWAY <= day < BACK else set()
    assert found == [handle for handle in managers_on(day) if handle in owners - away], day


def check_pulse(year: Year, day: date) -> None:
    found = pulse(BoardOnDay(year.place.board(), day))
    assert sum(found.given.values()) == len(year.feedback), day
    overdue = [due for due in expected_dues(year, day) if due[0] == "check-in"]
    assert (found.checked, found.in_cadence) == (len(overdue), sum(not due[-1] for due in overdue)), day


def check_evidence(year: Year) -> None:
    """At the end of the year: who left has what they did until then under their name, and nothing of it is lost."""
    board = year.place.board()
    for handle in ("ana", "pau", "ines", "zora"):
        member = board.member(handle)
        assert member is not None
        found = evidence(board, member, BEGUN, ENDS)
        now = {g.goal.id: g.progress_now for g in found.goals}
        goals = {goal for goal, owner in owners_on(ENDS).items() if owner == handle and goal != "T2"}
        expected = {goal: value_on(year, goal, ENDS) / TARGETS[goal] for goal in goals}
        assert now == pytest.approx(expected | ({"G3": 1} if handle == "pau" else {})), handle
        assert len(found.received) == sum(f.to == handle for f in year.feedback), handle
    ben = board.member("ben")
    assert ben is not None
    his = next(g for g in evidence(board, ben, BEGUN, ENDS).goals if g.goal.id == "G2")
    assert (his.progress_now, his.goal.outcome) == (1.0, "achieved")
    assert len(his.checkins) == sum(c.goal == "G2" for c in year.check_ins)
    # Before he left, it was a third of what he was to reach.
    before = next(g for g in evidence(board, ben, BEGUN, TAKEN - timedelta(days=1)).goals if g.goal.id == "G2")
    assert before.progress_now == pytest.approx(100 / 300)
