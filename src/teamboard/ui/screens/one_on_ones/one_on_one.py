"""The one-on-one of a member: agenda by theme and agreed actions in a list, beside the notes and the last meeting."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import ClassVar

from textual import getters, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container
from textual.screen import Screen

from teamboard.actions.base import Action
from teamboard.actions.one_on_ones import FinishAction, RateOneOnOne, WriteOneOnOne, find_agreed_action
from teamboard.domain.board_on_day import BoardOnDay
from teamboard.domain.errors import NotFound
from teamboard.domain.forecast.figures import Forecasts
from teamboard.domain.handles import current_handle, display_name
from teamboard.domain.ids import RecordId
from teamboard.domain.one_on_ones import NumberedAction, agreed_actions, current_one_on_one
from teamboard.domain.permissions import may
from teamboard.domain.records import Member, OneOnOne, Topic
from teamboard.render import one_on_ones as text
from teamboard.render.format import name_of
from teamboard.render.goals.activities import member_curves
from teamboard.render.goals.hints import hint_lines
from teamboard.render.line_layout import Line, wrapped
from teamboard.ui import legend
from teamboard.ui.keymap import bound
from teamboard.ui.messages import BoardChanged, RowSelected
from teamboard.ui.palette import Command
from teamboard.ui.screens.base_screen import TWO_PANES, LiveScreen
from teamboard.ui.screens.one_on_one_forms import AgreedActionForm, MeetingDayForm, TopicForm
from teamboard.ui.screens.text_prompt import TextPromptScreen
from teamboard.ui.widgets.board_view import BoardView
from teamboard.ui.widgets.key_footer import KeyFooter
from teamboard.ui.widgets.lines_view import LinesView
from teamboard.ui.widgets.rows import Row

Draw = Callable[[int], Line]
DAY = RecordId("day")
"""The key of the head line, which has the day of the meeting."""


def _fixed(line: Line) -> Draw:
    """A draw function that returns the same line at every width."""
    return lambda _: line


class OneOnOneView(BoardView):
    """Agenda and agreed actions; Enter opens the form for a note."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "screen.note", show=False)]


class OneOnOneScreen(LiveScreen[None]):
    """The current one-on-one, in which both sides write. `x` and `e` act on the selected row."""

    LEGEND: ClassVar[legend.Legend] = legend.ONE_ON_ONE
    CSS_PATH: ClassVar[Path] = TWO_PANES
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (110, "-wide")]
    BINDINGS: ClassVar[list[BindingType]] = [
        # With priority, so that keys typed right after it go to the form.
        Binding("t", "topic", "Topic", priority=True),
        Binding("n", "note", "Note", priority=True),
        Binding("c", "agree", "Agree", priority=True),
        Binding("x", "finish", "Done"),
        Binding("w", "held", "Held"),
        Binding("e", "meet", "Day"),
        Binding("1", "rate(1)", "Useful", key_display="1-5"),
        *(Binding(str(level), f"rate({level})", show=False) for level in range(2, 6)),
        Binding("escape", "back", "Back"),
        bound("one-on-one", "back", "Back"),
        Binding("shift+up", "scroll_notes(-3)", "Scroll the notes", show=False),
        Binding("shift+down", "scroll_notes(3)", "Scroll the notes", show=False),
    ]

    view = getters.query_one(BoardView)
    heading = getters.query_one("#boxes", LinesView)
    notes = getters.query_one("#thread", LinesView)

    def __init__(self, handle: str) -> None:
        super().__init__()
        self._opened = handle
        self._drawn: dict[str, Draw] = {}
        self._topics: dict[str, int] = {}
        """The place of the topic of each row on the agenda."""

    @property
    def _handle(self) -> str:
        """The member's handle on the board that is shown: they may get another one, and had one before."""
        return current_handle(self.shown.board, self._opened) or self._opened

    @property
    def _member(self) -> Member | None:
        return self.shown.board.member(self._handle)

    @property
    def _one_on_one(self) -> OneOnOne | None:
        return current_one_on_one(self.shown, self._handle)

    def compose(self) -> ComposeResult:
        yield from self.compose_header()
        yield LinesView(self._heading, id="boxes")
        with Container(id="both"):
            yield OneOnOneView(self.shown, self._rows, draw=self._draw)
            yield LinesView(self._notes, id="thread")
        yield KeyFooter()

    def on_mount(self) -> None:
        self.show_header()
        self.view.focus()

    # -- contents

    def _heading(self, width: int) -> Iterator[Line]:
        board, member = self.shown.board, self._member
        if member is None:
            yield (("  This member is not on the board any more.", "dim"),)
            return
        yield ((f"  One-on-one of {text.pair_names(board, member)}", "strong"),)

    def _rows(self, shown: BoardOnDay) -> list[Row]:
        board = shown.board
        self._drawn, self._topics = {}, {}
        member, one_on_one = board.member(self._handle), current_one_on_one(shown, self._handle)
        if member is None:
            return [Row(text="")]
        rows = [self._row(DAY, self._day_line), Row(text=""), Row(text="  Agenda", style="strong")]
        for theme, numbers in text.topic_numbers_by_theme(one_on_one) if one_on_one else ():
            for i, number in enumerate(numbers):
                draw = partial(self._topic_line, number=number, theme=i == 0)
                self._topics[text.topic_label(number)] = number
                rows.append(self._row(text.topic_label(number), draw))
            if not numbers:
                rows.append(self._row("", _fixed(text.empty_theme_line(theme)), f"no {theme}"))
        if one_on_one is None:
            rows.append(Row(text="  nothing yet: t puts a topic on it, or a whole template"))
        agreed = list(agreed_actions(one_on_one)) if one_on_one else []
        for title, actions in (
            ("Agreed", agreed),
            ("Open from before", text.open_actions_before(board, member, one_on_one)),
        ):
            if actions:
                rows += [Row(text=""), Row(text=f"  {title}", style="strong")]
                rows += [self._row(p.id, partial(self._agreed_action_line, p)) for p in actions]
        return rows

    def _row(self, key: str, draw: Draw, name: str = "") -> Row:
        self._drawn[key or name] = draw
        return Row.of_part(key) if key else Row(text=name)

    def _draw(self, row: Row, width: int) -> Line:
        draw = self._drawn.get(row.record_id or row.text)
        return draw(width) if draw else ((row.text, row.style),)

    def _day_line(self, width: int) -> Line:
        member = self._member
        return text.meeting_day_line(self.shown, member) if member is not None else ()

    def _topic_line(self, width: int, *, number: int, theme: bool) -> Line:
        one_on_one = self._one_on_one
        if one_on_one is None or number >= len(one_on_one.topics):
            return ()
        return text.topic_line(self.shown.board, one_on_one, number, width, theme=theme)

    def _agreed_action_line(self, agreed_action: NumberedAction, width: int) -> Line:
        return text.agreed_action_line(self.shown, agreed_action, width)

    def _notes(self, width: int) -> Iterator[Line]:
        board, member, one_on_one = self.shown.board, self._member, self._one_on_one
        if member is None:
            return
        unrated = text.unrated_one_on_one(board, member)
        if unrated is not None and self.board_app.actor.member == member.handle:
            for piece in wrapped(text.rating_question(unrated), width - 4):
                yield ((f"  {piece}", "warn"),)
            yield ()
        selected_text = self._selected_text()
        if selected_text:
            for piece in wrapped(selected_text, width - 4):
                yield ((f"  {piece}", "text"),)
            yield ()
        yield from self._facts(member, width)
        yield (("  Notes", "strong"), ("   the whole team can read them", "dim"))
        if one_on_one is not None and one_on_one.notes:
            yield from text.note_lines(board, one_on_one, width)
        else:
            yield (("   none yet", "dim"),)
        if goals := list(text.goal_lines(Forecasts(self.shown), member, width - 1)):
            yield from ((), (("  Goals", "strong"),), *goals)
        last = text.last_meeting(board, member, one_on_one)
        if last is not None:
            yield ()
            yield (("  Last time", "strong"), (f"   {text.describe_meeting(last)}", "dim"))
            yield from text.note_lines(board, last, width)

    def _facts(self, member: Member, width: int) -> Iterator[Line]:
        """What is worth a word with the member, and what they do week by week."""
        reader = self.shown.board.member(self.board_app.actor.member)
        if hints := list(hint_lines(self.shown, member, reader, width)):
            yield from (*hints, ())
        if curve_lines := list(member_curves(self.shown, member, width - 1, indent=3)):
            yield from ((("  Week by week", "strong"),), *curve_lines, ())

    def _selected_text(self) -> str:
        """The full text of the selected topic or action, with its author or owner; "" if neither is selected."""
        selected, board = self.view.selected or "", self.shown.board
        topic = self._topic(selected)
        if topic is not None:
            return f"{topic.text}\n{topic.theme}, put down by {name_of(board, topic.by)}"
        agreed_action = self._agreed_action(selected)
        return (
            f"{agreed_action.action.text}\n{agreed_action.id}, by {name_of(board, agreed_action.action.owner)}"
            if agreed_action
            else ""
        )

    def _topic(self, selected: str) -> Topic | None:
        one_on_one, place = self._one_on_one, self._topics.get(selected)
        return one_on_one.topics[place] if one_on_one and place is not None and place < len(one_on_one.topics) else None

    def _agreed_action(self, selected: str) -> NumberedAction | None:
        try:
            return find_agreed_action(self.shown.board, selected)
        except NotFound:
            return None

    @on(BoardChanged)
    def _board_changed(self, message: BoardChanged) -> None:
        self.show_header()
        self.view.show_board(self.shown, () if self.board_app.past else message.changed)
        self._rewrite()

    @on(RowSelected)
    def _rewrite(self) -> None:
        self.heading.rewrite()
        self.notes.rewrite()
        self.refresh_bindings()

    # -- actions

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Enable only the actions that the person may do."""
        app = self.board_app
        member, me = app.board.member(self._handle), app.board.member(app.actor.member)
        if action == "meet" and self.is_mounted and self.view.selected != DAY:
            return False
        if action in ("topic", "note", "agree", "held", "meet", "finish"):
            return app.past is None and member is not None and may(app.board, me, WriteOneOnOne.verb, member)
        if action == "rate":
            rated = member is not None and text.unrated_one_on_one(app.board, member) is not None
            return app.past is None and rated and may(app.board, me, RateOneOnOne.verb, member)
        return True

    async def _open(self, form: Callable[[Member], Screen[bool]]) -> None:
        member = self._member
        if member is not None and self.board_app.may(WriteOneOnOne.verb, member):
            await self.board_app.open(form(member))

    async def action_topic(self) -> None:
        """Open the form for topics."""
        await self._open(TopicForm)

    async def action_agree(self) -> None:
        """Open the form for an agreed action."""
        await self._open(AgreedActionForm)

    async def action_meet(self) -> None:
        """Open the form for the day of the one-on-one."""
        await self._open(MeetingDayForm)

    async def action_note(self) -> None:
        """Open the form for a note."""
        title = (
            f"A note in the one-on-one of {display_name(self.board_app.board, self._member) if self._member else ''}"
        )
        await self._open(lambda m: TextPromptScreen(title, lambda note: WriteOneOnOne(member=m.handle, note=note)))

    async def action_finish(self) -> None:
        """Mark the selected action as done or open again, or remove the selected topic."""
        selected = self.view.selected or ""
        agreed_action, topic = self._agreed_action(selected), self._topic(selected)
        if agreed_action is not None:
            done = agreed_action.action.done is not None
            await self._commit(
                FinishAction(action=selected, undone=done), f"{selected} is {'open' if done else 'done'}."
            )
        elif topic is not None:
            await self._commit(
                WriteOneOnOne(member=self._handle, without=(topic.text,)), "The topic is off the agenda."
            )

    async def action_held(self) -> None:
        """Mark the one-on-one as held today."""
        undo = self.key_name("undo")
        today = self.board_app.today
        await self._commit(
            WriteOneOnOne(member=self._handle, held=today), f"Held today; {undo} undoes it." if undo else "Held today."
        )

    async def action_rate(self, useful: int) -> None:
        """Rate how useful the last one-on-one was, 1 to 5."""
        await self._commit(RateOneOnOne(member=self._handle, useful=useful), f"{useful} of 5: thank you.")

    async def _commit(self, action: Action, message: str) -> None:
        if await self.try_commit(action):
            self.board_app.say(message)

    # -- navigation and palette

    def action_scroll_notes(self, lines: int) -> None:
        """Scroll the notes."""
        self.notes.scroll_relative(y=lines, animate=False)

    def commands(self) -> Iterable[Command]:
        """The commands of this screen for the palette."""
        yield Command("Topic", "A topic, or a template's (t)", self.action_topic, "write in a one-on-one")
        yield Command("Note", "Note what was said (n)", self.action_note, "write in a one-on-one")
        yield Command("Agree", "Agree on an action (c)", self.action_agree, "write in a one-on-one")
        yield Command("Held", "You have met (w)", self.action_held, "write in a one-on-one")
        yield Command("Day", "Set when you meet (e)", self.action_meet, "write in a one-on-one")
        yield Command("Back", "To the board (Esc)", self.action_back)
