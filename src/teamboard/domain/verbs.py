"""The verbs: one table of what people do to a board.

Each row says who may do it, what a commit of that verb may write, whom it concerns, and by which words people search
for it. Permissions and the palette read it; a property test compares what every action changes with its verb's row.

The history stores a verb as a string: one that this table does not have, from a newer version, is shown as it is and
never refused.
"""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from teamboard.domain.ids import Table

Relation = Literal["owner", "owner's manager", "giver", "manager", "member"]
"""What a member is to the record that a verb is about.

The owner is the member a goal, feedback or review is about. For a revision it is the member asked to answer or
acknowledge it; to withdraw it, the member who made it. The giver is the member who gave feedback, or who owns an
agreed action.
"""

Concerned = Literal["owner", "owner's manager", "giver", "both sides", "asked", "aligned owners", "team"]
"""Who should hear of a commit: "both sides" are the member and the manager of a one-on-one or review, "asked" is who
has to answer, "aligned owners" are the owners of the goals aligned to a team goal."""


class Writes(Struct, frozen=True, kw_only=True):
    """What a verb may do to the records of one table.

    `makes` and `removes` are true if it may add or remove records; `changes` has the fields that it may change in an
    existing record, by their names in the file. Wherever the verb writes a field of `actor`, it holds the handle of the
    actor; a field of `moment` holds the time of the commit.
    """

    table: Table
    makes: bool = False
    removes: bool = False
    changes: tuple[str, ...] = ()
    actor: tuple[str, ...] = ()
    moment: tuple[str, ...] = ()


class Verb(Struct, frozen=True, kw_only=True):
    """One row: who may do it, what it writes, whom it concerns, and the words by which people search for it.

    `may` is empty if no permission is required. `anything` is true for verbs that restore what any commit wrote.
    """

    may: tuple[Relation, ...]
    writes: tuple[Writes, ...] = ()
    anything: bool = False
    concerns: tuple[Concerned, ...] = ()
    search: tuple[str, ...] = ()


OWNER: tuple[Relation, ...] = ("owner",)
OWNER_OR_MANAGER: tuple[Relation, ...] = ("owner", "owner's manager")
MANAGER: tuple[Relation, ...] = ("manager",)
MEMBER: tuple[Relation, ...] = ("member",)

_TERMS = ("title", "measure", "due", "outcome", "closed")
"""The fields of a goal that a revision may change."""

_REVISE = (
    Writes(
        table="revisions",
        makes=True,
        # The open proposal that the new one replaces is withdrawn, or declined with a word on why.
        changes=("state", "word", "answered_by", "answered_at"),
        actor=("by", "answered_by"),
        moment=("at", "answered_at"),
    ),
    Writes(table="goals", changes=_TERMS),
    Writes(table="team_goals", changes=_TERMS),
)

VERBS: dict[str, Verb] = {
    # -- goals
    "check in": Verb(
        may=OWNER_OR_MANAGER,
        writes=(Writes(table="checkins", makes=True, actor=("by",), moment=("at",)),),
        concerns=("owner", "owner's manager"),
        search=("update", "progress", "value", "number"),
    ),
    "offer help": Verb(
        may=MEMBER,
        writes=(Writes(table="checkins", changes=("helpers",)),),
        concerns=("owner",),
        search=("help", "blocker", "support"),
    ),
    "add a goal": Verb(
        may=MANAGER,
        writes=(Writes(table="goals", makes=True),),
        concerns=("owner",),
        search=("new goal", "quota", "target"),
    ),
    "add a team goal": Verb(
        may=MANAGER,
        writes=(Writes(table="team_goals", makes=True),),
        concerns=("team",),
        search=("new team goal", "quota", "target"),
    ),
    "align a goal": Verb(
        may=OWNER_OR_MANAGER,
        writes=(
            Writes(table="goals", changes=("aligned",)),
            # An owner who realigns a goal acknowledges the revision of its team goal.
            Writes(table="revisions", changes=("acknowledged",)),
        ),
        concerns=("owner", "owner's manager"),
        search=("move", "share", "serve", "contribute"),
    ),
    # -- revisions
    "revise a goal": Verb(
        may=OWNER_OR_MANAGER, writes=_REVISE, concerns=("asked",), search=("change", "target", "propose", "drop")
    ),
    "revise a team goal": Verb(
        may=OWNER, writes=_REVISE, concerns=("aligned owners",), search=("change", "target", "drop")
    ),
    "answer a proposal": Verb(may=OWNER, search=("agree", "decline")),
    "agree to a revision": Verb(
        may=OWNER,
        writes=(
            Writes(
                table="revisions",
                changes=("state", "effective", "after", "answered_by", "answered_at"),
                actor=("answered_by",),
                moment=("answered_at",),
            ),
            Writes(table="goals", changes=_TERMS),
        ),
        concerns=("giver",),
        search=("accept", "approve"),
    ),
    "decline a revision": Verb(
        may=OWNER,
        writes=(
            Writes(
                table="revisions",
                changes=("state", "word", "answered_by", "answered_at"),
                actor=("answered_by",),
                moment=("answered_at",),
            ),
        ),
        concerns=("giver",),
        search=("refuse", "reject"),
    ),
    "withdraw a revision": Verb(
        may=OWNER,
        writes=(
            Writes(table="revisions", changes=("state",)),
            # Only the revision of a team goal may have been agreed for a later day.
            Writes(table="team_goals", changes=_TERMS),
        ),
        concerns=("asked",),
        search=("take back a proposal",),
    ),
    "acknowledge a revision": Verb(
        may=OWNER,
        writes=(Writes(table="revisions", changes=("acknowledged",)),),
        concerns=("giver",),
        search=("understood", "seen"),
    ),
    # -- feedback
    "give feedback": Verb(
        may=MEMBER,
        writes=(Writes(table="feedback", makes=True, actor=("from",), moment=("at",)),),
        concerns=("owner",),
        search=("praise", "coaching", "idea", "question"),
    ),
    "ask for feedback": Verb(
        may=MEMBER,
        writes=(Writes(table="feedback", makes=True, actor=("from",), moment=("at",)),),
        concerns=("asked",),
        search=("request", "360", "round"),
    ),
    "reply to feedback": Verb(
        may=MEMBER,
        # The reply of the member asked resolves a request.
        writes=(Writes(table="feedback", changes=("replies", "state")),),
        concerns=("owner", "giver"),
        search=("answer", "comment"),
    ),
    "acknowledge feedback": Verb(
        may=OWNER,
        writes=(Writes(table="feedback", changes=("state", "acknowledged"), moment=("acknowledged",)),),
        concerns=("giver",),
        search=("thanks", "seen"),
    ),
    "decline a request": Verb(
        may=OWNER,
        writes=(Writes(table="feedback", changes=("state", "replies")),),
        concerns=("giver",),
        search=("refuse",),
    ),
    "resolve feedback": Verb(
        may=OWNER_OR_MANAGER,
        writes=(Writes(table="feedback", changes=("state", "acknowledged"), moment=("acknowledged",)),),
        concerns=("giver",),
        search=("close", "done"),
    ),
    "reopen feedback": Verb(
        may=("owner", "owner's manager", "giver"),
        writes=(Writes(table="feedback", changes=("state",)),),
        concerns=("owner", "giver"),
        search=("open again",),
    ),
    # -- one-on-ones
    "write in a one-on-one": Verb(
        may=OWNER_OR_MANAGER,
        writes=(Writes(table="one_on_ones", makes=True, changes=("on", "topics", "notes", "actions", "held")),),
        concerns=("both sides",),
        search=("1:1", "topic", "note", "agenda", "meeting"),
    ),
    "finish an action": Verb(
        may=("owner", "owner's manager", "giver"),
        writes=(Writes(table="one_on_ones", changes=("actions",)), Writes(table="reviews", changes=("actions",))),
        concerns=("both sides",),
        search=("done", "action", "to do"),
    ),
    "say how useful a one-on-one was": Verb(
        may=OWNER,
        writes=(Writes(table="one_on_ones", changes=("useful",)),),
        concerns=("both sides",),
        search=("rate", "useful"),
    ),
    # -- facts
    "add a fact": Verb(
        may=OWNER_OR_MANAGER,
        writes=(Writes(table="facts", makes=True),),
        concerns=("owner",),
        search=("number", "CRM"),
    ),
    "import facts": Verb(
        may=MANAGER,
        writes=(
            Writes(table="facts", makes=True, removes=True, changes=("value", "on", "source", "unit", "link", "rows")),
            # The time of a fact's check-in is the fact's day, not the moment of the import.
            Writes(table="checkins", makes=True, removes=True, changes=("value", "at"), actor=("by",)),
        ),
        concerns=("owner",),
        search=("CSV", "CRM", "upload"),
    ),
    # -- reviews
    "schedule a review": Verb(
        may=OWNER_OR_MANAGER,
        writes=(Writes(table="reviews", makes=True, changes=("on", "prepared", "period")),),
        concerns=("both sides",),
        search=("plan", "move", "date"),
    ),
    "prepare a review": Verb(
        may=OWNER_OR_MANAGER,
        writes=(Writes(table="reviews", changes=("prepared", "sealed", "revealed", "state")),),
        concerns=("both sides",),
        search=("share", "preparation", "rating"),
    ),
    "hold a review": Verb(
        may=OWNER_OR_MANAGER,
        writes=(Writes(table="reviews", changes=("outcome", "state", "actions", "additions")),),
        concerns=("both sides",),
        search=("agree", "rating", "appraisal"),
    ),
    "say how useful a review was": Verb(
        may=OWNER,
        writes=(Writes(table="reviews", changes=("useful",)),),
        concerns=("both sides",),
        search=("rate", "useful"),
    ),
    "sign a review": Verb(
        may=OWNER_OR_MANAGER,
        writes=(Writes(table="reviews", changes=("signatures", "state")),),
        concerns=("both sides",),
        search=("signature", "witness"),
    ),
    # -- people
    "set a skill": Verb(
        may=OWNER_OR_MANAGER,
        writes=(Writes(table="members", changes=("skills",)),),
        concerns=("owner", "owner's manager"),
        search=("level", "learn", "growth"),
    ),
    "plan a career": Verb(
        may=OWNER_OR_MANAGER,
        writes=(Writes(table="members", changes=("career",)),),
        concerns=("owner", "owner's manager"),
        search=("aspiration", "next step", "promotion"),
    ),
    "set a key": Verb(
        may=OWNER,
        writes=(Writes(table="members", changes=("key",)),),
        concerns=("both sides",),
        search=("encrypt", "age"),
    ),
    "say who you are": Verb(
        may=OWNER,
        writes=(Writes(table="members", changes=("logins",)),),
        search=("login", "user"),
    ),
    "add a member": Verb(
        may=MANAGER,
        writes=(Writes(table="members", makes=True),),
        concerns=("team",),
        search=("hire", "join", "new colleague"),
    ),
    "change a member": Verb(
        may=MANAGER,
        writes=(
            Writes(table="members", changes=("name", "title", "manager", "logins")),
            # Planned one-on-ones and reviews move to the new manager.
            Writes(table="reviews", changes=("manager",)),
            Writes(table="one_on_ones", changes=("manager",)),
        ),
        concerns=("owner", "owner's manager"),
        search=("name", "title", "manager", "login"),
    ),
    # -- the team
    "set up the team": Verb(
        # An empty board has no member who could have permission.
        may=(),
        writes=(Writes(table="team", makes=True),),
    ),
    "change the team": Verb(
        may=MANAGER,
        writes=(
            Writes(
                table="team",
                changes=(
                    "name",
                    "timezone",
                    "cadence",
                    "on_track",
                    "at_risk",
                    "working_days",
                    "days_off",
                    "archive_after",
                ),
            ),
        ),
        concerns=("team",),
        search=("settings", "cadence", "working days", "day off"),
    ),
    "begin a period": Verb(
        may=MANAGER,
        writes=(
            Writes(table="team", changes=("period", "earlier")),
            Writes(table="goals", makes=True, changes=("due", "outcome", "closed", "aligned")),
            Writes(table="team_goals", makes=True, changes=("due", "outcome", "closed")),
            Writes(table="revisions", changes=("state",)),
        ),
        concerns=("team",),
        search=("quarter", "next", "renew", "close"),
    ),
    "keep a standup": Verb(
        may=MEMBER,
        writes=(Writes(table="standups", makes=True, actor=("by",)),),
        search=("daily", "meeting"),
    ),
    # -- the board
    "archive closed periods": Verb(
        may=MANAGER,
        writes=tuple(
            Writes(table=table, removes=True)
            for table in (
                "goals",
                "team_goals",
                "checkins",
                "revisions",
                "feedback",
                "one_on_ones",
                "reviews",
                "standups",
            )
        ),
        search=("old", "small"),
    ),
    "merge a copy": Verb(may=MANAGER, anything=True, search=("conflict", "copy")),
    # As every repair of the file: whoever may write it could put the backup there by hand.
    "restore a backup": Verb(may=(), anything=True, search=("back", "older")),
    "undo": Verb(may=OWNER, anything=True, search=("take back", "mistake")),
}
"""The row of each verb, by the string that the history stores."""
