"""What the terminal around the board says: its title, and, if wished, a bell or a note when somebody writes to you."""

from __future__ import annotations

import os

from teamboard.domain.board import Board
from teamboard.domain.commit_log import HistoryEntry
from teamboard.domain.history.log import history_of
from teamboard.domain.sanitize import one_line
from teamboard.ui.live_app import LiveApp
from teamboard.ui.textual_private import write_to_terminal

LONGEST_TITLE = 100
KEEP_TITLE, GIVE_BACK_TITLE = "\x1b[22;0t", "\x1b[23;0t"


class Notifier:
    """Tells what others have written since the person last touched the board."""

    def __init__(self, app: LiveApp) -> None:
        self._app = app
        self._news = 0
        self._newest = ""

    def begin(self) -> None:
        """Keep the terminal's own title, and put ours there."""
        self._write(KEEP_TITLE)
        self._show()

    def end(self) -> None:
        """Give the terminal its own title back."""
        self._write(GIVE_BACK_TITLE)

    def seen(self) -> None:
        """The person is here: nothing is news any more."""
        if self._news:
            self._news, self._newest = 0, ""
            self._show()

    def tell(self, before: Board, board: Board) -> None:
        """Take in what others have committed between two boards."""
        me, to_me = self._app.actor.member, ""
        for revision, entry in history_of(board).newest_first():
            if revision <= before.revision:
                break
            if entry.by == me:
                continue
            self._news += 1
            said, concerned = describe_entry(board, entry)
            self._newest = said if self._news == 1 or not self._newest else self._newest
            if me is not None and me in concerned:
                to_me = to_me or said
        if self._news:
            self._show()
        if to_me:
            self._call(to_me)

    def _show(self) -> None:
        board = self._app.board
        team = one_line(board.team.name) if board.team else "teamboard"
        news = f"({self._news}) " if self._news else ""
        what = f" · {self._newest}" if self._newest else ""
        self._write(f"\x1b]2;{_printable(f'{news}{team}{what}')[:LONGEST_TITLE]}\x07")

    def _call(self, text: str) -> None:
        """Ring, or have the desktop say it, where that is wished."""
        tell = self._app.appearance.settings.tell
        if tell == "bell":
            self._app.bell()
        elif tell == "desktop":
            self._write(desktop_note(text, os.environ))

    def _write(self, sequence: str) -> None:
        write_to_terminal(self._app, sequence)


def describe_entry(board: Board, entry: HistoryEntry) -> tuple[str, set[str]]:
    """A commit in a sentence, and the handles of the members whom it concerns."""
    # 19 ms: the board is painted first, and sentences are needed only when somebody commits.
    from teamboard.render.activity_log import concerned_members, describe_commit

    return describe_commit(board, entry), concerned_members(board, entry)


def desktop_note(text: str, environ: os._Environ[str] | dict[str, str]) -> str:
    """The sequence with which a terminal shows a note on the desktop, in the dialect that it speaks.

    OSC 777 is urxvt's, which foot and the VTE terminals took over; OSC 9 is iTerm2's, which most others took over.
    """
    # In OSC 777 a semicolon sets the parts apart; and no text may begin an OSC 9 of another meaning.
    text = _printable(text).replace(";", ",")[:LONGEST_TITLE]
    if "VTE_VERSION" in environ or environ.get("TERM", "").startswith(("rxvt", "foot")):
        sequence = f"\x1b]777;notify;teamboard;{text}\x1b\\"
    else:
        sequence = f"\x1b]9;teamboard: {text}\x07"
    if "TMUX" in environ:
        doubled = sequence.replace("\x1b", "\x1b\x1b")
        sequence = f"\x1bPtmux;{doubled}\x1b\\"
    return sequence


def _printable(text: str) -> str:
    return "".join(c for c in one_line(text) if c.isprintable())
