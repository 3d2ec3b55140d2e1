"""`teamboard init` and `teamboard demo`: create a board."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import click

from teamboard.actions.base import Actor, find_member
from teamboard.actions.renaming import is_handle
from teamboard.cli.board import print_board
from teamboard.cli.shared.options import board_options, look_options
from teamboard.cli.shared.screens import open_store
from teamboard.cli.shared.session import Session, has_screen, pass_session, warn, warn_each
from teamboard.domain.amounts import NUMBER_FORMATS, plural
from teamboard.domain.errors import Refused
from teamboard.domain.periods import quarter_of
from teamboard.domain.records import NumberStyle
from teamboard.domain.sanitize import shell_command
from teamboard.importers.first_team import FirstTeam, claim_member, from_form, propose_handle
from teamboard.importers.team import read_team
from teamboard.importers.team_csv import MOST_ERRORS, FileErrors, from_source
from teamboard.personal.paths import cache_folder, keys_in
from teamboard.personal.private_files import make_private_folder
from teamboard.resources import resource_folder
from teamboard.services.acting import full_name, local_actor
from teamboard.store.base import Store, StoreError, utc_now
from teamboard.store.codec import BoardFile
from teamboard.store.factory import is_postgres_address
from teamboard.store.file.store import FileStore
from teamboard.store.read_only import read_only

DEMO_MEMBER = "mara"


@click.command()
@board_options
@click.option(
    "--from",
    "source",
    type=click.Path(exists=True, allow_dash=True, path_type=Path),
    metavar="FOLDER|FILE.yaml|FILE.csv|-",
    help="A team in YAML or CSV, - for standard input; docs/team-yaml.md and docs/team-csv.md describe the forms.",
)
@click.option("--team", "team_name", default="Our team", help="The team's name, where YAML does not say it.")
@click.option("--name", default="", help="Your name, without --from.")
@click.option(
    "--handle", default="", help="What you go by on the board, without --from; else asked, or from your name."
)
@click.option(
    "--numbers",
    type=click.Choice(list(NUMBER_FORMATS)),
    help="How a CSV file, and its team, writes numbers: de for 1.200,50 €.",
)
@pass_session
def init(
    session: Session, source: Path | None, team_name: str, name: str, handle: str, numbers: NumberStyle | None
) -> None:
    """Create a new board; an existing file is never replaced.

    Without options on a terminal, `teamboard` asks for it all. --as says who you are on it: your handle or name, with
    --from that of a member of the team, who gets your login.
    """
    if handle and source is not None:
        raise click.UsageError("--handle goes without --from; --as says who of that team you are.")
    if numbers and source is None:
        raise click.UsageError("--numbers goes with --from and a CSV file; `teamboard team --numbers` sets it later.")
    store, actor, now, member = session.store(), local_actor(), utc_now(), session.member_given
    if source is None:
        file = _first_board(session, team_name, name, handle, actor)
    else:
        try:
            file = from_source(source, team_name, now, actor, warn, numbers=numbers or "")
        except FileErrors as refused:
            warn_each(refused.errors[:MOST_ERRORS])
            raise Refused(f"No board was created: {refused.file} has {len(refused.errors)} errors.") from None
        file = claim_member(file, member, now, actor) if member else file
    board = store.create(file, actor)
    members, goals = plural(len(board.tables["members"]), "member"), plural(len(board.tables["goals"]), "goal")
    you = next((f" You are {m.name} ({m.handle})." for m in board.members if member and actor.login in m.logins), "")
    open_it = shell_command(*_board_option(session, store))
    click.echo(f"{store.place} is ready: {members}, {goals}.{you} Open it with {open_it}.")
    if source is not None and board.team is not None and board.team.period == quarter_of(now.astimezone().date()):
        period = board.team.period
        click.echo(
            f"Its period is {period.name}, {period.starts} to {period.ends}. If yours has other days, say them with "
            "`teamboard team --period-starts DAY --period-ends DAY`: goals with its days follow."
        )


@click.command()
@board_options
@look_options()
@pass_session
def demo(session: Session) -> None:
    """Try a sample team; your own files are not changed.

    Every demo of a day shares one board: start it in two terminals and watch both.
    """
    if session.board_given is None and has_screen():
        open_demo(session, session.member_given or DEMO_MEMBER)
        return
    if session.board_given is None and not has_screen():
        print_board(session.shown(sample_team().board))
        return
    store = session.store()
    board = store.create(sample_team(), local_actor())
    member = session.member_given or DEMO_MEMBER
    open_store(session, store, board, local_actor(find_member(board, member).handle))


def open_demo(session: Session, member: str = DEMO_MEMBER) -> None:
    """Open today's demo board, as one of its members; read-only in a read-only session."""
    if session.read_only:
        with _demo_to_look_at() as store:
            open_store(session, store, store.load(), local_actor())
        return
    store = _demo_store()
    if not os.path.exists(store.path):
        store.create(sample_team(), local_actor())
    board = store.load()
    # In the user's own cache, with made-up members: their keys must not mix with the user's own.
    with keys_in(Path(store.path).parent / "demo-keys"):
        open_store(session, store, board, local_actor(find_member(board, member).handle), own=True)


def sample_team() -> BoardFile:
    """The sample team as it looks today."""
    return read_team(resource_folder("sample_team"), utc_now(), local_actor())


@contextmanager
def _demo_to_look_at() -> Iterator[FileStore]:
    """Yield today's demo board if there is a readable one; else one in a temporary folder, deleted afterwards."""
    store = FileStore(cache_folder() / _demo_name())
    try:
        store.load()
    except StoreError:
        pass
    else:
        yield store
        return
    with tempfile.TemporaryDirectory(prefix="teamboard-") as folder:
        store = FileStore(Path(folder) / _demo_name())
        with read_only(False):
            store.create(sample_team(), local_actor())
        yield store


def _demo_name() -> str:
    return f"demo-{utc_now().date().isoformat()}.board.json"


def _demo_store() -> FileStore:
    """Today's demo board in the user's cache, or in the temporary folder if the cache can't be written."""
    name, folder = _demo_name(), cache_folder()
    try:
        make_private_folder(folder)
        if not os.access(folder, os.W_OK):
            raise PermissionError(str(folder))
    except OSError:
        return FileStore(Path(tempfile.mkdtemp(prefix="teamboard-")) / name)
    for old in folder.glob("demo-*.board.json*"):
        if not old.name.startswith(name):
            with suppress(OSError):
                old.unlink()
    store = FileStore(folder / name)
    if os.path.exists(store.path):
        try:
            store.load()
        except StoreError:
            # A demo that can't be read, or is of another version, is made again.
            Path(store.path).unlink()
    return store


def _first_board(session: Session, team_name: str, name: str, handle: str, actor: Actor) -> BoardFile:
    """An empty team in this quarter, with its creator as the first member; --as is their handle or name."""
    period = quarter_of(utc_now().astimezone().date())
    named = (session.member_given or "").removeprefix("@")
    you = (name or (named if named != actor.login else "") or full_name() or actor.login or "Me").replace(",", " ")
    proposed = named if is_handle(named) and not handle else propose_handle(you)
    if not handle and not named and session.may_ask:
        handle = str(click.prompt("What you go by on the board, such as ana", default=proposed))
    days = {"starts": period.starts.isoformat(), "ends": period.ends.isoformat()}
    form = FirstTeam(team=team_name, period=period.name, you=you, handle=handle or proposed, **days)
    return from_form(form, utc_now(), actor)


def _board_option(session: Session, store: Store) -> tuple[str, ...]:
    """The option that names the board, as the user did; none for the default one."""
    if session.board_given is None:
        return ()
    return ("--board", store.place if is_postgres_address(session.board_given) else session.board_given)
