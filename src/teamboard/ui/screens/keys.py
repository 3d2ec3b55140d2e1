"""The keys, and what the signs on the board mean."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.screen import ModalScreen

from teamboard.exchange.lines import Line
from teamboard.ui.widgets.lines_view import LinesView

KEYS = (
    ("↑ ↓ j k", "select a line; click does too"),
    ("Enter  Esc", "open a goal's detail or a member; back"),
    ("u  v  f", "check in; revise or answer a proposal; give feedback"),
    ("a  m", "who carries which team goal; there, move a goal"),
    ("/  o", "filter: name, goal, status, needs help; sort"),
    ("F  h  Q", "feedback inbox; history; the quarter's result"),
    ("O  D  P", "one-on-one; what is due; the team's pulse"),
    ("p  R  s", "prepare a review; hold it, side by side; standup"),
    ("[  ]  g", "the board a day back, a day on, on a date"),
    ("shift+↑ ↓", "scroll the detail; ctrl+s saves a form"),
    ("ctrl+z", "take back your own last change"),
    ("ctrl+p  ^k", "palette: every action; jump to anything by name"),
    ("? q", "these keys; quit"),
)

SIGNS = (
    ("━━━╸──┃──", "progress; ┃ is the pace, short of it is late"),
    ("▲ 4  ▁▂▃▅", "change in a week in points; the last six weeks"),
    ("⚑  ⟳  ☐", "help wanted; a revision that waits; an agreed action"),
    ("◐○", "how far both sides have prepared the review"),
    ("→ T1  9 d", "the team goal it serves; age of the last check-in"),
)


class KeysScreen(ModalScreen[None]):
    """Any key closes it."""

    CSS_PATH: ClassVar[str] = "keys.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [("escape,question_mark,q,enter,space", "dismiss", "Close")]

    def compose(self) -> ComposeResult:
        lines: list[Line] = [(("  Keys", "strong"),)]
        lines += [((f"  {key:<12}", "accent"), (what, "text")) for key, what in KEYS]
        lines += [(), (("  Signs", "strong"),)]
        lines += [((f"  {sign:<12}", "accent"), (what, "text")) for sign, what in SIGNS]
        yield LinesView(lambda _: lines, id="keys")

    def on_click(self) -> None:
        self.dismiss()
