"""All that a board and its archives know of a member, as plain values; docs/json.md describes them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

import msgspec

from teamboard.actions.base import Actor, require
from teamboard.domain.board import AnyGoal, Board
from teamboard.domain.board_on_day import BoardOnDay
from teamboard.domain.commit_log import HistoryEntry, fields_of
from teamboard.domain.errors import Refused
from teamboard.domain.goals.revisions import owned_by
from teamboard.domain.handles import all_handles, all_records, names_handle
from teamboard.domain.history.log import history_of
from teamboard.domain.ids import RecordId
from teamboard.domain.records import CheckIn, Feedback, GoalRevision, Member, OneOnOne, Record, Review, Standup
from teamboard.domain.verbs import VerbName
from teamboard.render.activity_log import describe_commit, related_members
from teamboard.render.documents.review import review_json
from teamboard.services.review_session import ReviewSession, review_session

EXPORT_VERB: VerbName = "export a member"
FORMAT = 1
"""The number of the form of the file."""
_ENCRYPTED = ("sealed", "outcome", "additions")


def export_member(shown: BoardOnDay, member: Member, by: Actor, now: datetime) -> dict[str, Any]:
    """All that a board knows of a member, as far as the actor may read it. Nothing is written.

    `shown` has the archived records too. Raises Refused unless the actor is that member or above them, and
    HistoryUnavailable.
    """
    board = shown.board
    caller = require(board, by, EXPORT_VERB, member)
    named = [record for record in all_records(board) if names_handle(record.id, fields_of(record), {member.handle})]
    goals = {owned.goal.id: board.goal(owned.goal.id) or owned.goal for owned in owned_by(board, member.handle)}
    goals |= {team_goal.id: team_goal for team_goal in board.team_goals if team_goal.owner == member.handle}
    of_others = [r for r in named if isinstance(r, CheckIn | GoalRevision) and r.goal not in goals]
    reviews = [r for r in named if isinstance(r, Review)]
    return {
        "format": FORMAT,
        "at": now,
        "by": caller.handle,
        "team": board.team.name if board.team else None,
        "revision": board.revision,
        "member": _fields(member),
        "reports": [m.handle for m in board.reports(member.handle)],
        "goals": [_goal(board, goal) for goal in goals.values()],
        "checkins": [_fields(r) for r in of_others if isinstance(r, CheckIn)],
        "revisions": [_fields(r) for r in of_others if isinstance(r, GoalRevision)],
        "feedback": _feedback(member, [r for r in named if isinstance(r, Feedback)]),
        "one_on_ones": [_fields(r) for r in named if isinstance(r, OneOnOne)],
        "reviews": list(_reviews(shown, reviews, member, review_session(board, by))),
        "facts": [_fields(fact) for fact in board.facts_of(member.handle)],
        "standups": [_standup(r, member) for r in named if isinstance(r, Standup)],
        "log": [
            {"revision": number, "sentence": describe_commit(board, entry), **msgspec.to_builtins(entry)}
            for number, entry in history_of(board).newest_first()
            if _is_about(board, entry, member)
        ],
    }


def _fields(record: Record) -> dict[str, Any]:
    return {"id": record.id, **(fields_of(record) or {})}


def _goal(board: Board, goal: AnyGoal) -> dict[str, Any]:
    """A goal or team goal with its check-ins and revisions."""
    checkins, revisions = board.checkins_of(goal.id), board.revisions_of(goal.id)
    return _fields(goal) | {"checkins": [*map(_fields, checkins)], "revisions": [*map(_fields, revisions)]}


def _feedback(member: Member, found: Iterable[Feedback]) -> dict[str, list[dict[str, Any]]]:
    """Feedback to a member, from them, and other feedback that they have replied to."""
    lists: dict[str, list[dict[str, Any]]] = {"received": [], "given": [], "replied": []}
    for feedback in found:
        if feedback.to == member.handle:
            lists["received"].append(_fields(feedback))
        else:
            lists["given" if feedback.giver == member.handle else "replied"].append(_fields(feedback))
    return lists


def _standup(standup: Standup, member: Member) -> dict[str, Any]:
    """When a standup was, how long the member spoke, and whether they kept it."""
    seconds = standup.seconds.get(member.handle)
    return {"id": standup.id, "at": standup.at, "seconds": seconds, "kept": standup.by == member.handle}


def _reviews(
    shown: BoardOnDay, reviews: Iterable[Review], member: Member, session: ReviewSession
) -> Iterator[dict[str, Any]]:
    """Reviews with what all may read of them and, for one of the two, `content`: null if it can't be decrypted.

    What the caller has prepared for a review of somebody else is theirs until it is revealed.
    """
    for review in reviews:
        content: dict[str, Any] | None = None
        if session.handle in (review.member, review.manager):
            try:
                content = review_json(shown.board, session.content(shown.board, session.sides(shown, review)))
            except Refused:
                content = None
            if content is not None and session.handle != member.handle and session.handle not in review.revealed:
                content["rep" if session.handle == review.member else "manager_prepared"] = None
        yield {name: value for name, value in _fields(review).items() if name not in _ENCRYPTED} | {"content": content}


def _is_about(board: Board, entry: HistoryEntry, member: Member) -> bool:
    """True if a commit is by a member or about them, or named them by a handle that they had."""
    handles = {*all_handles(member)}
    return (
        entry.by in handles
        or member.handle in related_members(board, entry)
        or any(
            names_handle(RecordId(record_id), fields, handles)
            for record_id, change in entry.changes.items()
            for fields in (change.before, change.after)
        )
    )
