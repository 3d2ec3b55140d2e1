"""Other people's habits: copy, marks, title and bell, big and calm, keys of the screen."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from teamboard.actions.base import Actor
from teamboard.actions.batch import Batch
from teamboard.actions.feedback import GiveFeedback
from teamboard.actions.revisions import ReviseGoal
from teamboard.domain.errors import Refused
from teamboard.personal.settings import Settings
from teamboard.render.ascii_fallback import SIGNS_BY_ASCII, to_ascii
from teamboard.render.clipboard import lines_text
from teamboard.store.file.store import FileStore
from teamboard.ui.notifications import desktop_notification
from teamboard.ui.screens.check_ins.check_in import CheckInScreen
from teamboard.ui.widgets.board_view import BoardView
from tests.conftest import MARA, Maker, Run
from tests.helpers.nasty import NASTY, moving
from tests.helpers.screen import line_with, screen_text, until, until_gone, until_shown
from tests.helpers.screens import open_screen
from tests.helpers.terminal import Terminal
from tests.ui.conftest import MakeApp

# -- copy


@pytest.mark.slow
async def test_y_copies_what_is_selected_as_text_or_markdown(app: MakeApp) -> None:
    async with app("mara").run_test(size=(120, 40), notifications=True) as pilot:
        await until_shown(pilot, "? Keys")
        view = pilot.app.screen.query_one(BoardView)
        view.select("G13")
        await pilot.press("y")
        await until_shown(pilot, "Copied: G13 120 discovery calls")
        assert pilot.app.clipboard == (
            "G13 120 discovery calls (Ana Ruiz): 51 calls · 42 % (pace 58 %) · at risk · help wanted: "
            "Legal has not cleared the trade-fair list"
        )
        await pilot.press("Y")
        await until(pilot, lambda: pilot.app.clipboard.startswith("- **G13 120 discovery calls** (Ana Ruiz): 51 calls"))
        view.select("M2")
        await pilot.press("y")
        await until(pilot, lambda: pilot.app.clipboard.startswith("Ana Ruiz, AE Iberia, Madrid\n  G12 ARR Iberia"))
        await pilot.press("F", "tab", "tab", "y")
        await until(pilot, lambda: bool(re.match(r"F\d+ ", pilot.app.clipboard)))
        await pilot.press("escape", "Q", "Y")
        await until(pilot, lambda: pilot.app.clipboard.startswith("# "))
        assert "This quarter" in pilot.app.clipboard
        await pilot.press("escape", "P", "Y")
        await until(pilot, lambda: pilot.app.clipboard.startswith("```text\n"))


def test_what_is_copied_can_end_no_fence_and_start_no_tag() -> None:
    text = lines_text([(("a ```` b", "text"),), (("  ", ""), ("c", "dim"))], as_markdown=True)
    assert text == "`````text\na ```` b\n  c\n`````"


# -- marks


@pytest.mark.slow
async def test_marked_goals_are_checked_in_on_one_after_the_other(app: MakeApp, sample_store: FileStore) -> None:
    async with app("ana").run_test(size=(120, 40), notifications=True) as pilot:
        await until_shown(pilot, "? Keys")
        view = pilot.app.screen.query_one(BoardView)
        view.select("G12")
        await pilot.press("space", "space")
        assert view.marked == ["G12", "G13"]
        assert line_with(pilot, "ARR Iberia").startswith("●")
        view.select("G13")
        await until(pilot, lambda: line_with(pilot, "120 discovery calls").startswith("◉"))
        await pilot.press("u")
        await until_shown(pilot, "1 of 2 · G12 ARR Iberia")
        await pilot.press(*"900k", "enter")
        await until_shown(pilot, "2 of 2 · G13 120 discovery calls")
        await pilot.press(*"+9", "enter")
        await until(pilot, lambda: not isinstance(pilot.app.screen, CheckInScreen))
        await until(pilot, lambda: view.marked == [])
        board = sample_store.load()
        for goal, value in (("G12", 900_000), ("G13", 60)):
            last = board.last_checkin(goal)
            assert last is not None
            assert last.value == value


@pytest.mark.slow
async def test_marked_goals_are_revised_together_or_not_at_all(app: MakeApp, sample_store: FileStore) -> None:
    before = sample_store.load()
    async with app("mara").run_test(size=(120, 40), notifications=True) as pilot:
        await until_shown(pilot, "? Keys")
        view = pilot.app.screen.query_one(BoardView)
        view.select("G12")
        await pilot.press("space", "space", "space", "v")
        await until_shown(pilot, "Revise 3 goals")
        await pilot.press(*"2027-01-31", "ctrl+s")
        await until_shown(pilot, "Choose a reason")
        await pilot.press("enter", "down", "enter", "tab", *"Two public holidays", "ctrl+s")
        await until_shown(pilot, "3 goals revised: 3 proposed")
        await until(pilot, lambda: view.marked == [])
    board = sample_store.load()
    assert board.revision == before.revision + 1
    made = [v for v in board.revisions if v.id not in before.tables["revisions"]]
    assert [(v.goal, v.why) for v in made] == [(g, "Two public holidays") for g in ("G12", "G13", "G14")]


def test_together_is_all_or_nothing(maker: Maker) -> None:
    revise = [ReviseGoal(goal=g, reason="market", why="It moved", drop=True) for g in ("G1", "G9")]
    before = maker.board
    with pytest.raises(Refused, match="There is no goal 'G9'"):
        maker.do(Batch(tuple(revise)))
    assert maker.board is before
    revision = maker.board.revision
    maker.do(Batch((revise[0], ReviseGoal(goal="G2", reason="market", why="It moved", drop=True))), MARA)
    assert maker.board.revision == revision + 1
    assert [v.id for v in maker.board.revisions] == ["V1", "V2"]


async def test_esc_takes_the_marks_away(app: MakeApp) -> None:
    async with app("ana").run_test(size=(120, 40), notifications=True) as pilot:
        await until_shown(pilot, "? Keys")
        view = pilot.app.screen.query_one(BoardView)
        view.select("M2")
        await pilot.press("space", "space")
        assert view.marked == ["G12"]
        await pilot.press("escape")
        assert view.marked == []


# -- the terminal around the board


def test_the_title_says_what_is_new_until_a_key_is_pressed(run: Run, tmp_path: Path, terminals: list[Terminal]) -> None:
    assert run("demo", "--board", "team.board.json").returncode == 0
    terminal = Terminal(tmp_path, "--as", "ana", columns=100, lines=30)
    terminals.append(terminal)
    terminal.wait_for("● live")
    assert terminal.screen.title == "Northwind EMEA Sales"
    for words in ("Well asked", "Even better"):
        assert run("feedback", "ana", words, "--as", "ben").returncode == 0
    terminal.wait_until(lambda: terminal.screen.title.startswith("(2) Northwind EMEA Sales · Ben Okafor praised Ana"))
    terminal.type("j")
    terminal.wait_until(lambda: terminal.screen.title == "Northwind EMEA Sales")
    terminal.type("q")
    assert terminal.finish() == 0
    assert terminal.raw.index(b"\x1b[22;0t") < terminal.raw.index(b"\x1b]2;")
    assert b"\x1b[23;0t" in terminal.raw


@pytest.mark.parametrize(
    ("tell", "sign"), [("bell", b"\x07"), ("desktop", b"\x1b]9;teamboard: Ben Okafor praised Ana")]
)
def test_whoever_is_written_to_is_told_as_they_wish(
    run: Run, tmp_path: Path, terminals: list[Terminal], tell: str, sign: bytes
) -> None:
    assert run("demo", "--board", "team.board.json").returncode == 0
    assert run("config", "tell", tell).returncode == 0
    os.environ.pop("TMUX", None)
    terminal = Terminal(tmp_path, "--as", "ana", columns=100, lines=30)
    terminals.append(terminal)
    terminal.wait_for("● live")

    def told() -> int:
        others = re.sub(rb"\x1b\](?!9;)[^\x07\x1b]*(\x07|\x1b\\)", b"", terminal.raw)
        return others.count(sign)

    # What others write to each other rings nobody's bell.
    assert run("feedback", "dana", "Not to Ana", "--as", "ben").returncode == 0
    terminal.wait_until(lambda: terminal.screen.title.startswith("(1)"))
    assert told() == 0
    assert run("feedback", "ana", "To Ana", "--as", "ben").returncode == 0
    terminal.wait_until(lambda: told() == 1)


@pytest.mark.parametrize("environ", [{}, {"TERM": "foot"}, {"VTE_VERSION": "7006"}, {"TMUX": "/tmp/x"}])
def test_no_text_can_end_or_change_a_desktop_note(environ: dict[str, str]) -> None:
    for text in (*NASTY, "4;1;50", "a;b\x07c\x1b]52;c;aGk=\x07"):
        note = desktop_notification(text, environ)
        inner = note.removeprefix("\x1bPtmux;").replace("\x1b\x1b", "\x1b")
        kind, body = re.match(r"\x1b\](9|777);(.*?)(?:\x07|\x1b\\)", inner, re.DOTALL).groups()  # type: ignore[union-attr]
        assert moving(body) == []
        assert body.startswith("teamboard: " if kind == "9" else "notify;teamboard;")
        assert body.count(";") == (0 if kind == "9" else 2)


# -- big, calm, plain letters


@pytest.mark.slow
async def test_big_takes_fewer_goals_and_more_room_for_each(app: MakeApp) -> None:
    async with app("mara", settings=Settings(big=True)).run_test(size=(100, 40), notifications=True) as pilot:
        await until_shown(pilot, "? Keys")
        view = pilot.app.screen.query_one(BoardView)
        assert view.selected == "T3"
        lines = screen_text(pilot)
        top = next(i for i, line in enumerate(lines) if "T3 New ARR" in line)
        assert [line[:1] for line in lines[top : top + 4]] == ["▌"] * 3 + [" "]
        assert lines[top + 1].count("█") > 30
        await pilot.press("j")
        assert view.selected == "T4"
        await pilot.press("k")
        assert view.selected == "T3"
        await pilot.press("G")
        assert view.selected == "G40"
        await until_shown(pilot, "G40 Shadow two enterprise deals")
        y = next(i for i, line in enumerate(screen_text(pilot)) if "G40" in line)
        await pilot.click(offset=(10, y - 3))
        assert view.selected == "G37"
        await pilot.press("comma")
        await until_shown(pilot, "your keys")
        await pilot.press("tab", "space", "ctrl+s")
        await until_shown(pilot, "→ T3")


async def test_calm_moves_nothing(app: MakeApp, sample_store: FileStore) -> None:
    async with app("mara", settings=Settings(calm=True)).run_test(size=(100, 30)) as pilot:
        await until_shown(pilot, "? Keys")
        assert pilot.app.animation_level == "none"
        view = pilot.app.screen.query_one(BoardView)
        sample_store.commit(GiveFeedback(to="ana", text="Good", kind="praise"), Actor("ben"))
        await until(pilot, lambda: view.glow("M2") > 0)
        assert {view.glow("M2") for _ in range(3)} == {1.0}


def test_every_letter_is_as_wide_as_its_sign() -> None:
    from rich.cells import cell_len

    for letter, signs in SIGNS_BY_ASCII.items():
        assert cell_len(letter) == 1
        assert all(cell_len(sign) == 1 for sign in signs), (letter, signs)
    assert to_ascii("Müller ⠤⠀ 日本") == "Müller *  日本"


# -- the keys of a screen


@pytest.mark.slow
async def test_the_keys_are_those_of_the_screen_below(app: MakeApp) -> None:
    async with app("mara").run_test(size=(100, 50), notifications=True) as pilot:
        await until_shown(pilot, "? Keys")
        await pilot.press("question_mark")
        await until_shown(pilot, "Here")
        for text in ("Check in", "Hold the standup", "Mark several goals", "help wanted; a revision"):
            line_with(pilot, text)
        await pilot.press("escape")
        await until_gone(pilot, "Here")
        await pilot.press("F")
        await until_shown(pilot, "⏎ Reply")
        await pilot.press("question_mark")
        await until_shown(pilot, "Here")
        assert "Reply" in line_with(pilot, "Scroll the thread") or line_with(pilot, "Reply")
        assert not any("Hold the standup" in line for line in screen_text(pilot))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("record_id", "keys", "shown", "word"),
    [
        ("", [], "New ARR", "is the pace"),
        ("M2", ["enter"], "Results", "a skill: the level"),
        ("", ["F", "tab", "tab"], "the team's", "resolved; declined"),
        ("", ["D"], "Overdue", "working days since it was due"),
        ("M2", ["o"], "Agenda", "and to be done; done"),
        ("", ["P"], "Who gives to whom", "a gap in who gives to whom"),
        ("", ["S"], "1 of 9", "this person's time"),
        ("M2", ["p"], "missing", "rests on no evidence"),
        ("M2", ["r"], "clock", "where the two ratings differ"),
        ("", ["H"], "esc Back", "the revision of the board"),
        ("", ["Q"], "What became", "not reached when the period ended"),
        ("", ["A"], "could help", "is the pace"),
    ],
)
async def test_the_words_are_those_of_the_screen_below(
    app: MakeApp, record_id: str, keys: list[str], shown: str, word: str
) -> None:
    async with app("mara").run_test(size=(120, 50), notifications=True) as pilot:
        await open_screen(pilot, record_id, keys, shown)
        await pilot.press("question_mark")
        await until_shown(pilot, "On this screen")
        line_with(pilot, word)
