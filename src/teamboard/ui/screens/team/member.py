"""A member: goals by kind, reviews, skills, career, feedback, contribution to the team's goals."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import ClassVar, Literal

from textual import getters, on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container
from textual.screen import Screen

from teamboard.actions.skills import PlanCareer, SetSkill
from teamboard.domain.board_on_day import BoardOnDay
from teamboard.domain.forecast.accuracy import accuracy_for
from teamboard.domain.forecast.figures import member_attainment
from teamboard.domain.handles import current_handle
from teamboard.domain.ids import RecordId, known_table
from teamboard.domain.people import on_team
from teamboard.domain.records import GOAL_KINDS, Member, Review
from teamboard.domain.skills import skill_history
from teamboard.domain.verbs import VerbName
from teamboard.render.format import percent
from teamboard.render.goals.forecasts import describe_accuracy
from teamboard.render.goals.hints import hint_lines
from teamboard.render.line_layout import Line
from teamboard.render.reviews import review_row
from teamboard.render.skills import LevelHistory
from teamboard.render.team.member import feedback_pane_lines, member_pane_lines
from teamboard.ui import legend
from teamboard.ui.messages import BoardChanged, RowOpened
from teamboard.ui.navigation import career_form, open_review, skill_form
from teamboard.ui.palette import Command
from teamboard.ui.screens.choose import ChooseScreen
from teamboard.ui.screens.goal_screen import GoalScreen
from teamboard.ui.widgets.board_view import BoardView
from teamboard.ui.widgets.key_footer import KeyFooter
from teamboard.ui.widgets.lines_view import LinesView
from teamboard.ui.widgets.rows import Row

GROWTH_KEY = "l"
LATEST_REVIEWS = 3
GrowthForm = Literal["skills", "career"]
KIND_TITLES = {"result": "Results", "skill": "Skills to build", "career": "Career steps"}


class MemberView(BoardView):
    """The rows of a member's goals and reviews."""

    def board_line(self, row: Row, width: int) -> Line:
        """The line of a row; also of a review."""
        record = self.shown.board.get(row.record_id)
        if isinstance(record, Review):
            return review_row(self.shown, record, width)
        return super().board_line(row, width)


class MemberScreen(GoalScreen["str | None"]):
    """One member of the team; the result is the id of a goal whose detail to open, or None."""

    LEGEND: ClassVar[legend.Legend] = legend.MEMBER
    CSS_PATH: ClassVar[str] = "member.tcss"
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (110, "-wide")]
    BINDINGS: ClassVar[list[BindingType]] = [
        # Not in the footer: the key is shown beside the titles of skills and career.
        Binding(GROWTH_KEY, "growth", "Skills, career", show=False, priority=True),
        Binding("escape", "back", "Back"),
        Binding("shift+up", "scroll_about(-3)", "Scroll", show=False),
        Binding("shift+down", "scroll_about(3)", "Scroll", show=False),
    ]

    view = getters.query_one(BoardView)
    person = getters.query_one("#person", LinesView)
    feedback = getters.query_one("#feedback", LinesView)

    def __init__(self, handle: str) -> None:
        super().__init__()
        self._opened = handle
        self._growth: tuple[Member | None, LevelHistory] = (None, {})

    @property
    def _handle(self) -> str:
        """The member's handle on the board that is shown: they may get another one, and had one before."""
        return current_handle(self.shown.board, self._opened) or self._opened

    @property
    def selected(self) -> RecordId | None:
        """The id of the selected row's record, or None."""
        return self.view.selected

    def compose(self) -> ComposeResult:
        yield from self.compose_header()
        yield MemberView(self.shown, self._rows)
        with Container(id="about"):
            yield LinesView(id="person")
            yield LinesView(id="feedback")
        yield KeyFooter()

    def on_mount(self) -> None:
        if any(known_table(row.record_id) == "goals" for row in self.view.rows):
            self.view.select(next((r.record_id for r in self.view.rows if known_table(r.record_id) == "goals"), None))
        self.view.focus()
        self._write()
        self._load_growth()

    def on_resize(self) -> None:
        self._write()

    def _rows(self, shown: BoardOnDay) -> list[Row]:
        board = shown.board
        member = board.member(self._handle)
        if member is None:
            return [Row(text=f"  {self._handle} is not on this board any more")]
        goals = (*board.open_goals_of(self._handle), *board.proposed_goals_of(self._handle))
        rows = [Row(member.id)]
        attained = member_attainment(shown, member)
        for kind in GOAL_KINDS:
            mine = [g for g in goals if g.kind == kind]
            attainment = (
                f"   {percent(attained)} attained, by weight" if kind == "result" and attained is not None else ""
            )
            if mine or attainment:
                rows += [Row(text=""), Row(text=f"  {KIND_TITLES[kind]}{attainment}")]
                rows += [Row(g.id) for g in mine]
        if not goals and on_team(member, shown.day):
            rows += [Row(text=""), Row(text=f"  no goals yet{self.how_to_add_goal(member)}")]
        reviews = board.reviews_of(member.handle)[-LATEST_REVIEWS:]
        if reviews:
            rows += [Row(text=""), Row(text="  Reviews"), *(Row(r.id) for r in reviews)]
        return [*rows, Row(text="")]

    def _write(self) -> None:
        self.show_header()
        self.view.styles.max_height = max(self.size.height // 2 + 1, 6)
        self.view.styles.height = len(self.view.rows)
        self.person.write(partial(self._about, with_feedback=not self.has_class("-wide")))
        self.feedback.write(self._feedback)

    def _about(self, width: int, *, with_feedback: bool) -> Iterator[Line]:
        """The lines about the person; in narrow windows followed by the feedback."""
        board = self.shown.board
        member = board.member(self._handle)
        if member is not None:
            reader = board.member(self.board_app.actor.member)
            if hints := list(hint_lines(self.shown, member, reader, width)):
                yield from (*hints, ())
            if found := accuracy_for(board, member, reader):
                yield from (((("  Calls", "strong"),)), (("  " + describe_accuracy(found), "text"),), ())
            yield from member_pane_lines(
                self.shown,
                member,
                self._growth[1],
                width,
                growth_key=GROWTH_KEY,
                one_on_one_key=self.key_name("one-on-one"),
            )
        if with_feedback:
            yield from self._feedback(width)

    @work(exclusive=True, group="growth")
    async def _load_growth(self) -> None:
        """Load the history of the member's skill levels, if the member has changed since."""
        board = self.shown.board
        member = board.member(self._handle)
        if member is not None and self._growth[0] is not member:
            growth = await self.board_app.read_history(partial(skill_history, board, member))
            self._growth = (member, growth or {})
            self._write()

    def _feedback(self, width: int) -> Iterator[Line]:
        board = self.shown.board
        member = board.member(self._handle)
        if member is not None:
            yield from feedback_pane_lines(board, member, width)

    @on(BoardChanged)
    def _board_changed(self, message: BoardChanged) -> None:
        self.view.show_board(self.shown, () if self.board_app.past else message.changed)
        self._write()
        self._load_growth()

    @on(RowOpened)
    async def _row_opened(self, message: RowOpened) -> None:
        record = self.shown.board.get(message.record_id)
        if isinstance(record, Review):
            app = self.board_app
            prepare = record.is_planned and record.on > app.today
            await open_review(app, record.id, prepare=prepare)
        elif self.shown.board.goal(message.record_id) is not None:
            self.dismiss(message.record_id)

    def open_goal(self, goal_id: RecordId | None) -> None:
        """Close the screen with the id of a goal; the board opens its detail."""
        if goal_id is not None:
            self.dismiss(goal_id)

    async def action_growth(self) -> None:
        """Ask whether to change skills or the career."""
        options: dict[GrowthForm, str] = {"skills": "Skills", "career": "Career"}
        await self.board_app.open(ChooseScreen("What to change", options), self._open_growth_form)

    async def _open_growth_form(self, chosen: GrowthForm | None) -> None:
        if chosen == "skills":
            await self.action_skills()
        elif chosen == "career":
            await self.action_career()

    async def action_skills(self) -> None:
        """Open the form for a skill."""
        await self._edit(SetSkill.verb, skill_form)

    async def action_career(self) -> None:
        """Open the form for the career."""
        await self._edit(PlanCareer.verb, career_form)

    async def _edit(self, verb: VerbName, form: Callable[[Member], Screen[bool]]) -> None:
        app = self.board_app
        member = app.board.member(self._handle)
        if member is not None and not app.refuses_past() and app.may(verb, member):
            await app.open(form(member))

    def action_scroll_about(self, lines: int) -> None:
        """Scroll the panes below the goals."""
        for view in (self.person, self.feedback):
            view.scroll_relative(y=lines, animate=False)

    def _selected_member(self) -> Member | None:
        return super()._selected_member() or self.board_app.board.member(self._handle)

    def commands(self) -> Iterable[Command]:
        """The commands of this screen for the palette."""
        yield from self.goal_commands()
        yield Command("Skills", "Put down a skill, or change one (l)", self.action_skills, "set a skill")
        yield Command("Career", "What they want to become, and the next step (l)", self.action_career, "plan a career")
        yield Command("Back", "To the board (Esc)", self.action_back)
