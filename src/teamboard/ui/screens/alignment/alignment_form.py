"""The form that aligns a goal: its share in each team goal, in percent, 100 in all."""

from __future__ import annotations

from math import fsum
from typing import ClassVar

from textual import getters, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Input, Label, Static

from teamboard.actions.alignment import AlignGoal
from teamboard.actions.base import find_goal
from teamboard.domain.amounts import format_exact, format_number
from teamboard.domain.board import Board
from teamboard.domain.errors import Conflict, Refused
from teamboard.domain.ids import RecordId, to_record_id
from teamboard.domain.records import Goal
from teamboard.domain.sanitize import one_line
from teamboard.render import format
from teamboard.render.board import describe_alignment, owner_name
from teamboard.store.base import Commit
from teamboard.ui.screens.form import FormScreen
from teamboard.ui.widgets.ordered_input import LineField


class ShareField(LineField):
    """An input field for a share."""

    def check_consume_key(self, key: str, character: str | None) -> bool:
        """Leave the space key to the screen, which binds it."""
        return key != "space" and super().check_consume_key(key, character)


class AlignmentForm(FormScreen):
    """The shares of a goal in team goals; the result is True once they are committed."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "all_here", "All of it here", priority=True),
        Binding("down", "app.focus_next", show=False),
        Binding("up", "app.focus_previous", show=False),
    ]

    total = getters.query_one("#total", Static)

    def __init__(self, board: Board, goal: Goal) -> None:
        super().__init__()
        self._board = board
        self._goal = goal
        self._seen = goal.aligned
        self.heading = f"Move {format.goal_label(goal)}"

    def fields(self) -> ComposeResult:
        """A line for each team goal, with its share in percent."""
        goal = self._goal
        now = describe_alignment(self._board, goal)
        yield Label(Content(one_line(f"{owner_name(self._board, goal)} · now aligned to {now}")), id="before")
        for team_goal in self._board.open_team_goals:
            with Horizontal(classes="field share"):
                yield Label(Content(format.goal_label(team_goal)))
                value = self._percent(goal.aligned[team_goal.id]) if team_goal.id in goal.aligned else ""
                yield ShareField(value, id=f"share-{team_goal.id}", placeholder="—", compact=True, max_length=8)
                yield Label("%", classes="unit")
        yield Static(id="total", markup=False)

    def _percent(self, share: float) -> str:
        """A share in per cent, for its field."""
        return format_exact(round(share * 100, 4), self.number_format)

    def on_mount(self) -> None:
        super().on_mount()
        first = next((t for t in self._goal.aligned if self.query(f"#share-{t}")), None)
        if first:
            self.query_one(f"#share-{first}", Input).focus()

    def shares(self) -> dict[RecordId, float]:
        """The shares that were typed, as ratios by team goal. Raises Refused if one is not a number."""
        shares: dict[RecordId, float] = {}
        for line in self.query(".share Input").results(Input):
            text = line.value.strip()
            if text and line.id:
                shares[to_record_id(line.id.removeprefix("share-"))] = self.number(text) / 100
        return {team_goal: share for team_goal, share in shares.items() if share}

    @on(Input.Changed)
    def _add_up(self) -> None:
        """Show how far the shares are from 100 %."""
        try:
            shares = self.shares()
        except Refused as refusal:
            text = str(refusal)
        else:
            whole = round(fsum(shares.values()) * 100, 6)
            if not shares:
                text = "aligned to no team goal"
            elif whole == 100:
                text = "adds up to 100 %"
            else:
                apart = (
                    f"{format_number(abs(100 - whole), self.number_format)} % {'to go' if whole < 100 else 'too much'}"
                )
                text = f"adds up to {format_number(whole, self.number_format)} %: {apart}"
        self.total.update(text)
        self.total.set_class(not text.endswith("to 100 %"), "-off")

    def action_all_here(self) -> None:
        """Set the share of the focused team goal to 100 % and clear the others."""
        here = self.focused
        for line in self.query(".share Input").results(Input):
            line.value = "100" if line is here else ""

    def action(self) -> AlignGoal:
        """The alignment that was typed."""
        return AlignGoal(goal=self._goal.id, aligned=self.shares(), seen=self._seen)

    def done(self, commit: Commit) -> str:
        """The team goals that the goal is aligned to now."""
        goal = find_goal(commit.board, self._goal.id)
        assert isinstance(goal, Goal)
        return f"{goal.id} is aligned to {describe_alignment(commit.board, goal)}."

    def conflict(self, conflict: Conflict) -> None:
        """Show the other person's alignment; saving again replaces it."""
        theirs = conflict.theirs
        if isinstance(theirs, Goal):
            self._seen = theirs.aligned
            now = describe_alignment(self.board_app.board, theirs)
            self.say(f"{conflict}\n  theirs  {now}\nctrl+s puts yours in its place; Esc keeps theirs.")
