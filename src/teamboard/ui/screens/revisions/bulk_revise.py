"""The form that revises several marked goals at once, with one reason and story."""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Checkbox, Label

from teamboard.actions.batch import Batch
from teamboard.actions.revisions import ReviseGoal
from teamboard.domain.amounts import plural
from teamboard.domain.board import AnyGoal, Board
from teamboard.domain.errors import Refused
from teamboard.domain.goals.revisions import newest_revision_id
from teamboard.domain.input_parsing import parse_date
from teamboard.domain.records import GoalRevision
from teamboard.render.format import goal_label
from teamboard.store.base import Commit
from teamboard.ui.screens.revisions.revision_form_base import RevisionFormBase
from teamboard.ui.widgets.checkboxes import Tick

MAX_NAMED = 4


class BulkReviseScreen(RevisionFormBase):
    """Moves the due day of all marked goals, or drops them, in one commit."""

    def __init__(self, board: Board, goals: Sequence[AnyGoal]) -> None:
        super().__init__()
        self._goals = goals
        self._seen = {goal.id: newest_revision_id(board, goal.id) for goal in goals}
        self.heading = f"Revise {len(goals)} goals"

    def fields(self) -> ComposeResult:
        """The due day, whether to drop the goals, the reason and the story."""
        named = [goal_label(g) for g in self._goals[:MAX_NAMED]]
        more = [f"and {len(self._goals) - MAX_NAMED} more"] if len(self._goals) > MAX_NAMED else []
        yield Label(Content(", ".join([*named, *more])), id="before")
        yield from self.field("due", "due", "the new day for all of them")
        yield Tick("Drop these goals", id="drop", compact=True)
        yield from self.story_fields()

    def action(self) -> Batch:
        """One revision for each goal, with the same reason and story."""
        reason, why = self.reason_and_story()
        drop = self.query_one("#drop", Checkbox).value
        try:
            due = parse_date(self.text("due"), self.board_app.today) if self.text("due") else None
        except ValueError as error:
            raise Refused(f"{error}.") from None
        return Batch(
            tuple(
                ReviseGoal(goal=goal.id, reason=reason, why=why, due=due, drop=drop, seen=self._seen[goal.id])
                for goal in self._goals
            )
        )

    def done(self, commit: Commit) -> str:
        """How many of the goals were revised at once, and how many revisions are proposed."""
        revisions = commit.all_created(GoalRevision)
        proposed = sum(revision.state == "proposed" for revision in revisions)
        agreed = len(revisions) - proposed
        words = [f"{proposed} proposed"] * bool(proposed) + [f"{agreed} hold at once"] * bool(agreed)
        return f"{plural(len(revisions), 'goal')} revised: {', '.join(words)}"
