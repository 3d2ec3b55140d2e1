"""The verbs: one table of what people do to a board, and of what the board writes itself.

Each row says who may do it, what a commit of that verb may write, whom it concerns, by which words people search for
it, and what the activity log says where the changed records don't tell it. Permissions, the palette, undo and the
activity log read it; a property test compares what every action changes with its verb's row; PostgreSQL's one function
that commits has it as data.

The history stores a verb as a string: one that this table does not have, from a newer version, is shown as it is and
never refused.
"""

from collections.abc import Mapping
from functools import cache
from typing import cast

from teamboard.domain.verbs.model import (
    ACTOR,
    ADOPTION_VERB,
    EDIT_VERB,
    FILLED,
    MERGE_VERB,
    REPAIR_VERB,
    RESTORE_VERB,
    Check,
    Concerned,
    Relation,
    Values,
    Verb,
    VerbName,
    Whose,
    Writes,
)


@cache
def all_verbs() -> Mapping[VerbName, Verb]:
    """The row of each verb, by the string that the history stores. The name of a program follows EDIT_VERB there."""
    # Late: the rows take 0.7 ms to import, and a board is opened without asking for any.
    from teamboard.domain.verbs import board, conversations, goal_changes, goals, team

    return goals.GOALS | goal_changes.GOAL_CHANGES | conversations.CONVERSATIONS | team.TEAM | board.BOARD


def find_verb(stored: str) -> Verb | None:
    """The row of a verb as the history stores it; None if this version does not have it."""
    return all_verbs().get(EDIT_VERB if stored.startswith(f"{EDIT_VERB} ") else cast("VerbName", stored))


def is_automatic(stored: str) -> bool:
    """True for the verb of commits that go with another, such as a first key."""
    row = find_verb(stored)
    return row is not None and row.automatic


def is_untold(stored: str) -> bool:
    """True for the verb of commits that nobody hears of."""
    row = find_verb(stored)
    return row is not None and row.untold


__all__ = [
    "ACTOR",
    "ADOPTION_VERB",
    "EDIT_VERB",
    "FILLED",
    "MERGE_VERB",
    "REPAIR_VERB",
    "RESTORE_VERB",
    "Check",
    "Concerned",
    "Relation",
    "Values",
    "Verb",
    "VerbName",
    "Whose",
    "Writes",
    "all_verbs",
    "find_verb",
    "is_automatic",
    "is_untold",
]
