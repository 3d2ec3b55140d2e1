"""The verbs about goals, check-ins and revisions."""

from __future__ import annotations

from teamboard.domain.verbs.model import (
    ABOVE,
    ACTOR,
    FILLED,
    MANAGER,
    MEMBER,
    OWNER,
    OWNER_OR_ABOVE,
    Verb,
    VerbName,
    Writes,
    declined_row,
    notice_row,
    withdrawn_row,
)

_TERMS = ("title", "measure", "due", "outcome", "closed")
"""The fields of a goal that a revision may change."""

_REVISE = (
    Writes(
        table="revisions",
        makes=True,
        actor=("by",),
        moment=("at",),
        absent=("acknowledged", "answered_by", "answered_at", "word"),
        checks=("revision",),
    ),
    # The open proposal that the new one replaces is withdrawn, or declined with a word on why.
    withdrawn_row("replaced"),
    declined_row("replaced", with_word=False),
    Writes(table="goals", changes=_TERMS, whose="check", given={"outcome": (None,)}, checks=("revised_goal",)),
    Writes(table="team_goals", changes=_TERMS, whose="check", given={"outcome": (None,)}, checks=("revised_goal",)),
)

_SET_FOR_ANOTHER = notice_row(("new-goal",), "goal_for_another")
"""The revision with which the owner of a new goal acknowledges what somebody else has set."""

_NOT_AGREED = Writes(
    table="goals",
    changes=("outcome", "closed"),
    today=("closed",),
    whose="check",
    given={"outcome": (None,)},
    must={"outcome": ("dropped",)},
    together=("revisions",),
    checks=("unagreed_goal",),
)
"""A goal goes with the proposal that would have made it."""

GOALS: dict[VerbName, Verb] = {
    # -- goals
    "check in": Verb(
        may=OWNER_OR_ABOVE,
        writes=(
            Writes(
                table="checkins",
                makes=True,
                actor=("by",),
                moment=("at",),
                absent=("fact", "helpers", "corrected_by", "corrected_at", "source"),
                checks=("check_in", "activity", "counted_goal"),
            ),
        ),
        concerns=("owner", "owner's manager"),
        search=("update", "progress", "value", "number"),
    ),
    "correct a check-in": Verb(
        may=OWNER_OR_ABOVE,
        writes=(
            # One that was made from a fact is corrected with it.
            Writes(
                table="checkins",
                changes=("value", "note", "done", "call", "best", "corrected_by", "corrected_at"),
                moment=("corrected_at",),
                given={"fact": (None,)},
                must={"corrected_by": (ACTOR,), "corrected_at": (FILLED,)},
                checks=("check_in", "activity", "counted_goal"),
            ),
        ),
        concerns=("owner", "owner's manager"),
        search=("edit a check-in", "wrong value", "mistake", "typo"),
    ),
    "offer help": Verb(
        may=MEMBER,
        writes=(
            Writes(
                table="checkins",
                changes=("helpers",),
                given={"blocker": (FILLED,)},
                joins=("helpers",),
                checks=("help_wanted",),
            ),
        ),
        concerns=("owner",),
        search=("help", "blocker", "support"),
    ),
    # A result goal of one's own is proposed to one's manager; skill and career goals hold at once.
    "add a goal": Verb(
        may=(*OWNER, *ABOVE),
        writes=(
            Writes(
                table="goals",
                makes=True,
                today=("set_on",),
                absent=("outcome", "closed", "continues"),
                checks=("new_goal", "activity"),
            ),
            _SET_FOR_ANOTHER,
        ),
        concerns=("owner",),
        search=("new goal", "quota", "target"),
        # One for each member, with its notice.
        at_most=10_000,
    ),
    "propose a goal": Verb(
        may=OWNER,
        writes=(
            Writes(
                table="goals",
                makes=True,
                must={"owner": (ACTOR,), "kind": ("result",)},
                absent=("outcome", "closed", "set_on", "continues"),
                together=("revisions",),
                checks=("new_goal", "activity"),
            ),
            Writes(
                table="revisions",
                makes=True,
                actor=("by",),
                moment=("at",),
                whose="check",
                must={"reason": ("new-goal",), "state": ("proposed",)},
                absent=("acknowledged", "effective", "answered_by", "answered_at", "word"),
                together=("goals",),
                checks=("proposed_goal",),
            ),
        ),
        concerns=("owner's manager",),
        search=("new goal", "suggest", "idea"),
    ),
    "add a team goal": Verb(
        may=MANAGER,
        writes=(
            Writes(
                table="team_goals",
                makes=True,
                today=("set_on",),
                absent=("outcome", "closed"),
                checks=("new_goal", "activity"),
            ),
            _SET_FOR_ANOTHER,
        ),
        concerns=("team",),
        search=("new team goal", "quota", "target"),
    ),
    "align a goal": Verb(
        may=OWNER_OR_ABOVE,
        writes=(
            Writes(
                table="goals", changes=("aligned",), given={"outcome": (None,)}, checks=("alignment", "counted_goal")
            ),
            Writes(table="team_goals", changes=("serves",), given={"outcome": (None,)}, checks=("alignment",)),
            # An owner who realigns a goal acknowledges the revision of its team goal.
            Writes(
                table="revisions",
                changes=("acknowledged",),
                whose="check",
                given={"state": ("agreed",)},
                grows=("acknowledged",),
                together=("goals",),
                checks=("acknowledgement",),
            ),
        ),
        concerns=("owner", "owner's manager"),
        search=("move", "share", "serve", "contribute"),
    ),
    # -- revisions
    "revise a goal": Verb(
        may=OWNER_OR_ABOVE,
        writes=_REVISE,
        concerns=("asked", "aligned owners"),
        search=("change", "target", "propose", "drop"),
    ),
    # Permissions only: revising a team goal is stored as "revise a goal", an answer as what was answered.
    "revise a team goal": Verb(may=OWNER),
    "answer a proposal": Verb(may=OWNER, search=("agree", "decline")),
    "agree to a revision": Verb(
        may=OWNER,
        writes=(
            Writes(
                table="revisions",
                changes=("state", "effective", "after", "answered_by", "answered_at"),
                actor=("answered_by",),
                moment=("answered_at",),
                today=("effective",),
                whose="asked",
                given={"state": ("proposed",)},
                must={
                    "state": ("agreed",),
                    "effective": (FILLED,),
                    "answered_by": (FILLED,),
                    "answered_at": (FILLED,),
                },
                together=("goals",),
                checks=("agreement",),
            ),
            Writes(
                table="goals",
                changes=("set_on",),
                today=("set_on",),
                whose="check",
                given={"outcome": (None,)},
                must={"set_on": (FILLED,)},
                together=("revisions",),
                checks=("agreed_goal",),
            ),
            Writes(
                table="goals",
                changes=_TERMS,
                whose="check",
                given={"outcome": (None,)},
                together=("revisions",),
                checks=("revised_goal",),
            ),
        ),
        concerns=("giver",),
        search=("accept", "approve"),
    ),
    "decline a revision": Verb(
        may=OWNER,
        writes=(
            declined_row(),
            _NOT_AGREED,
        ),
        concerns=("giver",),
        search=("refuse", "reject"),
    ),
    "withdraw a revision": Verb(
        may=OWNER,
        writes=(
            withdrawn_row(),
            # Only the revision of a team goal may have been agreed for a later day.
            Writes(
                table="revisions",
                changes=("state",),
                whose="author",
                given={"state": ("agreed",)},
                must={"state": ("withdrawn",)},
                together=("team_goals",),
                checks=("withdrawal",),
            ),
            Writes(
                table="team_goals", changes=_TERMS, whose="check", together=("revisions",), checks=("revised_goal",)
            ),
            _NOT_AGREED,
        ),
        concerns=("asked", "aligned owners"),
        search=("take back a proposal",),
    ),
    "acknowledge a revision": Verb(
        may=OWNER,
        writes=(
            Writes(
                table="revisions",
                changes=("acknowledged",),
                whose="check",
                given={"state": ("agreed",)},
                grows=("acknowledged",),
                checks=("acknowledgement",),
            ),
        ),
        concerns=("giver",),
        search=("understood", "seen"),
    ),
}
