"""The forms for a member who leaves the team, and for one who returns."""

from __future__ import annotations

import msgspec
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Input, Label

from teamboard.actions.leaving import LeaveTeam, ReturnToTeam, settle_what_waits
from teamboard.domain.board import AnyGoal, Board, Changes
from teamboard.domain.errors import Refused
from teamboard.domain.goals.handing_over import copy_of
from teamboard.domain.handles import display_name
from teamboard.domain.people import on_team, stays
from teamboard.domain.records import Goal, Member, TeamGoal
from teamboard.domain.sanitize import one_line
from teamboard.render.format import goal_label
from teamboard.render.team.leaving import closing_lines, describe_staying
from teamboard.store.base import Commit
from teamboard.ui.screens.form import FormScreen
from teamboard.ui.screens.team.forms import typed_day


class LeaveForm(FormScreen):
    """The first day off the board of a member who leaves, and who takes over what is theirs, one by one."""

    def __init__(self, member: Member, board: Board) -> None:
        super().__init__()
        self._member, self._board = member, board
        self._goals: tuple[AnyGoal, ...] = (
            *(t for t in board.open_team_goals if t.owner == member.handle),
            *board.open_goals_of(member.handle),
        )
        self.heading = f"{member.name} leaves the team"
        self.about = member

    def fields(self) -> ComposeResult:
        """The day, who takes reports and each open goal."""
        text = "Their login is free from that day; the past keeps their name."
        yield Label(Content(text), id="before")
        manager = self._member.manager or ""
        yield from self.field("first", "off from", "today, +7 or 2026-12-31")
        reports = ", ".join(display_name(self._board, m) for m in self._board.reports(self._member.handle))
        if reports:
            yield Label(Content(one_line(f"Reports: {reports}")), classes="cut")
            yield from self.field("reports", "go to", "a handle", manager)
        for goal in self._goals:
            yield Label(Content(goal_label(goal)))
            if isinstance(goal, TeamGoal):
                yield from self.field(goal.id, "goes to", "a handle", manager)
            else:
                to = self._suggested(goal)
                yield from self.field(goal.id, "goes to", "a handle, or achieved, missed, dropped", to)
        lines = list(closing_lines(self._board, self._what_is_closed()))
        yield Label(Content("Closed or passed on:" if lines else "Nothing else waits for them."), id="closed")
        for line in lines:
            yield Label(Content(one_line(line)))

    def _suggested(self, goal: Goal) -> str:
        """The outcome of a goal, or dropped where a colleague has the same one; "" for who takes it."""
        today = self.board_app.today
        outcome = LeaveTeam(member=self._member.handle, day=today).suggested(self._board, goal, today)
        others = (m.handle for m in self.board_app.current.members if m.handle != self._member.handle)
        return outcome or ("dropped" if any(copy_of(self._board, goal, handle) for handle in others) else "")

    def _what_is_closed(self) -> Changes:
        """What is closed or passed on if the member leaves today, and their reports go to their manager."""
        member, actor = self._member, self._board.member(self.board_app.actor.member)
        reports = self._board.reports(member.handle)
        moved: Changes = {m.id: msgspec.structs.replace(m, manager=member.manager) for m in reports}
        after = self._board.with_changes(moved)
        return settle_what_waits(after, member, actor or member, self.board_app.today, self.board_app.now)

    def action(self) -> LeaveTeam:
        """The day and the names that were typed. Raises Refused, with the field in focus, if one is missing."""
        leave = LeaveTeam(
            member=self._member.handle,
            day=typed_day(self.text("first"), self.board_app.today),
            goals={goal.id: to for goal in self._goals if (to := self.text(goal.id))},
            reports_to=self.text("reports") if self.query("#reports") else "",
        )
        self._check_receivers(leave)
        return leave

    def _check_receivers(self, leave: LeaveTeam) -> None:
        """Raise Refused, with the field in focus, if it is not said who takes something over.

        The action refuses it too, and names the options of the command line.
        """
        name = display_name(self._board, self._member)
        heir = leave.reports_to or self._member.manager
        today = self.board_app.today
        reports = self._board.reports(self._member.handle)
        if not heir and any(on_team(m, max(leave.day, today)) for m in reports):
            self.query_one("#reports", Input).focus()
            raise Refused(f"{name} has reports and no manager: fill in to whom they go.")
        for goal in self._goals:
            default = heir if isinstance(goal, TeamGoal) else leave.suggested(self._board, goal, today)
            if goal.id not in leave.goals and not default:
                self.query_one(f"#{goal.id}", Input).focus()
                raise Refused(f"{goal.id} of {name} is open: fill in to whom it goes.")

    def done(self, commit: Commit) -> str:
        """From when the member is off the board."""
        member = commit.board.member(self._member.handle)
        day = member.left if member else ""
        return one_line(f"{display_name(commit.board, self._member)} is off the board from {day} on")


class ReturnForm(FormScreen):
    """The manager of a member who comes back to the team."""

    def __init__(self, member: Member) -> None:
        super().__init__()
        self._member = member
        self.heading = f"{member.name} returns to the team"
        self.about = member

    def fields(self) -> ComposeResult:
        """Who manages the member now."""
        yield Label(Content("What was handed over stays where it is."), id="before")
        yield from self.field("manager", "manager", "a handle; empty for a head", self._member.manager or "")

    def action(self) -> ReturnToTeam:
        """The manager that was typed. Raises Refused, with the field in focus, for one who has left or leaves."""
        board = self.board_app.board
        manager = board.known_as(self.text("manager") or self._member.manager or "")
        if manager is not None and not stays(manager):
            self.query_one("#manager", Input).focus()
            leaves = "leaves" if on_team(manager, self.board_app.today) else "left"
            name = display_name(board, manager)
            raise Refused(f"{name} {leaves} the team on {manager.left}: fill in another manager.")
        return ReturnToTeam(member=self._member.handle, manager=self.text("manager") or None)

    def done(self, commit: Commit) -> str:
        """That the member is back, and who stays with whom."""
        stay = describe_staying(commit.board, self._member)
        name = display_name(commit.board, self._member)
        return one_line(f"{name} is back on the board{f'; {stay}' if stay else ''}")
