"""Goals that were split by a hand-over on one side of a merge, or on both: one rest each, and nothing counted twice."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

from teamboard.domain.board import Board, Changes
from teamboard.domain.commit_log import Fields, HistoryEntry, fields_of, record_of, stored_fields
from teamboard.domain.errors import Refused
from teamboard.domain.goals.splits import NotSplittable, goals_split_wrongly, split_again
from teamboard.domain.history.merge_conflicts import GONE, SPLIT, VALUE, MergeConflict
from teamboard.domain.ids import RecordId, known_table
from teamboard.domain.records import CheckIn, Goal
from teamboard.domain.references import broken_references

_SPLIT_FIELDS = ("owner", "measure", "due", "weight", "outcome", "closed")
"""The fields of a goal that a hand-over changes, and that are one side's together."""


class _Rest(NamedTuple):
    """The rest that one side made of a goal, and the revisions that tell both owners."""

    id: RecordId
    told: tuple[RecordId, ...]


class Splits:
    """The splits of a merge: `here` is the board before it; `merged` has the commits of the copy, too.

    `of_here` and `of_copy` are the entries of the commits that each side made, with the ids of the board.
    """

    def __init__(
        self, here: Board, merged: Board, of_here: Sequence[HistoryEntry], of_copy: Sequence[HistoryEntry]
    ) -> None:
        self._here, self._merged = here, merged
        self._made_here = _rests_made(here, of_here)
        self._made_in_copy = _rests_made(merged, of_copy)
        self._measured = _goals_measured(merged, (*of_here, *of_copy))

    def conflicts(
        self, found: Iterable[MergeConflict], fields_in_copy: Callable[[RecordId], Any]
    ) -> list[MergeConflict]:
        """Return the conflicts with one SPLIT for each goal that both sides split, or one did and the other changed.

        That one is in place of those about the goal's fields.
        """
        conflicts = list(found)
        changed = {c.record_id for c in conflicts if c.field not in (GONE, VALUE)}
        asked: dict[RecordId, MergeConflict] = {}
        for goal in sorted(self._made_here.keys() | self._made_in_copy.keys()):
            here, copy = fields_of(self._here.get(goal)) or {}, fields_in_copy(goal) or {}
            both = goal in self._made_here and goal in self._made_in_copy
            if both or goal in changed or (here and copy and here["owner"] != copy["owner"]):
                rest_here, rest_in_copy = self._made_here.get(goal), self._made_in_copy.get(goal)
                asked[goal] = MergeConflict(goal, SPLIT, _with_rest(here, rest_here), _with_rest(copy, rest_in_copy))
        return [c for c in conflicts if c.record_id not in asked or c.field in (GONE, VALUE)] + [*asked.values()]

    def held(self, conflict: MergeConflict, *, copy_holds: bool) -> Changes:
        """The goal of a SPLIT conflict as one side has it, without the rest of the other side. May raise Refused."""
        goal = conflict.record_id
        holds = conflict.copy if copy_holds else conflict.here
        fields = {k: v for k, v in stored_fields(self._goal(goal)).items() if k not in _SPLIT_FIELDS}
        changes: Changes = {goal: record_of(goal, fields | {k: holds[k] for k in _SPLIT_FIELDS if k in holds})}
        rest = (self._made_here if copy_holds else self._made_in_copy).get(goal)
        if rest is not None:
            changes |= dict.fromkeys((rest.id, *rest.told))
            wrong = next(broken_references(self._merged, self._merged.apply(changes), changes), None)
            if wrong is not None:
                where, hold = ("here", "here") if copy_holds else ("in the copy", "copy")
                raise Refused(
                    f"{goal} was handed over {where}, and {wrong.record_id} was written about {rest.id}, its rest: "
                    f"keep that with --hold {hold}, or undo both {where} first."
                )
        return changes

    def split_again(self, changes: Changes) -> Changes:
        """The last changes of a merge, with the goals that it measures anew split at what they have reached.

        Raises Refused if that is not possible, or if a goal that was handed over on one side is not on the other.
        """
        after = self._merged.with_changes(changes)
        self._refuse_half_undone(after)
        touched = self._measured | self._made_here.keys() | self._made_in_copy.keys()
        for goal_id in [goal.id for goal in after.goals]:
            goal, rest = after.goal(goal_id), after.rest_of(goal_id)
            if goal_id not in touched or not isinstance(goal, Goal) or rest is None:
                continue
            try:
                halves: Changes = {**split_again(after, goal)}
            except NotSplittable as error:
                copied = self._here.rest_of(goal_id) is None
                raise Refused(
                    f"{goal_id} was split {error.split} when it was handed over as {rest.id}, and "
                    f"{'the board here' if copied else 'the copy'} has {error.reached}: "
                    f"undo the hand-over{' in the copy' if copied else ''} first."
                ) from None
            changes, after = changes | halves, after.with_changes(halves)
            touched |= {rest.id}
        return changes

    def _refuse_half_undone(self, after: Board) -> None:
        for goal_id in sorted(goals_split_wrongly(after) - goals_split_wrongly(self._here)):
            rest = after.rest_of(goal_id)
            used, undone = "here", "in the copy"
            if self._here.rest_of(goal_id) is None:
                used, undone = undone, used
            name = rest.id if rest else "its rest"
            raise Refused(
                f"The hand-over of {goal_id} was undone {undone}, and {name} was changed {used}: undo "
                f"that {used} first."
            )

    def _goal(self, goal_id: RecordId) -> Goal:
        goal = self._merged.goal(goal_id)
        if not isinstance(goal, Goal):
            raise KeyError(goal_id)
        return goal


def _with_rest(fields: Fields, rest: _Rest | None) -> Fields:
    return {**fields, "rest": rest.id} if rest else fields


def _rests_made(board: Board, entries: Iterable[HistoryEntry]) -> dict[RecordId, _Rest]:
    """The rests that some commits made and that are on the board, by the id of the goal that was split."""
    found: dict[RecordId, _Rest] = {}
    for entry in entries:
        made = {i: change.after for i, change in entry.changes.items() if change.before is None and change.after}
        for record_id, fields in made.items():
            goal = fields.get("continues")
            if known_table(record_id) == "goals" and goal and board.get(record_id) is not None:
                about = (goal, record_id)
                told = (i for i, f in made.items() if known_table(i) == "revisions" and f.get("goal") in about)
                found[RecordId(str(goal))] = _Rest(record_id, tuple(told))
    return found


def _goals_measured(board: Board, entries: Iterable[HistoryEntry]) -> set[RecordId]:
    """The ids of the goals whose check-ins some commits made, changed or removed."""
    goals: set[RecordId] = set()
    for entry in entries:
        for record_id, change in entry.changes.items():
            if known_table(record_id) == "checkins":
                record = board.get(record_id)
                named = {**(change.before or {}), **(change.after or {})}.get("goal")
                goals |= {record.goal} if isinstance(record, CheckIn) else {RecordId(str(named))} if named else set()
    return goals
