"""Every figure on a screen is that of the command line's JSON; `tests/test_same_figures.py` compares its outputs."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from textual.pilot import Pilot

from teamboard.actions.base import Actor
from teamboard.domain.board_on_day import BoardOnDay
from teamboard.domain.due import dues
from teamboard.domain.feedback import count_open
from teamboard.domain.goals.revisions import revisions_waiting_for
from teamboard.domain.ids import RecordId
from teamboard.domain.standup import round_up
from teamboard.render.board import board_lines
from teamboard.render.board_json import board_json
from teamboard.render.format import percent
from teamboard.ui.app import BoardApp
from teamboard.ui.snapshot import settled
from teamboard.ui.widgets.board_view import BoardView
from tests.conftest import NOW, TODAY
from tests.helpers.lines import text_of
from tests.helpers.rich_board import write_board
from tests.helpers.screen import screen_text, until_shown

SIZE = (170, 150)


def app_of(path: Path, *, rich: bool, member: str = "mara") -> BoardApp:
    store = write_board(path, NOW, rich=rich)
    found = BoardApp(store, store.load(), Actor(member, "login", "desk"), clock=lambda: NOW)
    found.animation_level = "none"
    return found


def without_bars(text: str) -> str:
    """A line without bar and mark, whose width differs, and with single spaces."""
    return " ".join(re.sub("[▌━─┃╸]+", " ", text).split())


async def opened(pilot: Pilot[None], record_id: RecordId | None, *keys: str) -> list[str]:
    """The lines of a screen that keys open from the board, which it goes back to."""
    if record_id is not None:
        assert pilot.app.screen.query_one(BoardView).select(record_id)
    await pilot.press(*keys)
    await settled(pilot)
    lines = screen_text(pilot)
    await pilot.press("escape")
    await settled(pilot)
    return lines


@pytest.mark.slow
@pytest.mark.parametrize("rich", [False, True], ids=["sample", "rich"])
async def test_the_screens_have_the_figures_of_the_command_line(tmp_path: Path, rich: bool) -> None:
    app = app_of(tmp_path / "team.board.json", rich=rich)
    shown = BoardOnDay(app.board, TODAY)
    told = board_json(shown)
    overdue = [due for due in dues(shown) if due.overdue]
    async with app.run_test(size=SIZE) as pilot:
        await until_shown(pilot, "? Keys")
        await settled(pilot)
        lines = screen_text(pilot)
        # The board is that of `show`, line by line.
        on_screen = {without_bars(line) for line in lines}
        for line in list(board_lines(shown, SIZE[0]))[1:]:
            assert without_bars(text_of(line)) in on_screen
        waiting = len(revisions_waiting_for(app.board, "mara"))
        assert (f"{waiting} for you" in lines[0] + lines[1]) is bool(waiting)

        due = await opened(pilot, None, "D", "tab")
        assert any(f"the team's {len(overdue)} overdue" in line for line in due)
        late = [int(found[1]) for line in due if (found := re.match(r"[ ▌]*(\d+) d late ", line))]
        assert late == [d.overdue for d in overdue]

        inbox = await opened(pilot, None, "F")
        pulse = await opened(pilot, None, "P")
        counts = count_open(app.board.feedback)
        assert any(f"the team's {counts.open} open · {counts.asked} asked" in line for line in inbox)
        assert any(f"{counts.unacknowledged} of {counts.open} open not yet" in line for line in pulse)
        assert counts.open == sum(m["feedback"]["open"] for m in told["members"])

        summary = round_up(shown)
        standup = await opened(pilot, None, "S", "w")
        assert any(f"Overdue  {len(overdue)} " in line for line in standup)
        assert sum("☐ " in line for line in standup) == len(summary.agreed_actions)
        assert len(summary.agreed_actions) == sum(len(m["open_actions"]) for m in told["members"])


@pytest.mark.slow
@pytest.mark.parametrize("rich", [False, True], ids=["sample", "rich"])
async def test_the_screens_of_members_and_goals_have_them_too(tmp_path: Path, rich: bool) -> None:
    app = app_of(tmp_path / "team.board.json", rich=rich)
    shown = BoardOnDay(app.board, TODAY)
    told = board_json(shown)
    async with app.run_test(size=SIZE) as pilot:
        await until_shown(pilot, "? Keys")
        await settled(pilot)
        for member in told["members"][:3]:
            lines = await opened(pilot, member["id"], "enter")
            if member["attainment"] is not None:
                assert any(f"{percent(member['attainment'])} attained" in line for line in lines)
            assert sum("☐ " in line and ": " in line for line in lines) == len(member["open_actions"])
            assert (
                any(f" · {member['feedback']['open']} open" in line for line in lines) or not member["feedback"]["open"]
            )
            for goal in member["goals"]:
                (line,) = [line for line in lines if re.match(rf"[ ▌]*{goal['id']} ", line)]
                assert f" {percent(goal['progress'])} " in line
        for goal in told["team_goals"]:
            alignment = await opened(pilot, None, "A")
            assert any(f" {goal['id']} " in line and f" {percent(goal['progress'])}" in line for line in alignment)
            detail = await opened(pilot, goal["id"], "enter")
            assert any(f" {percent(goal['progress'])} " in line and "━" in line for line in detail)
