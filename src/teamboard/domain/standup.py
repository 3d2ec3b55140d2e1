"""The standup: in which order members speak, what each has to say, and the round-up at the end."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from random import Random
from typing import Literal, get_args

from msgspec import Struct

from teamboard.domain.board import Board
from teamboard.domain.commit_log import HistoryEntry
from teamboard.domain.due import Due, dues, is_open
from teamboard.domain.history.log import AUTOMATIC_VERBS, history_of
from teamboard.domain.one_on_ones import NumberedAction, agreed_actions
from teamboard.domain.records import CheckIn, Feedback, Goal, Member, Standup

SpeakingOrder = Literal["blocked", "round", "random"]
SPEAKING_ORDERS: tuple[SpeakingOrder, ...] = get_args(SpeakingOrder)


class HelpWanted(Struct, frozen=True):
    """Help that a member wants with a goal: the check-in that says so, with who has offered it."""

    goal: Goal
    checkin: CheckIn


class RoundUp(Struct, frozen=True):
    """What is left at the end: help that is wanted, actions that are open, what is overdue."""

    wanted: tuple[HelpWanted, ...]
    agreed_actions: tuple[NumberedAction, ...]
    overdue: tuple[Due, ...]


def speakers(board: Board, order: SpeakingOrder, seed: int) -> list[Member]:
    """Who speaks, in which order: whoever is blocked first, as on the board, or as the dice of `seed` fall."""
    members = [m for m in board.members if board.open_goals_of(m.handle)]
    if order == "random":
        Random(seed).shuffle(members)
    if order == "blocked":
        members.sort(key=lambda m: not any(True for _ in help_wanted_by(board, m)))
    return members


def help_wanted_by(board: Board, member: Member) -> Iterator[HelpWanted]:
    """The help that a member wants now."""
    for goal in board.open_goals_of(member.handle):
        last = board.last_checkin(goal.id)
        if last is not None and last.blocker:
            yield HelpWanted(goal, last)


def open_requests_of(board: Board, member: Member) -> tuple[Feedback, ...]:
    """The requests of a member that others have not answered yet."""
    return tuple(f for f in board.feedback_from(member.handle) if f.kind == "request" and is_open(f))


def last_standup(board: Board) -> Standup | None:
    """The last standup that was held, or None."""
    return max(board.standups, key=lambda s: s.at, default=None)


def commits_since(board: Board, before: Standup | None, today: date) -> Iterator[tuple[int, HistoryEntry]]:
    """The commits since a standup, the newest first; where there was none, those of today and the day before."""
    for number, entry in history_of(board).newest_first():
        if before is not None and number <= before.revision:
            return
        if before is None and (today - board.day_of(entry.at)).days > 1:
            return
        if entry.verb not in AUTOMATIC_VERBS:
            yield number, entry


def round_up(board: Board, today: date) -> RoundUp:
    """What is left at the end of a standup."""
    talks: Iterable[NumberedAction] = (p for talk in board.one_on_ones for p in agreed_actions(talk))
    return RoundUp(
        wanted=tuple(w for member in board.members for w in help_wanted_by(board, member)),
        agreed_actions=tuple(p for p in talks if p.action.done is None),
        overdue=tuple(d for d in dues(board, today) if d.overdue),
    )
