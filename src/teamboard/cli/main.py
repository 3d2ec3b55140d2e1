"""The entry point of the command line: the top-level group, error messages and exit codes.

Exit codes: 0 done, 1 refused or not found, 2 wrong usage, 3 the board can't be read or written.
"""

from __future__ import annotations

import codecs
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import click

from teamboard import __version__
from teamboard.cli.commands import Commands, load
from teamboard.cli.shared.options import board_options, debug_option, look_options, read_only_option
from teamboard.cli.shared.session import Session
from teamboard.cli.shared.standard_streams import (
    OutputFailed,
    discard_output,
    ignore_absurd_size,
    prepare_streams,
    print_error,
)
from teamboard.domain.commit_log import HistoryDamaged, HistoryUnavailable
from teamboard.domain.errors import Refused, os_error_within
from teamboard.domain.sanitize import one_line
from teamboard.personal.rescued_text import save_error_details
from teamboard.render.ascii_fallback import to_ascii
from teamboard.store.base import FOLDER_REMOVED, BoardExists, StoreError, utc_now
from teamboard.store.written import last_written, note_written

LETTERS = "in-letters"
REFUSED, USAGE, STORE, INTERRUPTED = 1, 2, 3, 130

OPEN = "teamboard.cli.start.opening:open_board"
"""What is done without a command."""

EPILOG = """\b
The board is --board, else TEAMBOARD_BOARD, else ./team.board.json.
You are --as, else TEAMBOARD_MEMBER, else the member whose logins name you, else the setting `member`.
Exit codes: 0 done, 1 refused or not found, 2 wrong usage, 3 board can't be read or written."""


@click.group(
    cls=Commands,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog=EPILOG,
)
@board_options
@read_only_option
@debug_option
@look_options()
@click.version_option(__version__, message="%(prog)s %(version)s")
@click.pass_context
def teamboard(ctx: click.Context) -> None:
    """A live board of a sales team's goals, progress and feedback.

    Without a command: open the board, or print it where there is no terminal.
    """
    if ctx.invoked_subcommand is None:
        load(OPEN)(ctx.ensure_object(Session))


def main(arguments: Sequence[str]) -> int:
    """Run a command line and return its exit code. Every error is one line on standard error."""
    prepare_streams()
    ignore_absurd_size()
    note_written("")
    codecs.register_error(LETTERS, _in_letters)
    for stream in (sys.stdout, sys.stderr):
        with suppress(AttributeError, ValueError):
            stream.reconfigure(errors=LETTERS)  # type: ignore[union-attr]
    session = Session()
    try:
        code = _run(arguments, session)
        sys.stdout.flush()
    except OutputFailed as failed:
        return _output_failed(failed.reason)
    except Exception as error:  # noqa: BLE001 - a user never sees a traceback
        return _unexpected_error(error, session)
    return code


def _run(arguments: Sequence[str], session: Session) -> int:
    """Run a command line and return its exit code; every expected error is printed. Raises the others."""
    try:
        code = teamboard(_checked(arguments), prog_name="teamboard", standalone_mode=False, obj=session)
    except click.exceptions.Exit as end:
        return end.exit_code
    except click.exceptions.NoArgsIsHelpError as asked:
        # A noun alone lists its verbs.
        click.echo(asked.ctx.get_help() if asked.ctx else asked.format_message())
        return 0
    except click.UsageError as error:
        path = error.ctx.command_path if error.ctx else _command_path(arguments)
        return _failed(f"{error.format_message()} See {path} --help.", USAGE)
    except click.ClickException as error:
        return _failed(error.format_message(), REFUSED)
    except (click.Abort, KeyboardInterrupt):
        return INTERRUPTED
    except (Refused, BoardExists) as error:
        return _failed(str(error), REFUSED)
    except StoreError as error:
        return _failed(str(error), STORE)
    except HistoryDamaged as error:
        return _failed(str(error), STORE)
    except HistoryUnavailable as error:
        return _failed(f"That goes back too far: {error}", STORE)
    return code if isinstance(code, int) else 0


def _output_failed(error: OSError) -> int:
    """Report that standard output can't be written; what was committed before is told as done."""
    discard_output()
    why = os_error_within(error)
    if place := last_written():
        # A script that sees an error would write a second time.
        return _failed(f"{place} was written; the output could not be printed: {why}.", 0)
    if isinstance(error, BrokenPipeError):
        # The reader has what it wants, as `head`.
        return 0
    return _failed(f"The output can't be written: {why}.", REFUSED)


def _unexpected_error(error: Exception, session: Session) -> int:
    """Report an internal error, and keep its traceback; a removed working folder is reported as such."""
    try:
        Path.cwd()
    except OSError:
        return _failed(FOLDER_REMOVED, STORE)
    # Late: only an internal error needs it.
    from traceback import format_exception

    details = "".join(format_exception(error))
    what = f"Internal error: {type(error).__name__}: {error}".rstrip(".")
    if session.debug:
        with suppress(OSError, ValueError):
            sys.stderr.write(details)
        return _failed(f"{what}. Please report it.", REFUSED)
    if session.read_only:
        return _failed(f"{what}. Run it with `teamboard --debug` to see the details; please report it.", REFUSED)
    try:
        path = save_error_details(details, utc_now())
    except OSError:
        return _failed(f"{what}. Run it with `teamboard --debug` to see the details; please report it.", REFUSED)
    return _failed(f"{what}. The details are in {path}; please report it.", REFUSED)


def _checked(arguments: Sequence[str]) -> list[str]:
    """The arguments, to be run. Raises click.UsageError for one that is no text: with a NUL, or invalid bytes.

    A path may have any bytes but NUL.
    """
    before = ""
    for argument in arguments:
        if "\0" in argument:
            raise click.UsageError("An argument has a NUL character.")
        if any("\udc80" <= character <= "\udcff" for character in argument) and not (
            before == "--board" or argument.startswith("--board=") or os.path.lexists(argument)
        ):
            encoding = sys.getfilesystemencoding()
            raise click.UsageError(f"An argument is not {encoding} text: {one_line(argument)!r}.")
        before = argument
    return list(arguments)


def _command_path(arguments: Sequence[str]) -> str:
    """The command that some arguments name, as `teamboard goal add`, where click does not say which one failed."""
    command: click.Command = teamboard
    path = ["teamboard"]
    with click.Context(command) as ctx:
        for word in arguments:
            found = command.get_command(ctx, word) if isinstance(command, click.Group) else None
            if found is not None:
                command = found
                path.append(word)
    return " ".join(path)


def _in_letters(error: UnicodeError) -> tuple[str, int]:
    """Codec error handler: replace signs by ASCII, other characters by a question mark."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    letters = to_ascii(error.object[error.start : error.end])
    return "".join(c if c.isascii() else "?" for c in letters), error.end


def _failed(message: str, code: int) -> int:
    print_error(message)
    return code
