"""The board on the screen: selection, detail, filter, sort, members, and the file's changes arriving."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from teamboard.actions.base import Actor
from teamboard.actions.check_ins import CheckInGoal
from teamboard.actions.feedback import GiveFeedback
from teamboard.actions.goals import AddGoal
from teamboard.actions.team import AddMember
from teamboard.domain.ids import RecordId
from teamboard.domain.records import Metric
from teamboard.personal.themes import THEMES
from teamboard.resources import resource_folder
from teamboard.store.file.store import FileStore
from teamboard.ui.screens.board.board import BoardScreen
from teamboard.ui.screens.check_ins.check_in import CheckInScreen
from teamboard.ui.screens.help.keys import KeysScreen
from teamboard.ui.screens.team.member import MemberScreen
from teamboard.ui.textual_private import painted_lines
from teamboard.ui.widgets.board_view import BoardView
from teamboard.ui.widgets.filter_line import FilterLine
from tests.bench.boards import make_board
from tests.conftest import ANA, BEN, MARA, Maker, small_maker
from tests.helpers.screen import line_with, screen_text, until, until_gone, until_shown
from tests.ui.conftest import MakeApp

SIZES = [(80, 24), (120, 40), (200, 60)]


def view(pilot_app: object) -> BoardView:
    found = pilot_app.screen.query_one(BoardView)  # type: ignore[attr-defined]
    assert isinstance(found, BoardView)
    return found


@pytest.mark.parametrize("size", SIZES)
async def test_the_board_shows_team_goals_members_and_goals(app: MakeApp, size: tuple[int, int]) -> None:
    async with app().run_test(size=size, notifications=True) as pilot:
        await until_shown(pilot, "u Check in")
        lines = screen_text(pilot)
        assert len(lines) == size[1]
        assert all(len(line) <= size[0] for line in lines)
        assert "Northwind EMEA Sales" in lines[0] + lines[1]
        assert "at risk" in line_with(pilot, "New ARR")
        assert "42 %" in line_with(pilot, "Discovery calls")
        assert "review in 5 d ◐○" in line_with(pilot, "Ana Ruiz  AE")
        assert "u Check in" in lines[-1]


async def test_keys_move_the_selection_and_enter_opens(app: MakeApp) -> None:
    async with app().run_test(size=(120, 40), notifications=True) as pilot:
        board = view(pilot.app)
        assert board.selected == "T3"
        await pilot.press("j", "down", "k")
        assert board.selected == "T4"
        await pilot.press("end")
        assert board.selected == "G40"
        await pilot.press("home")
        assert board.selected == "T3"
        await pilot.press("pagedown")
        assert board.selected not in ("T3", None)
        board.select(RecordId("G13"))
        await pilot.press("enter")
        await until_shown(pilot, "from 0 calls to 120 calls")
        await until_shown(pilot, "Legal has not cleared")
        await pilot.press("j")
        await until_shown(pilot, "from 0 accounts to 3 accounts")
        await pilot.press("escape")
        await until_gone(pilot, "from 0 accounts to 3 accounts")
        assert board.has_focus


@pytest.mark.slow
async def test_the_mouse_selects_and_opens(app: MakeApp) -> None:
    async with app().run_test(size=(120, 40), notifications=True) as pilot:
        lines = screen_text(pilot)
        y = next(i for i, line in enumerate(lines) if "Expansion Iberia" in line)
        await pilot.click(offset=(20, y))
        assert view(pilot.app).selected == "G19"
        await pilot.click(offset=(20, y), times=2)
        await until_shown(pilot, "from €0 to €250,000")


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (170, 45)])
async def test_the_detail_says_all_of_a_goal(app: MakeApp, size: tuple[int, int]) -> None:
    async with app().run_test(size=size, notifications=True) as pilot:
        view(pilot.app).select(RecordId("T4"))
        await pilot.press("enter")
        await until_shown(pilot, "12 accounts of 12")
        for _ in range(12):
            await pilot.press("shift+down")
        await until_shown(pilot, "Kestrel")
        assert any("02 Nov 2026  V4" in line for line in screen_text(pilot)) or size[1] < 40


async def test_milestones_of_a_goal_are_listed(app: MakeApp) -> None:
    async with app().run_test(size=(120, 50), notifications=True) as pilot:
        view(pilot.app).select(RecordId("G15"))
        await pilot.press("enter")
        await until_shown(pilot, "● Workshop")
        line_with(pilot, "○ Two deals without a discount")


@pytest.mark.slow
async def test_typed_words_narrow_and_escape_shows_all(app: MakeApp) -> None:
    async with app().run_test(size=(120, 40), notifications=True) as pilot:
        await pilot.press("slash", *"stale")
        await until_gone(pilot, "Ana Ruiz  AE")
        line_with(pilot, "Reference customers")
        await pilot.press("enter")
        assert view(pilot.app).has_focus
        await pilot.press("escape")
        await until_shown(pilot, "Discovery calls")
        await pilot.press("slash", *"no such thing")
        await until_shown(pilot, "nothing fits this filter")
        await pilot.press("escape")
        await until_shown(pilot, "Discovery calls")


async def test_sorting_goes_round(app: MakeApp) -> None:
    async with app().run_test(size=(120, 60), notifications=True) as pilot:
        screen = pilot.app.screen
        assert isinstance(screen, BoardScreen)
        seen = []
        for _ in range(7):
            seen.append(screen.order)
            await pilot.press("s")
        assert seen == ["team", "name", "status", "silence", "gap", "forecast", "confidence"]
        assert screen.order == "team"
        await pilot.press("s")
        lines = screen_text(pilot)
        assert [i for i, line in enumerate(lines) if "Ana Ruiz" in line][1:] < [
            i for i, line in enumerate(lines) if "Mara Lind" in line
        ]


async def test_a_commit_elsewhere_changes_the_line_and_nothing_else(app: MakeApp, sample_store: FileStore) -> None:
    async with app("mara").run_test(size=(120, 40), notifications=True) as pilot:
        board = view(pilot.app)
        board.select(RecordId("G35"))
        await pilot.pause()
        scrolled = board.scroll_offset.y
        assert scrolled > 0
        sample_store.commit(CheckInGoal(goal=RecordId("G32"), value=1_000_000), MARA)
        await until_shown(pilot, "91 %")
        assert "91 %" in line_with(pilot, "ARR DACH")
        assert (board.selected, board.scroll_offset.y) == ("G35", scrolled)
        assert board.glow(RecordId("G32")) > 0


async def test_rows_that_come_and_go_keep_selection_and_scroll(app: MakeApp, sample_store: FileStore) -> None:
    async with app("mara").run_test(size=(120, 30), notifications=True) as pilot:
        board = view(pilot.app)
        board.select(RecordId("G35"))
        await pilot.pause()
        at = board._at["/G35"] - board.scroll_offset.y  # noqa: SLF001 - the row on the screen
        assert board.scroll_offset.y > 0
        sample_store.commit(AddGoal(owner="mara", title="One more", measure=Metric("", 0, 1)), MARA)
        await until(pilot, lambda: "G41" in {row.record_id for row in board.rows})
        await pilot.pause()
        assert board.selected == "G35"
        assert board._at["/G35"] - board.scroll_offset.y == at  # noqa: SLF001


async def test_feedback_from_elsewhere_shows_on_the_members_line(app: MakeApp, sample_store: FileStore) -> None:
    async with app("mara").run_test(size=(120, 40), notifications=True) as pilot:
        assert "feedback overdue 2 d · 1:1 overdue 4 d" in line_with(pilot, "Ben Okafor  AE")
        sample_store.commit(GiveFeedback(to="ben", text="Both back!"), ANA)
        await until_shown(pilot, "Mara's feedback overdue 2 d · 1:1 overdue 4 d")


async def test_an_achieved_goal_is_celebrated_on_every_board(app: MakeApp, sample_store: FileStore) -> None:
    async with app("ben").run_test(size=(120, 40), notifications=True) as pilot:
        sample_store.commit(CheckInGoal(goal=RecordId("G13"), value=120), ANA)
        await until_shown(pilot, "★ ★ ★ Ana Ruiz achieved Discovery calls ★ ★ ★")


@pytest.mark.slow
async def test_the_file_may_go_break_and_come_back(app: MakeApp, sample_store: FileStore, tmp_path: Path) -> None:
    path = Path(sample_store.path)
    good = path.read_bytes()
    async with app().run_test(size=(120, 40), notifications=True) as pilot:
        view(pilot.app).select(RecordId("G12"))
        path.rename(tmp_path / "away")
        await until_shown(pilot, "▲ team.board.json is gone.")
        line_with(pilot, "▲ not live")
        line_with(pilot, "ARR Iberia")
        await pilot.press("u", *"900k", "ctrl+s")
        await until_shown(pilot, "What you typed is kept in this form")
        await pilot.press("escape", "escape")
        path.write_bytes(good[: len(good) // 2])
        await until_shown(pilot, "can't be read: it ends too early")
        line_with(pilot, "teamboard board doctor")
        path.write_bytes(re.sub(rb'"timezone":"[^"]*"', b'"timezone":"Mars"', good))
        await until_shown(pilot, "B1 does not fit and is set aside")
        path.write_bytes(re.sub(rb'("period":\{[^}]*)"starts":"[^"]*"', rb'\1"starts":"soon"', good))
        await until_shown(pilot, "can't be read: team 1 (line ")
        (tmp_path / "away").replace(path)
        await until_shown(pilot, "● live")
        await until_gone(pilot, "can't be read")
        sample_store.commit(CheckInGoal(goal=RecordId("G12"), value=300_000), ANA)
        await until_shown(pilot, "25 %")


async def test_a_commit_while_the_app_starts_is_not_missed(app: MakeApp, sample_store: FileStore) -> None:
    found = app()
    sample_store.commit(CheckInGoal(goal=RecordId("G12"), value=1_080_000), ANA)
    async with found.run_test(size=(120, 40), notifications=True) as pilot:
        await until_shown(pilot, "90 %")


@pytest.mark.slow
async def test_a_member_has_goals_skills_career_feedback_and_part(app: MakeApp) -> None:
    async with app().run_test(size=(120, 56), notifications=True) as pilot:
        board = view(pilot.app)
        board.select(RecordId("M2"))
        await pilot.press("enter")
        await until_shown(pilot, "Skills to build")
        for text in (
            "Results",
            "●●●○·  3, target 4, manager says 3",
            "▲ 1 → 3 on 31 Oct 2026",
            "Agreed, and open",
            "skills        ━━━━━━ 2         ━━━━━━━━━━━━ 4",
            "Lead the Iberia team",
            "coaching from mara about G13",
            "Part in the team's goals",
            "Depth is good.",
        ):
            line_with(pilot, text)
        await until(pilot, lambda: "38 %" in line_with(pilot, "T3  New ARR"))
        await pilot.press("down", "enter")
        await until_shown(pilot, "from 0 calls to 120 calls")
        assert isinstance(pilot.app.screen, BoardScreen)
        assert board.selected == "G13"


@pytest.mark.slow
async def test_the_member_screen_is_live_and_checks_in(app: MakeApp, sample_store: FileStore) -> None:
    async with app().run_test(size=(80, 24), notifications=True) as pilot:
        view(pilot.app).select(RecordId("M2"))
        await pilot.press("enter")
        await until_shown(pilot, "Results")
        assert isinstance(pilot.app.screen, MemberScreen)
        sample_store.commit(CheckInGoal(goal=RecordId("G12"), value=300_000), ANA)
        await until_shown(pilot, "25 %")
        await pilot.press("u")
        await until_shown(pilot, "€300,000 of €1,200,000")
        await pilot.press("escape", "escape")
        await until_shown(pilot, "New ARR")


@pytest.mark.slow
async def test_keys_and_palette(app: MakeApp) -> None:
    async with app().run_test(size=(120, 40), notifications=True) as pilot:
        await pilot.press("question_mark")
        await until_shown(pilot, "progress; ┃ is the pace")
        assert isinstance(pilot.app.screen, KeysScreen)
        await pilot.press("escape")
        await pilot.press("ctrl+p")
        await until_shown(pilot, "Say where the selected goal stands")
        await pilot.press(*"theme paper")
        await until_shown(pilot, "calm and light")
        await pilot.press("enter")
        await until(pilot, lambda: pilot.app.theme == "paper")
    again = app()
    assert again.theme == "paper"


@pytest.mark.slow
async def test_the_palette_finds_an_action_by_what_people_call_it(app: MakeApp) -> None:
    async with app().run_test(size=(120, 40), notifications=True) as pilot:
        await until_shown(pilot, "Ana Ruiz")
        for words, about in (
            ("quarter", "Carry, renew, drop or close"),
            ("progr", "Say where the selected goal stands"),
        ):
            await pilot.press("ctrl+p", *words)
            await until_shown(pilot, about)
            await pilot.press("escape")
        view(pilot.app).select(RecordId("G12"))
        await pilot.press("ctrl+p", *"Progr")
        await until_shown(pilot, "Say where the selected goal stands")
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, CheckInScreen))


@pytest.mark.slow
async def test_a_theme_file_that_is_saved_restyles_at_once(app: MakeApp) -> None:
    text = (resource_folder("themes") / "harbour.yaml").read_text(encoding="utf-8")
    THEMES.user_folder().mkdir(parents=True)
    path = THEMES.user_folder() / "harbour.yaml"
    path.write_text(text)
    async with app().run_test(size=(120, 40), notifications=True) as pilot:
        await until(pilot, lambda: any(w.name == "themes" and w.is_running for w in pilot.app.workers))
        await until(pilot, lambda: pilot.app.theme_variables["role-accent"].lower() == "#7fb0d8")

        def coloured(colour: str) -> bool:
            path.write_text(text.replace("#7fb0d8", colour))
            strips = painted_lines(pilot.app)
            return any(s.style and s.style.color and s.style.color.name == colour for strip in strips for s in strip)

        await until(pilot, lambda: coloured("#ff00ff"))
        path.write_text("name: [")
        await until_shown(pilot, "it is skipped")


async def test_no_color_is_honoured(app: MakeApp, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    found = app()
    assert found.no_color


async def test_an_empty_team(app: MakeApp, tmp_path: Path) -> None:
    store = FileStore(tmp_path / "empty.json")
    store.create(Maker().file(), MARA)
    async with app(None, store).run_test(size=(80, 24), notifications=True) as pilot:
        line_with(pilot, "nobody is on this board yet")
        await pilot.press("enter", "u", "j", "k", "s", "slash", "x", "escape")
        line_with(pilot, "looking on")


async def test_one_member_without_goals(app: MakeApp, tmp_path: Path) -> None:
    maker = small_maker()
    maker.do(AddMember(handle="eve", name="Eve Idle", manager="mara"))
    store = FileStore(tmp_path / "idle.json")
    store.create(maker.file(), MARA)
    async with app("eve", store).run_test(size=(80, 24), notifications=True) as pilot:
        line_with(pilot, "no goals yet")
        view(pilot.app).select(RecordId("M4"))
        await pilot.press("enter")
        await until_shown(pilot, "Eve Idle")
        await pilot.press("u")
        await until_shown(pilot, "Select a goal first")


@pytest.mark.slow
async def test_a_thousand_members(app: MakeApp, tmp_path: Path) -> None:
    store = FileStore(tmp_path / "big.json")
    store.create(make_board(1000, 4000), MARA)
    async with app("lead", store).run_test(size=(120, 40), notifications=True) as pilot:
        line_with(pilot, "Member 0")
        await pilot.press("end")
        await until_shown(pilot, "Member 999")
        await pilot.press("slash", *"member 512")
        await until_shown(pilot, "Member 512")
        await until_gone(pilot, "Member 999")


@pytest.mark.slow
@pytest.mark.parametrize("name", ["李小龍 王大明", "e\u0301lodie", "محمد بن سلمان", "[red]x[/]", "\x1b[31mx"])
async def test_any_name_is_shown_as_it_is_and_keeps_the_columns(app: MakeApp, tmp_path: Path, name: str) -> None:
    maker = small_maker()
    maker.do(AddMember(handle="eve", name=name, title=name, manager="mara"))
    maker.do(AddGoal(owner="eve", title=name, measure=Metric("", 0, 10)))
    maker.do(CheckInGoal(goal=RecordId("G3"), value=4, note=name, blocker=name), Actor("eve"))
    maker.do(GiveFeedback(to="eve", text=name, about=name), BEN)
    store = FileStore(tmp_path / "names.json")
    store.create(maker.file(), MARA)
    shown = "x" if "\x1b" in name else name
    async with app("eve", store).run_test(size=(120, 40), notifications=True) as pilot:
        await until_shown(pilot, shown)
        strips = painted_lines(pilot.app)
        assert {strip.cell_length for strip in strips} == {120}
        view(pilot.app).select(RecordId("G3"))
        await pilot.press("enter")
        await until_shown(pilot, "⚑")
        await pilot.press("escape")
        view(pilot.app).select(RecordId("M4"))
        await pilot.press("enter")
        await until_shown(pilot, "Feedback")
        await pilot.press("escape", "ctrl+p", *"member")
        await until_shown(pilot, f"Member: {shown}")
        await pilot.press("escape")
        assert "\x1b" not in "".join(screen_text(pilot))


async def test_resizing_keeps_the_selection_in_sight(app: MakeApp) -> None:
    async with app().run_test(size=(120, 40), notifications=True) as pilot:
        board = view(pilot.app)
        board.select(RecordId("G40"))
        for size in ((80, 24), (40, 10), (200, 60), (20, 5), (120, 40)):
            await pilot.resize_terminal(*size)
            await pilot.pause()
            assert len(screen_text(pilot)) == size[1]
        assert board.selected == "G40"
        line_with(pilot, "Shadow enterprise")


async def test_the_filter_line_takes_markup_as_text(app: MakeApp) -> None:
    async with app().run_test(size=(80, 24), notifications=True) as pilot:
        await pilot.press("slash")
        pilot.app.screen.query_one(FilterLine).value = "[/red] \x1b[31m" + os.sep
        await until_shown(pilot, "nothing fits this filter")
