"""Opening a screen: the one place that knows which module each is in, and imports it when it is first opened.

Screens say what to open, by these functions, and know nothing of each other. Textual would keep a screen that is
pushed by its name in `App.SCREENS`, with the filter and the selection of the last time: here each is made anew.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from importlib import import_module
from typing import TYPE_CHECKING, Any, NamedTuple

from textual.binding import ActiveBinding
from textual.screen import Screen

from teamboard.domain.board import AnyGoal, Board
from teamboard.domain.records import CheckIn, Goal, Member
from teamboard.ui.legend import Legend
from teamboard.ui.live_app import LiveApp

if TYPE_CHECKING:
    from teamboard.ui.widgets.goal_detail import GoalDetail


class GlobalScreen(NamedTuple):
    """A screen that opens from anywhere by the key of its name: its title, and what it shows."""

    title: str
    about: str


GLOBAL_SCREENS = {
    "history": GlobalScreen("History", "What happened, newest first"),
    "inbox": GlobalScreen("Inbox", "Feedback to you, from you, the team's"),
    "due": GlobalScreen("Due", "Who owes what to whom, the most overdue first"),
    "pulse": GlobalScreen("Pulse", "Feedback by week, who gives to whom, how talks went"),
    "standup": GlobalScreen("Standup", "One member after the other, what is new and in the way"),
    "quarter": GlobalScreen("Quarter", "The period's result, beside the one before"),
    "settings": GlobalScreen("Settings", "You, colours, big, calm, your own keys"),
}

SCREEN_MODULES = {
    "alignment": "screens.alignment.alignment:AlignmentScreen",
    "bulk revise": "screens.revisions.bulk_revise:BulkReviseScreen",
    "career": "screens.skills.forms:CareerForm",
    "check in": "screens.check_ins.check_in:CheckInScreen",
    "day": "screens.history.day:DayScreen",
    "decide": "screens.revisions.revision_review:RevisionReviewScreen",
    "due": "screens.due.due:DueScreen",
    "give feedback": "screens.feedback.give_feedback:GiveFeedbackScreen",
    "goal detail": "widgets.goal_detail:GoalDetail",
    "history": "screens.history.history:HistoryScreen",
    "inbox": "screens.feedback.inbox:InboxScreen",
    "keys": "screens.help.keys:KeysScreen",
    "member": "screens.team.member:MemberScreen",
    "next period": "screens.periods.period_rollover:PeriodRolloverScreen",
    "one-on-one": "screens.one_on_ones.one_on_one:OneOnOneScreen",
    "pulse": "screens.pulse.pulse:PulseScreen",
    "quarter": "screens.periods.report:ReportScreen",
    "review": "screens.reviews.opening:open_review",
    "revise": "screens.revisions.revise:ReviseScreen",
    "settings": "screens.settings.settings:SettingsScreen",
    "shares": "screens.alignment.alignment_form:AlignmentForm",
    "skills": "screens.skills.forms:SkillForm",
    "standup": "screens.standup.standup:StandupScreen",
}
"""What makes or opens each screen, and where it is in this package."""


def load_screen(name: str) -> Any:
    """What makes or opens a screen, imported now if it was not before."""
    module, _, attribute = SCREEN_MODULES[name].partition(":")
    return getattr(import_module(f"teamboard.ui.{module}"), attribute)


def make_screen(name: str) -> Screen[Any]:
    """A new screen of a place."""
    screen: Screen[Any] = load_screen(name)()
    return screen


# -- screens of a record


def open_member(app: LiveApp, handle: str, answered: Callable[[str | None], None]) -> None:
    """Open a member; answers with the id of the goal whose detail is wanted, if any."""
    app.push_screen(load_screen("member")(handle), answered)


def open_alignment(app: LiveApp, answered: Callable[[str | None], None]) -> None:
    """Open the alignment; answers with the id of the goal whose detail is wanted, if any."""
    app.push_screen(load_screen("alignment")(), answered)


def open_one_on_one(app: LiveApp, handle: str) -> None:
    """Open the one-on-one of a member."""
    app.push_screen(load_screen("one-on-one")(handle))


async def open_review(app: LiveApp, review_id: str, *, prepare: bool) -> None:
    """Open a review of the person's: to prepare it, or side by side; others are told whose it is."""
    await load_screen("review")(app, review_id, prepare=prepare)


async def open_feedback(app: LiveApp, feedback_id: str) -> None:
    """Open the feedback inbox with a feedback selected."""
    await app.push_screen(load_screen("inbox")(feedback_id))


def open_keys(app: LiveApp, bindings: Mapping[str, ActiveBinding], words: Legend) -> None:
    """Open the keys of the screen that is on top, unless they are on top already."""
    keys_screen = load_screen("keys")
    if not isinstance(app.screen, keys_screen):
        app.push_screen(keys_screen(bindings, words))


async def open_revision(app: LiveApp, revision_id: str) -> None:
    """Open a revision side by side with the goal as it is, to answer it."""
    await app.open(load_screen("decide")(revision_id))


def goal_detail() -> GoalDetail:
    """A pane for the detail of a goal; it comes with the charting library."""
    detail: GoalDetail = load_screen("goal detail")(id="detail")
    return detail


# -- forms, and others that answer; their parameters are those of the screens


def check_in_form(goal: AnyGoal, last: CheckIn | None, *, place: str = "") -> Screen[bool]:
    """A form to check in on a goal."""
    form: Screen[bool] = load_screen("check in")(goal, last, place=place)
    return form


def revise_form(board: Board, goal: AnyGoal, *, instead_of: str | None = None) -> Screen[bool]:
    """A form to revise a goal."""
    form: Screen[bool] = load_screen("revise")(board, goal, instead_of=instead_of)
    return form


def bulk_revise_form(board: Board, goals: Sequence[AnyGoal]) -> Screen[bool]:
    """A form to revise several goals at once."""
    form: Screen[bool] = load_screen("bulk revise")(board, goals)
    return form


def shares_form(board: Board, goal: Goal) -> Screen[bool]:
    """A form to align a goal."""
    form: Screen[bool] = load_screen("shares")(board, goal)
    return form


def give_feedback_form(member: Member, about: str) -> Screen[bool]:
    """A form to give feedback to a member."""
    form: Screen[bool] = load_screen("give feedback")(member, about)
    return form


def skill_form(member: Member) -> Screen[bool]:
    """A form for a skill of a member."""
    form: Screen[bool] = load_screen("skills")(member)
    return form


def career_form(member: Member) -> Screen[bool]:
    """A form for the career of a member."""
    form: Screen[bool] = load_screen("career")(member)
    return form


def next_period_form(board: Board) -> Screen[bool]:
    """A form to close the period and begin the next."""
    form: Screen[bool] = load_screen("next period")(board)
    return form


def day_prompt(today: date) -> Screen[date | None]:
    """A prompt for a day."""
    prompt: Screen[date | None] = load_screen("day")(today)
    return prompt
