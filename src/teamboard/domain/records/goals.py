"""The records of goals, their measures, and what is known about their progress."""

# Without `from __future__ import annotations`: msgspec would compile each text again, 0.6 ms before the first paint.

from datetime import date
from typing import Annotated, Literal, get_args

from msgspec import Meta

from teamboard.domain.ids import RecordId
from teamboard.domain.records.base import Confidence, Handle, Number, Part, Positive, Record, Share, Stamp, Terms

GoalKind = Literal["result", "skill", "career"]
RollUp = Literal["own", "mean", "sum"]
GoalOutcome = Literal["achieved", "missed", "dropped"]
RevisionState = Literal["proposed", "agreed", "declined", "withdrawn"]
BusinessReason = Literal[
    "new-strategy",
    "new-product",
    "new-competitor",
    "market",
    "territory",
    "capacity",
    "correction",
]
Notice = Literal["new-goal", "renewed", "handed-over", "closed", "reopened"]
Reason = Literal[BusinessReason, Notice]

GOAL_KINDS: tuple[GoalKind, ...] = get_args(GoalKind)
REASONS: tuple[BusinessReason, ...] = get_args(BusinessReason)
"""Why a goal is revised."""
NOTICES: tuple[Notice, ...] = get_args(Notice)
"""What was done with a goal as a whole. The owner acknowledges it, if somebody else did it."""
OUTCOMES: tuple[GoalOutcome, ...] = get_args(GoalOutcome)


class Metric(Part, frozen=True, tag_field="kind", tag="metric"):
    """A number that goes from `start` to `target`, in `unit`; it may rise or fall."""

    unit: str
    start: Number
    target: Number


class Milestone(Part, frozen=True):
    """One step of a goal, with its weight."""

    name: str
    weight: Positive = 1.0


class Milestones(Part, frozen=True, tag_field="kind", tag="milestones"):
    """A list of weighted steps."""

    milestones: Annotated[tuple[Milestone, ...], Meta(min_length=1)]


class DoneOrNot(Part, frozen=True, tag_field="kind", tag="done"):
    """A goal without partial progress: done or not."""


class Activity(Part, frozen=True, tag_field="kind", tag="activity"):
    """A number to do in each week, in `unit`: ten calls a week."""

    unit: str
    per_week: Positive


Measure = Metric | Milestones | DoneOrNot | Activity


class TeamGoal(Record, frozen=True):
    """A goal of the whole team.

    `rolls_up` is the source of its progress: its own check-ins, or the weighted mean or the sum in one unit of the
    goals aligned to it and of the team goals that serve it. `serves` is the id of the team goal above it, if any.

    A goal with an `outcome` is closed, since the day `closed`. It was set on the day `set_on`. `why` says why it
    matters, and what good looks like.
    """

    owner: Handle
    title: str
    measure: Measure
    starts: date
    due: date
    rolls_up: RollUp = "mean"
    outcome: GoalOutcome | None = None
    closed: date | None = None
    set_on: date | None = None
    serves: RecordId | None = None
    why: str = ""


class Goal(Record, frozen=True):
    """A member's goal. `aligned` maps ids of team goals to shares that add up to 1, or is empty.

    A goal with an `outcome` is closed, since the day `closed`. It was set on the day `set_on`. `why` says why it
    matters, and what good looks like. `drives` is the goal of the same owner to which this one leads, such as the ARR
    for which calls are made, `continues` the goal of which this one is the rest since it was handed over.
    """

    owner: Handle
    title: str
    measure: Measure
    kind: GoalKind
    starts: date
    due: date
    weight: Positive = 1.0
    aligned: dict[RecordId, Share] = {}
    outcome: GoalOutcome | None = None
    closed: date | None = None
    set_on: date | None = None
    why: str = ""
    drives: RecordId | None = None
    continues: RecordId | None = None


class CheckIn(Record, frozen=True):
    """A check-in: `value` is a metric's value, the weight of the milestones done, 1 for done, or the count of its week.

    It is about the day on which it was written (`at`); a late one is about the earlier day `on`.
    `done` has the names of all milestones done so far, `blocker` the help wanted, `helpers` the handles of members who
    have offered help, `fact` the id of the fact that the value was taken from, if any, and `source` where that is from,
    such as CRM. `corrected_by` and `corrected_at` say who corrected it last, and when; what it was before is in the
    history. `call` is the value that is expected at the due day (of an activity, of all its weeks), `best` the one that
    is reached if all goes well.
    """

    goal: RecordId
    value: Number
    note: str
    by: Handle
    at: Stamp
    confidence: Confidence | None = None
    next_step: str = ""
    blocker: str = ""
    done: tuple[str, ...] = ()
    fact: RecordId | None = None
    helpers: tuple[Handle, ...] = ()
    on: date | None = None
    call: Number | None = None
    best: Number | None = None
    corrected_by: Handle | None = None
    corrected_at: Stamp | None = None
    source: str = ""

    @property
    def is_imported(self) -> bool:
        """True for one that an import made: it has a value, and says nothing else of the goal."""
        return self.fact is not None or self.source != ""


class GoalRevision(Record, frozen=True):
    """A change of a goal's terms for a business reason, or what was done with the goal as a whole (a notice).

    `before` and `after` have the changed fields; where the goal was made, `before` is empty and `after` has its terms.
    `effective` is the first day on which `after` is in effect, None until it is agreed. A proposal of the owner is
    answered by the manager, and the other way round; `word` is the answer's text. `acknowledged` has the handles of the
    members who have acknowledged the revision: the owners of the goals aligned to a team goal, or, of a notice, the
    goal's owner.
    """

    goal: RecordId
    reason: Reason
    why: str
    by: Handle
    at: Stamp
    state: RevisionState
    before: Terms
    after: Terms
    acknowledged: tuple[Handle, ...] = ()
    effective: date | None = None
    answered_by: Handle | None = None
    answered_at: Stamp | None = None
    word: str = ""


class Fact(Record, frozen=True):
    """A number from another system about a member, as of the day `on`; `starts` is the first day of its range.

    Imported facts have the name of the import's map in `batch` and the number of rows they come from in `rows`.
    """

    member: Handle
    name: str
    value: Number
    on: date
    source: str
    unit: str = ""
    starts: date | None = None
    link: str = ""
    rows: int | None = None
    batch: str = ""
