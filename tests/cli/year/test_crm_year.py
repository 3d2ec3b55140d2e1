"""A team's year with its CRM: two growing files come in each week, over four turns, a hand-over and own check-ins.

After each import the board's values are those of plain sums over the rows that the files had by then; at each turn and
whenever a review is held so are the report and the evidence of the quarter that is over.
"""

from __future__ import annotations

import json
from collections import Counter
from datetime import date
from pathlib import Path
from statistics import mean
from typing import Any

import pytest

from teamboard.actions.base import Actor
from teamboard.actions.reviews import find_review
from teamboard.domain.ids import RecordId
from teamboard.domain.reviews.content import Agreed
from teamboard.store.file.store import FileStore
from tests.cli.year.crm_rows import (
    AFTER,
    ASKED_FOR_HELP,
    BEGUN,
    CALLED,
    DAY,
    DEALS_MAP,
    DEMOS,
    END,
    HANDED_OVER,
    HELPED,
    MEETINGS_MAP,
    NAMES,
    QUARTERS,
    RAISE,
    REVIEWS,
    TEAM,
    UNTIL_HANDED_OVER,
    Kind,
    Quarter,
    Span,
    a_tenth_more,
    raised,
    rows,
)
from tests.cli.year.team_year import Year
from tests.cli.year.test_year import InFile
from tests.conftest import Run
from tests.helpers.reviewing import session_of


class CrmYear:
    """The team and its files; and, apart from its board, what the goals have to be by plain sums."""

    def __init__(self, year: Year, folder: Path) -> None:
        self.year, self.folder = year, folder
        self.rows = list(rows())
        self.imported = date.min
        """The day of the last import."""
        self.quarter = QUARTERS[0]
        self.goals: list[Span] = []
        self.team_targets = {"Q1 2026": 38000.0}
        self.demos_id = ""
        self.reviews: dict[str, str] = {}
        """The ids of the reviews that are set, by member."""
        self.shown_then: dict[date, dict[str, float]] = {}

    # -- plain arithmetic

    def sum_of(self, goal: Span) -> float:
        """What the rows that have come in add up to for a goal."""
        return sum(
            row.amount
            for row in self.rows
            if (row.kind, row.owner) == (goal.kind, goal.owner)
            and goal.first <= row.day <= goal.last
            and max(row.day, row.booked) <= self.imported
        )

    def goals_of(self, quarter: Quarter, owner: str = "") -> list[Span]:
        every = [goal for goal in self.goals if quarter.first <= goal.first <= quarter.last]
        return [goal for goal in every if owner in ("", goal.owner)]

    def team_sum(self, quarter: Quarter) -> float:
        return sum(self.sum_of(goal) for goal in self.goals_of(quarter) if goal.kind == "deals")

    def goal(self, owner: str, kind: Kind) -> Span:
        """The newest goal of a kind that a member has."""
        return next(goal for goal in reversed(self.goals) if (goal.owner, goal.kind) == (owner, kind))

    # -- what is done

    def add(self, owner: str, kind: Kind, title: str, target: float) -> None:
        """Reckon with a goal that begins today, or with the quarter if that has begun this week."""
        first = self.quarter.first if self.year.day - self.quarter.first < 7 * DAY else self.year.day
        self.goals.append(Span(self.open_goal(owner, title), kind, title, owner, first, self.quarter.last, target))

    def open_goal(self, owner: str, title: str) -> str:
        """The id of the open goal of a member with a title."""
        (found,) = (goal["id"] for goal in self.member(owner)["goals"] if goal["title"] == title)
        return str(found)

    def member(self, handle: str) -> Any:
        (found,) = (m for m in self.year.json("show", by="mara")["members"] if m["handle"] == handle)
        return found

    def bring_in(self) -> None:
        """Import both files as they are on this day."""
        self.imported = self.year.day
        there = [row for row in self.rows if row.booked <= self.imported]
        deals = [
            f"{NAMES[r.owner]};{r.day:%d.%m.%Y};{f'{r.amount:.2f}'.replace('.', ',')};Won"
            for r in there
            if r.kind == "deals"
        ]
        # What is lost, open, or expected to close counts for nobody.
        deals += [f"Ben Okafor;{self.imported:%d.%m.%Y};900,00;Lost", "Ana Ruiz;;700,00;Engaging"]
        deals += [f"Dora Papp;{self.imported + 9 * DAY:%d.%m.%Y};800,00;Won"]
        meetings = [f"{r.owner},{r.day},{r.amount:g}" for r in there if r.kind == "meetings"]
        for name, header, lines in (
            ("deals", "Owner;Close date;Amount;Stage", deals),
            ("meetings", "who,day,held", meetings),
        ):
            (self.folder / f"{name}.csv").write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")
            self.import_file(name)

    def import_file(self, name: str) -> str:
        """Import a file as it was written last. Returns the last line that is printed."""
        said = self.year.command("mara", "facts", "import", f"{name}.csv", "--map", f"{name}.yaml")
        return said.splitlines()[-1]

    def turn(self) -> None:
        """End the quarter, with all targets a tenth higher, but Ben's; each agrees once to all of theirs."""
        ended = self.quarter
        renew = [f"{g.id}={raised(g):g}" for g in self.goals if g.is_open and g.owner in RAISE and g.kind == "deals"]
        options = [option for goal in ("all=+10%", *renew) for option in ("--renew", goal)]
        self.year.command("mara", "period", "next", *options, "--yes")
        self.quarter = (*QUARTERS[1:], AFTER)[QUARTERS.index(ended)]
        self.team_targets[self.quarter.name] = a_tenth_more(self.team_targets[ended.name])
        for goal in [goal for goal in self.goals if goal.is_open]:
            goal.is_open = False
            self.add(goal.owner, goal.kind, goal.title, raised(goal))
        for owner in NAMES:
            self.acknowledge(owner)
        self.check_report(ended)

    def acknowledge(self, owner: str) -> None:
        (revision,) = self.member(owner)["waiting"]
        self.year.command(owner, "revision", "acknowledge", revision)
        assert self.member(owner)["waiting"] == []

    def hand_over(self) -> None:
        """Ana's goal for deals goes to Dora: what was reached stays, and the rest of the target goes along."""
        goal = self.goal("ana", "deals")
        self.year.command("mara", "goal", "hand-over", goal.id, "--to", "dora")
        (self.folder / "deals.yaml").write_text(DEALS_MAP, encoding="utf-8")
        # Of that day each counts what they won themselves.
        goal.is_open, goal.is_handed_over, goal.last = False, True, self.year.day
        reached = self.sum_of(goal)
        self.add("dora", "deals", goal.title, goal.target - reached)
        goal.target = reached
        for owner in ("ana", "dora"):
            self.acknowledge(owner)

    def set_another_goal(self) -> None:
        """Ana, who has handed hers over, gets another goal for deals."""
        (team_goal,) = self.year.json("show", by="mara")["team_goals"]
        measure = ("--target", "12000", "--unit", "€", "--align", team_goal["id"])
        self.year.command("mara", "goal", "add", "ARR Italy", "--owner", "ana", *measure)
        self.add("ana", "deals", "ARR Italy", 12000)
        self.acknowledge("ana")

    def say(self) -> None:
        """Check-ins of the members' own on this day. They hold until the next import, which takes back no word."""
        day = self.year.day
        if day in DEMOS:
            self.year.command("ana", "checkin", self.demos_id, str(DEMOS[day]))
        if day == ASKED_FOR_HELP:
            goal = self.goal("ana", "deals")
            own = self.sum_of(goal) + 500
            said = ("--blocked", "legal is slow", "--confidence", "6", "--next", "Ask Zoe")
            self.year.command("ana", "checkin", goal.id, f"{own:.2f}", *said)
            assert self.told(goal) == (own, "legal is slow", None)
        if day == HELPED:
            goal = self.goal("ana", "deals")
            assert self.told(goal) == (self.sum_of(goal), "legal is slow", None)
            goal.call = 19000
            self.year.command("ana", "checkin", goal.id, "--blocked", "", "--call", "19000")
            assert self.told(goal) == (self.sum_of(goal), "", 19000)
        if day == CALLED:
            goal = self.goal("ben", "deals")
            goal.call = 30000
            own = self.sum_of(goal) - 250
            self.year.command("ben", "checkin", goal.id, f"{own:.2f}", "--call", "30000", "--blocked", "no price list")
            assert self.told(goal) == (own, "no price list", 30000)

    def told(self, goal: Span) -> tuple[float, str, float | None]:
        """Value, blocker and call of a goal."""
        found = self.year.json("show", "--goal", goal.id, by="mara")
        return found["value"], found["blocker"], found["call"]

    def set_reviews(self) -> None:
        for member in REVIEWS.get(self.year.day, ()):
            said = self.year.command("mara", "review", "schedule", member, str(self.quarter.held))
            assert said.endswith(f", about {self.quarter.name}.\n")
            self.reviews[member] = said.split()[0]

    # -- what is compared

    def check_totals(self) -> None:
        """The open goals, and the team goal, with what stays of one that was handed over."""
        shown = self.year.json("show", by="mara")
        now_told = {
            g["id"]: (g["owner"], g["measure"]["target"], g["value"])
            for member in shown["members"]
            for g in member["goals"]
            if g["id"] != self.demos_id
        }
        expected = {g.id: (g.owner, g.target, self.sum_of(g)) for g in self.goals if g.is_open}
        assert now_told == expected, self.year.day
        (team_goal,) = shown["team_goals"]
        target = self.team_targets[self.quarter.name]
        assert (team_goal["measure"]["target"], team_goal["value"]) == (target, self.team_sum(self.quarter))
        self.shown_then[self.year.day] = values_of(shown)

    def check_report(self, quarter: Quarter) -> None:
        """The report of a quarter that is over: values, targets, results and calls, and the mean of each member."""
        line = ("period", "report", "--period", quarter.name, "--to", "json")
        found = json.loads(self.year.command("mara", *line))
        assert found["period"]["ends"] == str(quarter.last)
        results = {g["id"]: g for g in found["goals"] if g["kind"] == "result"}
        figures = {
            i: (g["owner"], g["target"], g["value"], g["attainment"], g["gap"], g["call"]) for i, g in results.items()
        }
        assert figures == {
            g.id: (g.owner, g.target, self.sum_of(g), self.attained(g), g.target - self.sum_of(g), g.call)
            for g in self.goals_of(quarter)
        }, (self.year.day, quarter.name)
        assert {i: g["result"] for i, g in results.items()} == {g.id: self.result(g) for g in self.goals_of(quarter)}
        means = {member["handle"]: member["attainment"] for member in found["members"]}
        assert means == pytest.approx({owner: self.mean(quarter, owner) for owner in NAMES}, abs=0.0001)
        (whole,) = found["by_team_goal"]
        target, reached = self.team_targets[quarter.name], self.team_sum(quarter)
        told = (whole["target"], whole["value"], whole["attainment"], whole["result"])
        assert told == (target, reached, round(reached / target, 4), "achieved" if reached >= target else "missed")
        by_result = Counter(self.result(g) for g in self.goals_of(quarter) if g.kind == "deals")
        tally = {result: whole["goals"][result.replace(" ", "_")] for result in ("achieved", "missed", "handed over")}
        assert tally == {result: by_result[result] for result in tally}

    def check_the_year(self) -> None:
        """Each row with a goal counts in one quarter, and each day is shown as it stood."""
        whole = 0.0
        for quarter in QUARTERS:
            line = ("period", "report", "--period", quarter.name, "--to", "json")
            goals = json.loads(self.year.command("mara", *line))["goals"]
            whole += sum(goal["value"] for goal in goals if goal["kind"] == "result")
        # Dora has no goal for deals before the hand-over, and Ana none from then to the end of that quarter.
        without = {"dora": (BEGUN, HANDED_OVER - DAY), "ana": (HANDED_OVER + DAY, QUARTERS[1].last), "ben": (END, END)}
        ended = [row for row in self.rows if row.day <= QUARTERS[-1].last]
        lost = [r for r in ended if r.kind == "deals" and without[r.owner][0] <= r.day <= without[r.owner][1]]
        assert whole == sum(row.amount for row in ended) - sum(row.amount for row in lost)
        for day, then in self.shown_then.items():
            if day.day < 8:
                assert values_of(self.year.json("show", "--as-of", str(day), by="mara")) == then, day

    def result(self, goal: Span) -> str:
        if goal.is_handed_over:
            return "handed over"
        return "achieved" if self.sum_of(goal) >= goal.target else "missed"

    def mean(self, quarter: Quarter, owner: str) -> float:
        return mean(self.sum_of(goal) / goal.target for goal in self.goals_of(quarter, owner))

    def attained(self, goal: Span) -> float:
        return round(self.sum_of(goal) / goal.target, 4)

    def check_evidence(self, quarter: Quarter, member: str) -> None:
        """The goals of a quarter in a review that is held after it."""
        line = ("review", "export", self.reviews[member], "--to", "json")
        found = json.loads(self.year.command("mara", *line))
        assert found["state"] == "held"
        assert found["period"] == {"name": quarter.name, "starts": str(quarter.first), "ends": str(quarter.last)}
        figures = {g["goal"]: (g["value"], g["target"], g["attainment"], g["call"]) for g in found["goals"]}
        expected: dict[str, tuple[float, float, float, float | None]] = {
            g.id: (self.sum_of(g), g.target, self.attained(g), g.call) for g in self.goals_of(quarter, member)
        }
        if member == "ana":
            held = [value for day, value in DEMOS.items() if day <= quarter.last][-1]
            expected[self.demos_id] = (held, 10, held / 10, None)
        assert figures == expected, (quarter.name, member)


def values_of(shown: Any) -> dict[str, float]:
    """The value of each goal and team goal that is shown, by id."""
    goals = (*shown["team_goals"], *(goal for member in shown["members"] for goal in member["goals"]))
    return {goal["id"]: goal["value"] for goal in goals}


@pytest.fixture
def crm(run: Run, tmp_path: Path) -> CrmYear:
    """The team on the first day of the year."""
    for name, text in (("team", TEAM), ("deals", DEALS_MAP + UNTIL_HANDED_OVER), ("meetings", MEETINGS_MAP)):
        (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")
    year = Year(run, InFile(tmp_path / "team.board.json"))
    year.begin(BEGUN)
    year.command("mara", "init", "--from", "team.yaml")
    found = CrmYear(year, tmp_path)
    found.add("ana", "deals", "ARR Iberia", 22000)
    found.add("ben", "deals", "ARR Nordics", 16000)
    for owner in NAMES:
        found.add(owner, "meetings", "Meetings", 50)
    found.demos_id = found.open_goal("ana", "Demos")
    return found


@pytest.mark.slow
def test_a_year_with_imports_each_week_is_plain_arithmetic(crm: CrmYear, monkeypatch: pytest.MonkeyPatch) -> None:
    year = crm.year
    while year.day < END:
        day = year.begin(year.day + DAY)
        if day == crm.quarter.turned:
            ended = crm.quarter
            crm.turn()
            if ended.name == "Q2 2026":
                crm.set_another_goal()
            crm.bring_in()
            for name in ("deals", "meetings"):
                assert crm.import_file(name) == f"Nothing in {name}.csv is new."
            crm.check_report(ended)
            crm.check_totals()
        if day == HANDED_OVER:
            crm.hand_over()
        crm.say()
        crm.set_reviews()
        for quarter in QUARTERS:
            if day == quarter.held:
                check_reviews(crm, quarter, monkeypatch)
        if day.weekday() == 6:
            crm.bring_in()
            crm.check_totals()
    for quarter in QUARTERS:
        crm.check_report(quarter)
    crm.check_the_year()
    assert year.command("mara", "doctor")


def check_reviews(crm: CrmYear, quarter: Quarter, monkeypatch: pytest.MonkeyPatch) -> None:
    """Hold the reviews of a quarter; its report tells of them, with the deals that were booked late."""
    for member, review in crm.reviews.items():
        hold(crm.year, monkeypatch, member, review, crm.goals_of(quarter, member)[0].id)
        crm.check_evidence(quarter, member)
    crm.check_report(quarter)
    crm.reviews = {}


def hold(year: Year, monkeypatch: pytest.MonkeyPatch, member: str, review_id: str, goal: str) -> None:
    """A member and Mara hold their review, and agree on a rating of a goal."""
    store = FileStore(year.place.options("mara")[1], clock=year.now)
    for handle in (member, "mara"):
        mine = session_of(store, handle, monkeypatch)
    review = find_review(store.load(), review_id)
    outcome = mine.outcome(review).with_agreed(Agreed(goal=RecordId(goal), rating=3, words="Almost there"))
    store.commit(mine.write(store.load(), review, outcome), Actor("mara"))
