"""The schema of a team file, the YAML that `init --from` takes. docs/team-yaml.md describes it for users.

Days are dates (`2026-10-01`) or relative to today (`today`, `today-12`, `today+5`); moments also have a time of day
(`today-12 09:30`). Amounts may end in k or M (`812k`).
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from msgspec import Meta, Struct

from teamboard.actions.team import AddMember
from teamboard.domain.amounts import AmbiguousNumber, NumberFormat, parse_amount
from teamboard.domain.errors import Refused
from teamboard.domain.input_parsing import date_in_range, finite_number, parse_moment, parse_share_of_pace
from teamboard.domain.periods.rollover import Choice
from teamboard.domain.records import (
    WEEKDAYS,
    Age,
    BusinessReason,
    Cadence,
    Confidence,
    FeedbackKind,
    GoalKind,
    Level,
    NumberStyle,
    PreparationState,
    RollUp,
    Share,
    Theme,
    Weekday,
)


class Day:
    """A day in the file, decoded by `decode_hook`."""

    def __init__(self, value: date) -> None:
        self.value = value


class Moment:
    """A moment in the file, in UTC."""

    def __init__(self, value: datetime) -> None:
        self.value = value


AMOUNT_FIELDS = frozenset({"target", "start", "per_week", "value", "call", "best", "weight", "on_track", "at_risk"})
"""The fields with an Amount."""


class Amount:
    """A number in the file."""

    def __init__(self, value: float) -> None:
        self.value = value


class Weight(Amount):
    """A number above 0."""


class ShareOfPace(Amount):
    """A ratio above 0, in per cent or not: `70 %`, `70`, `0.7`."""


class Form(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The base of all mappings in the file; unknown fields are errors."""


class PeriodForm(Form, frozen=True):
    """The current period."""

    name: str
    starts: Day
    ends: Day


class EarlierForm(Form, frozen=True):
    """An earlier period; it ended when the next one began.

    `choices` is what was done at its end with each unfinished goal, by key.
    """

    name: str
    starts: Day
    choices: dict[str, Choice] = {}


class TeamForm(Form, frozen=True):
    """The team and its settings. Without a `period` it is the one that `periods` has around today."""

    name: str
    timezone: str
    period: PeriodForm | None = None
    periods: str = ""
    cadence: Cadence = Cadence()
    on_track: ShareOfPace = ShareOfPace(0.9)
    at_risk: ShareOfPace = ShareOfPace(0.7)
    working_days: Annotated[tuple[Weekday, ...], Meta(min_length=1)] = WEEKDAYS[:5]
    days_off: tuple[Day, ...] = ()
    archive_after: Age = "1y"
    numbers: NumberStyle = ""
    hints_off: tuple[str, ...] = ()


class MemberForm(AddMember, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A member: the fields of the action that adds one."""


class MetricForm(Form, frozen=True):
    """A metric: start (0 if missing), target and unit."""

    target: Amount
    start: Amount | None = None
    unit: str = ""


class ActivityForm(Form, frozen=True):
    """A number to do in each week, and its unit."""

    per_week: Amount
    unit: str = ""


class MilestoneForm(Form, frozen=True):
    """A milestone and its weight."""

    name: str
    weight: Weight = Weight(1.0)


Milestones = Annotated[list[MilestoneForm], Meta(min_length=1)]


class TeamGoalForm(Form, frozen=True):
    """A team goal; other entries refer to it by its key, `serves` to the team goal above it by that one's."""

    key: str
    title: str
    owner: str | None = None
    metric: MetricForm | None = None
    milestones: Milestones | None = None
    starts: Day | None = None
    due: Day | None = None
    rolls_up: RollUp = "mean"
    serves: str | None = None
    why: str = ""


class GoalForm(Form, frozen=True):
    """A goal; `aligned` is the key of a team goal, or several keys with their shares, `drives` that of another goal."""

    key: str
    owner: str
    title: str
    kind: GoalKind = "result"
    metric: MetricForm | None = None
    activity: ActivityForm | None = None
    milestones: Milestones | None = None
    starts: Day | None = None
    due: Day | None = None
    weight: Weight = Weight(1.0)
    aligned: str | dict[str, Share] | None = None
    drives: str | None = None
    why: str = ""


class EntryForm(Form, frozen=True):
    """One check-in."""

    day: Moment
    value: Amount | None = None
    done: tuple[str, ...] = ()
    note: str = ""
    confidence: Confidence | None = None
    call: Amount | None = None
    best: Amount | None = None
    next_step: str = ""
    blocker: str = ""
    by: str | None = None


class CheckInsForm(Form, frozen=True):
    """The check-ins on a goal, by its key."""

    goal: str
    entries: list[EntryForm]


class DeclinedForm(Form, frozen=True):
    """When a revision was declined, and the answer that was given."""

    day: Moment
    word: str


class RevisionForm(Form, frozen=True, rename={"effective": "from"}):
    """A revision of a goal, by its key, with the answers to it."""

    goal: str
    day: Moment
    reason: BusinessReason
    why: str
    by: str | None = None
    title: str | None = None
    start: Amount | None = None
    target: Amount | None = None
    per_week: Amount | None = None
    milestones: Milestones | None = None
    due: Day | None = None
    drop: bool = False
    effective: Day | None = None
    acknowledged: tuple[str, ...] = ()
    agreed: Moment | None = None
    declined: DeclinedForm | None = None


class ReplyForm(Form, frozen=True):
    """A reply to feedback."""

    day: Moment
    by: str
    text: str


class FeedbackForm(Form, frozen=True, rename={"giver": "from"}):
    """Feedback with its replies; in the file the giver is called `from`."""

    day: Moment
    giver: str
    to: str
    text: str
    kind: FeedbackKind = "praise"
    about: str | None = None
    replies: tuple[ReplyForm, ...] = ()
    acknowledged: Moment | None = None
    resolved: Moment | None = None


class TopicForm(Form, frozen=True):
    """A topic of a one-on-one; without `by` the manager added it."""

    theme: Theme
    text: str
    by: str | None = None


class NoteForm(Form, frozen=True):
    """A note of a one-on-one; without `by` the manager wrote it."""

    text: str
    by: str | None = None


class AgreedForm(Form, frozen=True):
    """An action agreed in a one-on-one; without `owner` it is the member's."""

    text: str
    owner: str | None = None
    due: Day | None = None
    done: Moment | None = None


class OneOnOneForm(Form, frozen=True):
    """A one-on-one: held if its day is in the past, else planned."""

    member: str
    day: Moment
    topics: tuple[TopicForm, ...] = ()
    notes: tuple[NoteForm, ...] = ()
    actions: tuple[AgreedForm, ...] = ()
    useful: Level | None = None


class GrowthForm(Form, frozen=True):
    """The level of a skill on a day, as the member (or `by`, their manager) rated it."""

    member: str
    day: Moment
    skill: str
    level: Level | None = None
    target: Level | None = None
    next: str | None = None
    by: str | None = None


class ValueForm(Form, frozen=True):
    """The value of a fact on a day."""

    day: Moment
    value: Amount


class FactsForm(Form, frozen=True):
    """The values over time of one fact (a number from outside) about a member."""

    member: str
    name: str
    source: str
    values: list[ValueForm]
    unit: str = ""
    link: str = ""


class ReviewForm(Form, frozen=True):
    """A scheduled review; `prepared` is how far each handle has prepared."""

    member: str
    day: Day
    prepared: dict[str, PreparationState] = {}


class AwayForm(Form, frozen=True):
    """The days on which a member is away, both included."""

    member: str
    starts: Day
    ends: Day
    note: str = ""


class LeavingForm(Form, frozen=True):
    """A member who leaves on a day: who takes the results, single goals by their keys, reports and team goals."""

    member: str
    day: Day
    goals_to: str = ""
    goals: dict[str, str] = {}
    reports_to: str = ""


class TeamFileForm(Form, frozen=True):
    """The whole content of a team file, or of a folder of them."""

    team: TeamForm
    members: Annotated[list[MemberForm], Meta(min_length=1)]
    earlier: list[EarlierForm] = []
    team_goals: list[TeamGoalForm] = []
    goals: list[GoalForm] = []
    check_ins: list[CheckInsForm] = []
    revisions: list[RevisionForm] = []
    feedback: list[FeedbackForm] = []
    one_on_ones: list[OneOnOneForm] = []
    growth: list[GrowthForm] = []
    facts: list[FactsForm] = []
    reviews: list[ReviewForm] = []
    away: list[AwayForm] = []
    leaving: list[LeavingForm] = []


def decode_hook(now: datetime, zone: ZoneInfo, numbers: NumberFormat | None) -> Any:
    """The `dec_hook` with which msgspec decodes Day, Moment and Amount.

    Relative days count from `now` in `zone`; `numbers` is how the file writes numbers.
    """
    today = now.astimezone(zone).date()

    def read(kind: type, value: Any) -> Any:
        if issubclass(kind, Amount):
            if isinstance(value, bool) or not isinstance(value, (int, float, str)):
                raise ValueError(f"{value!r} is not a number")
            number = _amount(kind, value, numbers)
            if kind is not Amount and number <= 0:
                raise ValueError("expected a number > 0")
            return kind(number)
        if isinstance(value, datetime):
            date_in_range(value.date())
            local = value if value.tzinfo else value.replace(tzinfo=zone)
            day, time_of_day = local.astimezone(zone).date(), local.astimezone(zone).time()
        elif isinstance(value, date):
            day, time_of_day = date_in_range(value), time(9)
        elif isinstance(value, str):
            day, time_of_day = parse_moment(value, today)
        else:
            raise ValueError(f"{value!r} is not a date; try 2026-12-31 or today+7")
        if kind is Day:
            return Day(date_in_range(day))
        return Moment(datetime.combine(date_in_range(day), time_of_day, zone).astimezone(UTC))

    return read


def _amount(kind: type, value: float | str, numbers: NumberFormat | None) -> float:
    """The number of an entry. Raises ValueError if it is not a number, or can be read in two ways."""
    try:
        if kind is ShareOfPace:
            return parse_share_of_pace(str(value), numbers)
        return parse_amount(value, numbers) if isinstance(value, str) else finite_number(value)
    except AmbiguousNumber as error:
        raise ValueError(f"{error.both}: write one of these") from None
    except Refused as error:
        raise ValueError(str(error).removesuffix(".")) from None
