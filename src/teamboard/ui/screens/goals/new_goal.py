"""The form for a new goal: of a member, or of the whole team."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar, get_args

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Input, Label, Select, Static, TextArea

from teamboard.actions.base import Action
from teamboard.actions.batch import goals_for
from teamboard.actions.goals import AddTeamGoal, add_or_propose, is_proposal
from teamboard.domain.board import AnyGoal, Board
from teamboard.domain.errors import Refused
from teamboard.domain.goals.revisions import notice_asks
from teamboard.domain.goals.title_amounts import amounts_in_title
from teamboard.domain.ids import RecordId, to_record_id
from teamboard.domain.input_parsing import parse_date
from teamboard.domain.people import stays
from teamboard.domain.permissions import may
from teamboard.domain.records import (
    GOAL_KINDS,
    Activity,
    DoneOrNot,
    Goal,
    GoalKind,
    Measure,
    Member,
    Metric,
    Milestone,
    Milestones,
    RollUp,
    TeamGoal,
)
from teamboard.domain.sanitize import one_line
from teamboard.render.format import goal_label, name_of
from teamboard.render.goals.confirmations import describe_added
from teamboard.store.base import Commit
from teamboard.ui.screens.form import FormScreen, typed_milestones
from teamboard.ui.undo import take_back
from teamboard.ui.widgets.ordered_input import LineField

TEAM, SEVERAL, NONE = "@team", "@several", "@none"
"""In the choices: the whole team, several people, and no team goal; no handle and no id is written like this."""
NUMBER, WEEKLY, STEPS, DONE = "number", "weekly", "steps", "done"
MEASURES = {
    NUMBER: "a number that goes to a target",
    WEEKLY: "a count, week by week",
    STEPS: "milestones",
    DONE: "done or not",
}
KINDS: dict[GoalKind, str] = {
    "result": "result: what the business gets",
    "skill": "skill: what you get better at",
    "career": "career: where it leads you",
}
ROLL_UPS: dict[RollUp, str] = {
    "sum": "the goals aligned to it add up",
    "mean": "the mean of the goals aligned to it",
    "own": "check-ins of its own",
}
T = TypeVar("T")


class NewGoalForm(FormScreen):
    """A goal to set or to propose; the result is True once it is committed."""

    AUTO_FOCUS = "#new-title"
    ENTER_SAVES = False

    def __init__(self, board: Board, owner: Member) -> None:
        """`owner` is whose goal it is as long as nobody else is chosen."""
        super().__init__()
        self._board = board
        self._owner = owner
        self.heading = "New goal"

    # -- fields

    def fields(self) -> ComposeResult:
        """Title, owner, kind, measure, alignment, due day, why it matters, and first day and weight for a manager."""
        board = self._board
        period = board.team.period if board.team else None
        yield Static(id="before", markup=False)
        yield from self.field("new-title", "title", "what is to be reached")
        yield from self._choice("whose", "for", self._owners(), self._owner.handle)
        yield from self.field("owners", "who", "ana,ben or all or reports-of:mara")
        yield from self._choice("kind", "kind", [(KINDS[kind], kind) for kind in GOAL_KINDS], "result")
        yield from self._choice("measured", "measured by", [(text, name) for name, text in MEASURES.items()], NUMBER)
        with Horizontal(classes="field several", id="numbers"):
            yield from self._part("target", "target", "900k")
            yield from self._part("unit", "in", "€, calls")
            yield from self._part("start", "from", "0")
        with Horizontal(classes="field several", id="weekly"):
            yield from self._part("per-week", "per week", "10")
            yield from self._part("week-unit", "in", "calls")
            yield from self._part("drives", "drives", "G4")
        yield from self.area("milestones-text", "milestones")
        yield from self._choice("rolls-up", "progress is", [(ROLL_UPS[r], r) for r in get_args(RollUp)], "sum")
        team_goals = [(goal_label(t), str(t.id)) for t in board.open_team_goals]
        with Horizontal(classes="field several", id="alignment"):
            yield Label("aligned to")
            yield self._select("aligned", [("no team goal", NONE), *team_goals], NONE)
            yield from self._part("share", "with", "100")
            yield Label("%", id="percent", classes="unit")
        yield from self._choice("rest", "the rest to", team_goals, None)
        yield from self._choice("serves", "serves", [("no team goal", NONE), *team_goals], NONE)
        yield from self.field("due", "due", f"{period.ends}" if period else "today+30 or 2026-12-31")
        yield from self.area("why", "why")
        with Horizontal(classes="field several", id="more"):
            yield from self._part("starts", "first day", f"{period.starts}" if period else "today")
            yield from self._part("weight", "weight", "1")

    def _owners(self) -> list[tuple[str, str]]:
        """Those for whom the person may set a goal, themselves first, several of them, and the team."""
        board, me = self._board, self._board.member(self.board_app.actor.member)
        members = [m for m in board.members if stays(m) and may(board, me, "add a goal", m)]
        members.sort(key=lambda m: m != me)
        names = [(name_of(board, m.handle) + (" (you)" if m == me else ""), m.handle) for m in members]
        several = [("several people, a goal for each", SEVERAL)] if len(names) > 1 else []
        return [*names, *several, *([("the whole team", TEAM)] if may(board, me, "add a team goal") else [])]

    def _choice(self, name: str, label: str, options: Sequence[tuple[str, str]], value: str | None) -> ComposeResult:
        """A field with choices."""
        with Horizontal(classes="field", id=f"field-{name}"):
            yield Label(label)
            yield self._select(name, options, value)

    def _select(self, name: str, options: Sequence[tuple[str, str]], value: str | None) -> Select[str]:
        shown = [(Content(text), key) for text, key in options]
        if value is None:
            return Select[str](shown, prompt="choose a team goal", id=name, compact=True)
        return Select[str](shown, value=value, allow_blank=False, id=name, compact=True)

    def _part(self, name: str, label: str, hint: str) -> ComposeResult:
        """One of several short fields of a line, with its label."""
        yield Label(label, classes="part", id=f"{name}-label")
        yield LineField(id=name, placeholder=hint, compact=True)

    # -- what is shown

    def on_mount(self) -> None:
        self.query_one("#milestones-text", TextArea).placeholder = "one on each line; Exam = 2 gives it a weight"
        self.query_one("#why", TextArea).placeholder = "why it matters, what good looks like; the team reads it"
        self._arrange()
        super().on_mount()

    @on(Select.Changed)
    @on(Input.Changed, "#share, #new-title, #target, #start, #unit, #per-week, #week-unit")
    def _arrange(self) -> None:
        """Show the fields that fit what was chosen."""
        is_team, measured = self._is_team, self._chosen("measured")
        shown = {
            "#field-kind": not is_team,
            "#numbers": measured == NUMBER,
            "#weekly": measured == WEEKLY,
            "#field-rolls-up": is_team and measured == NUMBER,
            "#alignment": not is_team and bool(self._board.open_team_goals),
            "#field-rest": not is_team and self._has_rest,
            "#field-serves": is_team and bool(self._board.open_team_goals),
            "#more": self._is_managers,
        }
        for selector, is_shown in shown.items():
            self.query_one(selector, Widget).display = is_shown
        for part in self.query("#share, #percent, #alignment .part").results(Widget):
            part.display = self._chosen("aligned") != NONE
        for part in self.query("#weight, #weight-label").results(Widget):
            part.display = not is_team
        for selector, is_shown in (
            ("#milestones-text", measured == STEPS),
            ("#owners", self._chosen("whose") == SEVERAL),
        ):
            if isinstance(field := self.query_one(selector).parent, Widget):
                field.display = is_shown
        self.query_one("#before", Static).update(f"{self._what_follows()}{self._title_warning()}")

    def _what_follows(self) -> str:
        """Who has to agree to the goal, or acknowledge it."""
        board, actor = self._board, self.board_app.actor
        owner = board.member(self._chosen("whose"))
        if self._chosen("whose") == SEVERAL:
            return "A goal for each, in one go; everybody but you is asked to acknowledge theirs."
        if owner is None:
            return "A goal of the whole team, which you own."
        kind = next(kind for kind in GOAL_KINDS if kind == self._chosen("kind"))
        if is_proposal(owner, actor, kind):
            manager = board.member(owner.manager)
            name = name_of(board, manager.handle) if manager else "your manager"
            return f"You propose it to {name}; it counts once it is agreed."
        is_asked = notice_asks(board, owner.handle, actor.member)
        asked = f"; {name_of(board, owner.handle)} is asked to acknowledge it" if is_asked else ""
        return f"It holds at once{asked}."

    def _title_warning(self) -> str:
        """A line that says which amount in the title a revision would make wrong; "" if there is none."""
        try:
            amounts = amounts_in_title(self.text("new-title"), self._measure_typed())
        except Refused:
            return ""
        said = " and ".join(amounts)
        return f"\nThe title says {said}, which a revision makes wrong; leave it out." if said else ""

    def _measure_typed(self) -> Measure:
        """The measure as far as it is typed. Raises Refused if a number can't be read."""

        def number(name: str) -> float:
            return self.number(self.text(name)) if self.text(name) else 0.0

        match self._chosen("measured"):
            case "number":
                return Metric(unit=self.text("unit"), start=number("start"), target=number("target"))
            case "weekly":
                return Activity(unit=self.text("week-unit"), per_week=number("per-week"))
            case _:
                return DoneOrNot()

    @property
    def _is_team(self) -> bool:
        return self._chosen("whose") == TEAM

    @property
    def _is_managers(self) -> bool:
        """True for a goal that a manager sets, with its first day and what it counts beside others."""
        owner, me = self._chosen("whose"), self._board.member(self.board_app.actor.member)
        return me is None or owner != me.handle or me.manager is None

    @property
    def _has_rest(self) -> bool:
        return self._chosen("aligned") != NONE and self.text("share") not in ("", "100")

    def _chosen(self, name: str) -> str:
        value = self.query_one(f"#{name}", Select).value
        return value if isinstance(value, str) else NONE

    # -- saving

    def action(self) -> Action:
        """The goal that was typed. Raises Refused, with the field in focus, if a value is missing or wrong."""
        self.query(".-wrong").remove_class("-wrong")
        title = self._at("new-title", str)
        if not title:
            raise self._wrong("new-title", "Say what is to be reached: the title is missing.")
        why = self.query_one("#why", TextArea).text
        today = self.board_app.today
        due = self._at("due", lambda text: parse_date(text, today)) if self.text("due") else None
        measure = self._measure()
        starts = self._at("starts", lambda text: parse_date(text, today)) if self._typed("starts") else None
        if self._is_team:
            rolls_up = next(r for r in get_args(RollUp) if r == self._chosen("rolls-up"))
            return AddTeamGoal(
                title=title,
                measure=measure,
                rolls_up=rolls_up if isinstance(measure, Metric) else "mean",
                serves=self._team_goal("serves"),
                starts=starts,
                due=due,
                why=why,
            )
        kind = next(kind for kind in GOAL_KINDS if kind == self._chosen("kind"))
        board, drives = self.board_app.board, self._drives()
        weight = self._at("weight", self.number) if self._typed("weight") else 1.0
        terms = {"starts": starts, "due": due, "weight": weight, "aligned": self._shares(), "why": why}
        if self._chosen("whose") == SEVERAL:
            if not (owners := self.text("owners")):
                raise self._wrong("owners", "Say whose goals they are: ana,ben or all or reports-of:mara.")
            if drives:
                raise self._wrong("drives", f"{drives} is one member's: leave it out where the goal is for several.")
            return goals_for(board, owners, today, kind=kind, title=title, measure=measure, **terms)
        owner, actor = self._chosen("whose"), self.board_app.actor
        return add_or_propose(board, actor, owner, kind, title=title, measure=measure, drives=drives, **terms)

    def _typed(self, name: str) -> bool:
        """Whether something was typed in a field of a manager's."""
        return self._is_managers and self.text(name) != ""

    def _drives(self) -> RecordId | None:
        """The goal of the same owner to which a count leads."""
        typed = self.text("drives") if self._chosen("measured") == WEEKLY else ""
        return to_record_id(typed) if typed else None

    def _measure(self) -> Measure:
        match self._chosen("measured"):
            case "number":
                start = self._at("start", self.number) if self.text("start") else 0.0
                return Metric(unit=self.text("unit"), start=start, target=self._number("target", "the target"))
            case "weekly":
                per_week = self._number("per-week", "how many a week")
                return Activity(unit=self.text("week-unit"), per_week=per_week)
            case "steps":
                milestones = self._milestones()
                return Milestones(milestones=milestones)
            case _:
                return DoneOrNot()

    def _milestones(self) -> tuple[Milestone, ...]:
        area = self.query_one("#milestones-text", TextArea)
        try:
            milestones = typed_milestones(area.text, self.number_format)
        except Refused:
            area.focus()
            raise
        if not milestones:
            area.focus()
            raise Refused("Write one milestone on each line; `Exam = 2` gives it a weight.")
        return milestones

    def _shares(self) -> dict[RecordId, float]:
        """The share of each team goal that it is aligned to."""
        first = self._team_goal("aligned")
        if first is None:
            return {}
        share = self._at("share", self.number) / 100 if self.text("share") else 1.0
        if not self._has_rest:
            return {first: share}
        rest = self._team_goal("rest")
        if rest is None or rest == first:
            self.query_one("#rest", Select).focus()
            raise Refused(f"The shares must add up to 100 %: choose another team goal than {first} for the rest.")
        return {first: share, rest: 1.0 - share}

    def _team_goal(self, name: str) -> RecordId | None:
        chosen = self._chosen(name)
        return None if chosen == NONE else to_record_id(chosen)

    def _number(self, name: str, what: str) -> float:
        if not self.text(name):
            raise self._wrong(name, f"Say {what}: a number such as 900k.")
        return self._at(name, self.number)

    def _at(self, name: str, parse: Callable[[str], T]) -> T:
        """What was typed in a field. Raises Refused, with the field in focus, if it can't be read."""
        try:
            return parse(self.text(name))
        except ValueError as error:
            raise self._wrong(name, f"{error}.") from None
        except Refused as refusal:
            raise self._wrong(name, str(refusal)) from None

    def _wrong(self, name: str, why: str) -> Refused:
        """The refusal of what was typed in a field, which gets the focus."""
        field = self.query_one(f"#{name}", Input)
        field.focus()
        if isinstance(field.parent, Widget):
            field.parent.add_class("-wrong")
        return Refused(why)

    def done(self, commit: Commit) -> str:
        """That the goal is set or proposed, and how to take it back."""
        goals: tuple[AnyGoal, ...] = (*commit.all_created(Goal), *commit.all_created(TeamGoal))
        return one_line(f"{describe_added(commit.board, *goals)}{take_back(self.board_app)}")
