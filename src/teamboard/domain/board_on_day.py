"""A board as it stands on a day: the goals as agreed for it, the standing of each, and what a revision would change."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import cached_property
from math import isclose

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from teamboard.domain.board import AnyGoal, Board, Changes
from teamboard.domain.check_ins import Calls
from teamboard.domain.commit_log import fields_of
from teamboard.domain.goals.calls import NO_CALLS, added_calls, missed_call, own_calls
from teamboard.domain.goals.progress import progress, value_range
from teamboard.domain.goals.revisions import in_effect
from teamboard.domain.goals.standing import Standing, readings, standing
from teamboard.domain.goals.tree import below_first, goals_above, rolls_up
from teamboard.domain.history.differences import changed
from teamboard.domain.history.time_travel import as_of
from teamboard.domain.ids import RecordId
from teamboard.domain.people import on_team
from teamboard.domain.records import Activity, CheckIn, EarlierPeriod, Goal, GoalRevision, Member, Period, TeamGoal


class BoardOnDay:
    """A board on a day. A standing is worked out when it is first asked for, and kept."""

    def __init__(self, board: Board, day: date, *, over: bool = False) -> None:
        """`board` is one as it was loaded; `self.board` has each goal as it holds on `day`.

        With `over` it is the end of a period that is closed by now, so that nothing is left to be forecast.
        """
        self.loaded = board
        self.board = in_effect(board, day)
        self.day = day
        self.over = over
        self._standings: dict[RecordId, Standing] = {}
        self._readings: dict[RecordId, tuple[float, ...]] = {}
        self._calls: dict[RecordId, Calls] = {}
        self._missed_calls: dict[RecordId, float | None] = {}

    @cached_property
    def members(self) -> tuple[Member, ...]:
        """The members who are on the team on the day, in the order of their ids."""
        return tuple(m for m in self.board.members if on_team(m, self.day))

    @cached_property
    def gone(self) -> frozenset[str]:
        """The handles of the members who have left by the day: nothing waits for them."""
        return frozenset(m.handle for m in self.board.members if not on_team(m, self.day))

    def reports(self, handle: str) -> tuple[Member, ...]:
        """The members on the team on the day whose manager is `handle`."""
        return tuple(m for m in self.board.reports(handle) if on_team(m, self.day))

    def standing(self, goal: AnyGoal) -> Standing:
        """Where a goal of this board stands on the day."""
        found = self._standings.get(goal.id)
        if found is None:
            found = self._standings[goal.id] = standing(self.board, goal, self.day, self._readings_of)
        return found

    def value(self, goal: AnyGoal) -> float:
        """The value of a goal; of a team goal that rolls up, start + progress x (target - start)."""
        if not rolls_up(goal):
            return self.standing(goal).value
        low, high = value_range(self.board, goal)
        return low + self.standing(goal).progress * (high - low)

    def calls(self, goal: AnyGoal) -> Calls:
        """The call and best case of a goal; a team goal that is a sum adds up those of its carriers."""
        if goal.id not in self._calls:
            for below in below_first(self.board, goal) if isinstance(goal, TeamGoal) else ():
                if rolls_up(below) and below.id not in self._calls:
                    # Where another program has written team goals in a circle, each is met once.
                    self._calls[below.id] = NO_CALLS
                    self._calls[below.id] = added_calls(self.board, below, self.calls, self._gain)
            if not rolls_up(goal):
                self._calls[goal.id] = own_calls(self.board, goal)
        return self._calls[goal.id]

    def _gain(self, goal: AnyGoal) -> float:
        if self.standing(goal).progress <= 0:
            return 0.0
        return self.value(goal) - value_range(self.board, goal)[0]

    def missed_call(self, goal: AnyGoal) -> float | None:
        """The call of an open goal as progress, where it misses the target; None too once the target is reached."""
        if goal.id not in self._missed_calls:
            is_over = goal.outcome is not None or self.standing(goal).progress >= 1.0
            self._missed_calls[goal.id] = None if is_over else missed_call(self.board, goal, self.calls(goal))
        return self._missed_calls[goal.id]

    def _readings_of(self, goal: AnyGoal) -> tuple[float, ...]:
        found = self._readings.get(goal.id)
        if found is None:
            found = self._readings[goal.id] = readings(self.board, goal, self.day, self._readings_of)
        return found

    def followed_by(self, board: Board, day: date) -> tuple[BoardOnDay, frozenset[RecordId]]:
        """The view of a newer board, and the ids of the records that differ for others; the rest is kept."""
        result = BoardOnDay(board, day)
        ids = frozenset(i for i in changed(self.board, result.board) if not _only_seen(self.board, result.board, i))
        if day == self.day and self.board.team == result.board.team:
            stale = touched(self.board, ids) | touched(result.board, ids)
            result._standings = {i: s for i, s in self._standings.items() if i not in stale}
            result._readings = {i: r for i, r in self._readings.items() if i not in stale}
            result._calls = {i: c for i, c in self._calls.items() if i not in stale}
            result._missed_calls = {i: c for i, c in self._missed_calls.items() if i not in stale}
        return result, ids


def _only_seen(before: Board, after: Board, record_id: RecordId) -> bool:
    """True if a record differs only in what a member has seen, which nobody else notices."""
    was, now = before.get(record_id), after.get(record_id)
    return isinstance(was, Member) and isinstance(now, Member) and replace(was, seen=now.seen) == now


def view_of_period(shown: BoardOnDay, period: Period) -> BoardOnDay:
    """The board with a period: as it was when an earlier one was closed, on its last day. Raises HistoryUnavailable.

    What imports have changed since then on goals that ended with it is there: a deal counts for the period of its day.
    """
    if not isinstance(period, EarlierPeriod):
        return shown
    was = as_of(shown.board, period.revision - 1)
    return BoardOnDay(was.with_changes(_imported_since(was, shown.board, period)), period.ends)


def _imported_since(was: Board, board: Board, period: EarlierPeriod) -> Changes:
    """The imported check-ins of goals that ended with a period that differ by now; None for one that is gone."""
    ended = (g for g in board.goals if g.closed is not None and g.closed <= period.ends and was.goal(g.id) is not None)
    changes: Changes = {}
    for goal in ended:
        before = {c.id: c for c in was.checkins_of(goal.id) if c.is_imported}
        after = {c.id: c for c in board.checkins_of(goal.id) if c.is_imported}
        changes |= {i: after.get(i) for i in before.keys() | after.keys() if before.get(i) != after.get(i)}
    return changes


def view_of_closed(shown: BoardOnDay, goal: AnyGoal) -> BoardOnDay:
    """The board on which a goal's figures are read. Raises HistoryUnavailable.

    A team goal that rolls up and was closed with an earlier period counts what counted for it then, also what has gone
    on into the next period since; any other goal is read on the board that is `shown`.
    """
    team = shown.board.team
    if team is None or goal.closed is None or not isinstance(goal, TeamGoal) or goal.rolls_up == "own":
        return shown
    closing = next((p for p in team.earlier if p.starts <= goal.closed <= p.ends), None)
    if closing is None:
        return shown
    then = view_of_period(shown, closing)
    was = then.board.goal(goal.id)
    if was is None or was.outcome is not None:
        # It was closed before the period was.
        return shown
    own: Changes = {goal.id: msgspec.structs.replace(was, outcome=goal.outcome, closed=goal.closed)}
    revisions: Changes = {v.id: v for v in shown.board.revisions_of(goal.id)}
    return BoardOnDay(then.board.with_changes(own | revisions), then.day, over=True)


def touched(board: Board, ids: Iterable[RecordId]) -> set[RecordId]:
    """The goals and team goals whose standing may differ after these records changed."""
    found: set[RecordId] = set()
    for record_id in ids:
        record = board.get(record_id)
        goal = board.goal(record.goal) if isinstance(record, CheckIn | GoalRevision) else record
        if isinstance(goal, Goal | TeamGoal):
            found.add(goal.id)
        if isinstance(goal, Goal):
            found.update(goal.aligned)
            served = (board.goal(team_goal_id) for team_goal_id in goal.aligned)
            found.update(above.id for t in served if isinstance(t, TeamGoal) for above in goals_above(board, t))
        elif isinstance(goal, TeamGoal):
            found.update(above.id for above in goals_above(board, goal))
        if isinstance(record, Member):
            # The days that count for a goal are its owner's.
            found.update(g.id for g in board.goals_of(record.handle))
            found.update(t.id for t in board.team_goals if t.owner == record.handle)
    return found


def achieved(before: BoardOnDay, after: BoardOnDay, ids: Iterable[RecordId]) -> list[AnyGoal]:
    """The goals that a change has brought to their target."""
    found: list[AnyGoal] = []
    for goal_id in sorted(touched(after.board, ids)):
        was, now = before.board.goal(goal_id), after.board.goal(goal_id)
        if was is None or now is None or after.standing(now).status != "achieved":
            continue
        if before.standing(was).status != "achieved":
            found.append(now)
    return found


def _revised(shown: BoardOnDay, before: AnyGoal, after: AnyGoal) -> Changes:
    """The changes that a revision would make on the day, with its record: it holds an activity's earlier number."""
    if before.measure == after.measure or not isinstance(after.measure, Activity):
        return {after.id: after}
    was, now = fields_of(before) or {}, fields_of(after) or {}
    revision = GoalRevision(
        id=shown.board.next_id("revisions"),
        goal=after.id,
        reason="correction",
        why="",
        by=after.owner,
        at=shown.board.end_of(shown.day),
        state="agreed",
        before={"measure": was["measure"]},
        after={"measure": now["measure"]},
        effective=shown.day,
    )
    return {after.id: after, revision.id: revision}


class RevisionImpact(Struct, frozen=True):
    """The standing of a goal on a day, and with the revision; `then` is None if the revision closes it.

    `team` has the team goals that it serves, at any level, whose progress would change: team goal, progress now, then.
    """

    now: Standing
    then: Standing | None
    team: tuple[tuple[TeamGoal, float, float], ...] = ()


def revision_impact(shown: BoardOnDay, before: AnyGoal, after: AnyGoal) -> RevisionImpact:
    """The impact of replacing `before` by `after`, two versions of a goal, on a day."""
    board, day = shown.board, shown.day
    as_is, supposed = board.with_changes({before.id: before}), board.with_changes(_revised(shown, before, after))
    team: list[tuple[TeamGoal, float, float]] = []
    served = touched(board, [after.id]) - {after.id}
    for team_goal in board.open_team_goals:
        if team_goal.id in served and team_goal.rolls_up != "own":
            was, would_be = progress(as_is, team_goal), progress(supposed, team_goal)
            if not isclose(was, would_be, abs_tol=1e-9):
                team.append((team_goal, was, would_be))
    now = shown.standing(before) if before == board.get(before.id) else standing(as_is, before, day)
    return RevisionImpact(now, None if after.outcome else standing(supposed, after, day), tuple(team))
