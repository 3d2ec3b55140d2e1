"""The records of a board: frozen, and validated when they are read.

Each record is one document of the shared file. Fields without a default are always written, so other
programs may count on them; the others are written when they say something. A record's `id` is its
table's letter and its document number (`G12`); it is the document's key, not one of its fields.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal, get_args

import msgspec
from msgspec import Meta, Struct, field

from teamboard.domain.ids import RecordId, Table

Share = Annotated[float, Meta(ge=0.0, le=1.0)]
Confidence = Annotated[int, Meta(ge=0, le=10)]
Level = Annotated[int, Meta(ge=1, le=5)]
Days = Annotated[int, Meta(ge=1, le=3660)]
LARGEST = 1e15  # Sums and ratios of such numbers stay finite.
Number = Annotated[float, Meta(ge=-LARGEST, le=LARGEST)]
Positive = Annotated[float, Meta(gt=0.0, le=LARGEST)]

GoalKind = Literal["result", "skill", "career"]
FeedbackKind = Literal["praise", "coaching", "question", "idea", "request"]
FeedbackState = Literal["open", "acknowledged", "resolved", "declined"]
RevisionState = Literal["proposed", "agreed", "declined", "withdrawn"]
ReviewState = Literal["preparing", "ready", "held", "signed"]
Preparation = Literal["started", "shared"]
RollUp = Literal["own", "mean", "sum"]
Outcome = Literal["achieved", "missed", "dropped"]
Theme = Literal["contribution", "skills", "career"]
Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
Reason = Literal[
    "new-strategy",
    "new-product",
    "new-competitor",
    "market",
    "territory",
    "capacity",
    "correction",
]

GOAL_KINDS: tuple[GoalKind, ...] = get_args(GoalKind)
REASONS: tuple[Reason, ...] = get_args(Reason)
OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)
THEMES: tuple[Theme, ...] = get_args(Theme)
WEEKDAYS: tuple[Weekday, ...] = get_args(Weekday)


class Part(Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """A piece of a record."""


class Record(Part, frozen=True, kw_only=True):
    """One document of a table."""

    id: RecordId = RecordId("")


class Metric(Part, frozen=True, tag_field="kind", tag="metric"):
    """A number on its way from `start` to `target`, in `unit`; it may fall as well as rise."""

    unit: str
    start: Number
    target: Number


class Milestone(Part, frozen=True):
    """One step of a goal, counting `weight`."""

    name: str
    weight: Positive = 1.0


class Milestones(Part, frozen=True, tag_field="kind", tag="milestones"):
    """A list of weighted steps."""

    milestones: Annotated[tuple[Milestone, ...], Meta(min_length=1)]


class DoneOrNot(Part, frozen=True, tag_field="kind", tag="done"):
    """A goal without a half-way: done or not."""


Measure = Metric | Milestones | DoneOrNot


class Period(Part, frozen=True):
    """A stretch of work, such as a quarter; both days belong to it."""

    name: str
    starts: date
    ends: date


class EarlierPeriod(Period, frozen=True):
    """A period that is over; `revision` is the commit that closed it and began the next one."""

    revision: int


class ReviewPeriod(Period, frozen=True):
    """The period of a review. Version 0.1 wrote an earlier period's `revision` with it: it is read, and dropped."""

    revision: int | None = None

    def __post_init__(self) -> None:
        if self.revision is not None:
            msgspec.structs.force_setattr(self, "revision", None)


class Cadence(Part, frozen=True):
    """How often something is owed, in days."""

    check_in: Days = 7
    feedback: Days = 7
    one_on_one: Days = 14
    review: Days = 90


class Team(Record, frozen=True):
    """The team: its name, its time zone, its period, its cadence and its thresholds of status.

    Nothing falls due on other days than its working days, nor on its `days_off`. `earlier` are the periods
    before this one, the oldest first.
    """

    name: str
    timezone: str
    period: Period
    cadence: Cadence = Cadence()
    on_track: Positive = 0.9
    at_risk: Positive = 0.7
    working_days: Annotated[tuple[Weekday, ...], Meta(min_length=1)] = WEEKDAYS[:5]
    days_off: tuple[date, ...] = ()
    earlier: tuple[EarlierPeriod, ...] = ()


class Skill(Part, frozen=True):
    """A skill with the member's own level and the target, 1 to 5; `manager` is the manager's view.

    A skill that the manager has put down has no `level` until the member has said theirs.
    """

    name: str
    level: Level | None
    target: Level
    manager: Level | None = None
    next: str = ""


class Career(Part, frozen=True):
    """What a member wants to become, and the next step there."""

    aspiration: str
    next_step: str = ""


class Member(Record, frozen=True):
    """A person on the board, since the day `joined`. `logins` are the operating system's names for them.

    `key` is the public part of the key with which is encrypted what only they may read.
    """

    handle: str
    name: str
    manager: str | None
    joined: date | None = None
    key: str = ""
    title: str = ""
    logins: tuple[str, ...] = ()
    skills: tuple[Skill, ...] = ()
    career: Career | None = None


class TeamGoal(Record, frozen=True):
    """A goal of the whole team.

    `rolls_up` says where its progress comes from: its own check-ins, the weighted mean of the goals
    aligned to it, or their sum in one unit. A goal with an `outcome` is over, since the day `closed`.
    """

    owner: str
    title: str
    measure: Measure
    starts: date
    due: date
    rolls_up: RollUp = "mean"
    outcome: Outcome | None = None
    closed: date | None = None


class Goal(Record, frozen=True):
    """A member's goal. `aligned` maps team goals to shares that add up to 1, or is empty.

    A goal with an `outcome` is over, since the day `closed`.
    """

    owner: str
    title: str
    measure: Measure
    kind: GoalKind
    starts: date
    due: date
    weight: Positive = 1.0
    aligned: dict[str, Share] = {}
    outcome: Outcome | None = None
    closed: date | None = None


class CheckIn(Record, frozen=True):
    """Where a goal stands: a metric's value, the weight of the milestones done, or 1 for done.

    `done` names the milestones reached so far, `blocker` what help is wanted with and `helpers` who has
    offered it, `fact` the fact from outside that it comes from, if it does.
    """

    goal: str
    value: Number
    note: str
    by: str
    at: datetime
    confidence: Confidence | None = None
    next_step: str = ""
    blocker: str = ""
    done: tuple[str, ...] = ()
    fact: str | None = None
    helpers: tuple[str, ...] = ()


class GoalRevision(Record, frozen=True):
    """A change of a goal that the business asked for: `before` and `after` hold the changed fields.

    `effective` is the first day on which `after` holds, None until it is agreed. A proposal is answered
    by the other of the two, whose `word` says why not; `acknowledged` are the members who have seen what
    became of the team goal that they serve.
    """

    goal: str
    reason: Reason
    why: str
    by: str
    at: datetime
    state: RevisionState
    before: dict[str, object]
    after: dict[str, object]
    acknowledged: tuple[str, ...] = ()
    effective: date | None = None
    answered_by: str | None = None
    answered_at: datetime | None = None
    word: str = ""


class Reply(Part, frozen=True):
    """One answer in a thread of feedback."""

    by: str
    at: datetime
    text: str


class Feedback(Record, frozen=True):
    """What one member says to another, in sight of the team.

    `source` names somebody outside the team whose words a member passes on. A `request` asks for feedback
    and is resolved by the answer of the member asked, or declined with a word; the requests of one round
    have the id of its first in `round`.
    """

    kind: FeedbackKind
    giver: str = field(name="from")
    to: str
    text: str
    at: datetime
    about: str | None = None
    state: FeedbackState = "open"
    replies: tuple[Reply, ...] = ()
    source: str = ""
    round: str | None = None
    acknowledged: datetime | None = None


class Topic(Part, frozen=True):
    """Something to talk about, put on the agenda by one of the two."""

    theme: Theme
    text: str
    by: str


class AgreedAction(Part, frozen=True):
    """What somebody has promised to do; it stays open until the day it is `done`."""

    text: str
    owner: str
    due: date | None = None
    done: date | None = None


class OneOnOne(Record, frozen=True):
    """A talk of a member with their manager: planned for a day, prepared by both, `held` on a day.

    `useful` is the member's answer, 1 to 5, to how useful it was. There is one at most that is not held.
    """

    member: str
    manager: str
    on: date
    topics: tuple[Topic, ...] = ()
    notes: tuple[Reply, ...] = ()
    actions: tuple[AgreedAction, ...] = ()
    held: date | None = None
    useful: Level | None = None


class Fact(Record, frozen=True):
    """A number from outside about a member, as of the day `on`; `starts` is the first day that it counts.

    Facts that came in from one kind of file have its map's name in `batch`; `rows` is how many rows of it
    they rest on.
    """

    member: str
    name: str
    value: Number
    on: date
    source: str
    unit: str = ""
    starts: date | None = None
    link: str = ""
    rows: int | None = None
    batch: str = ""


class Signature(Part, frozen=True):
    """One of the two has signed what was agreed: `seal` is the hash of it, `witnessed` who was at the terminal."""

    by: str
    at: datetime
    seal: str
    witnessed: str | None = None


class Addition(Part, frozen=True):
    """Something added to a review after it was signed, encrypted for the two."""

    by: str
    at: datetime
    sealed: str


class Review(Record, frozen=True):
    """A review of `member` with `manager` on a day, of a period; `prepared` says how far each side is.

    What only the two may read is encrypted in the age format: `sealed` has each one's preparation, for its
    author alone until it is among the `revealed`, then for both; `outcome` what was agreed, for both.
    `useful` is the member's answer, 1 to 5, to how useful it was.
    """

    member: str
    manager: str
    on: date
    state: ReviewState = "preparing"
    prepared: dict[str, Preparation] = {}
    period: ReviewPeriod | None = None
    sealed: dict[str, str] = {}
    revealed: tuple[str, ...] = ()
    outcome: str = ""
    actions: tuple[AgreedAction, ...] = ()
    signatures: tuple[Signature, ...] = ()
    additions: tuple[Addition, ...] = ()
    useful: Level | None = None


class Standup(Record, frozen=True):
    """A standup that was held: when it began, how many seconds each member had, and the revision it ended at."""

    at: datetime
    by: str
    revision: int
    seconds: dict[str, int]


TABLES: dict[Table, type[Record]] = {
    "team": Team,
    "members": Member,
    "team_goals": TeamGoal,
    "goals": Goal,
    "checkins": CheckIn,
    "revisions": GoalRevision,
    "feedback": Feedback,
    "one_on_ones": OneOnOne,
    "facts": Fact,
    "reviews": Review,
    "standups": Standup,
}
"""The tables of a board and the type of their records."""
