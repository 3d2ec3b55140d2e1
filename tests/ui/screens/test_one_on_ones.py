"""A one-on-one on the screen: both write, each sees the other's words, and what was agreed stays open."""

from __future__ import annotations

import pytest
from textual.widgets import Input, Select

from teamboard.actions.one_on_ones import NewTopic, WriteOneOnOne
from teamboard.domain.ids import RecordId
from teamboard.domain.one_on_ones import last_held_one_on_one, next_one_on_one, open_actions
from teamboard.store.file.store import FileStore
from teamboard.ui.screens.form import FormScreen
from teamboard.ui.screens.one_on_ones.one_on_one import OneOnOneScreen
from teamboard.ui.widgets.board_view import BoardView
from tests.conftest import ANA, MARA, TODAY
from tests.helpers.screen import line_with, screen_text, until, until_gone, until_shown
from tests.ui.conftest import MakeApp


@pytest.mark.slow
@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_both_write_and_see_each_other(app: MakeApp, sample_store: FileStore, size: tuple[int, int]) -> None:
    async with app("ana").run_test(size=size, notifications=True) as pilot:
        pilot.app.screen.query_one(BoardView).select(RecordId("G13"))
        await pilot.press("o")
        await until_shown(pilot, "One-on-one of Ana Ruiz and Mara Lind")
        line_with(pilot, "nothing yet")
        await pilot.press("t", *"The [b]board[/b] date")
        await pilot.press("ctrl+s")
        await until_shown(pilot, "The [b]board[/b] date")
        assert isinstance(pilot.app.screen, OneOnOneScreen)
        topic = (NewTopic("career", "Leading Iberia"),)
        sample_store.commit(WriteOneOnOne(member="ana", topics=topic, note="Bring the plan"), MARA)
        await until_shown(pilot, "career        Leading Iberia")
        await until_shown(pilot, "Bring the plan")
        assert not any("nothing yet" in line for line in screen_text(pilot))


@pytest.mark.slow
async def test_what_is_agreed_is_open_until_it_is_done(app: MakeApp, sample_store: FileStore) -> None:
    async with app("mara").run_test(size=(120, 40), notifications=True) as pilot:
        pilot.app.screen.query_one(BoardView).select(RecordId("M2"))
        await pilot.press("o")
        await until_shown(pilot, "Open from before")
        await pilot.press("c", *"Call Legal", "tab", "tab", *"soon", "ctrl+s")
        await until_shown(pilot, "'soon' is not a date")
        pilot.app.screen.query_one("#due", Input).value = "today+2"
        await pilot.press("ctrl+s")
        await until_shown(pilot, "by 24 Nov")
        (mine,) = [p for p in open_actions(sample_store.load(), "ana") if p.action.text == "Call Legal"]
        pilot.app.screen.query_one(BoardView).select(RecordId(mine.id))
        await pilot.press("x")
        await until_shown(pilot, "☑")
        await until_shown(pilot, "done 22 Nov")
        await pilot.press("x")
        await until_gone(pilot, "done 22 Nov")
        pilot.app.screen.query_one(BoardView).select(RecordId("#0"))
        await pilot.press("x")
        await until_gone(pilot, "fifty a month")


@pytest.mark.slow
async def test_a_talk_is_held_and_the_member_is_asked(app: MakeApp, sample_store: FileStore) -> None:
    async with app("mara").run_test(size=(120, 40), notifications=True) as pilot:
        pilot.app.screen.query_one(BoardView).select(RecordId("M5"))
        await pilot.press("o", "t")
        await until_shown(pilot, "A topic for the one-on-one")
        pilot.app.screen.query_one("#template", Select).value = "regular"
        await pilot.press("ctrl+s")
        await until_shown(pilot, "Where are you stuck, and")
        await pilot.press("w")
        await until_shown(pilot, "held on Sun 22 Nov")
        await pilot.press("n", *"Tender course first", "ctrl+s")
        await until_shown(pilot, "Tender course first")
        await pilot.press("4")
        await pilot.pause()
        assert last_held_one_on_one(sample_store.load(), "ben").useful is None  # type: ignore[union-attr]
    async with app("ben").run_test(size=(120, 40), notifications=True) as pilot:
        await pilot.press("o")
        await until_shown(pilot, "How useful was the one-on-one of 22 Nov")
        await pilot.press("4")
        await until_shown(pilot, "4 of 5: thank you.")
        await until_gone(pilot, "How useful")
        held = last_held_one_on_one(sample_store.load(), "ben")
        assert held is not None
        assert (held.useful, held.held, held.notes[-1].text) == (4, TODAY, "Tender course first")


@pytest.mark.slow
async def test_the_day_is_set(app: MakeApp, sample_store: FileStore) -> None:
    async with app("ben").run_test(size=(80, 24), notifications=True) as pilot:
        await pilot.press("o", "e")
        await until_shown(pilot, "When do you meet?")
        await pilot.press(*"today+4", "enter")
        await until_shown(pilot, "Thu 26 Nov, in 4 d")
        assert next_one_on_one(sample_store.load(), "ben").on.day == 26  # type: ignore[union-attr]
        # On another line `e` has nothing to change.
        sample_store.commit(WriteOneOnOne(member="ben", topics=(NewTopic("career", "Leading"),)), MARA)
        await until_shown(pilot, "Leading")
        await until_shown(pilot, "e Day")
        pilot.app.screen.query_one(BoardView).select(RecordId("#0"))
        await until(pilot, lambda: not any("e Day" in line for line in screen_text(pilot)))
        await pilot.press("e")
        await pilot.pause()
        assert isinstance(pilot.app.screen, OneOnOneScreen)


@pytest.mark.slow
async def test_others_read_and_do_not_write(app: MakeApp, sample_store: FileStore) -> None:
    before = sample_store.load().revision
    async with app("chi").run_test(size=(120, 40), notifications=True) as pilot:
        pilot.app.screen.query_one(BoardView).select(RecordId("M2"))
        await pilot.press("o")
        await until_shown(pilot, "Two hotels in place of Iberdrola.")
        assert not any("t Topic" in line for line in screen_text(pilot))
        await pilot.press("t", "n", "c", "x", "w", "e", "5")
        await pilot.pause()
        assert not isinstance(pilot.app.screen, FormScreen)
        assert sample_store.load().revision == before
        await pilot.press("left_square_bracket")
        await until_shown(pilot, "read-only")


async def test_somebody_who_reports_to_nobody_has_none(app: MakeApp) -> None:
    async with app("mara").run_test(size=(80, 24), notifications=True) as pilot:
        pilot.app.screen.query_one(BoardView).select(RecordId("M1"))
        await pilot.press("o")
        await until_shown(pilot, "Select a member who has a manager")


@pytest.mark.slow
async def test_a_faster_hand_is_not_lost(app: MakeApp, sample_store: FileStore) -> None:
    async with app("ana").run_test(size=(120, 40), notifications=True) as pilot:
        await pilot.press("o", "w")
        await until_shown(pilot, "held on")
        # The talk that was held just now has an end: once more is refused in one line.
        await pilot.press("w")
        await until_shown(pilot, "is on the board already")
        sample_store.commit(WriteOneOnOne(member="ana", note="One more word"), ANA)
        await until_shown(pilot, "One more word")
