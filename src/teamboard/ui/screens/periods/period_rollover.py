"""The period rollover: close the period, and choose what becomes of each unfinished goal."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import ClassVar

from textual import getters, on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Label, Static

from teamboard.actions.periods import BeginPeriod
from teamboard.domain.board import AnyGoal, Board
from teamboard.domain.board_on_day import BoardOnDay
from teamboard.domain.errors import Refused
from teamboard.domain.goals.progress import progress
from teamboard.domain.history.archive import ArchiveOffer, archive_size
from teamboard.domain.ids import RecordId, id_sort_key
from teamboard.domain.input_parsing import parse_date
from teamboard.domain.periods import next_period, unfinished
from teamboard.domain.periods.rollover import Choice
from teamboard.domain.records import Goal, Team
from teamboard.render import archive as words
from teamboard.render import format
from teamboard.render.activity_log import describe_commit
from teamboard.render.format import name_of
from teamboard.render.line_layout import Line, SpanStyle, filled, fit, right_aligned, state_span
from teamboard.services.archiving import offered_archive
from teamboard.store.base import Commit
from teamboard.ui.messages import BoardChanged
from teamboard.ui.screens.form import FormScreen
from teamboard.ui.screens.periods.archiving import archive_in_background
from teamboard.ui.widgets.board_view import BoardView
from teamboard.ui.widgets.checkboxes import Tick
from teamboard.ui.widgets.ordered_input import LineField
from teamboard.ui.widgets.rows import Row

CHOICE_STYLES: dict[Choice, SpanStyle] = {"carry": "text", "renew": "accent", "drop": "dim", "close": "bad"}
CHOICE_WORDS: dict[Choice, tuple[str, str]] = {
    "carry": ("carry on", ""),
    "renew": ("renew", ": close it, begin afresh"),
    "drop": ("drop", ""),
    "close": ("missed", ": close it"),
}
"""Each choice in a word, and an addition for wide windows."""

BY_NUMBER: tuple[Choice, ...] = ("renew", "carry", "close", "drop")
"""The choices in the order of the keys 1 to 4."""

ALL = "all"
"""The id of the first row, whose choice applies to all goals."""

WIDE_FROM = 100


def _words_cells(more: bool) -> int:
    """The width of the longest choice in cells; with its addition if `more`."""
    return max(len(text) + more * len(addition) for text, addition in CHOICE_WORDS.values())


class ChoiceView(BoardView):
    """The unfinished goals with the choice for each."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "screen.turn(-1)", "Change", key_display="←→"),
        Binding("enter,space,right", "screen.turn(1)", show=False),
        *(
            Binding(str(number), f"screen.choose('{choice}')", CHOICE_WORDS[choice][0].capitalize())
            for number, choice in enumerate(BY_NUMBER, start=1)
        ),
    ]


class PeriodRolloverScreen(FormScreen):
    """The form that closes the period and begins the next; the result is True once it is committed.

    What is older than the team's setting is archived after it, in the background, unless the person unticks that.
    """

    AUTO_FOCUS: ClassVar[str | None] = "ChoiceView"

    view = getters.query_one(ChoiceView)

    def __init__(self, board: Board, archive: Callable[[ArchiveOffer], None] | None = None) -> None:
        """`archive` is called with what is to be archived, where the app does not do it in the background."""
        super().__init__()
        self._archive = archive
        self._offer: ArchiveOffer | None = None
        self._board = board
        self._goals: list[AnyGoal] = unfinished(board)
        self._choices: dict[RecordId, Choice] = {g.id: "carry" for g in self._goals}
        team = board.team
        assert isinstance(team, Team)
        self._team = team
        self.heading = f"After {team.period.name}"

    def fields(self) -> ComposeResult:
        """The new period's name and days, and a line for each unfinished goal."""
        app = self.board_app
        yield Label(Content(self._summary()), id="before")
        period = next_period(self._team.period)
        with Horizontal(classes="field days"):
            yield Label("next")
            yield LineField(period.name, id="name", compact=True)
            yield Label("from", classes="next")
            yield LineField(str(period.starts), id="starts", compact=True)
            yield Label("to", classes="next")
            yield LineField(str(period.ends), id="ends", compact=True)
        yield ChoiceView(app.current, self._rows, draw=self._draw)
        self._offer = offered_archive(app.store, self._board, app.today)
        if self._offer:
            yield Tick(words.offer_label(self._offer.age), value=True, id="archive", compact=True)
            yield Static(id="old", markup=False)

    def on_mount(self) -> None:
        super().on_mount()
        if self._offer:
            self._count_old(self._offer)

    @work
    async def _count_old(self, offer: ArchiveOffer) -> None:
        """Say how much would be archived; on a board of years it takes a moment to count."""
        size = await asyncio.to_thread(archive_size, self._board, offer.period, self.board_app.today)
        self.query_one("#old", Static).update(f"{words.describe_size(size)}. Past days still show them.")

    @on(BoardChanged)
    def _board_changed(self) -> None:
        """Follow the board while its period runs: the choices for goals that are still unfinished stay."""
        board = self.board_app.board
        if board.team is None or board.team.period != self._team.period:
            return
        goals, was_unchanged = unfinished(board), self._contents() == self._unchanged
        before = set(self._choices)
        self._choices = {g.id: self._choices.get(g.id, "carry") for g in goals}
        self._board, self._goals = board, goals
        self.query_one("#before", Label).update(Content(self._summary()))
        self.view.show_board(self.board_app.current)
        self.view.rewrite()
        if was_unchanged:
            self.mark_unchanged()
        if differ := sorted(before ^ {g.id for g in goals}, key=id_sort_key):
            self.say(
                f"Somebody has changed what is unfinished: {', '.join(differ)}. All other choices stay as they are."
            )

    def _summary(self) -> str:
        """How many goals are achieved, unfinished, and due after the period."""
        open_goals = self._board.open_goals
        achieved = sum(progress(self._board, g) >= 1 for g in open_goals)
        later = len(open_goals) - achieved - len(self._goals)
        words = [f"{achieved} achieved", f"{len(self._goals)} unfinished: each is carried unless you choose otherwise"]
        if later:
            words.insert(1, f"{later} due later, which run on")
        return " · ".join(words)

    def _rows(self, shown: BoardOnDay) -> list[Row]:
        return (
            [Row.of_part(ALL), *(Row(g.id) for g in self._goals)]
            if self._goals
            else [Row(text=" Nothing is unfinished.")]
        )

    def _draw(self, row: Row, width: int) -> Line:
        if row.record_id == ALL:
            return self._draw_all(width)
        goal = self._board.goal(row.record_id)
        if goal is None:
            return ((row.text, row.style),)
        now = self.board_app.current.standing(goal)
        choice = self._choices[goal.id]
        word, style = state_span(goal, now)
        more = width >= WIDE_FROM
        who = name_of(self._board, goal.owner) if isinstance(goal, Goal) else "the team"
        left = max(width - 6 - 14 - 8 - 12 - _words_cells(more) - 1, 8)
        return filled(
            (
                (" ", ""),
                (fit(goal.id, 5), "accent"),
                (fit(who, 13) + " ", "dim"),
                (fit(goal.title, left), "text"),
                (right_aligned(format.percent(now.progress), 6) + "  ", "text"),
                (fit(word, 12), style),
                (CHOICE_WORDS[choice][0], CHOICE_STYLES[choice]),
                (CHOICE_WORDS[choice][1] if more else "", "dim"),
            ),
            width,
        )

    def _draw_all(self, width: int) -> Line:
        choice = self._common()
        word, style = (CHOICE_WORDS[choice][0], CHOICE_STYLES[choice]) if choice else ("mixed", "dim")
        left = max(width - 1 - _words_cells(width >= WIDE_FROM) - 1, 8)
        return filled(((" ", ""), (fit("All of them", left), "strong"), (word, style)), width)

    # -- choosing

    def action_choose(self, choice: Choice) -> None:
        """Set the choice of the selected goal and select the next; on the first row, set it for all goals."""
        if self._choose(choice) and self.view.selected != ALL:
            self.view.action_move(1)

    def action_turn(self, step: int) -> None:
        """Set the next or previous choice for the selected row."""
        selected = self.view.selected
        now = self._common() if selected == ALL else self._choices.get(selected) if selected else None
        at = BY_NUMBER.index(now) + step if now else 0
        self._choose(BY_NUMBER[at % len(BY_NUMBER)])

    def _choose(self, choice: Choice) -> bool:
        """Set the choice of the selected row; False if no goal is selected."""
        if self.view.selected == ALL:
            self._choices = dict.fromkeys(self._choices, choice)
        elif self.view.selected in self._choices:
            self._choices[self.view.selected] = choice
        else:
            return False
        self.view.rewrite()
        return True

    def _common(self) -> Choice | None:
        """The choice that all goals have in common, or None."""
        choices = set(self._choices.values())
        return choices.pop() if len(choices) == 1 else None

    def _contents(self) -> tuple[str, ...]:
        return (*super()._contents(), *self._choices.values())

    # -- saving

    def action(self) -> BeginPeriod:
        """The period and choices that were typed."""
        today = self.board_app.today
        try:
            starts, ends = parse_date(self.text("starts"), today), parse_date(self.text("ends"), today)
        except ValueError as error:
            raise Refused(f"{error}.") from None
        return BeginPeriod(
            choices=self._choices,
            name=self.text("name"),
            starts=starts,
            ends=ends,
            closes=self._team.period.name,
        )

    def done(self, commit: Commit) -> str:
        """How many goals were carried over, closed and so on."""
        began = describe_commit(commit.board, commit.entry)
        offer = self._ticked_offer(commit.board)
        return f"{began}. Archiving what is older than {format.describe_age(offer.age)} …" if offer else began

    def committed(self, commit: Commit) -> None:
        """Archive what is old, if it is ticked."""
        if offer := self._ticked_offer(commit.board):
            if self._archive:
                self._archive(offer)
            else:
                archive_in_background(self.board_app, offer)

    def _ticked_offer(self, board: Board) -> ArchiveOffer | None:
        """What is to be archived: None if it is not ticked, or if the team has changed its setting meanwhile."""
        offer = self._offer
        if offer is None or board.team is None or board.team.archive_after != offer.age:
            return None
        return offer if self.query_one("#archive", Tick).value else None
