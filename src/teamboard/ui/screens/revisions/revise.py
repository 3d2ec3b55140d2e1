"""The revision form, with a preview: current and proposed values side by side, and their impact."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar, cast

from textual import getters, on
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Checkbox, Input, Label, TextArea

from teamboard.actions.revisions import ReviseGoal
from teamboard.domain.amounts import NumberFormat, format_exact
from teamboard.domain.board import AnyGoal, Board
from teamboard.domain.board_on_day import revision_impact
from teamboard.domain.errors import Conflict, Refused
from teamboard.domain.goals.revisions import newest_revision_id
from teamboard.domain.goals.title_amounts import amounts_in_title, title_without_amounts
from teamboard.domain.handles import display_name
from teamboard.domain.ids import RecordId
from teamboard.domain.input_parsing import parse_date
from teamboard.domain.records import Activity, BusinessReason, GoalRevision, Metric, Milestone, Milestones, TeamGoal
from teamboard.domain.sanitize import one_line
from teamboard.render import format
from teamboard.render.line_layout import Line
from teamboard.render.revisions import (
    FieldChange,
    compare_goals,
    describe_assigned,
    describe_fields,
    describe_impact,
    side_by_side_lines,
    summarize_changes,
    summarize_revision,
)
from teamboard.store.base import Commit
from teamboard.ui.screens.form import typed_milestones
from teamboard.ui.screens.revisions.revision_form_base import RevisionFormBase
from teamboard.ui.widgets.checkboxes import Tick
from teamboard.ui.widgets.lines_view import LinesView

if TYPE_CHECKING:
    from datetime import date


class ReviseScreen(RevisionFormBase):
    """A revision of a goal; the result is True once it is committed."""

    AUTO_FOCUS: ClassVar[str | None] = "#target, #per-week, #milestones-text, #due"

    preview = getters.query_one("#preview", LinesView)

    def __init__(self, board: Board, goal: AnyGoal, *, instead_of: RecordId | None = None) -> None:
        super().__init__()
        self._board = board
        self._goal = goal
        self._seen = newest_revision_id(board, goal.id)
        self._instead_of = instead_of
        owner = board.member(goal.owner)
        self._owner = display_name(board, owner) if owner else goal.owner
        self.heading = f"Revise {format.goal_label(goal)}"
        has_amount = amounts_in_title(goal.title, goal.measure)
        self._title = title_without_amounts(goal.title, goal.measure) if has_amount else ""

    # -- fields

    def fields(self) -> ComposeResult:
        """The new values, the preview, the reason and the story."""
        goal = self._goal
        yield Label(Content(self._whose()), id="before")
        words = describe_fields(goal, self.number_format)
        if isinstance(goal.measure, Metric):
            yield from self.field("target", "target", words["target"])
            yield from self.field("start", "start", words["start"])
        elif isinstance(goal.measure, Activity):
            yield from self.field("per-week", "per week", words["per week"])
        elif isinstance(goal.measure, Milestones):
            yield from self.area(
                "milestones-text", "milestones", "\n".join(_typed_milestones(goal.measure, self.number_format))
            )
        yield from self.field("due", "due", words["due"])
        if isinstance(goal, TeamGoal):
            yield from self.field("effective", "holds from", "today, or a day to come")
        # What would be wrong after the revision is taken out, to be seen in the preview; an empty field keeps it.
        yield from self.field("new-title", "title", words["title"], self._title)
        yield Tick("Drop this goal", id="drop", compact=True)
        yield LinesView(self._lines, id="preview")
        yield from self.story_fields()

    def _whose(self) -> str:
        if isinstance(self._goal, TeamGoal):
            return f"team goal of {self._owner} · everybody aligned to it is asked to acknowledge"
        member = self._board.member(self._goal.owner)
        if member is None or member.manager is None:
            return f"{self._owner} · holds at once"
        manager = self._board.member(member.manager)
        boss = display_name(self._board, manager) if manager else member.manager
        return f"{self._owner} with {boss} · holds when the other of the two agrees; the team reads it"

    def _revision(self, *, reason: BusinessReason, why: str) -> ReviseGoal:
        """The revision that was typed. Raises Refused if a value is not a number or a date."""
        today = self.board_app.today
        typed = {i.id: i.value.strip() for i in self.query(Input)}

        def number(name: str) -> float | None:
            text = typed.get(name, "")
            return self.number(text) if text else None

        def when(name: str) -> date | None:
            return parse_date(typed[name], today) if typed.get(name) else None

        drop, title = self.query_one("#drop", Checkbox).value, typed.get("new-title") or None
        try:
            return ReviseGoal(
                goal=self._goal.id,
                reason=reason,
                why=why,
                # A goal that is dropped keeps its title, unless the person has typed another.
                title=None if drop and title == self._title else title,
                start=number("start"),
                target=number("target"),
                per_week=number("per-week"),
                milestones=self._milestones(),
                due=when("due"),
                drop=drop,
                effective=when("effective"),
                seen=self._seen,
                instead_of=self._instead_of,
            )
        except ValueError as error:
            raise Refused(f"{error}.") from None

    def _milestones(self) -> tuple[Milestone, ...]:
        """The milestones that were typed, one on each line (`Exam = 2` with a weight); empty if they are unchanged."""
        areas = self.query("#milestones-text").results(TextArea)
        milestones = [m for area in areas for m in typed_milestones(area.text, self.number_format)]
        now = self._goal.measure.milestones if isinstance(self._goal.measure, Milestones) else ()
        return () if tuple(milestones) == now else tuple(milestones)

    # -- preview

    @on(Input.Changed)
    @on(TextArea.Changed)
    @on(Checkbox.Changed)
    def _update_preview(self) -> None:
        self.preview.rewrite()

    def _lines(self, width: int) -> Iterator[Line]:
        """Current and proposed values, progress, pace and status."""
        try:
            rows = self._rows()
        except Refused as refusal:
            yield ((f" {refusal}", "bad"),)
            return
        yield from side_by_side_lines(rows, width)

    def _rows(self) -> list[FieldChange]:
        shown = self.board_app.current
        after = self._revision(reason="correction", why="").applied(shown.board, self._goal, shown.day)
        impact = revision_impact(shown, self._goal, after)
        assigned = describe_assigned(shown.board, self._goal, after)
        return [*compare_goals(self._goal, after, self.number_format), *describe_impact(impact), *assigned]

    # -- saving

    def action(self) -> ReviseGoal:
        """The revision that was typed, with reason and story. Raises Refused."""
        reason, why = self.reason_and_story()
        return self._revision(reason=reason, why=why)

    def done(self, commit: Commit) -> str:
        """The revision in short, and that it is proposed or from which day it is in force."""
        [revision] = commit.all_created(GoalRevision)
        what = f"{revision.id} {revision.goal}: {summarize_revision(commit.board, revision)}"
        return f"{what} · proposed" if revision.state == "proposed" else f"{what} · holds from {revision.effective}"

    def conflict(self, conflict: Conflict) -> None:
        """Show both versions after somebody else's revision; saving again replaces theirs or follows it."""
        theirs = cast("GoalRevision", conflict.theirs)
        board = self.board_app.board
        goal = board.goal(self._goal.id) or self._goal
        self._goal, self._seen = goal, newest_revision_id(board, goal.id)
        self._instead_of = theirs.id if theirs.state == "proposed" else None
        after = self._revision(reason="correction", why="").applied(board, goal, self.board_app.today)
        mine = summarize_changes(compare_goals(goal, after, self.number_format))
        choose = "puts yours in its place" if self._instead_of else "puts yours after it"
        self.say(
            f"{conflict}\n  theirs  {summarize_revision(board, theirs)}: {one_line(theirs.why)}\n"
            f"  yours   {mine or 'the same as it is now'}\nctrl+s {choose}; Esc keeps theirs."
        )
        self._update_preview()


def _typed_milestones(measure: Milestones, numbers: NumberFormat | None) -> list[str]:
    """The milestones as they are typed, with a weight other than 1."""
    weights = ((m, f" = {format_exact(m.weight, numbers)}" if m.weight != 1 else "") for m in measure.milestones)
    return [f"{one_line(m.name)}{weight}" for m, weight in weights]
