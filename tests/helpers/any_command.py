"""Any command of the command line with any values of its options, and what must hold after each.

`python -m tests.helpers.any_command 5000 7` walks 5,000 steps from the seed 7, and prints each that went wrong.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from random import Random

import click

from teamboard.cli.main import teamboard
from teamboard.domain.board import Board
from teamboard.store.file.store import FileStore
from tests.helpers.command_line import CommandLine

LEFT_OUT = {
    "serve": "serves until it is ended",
    "demo": "opens a board of its own",
    "tour": "waits for a terminal",
    "standup": "waits for a terminal",
    "admin": "wants a server",
    "copy": "wants another store",
    "snapshot": "draws a screen, which takes a second",
}
"""The commands that are not walked, and why."""
OPTIONS_LEFT_OUT = ("--board", "--as", "--help", "--edit", "--version")

CHECKS = (
    ["show"],
    ["log"],
    ["due"],
    ["inbox", "--team"],
    ["pulse"],
    ["period", "report"],
    ["review", "list"],
    ["board", "doctor"],
)
"""What is run after each command; none of it may be refused."""

HOSTILE = (
    "", " ", "-", "--", "x" * 1_000_000, "a\0b", "two\nlines", "[b]bold[/b]", "\x1b[31mred", "=1+1", "\u202eback",
    "😀" * 300, "-1", "0001-01-01", "9999-12-31", "G999999999999", "T0", "F1", "../../etc/passwd", "{{ 7 * 7 }}",
    "nan", "inf", "1e308",
)  # fmt: skip
DAYS = ("today", "today+3", "today-40", "2026-12-31", "1900-01-01", "2026-02-30", "tomorrow")
NUMBERS = ("1", "0", "-1", "12k", "1.2M", "50%", "1,5", "0.0000001", "999999999999999")
TEXTS = ("Said", "Well asked, and heard", "é" * 80, "#1")
OFTEN = {"owner": 0.9, "reason": 0.9, "why": 0.9, "target": 0.6, "note": 0.5, "milestones": 0.4}
"""How often an option is given that many commands can't do without; others less."""
DAY_NAMES = ("day", "due", "since", "starts", "ends", "effective", "before", "until", "held", "as_of")
PEOPLE_NAMES = ("member", "owner", "manager", "handle", "of", "words", "whom")
NUMBER_NAMES = ("value", "target", "start", "weight", "change", "level", "number", "amount", "minutes", "useful")
PLACES = ("facts.csv", "map.yaml", "team.csv", "new.file", "nowhere/new.file", "folder", "b.json", "b.json.lock")


Walked = tuple[tuple[str, ...], click.Command]
"""The words of a command, and the command."""


def commands(command: click.Command = teamboard, path: tuple[str, ...] = ()) -> Iterator[Walked]:
    """Each command that is walked, by its words."""
    if not isinstance(command, click.Group):
        yield path, command
        return
    with click.Context(command) as ctx:
        names = command.list_commands(ctx)
        for name in names:
            found = command.get_command(ctx, name)
            if found is not None and name not in LEFT_OUT:
                yield from commands(found, (*path, name))


def values(board: Board, parameter: click.Parameter, chance: Random) -> str:
    """A value for an option or an argument: mostly one that fits, now and then an odd or a hostile one."""
    if chance.random() < 0.08:
        return chance.choice(HOSTILE)
    if isinstance(parameter.type, click.Choice):
        return str(chance.choice([*parameter.type.choices, "other"]))
    handles = [m.handle for m in board.members]
    ids = [i for table in board.tables.values() for i in table]
    called = f"{parameter.name} {parameter.human_readable_name}".lower()
    kinds = (
        (DAY_NAMES, DAYS),
        (PEOPLE_NAMES, [*handles, "nobody", chance.choice(ids)]),
        (("goal", "align", "shares", "about"), [*board.tables["team_goals"], *board.tables["goals"], "G999", "T1=60"]),
        (("feedback",), [*board.tables["feedback"]]),
        (("revision",), [*board.tables["revisions"]]),
        (("review", "r5"), [*board.tables["reviews"]]),
        (NUMBER_NAMES, NUMBERS),
        (("file", "map", "path", "source"), PLACES),
    )
    for names, pool in kinds:
        if any(word in called for word in names) and pool:
            return str(chance.choice(list(pool)))
    return chance.choice([*TEXTS, *NUMBERS, *DAYS, *handles, *ids[:40]])


def any_command(board: Board, chance: Random) -> list[str]:
    """A command with some of its options and arguments, as one of the members."""
    path, command = chance.choice(list(commands()))
    line = [*path]
    for parameter in command.params:
        if isinstance(parameter, click.Argument):
            count = 1 if parameter.nargs == 1 else chance.randrange(1, 3)
            wanted = parameter.required or chance.random() < 0.85
            line += [values(board, parameter, chance) for _ in range(count) if wanted]
        elif {*parameter.opts} & {*OPTIONS_LEFT_OUT} or chance.random() > OFTEN.get(parameter.name or "", 0.2):
            continue
        elif isinstance(parameter, click.Option):
            name = chance.choice([*parameter.opts, *parameter.secondary_opts])
            line += [name] if parameter.is_flag else [name, values(board, parameter, chance)]
    others = [m.handle for m in board.members] + ["nobody"]
    manager = next((m.handle for m in board.members if m.manager is None), "nobody")
    return [*line, "--as", manager if chance.random() < 0.6 else chance.choice(others)]


def prepare(run: CommandLine, folder: Path) -> Path:
    """Make the sample team's board, and files that commands can be given; the board's path."""
    (folder / "folder").mkdir()
    (folder / "facts.csv").write_text("agent,close_value\nana,1\n", encoding="utf-8")
    (folder / "map.yaml").write_text("member: agent\n", encoding="utf-8")
    (folder / "team.csv").write_text("name\nEve\n", encoding="utf-8")
    assert run("demo", "--board", str(folder / "b.json")).returncode == 0
    return folder / "b.json"


def step(run: CommandLine, board_path: Path, chance: Random) -> tuple[list[str], str]:
    """Run any command, and the checks; the command, and what is wrong, "" if nothing is."""
    line = any_command(FileStore(board_path).load(), chance)
    answer = run(*line, "--board", str(board_path))
    if answer.returncode not in (0, 1, 2, 3) or "Internal error" in answer.stderr or "Traceback" in answer.stderr:
        return line, f"{answer.returncode} {answer.stderr[-300:]}"
    # A warning of a key comes before the error.
    lines = [text for text in answer.stderr.splitlines()[:-1] if "The key of" not in text]
    if answer.returncode and (lines or not answer.stderr) and line[0] != "due":
        return line, f"not one line: {answer.stderr[-300:]}"
    if set_aside := FileStore(board_path).load().set_aside:
        return line, f"set aside: {set_aside}"
    for check in CHECKS:
        answer = run(*check, "--board", str(board_path))
        if answer.returncode or "Internal error" in answer.stderr:
            return line, f"{check}: {answer.returncode} {answer.stdout[-200:]} {answer.stderr[-300:]}"
    return line, ""


def main(steps: int, seed: int) -> int:
    """Walk many steps in a folder of its own; how many went wrong."""
    failed = 0
    with tempfile.TemporaryDirectory() as name:
        for variable in ("HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME", "XDG_DATA_HOME"):
            os.environ[variable] = str(Path(name) / variable.lower())
        folder = Path(name) / "work"
        folder.mkdir()
        run, chance = CommandLine(folder), Random(seed)
        board = prepare(run, folder)
        for number in range(steps):
            before = board.read_bytes()
            line, wrong = step(run, board, chance)
            if wrong:
                failed += 1
                print(number, [word[:60] for word in line], "->", wrong, flush=True)
                board.write_bytes(before)
    print(f"{steps} steps from the seed {seed}, {failed} wrong")
    return failed


if __name__ == "__main__":
    sys.exit(bool(main(int(sys.argv[1]), int(sys.argv[2]))))
