"""What every command needs: which board, who is asking, and how to print lines."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Literal, TypeVar

import click

from teamboard.actions.base import Actor, find_member
from teamboard.domain.board import AnyGoal, Board
from teamboard.domain.errors import Refused
from teamboard.domain.revisions import in_effect
from teamboard.render.ascii_fallback import to_ascii
from teamboard.store.base import Store, utc_now
from teamboard.store.factory import is_address, store_at

if TYPE_CHECKING:
    from teamboard.personal.settings import Settings
    from teamboard.render.line_layout import Line
    from teamboard.store.file.store import FileStore

DEFAULT_BOARD = "team.board.json"
PLAIN_WIDTH = 100
F = TypeVar("F", bound=Callable[..., Any])

_ANSI: dict[str, dict[str, Any]] = {
    "strong": {"bold": True},
    "dim": {"dim": True},
    "track": {"dim": True},
    "accent": {"fg": "cyan"},
    "achieved": {"fg": "green", "bold": True},
    "on-track": {"fg": "green"},
    "at-risk": {"fg": "yellow"},
    "behind": {"fg": "red"},
    "stale": {"dim": True},
    "not-started": {"dim": True},
    "warn": {"fg": "yellow"},
    "bad": {"fg": "red"},
    "help": {"fg": "yellow", "bold": True},
}


class Session:
    """The options that hold for every command."""

    def __init__(self) -> None:
        self.board_given: str | None = None
        self.member_given: str | None = None
        self.looks_given: dict[str, bool] = {}
        self.read_only = False
        self._store: Store | None = None

    @property
    def path(self) -> str:
        return self.board_given or os.environ.get("TEAMBOARD_BOARD") or DEFAULT_BOARD

    def store(self) -> Store:
        self._store = store_at(self.path)
        return self._store

    def file_store(self) -> FileStore:
        """The store of a board in a file; Refused for what only a file needs."""
        if is_address(self.path):
            raise Refused("That is for a board in a file; PostgreSQL has its own means for it, see docs/postgresql.md.")
        from teamboard.store.file.store import FileStore

        return FileStore(self.path)

    def actor(self, board: Board) -> Actor:
        """Who is asking; NotFound if a member was named whom the board does not have."""
        login = os_login()
        if self.read_only:
            return Actor(None, login, os_host())
        named = self.member_given or os.environ.get("TEAMBOARD_MEMBER")
        seat = self._store.seat if self._store else None
        if seat is not None:
            if named and find_member(board, named).handle != seat:
                raise Refused(f"The database knows you as {seat}, not as {named}.")
            return Actor(seat, login, os_host())
        if named:
            return Actor(find_member(board, named).handle, login, os_host())
        found = next((m.handle for m in board.members if login in m.logins), None)
        return Actor(found or self._member_set(board), login, os_host())

    def _member_set(self, board: Board) -> str | None:
        """Who the settings say is asking, if the board has such a member."""
        settings = _settings()
        member = board.member(settings.member) if settings and settings.member else None
        return member.handle if member else None

    def is_own(self, board: Board, actor: Actor) -> bool:
        """Whether the caller's login, settings or seat in the database say that they are the member they act as.

        Not so for who is only named, with --as or TEAMBOARD_MEMBER.
        """
        member = board.member(actor.member)
        if member is None:
            return False
        seat = self._store.seat if self._store else None
        if seat is not None:
            return member.handle == seat
        return (bool(actor.login) and actor.login in member.logins) or self._member_set(board) == member.handle

    @property
    def may_ask(self) -> bool:
        """Whether whoever is at the terminal can be asked who they are, or what to begin with."""
        return has_screen() and not self.read_only and "TEXTUAL_DRIVER" not in os.environ

    @property
    def in_letters(self) -> bool:
        """Whether the board is printed in plain letters."""
        settings = _settings()
        return self.looks_given.get("ascii", settings is not None and settings.ascii)

    def open(self) -> tuple[Store, Board, Actor]:
        """The store, the board as it holds today, and who is asking."""
        store = self.store()
        board = store.load()
        return store, self.in_effect(board), self.actor(board)

    def in_effect(self, board: Board) -> Board:
        """A board with its goals as they hold today."""
        return in_effect(board, self.today(board))

    def now(self) -> datetime:
        return utc_now()

    def today(self, board: Board) -> date:
        return board.day_of(self.now())


pass_session = click.make_pass_decorator(Session, ensure=True)


def os_login() -> str:
    """The operating system's name for the user."""
    try:
        import pwd

        return pwd.getpwuid(os.getuid()).pw_name
    except (ImportError, KeyError, AttributeError):
        return os.environ.get("USERNAME") or os.environ.get("USER") or ""


def os_host() -> str:
    """This machine's name."""
    if hasattr(os, "uname"):
        return os.uname().nodename
    return os.environ.get("COMPUTERNAME", "")


def _settings() -> Settings | None:
    """The user's settings; None, without a look at YAML, where there are none, or none that can be read."""
    from teamboard.personal.paths import settings_path

    if not settings_path().exists():
        return None
    from teamboard.personal.settings import load_settings_or_defaults

    return load_settings_or_defaults()[0]


def has_screen() -> bool:
    """Whether the app can open here: on a terminal, or in the browser that `teamboard serve` runs it for."""
    return "TEXTUAL_DRIVER" in os.environ or (sys.stdin.isatty() and sys.stdout.isatty())


def _keep(name: str) -> Callable[[click.Context, click.Parameter, str | None], None]:
    def callback(ctx: click.Context, _: click.Parameter, value: str | None) -> None:
        if value is not None:
            setattr(ctx.ensure_object(Session), name, value)

    return callback


def read_only_option(command: F) -> F:
    """The option --read-only."""

    def keep(ctx: click.Context, _: click.Parameter, value: bool) -> None:
        ctx.ensure_object(Session).read_only |= value

    return click.option(
        "--read-only", is_flag=True, help="Look on; nothing can be written.", expose_value=False, callback=keep
    )(command)


LOOKS = {
    "big": "Fewer lines, bigger: to be read from afar.",
    "calm": "Nothing glows, slides or fades.",
    "ascii": "Bars and signs of plain letters.",
}


def _keep_look(ctx: click.Context, option: click.Parameter, value: bool) -> None:
    if value and option.name:
        ctx.ensure_object(Session).looks_given[option.name] = True


def look_options(*names: str) -> Callable[[F], F]:
    """The options that say how the board looks, for this once; `teamboard config` keeps them."""

    def with_options(command: F) -> F:
        for name in reversed(names or tuple(LOOKS)):
            option = click.option(f"--{name}", is_flag=True, help=LOOKS[name], expose_value=False, callback=_keep_look)
            command = option(command)
        return command

    return with_options


def ask_inline(session: Session, what: Literal["check in", "feedback"]) -> str:
    """Ask for it in the lines below the prompt; what came of it, to be printed there."""
    if not has_screen():
        raise click.UsageError("Say what, where there is no terminal to ask on.")
    store, board, actor = session.open()
    if board.member(actor.member) is None:
        raise Refused("This board does not know you: say who you are with --as.")
    from teamboard.ui.inline import QuickApp

    app = QuickApp(store, store.load(), actor, given=session.looks_given)
    app.what = what
    app.answered(inline=True)
    return app.said or "Nothing was written."


def complete_members(ctx: click.Context, _: click.Parameter, incomplete: str) -> list[str]:
    """Members by their handles."""
    board = completion_board(ctx)
    return [m.handle for m in board.members if m.handle.startswith(incomplete)] if board else []


def complete_goals(ctx: click.Context, _: click.Parameter, incomplete: str) -> list[Any]:
    """Goals and team goals by their ids, with their titles."""
    from click.shell_completion import CompletionItem

    board = completion_board(ctx)
    goals: list[AnyGoal] = [*board.open_team_goals, *(g for g in board.goals if g.outcome is None)] if board else []
    return [CompletionItem(g.id, help=g.title) for g in goals if g.id.startswith(incomplete.upper())]


def complete_revisions(ctx: click.Context, _: click.Parameter, incomplete: str) -> list[Any]:
    """Revisions by their ids, with their stories; those that wait for somebody first."""
    from click.shell_completion import CompletionItem

    board = completion_board(ctx)
    found = sorted(board.revisions, key=lambda v: v.state != "proposed") if board else []
    return [CompletionItem(v.id, help=f"{v.goal} {v.why}"[:60]) for v in found if v.id.startswith(incomplete.upper())]


def complete_feedback(ctx: click.Context, _: click.Parameter, incomplete: str) -> list[Any]:
    """Open feedback by its ids, with its text."""
    from click.shell_completion import CompletionItem

    from teamboard.domain.due import is_open

    board = completion_board(ctx)
    found = [f for f in board.feedback if is_open(f)] if board else []
    return [CompletionItem(f.id, help=f.text[:60]) for f in found if f.id.startswith(incomplete.upper())]


def completion_board(ctx: click.Context) -> Board | None:
    """The board to complete names from, or None: completion never fails."""
    from teamboard.store.base import StoreError

    session = ctx.find_object(Session) or Session()
    try:
        return session.store().load()
    except StoreError:
        return None


def board_options(command: F) -> F:
    """The options --board and --as, which may stand before or after a command's name."""
    options = (
        click.option(
            "--board",
            metavar="FILE|URL",
            help="The board's file, or postgresql://…",
            expose_value=False,
            callback=_keep("board_given"),
            type=click.Path(),
        ),
        click.option(
            "--as",
            metavar="MEMBER",
            help="Who you are on the board.",
            expose_value=False,
            callback=_keep("member_given"),
            shell_complete=complete_members,
        ),
    )
    for option in reversed(options):
        command = option(command)
    return command


def parse_day(text: str | None, today: date) -> date | None:
    """A typed day, or None where none is typed; Refused for what is no day."""
    from teamboard.domain.input_parsing import day

    try:
        return day(text, today) if text else None
    except ValueError as error:
        raise Refused(f"{error}.") from None


def print_lines(lines: Iterable[Line]) -> None:
    """Print styled lines: in colour on a terminal, as plain text elsewhere or with NO_COLOR."""
    coloured = sys.stdout.isatty() and not os.environ.get("NO_COLOR")
    context = click.get_current_context(silent=True)
    session = context.find_object(Session) if context else None
    write = to_ascii if session is not None and session.in_letters else str
    for line in lines:
        spans = [(write(text), _ANSI.get(role)) for text, role in line]
        text = "".join(click.style(t, **style) if coloured and style else t for t, style in spans)
        click.echo(text.rstrip(), color=coloured)


def warn(text: str) -> None:
    """Say something in one line on standard error."""
    from teamboard.domain.sanitize import one_line

    click.echo(f"teamboard: {one_line(text)}", err=True)


def print_json(value: object) -> None:
    """Print plain values as indented JSON."""
    import msgspec

    from teamboard.domain.sanitize import escaped

    click.echo(escaped(msgspec.json.format(msgspec.json.encode(value), indent=2).decode()))


def width() -> int:
    """The width to print at: the terminal's, or COLUMNS, or 100."""
    import shutil

    return max(shutil.get_terminal_size((PLAIN_WIDTH, 24)).columns, 40)
