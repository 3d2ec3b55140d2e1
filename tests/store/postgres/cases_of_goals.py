"""The named checks of changes to one goal; see `cases`."""

from __future__ import annotations

from datetime import date
from typing import Any

from teamboard.actions.base import Action
from teamboard.actions.check_ins import CheckInGoal, CorrectCheckIn
from teamboard.actions.goal_changes.closing import CloseGoal, ReopenGoal
from teamboard.actions.goal_changes.edits import EditGoal, RemoveGoal
from teamboard.actions.goal_changes.handing_over import HandOverGoal
from teamboard.actions.goals import AddGoal, AddTeamGoal
from teamboard.actions.revision_responses import AcknowledgeRevision
from teamboard.domain.records import DoneOrNot, Metric
from teamboard.domain.verbs import Check
from tests.actions.test_verbs import revise
from tests.conftest import TODAY
from tests.store.postgres.cases import AT, CALLS, MEASURE, NEXT_WEEK, TOMORROW, UNITS, Case, R, check_in, goal, revision

EUROS = Metric(unit="€", start=0, target=10)
DECLINED = {"state": "declined", "word": "No", "answered_by": "mara", "answered_at": AT}


def close(goal: str) -> CloseGoal:
    return CloseGoal(goal=R(goal), outcome="achieved", why="So")


def told(goal: str, before: dict[str, Any], after: dict[str, Any], reason: str) -> dict[str, Any]:
    """The revision that tells what was done with a goal."""
    return revision(goal, "mara", before, after, reason=reason, state="agreed", effective="2026-11-22")


def closed(goal: str, by: str = "mara") -> dict[str, Any]:
    """A goal that is closed, and the revision that tells it."""
    fields = {"outcome": "achieved", "closed": "2026-11-22"}
    found = told(goal, dict.fromkeys(fields), fields, "closed")
    found["V12"]["by"] = by
    return found | {goal: fields}


def to(goal_id: str, heir: str) -> HandOverGoal:
    return HandOverGoal(goal=R(goal_id), to=heir)


def owner(goal: str, heir: str, by: str = "mara") -> dict[str, Any]:
    """A goal with a new owner, and the revision that tells it."""
    before = {"G13": "ana", "T5": "mara"}[goal]
    found = told(goal, {"owner": before}, {"owner": heir}, "handed-over")
    found["V12"]["by"] = by
    return found | {goal: {"owner": heir}}


ALLOWED: list[tuple[str, Action]] = [
    ("ana", EditGoal(goal=R("G12"), title="ARR", why="Half of the plan")),
    ("mara", EditGoal(goal=R("G13"), weight=2.0, unit="talks")),
    ("mara", EditGoal(goal=R("T4"), title="Win back", why="So")),
    ("ana", CorrectCheckIn(checkin=R("C159"), value=815_000.0, note="Typo", call=1e6, best=1.1e6)),
    ("mara", AddGoal(owner="ana", title="Wrong", kind="skill")),
    ("ana", RemoveGoal(goal=R("G42"))),
    ("mara", CloseGoal(goal=R("G12"), outcome="missed", why="So")),
    ("ana", AcknowledgeRevision(revision=R("V13"))),
    ("mara", ReopenGoal(goal=R("G12"), why="Not yet")),
    ("ana", AcknowledgeRevision(revision=R("V14"))),
    ("ana", CloseGoal(goal=R("G15"), outcome="achieved", why="So")),
    ("ana", ReopenGoal(goal=R("G15"), why="Not yet")),
    ("mara", HandOverGoal(goal=R("G13"), to="ben", target=90.0)),
    ("ben", AcknowledgeRevision(revision=R("V17"))),
    ("ben", revise(R("G13"), target=80.0)),
    ("mara", HandOverGoal(goal=R("G13"), to="mara")),
    ("mara", AddGoal(owner="ana", title="Calls", measure=CALLS, drives=R("G14"))),
    ("mara", HandOverGoal(goal=R("G12"), to="ben", why="Ben takes Iberia")),
    ("mara", HandOverGoal(goal=R("G14"), to="chi", target=1.0)),
    ("ben", CheckInGoal(goal=R("G44"), value=5_000.0)),
    ("mara", HandOverGoal(goal=R("G44"), to="mara")),
    ("mara", HandOverGoal(goal=R("T4"), to="ana", target=14.0)),
    ("ana", CloseGoal(goal=R("T4"), outcome="dropped", why="So")),
    ("mara", ReopenGoal(goal=R("T4"), why="Not yet")),
]
"""What members do with goals, each in their own name, on the board of `prepared`."""

CASES_OF_GOALS: dict[Check, list[Case]] = {
    "check_in": [
        Case("ana", CheckInGoal(goal=R("G12"), value=1), "", {"C166": {"corrected_by": "mara"}},
             "no such record is made"),
        Case("mara", CheckInGoal(goal=R("G1"), value=1), "is over", check_in("G1"), "the goal is over"),
        Case("mara", CheckInGoal(goal=R("T3"), value=1), "the sum of the goals", check_in("T3"), "sum of others"),
        Case("mara", CheckInGoal(goal=R("G10"), done=("Draft",)), "has no milestones",
             check_in("G10", done=["Draft"]), "has no milestones"),
        Case("mara", CheckInGoal(goal=R("G11"), value=2), "measured by milestones", check_in("G11"), "do not fit"),
        Case("mara", CheckInGoal(goal=R("G11"), done=("Lunch",)), "no single milestone",
             check_in("G11", done=["Lunch"]), "do not fit"),
        Case("mara", CheckInGoal(goal=R("G17"), value=2), "done or not", check_in("G17", value=2), "done or not"),
        Case("mara", CheckInGoal(goal=R("G13"), value=2, on=TOMORROW), "in the future",
             check_in("G13", on=f"{TOMORROW}"), "its day is in the future"),
        Case("mara", CheckInGoal(goal=R("G13"), value=2, on=date(2026, 9, 30)), "starts on",
             check_in("G13", on="2026-09-30"), "the goal starts later"),
        Case("mara", CheckInGoal(goal=R("G29"), value=1), f"who starts on {TOMORROW}", check_in("G29"), "begins later"),
        Case("mara", CheckInGoal(goal=R("G29"), value=1, on=date(2026, 11, 20)), f"who starts on {TOMORROW}",
             check_in("G29", on="2026-11-20"), "begins later"),
        Case("mara", CheckInGoal(goal=R("G17"), call=1), "measured as done or not", check_in("G17", call=1.0),
             "a call is for a number"),
        Case("mara", CheckInGoal(goal=R("G11"), done=("Lunch",), best=1), "measured by milestones",
             check_in("G11", best=1.0), "a call is for a number"),
        Case("mara", CheckInGoal(goal=R("G13"), call=90, best=80), "below the call, 90",
             check_in("G13", call=90.0, best=80.0), "worse than the call"),
    ],
    "new_goal": [
        Case("ana", AddGoal(owner="ana", kind="skill", title="Side", measure=EUROS, aligned={R("T3"): 1.0}),
             "adds up what is agreed",
             goal(kind="skill", measure={**MEASURE, "unit": "€"}, aligned={"T3": 1.0}), "what a sum adds up is agreed"),
        Case("ana", AddGoal(owner="ana", kind="skill", title="Side", weight=99.0), "has weight 1",
             goal(kind="skill", weight=99.0), "its weight is given by a manager"),
        Case("ana", AddGoal(owner="ana", kind="skill", title="Side"), "",
             {next(iter(goal())): {"continues": "G12"}}, "no such record is made"),
        Case("mara", AddGoal(owner="ana", title=" ", measure=DoneOrNot()), "title", goal(title=""), "title is missing"),
        Case("mara", AddGoal(owner="ana", title="More", measure=UNITS), "Start and target are equal",
             goal(measure={**MEASURE, "start": 1.0}), "start and target are equal"),
        Case("mara", AddGoal(owner="ana", title="More", measure=DoneOrNot(), starts=NEXT_WEEK, due=TODAY),
             "must be due",
             goal(due="2026-11-21"), "due before it starts"),
        Case("mara", AddTeamGoal(title="More", measure=DoneOrNot(), rolls_up="sum"), "Only a metric",
             {"T7": {"owner": "mara", "title": "More", "measure": {"kind": "done"}, "starts": "2026-10-01",
                     "due": "2026-12-31", "rolls_up": "sum"}}, "only a metric"),
    ],
    "edited_goal": [
        Case("ana", EditGoal(goal=R("G12"), title=" "), "title", {"G12": {"title": ""}}, "title is missing"),
        Case("ana", EditGoal(goal=R("G12"), weight=2.0), "may set a weight", {"G12": {"weight": 2.0}}, "by a manager"),
        Case("ana", EditGoal(goal=R("G13"), unit="talks"), "may set a weight",
             {"G13": {"measure": {**MEASURE, "unit": "talks", "target": 120.0}}}, "by a manager"),
        Case("mara", EditGoal(goal=R("G12"), unit="EUR"), "its unit and that of its goals stay",
             {"G12": {"measure": {**MEASURE, "unit": "EUR", "target": 1.2e6}}}, "that of a sum"),
        Case("mara", EditGoal(goal=R("T3"), unit="EUR"), "its unit and that of its goals stay",
             {"T3": {"measure": {**MEASURE, "unit": "EUR", "target": 4.3e6}}}, "that of a sum"),
        Case("mara", EditGoal(goal=R("G13"), unit="talks"), "",
             {"G13": {"measure": {**MEASURE, "unit": "talks", "target": 1.0}}}, "only the unit"),
        Case("ana", EditGoal(goal=R("T5"), why="So"), "may edit a team goal", {"T5": {"why": "So"}}, "not yours"),
        Case("mara", EditGoal(goal=R("T5"), title="Other"), "withdraw it first",
             {"T5": {"title": "Other"}}, "a revision to come"),
    ],
    "unused_goal": [
        Case("ana", RemoveGoal(goal=R("G12")), "may remove a goal", {"G12": None}, "not yours"),
        Case("ana", RemoveGoal(goal=R("T5")), "may remove a team goal", {"T5": None}, "not yours"),
        Case("mara", RemoveGoal(goal=R("G12")), "has 8 check-ins and feedback F30", {"G12": None}, "feedback about it"),
        Case("mara", RemoveGoal(goal=R("T3")), "aligned to it", {"T3": None}, "other records refer to it"),
        Case("mara", RemoveGoal(goal=R("T3")), "aligned to it", {"V8": None}, "the revision stays"),
    ],
    "closing": [
        Case("ana", close("G12"), "may close a goal here", closed("G12", "ana"), "not yours"),
        Case("ana", close("T5"), "may close a goal here", closed("T5", "ana"), "not yours"),
        Case("mara", close("T5"), "withdraw V7 first", closed("T5"), "on a later day"),
        Case("mara", close("G12"), "",
             {"V12": {"after": {"outcome": "missed", "closed": "2026-11-22"}}}, "something else"),
        Case("mara", close("G12"), "", {"V12": {"goal": "G13"}}, "something else"),
        Case("mara", close("G12"), "", {"V6": DECLINED}, "its goal does not change"),
        Case("mara", ReopenGoal(goal=R("G1"), why="So"), "stays achieved",
             told("G1", {"outcome": "achieved", "closed": "2026-09-30"}, {"outcome": None, "closed": None}, "reopened")
             | {"G1": {"outcome": None, "closed": None}}, "that is over"),
    ],
    "handed_over": [
        Case("ana", to("G13", "ben"), "may hand over a goal here", owner("G13", "ben", "ana"), "not yours"),
        Case("mara", to("G13", "ana"), "is Ana Ruiz's already", owner("G13", "ana"), "to nobody"),
        Case("mara", to("G13", "jonas"), "is away until", owner("G13", "jonas"), "the new owner is away"),
        Case("mara", to("G13", "ines"), "left the team", owner("G13", "ines"), "not another member"),
        Case("mara", to("G13", "ben"), "", {"V12": {"why": ""}}, "no such record is made"),
        Case("mara", to("G13", "ben"), "", {"V12": {"after": {"owner": "chi"}}}, "something else"),
        Case("mara", to("G13", "ben"), "",
             {"G13": {"measure": {**MEASURE, "unit": "calls", "target": 1.0}}}, "something else"),
        Case("mara", to("T5", "ana"), "withdraw V7 first", owner("T5", "ana"), "on a later day"),
        Case("mara", to("G12", "ben"), "", {"G42": {"owner": "nobody"}}, "not another member"),
        Case("mara", to("G12", "ben"), "", {"G42": {"weight": 9.0}}, "differs from the goal"),
        Case("mara", to("G12", "ben"), "", {"G42": {"continues": "G13"}}, "nobody has the rest"),
        Case("mara", to("G12", "ben"), "",
             {"G12": {"measure": {**MEASURE, "target": 5.0}},
              "V12": {"after": {"measure": {**MEASURE, "target": 5.0}, "outcome": "achieved", "closed": "2026-11-22"}}},
             "not what was reached"),
        Case("mara", to("G12", "ben"), "", {"G12": {"weight": 9.0}}, "something else"),
        Case("mara", to("G12", "ben"), "", {"G12": {"due": "2026-12-01"}}, "something else"),
        Case("mara", to("G12", "ben"), "", {"V13": {"after": {"title": "x"}}}, "is not so"),
        Case("mara", to("G12", "ben"), "", {"V6": DECLINED}, "its goal does not change"),
    ],
}  # fmt: skip
