"""`teamboard board doctor`, `backup` and `restore`: check, back up, repair and restore the board's file."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import click

from teamboard.actions.base import Actor
from teamboard.cli.board_file.file_store import file_store
from teamboard.cli.shared.options import board_options
from teamboard.cli.shared.session import Session, pass_session
from teamboard.domain.errors import NotFound
from teamboard.services.acting import local_actor
from teamboard.store.base import StoreError
from teamboard.store.file.backups import check_readable, list_backups
from teamboard.store.file.doctor import examine, repair
from teamboard.store.file.restore import back_up
from teamboard.store.file.restore import restore as restore_backup
from teamboard.store.file.store import FileStore

WELL, NOT_WELL = "✓", "▲"


@click.command()
@board_options
@click.option("--fix", is_flag=True, help="Repair it, from its history or the newest good backup.")
@pass_session
def doctor(session: Session, fix: bool) -> int:
    """Check the board's file: structure, history against records, permissions, leftover files.

    Exits 1 if something is wrong. With --fix it is repaired: the damaged file is kept, and what was lost is listed.
    """
    store, by = file_store(session), local_actor(session.member_given)
    _notice_lost_commits(session)
    found = list(examine(store, session.now()))
    for finding in found:
        click.echo(f"{WELL if finding.ok else NOT_WELL} {finding.what}")
    wrong = [finding for finding in found if not finding.ok]
    if not fix:
        if any(finding.fixable for finding in wrong):
            click.echo("`teamboard board doctor --fix` repairs it; the damaged file will be kept.")
        return 1 if wrong else 0
    done = repair(store, by, session.now())
    if done is None:
        left = [finding for finding in examine(store, session.now()) if not finding.ok]
        if len(left) < len(wrong):
            click.echo("Repaired; the board itself was sound and was not changed.")
        return 1 if left else 0
    click.echo(f"Repaired: revision {done.board.revision}. The damaged file is {done.kept}.")
    for note in done.notes:
        click.echo(f"{note}.")
    if done.lost or not done.notes:
        click.echo(f"Lost: {done.lost}." if done.lost else "Nothing was lost.")
    if done.back:
        records = f"{done.back:,} archived record{' is' if done.back == 1 else 's are'}"
        click.echo(f"{records} on the board again: `teamboard board archive --before DAY` archives them.")
    return 0


@click.command()
@board_options
@click.option("--list", "listed", is_flag=True, help="List the backups.")
@pass_session
def backup(session: Session, listed: bool) -> None:
    """Back up the board as it is now, to a file beside it.

    One is taken by itself before a change, from the tenth commit on and then once an hour; the last 10 are kept,
    and one a day for 30 days.
    """
    store = session.guarded(file_store(session))
    if listed:
        check_readable(store.real_path)
        _notice_lost_commits(session)
        for found in list_backups(store.real_path, session.now()):
            click.echo(f"{Path(found.path).name}  {found.at:%Y-%m-%d %H:%M} UTC  revision {found.revision}")
        return
    kept = back_up(store, local_actor(session.member_given), session.now())
    click.echo(f"{kept.path} is revision {kept.revision}; `teamboard board restore` puts it back.")


@click.command()
@board_options
@click.argument("name", required=False)
@pass_session
def restore(session: Session, name: str | None) -> None:
    """Restore the backup NAME (see `backup --list`) or the newest; the present file is kept.

    It is a new commit with the records of the backup: the history goes on, and says so. `undo` takes it back.
    """
    store = session.guarded(file_store(session))
    store.check_is_file()
    check_readable(store.real_path)
    found = list_backups(store.real_path, session.now())
    chosen = next((b for b in found if name is None or Path(b.path).name == name), None)
    if chosen is None:
        store.check_exists()
        raise NotFound(f"There is no backup{f' {name!r}' if name else ''}; `teamboard board backup --list` lists them.")
    done = restore_backup(store, chosen, _who(session, store), session.now())
    click.echo(
        f"{store.path} is as it was on {chosen.at:%Y-%m-%d %H:%M} UTC, in revision {chosen.revision}; "
        f"that is revision {done.board.revision} now."
    )
    if done.kept:
        click.echo(f"The damaged file is {done.kept}.")


def _notice_lost_commits(session: Session) -> None:
    """Have lost commits told, by a store of its own: what a repair writes was confirmed to nobody."""
    with suppress(StoreError):
        session.guarded(file_store(session)).load()


def _who(session: Session, store: FileStore) -> Actor:
    """Who restores: the member, where the board can be read and has one; else the login alone."""
    try:
        return session.actor(store.load())
    except StoreError:
        return local_actor(session.member_given)
