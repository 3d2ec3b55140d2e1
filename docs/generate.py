"""Write docs/commands.md, docs/keys.md and a part of docs/python.md from the program itself: `python docs/generate.py`.

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
import msgspec
from textual.app import App
from textual.binding import Binding
from textual.screen import Screen

import teamboard.ui
from teamboard.cli.commands import GROUPS
from teamboard.cli.main import teamboard as command_line
from teamboard.domain.board_filter import MEMBER_ORDERS
from teamboard.domain.records import TABLES
from teamboard.store.file.document_errors import describe_type
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

IN_FULL = {"Sort by gap, forecast …": f"Sort the members: {'; '.join(MEMBER_ORDERS.values())}"}
"""What a key does, where `?` has no room to say all of it."""


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
            keys = shown.setdefault(IN_FULL.get(binding.description, binding.description), [])
            key = binding.key_display or KEY_NAMES.get(binding.key, binding.key.replace("shift+", "Shift+"))
            if key not in keys:
                keys.append(key)
    return shown


FIELDS = "## What a document needs"
"""The heading of the last part of docs/python.md, which is made here."""


def python_page() -> str:
    """The page about Python, with the fields of the documents as the records have them."""
    before, _, _ = (DOCS / "python.md").read_text(encoding="utf-8").partition(FIELDS)
    return f"{before}{FIELDS}\n\n" + "\n".join(_field_lines()) + "\n"


def _field_lines() -> Iterator[str]:
    yield "A field that is not needed is left out of a document where it has its default. A document's number is its"
    yield "id, not a field; others name it with the letter of its table, such as `G12`. People go by their `handle`."
    yield ""
    yield "| table | needs | can have |"
    yield "|---|---|---|"
    parts: dict[str, tuple[msgspec.inspect.StructType, list[str]]] = {}
    for name in TABLES:
        kind = msgspec.inspect.type_info(TABLES[name])
        assert isinstance(kind, msgspec.inspect.StructType)
        yield f"| `{name}` | {_fields(kind, needed=True)} | {_fields(kind, needed=False)} |"
        for part, field in _parts(kind):
            fields = parts.setdefault(part.cls.__name__, (part, []))[1]
            fields += [field] if field not in fields else []
    yield ""
    yield "| object in | needs | can have |"
    yield "|---|---|---|"
    for part, fields in parts.values():
        names = ", ".join(f"`{field}`" for field in fields)
        yield f"| {names} | {_fields(part, needed=True)} | {_fields(part, needed=False)} |"


def _fields(kind: msgspec.inspect.StructType, *, needed: bool) -> str:
    """The fields that a document needs, or that it can have, with what they are."""
    tag = [f"`{kind.tag_field}` {kind.tag!r}"] if needed and kind.tag_field else []
    fields = (f for f in kind.fields if f.required == needed and f.encode_name != "id")
    return _cell(", ".join([*tag, *(f"`{f.encode_name}` {_type(f)}" for f in fields)]))


def _type(field: msgspec.inspect.Field) -> str:
    """What a field is, for a row: without an example, and without the None that one leaves out."""
    words = describe_type(field.type)
    words = words if field.required else words.replace(" or None", "")
    return re.sub(r",? such as [^ ]+", "", words).replace(" of up to 18 digits", "")


def _parts(kind: msgspec.inspect.Type, field: str = "") -> Iterator[tuple[msgspec.inspect.StructType, str]]:
    """The objects within a document, each with the name of the field that has it."""
    if isinstance(kind, msgspec.inspect.StructType):
        if field:
            yield kind, field
        for each in kind.fields:
            yield from _parts(each.type, each.encode_name)
    elif isinstance(kind, msgspec.inspect.UnionType):
        for one in kind.types:
            yield from _parts(one, field)
    elif isinstance(kind, msgspec.inspect.VarTupleType):
        yield from _parts(kind.item_type, field)


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


if __name__ == "__main__":
    (DOCS / "commands.md").write_text(commands_page(), encoding="utf-8")
    (DOCS / "keys.md").write_text(keys_page(), encoding="utf-8")
    (DOCS / "python.md").write_text(python_page(), encoding="utf-8")
