"""The standup: the order of speakers, what each has to report, and the round-up at the end."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import Literal, get_args

from msgspec import Struct

from teamboard.domain.board import AnyGoal, Board
from teamboard.domain.board_on_day import BoardOnDay
from teamboard.domain.commit_log import HistoryEntry
from teamboard.domain.due import Due, dues
from teamboard.domain.feedback import is_open
from teamboard.domain.goals.closing import last_said
from teamboard.domain.history.log import history_of
from teamboard.domain.one_on_ones import NumberedAction, open_actions
from teamboard.domain.people import is_here
from teamboard.domain.records import CheckIn, Feedback, Member, Standup
from teamboard.domain.verbs import is_automatic

SpeakingOrder = Literal["blocked", "round", "random"]
SPEAKING_ORDERS: tuple[SpeakingOrder, ...] = get_args(SpeakingOrder)


class HelpWanted(Struct, frozen=True):
    """Help that a member wants with a goal; the check-in has the blocker and who has offered help."""

    goal: AnyGoal
    checkin: CheckIn


class RoundUp(Struct, frozen=True):
    """The round-up at the end: help wanted, the members' open agreed actions, and what is overdue.

    `without_goals` are those who are here and were not called, as they have nothing to report on.
    """

    wanted: tuple[HelpWanted, ...]
    agreed_actions: tuple[NumberedAction, ...]
    overdue: tuple[Due, ...]
    without_goals: tuple[Member, ...] = ()


def speakers(shown: BoardOnDay, order: SpeakingOrder, seed: int) -> list[Member]:
    """The members here today with open goals or team goals, who want help first, as the board has them, or shuffled.

    Who is away or has not begun is passed over. `seed` decides how they are shuffled.
    """
    board = shown.board
    members = [m for m in shown.members if goals_to_report(board, m) and is_here(m, shown.day)]
    if order == "random":
        Random(seed).shuffle(members)
    if order == "blocked":
        members.sort(key=lambda m: not any(True for _ in help_wanted_by(board, m)))
    return members


def goals_to_report(board: Board, member: Member) -> tuple[AnyGoal, ...]:
    """The open goals that a member reports on; of somebody without any, the open team goals they own."""
    own = board.open_goals_of(member.handle)
    return own or tuple(goal for goal in board.open_team_goals if goal.owner == member.handle)


def help_wanted_by(board: Board, member: Member) -> Iterator[HelpWanted]:
    """Yield the goals that a member reports on whose last check-in has a blocker."""
    for goal in goals_to_report(board, member):
        last = last_said(board, goal)
        if last is not None and last.blocker:
            yield HelpWanted(goal, last)


def open_requests_of(board: Board, member: Member) -> tuple[Feedback, ...]:
    """The open requests for feedback from a member to others."""
    return tuple(f for f in board.feedback_from(member.handle) if f.kind == "request" and is_open(f))


def last_standup(board: Board) -> Standup | None:
    """The last standup, or None."""
    return max(board.standups, key=lambda s: s.at, default=None)


def commits_since(shown: BoardOnDay, before: Standup | None) -> Iterator[tuple[int, HistoryEntry]]:
    """Yield the commits since a standup, newest first; without one, those of today and yesterday.

    Commits that happen automatically are left out, and those that were undone since, with their undos. Raises
    HistoryUnavailable.
    """
    undone: set[int] = set()
    for number, entry in history_of(shown.board).newest_first():
        if before is not None and number <= before.revision:
            return
        if before is None and (shown.day - shown.board.day_of(entry.at)).days > 1:
            return
        if number in undone:
            continue
        if entry.undoes is not None and (before is None or entry.undoes > before.revision):
            undone.add(entry.undoes)
        elif not is_automatic(entry.verb):
            yield number, entry


def round_up(shown: BoardOnDay) -> RoundUp:
    """The round-up of a standup on a day."""
    board = shown.board
    return RoundUp(
        wanted=tuple(w for member in shown.members for w in help_wanted_by(board, member)),
        agreed_actions=tuple(p for member in shown.members for p in open_actions(board, member.handle)),
        overdue=tuple(d for d in dues(shown) if d.overdue),
        without_goals=tuple(m for m in shown.members if not goals_to_report(board, m) and is_here(m, shown.day)),
    )
