"""Facts: numbers about members from outside the board, added by hand or imported from a file."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import ClassVar

import msgspec
from msgspec import Struct

from teamboard.actions.base import Actor, find_goal, find_member, require
from teamboard.domain.amounts import bounded_number
from teamboard.domain.board import Board, Changes
from teamboard.domain.errors import Refused
from teamboard.domain.goals.revisions import terms_on
from teamboard.domain.ids import RecordId, number_of
from teamboard.domain.records import CheckIn, Fact, Goal, Metric
from teamboard.domain.sanitize import clean_line
from teamboard.domain.verbs import VerbName

MOST_FACTS = 20_000
Key = tuple[str, str, date | None]


class AddFact(Struct, frozen=True, kw_only=True):
    """Add one number about a member, as of a day, with its source."""

    verb: ClassVar[VerbName] = "add a fact"

    member: str
    name: str
    value: float
    source: str
    unit: str = ""
    on: date | None = None
    link: str = ""

    def __call__(self, board: Board, by: Actor, at: datetime) -> Changes:
        member = find_member(board, self.member)
        require(board, by, self.verb, member)
        today = board.day_of(at)
        if self.on is not None and self.on > today:
            raise Refused(f"{self.on} is in the future: the day of a fact must be today or earlier.")
        fact = Fact(
            id=board.next_id("facts"),
            member=member.handle,
            name=clean_line(self.name, "The fact's name", required=True),
            value=bounded_number(self.value, "The value"),
            on=self.on or today,
            source=clean_line(self.source, "The source", required=True),
            unit=clean_line(self.unit, "The unit"),
            link=clean_line(self.link, "The link"),
        )
        return {fact.id: fact}


class NewFact(Struct, frozen=True, kw_only=True):
    """A fact from a file; `goal` is the id of the goal that it checks in on, if any."""

    member: str
    name: str
    value: float
    on: date
    starts: date | None = None
    unit: str = ""
    rows: int | None = None
    goal: RecordId | None = None


class ImportFacts(Struct, frozen=True, kw_only=True):
    """Import the facts of a file that covers the days `first` to `last`.

    They replace the facts of the same `batch` with the same member, name and days. Facts of that batch within the days
    covered, or of days to come, that the file no longer has are removed. Importing the same file twice changes nothing.
    """

    verb: ClassVar[VerbName] = "import facts"

    batch: str
    source: str
    first: date
    last: date
    facts: tuple[NewFact, ...]
    link: str = ""

    def __call__(self, board: Board, by: Actor, at: datetime) -> Changes:
        require(board, by, self.verb)
        changes = self.changes(board, by, at)
        if not changes:
            raise Refused("There is nothing new in this file.")
        return changes

    def changes(self, board: Board, by: Actor, at: datetime) -> Changes:
        """The changes of the import; empty if the board has all of it already. Raises Refused."""
        if len(self.facts) > MOST_FACTS:
            raise Refused(
                f"{len(self.facts):,} facts at once are too many, {MOST_FACTS:,} at most: use longer periods."
            )
        batch = clean_line(self.batch, "The map's name", required=True)
        known: dict[Key, Fact] = {(f.member, f.name, f.starts): f for f in board.facts if f.batch == batch}
        changes: Changes = {}
        new_count, file_keys = 0, set[Key]()
        facts_with_ids: list[tuple[NewFact, RecordId]] = []
        for new in self.facts:
            fact = self._fact(board, new, batch)
            key = (fact.member, fact.name, fact.starts)
            if key in file_keys:
                raise Refused(f"{fact.name} of {fact.member} appears twice for {fact.starts or fact.on}.")
            file_keys.add(key)
            before = known.get(key)
            record_id = before.id if before else board.next_id("facts", after=new_count)
            new_count += before is None
            fact = msgspec.structs.replace(fact, id=record_id)
            if fact != before:
                changes[record_id] = fact
            facts_with_ids.append((new, record_id))
        today = board.day_of(at)
        removed = [f for key, f in known.items() if key not in file_keys and (self._covers(f) or f.on > today)]
        changes |= {f.id: None for f in removed}
        source = clean_line(self.source, "The source", required=True)
        return changes | _FactCheckIns(board, by, at, source).changes(facts_with_ids, {f.id for f in removed})

    def _covers(self, fact: Fact) -> bool:
        return fact.starts is None or self.first <= fact.on <= self.last

    def _fact(self, board: Board, new: NewFact, batch: str) -> Fact:
        return Fact(
            member=find_member(board, new.member).handle,
            name=clean_line(new.name, "The fact's name", required=True),
            value=bounded_number(new.value, "The value"),
            on=new.on,
            source=clean_line(self.source, "The source", required=True),
            unit=clean_line(new.unit, "The unit"),
            starts=new.starts,
            link=clean_line(self.link, "The link"),
            rows=new.rows,
            batch=batch,
        )


class _FactCheckIns:
    """The check-ins made from facts, each at the end of its fact's day."""

    def __init__(self, board: Board, by: Actor, at: datetime, source: str) -> None:
        self._board = board
        self._by = by.member or ""
        self._source = source
        self._at = at
        self._added = 0

    def changes(self, facts_with_ids: list[tuple[NewFact, RecordId]], removed: set[RecordId]) -> Changes:
        """Add check-ins of new facts, change those of corrected facts, remove those of removed facts."""
        ids = {fact for _, fact in facts_with_ids} | removed
        checkins = (c for c in self._board.tables["checkins"].values() if isinstance(c, CheckIn))
        known = {c.fact: c for c in checkins if c.fact in ids}
        changes: Changes = {known[fact].id: None for fact in removed if fact in known}
        for new, fact in sorted(facts_with_ids, key=lambda item: item[0].on):
            changes |= self._change(new, fact, known.get(fact))
        return changes

    def _change(self, new: NewFact, fact: RecordId, before: CheckIn | None) -> Changes:
        """The check-in of a fact, which takes the place of the one `before`."""
        board = self._board
        gone: Changes = {before.id: None} if before is not None else {}
        if new.goal is None:
            return gone
        goal = find_goal(board, new.goal)
        if board.is_proposed(goal.id):
            raise Refused(f"{goal.id} is proposed and does not count yet: it can't take {new.name} of {new.member}.")
        if not isinstance(goal, Goal) or not self._was_theirs(goal, new) or not isinstance(goal.measure, Metric):
            raise Refused(
                f"{goal.id} can't take {new.name} of {new.member}: it must be that member's and have a metric."
            )
        at = min(board.end_of(new.on).astimezone(UTC) - timedelta(seconds=1), self._at)
        others = [c for c in board.checkins_of(goal.id) if c is not before]
        is_older = bool(others) and (board.checkin_day(others[-1]), others[-1].at) >= (board.day_of(at), at)
        if before is not None and before.goal == goal.id:
            after = msgspec.structs.replace(before, value=new.value, at=at, source=self._source)
            # Today's has the moment at which it came in; the same one later today is not another.
            if msgspec.structs.replace(after, at=before.at) == before and board.day_of(at) == board.day_of(before.at):
                return {}
            # One that is about a later day now than somebody's own goes behind that.
            if is_older or not others or number_of(before.id) > number_of(others[-1].id):
                return {before.id: after}
        elif is_older or not goal.starts <= new.on <= min(goal.due, goal.closed or goal.due):
            # A later check-in stays the newest one.
            return gone
        record_id = board.next_id("checkins", after=self._added)
        self._added += 1
        checkin = CheckIn(
            id=record_id, goal=goal.id, value=new.value, note="", by=self._by, at=at, fact=fact, source=self._source
        )
        return gone | {record_id: checkin}

    def _was_theirs(self, goal: Goal, new: NewFact) -> bool:
        """True if a goal was that of a fact's member on its day."""
        owner = self._board.known_as(terms_on(self._board, goal, new.on).owner)
        return owner is not None and owner.handle == new.member
