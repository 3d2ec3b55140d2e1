"""The verbs about the board as a whole, and those of the entries that the board itself writes."""

from __future__ import annotations

from teamboard.domain.ids import Table
from teamboard.domain.verbs.model import (
    ADOPTION_VERB,
    EDIT_VERB,
    MANAGER,
    MERGE_VERB,
    OWNER,
    REPAIR_VERB,
    RESTORE_VERB,
    Verb,
    VerbName,
    Writes,
)

_ARCHIVED: tuple[Table, ...] = (
    "goals",
    "team_goals",
    "checkins",
    "revisions",
    "feedback",
    "one_on_ones",
    "reviews",
    "standups",
)
_ARCHIVE = tuple(Writes(table=table, removes=True) for table in _ARCHIVED)
_ARCHIVE_LOG = "{who} archived what was over of the closed periods"

BOARD: dict[VerbName, Verb] = {
    "archive closed periods": Verb(
        may=MANAGER,
        writes=_ARCHIVE,
        search=("old", "small"),
        at_most=1_000_000,
        in_database=False,
        log=_ARCHIVE_LOG,
    ),
    "archive at a period's end": Verb(
        may=MANAGER, writes=_ARCHIVE, at_most=1_000_000, in_database=False, automatic=True, log=_ARCHIVE_LOG
    ),
    MERGE_VERB: Verb(
        may=MANAGER,
        anything=True,
        concerns=("owner",),
        search=("conflict", "copy"),
        in_database=False,
        log="{who} merged a copy of the board",
    ),
    # No permission is needed: anyone who can write the file could copy the backup over it by hand.
    RESTORE_VERB: Verb(
        may=(),
        anything=True,
        concerns=("owner",),
        search=("back", "older"),
        in_database=False,
        log="{who} restored a backup of the board: {records} changed",
    ),
    "undo": Verb(
        may=(*OWNER, "above where the owner leaves"),
        anything=True,
        concerns=("owner",),
        search=("take back", "mistake"),
        log="{who} undid revision {undoes}{undone}",
    ),
    # A program that may write the file is asked for no permission: it could write without a commit.
    EDIT_VERB: Verb(
        may=(), anything=True, concerns=("owner",), in_database=False, log="{who} edited with {program}: {changes}"
    ),
    # -- written by the board itself
    ADOPTION_VERB: Verb(
        may=(),
        by_board=True,
        anything=True,
        concerns=("owner",),
        in_database=False,
        log="Changed outside teamboard: {changes}",
    ),
    REPAIR_VERB: Verb(
        may=(),
        by_board=True,
        anything=True,
        in_database=False,
        log="Repaired: what this commit was can't be read any more",
    ),
}
