"""Board: an immutable snapshot of all that a team shares, with its indexes.

Changes map record ids to the new record, or None to remove it. Applying them returns a new snapshot, which shares the
tables that did not change; indexes that were built are updated.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from copy import copy
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import TypeVar, cast
from weakref import ref

from teamboard.domain.amounts import NumberFormat, number_format
from teamboard.domain.check_ins import in_order_of_days
from teamboard.domain.commit_log import History
from teamboard.domain.errors import Refused
from teamboard.domain.ids import (
    LAST_NUMBER,
    RecordId,
    Table,
    highest_counters,
    known_table,
    make_id,
    number_of,
    numbers_used,
    table_of,
)
from teamboard.domain.input_parsing import time_zone
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
from teamboard.domain.records.indexes import Groups, grouped, regrouped

Changes = dict[RecordId, Record | None]
Tables = dict[str, dict[RecordId, Record]]
AnyGoal = Goal | TeamGoal
R = TypeVar("R", bound=Record)

EARLIEST, LATEST = datetime(1900, 1, 2, tzinfo=UTC), datetime(9000, 1, 1, tzinfo=UTC)
"""The bounds of moments: arithmetic with days stays possible."""
_MOST_REGROUPED = 1_000
"""After more changes at once an index is built again when it is needed."""


class Board:
    """All that a team shares, at one revision. Immutable; `apply` returns the next one."""

    def __init__(
        self,
        tables: Tables,
        *,
        revision: int = 0,
        ids: Mapping[str, int] | None = None,
        history: History | None = None,
        set_aside: Mapping[RecordId, str] | None = None,
    ) -> None:
        """`set_aside` has the records of the file that do not fit the board, and why, by id; no table has them."""
        self.set_aside: Mapping[RecordId, str] = set_aside or {}
        self.tables: Tables = {name: tables.get(name, {}) for name in TABLES}
        self.team = cast("Team | None", next(iter(self.tables["team"].values()), None))
        """The record of the team; None only before the board is set up."""
        self.revision = revision
        self.ids: Mapping[str, int] = dict(ids or {})
        self._history = history
        self._indexes: dict[str, Groups] = {}
        self._zone: tzinfo | None = None
        self.handles_then: Mapping[str, str] = {}
        """Of a past board, the handles on it of members who have others now, by these."""
        self.derived_from: tuple[ref[Board], frozenset[RecordId]] | None = None
        """The board of which this one was made, held weakly, and the ids of the records that may differ."""

    @property
    def history(self) -> History | None:
        """The history up to this revision; None if the board was made without one."""
        return self._history

    def with_history(self, history: History) -> Board:
        """Return the same board with a history; tables and indexes are shared."""
        board = copy(self)
        board._history = history  # noqa: SLF001 - a copy of its own
        return board

    # -- the tables

    @property
    def members(self) -> Iterable[Member]:
        """All members, in the order of their ids."""
        return cast("Iterable[Member]", self.tables["members"].values())

    @property
    def team_goals(self) -> Iterable[TeamGoal]:
        """All team goals, closed ones too, in the order of their ids."""
        return cast("Iterable[TeamGoal]", self.tables["team_goals"].values())

    @property
    def goals(self) -> Iterable[Goal]:
        """All goals of members that count, closed ones too, in the order of their ids."""
        return self._counting(cast("Iterable[Goal]", self.tables["goals"].values()))

    def get(self, record_id: RecordId | None) -> Record | None:
        """The record with this id, or None; None for None too."""
        table = known_table(record_id) if record_id else None
        return self.tables[table].get(record_id) if table and record_id else None

    def goal(self, record_id: RecordId | None) -> AnyGoal | None:
        """The goal (`G12`) or team goal (`T3`) with this id, or None; None for None too."""
        record = self.get(record_id)
        return record if isinstance(record, (Goal, TeamGoal)) else None

    # -- members, and the records that belong to them

    def member(self, handle: str | None) -> Member | None:
        """The member with this handle, or None."""
        members = self._of("member", handle or "", Member)
        return members[0] if members else None

    def known_as(self, handle: str | None) -> Member | None:
        """The member who has this handle or, if nobody has it, who had it before or later; None if nobody did.

        The history and its archives hold handles as they were then.
        """
        members = self._of("member", handle or "", Member) or self._of("formerly", handle or "", Member)
        return members[0] if members else self.member(self.handles_then.get(handle or ""))

    def members_named(self, name: str) -> tuple[Member, ...]:
        """The members whose name, or the first word of it, is this one as `comparable` has it."""
        return self._of("names", name, Member)

    def member_of_login(self, login: str) -> Member | None:
        """The member with this login name in the operating system; who has left only if nobody else has it; or None."""
        return max((m for m in self.members if login in m.logins), key=lambda m: m.left or date.max, default=None)

    def handle_is_shared(self, handle: str) -> bool:
        """True if more than one member has this handle, which makes a board invalid."""
        return len(self._of("member", handle, Member)) > 1

    def reports(self, handle: str) -> tuple[Member, ...]:
        """The members whose manager is `handle`."""
        return self._of("reports", handle, Member)

    def goals_of(self, handle: str) -> tuple[Goal, ...]:
        """A member's goals that count, closed ones too, in the order of their ids."""
        return tuple(self._counting(self._of("goals", handle, Goal)))

    def proposed_goals_of(self, handle: str) -> tuple[Goal, ...]:
        """The goals that a member proposes for themself and nobody has answered yet, in the order of their ids."""
        return tuple(g for g in self._of("goals", handle, Goal) if self.is_proposed(g.id))

    def counts(self, goal_id: RecordId) -> bool:
        """True for a goal that is a goal of the board's; False while it is proposed, and once it was not agreed.

        Everything that lists, counts or adds up goals takes them from `goals`, `goals_of`, `open_goals`,
        `open_goals_of` and `aligned_to`, which have those that count.
        """
        return goal_id not in self._grouped_by("unagreed")

    def is_proposed(self, goal_id: RecordId) -> bool:
        """True for a goal that its owner proposes, until it is agreed, declined or withdrawn."""
        return any(v.state == "proposed" for v in self._of("unagreed", goal_id, GoalRevision))

    def open_goals_of(self, handle: str) -> tuple[Goal, ...]:
        """A member's goals without an outcome, in the order of their ids."""
        goals = self.goals_of(handle)
        return goals if all(g.outcome is None for g in goals) else tuple(g for g in goals if g.outcome is None)

    @property
    def open_team_goals(self) -> tuple[TeamGoal, ...]:
        """The team goals without an outcome, in the order of their ids."""
        return tuple(t for t in self.team_goals if t.outcome is None)

    @property
    def open_goals(self) -> tuple[AnyGoal, ...]:
        """The goals without an outcome, team goals first, in the order of their ids."""
        return (*self.open_team_goals, *(g for g in self.goals if g.outcome is None))

    def aligned_to(self, team_goal_id: RecordId) -> tuple[Goal, ...]:
        """The members' goals aligned to a team goal that count, closed ones too."""
        return tuple(self._counting(self._of("aligned", team_goal_id, Goal)))

    def rest_of(self, goal_id: RecordId) -> Goal | None:
        """The goal with what was left of one when it was handed over; None for a goal that was not split."""
        return next(iter(self._of("rests", goal_id, Goal)), None)

    def serving(self, team_goal_id: RecordId) -> tuple[TeamGoal, ...]:
        """The team goals that serve a team goal, closed ones too, in the order of their ids."""
        return self._of("serving", team_goal_id, TeamGoal)

    def checkins_of(self, goal_id: RecordId) -> tuple[CheckIn, ...]:
        """A goal's check-ins by their days, oldest first; see `in_order_of_days`."""
        return self._of("checkins", goal_id, CheckIn)

    def last_checkin(self, goal_id: RecordId) -> CheckIn | None:
        """A goal's newest check-in, or None."""
        checkins = self._of("checkins", goal_id, CheckIn)
        return checkins[-1] if checkins else None

    def last_report(self, goal_id: RecordId) -> CheckIn | None:
        """A goal's newest check-in by a person, not by an import, or None: what help is wanted is said by people."""
        checkins = self._of("checkins", goal_id, CheckIn)
        return next((c for c in reversed(checkins) if not c.is_imported), None)

    @property
    def revisions(self) -> Iterable[GoalRevision]:
        """All revisions of goals, oldest first."""
        return cast("Iterable[GoalRevision]", self.tables["revisions"].values())

    def revisions_of(self, goal_id: RecordId) -> tuple[GoalRevision, ...]:
        """A goal's revisions in any state, oldest first."""
        return self._of("revisions", goal_id, GoalRevision)

    @property
    def feedback(self) -> Iterable[Feedback]:
        """All feedback, requests too, oldest first."""
        return cast("Iterable[Feedback]", self.tables["feedback"].values())

    def feedback_to(self, handle: str) -> tuple[Feedback, ...]:
        """The feedback to a member, with the requests to them, oldest first."""
        return self._of("feedback_to", handle, Feedback)

    def feedback_from(self, handle: str) -> tuple[Feedback, ...]:
        """The feedback from a member, with their requests, oldest first."""
        return self._of("feedback_from", handle, Feedback)

    def one_on_ones_of(self, handle: str) -> tuple[OneOnOne, ...]:
        """A member's one-on-ones with their manager, in the order of their ids."""
        return self._of("one_on_ones", handle, OneOnOne)

    def talks_with_open_actions(self, handle: str) -> tuple[OneOnOne | Review, ...]:
        """The one-on-ones and reviews with an open agreed action of a member."""
        return (*self._of("open_actions", handle, OneOnOne), *self._of("open_review_actions", handle, Review))

    @property
    def one_on_ones(self) -> Iterable[OneOnOne]:
        """All one-on-ones, in the order of their ids."""
        return cast("Iterable[OneOnOne]", self.tables["one_on_ones"].values())

    def facts_of(self, handle: str) -> tuple[Fact, ...]:
        """A member's facts, in the order in which they were imported."""
        return self._of("facts", handle, Fact)

    @property
    def standups(self) -> Iterable[Standup]:
        """All standups, oldest first."""
        return cast("Iterable[Standup]", self.tables["standups"].values())

    @property
    def facts(self) -> Iterable[Fact]:
        """The facts of all members, in the order in which they were imported."""
        return cast("Iterable[Fact]", self.tables["facts"].values())

    def reviews_of(self, handle: str) -> tuple[Review, ...]:
        """The reviews of a member (not those that they hold), in the order of their ids."""
        return self._of("reviews", handle, Review)

    def _of(self, index: str, key: str, _: type[R]) -> tuple[R, ...]:
        # As `_grouped_by`, which is called for each record otherwise.
        groups = self._indexes.get(index)
        if groups is None:
            groups = self._grouped_by(index)
        return groups.get(key, ())  # type: ignore[return-value]  # a cast costs a third of it

    def _counting(self, goals: Iterable[Goal]) -> Iterable[Goal]:
        """The goals that count; the same object where all do."""
        unagreed = self._grouped_by("unagreed")
        return tuple(g for g in goals if g.id not in unagreed) if unagreed else goals

    def _grouped_by(self, index: str) -> Groups:
        groups = self._indexes.get(index)
        if groups is None:
            groups = self._indexes[index] = self._grouped(index)
        return groups

    def _grouped(self, index: str) -> Groups:
        groups = grouped(index, self.tables)
        if index == "checkins":
            late = self._indexes["late_checkins"] = self._grouped("late_checkins")
            groups |= {goal: self._by_day(groups[goal]) for goal in late}
        return groups

    def _by_day(self, checkins: tuple[Record, ...]) -> tuple[Record, ...]:
        return in_order_of_days(cast("tuple[CheckIn, ...]", checkins), self.day_of)

    # -- days: the team's time zone decides on which day a moment is

    @property
    def zone(self) -> tzinfo:
        """The time zone of the team; UTC before the board is set up."""
        if self._zone is None:
            self._zone = time_zone(self.team.timezone if self.team else "UTC")
        return self._zone

    @property
    def number_format(self) -> NumberFormat | None:
        """How the team reads and writes numbers; None if it has not set that."""
        return number_format(self.team.numbers) if self.team else None

    def day_of(self, at: datetime) -> date:
        """The date of a moment in the team's time zone."""
        held = at if EARLIEST <= at <= LATEST else min(max(at, EARLIEST), LATEST)
        return held.astimezone(self._zone or self.zone).date()

    def checkin_day(self, checkin: CheckIn) -> date:
        """The day that a check-in is about: `on` of a late one, else the date of `at` in the team's time zone."""
        return checkin.on or self.day_of(checkin.at)

    def local_time(self, at: datetime) -> datetime:
        """A moment in the team's time zone; one that a wrong clock put out of all bounds is held within them."""
        return min(max(at, EARLIEST), LATEST).astimezone(self.zone)

    def end_of(self, day: date) -> datetime:
        """The moment at which a day ends in the team's time zone: midnight, exclusive."""
        return datetime.combine(day + timedelta(days=1), time(), self.zone)

    # -- changes

    def next_id(self, table: Table, *, after: int = 0) -> RecordId:
        """The id for a new record; `after` is how many new records precede it in the same change.

        Raises Refused if another program has used the last number there is.
        """
        number = self.ids.get(table, 0) + after + 1
        if number > LAST_NUMBER:
            raise Refused(
                f"No new record can be added to {table!r}: another program has used {LAST_NUMBER:,}, the "
                "highest number; nothing was changed."
            )
        return make_id(table, number)

    def apply(self, changes: Changes) -> Board:
        """Return the board with these changes at the next revision, without history: the store adds it."""
        return self.caught_up(changes, self.revision + 1)

    def with_changes(self, changes: Changes) -> Board:
        """Return the board with these changes at the same revision, with its history, for a preview."""
        if not changes:
            return self
        board = self.caught_up(changes, self.revision)
        return board if self._history is None else board.with_history(self._history)

    def caught_up(self, changes: Changes, revision: int, counters: Mapping[str, int] | None = None) -> Board:
        """Return the board at `revision`, after commits with these changes, without history: the store adds it.

        `counters` has the last number of each table where that is above the numbers of the changed records.
        """
        tables = dict(self.tables)
        unordered: set[Table] = set()
        for record_id, record in changes.items():
            name = table_of(record_id)
            if tables[name] is self.tables[name]:
                tables[name] = dict(tables[name])
            table = tables[name]
            if record is None:
                table.pop(record_id, None)
                continue
            if record_id not in table and table and number_of(record_id) < number_of(next(reversed(table))):
                unordered.add(name)
            table[record_id] = record
        for name in unordered:
            # A restored record goes back to its place: tables stay in the order of their ids.
            tables[name] = {r.id: r for r in sorted(tables[name].values(), key=_number)}
        ids = highest_counters(self.ids, numbers_used(changes), counters or {})
        board = Board(tables, revision=revision, ids=ids, set_aside=self.set_aside)
        board.derived_from = ref(self), frozenset(changes)
        board.handles_then = self.handles_then
        if len(changes) <= _MOST_REGROUPED:
            board._indexes = {
                index: regrouped(index, groups, self.tables, changes) for index, groups in self._indexes.items()
            }
            board._order_checkins(self, changes)
        return board

    def _order_checkins(self, before: Board, changes: Changes) -> None:
        """Put the check-ins of the goals that these changes are about in the order of their days."""
        if self.team and before.team and self.team.timezone != before.team.timezone:
            # Check-ins may be about other days.
            self._indexes.pop("checkins", None)
        groups = self._indexes.get("checkins", {})
        changed = (board.get(i) for i in changes if known_table(i) == "checkins" for board in (before, self))
        for goal in {c.goal for c in cast("Iterable[CheckIn | None]", changed) if c} & groups.keys():
            if self._of("late_checkins", goal, CheckIn):
                groups[goal] = self._by_day(tuple(sorted(groups[goal], key=_number)))


def _number(record: Record) -> int:
    return number_of(record.id)
