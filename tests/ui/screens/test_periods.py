"""The period rollover: what becomes of each unfinished goal, and of all of them at once."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from teamboard.actions.base import Actor
from teamboard.actions.check_ins import CheckInGoal
from teamboard.actions.periods import BeginPeriod
from teamboard.actions.revisions import ReviseGoal
from teamboard.actions.team import ChangeTeam
from teamboard.domain.goals.revisions import revisions_waiting_for
from teamboard.domain.history.differences import changed
from teamboard.domain.ids import RecordId
from teamboard.domain.periods import unfinished
from teamboard.domain.periods.rollover import goals_to_choose, usual_choices
from teamboard.domain.records import Activity, Metric
from teamboard.importers.team import read_team
from teamboard.store.file.store import FileStore
from teamboard.ui.screens.periods.period_rollover import PeriodRolloverScreen
from teamboard.ui.screens.periods.report import ReportScreen
from tests.conftest import ANA, MARA, NOW
from tests.helpers.old_periods import OLD_PERIODS
from tests.helpers.screen import line_with, until, until_shown
from tests.ui.conftest import MakeApp


@pytest.mark.slow
async def test_the_turn_of_a_period_is_chosen_on_one_screen(app: MakeApp, sample_store: FileStore) -> None:
    async with app("mara").run_test(size=(120, 40), notifications=True) as pilot:
        await pilot.press("Q")
        await until_shown(pilot, "the result so far")
        await pilot.press("n")
        await until_shown(pilot, "35 unfinished")
        screen = pilot.app.screen
        assert isinstance(screen, PeriodRolloverScreen)
        await pilot.press("3", "down", "1", "2", "4", "left")
        line_with(pilot, "renew: €0 of €4.2M")
        await pilot.press("ctrl+s")
        await until_shown(pilot, "On which day does Q1 2027 begin?")
        await pilot.press("escape")
        await until_shown(pilot, "Press Esc again")
        screen.query_one("#starts", Input).value = "today"
        await until_shown(pilot, "This quarter ends 40 days early, on 21 Nov; Q1 2027 has 130 days")
        screen.query_one("#ends", Input).value = "today+60"
        await until_shown(pilot, "Q1 2027 has 61 days, This quarter was to have 92")
        await pilot.press("ctrl+s")
        await until(pilot, lambda: isinstance(pilot.app.screen, ReportScreen))
        await until_shown(pilot, "Q1 2027: the result so far")
        await pilot.press("less_than_sign")
        await until_shown(pilot, "This quarter: the result ")
        await pilot.press("pagedown")
        await until_shown(pilot, "What became")
        assert "30" in line_with(pilot, "  missed  ")
        await pilot.press("left", "left")
        await until_shown(pilot, "Last quarter: the result ")
        await pilot.press("right", "escape")
        await until_shown(pilot, "Q1 2027 · day 1 of 61")
    board = sample_store.load()
    outcomes = {t.id: t.outcome for t in board.team_goals}
    assert list(outcomes) == ["T1", "T2", "T3", "T4", "T5", "T6", "T7"]
    assert list(outcomes.values()) == ["missed", "achieved", "missed", None, "dropped", None, None]


async def test_a_goal_that_is_closed_meanwhile_leaves_the_form_and_the_other_choices_stay(
    app: MakeApp, sample_store: FileStore
) -> None:
    async with app("mara").run_test(size=(120, 40), notifications=True) as pilot:
        await pilot.press("Q")
        await until_shown(pilot, "the result so far")
        await pilot.press("n")
        await until_shown(pilot, "35 unfinished")
        screen = pilot.app.screen
        assert isinstance(screen, PeriodRolloverScreen)
        await pilot.press("1", "down")
        line_with(pilot, "renew: 0 of 5 done")
        sample_store.commit(ReviseGoal(goal=RecordId("T4"), drop=True, reason="market", why="Given up"), MARA)
        await until_shown(pilot, "Somebody has changed what is unfinished: T4.")
        line_with(pilot, "34 unfinished")
        screen.query_one("#starts", Input).value = "today"
        screen.query_one("#ends", Input).value = "today+60"
        await pilot.press("ctrl+s")
        await until_shown(pilot, "Q1 2027: the result so far")
    goals = sample_store.load().goals
    assert sum(goal.outcome == "missed" for goal in goals) > 20


async def test_a_rep_does_not_begin_a_period(app: MakeApp) -> None:
    async with app("ana").run_test(size=(80, 24), notifications=True) as pilot:
        await pilot.press("Q")
        await until_shown(pilot, "the result so far")
        await pilot.press("n")
        await until_shown(pilot, "Only Mara Lind (mara)")


@pytest.mark.slow
@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_the_first_row_chooses_for_every_goal(
    app: MakeApp, sample_store: FileStore, size: tuple[int, int]
) -> None:
    ids = [goal.id for goal in unfinished(sample_store.load())]
    reached = [g.id for g in goals_to_choose(sample_store.load()) if g.id not in ids]
    async with app("mara").run_test(size=size, notifications=True) as pilot:
        await pilot.press("Q")
        await until_shown(pilot, "the result so far")
        await pilot.press("n")
        await until_shown(pilot, "35 unfinished")

        def first_word() -> str:
            return line_with(pilot, "All of them").partition("All of them")[2].strip(" │▌").partition("  ")[0]

        assert first_word() == "results renew, the rest carries on"
        await pilot.press("2")
        await until(pilot, lambda: first_word() == "carry on")
        await pilot.press("4")
        await until(pilot, lambda: first_word() == "drop")
        # It stays where it is: a second choice is for all of them again.
        await pilot.press("1")
        await until(pilot, lambda: first_word() == "renew")
        await pilot.press("down", "3")
        await until(pilot, lambda: first_word() == "mixed")
        line_with(pilot, "missed")
        # Whoever turns what is mixed begins with the first choice.
        await pilot.press("up", "up", "right")
        await until(pilot, lambda: first_word() == "renew")
        await pilot.press("left")
        await until(pilot, lambda: first_word() == "drop")
        screen = pilot.app.screen
        assert isinstance(screen, PeriodRolloverScreen)
        screen.query_one("#starts", Input).value = "today"
        screen.query_one("#ends", Input).value = "today+60"
        await pilot.press("ctrl+s")
        await until(pilot, lambda: isinstance(pilot.app.screen, ReportScreen))
    board = sample_store.load()
    goals = [board.goal(goal_id) for goal_id in ids]
    assert {goal.outcome for goal in goals if goal} == {"dropped"}
    assert len(goals) == 35
    # What has reached its target is not dropped.
    assert [goal.outcome for i in reached if (goal := board.goal(i))] == ["achieved"]


@pytest.fixture
def years(tmp_path: Path) -> FileStore:
    """A team whose first period ended more than a year ago, and whose last one has just ended."""
    (tmp_path / "years.yaml").write_text(OLD_PERIODS, encoding="utf-8")
    found = FileStore(tmp_path / "years.board.json", clock=lambda: NOW)
    found.create(read_team(tmp_path / "years.yaml", NOW, Actor(None, "init", "desk")), Actor(None))
    return found


async def open_rollover(pilot: Pilot[None]) -> None:
    await pilot.press("Q")
    await until_shown(pilot, "the result so far")
    await pilot.press("n")
    await until_shown(pilot, "1 unfinished")
    # The goal goes on as it is.
    await pilot.press("2")
    await until_shown(pilot, "carry on from")


@pytest.mark.slow
@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_what_is_old_is_archived_while_everybody_works_on(
    app: MakeApp, years: FileStore, size: tuple[int, int]
) -> None:
    rep = app("ana", years)
    async with app("mara", years).run_test(size=size, notifications=True) as pilot:
        await open_rollover(pilot)
        assert "[x]" in line_with(pilot, "Also archive what is older than a year")
        await until_shown(pilot, "2 check-ins, 1 other record. Past days still show them.")
        line_with(pilot, "ctrl+z takes the new period back in one step. The archive stays.")
        await pilot.press("ctrl+s")
        await until(pilot, lambda: isinstance(pilot.app.screen, ReportScreen))
        await until_shown(pilot, "Archived: 3 records")
        assert len(years.load().team.earlier) == 3  # type: ignore[union-attr]
        assert [g.id for g in years.load().goals] == ["G2"]
        await pilot.press("ctrl+z")
        await until_shown(pilot, "Undone: Mara began")
    # Who has the board open sees their goals as before.
    async with rep.run_test(size=size, notifications=True) as pilot:
        await until_shown(pilot, "More calls")
        await until(pilot, lambda: [g.id for g in rep.board.goals] == ["G2"])
        line_with(pilot, "More calls")
        rep.show_past(None)
        await pilot.press("H")
        await until_shown(pilot, "archived what was over")


@pytest.mark.slow
async def test_what_is_unticked_stays_on_the_board(app: MakeApp, years: FileStore) -> None:
    async with app("mara", years).run_test(size=(80, 24), notifications=True) as pilot:
        await open_rollover(pilot)
        await pilot.press("tab", "tab", "space")
        assert "[ ]" in line_with(pilot, "Also archive")
        # It counts as something that would be lost.
        await pilot.press("escape")
        await until_shown(pilot, "Press Esc again")
        await pilot.press("ctrl+s")
        await until(pilot, lambda: isinstance(pilot.app.screen, ReportScreen))
        assert not [w for w in pilot.app.workers if w.group == "archive"]
    assert [g.id for g in years.load().goals] == ["G1", "G2"]


@pytest.mark.slow
@pytest.mark.parametrize("age", ["never", "2y"])
async def test_what_the_team_keeps_meanwhile_is_not_archived(app: MakeApp, years: FileStore, age: str) -> None:
    async with app("mara", years).run_test(size=(80, 24), notifications=True) as pilot:
        await open_rollover(pilot)
        years.commit(ChangeTeam(archive_after=age), MARA)
        await pilot.press("ctrl+s")
        await until(pilot, lambda: isinstance(pilot.app.screen, ReportScreen))
        assert not [w for w in pilot.app.workers if w.group == "archive"]
    board = years.load()
    assert [g.id for g in board.goals] == ["G1", "G2"]
    assert board.team is not None
    assert board.team.earlier[-1].name == "Now"


@pytest.mark.slow
async def test_the_new_period_stands_where_the_archive_fails(app: MakeApp, years: FileStore) -> None:
    Path(f"{years.path}.archive").symlink_to(Path(years.path).parent)
    async with app("mara", years).run_test(size=(120, 40), notifications=True) as pilot:
        await open_rollover(pilot)
        await pilot.press("ctrl+s")
        await until_shown(pilot, "but the archive failed")
    board = years.load()
    assert board.team is not None
    assert (board.team.earlier[-1].name, [g.id for g in board.goals]) == ("Now", ["G1", "G2"])


@pytest.mark.slow
async def test_nothing_is_offered_where_nothing_is_so_old(app: MakeApp, years: FileStore) -> None:
    years.commit(ChangeTeam(archive_after="2y"), MARA)
    async with app("mara", years).run_test(size=(80, 24), notifications=True) as pilot:
        await open_rollover(pilot)
        assert not pilot.app.screen.query("#archive")


RENEWING = """\
team:
  name: Two
  timezone: UTC
  period: {name: Q3, starts: today-90, ends: today-1}
members:
  - {handle: mara, name: Mara Lind}
  - {handle: ana, name: Ana Ruiz, manager: mara}
team_goals:
  - {key: t, owner: mara, title: New ARR, metric: {unit: €, target: 700000}, rolls_up: sum}
goals:
  - {key: a, owner: ana, title: ARR, metric: {unit: €, target: 400000}, aligned: {t: 1}}
  - {key: b, owner: ana, title: Upsell, metric: {unit: €, target: 300000}, aligned: {t: 1}}
  - {key: c, owner: ana, title: Calls, activity: {unit: calls, per_week: 10}}
  - {key: d, owner: ana, title: The course, kind: skill}
"""


@pytest.fixture
def ended(tmp_path: Path) -> FileStore:
    """A team whose period ended yesterday, with a sum at 97 %."""
    (tmp_path / "ended.yaml").write_text(RENEWING, encoding="utf-8")
    found = FileStore(tmp_path / "ended.board.json", clock=lambda: NOW)
    found.create(read_team(tmp_path / "ended.yaml", NOW, Actor(None, "init", "desk")), Actor(None))
    for goal, value in (("G1", 376_000), ("G2", 300_000)):
        found.commit(CheckInGoal(goal=RecordId(goal), value=value), ANA)
    return found


async def type_target(pilot: Pilot[None], text: str) -> None:
    names = {"+": "plus", "%": "percent_sign", " ": "space"}
    await pilot.press("e", *(names.get(letter, letter) for letter in text), "enter")


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_new_targets_are_typed_where_the_goals_are(app: MakeApp, ended: FileStore, size: tuple[int, int]) -> None:
    before = ended.load()
    async with app("mara", ended).run_test(size=size, notifications=True) as pilot:
        await pilot.press("Q")
        await until_shown(pilot, "the result so far")
        await pilot.press("n")
        await until_shown(pilot, "1 achieved · 4 unfinished: results renew, skills and career carry on")
        assert "ctrl+z takes the new period back in one step." in line_with(pilot, "takes the new period back")
        assert "2026-11-22" in line_with(pilot, "from")
        # Each row says what its choice means; what has reached its target begins again, too.
        assert "97 %" in line_with(pilot, f"{'missed, ' if size[0] > 100 else ''}renew: €0 of €700k")
        assert "94 %" in line_with(pilot, "renew: €0 of €400k")
        assert "100 %" in line_with(pilot, f"{'achieved, ' if size[0] > 100 else ''}renew: €0 of €300k")
        line_with(pilot, "renew: 10 calls a week")
        # On the first row a change for all that are renewed; then a target, a choice and another target.
        await type_target(pilot, "400k")
        await until_shown(pilot, "'400k' is not a change in per cent")
        await pilot.press(*("backspace",) * 4, "escape")
        await type_target(pilot, "+10 %")
        assert "+10 %" in line_with(pilot, "All of them")
        line_with(pilot, "renew: €0 of €770k")
        await pilot.press("down", "down")
        await type_target(pilot, "abc")
        await until_shown(pilot, "G1: 'abc' is not a number")
        await pilot.press("ctrl+s")
        await until_shown(pilot, "G1: 'abc' is not a number")
        assert ended.load() == before
        await pilot.press("escape")
        await type_target(pilot, "450k")
        line_with(pilot, "renew: €0 of €450k")
        # What one goal goes on with counts in the sum from the first day, which says so.
        await pilot.press("3")
        assert "100 %" in line_with(pilot, "achieved at 100 %")
        await pilot.press("up", "up", "2")
        line_with(pilot, "renew: €376k to €770k")
        line_with(pilot, "carry on from €376k")
        await pilot.press("up", "1", "down", "down", "e")
        await until_shown(pilot, "G4 has no number to reach")
        await pilot.press("ctrl+s")
        await until(pilot, lambda: isinstance(pilot.app.screen, ReportScreen))
        board = ended.load()
        assert {g.id: g.measure for g in board.open_goals if g.id != "G4"} == {
            "T2": Metric(unit="€", start=0, target=770_000),
            "G5": Metric(unit="€", start=0, target=450_000),
            "G6": Activity(unit="calls", per_week=11),
        }
        await pilot.press("ctrl+z")
        await until_shown(pilot, "Undone: Mara Lind began")
    assert not changed(before, ended.load())


@pytest.mark.slow
@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_the_days_of_the_period_are_corrected_in_a_form(
    app: MakeApp, sample_store: FileStore, size: tuple[int, int]
) -> None:
    async with app("mara").run_test(size=size, notifications=True) as pilot:
        await pilot.press("Q")
        await until_shown(pilot, "the result so far")
        await pilot.press("e")
        await until_shown(pilot, "Then Q1 2027, 2027-01-01 to 2027-03-31.")
        screen = pilot.app.screen
        screen.query_one("#periods", Input).value = "quarters from feb"
        await until_shown(pilot, "Then Q4 FY27, 2027-01-01 to 2027-01-31.")
        screen.query_one("#ends", Input).value = "soon"
        await pilot.press("ctrl+s")
        await until_shown(pilot, "'soon' is not a date")
        screen.query_one("#ends", Input).value = "2027-01-31"
        await until_shown(pilot, "Then Q1 FY28, 2027-02-01 to 2027-04-30.")
        await pilot.press("ctrl+s")
        await until_shown(pilot, "set the period to")
    board = sample_store.load()
    assert board.team is not None
    assert (board.team.periods, str(board.team.period.ends)) == ("quarters from feb", "2027-01-31")
    assert {str(g.due) for g in board.open_team_goals} == {"2027-01-31"}


async def test_a_rep_does_not_change_the_period(app: MakeApp) -> None:
    async with app("ana").run_test(size=(80, 24), notifications=True) as pilot:
        await pilot.press("Q")
        await until_shown(pilot, "the result so far")
        await pilot.press("e")
        await until_shown(pilot, "Only Mara Lind (mara)")


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_one_answer_is_to_all_that_was_renewed(app: MakeApp, ended: FileStore, size: tuple[int, int]) -> None:
    choices = usual_choices(ended.load())
    ended.commit(BeginPeriod(choices=choices, targets={RecordId("G1"): 450_000}), MARA)
    async with app("ana", ended).run_test(size=size, notifications=True) as pilot:
        await until_shown(pilot, "1 for you")
        # Where it waits is marked, and the key answers on the goal and on Ana's own row.
        assert "⟳" in line_with(pilot, " G5 ")
        await pilot.press(*("down",) * 4, "v")
        await until_shown(pilot, "3 goals of yours, renewed together")
        await pilot.press("escape", "down", "v")
        await until_shown(pilot, "3 goals of yours, renewed together")
        assert "G5" in line_with(pilot, "target €450,000")
        assert "was €400,000" in line_with(pilot, "target €450,000")
        assert "G6" in line_with(pilot, "target €300,000")
        assert "G7" in line_with(pilot, "10 calls a week")
        await pilot.press("a")
        await until(pilot, lambda: not revisions_waiting_for(ended.load(), "ana"))
        await until(pilot, lambda: "⟳" not in line_with(pilot, " G5 "))
        await pilot.press("ctrl+z")
        await until_shown(pilot, "1 for you")
