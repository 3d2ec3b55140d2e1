"""What every screen of a board has in common: the header, the board of now or of a past day, the selected goal."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING, ClassVar, TypeVar, cast

from textual import getters
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import Screen

from teamboard.actions.base import Refused, require
from teamboard.actions.check_in import CheckInGoal
from teamboard.actions.feedback import GiveFeedback
from teamboard.board.cadence import next_review
from teamboard.board.records import Goal, Member, TeamGoal
from teamboard.board.revisions import last_agreed, proposal_on, to_come, unacknowledged, waiting_for
from teamboard.board.standings import Standings
from teamboard.ui.palette import Offer
from teamboard.ui.widgets.header import BoardHeader

if TYPE_CHECKING:
    from teamboard.ui.app import BoardApp

A = TypeVar("A")


class LiveScreen(Screen[A]):
    """A screen that shows a board, of now or of a past day."""

    VERTICAL_BREAKPOINTS = [(0, "-low"), (34, "-tall")]
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left_square_bracket", "app.step(-1)", "A day back", show=False),
        Binding("right_square_bracket", "app.step(1)", "A day on", show=False),
        # With priority, so that what is typed at once waits for the line to type in. What acts on the
        # selected row has none: it must not overtake the keys that select.
        Binding("g", "app.go_to", "Go to a day", show=False, priority=True),
    ]

    header = getters.query_one(BoardHeader)

    @property
    def board_app(self) -> BoardApp:
        return cast("BoardApp", self.app)

    @property
    def shown(self) -> Standings:
        """What is on the screen: the board of now, or of a past day."""
        return self.board_app.shown

    def compose_header(self) -> ComposeResult:
        """The line at the top."""
        app = self.board_app
        member = app.board.member(app.actor.member)
        yield BoardHeader(member.name if member else "looking on")

    def show_header(self) -> None:
        """Say whose board of which day it is, whether it is live, and what waits for the person."""
        app, shown = self.board_app, self.shown
        waiting = 0 if app.past else len(waiting_for(app.board, app.actor.member))
        live = app.trouble is None
        self.header.show(shown.board, shown.today, live=live, past=app.past is not None, waiting=waiting)

    def action_back(self) -> None:
        """Back to now, then back to the board."""
        if self.board_app.past is not None:
            self.board_app.show_past(None)
        else:
            self.dismiss(None)


class GoalScreen(LiveScreen[A]):
    """A screen on whose selected goal one checks in and revises."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("u", "check_in", "Check in"),
        Binding("v", "revise", "Revise"),
        Binding("a", "alignment", "Align"),
        Binding("f", "feedback", "Feedback", show=False),
        Binding("F", "app.inbox", "Inbox", show=False),
        Binding("O", "one_on_one", "One-on-one", show=False),
        Binding("p", "prepare", "Prepare a review", show=False),
        Binding("R", "review", "Review", show=False),
        Binding("D", "app.due", "Due", show=False),
        Binding("P", "app.pulse", "Pulse", show=False),
    ]

    @property
    def selected(self) -> str | None:
        """The id of the record that is selected on this screen, if any."""
        raise NotImplementedError

    def open_goal(self, goal_id: str | None) -> None:
        """Show the detail of a goal that was chosen on a screen above this one, if one was."""
        raise NotImplementedError

    def action_alignment(self) -> None:
        """Show who carries which team goal."""
        from teamboard.ui.screens.alignment import AlignmentScreen

        self.app.push_screen(AlignmentScreen(), self.open_goal)

    def _goal(self, what: str) -> Goal | TeamGoal | None:
        """The selected goal, to do something with; None, and a word on why, where that can't be."""
        app = self.board_app
        if app.past is not None:
            app.say("This board is of the past; press Esc for now.", "warning")
            return None
        goal = app.board.goal(self.selected or "")
        if goal is None:
            app.say(f"Select a goal first, then press {what}.", "warning")
        elif goal.outcome is not None:
            app.say(f"{goal.id} is over: {goal.outcome}.", "warning")
            return None
        return goal

    def _may(self, verb: str, goal: Goal | TeamGoal) -> bool:
        """Whether the person may do something with a goal; if not, it says who may."""
        app = self.board_app
        try:
            require(app.board, app.actor, verb, app.board.member(goal.owner))
        except Refused as refusal:
            app.say(str(refusal), "warning")
            return False
        return True

    async def action_check_in(self) -> None:
        """Open the check-in form for the selected goal."""
        goal = self._goal("u")
        if goal is None:
            return
        if isinstance(goal, TeamGoal) and goal.rolls_up != "own":
            self.board_app.say(f"{goal.id} adds up the goals aligned to it: check in on those.", "warning")
        elif self._may(CheckInGoal.verb, goal):
            from teamboard.ui.screens.check_in import CheckInScreen

            await self.board_app.open(CheckInScreen(goal, self.board_app.board.last_checkin(goal.id)))

    async def action_revise(self) -> None:
        """Revise the selected goal, or answer what is proposed for it."""
        goal = self._goal("v")
        if goal is None:
            return
        app = self.board_app
        proposal = proposal_on(app.board, goal.id)
        if proposal is not None:
            await self.decide(proposal.id)
        elif (asked := last_agreed(app.board, goal.id)) and app.actor.member in unacknowledged(app.board, goal.id):
            await self.decide(asked.id)
        elif (coming := to_come(app.board, goal.id, app.today)) and coming.by == app.actor.member:
            await self.decide(coming.id)
        elif self._may("revise a team goal" if isinstance(goal, TeamGoal) else "revise a goal", goal):
            from teamboard.ui.screens.revise import ReviseScreen

            await self.board_app.open(ReviseScreen(app.board, goal))

    async def action_feedback(self) -> None:
        """Give feedback to the selected member, or to the owner of the selected goal, about it."""
        app = self.board_app
        if app.past is not None:
            app.say("This board is of the past; press Esc for now.", "warning")
            return
        goal, member = app.board.goal(self.selected or ""), self._selected_member()
        if member is None or member.handle == app.actor.member:
            app.say("Select a colleague, or a goal of theirs, then press f.", "warning")
            return
        try:
            require(app.board, app.actor, GiveFeedback.verb)
        except Refused as refusal:
            app.say(str(refusal), "warning")
            return
        from teamboard.ui.screens.give import GiveScreen

        await app.open(GiveScreen(member, goal.id if goal else ""))

    def _selected_member(self) -> Member | None:
        """The selected member, or the owner of the selected goal."""
        board = self.board_app.board
        goal, record = board.goal(self.selected or ""), board.get(self.selected or "")
        handle = getattr(record, "handle", None) or getattr(record, "member", None)
        return board.member(goal.owner if goal else handle)

    def action_one_on_one(self) -> None:
        """Show the one-on-one of the selected member, or of a goal's owner; with nobody to meet, the person's own."""
        app = self.board_app
        found = (self._selected_member(), app.board.member(app.actor.member))
        member = next((m for m in found if m is not None and m.manager is not None), None)
        if member is None:
            app.say("Select a member who has a manager, then press O.", "warning")
            return
        from teamboard.ui.screens.one_on_one import OneOnOneScreen

        app.push_screen(OneOnOneScreen(member.handle))

    async def action_prepare(self) -> None:
        """Prepare the next review with the selected member, or the person's own."""
        await self._open_review(prepare=True)

    async def action_review(self) -> None:
        """The selected member's review, side by side: the next one, or the last one held."""
        await self._open_review(prepare=False)

    async def _open_review(self, *, prepare: bool) -> None:
        app = self.board_app
        found = (self._selected_member(), app.board.member(app.actor.member))
        member = next((m for m in found if m is not None and m.manager is not None), None)
        if member is None:
            app.say("Select a member who has a manager first.", "warning")
            return
        review = next_review(app.board, member)
        if review is None and not prepare:
            review = max(app.board.reviews_of(member.handle), key=lambda r: r.on, default=None)
        if review is None:
            day = f"`teamboard review schedule {member.handle} DAY` sets its day."
            app.say(f"{member.name} has no review to come; {day}", "warning")
            return
        await app.reviews.open(review.id, prepare=prepare)

    async def decide(self, revision_id: str) -> None:
        """Show a revision side by side with what holds, to answer it."""
        from teamboard.ui.screens.decide import DecideScreen

        await self.board_app.open(DecideScreen(revision_id))

    def goal_offers(self) -> Iterable[Offer]:
        """What the palette offers on every screen of a board."""
        yield Offer("Check in", "Say where the selected goal stands (u)", self.action_check_in)
        yield Offer("Revise", "Change what the selected goal is measured against (v)", self.action_revise)
        yield Offer(
            "Feedback", "Say something to the selected member, or about a goal of theirs (f)", self.action_feedback
        )
        yield Offer(
            "One-on-one", "The agenda with the selected member, notes, what was agreed (O)", self.action_one_on_one
        )
        yield Offer("Prepare", "The selected member's next review: evidence, ratings (p)", self.action_prepare)
        yield Offer("Review", "Both preparations side by side, what you agree on (R)", self.action_review)
        yield Offer("Alignment", "Who carries which team goal (a)", self.action_alignment)
        app = self.board_app
        for revision in waiting_for(app.board, app.actor.member):
            goal = app.board.goal(revision.goal)
            title = f"{revision.goal} {goal.title}" if goal else revision.goal
            verb = "Answer" if revision.state == "proposed" else "Acknowledge"
            yield Offer(f"{verb} {revision.id}: {title}", revision.why, partial(self.decide, revision.id))
        yield Offer("A day back", "The board as it stood a day earlier ([)", partial(self.run_action, "app.step(-1)"))
        yield Offer("Go to a day", "The board as it stood then (g)", partial(self.run_action, "app.go_to"))
