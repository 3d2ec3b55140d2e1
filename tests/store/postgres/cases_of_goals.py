"""The named checks of changes to one goal; see `cases`."""

from __future__ import annotations

from teamboard.actions.goal_edits import EditGoal, RemoveGoal
from teamboard.domain.verbs import Check
from tests.store.postgres.cases import MEASURE, Case, R

CASES_OF_GOALS: dict[Check, list[Case]] = {
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
}  # fmt: skip
