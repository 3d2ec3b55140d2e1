"""Open screens, forms and prompts; their modules are imported when they are first opened.

Screens open each other through these functions and do not import each other. Each call makes a new screen: one that
Textual keeps in `App.SCREENS` would come back with its last filter and selection.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from importlib import import_module
from typing import TYPE_CHECKING, Any, Literal

from msgspec import Struct
from textual.binding import ActiveBinding
from textual.screen import Screen
from textual.widget import Widget

from teamboard.domain.board import AnyGoal, Board
from teamboard.domain.board_filter import MemberOrder, Rank
from teamboard.domain.board_on_day import BoardOnDay
from teamboard.domain.goals.revisions import revisions_waiting_for
from teamboard.domain.ids import RecordId
from teamboard.domain.records import CheckIn, Goal, Member, Team
from teamboard.ui.legend import Legend
from teamboard.ui.live_app import LiveApp

if TYPE_CHECKING:
    from teamboard.domain.history.archive import ArchiveOffer
    from teamboard.ui.palette import Command
    from teamboard.ui.widgets.banner import Banner
    from teamboard.ui.widgets.filter_line import FilterLine
    from teamboard.ui.widgets.goal_detail import GoalDetail
    from teamboard.ui.widgets.key_footer import KeyFooter


class GlobalScreen(Struct, frozen=True):
    """A screen that needs nothing to open: title and contents. Every palette has it, `keymap` its key."""

    title: str
    about: str


GlobalScreenName = Literal["history", "inbox", "due", "pulse", "standup", "quarter", "settings"]

GLOBAL_SCREENS: dict[GlobalScreenName, GlobalScreen] = {
    "history": GlobalScreen("History", "What happened, newest first"),
    "inbox": GlobalScreen("Inbox", "Feedback to you, from you, the team's"),
    "due": GlobalScreen("Due", "Who owes what to whom, the most overdue first"),
    "pulse": GlobalScreen("Pulse", "Feedback by week, who gives to whom, how talks went"),
    "standup": GlobalScreen("Standup", "One member after the other, what is new and in the way"),
    "quarter": GlobalScreen("Quarter", "The period's result, beside the one before"),
    "settings": GlobalScreen("Settings", "You, colours, big, calm, your own keys"),
}

PartName = Literal[
    GlobalScreenName,
    "alignment",
    "away",
    "banner",
    "bring back",
    "bulk revise",
    "career",
    "check in",
    "day",
    "goal act",
    "revision",
    "filter",
    "footer",
    "give feedback",
    "goal detail",
    "joining",
    "keys",
    "leave",
    "member",
    "member order",
    "new goal",
    "new member",
    "number style",
    "next period",
    "one-on-one",
    "period",
    "quick open",
    "review",
    "export",
    "rename",
    "return",
    "revise",
    "align",
    "serve",
    "skills",
    "undo",
]

GoalAct = Literal["choose", "edit", "close", "hand over", "reopen", "correct", "remove"]
"""What is done with one goal as a whole; "choose" asks which of them."""

PARTS: dict[PartName, str] = {
    "alignment": "screens.alignment.alignment:AlignmentScreen",
    "away": "screens.team.forms:AwayForm",
    "banner": "widgets.banner:Banner",
    "bring back": "lost_commits:bring_back_lost",
    "bulk revise": "screens.revisions.bulk_revise:BulkReviseScreen",
    "career": "screens.skills.forms:CareerForm",
    "check in": "screens.check_ins.check_in:CheckInScreen",
    "day": "screens.history.day:DayScreen",
    "goal act": "screens.goals.menu:act_on_goal",
    "revision": "screens.revisions.revision_review:RevisionReviewScreen",
    "due": "screens.due.due:DueScreen",
    "filter": "widgets.filter_line:FilterLine",
    "footer": "widgets.key_footer:KeyFooter",
    "give feedback": "screens.feedback.give_feedback:GiveFeedbackScreen",
    "goal detail": "widgets.goal_detail:GoalDetail",
    "history": "screens.history.history:HistoryScreen",
    "inbox": "screens.feedback.inbox:InboxScreen",
    "joining": "screens.team.forms:JoiningForm",
    "keys": "screens.help.keys:KeysScreen",
    "leave": "screens.team.leaving:LeaveForm",
    "member": "screens.team.member:MemberScreen",
    "member order": "member_order:member_rank",
    "new member": "screens.team.new_member:NewMemberForm",
    "number style": "screens.team.number_style:NumberStyleForm",
    "next period": "screens.periods.period_rollover:PeriodRolloverScreen",
    "one-on-one": "screens.one_on_ones.one_on_one:OneOnOneScreen",
    "period": "screens.periods.period_form:PeriodForm",
    "pulse": "screens.pulse.pulse:PulseScreen",
    "quarter": "screens.periods.report:ReportScreen",
    "quick open": "quick_open:quick_open_commands",
    "export": "screens.team.exporting:ExportForm",
    "rename": "screens.team.renaming:RenameForm",
    "return": "screens.team.leaving:ReturnForm",
    "review": "screens.reviews.opening:open_review",
    "revise": "screens.revisions.revise:ReviseScreen",
    "settings": "screens.settings.settings:SettingsScreen",
    "new goal": "screens.goals.new_goal:NewGoalForm",
    "align": "screens.alignment.alignment_form:AlignmentForm",
    "serve": "screens.alignment.serving_form:ServingForm",
    "skills": "screens.skills.forms:SkillForm",
    "standup": "screens.standup.standup:StandupScreen",
    "undo": "undo:undo_own_last",
}
"""The class or function of each screen, or other part that is loaded late; modules are in this package."""


def load_part(name: PartName) -> Any:
    """Import and return the class or function for a name in `PARTS`."""
    module, _, attribute = PARTS[name].partition(":")
    return getattr(import_module(f"teamboard.ui.{module}"), attribute)


def make_screen(name: GlobalScreenName) -> Screen[Any]:
    """Make a new screen, for a name in `GLOBAL_SCREENS`."""
    screen: Screen[Any] = load_part(name)()
    return screen


# -- screens of a record


def open_member(app: LiveApp, handle: str, on_result: Callable[[RecordId | None], None]) -> None:
    """Open a member; the result is the id of a goal whose detail to open, or None."""
    app.push_screen(load_part("member")(handle), on_result)


def open_alignment(app: LiveApp, on_result: Callable[[RecordId | None], None]) -> None:
    """Open the alignment; the result is the id of a goal whose detail to open, or None."""
    app.push_screen(load_part("alignment")(), on_result)


def open_one_on_one(app: LiveApp, handle: str) -> None:
    """Open the one-on-one of a member."""
    app.push_screen(load_part("one-on-one")(handle))


async def open_review(app: LiveApp, review_id: RecordId, *, prepare: bool) -> None:
    """Open one of the person's reviews, to prepare it or side by side; a toast refuses others' reviews."""
    await load_part("review")(app, review_id, prepare=prepare)


async def act_on_goal(app: LiveApp, goal: AnyGoal, act: GoalAct | None) -> None:
    """Do something with a goal: open its menu or a form, or commit at once. Nothing for None."""
    await load_part("goal act")(app, goal, act)


async def open_feedback(app: LiveApp, feedback_id: RecordId) -> None:
    """Open the feedback inbox with a feedback selected."""
    await app.push_screen(load_part("inbox")(feedback_id))


def open_keys(app: LiveApp, bindings: Mapping[str, ActiveBinding], legend: Legend) -> None:
    """Open the list of keys over the current screen, unless it is open."""
    keys_screen = load_part("keys")
    if not isinstance(app.screen, keys_screen):
        app.push_screen(keys_screen(bindings, legend))


async def open_revision(app: LiveApp, revision_id: RecordId) -> None:
    """Open a revision beside the current goal, to answer it."""
    await app.open(load_part("revision")(revision_id))


async def open_waiting(app: LiveApp, selected: RecordId | None) -> bool:
    """Open the first revision that waits for the person, if the row that is selected is their own; False if not."""
    me = app.board.member(app.actor.member)
    waiting = revisions_waiting_for(app.board, me.handle) if me is not None and me.id == selected else []
    if waiting and not app.past:
        await open_revision(app, waiting[0].id)
    return bool(waiting and not app.past)


def goal_detail(key_name: Callable[[str], str]) -> GoalDetail:
    """A pane for the detail of a goal; imports the charting library. `key_name` returns the key of a named action."""
    detail: GoalDetail = load_part("goal detail")(key_name, id="detail")
    return detail


def banner() -> Banner:
    """A banner for the messages of a screen."""
    made: Banner = load_part("banner")()
    return made


def filter_line(words: str, hint: str, *, filtered: Widget) -> FilterLine:
    """A field for the words of a filter, with a hint while it is empty; `filtered` is focused when it is left."""
    line: FilterLine = load_part("filter")(words, hint, filtered=filtered)
    return line


def member_rank(shown: BoardOnDay, order: MemberOrder) -> Rank | None:
    """Where members stand in an order that needs forecasts; None for another one."""
    rank: Rank | None = load_part("member order")(shown, order) if order in ("gap", "forecast") else None
    return rank


def key_footer() -> KeyFooter:
    """A footer, for a screen that mounts it late."""
    footer: KeyFooter = load_part("footer")()
    return footer


# -- what keys ask for that most people don't press in the first seconds


async def undo_own_last(app: LiveApp) -> None:
    """Undo the last commit of the person at the screen."""
    await load_part("undo")(app)


async def bring_back_lost(app: LiveApp) -> None:
    """Bring back commits that the board's file has lost."""
    await load_part("bring back")(app)


def quick_open_commands(app: LiveApp) -> Iterable[Command]:
    """The palette's commands that open a member, goal, feedback or review."""
    commands: Iterable[Command] = load_part("quick open")(app)
    return commands


# -- forms and prompts; the result of a form is True if it was saved. Parameters are those of the classes


def check_in_form(goal: AnyGoal, last: CheckIn | None, *, place: str = "") -> Screen[bool]:
    """A form to check in on a goal."""
    form: Screen[bool] = load_part("check in")(goal, last, place=place)
    return form


def new_goal_form(board: Board, owner: Member) -> Screen[bool]:
    """A form to set or propose a goal, for a member unless somebody else is chosen."""
    form: Screen[bool] = load_part("new goal")(board, owner)
    return form


def revise_form(board: Board, goal: AnyGoal, *, instead_of: RecordId | None = None) -> Screen[bool]:
    """A form to revise a goal."""
    form: Screen[bool] = load_part("revise")(board, goal, instead_of=instead_of)
    return form


def bulk_revise_form(board: Board, goals: Sequence[AnyGoal]) -> Screen[bool]:
    """A form to revise several goals at once."""
    form: Screen[bool] = load_part("bulk revise")(board, goals)
    return form


def alignment_form(board: Board, goal: AnyGoal) -> Screen[bool]:
    """A form to align a goal, or to say which team goal a team goal serves."""
    form: Screen[bool] = load_part("align" if isinstance(goal, Goal) else "serve")(board, goal)
    return form


def give_feedback_form(member: Member, about: str) -> Screen[bool]:
    """A form to give feedback to a member."""
    form: Screen[bool] = load_part("give feedback")(member, about)
    return form


def skill_form(member: Member) -> Screen[bool]:
    """A form for a skill of a member."""
    form: Screen[bool] = load_part("skills")(member)
    return form


def career_form(member: Member) -> Screen[bool]:
    """A form for the career of a member."""
    form: Screen[bool] = load_part("career")(member)
    return form


def away_form(member: Member) -> Screen[bool]:
    """A form for the days on which a member is away."""
    form: Screen[bool] = load_part("away")(member)
    return form


def joining_form(member: Member) -> Screen[bool]:
    """A form for the first day and the ramp of a member."""
    form: Screen[bool] = load_part("joining")(member)
    return form


def export_form(member: Member) -> Screen[bool]:
    """A form that writes what is known of a member into a file."""
    form: Screen[bool] = load_part("export")(member)
    return form


def rename_form(member: Member) -> Screen[bool]:
    """A form for another handle or name of a member."""
    form: Screen[bool] = load_part("rename")(member)
    return form


def leave_form(member: Member, board: Board) -> Screen[bool]:
    """A form for a member who leaves the team, and for who takes over."""
    form: Screen[bool] = load_part("leave")(member, board)
    return form


def return_form(member: Member) -> Screen[bool]:
    """A form for a member who comes back to the team."""
    form: Screen[bool] = load_part("return")(member)
    return form


def next_period_form(board: Board, archive: Callable[[ArchiveOffer], None] | None = None) -> Screen[bool]:
    """A form to close the period and begin the next; `archive` is called with what is to be archived after it."""
    form: Screen[bool] = load_part("next period")(board, archive)
    return form


def period_form(team: Team) -> Screen[bool]:
    """A form to correct the period that runs, and to say how long the coming ones are."""
    form: Screen[bool] = load_part("period")(team)
    return form


def new_member_form(manager: str) -> Screen[bool]:
    """A form to bring a member onto the board, under `manager` if nobody else is typed."""
    form: Screen[bool] = load_part("new member")(manager)
    return form


def number_style_form() -> Screen[bool]:
    """A form for how the team reads and writes numbers."""
    form: Screen[bool] = load_part("number style")()
    return form


def day_prompt(today: date) -> Screen[date | None]:
    """A prompt for a day."""
    prompt: Screen[date | None] = load_part("day")(today)
    return prompt
