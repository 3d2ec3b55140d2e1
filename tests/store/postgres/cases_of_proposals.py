"""The named checks about goals that are proposed, as in `cases`: on the same board after PROPOSAL.

The next goal is G43 there, and the next revision V13.
"""

from __future__ import annotations

from typing import Any

from teamboard.actions.alignment import AlignGoal
from teamboard.actions.check_ins import CheckInGoal
from teamboard.actions.goal_changes.edits import EditGoal
from teamboard.actions.goals import ProposeGoal
from teamboard.actions.revision_responses import AgreeToRevision, WithdrawRevision
from teamboard.domain.verbs import Check
from tests.actions.test_verbs import revise
from tests.conftest import TODAY
from tests.store.postgres.cases import AT, Case, R, check_in
from tests.store.postgres.cases import goal as goal_before
from tests.store.postgres.cases import revision as revision_before

PROPOSAL = ("ana", ProposeGoal(title="Partners"))
PROPOSED, PARTNERS = R("G42"), R("V12")
FAIRS = ProposeGoal(title="Fairs")
TERMS = {"title": "More", "measure": {"kind": "done"}, "due": "2026-12-31"}


def goal(**fields: Any) -> dict[str, Any]:
    return {"G43": goal_before(**fields)["G42"]}


def revision(goal_id: str, by: str, before: dict[str, Any], after: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return {"V13": revision_before(goal_id, by, before, after, **fields)["V12"]}


CASES_OF_PROPOSALS: dict[Check, list[Case]] = {
    "agreed_goal": [
        Case("mara", AgreeToRevision(revision=R("V11")), "", {PROPOSED: {"set_on": f"{TODAY}"}}, "nobody agrees to it"),
    ],
    "counted_goal": [
        Case("ana", CheckInGoal(goal=PROPOSED, value=1), "is proposed", check_in(PROPOSED, by="ana"), "not agreed yet"),
        Case(
            "ana",
            AlignGoal(goal=PROPOSED, aligned={}),
            "is proposed",
            {PROPOSED: {"aligned": {"T5": 1.0}}},
            "not agreed yet",
        ),
        Case(
            "ana",
            EditGoal(goal=PROPOSED, title="Other"),
            "is proposed",
            {PROPOSED: {"title": "Other"}},
            "not agreed yet",
        ),
        # Nor is it revised.
        Case(
            "mara",
            revise(PROPOSED, title="Other", instead_of=PARTNERS),
            "is proposed",
            {PARTNERS: {"state": "declined", "answered_by": "mara", "answered_at": AT, "word": "V13 instead"}}
            | revision(PROPOSED, "mara", {"title": "Partners"}, {"title": "Other"}),
            "is not revised",
        ),
    ],
    "proposed_goal": [
        Case("ana", FAIRS, "", {"V13": {"after": {**TERMS, "title": "Less"}}}, "what it says of the goal"),
        Case(
            "mara",
            ProposeGoal(title="More"),
            "Nobody is above you",
            goal(owner="mara") | revision("G43", "mara", {}, TERMS, reason="new-goal"),
            "nobody is asked",
        ),
    ],
    "unagreed_goal": [
        Case(
            "ana",
            WithdrawRevision(revision=R("V11")),
            "",
            {PROPOSED: {"outcome": "dropped", "closed": f"{TODAY}"}},
            "nobody declines",
        ),
    ],
}
