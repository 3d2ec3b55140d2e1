"""The standup on the screen: one after the other, live, and kept at the end."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from teamboard.actions.base import Actor
from teamboard.actions.check_ins import CheckInGoal
from teamboard.actions.goals import AddGoal, AddTeamGoal
from teamboard.actions.team import AddMember
from teamboard.domain.ids import RecordId
from teamboard.domain.records import Metric
from teamboard.domain.standup import last_standup
from teamboard.store.file.store import FileStore
from teamboard.ui.screens.board.board import BoardScreen
from teamboard.ui.screens.standup.standup import StandupScreen
from tests.conftest import ANA, BEN, MARA, NOW, Run
from tests.helpers.screen import line_with, screen_text, until, until_gone, until_shown
from tests.helpers.terminal import Terminal
from tests.ui.conftest import MakeApp


@pytest.mark.slow
@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_one_after_the_other_live_and_kept(app: MakeApp, sample_store: FileStore, size: tuple[int, int]) -> None:
    async with app("mara").run_test(size=size, notifications=True) as pilot:
        await pilot.press("S")
        # Whoever is blocked comes first.
        await until_shown(pilot, "A N A   R U I Z")
        line_with(pilot, "Legal has not cleared the trade-fair list")
        line_with(pilot, "1 of 9")
        assert "attainment  of result goals" in line_with(pilot, "attainment")
        line_with(pilot, "at this pace 1")
        to_go = ", €388k to go" if size[0] == 80 else ""
        line_with(pilot, f"€812k of €1.2M{to_go} · at this pace €1.36M · call €1.15M")
        line_with(pilot, f"51 of 120 calls{', 69 calls to go' if to_go else ''} · at this pace 88.5 calls")
        await pilot.press("plus")
        await until_shown(pilot, "Mara helps")
        assert not any("I help" in line for line in screen_text(pilot))
        sample_store.commit(CheckInGoal(goal=RecordId("G12"), value=900_000, note="One more"), ANA)
        await until_shown(pilot, "Ana Ruiz checked in on G12 ARR Iberia")
        await until_shown(pilot, "75 %")
        await pilot.press("space")
        await until_shown(pilot, "M A R A   L I N D")
        await pilot.press("left")
        await until_shown(pilot, "A N A   R U I Z")
        await pilot.press(*["space"] * 9)
        await until_shown(pilot, "R O U N D - U P")
        line_with(pilot, "Ana, G13: Legal has not cleared")
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, BoardScreen))
        kept = last_standup(sample_store.load())
        assert kept is not None
        assert len(kept.seconds) == 9


async def test_who_has_not_begun_is_not_called_and_who_owns_a_team_goal_alone_is(
    app: MakeApp, sample_store: FileStore
) -> None:
    coming = NOW.date() + timedelta(days=5)
    sample_store.commit(AddMember(handle="otto", name="Otto Ohm", manager="mara", starts=coming), MARA)
    sample_store.commit(AddGoal(owner="otto", title="Calls", measure=Metric(unit="calls", start=0, target=9)), MARA)
    sample_store.commit(AddMember(handle="lea", name="Lea Vogel", manager="mara"), MARA)
    demos = AddTeamGoal(title="Demos of all", owner="lea", rolls_up="own", measure=Metric(unit="x", start=0, target=9))
    goal = sample_store.commit(demos, MARA).created[0]
    sample_store.commit(CheckInGoal(goal=goal, value=3, blocker="No room"), Actor("lea"))
    async with app("mara").run_test(size=(120, 40), notifications=True) as pilot:
        await pilot.press("S")
        await until_shown(pilot, "1 of 10")
        for _ in range(10):
            if line := next((text for text in screen_text(pilot) if "L E A   V O G E L" in text), ""):
                break
            assert not any("O T T O" in text for text in screen_text(pilot))
            await pilot.press("space")
        assert line
        line_with(pilot, "progress  T7 Demos of all")
        line_with(pilot, "3 of 9 x, 6 x to go")
        line_with(pilot, "No room")
        await pilot.press("plus")
        await until_shown(pilot, "Mara helps")


async def test_the_round_up_names_who_was_not_called_without_goals(app: MakeApp, sample_store: FileStore) -> None:
    for handle, starts in (("iris", None), ("otto", NOW.date() + timedelta(days=5))):
        sample_store.commit(AddMember(handle=handle, name=handle.title(), manager="mara", starts=starts), MARA)
    async with app("mara").run_test(size=(80, 24)) as pilot:
        await pilot.press("S", "w")
        await until_shown(pilot, "R O U N D - U P")
        assert line_with(pilot, "Not called").strip() == "Not called, no goals: Iris"


async def test_the_file_may_go_and_come_back(app: MakeApp, sample_store: FileStore) -> None:
    path = Path(sample_store.path)
    async with app("ben").run_test(size=(120, 40), notifications=True) as pilot:
        await pilot.press("S")
        await until_shown(pilot, "A N A   R U I Z")
        path.rename(path.with_suffix(".away"))
        await until_shown(pilot, "This is the last good board.")
        await pilot.press("plus")
        await until_shown(pilot, "`teamboard")
        path.with_suffix(".away").rename(path)
        await until_gone(pilot, "This is the last good board.")
        sample_store.commit(CheckInGoal(goal=RecordId("G23"), value=250_000), BEN)
        await until_shown(pilot, "Ben Okafor checked in on G23")
        assert isinstance(pilot.app.screen, StandupScreen)


def test_the_clock_moves_on_and_the_last_one_is_printed(run: Run, tmp_path: Path, terminals: list[Terminal]) -> None:
    assert run("demo", "--board", "team.board.json").returncode == 0
    assert run("member", "add", "iris", "Iris Vega", "--as", "mara").returncode == 0
    none = run("standup", "last")
    assert (none.returncode, none.stdout) == (1, "")
    assert "needs a terminal" in run("standup").stderr
    for wrong in ("soon", "0s", "9h"):
        assert run("standup", "--rotate", wrong).returncode == 2
    terminal = Terminal(
        tmp_path, "standup", "--order", "round", "--rotate", "1s", "--as", "mara", columns=110, lines=40
    )
    terminals.append(terminal)
    terminal.wait_for("M A R A   L I N D")
    terminal.wait_for("A N A   R U I Z")
    terminal.wait_for("P A U   F E R R E R")
    terminal.type("w")
    terminal.wait_for("R O U N D - U P")
    terminal.type("\r")
    terminal.wait_for("teamboard standup last")
    told = run("standup", "last").stdout
    assert told.startswith("Standup of ")
    assert told.splitlines()[1] == "Not called, no goals: Iris Vega"
    assert "Legal has not cleared the trade-fair list (helps: nobody yet)" in told
    document = run("standup", "last", "--to", "md").stdout
    assert "# Standup of" in document
    assert "\n\nNot called, no goals: Iris Vega\n\n## Help wanted\n" in document
    assert "held the standup" in run("log").stdout.splitlines()[0]
