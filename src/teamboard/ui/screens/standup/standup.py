"""The standup: one member at a time with goals, news and blockers; a round-up at the end."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from time import monotonic
from typing import ClassVar

from rich.cells import cell_len
from textual import getters, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.widgets import Digits

from teamboard.actions.standup import OfferHelp, RecordStandup
from teamboard.domain.forecast.figures import Forecasts
from teamboard.domain.handles import display_name
from teamboard.domain.history.log import history_of
from teamboard.domain.ids import RecordId
from teamboard.domain.records import Member
from teamboard.domain.sanitize import one_line
from teamboard.domain.standup import SpeakingOrder, help_wanted_by, last_standup, round_up, speakers
from teamboard.render.activity_log import describe_commit
from teamboard.render.line_layout import Line, Span, fit
from teamboard.render.standup import (
    Headline,
    format_minutes,
    goal_bar_lines,
    headline,
    help_lines,
    news_lines,
    round_up_lines,
)
from teamboard.ui import legend
from teamboard.ui.keymap import bound
from teamboard.ui.messages import BoardChanged
from teamboard.ui.palette import Command
from teamboard.ui.screens.base_screen import LiveScreen
from teamboard.ui.widgets.banner import Banner
from teamboard.ui.widgets.key_footer import KeyFooter
from teamboard.ui.widgets.lines_view import LinesView

TICK_SECONDS = 1.0
COMMIT_SECONDS = 6.0
MINUTES = 15


class StandupScreen(LiveScreen[None]):
    """One member at a time, readable from three metres, without the mouse."""

    LEGEND: ClassVar[legend.Legend] = legend.STANDUP
    CSS_PATH: ClassVar[str] = "standup.tcss"
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (110, "-wide")]
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space,right", "next(1)", "Next", key_display="space"),
        Binding("left,backspace", "next(-1)", "Back", show=False),
        Binding("plus", "help", "I help", key_display="+"),
        Binding("w", "round_up", "Round-up"),
        Binding("enter", "keep", "Keep"),
        Binding("escape", "back", "Leave"),
        bound("up", "scroll(-1)", ""),
        bound("down", "scroll(1)", ""),
    ]

    banner = getters.query_one(Banner)
    name_line = getters.query_one("#name", LinesView)
    number = getters.query_one(Digits)
    words = getters.query_one("#words", LinesView)
    goals = getters.query_one("#goals", LinesView)
    news = getters.query_one("#news", LinesView)
    whole = getters.query_one("#whole", LinesView)
    times = getters.query_one("#times", LinesView)

    def __init__(
        self,
        *,
        order: SpeakingOrder = "blocked",
        minutes: int = MINUTES,
        rotate: float | None = None,
        seed: int = 0,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        """`rotate` is how many seconds a member stays; `seed` is for a random order; `clock` is in seconds."""
        super().__init__()
        self._clock = clock
        self._order: SpeakingOrder = order
        self._minutes = minutes
        self._rotate = rotate
        self._seed = seed
        self._speakers: list[str] = []
        self._at = 0
        self._over = False
        self._headline: Headline | None = None
        self._forecasts: Forecasts | None = None
        self._since = self._clock()
        self._spent: dict[str, float] = {}

    def compose(self) -> ComposeResult:
        yield from self.compose_header()
        yield Banner()
        yield LinesView(self._who, id="name")
        with Horizontal(id="one"):
            with Vertical(id="left"):
                with Horizontal(id="headline"):
                    yield Digits("", id="number")
                    yield LinesView(self._words, id="words")
                yield LinesView(self._goals, id="goals")
            yield LinesView(self._news, id="news")
        yield LinesView(self._round_up, id="whole")
        yield LinesView(self._times, id="times")
        yield KeyFooter()

    def on_mount(self) -> None:
        self._began = self.board_app.now
        self._speakers = [m.handle for m in speakers(self.shown, self._order, self._seed)]
        self._over = not self._speakers
        self._since = self._clock()
        self.set_interval(TICK_SECONDS, self._tick)
        self._show()

    @property
    def _member(self) -> Member | None:
        return self.shown.board.known_as(self._speakers[self._at]) if self._at < len(self._speakers) else None

    # -- contents

    def _show(self) -> None:
        self.show_header()
        self.set_class(self._over, "-over")
        member = self._member
        self._forecasts = Forecasts(self.shown)
        self._headline = headline(self._forecasts, member) if member else None
        self.number.update(self._headline.number if self._headline else "")
        for view in (self.name_line, self.words, self.goals, self.news, self.whole, self.times):
            view.rewrite()
        self.refresh_bindings()

    def _who(self, width: int) -> Iterator[Line]:
        member = self._member
        if self._over or member is None:
            yield (("  R O U N D - U P", "strong"),)
            return
        name = display_name(self.shown.board, member)
        spaced = " ".join(name.upper())
        shown = spaced if cell_len(spaced) < width - 20 else fit(name, min(cell_len(name), width - 20))
        place = f"   {self._at + 1} of {len(self._speakers)}"
        yield ((f"  {shown}", "strong"), (place, "accent"), (f"   {one_line(member.role)}", "dim"))

    def _goals(self, width: int) -> Iterator[Line]:
        if self._member is not None and self._forecasts is not None:
            yield from goal_bar_lines(self._forecasts, self._member, width, close=self.has_class("-low"))

    def _words(self, width: int) -> Iterator[Line]:
        """What the large number is, beside its lower lines."""
        if self._headline is not None:
            yield from [()] * (3 - len(self._headline.words))
            yield from self._headline.words

    def _news(self, width: int) -> Iterator[Line]:
        board, member = self.shown.board, self._member
        if member is None:
            return
        yield from help_lines(board, member, width)
        if any(True for _ in help_lines(board, member, width)):
            yield ()
        yield from news_lines(self.shown, last_standup(board), member, width)

    def _round_up(self, width: int) -> Iterator[Line]:
        if self._over:
            yield from round_up_lines(self.shown, round_up(self.shown), width)

    def _times(self, width: int) -> Iterator[Line]:
        """The time of the current member and of the meeting, as bars."""
        spent = self._seconds()
        total, share = sum(spent.values()), self._minutes * 60 / max(len(self._speakers), 1)
        mine = spent.get(self._speakers[self._at], 0.0) if self._speakers and not self._over else 0.0
        both = [(mine, share), (total, self._minutes * 60.0)]
        said = [f" {format_minutes(seconds)} of {format_minutes(most)}" for seconds, most in both]
        cells = max((width - 7 - sum(map(len, said))) // 2, 4)
        spans: list[Span] = [("  ", "")]
        for (seconds, most), time in zip(both, said, strict=True):
            late = seconds > most
            full = min(round(seconds / most * cells), cells) if most else 0
            spans += [("━" * full, "warn" if late else "accent"), ("─" * (cells - full), "dim")]
            spans += [(time, "warn" if late else "dim"), ("   ", "")]
        yield tuple(spans)

    # -- time

    def _seconds(self) -> dict[str, float]:
        seconds = dict(self._spent)
        if not self._over and self._at < len(self._speakers):
            handle = self._speakers[self._at]
            seconds[handle] = seconds.get(handle, 0.0) + self._clock() - self._since
        return seconds

    def _tick(self) -> None:
        if self._over:
            return
        if self._rotate is not None and self._clock() - self._since >= self._rotate:
            self.action_next(1)
        self.times.rewrite()

    # -- actions

    def action_next(self, step: int) -> None:
        """Show the next or previous member; after the last one the round-up."""
        self._spent = self._seconds()
        self._since = self._clock()
        self._over = self._at + step >= len(self._speakers) and not (self._over and step < 0)
        if not self._over:
            self._at = max(self._at + step, 0)
        self._show()

    def action_round_up(self) -> None:
        """Show the round-up."""
        self._spent = self._seconds()
        self._over = True
        self._show()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Enable only the actions that make sense now."""
        if not self.is_mounted:
            return True
        if action == "keep":
            return self._over and self.board_app.past is None
        if action == "help":
            return not self._over and self._member is not None and any(True for _ in self._helpable())
        return not (action == "round_up" and self._over)

    def _helpable(self) -> Iterator[RecordId]:
        """The ids of the current member's goals that want help and that the person has not offered help with."""
        member, me = self._member, self.board_app.actor.member
        if member is not None and me is not None and me != member.handle and self.board_app.past is None:
            for wanted in help_wanted_by(self.shown.board, member):
                if me not in wanted.checkin.helpers:
                    yield wanted.goal.id

    async def action_help(self) -> None:
        """Offer help with the current member's first goal that wants it."""
        for goal in self._helpable():
            await self.try_commit(OfferHelp(goal=goal))
            return

    async def action_keep(self) -> None:
        """Store the standup, and close the screen."""
        seconds = {handle: round(spent) for handle, spent in self._spent.items()}
        if await self.try_commit(RecordStandup(began=self._began, seconds=seconds)):
            self.board_app.say("Saved: `teamboard standup last` prints it for the chat.")
            self.dismiss(None)

    @on(BoardChanged)
    def _board_changed(self, message: BoardChanged) -> None:
        """Show the newer board, and the commit that made it in the banner."""
        self._show()
        if self.board_app.store_error is not None:
            self.banner.say(f"▲ {self.board_app.store_error.brief} This is the last good board.", "bad")
        elif message.changed:
            board = self.board_app.board
            entry = history_of(board).get(board.revision)
            if entry is not None:
                self.banner.say(describe_commit(board, entry), "accent")
                self.set_timer(COMMIT_SECONDS, self._clear_banner)
        else:
            self._clear_banner()

    def _clear_banner(self) -> None:
        if self.board_app.store_error is None:
            self.banner.say("", "")

    def action_scroll(self, lines: int) -> None:
        """Scroll the round-up or the news."""
        (self.whole if self._over else self.news).scroll_relative(y=lines, animate=False)

    def commands(self) -> Iterable[Command]:
        """The commands of this screen for the palette."""
        yield Command("Next", "The next member (space)", lambda: self.action_next(1))
        yield Command("Round-up", "What is left at the end (w)", self.action_round_up, "keep a standup")
        yield Command("Leave", "To the board (Esc)", self.action_back)
