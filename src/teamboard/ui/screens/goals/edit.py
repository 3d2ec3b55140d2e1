"""The forms that edit a goal, and that correct a check-in."""

from __future__ import annotations

from typing import cast

from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Checkbox, Label, SelectionList, TextArea
from textual.widgets.selection_list import Selection

from teamboard.actions.base import find_goal
from teamboard.actions.check_ins import CorrectCheckIn, find_check_in
from teamboard.actions.goal_changes.edits import EditGoal
from teamboard.domain.amounts import format_exact
from teamboard.domain.board import AnyGoal, Board
from teamboard.domain.commit_log import fields_of
from teamboard.domain.errors import Conflict
from teamboard.domain.ids import RecordId, to_record_id
from teamboard.domain.input_parsing import parse_corrected_value
from teamboard.domain.permissions import may
from teamboard.domain.records import Activity, CheckIn, DoneOrNot, Goal, Metric, Milestones
from teamboard.domain.sanitize import one_line
from teamboard.render import format
from teamboard.store.base import Commit
from teamboard.ui.screens.form import FormScreen
from teamboard.ui.undo import take_back
from teamboard.ui.widgets.checkboxes import Tick, Ticks


class EditGoalForm(FormScreen):
    """A goal's title and note, and for those who set it, its weight and unit."""

    def __init__(self, board: Board, goal: AnyGoal) -> None:
        super().__init__()
        self._board = board
        self._goal = goal
        self.heading = f"Edit {format.goal_label(goal)}"

    def fields(self) -> ComposeResult:
        """Title, note, and what those who set the goal may change."""
        goal, board = self._goal, self._board
        yield Label(Content("Target, start and due day are revised, with a reason."), id="before")
        yield from self.field("new-title", "title", value=goal.title)
        yield from self.area("note", "why", goal.why)
        if isinstance(goal, Goal) and isinstance(goal.measure, Activity):
            yield from self.field("drives", "drives", "the goal to which it leads, such as G4", goal.drives or "")
        me, owner = board.member(self.board_app.actor.member), board.member(goal.owner)
        is_team_goal = not isinstance(goal, Goal)
        if not is_team_goal and not may(board, me, "set a weight or unit", owner):
            return
        if isinstance(goal, Goal):
            yield from self.field("weight", "weight", "what it counts beside others", self._weight_text(goal))
        if isinstance(goal.measure, Metric | Activity):
            yield from self.field("unit", "unit", "such as € or calls", goal.measure.unit)

    def action(self) -> EditGoal:
        """The fields that were changed. Raises Refused if nothing was, or the weight is not a number."""
        goal = self._goal
        title, note = self.text("new-title"), self.query_one("#note", TextArea).text
        return EditGoal(
            goal=goal.id,
            title=title if title != one_line(goal.title) else None,
            why=note if note.strip() != goal.why.strip() else None,
            weight=self._weight(),
            unit=self._unit(),
            drives=self._drives(),
            was={"title": "", "why": "", "drives": "", **(fields_of(goal) or {})},
        )

    def _weight(self) -> float | None:
        goal = self._goal
        if not isinstance(goal, Goal) or not self.query("#weight"):
            return None
        typed = self.text("weight")
        return self.number(typed) if typed != self._weight_text(goal) else None

    def _weight_text(self, goal: Goal) -> str:
        return format_exact(goal.weight, self.number_format)

    def _unit(self) -> str | None:
        measure = self._goal.measure
        if not isinstance(measure, Metric | Activity) or not self.query("#unit"):
            return None
        unit = self.text("unit")
        return unit if unit != one_line(measure.unit) else None

    def _drives(self) -> RecordId | None:
        goal = self._goal
        if not isinstance(goal, Goal) or not self.query("#drives"):
            return None
        drives = to_record_id(self.text("drives"))
        return drives if drives != (goal.drives or "") else None

    def done(self, commit: Commit) -> str:
        """That the goal is changed, and how to take it back."""
        goal = find_goal(commit.board, self._goal.id)
        return one_line(f"{format.goal_label(goal)} is changed{take_back(self.board_app)}")

    def conflict(self, conflict: Conflict) -> None:
        """Show the title and note of the other person; saving again puts this form's in their place."""
        theirs = cast("AnyGoal", conflict.theirs)
        self._goal = theirs
        note = f" · {one_line(theirs.why)}" if theirs.why else ""
        self.say(
            f"{conflict}\n  theirs  {one_line(theirs.title)}{note}\nctrl+s puts yours in its place; Esc keeps theirs."
        )


class CorrectCheckInForm(FormScreen):
    """The right value, call, best case and note of a check-in that was wrong."""

    def __init__(self, goal: AnyGoal, checkin: CheckIn) -> None:
        super().__init__()
        self._goal = goal
        self._checkin = checkin
        self.heading = f"Correct {checkin.id} of {format.goal_label(goal)}"

    def fields(self) -> ComposeResult:
        """The value or milestones, call and best case, and the note."""
        goal, checkin = self._goal, self._checkin
        yield Label(
            Content(f"{format.check_in_label(self.board_app.board, goal, checkin)} · the log keeps it"), id="before"
        )
        if isinstance(goal.measure, Milestones):
            yield Ticks(
                *(
                    Selection(Content(one_line(m.name)), m.name, m.name in checkin.done)
                    for m in goal.measure.milestones
                ),
                id="milestones",
                compact=True,
            )
        elif isinstance(goal.measure, DoneOrNot):
            yield Tick("Done", value=checkin.value >= 1, id="done", compact=True)
        else:
            was = format.amount(checkin.value, goal.measure, self.number_format)
            yield from self.field("value", "value", f"the right value; empty keeps {was}")
            for name, label, number in (("call", "call", checkin.call), ("best", "best case", checkin.best)):
                kept = "none" if number is None else format.amount(number, goal.measure, self.number_format)
                away = "" if number is None else "; none takes it away"
                yield from self.field(name, label, f"empty keeps {kept}{away}")
        yield from self.area("note", "note", checkin.note)

    def action(self) -> CorrectCheckIn:
        """The correction that was typed. Raises Refused if the value is not a number."""
        measure, note = self._goal.measure, self.query_one("#note", TextArea).text
        value = call = best = None
        without_call = without_best = False
        done: tuple[str, ...] = ()
        undone: tuple[str, ...] = ()
        if isinstance(measure, Milestones):
            done = tuple(self.query_one("#milestones", SelectionList).selected)
            undone = tuple(m.name for m in measure.milestones if m.name not in done)
        elif isinstance(measure, DoneOrNot):
            value = float(self.query_one("#done", Checkbox).value)
        else:
            without_call, without_best = (self.text(name).casefold() == "none" for name in ("call", "best"))
            value = self._number("value")
            call, best = None if without_call else self._number("call"), None if without_best else self._number("best")
        changed = note.strip() != self._checkin.note.strip()
        return CorrectCheckIn(
            checkin=self._checkin.id,
            value=value,
            done=done,
            undone=undone,
            note=note if changed else None,
            call=call,
            best=best,
            without_call=without_call,
            without_best=without_best,
        )

    def _number(self, field: str) -> float | None:
        typed = self.text(field)
        return parse_corrected_value(typed, self._goal.measure, self.number_format) if typed else None

    def done(self, commit: Commit) -> str:
        """The value before and now."""
        now = find_check_in(commit.board, self._checkin.id)
        corrected = format.describe_corrected(self._checkin, now, self._goal.measure, self.number_format)
        what = corrected or "another note"
        return f"{now.id} of {self._goal.id} is corrected: {what}{take_back(self.board_app)}"
