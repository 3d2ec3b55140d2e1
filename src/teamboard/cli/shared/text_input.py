"""Texts on the command line: as an argument, from standard input or an editor; unsaved ones are rescued."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import click

from teamboard.cli.shared.session import Session
from teamboard.cli.shared.standard_streams import read_standard_input
from teamboard.domain.errors import Refused, describe_os_error
from teamboard.personal.rescued_text import save_rescued_text
from teamboard.store.base import StoreError


def read_text(text: str | None, edit: bool) -> str:
    """Return the given text, standard input for `-`, or what the user writes in an editor."""
    if edit:
        if text == "-":
            raise click.UsageError("Give - or --edit, not both.")
        edited = click.edit(text or "", extension=".txt")
        if edited is None:
            raise Refused("Nothing was written in the editor; nothing was changed.")
        return edited
    if text == "-":
        return read_standard_input()
    if text is None:
        raise click.UsageError("Give a text in quotes, - to read standard input, or --edit.")
    return text


@contextmanager
def rescue_on_failure(session: Session, text: str) -> Iterator[None]:
    """Save a text to a file if the commit within fails, and say where in the error."""
    try:
        yield
    except (Refused, StoreError) as error:
        if not text.strip():
            raise
        try:
            path = save_rescued_text(text, session.now())
        except OSError as trouble:
            raise type(error)(f"{error} Your text could not be saved either: {describe_os_error(trouble)}.") from error
        raise type(error)(f"{error} Your text is kept in {path}.") from error
