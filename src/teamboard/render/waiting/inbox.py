"""What waits for a member, as lines and JSON: to answer, to do, to know, with the command that settles each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from teamboard.domain.board import Board
from teamboard.domain.board_on_day import BoardOnDay
from teamboard.domain.goals.closing import last_said
from teamboard.domain.ids import to_record_id
from teamboard.domain.records import Feedback, GoalRevision, Member
from teamboard.domain.sanitize import one_line, shell_command
from teamboard.domain.waiting import ToAnswer, ToDo, ToKnow, Waiting
from teamboard.render import format
from teamboard.render.activity_log import describe_commit
from teamboard.render.due import COMMAND_CELLS, LATE_CELLS, describe_due, due_row, settling_command
from teamboard.render.feedback import INDENT_CELLS, round_line, thread_lines
from teamboard.render.format import first_name, name_of
from teamboard.render.line_layout import Line, fit, right_aligned, wrapped
from teamboard.render.revisions import describe_state, summarize_together

MOST_NEWS = 20
"""So many commits are printed; JSON has all of them."""


def waiting_lines(shown: BoardOnDay, member: Member, found: Waiting, width: int) -> Iterator[Line]:
    """The three parts for the command line, those that are empty left out; at least one of them is not."""
    parts = (
        ("To answer", len(found.to_answer), (line for a in found.to_answer for line in _answer_lines(shown, a, width))),
        ("To do", len(found.to_do), (_task_row(shown, member, task, width) for task in found.to_do)),
        ("To know", len(found.to_know), _news_lines(shown.board, found.to_know, width)),
    )
    is_first = True
    for title, count, lines in parts:
        if count:
            if not is_first:
                yield ()
            is_first = False
            yield ((f" {title}", "strong"), (f"  {count}", "dim"))
            yield from lines


def waiting_json(shown: BoardOnDay, member: Member, found: Waiting) -> dict[str, Any]:
    """The three parts as JSON values, each item with a description and the command that settles it."""
    board = shown.board
    return {
        "to_answer": [
            {
                "kind": answer.kind,
                "about": answer.about,
                "by": answer.by,
                "since": answer.since,
                "what": describe_answer(board, answer),
                "command": f"teamboard {answering_command(answer)}",
            }
            for answer in found.to_answer
        ],
        "to_do": [
            {
                "kind": task.kind,
                "about": task.about,
                "to": task.to,
                "since": task.since,
                "overdue": task.overdue,
                "what": describe_task(board, member, task),
                "command": f"teamboard {task_command(member, task)}",
            }
            for task in found.to_do
        ],
        "to_know": [
            {
                "revision": news.revision,
                "about": news.about,
                "by": news.entry.by,
                "since": news.since,
                "what": describe_commit(board, news.entry),
            }
            for news in found.to_know
        ],
    }


def describe_answer(board: Board, answer: ToAnswer) -> str:
    """What a member is asked, in one line: `praise from Ben Okafor: You ask twice`."""
    record = board.get(answer.about)
    if isinstance(record, Feedback):
        who = name_of(board, record.giver)
        asked = f"{who} asks" if record.kind == "request" else f"{record.kind} from {who}"
        return f"{asked}: {one_line(record.text)}"
    if isinstance(record, GoalRevision):
        return f"{summarize_together(board, record)} · {describe_state(board, record)}"
    who = name_of(board, answer.by) if answer.by else "Somebody"
    return f"{who} offers help with {format.label_of(board, answer.about)}"


def answering_command(answer: ToAnswer) -> str:
    """The command that answers, without `teamboard` in front: `reply F31 "…"`."""
    match answer.kind:
        case "request":
            return f'feedback reply {answer.about} "…"'
        case "feedback":
            return f"feedback acknowledge {answer.about}"
        case "proposal":
            return f"revision agree {answer.about}"
        case "revision" | "notice":
            return f"revision acknowledge {answer.about}"
        case "offer of help":
            return f"checkin {answer.about}"


def _other_answer(answer: ToAnswer) -> str:
    """The command for the other answer there is; "" if there is none."""
    match answer.kind:
        case "request":
            return f'feedback decline {answer.about} -m "…"'
        case "feedback":
            return f'feedback reply {answer.about} "…"'
        case "proposal":
            return f'revision decline {answer.about} -m "…"'
        case _:
            return ""


def describe_task(board: Board, member: Member, task: ToDo) -> str:
    """What a member has to do, in one line: `prepare the review of Ben with Mara`."""
    if task.due is not None:
        return describe_due(board, task.due)
    other = first_name(board, task.to) if task.to else ""
    goal_label = format.label_of(board, to_record_id(task.about))
    whose = "your review" if task.to == member.manager else f"the review of {other}"
    match task.kind:
        case "preparation":
            return f"prepare {whose}"
        case "signature":
            return f"sign {whose}"
        case "usefulness":
            return f"say how useful {whose} was"
        case _:
            goal = board.goal(to_record_id(task.about))
            last = last_said(board, goal) if goal else None
            return f"{other} needs help with {goal_label}{f': {one_line(last.blocker)}' if last else ''}"


def task_command(member: Member, task: ToDo) -> str:
    """The command that does it, without `teamboard` in front: `checkin G12`; for a blocker the one that shows it."""
    if task.due is not None:
        return settling_command(task.due)
    match task.kind:
        case "preparation":
            return f"review prep {member.handle if task.to == member.manager else task.to}"
        case "signature":
            return f"review sign {task.about}"
        case "usefulness":
            return f"review useful {task.about} LEVEL"
        case _:
            return f"show --goal {task.about}"


def _answer_lines(shown: BoardOnDay, answer: ToAnswer, width: int) -> Iterator[Line]:
    """What is asked, a feedback with its text and replies, and the commands that answer it."""
    board, record = shown.board, shown.board.get(answer.about)
    if isinstance(record, Feedback):
        yield from thread_lines(shown, record, width)
        yield from round_line(board, record)
    else:
        pieces = wrapped(describe_answer(board, answer), max(width - INDENT_CELLS - 1, 20))
        for i, piece in enumerate(pieces):
            yield ((f"   {answer.about if i == 0 else '':<5}", "accent"), (piece, "text"))
        if isinstance(record, GoalRevision) and record.why:
            for piece in wrapped(f"{first_name(board, record.by)}: {record.why}", max(width - INDENT_CELLS - 1, 20)):
                yield ((" " * INDENT_CELLS, ""), (piece, "dim"))
    for command in (answering_command(answer), _other_answer(answer)):
        if command:
            yield ((" " * INDENT_CELLS, ""), (f"teamboard {command}", "dim"))


def _task_row(shown: BoardOnDay, member: Member, task: ToDo, width: int) -> Line:
    if task.due is not None:
        return due_row(shown, task.due, width)
    late = f"{task.overdue} d late" if task.overdue else ""
    description = fit(describe_task(shown.board, member, task), max(width - LATE_CELLS - COMMAND_CELLS - 6, 12))
    return (
        (f" {right_aligned(late, LATE_CELLS)}", "bad" if task.overdue else "warn"),
        ("   ", ""),
        (description, "text"),
        ("  " + fit(f"teamboard {task_command(member, task)}", COMMAND_CELLS), "dim"),
    )


def _news_lines(board: Board, news: Sequence[ToKnow], width: int) -> Iterator[Line]:
    """The newest commits with revision and day, as the log has them, and how many more there are."""
    for item in news[:MOST_NEWS]:
        at = f" {item.revision:>6}  {item.since:%d %b}  "
        for i, piece in enumerate(wrapped(describe_commit(board, item.entry), max(width - len(at) - 1, 20))):
            yield ((at if i == 0 else " " * len(at), "dim"), (piece, "text"))
    if len(news) > MOST_NEWS:
        log = shell_command("log", "--since", min(item.since for item in news))
        yield ((f"{'':8}and {len(news) - MOST_NEWS} earlier: {log}", "dim"),)
