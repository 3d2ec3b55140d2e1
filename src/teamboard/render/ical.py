"""Export as iCalendar (RFC 5545): one-on-ones, reviews and the goals' due days.

An event keeps its UID from one export to the next. Its SEQUENCE is the revision of the board with the last change of
what it shows, and LAST-MODIFIED the time of that, so that importing again moves events instead of duplicating them.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Literal
from uuid import UUID, uuid5

from icalendar import Calendar, Event
from msgspec import Struct

from teamboard.actions.renaming import is_handle
from teamboard.domain.board import AnyGoal, Board
from teamboard.domain.board_on_day import BoardOnDay
from teamboard.domain.due import one_on_one_due, review_due
from teamboard.domain.history.last_changes import LastChange, LastChanges, last_changes
from teamboard.domain.history.log import first_commit_at
from teamboard.domain.history.time_travel import with_archived
from teamboard.domain.one_on_ones import Talk
from teamboard.domain.records import Goal, Member, OneOnOne, Review, TeamGoal
from teamboard.domain.sanitize import one_line
from teamboard.render import format
from teamboard.render.format import name_of
from teamboard.render.one_on_ones import pair_names, topic_numbers_by_theme

_NAMESPACE = UUID("6d0c9d0e-6f0a-5c1b-9a4e-5f0b7d2a9c31")
_SHOWN_FIELDS = {
    "one_on_ones": ("on", "held", "topics", "member", "manager"),
    "reviews": ("on", "member", "manager"),
    "goals": ("due", "title", "owner", "measure", "outcome"),
    "team_goals": ("due", "title", "owner", "measure", "outcome"),
    "members": ("manager", "left", "starts", "away"),
    "team": ("cadence", "working_days", "days_off", "period"),
}
"""The fields that events show, or are due by, of the records of each table."""


MeetingKind = Literal["one-on-one", "review"]


class DayEvent(Struct, frozen=True, kw_only=True):
    """An all-day event; its UID is made from `key`, which stays the same from export to export.

    `whose` are the handles of those whom it concerns, `changed` the last change of what it shows, None if there is
    none. An event that is cancelled was in earlier exports.
    """

    key: str
    on: date
    summary: str
    kind: MeetingKind | Literal["goal"]
    whose: tuple[str, ...]
    changed: LastChange | None
    description: str = ""
    cancelled: bool = False


def calendar(shown: BoardOnDay, now: datetime, member: Member | None = None) -> bytes:
    """The content of an .ics file for a board, as seen on `today`, or for one member; `now` is the time of export.

    Raises HistoryUnavailable.
    """
    board = shown.board
    cal = Calendar()
    cal.add("prodid", "-//teamboard//teamboard//EN")
    cal.add("version", "2.0")
    cal.add("method", "PUBLISH")
    name = one_line(board.team.name) if board.team else "teamboard"
    cal.add("x-wr-calname", f"{name}: {one_line(member.name)}" if member else name)
    since = first_commit_at(board) or now
    for day in day_events(shown):
        if member is not None and member.handle not in day.whose:
            continue
        event = Event()
        event.add("uid", f"{uuid5(_NAMESPACE, f'{since.isoformat()} {day.key}')}@teamboard")
        event.add("dtstamp", now)
        event.add("sequence", day.changed.revision if day.changed else 0)
        if day.changed:
            event.add("last-modified", day.changed.at)
        event.add("dtstart", day.on)
        if day.on < date.max:
            # Without an end the event lasts a day as well.
            event.add("dtend", day.on + timedelta(days=1))
        event.add("summary", day.summary)
        if day.description:
            event.add("description", day.description)
        event.add("categories", [day.kind])
        event.add("status", "CANCELLED" if day.cancelled else "CONFIRMED")
        event.add("transp", "TRANSPARENT")
        cal.add_component(event)
    return bytes(cal.to_ical())


def day_events(shown: BoardOnDay) -> Iterator[DayEvent]:
    """The events: one-on-ones and reviews (held, planned, or next due if none is planned), and goals' due days.

    Those of goals that ended before their day, and those to come of what was removed, are cancelled. Raises
    HistoryUnavailable.
    """
    board = shown.board
    whole = with_archived(board)
    changes = last_changes(whole, _SHOWN_FIELDS)
    for member in board.members:
        yield from _meeting_events(shown, changes, member, "one-on-one", whole.one_on_ones_of(member.handle))
        yield from _meeting_events(shown, changes, member, "review", whole.reviews_of(member.handle))
    for goal in board.open_goals:
        yield _goal_event(board, changes, goal)
    removed = (g for g in changes.removed.values() if isinstance(g, Goal | TeamGoal))
    goals: tuple[AnyGoal, ...] = (*board.goals, *board.team_goals)
    ended = (g for g in goals if g.outcome and (g.closed or g.due) < g.due)
    for goal in (*ended, *removed):
        if goal.due >= shown.day:
            yield _goal_event(board, changes, goal, cancelled=True)


def _goal_event(board: Board, changes: LastChanges, goal: AnyGoal, *, cancelled: bool = False) -> DayEvent:
    """The day on which a goal is due."""
    owner = name_of(board, goal.owner)
    owner_label = owner if isinstance(goal, Goal) else f"the team, {owner}"
    return DayEvent(
        key=f"{goal.id} due",
        on=goal.due,
        summary=f"Due: {goal.id} {one_line(goal.title)} ({owner_label})",
        kind="goal",
        whose=(goal.owner,),
        changed=changes.newest([goal.id]),
        description=_measure_text(board, goal),
        cancelled=cancelled,
    )


def _meeting_events(
    shown: BoardOnDay, changes: LastChanges, member: Member, kind: MeetingKind, talks: tuple[Talk, ...]
) -> Iterator[DayEvent]:
    """A member's meetings of one kind, and the next one that is due if none is planned.

    `talks` are all of them, the archived ones too, so that the UIDs of the others stay. One to come that was removed
    is due again; it is cancelled, as is what was due, when the member leaves.
    """
    board, is_gone = shown.board, member.handle in shown.gone
    for number, talk in enumerate(talks, start=1):
        if board.get(talk.id) is not None and not is_gone:
            yield _meeting_event(board, member, talk, number, changes.newest([talk.id]))
    called = (member.handle, *member.formerly)
    removed = [r for r in changes.removed.values() if isinstance(r, Talk) and _kind(r) == kind and r.member in called]
    if is_gone or not any(map(_is_planned, talks)):
        owed = (review_due if kind == "review" else one_on_one_due)(shown, member)
        team = (board.team.id,) if board.team else ()
        manager = board.member(member.manager)
        of_both = (member.id, manager.id) if manager else (member.id,)
        changed = changes.newest([*of_both, *team, *(talk.id for talk in (*talks[-1:], *removed))])
        to_come = [talk for talk in removed if _is_planned(talk) and talk.on >= shown.day]
        if owed is not None and (not is_gone or (not removed and owed.on >= shown.day)):
            yield DayEvent(
                key=_key(kind, member, len(talks) + 1),
                on=max(owed.on, shown.day),
                summary=f"{kind.capitalize()} due: {pair_names(board, member)}",
                kind=kind,
                whose=(member.handle, member.manager or ""),
                changed=changed,
                cancelled=is_gone,
            )
        elif to_come:
            yield _meeting_event(board, member, to_come[0], len(talks) + 1, changed, cancelled=True)


def _meeting_event(
    board: Board, member: Member, talk: Talk, number: int, changed: LastChange | None, *, cancelled: bool = False
) -> DayEvent:
    """A one-on-one with its topics, or a review: the member's so many'th."""
    topics: list[str] = []
    if isinstance(talk, OneOnOne):
        themes = topic_numbers_by_theme(talk)
        topics = [f"{theme}: {one_line(talk.topics[i].text)}" for theme, numbers in themes for i in numbers]
    kind = _kind(talk)
    return DayEvent(
        key=_key(kind, member, number),
        on=(talk.held or talk.on) if isinstance(talk, OneOnOne) else talk.on,
        summary=f"{kind.capitalize()}: {name_of(board, member.handle)} and {name_of(board, talk.manager)}",
        kind=kind,
        whose=(member.handle, talk.manager),
        changed=changed,
        description="\n".join(topics),
        cancelled=cancelled,
    )


def _kind(talk: Talk) -> MeetingKind:
    return "review" if isinstance(talk, Review) else "one-on-one"


def _is_planned(talk: Talk) -> bool:
    return talk.is_planned if isinstance(talk, Review) else talk.held is None


def _key(kind: MeetingKind, member: Member, number: int) -> str:
    """The key of a member's meeting: with the first handle that they had, which stays when they are renamed."""
    handle = next((called for called in member.formerly if is_handle(called)), member.handle)
    return f"{kind} {handle} {number}"


def _measure_text(board: Board, goal: AnyGoal) -> str:
    """A goal's measure in one line."""
    return one_line(format.describe_measure(goal.measure, board.number_format))
