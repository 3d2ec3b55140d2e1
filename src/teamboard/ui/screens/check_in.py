"""The check-in form: the old value, the new one, and what there is to say about it."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, cast

from textual import getters, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Checkbox, Footer, Input, Label, SelectionList, Static, TextArea
from textual.widgets.selection_list import Selection

from teamboard.actions.base import Conflict, Refused
from teamboard.actions.check_in import CheckInGoal
from teamboard.board.board import AnyGoal
from teamboard.board.progress import value_of
from teamboard.board.records import CheckIn, DoneOrNot, Metric, Milestones
from teamboard.board.text import one_line
from teamboard.exchange import phrases
from teamboard.exchange.typed import parse_value
from teamboard.store.base import StoreError

if TYPE_CHECKING:
    from teamboard.ui.app import BoardApp


class CheckInScreen(ModalScreen[bool]):
    """Answers with True when the check-in is on the board."""

    CSS_PATH: ClassVar[str] = "check_in.tcss"
    AUTO_FOCUS: ClassVar[str | None] = "#form Input, #form SelectionList, #form Checkbox"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "save", "Save", priority=True),
        # With priority, so that what a fast typist types after a Tab lands in the next field.
        Binding("tab", "app.focus_next", show=False, priority=True),
        Binding("shift+tab", "app.focus_previous", show=False, priority=True),
        Binding("escape", "leave", "Leave"),
    ]

    message = getters.query_one("#message", Static)

    def __init__(self, goal: AnyGoal, last: CheckIn | None) -> None:
        super().__init__()
        self._goal = goal
        self._seen = last
        self._saving = False
        self._leaving = False

    @property
    def board_app(self) -> BoardApp:
        return cast("BoardApp", self.app)

    def compose(self) -> ComposeResult:
        goal, last = self._goal, self._seen
        with VerticalScroll(id="form", can_focus=False):
            yield Label(Content(one_line(f"{goal.id} {goal.title}")), id="title")
            yield Label(Content(self._before()), id="before")
            if isinstance(goal.measure, Milestones):
                done = last.done if last else ()
                yield SelectionList[str](
                    *(Selection(Content(one_line(m.name)), m.name, m.name in done) for m in goal.measure.milestones),
                    id="milestones",
                    compact=True,
                )
            elif isinstance(goal.measure, DoneOrNot):
                yield Checkbox("Done", value=bool(last and last.value >= 1), id="done", compact=True)
            else:
                kept = phrases.amount(value_of(goal, last), goal.measure)
                yield from self._field("value", "now", f"the new value, or +4; empty keeps {kept}")
            yield from self._field("confidence", "confidence", "0 to 10")
            with Horizontal(classes="field tall"):
                yield Label("note")
                yield TextArea(id="note", tab_behavior="focus", compact=True)
            yield from self._field("next", "next step", "")
            yield from self._field("blocker", "help wanted", "what is in the way?")
            yield Static(id="message", markup=False)
        yield Footer(show_command_palette=False, compact=True)

    def _field(self, name: str, label: str, hint: str) -> ComposeResult:
        with Horizontal(classes="field"):
            yield Label(label)
            yield Input(id=name, placeholder=hint, compact=True)

    def _before(self) -> str:
        goal, last = self._goal, self._seen
        value = phrases.amount(value_of(goal, last), goal.measure)
        target = f" of {phrases.amount(goal.measure.target, goal.measure)}" if isinstance(goal.measure, Metric) else ""
        if last is None:
            return f"{value}{target} · no check-in yet"
        board = self.board_app.board
        when = phrases.ago(max((self.board_app.today - board.day_of(last.at)).days, 0))
        sure = f" · confidence {last.confidence}" if last.confidence is not None else ""
        return f"{value}{target} · {when}{sure}"

    def on_mount(self) -> None:
        if self._seen is not None:
            self.query_one("#blocker", Input).value = one_line(self._seen.blocker)
        self._opened_with = self._typed()

    def _typed(self) -> tuple[str, ...]:
        """All that the form holds, to tell whether somebody has typed."""
        texts = [i.value for i in self.query(Input)] + [self.query_one(TextArea).text]
        for boxes in self.query(SelectionList):
            texts += sorted(str(v) for v in boxes.selected)
        return (*texts, *(str(c.value) for c in self.query(Checkbox)))

    # -- saving

    @on(Input.Submitted)
    async def _submitted(self) -> None:
        await self.action_save()

    async def action_save(self) -> None:
        """Put the check-in on the board; what was typed stays until it is there."""
        if self._saving:
            return
        self._saving = True
        try:
            board = await self.board_app.commit(self._action())
        except Conflict as conflict:
            self._offer_both(conflict)
        except (Refused, StoreError) as error:
            self._say(str(error))
        else:
            app = self.board_app
            goal = board.goal(self._goal.id) or self._goal
            app.say(phrases.check_in_line(goal, value_of(self._goal, self._seen), app.standings(goal)))
            self.dismiss(True)
        finally:
            self._saving = False

    def _action(self) -> CheckInGoal:
        value = change = None
        done: tuple[str, ...] = ()
        undone: tuple[str, ...] = ()
        if isinstance(self._goal.measure, Milestones):
            done = tuple(self.query_one("#milestones", SelectionList).selected)
            undone = tuple(m.name for m in self._goal.measure.milestones if m.name not in done)
        elif isinstance(self._goal.measure, DoneOrNot):
            value = float(self.query_one("#done", Checkbox).value)
        elif typed := self._text("value"):
            value, change = parse_value(typed)
        sure = self._text("confidence")
        if sure and not (sure.isdecimal() and int(sure) <= 10):
            raise Refused("Confidence is a whole number from 0 to 10.")
        return CheckInGoal(
            goal=self._goal.id,
            value=value,
            change=change,
            done=done,
            undone=undone,
            note=self.query_one("#note", TextArea).text,
            confidence=int(sure) if sure else None,
            next_step=self._text("next"),
            blocker=self._text("blocker"),
            seen=self._seen.id if self._seen else None,
        )

    def _text(self, name: str) -> str:
        return self.query_one(f"#{name}", Input).value.strip()

    def _offer_both(self, conflict: Conflict) -> None:
        """Somebody was faster: show theirs beside ours; saving again puts ours on top of it."""
        theirs = conflict.theirs
        self._seen = theirs
        value = phrases.amount(theirs.value, self._goal.measure)
        note = f": {one_line(theirs.note)}" if theirs.note else ""
        self.query_one("#before", Label).update(Content(self._before()))
        mine = next((field.value for field in self.query("#value").results(Input)), "") or "as ticked above"
        both = f"  theirs  {value}{note}\n  yours   {one_line(mine)}"
        self._say(f"{conflict} Save again to put yours after it.\n{both}")

    def _say(self, text: str) -> None:
        self.message.update(Content(text))
        self.message.scroll_visible(animate=False)

    def action_leave(self) -> None:
        """Close the form; ask once, if something was typed."""
        if self._typed() != self._opened_with and not self._leaving:
            self._leaving = True
            self._say("Press Esc again to throw away what you typed, ctrl+s to save it.")
            return
        self.dismiss(False)
