"""`n`: a goal is set or proposed in a form, small and large, and what is wrong is said at its field."""

from __future__ import annotations

from datetime import date

import pytest
from textual.pilot import Pilot
from textual.widgets import Input, Select, TextArea

from teamboard.actions.goal_changes.closing import CloseGoal
from teamboard.actions.goals import AddGoal
from teamboard.actions.leaving import LeaveTeam
from teamboard.domain.board import AnyGoal
from teamboard.domain.ids import RecordId
from teamboard.domain.records import Activity, DoneOrNot, Goal, Metric, Milestone, Milestones, TeamGoal
from teamboard.store.file.store import FileStore
from teamboard.ui.screens.board.board import BoardScreen
from teamboard.ui.screens.goals.new_goal import NewGoalForm
from teamboard.ui.widgets.board_view import BoardView
from tests.conftest import BEN, MARA
from tests.helpers.screen import line_with, screen_text, until, until_gone, until_shown
from tests.ui.conftest import MakeApp

SIZES = [(80, 24), (120, 40)]


async def opened(pilot: Pilot[None], goal_id: str = "") -> NewGoalForm:
    """Press n on a goal, or on the first row, and wait for the form."""
    await until_shown(pilot, "ARR Iberia")
    if goal_id:
        pilot.app.screen.query_one(BoardView).select(RecordId(goal_id))
    await pilot.press("n")
    await until(pilot, lambda: isinstance(pilot.app.screen, NewGoalForm))
    await until_shown(pilot, "measured by")
    form = pilot.app.screen
    assert isinstance(form, NewGoalForm)
    return form


async def choose(pilot: Pilot[None], form: NewGoalForm, **values: str) -> None:
    for name, value in values.items():
        form.query_one(f"#{name.replace('_', '-')}", Select).value = value
    await pilot.pause()


def fill(form: NewGoalForm, **values: str) -> None:
    for name, value in values.items():
        form.query_one(f"#{name.replace('_', '-')}", Input).value = value


async def saved(pilot: Pilot[None], store: FileStore, goal_id: str = "G41") -> AnyGoal:
    await pilot.press("ctrl+s")
    await until(pilot, lambda: isinstance(pilot.app.screen, BoardScreen))
    goal = store.load().goal(RecordId(goal_id))
    assert goal is not None
    return goal


@pytest.mark.slow
@pytest.mark.parametrize("size", SIZES)
async def test_a_rep_proposes_a_result_with_the_keyboard_alone(
    app: MakeApp, sample_store: FileStore, size: tuple[int, int]
) -> None:
    async with app("ana").run_test(size=size, notifications=True) as pilot:
        form = await opened(pilot)
        await until_shown(pilot, "You propose it to Mara Lind; it counts once it is agreed.")
        for piece in ("title", "for           Ana Ruiz (you)", "result", "target", "due", "why", "^s Save"):
            await until_shown(pilot, piece)
        assert not any("the whole team" in str(option) for option, _ in form._owners())  # noqa: SLF001 - a rep's choices
        await pilot.press(*"Win", "space", *"back", "tab", "tab", "tab", "tab", *"120k", "tab", *"seats")
        form.query_one("#why", TextArea).text = "One invoice, [b]twice[/]."
        goal = await saved(pilot, sample_store)
        assert isinstance(goal, Goal)
        assert (goal.owner, goal.title, goal.kind, goal.why) == (
            "ana",
            "Win back",
            "result",
            "One invoice, [b]twice[/].",
        )
        assert goal.measure == Metric(unit="seats", start=0.0, target=120_000.0)
        assert sample_store.load().is_proposed(goal.id)
        await until_shown(pilot, "is proposed to")
        await until(pilot, lambda: "proposed" in line_with(pilot, "G41"))


@pytest.mark.slow
async def test_a_skill_of_ones_own_holds_at_once(app: MakeApp, sample_store: FileStore) -> None:
    async with app("ana").run_test(size=(80, 24), notifications=True) as pilot:
        form = await opened(pilot, "G23")
        # A goal of somebody else's is selected, for whom Ana can't set one.
        await until_shown(pilot, "for           Ana Ruiz (you)")
        await choose(pilot, form, kind="skill", measured="done")
        await until_shown(pilot, "It holds at once.")
        fill(form, new_title="Ask one question more", due="today+14")
        goal = await saved(pilot, sample_store)
        assert (goal.measure, goal.due) == (DoneOrNot(), date(2026, 12, 6))
        assert sample_store.load().counts(goal.id)


@pytest.mark.slow
@pytest.mark.parametrize("size", SIZES)
async def test_the_manager_sets_one_with_milestones_for_two_team_goals(
    app: MakeApp, sample_store: FileStore, size: tuple[int, int]
) -> None:
    async with app("mara").run_test(size=size, notifications=True) as pilot:
        form = await opened(pilot, "G23")
        await until_shown(pilot, "It holds at once; Ben Okafor is asked to acknowledge it.")
        await choose(pilot, form, measured="steps", aligned="T5")
        fill(form, new_title="Tenders", share="60")
        await pilot.pause()
        await choose(pilot, form, rest="T6")
        form.query_one("#milestones-text", TextArea).text = "Course\nExam = 2\n"
        await until_shown(pilot, "the rest to")
        goal = await saved(pilot, sample_store)
        assert isinstance(goal, Goal)
        assert goal.measure == Milestones(milestones=(Milestone(name="Course"), Milestone(name="Exam", weight=2.0)))
        assert (goal.owner, goal.aligned) == ("ben", {"T5": 0.6, "T6": 0.4})
        made = sample_store.load().revisions_of(goal.id)[0]
        assert (made.reason, made.state, made.by) == ("new-goal", "agreed", "mara")


@pytest.mark.slow
@pytest.mark.parametrize("size", SIZES)
async def test_the_manager_sets_one_for_several_people(
    app: MakeApp, sample_store: FileStore, size: tuple[int, int]
) -> None:
    before = sample_store.load()
    async with app("mara").run_test(size=size, notifications=True) as pilot:
        form = await opened(pilot)
        await choose(pilot, form, whose="@several", measured="done")
        await until_shown(pilot, "A goal for each, in one go")
        fill(form, **{"new-title": "Demo alone"})
        await pilot.press("ctrl+s")
        await until_shown(pilot, "Say whose goals they are: ana,ben or all or reports-of:mara.")
        assert pilot.app.focused is form.query_one("#owners")
        fill(form, owners="ana,zoe")
        await pilot.press("ctrl+s")
        await until_shown(pilot, "There is no member 'zoe'.")
        assert sample_store.load().revision == before.revision
        fill(form, owners="ana, ben")
        await pilot.press("ctrl+s")
        await until_shown(pilot, "Demo alone is set for 2 members")
    after = sample_store.load()
    assert after.revision == before.revision + 1
    assert [g.owner for g in after.goals if before.get(g.id) is None] == ["ana", "ben"]


@pytest.mark.slow
async def test_the_manager_sets_a_team_goal_and_a_weekly_count(app: MakeApp, sample_store: FileStore) -> None:
    async with app("mara").run_test(size=(80, 24), notifications=True) as pilot:
        form = await opened(pilot)
        await choose(pilot, form, whose="@team", serves="T3")
        await until_shown(pilot, "A goal of the whole team, which you own.")
        assert not any(line.lstrip(" █▌T").startswith("kind") for line in screen_text(pilot))
        fill(form, new_title="Expansion", target="1.5M", unit="€")
        team_goal = await saved(pilot, sample_store, "T7")
        assert isinstance(team_goal, TeamGoal)
        assert (team_goal.owner, team_goal.rolls_up, team_goal.serves) == ("mara", "sum", "T3")
        form = await opened(pilot, "G12")
        await choose(pilot, form, measured="weekly")
        fill(form, new_title="Ten calls", per_week="10", week_unit="calls")
        goal = await saved(pilot, sample_store)
        assert goal.measure == Activity(unit="calls", per_week=10.0)


@pytest.mark.slow
@pytest.mark.parametrize("size", SIZES)
async def test_what_is_wrong_is_said_and_its_field_has_the_focus(
    app: MakeApp, sample_store: FileStore, size: tuple[int, int]
) -> None:
    before = sample_store.load().revision
    async with app("mara").run_test(size=size, notifications=True) as pilot:
        form = await opened(pilot, "G12")

        async def refused(says: str, field: str) -> None:
            await pilot.press("ctrl+s")
            await until_shown(pilot, says)
            assert form.focused is not None
            assert form.focused.id == field
            assert pilot.app.screen is form

        await refused("the title is missing", "new-title")
        fill(form, new_title="Calls")
        await refused("Say the target", "target")
        fill(form, target="many")
        await refused("'many' is not a number", "target")
        fill(form, target="€ 400.000")
        await refused("'€ 400.000' can be read as 400 000 or as 400", "target")
        fill(form, target="10", start="x")
        await refused("'x' is not a number", "start")
        fill(form, start="0", due="soon")
        await refused("'soon' is not a date", "due")
        fill(form, due="")
        await choose(pilot, form, aligned="T5")
        fill(form, share="60")
        await pilot.pause()
        await refused("choose another team goal than T5", "rest")
        await choose(pilot, form, aligned="T3")
        fill(form, share="100")
        await pilot.press("ctrl+s")
        await until_shown(pilot, "T3 adds up €")
        await choose(pilot, form, aligned="@none", measured="steps")
        await refused("one milestone on each line", "milestones-text")
        await pilot.press("escape")
        await until_shown(pilot, "Press Esc again to discard")
    assert sample_store.load().revision == before


@pytest.mark.slow
@pytest.mark.parametrize("size", SIZES)
async def test_a_manager_says_first_day_and_weight_a_rep_does_not(
    app: MakeApp, sample_store: FileStore, size: tuple[int, int]
) -> None:
    async with app("mara").run_test(size=size, notifications=True) as pilot:
        form = await opened(pilot, "G23")
        await until_shown(pilot, "first day     2026-10-01")
        assert "weight" in line_with(pilot, "first day")
        fill(form, new_title="Tenders", target="5", weight="heavy")
        await pilot.press("ctrl+s")
        await until_shown(pilot, "'heavy' is not a number")
        fill(form, weight="2", starts="soon")
        await pilot.press("ctrl+s")
        await until_shown(pilot, "'soon' is not a date")
        fill(form, starts="today-6")
        goal = await saved(pilot, sample_store)
        assert isinstance(goal, Goal)
        assert (goal.weight, goal.starts) == (2.0, date(2026, 11, 16))
        form = await opened(pilot)
        await choose(pilot, form, whose="@team")
        assert "weight" not in line_with(pilot, "first day")
        fill(form, new_title="Expansion", target="5", starts="today+2")
        assert (await saved(pilot, sample_store, "T7")).starts == date(2026, 11, 24)
    async with app("ana").run_test(size=size, notifications=True) as pilot:
        await opened(pilot)
        assert not any("first day" in line for line in screen_text(pilot))


@pytest.mark.slow
async def test_who_only_looks_on_sets_nothing(app: MakeApp) -> None:
    async with app(None).run_test(size=(100, 30), notifications=True) as pilot:
        await until_shown(pilot, "ARR Iberia")
        await pilot.press("n")
        await until_shown(pilot, "does not know you")
        assert isinstance(pilot.app.screen, BoardScreen)


@pytest.mark.slow
async def test_why_is_in_the_detail_and_no_goals_name_the_key(app: MakeApp, sample_store: FileStore) -> None:
    for goal in sample_store.load().open_goals_of("ben"):
        sample_store.commit(CloseGoal(goal=goal.id, outcome="dropped", why="So"), MARA)
    sample_store.commit(AddGoal(owner="ben", title="Say no", kind="career", why="You [i]never[/] do"), BEN)
    async with app("mara").run_test(size=(120, 40), notifications=True) as pilot:
        await until_shown(pilot, "Say no")
        pilot.app.screen.query_one(BoardView).select(RecordId("G41"))
        await pilot.press("enter")
        await until_shown(pilot, "You [i]never[/] do")
        await pilot.press("escape")
        sample_store.commit(CloseGoal(goal=RecordId("G41"), outcome="dropped", why="So"), MARA)
        await until_shown(pilot, "no goals yet; n adds one")


@pytest.mark.slow
@pytest.mark.parametrize("size", SIZES)
async def test_who_leaves_later_gets_no_goal_and_no_hint(
    app: MakeApp, sample_store: FileStore, size: tuple[int, int]
) -> None:
    left = sample_store.commit(LeaveTeam(member="ben", day=date(2026, 11, 25), goals_to="ana"), MARA).board
    ben = left.member("ben")
    assert ben is not None
    async with app("mara").run_test(size=size, notifications=True) as pilot:
        pilot.app.screen.query_one(BoardView).select(ben.id)
        await until_shown(pilot, "no goals yet")
        assert not any("n adds one" in line for line in screen_text(pilot))
        await pilot.press("n")
        await until_shown(pilot, "Ben Okafor leaves the team")
        assert isinstance(pilot.app.screen, BoardScreen)


@pytest.mark.slow
@pytest.mark.parametrize("size", SIZES)
async def test_an_amount_in_the_title_is_warned_of_while_one_types(
    app: MakeApp, sample_store: FileStore, size: tuple[int, int]
) -> None:
    async with app("mara").run_test(size=size, notifications=True) as pilot:
        form = await opened(pilot)
        fill(form, new_title="ARR Oslo 400,000", target="400k", unit="€")
        await until_shown(pilot, "The title says 400,000, which a revision makes wrong")
        fill(form, new_title="ARR Oslo Q4")
        await until_gone(pilot, "The title says")
        fill(form, new_title="€400k ARR")
        await until_shown(pilot, "The title says €400k")
        assert (await saved(pilot, sample_store)).title == "€400k ARR"
