"""The log's words for goals that were edited, and check-ins that were corrected."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from teamboard.domain.board import AnyGoal, Board
from teamboard.domain.commit_log import Change
from teamboard.domain.records import CheckIn
from teamboard.domain.sanitize import one_line
from teamboard.render import format

EDITED_FIELDS = {"title", "why", "weight", "measure"}
"""The fields that change when a goal is edited."""


def is_edit(change: Change) -> bool:
    """True if nothing changed but what is edited."""
    return {*(change.before or {}), *(change.after or {})} <= EDITED_FIELDS


def describe_edit(goal: AnyGoal, change: Change) -> str:
    """The predicate for an edited goal: `changed G12 ARR Iberia: weight 1 → 2`."""
    before, after = (_edited_fields(fields or {}) for fields in (change.before, change.after))
    parts = [f"{name} {before.get(name) or '—'} → {text or '—'}" for name, text in after.items()]
    if "why" in (change.after or {}) or "why" in (change.before or {}):
        parts.append("its note")
    what = f": {', '.join(parts)}" if parts else ""
    return f"changed {goal.id} {one_line(goal.title)}{what}"


def _edited_fields(fields: Mapping[str, Any]) -> dict[str, str]:
    """Title, weight and unit of a goal's changed fields as texts, by name."""
    found: dict[str, str] = {}
    if "title" in fields:
        found["title"] = one_line(fields["title"])
    if "weight" in fields:
        found["weight"] = format.number(fields["weight"])
    if "measure" in fields:
        found["unit"] = one_line(fields["measure"].get("unit", ""))
    return found


def describe_correction(board: Board, checkin: CheckIn, change: Change) -> str:
    """The predicate for a corrected check-in: `corrected C12 of 3 Nov on G4 ARR: €41,000 instead of €14,000`."""
    goal = board.goal(checkin.goal)
    before: Mapping[str, Any] = change.before or {}
    after: Mapping[str, Any] = change.after or {}
    parts = []
    if "value" in after:
        was, now = (
            format.amount(fields["value"], goal.measure) if goal else format.number(fields["value"])
            for fields in (before, after)
        )
        parts.append(f"{now} instead of {was}")
    if "note" in after:
        parts.append(f"note {one_line(after['note']) or '—'}")
    label = f"{goal.id} {one_line(goal.title)}" if goal else checkin.goal
    what = f": {', '.join(parts)}" if parts else ""
    return f"corrected {checkin.id} of {board.day_of(checkin.at):%d %b} on {label}{what}"
