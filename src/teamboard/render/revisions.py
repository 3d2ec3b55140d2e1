"""Revisions in words: what changes, field by field, what that does, and a goal's revisions on a time line."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from teamboard.domain.board import AnyGoal, Board
from teamboard.domain.records import GoalRevision, Metric, Milestones, Reason
from teamboard.domain.revision_impact import Outlook
from teamboard.domain.revisions import (
    asked_to_answer,
    effective,
    terms,
    unacknowledged,
    with_fields,
)
from teamboard.domain.sanitize import one_line
from teamboard.render import format
from teamboard.render.format import name_of
from teamboard.render.line_layout import Line, fit, wrapped

REASON_LABELS: dict[Reason, str] = {
    "new-strategy": "new strategy",
    "new-product": "new product",
    "new-competitor": "new competitor",
    "market": "market",
    "territory": "territory or role",
    "capacity": "capacity",
    "correction": "correction",
}
"""How each reason is called on screen."""

LABEL_CELLS = 12
FieldChange = tuple[str, str, str]
"""A field: what it is called, as it is, as it would be."""


def describe_fields(goal: AnyGoal) -> dict[str, str]:
    """What can be revised of a goal, each in words."""
    measure = goal.measure
    found = {"title": one_line(goal.title)}
    if isinstance(measure, Metric):
        found["start"] = format.amount(measure.start, measure)
        found["target"] = format.amount(measure.target, measure)
    if isinstance(measure, Milestones):
        found["milestones"] = ", ".join(
            one_line(m.name) + (f" ×{format.number(m.weight)}" if m.weight != 1 else "") for m in measure.milestones
        )
    found["due"] = str(goal.due)
    found["goal"] = goal.outcome or "goes on"
    return found


def compare_goals(before: AnyGoal, after: AnyGoal, *, every: bool = False) -> list[FieldChange]:
    """The fields that differ between two versions of a goal, or every one; a goal that is dropped only says so."""
    was, would_be = describe_fields(before), describe_fields(after)
    if after.outcome and not every:
        return [("goal", was["goal"], would_be["goal"])]
    same = {"goal"} if before.outcome == after.outcome else set()
    return [
        (label, was.get(label, "—"), would_be.get(label, "—"))
        for label in dict.fromkeys([*was, *would_be])
        if label not in same and (every or was.get(label) != would_be.get(label))
    ]


def changes_of_revision(board: Board, revision: GoalRevision) -> list[FieldChange]:
    """What a revision changes, field by field."""
    goal = board.goal(revision.goal)
    if goal is None:
        return []
    # Whatever became of the goal since: only this revision's own dropping of it is told.
    goal = with_fields(goal, {"outcome": None, "closed": None})
    return compare_goals(with_fields(goal, revision.before), with_fields(goal, revision.after))


def summarize_revision(board: Board, revision: GoalRevision) -> str:
    """What a revision changes, in one line: `target €900,000 → €720,000`."""
    return summarize_changes(changes_of_revision(board, revision))


def summarize_changes(found: list[FieldChange]) -> str:
    """Changed fields in one line; a new title is told where nothing else is new."""
    if len(found) > 1:
        found = [field for field in found if field[0] != "title"]
    return ", ".join("drop it" if label == "goal" else f"{label} {was} → {now}" for label, was, now in found)


def describe_impact(found: Outlook) -> list[FieldChange]:
    """What a revision does to progress, pace and status, and to the team goals."""
    now, then = found.now, found.then
    if then is None:
        return [("status", now.status, "dropped")]
    return [
        ("progress", format.percent(now.progress), format.percent(then.progress)),
        ("pace", format.percent(now.pace), format.percent(then.pace)),
        ("status", now.status, then.status),
        *(
            (f"{team_goal.id} progress", format.percent(was), format.percent(would_be))
            for team_goal, was, would_be in found.team
            if format.percent(was) != format.percent(would_be)
        ),
    ]


def side_by_side_lines(rows: list[FieldChange], width: int, *, second: str = "proposed") -> Iterator[Line]:
    """Fields as they are and as they would be, in two columns; what differs stands out."""
    cells = max((width - LABEL_CELLS - 2) // 2, 8)
    yield ((" " * (LABEL_CELLS + 1), ""), (fit("now", cells + 1), "dim"), (second, "accent"))
    for label, was, would_be in rows:
        left, right = wrapped(was, cells - 1), wrapped(would_be, cells)
        for i in range(max(len(left), len(right))):
            yield (
                (" " + fit(label if i == 0 else "", LABEL_CELLS), "dim"),
                (fit(left[i] if i < len(left) else "", cells + 1), "text" if was == would_be else "dim"),
                (right[i] if i < len(right) else "", "text" if was == would_be else "strong"),
            )


def describe_state(board: Board, revision: GoalRevision) -> str:
    """What became of a revision: `proposed by Ben Okafor; Mara Lind has not answered yet`."""
    by = name_of(board, revision.by)
    answered = name_of(board, revision.answered_by) if revision.answered_by else ""
    if revision.state == "proposed":
        asked = asked_to_answer(board, revision)
        waits = f"; {one_line(asked.name)} has not answered yet" if asked else ""
        return f"proposed by {by}{waits}"
    if revision.state == "declined":
        return f"proposed by {by}, declined by {answered}"
    if revision.state == "withdrawn":
        return f"proposed and withdrawn by {by}"
    return f"proposed by {by}, agreed by {answered}" if answered else f"revised by {by}"


STATE_SIGNS = {
    "proposed": ("⟳", "warn"),
    "agreed": ("●", "accent"),
    "declined": ("✗", "dim"),
    "withdrawn": ("–", "dim"),
}
"""The sign on the time line of each state of a revision."""


def timeline_lines(board: Board, goal: AnyGoal, today: date, width: int) -> Iterator[Line]:
    """A goal's revisions, the newest first, down to the terms it was set with."""
    found = board.revisions_of(goal.id)
    if not found:
        return
    room = max(width - 4, 16)
    for revision in reversed(found):
        sign, role = STATE_SIGNS[revision.state]
        held = effective(board, revision)
        day = held if revision.state == "agreed" else board.day_of(revision.answered_at or revision.at)
        yield (
            (f" {sign} ", role),
            (f"{day:%d %b %Y}  ", "dim"),
            (revision.id, "accent"),
            (f"  {REASON_LABELS[revision.reason]}", "dim"),
            ("  to come" if revision.state == "agreed" and held > today else "", "warn"),
        )
        yield from _indented_lines(
            summarize_revision(board, revision), "strong" if revision.state in ("proposed", "agreed") else "dim", room
        )
        yield from _indented_lines(describe_state(board, revision), "dim", room)
        yield from _indented_lines(revision.why, "text", room)
        if revision.word:
            yield from _indented_lines(f"{name_of(board, revision.answered_by or '')}: {revision.word}", "text", room)
        yield (((" │", "track"),))
    first = terms(board, goal, date.min)
    set_with = ", ".join(
        f"{label} {text}" for label, text in describe_fields(first).items() if label in ("target", "milestones", "due")
    )
    yield ((" ○ ", "dim"), (f"{first.starts:%d %b %Y}  ", "dim"), ("as it was set", "dim"))
    for piece in wrapped(set_with, room):
        yield (("   ", ""), (piece, "dim"))


def _indented_lines(text: str, role: str, room: int) -> Iterator[Line]:
    for piece in wrapped(text, room):
        yield ((" │ ", "track"), (piece, role))


def names_to_acknowledge(board: Board, goal: AnyGoal) -> str:
    """Who has yet to acknowledge the last revision of a team goal, by name; empty where nobody is asked."""
    return ", ".join(name_of(board, handle) for handle in unacknowledged(board, goal.id))
