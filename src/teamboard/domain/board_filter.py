"""Filter and sort the goals of a board. Screens and `show` draw the result."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Literal

from msgspec import Struct

from teamboard.domain.board import AnyGoal
from teamboard.domain.board_on_day import BoardOnDay
from teamboard.domain.due import feedback_standing
from teamboard.domain.goals.closing import team_goals_in_play
from teamboard.domain.goals.progress import confidence_in
from teamboard.domain.goals.revisions import open_proposal
from teamboard.domain.goals.status import STATUSES, Status
from teamboard.domain.records import Goal, Member, TeamGoal
from teamboard.domain.records.names import comparable

MemberOrder = Literal["team", "name", "status", "silence", "gap", "forecast", "confidence"]
Rank = Callable[[Member], float]
"""Where a member stands in an order; the lowest is first."""
MEMBER_ORDERS: dict[MemberOrder, str] = {
    "team": "as the team stands",
    "name": "by name",
    "status": "by status, most behind first",
    "silence": "by feedback, longest silence first",
    "gap": "by gap, least attained first",
    "forecast": "by forecast, lowest at this pace first",
    "confidence": "by confidence, lowest first",
}
"""The labels of the orders of members."""

NEEDS_HELP = "needs help"
PROPOSED = "proposed"
STATUS_TEXT: dict[Status, str] = {"stale": "stale no update"}
"""The text in which a status is found, where it is shown by another word than its own."""


class Section(Struct, frozen=True):
    """A member with their goals that match the filter, and those that they propose."""

    member: Member
    goals: tuple[Goal, ...]
    proposed: tuple[Goal, ...] = ()


class FilteredBoard(Struct, frozen=True):
    """The team goals and the members with goals that match the filter."""

    team_goals: tuple[TeamGoal, ...]
    sections: tuple[Section, ...]


def filter_board(
    shown: BoardOnDay, *, words: str = "", order: MemberOrder = "team", rank: Rank | None = None
) -> FilteredBoard:
    """Filter the open goals and the team goals in play of a board by words, and sort its members.

    A goal matches if each of the `words`, in upper or lower case, is part of: its member's name, handle, title or
    region; its own title, id, kind or status; the ids of its team goals; "needs help" if it has a blocker; "proposed"
    if it has an open proposal. A member whose name, handle, title and region have all the words keeps every goal.

    `rank` is needed for the orders "gap" and "forecast", which are worked out elsewhere: most boards never need them.
    """
    board = shown.board
    wanted = comparable(words).split()
    team_goals = team_goals_in_play(board)
    if not wanted:
        sections = [Section(m, board.open_goals_of(m.handle), board.proposed_goals_of(m.handle)) for m in shown.members]
    else:
        team_goals = tuple(t for t in team_goals if _contains_all(wanted, _goal_text(shown, t, ())))
        sections = [s for m in shown.members if (s := _matching_section(shown, m, wanted)) is not None]
    return FilteredBoard(team_goals, tuple(_ordered(shown, sections, order, rank)))


def _matching_section(shown: BoardOnDay, member: Member, wanted: Sequence[str]) -> Section | None:
    member_text = comparable(" ".join((member.name, member.handle, *member.formerly, member.title, member.region)))
    goals, proposed = shown.board.open_goals_of(member.handle), shown.board.proposed_goals_of(member.handle)
    if _contains_all(wanted, member_text):
        return Section(member, goals, proposed)
    words_left = [word for word in wanted if word not in member_text]

    def matching(some: tuple[Goal, ...]) -> tuple[Goal, ...]:
        return tuple(g for g in some if _contains_all(words_left, _goal_text(shown, g, g.aligned)))

    found = Section(member, matching(goals), matching(proposed))
    return found if found.goals or found.proposed else None


def _goal_text(shown: BoardOnDay, goal: AnyGoal, aligned: Iterable[str]) -> str:
    now = shown.standing(goal)
    kind = goal.kind if isinstance(goal, Goal) else ""
    help_wanted = NEEDS_HELP if now.blocker else ""
    proposed = PROPOSED if open_proposal(shown.board, goal.id) else ""
    return comparable(
        " ".join(
            [
                goal.id,
                goal.title,
                kind,
                goal.outcome or STATUS_TEXT.get(now.status, now.status),
                help_wanted,
                proposed,
                *aligned,
            ]
        )
    )


def _contains_all(wanted: Sequence[str], text: str) -> bool:
    return all(word in text for word in wanted)


def _ordered(shown: BoardOnDay, sections: list[Section], order: MemberOrder, rank: Rank | None) -> list[Section]:
    if rank is not None:
        return sorted(sections, key=lambda s: rank(s.member))
    if order == "confidence":
        return sorted(sections, key=lambda s: _lowest_confidence(shown, s))
    if order == "name":
        return sorted(sections, key=lambda s: comparable(s.member.name))
    if order == "status":
        return sorted(sections, key=lambda s: [STATUSES.index(x) for x in _statuses(shown, s)] or [99])
    if order == "silence":
        return sorted(sections, key=lambda s: -_days_without_feedback(shown, s.member))
    return sections


def _statuses(shown: BoardOnDay, section: Section) -> list[Status]:
    return sorted((shown.standing(g).status for g in section.goals), key=STATUSES.index)


def _lowest_confidence(shown: BoardOnDay, section: Section) -> int:
    """The lowest confidence of a member's goals; 11 if none has one."""
    found = (confidence_in(shown.board, goal) for goal in section.goals)
    return min((c for c in found if c is not None), default=11)


def _days_without_feedback(shown: BoardOnDay, member: Member) -> int:
    days = feedback_standing(shown, member).last_days
    return 10_000 if days is None else days
