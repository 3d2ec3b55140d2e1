"""To know: the commits of others that concern a member."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from datetime import date, timedelta

from teamboard.domain.board import Board
from teamboard.domain.board_on_day import BoardOnDay
from teamboard.domain.commit_log import HistoryEntry, HistoryUnavailable
from teamboard.domain.handles import current_handle
from teamboard.domain.history.concerned import concerned_members, concerns_team
from teamboard.domain.history.log import history_of
from teamboard.domain.ids import RecordId, known_table
from teamboard.domain.records import Feedback, GoalRevision, Member
from teamboard.domain.waiting.model import ToAnswer, ToKnow

NEWS_DAYS = 30
"""What happened longer ago is no news, also to somebody who has not looked since."""


def news_for(shown: BoardOnDay, members: Iterable[Member]) -> dict[str, list[ToKnow]]:
    """The commits of others that concern each of some members and that they have not seen, by handle, newest first.

    What was put to a member is not among them: feedback, and revisions that they have answered. Left out are those in
    archives that can't be read.
    """
    board = shown.board
    news: dict[str, list[ToKnow]] = {member.handle: [] for member in members}
    joined = {member.handle: member.joined or date.min for member in members}
    seen = {member.handle: member.seen for member in members}
    first_unseen = min(seen.values(), default=0)
    earliest = board.end_of(shown.day - timedelta(days=NEWS_DAYS))
    with suppress(HistoryUnavailable):
        for revision, entry in history_of(board).newest_first():
            if revision <= first_unseen or entry.at < earliest:
                break
            handles = news.keys() if concerns_team(entry) else news.keys() & concerned_members(board, entry)
            if not (handles := handles - _answered_by(board, entry)):
                continue
            by, day = current_handle(board, entry.by), board.day_of(entry.at)
            about = next(iter(entry.changes), "")
            item = ToKnow(revision=revision, entry=entry, about=about, since=day)
            for handle in handles:
                if handle != by and joined[handle] <= day and seen[handle] < revision:
                    news[handle].append(item)
    return news


def not_asked(news: Iterable[ToKnow], answers: Iterable[ToAnswer]) -> tuple[ToKnow, ...]:
    """The news without the commits that put something to the member which still waits for an answer."""
    asking = {answer.about for answer in answers if answer.kind != "offer of help"}
    return tuple(item for item in news if not any(_made(item.entry, record_id) for record_id in asking))


def _answered_by(board: Board, entry: HistoryEntry) -> set[str]:
    """The handles of those who have answered, or have to answer, the feedback and revisions that a commit made."""
    found: set[str] = set()
    for record_id, change in entry.changes.items():
        if change.before is None and known_table(record_id) in ("feedback", "revisions"):
            match board.get(record_id):
                case Feedback() as feedback:
                    found.add(feedback.to)
                case GoalRevision() as revision:
                    found.update((*revision.acknowledged, *((revision.answered_by,) if revision.answered_by else ())))
    return found


def _made(entry: HistoryEntry, record_id: RecordId) -> bool:
    """True for the commit that made a record."""
    change = entry.changes.get(record_id)
    return change is not None and change.before is None
