"""The forms for what changes with a member, from the palette."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from textual.widgets import Input, Select

from teamboard.actions.base import Actor
from teamboard.actions.goals import AddGoal
from teamboard.actions.leaving import LeaveTeam
from teamboard.actions.members import BeAway
from teamboard.domain.ids import RecordId
from teamboard.store.file.store import FileStore
from teamboard.ui.screens.team.forms import AwayForm
from teamboard.ui.widgets.board_view import BoardView
from tests.conftest import MARA, NOW
from tests.helpers.screen import line_with, screen_text, until, until_gone, until_shown
from tests.ui.conftest import MakeApp


@pytest.mark.slow
async def test_days_away_are_put_down_from_the_palette(app: MakeApp, sample_store: FileStore) -> None:
    async with app("mara").run_test(size=(120, 40), notifications=True) as pilot:
        pilot.app.screen.query_one(BoardView).select(RecordId("G13"))
        await pilot.press("ctrl+p", *"vacation")
        await until_shown(pilot, "Days on which the selected member is away")
        await pilot.press("enter")
        await until_shown(pilot, "Days away of Ana Ruiz")
        form = pilot.app.screen
        for first, last, says in (
            ("soon", "today", "'soon' is not a date"),
            ("today+2", "today", "2026-11-22 is before 2026-11-24"),
        ):
            form.query_one("#first", Input).value = first
            form.query_one("#last", Input).value = last
            await pilot.press("ctrl+s")
            await until_shown(pilot, says)
        form.query_one("#first", Input).value = "today"
        form.query_one("#last", Input).value = "+2"
        form.query_one("#note", Input).value = "[b]Skiing[/b]"
        await pilot.press("ctrl+s")
        await until_gone(pilot, "Days away of Ana Ruiz")
        await until(pilot, lambda: "away until 24 Nov" in line_with(pilot, "Ana Ruiz  AE"))
        ana = sample_store.load().member("ana")
        assert ana is not None
        assert ana.away[0].note == "[b]Skiing[/b]"
        # The standup passes over.
        await pilot.press("S")
        await until_shown(pilot, "1 of 8")
        await pilot.press("escape")
        # Back earlier: the same form has the days that can be shortened.
        await pilot.press("ctrl+p", *"vacation")
        await until_shown(pilot, "Days on which the selected member is away")
        await pilot.press("enter")
        await until_shown(pilot, "Away from 2026-11-22 to 2026-11-24: [b]Skiing[/b]")
        form = pilot.app.screen
        form.query_one("#back", Input).value = "today"
        form.query_one("#first", Input).value = "today"
        await pilot.press("ctrl+s")
        await until_shown(pilot, "not both")
        form.query_one("#first", Input).value = ""
        await pilot.press("ctrl+s")
        await until_gone(pilot, "Days away of Ana Ruiz")
        await until(pilot, lambda: "away until" not in line_with(pilot, "Ana Ruiz  AE"))


async def test_a_colleague_may_not_put_down_days_away(app: MakeApp) -> None:
    async with app("ben").run_test(size=(120, 40), notifications=True) as pilot:
        pilot.app.screen.query_one(BoardView).select(RecordId("M2"))
        await pilot.press("ctrl+p", *"vacation")
        await until_shown(pilot, "Days on which the selected member is away")
        await pilot.press("enter")
        await until_shown(pilot, "may put down")
        assert not isinstance(pilot.app.screen, AwayForm)


@pytest.mark.slow
async def test_the_screen_of_a_member_says_what_is_coming(app: MakeApp, sample_store: FileStore) -> None:
    mara, note = Actor("mara"), "[b]Ski[/b]"
    sample_store.commit(BeAway(member="ben", starts=date(2026, 11, 24), ends=date(2026, 11, 25), note=note), mara)
    sample_store.commit(LeaveTeam(member="ben", day=date(2026, 12, 1), goals_to="ana"), mara)
    async with app("ana").run_test(size=(120, 40), notifications=True) as pilot:
        await pilot.press("ctrl+k", *"Ben Ok")
        await until_shown(pilot, "AE Nordics")
        await pilot.press("enter")
        await until_shown(pilot, "leaves the team on 2026-12-01")
        await until_shown(pilot, "away from 2026-11-24 to 2026-11-25: [b]Ski[/b]")
        assert "away from 24 Nov" in line_with(pilot, "Ben Okafor  AE")


@pytest.mark.slow
async def test_a_newcomer_gets_a_first_day_and_a_ramp(app: MakeApp, sample_store: FileStore) -> None:
    async with app("mara").run_test(size=(120, 40), notifications=True) as pilot:
        pilot.app.screen.query_one(BoardView).select(RecordId("M2"))
        await pilot.press("ctrl+p", *"ramp")
        await until_shown(pilot, "When the selected member joined")
        await pilot.press("enter")
        await until_shown(pilot, "First day and ramp of Ana Ruiz")
        form = pilot.app.screen
        for first, ramp, says in (
            ("soon", "", "'soon' is not a date"),
            ("", "25;50", "is not a ramp"),
            ("2026-11-02", "25,101", "from 0 to 100"),
        ):
            form.query_one("#first", Input).value = first
            form.query_one("#ramp", Input).value = ramp
            await pilot.press("ctrl+s")
            await until_shown(pilot, says)
        form.query_one("#ramp", Input).value = "25, 50"
        await pilot.press("ctrl+s")
        await until_gone(pilot, "First day and ramp of Ana Ruiz")
        ana = sample_store.load().member("ana")
        assert ana is not None
        assert (ana.starts, ana.ramp) == (date(2026, 11, 2), (25, 50))
        # Empty fields take both away.
        await pilot.press("ctrl+p", *"ramp")
        await until_shown(pilot, "When the selected member joined")
        await pilot.press("enter")
        await until_shown(pilot, "First day and ramp of Ana Ruiz")
        for name in ("#first", "#ramp"):
            pilot.app.screen.query_one(name, Input).value = ""
        await pilot.press("ctrl+s")
        await until_shown(pilot, "Ana Ruiz from the first day of each goal")
        ana = sample_store.load().member("ana")
        assert ana is not None
        assert (ana.starts, ana.ramp) == (None, ())


@pytest.mark.slow
@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_somebody_joins_and_returns_from_the_palette(
    app: MakeApp, sample_store: FileStore, size: tuple[int, int]
) -> None:
    sample_store.commit(LeaveTeam(member="chi", day=NOW.date(), goals_to="dropped"), MARA)
    async with app("mara").run_test(size=size, notifications=True) as pilot:
        await pilot.press("ctrl+p", *"new member")
        await until_shown(pilot, "Somebody joins the team")
        await pilot.press("enter")
        await until_shown(pilot, "of their goals counts from it")
        form = pilot.app.screen
        for values, says in (
            ({"name": "Zoe Lang", "handle": "ana"}, "'ana'"),
            ({"name": "Zoe Lang", "handle": "zoe", "first": "soon"}, "'soon' is not a date"),
            ({"name": "Zoe Lang", "handle": "zoe", "first": "+7", "ramp": "50;75"}, "is not a ramp"),
        ):
            for name, value in values.items():
                form.query_one(f"#{name}", Input).value = value
            await pilot.press("ctrl+s")
            await until_shown(pilot, says)
        form.query_one("#ramp", Input).value = "50,75"
        form.query_one("#role", Input).value = "AE Iberia"
        await pilot.press("ctrl+s")
        await until_shown(pilot, "Zoe Lang is on the board as zoe")
        zoe = sample_store.load().member("zoe")
        assert zoe is not None
        assert (zoe.name, zoe.title, zoe.manager, zoe.ramp) == ("Zoe Lang", "AE Iberia", "mara", (50, 75))
        assert zoe.starts == NOW.date() + timedelta(days=7)
        for typed in ("return", "joiner"):
            await pilot.press("ctrl+p", *typed)
            await until_shown(pilot, "Return: Chi Tanaka")
            await pilot.press("escape")
            await until_gone(pilot, "Return: Chi Tanaka")


async def test_a_colleague_may_not_add_members(app: MakeApp) -> None:
    async with app("ben").run_test(size=(120, 40), notifications=True) as pilot:
        await pilot.press("ctrl+p", *"new member")
        await until_shown(pilot, "Somebody joins the team")
        await pilot.press("enter")
        await until_shown(pilot, "may add a member")


@pytest.mark.slow
async def test_a_leavers_copy_of_a_goal_for_all_is_to_be_dropped(app: MakeApp, sample_store: FileStore) -> None:
    for owner in ("ana", "ben"):
        sample_store.commit(AddGoal(owner=owner, title="CRM clean"), MARA)
    async with app("mara").run_test(size=(120, 40), notifications=True) as pilot:
        pilot.app.screen.query_one(BoardView).select(RecordId("M5"))
        await pilot.press("ctrl+p", *"resign")
        await until_shown(pilot, "The selected member leaves")
        await pilot.press("enter")
        await until_shown(pilot, "Ben Okafor leaves the team")
        suggested = [pilot.app.screen.query_one(f"#{goal}", Input).value for goal in ("G23", "G42")]
        assert suggested == ["", "dropped"]


@pytest.mark.slow
async def test_who_leaves_hands_over_goal_by_goal(app: MakeApp, sample_store: FileStore) -> None:
    async with app("mara").run_test(size=(120, 40), notifications=True) as pilot:
        pilot.app.screen.query_one(BoardView).select(RecordId("M5"))
        await pilot.press("ctrl+p", *"resign")
        await until_shown(pilot, "The selected member leaves")
        await pilot.press("enter")
        await until_shown(pilot, "Ben Okafor leaves the team")
        form = pilot.app.screen
        for day, owner, says in (
            ("soon", "ana", "'soon' is not a date"),
            ("today", "", "G23 of Ben Okafor is open: fill in to whom it goes."),
            ("today", "ben", "is the one who leaves"),
        ):
            form.query_one("#first", Input).value = day
            form.query_one("#G23", Input).value = owner
            await pilot.press("ctrl+s")
            await until_shown(pilot, says)
        form.query_one("#G23", Input).value = "ana"
        # What is achieved is suggested so, and what is closed besides the goals is named.
        assert form.query_one("#G24", Input).value == "achieved"
        assert "R2 review of Ben Okafor on 2026-12-04: called off" in "\n".join(screen_text(pilot))
        await pilot.press("ctrl+s")
        await until_gone(pilot, "Ben Okafor leaves the team")
        await until_gone(pilot, "Ben Okafor  AE")
        board = sample_store.load()
        ben, goals = board.member("ben"), [board.goal(RecordId(goal_id)) for goal_id in ("G23", "G24", "G25", "G41")]
        assert ben is not None
        assert ben.left == date(2026, 11, 22)
        assert [goal and (goal.owner, goal.outcome) for goal in goals] == [
            # What was reached stays Ben's.
            ("ben", "achieved"),
            ("ben", "achieved"),
            ("ben", "dropped"),
            ("ana", None),
        ]


@pytest.mark.slow
async def test_who_has_left_is_brought_back_from_the_palette(app: MakeApp, sample_store: FileStore) -> None:
    today = date(2026, 11, 22)
    sample_store.commit(LeaveTeam(member="ben", day=today, goals_to="dropped"), Actor("mara"))
    async with app("mara").run_test(size=(120, 40), notifications=True) as pilot:
        await pilot.press("ctrl+p", *"return ben")
        await until_shown(pilot, "Return: Ben Okafor")
        await pilot.press("enter")
        await until_shown(pilot, "Ben Okafor returns to the team")
        form = pilot.app.screen
        for manager, says in (("zoe", "no member 'zoe'"), ("ben", "fill in another manager")):
            form.query_one("#manager", Input).value = manager
            await pilot.press("ctrl+s")
            await until_shown(pilot, says)
        form.query_one("#manager", Input).value = "ana"
        await pilot.press("ctrl+s")
        await until_shown(pilot, "Ben Okafor  AE")
        ben = sample_store.load().member("ben")
        assert ben is not None
        assert (ben.left, ben.manager) == (None, "ana")


@pytest.mark.slow
@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_the_manager_says_how_numbers_are_written(
    app: MakeApp, sample_store: FileStore, size: tuple[int, int]
) -> None:
    async with app("mara").run_test(size=size, notifications=True) as pilot:
        assert pilot.app.screen.query_one(BoardView).select(RecordId("G12"))
        await pilot.press("enter")
        await until_shown(pilot, "€812k of €1.2M")
        await pilot.press("ctrl+p", *"numbers")
        await until_shown(pilot, "How the team reads and writes them")
        await pilot.press("enter")
        await until_shown(pilot, "not said: 1,200 and 1.200 are asked about")
        pilot.app.screen.query_one("#style", Select).value = "de"
        await pilot.press("ctrl+s")
        # What stands on the screen below is written so at once.
        await until_shown(pilot, "812k € of")
    team = sample_store.load().team
    assert team is not None
    assert team.numbers == "de"


async def test_a_rep_may_not_say_how_numbers_are_written(app: MakeApp) -> None:
    async with app("ben").run_test(size=(120, 40), notifications=True) as pilot:
        await pilot.press("ctrl+p", *"numbers")
        await until_shown(pilot, "How the team reads and writes them")
        await pilot.press("enter")
        await until_shown(pilot, "may change the team")


@pytest.mark.slow
async def test_who_takes_over_is_asked_for_by_field_and_a_long_list_is_cut(app: MakeApp) -> None:
    async with app("mara").run_test(size=(80, 24), notifications=True) as pilot:
        pilot.app.screen.query_one(BoardView).select(RecordId("M1"))
        await pilot.press("ctrl+p", *"resign")
        await until_shown(pilot, "The selected member leaves")
        await pilot.press("enter")
        await until_shown(pilot, "Mara Lind leaves the team")
        assert "…" in line_with(pilot, "Reports: ")
        pilot.app.screen.query_one("#first", Input).value = "+7"
        await pilot.press("ctrl+s")
        await until_shown(pilot, "fill in to whom they go.")
        assert pilot.app.focused is pilot.app.screen.query_one("#reports", Input)
