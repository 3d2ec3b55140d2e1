"""The period rollover: close the period, and choose what becomes of each goal that ends with it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import ClassVar

from textual import events, getters, on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Input, Label, Static

from teamboard.actions.periods import BeginPeriod
from teamboard.domain.amounts import format_number, plural
from teamboard.domain.board import AnyGoal, Board
from teamboard.domain.board_on_day import BoardOnDay
from teamboard.domain.errors import Refused
from teamboard.domain.goals.progress import progress
from teamboard.domain.history.archive import ArchiveOffer, archive_size
from teamboard.domain.ids import RecordId, id_sort_key
from teamboard.domain.input_parsing import parse_date
from teamboard.domain.periods import next_period
from teamboard.domain.periods.rollover import (
    Choice,
    goals_to_choose,
    parse_percent,
    parse_target,
    possible_choice,
    raised_target,
    raised_targets,
    target_of,
    usual_choices,
    with_target,
)
from teamboard.domain.records import Period, Team
from teamboard.domain.sanitize import one_line
from teamboard.render import archive as words
from teamboard.render import format
from teamboard.render.activity_log import describe_commit
from teamboard.render.goals.rollover import CHOICE_LABELS, CHOICE_STYLES, Renewal, all_line, choice_line, describe_turn
from teamboard.render.line_layout import Line
from teamboard.services.archiving import offered_archive
from teamboard.store.base import Commit
from teamboard.ui.keymap import bound
from teamboard.ui.messages import BoardChanged, RowSelected
from teamboard.ui.screens.form import FormScreen
from teamboard.ui.screens.periods.archiving import archive_in_background
from teamboard.ui.widgets.board_view import BoardView
from teamboard.ui.widgets.checkboxes import Tick
from teamboard.ui.widgets.ordered_input import LineField
from teamboard.ui.widgets.rows import Row

BY_NUMBER: tuple[Choice, ...] = ("renew", "carry", "close", "drop")
"""The choices in the order of the keys 1 to 4."""

ALL = "all"
"""The id of the first row, whose choice applies to all goals."""


class ChoiceView(BoardView):
    """The goals that end with the period, with the choice for each."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "screen.turn(-1)", "Change", key_display="←→", show=False),
        Binding("enter,space,right", "screen.turn(1)", show=False),
        *(
            Binding(str(number), f"screen.choose('{choice}')", CHOICE_LABELS[choice].capitalize())
            for number, choice in enumerate(BY_NUMBER, start=1)
        ),
        bound("edit", "screen.type_target", "Target", show=True),
    ]


class TargetField(LineField):
    """The field for the new target of the selected row; Escape goes back to the rows."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "screen.leave_target", "Back")]


class PeriodRolloverScreen(FormScreen):
    """The form that closes the period and begins the next; the result is True once it is committed.

    What is older than the team's setting is archived after it, in the background, unless the person unticks that.
    """

    AUTO_FOCUS: ClassVar[str | None] = "ChoiceView"

    view = getters.query_one(ChoiceView)
    target = getters.query_one("#target", TargetField)

    def __init__(self, board: Board, archive: Callable[[ArchiveOffer], None] | None = None) -> None:
        """`archive` is called with what is to be archived, where the app does not do it in the background."""
        super().__init__()
        self._archive = archive
        self._offer: ArchiveOffer | None = None
        self._board = board
        self._goals: list[AnyGoal] = goals_to_choose(board)
        self._choices: dict[RecordId, Choice] = usual_choices(board)
        self._targets: dict[RecordId, float] = {}
        """The targets that were typed, by id."""
        self._percent = 0.0
        """The change of all other targets in per cent."""
        team = board.team
        assert isinstance(team, Team)
        self._team = team
        self.heading = f"After {team.period.name}"

    def fields(self) -> ComposeResult:
        """The new period's name and days, a line for each goal, and the field for a new target."""
        app = self.board_app
        yield Label(Content(self._summary()), id="before")
        period = next_period(self._team.period, calendar=self._team.periods)
        runs = self._team.period.ends >= app.today
        yield Label(id="runs")
        with Horizontal(classes="field days"):
            yield Label("next")
            yield LineField(one_line(period.name), id="name", compact=True)
            yield Label("from", classes="next")
            yield LineField("" if runs else str(period.starts), id="starts", placeholder="which day?", compact=True)
            yield Label("to", classes="next")
            yield LineField(str(period.ends), id="ends", compact=True)
        yield ChoiceView(app.current, self._rows, draw=self._draw)
        with Horizontal(classes="field days", id="targets"):
            yield Label("new target")
            yield TargetField(id="target", compact=True)
            yield Label("", id="of", classes="next")
        self._offer = offered_archive(app.store, self._board, app.today)
        if self._offer:
            yield Tick(words.offer_label(self._offer.age), value=True, id="archive", compact=True)
            yield Static(id="old", markup=False)
        kept = " The archive stays." if self._offer else ""
        key = app.key_name("undo") or "undo"
        yield Static(f"{key} takes the new period back in one step.{kept}", id="undo", markup=False)

    def on_mount(self) -> None:
        super().on_mount()
        self._days_typed()
        self._show_target()
        if self._offer:
            self._count_old(self._offer)

    @work
    async def _count_old(self, offer: ArchiveOffer) -> None:
        """Say how much would be archived; on a board of years it takes a moment to count."""
        size = await asyncio.to_thread(archive_size, self._board, offer.period, self.board_app.today)
        self.query_one("#old", Static).update(f"{words.describe_size(size)}. Past days still show them.")

    @on(BoardChanged)
    def _board_changed(self) -> None:
        """Follow the board while its period runs: what was chosen for goals that still end with it stays."""
        board = self.board_app.board
        if board.team is None or board.team.period != self._team.period:
            return
        was_unchanged = self._contents() == self._unchanged
        before = set(self._choices)
        goals, usual = goals_to_choose(board), usual_choices(board)
        self._choices = {g.id: possible_choice(board, g, self._choices.get(g.id, usual[g.id])) for g in goals}
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
        """How many goals are achieved, unfinished, and due after the period; and what is usual."""
        open_goals = self._board.open_goals
        achieved = sum(progress(self._board, g) >= 1 for g in open_goals)
        unfinished = sum(progress(self._board, g) < 1 for g in self._goals)
        later = len(open_goals) - achieved - unfinished
        counts = [f"{achieved} achieved", f"{unfinished} unfinished"]
        if later:
            counts.append(f"{later} due later, which run on")
        return f"{' · '.join(counts)}: results renew, skills and career carry on"

    def _how_long(self) -> str:
        """What a period that runs asks for."""
        period, today = self._team.period, self.board_app.today
        days, ends = plural((period.ends - today).days + 1, "day"), format.short_day(period.ends)
        return f"It runs until {ends}, for {days} more: when does the next one begin?"

    @on(Input.Changed, "#name, #starts, #ends")
    def _days_typed(self) -> None:
        """Say what is unusual about the days that are typed."""
        running, today = self._team.period, self.board_app.today
        unusual = ""
        with suppress(ValueError):
            starts, ends = parse_date(self.text("starts"), today), parse_date(self.text("ends"), today)
            if starts and ends and running.starts < starts < ends:
                following = Period(name=self.text("name") or "the next period", starts=starts, ends=ends)
                unusual = describe_turn(running, following)
        runs = self._how_long() if running.ends >= today else ""
        label = self.query_one("#runs", Label)
        label.update(Content(unusual or runs))
        label.display = bool(unusual or runs)

    def _rows(self, shown: BoardOnDay) -> list[Row]:
        return (
            [Row.of_part(ALL), *(Row(g.id) for g in self._goals)]
            if self._goals
            else [Row(text=" Nothing ends with this period.")]
        )

    def _draw(self, row: Row, width: int) -> Line:
        if row.record_id == ALL:
            return self._draw_all(width)
        goal = self._board.goal(row.record_id)
        if goal is None:
            return ((row.text, row.style),)
        return choice_line(self.board_app.current, goal, self._renewal(), width)

    def _renewal(self) -> Renewal:
        """The choices, and the targets that differ from those of before."""
        renewed = [i for i, choice in self._choices.items() if choice == "renew"]
        typed = {i: target for i, target in self._targets.items() if i in renewed}
        raised = raised_targets(self._board, renewed, self._percent) if self._percent else {}
        return Renewal(self._choices, raised | typed)

    def _draw_all(self, width: int) -> Line:
        choice = self._common()
        usual = self._choices == usual_choices(self._board)
        text = CHOICE_LABELS[choice] if choice else "results renew, the rest carries on" if usual else "mixed"
        if self._percent:
            text += f", {'+' if self._percent > 0 else ''}{format_number(self._percent, self._board.number_format)} %"
        return all_line(text, CHOICE_STYLES[choice] if choice else "dim", width)

    # -- choosing

    def action_choose(self, choice: Choice) -> None:
        """Set the choice of the selected goal and select the next; on the first row, set it for all goals."""
        if self._choose(choice) and self.view.selected != ALL:
            self.view.action_move(1)

    def action_turn(self, step: int) -> None:
        """Set the next or previous choice for the selected row."""
        selected = self.view.selected
        now = self._common() if selected == ALL else self._choices.get(selected) if selected else None
        goal = self._board.goal(selected)
        at = BY_NUMBER.index(now) if now else -1 if step > 0 else 0
        turned = (BY_NUMBER[(at + step * i) % len(BY_NUMBER)] for i in range(1, len(BY_NUMBER) + 1))
        # What has reached its target is renewed or closed.
        self._choose(next(c for c in turned if goal is None or possible_choice(self._board, goal, c) == c))

    def _choose(self, choice: Choice) -> bool:
        """Set the choice of the selected row; False if no goal is selected."""
        if self.view.selected == ALL:
            self._choices = {g.id: possible_choice(self._board, g, choice) for g in self._goals}
        elif (goal := self._board.goal(self.view.selected)) is not None and goal.id in self._choices:
            self._choices[goal.id] = possible_choice(self._board, goal, choice)
        else:
            return False
        self.view.rewrite()
        self._show_target()
        return True

    def _common(self) -> Choice | None:
        """The choice that all goals have in common, or None."""
        possible = ({g.id: possible_choice(self._board, g, choice) for g in self._goals} for choice in BY_NUMBER)
        return next((c for c, every in zip(BY_NUMBER, possible, strict=True) if every == self._choices), None)

    def _contents(self) -> tuple[str, ...]:
        targets = (f"{i} {target}" for i, target in self._targets.items())
        return (*super()._contents(), *self._choices.values(), *targets, str(self._percent))

    # -- targets

    @on(RowSelected)
    def _show_target(self) -> None:
        """Say which target the field is for: that of the selected goal, or a change of all."""
        selected = self.view.selected
        goal = self._board.goal(selected)
        if goal is None:
            self.target.placeholder, of = "such as +10 %", "for all that are renewed"
        elif (now := self._renewal().targets.get(goal.id, target_of(goal.measure))) is None:
            self.target.placeholder, of = "", f"{goal.id} has no number to reach"
        else:
            kept = format.amount_on_axis(now, with_target(goal, now), self.number_format)
            self.target.placeholder = f"keeps {kept}"
            rises = raised_target(goal, 0) is not None
            of = f"renews {goal.id}" if self._choices.get(goal.id) != "renew" else f"for {goal.id}"
            of += ", or +10 %" if rises else ""
        self.query_one("#of", Label).update(Content(of))

    def action_type_target(self) -> None:
        """Go to the field for the target of the selected row, if it has one."""
        goal = self._board.goal(self.view.selected)
        if goal is not None and target_of(goal.measure) is None:
            self.say(f"{goal.id} has no number to reach: it is renewed without a target.")
        elif self._goals:
            self.target.focus()

    def action_leave_target(self) -> None:
        """Go back to the rows, without what was typed."""
        self.target.value = ""
        self.view.focus()

    @on(Input.Submitted, "#target")
    def _target_typed(self, event: Input.Submitted) -> None:
        """Take the target over, and go on with the next row."""
        event.stop()
        event.prevent_default()
        try:
            self._take_target()
        except Refused as error:
            self.say(str(error))
            return
        self.say("")
        self.view.focus()
        if self.view.selected != ALL:
            self.view.action_move(1)

    @on(events.DescendantBlur)
    def _target_left(self, event: events.DescendantBlur) -> None:
        """Take over what was typed, if it is a target; else it stays in the field, and saving says what is wrong."""
        if event.widget is self.target:
            with suppress(Refused):
                self._take_target()

    def _take_target(self) -> None:
        """Take over the target in the field, which renews the goal. Raises Refused if it can't be read."""
        typed = self.target.value.strip()
        if not typed:
            return
        goal = self._board.goal(self.view.selected)
        if goal is None:
            percent = parse_percent(typed, self.number_format)
            if percent is None:
                raise Refused(f"{typed!r} is not a change in per cent: write +10 %, or choose one goal for a target.")
            self._percent = percent
        else:
            try:
                target = parse_target(typed, goal, self.number_format)
            except Refused as error:
                raise Refused(f"{goal.id}: {error}") from None
            with_target(goal, target)
            self._targets[goal.id] = target
            self._choices[goal.id] = "renew"
        self.target.value = ""
        self.view.rewrite()
        self._show_target()

    # -- saving

    def action(self) -> BeginPeriod:
        """The period and choices that were typed."""
        self._take_target()
        today = self.board_app.today
        if not self.text("starts"):
            self.query_one("#starts", Input).focus()
            following = self.text("name") or "the next period"
            raise Refused(f"On which day does {following} begin? Type it after 'from': today, or another day.")
        try:
            starts, ends = parse_date(self.text("starts"), today), parse_date(self.text("ends"), today)
        except ValueError as error:
            raise Refused(f"{error}.") from None
        renewal = self._renewal()
        return BeginPeriod(
            choices=dict(renewal.choices),
            targets=dict(renewal.targets),
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
