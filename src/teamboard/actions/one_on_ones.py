"""One-on-ones: a shared agenda, notes, agreed actions, and how useful each was."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import ClassVar

import msgspec
from msgspec import Struct

from teamboard.actions.base import Actor, find_colleague, find_member, refuse_who_leaves, require
from teamboard.domain.board import Board, Changes
from teamboard.domain.due import one_on_one_day
from teamboard.domain.errors import NotFound, Refused
from teamboard.domain.handles import display_name
from teamboard.domain.ids import to_record_id
from teamboard.domain.one_on_ones import NumberedAction, agreed_actions, last_held_one_on_one, next_one_on_one
from teamboard.domain.records import AgreedAction, Member, OneOnOne, Reply, Review, Theme, Topic
from teamboard.domain.sanitize import clean_line, clean_text
from teamboard.domain.verbs import VerbName

MOST_ENTRIES = 100


class NewTopic(Struct, frozen=True):
    """A topic for the agenda."""

    theme: Theme
    text: str


class NewAction(Struct, frozen=True, kw_only=True):
    """An action to agree on: what, by whom (the actor, if empty), and until when."""

    text: str
    owner: str = ""
    due: date | None = None


class WriteOneOnOne(Struct, frozen=True, kw_only=True):
    """Write in a member's next one-on-one; notes and actions go into the one held today, if no other is planned.

    Without one, it is planned for `on`, or for the day on which it is due, but not after the member's last day.
    Topics that the agenda has already are not added twice; `without` removes some. `held` is the day on which it took
    place.
    """

    verb: ClassVar[VerbName] = "write in a one-on-one"

    member: str
    on: date | None = None
    topics: tuple[NewTopic, ...] = ()
    without: tuple[str, ...] = ()
    note: str = ""
    agreed: tuple[NewAction, ...] = ()
    held: date | None = None

    def __call__(self, board: Board, by: Actor, at: datetime) -> Changes:
        member = find_colleague(board, self.member, board.day_of(at))
        actor = require(board, by, self.verb, member)
        today = board.day_of(at)
        before = self._find_or_plan(board, member, today)
        topics = self._topics(before, actor)
        note = clean_text(self.note, "The note")
        both = (before.member, before.manager)
        agreed = tuple(new_agreed_action(board, both, action, actor) for action in self.agreed)
        if self.held is not None and self.held > today:
            raise Refused(f"{self.held} is in the future: set the day with --on, and use --held once you have met.")
        after = msgspec.structs.replace(
            before,
            on=self.on or before.on,
            topics=topics,
            notes=(*before.notes, Reply(by=actor.handle, at=at, text=note)) if note else before.notes,
            actions=(*before.actions, *agreed),
            held=self.held or before.held,
        )
        if self.on is not None:
            refuse_who_leaves(board, member, today, self.on)
        if max(len(after.topics), len(after.notes), len(after.actions)) > MOST_ENTRIES:
            raise Refused(f"At most {MOST_ENTRIES} topics, notes or actions in one: leave the rest for the next.")
        if after == before and board.get(before.id) is not None:
            raise Refused(f"Nothing about the one-on-one of {display_name(board, member)} would change.")
        return {after.id: after}

    def _find_or_plan(self, board: Board, member: Member, today: date) -> OneOnOne:
        """The planned one-on-one, or the one held today, or a new one."""
        if member.manager is None:
            raise Refused(f"{display_name(board, member)} has no manager to meet one-on-one.")
        one_on_one, last = next_one_on_one(board, member.handle), last_held_one_on_one(board, member.handle)
        if one_on_one is None and last is not None and last.held == (self.held or today):
            if self.held is not None:
                raise Refused(f"The one-on-one of {self.held} is on the board already: {last.id}.")
            one_on_one = None if self.topics or self.on else last
        if one_on_one is not None:
            return one_on_one
        on = self.held or max(one_on_one_day(board, member, today), today)
        if member.left is not None:
            on = min(on, member.left - timedelta(days=1))
        return OneOnOne(id=board.next_id("one_on_ones"), member=member.handle, manager=member.manager, on=on)

    def _topics(self, before: OneOnOne, actor: Member) -> tuple[Topic, ...]:
        unwanted = {clean_line(text, "The topic").casefold() for text in self.without}
        missing = unwanted - {t.text.casefold() for t in before.topics}
        if missing:
            raise NotFound(f"There is no topic {sorted(missing)[0]!r} on this agenda.")
        topics = [t for t in before.topics if t.text.casefold() not in unwanted]
        for topic in self.topics:
            text = clean_line(topic.text, "The topic", required=True)
            if not any(text.casefold() == t.text.casefold() for t in topics):
                topics.append(Topic(theme=topic.theme, text=text, by=actor.handle))
        return tuple(topics)


def new_agreed_action(board: Board, both: tuple[str, str], action: NewAction, actor: Member) -> AgreedAction:
    """An action of one of the two who meet. Raises Refused if its owner is somebody else."""
    owner = find_member(board, action.owner) if action.owner else actor
    if owner.handle not in both:
        raise Refused(
            f"{display_name(board, owner)} is not one of the two who meet: only one of them can be given an action."
        )
    return AgreedAction(text=clean_line(action.text, "The action", required=True), owner=owner.handle, due=action.due)


class FinishAction(Struct, frozen=True, kw_only=True):
    """Mark an agreed action such as `O3.2` as done; with `undone`, as open again."""

    verb: ClassVar[VerbName] = "finish an action"

    action: str
    undone: bool = False

    def __call__(self, board: Board, by: Actor, at: datetime) -> Changes:
        agreed = find_agreed_action(board, self.action)
        talk = agreed.talk
        require(board, by, self.verb, board.member(talk.member), agreed.action.owner)
        if self.undone != (agreed.action.done is not None):
            raise Refused(f"{agreed.id} is {'open' if self.undone else f'done since {agreed.action.done}'} already.")
        actions = list(talk.actions)
        done = None if self.undone else board.day_of(at)
        actions[agreed.number - 1] = msgspec.structs.replace(agreed.action, done=done)
        return {talk.id: msgspec.structs.replace(talk, actions=tuple(actions))}


class RateOneOnOne(Struct, frozen=True, kw_only=True):
    """The member's rating of how useful their last one-on-one was, 1 to 5; it may be changed."""

    verb: ClassVar[VerbName] = "say how useful a one-on-one was"

    member: str
    useful: int

    def __call__(self, board: Board, by: Actor, at: datetime) -> Changes:
        member = find_member(board, self.member)
        require(board, by, self.verb, member)
        talk = last_held_one_on_one(board, member.handle)
        if talk is None:
            raise NotFound(f"{display_name(board, member)} has had no one-on-one yet.")
        if not 1 <= self.useful <= 5:
            raise Refused("How useful it was must be from 1 to 5.")
        if talk.useful == self.useful:
            raise Refused(f"{talk.id} is rated {self.useful} already.")
        return {talk.id: msgspec.structs.replace(talk, useful=self.useful)}


def find_agreed_action(board: Board, action_id: str) -> NumberedAction:
    """The agreed action of an id such as `O3.2`, in upper or lower case. Raises NotFound."""
    typed = action_id.strip().upper()
    talk = board.get(to_record_id(typed.partition(".")[0]))
    for agreed in agreed_actions(talk) if isinstance(talk, OneOnOne | Review) else ():
        if agreed.id == typed:
            return agreed
    raise NotFound(f"There is no agreed action {action_id!r}. An id looks like O3.2; list them with `teamboard due`.")
