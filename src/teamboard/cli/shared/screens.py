"""Opening a screen: the one place where the command line starts an app of Textual.

Textual alone costs a command three times its own start, so the apps are named in a table and imported when one opens.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, Literal, cast

import click

from teamboard.actions.base import Actor
from teamboard.cli.commands import load
from teamboard.cli.shared.session import Session, has_screen, warn
from teamboard.domain.board import Board
from teamboard.domain.errors import Refused
from teamboard.domain.records import Member
from teamboard.personal.rescued_text import INTERRUPTED_TEXT, forget_interrupted_texts, interrupted_texts
from teamboard.store.base import Store
from teamboard.store.read_only import read_only

if TYPE_CHECKING:
    from textual.screen import Screen

    from teamboard.domain.history.archive import ArchiveOffer
    from teamboard.domain.standup import SpeakingOrder
    from teamboard.personal.settings import Settings
    from teamboard.ui.app import BoardApp, FirstScreen
    from teamboard.ui.inline import QuickApp
    from teamboard.ui.screens.standup.kiosk import KioskScreen
    from teamboard.ui.screens.standup.standup import StandupScreen
    from teamboard.ui.snapshot import Picture as Picture  # noqa: PLC0414 - for `snapshot`, which may not import the screens
    from teamboard.ui.snapshot import Shot as Shot  # noqa: PLC0414
    from teamboard.ui.start import Beginning, MakeBoard, StartApp, WhoApp
    from teamboard.ui.tour import TourApp

UI = {
    "board": "teamboard.ui.app:BoardApp",
    "inline": "teamboard.ui.inline:QuickApp",
    "keys": "teamboard.ui.keymap:checked_keys",
    "kiosk": "teamboard.ui.screens.standup.kiosk:KioskScreen",
    "picture": "teamboard.ui.snapshot:picture",
    "standup": "teamboard.ui.screens.standup.standup:StandupScreen",
    "start": "teamboard.ui.start:StartApp",
    "tour": "teamboard.ui.tour:TourApp",
    "who": "teamboard.ui.start:WhoApp",
}
"""Each app, screen or function of `ui` that a command uses, and where it is."""


PRINT = "teamboard.cli.board:print_board"
"""What prints a board; the app does not need it."""


def _imported(name: str) -> Any:
    return load(UI[name])


def open_store(session: Session, store: Store, board: Board, actor: Actor, *, own: bool = False) -> None:
    """Open a board that has been loaded: on a terminal the app, elsewhere its text; `own` as for `run_app`."""
    if has_screen():
        run_app(session, store, board, actor, own=own)
    else:
        load(PRINT)(session.shown(board))


def run_app(
    session: Session,
    store: Store,
    board: Board,
    actor: Actor,
    *,
    first: FirstScreen = "board",
    about: str = "",
    standup: Screen[Any] | None = None,
    own: bool = False,
) -> ArchiveOffer | None:
    """Run the app on a board that has been loaded, on its `first` screen, which may be `about` a review.

    Return what is left to archive after the rollover of a period, or None.

    A first key is made if the board is the caller's `own`, or if the actor is known to be the caller.
    """
    kind: type[BoardApp] = _imported("board")
    app = kind(
        store,
        board,
        actor,
        first=first,
        about=about,
        with_keys=True,
        own=own or session.is_own(board, actor),
        standup=standup,
        given=session.looks_given,
    )
    app.run_and_return()
    if actor.member is not None:
        _tell_interrupted_texts()
    if app.reviews.key_warning:
        # A toast is gone by now.
        warn(app.reviews.key_warning)
    return app.left_to_archive


def _tell_interrupted_texts() -> None:
    """Print where the texts are that a terminal was closed on; once, after the app, whose screen is gone by then."""
    if paths := interrupted_texts():
        for path in paths:
            warn(INTERRUPTED_TEXT.format(path=path))
        forget_interrupted_texts()


def run_standup(
    session: Session, store: Store, actor: Actor, *, order: SpeakingOrder, minutes: int, rotate: float | None, seed: int
) -> None:
    """Run the app on the standup; `rotate` is after how many seconds it moves on by itself."""
    kind: type[StandupScreen] = _imported("standup")
    screen = kind(order=order, minutes=minutes, rotate=rotate, seed=seed)
    run_app(session, store, store.load(), actor, first="standup", standup=screen)


def run_kiosk(session: Session, store: Store, actor: Actor, *, rotate: float | None) -> None:
    """Run the app as a kiosk that shows the next member every `rotate` seconds, or as often as it does by itself."""
    kind: type[KioskScreen] = _imported("kiosk")
    # A kiosk is read-only: neither the board nor the settings of the login may change.
    wall = kind() if rotate is None else kind(rotate=rotate)
    onlooker = Actor(None, actor.login, actor.host)
    with read_only():
        run_app(session, store, store.load(), onlooker, first="standup", standup=wall)


def run_tour(session: Session, store: Store, board: Board, actor: Actor) -> None:
    """Run the tour on a board that has been loaded."""
    kind: type[TourApp] = _imported("tour")
    kind(store, board, actor, given=session.looks_given).run_and_return()


def ask_how_to_begin(place: str, make: MakeBoard, today: date) -> Beginning | None:
    """Ask how to begin if there is no board. Returns None if the user leaves."""
    kind: type[StartApp] = _imported("start")
    return cast("Beginning | None", kind(place, make, today).run_and_return())


def ask_who(board: Board, members: Sequence[Member], login: str) -> str | None:
    """Ask which of some members is at the terminal: their handle, or none."""
    kind: type[WhoApp] = _imported("who")
    return kind(board, members, login).run_and_return()


def ask_inline(session: Session, what: Literal["check in", "feedback"]) -> str:
    """Ask in the lines below the prompt; return the result, to be printed."""
    if not has_screen():
        raise click.UsageError("Say what, where there is no terminal to ask on.")
    store, shown, actor = session.open()
    if shown.board.member(actor.member) is None:
        raise Refused("This board does not know you: say who you are with --as.")
    kind: type[QuickApp] = _imported("inline")
    app = kind(store, store.load(), actor, given=session.looks_given)
    app.what = what
    app.run_and_return(inline=True)
    _tell_interrupted_texts()
    return app.said or "Nothing was written."


def check_keys(keys: Mapping[str, str], known: Mapping[str, str]) -> None:
    """Raise Refused for an unknown action, or a key that has another action; `known` are keys chosen earlier."""
    _imported("keys")(keys, known)


async def take_picture(
    session: Session, store: Store, actor: Actor, screen: Shot, about: str, size: tuple[int, int], settings: Settings
) -> Picture:
    """Return a picture of a screen `about` a member or review, `size` in columns and lines; no terminal is needed."""
    kind: type[BoardApp] = _imported("board")
    app = kind(store, store.load(), actor, settings=settings, given=session.looks_given, clock=session.now)
    picture: Picture = await _imported("picture")(app, screen, about, size)
    return picture
