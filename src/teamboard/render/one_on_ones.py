"""One-on-ones as lines: agenda by theme, notes and agreed actions; what a commit changed; JSON."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rich.cells import cell_len

from teamboard.domain.board import Board
from teamboard.domain.board_on_day import BoardOnDay
from teamboard.domain.commit_log import fields_of
from teamboard.domain.due import action_due, one_on_one_due
from teamboard.domain.forecast.figures import Forecasts
from teamboard.domain.handles import display_name
from teamboard.domain.one_on_ones import (
    NumberedAction,
    agreed_actions,
    current_one_on_one,
    last_held_one_on_one,
    open_actions_between,
)
from teamboard.domain.records import THEMES, Member, OneOnOne, Theme
from teamboard.render import format
from teamboard.render.format import first_name, name_of
from teamboard.render.goals.activities import member_curves
from teamboard.render.goals.forecasts import outlook_lines
from teamboard.render.line_layout import Line, Span, SpanStyle, filled, fit, state_span, wrapped

THEME_CELLS = 14
ID_CELLS = 6
DUE_CELLS = 11
OPEN_SIGN, DONE_SIGN = "☐", "☑"


def pair_names(board: Board, member: Member) -> str:
    """The names of a member and their manager: `Ana Ruiz and Mara Lind`; the member's alone without a manager."""
    name = display_name(board, member)
    return f"{name} and {name_of(board, member.manager)}" if member.manager else name


def describe_meeting_day(shown: BoardOnDay, member: Member) -> Span:
    """The day of the current one-on-one, or the day one is due, and the style to draw it in."""
    today = shown.day
    talk = current_one_on_one(shown, member.handle)
    if talk is not None and talk.held is not None:
        return f"held on {talk.held:%a %d %b}", "on-track"
    due = one_on_one_due(shown, member)
    if due is None:
        return "nobody to meet: no manager", "dim"
    style: SpanStyle = "bad" if due.overdue else "warn" if due.on <= today else "dim"
    return f"{'' if talk else 'due '}{due.on:%a %d %b}, {format.describe_lateness(due, today)}", style


def meeting_day_line(shown: BoardOnDay, member: Member) -> Line:
    """The head line of a one-on-one: the day of the meeting."""
    return ((f"   {'day':<{THEME_CELLS}}", "accent"), describe_meeting_day(shown, member))


def topic_label(number: int) -> str:
    """The label of a topic on screen: `#2`."""
    return f"#{number}"


def topic_line(board: Board, talk: OneOnOne, number: int, width: int, *, theme: bool) -> Line:
    """A topic on the agenda: its theme (if `theme`: the first topic of each), its text, and who added it."""
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
    """Each theme with the indexes of its topics in `talk.topics`; themes without topics too."""
    for theme in THEMES:
        yield theme, [i for i, topic in enumerate(talk.topics) if topic.theme == theme]


def empty_theme_line(theme: Theme) -> Line:
    """The agenda line of a theme without topics."""
    return ((f"   {theme:<{THEME_CELLS}}", "accent"), ("nothing yet", "dim"))


def agreed_action_line(shown: BoardOnDay, agreed_action: NumberedAction, width: int) -> Line:
    """An agreed action: open or done, its id, owner, text, and the day it is due or was done."""
    action = agreed_action.action
    done = action.done is not None
    due = action_due(shown, agreed_action)
    late = due is not None and due.overdue > 0
    date_text = f"done {action.done:%d %b}" if action.done else describe_due_day(shown, agreed_action)
    who = first_name(shown.board, action.owner)
    room = max(width - 5 - ID_CELLS - max(DUE_CELLS, cell_len(date_text)) - 3 - cell_len(who), 10)
    return filled(
        (
            (f"   {DONE_SIGN if done else OPEN_SIGN} ", "achieved" if done else "warn" if late else "text"),
            (f"{agreed_action.id:<{ID_CELLS}}", "accent"),
            (f"{who}: ", "dim"),
            (fit(action.text, room), "dim" if done else "text"),
            (f" {date_text}", "warn" if late else "dim"),
        ),
        width,
    )


def describe_due_day(shown: BoardOnDay, agreed_action: NumberedAction, *, with_year: bool = False) -> str:
    """When an agreed action is due, and how late it is: `by 18 Nov, 2 working days late`; "" without a due day."""
    due, on = action_due(shown, agreed_action), agreed_action.action.due
    if on is None:
        return ""
    late = f", {format.describe_lateness(due, shown.day)}" if due is not None and due.overdue else ""
    return f"by {on if with_year else on.strftime('%d %b')}{late}"


def open_actions_before(board: Board, member: Member, talk: OneOnOne | None) -> list[NumberedAction]:
    """The open actions that a member and their manager agreed before `talk`; all of them where `talk` is None."""
    return [p for p in open_actions_between(board, member.handle) if talk is None or p.talk.id != talk.id]


def goal_lines(forecasts: Forecasts, member: Member, width: int) -> Iterator[Line]:
    """The member's open goals, each with its state, and below it whether it will be made."""
    shown = forecasts.shown
    goals = shown.board.open_goals_of(member.handle)
    indent = 3 + ID_CELLS
    for goal, outlook in zip(goals, outlook_lines(forecasts, goals, width - indent), strict=True):
        now = shown.standing(goal)
        state, style = state_span(goal, now, shown.day)
        aside = f"{format.percent(now.progress)}  {state}"
        title = fit(goal.title, max(width - indent - cell_len(aside) - 2, 8))
        yield ((f"   {goal.id:<{ID_CELLS}}", "accent"), (f"{title}  ", "text"), (aside, style))
        if outlook:
            yield ((" " * indent, ""), *outlook)


def note_lines(board: Board, talk: OneOnOne, width: int) -> Iterator[Line]:
    """The notes of a one-on-one, each with its day and author above it."""
    for note in talk.notes:
        head = f"{board.day_of(note.at):%d %b}  {name_of(board, note.by)}"
        yield ((f"   {head}", "dim"),)
        for piece in wrapped(note.text, max(width - 6, 20)):
            yield (("     ", ""), (piece, "text"))


def last_meeting(board: Board, member: Member, talk: OneOnOne | None) -> OneOnOne | None:
    """The one-on-one that a member held before `talk`, or None."""
    last = last_held_one_on_one(board, member.handle)
    return None if last is None or (talk is not None and last.id == talk.id) else last


def describe_meeting(last: OneOnOne) -> str:
    """The id and day of a one-on-one that was held, and the member's rating of it."""
    useful = f", useful {last.useful} of 5" if last.useful else ""
    return f"{last.id} on {last.held:%d %b}{useful}"


def unrated_one_on_one(board: Board, member: Member) -> OneOnOne | None:
    """The member's last held one-on-one, if they have not rated it yet."""
    last = last_held_one_on_one(board, member.handle)
    return last if last is not None and last.useful is None else None


def rating_question(talk: OneOnOne) -> str:
    """The question that asks the member for a rating, 1 to 5."""
    return f"How useful was the one-on-one of {talk.held:%d %b} to you, from 1 to 5?"


def one_on_one_lines(shown: BoardOnDay, member: Member, width: int) -> Iterator[Line]:
    """A member's one-on-one for the command line: agenda, notes, agreed actions, and earlier actions still open."""
    board = shown.board
    talk = current_one_on_one(shown, member.handle)
    text, style = describe_meeting_day(shown, member)
    yield ((f" One-on-one of {pair_names(board, member)}", "strong"), (f"   {text}", style))
    last = last_meeting(board, member, talk)
    if last is not None:
        yield ((f" last time: {describe_meeting(last)}", "dim"),)
    if goals := list(goal_lines(Forecasts(shown), member, width)):
        yield from ((), ((" Goals", "strong"),), *goals)
    if curve_lines := list(member_curves(shown, member, width, indent=3)):
        yield from ((), ((" Week by week", "strong"),), *curve_lines)
    yield ()
    yield from _agenda_lines(board, talk, width)
    agreed = list(agreed_actions(talk)) if talk else []
    for title, actions in (("Agreed", agreed), ("Open from before", open_actions_before(board, member, talk))):
        if actions:
            yield ()
            yield ((f" {title}", "strong"),)
            for agreed_action in actions:
                yield agreed_action_line(shown, agreed_action, width)
    unrated = unrated_one_on_one(board, member)
    if unrated is not None:
        yield ()
        yield ((f" {rating_question(unrated)}", "warn"), (" `--useful 4`", "dim"))


def _agenda_lines(board: Board, talk: OneOnOne | None, width: int) -> Iterator[Line]:
    yield ((" Agenda", "strong"),)
    for theme, numbers in topic_numbers_by_theme(talk) if talk else ():
        for i, number in enumerate(numbers):
            yield topic_line(board, talk, number, width, theme=i == 0) if talk else ()
        if not numbers:
            yield empty_theme_line(theme)
    if talk is None:
        yield (("   nothing yet; add topics with `--topic TEXT` or `--template regular`", "dim"),)
    elif talk.notes:
        yield ()
        yield ((" Notes", "strong"),)
        yield from note_lines(board, talk, width)


def one_on_one_json(shown: BoardOnDay, member: Member) -> dict[str, Any]:
    """A member's one-on-ones as JSON values; docs/json.md describes the fields."""
    board = shown.board
    due = one_on_one_due(shown, member)
    talks = board.one_on_ones_of(member.handle)
    return {
        "member": member.handle,
        "manager": member.manager,
        "due": due.on.isoformat() if due else None,
        "overdue": due.overdue if due else 0,
        "one_on_ones": [{"id": o.id, **(fields_of(o) or {})} for o in talks],
        "open_actions": [p.id for p in open_actions_between(board, member.handle)],
    }


def describe_change(board: Board, before: OneOnOne | None, after: OneOnOne) -> str:
    """What a commit changed in a one-on-one, as the predicate of a sentence: `planned the one-on-one of …`.

    `before` is None where the commit created it.
    """
    meeting = f"the one-on-one of {first_name(board, after.member)} and {first_name(board, after.manager)}"
    old = before or OneOnOne(member=after.member, manager=after.manager, on=after.on)
    parts: list[str] = []
    if after.held and not old.held:
        parts.append(f"held {meeting}")
    elif before is None:
        parts.append(f"planned {meeting} for {after.on}")
    elif after.on != old.on:
        parts.append(f"moved {meeting} to {after.on}")
    added_topics = [t.text for t in after.topics if t not in old.topics]
    if added_topics:
        parts.append(
            f"put on its agenda: {'; '.join(added_topics)}"
            if parts
            else f"put on the agenda of {meeting}: {'; '.join(added_topics)}"
        )
    removed_topics = [t.text for t in old.topics if t not in after.topics]
    if removed_topics:
        parts.append(f"took off the agenda of {meeting}: {'; '.join(removed_topics)}")
    parts += [f"noted in {meeting}: {note.text}" for note in after.notes[len(old.notes) :]]
    for number, action in enumerate(after.actions, start=1):
        old_action = old.actions[number - 1] if number <= len(old.actions) else None
        who = first_name(board, action.owner)
        if old_action is None:
            parts.append(f"agreed on {after.id}.{number}: {who}, {action.text}")
        elif bool(old_action.done) != bool(action.done):
            parts.append(f"{'did' if action.done else 'reopened'} {after.id}.{number}: {action.text}")
    if after.useful != old.useful and after.useful:
        parts.append(f"found {meeting} useful: {after.useful} of 5")
    return ", ".join(parts) or _describe_other_change(board, old, after)


def _describe_other_change(board: Board, before: OneOnOne, after: OneOnOne) -> str:
    """The predicate where nothing was written in a one-on-one: `passed the one-on-one of Ana on to Mara`."""
    member, manager = first_name(board, after.member), first_name(board, after.manager)
    if after.manager == before.manager:
        return f"changed the one-on-one of {member} and {manager}"
    return f"passed the one-on-one of {member} on to {manager}"
