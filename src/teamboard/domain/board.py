"""Board: one immutable snapshot of all that a team shares, with its indexes.

Changes travel as a mapping from record id to the new record, or None for one that goes. Applying them
answers with a new snapshot that shares whatever did not change; indexes already built are carried along.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from copy import copy
from datetime import date, datetime, time, timedelta
from typing import Any, TypeVar, cast
from zoneinfo import ZoneInfo

from teamboard.domain.commit_log import History
from teamboard.domain.ids import RecordId, Table, known_table, make_id, number_of, table_of
from teamboard.domain.records import (
    TABLES,
    CheckIn,
    Fact,
    Feedback,
    Goal,
    GoalRevision,
    Member,
    OneOnOne,
    Record,
    Review,
    Standup,
    Team,
    TeamGoal,
)

Changes = dict[str, Record | None]
Tables = dict[str, dict[str, Record]]
AnyGoal = Goal | TeamGoal
R = TypeVar("R", bound=Record)

_INDEXES: dict[str, tuple[str, Callable[[Any], Iterable[str]]]] = {
    "member": ("members", lambda m: (m.handle,)),
    "reports": ("members", lambda m: (m.manager,) if m.manager else ()),
    "goals": ("goals", lambda g: (g.owner,)),
    "aligned": ("goals", lambda g: g.aligned),
    "checkins": ("checkins", lambda c: (c.goal,)),
    "revisions": ("revisions", lambda v: (v.goal,)),
    "feedback_to": ("feedback", lambda f: (f.to,)),
    "feedback_from": ("feedback", lambda f: (f.giver,)),
    "one_on_ones": ("one_on_ones", lambda o: (o.member,)),
    "open_actions": ("one_on_ones", lambda o: {a.owner for a in o.actions if a.done is None}),
    "open_review_actions": ("reviews", lambda r: {a.owner for a in r.actions if a.done is None}),
    "facts": ("facts", lambda e: (e.member,)),
    "reviews": ("reviews", lambda r: (r.member,)),
}

PEOPLE: dict[str, tuple[str, ...]] = {
    "members": ("manager",),
    "team_goals": ("owner",),
    "goals": ("owner",),
    "feedback": ("giver", "to"),
    "one_on_ones": ("member", "manager"),
    "facts": ("member",),
    "reviews": ("member", "manager"),
}
"""The fields of each table that hold a member's handle."""


def last_numbers(tables: Tables, ids: Mapping[str, int]) -> dict[str, int]:
    """The last number of each table: the counter's in `ids`, or a record's where another program has gone past it."""
    found = dict(ids)
    for name, table in tables.items():
        if table:
            # Of ids of one letter without leading zeros the longest are the highest: ten times faster than `int`.
            digits = max(map(len, table))
            highest = int(max(i for i in table if len(i) == digits)[1:])
            found[name] = max(ids.get(name, 0), highest)
    return found


class Board:
    """All that a team shares, at one revision. Never changes; `apply` answers with the next one."""

    def __init__(
        self,
        tables: Tables,
        *,
        revision: int = 0,
        ids: Mapping[str, int] | None = None,
        history: History | None = None,
    ) -> None:
        self.tables: Tables = {name: tables.get(name, {}) for name in TABLES}
        self.revision = revision
        self.ids: Mapping[str, int] = dict(ids or {})
        self._history = history
        self._indexes: dict[str, dict[str, tuple[Record, ...]]] = {}
        self._zone: ZoneInfo | None = None

    @property
    def history(self) -> History | None:
        """Every commit that led here; None for a board that carries none."""
        return self._history

    def with_history(self, history: History) -> Board:
        """The same board with a history; it shares tables and indexes."""
        board = copy(self)
        board._history = history
        return board

    # -- the tables

    @property
    def team(self) -> Team | None:
        """The team's own record; None only before a board is set up."""
        return cast("Team | None", next(iter(self.tables["team"].values()), None))

    @property
    def members(self) -> Iterable[Member]:
        return cast("Iterable[Member]", self.tables["members"].values())

    @property
    def team_goals(self) -> Iterable[TeamGoal]:
        return cast("Iterable[TeamGoal]", self.tables["team_goals"].values())

    @property
    def goals(self) -> Iterable[Goal]:
        return cast("Iterable[Goal]", self.tables["goals"].values())

    def get(self, record_id: str) -> Record | None:
        """The record of that id, or None."""
        table = known_table(record_id)
        return self.tables[table].get(record_id) if table else None

    def goal(self, record_id: str) -> AnyGoal | None:
        """The goal (`G12`) or team goal (`T3`) of that id, or None."""
        record = self.get(record_id)
        return record if isinstance(record, (Goal, TeamGoal)) else None

    # -- who and what belongs to whom

    def member(self, handle: str | None) -> Member | None:
        """The member of that handle, or None."""
        found = self._of("member", handle or "", Member)
        return found[0] if found else None

    def handle_is_shared(self, handle: str) -> bool:
        """Whether more than one member has that handle, which makes a board unreadable."""
        return len(self._of("member", handle, Member)) > 1

    def reports(self, handle: str) -> tuple[Member, ...]:
        """The members who name `handle` as their manager."""
        return self._of("reports", handle, Member)

    def goals_of(self, handle: str) -> tuple[Goal, ...]:
        """A member's goals, those that are over among them."""
        return self._of("goals", handle, Goal)

    def open_goals_of(self, handle: str) -> tuple[Goal, ...]:
        """A member's goals that are not over."""
        found = self.goals_of(handle)
        return found if all(g.outcome is None for g in found) else tuple(g for g in found if g.outcome is None)

    @property
    def open_team_goals(self) -> tuple[TeamGoal, ...]:
        """The team goals that are not over."""
        return tuple(t for t in self.team_goals if t.outcome is None)

    def aligned_to(self, team_goal_id: str) -> tuple[Goal, ...]:
        """The members' goals aligned to a team goal."""
        return self._of("aligned", team_goal_id, Goal)

    def checkins_of(self, goal_id: str) -> tuple[CheckIn, ...]:
        """A goal's check-ins, oldest first."""
        return self._of("checkins", goal_id, CheckIn)

    def last_checkin(self, goal_id: str) -> CheckIn | None:
        found = self.checkins_of(goal_id)
        return found[-1] if found else None

    @property
    def revisions(self) -> Iterable[GoalRevision]:
        return cast("Iterable[GoalRevision]", self.tables["revisions"].values())

    def revisions_of(self, goal_id: str) -> tuple[GoalRevision, ...]:
        """A goal's revisions, proposed and answered ones, oldest first."""
        return self._of("revisions", goal_id, GoalRevision)

    @property
    def feedback(self) -> Iterable[Feedback]:
        return cast("Iterable[Feedback]", self.tables["feedback"].values())

    def feedback_to(self, handle: str) -> tuple[Feedback, ...]:
        return self._of("feedback_to", handle, Feedback)

    def feedback_from(self, handle: str) -> tuple[Feedback, ...]:
        return self._of("feedback_from", handle, Feedback)

    def one_on_ones_of(self, handle: str) -> tuple[OneOnOne, ...]:
        """A member's one-on-ones with their manager, oldest first."""
        return self._of("one_on_ones", handle, OneOnOne)

    def talks_with_open_actions(self, handle: str) -> tuple[OneOnOne | Review, ...]:
        """The one-on-ones and reviews in which a member has promised something that is not done."""
        return (*self._of("open_actions", handle, OneOnOne), *self._of("open_review_actions", handle, Review))

    @property
    def one_on_ones(self) -> Iterable[OneOnOne]:
        return cast("Iterable[OneOnOne]", self.tables["one_on_ones"].values())

    def facts_of(self, handle: str) -> tuple[Fact, ...]:
        """A member's facts from outside, in the order in which they first came in."""
        return self._of("facts", handle, Fact)

    @property
    def standups(self) -> Iterable[Standup]:
        return cast("Iterable[Standup]", self.tables["standups"].values())

    @property
    def facts(self) -> Iterable[Fact]:
        return cast("Iterable[Fact]", self.tables["facts"].values())

    def reviews_of(self, handle: str) -> tuple[Review, ...]:
        return self._of("reviews", handle, Review)

    def _of(self, index: str, key: str, _: type[R]) -> tuple[R, ...]:
        groups = self._indexes.get(index)
        if groups is None:
            groups = self._indexes[index] = self._grouped(index)
        return cast("tuple[R, ...]", groups.get(key, ()))

    def _grouped(self, index: str) -> dict[str, tuple[Record, ...]]:
        table, keys = _INDEXES[index]
        lists: dict[str, list[Record]] = {}
        for record in self.tables[table].values():
            for key in keys(record):
                lists.setdefault(key, []).append(record)
        return {key: tuple(records) for key, records in lists.items()}

    # -- days: the team's time zone decides which day a stamp belongs to

    @property
    def zone(self) -> ZoneInfo:
        if self._zone is None:
            self._zone = ZoneInfo(self.team.timezone if self.team else "UTC")
        return self._zone

    def day_of(self, at: datetime) -> date:
        """The team's day at a moment in time."""
        return at.astimezone(self.zone).date()

    def end_of(self, day: date) -> datetime:
        """The moment at which a day of the team ends."""
        return datetime.combine(day + timedelta(days=1), time(), self.zone)

    # -- change

    def next_id(self, table: Table, *, after: int = 0) -> RecordId:
        """The id for a new record; `after` counts the new ones before it in the same change."""
        return make_id(table, self.ids.get(table, 0) + after + 1)

    def apply(self, changes: Changes) -> Board:
        """The board with these changes, one revision later; its history is for the store to add to."""
        return self._with(changes, self.revision + 1, None)

    def with_commits(self, changes: Changes, revision: int) -> Board:
        """The board after the commits of others with these changes, at a revision; the store adds its history."""
        return self._with(changes, revision, None)

    def with_changes(self, changes: Changes) -> Board:
        """The board as it would be with these changes, at the same revision."""
        return self._with(changes, self.revision, self.history) if changes else self

    def _with(self, changes: Changes, revision: int, history: History | None) -> Board:
        tables = dict(self.tables)
        ids = dict(self.ids)
        for record_id, record in changes.items():
            name = table_of(record_id)
            if tables[name] is self.tables[name]:
                tables[name] = dict(tables[name])
            number, last = number_of(record_id), ids.get(name, 0)
            ids[name] = max(last, number)
            if record is None:
                tables[name].pop(record_id, None)
                continue
            returns = number <= last and record_id not in tables[name]
            tables[name][record_id] = record
            if returns:
                # A record that comes back takes its old place: tables stay in the order of their ids.
                tables[name] = {r.id: r for r in sorted(tables[name].values(), key=_number)}
        board = Board(tables, revision=revision, ids=ids, history=history)
        board._indexes = {index: self._regrouped(index, groups, changes) for index, groups in self._indexes.items()}
        return board

    def _regrouped(
        self, index: str, groups: dict[str, tuple[Record, ...]], changes: Changes
    ) -> dict[str, tuple[Record, ...]]:
        table, keys = _INDEXES[index]
        result = groups
        for record_id, new in changes.items():
            if table_of(record_id) != table:
                continue
            if result is groups:
                result = dict(groups)
            old = self.tables[table].get(record_id)
            old_keys = tuple(keys(old)) if old is not None else ()
            new_keys = tuple(keys(new)) if new is not None else ()
            for key in old_keys:
                if key not in new_keys:
                    result[key] = tuple(r for r in result[key] if r.id != record_id)
            for key in new_keys:
                there = result.get(key, ())
                if key in old_keys:
                    result[key] = tuple(cast(Record, new) if r.id == record_id else r for r in there)
                else:
                    added = (*there, cast(Record, new))
                    in_order = not there or _number(there[-1]) < number_of(record_id)
                    result[key] = added if in_order else tuple(sorted(added, key=_number))
        return result


def _number(record: Record) -> int:
    return number_of(record.id)


def changed(old: Board, new: Board) -> set[str]:
    """The ids of the records that are new, gone or different between two boards."""
    found: set[str] = set()
    for name in TABLES:
        before, after = old.tables[name], new.tables[name]
        if before is after:
            continue
        found.update(i for i, r in after.items() if (b := before.get(i)) is not r and b != r)
        found.update(i for i in before if i not in after)
    return found


def manager_cycle(managers: Mapping[str, str | None]) -> str | None:
    """The handle of somebody who is, step by step, their own manager; None where nobody is.

    `managers` maps each handle to that of the manager.
    """
    cleared: set[str] = set()
    for handle in managers:
        above, seen = handle, set[str]()
        while above not in cleared and above not in seen:
            seen.add(above)
            manager = managers.get(above)
            if manager is None:
                break
            above = manager
        else:
            if above in seen:
                return above
        cleared |= seen
    return None


def problems(board: Board) -> Iterator[tuple[str, str]]:
    """What in a board points at nothing: pairs of record id and what is wrong with it."""
    handles = {m.handle for m in board.members}
    team_goals, goals = board.tables["team_goals"], board.tables["goals"]
    if len(handles) != len(board.tables["members"]):
        seen: set[str] = set()
        for member in board.members:
            if member.handle in seen:
                yield member.id, f"handle {member.handle!r} is used twice"
            seen.add(member.handle)
    own_boss = manager_cycle({m.handle: m.manager for m in board.members})
    if own_boss is not None:
        yield (
            next(m.id for m in board.members if m.handle == own_boss),
            f"{own_boss!r} is their own manager in a circle",
        )
    for table, fields in PEOPLE.items():
        for record in board.tables[table].values():
            for name in fields:
                handle = getattr(record, name)
                if handle is not None and handle not in handles:
                    yield record.id, f"{name} {handle!r} is not a member"
    for goal in board.goals:
        for aligned in goal.aligned:
            if aligned not in team_goals:
                yield goal.id, f"aligned to {aligned!r}, which is not a team goal"
    for table in ("checkins", "revisions"):
        for record in board.tables[table].values():
            about = record.goal  # type: ignore[attr-defined]
            if about not in goals and about not in team_goals:
                yield record.id, f"goal {about!r} does not exist"
    if board.team is not None:
        try:
            ZoneInfo(board.team.timezone)
        except (ValueError, OSError, KeyError):
            yield board.team.id, f"timezone {board.team.timezone!r} is not known"
