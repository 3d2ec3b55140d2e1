"""One-on-ones: the next one, the last one, and the actions agreed in them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from msgspec import Struct

from teamboard.domain.board import Board
from teamboard.domain.board_on_day import BoardOnDay
from teamboard.domain.records import AgreedAction, OneOnOne, Review

Talk = OneOnOne | Review
"""A record in which two people agree on actions."""


class NumberedAction(Struct, frozen=True):
    """An agreed action with its number, from 1, in its one-on-one or review: the second of O3 has the id `O3.2`."""

    talk: Talk
    number: int
    action: AgreedAction

    @property
    def id(self) -> str:
        """The id of the action, such as `O3.2`."""
        return f"{self.talk.id}.{self.number}"


def next_one_on_one(board: Board, handle: str) -> OneOnOne | None:
    """A member's one-on-one that has not been held, or None."""
    return next((o for o in reversed(board.one_on_ones_of(handle)) if o.held is None), None)


def held_one_on_ones(board: Board, handle: str) -> tuple[OneOnOne, ...]:
    """A member's one-on-ones that have been held, by the day they were held."""
    return tuple(sorted([o for o in board.one_on_ones_of(handle) if o.held], key=_day_held))


def last_held_one_on_one(board: Board, handle: str) -> OneOnOne | None:
    """A member's last one-on-one that has been held, or None."""
    return max((o for o in board.one_on_ones_of(handle) if o.held), key=_day_held, default=None)


def _day_held(one_on_one: OneOnOne) -> date:
    return one_on_one.held or date.min


def current_one_on_one(shown: BoardOnDay, handle: str) -> OneOnOne | None:
    """The one-on-one that has not been held, else one that was held today, or None."""
    last = last_held_one_on_one(shown.board, handle)
    return next_one_on_one(shown.board, handle) or (last if last is not None and last.held == shown.day else None)


def agreed_actions(talk: Talk) -> Iterator[NumberedAction]:
    """Yield the actions agreed in a one-on-one or review, with their numbers."""
    for number, action in enumerate(talk.actions, start=1):
        yield NumberedAction(talk, number, action)


def open_actions(board: Board, handle: str) -> tuple[NumberedAction, ...]:
    """The open agreed actions of a member: those of one-on-ones, then those of reviews, oldest first."""
    return tuple(
        p
        for talk in board.talks_with_open_actions(handle)
        for p in agreed_actions(talk)
        if p.action.owner == handle and p.action.done is None
    )


def open_actions_between(board: Board, member: str) -> tuple[NumberedAction, ...]:
    """The open actions agreed by a member and their manager: of one-on-ones, then of reviews, oldest first."""
    talks: tuple[Talk, ...] = (*board.one_on_ones_of(member), *board.reviews_of(member))
    return tuple(p for talk in talks for p in agreed_actions(talk) if p.action.done is None)
