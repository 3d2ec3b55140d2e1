"""The check-in form: value, confidence, note, next step, blocker, call and best case, the day of a late one."""

from __future__ import annotations

from datetime import date
from typing import cast

from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Checkbox, Input, Label, SelectionList, TextArea
from textual.widgets.selection_list import Selection

from teamboard.actions.check_ins import CheckInGoal
from teamboard.domain.board import AnyGoal
from teamboard.domain.check_ins import call_and_best
from teamboard.domain.errors import Conflict, Refused, Unlikely
from teamboard.domain.goals.closing import last_said
from teamboard.domain.goals.progress import checkin_followed, confidence_in, value_of
from teamboard.domain.input_parsing import parse_corrected_value, parse_date, parse_value
from teamboard.domain.records import Activity, CheckIn, DoneOrNot, Metric, Milestones
from teamboard.domain.sanitize import one_line
from teamboard.render import format
from teamboard.store.base import Commit
from teamboard.ui.live_app import Failure
from teamboard.ui.screens.form import FormScreen
from teamboard.ui.widgets.checkboxes import Tick, Ticks


class CheckInScreen(FormScreen):
    """A check-in on a goal; the result is True once it is committed."""

    def __init__(self, goal: AnyGoal, last: CheckIn | None, *, place: str = "") -> None:
        """`place` is shown before the title if several forms follow each other, such as `1 of 3`."""
        super().__init__()
        self._goal = goal
        self._seen = last
        self._confirmed: tuple[str, ...] | None = None
        self.heading = f"{f'{place} · ' if place else ''}{format.goal_label(goal)}"

    def fields(self) -> ComposeResult:
        """The value or milestones, confidence, note, next step, blocker, call and best case, day."""
        goal, last = self._goal, self._seen
        yield Label(Content(self._before()), id="before")
        if isinstance(goal.measure, Milestones):
            done = last.done if last else ()
            yield Ticks(
                *(Selection(Content(one_line(m.name)), m.name, m.name in done) for m in goal.measure.milestones),
                id="milestones",
                compact=True,
            )
        elif isinstance(goal.measure, DoneOrNot):
            yield Tick("Done", value=bool(last and last.value >= 1), id="done", compact=True)
        else:
            last_value = format.amount(self._value_before(), goal.measure, self.number_format)
            label, new = (
                ("this week", "how many so far") if isinstance(goal.measure, Activity) else ("now", "the new value")
            )
            yield from self.field("value", label, f"{new}, or +4; empty keeps {last_value}")
        yield from self.field("confidence", "confidence", "0 to 10")
        yield from self.area("note", "note")
        yield from self.field("next", "next step")
        report = last_said(self.board_app.board, goal)
        blocker = one_line(report.blocker) if report else ""
        yield from self.field("blocker", "help wanted", "what is in the way?", blocker)
        if isinstance(goal.measure, Metric | Activity):
            call, best = call_and_best(self.board_app.board.checkins_of(goal.id), goal.measure)
            yield from self.field("call", "call", self._kept(call) or "what you expect to reach by the due day")
            yield from self.field("best", "best case", self._kept(best) or "if all goes well")
        yield from self.field("on", "day", "today; if it is late, today-2 or 2026-12-31")

    def _kept(self, value: float | None) -> str:
        """That an empty field keeps a number; "" for none."""
        return "" if value is None else f"empty keeps {format.amount(value, self._goal.measure, self.number_format)}"

    def _before(self) -> str:
        goal, last = self._goal, self._seen
        value = format.amount(self._value_before(), goal.measure, self.number_format)
        target = (
            f" of {format.amount(goal.measure.target, goal.measure, self.number_format)}"
            if isinstance(goal.measure, Metric)
            else ""
        )
        week = self.board_app.current.standing(goal).week
        if week is not None:
            value = format.describe_week(goal.measure, week, self.number_format)
        if last is None:
            return f"{value}{target} · no check-in yet · the team sees it"
        board = self.board_app.board
        when = format.ago(max((self.board_app.today - board.checkin_day(last)).days, 0))
        confidence = confidence_in(board, goal)
        sure = f" · confidence {confidence}" if confidence is not None else ""
        return f"{value}{target} · {when}{sure} · the team sees it"

    def _value_before(self) -> float:
        """The value to which the check-in adds."""
        app = self.board_app
        return value_of(self._goal, checkin_followed(app.board, self._goal, self._seen, app.today))

    def action(self) -> CheckInGoal:
        """The check-in that was typed."""
        value = change = None
        done: tuple[str, ...] = ()
        undone: tuple[str, ...] = ()
        if isinstance(self._goal.measure, Milestones):
            done = tuple(self.query_one("#milestones", SelectionList).selected)
            undone = tuple(m.name for m in self._goal.measure.milestones if m.name not in done)
        elif isinstance(self._goal.measure, DoneOrNot):
            value = float(self.query_one("#done", Checkbox).value)
        elif typed := self.text("value"):
            value, change = parse_value(typed, self._goal.measure, self.number_format)
        sure = self.text("confidence")
        if sure and not (sure.isdecimal() and int(sure) <= 10):
            raise Refused("Confidence is a whole number from 0 to 10.")
        return CheckInGoal(
            goal=self._goal.id,
            value=value,
            change=change,
            done=done,
            undone=undone,
            note=self.query_one("#note", TextArea).text,
            confidence=int(sure) if sure else None,
            call=self._number("call"),
            best=self._number("best"),
            next_step=self.text("next"),
            blocker=self.text("blocker"),
            on=self._day(),
            seen=self._seen.id if self._seen else None,
            ask=self._contents() != self._confirmed,
        )

    def refuse(self, failure: Failure) -> None:
        """Ask about a value that is probably a typing error; saving again, unchanged, stores it."""
        if isinstance(failure, Unlikely):
            self._confirmed = self._contents()
            self.say(f"{failure.what}. Save again if it is right.")
        else:
            super().refuse(failure)

    def _number(self, field: str) -> float | None:
        """The number typed into a field; None for an empty one, or where the form has no such field."""
        if not self.query(f"#{field}") or not self.text(field):
            return None
        return parse_corrected_value(self.text(field), self._goal.measure, self.number_format)

    def _day(self) -> date | None:
        try:
            return parse_date(self.text("on"), self.board_app.today) if self.text("on") else None
        except ValueError as error:
            raise Refused(f"{error}.") from None

    def done(self, commit: Commit) -> str:
        """The value before → now, progress, pace, status."""
        [check_in] = commit.all_created(CheckIn)
        return format.check_in_line(self.board_app.current, check_in)

    def conflict(self, conflict: Conflict) -> None:
        """Show the other person's check-in; saving again adds this one after it."""
        theirs = cast("CheckIn", conflict.theirs)
        self._seen = theirs
        value = format.amount(theirs.value, self._goal.measure, self.number_format)
        note = f": {one_line(theirs.note)}" if theirs.note else ""
        self.query_one("#before", Label).update(Content(self._before()))
        mine = next((field.value for field in self.query("#value").results(Input)), "") or "as ticked above"
        both = f"  theirs  {value}{note}\n  yours   {one_line(mine)}"
        self.say(f"{conflict} Save again to put yours after it.\n{both}")
