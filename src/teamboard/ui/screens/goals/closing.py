"""The forms that close a goal, and open it again."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Label, Select, TextArea

from teamboard.actions.goal_changes.closing import CloseGoal, ReopenGoal
from teamboard.domain.board import AnyGoal, Board
from teamboard.domain.errors import Refused
from teamboard.domain.goals.revisions import notice_asks
from teamboard.domain.records import OUTCOMES, GoalOutcome
from teamboard.domain.sanitize import one_line
from teamboard.render.format import goal_label, name_of
from teamboard.render.goals.confirmations import describe_closed, describe_still_serving
from teamboard.render.revisions import describe_asked
from teamboard.store.base import Commit
from teamboard.ui.screens.form import FormScreen
from teamboard.ui.undo import take_back

OUTCOME_LABELS: dict[GoalOutcome, str] = {
    "achieved": "achieved: it was reached",
    "missed": "missed: it was not reached",
    "dropped": "dropped: it does not matter any more",
}


class CloseGoalForm(FormScreen):
    """How a goal ended, and why."""

    AUTO_FOCUS: ClassVar[str | None] = "#outcome"

    def __init__(self, goal: AnyGoal, *, reached: bool = False) -> None:
        """`reached` is true if the goal is at its target: then it is offered as achieved."""
        super().__init__()
        self._goal = goal
        self._reached = reached
        self.heading = f"Close {goal_label(goal)}"

    def fields(self) -> ComposeResult:
        """The outcome, and a word on why."""
        board, owner = self.board_app.board, self._goal.owner
        is_asked = notice_asks(board, owner, self.board_app.actor.member)
        asked = f" {name_of(board, owner)} is asked to acknowledge it." if is_asked else ""
        yield Label(Content(f"It closes today.{asked}"), id="before")
        if still := describe_still_serving(board, self._goal):
            yield Label(Content(still), id="still-serving")
        with Horizontal(classes="field"):
            yield Label("it is")
            choices = [(OUTCOME_LABELS[outcome], outcome) for outcome in OUTCOMES]
            select = Select[GoalOutcome](choices, prompt="how it ended", id="outcome", compact=True)
            if self._reached:
                select.value = "achieved"
            yield select
        yield from self.area("why", "why")

    def action(self) -> CloseGoal:
        """The outcome that was chosen. Raises Refused if there is none."""
        outcome = self.query_one("#outcome", Select).value
        if outcome not in OUTCOMES:
            self.query_one("#outcome", Select).focus()
            raise Refused("Choose how it ended: achieved, missed or dropped.")
        return CloseGoal(goal=self._goal.id, outcome=outcome, why=self.query_one("#why", TextArea).text)

    def done(self, commit: Commit) -> str:
        """The outcome, and who is asked to acknowledge it."""
        goal = commit.board.goal(self._goal.id) or self._goal
        asked = asked_words(commit.board, goal)
        return one_line(f"{goal.id} is closed: {describe_closed(commit.board, goal)}{asked}{take_back(self.board_app)}")


class ReopenGoalForm(FormScreen):
    """Why a goal is opened again."""

    AUTO_FOCUS: ClassVar[str | None] = "#why"

    def __init__(self, goal: AnyGoal) -> None:
        super().__init__()
        self._goal = goal
        self.heading = f"Open {goal_label(goal)} again"

    def fields(self) -> ComposeResult:
        """A word on why."""
        yield Label(Content(f"It was {self._goal.outcome} on {self._goal.closed}."), id="before")
        yield from self.area("why", "why")

    def action(self) -> ReopenGoal:
        """The word that was typed."""
        return ReopenGoal(goal=self._goal.id, why=self.query_one("#why", TextArea).text)

    def done(self, commit: Commit) -> str:
        """That the goal is open, and who is asked to acknowledge it."""
        asked = asked_words(commit.board, self._goal)
        return one_line(f"{self._goal.id} is open again{asked}{take_back(self.board_app)}")


def asked_words(board: Board, goal: AnyGoal) -> str:
    """Who is asked to acknowledge what was done with a goal: ` · Ana Ruiz is asked`; "" if nobody is."""
    asked = describe_asked(board, goal.id)
    return f" · {asked}" if asked else ""
