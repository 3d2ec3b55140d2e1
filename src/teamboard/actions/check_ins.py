"""Checking in: the current value of a goal, with confidence, note, next step and blocker."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar

import msgspec
from msgspec import UNSET, Struct, UnsetType

from teamboard.actions.base import Actor, find_goal, open_goal, require
from teamboard.domain.amounts import bounded_number, format_amount
from teamboard.domain.board import AnyGoal, Board, Changes
from teamboard.domain.check_ins import call_and_best, describe_jump, describe_odd_call, is_worse
from teamboard.domain.errors import Conflict, NotFound, Refused, Unlikely
from teamboard.domain.goals.activity import week_number
from teamboard.domain.goals.closing import is_handed_over, reports_on
from teamboard.domain.goals.progress import checkin_followed, checkin_on, progress, value_of, value_range
from teamboard.domain.goals.revisions import leaver_before, terms_on
from teamboard.domain.handles import display_name
from teamboard.domain.ids import RecordId, to_record_id
from teamboard.domain.people import on_team
from teamboard.domain.records import Activity, CheckIn, DoneOrNot, Goal, Member, Metric, Milestones, TeamGoal
from teamboard.domain.sanitize import clean_line, clean_text
from teamboard.domain.verbs import VerbName


class CheckInGoal(Struct, frozen=True, kw_only=True):
    """Store the current value of a goal.

    A metric takes `value`, or `change` to add to the last one; an activity takes the count of its week so far, or
    `change` to add to it; milestones take the names that are `done` or
    `undone` since then; a goal that is done or not takes `value` 1 or 0. With none of these, but with a note, say, the
    value stays. Refused if nothing at all is given. Without a `blocker` (None) the help that is wanted stays as it is.
    A late check-in is about the earlier day `on`: `change`, `done` and what stays refer to the value of that day.
    `call` is the value expected at the due day, `best` the best case; both in the unit of a metric or an activity.
    `seen` is the id of the check-in that the person was looking at (None if there was none); leave it unset to
    follow the newest one. Raises Conflict if another check-in came after `seen`.
    With `ask`, raises Unlikely for a value that goes far back or far past the target (`describe_jump`), and for a call
    or best case that does not go with what is reached, the former one or the target (`describe_odd_call`).
    """

    verb: ClassVar[VerbName] = "check in"

    goal: RecordId
    value: float | None = None
    change: float | None = None
    done: tuple[str, ...] = ()
    undone: tuple[str, ...] = ()
    note: str = ""
    confidence: int | None = None
    next_step: str = ""
    blocker: str | None = None
    on: date | None = None
    call: float | None = None
    best: float | None = None
    seen: RecordId | UnsetType | None = UNSET
    ask: bool = False

    def __call__(self, board: Board, by: Actor, at: datetime) -> Changes:
        today = board.day_of(at)
        goal, owner = _goal_to_check_in(board, self.goal, by, today)
        member = require(board, by, self.verb, owner)
        if isinstance(goal, TeamGoal) and goal.rolls_up != "own":
            raise Refused(f"{goal.id} is the sum of the goals aligned to it: check in on those.")
        last = board.last_checkin(goal.id)
        if self.seen is not UNSET and last is not None and last.id != self.seen:
            raise Conflict(f"{last.by} checked in on {goal.id} while you were typing.", last)
        blocked = self._blocker_before(board, goal)
        if not self._says_something and not (self.blocker is not None and blocked):
            raise Refused(f"{goal.id}: give a value, or a note, a confidence, a next step or a blocker.")
        if self.confidence is not None and not 0 <= self.confidence <= 10:
            raise Refused("Confidence must be from 0 to 10.")
        on = self._late_day(board, goal, owner, today)
        call, best = self._calls(board, goal)
        _refuse_before_first_day(board, goal, owner, on or today)
        last = checkin_followed(board, goal, checkin_on(board, goal.id, on), on or today)
        value, done = self.new_value(goal, last)
        if self.ask:
            what = describe_jump(goal.measure, value_of(goal, last), value, board.number_format)
            if what := what or _odd_call(board, goal, on or today, value, call, best):
                raise Unlikely(f"{goal.id}: {what}")
        checkin = CheckIn(
            id=board.next_id("checkins"),
            goal=goal.id,
            value=value,
            note=clean_text(self.note, "The note"),
            by=member.handle,
            at=at,
            confidence=self.confidence,
            next_step=clean_line(self.next_step, "The next step"),
            blocker=blocked if self.blocker is None else clean_line(self.blocker, "The blocker"),
            done=done,
            on=on,
            call=call,
            best=best,
        )
        return {checkin.id: checkin}

    def _late_day(self, board: Board, goal: AnyGoal, owner: Member | None, today: date) -> date | None:
        """The day of a late check-in; None for one of today. Raises Refused."""
        if self.on is None or self.on == today:
            return None
        if self.on > today:
            raise Refused(f"A check-in can't be about a day in the future, {self.on}: today is {today}.")
        if self.on < goal.starts:
            raise Refused(f"{goal.id} starts on {goal.starts}: check in on that day or a later one.")
        handle = terms_on(board, goal, self.on).owner
        if isinstance(goal, Goal) and owner is not None and handle not in (goal.owner, owner.handle):
            before = board.member(handle)
            raise Refused(
                f"On {self.on} {goal.id} was {display_name(board, before) if before else handle}'s: "
                "give a day since it was handed over."
            )
        return self.on

    def _calls(self, board: Board, goal: AnyGoal) -> tuple[float | None, float | None]:
        """The call and the best case that are given. Raises Refused for a best case worse than the call that holds."""
        call, best = bounded_calls(goal, self.call, self.best)
        if best is not None:
            held = call if call is not None else call_and_best(board.checkins_of(goal.id), goal.measure)[0]
            refuse_worse_best(board, goal, held, best)
        return call, best

    def _blocker_before(self, board: Board, goal: AnyGoal) -> str:
        """What help was wanted on the day that the check-in is about, as people said; "" for none."""
        on = self.on or date.max
        reports = reversed(reports_on(board, goal))
        return next((c.blocker for c in reports if board.checkin_day(c) <= on), "")

    @property
    def _says_something(self) -> bool:
        texts = (self.note, self.next_step, self.blocker)
        numbers = (self.value, self.change, self.confidence, self.call, self.best)
        return bool(self.done or self.undone or any(texts)) or any(number is not None for number in numbers)

    def new_value(self, goal: AnyGoal, last: CheckIn | None) -> tuple[float, tuple[str, ...]]:
        """The value, and the names of the milestones done where the goal has milestones.

        `last` has the value that stays, or to which `change` adds; None if there is none yet.
        """
        measure = goal.measure
        if isinstance(measure, Milestones):
            return self._milestones(goal, measure, last.done if last else ())
        if self.done or self.undone:
            raise Refused(f"{goal.id} has no milestones; give a value.")
        value = self.value
        if self.change is not None:
            if not isinstance(measure, Metric | Activity):
                raise Refused(f"{goal.id} is done or not: give 1 (done) or 0.")
            value = value_of(goal, last) + self.change
        if value is None:
            value = value_of(goal, last)
        value = bounded_number(value, "The value")
        if isinstance(measure, DoneOrNot) and value not in (0.0, 1.0):
            raise Refused(f"{goal.id} is done or not: give 1 (done) or 0.")
        if isinstance(measure, Activity) and value < 0:
            raise Refused(f"{goal.id} counts what was done this week: it can't be below 0.")
        return value, ()

    def _milestones(self, goal: AnyGoal, measure: Milestones, before: tuple[str, ...]) -> tuple[float, tuple[str, ...]]:
        if self.value is not None or self.change is not None:
            raise Refused(f"{goal.id} is measured by milestones: say which are done.")
        names = [m.name for m in measure.milestones]
        done = set(before)
        done |= {_milestone(goal, names, name) for name in self.done}
        done -= {_milestone(goal, names, name) for name in self.undone}
        done_in_order = tuple(name for name in names if name in done)
        return sum(m.weight for m in measure.milestones if m.name in done), done_in_order


def _odd_call(board: Board, goal: AnyGoal, day: date, value: float, call: float | None, best: float | None) -> str:
    """What is unlikely about a call or best case of a day with its value; "" for nothing."""
    measure = goal.measure
    if (call is None and best is None) or not isinstance(measure, Metric | Activity):
        return ""
    start, target = value_range(board, goal)
    reached = value if isinstance(measure, Metric) else progress(board, goal) * target
    before = call_and_best([c for c in board.checkins_of(goal.id) if board.checkin_day(c) <= day], measure)
    told = (
        describe_odd_call(
            name,
            new,
            former,
            unit=measure.unit,
            start=start,
            target=target,
            reached=reached,
            format=board.number_format,
        )
        for name, new, former in (("call", call, before[0]), ("best case", best, before[1]))
        if new is not None
    )
    return next(filter(None, told), "")


def bounded_calls(goal: AnyGoal, call: float | None, best: float | None) -> tuple[float | None, float | None]:
    """A call and a best case that a goal takes, as floats. Raises Refused."""
    if call is None and best is None:
        return None, None
    if not isinstance(goal.measure, Metric | Activity):
        measured = "by milestones" if isinstance(goal.measure, Milestones) else "as done or not"
        raise Refused(f"{goal.id} is measured {measured}: give --confidence; a call and a best case are for numbers.")
    call = None if call is None else bounded_number(call, "The call")
    best = None if best is None else bounded_number(best, "The best case")
    if isinstance(goal.measure, Activity) and min(n for n in (call, best) if n is not None) < 0:
        raise Refused(f"{goal.id} counts what is done: a call can't be below 0.")
    return call, best


def refuse_worse_best(board: Board, goal: AnyGoal, call: float | None, best: float | None) -> None:
    """Raise Refused if a best case is worse than a call."""
    if call is None or best is None or not is_worse(best, call, goal.measure):
        return
    worse = "below" if best < call else "above"
    unit = goal.measure.unit if isinstance(goal.measure, Metric | Activity) else ""
    best_text, call_text = (format_amount(number, unit, board.number_format) for number in (best, call))
    raise Refused(f"The best case, {best_text}, is {worse} the call, {call_text}: give both, the best case the better.")


def _goal_to_check_in(board: Board, goal_id: RecordId, by: Actor, today: date) -> tuple[AnyGoal, Member | None]:
    """An open goal and whose it is: its owner's, or of who leaves on a later day and had it until it was handed over.

    Of one that was split it is what stays with who leaves, until that day, or an activity's week that runs.
    Raises NotFound and Refused.
    """
    goal = find_goal(board, goal_id)
    owner, leaver = board.member(goal.owner), leaver_before(board, goal, today)
    if leaver is not None and leaver.handle == by.member:
        return open_goal(board, goal_id), leaver
    leaves = owner is not None and owner.left is not None and on_team(owner, today)
    if leaves and goal.owner == by.member and is_handed_over(board, goal):
        return goal, owner
    if isinstance(goal.measure, Activity) and today <= goal.due and is_handed_over(board, goal):
        # The rest begins on Monday: the week that runs is still the owner's before.
        return goal, owner
    return open_goal(board, goal_id), owner


def _refuse_before_first_day(board: Board, goal: AnyGoal, owner: Member | None, day: date) -> None:
    """Raise Refused for a day before the first week of an activity, or before the owner of a member's goal begins."""
    if isinstance(goal.measure, Activity) and week_number(day) < week_number(goal.starts):
        raise Refused(f"{goal.id} starts on {goal.starts}: check in on that day or a later one.")
    if isinstance(goal, Goal) and owner is not None and owner.starts is not None and day < owner.starts:
        raise Refused(
            f"{goal.id} is {display_name(board, owner)}'s, who starts on {owner.starts}: "
            "check in on that day or a later one."
        )


class CorrectCheckIn(Struct, frozen=True, kw_only=True):
    """Correct the value, milestones, note, call or best case of a check-in; what it was stays in the history.

    The names in `done` and `undone` are added to its milestones and taken from them. What is None stays as it is;
    `without_call` and `without_best` take these away.
    """

    verb: ClassVar[VerbName] = "correct a check-in"

    checkin: RecordId
    value: float | None = None
    done: tuple[str, ...] = ()
    undone: tuple[str, ...] = ()
    note: str | None = None
    call: float | None = None
    best: float | None = None
    without_call: bool = False
    without_best: bool = False

    def __call__(self, board: Board, by: Actor, at: datetime) -> Changes:
        checkin = find_check_in(board, self.checkin)
        goal = open_goal(board, checkin.goal)
        member = require(board, by, self.verb, board.member(goal.owner))
        if checkin.fact is not None:
            raise Refused(
                f"{checkin.id} has the value of the fact {checkin.fact}: correct it there, and import it again."
            )
        given = CheckInGoal(goal=goal.id, value=self.value, done=self.done, undone=self.undone)
        value, done = given.new_value(goal, checkin)
        note = checkin.note if self.note is None else clean_text(self.note, "The note")
        call, best = bounded_calls(goal, self.call, self.best)
        if call is None and not self.without_call:
            call = checkin.call
        if best is None and not self.without_best:
            best = checkin.best
        if (call, best) != (checkin.call, checkin.best):
            refuse_worse_best(board, goal, call, best)
        corrected = msgspec.structs.replace(checkin, value=value, done=done, note=note, call=call, best=best)
        if corrected == checkin:
            raise Refused(f"Nothing about {checkin.id} would change.")
        return {checkin.id: msgspec.structs.replace(corrected, corrected_by=member.handle, corrected_at=at)}


def find_check_in(board: Board, checkin_id: str) -> CheckIn:
    """The check-in of an id, in upper or lower case. Raises NotFound."""
    checkin = board.get(to_record_id(checkin_id))
    if not isinstance(checkin, CheckIn):
        raise NotFound(f"There is no check-in {checkin_id!r}. `teamboard show --goal` lists those of a goal.")
    return checkin


def _milestone(goal: AnyGoal, names: list[str], wanted: str) -> str:
    """The milestone of a name in any case, or the only one that begins with it. Raises Refused."""
    key = wanted.strip().casefold()
    matches = [n for n in names if n.casefold() == key] or [n for n in names if key and n.casefold().startswith(key)]
    if len(matches) != 1:
        listed = "; ".join(names)
        raise Refused(f"{goal.id} has no single milestone {wanted!r}; it has: {listed}.")
    return matches[0]
