"""Onboarding: make a board where there is none; ask for the member behind an unknown login."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path, PurePath
from typing import ClassVar, Literal

from textual import getters, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, Label, OptionList, TextArea
from textual.widgets.option_list import Option

from teamboard.actions.base import Action
from teamboard.domain.board import Board
from teamboard.domain.errors import Refused
from teamboard.domain.handles import display_name
from teamboard.domain.periods import quarter_of
from teamboard.domain.records import Member
from teamboard.domain.sanitize import one_line
from teamboard.importers.first_team import FirstTeam, form_name, propose_handle
from teamboard.personal.settings import load_settings_or_defaults
from teamboard.personal.themes import find_theme
from teamboard.services.acting import full_name
from teamboard.store.base import BoardExists, StoreError
from teamboard.ui.error_handling import ErrorRaisingApp
from teamboard.ui.screens.form import FormScreen
from teamboard.ui.themes import textual_theme
from teamboard.ui.widgets.key_footer import KeyFooter

MakeBoard = Callable[["FirstTeam | Path"], None]
"""Makes the board. Raises Refused, BoardExists or StoreError."""

Beginning = Literal["demo", "tour", "made"]
"""What somebody without a board begins with: the demo, the tour, or the board that was made."""

START_OPTIONS = {
    "demo": ("Look around", "a sample team; nothing of yours is touched"),
    "tour": ("Take the tour", "the keys, on the sample team, in two minutes"),
    "new": ("Make a new board", "a short form: team, period, members, goals"),
    "file": ("Start from a file", "a team in YAML or CSV"),
}


class AskApp(ErrorRaisingApp["str | None"]):
    """A question with a list of answers; the result is the key of the chosen one."""

    CSS_PATH: ClassVar[list[str | PurePath]] = ["app.tcss", "start.tcss"]
    TITLE = "teamboard"
    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("q,escape", "quit", "Leave", key_display="q"),
        Binding("j", "move('cursor_down')", show=False),
        Binding("k", "move('cursor_up')", show=False),
    ]

    options = getters.query_one(OptionList)

    def __init__(self, heading: str, about: str, answers: Sequence[tuple[str, str, str]]) -> None:
        """`answers` are keys with a name and a description each."""
        super().__init__()
        self._heading = heading
        self._about = about
        self._answers = answers
        theme = textual_theme(find_theme(load_settings_or_defaults()[0].theme))
        self.register_theme(theme)
        self.theme = theme.name

    def compose(self) -> ComposeResult:
        widest = max((len(name) for _, name, _ in self._answers), default=0) + 3
        with Vertical(id="ask"):
            yield Label(Content(self._heading), id="title")
            yield Label(Content(self._about), id="about")
            yield OptionList(
                *(
                    Option(Content.assemble((f"{name:<{widest}}", "bold"), (what, "$role-dim")), id=key)
                    for key, name, what in self._answers
                ),
                compact=True,
            )
        yield KeyFooter()

    def on_mount(self) -> None:
        self.options.focus()

    def action_move(self, movement: str) -> None:
        """Move the highlight up or down."""
        getattr(self.options, f"action_{movement}")()

    @on(OptionList.OptionSelected)
    def _answered(self, event: OptionList.OptionSelected) -> None:
        self.answer(event.option.id or "")

    def answer(self, key: str) -> None:
        """Handle the chosen answer."""
        self.exit(key)


class WhoApp(AskApp):
    """Asks who is at the terminal; the result is a handle, "" for somebody who only looks on, None if left."""

    def __init__(self, board: Board, free: Sequence[Member], login: str) -> None:
        team = one_line(board.team.name) if board.team else "This board"
        about = f"{team} does not know your login {login!r} yet. It is kept with your name; you are asked only once."
        members = [(m.handle, display_name(board, m), one_line(m.title)) for m in free]
        super().__init__("Who are you?", about, [*members, ("", "Somebody else", "I only look on, this time")])


class StartApp(AskApp):
    """Asks how to start; the result is one of `Beginning`, or None if left."""

    def __init__(self, path: str, make: MakeBoard, today: date) -> None:
        answers = [(key, name, what) for key, (name, what) in START_OPTIONS.items()]
        super().__init__("teamboard", f"There is no board at {one_line(path)} yet.", answers)
        self._make = make
        self._today = today

    def answer(self, key: str) -> None:
        if key == "new":
            self.push_screen(NewBoardScreen(self._make, self._today), self._board_made)
        elif key == "file":
            self.push_screen(FromFileScreen(self._make), self._board_made)
        else:
            self.exit(key)

    def _board_made(self, made: bool | None) -> None:
        if made:
            self.exit("made")


class MakeBoardForm(FormScreen):
    """A form that makes a board."""

    ENTER_SAVES = False

    def __init__(self, make: MakeBoard) -> None:
        super().__init__()
        self._make = make

    def action(self) -> Action:
        """Not used: there is no board to commit to."""
        raise NotImplementedError

    def source(self) -> FirstTeam | Path:
        """The team or file to make the board from. Raises Refused."""
        raise NotImplementedError

    async def action_save(self) -> None:
        """Make the board; the form stays open if that fails."""
        try:
            self._make(self.source())
        except (Refused, BoardExists, StoreError) as error:
            self.say(str(error))
        else:
            self.dismiss(True)


class NewBoardScreen(MakeBoardForm):
    """A form for team, period, members and first goals."""

    AUTO_FOCUS = "#team"
    heading = "A new board"

    def __init__(self, make: MakeBoard, today: date) -> None:
        super().__init__(make)
        self._quarter = quarter_of(today)

    def fields(self) -> ComposeResult:
        """The fields, with the current quarter as period."""
        quarter = self._quarter
        yield Label("Name, members and goals can be changed and added to later.", id="before")
        yield from self.field("team", "team", "Northwind EMEA Sales")
        yield from self.field("period", "period", "", quarter.name)
        yield from self.field("starts", "from", "2026-10-01", quarter.starts.isoformat())
        yield from self.field("ends", "to", "2026-12-31", quarter.ends.isoformat())
        yield from self.field("you", "you", "your name, your title", full_name())
        yield from self.field("handle", "handle", self._proposed(full_name()))
        yield from self.area("members", "members")
        yield Label("A line each: Ana Ruiz, AE Iberia", classes="hint")
        yield from self.area("goals", "first goals")
        yield Label("A line each: Ana: ARR Iberia = €1.2M, or Ana: Discovery calls = 120 calls", classes="hint")

    @on(Input.Changed, "#you")
    def propose(self, event: Input.Changed) -> None:
        """Say which handle goes with the name."""
        self.query_one("#handle", Input).placeholder = self._proposed(event.value)

    def _proposed(self, you: str) -> str:
        return f"what you go by: {propose_handle(form_name(you))}" if you.strip() else "what you go by, such as ana"

    def source(self) -> FirstTeam:
        """The team that was typed. Raises Refused, with the field in focus, if a name is missing."""
        lines = {name: self.query_one(f"#{name}", TextArea).text.splitlines() for name in ("members", "goals")}
        if not self.text("team"):
            self.query_one("#team", Input).focus()
            raise Refused("What is the team called?")
        if not self.text("you"):
            self.query_one("#you", Input).focus()
            raise Refused("What is your name? You are the first member.")
        return FirstTeam(
            team=self.text("team"),
            period=self.text("period"),
            starts=self.text("starts"),
            ends=self.text("ends"),
            you=self.text("you"),
            handle=self.text("handle"),
            members=[line for line in lines["members"] if line.strip()],
            goals=[line for line in lines["goals"] if line.strip()],
        )


class FromFileScreen(MakeBoardForm):
    """A form for the file or folder to import."""

    AUTO_FOCUS = "#source"
    ENTER_SAVES = True
    heading = "Start from a file"

    def fields(self) -> ComposeResult:
        """The field for the path."""
        yield Label("A team in YAML, a folder of YAML files, or a CSV file with a row a member or goal.", id="before")
        yield from self.field("source", "file", "team.csv")

    def source(self) -> Path:
        """The path that was typed. Raises Refused if there is nothing."""
        path = Path(self.text("source")).expanduser()
        if not self.text("source") or not path.exists():
            raise Refused(f"There is no file {one_line(self.text('source'))!r} here.")
        return path
