"""What waits for a member: to answer, to do, to know.

Every list of what needs somebody's attention is a reading of this one: each part says what waits, about which record,
since when, and the verb that settles it, for which screens have a key and the command line a command.
"""

from __future__ import annotations

from teamboard.domain.board_on_day import BoardOnDay
from teamboard.domain.due import Due, dues, owed_by
from teamboard.domain.goals.revisions import revisions_waiting_for, revisions_waiting_for_each
from teamboard.domain.records import Member
from teamboard.domain.waiting.model import ToAnswer, ToDo, ToKnow, Waiting
from teamboard.domain.waiting.to_answer import answers_asked
from teamboard.domain.waiting.to_do import tasks
from teamboard.domain.waiting.to_know import NEWS_DAYS, news_for, not_asked

__all__ = ["NEWS_DAYS", "ToAnswer", "ToDo", "ToKnow", "Waiting", "waiting", "waiting_for_all"]


def waiting(shown: BoardOnDay, member: Member) -> Waiting:
    """What waits for a member on a day; nothing for one who has left."""
    if member.handle in shown.gone:
        return Waiting()
    revisions = revisions_waiting_for(shown.board, member.handle)
    answers = answers_asked(shown, member, revisions)
    return Waiting(
        to_answer=answers,
        to_do=tasks(shown, member, owed_by(shown, member)),
        to_know=not_asked(news_for(shown, (member,))[member.handle], answers),
    )


def waiting_for_all(shown: BoardOnDay) -> dict[str, Waiting]:
    """What waits for each member on the team on a day, by handle; the history is read once for all of them."""
    revisions = revisions_waiting_for_each(shown.board)
    owed: dict[str | None, list[Due]] = {}
    for due in dues(shown):
        owed.setdefault(due.owes, []).append(due)
    news = news_for(shown, shown.members)
    found: dict[str, Waiting] = {}
    for member in shown.members:
        handle = member.handle
        answers = answers_asked(shown, member, revisions.get(handle, ()))
        found[handle] = Waiting(
            to_answer=answers,
            to_do=tasks(shown, member, owed.get(handle, ())),
            to_know=not_asked(news[handle], answers),
        )
    return found
