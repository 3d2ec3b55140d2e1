"""The records of a board: immutable, and validated when they are read.

Each record is one document of the shared file. Fields without a default are always written, so other programs can
rely on them; the others are written only if they differ from the default. A record's `id` is its table's letter and
its document number (`G12`); it is the key of the document, not one of its fields.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal, get_args

import msgspec
from msgspec import Meta, Struct, field

from teamboard.domain.ids import RecordId, Table

Stamp = Annotated[datetime, Meta(tz=True)]
Share = Annotated[float, Meta(ge=0.0, le=1.0)]
Confidence = Annotated[int, Meta(ge=0, le=10)]
Level = Annotated[int, Meta(ge=1, le=5)]
Days = Annotated[int, Meta(ge=1, le=3660)]
LARGEST = 1e18  # Sums and ratios of such numbers stay finite.
Number = Annotated[float, Meta(ge=-LARGEST, le=LARGEST)]
Positive = Annotated[float, Meta(gt=0.0, le=LARGEST)]
Age = Annotated[str, Meta(pattern=r"^(never|[1-9]\d?m|1[01]\dm|120m|[1-9]y|10y)\Z")]  # Months or years.

GoalKind = Literal["result", "skill", "career"]
FeedbackKind = Literal["praise", "coaching", "question", "idea", "request"]
FeedbackState = Literal["open", "acknowledged", "resolved", "declined"]
RevisionState = Literal["proposed", "agreed", "declined", "withdrawn"]
ReviewState = Literal["preparing", "ready", "held", "signed"]
PreparationState = Literal["started", "shared"]
RollUp = Literal["own", "mean", "sum"]
GoalOutcome = Literal["achieved", "missed", "dropped"]
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
OUTCOMES: tuple[GoalOutcome, ...] = get_args(GoalOutcome)
THEMES: tuple[Theme, ...] = get_args(Theme)
WEEKDAYS: tuple[Weekday, ...] = get_args(Weekday)


class Part(Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """The base of records and of the structures within them."""


class Record(Part, frozen=True, kw_only=True):
    """One document of a table."""

    id: RecordId = RecordId("")


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


Measure = Metric | Milestones | DoneOrNot


class Period(Part, frozen=True):
    """A period of work, such as a quarter; both days are included."""

    name: str
    starts: date
    ends: date


class EarlierPeriod(Period, frozen=True):
    """A closed period; `revision` is that of the commit that closed it and began the next one."""

    revision: int


class ReviewPeriod(Period, frozen=True):
    """The period of a review. Version 0.1 also wrote the `revision` of an earlier period: it is read and dropped."""

    revision: int | None = None

    def __post_init__(self) -> None:
        if self.revision is not None:
            msgspec.structs.force_setattr(self, "revision", None)


class Cadence(Part, frozen=True):
    """How often something is due, in days."""

    check_in: Days = 7
    feedback: Days = 7
    one_on_one: Days = 14
    review: Days = 90


class Team(Record, frozen=True):
    """The team: its name, time zone, current period, cadence, and thresholds of status as ratios of progress / pace.

    Due days are working days that are not in `days_off`. `earlier` has the closed periods, oldest first.
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
    archive_after: Age = "1y"


class Skill(Part, frozen=True):
    """A skill: the member's own level, the target and the manager's view of the level, each 1 to 5.

    `level` is None for a skill that the manager has added, until the member enters it. `next` is the next step.
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
    """A person on the board, since the day `joined`. `logins` are their login names in the operating system.

    `key` is their public key (age); texts that only they may read are encrypted for it.
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

    `rolls_up` is the source of its progress: its own check-ins, the weighted mean of the aligned goals, or their sum in
    one unit. A goal with an `outcome` is closed, since the day `closed`.
    """

    owner: str
    title: str
    measure: Measure
    starts: date
    due: date
    rolls_up: RollUp = "mean"
    outcome: GoalOutcome | None = None
    closed: date | None = None


class Goal(Record, frozen=True):
    """A member's goal. `aligned` maps ids of team goals to shares that add up to 1, or is empty.

    A goal with an `outcome` is closed, since the day `closed`.
    """

    owner: str
    title: str
    measure: Measure
    kind: GoalKind
    starts: date
    due: date
    weight: Positive = 1.0
    aligned: dict[RecordId, Share] = {}
    outcome: GoalOutcome | None = None
    closed: date | None = None


class CheckIn(Record, frozen=True):
    """A check-in: `value` is a metric's value, the weight of the milestones done, or 1 for done.

    `done` has the names of all milestones done so far, `blocker` the help wanted, `helpers` the handles of members who
    have offered help, `fact` the id of the fact that the value was taken from, if any.
    """

    goal: RecordId
    value: Number
    note: str
    by: str
    at: Stamp
    confidence: Confidence | None = None
    next_step: str = ""
    blocker: str = ""
    done: tuple[str, ...] = ()
    fact: RecordId | None = None
    helpers: tuple[str, ...] = ()


class GoalRevision(Record, frozen=True):
    """A change of a goal's terms for a business reason: `before` and `after` have the changed fields.

    `effective` is the first day on which `after` is in effect, None until it is agreed. A proposal of the owner is
    answered by the manager, and the other way round; `word` is the answer's text. `acknowledged` has the handles of the
    members who have acknowledged the revision of a team goal.
    """

    goal: RecordId
    reason: Reason
    why: str
    by: str
    at: Stamp
    state: RevisionState
    before: dict[str, object]
    after: dict[str, object]
    acknowledged: tuple[str, ...] = ()
    effective: date | None = None
    answered_by: str | None = None
    answered_at: Stamp | None = None
    word: str = ""


class Reply(Part, frozen=True):
    """A reply to feedback, or a note in a one-on-one."""

    by: str
    at: Stamp
    text: str


class Feedback(Record, frozen=True):
    """Feedback from one member to another, which the whole team can read.

    `source` is somebody outside the team whose feedback a member passes on. A `request` asks for feedback; it is
    resolved by a reply of the member asked, or declined. The requests of one round have the id of the first in `round`.
    """

    kind: FeedbackKind
    giver: str = field(name="from")
    to: str
    text: str
    at: Stamp
    about: str | None = None
    state: FeedbackState = "open"
    replies: tuple[Reply, ...] = ()
    source: str = ""
    round: RecordId | None = None
    acknowledged: Stamp | None = None


class Topic(Part, frozen=True):
    """A topic on the agenda of a one-on-one, added by the handle `by`."""

    theme: Theme
    text: str
    by: str


class AgreedAction(Part, frozen=True):
    """An agreed action: what `owner` will do, open until the day it is `done`."""

    text: str
    owner: str
    due: date | None = None
    done: date | None = None


class OneOnOne(Record, frozen=True):
    """A one-on-one of a member with their manager, planned for the day `on` and held on the day `held`.

    `useful` is the member's rating of how useful it was, 1 to 5. At most one per member is not held yet.
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
    """A number from another system about a member, as of the day `on`; `starts` is the first day of its range.

    Imported facts have the name of the import's map in `batch` and the number of rows they come from in `rows`.
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
    """A signature under a review: `seal` is the hash of what was signed, `witnessed` who was at the terminal."""

    by: str
    at: Stamp
    seal: str
    witnessed: str | None = None


class Addition(Part, frozen=True):
    """A text added to a signed review; `sealed` is encrypted (age) for the member and the manager."""

    by: str
    at: Stamp
    sealed: str


class Review(Record, frozen=True):
    """A review of `member` with `manager` on the day `on`; `prepared` has the state of each side's preparation.

    Private content is encrypted in the age format. `sealed` has each side's preparation by handle, for its author only
    until the handle is in `revealed`, then for both; `outcome` is what was agreed, for both. `useful` is the member's
    rating of how useful it was, 1 to 5.
    """

    member: str
    manager: str
    on: date
    state: ReviewState = "preparing"
    prepared: dict[str, PreparationState] = {}
    period: ReviewPeriod | None = None
    sealed: dict[str, str] = {}
    revealed: tuple[str, ...] = ()
    outcome: str = ""
    actions: tuple[AgreedAction, ...] = ()
    signatures: tuple[Signature, ...] = ()
    additions: tuple[Addition, ...] = ()
    useful: Level | None = None


class Standup(Record, frozen=True):
    """A standup: when it began, the seconds each member spoke, by handle, and the revision at its end."""

    at: Stamp
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
"""The type of the records in each table."""
