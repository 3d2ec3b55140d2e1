"""What is done with one goal on the screen: edit it, correct a check-in, remove it."""

from __future__ import annotations

import pytest
from textual.widgets import Input, Select, TextArea

from teamboard.actions.check_ins import CheckInGoal
from teamboard.actions.goal_changes.closing import CloseGoal
from teamboard.actions.goal_changes.edits import EditGoal
from teamboard.actions.goal_changes.handing_over import HandOverGoal
from teamboard.actions.goals import AddGoal
from teamboard.domain.ids import RecordId
from teamboard.store.file.store import FileStore
from teamboard.ui.widgets.board_view import BoardView
from tests.conftest import ANA, MARA
from tests.helpers.screen import line_with, until, until_gone, until_shown
from tests.helpers.screens import open_screen
from tests.ui.conftest import MakeApp

G12, G13 = RecordId("G12"), RecordId("G13")


@pytest.mark.slow
async def test_e_edits_what_a_goal_says_of_itself(app: MakeApp, sample_store: FileStore) -> None:
    async with app("mara").run_test(size=(120, 40), notifications=True) as pilot:
        await open_screen(pilot, G13, ["e"], "Target, start and due day are revised")
        form = pilot.app.screen
        for field, value, says in (("weight", "much", "is not a number"), ("new-title", "", "The title is missing")):
            before = form.query_one(f"#{field}", Input).value
            form.query_one(f"#{field}", Input).value = value
            await pilot.press("ctrl+s")
            await until_shown(pilot, says)
            form.query_one(f"#{field}", Input).value = before
        await pilot.press("ctrl+s")
        await until_shown(pilot, "Nothing about G13 would change")
        form.query_one("#new-title", Input).value = "Discovery calls"
        form.query_one("#note", TextArea).text = "They lead to deals"
        form.query_one("#unit", Input).value = "talks"
        form.query_one("#weight", Input).value = "2.5"
        await pilot.press("ctrl+s")
        await until_shown(pilot, "G13 Discovery calls is changed")
        goal = sample_store.load().goal(G13)
        assert goal is not None
        assert (goal.title, goal.why, goal.weight) == ("Discovery calls", "They lead to deals", 2.5)  # type: ignore[union-attr]
        await pilot.press("ctrl+z")
        await until_shown(pilot, "Undone: Mara Lind changed G13")
        await until_shown(pilot, "Discovery calls")


async def test_an_owner_is_offered_title_and_note_alone(app: MakeApp) -> None:
    async with app("ana").run_test(size=(120, 40), notifications=True) as pilot:
        await open_screen(pilot, G13, ["e"], "Target, start and due day are revised")
        assert not pilot.app.screen.query("#weight, #unit")
        await pilot.press("escape")
        await until_gone(pilot, "Target, start and due day are revised")
        pilot.app.screen.query_one(BoardView).select(RecordId("G23"))
        await pilot.press("e")
        await until_shown(pilot, "Only Mara Lind (mara) or Ben")


@pytest.mark.slow
async def test_a_title_that_somebody_else_changed_meanwhile_is_shown_beside_it(
    app: MakeApp, sample_store: FileStore
) -> None:
    async with app("ana").run_test(size=(120, 40), notifications=True) as pilot:
        await open_screen(pilot, G13, ["e"], "Target, start and due day are revised")
        sample_store.commit(EditGoal(goal=G13, title="Theirs"), MARA)
        pilot.app.screen.query_one("#new-title", Input).value = "Mine"
        await pilot.press("ctrl+s")
        await until_shown(pilot, "theirs  Theirs")
        await pilot.press("ctrl+s")
        await until_shown(pilot, "G13 Mine is changed")


@pytest.mark.slow
async def test_a_wrong_call_is_taken_away(app: MakeApp, sample_store: FileStore) -> None:
    sample_store.commit(CheckInGoal(goal=G12, value=812_000, call=1_100_000, best=1_200_000), ANA)
    async with app("ana").run_test(size=(120, 40), notifications=True) as pilot:
        await open_screen(pilot, G12, ["x"], "Correct a check-in")
        await pilot.press("3")
        await until_shown(pilot, "Which check-in was wrong?")
        await pilot.press("1")
        await until_shown(pilot, "empty keeps €1,100,000; none takes it away")
        form = pilot.app.screen
        form.query_one("#call", Input).value, form.query_one("#best", Input).value = "none", "None"
        await pilot.press("ctrl+s")
        await until_shown(pilot, "of G12 is corrected: €812,000")
    last = sample_store.load().last_checkin(G12)
    assert last is not None
    assert (last.value, last.call, last.best) == (812_000, None, None)


@pytest.mark.slow
async def test_a_wrong_check_in_is_chosen_and_corrected(app: MakeApp, sample_store: FileStore) -> None:
    last = sample_store.load().last_checkin(G12)
    assert last is not None
    async with app("ana").run_test(size=(120, 40), notifications=True) as pilot:
        await open_screen(pilot, G12, ["x"], "Correct a check-in")
        await pilot.press("3")
        await until_shown(pilot, "Which check-in was wrong?")
        await until_shown(pilot, "€812,000  Acme signed")
        await pilot.press("1")
        await until_shown(pilot, f"Correct {last.id} of G12")
        form = pilot.app.screen
        form.query_one("#value", Input).value = "lots"
        await pilot.press("ctrl+s")
        await until_shown(pilot, "is not a number")
        form.query_one("#value", Input).value = "815k"
        form.query_one("#call", Input).value, form.query_one("#best", Input).value = "1.1M", "1M"
        await pilot.press("ctrl+s")
        await until_shown(pilot, "The best case, €1,000,000, is below the call, €1,100,000")
        form.query_one("#best", Input).value = ""
        await pilot.press("ctrl+s")
        await until_shown(pilot, f"{last.id} of G12 is corrected: €815,000, call €1,100,000")
        await pilot.press("enter")
        # What was checked in stands below the figures and the terms.
        await until_shown(pilot, "at this pace")
        await pilot.press(*["shift+down"] * 3)
        await until_shown(pilot, "corrected by ana")
    now = sample_store.load().last_checkin(G12)
    assert now is not None
    assert (now.value, now.note, now.corrected_by) == (815_000, last.note, "ana")
    assert (now.call, now.best) == (1_100_000, last.best)


@pytest.mark.slow
async def test_milestones_of_a_check_in_are_taken_back(app: MakeApp, sample_store: FileStore) -> None:
    goal = RecordId("G15")
    last = sample_store.load().last_checkin(goal)
    assert last is not None
    async with app("ana").run_test(size=(120, 40), notifications=True) as pilot:
        await open_screen(pilot, goal, ["x", "3", "1"], f"Correct {last.id}")
        await pilot.press("space", "ctrl+s")
        await until_gone(pilot, f"Correct {last.id}")
        await until_shown(pilot, f"{last.id} of G15 is corrected")
    now = sample_store.load().last_checkin(goal)
    assert now is not None
    assert now.done == last.done[1:]


@pytest.mark.slow
async def test_a_goal_on_which_nothing_is_built_is_removed(app: MakeApp, sample_store: FileStore) -> None:
    commit = sample_store.commit(AddGoal(owner="ana", title="Wrong", kind="career"), MARA)
    goal = commit.board.goals_of("ana")[-1].id
    async with app("ana").run_test(size=(120, 40), notifications=True) as pilot:
        await open_screen(pilot, G12, ["ctrl+p", *"delete a goal"], "while nothing is built on it")
        await pilot.press("enter")
        await until_shown(pilot, "Only Mara Lind (mara)")
        pilot.app.screen.query_one(BoardView).select(goal)
        await pilot.press("x")
        await until_shown(pilot, "Remove it: nothing is built on it yet")
        await pilot.press("3")
        await until_shown(pilot, f"{goal} Wrong is removed")
        await until(pilot, lambda: sample_store.load().goal(goal) is None)
        await pilot.press("ctrl+z")
        await until_shown(pilot, f"Undone: Ana Ruiz removed {goal} Wrong")
        sample_store.commit(EditGoal(goal=goal, title="Right"), ANA)


@pytest.mark.slow
async def test_x_closes_a_goal_and_the_palette_opens_it_again(app: MakeApp, sample_store: FileStore) -> None:
    async with app("mara").run_test(size=(120, 40), notifications=True) as pilot:
        await open_screen(pilot, G13, ["x"], "Close it")
        await pilot.press("1")
        await until_shown(pilot, "Close G13 Discovery calls")
        form = pilot.app.screen
        await pilot.press("ctrl+s")
        await until_shown(pilot, "Choose how it ended")
        form.query_one("#outcome", Select).value = "missed"
        await pilot.press("ctrl+s")
        await until_shown(pilot, "A word on why is missing")
        form.query_one("#why", TextArea).text = "No budget"
        await pilot.press("ctrl+s")
        await until_shown(pilot, "G13 is closed: missed · Ana Ruiz is asked")
        goal = sample_store.load().goal(G13)
        assert goal is not None
        assert goal.outcome == "missed"
        await pilot.press("ctrl+p", *"reopen g13")
        await until_shown(pilot, "Reopen G13 Discovery calls")
        await pilot.press("enter")
        await until_shown(pilot, "Open G13 Discovery calls again")
        pilot.app.screen.query_one("#why", TextArea).text = "Budget is back"
        await pilot.press("ctrl+s")
        await until_shown(pilot, "G13 is open again")
        await pilot.press("ctrl+z")
        await until_shown(pilot, "Undone: Mara Lind reopened G13")


@pytest.mark.slow
async def test_the_form_that_closes_a_team_goal_says_what_stays_aligned_to_it(app: MakeApp) -> None:
    async with app("mara").run_test(size=(120, 40), notifications=True) as pilot:
        await open_screen(pilot, RecordId("T3"), ["x"], "Close it")
        await pilot.press("1")
        await until_shown(pilot, "goals stay aligned to it; `align G12 --none` moves one")
        form = pilot.app.screen
        form.query_one("#outcome", Select).value = "missed"
        form.query_one("#why", TextArea).text = "No budget"
        await pilot.press("ctrl+s")
        await until_shown(pilot, "T3 is closed: missed")
        await until(pilot, lambda: "missed" in line_with(pilot, "New ARR"))


@pytest.mark.slow
async def test_an_owner_acknowledges_what_was_closed(app: MakeApp, sample_store: FileStore) -> None:
    sample_store.commit(CloseGoal(goal=G13, outcome="missed", why="No budget"), MARA)
    async with app("ana").run_test(size=(120, 40), notifications=True) as pilot:
        await open_screen(pilot, G12, ["x"], "Close it")
        await pilot.press("1")
        await until_shown(pilot, "Only Mara Lind (mara)")
        await pilot.press("ctrl+p", *"acknowledge v7")
        await until_shown(pilot, "Acknowledge V7: G13 Discovery calls")
        await pilot.press("enter")
        await until_shown(pilot, "No budget")
        await pilot.press("a")
        await until_shown(pilot, "V7 is acknowledged")
    [revision] = sample_store.load().revisions_of(G13)
    assert revision.acknowledged == ("ana",)


@pytest.mark.slow
async def test_a_goal_is_handed_over_and_the_form_says_what_stays(app: MakeApp, sample_store: FileStore) -> None:
    async with app("mara").run_test(size=(120, 40), notifications=True) as pilot:
        await open_screen(pilot, RecordId("G23"), ["x"], "Hand it over")
        await pilot.press("2")
        await until_shown(pilot, "what was reached stays, the rest is a new goal")
        form = pilot.app.screen
        await pilot.press("ctrl+s")
        await until_shown(pilot, "Choose who takes it")
        form.query_one("#to", Select).value = "ana"
        await until_shown(pilot, "€198,000 stay Ben Okafor's, €702,000 are to do for Ana Ruiz")
        for target, says in (("much", "is not a number"), ("0", "must be above 0")):
            form.query_one("#new-target", Input).value = target
            await until_shown(pilot, says)
        form.query_one("#new-target", Input).value = "500k"
        await until_shown(pilot, "€202,000 of the target fall away")
        await pilot.press("ctrl+s")
        await until_gone(pilot, "Hand over G23")
        await until_shown(pilot, "is Ana Ruiz's · Ana Ruiz is asked")
        rest = sample_store.load().goals_of("ana")[-1]
        assert (rest.continues, rest.owner) == ("G23", "ana")
        await pilot.press("ctrl+z")
        await until_shown(pilot, "Undone: Mara Lind handed over the rest of G23")
        await until(pilot, lambda: sample_store.load().goal(rest.id) is None)


@pytest.mark.slow
async def test_who_gets_a_goal_acknowledges_it(app: MakeApp, sample_store: FileStore) -> None:
    sample_store.commit(HandOverGoal(goal=G13, to="ben", why="Ben takes the fairs"), MARA)
    async with app("ben").run_test(size=(120, 40), notifications=True) as pilot:
        await open_screen(pilot, G13, ["v"], "Ben takes the fairs")
        await until_shown(pilot, "handed over by Mara Lind")
        await pilot.press("a")
        await until_shown(pilot, "V7 is acknowledged")
        await pilot.press("x", "2")
        await until_shown(pilot, "Only Mara Lind (mara)")
