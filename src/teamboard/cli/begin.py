"""`teamboard init` and `teamboard demo`: where a board begins."""

from __future__ import annotations

import os
import re
from contextlib import suppress
from datetime import date, datetime, timedelta
from pathlib import Path

import click

from teamboard.actions.base import Actor, find_member, perform
from teamboard.actions.team import AddMember, SetUpTeam
from teamboard.board.board import Board
from teamboard.board.records import Period
from teamboard.cli.session import Session, board_options, has_screen, look_options, os_host, os_login, pass_session
from teamboard.store.base import StoreError, utc_now
from teamboard.store.file import FileStore
from teamboard.store.tables import BoardFile, assemble

DEMO_MEMBER = "mara"


@click.command()
@board_options
@click.option(
    "--from",
    "source",
    type=click.Path(exists=True, path_type=Path),
    metavar="FOLDER|FILE.yaml",
    help="A team in YAML; docs/team-yaml.md describes the form.",
)
@click.option("--team", "team_name", default="Our team", help="The team's name, without --from.")
@click.option("--name", default="", help="Your name, without --from.")
@pass_session
def init(session: Session, source: Path | None, team_name: str, name: str) -> None:
    """Make a new board; never over an existing file."""
    store, actor = session.store(), Actor(None, os_login(), os_host())
    if source is not None:
        from teamboard.exchange.team_yaml import read_team

        file = read_team(source, utc_now(), actor)
    else:
        file = _first_board(team_name, name, actor, utc_now())
    board = store.create(file, actor)
    count = len(board.tables["members"])
    click.echo(
        f"{store.path} is ready: {count} member{'' if count == 1 else 's'}, "
        f"{len(board.tables['goals'])} goals. Open it with `teamboard{_board_option(session)}`."
    )


@click.command()
@board_options
@look_options()
@pass_session
def demo(session: Session) -> None:
    """Look around on a sample team; nothing of yours is touched.

    Every demo of a day shares one board: start it in two terminals and watch both.
    """

    from teamboard.cli.show import open_store, print_board

    if session.board_given is None and not has_screen():
        sample = _sample().board
        print_board(sample, session.today(sample))
        return
    store = session.store() if session.board_given is not None else _demo_store()
    if session.board_given is not None or not os.path.exists(store.path):
        store.create(_sample(), Actor(None, os_login(), os_host()))
    board = store.load()
    member = session.member_given or DEMO_MEMBER
    open_store(session, store, board, Actor(find_member(board, member).handle, os_login(), os_host()))


def _sample() -> BoardFile:
    from teamboard.exchange.team_yaml import read_team
    from teamboard.resources import folder

    return read_team(folder("sample_team"), utc_now(), Actor(None, os_login(), os_host()))


def _demo_store() -> FileStore:
    """Today's demo board in the user's cache, or where that can't be, in the temporary folder."""
    import tempfile

    from platformdirs import user_cache_path

    name = f"demo-{utc_now().date().isoformat()}.board.json"
    folder = user_cache_path("teamboard")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if not os.access(folder, os.W_OK):
            raise PermissionError(str(folder))
    except OSError:
        return FileStore(os.path.join(tempfile.mkdtemp(prefix="teamboard-"), name))
    for old in folder.glob("demo-*.board.json*"):
        if not old.name.startswith(name):
            with suppress(OSError):
                old.unlink()
    store = FileStore(folder / name)
    if os.path.exists(store.path):
        try:
            store.load()
        except StoreError:
            # A demo that can't be read, or of another version, is no loss.
            os.unlink(store.path)
    return store


def _first_board(team_name: str, name: str, actor: Actor, now: datetime) -> BoardFile:
    """An empty team in this quarter, with whoever made it as its first member."""
    today = now.astimezone().date()
    set_up = SetUpTeam(name=team_name, timezone=local_timezone(), period=quarter_of(today))
    board, first, _ = perform(Board({}), set_up, actor, now)
    history = [(board.revision, first)]
    handle = re.sub(r"[^a-z0-9._-]", "", actor.login.lower()).lstrip("._-")[:32] or "me"
    me = AddMember(handle=handle, name=name or _full_name() or handle, logins=(actor.login,) if actor.login else ())
    board, second, _ = perform(board, me, actor, now)
    return assemble(board, [*history, (board.revision, second)])


def quarter_of(today: date) -> Period:
    """The calendar quarter that a day is in."""
    quarter = (today.month - 1) // 3
    starts = date(today.year, 3 * quarter + 1, 1)
    after = date(today.year + quarter // 3, (3 * quarter + 3) % 12 + 1, 1)
    return Period(name=f"Q{quarter + 1} {today.year}", starts=starts, ends=after - timedelta(days=1))


def local_timezone() -> str:
    """The name of this machine's time zone, or UTC."""
    from zoneinfo import ZoneInfo

    named = os.environ.get("TZ", "").lstrip(":") or os.path.realpath("/etc/localtime").partition("zoneinfo/")[2]
    try:
        return ZoneInfo(named).key if named else "UTC"
    except (ValueError, OSError, KeyError):
        return "UTC"


def _full_name() -> str:
    try:
        import pwd

        return pwd.getpwuid(os.getuid()).pw_gecos.partition(",")[0].strip()
    except (ImportError, KeyError, AttributeError):
        return ""


def _board_option(session: Session) -> str:
    return f" --board {session.board_given}" if session.board_given else ""
