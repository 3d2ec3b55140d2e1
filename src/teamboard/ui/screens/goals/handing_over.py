"""The form that hands a goal over to another member."""

from __future__ import annotations

from typing import ClassVar

from textual import getters, on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Input, Label, Select, Static, TextArea

from teamboard.actions.base import find_goal
from teamboard.actions.goal_changes.handing_over import HandOverGoal
from teamboard.domain.board import AnyGoal, Board
from teamboard.domain.errors import Refused
from teamboard.domain.goals.handing_over import is_split
from teamboard.domain.people import absence_on, stays
from teamboard.domain.records import Goal, Member, Metric
from teamboard.domain.sanitize import one_line
from teamboard.render.format import goal_label, name_of
from teamboard.render.goals.confirmations import describe_hand_over
from teamboard.store.base import Commit
from teamboard.ui.screens.form import FormScreen
from teamboard.ui.screens.goals.closing import asked_words
from teamboard.ui.undo import take_back


class HandOverForm(FormScreen):
    """Who takes a goal, and the target of what is left; below it what becomes of the goal."""

    AUTO_FOCUS: ClassVar[str | None] = "#to"

    plan = getters.query_one("#plan", Static)

    def __init__(self, board: Board, goal: AnyGoal) -> None:
        super().__init__()
        self._board = board
        self._goal = goal
        self.heading = f"Hand over {goal_label(goal)}"

    def fields(self) -> ComposeResult:
        """The new owner, the target of a metric, a word on why, and what becomes of the goal."""
        goal, board = self._goal, self._board
        splits = isinstance(goal, Goal) and is_split(board, goal)
        what = "what was reached stays, the rest is a new goal" if splits else "value and history go along"
        yield Label(Content(one_line(f"{name_of(board, goal.owner)} · {what}")), id="before")
        with Horizontal(classes="field"):
            yield Label("to")
            choices = [(one_line(f"{m.name} ({m.handle})"), m.handle) for m in self._colleagues()]
            yield Select[str](choices, prompt="who takes it", id="to", compact=True)
        if isinstance(goal.measure, Metric):
            hint = "of the rest; empty: all of it" if splits else "empty: as it is"
            yield from self.field("new-target", "target", hint)
        yield from self.area("why", "why")
        yield Static(id="plan", markup=False)

    def _colleagues(self) -> list[Member]:
        """The members who are here and stay, but the owner."""
        app, owner = self.board_app, self._goal.owner
        return [m for m in app.current.members if m.handle != owner and stays(m) and absence_on(m, app.today) is None]

    @on(Select.Changed)
    @on(Input.Changed)
    def _update_plan(self) -> None:
        """Say what becomes of the goal, or why it can't be handed over so."""
        if self.query_one("#to", Select).is_blank():
            self.plan.update("")
            return
        app = self.board_app
        try:
            planned, _ = self.action().planned(app.board, find_goal(app.board, self._goal.id), app.actor, app.now)
        except Refused as refusal:
            self.plan.update(str(refusal))
        else:
            self.plan.update(describe_hand_over(app.board, planned, app.today))

    def action(self) -> HandOverGoal:
        """The hand-over that was chosen. Raises Refused if nobody was, or the target is not a number."""
        to = self.query_one("#to", Select)
        if to.is_blank():
            to.focus()
            raise Refused("Choose who takes it.")
        typed = self.text("new-target") if self.query("#new-target") else ""
        target = self.number(typed) if typed else None
        return HandOverGoal(
            goal=self._goal.id, to=str(to.value), target=target, why=self.query_one("#why", TextArea).text
        )

    def done(self, commit: Commit) -> str:
        """Whose it is, what stays, and who is asked to acknowledge it."""
        made = commit.all_created(Goal)
        goal = made[0] if made else find_goal(commit.board, self._goal.id)
        owner = name_of(commit.board, goal.owner)
        return one_line(f"{goal.id} is {owner}'s{asked_words(commit.board, goal)}{take_back(self.board_app)}")
