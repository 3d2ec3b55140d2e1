"""To do: what a member owes, their part in reviews, and the blockers of those they manage."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta

from teamboard.domain.board_on_day import BoardOnDay
from teamboard.domain.due import Due
from teamboard.domain.people import working_days_since
from teamboard.domain.records import Member, Review
from teamboard.domain.verbs import VerbName
from teamboard.domain.waiting.model import ToDo, WantedBy

PREPARATION_DAYS = 14
"""So many days before a review its preparation begins to wait."""
RATING_DAYS = 30
"""So long after a review the member is asked how useful it was."""


def tasks(shown: BoardOnDay, member: Member, owed: Iterable[Due], wanted: WantedBy) -> tuple[ToDo, ...]:
    """What a member owes by the day, their part in reviews, and the blockers of those they manage."""
    found = (
        *(_owed(due) for due in owed if due.on <= shown.day),
        *_parts_in_reviews(shown, member),
        *_blockers(shown, member, wanted),
    )
    return tuple(sorted(found, key=lambda task: (-task.overdue, task.since)))


def _owed(due: Due) -> ToDo:
    return ToDo(
        kind=due.kind,
        about=due.about,
        to=due.to,
        since=due.on,
        settled_by=_settling_verb(due),
        overdue=due.overdue,
        due=due,
    )


def _settling_verb(due: Due) -> VerbName:
    match due.kind:
        case "check-in":
            return "check in"
        case "feedback" | "manager's feedback":
            return "give feedback"
        case "one-on-one":
            return "write in a one-on-one"
        case "review":
            return "hold a review" if due.about else "schedule a review"
        case "action":
            return "finish an action"


def _parts_in_reviews(shown: BoardOnDay, member: Member) -> Iterator[ToDo]:
    """Yield the reviews that a member has to prepare or to sign, and those that they have not called useful or not."""
    handle = member.handle
    for review in shown.board.reviews_of(handle):
        yield from _part_in_review(shown, review, handle, review.manager)
    for report in shown.reports(handle):
        for review in shown.board.reviews_of(report.handle):
            if review.manager == handle:
                yield from _part_in_review(shown, review, handle, report.handle)


def _part_in_review(shown: BoardOnDay, review: Review, handle: str, other: str) -> Iterator[ToDo]:
    about, late = review.id, working_days_since(shown.board.team, review.on, shown.day)
    if review.is_planned:
        since = review.on - timedelta(days=PREPARATION_DAYS)
        if since <= shown.day and review.prepared.get(handle) != "shared":
            yield ToDo(
                kind="preparation", about=about, to=other, since=since, settled_by="prepare a review", overdue=late
            )
    elif review.state == "held":
        if all(signature.by != handle for signature in review.signatures):
            yield ToDo(kind="signature", about=about, to=other, since=review.on, settled_by="sign a review")
    elif review.useful is None and review.member == handle and (shown.day - review.on).days <= RATING_DAYS:
        verb: VerbName = "say how useful a review was"
        yield ToDo(kind="usefulness", about=about, to=other, since=review.on, settled_by=verb)


def _blockers(shown: BoardOnDay, member: Member, wanted_by: WantedBy) -> Iterator[ToDo]:
    """Yield the goals with which those whom a member manages want help, and the member has not offered any."""
    for report in shown.reports(member.handle):
        for wanted in wanted_by.get(report.handle, ()):
            if member.handle not in wanted.checkin.helpers:
                since = shown.board.checkin_day(wanted.checkin)
                yield ToDo(kind="blocker", about=wanted.goal.id, to=report.handle, since=since, settled_by="offer help")
