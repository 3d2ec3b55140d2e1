"""The verbs about feedback, one-on-ones and reviews."""

from __future__ import annotations

from teamboard.domain.verbs.model import (
    ACTOR,
    FILLED,
    GIVEN,
    MEMBER,
    OPEN,
    OWNER,
    OWNER_OR_ABOVE,
    OWNER_OR_MANAGER,
    Values,
    Verb,
    VerbName,
    Writes,
)

_UNSIGNED: Values = {"signatures": (None,)}
_ENTERED_LATER = ("sealed", "revealed", "outcome", "actions", "signatures", "additions", "useful", "state")

CONVERSATIONS: dict[VerbName, Verb] = {
    # -- feedback
    "give feedback": Verb(
        may=MEMBER,
        writes=(
            Writes(
                table="feedback",
                makes=True,
                actor=("from",),
                moment=("at",),
                must={"text": (FILLED,)},
                absent=("state", "replies", "acknowledged", "round"),
                checks=("feedback",),
            ),
        ),
        concerns=("owner",),
        search=("praise", "coaching", "idea", "question"),
    ),
    "ask for feedback": Verb(
        may=MEMBER,
        writes=(
            Writes(
                table="feedback",
                makes=True,
                actor=("from",),
                moment=("at",),
                must={"kind": ("request",), "text": (FILLED,)},
                absent=("state", "replies", "acknowledged", "source"),
                checks=("feedback",),
            ),
        ),
        concerns=("asked",),
        search=("request", "360", "round"),
        at_most=30,
    ),
    "reply to feedback": Verb(
        may=MEMBER,
        writes=(
            # The reply of the member asked resolves a request.
            Writes(
                table="feedback",
                changes=("replies", "state"),
                given={"kind": ("request",), "to": (ACTOR,), "state": OPEN},
                must={"state": ("resolved",)},
                grows=("replies",),
            ),
            Writes(table="feedback", changes=("replies",), grows=("replies",)),
        ),
        concerns=("owner", "giver"),
        search=("answer", "comment"),
    ),
    "acknowledge feedback": Verb(
        may=OWNER,
        writes=(
            Writes(
                table="feedback",
                changes=("state", "acknowledged"),
                moment=("acknowledged",),
                given={"kind": GIVEN, "state": (None,)},
                must={"state": ("acknowledged",), "acknowledged": (FILLED,)},
            ),
        ),
        concerns=("giver",),
        search=("thanks", "seen"),
    ),
    "decline a request": Verb(
        may=OWNER,
        writes=(
            Writes(
                table="feedback",
                changes=("state", "replies"),
                given={"kind": ("request",), "state": OPEN},
                must={"state": ("declined",)},
                grows=("replies",),
            ),
        ),
        concerns=("giver",),
        search=("refuse",),
    ),
    "resolve feedback": Verb(
        may=OWNER_OR_ABOVE,
        writes=(
            Writes(
                table="feedback",
                changes=("state", "acknowledged"),
                moment=("acknowledged",),
                given={"kind": GIVEN, "state": OPEN},
                must={"state": ("resolved",), "acknowledged": (FILLED,)},
            ),
        ),
        concerns=("giver",),
        search=("close", "done"),
    ),
    "reopen feedback": Verb(
        may=("owner", "owner's manager or above", "giver"),
        writes=(
            Writes(
                table="feedback",
                changes=("state",),
                given={"state": ("resolved", "declined")},
                must={"state": (None,)},
            ),
        ),
        concerns=("owner", "giver"),
        search=("open again",),
    ),
    # -- one-on-ones
    "write in a one-on-one": Verb(
        may=OWNER_OR_MANAGER,
        writes=(
            Writes(
                table="one_on_ones",
                makes=True,
                changes=("on", "topics", "notes", "actions", "held"),
                absent=("useful",),
                checks=("talk",),
            ),
        ),
        concerns=("both sides",),
        search=("1:1", "topic", "note", "agenda", "meeting"),
    ),
    "finish an action": Verb(
        may=("owner", "owner's manager", "giver"),
        writes=(
            Writes(table="one_on_ones", changes=("actions",), whose="check", checks=("finished_action",)),
            Writes(table="reviews", changes=("actions",), whose="check", checks=("finished_action",)),
        ),
        concerns=("both sides",),
        search=("done", "action", "to do"),
    ),
    "say how useful a one-on-one was": Verb(
        may=OWNER,
        writes=(
            Writes(table="one_on_ones", changes=("useful",), given={"held": (FILLED,)}, must={"useful": (FILLED,)}),
        ),
        concerns=("both sides",),
        search=("rate", "useful"),
    ),
    # -- reviews
    "schedule a review": Verb(
        may=OWNER_OR_MANAGER,
        writes=(
            Writes(
                table="reviews",
                makes=True,
                changes=("on", "prepared", "period"),
                given={"state": (None, "ready")},
                absent=_ENTERED_LATER,
                checks=("planned_review",),
            ),
        ),
        concerns=("both sides",),
        search=("plan", "move", "date"),
    ),
    "prepare a review": Verb(
        may=OWNER_OR_MANAGER,
        writes=(
            Writes(
                table="reviews",
                changes=("prepared", "sealed", "revealed", "state"),
                whose="side",
                given=_UNSIGNED,
                checks=("preparation",),
            ),
        ),
        automatic=True,
        concerns=("both sides",),
        search=("share", "preparation", "rating"),
    ),
    "hold a review": Verb(
        may=OWNER_OR_MANAGER,
        writes=(
            Writes(
                table="reviews",
                changes=("outcome", "state"),
                whose="side",
                given=_UNSIGNED,
                must={"state": ("held",)},
                checks=("encrypted",),
            ),
            Writes(table="reviews", changes=("actions",), whose="side", given=_UNSIGNED, checks=("talk",)),
            # What was signed stays as it is: it is added to.
            Writes(
                table="reviews",
                changes=("additions",),
                whose="side",
                given={"signatures": (FILLED,)},
                grows=("additions",),
                checks=("encrypted",),
            ),
        ),
        concerns=("both sides",),
        search=("agree", "rating", "appraisal"),
    ),
    "say how useful a review was": Verb(
        may=OWNER,
        writes=(
            Writes(table="reviews", changes=("useful",), given={"state": ("signed",)}, must={"useful": (FILLED,)}),
        ),
        concerns=("both sides",),
        search=("rate", "useful"),
    ),
    "sign a review": Verb(
        may=OWNER_OR_MANAGER,
        writes=(
            Writes(
                table="reviews",
                changes=("signatures", "state"),
                whose="side",
                given={"outcome": (FILLED,)},
                checks=("signature",),
            ),
        ),
        concerns=("both sides",),
        search=("signature", "witness"),
    ),
}
