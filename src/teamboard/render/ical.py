"""Export as iCalendar (RFC 5545): one-on-ones, reviews and the goals' due days.

An event keeps its UID from one export to the next, so that importing again moves events instead of duplicating them.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Literal
from uuid import UUID, uuid5

from icalendar import Calendar, Event
from msgspec import Struct

from teamboard.domain.board import AnyGoal, Board
from teamboard.domain.board_on_day import BoardOnDay
from teamboard.domain.due import one_on_one_due, review_due
from teamboard.domain.history.log import first_commit_at
from teamboard.domain.one_on_ones import next_one_on_one
from teamboard.domain.records import Goal, Member
from teamboard.domain.sanitize import one_line
from teamboard.render import format
from teamboard.render.format import name_of
from teamboard.render.one_on_ones import pair_names, topic_numbers_by_theme

_NAMESPACE = UUID("6d0c9d0e-6f0a-5c1b-9a4e-5f0b7d2a9c31")


class DayEvent(Struct, frozen=True):
    """An all-day event; its UID is made from `key`, which stays the same from export to export."""

    key: str
    on: date
    summary: str
    kind: Literal["goal", "one-on-one", "review"]
    description: str = ""


def calendar(shown: BoardOnDay, now: datetime) -> bytes:
    """The content of an .ics file for a board, as seen on `today`; `now` is the time of export."""
    board = shown.board
    cal = Calendar()
    cal.add("prodid", "-//teamboard//teamboard//EN")
    cal.add("version", "2.0")
    cal.add("method", "PUBLISH")
    cal.add("x-wr-calname", one_line(board.team.name) if board.team else "teamboard")
    since = first_commit_at(board) or now
    for day in day_events(shown):
        event = Event()
        event.add("uid", f"{uuid5(_NAMESPACE, f'{since.isoformat()} {day.key}')}@teamboard")
        event.add("dtstamp", now)
        event.add("dtstart", day.on)
        if day.on < date.max:
            # Without an end the event lasts a day as well.
            event.add("dtend", day.on + timedelta(days=1))
        event.add("summary", day.summary)
        if day.description:
            event.add("description", day.description)
        event.add("categories", [day.kind])
        event.add("transp", "TRANSPARENT")
        cal.add_component(event)
    return bytes(cal.to_ical())


def day_events(shown: BoardOnDay) -> Iterator[DayEvent]:
    """The events: one-on-ones and reviews (held, planned, or next due if none is planned), and goals' due days."""
    board = shown.board
    for member in shown.members:
        yield from _one_on_one_events(shown, member)
        yield from _review_events(shown, member)
    goals = board.open_goals
    for goal in goals:
        owner = name_of(board, goal.owner)
        owner_label = owner if isinstance(goal, Goal) else f"the team, {owner}"
        title = one_line(goal.title)
        yield DayEvent(
            f"{goal.id} due", goal.due, f"Due: {goal.id} {title} ({owner_label})", "goal", _measure_text(board, goal)
        )


def _one_on_one_events(shown: BoardOnDay, member: Member) -> Iterator[DayEvent]:
    """A member's one-on-ones with their topics, and the next one that is due if none is planned."""
    board = shown.board
    talks = board.one_on_ones_of(member.handle)
    for number, talk in enumerate(talks, start=1):
        topics = [
            f"{theme}: {one_line(talk.topics[i].text)}"
            for theme, numbers in topic_numbers_by_theme(talk)
            for i in numbers
        ]
        summary = f"One-on-one: {name_of(board, talk.member)} and {name_of(board, talk.manager)}"
        yield DayEvent(
            f"one-on-one {member.handle} {number}", talk.held or talk.on, summary, "one-on-one", "\n".join(topics)
        )
    due = one_on_one_due(shown, member)
    if due is not None and next_one_on_one(board, member.handle) is None:
        key = f"one-on-one {member.handle} {len(talks) + 1}"
        yield DayEvent(key, max(due.on, shown.day), f"One-on-one due: {pair_names(board, member)}", "one-on-one")


def _review_events(shown: BoardOnDay, member: Member) -> Iterator[DayEvent]:
    """A member's reviews, and the next one that is due if none is scheduled."""
    board = shown.board
    reviews = board.reviews_of(member.handle)
    for number, review in enumerate(reviews, start=1):
        summary = f"Review: {name_of(board, review.member)} and {name_of(board, review.manager)}"
        yield DayEvent(f"review {member.handle} {number}", review.on, summary, "review")
    due = review_due(shown, member)
    if due is not None and not due.about:
        key = f"review {member.handle} {len(reviews) + 1}"
        yield DayEvent(key, max(due.on, shown.day), f"Review due: {pair_names(board, member)}", "review")


def _measure_text(board: Board, goal: AnyGoal) -> str:
    """A goal's measure in one line."""
    return one_line(format.describe_measure(goal.measure, board.number_format))
