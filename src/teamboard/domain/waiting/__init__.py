"""What waits for a member: to answer, to do, to know.

Every list of what needs somebody's attention is a reading of this one: each part says what waits, about which record,
since when, and the verb that settles it, for which screens have a key and the command line a command.
"""

from __future__ import annotations

from collections.abc import Iterable

from teamboard.domain.board_on_day import BoardOnDay
from teamboard.domain.due import Due, dues, owed_by
from teamboard.domain.goals.revisions import revisions_waiting_for, revisions_waiting_for_each
from teamboard.domain.records import GoalRevision, Member
from teamboard.domain.standup import help_wanted_by
from teamboard.domain.waiting.model import ToAnswer, ToDo, ToKnow, Waiting, WantedBy
from teamboard.domain.waiting.to_answer import answers_asked
from teamboard.domain.waiting.to_do import tasks
from teamboard.domain.waiting.to_know import NEWS_DAYS, news_for, not_asked

__all__ = ["NEWS_DAYS", "ToAnswer", "ToDo", "ToKnow", "Waiting", "waiting", "waiting_for_all"]


def waiting(shown: BoardOnDay, member: Member) -> Waiting:
    """What waits for a member on a day; nothing for one who has left."""
    if member.handle in shown.gone:
        return Waiting()
    revisions = revisions_waiting_for(shown.board, member.handle)
    wanted = _help_wanted(shown, (member, *shown.reports(member.handle)))
    news = news_for(shown, (member,))[member.handle]
    return _put_together(shown, member, revisions, owed_by(shown, member), wanted, news)


def waiting_for_all(shown: BoardOnDay) -> dict[str, Waiting]:
    """What waits for each member on the team on a day, by handle; the history is read once for all of them."""
    revisions = revisions_waiting_for_each(shown.board)
    owed: dict[str | None, list[Due]] = {}
    for due in dues(shown):
        owed.setdefault(due.owes, []).append(due)
    wanted, news = _help_wanted(shown, shown.members), news_for(shown, shown.members)
    return {
        m.handle: _put_together(shown, m, revisions.get(m.handle, ()), owed.get(m.handle, ()), wanted, news[m.handle])
        for m in shown.members
    }


def _put_together(
    shown: BoardOnDay,
    member: Member,
    revisions: Iterable[GoalRevision],
    owed: Iterable[Due],
    wanted: WantedBy,
    news: Iterable[ToKnow],
) -> Waiting:
    """The three parts: of what waits for a member in revisions, dues, help wanted (also by others) and news."""
    answers = answers_asked(shown, member, revisions, wanted)
    return Waiting(to_answer=answers, to_do=tasks(shown, member, owed, wanted), to_know=not_asked(news, answers))


def _help_wanted(shown: BoardOnDay, members: Iterable[Member]) -> WantedBy:
    """The help that each of some members wants, by handle; those who want none are left out."""
    wanted = ((m.handle, tuple(help_wanted_by(shown.board, m))) for m in members)
    return {handle: found for handle, found in wanted if found}
