"""Editing what a goal says of itself, and removing one. What it is measured against is revised, see `revisions`."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

import msgspec
from msgspec import Struct

from teamboard.actions.base import Actor, open_goal, require
from teamboard.actions.driving import check_driven
from teamboard.actions.goals import clean_measure
from teamboard.domain.amounts import bounded_weight
from teamboard.domain.board import AnyGoal, Board, Changes
from teamboard.domain.commit_log import fields_of
from teamboard.domain.errors import Conflict, Refused
from teamboard.domain.goals.progress import counted_goals
from teamboard.domain.goals.revisions import coming_revision, made_by
from teamboard.domain.ids import RecordId
from teamboard.domain.permissions import may_decide, verb_on
from teamboard.domain.records import Activity, Goal, Measure, Member, Metric, TeamGoal
from teamboard.domain.references import built_on
from teamboard.domain.sanitize import clean_line, clean_text, shell_command
from teamboard.domain.verbs import VerbName


class EditGoal(Struct, frozen=True, kw_only=True):
    """Change a goal's title, note (`why`), weight or unit, or what an activity drives.

    Owner and those above may do it; weight and unit are set by those above. Of a team goal the owner alone edits all.
    What is None stays as it is; with a `drives` of "" it drives nothing. `was` has the fields as the person saw them,
    by name: raises Conflict if one that would change has changed.
    """

    verb: ClassVar[VerbName] = "edit a goal"

    goal: RecordId
    title: str | None = None
    why: str | None = None
    weight: float | None = None
    unit: str | None = None
    drives: RecordId | None = None
    was: dict[str, object] = {}

    def __call__(self, board: Board, by: Actor, at: datetime) -> Changes:
        goal = open_goal(board, self.goal)
        owner = board.member(goal.owner)
        require(board, by, verb_on(goal, self.verb), owner)
        if isinstance(goal, Goal) and (self.weight is not None or self.unit is not None):
            require(board, by, "set a weight or unit", owner)
        fields = self._fields(board, goal)
        before = fields_of(goal) or {}
        after = msgspec.structs.replace(goal, **fields)
        changed = [name for name in fields if getattr(goal, name) != getattr(after, name)]
        if not changed:
            raise Refused(f"Nothing about {goal.id} would change.")
        for name in changed:
            if name in self.was and self.was[name] != before.get(name, ""):
                raise Conflict(
                    f"Somebody changed the {_WORDS.get(name, name)} of {goal.id} while you were typing.", goal
                )
        coming = coming_revision(board, goal.id, board.day_of(at))
        if coming is not None and {*changed} & {*coming.after}:
            raise Refused(
                f"{coming.id} changes {goal.id} on {coming.effective}: withdraw it first "
                f"({shell_command('revision', 'withdraw', coming.id)})."
            )
        return {goal.id: after}

    def _fields(self, board: Board, goal: AnyGoal) -> dict[str, Any]:
        """The new values of the fields that are given, by name. Raises Refused."""
        fields: dict[str, Any] = {}
        if self.title is not None:
            fields["title"] = clean_line(self.title, "The title", required=True)
        if self.why is not None:
            fields["why"] = clean_text(self.why, "The note")
        if self.weight is not None:
            if isinstance(goal, TeamGoal):
                raise Refused(f"{goal.id} is a team goal, which has no weight.")
            fields["weight"] = bounded_weight(self.weight, "A weight")
        if self.unit is not None:
            fields["measure"] = self._measure(board, goal, self.unit)
        if self.drives is not None:
            if isinstance(goal, TeamGoal):
                raise Refused(f"{goal.id} is a team goal: only a member's goal drives another.")
            check_driven(board, goal.owner, goal.measure, self.drives or None, goal.id)
            fields["drives"] = self.drives or None
        return fields

    def _measure(self, board: Board, goal: AnyGoal, unit: str) -> Measure:
        if not isinstance(goal.measure, Metric | Activity):
            raise Refused(f"{goal.id} has no unit: it is not measured by a number.")
        measure = clean_measure(msgspec.structs.replace(goal.measure, unit=unit))
        served = (goal.id, goal.serves) if isinstance(goal, TeamGoal) else tuple(goal.aligned)
        for team_goal in map(board.get, served) if measure != goal.measure else ():
            if isinstance(team_goal, TeamGoal) and team_goal.rolls_up == "sum" and counted_goals(board, team_goal):
                raise Refused(f"{team_goal.id} adds up {goal.measure.unit}: its unit and that of its goals stay.")
        return measure


class RemoveGoal(Struct, frozen=True, kw_only=True):
    """Remove a goal on which nothing is built: as if it had not been set.

    By the owner's manager or above, and by the owner of a skill or career goal, or of one whom nobody is above; a team
    goal by any manager. Refused, with what is built on it, where it can be closed instead.
    """

    verb: ClassVar[VerbName] = "remove a goal"

    goal: RecordId

    def __call__(self, board: Board, by: Actor, at: datetime) -> Changes:
        goal = open_goal(board, self.goal)
        if isinstance(goal, TeamGoal):
            require(board, by, "remove a team goal")
        else:
            require_above_or_alone(board, by, self.verb, goal)
        if found := built_on(board, goal):
            close = shell_command("goal", "close", goal.id, "--dropped", "-m", "…")
            raise Refused(f"{goal.id} has {' and '.join(found)}: it stays, and can be closed: {close}.")
        made = made_by(board, goal)
        changes: Changes = {goal.id: None}
        return changes | {made.id: None} if made else changes


def require_above_or_alone(board: Board, by: Actor, verb: VerbName, goal: AnyGoal) -> Member:
    """The acting member, who is above a goal's owner, or decides about it alone. Raises Refused."""
    member = board.member(by.member)
    if member is not None and may_decide(board, member, verb, goal):
        return member
    return require(board, by, verb, board.member(goal.owner))


_WORDS = {"why": "note", "measure": "unit"}
"""How messages name a field that is not called so on the screen."""
