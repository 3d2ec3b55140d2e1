"""The verbs about a goal as a whole: it is edited, removed, closed, opened again, handed over."""

from __future__ import annotations

from teamboard.domain.ids import Table
from teamboard.domain.records.goals import Notice
from teamboard.domain.verbs.model import (
    ABOVE,
    FILLED,
    MANAGER,
    OWNER,
    OWNER_OR_ABOVE,
    Check,
    Values,
    Verb,
    VerbName,
    Writes,
    declined_row,
    notice_row,
    split_rows,
    withdrawn_row,
)

_GOAL_TABLES: tuple[Table, ...] = ("goals", "team_goals")


def _told(reason: Notice, check: Check) -> Writes:
    """The revision that tells what was done with a goal, which keeps the word on why."""
    return notice_row((reason,), check, must={"why": (FILLED,)})


def _without_proposal(check: Check) -> tuple[Writes, ...]:
    """The open proposal for a goal that is closed or handed over: withdrawn if it is the actor's, or else declined."""
    return (
        withdrawn_row(check),
        declined_row(check, whose="check"),
    )


_CLOSED: Values = {"outcome": ("achieved", "missed", "dropped"), "closed": (FILLED,)}

GOAL_CHANGES: dict[VerbName, Verb] = {
    "edit a goal": Verb(
        may=OWNER_OR_ABOVE,
        writes=(
            Writes(
                table="goals",
                changes=("title", "why", "weight", "measure", "drives"),
                given={"outcome": (None,)},
                checks=("edited_goal", "counted_goal", "activity"),
            ),
            Writes(
                table="team_goals",
                changes=("title", "why", "measure"),
                given={"outcome": (None,)},
                checks=("edited_goal",),
            ),
        ),
        concerns=("owner",),
        search=("rename", "title", "note", "unit", "weight"),
    ),
    # Permissions only: both are stored as "edit a goal".
    "edit a team goal": Verb(may=OWNER),
    "set a weight or unit": Verb(may=ABOVE),
    "remove a goal": Verb(
        may=ABOVE,
        writes=(
            Writes(
                table="goals",
                removes=True,
                whose="check",
                given={"outcome": (None,)},
                checks=("unused_goal", "counted_goal"),
            ),
            Writes(
                table="team_goals", removes=True, whose="check", given={"outcome": (None,)}, checks=("unused_goal",)
            ),
            # The one that made the goal goes with it.
            Writes(table="revisions", removes=True, whose="check", checks=("unused_goal",)),
        ),
        concerns=("owner",),
        search=("delete a goal", "wrong goal", "mistake"),
    ),
    # Permission only: it is stored as "remove a goal".
    "remove a team goal": Verb(may=MANAGER),
    "close a goal": Verb(
        may=ABOVE,
        writes=(
            *(
                Writes(
                    table=table,
                    changes=("outcome", "closed"),
                    today=("closed",),
                    whose="check",
                    given={"outcome": (None,)},
                    must=_CLOSED,
                    together=("revisions",),
                    checks=("closing", "counted_goal"),
                )
                for table in _GOAL_TABLES
            ),
            _told("closed", "closing"),
            *_without_proposal("closing"),
        ),
        concerns=("owner", "owner's manager", "aligned owners"),
        search=("achieved", "missed", "drop", "finish", "done", "end"),
    ),
    "reopen a goal": Verb(
        may=ABOVE,
        writes=(
            *(
                Writes(
                    table=table,
                    # An activity drives nothing any more if its result is over, or somebody else's.
                    changes=("outcome", "closed", "drives") if table == "goals" else ("outcome", "closed"),
                    whose="check",
                    given={"outcome": ("achieved", "missed", "dropped")},
                    must={"outcome": (None,), "closed": (None,)},
                    together=("revisions",),
                    checks=("closing", "counted_goal"),
                )
                for table in _GOAL_TABLES
            ),
            _told("reopened", "closing"),
        ),
        concerns=("owner", "owner's manager", "aligned owners"),
        search=("open again", "undo a close"),
    ),
    "hand over a goal": Verb(
        may=ABOVE,
        writes=(
            # In place; what drives it does not any more.
            Writes(
                table="goals",
                changes=("owner", "measure", "drives"),
                whose="check",
                given={"outcome": (None,)},
                checks=("handed_over", "counted_goal"),
            ),
            Writes(
                table="team_goals",
                changes=("owner", "measure"),
                whose="check",
                given={"outcome": (None,)},
                checks=("handed_over",),
            ),
            *split_rows("handed_over", "counted_goal"),
            _told("handed-over", "handed_over"),
            _told("closed", "handed_over"),
            *_without_proposal("handed_over"),
        ),
        concerns=("owner", "owner's manager", "aligned owners"),
        search=("give to", "reassign", "take over", "territory", "new owner"),
    ),
    # Permission only: it is stored as "hand over a goal".
    "hand over a team goal": Verb(may=("owner", *ABOVE)),
}
