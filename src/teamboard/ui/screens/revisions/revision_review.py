"""A revision to answer: current and proposed values side by side, with reason and story."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from textual import getters, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.widgets import Input, Static

from teamboard.actions.base import Action
from teamboard.actions.revision_responses import AcknowledgeRevision, AgreeToRevision, DeclineRevision, WithdrawRevision
from teamboard.domain.board import AnyGoal, Board
from teamboard.domain.board_on_day import revision_impact
from teamboard.domain.goals.revisions import (
    asked_to_answer,
    effective,
    is_notice,
    makes_goal,
    renewed_together,
    unacknowledged,
    with_fields,
)
from teamboard.domain.ids import RecordId
from teamboard.domain.records import Goal, GoalRevision
from teamboard.domain.sanitize import one_line
from teamboard.render.format import goal_label, name_of
from teamboard.render.line_layout import Line, wrapped
from teamboard.render.revisions import (
    REASON_LABELS,
    changes_of_revision,
    compare_goals,
    describe_assigned,
    describe_impact,
    describe_state,
    side_by_side_lines,
    summarize_revision,
    summarize_together,
    term_lines,
    together_lines,
)
from teamboard.ui.live_app import Failure
from teamboard.ui.messages import BoardChanged
from teamboard.ui.navigation import alignment_form
from teamboard.ui.screens.board_access import BoardAccess
from teamboard.ui.screens.modal import KeyedModal
from teamboard.ui.screens.revisions.revise import ReviseScreen
from teamboard.ui.widgets.key_footer import KeyFooter
from teamboard.ui.widgets.lines_view import LinesView
from teamboard.ui.widgets.ordered_input import LineField


class RevisionReviewScreen(BoardAccess, KeyedModal[None]):
    """A revision that the person can agree to, decline, acknowledge or withdraw."""

    CSS_PATH: ClassVar[str] = "revision_review.tcss"
    # No field has the focus, so that keys go to the screen; declining focuses the field for the reason.
    AUTO_FOCUS: ClassVar[str | None] = ""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("a", "agree", "Agree"),
        Binding("d", "decline", "Decline"),
        Binding("a", "acknowledge", "Acknowledge"),
        Binding("v", "counter", "Propose otherwise"),
        Binding("m", "realign", "Realign"),
        Binding("d", "withdraw", "Withdraw"),
        Binding("escape", "back", "Later"),
    ]

    lines = getters.query_one("#revision", LinesView)
    message = getters.query_one("#message", Static)
    word = getters.query_one("#word", Input)

    def __init__(self, revision_id: RecordId) -> None:
        super().__init__()
        self._revision_id = revision_id

    @property
    def _revision(self) -> GoalRevision | None:
        record = self.board_app.board.get(self._revision_id)
        return record if isinstance(record, GoalRevision) else None

    def compose(self) -> ComposeResult:
        with VerticalScroll(id="form", can_focus=False):
            yield LinesView(id="revision")
            word = LineField(id="word", placeholder="a word on why, and Enter sends it", compact=True)
            word.display = False
            yield word
            yield Static(id="message", markup=False)
        yield KeyFooter()

    def on_mount(self) -> None:
        self._write()

    @on(BoardChanged)
    def _write(self) -> None:
        self.lines.write(self._lines)
        self.refresh_bindings()

    def _lines(self, width: int) -> Iterator[Line]:
        app, revision = self.board_app, self._revision
        board, goal = app.board, app.board.goal(revision.goal) if revision else None
        if revision is None or goal is None:
            yield ((" This revision has been undone.", "dim"),)
            return
        together = renewed_together(board, revision)
        title = goal_label(goal) if len(together) == 1 else f"{len(together)} goals of yours, renewed together"
        if len(together) > 1 and goal.owner != app.actor.member:
            title = f"{len(together)} goals of {name_of(board, goal.owner)}, renewed together"
        yield ((f" {title}", "strong"),)
        # What was done with a goal as a whole is told by its state; why a goal is revised is not.
        reason = "" if makes_goal(revision) or is_notice(revision) else REASON_LABELS[revision.reason]
        state, room = describe_state(board, revision), max(width - len(revision.id) - 4, 20)
        pieces = wrapped(f"{state} · {reason}" if reason else state, room)
        if reason and len(pieces) > 1:
            pieces = [*wrapped(state, room), reason]
        for i, piece in enumerate(pieces):
            sign = revision.id if i == 0 else " " * len(revision.id)
            yield ((f" {sign}", "accent"), ("  ", ""), (piece, "dim"))
        yield ()
        if len(together) > 1:
            yield from together_lines(board, together, width)
        elif makes_goal(revision):
            yield from term_lines(changes_of_revision(board, revision), width)
        else:
            yield from self._changes(board, goal, revision, width)
        yield ()
        for piece in wrapped(revision.why, max(width - 2, 20)):
            yield ((" ", ""), (piece, "text"))
        if revision.word:
            yield ((f" {revision.answered_by}: {one_line(revision.word)}", "dim"),)

    def _changes(self, board: Board, goal: AnyGoal, revision: GoalRevision, width: int) -> Iterator[Line]:
        """The fields that a revision changes, and what it does to progress and team goals, side by side."""
        app = self.board_app
        before, after = with_fields(goal, revision.before), with_fields(goal, revision.after)
        rows = compare_goals(before, after, board.number_format)
        to_come = self._is_to_come(revision)
        if revision.state == "proposed" or to_come:
            rows += describe_impact(revision_impact(app.current, before, after))
            rows += describe_assigned(board, before, after)
        second = (
            "proposed" if revision.state == "proposed" else f"from {revision.effective}" if to_come else "now holds"
        )
        yield from side_by_side_lines(rows, width, second=second)

    def _is_to_come(self, revision: GoalRevision) -> bool:
        board = self.board_app.board
        return revision.state == "agreed" and effective(board, revision) > self.board_app.today

    # -- actions

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Enable only the actions that the person may do with this revision."""
        if action not in ("agree", "decline", "counter", "acknowledge", "realign", "withdraw"):
            return True
        revision, board, me = self._revision, self.board_app.board, self.board_app.actor.member
        if revision is None or me is None:
            return False
        if action == "withdraw":
            return revision.by == me and (revision.state == "proposed" or self._is_to_come(revision))
        if action in ("acknowledge", "realign"):
            is_asked = revision.state == "agreed" and me in unacknowledged(board, revision.goal)
            return is_asked and (action == "acknowledge" or not is_notice(revision))
        if action == "counter" and makes_goal(revision):
            # Agreed to, its terms can be revised; declined, it is proposed anew.
            return False
        asked = asked_to_answer(board, revision)
        return revision.state == "proposed" and asked is not None and asked.handle == me

    async def action_agree(self) -> None:
        """Agree to the revision."""
        await self._commit(AgreeToRevision(revision=self._revision_id), "is agreed")

    async def action_acknowledge(self) -> None:
        """Acknowledge the revision."""
        await self._commit(AcknowledgeRevision(revision=self._revision_id), "is acknowledged")

    async def action_withdraw(self) -> None:
        """Withdraw the person's own revision."""
        await self._commit(WithdrawRevision(revision=self._revision_id), "is withdrawn")

    def action_decline(self) -> None:
        """Ask for the reason of declining."""
        self.word.display = True
        self.word.focus()
        self.word.scroll_visible(animate=False)

    @on(Input.Submitted)
    async def _reason_given(self) -> None:
        await self._commit(DeclineRevision(revision=self._revision_id, word=self.word.value), "is declined")

    def action_counter(self) -> None:
        """Open the form for a counter-proposal."""
        revision, board = self._revision, self.board_app.board
        goal = board.goal(revision.goal) if revision else None
        if revision is not None and goal is not None:
            self.app.switch_screen(ReviseScreen(board, goal, instead_of=revision.id))

    def action_realign(self) -> None:
        """Open the form that realigns the person's goal, which acknowledges the revision too."""
        revision, board = self._revision, self.board_app.board
        if revision is None:
            return
        mine = [g for g in board.open_goals_of(self.board_app.actor.member or "") if revision.goal in g.aligned]
        if mine and isinstance(mine[0], Goal):
            self.app.switch_screen(alignment_form(board, mine[0]))

    async def _commit(self, action: Action, result: str) -> None:
        commit = await self.try_commit(action)
        if commit is None:
            return
        revision = commit.board.get(self._revision_id)
        summary = ""
        if isinstance(revision, GoalRevision):
            together = len(renewed_together(commit.board, revision)) > 1
            summary = (summarize_together if together else summarize_revision)(commit.board, revision)
        self.board_app.say(f"{self._revision_id} {result}: {summary}")
        self.dismiss(None)

    def refuse(self, failure: Failure) -> None:
        """Show the reason below the revision."""
        self.message.update(str(failure))
        self.message.scroll_visible(animate=False)

    def action_back(self) -> None:
        """Leave the field for the reason, or close the screen."""
        if self.word.display:
            self.word.display = False
            self.set_focus(None)
        else:
            self.dismiss(None)
