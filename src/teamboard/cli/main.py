"""The entry point of the command line: the top-level group, error messages and exit codes.

Exit codes: 0 done, 1 refused or not found, 2 wrong usage, 3 the board can't be read or written.
"""

from __future__ import annotations

import codecs
import os
import sys
from collections.abc import Sequence
from contextlib import suppress

import click

from teamboard import __version__
from teamboard.cli.commands import Commands, load
from teamboard.cli.shared.options import board_options, look_options, read_only_option
from teamboard.cli.shared.session import Session
from teamboard.domain.commit_log import HistoryUnavailable
from teamboard.domain.errors import Refused
from teamboard.domain.sanitize import one_line
from teamboard.render.ascii_fallback import to_ascii
from teamboard.store.base import BoardExists, StoreError

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
@look_options()
@click.version_option(__version__, message="%(prog)s %(version)s")
@click.pass_context
def teamboard(ctx: click.Context) -> None:
    """A live board of a sales team's goals, progress and feedback.

    Without a command: open the board, or print it where there is no terminal.
    """
    if ctx.invoked_subcommand is None:
        load(OPEN)(ctx.ensure_object(Session))


def main(arguments: Sequence[str]) -> int:  # noqa: C901 - one line for each kind of error
    """Run a command line and return its exit code. Every error is one line on standard error."""
    codecs.register_error(LETTERS, _in_letters)
    for stream in (sys.stdout, sys.stderr):
        with suppress(AttributeError, ValueError):
            stream.reconfigure(errors=LETTERS)  # type: ignore[union-attr]
    try:
        code = teamboard(_without_nul(arguments), prog_name="teamboard", standalone_mode=False)
        sys.stdout.flush()
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
    except HistoryUnavailable as error:
        return _failed(f"That goes back too far: {error}", STORE)
    except BrokenPipeError:
        _forget_output()
        return 0
    except Exception as error:  # noqa: BLE001 - a user never sees a traceback
        what = f"{type(error).__name__}: {error}"
        return _failed(f"Internal error: {what}. Please report it.", REFUSED)
    return code if isinstance(code, int) else 0


def _without_nul(arguments: Sequence[str]) -> list[str]:
    """The arguments, to be run. Raises click.UsageError for a NUL, which no path and no file can hold."""
    if any("\0" in argument for argument in arguments):
        raise click.UsageError("An argument has a NUL character.")
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
    with suppress(OSError, ValueError):
        print(f"teamboard: {one_line(message)}", file=sys.stderr)
    return code


def _forget_output() -> None:
    """Discard further output after a broken pipe, so that the interpreter exits without an error."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
