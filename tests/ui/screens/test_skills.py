"""Skills, career and the pulse on the screen."""

from __future__ import annotations

import pytest
from textual.widgets import Checkbox, Input, Select, TextArea

from teamboard.actions.skills import PlanCareer, SetSkill, skill_of
from teamboard.domain.ids import RecordId
from teamboard.domain.records import Skill
from teamboard.store.file.store import FileStore
from teamboard.ui.screens.team.member import MemberScreen
from teamboard.ui.widgets.board_view import BoardView
from tests.conftest import ANA, MARA
from tests.helpers.screen import line_with, until, until_gone, until_shown
from tests.ui.conftest import MakeApp


def skill(store: FileStore, name: str) -> Skill | None:
    ana = store.load().member("ana")
    assert ana is not None
    return skill_of(ana, name)


@pytest.mark.slow
async def test_a_skill_is_raised_and_its_growth_shows(app: MakeApp, sample_store: FileStore) -> None:
    async with app("ana").run_test(size=(120, 40), notifications=True) as pilot:
        pilot.app.screen.query_one(BoardView).select(RecordId("M2"))
        await pilot.press("enter")
        await until_shown(pilot, "▲ 1 → 3 on 31 Oct 2026")
        await pilot.press("l", "1")
        await until_shown(pilot, "your own view")
        form = pilot.app.screen
        form.query_one("#skill", Select).value = "Negotiation"
        await until(pilot, lambda: form.query_one("#name", Input).value == "Negotiation")
        form.query_one("#level", Input).value = "9"
        await pilot.press("ctrl+s")
        await until_shown(pilot, "A level must be from 1 to 5.")
        form.query_one("#level", Input).value = "4"
        await pilot.press("ctrl+s")
        await until_shown(pilot, "▲ 1 → 3 → 4 on 22 Nov 2026")
        assert isinstance(pilot.app.screen, MemberScreen)
        found = skill(sample_store, "Negotiation")
        assert found is not None
        assert (found.level, found.manager, found.next) == (4, 3, "Closes two deals without a discount")


@pytest.mark.slow
async def test_a_manager_sees_it_otherwise_adds_and_takes_off(app: MakeApp, sample_store: FileStore) -> None:
    async with app("mara").run_test(size=(120, 40), notifications=True) as pilot:
        pilot.app.screen.query_one(BoardView).select(RecordId("M2"))
        await pilot.press("enter", "l", "1")
        await until_shown(pilot, "your view as the manager")
        form = pilot.app.screen
        form.query_one("#skill", Select).value = ""
        await until(pilot, lambda: form.query_one("#name", Input).value == "")
        form.query_one("#name", Input).value = "[b]Tenders[/b]"
        form.query_one("#level", Input).value = "2"
        form.query_one("#next", TextArea).text = "Wins one"
        await pilot.press("ctrl+s")
        await until_shown(pilot, "—, target 3, manager says 2")
        line_with(pilot, "[b]Tenders[/b]")
        pilot.app.clear_notifications()
        await pilot.press("l", "1")
        await until_shown(pilot, "your view as the manager")
        form = pilot.app.screen
        form.query_one("#skill", Select).value = "[b]Tenders[/b]"
        await until(pilot, lambda: form.query_one("#name", Input).value == "[b]Tenders[/b]")
        form.query_one("#drop", Checkbox).value = True
        await pilot.press("ctrl+s")
        await until_gone(pilot, "—, target 3")
        assert skill(sample_store, "[b]Tenders[/b]") is None


@pytest.mark.slow
async def test_who_was_faster_is_shown_and_not_overwritten(app: MakeApp, sample_store: FileStore) -> None:
    async with app("ana").run_test(size=(120, 40), notifications=True) as pilot:
        pilot.app.screen.query_one(BoardView).select(RecordId("M2"))
        await pilot.press("enter", "l", "1")
        await until_shown(pilot, "your own view")
        sample_store.commit(SetSkill(member="ana", name="Discovery", level=5), MARA)
        pilot.app.screen.query_one("#level", Input).value = "3"
        await pilot.press("ctrl+s")
        await until_shown(pilot, "was changed while you typed")
        await until_shown(pilot, "manager says 5")
        assert skill(sample_store, "Discovery").level == 4  # type: ignore[union-attr]
        await pilot.press("ctrl+s")
        await until(pilot, lambda: skill(sample_store, "Discovery").level == 3)  # type: ignore[union-attr]
        assert skill(sample_store, "Discovery").manager == 5  # type: ignore[union-attr]


@pytest.mark.slow
async def test_a_career_is_planned(app: MakeApp, sample_store: FileStore) -> None:
    async with app("ana").run_test(size=(120, 40), notifications=True) as pilot:
        pilot.app.screen.query_one(BoardView).select(RecordId("M2"))
        await pilot.press("enter", "l", "2")
        await until_shown(pilot, "Career of Ana Ruiz")
        pilot.app.screen.query_one("#next", TextArea).text = "Run two deal reviews"
        sample_store.commit(PlanCareer(member="ana", next_step="Mentor two"), ANA)
        await pilot.press("ctrl+s")
        await until_shown(pilot, "was changed while you typed")
        await until_shown(pilot, "Mentor two")
        await pilot.press("ctrl+s")
        await until_shown(pilot, "next: Run two deal reviews")


async def test_a_colleague_may_not(app: MakeApp) -> None:
    async with app("ben").run_test(size=(80, 24), notifications=True) as pilot:
        pilot.app.screen.query_one(BoardView).select(RecordId("M2"))
        await pilot.press("enter", "l", "1")
        await until_shown(pilot, "may set a skill here")
        await pilot.press("l", "2")
        await until_shown(pilot, "may plan a career here")


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_the_pulse_is_live(app: MakeApp, sample_store: FileStore, size: tuple[int, int]) -> None:
    from teamboard.actions.feedback import GiveFeedback

    async with app("ben").run_test(size=size, notifications=True) as pilot:
        await pilot.press("P")
        await until_shown(pilot, "33 pieces of feedback since 1 Oct")
        await until_shown(pilot, "16 Nov")
        sample_store.commit(GiveFeedback(to="ana", text="More"), MARA)
        await until_shown(pilot, "34 pieces of feedback")
        assert "20" in line_with(pilot, "Mara Lind    ")
        await pilot.press("left_square_bracket")
        await until_shown(pilot, "33 pieces of feedback")
