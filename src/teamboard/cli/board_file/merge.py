"""`teamboard board merge`: merge the commits of a copy into the board."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Literal

import click

from teamboard.actions.base import Actor
from teamboard.cli.board_file.file_store import file_store
from teamboard.cli.shared.options import board_options
from teamboard.cli.shared.session import Session, has_screen, pass_session
from teamboard.domain.amounts import plural
from teamboard.domain.errors import Refused
from teamboard.domain.history.merge import Commits
from teamboard.domain.sanitize import shell_command
from teamboard.render.merge import clash_lines, left_lines, renumbered_lines
from teamboard.services.commit_guard import guard_commits
from teamboard.services.lost_commits import may_bring_back
from teamboard.store.file import merge as file_merge
from teamboard.store.file.store import FileStore


@click.command()
@board_options
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path), required=False)
@click.option("--mine", is_flag=True, help="Bring back your own commits that the board's file has lost.")
@click.option(
    "--hold",
    "side",
    type=click.Choice(["here", "copy"]),
    help="Which version to keep where both changed the same field; without it you are asked.",
)
@pass_session
def merge(session: Session, file: Path | None, mine: bool, side: Literal["here", "copy"] | None) -> None:
    """Merge FILE, a copy of the board such as a file synchroniser's conflicting copy, into the board.

    Every commit of the copy is added, with who made it and when; ids that are taken get new numbers. Where both
    have changed the same field, you are asked which holds. A backup is kept, and FILE stays as it is.

    With --mine and no FILE, your own commits of this login are added that the file had and has no more, as after a
    synchroniser has put an older one back. Where a copy was kept of what else it had, it is named.
    """
    if mine == (file is not None):
        raise click.UsageError("Give a FILE or --mine.")
    store = session.guarded(file_store(session))
    actor = session.actor(store.load())
    now = session.now()
    copy: str | Commits = str(file)
    if mine:
        copy = _own_missing(store, actor)
    found = file_merge.preview_merge(store, copy, now)
    answers = {}
    for clash in found.conflicts:
        about, here, there = clash_lines(found.board, clash)
        if side is None and not has_screen():
            raise Refused(
                f"{about}: here {here}; in the copy {there}. Say which holds with --hold here or --hold copy."
            )
        said = side
        if said is None:
            click.echo(f"{about}\n  here  {here}\n  copy  {there}")
            said = click.prompt("Which one do you want to keep?", type=click.Choice(["here", "copy"]))
        answers[clash.record_id, clash.field] = said == "copy"
    count, renumbered, left, after = file_merge.merge(store, copy, answers, actor, now)
    asked = f", {len(answers)} of what both had changed as you said" if answers else ""
    commits = plural(count, "commit")
    if isinstance(copy, str):
        click.echo(f"Merged {commits} of the copy{asked}. You can delete {file}.")
        _echo_all(renumbered_lines(renumbered, " of the other file"))
        _echo_all(left_lines(after, left))
        return
    lost = len(copy) - count
    rest = f" {lost} can't be: the records that they changed are missing too." if lost else ""
    click.echo(f"Brought {commits} back{asked}.{rest}")
    _echo_all(renumbered_lines(renumbered))
    _echo_all(left_lines(after, left))
    _echo_all(_in_copies(store))


def _echo_all(lines: Iterable[str]) -> None:
    for line in lines:
        click.echo(line)


def _own_missing(store: FileStore, actor: Actor) -> Commits:
    """The commits of this login that the file has lost and the actor may bring back. Raises Refused if none."""
    board = store.load()
    guard = guard_commits(store)
    commits = may_bring_back(board, actor, guard.own_missing()) if guard else []
    if not commits:
        raise Refused(" ".join(["The board has every commit that it confirmed to you.", *_in_copies(store)]))
    return commits


def _in_copies(store: FileStore) -> Iterator[str]:
    """Yield a line on each kept copy with commits, such as those of other programs, that the file has lost."""
    guard = guard_commits(store)
    for loss in guard.more_in_copies() if guard else []:
        verb = "is" if len(loss.commits) == 1 else "are"
        back = f"{shell_command('board', 'merge', loss.kept)} brings {loss.pronoun} back."
        yield f"Also missing {verb} {loss.what}; {back}"
