"""Write docs/commands.md and docs/keys.md from the program itself: `python docs/generate.py`.

A test compares the files with what this makes, so that neither can lag behind.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages

import click
from textual.app import App
from textual.binding import Binding
from textual.screen import Screen

import teamboard.ui
from teamboard.cli.commands import GROUPS
from teamboard.cli.main import teamboard as command_line
from teamboard.ui.widgets.board_view import BoardView

DOCS = Path(__file__).parent
TITLES = {
    "BoardApp": "Everywhere",
    "LiveScreen": "Every screen of the board",
    "BoardView": "Every list",
    "GoalScreen": "Screens with goals or members",
    "LinesScreen": "History, pulse and quarter",
    "KeyedModal": "Forms, choices and answers",
    "FormScreen": "Every form",
    "BoardScreen": "Board",
    "AlignmentForm": "Alignment: moving a goal",
    "AskApp": "First start",
    "ChoiceView": "Next period",
    "ChooseScreen": "Lists of choices",
    "DayScreen": "Going to a date",
    "EvidenceView": "Preparing a review: evidence",
    "InboxScreen": "Feedback inbox",
    "InboxView": "Feedback inbox: list",
    "KeysScreen": "Help",
    "OneOnOneScreen": "One-on-one",
    "PickScreen": "Choosing below the prompt",
    "PrepareScreen": "Preparing a review",
    "PreparationView": "Preparing a review: your side",
    "ReportScreen": "Quarter",
    "RevisionReviewScreen": "Answering a revision",
    "TourApp": "Tour",
}
"""The titles of the classes whose names do not tell a reader which screen they are; the first seven come first."""
SHARED = tuple(TITLES)[:7]
KEY_NAMES = {
    "comma": ",",
    "escape": "Esc",
    "enter": "Enter",
    "greater_than_sign": ">",
    "left": "←",
    "left_square_bracket": "[",
    "less_than_sign": "<",
    "pagedown": "PgDn",
    "pageup": "PgUp",
    "plus": "+",
    "question_mark": "?",
    "right": "→",
    "right_square_bracket": "]",
    "slash": "/",
    "up": "↑",
    "down": "↓",
    "tab": "Tab",
}


def commands_page() -> str:
    """The page of commands: each with its arguments and options, as `--help` has them."""
    lines = [
        "# Commands",
        "",
        "Each with its arguments and options. `teamboard COMMAND --help` says the same, with examples.",
        "",
        "The board is `--board`, else `TEAMBOARD_BOARD`, else `./team.board.json`. You are `--as`, else",
        "`TEAMBOARD_MEMBER`, else the member whose logins name your system's user, else the setting `member`.",
        "",
        "Exit codes: 0 done, 1 refused or not found, 2 wrong usage, 3 the board can't be read or written.",
        "A change whose output can't be printed is done. `teamboard --debug COMMAND` prints the traceback of an",
        "internal error; without it a private file has it, which the message names.",
    ]
    for heading, names in _groups():
        lines += ["", f"## {heading}", "", "| command | what it does | options |", "|---|---|---|"]
        for name in names:
            lines += _command_rows(f"teamboard {name}", _command(name))
    return "\n".join(lines) + "\n"


def _groups() -> list[tuple[str, list[str]]]:
    return [(heading[:1].upper() + heading[1:], list(names)) for heading, names in GROUPS.items()]


def _command(name: str) -> click.Command:
    command = command_line.get_command(click.Context(command_line), name)
    assert command is not None, name
    return command


def _command_rows(path: str, command: click.Command) -> Iterator[str]:
    if command.hidden:
        return
    context = click.Context(command, info_name=path)
    arguments = [p.make_metavar(context) for p in command.params if isinstance(p, click.Argument)]
    options = [p.opts[0] for p in command.params if isinstance(p, click.Option) and not p.hidden]
    usage = " ".join([path, *arguments])
    about, taken = command.get_short_help_str(limit=200), " ".join(f"`{option}`" for option in options)
    yield f"| `{_cell(usage)}` | {_cell(about)} | {taken} |"
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            below = command.get_command(context, name)
            if below is not None:
                yield from _command_rows(f"{path} {name}", below)


def keys_page() -> str:
    """The page of keys: those of every screen, then those that only one screen has."""
    lines = [
        "# Keys",
        "",
        "A small letter acts on what is selected, a capital opens a screen of the whole team. `?` on a screen shows",
        "its own keys and signs; the setting `keys` changes them ([settings](settings.md)).",
    ]
    for title, bindings in _screens():
        lines += ["", f"## {title}", "", "| key | what it does |", "|---|---|"]
        lines += [
            f"| {' '.join(f'`{_cell(key)}`' for key in keys)} | {_cell(what)} |" for what, keys in bindings.items()
        ]
    return "\n".join(lines) + "\n"


def _screens() -> Iterator[tuple[str, dict[str, list[str]]]]:
    """The title of each screen with its own bindings, by what they do; what all screens share comes first."""
    classes: dict[str, type] = {}
    for module in sorted(walk_packages(teamboard.ui.__path__, "teamboard.ui."), key=lambda m: m.name):
        for _, found in inspect.getmembers(import_module(module.name), inspect.isclass):
            if found.__module__ == module.name and issubclass(found, (App, Screen, BoardView)):
                classes[f"{module.name}.{found.__name__}"] = found
    pages = {_title(found.__name__): bindings for found in classes.values() if (bindings := _bindings(found))}
    first = [TITLES[name] for name in SHARED]
    for title in (*first, *sorted(pages.keys() - {*first})):
        yield title, pages[title]


def _title(name: str) -> str:
    """The title of a screen: from `TITLES`, or the class's name in words (`StandupScreen` is *Standup*)."""
    if name in TITLES:
        return TITLES[name]
    words = re.findall(r"[A-Z][a-z]*", name.removesuffix("Screen"))
    return " ".join(words).capitalize()


def _bindings(of: type) -> dict[str, list[str]]:
    shown: dict[str, list[str]] = {}
    for binding in Binding.make_bindings(of.__dict__.get("BINDINGS", [])):
        if binding.description:
            keys = shown.setdefault(binding.description, [])
            key = binding.key_display or KEY_NAMES.get(binding.key, binding.key.replace("shift+", "Shift+"))
            if key not in keys:
                keys.append(key)
    return shown


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


if __name__ == "__main__":
    (DOCS / "commands.md").write_text(commands_page(), encoding="utf-8")
    (DOCS / "keys.md").write_text(keys_page(), encoding="utf-8")
