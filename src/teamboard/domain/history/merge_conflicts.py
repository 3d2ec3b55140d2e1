"""What a merge finds and makes: the conflicts to resolve, the answers to them, and the commits to add."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from teamboard.domain.board import Changes
from teamboard.domain.commit_log import HistoryEntry
from teamboard.domain.ids import RecordId

GONE, VALUE, SPLIT = "gone", "value", "split"


class MergeConflict(NamedTuple):
    """A merge conflict: both sides changed the same field of a record.

    `field` is VALUE if both checked in on a goal, GONE if one side removed the record and the other changed it. It is
    SPLIT if both sides handed a goal over by splitting it, or one did and the other changed it otherwise. `here` and
    `copy` are the values of both sides, as plain values: for SPLIT the goal's fields, and the id of its `rest` with
    them if that side split it; None for a record or field that does not exist.
    """

    record_id: RecordId
    field: str
    here: Any
    copy: Any


Answers = Mapping[tuple[RecordId, str], bool]
"""For each conflict, by record id and field: True if the copy's value wins."""


class MergeStep(NamedTuple):
    """One commit to add: the revision that it gets, its changes, its history entry."""

    revision: int
    changes: Changes
    entry: HistoryEntry
