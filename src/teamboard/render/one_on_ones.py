"""One-on-ones in lines: the agenda by theme, the notes, what was agreed; and what a commit did, in words."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from rich.cells import cell_len

from teamboard.domain.board import Board
from teamboard.domain.due import one_on_one_due
from teamboard.domain.history.history import fields_of
from teamboard.domain.one_on_ones import Promise, current, last_held, open_between, promises
from teamboard.domain.records import THEMES, Member, OneOnOne, Theme
from teamboard.domain.sanitize import one_line
from teamboard.render import format
from teamboard.render.format import first_name, name_of
from teamboard.render.line_layout import Line, filled, fit, wrapped

THEME_CELLS = 14
ID_CELLS = 6
DUE_CELLS = 11
OPEN_SIGN, DONE_SIGN = "☐", "☑"


def pair_names(board: Board, member: Member) -> str:
    """The two who meet: `Ana Ruiz and Mara Lind`."""
    return f"{one_line(member.name)} and {name_of(board, member.manager or '')}"


def describe_meeting_day(board: Board, member: Member, today: date) -> tuple[str, str]:
    """When the two meet, or met today, or should meet; and the role that draws it."""
    talk = current(board, member.handle, today)
    if talk is not None and talk.held is not None:
        return f"held on {talk.held:%a %d %b}", "on-track"
    due = one_on_one_due(board, member, today)
    if due is None:
        return "nobody to meet: no manager", "dim"
    role = "bad" if due.overdue else "warn" if due.on <= today else "dim"
    how = f"overdue {due.overdue} d" if due.overdue else format.relative_day(max(due.on, today), today)
    return f"{'' if talk else 'due '}{due.on:%a %d %b}, {how}", role


def topic_label(number: int) -> str:
    """What the topic of that number is called on a screen."""
    return f"#{number}"


def topic_line(board: Board, talk: OneOnOne, number: int, width: int, *, theme: bool) -> Line:
    """A topic on the agenda: its theme where it is the first of it, what, and who put it there."""
    topic = talk.topics[number]
    by = first_name(board, topic.by)
    room = max(width - THEME_CELLS - 3 - cell_len(by) - 3, 10)
    return filled(
        (
            (f"   {topic.theme if theme else '':<{THEME_CELLS}}", "accent"),
            (fit(topic.text, room), "text"),
            (f"  {by}", "dim"),
        ),
        width,
    )


def topic_numbers_by_theme(talk: OneOnOne) -> Iterator[tuple[Theme, list[int]]]:
    """The numbers of the topics of each theme, a theme without any among them."""
    for theme in THEMES:
        yield theme, [i for i, topic in enumerate(talk.topics) if topic.theme == theme]


def empty_theme_line(theme: Theme) -> Line:
    """A theme of which nobody has put anything on the agenda."""
    return ((f"   {theme:<{THEME_CELLS}}", "accent"), ("nothing yet", "dim"))


def promise_line(board: Board, found: Promise, today: date, width: int) -> Line:
    """An agreed action: open or done, its id, who, what, until when."""
    action = found.action
    done = action.done is not None
    late = not done and action.due is not None and action.due < today
    until = f"by {action.due:%d %b}" if action.due else ""
    until = f"done {action.done:%d %b}" if action.done else until
    who = first_name(board, action.owner)
    room = max(width - 5 - ID_CELLS - DUE_CELLS - 3 - cell_len(who), 10)
    return filled(
        (
            (f"   {DONE_SIGN if done else OPEN_SIGN} ", "achieved" if done else "warn" if late else "text"),
            (f"{found.id:<{ID_CELLS}}", "accent"),
            (f"{who}: ", "dim"),
            (fit(action.text, room), "dim" if done else "text"),
            (f" {until}", "warn" if late else "dim"),
        ),
        width,
    )


def open_actions_before(board: Board, member: Member, talk: OneOnOne | None) -> list[Promise]:
    """What the two agreed in earlier talks and have not done."""
    return [p for p in open_between(board, member.handle) if talk is None or p.talk.id != talk.id]


def note_lines(board: Board, talk: OneOnOne, width: int) -> Iterator[Line]:
    """The notes of a talk."""
    for note in talk.notes:
        head = f"{board.day_of(note.at):%d %b}  {name_of(board, note.by)}"
        yield ((f"   {head}", "dim"),)
        for piece in wrapped(note.text, max(width - 6, 20)):
            yield (("     ", ""), (piece, "text"))


def describe_last_meeting(board: Board, member: Member, talk: OneOnOne | None) -> str:
    """When the two met last before this talk, and how useful the member found it."""
    last = last_held(board, member.handle)
    if last is None or (talk is not None and last.id == talk.id):
        return ""
    useful = f", useful {last.useful} of 5" if last.useful else ""
    return f"{last.id} on {last.held:%d %b}{useful}"


def unrated_one_on_one(board: Board, member: Member) -> OneOnOne | None:
    """The member's last talk, if they have not said yet how useful it was."""
    last = last_held(board, member.handle)
    return last if last is not None and last.useful is None else None


def rating_question(talk: OneOnOne) -> str:
    """What the member is asked afterwards."""
    return f"How useful was the one-on-one of {talk.held:%d %b} to you, from 1 to 5?"


def one_on_one_lines(board: Board, member: Member, today: date, width: int) -> Iterator[Line]:
    """A member's one-on-one in print: agenda, notes, agreed actions, and what is open from before."""
    talk = current(board, member.handle, today)
    text, role = describe_meeting_day(board, member, today)
    yield ((f" One-on-one of {pair_names(board, member)}", "strong"), (f"   {text}", role))
    last = describe_last_meeting(board, member, talk)
    if last:
        yield ((f" last time: {last}", "dim"),)
    yield ()
    yield ((" Agenda", "strong"),)
    for theme, numbers in topic_numbers_by_theme(talk) if talk else ():
        for i, number in enumerate(numbers):
            yield topic_line(board, talk, number, width, theme=i == 0) if talk else ()
        if not numbers:
            yield empty_theme_line(theme)
    if talk is None:
        yield (("   nothing yet; `--topic TEXT` or `--template regular` begins it", "dim"),)
    elif talk.notes:
        yield ()
        yield ((" Notes", "strong"),)
        yield from note_lines(board, talk, width)
    agreed = list(promises(talk)) if talk else []
    for title, found in (("Agreed", agreed), ("Open from before", open_actions_before(board, member, talk))):
        if found:
            yield ()
            yield ((f" {title}", "strong"),)
            for promise in found:
                yield promise_line(board, promise, today, width)
    rated = unrated_one_on_one(board, member)
    if rated is not None:
        yield ()
        yield ((f" {rating_question(rated)}", "warn"), (" `--useful 4`", "dim"))


def one_on_one_json(board: Board, member: Member, today: date) -> dict[str, Any]:
    """A member's one-on-ones as plain values."""
    due = one_on_one_due(board, member, today)
    talks = board.one_on_ones_of(member.handle)
    return {
        "member": member.handle,
        "manager": member.manager,
        "due": due.on.isoformat() if due else None,
        "overdue": due.overdue if due else 0,
        "one_on_ones": [{"id": o.id, **(fields_of(o) or {})} for o in talks],
        "open_actions": [p.id for p in open_between(board, member.handle)],
    }


def describe_change(board: Board, before: OneOnOne | None, after: OneOnOne) -> str:
    """What a commit did to a one-on-one, in words."""
    whose = f"the one-on-one of {first_name(board, after.member)} and {first_name(board, after.manager)}"
    was = before or OneOnOne(member=after.member, manager=after.manager, on=after.on)
    found: list[str] = []
    if after.held and not was.held:
        found.append(f"held {whose}")
    elif before is None:
        found.append(f"planned {whose} for {after.on}")
    elif after.on != was.on:
        found.append(f"moved {whose} to {after.on}")
    put = [t.text for t in after.topics if t not in was.topics]
    if put:
        found.append(
            f"put on its agenda: {'; '.join(put)}" if found else f"put on the agenda of {whose}: {'; '.join(put)}"
        )
    gone = [t.text for t in was.topics if t not in after.topics]
    if gone:
        found.append(f"took off the agenda of {whose}: {'; '.join(gone)}")
    found += [f"noted in {whose}: {note.text}" for note in after.notes[len(was.notes) :]]
    for number, action in enumerate(after.actions, start=1):
        old = was.actions[number - 1] if number <= len(was.actions) else None
        who = first_name(board, action.owner)
        if old is None:
            found.append(f"agreed on {after.id}.{number}: {who}, {action.text}")
        elif bool(old.done) != bool(action.done):
            found.append(f"{'did' if action.done else 'reopened'} {after.id}.{number}: {action.text}")
    if after.useful != was.useful and after.useful:
        found.append(f"found {whose} useful: {after.useful} of 5")
    return ", ".join(found) or f"changed {after.id}"
