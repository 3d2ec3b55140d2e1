"""Notify the person of others' commits: in the terminal's title, with a bell or a desktop notification."""

from __future__ import annotations

import os

from teamboard.domain.board import Board
from teamboard.domain.commit_log import HistoryEntry
from teamboard.domain.handles import current_handle
from teamboard.domain.history.concerned import concerned_members
from teamboard.domain.history.log import history_of
from teamboard.domain.sanitize import one_line
from teamboard.domain.verbs import is_untold
from teamboard.render.board_header import team_name
from teamboard.ui.live_app import LiveApp
from teamboard.ui.textual_private import write_to_terminal

MAX_TITLE_LENGTH = 100
SAVE_TITLE, RESTORE_TITLE = "\x1b[22;0t", "\x1b[23;0t"


class Notifier:
    """Counts and names the commits of others since the person last used the app."""

    def __init__(self, app: LiveApp) -> None:
        self._app = app
        self._news = 0
        self._newest = ""

    def start(self) -> None:
        """Save the terminal's title and set the app's."""
        self._write(SAVE_TITLE)
        self._show()

    def stop(self) -> None:
        """Restore the terminal's title."""
        self._write(RESTORE_TITLE)

    def mark_seen(self) -> None:
        """Forget the news: the person is here."""
        if self._news:
            self._news, self._newest = 0, ""
            self._show()

    def add_commits(self, before: Board, board: Board) -> None:
        """Add what others have committed between two boards, and notify if it concerns the person."""
        me, to_me = self._app.actor.member, ""
        for revision, entry in history_of(board).newest_first():
            if revision <= before.revision:
                break
            if current_handle(board, entry.by) == me or is_untold(entry.verb):
                continue
            self._news += 1
            sentence, concerned = describe_entry(board, entry)
            self._newest = sentence if self._news == 1 or not self._newest else self._newest
            if me is not None and me in concerned:
                to_me = to_me or sentence
        if self._news:
            self._show()
        if to_me:
            self._notify(to_me)

    def _show(self) -> None:
        board = self._app.board
        team = team_name(board)
        news = f"({self._news}) " if self._news else ""
        what = f" · {self._newest}" if self._newest else ""
        self._write(f"\x1b]2;{_printable(f'{news}{team}{what}')[:MAX_TITLE_LENGTH]}\x07")

    def _notify(self, text: str) -> None:
        """Ring the bell or show a desktop notification, as the settings say."""
        tell = self._app.appearance.settings.tell
        if tell == "bell":
            self._app.bell()
        elif tell == "desktop":
            self._write(desktop_notification(text, os.environ))

    def _write(self, sequence: str) -> None:
        write_to_terminal(self._app, sequence)


def describe_entry(board: Board, entry: HistoryEntry) -> tuple[str, set[str]]:
    """The commit in one sentence, and the handles of the members it concerns."""
    # Imported late: it takes 19 ms, and is needed only when somebody commits.
    from teamboard.render.activity_log import describe_commit

    return describe_commit(board, entry), concerned_members(board, entry)


def desktop_notification(text: str, environ: os._Environ[str] | dict[str, str]) -> str:
    """The escape sequence for a desktop notification, in the form that the terminal in `environ` knows.

    OSC 777 is urxvt's, also used by foot and VTE terminals; OSC 9 is iTerm2's, used by most others.
    """
    # A semicolon separates the parts of an OSC 777, and could give an OSC 9 another meaning.
    text = _printable(text).replace(";", ",")[:MAX_TITLE_LENGTH]
    if "VTE_VERSION" in environ or environ.get("TERM", "").startswith(("rxvt", "foot")):
        sequence = f"\x1b]777;notify;teamboard;{text}\x1b\\"
    else:
        sequence = f"\x1b]9;teamboard: {text}\x07"
    if "TMUX" in environ:
        escaped = sequence.replace("\x1b", "\x1b\x1b")
        sequence = f"\x1bPtmux;{escaped}\x1b\\"
    return sequence


def _printable(text: str) -> str:
    return "".join(c for c in one_line(text) if c.isprintable())
