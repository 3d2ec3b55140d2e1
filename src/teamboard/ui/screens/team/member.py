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
from teamboard.domain.alignment import contributions_of
from teamboard.domain.board import Board
from teamboard.domain.board_on_day import BoardOnDay
from teamboard.domain.feedback import is_open
from teamboard.domain.ids import RecordId, known_table
from teamboard.domain.one_on_ones import open_actions
from teamboard.domain.pulse import BALANCE_DAYS, feedback_balance, topics_balance
from teamboard.domain.records import GOAL_KINDS, Member, Review
from teamboard.domain.sanitize import one_line
from teamboard.domain.skills import skill_history
from teamboard.render import format
from teamboard.render.facts import member_fact_lines
from teamboard.render.line_layout import FEEDBACK_SIGNS, Line, Span, SpanStyle, fit, wrapped
from teamboard.render.one_on_ones import agreed_action_line
from teamboard.render.reviews import review_row
from teamboard.render.skills import LevelHistory, balance_lines, career_lines, skill_lines
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

LATEST_REVIEWS = 3
GrowthForm = Literal["skills", "career"]
KIND_TITLES = {"result": "Results", "skill": "Skills to build", "career": "Career steps"}


def person_lines(shown: BoardOnDay, member: Member, growth: LevelHistory, width: int) -> Iterator[Line]:
    """Skills, career, open actions, balance of themes, facts, and contribution to the team goals."""
    board = shown.board
    room = max(width - 4, 20)
    yield _title("Skills", "l")
    yield from skill_lines(member, growth, room)
    if not member.skills:
        yield (("  none yet", "dim"),)
    yield ()
    yield _title("Career", "l")
    if member.career:
        yield from career_lines(member.career, room)
    else:
        yield (("  nothing yet", "dim"),)
    yield ()
    actions = open_actions(board, member.handle)
    if actions:
        yield _title("Agreed, and open", "o")
        yield from (agreed_action_line(shown, agreed_action, width) for agreed_action in actions)
        yield ()
    if member.manager is not None:
        yield _title(f"Balance of {BALANCE_DAYS} days")
        yield from balance_lines(feedback_balance(shown, member), topics_balance(shown, member))
        yield ()
    if board.facts_of(member.handle):
        yield _title("Facts")
        yield from member_fact_lines(board, member, width, "  ")
        yield ()
    parts = contributions_of(board, member)
    if parts:
        yield _title("Part in the team's goals")
        for team_goal, share in parts:
            left = max(room - 24, 8)
            yield (
                (f"  {team_goal.id:<4}", "accent"),
                (fit(team_goal.title, left), "text"),
                (f" {'━' * round(share * 10):<10}", "accent"),
                (f"{format.percent(share):>6}", "text"),
            )
        yield ()


def feedback_lines(board: Board, member: Member, width: int) -> Iterator[Line]:
    """Feedback to and from a member, newest first, open before resolved."""
    room = max(width - 4, 20)
    all_feedback = [*board.feedback_to(member.handle), *board.feedback_from(member.handle)]
    all_feedback.sort(key=lambda f: (not is_open(f), -f.at.timestamp()))
    yield _title("Feedback")
    if not all_feedback:
        yield (("  none yet", "dim"),)
    for feedback in all_feedback:
        done = not is_open(feedback)
        other = f"from {feedback.giver}" if feedback.to == member.handle else f"to {feedback.to}"
        about = f" about {one_line(feedback.about)}" if feedback.about else ""
        sign: Span = (f"  {FEEDBACK_SIGNS[feedback.state]} ", "dim" if done else "warn")
        day = f"{board.day_of(feedback.at):%d %b}"
        yield (sign, (feedback.id, "accent"), (f" {day}  {feedback.kind} {other}{about}", "dim"))
        yield from _text(feedback.text, room, "dim" if done else "text", " " * 4)
        for reply in feedback.replies:
            yield from _text(f"{reply.by}: {reply.text}", room, "dim", " " * 6)


def _title(text: str, key: str = "") -> Line:
    return ((f"  {text}", "strong"), (f"  {key}", "accent"))


def _text(text: str, room: int, style: SpanStyle = "text", indent: str = "  ") -> Iterator[Line]:
    for piece in wrapped(text, room - len(indent) + 2):
        yield ((indent, ""), (piece, style))


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
        Binding("l", "growth", "Skills, career", show=False, priority=True),
        Binding("escape", "back", "Back"),
        Binding("shift+up", "scroll_about(-3)", "Scroll", show=False),
        Binding("shift+down", "scroll_about(3)", "Scroll", show=False),
    ]

    view = getters.query_one(BoardView)
    person = getters.query_one("#person", LinesView)
    feedback = getters.query_one("#feedback", LinesView)

    def __init__(self, handle: str) -> None:
        super().__init__()
        self._handle = handle
        self._growth: tuple[Member | None, LevelHistory] = (None, {})

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
        if self.shown.board.open_goals_of(self._handle):
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
        goals = board.open_goals_of(self._handle)
        rows = [Row(member.id)]
        for kind in GOAL_KINDS:
            mine = [g for g in goals if g.kind == kind]
            if mine:
                rows += [Row(text=""), Row(text=f"  {KIND_TITLES[kind]}")]
                rows += [Row(g.id) for g in mine]
        if not goals:
            rows += [Row(text=""), Row(text="  no goals yet")]
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
            yield from person_lines(self.shown, member, self._growth[1], width)
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
            yield from feedback_lines(board, member, width)

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

    async def _edit(self, verb: str, form: Callable[[Member], Screen[bool]]) -> None:
        app = self.board_app
        member = app.board.member(self._handle)
        if member is not None and not app.refuses_past() and app.may(verb, member):
            await app.open(form(member))

    def action_scroll_about(self, lines: int) -> None:
        """Scroll the panes below the goals."""
        for view in (self.person, self.feedback):
            view.scroll_relative(y=lines, animate=False)

    def commands(self) -> Iterable[Command]:
        """The commands of this screen for the palette."""
        yield from self.goal_commands()
        yield Command("Skills", "Put down a skill, or change one (l)", self.action_skills, "set a skill")
        yield Command("Career", "What they want to become, and the next step (l)", self.action_career, "plan a career")
        yield Command("Back", "To the board (Esc)", self.action_back)
