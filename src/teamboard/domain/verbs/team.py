"""The verbs about facts, people and the team."""

from __future__ import annotations

from teamboard.domain.ids import Table
from teamboard.domain.verbs.model import (
    ABOVE,
    FILLED,
    GIVEN,
    MANAGER,
    MEMBER,
    OPEN,
    OWNER,
    OWNER_OR_ABOVE,
    Verb,
    VerbName,
    Writes,
    notice_row,
    split_rows,
    withdrawn_row,
)

GOAL_TABLES: tuple[Table, ...] = ("goals", "team_goals")

_WITH_HANDLES: dict[Table, tuple[str, ...]] = {
    "members": ("manager",),
    "team_goals": ("owner",),
    "goals": ("owner",),
    "checkins": ("by", "helpers", "corrected_by"),
    "revisions": ("by", "before", "after", "acknowledged", "answered_by"),
    "feedback": ("from", "to", "replies"),
    "one_on_ones": ("member", "manager", "topics", "notes", "actions"),
    "facts": ("member",),
    "reviews": ("member", "manager", "prepared", "sealed", "revealed", "actions", "signatures", "additions"),
    "standups": ("by", "seconds"),
}
"""The fields in which other records name a member; a test compares them with the types of the records."""

TEAM: dict[VerbName, Verb] = {
    # -- facts
    "add a fact": Verb(
        may=OWNER_OR_ABOVE,
        writes=(
            Writes(
                table="facts",
                makes=True,
                must={"name": (FILLED,), "source": (FILLED,)},
                absent=("starts", "rows", "batch"),
                checks=("fact",),
            ),
        ),
        concerns=("owner",),
        search=("number", "CRM"),
    ),
    "import facts": Verb(
        may=MANAGER,
        writes=(
            Writes(
                table="facts",
                makes=True,
                removes=True,
                changes=("value", "on", "source", "unit", "link", "rows"),
                given={"batch": (FILLED,)},
                must={"batch": (FILLED,)},
            ),
            # The time of a fact's check-in is the fact's day, not the moment of the import.
            Writes(
                table="checkins",
                makes=True,
                removes=True,
                changes=("value", "at", "source"),
                actor=("by",),
                given={"fact": (FILLED,)},
                must={"fact": (FILLED,), "source": (FILLED,)},
                absent=(
                    "confidence",
                    "call",
                    "best",
                    "next_step",
                    "blocker",
                    "done",
                    "helpers",
                    "on",
                    "corrected_by",
                    "corrected_at",
                ),
                checks=("imported_check_in", "counted_goal"),
            ),
        ),
        concerns=("owner",),
        search=("CSV", "CRM", "upload"),
        at_most=25_000,
    ),
    # -- people
    "set a skill": Verb(
        may=OWNER_OR_ABOVE,
        writes=(Writes(table="members", changes=("skills",), checks=("skills",)),),
        concerns=("owner", "owner's manager"),
        search=("level", "learn", "growth"),
    ),
    "plan a career": Verb(
        may=OWNER_OR_ABOVE,
        writes=(Writes(table="members", changes=("career",), must={"career": (FILLED,)}),),
        concerns=("owner", "owner's manager"),
        search=("aspiration", "next step", "promotion"),
    ),
    "set a key": Verb(
        may=OWNER,
        writes=(Writes(table="members", changes=("key",), checks=("key",)),),
        automatic=True,
        search=("encrypt", "age"),
    ),
    # In a database the role says who somebody is.
    "say who you are": Verb(
        may=OWNER,
        writes=(Writes(table="members", changes=("logins",), given={"logins": (None,)}),),
        search=("login", "user"),
        in_database=False,
    ),
    # Nobody hears of it, not even the member; it grows, so that no copy of the board brings back what was seen.
    "mark as seen": Verb(
        may=OWNER,
        writes=(Writes(table="members", changes=("seen",), must={"seen": (FILLED,)}, checks=("seen",)),),
        automatic=True,
        untold=True,
    ),
    "add a member": Verb(
        may=MANAGER,
        writes=(
            Writes(
                table="members",
                makes=True,
                today=("joined",),
                absent=("key", "left", "away", "formerly", "reports_since"),
                checks=("member",),
            ),
        ),
        concerns=("team",),
        search=("hire", "joiner", "new colleague", "member"),
    ),
    "put down days away": Verb(
        may=OWNER_OR_ABOVE,
        writes=(Writes(table="members", changes=("away",), checks=("absences",)),),
        concerns=("owner", "owner's manager"),
        search=("leave", "holiday", "vacation", "absence", "sick"),
    ),
    "change a member": Verb(
        may=ABOVE,
        writes=(
            Writes(
                table="members",
                changes=("name", "title", "manager", "reports_since", "logins", "starts", "ramp", "formerly", "region"),
                checks=("member", "new_manager"),
            ),
            # Planned one-on-ones and reviews move to the new manager.
            Writes(
                table="reviews",
                changes=("manager",),
                given={"state": (None, "ready")},
                together=("members",),
                checks=("moved_meeting",),
            ),
            Writes(
                table="one_on_ones",
                changes=("manager",),
                given={"held": (None,)},
                together=("members",),
                checks=("moved_meeting",),
            ),
        ),
        concerns=("owner", "owner's manager"),
        search=("name", "title", "region", "manager", "login", "first day", "ramp"),
    ),
    "leave the team": Verb(
        may=ABOVE,
        writes=(
            # Whoever leaves, and those who get another manager by it.
            Writes(
                table="members",
                changes=("left", "manager", "reports_since"),
                whose="check",
                checks=("leaving", "new_manager"),
            ),
            Writes(
                table="goals",
                changes=("owner", "drives", "outcome", "closed"),
                today=("closed",),
                given={"outcome": (None,)},
                together=("members",),
                whose="check",
                checks=("leaving",),
            ),
            *split_rows("leaving", together=("members",)),
            Writes(
                table="team_goals",
                changes=("owner",),
                given={"outcome": (None,)},
                together=("members",),
                whose="check",
                checks=("leaving",),
            ),
            withdrawn_row("leaving", whose="check", together=("members",)),
            # The revision with which a new owner acknowledges a goal, and the one that closes what is split.
            notice_row(("handed-over", "closed"), "leaving", together=("goals",)),
            Writes(
                table="feedback",
                changes=("state", "acknowledged"),
                moment=("acknowledged",),
                given={"kind": GIVEN, "state": OPEN},
                must={"state": ("resolved",), "acknowledged": (FILLED,)},
                together=("members",),
                whose="check",
                checks=("leaving",),
            ),
            Writes(
                table="feedback",
                changes=("state", "replies"),
                given={"kind": ("request",), "state": OPEN},
                must={"state": ("declined",)},
                grows=("replies",),
                together=("members",),
                whose="check",
                checks=("leaving",),
            ),
            # A planned meeting is called off, or moves to the new manager.
            Writes(
                table="one_on_ones",
                removes=True,
                changes=("manager", "held", "actions"),
                together=("members",),
                whose="check",
                checks=("leaving",),
            ),
            Writes(
                table="reviews",
                removes=True,
                changes=("manager", "actions"),
                together=("members",),
                whose="check",
                checks=("leaving",),
            ),
        ),
        concerns=("owner", "owner's manager"),
        said="put down that a member leaves the team",
        search=("quit", "resign", "offboard", "hand over", "gone"),
        at_most=5_000,
    ),
    "return to the team": Verb(
        may=MANAGER,
        writes=(
            Writes(
                table="members",
                changes=("left", "manager", "reports_since", "logins"),
                given={"left": (FILLED,)},
                must={"left": (None,)},
                checks=("returning", "new_manager"),
            ),
        ),
        concerns=("owner", "owner's manager"),
        said="bring a member back onto the team",
        search=("come back", "rejoin", "joiner"),
    ),
    "rename a member": Verb(
        may=("owner", *ABOVE),
        writes=(
            Writes(table="members", changes=("handle", "formerly"), must={"formerly": (FILLED,)}, checks=("renamed",)),
            *(
                Writes(table=table, changes=fields, whose="check", together=("members",), checks=("renamed",))
                for table, fields in _WITH_HANDLES.items()
            ),
        ),
        concerns=("team",),
        search=("handle", "called", "change a handle"),
        at_most=100_000,
    ),
    "export a member": Verb(
        may=(*OWNER_OR_ABOVE, "manager where nobody is above"),
        search=("personal data", "GDPR", "subject access", "JSON", "download"),
    ),
    # -- the team
    "set up the team": Verb(
        # An empty board has no member who could have permission.
        may=(),
        writes=(Writes(table="team", makes=True),),
        in_database=False,
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
                    "away_counts",
                    "numbers",
                    "period",
                    "periods",
                    "hints_off",
                ),
                checks=("team",),
            ),
            # What begins or ends with the period that runs follows when its days are corrected.
            *(
                Writes(
                    table=table,
                    changes=("starts", "due"),
                    given={"outcome": (None,)},
                    whose="check",
                    together=("team",),
                    checks=("team",),
                )
                for table in GOAL_TABLES
            ),
        ),
        concerns=("team",),
        search=("settings", "cadence", "working days", "day off", "fiscal year", "period"),
        at_most=10_000,
    ),
    "begin a period": Verb(
        may=MANAGER,
        writes=(
            Writes(table="team", changes=("period", "earlier"), checks=("next_period",)),
            Writes(
                table="goals",
                makes=True,
                changes=("due", "outcome", "closed", "aligned", "drives"),
                today=("set_on",),
                given={"outcome": (None,)},
                absent=("outcome", "closed"),
                together=("team",),
                checks=("rolled_over", "activity"),
            ),
            Writes(
                table="team_goals",
                makes=True,
                changes=("due", "outcome", "closed", "serves"),
                today=("set_on",),
                given={"outcome": (None,)},
                absent=("outcome", "closed"),
                together=("team",),
                checks=("rolled_over",),
            ),
            withdrawn_row("rolled_over", whose="owner", together=("team",)),
            notice_row(("renewed",), "goal_for_another"),
        ),
        concerns=("team",),
        search=("quarter", "next", "renew", "close"),
        at_most=10_000,
    ),
    "keep a standup": Verb(
        may=MEMBER,
        writes=(Writes(table="standups", makes=True, actor=("by",), checks=("standup",)),),
        search=("daily", "meeting"),
    ),
}
