"""What is done with one goal as a whole: the menu of a goal, and the forms and commits behind it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial

from teamboard.actions.check_ins import CorrectCheckIn
from teamboard.actions.goal_changes.closing import CloseGoal, ReopenGoal
from teamboard.actions.goal_changes.edits import EditGoal, RemoveGoal, require_above_or_alone
from teamboard.actions.goal_changes.handing_over import HandOverGoal
from teamboard.domain.board import AnyGoal
from teamboard.domain.ids import RecordId
from teamboard.domain.permissions import verb_on
from teamboard.domain.references import built_on
from teamboard.domain.sanitize import one_line
from teamboard.domain.verbs import VerbName
from teamboard.render.format import check_in_label, goal_label
from teamboard.ui.live_app import LiveApp
from teamboard.ui.navigation import GoalAct
from teamboard.ui.screens.choose import ChooseScreen
from teamboard.ui.screens.goals.closing import CloseGoalForm, ReopenGoalForm
from teamboard.ui.screens.goals.edit import CorrectCheckInForm, EditGoalForm
from teamboard.ui.screens.goals.handing_over import HandOverForm
from teamboard.ui.undo import take_back

MOST_CHECK_INS = 9
"""As many as there are number keys."""


async def act_on_goal(app: LiveApp, goal: AnyGoal, act: GoalAct | None) -> None:
    """Do something with a goal: open its menu or a form, or commit at once. Nothing for None."""
    acts: dict[GoalAct, Callable[[LiveApp, AnyGoal], Awaitable[None]]] = {
        "choose": _choose,
        "edit": _edit,
        "close": _close,
        "hand over": _hand_over,
        "reopen": _reopen,
        "correct": _correct_check_in,
        "remove": _remove,
    }
    if act is not None:
        await acts[act](app, goal)


async def _edit(app: LiveApp, goal: AnyGoal) -> None:
    if app.may(verb_on(goal, EditGoal.verb), app.board.member(goal.owner)):
        await app.open(EditGoalForm(app.board, goal))


async def _close(app: LiveApp, goal: AnyGoal) -> None:
    if _may_decide(app, CloseGoal.verb, goal):
        await app.open(CloseGoalForm(goal, reached=app.current.standing(goal).progress >= 1))


async def _hand_over(app: LiveApp, goal: AnyGoal) -> None:
    if app.may(verb_on(goal, HandOverGoal.verb), app.board.member(goal.owner)):
        await app.open(HandOverForm(app.board, goal))


async def _reopen(app: LiveApp, goal: AnyGoal) -> None:
    if _may_decide(app, ReopenGoal.verb, goal):
        await app.open(ReopenGoalForm(goal))


async def _choose(app: LiveApp, goal: AnyGoal) -> None:
    """Ask what is to be done with a goal, and do it."""
    options: dict[GoalAct, str] = {"close": "Close it", "hand over": "Hand it over"}
    if goal.outcome is not None:
        options = {"reopen": "Open it again"}
    if goal.outcome is None and app.board.checkins_of(goal.id):
        options["correct"] = "Correct a check-in"
    if goal.outcome is None and not built_on(app.board, goal):
        options["remove"] = "Remove it: nothing is built on it yet"
    heading = goal_label(goal)
    await app.open(ChooseScreen(heading, options), partial(act_on_goal, app, goal))


def _may_decide(app: LiveApp, verb: VerbName, goal: AnyGoal) -> bool:
    """Whether the person may close or reopen a goal; if not, a toast says who may."""
    return app.passes(partial(require_above_or_alone, app.board, app.actor, verb, goal))


async def _correct_check_in(app: LiveApp, goal: AnyGoal) -> None:
    """Ask which of a goal's latest check-ins was wrong, and open the form for it."""
    checkins = app.board.checkins_of(goal.id)[: -MOST_CHECK_INS - 1 : -1]
    if not checkins:
        app.say(f"{goal.id} has no check-in to correct.", "warning")
        return
    if not app.may(CorrectCheckIn.verb, app.board.member(goal.owner)):
        return
    by_id = {c.id: c for c in checkins}
    labels = {c.id: check_in_label(app.board, goal, c) for c in checkins}

    async def open_form(checkin_id: RecordId | None) -> None:
        if checkin_id is not None:
            await app.open(CorrectCheckInForm(goal, by_id[checkin_id]))

    if len(checkins) == 1:
        await open_form(checkins[0].id)
    else:
        await app.open(ChooseScreen("Which check-in was wrong?", labels), open_form)


async def _remove(app: LiveApp, goal: AnyGoal) -> None:
    """Remove a goal on which nothing is built; a toast says what came of it."""
    if await app.attempt(app.commit(RemoveGoal(goal=goal.id))):
        app.say(one_line(f"{goal_label(goal)} is removed{take_back(app)}"))
