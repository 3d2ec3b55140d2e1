"""The form that lets a team goal serve another one."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Label, Select

from teamboard.actions.alignment import AlignTeamGoal
from teamboard.domain.board import Board
from teamboard.domain.errors import Conflict
from teamboard.domain.goals.tree import goals_above
from teamboard.domain.ids import to_record_id
from teamboard.domain.records import TeamGoal
from teamboard.domain.sanitize import one_line
from teamboard.render.board import describe_serving, owner_name
from teamboard.render.format import goal_label
from teamboard.store.base import Commit
from teamboard.ui.screens.form import FormScreen

NONE = "none"


class ServingForm(FormScreen):
    """The team goal that another one serves; the result is True once it is committed."""

    AUTO_FOCUS = "#serves"

    def __init__(self, board: Board, goal: TeamGoal) -> None:
        super().__init__()
        self._board = board
        self._goal = goal
        self._seen = goal.serves
        self.heading = f"Move {goal_label(goal)}"

    def fields(self) -> ComposeResult:
        """The open team goals that it can serve, or none; not those that serve it."""
        board, goal = self._board, self._goal
        now = f"now serves {describe_serving(board, goal)}"
        yield Label(Content(one_line(f"{owner_name(board, goal)} · {now}")), id="before")
        others = [
            t for t in board.open_team_goals if t.id != goal.id and goal.id not in (a.id for a in goals_above(board, t))
        ]
        names = [(Content(goal_label(t)), str(t.id)) for t in others]
        value = goal.serves if goal.serves in {t.id for t in others} else NONE
        with Horizontal(classes="field"):
            yield Label("serves")
            yield Select[str](
                [*names, ("no team goal", NONE)], value=value or NONE, allow_blank=False, id="serves", compact=True
            )

    def action(self) -> AlignTeamGoal:
        """What was chosen."""
        chosen = str(self.query_one("#serves", Select).value)
        return AlignTeamGoal(
            goal=self._goal.id, serves=None if chosen == NONE else to_record_id(chosen), seen=self._seen
        )

    def done(self, commit: Commit) -> str:
        """The team goal that it serves now."""
        goal = commit.board.goal(self._goal.id)
        above = describe_serving(commit.board, goal) if isinstance(goal, TeamGoal) else ""
        return f"{self._goal.id} serves {above}."

    def conflict(self, conflict: Conflict) -> None:
        """Show what it serves now; saving again replaces it."""
        theirs = conflict.theirs
        if isinstance(theirs, TeamGoal):
            self._seen = theirs.serves
            now = describe_serving(self.board_app.board, theirs)
            self.say(f"{conflict}\n  theirs  {now}\nctrl+s puts yours in its place; Esc keeps theirs.")
