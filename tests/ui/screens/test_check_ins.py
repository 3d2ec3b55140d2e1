"""The check-in form: quick when all is well, and nothing typed is lost when it is not."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from textual.widgets import Checkbox, Input, SelectionList, TextArea

from teamboard.actions.base import Actor
from teamboard.actions.check_ins import CheckInGoal
from teamboard.domain.ids import RecordId
from teamboard.store.file.store import FileStore
from teamboard.ui.screens.board.board import BoardScreen
from teamboard.ui.screens.check_ins.check_in import CheckInScreen
from teamboard.ui.widgets.board_view import BoardView
from tests.conftest import ANA, MARA
from tests.helpers.screen import line_with, screen_text, until, until_shown
from tests.ui.conftest import MakeApp


def select(pilot_app: object, record_id: str) -> None:
    assert pilot_app.screen.query_one(BoardView).select(record_id)  # type: ignore[attr-defined]


@pytest.mark.slow
@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_a_rep_checks_in(app: MakeApp, sample_store: FileStore, size: tuple[int, int]) -> None:
    async with app().run_test(size=size, notifications=True) as pilot:
        select(pilot.app, "G12")
        await pilot.press("u")
        await until_shown(pilot, "€812,000 of €1,200,000 · 2 d ago · confidence 8")
        await pilot.press(*"900k", "tab", "9", "tab", *"Two hotels", "tab", *"Third one", "tab", *"Legal", "enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, BoardScreen))
        await until_shown(pilot, "G12 ARR Iberia: €812,000 →")
        assert "75 %" in line_with(pilot, "G12")
        last = sample_store.load().last_checkin(RecordId("G12"))
        assert last is not None
        assert (last.by, last.value, last.confidence, last.note, last.next_step, last.blocker) == (
            "ana",
            900_000,
            9,
            "Two hotels",
            "Third one",
            "Legal",
        )


@pytest.mark.slow
@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_a_late_check_in_says_its_day(app: MakeApp, sample_store: FileStore, size: tuple[int, int]) -> None:
    async with app().run_test(size=size, notifications=True) as pilot:
        select(pilot.app, "G12")
        await pilot.press("u")
        await until_shown(pilot, "today; if it is late, today-2 or 2026-12-31")
        # Up from the first field is the last one.
        await pilot.press(*"750k", "shift+tab", *"today+1", "enter")
        await until_shown(pilot, "can't be about a day in the future, 2026-11-23")
        await pilot.press(*["backspace"] * 2, *"-4", "enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, BoardScreen))
    checkins = sample_store.load().checkins_of(RecordId("G12"))
    assert [c.value for c in checkins[-2:]] == [750_000, 812_000]
    assert checkins[-2].on == date(2026, 11, 18)


@pytest.mark.slow
async def test_a_call_is_typed_and_stays_until_there_is_another(app: MakeApp, sample_store: FileStore) -> None:
    async with app("ines").run_test(size=(80, 24), notifications=True) as pilot:
        select(pilot.app, "G19")
        await pilot.press("u")
        await until_shown(pilot, "what you expect to reach by the due day")
        # Up from the first field are day, best case and call.
        await pilot.press("shift+tab", "shift+tab", *"190k", "shift+tab", *"200k", "enter")
        await until_shown(pilot, "The best case, €190,000, is below the call, €200,000")
        await pilot.press("tab", *["backspace"] * 4, *"220k", "enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, BoardScreen))
        await pilot.press("u")
        await until_shown(pilot, "empty keeps €200,000")
        line_with(pilot, "empty keeps €220,000")
        await pilot.press("escape")
    last = sample_store.load().last_checkin(RecordId("G19"))
    assert last is not None
    assert (last.value, last.call, last.best) == (139_000, 200_000, 220_000)


@pytest.mark.slow
async def test_milestones_are_ticked(app: MakeApp, sample_store: FileStore) -> None:
    async with app().run_test(size=(80, 24), notifications=True) as pilot:
        select(pilot.app, "G15")
        await pilot.press("u")
        await until(pilot, lambda: isinstance(pilot.app.screen, CheckInScreen))
        assert isinstance(pilot.app.focused, SelectionList)
        await pilot.press("down", "down", "space", "ctrl+s")
        await until(pilot, lambda: isinstance(pilot.app.screen, BoardScreen))
        last = sample_store.load().last_checkin(RecordId("G15"))
        assert last is not None
        assert last.done == ("Workshop", "Plan the give-and-get for Acme", "Two deals without a discount")


@pytest.mark.slow
async def test_done_or_not_is_one_box(app: MakeApp, sample_store: FileStore) -> None:
    async with app("pau").run_test(size=(80, 24), notifications=True) as pilot:
        select(pilot.app, "G17")
        await pilot.press("u")
        await until(pilot, lambda: isinstance(pilot.app.focused, Checkbox))
        await pilot.press("space", "ctrl+s")
        await until_shown(pilot, "Pau Ferrer achieved")
        last = sample_store.load().last_checkin(RecordId("G17"))
        assert last is not None
        assert last.value == 1


@pytest.mark.slow
@pytest.mark.parametrize(
    ("keys", "says"),
    [(["l", "o", "t", "s"], "'lots' is not a number"), (["1", "tab", "9", "9"], "from 0 to 10")],
)
async def test_what_makes_no_sense_stays_in_the_form(
    app: MakeApp, sample_store: FileStore, keys: list[str], says: str
) -> None:
    before = sample_store.load().revision
    async with app().run_test(size=(120, 40), notifications=True) as pilot:
        select(pilot.app, "G12")
        await pilot.press("u")
        await until(pilot, lambda: isinstance(pilot.app.screen, CheckInScreen))
        await pilot.press(*keys, "enter")
        await until_shown(pilot, says)
        typed = [field.value for field in pilot.app.screen.query(Input)]
        assert "".join(k for k in keys if k != "tab") in "".join(typed)
        assert sample_store.load().revision == before


async def test_pasted_nonsense_is_kept_as_text(app: MakeApp, sample_store: FileStore) -> None:
    nonsense = "[bold]x[/bold]\n\nline 3 \x1b[31mred\x1b[0m =1+1 \u202e"
    async with app().run_test(size=(80, 24), notifications=True) as pilot:
        select(pilot.app, "G12")
        await pilot.press("u")
        await until(pilot, lambda: isinstance(pilot.app.screen, CheckInScreen))
        pilot.app.screen.query_one(TextArea).text = nonsense
        await pilot.press("ctrl+s")
        await until(pilot, lambda: isinstance(pilot.app.screen, BoardScreen))
    last = sample_store.load().last_checkin(RecordId("G12"))
    assert last is not None
    assert last.note == "[bold]x[/bold]\n\nline 3 red =1+1"


@pytest.mark.slow
@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_who_was_faster_is_shown_and_nothing_overwritten(
    app: MakeApp, sample_store: FileStore, size: tuple[int, int]
) -> None:
    async with app().run_test(size=size, notifications=True) as pilot:
        select(pilot.app, "G12")
        await pilot.press("u")
        await until(pilot, lambda: isinstance(pilot.app.screen, CheckInScreen))
        await pilot.press(*"900k")
        sample_store.commit(CheckInGoal(goal=RecordId("G12"), value=850_000, note="from the office"), MARA)
        await pilot.press("enter")
        await until_shown(pilot, "mara checked in on G12 while you were typing.")
        line_with(pilot, "theirs  €850,000: from the office")
        line_with(pilot, "yours   900k")
        assert pilot.app.screen.query_one("#value", Input).value == "900k"
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, BoardScreen))
    values = [c.value for c in sample_store.load().checkins_of(RecordId("G12"))][-2:]
    assert values == [850_000, 900_000]


@pytest.mark.slow
async def test_two_apps_on_one_file(app: MakeApp, sample_store: FileStore) -> None:
    async with (
        app("ana").run_test(size=(120, 40), notifications=True) as hers,
        app("mara").run_test(size=(120, 40), notifications=True) as mine,
    ):
        select(hers.app, "G12")
        await hers.press("u")
        await until(hers, lambda: isinstance(hers.app.screen, CheckInScreen))
        await hers.press(*"900k", "enter")
        await until(mine, lambda: "75 %" in line_with(mine, "G12"))
        select(mine.app, "G12")
        await mine.press("u")
        await until(mine, lambda: isinstance(mine.app.screen, CheckInScreen))
        await mine.press(*"+60k", "enter")
        await until(hers, lambda: "80 %" in line_with(hers, "G12"))
    assert [c.by for c in sample_store.load().checkins_of(RecordId("G12"))][-2:] == ["ana", "mara"]


@pytest.mark.parametrize(
    ("member", "goal", "says"),
    [
        ("ben", "G12", "Only Mara Lind (mara) or Ana Ruiz (ana)"),
        (None, "G12", "does not know you"),
        ("mara", "T3", "adds up"),
    ],
)
async def test_who_may_not_is_told_before_typing(app: MakeApp, member: str | None, goal: str, says: str) -> None:
    async with app(member).run_test(size=(120, 40), notifications=True) as pilot:
        select(pilot.app, goal)
        await pilot.press("u")
        await until(pilot, lambda: says in " ".join(" ".join(screen_text(pilot)).replace("▌", " ").split()))
        assert isinstance(pilot.app.screen, BoardScreen)


@pytest.mark.slow
async def test_rights_are_checked_inside_the_commit(app: MakeApp, sample_store: FileStore) -> None:
    """A form opened by somebody who may, saved by an app that acts for somebody who may not."""
    found = app()
    async with found.run_test(size=(120, 40), notifications=True) as pilot:
        select(pilot.app, "G12")
        await pilot.press("u")
        await until(pilot, lambda: isinstance(pilot.app.screen, CheckInScreen))
        found.actor = Actor("ben")
        await pilot.press(*"5", "enter")
        await until_shown(pilot, "Only Mara Lind")
    assert sample_store.load().last_checkin(RecordId("G12")).value == 812_000  # type: ignore[union-attr]


@pytest.mark.slow
async def test_escape_asks_before_it_throws_away(app: MakeApp) -> None:
    async with app().run_test(size=(120, 40), notifications=True) as pilot:
        select(pilot.app, "G12")
        await pilot.press("u")
        await until(pilot, lambda: isinstance(pilot.app.screen, CheckInScreen))
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(pilot.app.screen, BoardScreen))
        await pilot.press("u")
        await until(pilot, lambda: isinstance(pilot.app.screen, CheckInScreen))
        await pilot.press("5", "escape")
        await until_shown(pilot, "Press Esc again")
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(pilot.app.screen, BoardScreen))


@pytest.mark.slow
async def test_a_board_that_cannot_be_written_keeps_the_form(app: MakeApp, sample_store: FileStore) -> None:
    async with app().run_test(size=(120, 40), notifications=True) as pilot:
        select(pilot.app, "G12")
        await pilot.press("u")
        await until(pilot, lambda: isinstance(pilot.app.screen, CheckInScreen))
        await pilot.press(*"900k")
        good = Path(sample_store.path).read_bytes()
        Path(sample_store.path).write_bytes(good[:500])
        await pilot.press("enter")
        await until_shown(pilot, "can't be read")
        assert pilot.app.screen.query_one("#value", Input).value == "900k"
        Path(sample_store.path).write_bytes(good)
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, BoardScreen))
    last = sample_store.load().last_checkin(RecordId("G12"))
    assert last is not None
    assert (last.value, last.by) == (900_000, ANA.member)


async def test_a_form_is_saved_when_the_file_is_back(app: MakeApp, sample_store: FileStore, tmp_path: Path) -> None:
    path = Path(sample_store.path)
    async with app().run_test(size=(120, 40), notifications=True) as pilot:
        select(pilot.app, "G12")
        path.rename(tmp_path / "away")
        await pilot.press("u", *"900k", "ctrl+s")
        await until_shown(pilot, "team.board.json is gone. What you typed is kept in this form: save it")
        assert not any("init" in line for line in screen_text(pilot))
        (tmp_path / "away").rename(path)
        await pilot.press("ctrl+s")
        await until(pilot, lambda: isinstance(pilot.app.screen, BoardScreen))
        last = sample_store.load().last_checkin(RecordId("G12"))
        assert last is not None
        assert last.value == 900_000


async def test_a_toast_covers_neither_the_fields_of_a_form_nor_its_message(app: MakeApp) -> None:
    async with app().run_test(size=(80, 24), notifications=True) as pilot:
        select(pilot.app, "G12")
        await pilot.press("u", *"900k", "enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, BoardScreen))
        await pilot.press("u", *"soon", "enter")
        await until_shown(pilot, "'soon' is not a number; write 812000, 812.5, 812k or 1.2M.")
        # The toast of the first check-in is still there, and as long a one as there may be.
        line_with(pilot, "▌  G12 ARR Iberia: €812,000 → €900,000")
        pilot.app.notify("A long text. " * 30, markup=False)
        await until_shown(pilot, "A long text.")
        lines = screen_text(pilot)
        for field in (
            "now           soon",
            "confidence    0 to 10",
            "note",
            "help wanted   what is in the way?",
            "'soon' is",
        ):
            assert any(f"  {field}" in line for line in lines), field


async def test_a_number_that_can_be_read_in_two_ways_is_not_saved(app: MakeApp, sample_store: FileStore) -> None:
    revision = sample_store.load().revision
    both = "can be read as 400 000 or as 400: write one of these"
    async with app().run_test(size=(100, 40), notifications=True) as pilot:
        select(pilot.app, "G12")
        await pilot.press("u", *"400.000", "enter")
        await until_shown(pilot, f"'400.000' {both}")
        await pilot.press("escape", "escape")
        await until(pilot, lambda: isinstance(pilot.app.screen, BoardScreen))
    assert sample_store.load().revision == revision


async def test_a_value_far_past_the_target_is_saved_when_it_is_entered_again(
    app: MakeApp, sample_store: FileStore
) -> None:
    async with app().run_test(size=(100, 40), notifications=True) as pilot:
        select(pilot.app, "G12")
        await pilot.press("u", *"9M", "enter")
        await until_shown(pilot, "G12: €9,000,000 is past twice the target; the target is €1,200,000.")
        await until_shown(pilot, "Save again if it is right.")
        await pilot.press("backspace", "k", "enter")
        await until_shown(pilot, "G12: that takes the value back from €812,000 to €9,000")
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, BoardScreen))
    last = sample_store.load().last_checkin(RecordId("G12"))
    assert last is not None
    assert last.value == 9_000
