"""`teamboard key`: manage the key that encrypts what only one or two people may read."""

from __future__ import annotations

from pathlib import Path

import click

from teamboard.actions.base import Actor, find_member
from teamboard.actions.reviews import SetKey
from teamboard.cli.commands import SuggestingGroup
from teamboard.cli.reviews import open_reviews
from teamboard.cli.shared.completion import complete_members
from teamboard.cli.shared.options import board_options
from teamboard.cli.shared.output_file import refuse_board_file
from teamboard.cli.shared.session import Session, pass_session
from teamboard.domain.board import Board
from teamboard.domain.errors import Refused, os_error_within
from teamboard.domain.handles import display_name
from teamboard.domain.records import Member
from teamboard.domain.sanitize import shell_command
from teamboard.services.review_session import review_session

LOST = "Without it nobody can read what was encrypted for you alone; the other side can still read what is for both."


@click.group(cls=SuggestingGroup)
def key() -> None:
    """Your key, which encrypts what only you, or the two of a review, may read.

    It is made when you first open a board that knows you by your login, your settings or your seat in the database;
    for a member only named with --as or TEAMBOARD_MEMBER, use `key new`. The private part stays in your own
    folder. If you lose it, you can't read old preparations; ask the other side for what was agreed.
    """


@key.command("new")
@board_options
@pass_session
def new(session: Session) -> None:
    """Make your first key, or that of the member named with --as: only for one who is yours to act for."""
    store, shown, actor = session.open()
    board = shown.board
    reviews = review_session(board, actor)
    first = reviews.first_key(board)
    if first is None:
        name = find_member(board, reviews.handle).name
        raise Refused(f"{name} has a key on this board already: `teamboard key renew` puts a new one in its place.")
    store.commit(first, actor)
    click.echo(f"Your key is {first.key}. The private part is in {reviews.keyring.path}, for you alone.")


@key.command("show")
@board_options
@pass_session
def show(session: Session) -> None:
    """Print the public part of your key, and where the private part is."""
    store, shown, actor = session.open()
    with open_reviews(session, store, shown.board, actor, needs_key=True) as (shown, reviews):
        reviews.require_key(shown.board)
        public = reviews.keyring.public
        click.echo(f"public   {public}")
        click.echo(f"private  {reviews.keyring.path}, for you alone")


@key.command("backup")
@board_options
@click.argument("file", type=click.Path(path_type=Path))
@pass_session
def backup(session: Session, file: Path) -> None:
    """Copy your private key into FILE: keep it in a safe place."""
    store, shown, actor = session.open()
    with open_reviews(session, store, shown.board, actor, needs_key=True) as (shown, reviews):
        reviews.require_key(shown.board)
        _ = reviews.keyring.public
        refuse_board_file(file, session.path)
        try:
            reviews.keyring.backup(file)
        except OSError as error:
            raise Refused(f"{file}: {os_error_within(error)}.") from None
    click.echo(f"{file} has your private key, for you alone. {LOST}")


@key.command("restore")
@board_options
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@pass_session
def restore(session: Session, file: Path) -> None:
    """Use the private key of a backup FILE again."""
    store, shown, actor = session.open()
    reviews = review_session(shown.board, actor)
    me = find_member(shown.board, reviews.handle)
    _require_own(session, shown.board, actor, me)
    before = reviews.keyring.public_or_none()
    public = reviews.keyring.restore(file, shown.day)
    if before == public == me.key:
        raise Refused("This key is in use already.")
    if me.key != public:
        store.commit(SetKey(key=public, renews=bool(me.key)), actor)
    click.echo(f"Your key is {public}.")


@key.command("renew")
@board_options
@pass_session
def renew(session: Session) -> None:
    """Make a new key, if the old one was lost or leaked; others are asked to accept it."""
    store, shown, actor = session.open()
    reviews = review_session(shown.board, actor)
    me = find_member(shown.board, reviews.handle)
    _require_own(session, shown.board, actor, me)
    public = reviews.keyring.renew(shown.day)
    store.commit(SetKey(key=public, renews=bool(me.key)), actor)
    click.echo(f"Your key is {public}. The other side of your reviews is asked to accept it. {LOST}")


def _require_own(session: Session, board: Board, actor: Actor, me: Member) -> None:
    """Raise Refused for the first key of a member as whom the caller is only named: that needs `key new`."""
    if not me.key and not session.is_own(board, actor):
        make = shell_command("key", "new", "--as", me.handle)
        raise Refused(f"{display_name(board, me)} has no key on this board yet: {make} makes the first one.")


@key.command("accept")
@board_options
@click.argument("member", shell_complete=complete_members)
@pass_session
def accept(session: Session, member: str) -> None:
    """Accept MEMBER's new key, once they have confirmed that it is theirs."""
    _, shown, actor = session.open()
    reviews = review_session(shown.board, actor)
    other = find_member(shown.board, member)
    if not reviews.keyring.has_changed(other):
        raise Refused(f"The key of {display_name(shown.board, other)} has not changed.")
    reviews.keyring.accept(other)
    click.echo(f"The key of {display_name(shown.board, other)} is {other.key} now.")
