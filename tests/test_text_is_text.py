"""Text from people is shown as text: it neither styles nor moves anything, wherever it is shown."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path
from xml.etree import ElementTree

import pytest
from icalendar import Calendar

from teamboard.actions.base import Actor
from teamboard.domain.board_on_day import BoardOnDay
from teamboard.domain.ids import RecordId
from teamboard.render.clipboard import records_text
from teamboard.store.codec import BoardFile
from teamboard.store.file.store import FileStore
from teamboard.ui.app import BoardApp
from teamboard.ui.snapshot import settled
from teamboard.ui.start import WhoApp
from teamboard.ui.textual_private import painted_lines
from tests.conftest import NOW, Run
from tests.helpers.nasty import ALL_NASTY, AT_HAND, NASTY, moving, nasty_file
from tests.helpers.screen import screen_text, until, until_shown
from tests.helpers.screens import SCREENS, open_screen

PRINTED = [
    ["show"],
    ["show", "--member", "ana"],
    ["show", "--member", "ben"],
    ["show", "--goal", "G12"],
    ["show", "--goal", "T4"],
    ["show", "--goal", "G15"],
    ["show", "--as-of", "2026-11-20"],
    ["inbox", "--as", "ana"],
    ["inbox", "--team"],
    ["due"],
    ["one-on-one", "ana"],
    ["facts", "list"],
    ["facts", "list", "--json"],
    ["skill", "ana"],
    ["career", "ana"],
    ["pulse"],
    ["review", "list"],
    ["review", "prep", "ana", "--as", "ana"],
    ["review", "hold", "R1", "--as", "ana"],
    ["review", "export", "R1", "--to", "html", "--as", "ana"],
    ["review", "export", "R1", "--to", "md", "--as", "ana"],
    ["team"],
    ["log"],
    ["goals"],
    ["members"],
    ["align"],
    ["period", "report"],
    ["period", "report", "--to", "md"],
    ["period", "report", "--to", "html"],
    ["calendar"],
    ["show", "--json"],
    ["due", "--json"],
    ["one-on-one", "ana", "--json"],
    ["inbox", "--team", "--json"],
    ["skill", "ana", "--json"],
    ["log", "--json"],
]


@pytest.fixture
def nasty(sample: BoardFile, tmp_path: Path) -> FileStore:
    found = FileStore(tmp_path / "team.board.json", clock=lambda: NOW)
    found.create(nasty_file(sample), Actor(None))
    return found


@pytest.mark.usefixtures("nasty")
@pytest.mark.parametrize("arguments", PRINTED, ids=" ".join)
def test_what_is_printed_can_move_nothing(run: Run, arguments: list[str]) -> None:
    found = run(*arguments)
    assert found.returncode == 0, found.stderr
    assert moving(found.stdout) == []
    assert "not red" in found.stdout
    if "--json" in arguments:
        assert json.loads(found.stdout)
    if arguments == ["calendar"]:
        assert all("\n" not in str(e["SUMMARY"]) for e in Calendar.from_ical(found.stdout).walk("VEVENT"))
    elif "html" in arguments:
        assert "<script" not in found.stdout
    elif "--json" not in arguments and "md" not in arguments:
        assert "[red]not red[/red]" in found.stdout or "[red]…" in found.stdout


def has_size(app: BoardApp, size: tuple[int, int]) -> bool:
    return app.size == size


@pytest.mark.slow
@pytest.mark.parametrize(
    ("record_id", "keys", "shown"), SCREENS, ids=lambda v: "".join(v) if isinstance(v, list) else v
)
async def test_what_is_on_a_screen_can_move_nothing(
    nasty: FileStore, record_id: RecordId, keys: list[str], shown: str
) -> None:
    app = BoardApp(nasty, nasty.load(), Actor("mara", "login", "desk"), clock=lambda: NOW)
    app.animation_level = "none"
    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        await open_screen(pilot, record_id, keys, shown)
        for size in ((120, 40), (80, 24)):
            await pilot.resize_terminal(*size)
            await until(pilot, partial(has_size, app, size))
            await settled(pilot)
            lines = painted_lines(app)
            assert [strip.text for strip in lines if moving(strip.text)] == []
            assert {strip.cell_length for strip in lines} == {size[0]}
            assert len(lines) == size[1]


@pytest.mark.slow
async def test_the_palette_and_a_toast_show_it_too(nasty: FileStore) -> None:
    app = BoardApp(nasty, nasty.load(), Actor("mara", "login", "desk"), clock=lambda: NOW)
    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        await until_shown(pilot, "? Keys")
        await pilot.press("ctrl+p", *"member")
        await until_shown(pilot, "Member: Mara L")
        app.say(ALL_NASTY)
        await until(pilot, lambda: any("[red]not red[/red]" in line for line in screen_text(pilot)))
        assert not [line for line in screen_text(pilot) if moving(line)]


TYPED = [
    ["checkin", "G12", "+1", "-m", AT_HAND, "--next", AT_HAND, "--blocked", AT_HAND, "--as", "ana"],
    ["feedback", "ana", AT_HAND, "--about", AT_HAND, "--source", AT_HAND, "--as", "ben"],
    ["ask", "ben", AT_HAND, "--about", AT_HAND, "--as", "ana"],
    ["reply", "F20", AT_HAND, "--as", "ben"],
    ["decline", "F32", "-m", AT_HAND, "--as", "dana"],
    ["revise", "G12", "--title", AT_HAND, "--reason", "market", "--why", AT_HAND, "--as", "ana"],
    ["revise", "G15", "--milestone", AT_HAND.replace("=", "-"), "--reason", "market", "--why", AT_HAND, "--as", "ana"],
    ["one-on-one", "ana", "--topic", AT_HAND, "-m", AT_HAND, "--action", AT_HAND, "--as", "ana"],
    ["skill", "ana", AT_HAND, "--level", "2", "--next", AT_HAND, "--as", "ana"],
    ["facts", "add", "ana", AT_HAND, "4", "--source", AT_HAND, "--link", AT_HAND, "--unit", AT_HAND, "--as", "mara"],
    ["career", "ana", "--aspiration", AT_HAND, "--next", AT_HAND, "--as", "ana"],
    ["goal", "add", AT_HAND, "--owner", "ana", "--target", "5", "--unit", AT_HAND, "--as", "mara"],
    ["goal", "add", AT_HAND, "--team", "--milestone", AT_HAND.replace("=", "-"), "--as", "mara"],
    ["member", "add", "new", AT_HAND, "--title", AT_HAND, "--login", AT_HAND, "--as", "mara"],
    ["member", "change", "ana", "--name", AT_HAND, "--title", AT_HAND, "--as", "mara"],
    ["team", "--name", AT_HAND, "--as", "mara"],
    ["period", "next", "--name", AT_HAND, "--starts", "today", "--as", "mara"],
]


@pytest.mark.slow
def test_whatever_field_it_is_typed_into_it_is_kept_as_plain_text(run: Run, tmp_path: Path) -> None:
    assert run("demo", "--board", "team.board.json").returncode == 0
    for arguments in TYPED:
        found = run(*arguments)
        assert found.returncode == 0, (arguments[:3], found.stderr)
        assert moving(found.stdout) == []
    board = FileStore(tmp_path / "team.board.json").load()
    texts = {i: repr(record) for table in board.tables.values() for i, record in table.items()}
    assert {i[0] for i, text in texts.items() if "[red]not red[/red]" in text} == set("BMTGCVFOE")
    for sign in ("\\x1b", "\\x9b", "\\x07", "\\u202e", "\\ufeff", "\\x00"):
        assert not [text for text in texts.values() if sign in text]


def test_the_corpus_moves_what_is_not_made_plain() -> None:
    assert all(moving(text) for text in (NASTY[1], NASTY[2], NASTY[3], NASTY[6]))


@pytest.mark.slow
def test_a_picture_and_what_is_copied_are_text_too(nasty: FileStore, run: Run) -> None:
    board = nasty.load()
    path = str(nasty.path)
    for screen in ("board", "member", "standup"):
        made = run("snapshot", "--board", path, "--as", "mara", "--screen", screen, "--member", "ana", "--svg", "-")
        assert made.returncode == 0, made.stderr
        drawn = ElementTree.fromstring(made.stdout)
        assert {node.tag.rpartition("}")[2] for node in drawn.iter()} <= {
            "svg", "style", "defs", "clipPath", "rect", "g", "text", "circle",
        }  # fmt: skip
        page = run("snapshot", "--board", path, "--as", "mara", "--screen", screen, "--member", "ana", "--html", "-")
        assert "<script" not in page.stdout.lower()
        assert "<img" not in page.stdout.lower()
    shown = BoardOnDay(board, board.day_of(NOW))
    ids = [i for table in ("members", "team_goals", "goals", "feedback") for i in board.tables[table]]
    for as_markdown in (False, True):
        copied = records_text(shown, ids, as_markdown=as_markdown)
        assert [line for line in copied.split("\n") if moving(line)] == []


async def test_who_one_is_is_asked_in_plain_text(nasty: FileStore) -> None:
    board = nasty.load()
    app = WhoApp(board, list(board.members), "login")
    async with app.run_test(size=(100, 30)) as pilot:
        await pilot.pause()
        lines = painted_lines(app)
        assert [strip.text for strip in lines if moving(strip.text)] == []
        assert any("[red]not red[/red]" in strip.text or "[red]…" in strip.text for strip in lines)
