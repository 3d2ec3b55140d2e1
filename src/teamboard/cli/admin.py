"""`teamboard admin`: create and migrate a database's tables; grant and revoke seats on a board."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import click

from teamboard.cli.commands import SuggestingGroup
from teamboard.cli.shared.completion import complete_members
from teamboard.cli.shared.options import board_options
from teamboard.cli.shared.session import Session, has_screen, pass_session
from teamboard.domain.errors import Refused
from teamboard.store.factory import is_postgres_address, open_database

with suppress(ImportError):
    # psycopg is there only with the extra `postgres`: without it _database says so, in one line.
    from teamboard.store.postgres.admin import grant as give
    from teamboard.store.postgres.admin import init_db as bring_on
    from teamboard.store.postgres.admin import revoke as take_away
    from teamboard.store.postgres.admin import seats as listed

if TYPE_CHECKING:
    from teamboard.store.postgres import PostgresStore
    from teamboard.store.postgres.admin import Seat


@click.group(cls=SuggestingGroup)
def admin() -> None:
    """Boards on PostgreSQL: the tables, and who may do what. docs/postgresql.md describes the steps."""


@admin.command("init-db")
@board_options
@pass_session
def init_db(session: Session) -> None:
    """Create teamboard's tables in the database of --board, or migrate them to this version."""
    store = _database(session)
    taken = bring_on(store)
    click.echo(f"{store.place}: {', '.join(taken)} done." if taken else f"{store.place} is up to date.")


@admin.command()
@board_options
@click.argument("member", shell_complete=complete_members)
@click.option("--role", "seat", type=click.Choice(["rep", "manager", "onlooker"]), required=True, help="What they may.")
@click.option("--name", default="", help="What the role of the database is called, if not as the member's handle.")
@click.option("--password", "asked", is_flag=True, help="Ask for a password.")
@click.option("--password-file", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Or read it there.")
@pass_session
def grant(session: Session, member: str, seat: Seat, name: str, asked: bool, password_file: Path | None) -> None:
    """Give MEMBER a role of the database, and with it a seat on the board: what the rules allow them, no more.

    Without a password the role gets in as the server lets it in, by certificate or by the operating system's user.
    """
    store = _database(session)
    role = name or member
    new = give(store, member, seat, role, _password(asked, password_file))
    click.echo(f"{member} is {seat} on {store.place}, as the {'new ' if new else ''}role {role}.")


@admin.command()
@board_options
@click.argument("role")
@pass_session
def revoke(session: Session, role: str) -> None:
    """Remove the seat of a database ROLE from the board; the role itself stays."""
    store = _database(session)
    take_away(store, role)
    click.echo(f"{role} has no seat on this board any more.")


@admin.command()
@board_options
@pass_session
def seats(session: Session) -> None:
    """List who has a seat on the board, by which role of the database."""
    store = _database(session)
    for role, handle, seat in listed(store):
        click.echo(f"{handle}  {seat}  role {role}")


def _database(session: Session) -> PostgresStore:
    if not is_postgres_address(session.path):
        raise Refused("This command is for a board on PostgreSQL: say which with --board postgresql://….")
    return open_database(session.path)


def _password(asked: bool, file: Path | None) -> str | None:
    if file is not None:
        return file.read_text(encoding="utf-8").rstrip("\r\n")
    if not asked:
        return None
    if not has_screen():
        raise Refused("There is no terminal to ask on: give --password-file.")
    return str(click.prompt("Password", hide_input=True, confirmation_prompt=True))
