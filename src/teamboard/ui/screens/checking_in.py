"""Checking in, from any screen that has a goal selected."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from textual.screen import Screen

from teamboard.actions.base import Refused, require
from teamboard.actions.check_in import CheckInGoal
from teamboard.board.records import TeamGoal

if TYPE_CHECKING:
    from teamboard.ui.app import BoardApp


class CheckingIn:
    """Adds `check_in` to a screen."""

    def check_in(self, goal_id: str | None) -> None:
        """Open the form for a goal; say why not, where the person may not."""
        screen = cast("Screen[None]", self)
        app = cast("BoardApp", screen.app)
        goal = app.board.goal(goal_id or "")
        if goal is None:
            app.say("Select a goal first, then press u.", "warning")
            return
        if isinstance(goal, TeamGoal) and goal.rolls_up != "own":
            app.say(f"{goal.id} adds up the goals aligned to it: check in on those.", "warning")
            return
        try:
            require(app.board, app.actor, CheckInGoal.verb, app.board.member(goal.owner))
        except Refused as refusal:
            app.say(str(refusal), "warning")
            return
        from teamboard.ui.screens.check_in import CheckInScreen

        app.push_screen(CheckInScreen(goal, app.board.last_checkin(goal.id)))
