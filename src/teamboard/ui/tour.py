"""The tour: an introduction to the keys on the sample team; each step waits until it has been done."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, ClassVar, NamedTuple

from textual.binding import Binding, BindingType
from textual.screen import Screen

from teamboard.domain.ids import RecordId
from teamboard.render.line_layout import Line, wrapped
from teamboard.ui.app import BoardApp
from teamboard.ui.screens.board.board import BoardScreen
from teamboard.ui.widgets.filter_line import FilterLine
from teamboard.ui.widgets.lines_view import LinesView

_NAME = re.compile(r"\{([a-z-]+)\}")
CHECK_SECONDS = 0.1
GOAL, MEMBER = RecordId("G13"), "ben"


class Step(NamedTuple):
    """What to do, with the names of actions in braces for their keys, and a function that tells whether it is done."""

    text: str
    done: Callable[[BoardApp], bool]


def _selected(app: BoardApp) -> str | None:
    return app.screen.selected if isinstance(app.screen, BoardScreen) else None


def _is(name: str) -> Callable[[BoardApp], bool]:
    return lambda app: type(app.screen).__name__ == name


def _on_board(app: BoardApp) -> bool:
    return isinstance(app.screen, BoardScreen) and not app.screen.has_class("-detail")


def _checked_in(app: BoardApp) -> bool:
    last = app.board.last_checkin(GOAL)
    return last is not None and last.by == app.actor.member and last.id not in getattr(app, "known", ())


def _filtered(app: BoardApp) -> bool:
    screen = app.screen
    if not isinstance(screen, BoardScreen) or MEMBER not in screen.words.casefold():
        return False
    return not any(line.has_focus for line in screen.query(FilterLine))


STEPS = (
    Step(
        "This is a team's board: its goals on top, then each member with theirs. ┃ in a bar is the pace: a bar short "
        "of it is late. Go down to Ana's discovery calls, G13, with {down}.",
        lambda app: _selected(app) == GOAL,
    ),
    Step("{open} opens what is selected.", lambda app: app.screen.has_class("-detail")),
    Step("Esc goes back, here and everywhere.", _on_board),
    Step("{check-in} checks in on it: press {check-in}.", _is("CheckInScreen")),
    Step("Type +4, then Enter. Every open board shows it at once.", _checked_in),
    Step("{filter} narrows the board as you type: press {filter}, type ben, then Enter.", _filtered),
    Step("Esc shows all again.", lambda app: _on_board(app) and not getattr(app.screen, "words", "")),
    Step("{day-back} goes a day back: the board as it stood yesterday, read-only.", lambda app: app.past is not None),
    Step("Esc is now again.", lambda app: app.past is None),
    Step("{standup} begins the standup: one member after the other.", _is("StandupScreen")),
    Step("space goes on to the next one; Esc leaves.", _on_board),
    Step("{due} shows what is due: who owes what to whom.", _is("DueScreen")),
    Step("Esc, then {keys} for the keys of whatever screen you are on.", _is("KeysScreen")),
    Step(
        "That is it. Esc, then look around; {quit} leaves. For your own team: `teamboard` in a folder that you share.",
        lambda _: False,
    ),
)


class TourNote(LinesView):
    """The current step, at the top of the open screen."""

    DEFAULT_CSS: ClassVar[str] = """
    TourNote { dock: top; height: auto; max-height: 5; padding: 0 0; background: $panel; }
    """


class TourApp(BoardApp):
    """The app on the sample team, with the current step at the top."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("f2", "skip", "Skip", show=False, priority=True)]

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.known = frozenset(self.board.tables["checkins"])
        self._at = 0

    def on_mount(self) -> None:
        self.set_interval(CHECK_SECONDS, self._check)
        self.call_after_refresh(self._check)

    def _check(self) -> None:
        before = self._at
        while self._at < len(STEPS) - 1 and STEPS[self._at].done(self):
            self._at += 1
        screen = self.screen
        if not screen.query(TourNote):
            screen.mount(TourNote(self._lines))
        elif self._at != before:
            self._rewrite(screen)

    def _rewrite(self, screen: Screen[Any]) -> None:
        for note in screen.query(TourNote):
            note.write(self._lines)

    def action_skip(self) -> None:
        """Skip the current step."""
        self._at = min(self._at + 1, len(STEPS) - 1)
        self._rewrite(self.screen)

    @property
    def _text(self) -> str:
        """The text of the current step, with the person's own keys; an action without a key is in the palette."""
        palette = self.key_name("palette")
        return _NAME.sub(lambda m: " or ".join(self.key_names(m[1])) or f"{palette} {m[1]}", STEPS[self._at].text)

    def _lines(self, width: int) -> list[Line]:
        place = f" {self._at + 1} of {len(STEPS)}  "
        more = "" if self._at == len(STEPS) - 1 else "   F2 skips"
        pieces = wrapped(self._text + more, max(width - len(place) - 2, 20))
        indent = " " * len(place)
        return [((place if i == 0 else indent, "accent"), (piece, "strong")) for i, piece in enumerate(pieces)]
