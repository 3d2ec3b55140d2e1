"""What a row of the table of verbs says."""

from __future__ import annotations

from typing import Final, Literal

from msgspec import Struct

from teamboard.domain.ids import Table
from teamboard.domain.records.goals import Notice

Relation = Literal[
    "owner",
    "owner's manager",
    "owner's manager or above",
    "giver",
    "manager",
    "manager where nobody is above",
    "above where the owner leaves",
    "member",
]
"""What a member is to the record that a verb is about.

The owner is the member a goal, feedback or review is about. For a revision it is the member asked to answer or
acknowledge it; to withdraw it, the member who made it. The giver is the member who gave feedback, or who owns an
agreed action. "owner's manager or above" are the owner's manager, the manager's manager and so on up to the head.
"manager where nobody is above" is any manager, for an owner who has none, or none who stays. "above where the owner
leaves" are both of these, for an owner who has left, or of whom it is put down that they will.
"""

VerbName = Literal[
    "check in",
    "correct a check-in",
    "offer help",
    "add a goal",
    "add a team goal",
    "propose a goal",
    "edit a goal",
    "edit a team goal",
    "set a weight or unit",
    "remove a goal",
    "remove a team goal",
    "close a goal",
    "reopen a goal",
    "hand over a goal",
    "hand over a team goal",
    "align a goal",
    "revise a goal",
    "revise a team goal",
    "answer a proposal",
    "agree to a revision",
    "decline a revision",
    "withdraw a revision",
    "acknowledge a revision",
    "give feedback",
    "ask for feedback",
    "reply to feedback",
    "acknowledge feedback",
    "decline a request",
    "resolve feedback",
    "reopen feedback",
    "write in a one-on-one",
    "finish an action",
    "say how useful a one-on-one was",
    "schedule a review",
    "prepare a review",
    "hold a review",
    "say how useful a review was",
    "sign a review",
    "add a fact",
    "import facts",
    "set a skill",
    "plan a career",
    "set a key",
    "say who you are",
    "mark as seen",
    "add a member",
    "put down days away",
    "change a member",
    "leave the team",
    "return to the team",
    "rename a member",
    "export a member",
    "set up the team",
    "change the team",
    "begin a period",
    "keep a standup",
    "archive closed periods",
    "archive at a period's end",
    "merge a copy",
    "restore a backup",
    "undo",
    "edit with",
    "change outside teamboard",
    "mend the history",
]
"""The name of each verb, as the history stores it; the name of a program follows "edit with" there."""

MERGE_VERB: Final = "merge a copy"
RESTORE_VERB: Final = "restore a backup"
ADOPTION_VERB: Final = "change outside teamboard"
"""What the board notes of records that were changed without a commit."""
EDIT_VERB: Final = "edit with"
"""What begins the verb of a commit in which a program changed records itself; the program's name follows."""
REPAIR_VERB: Final = "mend the history"
"""The verb of entries that a repair puts in the place of those that can't be read."""

Concerned = Literal["owner", "owner's manager", "giver", "both sides", "asked", "aligned owners", "team"]
"""Who should hear of a commit: "owner" is the member to whom a changed record belongs, "giver" who gave feedback or
made a revision, "both sides" are the member and the manager of a one-on-one or review, "asked" is who has to answer,
"aligned owners" are the owners of the goals aligned to a revised team goal."""

Whose = Literal["owner", "author", "asked", "side", "check"]
"""Who may write a record under a row, beside what the verb requires of the actor: "owner" applies the verb's relations
to the member to whom the record belongs; "author" is who made the record, "asked" who has to answer the proposal,
"side" one of the two of a one-on-one or review. With "check", the row's checks decide."""

Check = Literal[
    "absences",
    "acknowledgement",
    "activity",
    "agreed_goal",
    "agreement",
    "alignment",
    "check_in",
    "closing",
    "counted_goal",
    "edited_goal",
    "encrypted",
    "fact",
    "feedback",
    "finished_action",
    "goal_for_another",
    "handed_over",
    "help_wanted",
    "imported_check_in",
    "key",
    "leaving",
    "member",
    "moved_meeting",
    "new_goal",
    "new_manager",
    "next_period",
    "planned_review",
    "proposed_goal",
    "preparation",
    "renamed",
    "replaced",
    "returning",
    "revised_goal",
    "revision",
    "rolled_over",
    "seen",
    "signature",
    "skills",
    "standup",
    "talk",
    "team",
    "unagreed_goal",
    "unused_goal",
    "withdrawal",
]
"""What can't be told as data: the action checks it in Python, a function of the same name in PostgreSQL."""

ACTOR, FILLED = "@actor", "@filled"
"""In `given` and `must`: the handle of the actor; any value but null, "" and an empty list or object."""

Values = dict[str, tuple[str | None, ...]]
"""The values that fields may have, by name; None stands for a field that is missing, or has its default."""

GIVEN = ("praise", "coaching", "question", "idea")
"""The kinds of feedback that are not requests."""
OPEN = (None, "acknowledged")
"""The states of feedback on which somebody still has to act."""


class Writes(Struct, frozen=True, kw_only=True):
    """What a verb may do to a record of one table. Several rows may be about one table: the first that fits holds.

    `makes` and `removes` are true if it may add or remove records; `changes` has the fields that it may change in an
    existing record, by their names in the file. Wherever the verb writes a field of `actor`, it holds the handle of the
    actor; a field of `moment` holds the time of the commit, a field of `today` its day.

    `given` is what an existing record was before, `must` what any record is afterwards. A list of `grows` gets one item
    more, which is the actor's or has the actor in `by` and the moment in `at`; in a list of `joins` only the actor's
    own handle comes or goes. `absent` has the fields that a new record does not have. The commit also writes a record
    of each table of `together`.
    """

    table: Table
    makes: bool = False
    removes: bool = False
    changes: tuple[str, ...] = ()
    actor: tuple[str, ...] = ()
    moment: tuple[str, ...] = ()
    today: tuple[str, ...] = ()
    whose: Whose = "owner"
    given: Values = {}
    must: Values = {}
    grows: tuple[str, ...] = ()
    joins: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()
    together: tuple[Table, ...] = ()
    checks: tuple[Check, ...] = ()


def notice_row(
    reasons: tuple[Notice, ...],
    check: Check,
    *,
    must: Values | None = None,
    together: tuple[Table, ...] = (),
) -> Writes:
    """The row of the revision that tells a goal's owner what was done with it; `must` adds to what all of them need."""
    return Writes(
        table="revisions",
        makes=True,
        actor=("by",),
        moment=("at",),
        today=("effective",),
        whose="check",
        must={"reason": reasons, "state": ("agreed",), "effective": (FILLED,), **(must or {})},
        absent=("acknowledged", "answered_by", "answered_at", "word"),
        together=together,
        checks=(check,),
    )


def withdrawn_row(*checks: Check, whose: Whose = "author", together: tuple[Table, ...] = ()) -> Writes:
    """The row of a proposal that is withdrawn."""
    return Writes(
        table="revisions",
        changes=("state",),
        whose=whose,
        given={"state": ("proposed",)},
        must={"state": ("withdrawn",)},
        together=together,
        checks=checks,
    )


def declined_row(*checks: Check, whose: Whose = "asked", with_word: bool = True) -> Writes:
    """The row of a proposal that is declined, `with_word` if it must have a word on why."""
    word: Values = {"word": (FILLED,)} if with_word else {}
    return Writes(
        table="revisions",
        changes=("state", "word", "answered_by", "answered_at"),
        actor=("answered_by",),
        moment=("answered_at",),
        whose=whose,
        given={"state": ("proposed",)},
        must={"state": ("declined",), **word, "answered_by": (FILLED,), "answered_at": (FILLED,)},
        checks=checks,
    )


def split_rows(*checks: Check, together: tuple[Table, ...] = ()) -> tuple[Writes, Writes]:
    """The rows of a goal that is split by value: what was reached stays with its owner, the rest is a new goal.

    Of `checks` the first is about both.
    """
    kept = Writes(
        table="goals",
        changes=("measure", "weight", "due", "outcome", "closed"),
        today=("closed",),
        whose="check",
        given={"outcome": (None,)},
        must={"outcome": ("achieved",), "closed": (FILLED,)},
        together=together,
        checks=checks,
    )
    rest = Writes(
        table="goals",
        makes=True,
        today=("set_on",),
        whose="check",
        must={"continues": (FILLED,)},
        absent=("outcome", "closed", "drives"),
        together=together,
        checks=checks[:1],
    )
    return kept, rest


class Verb(Struct, frozen=True, kw_only=True):
    """One row: who may do it, what it writes, whom it concerns, and the words by which people search for it.

    `may` is empty if no permission is required. Without `writes`, and not `anything`, a verb is a permission that other
    verbs ask for, and no commit has it. `anything` is true for verbs that restore what any commit wrote.
    `at_most` is how many records one commit may write. In a database only an administrator may do what is not
    `in_database`. `by_board` is true for entries that the board writes itself, which nobody can ask for. `automatic` is
    true for commits that go with another: undo and the standup's news leave them out. `untold` is true
    for commits that nobody hears of: no log tells them, and undo passes over them. `log` is the sentence of the
    activity log about a change of the board as a whole; "" if the changed records tell what was done. It may hold
    `{who}`, `{program}`, `{changes}`, `{records}` (how many), `{undoes}` (a revision) and `{undone}` (what that was).
    `said` is what a refusal says that others may do, if not the verb itself.
    """

    may: tuple[Relation, ...]
    writes: tuple[Writes, ...] = ()
    anything: bool = False
    concerns: tuple[Concerned, ...] = ()
    search: tuple[str, ...] = ()
    at_most: int = 500
    in_database: bool = True
    by_board: bool = False
    automatic: bool = False
    untold: bool = False
    log: str = ""
    said: str = ""


OWNER: tuple[Relation, ...] = ("owner",)
OWNER_OR_MANAGER: tuple[Relation, ...] = ("owner", "owner's manager")
OWNER_OR_ABOVE: tuple[Relation, ...] = ("owner", "owner's manager or above")
ABOVE: tuple[Relation, ...] = ("owner's manager or above", "manager where nobody is above")
MANAGER: tuple[Relation, ...] = ("manager",)
MEMBER: tuple[Relation, ...] = ("member",)
