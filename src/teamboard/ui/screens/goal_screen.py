"""The base of all screens on which goals are selected: the actions on a goal or its owner."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import ClassVar, TypeVar

from textual.binding import BindingType
from textual.screen import Screen

from teamboard.actions.base import FOR_GOOD, refuse_who_leaves
from teamboard.domain.due import next_review
from teamboard.domain.goals.closing import closed_goals, ending_of
from teamboard.domain.goals.revisions import (
    coming_revision,
    last_agreed,
    open_proposal,
    revisions_waiting_for,
    unacknowledged,
)
from teamboard.domain.handles import display_name
from teamboard.domain.ids import RecordId
from teamboard.domain.people import stays
from teamboard.domain.permissions import may, verb_on
from teamboard.domain.records import Goal, Member, TeamGoal
from teamboard.domain.sanitize import shell_command
from teamboard.domain.verbs import VerbName
from teamboard.render.format import goal_label, label_of
from teamboard.ui import legend, navigation
from teamboard.ui.keymap import bound
from teamboard.ui.palette import Command
from teamboard.ui.screens.base_screen import LiveScreen
from teamboard.ui.widgets.board_view import BoardView

A = TypeVar("A")

GOAL_COMMANDS: tuple[tuple[str, str, str, navigation.GoalAct, VerbName], ...] = (
    ("Edit", "Title and note of the selected goal, weight, unit", "edit", "edit", "edit a goal"),
    ("Close a goal", "The selected goal: achieved, missed or dropped", "done", "close", "close a goal"),
    ("Hand over", "The selected goal to another member", "done", "hand over", "hand over a goal"),
    ("Correct a check-in", "A wrong value or note", "done", "correct", "correct a check-in"),
    ("Remove", "The selected goal, while nothing is built on it", "done", "remove", "remove a goal"),
)
"""The palette's commands about one goal as a whole: name, what it does, key, act and verb."""

MEMBER_COMMANDS: tuple[tuple[str, str, Callable[[Member], Screen[bool]], VerbName], ...] = (
    (
        "First day, ramp",
        "When the selected member joined, and what is expected",
        navigation.joining_form,
        "change a member",
    ),
    ("Rename", "Another handle or name for the selected member", navigation.rename_form, "rename a member"),
    ("Export", "All that the board knows of them, as JSON in a file", navigation.export_form, "export a member"),
)
"""The palette's commands that open a form about the selected member: name, what it does, form and verb."""


class GoalScreen(LiveScreen[A]):
    """A screen with a selected goal or member, and the actions on it."""

    LEGEND: ClassVar[legend.Legend] = legend.BOARD
    BINDINGS: ClassVar[list[BindingType]] = [
        bound("check-in", "check_in", "Check in", show=True),
        bound("revise", "revise", "Revise", show=True),
        bound("move", "move", "Move, align", show=True),
        bound("new", "new_goal", "New goal"),
        bound("align", "alignment", "Alignment"),
        bound("mark", "mark", "Mark several goals"),
        bound("edit", "goal('edit', 'edit')", "Edit"),
        bound("done", "goal('choose')", "Close, hand over"),
        bound("feedback", "feedback", "Give feedback"),
        bound("inbox", "app.show('inbox')", "Feedback inbox"),
        bound("one-on-one", "one_on_one", "One-on-one"),
        bound("prepare", "prepare", "Prepare a review"),
        bound("review", "review", "Review, side by side"),
        bound("due", "app.show('due')", "What is due"),
        bound("pulse", "app.show('pulse')", "The team's pulse"),
    ]

    @property
    def selected(self) -> RecordId | None:
        """The id of the selected record, or None."""
        raise NotImplementedError

    @property
    def to_copy(self) -> Sequence[RecordId]:
        """The marked goals, or the selected record."""
        return self.marked or ([self.selected] if self.selected else [])

    @property
    def marked(self) -> list[RecordId]:
        """The ids of the marked goals, in the order of the rows."""
        return [goal_id for view in self.query(BoardView) for goal_id in view.marked]

    def action_mark(self) -> None:
        """Mark or unmark the selected goal, and select the next row."""
        goal = self.board_app.board.goal(self.selected)
        for view in self.query(BoardView):
            if goal is not None and goal.outcome is None and self.board_app.board.counts(goal.id):
                view.toggle_mark(goal.id)
            view.action_move(1)

    def _unmark(self) -> None:
        for view in self.query(BoardView):
            view.unmark()

    def open_goal(self, goal_id: RecordId | None) -> None:
        """Open the detail of a goal that was chosen on a screen over this one; does nothing with None."""
        raise NotImplementedError

    def action_alignment(self) -> None:
        """Open the alignment."""
        navigation.open_alignment(self.board_app, self.open_goal)

    def _then_press(self, name: str) -> str:
        """The end of a hint to select something first: the key of the action, if it has one."""
        key = self.key_name(name)
        return f", then press {key}." if key else "."

    def _goal_to_change(self, name: str) -> Goal | TeamGoal | None:
        """The first marked goal or the selected one; None, and a toast, if none is selected or it can't be changed.

        `name` is the action's name in `keymap`.
        """
        app = self.board_app
        if app.refuses_past():
            return None
        goal = app.board.goal(next(iter(self.marked), self.selected))
        if goal is None:
            app.say(f"Select a goal first{self._then_press(name)}", "warning")
        elif goal.outcome is not None:
            app.say(f"{goal.id} is over: {ending_of(app.board, goal)}.", "warning")
            return None
        elif name != "revise" and app.board.is_proposed(goal.id):
            app.say(f"{goal.id} is proposed and does not count yet; {self.key_name('revise')} shows it.", "warning")
            return None
        return goal

    def _may(self, verb: VerbName, goal: Goal | TeamGoal) -> bool:
        """Whether the person may do `verb` with a goal; if not, a toast says who may."""
        return self.board_app.may(verb, self.board_app.board.member(goal.owner))

    async def action_check_in(self) -> None:
        """Open the check-in form for the selected goal, or for each marked goal in turn."""
        if marked := self.marked:
            if not self.board_app.refuses_past():
                await self._check_in_on(marked)
        elif goal := self._goal_to_change("check-in"):
            await self._check_in_on([goal.id])

    async def _check_in_on(self, goals: Sequence[RecordId], done: int = 0) -> None:
        """Open the form for the next goal that the person may check in on, and again when it is saved."""
        board = self.board_app.board
        for i, goal_id in enumerate(goals[done:], start=done):
            goal = board.goal(goal_id)
            if goal is None or goal.outcome is not None:
                continue
            if isinstance(goal, TeamGoal) and goal.rolls_up != "own":
                self.board_app.say(f"{goal.id} adds up the goals aligned to it: check in on those.", "warning")
            elif self._may("check in", goal):

                async def check_in_on_next(saved: bool | None, done: int = i + 1) -> None:
                    if saved and done < len(goals):
                        await self._check_in_on(goals, done)
                    elif saved:
                        self._unmark()

                place = f"{i + 1} of {len(goals)}" if len(goals) > 1 else ""
                form = navigation.check_in_form(goal, board.last_checkin(goal.id), place=place)
                await self.board_app.open(form, check_in_on_next)
                return

    async def action_revise(self) -> None:
        """Revise the selected goal, or answer what waits of it, or for the person; revise several marked goals."""
        if len(self.marked) > 1:
            await self._revise_several()
            return
        app, me = self.board_app, self.board_app.actor.member
        if await navigation.open_waiting(app, self.selected):
            return
        if (goal := self._goal_to_change("revise")) is None:
            return
        proposal = open_proposal(app.board, goal.id)
        if proposal is not None:
            await self.open_revision(proposal.id)
        elif (asked := last_agreed(app.board, goal.id)) and me in unacknowledged(app.board, goal.id):
            await self.open_revision(asked.id)
        elif (coming := coming_revision(app.board, goal.id, app.today)) and coming.by == app.actor.member:
            await self.open_revision(coming.id)
        elif self._may(verb_on(goal, "revise a goal"), goal):
            await app.open(navigation.revise_form(app.board, goal))

    async def _revise_several(self) -> None:
        app = self.board_app
        if app.refuses_past():
            return
        goals = [goal for goal_id in self.marked if (goal := app.board.goal(goal_id)) and goal.outcome is None]
        if all(self._may(verb_on(goal, "revise a goal"), goal) for goal in goals):
            form = navigation.bulk_revise_form(app.board, goals)
            await app.open(form, lambda saved: self._unmark() if saved else None)

    async def action_move(self) -> None:
        """Open the form that aligns the selected goal."""
        goal = self._goal_to_change("move")
        if goal is None:
            return
        if self._may("align a goal", goal):
            await self.board_app.open(navigation.alignment_form(self.board_app.board, goal))

    async def action_goal(self, act: navigation.GoalAct, name: str = "done") -> None:
        """Do something with the selected goal as a whole; `name` is the action's name in `keymap`."""
        closed = self.board_app.board.goal(self.selected)
        if closed is not None and closed.outcome is not None and act == "choose" and not self.board_app.refuses_past():
            await navigation.act_on_goal(self.board_app, closed, act)
        elif goal := self._goal_to_change(name):
            await navigation.act_on_goal(self.board_app, goal, act)

    def how_to_add_goal(self, member: Member) -> str:
        """The end of a line that says that a member has no goals: the key that adds one, unless they leave."""
        key = self.key_name("new") if self.is_attached and not self.board_app.past and stays(member) else ""
        return f"; {key} adds one" if key else ""

    async def action_new_goal(self) -> None:
        """Set or propose a goal: for the selected member if the person may, else for themselves."""
        app = self.board_app
        me, selected = app.board.member(app.actor.member), self._selected_member()
        if not app.refuses_past() and app.may("add a goal", me) and me is not None:
            owner = selected if selected and may(app.board, me, "add a goal", selected) else me
            if app.passes(partial(refuse_who_leaves, app.board, owner, app.today, FOR_GOOD)):
                await app.open(navigation.new_goal_form(app.board, owner))

    async def action_feedback(self) -> None:
        """Open the feedback form for the selected member, or about the selected goal to its owner."""
        app = self.board_app
        if app.refuses_past():
            return
        goal, member = app.board.goal(self.selected), self._selected_member()
        if member is None or member.handle == app.actor.member:
            app.say(f"Select a colleague, or a goal of theirs{self._then_press('feedback')}", "warning")
            return
        if app.may("give feedback"):
            await app.open(navigation.give_feedback_form(member, goal.id if goal else ""))

    async def action_away(self) -> None:
        """Put down days away of the selected member, or of the person."""
        app = self.board_app
        member = self._selected_member() or app.board.member(app.actor.member)
        if member is not None and not app.refuses_past() and app.may("put down days away", member):
            await app.open(navigation.away_form(member))

    async def action_leave(self) -> None:
        """Put down that the selected member leaves the team."""
        await self._open_for_member(
            "leave the team", lambda member: navigation.leave_form(member, self.board_app.board)
        )

    async def _open_for_member(self, verb: VerbName, form: Callable[[Member], Screen[bool]]) -> None:
        """Open a form for the selected member, if there is one and the person may do this."""
        app, member = self.board_app, self._selected_member()
        if member is None:
            app.say("Select a member, or a goal of theirs.", "warning")
        elif not app.refuses_past() and app.may(verb, member):
            await app.open(form(member))

    async def open_return(self, member: Member) -> None:
        """Bring back a member who has left."""
        app = self.board_app
        if not app.refuses_past() and app.may("return to the team", member):
            await app.open(navigation.return_form(member))

    def _selected_member(self) -> Member | None:
        """The selected member, or the owner of the selected goal."""
        board = self.board_app.board
        goal, record = board.goal(self.selected), board.get(self.selected)
        handle = getattr(record, "handle", None) or getattr(record, "member", None)
        return board.member(goal.owner if goal else handle)

    def _member_with_manager(self) -> Member | None:
        """The selected member or goal's owner if they have a manager, else the person if they do, else None."""
        candidates = (self._selected_member(), self.board_app.board.member(self.board_app.actor.member))
        return next((m for m in candidates if m is not None and m.manager is not None), None)

    def action_one_on_one(self) -> None:
        """Open the one-on-one of the selected member or goal's owner; the person's own if they have no manager."""
        app, member = self.board_app, self._member_with_manager()
        if member is None:
            app.say(f"Select a member who has a manager{self._then_press('one-on-one')}", "warning")
            return
        navigation.open_one_on_one(app, member.handle)

    async def action_prepare(self) -> None:
        """Prepare the next review of the selected member, or the person's own."""
        await self._open_review(prepare=True)

    async def action_review(self) -> None:
        """Open the selected member's next or last review, side by side."""
        await self._open_review(prepare=False)

    async def _open_review(self, *, prepare: bool) -> None:
        app, member = self.board_app, self._member_with_manager()
        if member is None:
            app.say("Select a member who has a manager first.", "warning")
            return
        review = next_review(app.board, member)
        if review is None and not prepare:
            review = max(app.board.reviews_of(member.handle), key=lambda r: r.on, default=None)
        if review is None:
            day = f"{shell_command('review', 'schedule', member.handle, 'DAY')} sets its day."
            app.say(f"{display_name(app.board, member)} has no review planned; {day}", "warning")
            return
        await navigation.open_review(app, review.id, prepare=prepare)

    async def open_revision(self, revision_id: RecordId) -> None:
        """Open a revision beside the current goal, to answer it."""
        await navigation.open_revision(self.board_app, revision_id)

    def goal_commands(self) -> Iterable[Command]:
        """The palette's commands that every screen with goals has."""
        with_key = self.board_app.with_key
        yield Command(
            "New goal", with_key("Set a goal, or propose one of your own", "new"), self.action_new_goal, "add a goal"
        )
        yield Command(
            "Check in", with_key("Say where the selected goal stands", "check-in"), self.action_check_in, "check in"
        )
        yield Command(
            "Revise",
            with_key("Change what the selected goal is measured against", "revise"),
            self.action_revise,
            "revise a goal",
        )
        yield Command(
            "Feedback",
            with_key("Say something to the selected member, or about a goal of theirs", "feedback"),
            self.action_feedback,
            "give feedback",
        )
        yield Command(
            "One-on-one",
            with_key("The agenda with the selected member, notes, what was agreed", "one-on-one"),
            self.action_one_on_one,
            "write in a one-on-one",
        )
        yield Command(
            "Prepare",
            with_key("The selected member's next review: evidence, ratings", "prepare"),
            self.action_prepare,
            "prepare a review",
        )
        yield Command(
            "Review",
            with_key("Both preparations side by side, what you agree on", "review"),
            self.action_review,
            "hold a review",
        )
        yield Command(
            "Move", with_key("Align the selected goal to other team goals", "move"), self.action_move, "align a goal"
        )
        for name, about, key, act, verb in GOAL_COMMANDS:
            yield Command(name, with_key(about, key), partial(self.action_goal, act, key), verb)
        yield Command("Alignment", with_key("Who carries which team goal", "align"), self.action_alignment)
        yield Command("Away", "Days on which the selected member is away", self.action_away, "put down days away")
        for name, about, form, verb in MEMBER_COMMANDS:
            # In a browser it would be written on the machine that serves the board.
            if verb == "export a member" and self.board_app.is_web:
                continue
            yield Command(name, about, partial(self._open_for_member, verb, form), verb)
        yield Command("Leave", "The selected member leaves, and who takes over", self.action_leave, "leave the team")
        app = self.board_app
        for member in app.board.members:
            if member.left is not None:
                yield Command(
                    f"Return: {display_name(app.board, member)}",
                    f"Off the board from {member.left} on; back onto it",
                    partial(self.open_return, member),
                    "return to the team",
                )
        for closed in closed_goals(app.board, app.board.member(app.actor.member)):
            about = f"{closed.outcome} on {closed.closed}"
            reopen = partial(navigation.act_on_goal, app, closed, "reopen")
            yield Command(f"Reopen {goal_label(closed)}", about, reopen, "reopen a goal")
        for revision in revisions_waiting_for(app.board, app.actor.member):
            is_proposal = revision.state == "proposed"
            yield Command(
                f"{'Answer' if is_proposal else 'Acknowledge'} {revision.id}: {label_of(app.board, revision.goal)}",
                revision.why,
                partial(self.open_revision, revision.id),
                "answer a proposal" if is_proposal else "acknowledge a revision",
            )
        yield Command(
            "A day back",
            with_key("The board as it stood a day earlier", "day-back"),
            partial(self.run_action, "app.step(-1)"),
        )
        yield Command(
            "Go to a day", with_key("The board as it stood then", "go-to"), partial(self.run_action, "app.go_to")
        )
