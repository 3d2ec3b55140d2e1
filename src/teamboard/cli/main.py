"""The command line's front door: which commands there are, and how errors and exit codes come about.

Exit codes: 0 done, 1 refused or not found, 2 wrong usage, 3 the board can't be read or written.
"""

from __future__ import annotations

import codecs
import sys
from collections.abc import Sequence
from contextlib import suppress
from importlib import import_module

import click

from teamboard import __version__
from teamboard.cli.session import Session, board_options, look_options, read_only_option
from teamboard.domain.errors import Refused
from teamboard.domain.history.history import HistoryAway
from teamboard.store.base import BoardExists, StoreError

LETTERS = "in-letters"
REFUSED, USAGE, STORE, INTERRUPTED = 1, 2, 3, 130

COMMANDS = {
    "acknowledge": "teamboard.cli.revisions:acknowledge",
    "admin": "teamboard.cli.admin:admin",
    "agree": "teamboard.cli.revisions:agree",
    "align": "teamboard.cli.alignment:align",
    "archive": "teamboard.cli.board_file.archive:archive",
    "ask": "teamboard.cli.feedback:ask",
    "backup": "teamboard.cli.board_file.doctor:backup",
    "calendar": "teamboard.cli.due:calendar",
    "career": "teamboard.cli.skills:career",
    "checkin": "teamboard.cli.check_ins:checkin",
    "config": "teamboard.cli.personal.settings:config",
    "completion": "teamboard.cli.about:completion",
    "copy": "teamboard.cli.board_file.copy:copy",
    "decline": "teamboard.cli.revisions:decline",
    "demo": "teamboard.cli.start.init:demo",
    "doctor": "teamboard.cli.board_file.doctor:doctor",
    "due": "teamboard.cli.due:due",
    "facts": "teamboard.cli.facts:facts",
    "feedback": "teamboard.cli.feedback:feedback",
    "goal": "teamboard.cli.goals:goal",
    "goals": "teamboard.cli.goals:goals",
    "inbox": "teamboard.cli.feedback:inbox",
    "init": "teamboard.cli.start.init:init",
    "key": "teamboard.cli.personal.keys:key",
    "log": "teamboard.cli.history:log",
    "member": "teamboard.cli.members:member",
    "members": "teamboard.cli.members:members",
    "merge": "teamboard.cli.board_file.merge:merge",
    "one-on-one": "teamboard.cli.one_on_ones:one_on_one",
    "period": "teamboard.cli.periods:period",
    "pulse": "teamboard.cli.pulse:pulse",
    "reopen": "teamboard.cli.feedback:reopen",
    "reply": "teamboard.cli.feedback:reply",
    "resolve": "teamboard.cli.feedback:resolve",
    "restore": "teamboard.cli.board_file.doctor:restore",
    "review": "teamboard.cli.reviews:review",
    "revise": "teamboard.cli.revisions:revise",
    "serve": "teamboard.cli.serve:serve",
    "show": "teamboard.cli.show:show",
    "skill": "teamboard.cli.skills:skill",
    "snapshot": "teamboard.cli.snapshot:snapshot",
    "standup": "teamboard.cli.standup:standup",
    "team": "teamboard.cli.team:team",
    "themes": "teamboard.cli.about:themes",
    "tour": "teamboard.cli.start.tour:tour",
    "undo": "teamboard.cli.history:undo",
    "version": "teamboard.cli.about:version",
    "withdraw": "teamboard.cli.revisions:withdraw",
}
"""Each command and where it is; a command's module is imported when it is asked for."""

EPILOG = """\b
The board is --board, else TEAMBOARD_BOARD, else ./team.board.json.
You are --as, else TEAMBOARD_MEMBER, else the member whose logins name you, else the setting `member`.
Exit codes: 0 done, 1 refused or not found, 2 wrong usage, 3 board can't be read or written."""


class Commands(click.Group):
    """A group that imports a command only when it is used."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name].partition(":")
        command = getattr(import_module(module), name)
        return command if isinstance(command, click.Command) else None


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
        from teamboard.cli.show import open_board

        open_board(ctx.ensure_object(Session))


def main(arguments: Sequence[str]) -> int:
    """Run a command line; the exit code. Every error is one line on standard error."""
    codecs.register_error(LETTERS, _in_letters)
    for stream in (sys.stdout, sys.stderr):
        with suppress(AttributeError, ValueError):
            stream.reconfigure(errors=LETTERS)  # type: ignore[union-attr]
    try:
        code = teamboard(list(arguments), prog_name="teamboard", standalone_mode=False)
        sys.stdout.flush()
    except click.exceptions.Exit as end:
        return end.exit_code
    except click.UsageError as error:
        path = error.ctx.command_path if error.ctx else "teamboard"
        return _failed(f"{error.format_message()} See {path} --help.", USAGE)
    except click.ClickException as error:
        return _failed(error.format_message(), REFUSED)
    except (click.Abort, KeyboardInterrupt):
        return INTERRUPTED
    except (Refused, BoardExists) as error:
        return _failed(str(error), REFUSED)
    except StoreError as error:
        return _failed(str(error), STORE)
    except HistoryAway as error:
        return _failed(f"That goes back too far: {error}", STORE)
    except BrokenPipeError:
        _forget_output()
        return 0
    except Exception as error:  # noqa: BLE001 - the last line of defence: a user never gets a traceback
        what = f"{type(error).__name__}: {error}"
        return _failed(f"something went wrong that should not have ({what}); please tell us.", REFUSED)
    return code if isinstance(code, int) else 0


def _in_letters(error: UnicodeError) -> tuple[str, int]:
    """What an output without Unicode gets in place of a sign; of any other letter a question mark."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    from teamboard.render.ascii_fallback import to_ascii

    letters = to_ascii(error.object[error.start : error.end])
    return "".join(c if c.isascii() else "?" for c in letters), error.end


def _failed(message: str, code: int) -> int:
    from teamboard.domain.sanitize import one_line

    with suppress(OSError, ValueError):
        print(f"teamboard: {one_line(message)}", file=sys.stderr)
    return code


def _forget_output() -> None:
    """Whoever read our output has gone: let the interpreter end without a complaint."""
    import os

    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
