"""Goals, members and feedback as text for the clipboard: plain, or Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from teamboard.domain.board import AnyGoal
from teamboard.domain.board_on_day import BoardOnDay
from teamboard.domain.ids import RecordId
from teamboard.domain.records import Feedback, Goal, Member, TeamGoal
from teamboard.domain.sanitize import one_line
from teamboard.render import format
from teamboard.render.documents.environment import render_template
from teamboard.render.feedback import feedback_heading
from teamboard.render.format import name_of
from teamboard.render.line_layout import Line, full_state_span, has_pace


def records_text(shown: BoardOnDay, ids: Sequence[RecordId], *, as_markdown: bool) -> str:
    """The goals, members and feedback among `ids`, one or more lines each; other records give nothing."""
    records = [_record_values(shown, record_id) for record_id in ids]
    return render_template("records", "md" if as_markdown else "txt", records=records).removesuffix("\n")


def lines_text(lines: Iterable[Line], *, as_markdown: bool) -> str:
    """The text of drawn lines; as Markdown, a fenced code block that keeps every character."""
    text = "\n".join("".join(piece for piece, _ in line).rstrip() for line in lines).strip("\n")
    if not as_markdown or not text:
        return text
    # The fence is longer than any run of backticks in the text, so that nothing in the text can close it.
    fence = "`" * max(3, 1 + max((len(run) for run in _backtick_runs(text)), default=0))
    return f"{fence}text\n{text}\n{fence}"


def _backtick_runs(text: str) -> list[str]:
    """The runs of consecutive backticks in a text."""
    return [run for run in "".join(c if c == "`" else " " for c in text).split() if run]


def _record_values(shown: BoardOnDay, record_id: RecordId) -> dict[str, Any]:
    """The values of a record for the templates, with its `kind`; an empty kind is not printed."""
    board = shown.board
    record = board.get(record_id)
    if isinstance(record, Goal | TeamGoal):
        return {"kind": "goal", **_goal_values(shown, record), "owner": name_of(board, record.owner)}
    if isinstance(record, Member):
        goals = [{**_goal_values(shown, goal), "owner": ""} for goal in board.open_goals_of(record.handle)]
        return {"kind": "member", "name": record.name, "title": record.title, "goals": goals}
    if isinstance(record, Feedback):
        return {
            "kind": "feedback",
            "id": record.id,
            "heading": feedback_heading(board, record),
            "paragraphs": [one_line(paragraph) for paragraph in record.text.splitlines()],
            "replies": [{"by": name_of(board, reply.by), "text": reply.text} for reply in record.replies],
        }
    return {"kind": ""}


def _goal_values(shown: BoardOnDay, goal: AnyGoal) -> dict[str, str]:
    """The values of a goal for the templates."""
    now = shown.standing(goal)
    pace = f" (pace {format.percent(now.pace)})" if has_pace(goal) else ""
    value = format.describe_value(goal.measure, now, shown.board.number_format)
    return {
        "id": goal.id,
        "title": goal.title,
        "done": f"{value} · {format.percent(now.progress)}{pace}",
        "state": full_state_span(goal, now, shown.day)[0],
        "blocker": now.blocker,
    }
