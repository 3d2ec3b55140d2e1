"""Every figure that stands on more than one screen or output is the same on each.

The outputs of the command line are read as a person or a script reads them; `tests/ui/test_same_figures.py` reads the
screens. Both read the sample team, and a board on which much has happened since.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest

from teamboard.domain.amounts import format_short
from teamboard.domain.board_on_day import BoardOnDay
from teamboard.domain.due import dues
from teamboard.domain.forecast.figures import Forecasts, member_attainment
from teamboard.domain.reviews.evidence import evidence
from teamboard.render.format import percent
from teamboard.store.file.store import FileStore
from tests.conftest import NOW, TODAY, Run
from tests.helpers.rich_board import write_board

SAME = (
    "progress", "pace", "status", "trend", "value", "age_days", "blocker", "to_acknowledge", "attainment", "gap",
    "run_rate", "needed_per_week", "at_this_pace", "call", "best",
)  # fmt: skip
"""The figures of a goal in JSON."""


class Clock:
    """The clock of the command line."""

    @staticmethod
    def now(_zone: object = None) -> object:
        return NOW


class Outputs:
    """What the commands print about one board at NOW."""

    def __init__(self, run: Run, store: FileStore) -> None:
        self.run, self.path = run, store.path
        board = store.load()
        self.shown = BoardOnDay(board, TODAY)
        self.board: dict[str, Any] = self.json("show")
        self.goals: dict[str, dict[str, Any]] = {g["id"]: g for g in self.board["team_goals"]}
        for member in self.board["members"]:
            self.goals |= {g["id"]: g for g in member["goals"]}
        self.dues: list[dict[str, Any]] = self.json("due")

    def text(self, *arguments: str) -> str:
        with patch("teamboard.store.base.datetime", Clock):
            found = self.run(*arguments, "--board", str(self.path), COLUMNS="170")
        assert (found.returncode, found.stderr) == (0, ""), (arguments, found.stderr)
        return found.stdout

    def json(self, *arguments: str) -> Any:
        return json.loads(self.text(*arguments, "--json"))

    def line(self, start: str, *arguments: str) -> str:
        """The only line of an output that begins with a text, after spaces."""
        (found,) = [line for line in self.text(*arguments).splitlines() if line.lstrip().startswith(f"{start} ")]
        return found

    def overdue(self, **fields: str | None) -> list[dict[str, Any]]:
        """The overdue items with some fields, as `due --json` has them."""
        return [due for due in self.dues if due["overdue"] and all(due[k] == v for k, v in fields.items())]


@pytest.fixture(params=["sample", "rich"])
def outputs(request: pytest.FixtureRequest, run: Run, tmp_path: Path) -> Outputs:
    return Outputs(run, write_board(tmp_path / "team.board.json", NOW, rich=request.param == "rich"))


@pytest.mark.slow
def test_a_goals_figures(outputs: Outputs) -> None:
    listed = {g["id"]: g for g in outputs.json("goal", "list")}
    branches = [g for b in outputs.json("align") for c in b["carriers"] for g in c["goals"]]
    on_board = outputs.text("show")
    for goal_id, goal in outputs.goals.items():
        alone = outputs.json("show", "--goal", goal_id)
        for other in (alone, listed[goal_id], *(g for g in branches if g["id"] == goal_id)):
            assert {k: other[k] for k in SAME} == {k: goal[k] for k in SAME}
        record = outputs.shown.board.goal(goal_id)  # type: ignore[arg-type]
        assert record is not None
        now, forecasts = outputs.shown.standing(record), Forecasts(outputs.shown)
        printed = outputs.line(goal_id, "show", "--goal", goal_id)
        (line,) = [text for text in on_board.splitlines() if text.lstrip().startswith(f"{goal_id} ")]
        for text in (line, printed):
            assert f" {percent(now.progress)} " in text
        if forecasts.gap(record) is not None:
            (attained,) = re.findall(r"attained +(.*?),", outputs.text("show", "--goal", goal_id)) or [None]
            assert attained in (None, percent(now.progress))
        confidence = next((c.get("confidence") for c in alone["checkins"][-1:]), None)
        assert ("▿" in line) is (confidence is not None and confidence <= 4)
        if now.age_days:
            assert f" {now.age_days} d" in line or goal["kind"] == "team"


@pytest.mark.slow
def test_the_sums_of_team_goals(outputs: Outputs) -> None:
    branches = {b["team_goal"]["id"]: b for b in outputs.json("align") if b["team_goal"]}
    numbers = outputs.shown.board.number_format
    for goal_id, goal in outputs.goals.items():
        if goal["kind"] != "team":
            continue
        assert {k: branches[goal_id]["team_goal"][k] for k in SAME} == {k: goal[k] for k in SAME}
        shares = {c["member"]: c["share"] for c in branches[goal_id]["carriers"] if c["share"]}
        if goal["rolls_up"] != "own":
            assert shares == pytest.approx({h: share for h, share in goal["contributions"].items() if share})
        for member in outputs.board["members"]:
            assert member["contributions"].get(goal_id, 0) == pytest.approx(
                goal["contributions"].get(member["handle"], 0)
            )
        if goal["assigned"] is not None:
            assert goal["assigned"] + goal["unassigned"] == pytest.approx(goal["measure"]["target"])
            alone = outputs.json("show", "--goal", goal_id)
            assert (alone["assigned"], alone["unassigned"]) == (goal["assigned"], goal["unassigned"])
            if abs(goal["unassigned"]) > 1:
                assert format_short(goal["assigned"], numbers) in outputs.text("show", "--goal", goal_id)


@pytest.mark.slow
def test_a_members_figures(outputs: Outputs) -> None:
    on_board = outputs.text("show").splitlines()
    for member in outputs.board["members"]:
        handle, feedback = member["handle"], member["feedback"]
        alone, printed = outputs.json("show", "--member", handle), outputs.text("show", "--member", handle)
        assert {k: v for k, v in alone.items() if k != "accuracy"} == {
            k: v for k, v in member.items() if k != "accuracy"
        }
        record = outputs.shown.board.member(handle)
        assert record is not None
        attained = member_attainment(outputs.shown, record)
        assert (member["attainment"] is None) is (attained is None)
        if attained is not None:
            assert f"attainment    {percent(attained)} of result goals" in printed
        # What is listed is what is counted.
        inbox = [f for f in outputs.json("inbox", "--as", handle)["feedback"] if f["to"] == handle]
        requests = [f for f in inbox if f["kind"] == "request"]
        assert (len(inbox) - len(requests), len(requests)) == (feedback["open"], feedback["asked"])
        for title, count in (("Open feedback", feedback["open"]), ("To answer", feedback["asked"])):
            section = printed.partition(f" {title}\n")[2].partition("\n\n")[0]
            assert len(re.findall(r"^ +F\d+ ", section, re.MULTILINE)) == count, (handle, title)
        assert len(re.findall(r"☐ [OR]\d+\.\d+", printed)) == len(member["open_actions"])
        assert printed.splitlines()[0] == next(line for line in on_board if line.startswith(f"  {member['name']}"))


@pytest.mark.slow
def test_what_is_late_is_late_by_as_many_days_everywhere(outputs: Outputs) -> None:
    """Working days: in the list of what is due, on a member's line, in their one-on-one, reviews and agreed actions."""
    board = outputs.text("show").splitlines()
    for member in outputs.board["members"]:
        handle = member["handle"]
        line = next(line for line in board if line.startswith(f"  {member['name']}"))
        feedback = outputs.overdue(kind="feedback", to=handle)
        assert [due["overdue"] for due in feedback] == ([d] if (d := member["feedback"]["overdue_days"]) else [])
        assert (f"feedback overdue {d} d" in line) is (d > 0)
        meeting = outputs.overdue(kind="one-on-one", to=handle)
        assert outputs.json("one-on-one", handle)["overdue"] == sum(due["overdue"] for due in meeting)
        talk = outputs.text("one-on-one", handle).splitlines()[0]
        for due in meeting:
            assert f", {working_days(due['overdue'])} late" in talk
        review = outputs.overdue(kind="review", to=handle)
        assert ("late" in line) is bool(review)
        for due in review:
            assert f"review {due['overdue']} d late" in line
            assert f"{working_days(due['overdue'])} late" in outputs.line(due["about"], "review", "list")
        printed = outputs.text("show", "--member", handle)
        for due in outputs.overdue(kind="action", owes=handle):
            on = date.fromisoformat(due["on"])
            (action,) = [text for text in printed.splitlines() if f"☐ {due['about']} " in text]
            assert f"by {on:%d %b}, {working_days(due['overdue'])} late" in action
        assert printed.count(" late\n") == len(outputs.overdue(kind="action", owes=handle)) + printed.splitlines()[
            0
        ].endswith(" late")


def working_days(count: int) -> str:
    return f"{count} working day{'s' if count > 1 else ''}"


@pytest.mark.slow
def test_the_teams_counts(outputs: Outputs) -> None:
    pulse, members = outputs.json("pulse"), outputs.board["members"]
    late = outputs.overdue(kind="check-in")
    assert pulse["checked"] - pulse["in_cadence"] == len(late)
    assert sum(m["feedback"]["open"] for m in members) == pulse["open"]
    assert f"{pulse['unacknowledged']} of {pulse['open']} open not yet" in outputs.text("pulse")
    assert len(outputs.json("member", "list")) == len(members)
    # Of what is due, as many are overdue as the list's title, and the round-up of a standup, says.
    due = outputs.text("due")
    assert f" Overdue  {len(outputs.overdue())} " in due
    assert due.count(" d late ") == len(outputs.overdue()) == len([d for d in dues(outputs.shown) if d.overdue])
    for member in members:
        mine = [d for d in outputs.overdue() if member["handle"] in (d["owes"], d["to"])]
        assert [d for d in outputs.json("due", "--member", member["handle"]) if d["overdue"]] == mine
    # Who has to acknowledge a team goal has it waiting, and nobody else.
    waiting = Counter(h for g in outputs.goals.values() for h in g["to_acknowledge"])
    assert waiting <= Counter({m["handle"]: len(m["waiting"]) for m in members})
    for goal in outputs.board["team_goals"]:
        line = outputs.line(goal["id"], "show", "--goal", goal["id"])
        assert (f"⟳ {len(goal['to_acknowledge'])}" in line) is bool(goal["to_acknowledge"])


@pytest.mark.slow
def test_a_report_has_the_figures_of_the_board(outputs: Outputs) -> None:
    report = outputs.text("period", "report")
    own = [g for m in outputs.board["members"] for g in m["goals"]]
    statuses = Counter(g["status"] for g in own)
    line = next(line for line in report.splitlines() if line.startswith("  open "))
    assert f" {len(own) - statuses['achieved']} " in line
    for status, word in (("behind", "behind"), ("at risk", "at risk"), ("stale", "no update")):
        count = statuses[status]
        assert (f" {count} {word}" in line) is bool(count), (status, count, line)
    for goal in outputs.board["team_goals"]:
        (line,) = [
            text for text in report.splitlines() if re.match(rf" +{goal['id']} .*% ", text) and "pace" not in text
        ]
        record = outputs.shown.board.goal(goal["id"])
        assert record is not None
        assert f" {percent(outputs.shown.standing(record).progress)} " in line


@pytest.mark.slow
def test_evidence_has_the_figures_of_the_board(outputs: Outputs) -> None:
    board = outputs.shown.board
    assert board.team is not None
    for member in outputs.shown.members:
        found = evidence(board, member, board.team.period.starts, TODAY)
        for goal in (g for g in found.goals if g.goal.outcome is None):
            now = outputs.shown.standing(goal.goal)
            assert (goal.progress_now, goal.pace_now) == pytest.approx((now.progress, now.pace)), goal.goal.id


@pytest.mark.slow
def test_a_past_day_has_the_same_figures_everywhere(outputs: Outputs) -> None:
    day = ("--as-of", (TODAY - timedelta(days=4)).isoformat())
    past = outputs.json("show", *day)
    lines = outputs.text("show", *day).splitlines()
    for goal in (*past["team_goals"], *(g for m in past["members"] for g in m["goals"])):
        alone = outputs.json("show", "--goal", goal["id"], *day)
        assert {k: alone[k] for k in SAME} == {k: goal[k] for k in SAME}
        (line,) = [text for text in lines if text.lstrip().startswith(f"{goal['id']} ")]
        assert f" {percent(goal['progress'])} " in line
    for member in past["members"]:
        assert outputs.json("show", "--member", member["handle"], *day)["feedback"] == member["feedback"]
