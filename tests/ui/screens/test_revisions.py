"""Revising and answering on the screen; two apps on one file, and nothing is overwritten unseen."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from textual.pilot import Pilot
from textual.widgets import Checkbox, Input, Select, TextArea

from teamboard.actions.goal_changes.edits import EditGoal
from teamboard.actions.revision_responses import AgreeToRevision
from teamboard.actions.revisions import ReviseGoal
from teamboard.domain.ids import RecordId
from teamboard.domain.records import GoalRevision, Metric
from teamboard.store.file.store import FileStore
from teamboard.ui.app import BoardApp
from teamboard.ui.screens.board.board import BoardScreen
from teamboard.ui.screens.revisions.revise import ReviseScreen
from teamboard.ui.screens.revisions.revision_review import RevisionReviewScreen
from teamboard.ui.widgets.board_view import BoardView
from tests.conftest import ANA, MARA, NOW, TODAY
from tests.helpers.screen import line_with, screen_text, until, until_gone, until_shown
from tests.ui.conftest import MakeApp

LOWER = ReviseGoal(
    goal=RecordId("G12"), reason="territory", why="Portugal went [red]to[/] the partners", target=1_000_000
)


def revision(store: FileStore, revision_id: RecordId) -> GoalRevision:
    found = store.load().get(revision_id)
    assert isinstance(found, GoalRevision)
    return found


async def opened(pilot: Pilot[None], goal_id: RecordId, screen: type) -> None:
    """Press v on a goal and wait for what it opens."""
    assert isinstance(pilot.app, BoardApp)
    pilot.app.screen.query_one(BoardView).select(RecordId(goal_id))
    await pilot.press("v")
    await until(pilot, lambda: isinstance(pilot.app.screen, screen))


async def filled(pilot: Pilot[None], target: str, why: str = "Kestrel [b]again[/]") -> None:
    """Fill the revision form and save it."""
    screen = pilot.app.screen
    await until(pilot, lambda: bool(screen.query("#why")))
    screen.query_one("#target", Input).value = target
    screen.query_one("#reason", Select).value = "new-competitor"
    screen.query_one("#why", TextArea).text = why
    await pilot.press("ctrl+s")


@pytest.mark.slow
@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_the_form_shows_what_it_does_before_anyone_says_yes(
    app: MakeApp, sample_store: FileStore, size: tuple[int, int]
) -> None:
    async with app("ana").run_test(size=size, notifications=True) as pilot:
        await opened(pilot, RecordId("G12"), ReviseScreen)
        await until_shown(pilot, "holds when the other of the two agrees")
        await pilot.press(*"900k")
        await until_shown(pilot, "€900,000")
        await until(pilot, lambda: "68 %" in line_with(pilot, "progress") and "90 %" in line_with(pilot, "progress"))
        await pilot.press(*"x")
        await until_shown(pilot, "not a number")
        await pilot.press("backspace", "ctrl+s")
        await until_shown(pilot, "Choose a reason")
        assert not sample_store.load().revisions_of(RecordId("G12"))
        pilot.app.screen.query_one("#reason", Select).value = "market"
        await pilot.press("ctrl+s")
        await until_shown(pilot, "Tell the story")
        await filled(pilot, "900k")
        await until(pilot, lambda: isinstance(pilot.app.screen, BoardScreen))
        found = revision(sample_store, RecordId("V7"))
        assert (found.state, found.by, found.why) == ("proposed", "ana", "Kestrel [b]again[/]")
        await until(pilot, lambda: "⟳" in line_with(pilot, "ARR Iberia"))


@pytest.mark.slow
async def test_what_was_typed_is_not_thrown_away_by_one_escape(app: MakeApp) -> None:
    async with app("ana").run_test(size=(100, 30), notifications=True) as pilot:
        await opened(pilot, RecordId("G12"), ReviseScreen)
        await pilot.press(*"900k", "escape")
        await until_shown(pilot, "Press Esc again")
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(pilot.app.screen, BoardScreen))


@pytest.mark.slow
async def test_a_target_that_can_be_read_in_two_ways_is_not_proposed(app: MakeApp, sample_store: FileStore) -> None:
    async with app().run_test(size=(120, 40), notifications=True) as pilot:
        await opened(pilot, RecordId("G12"), ReviseScreen)
        await filled(pilot, "900.000")
        await until_shown(pilot, "'900.000' can be read as 900 000 or as 900: write one of these")
    assert sample_store.load().revisions_of(RecordId("G12")) == ()


@pytest.mark.slow
async def test_the_other_one_sees_it_waits_and_agrees(app: MakeApp, sample_store: FileStore) -> None:
    async with app("mara").run_test(size=(120, 40), notifications=True) as pilot:
        await until_shown(pilot, "⟳ 1 for you")
        sample_store.commit(LOWER, ANA)
        await until_shown(pilot, "⟳ 2 for you")
        await opened(pilot, RecordId("G12"), RevisionReviewScreen)
        await until_shown(pilot, "Portugal went [red]to[/] the partners")
        for piece in ("€1,200,000", "€1,000,000", "68 %", "81 %", "territory or role", "a Agree", "d Decline"):
            assert any(piece in line for line in screen_text(pilot)), piece
        assert not any("d Withdraw" in line for line in screen_text(pilot))
        await pilot.press("a")
        await until(pilot, lambda: isinstance(pilot.app.screen, BoardScreen))
        await until(pilot, lambda: "81 %" in line_with(pilot, "ARR Iberia"))
        await until_shown(pilot, "⟳ 1 for you")
    assert revision(sample_store, RecordId("V7")).state == "agreed"


async def test_a_no_goes_with_a_word(app: MakeApp, sample_store: FileStore) -> None:
    async with app("mara").run_test(size=(120, 40), notifications=True) as pilot:
        await opened(pilot, RecordId("G23"), RevisionReviewScreen)
        await pilot.press("d", "enter")
        await until_shown(pilot, "A word on why is missing")
        await pilot.press(*"not yet", "enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, BoardScreen))
    found = revision(sample_store, RecordId("V6"))
    assert (found.state, found.word) == ("declined", "not yet")


@pytest.mark.slow
async def test_ones_own_is_withdrawn_and_others_only_look(app: MakeApp, sample_store: FileStore) -> None:
    async with app("ana").run_test(size=(120, 40), notifications=True) as pilot:
        await opened(pilot, RecordId("G23"), RevisionReviewScreen)
        await until_shown(pilot, "Oslo")
        assert not any(key in line for line in screen_text(pilot) for key in ("a Agree", "d Withdraw"))
        await pilot.press("a", "d", "escape")
        await until(pilot, lambda: isinstance(pilot.app.screen, BoardScreen))
    async with app("ben").run_test(size=(120, 40), notifications=True) as pilot:
        await opened(pilot, RecordId("G23"), RevisionReviewScreen)
        await until_shown(pilot, "d Withdraw")
        await pilot.press("d")
        await until(pilot, lambda: isinstance(pilot.app.screen, BoardScreen))
    assert revision(sample_store, RecordId("V6")).state == "withdrawn"


@pytest.mark.slow
async def test_a_team_goal_is_acknowledged_or_answered_by_realigning(app: MakeApp, sample_store: FileStore) -> None:
    async with app("dana").run_test(size=(120, 40), notifications=True) as pilot:
        await until(pilot, lambda: "⟳ 2" in line_with(pilot, "Win back accounts"))
        await opened(pilot, RecordId("T4"), RevisionReviewScreen)
        await until_shown(pilot, "a Acknowledge")
        await pilot.press("a")
        await until(pilot, lambda: "⟳ 1" in line_with(pilot, "Win back accounts"))
    async with app("ines").run_test(size=(120, 40), notifications=True) as pilot:
        await opened(pilot, RecordId("T4"), RevisionReviewScreen)
        await until_shown(pilot, "m Realign")
        await pilot.press("m")
        await until_shown(pilot, "Move G21")
        pilot.app.screen.query_one("#share-T4", Input).value = ""
        await until_shown(pilot, "aligned to no team goal")
        await pilot.press("ctrl+s")
        await until(pilot, lambda: isinstance(pilot.app.screen, BoardScreen))
        await until(pilot, lambda: "⟳" not in line_with(pilot, "Win back accounts"))
    assert revision(sample_store, RecordId("V4")).acknowledged == ("ana", "ben", "dana", "ines")


async def test_who_may_not_is_told_who_may(app: MakeApp) -> None:
    async with app("pau").run_test(size=(120, 40), notifications=True) as pilot:
        for goal_id, who in (("G12", "or Ana Ruiz (ana)"), ("T3", "Only Mara Lind (mara)")):
            pilot.app.screen.query_one(BoardView).select(RecordId(goal_id))
            await pilot.press("v")
            await until_shown(pilot, who)


@pytest.mark.slow
async def test_two_apps_on_one_file_the_slower_one_sees_both_and_chooses(app: MakeApp, sample_store: FileStore) -> None:
    """Ana and Mara revise one goal at once: Mara, the slower, sees both, and puts hers in Ana's place."""
    hers, his = app("ana"), app("mara")
    async with hers.run_test(size=(120, 40)) as ana:
        async with his.run_test(size=(120, 40)) as mara:
            await asyncio.gather(
                opened(ana, RecordId("G12"), ReviseScreen), opened(mara, RecordId("G12"), ReviseScreen)
            )
            await filled(ana, "900k", "Portugal is gone")
            await until(ana, lambda: isinstance(ana.app.screen, BoardScreen))
            await filled(mara, "1.1M", "Half of it")
            await until_shown(mara, "ana has proposed V7 for G12")
            assert "theirs  target €1,200,000 → €900,000: Portugal is gone" in line_with(mara, "theirs")
            assert "yours   target €1,200,000 → €1,100,000" in line_with(mara, "yours")
            assert [v.id for v in sample_store.load().revisions_of(RecordId("G12"))] == ["V7"]
            assert mara.app.screen.query_one("#why", TextArea).text == "Half of it"
            await mara.press("ctrl+s")
            await until(mara, lambda: isinstance(mara.app.screen, BoardScreen))
        await until_shown(ana, "⟳ 1 for you")
    assert (revision(sample_store, RecordId("V7")).state, revision(sample_store, RecordId("V7")).word) == (
        "declined",
        "V8 instead",
    )
    assert (revision(sample_store, RecordId("V8")).state, revision(sample_store, RecordId("V8")).by) == (
        "proposed",
        "mara",
    )


@pytest.mark.slow
async def test_two_apps_revise_a_team_goal_and_escape_keeps_theirs(app: MakeApp, sample_store: FileStore) -> None:
    async with app("mara").run_test(size=(120, 40)) as pilot:
        await opened(pilot, RecordId("T3"), ReviseScreen)
        other = ReviseGoal(goal=RecordId("T3"), reason="market", why="It shrinks", target=3_500_000)
        sample_store.commit(other, MARA)
        await filled(pilot, "4M")
        await until_shown(pilot, "mara revised T3 (V7) while you were typing")
        line_with(pilot, "theirs  target €4,200,000 → €3,500,000: It shrinks")
        line_with(pilot, "yours   target €3,500,000 → €4,000,000")
        await pilot.press("escape", "escape")
        await until(pilot, lambda: isinstance(pilot.app.screen, BoardScreen))
    goal = sample_store.load().goal(RecordId("T3"))
    assert goal is not None
    assert isinstance(goal.measure, Metric)
    assert goal.measure.target == 3_500_000


@pytest.mark.slow
async def test_a_counter_proposal_takes_the_place_of_what_was_proposed(app: MakeApp, sample_store: FileStore) -> None:
    async with app("mara").run_test(size=(120, 40)) as pilot:
        await opened(pilot, RecordId("G23"), RevisionReviewScreen)
        await pilot.press("v")
        await until(pilot, lambda: isinstance(pilot.app.screen, ReviseScreen))
        await filled(pilot, "800k")
        await until(pilot, lambda: isinstance(pilot.app.screen, BoardScreen))
    assert revision(sample_store, RecordId("V6")).state == "declined"
    assert revision(sample_store, RecordId("V7")).state == "proposed"


async def test_the_detail_has_a_time_line_and_the_chart_the_steps(app: MakeApp, sample_store: FileStore) -> None:
    sample_store.commit(LOWER, ANA)
    async with app("ana").run_test(size=(160, 60), notifications=True) as pilot:
        pilot.app.screen.query_one(BoardView).select(RecordId("G12"))
        await pilot.press("enter")
        await until_shown(pilot, "Mara Lind has not answered yet")
        line_with(pilot, "⟳ V7 target €1,200,000 → €1,000,000; v shows it")
        sample_store.commit(AgreeToRevision(revision=RecordId("V7")), MARA)
        await until_shown(pilot, "proposed by Ana Ruiz, agreed by Mara Lind")
        line_with(pilot, "as it was set")
        await until_gone(pilot, "has not answered yet")
        await until_shown(pilot, "€1.2M⠉")
        line_with(pilot, "   €1M ")


@pytest.mark.slow
async def test_a_team_goal_changes_on_its_day_and_until_then_can_be_withdrawn(
    app: MakeApp, sample_store: FileStore
) -> None:
    async with app("mara").run_test(size=(120, 40)) as pilot:
        await opened(pilot, RecordId("T3"), ReviseScreen)
        screen = pilot.app.screen
        await until(pilot, lambda: bool(screen.query("#effective")))
        screen.query_one("#effective", Input).value = "today+9"
        await filled(pilot, "4M")
        await until(pilot, lambda: isinstance(pilot.app.screen, BoardScreen))
        assert revision(sample_store, RecordId("V7")).state == "agreed"
        assert "51 %" in line_with(pilot, "New ARR")
        await opened(pilot, RecordId("T3"), RevisionReviewScreen)
        await until_shown(pilot, "from 2026-12-01")
        await until_shown(pilot, "d Withdraw")
        await pilot.press("d")
        await until(pilot, lambda: isinstance(pilot.app.screen, BoardScreen))
    assert revision(sample_store, RecordId("V7")).state == "withdrawn"


async def test_the_day_of_a_revision_comes_while_the_board_is_open(
    sample_store: FileStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("teamboard.ui.app.DAY_SECONDS", 0.05)
    now = [NOW]
    lower = ReviseGoal(
        goal=RecordId("T3"), reason="market", why="x", target=4_000_000, effective=TODAY + timedelta(days=1)
    )
    sample_store.commit(lower, MARA)
    app = BoardApp(sample_store, sample_store.load(), MARA, clock=lambda: now[0])
    async with app.run_test(size=(120, 40)) as pilot:
        assert "51 %" in line_with(pilot, "New ARR")
        now[0] += timedelta(days=1)
        await until(pilot, lambda: "53 %" in line_with(pilot, "New ARR"))
        await until_shown(pilot, "day 54 of 92")


@pytest.mark.slow
async def test_the_form_takes_the_old_target_out_of_the_title(app: MakeApp, sample_store: FileStore) -> None:
    sample_store.commit(EditGoal(goal=RecordId("G12"), title="ARR Iberia €1.2M"), MARA)
    async with app("ana").run_test(size=(120, 40), notifications=True) as pilot:
        await opened(pilot, RecordId("G12"), ReviseScreen)
        await until_shown(pilot, "ARR Iberia €1.2M ")
        assert pilot.app.screen.query_one("#new-title", Input).value == "ARR Iberia"
        line_with(pilot, "ARR Iberia €1.2M  ")
        pilot.app.screen.query_one("#drop", Checkbox).toggle()
        await until(pilot, lambda: "dropped" in line_with(pilot, "status "))
        pilot.app.screen.query_one("#drop", Checkbox).toggle()
        await filled(pilot, "900k")
        await until(pilot, lambda: isinstance(pilot.app.screen, BoardScreen))
    assert revision(sample_store, RecordId("V7")).after["title"] == "ARR Iberia"
