"""The form of a team in YAML: what `init --from` takes. docs/team-yaml.md describes it for people.

Days may be dates (`2026-10-01`) or count from today (`today`, `today-12`, `today+5`), with a time of
day where a moment is meant (`today-12 09:30`). Amounts may end in k or M (`812k`).
"""

from __future__ import annotations

import math
import re
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from msgspec import Meta, Struct

from teamboard.board.records import (
    Cadence,
    Career,
    Confidence,
    FeedbackKind,
    GoalKind,
    Positive,
    Preparation,
    Reason,
    RollUp,
    Share,
    Skill,
)

_DAY = re.compile(r"today\s*(?:([+-])\s*(\d{1,5}))?(?:\s+(\d{1,2}):(\d{2}))?", re.ASCII)
_AMOUNT = re.compile(r"([+-]?(?:\d[\d_ ]*)(?:\.\d+)?)\s*([kKmM]?)", re.ASCII)
_EARLIEST, _LATEST = date(1900, 1, 1), date(9000, 1, 1)
_SCALE = {"": 1.0, "k": 1e3, "m": 1e6}


class Day:
    """A day in a form."""

    def __init__(self, value: date) -> None:
        self.value = value


class Moment:
    """A moment in a form, in UTC."""

    def __init__(self, value: datetime) -> None:
        self.value = value


class Amount:
    """A number in a form."""

    def __init__(self, value: float) -> None:
        self.value = value


class Form(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A mapping of the form."""


class PeriodForm(Form, frozen=True):
    name: str
    starts: Day
    ends: Day


class TeamForm(Form, frozen=True):
    name: str
    timezone: str
    period: PeriodForm
    cadence: Cadence = Cadence()
    on_track: Positive = 0.9
    at_risk: Positive = 0.7


class MemberForm(Form, frozen=True):
    handle: str
    name: str
    manager: str | None = None
    title: str = ""
    logins: tuple[str, ...] = ()
    skills: tuple[Skill, ...] = ()
    career: Career | None = None


class MetricForm(Form, frozen=True):
    target: Amount
    start: Amount | None = None
    unit: str = ""


class MilestoneForm(Form, frozen=True):
    name: str
    weight: Positive = 1.0


Milestones = Annotated[list[MilestoneForm], Meta(min_length=1)]


class TeamGoalForm(Form, frozen=True):
    key: str
    title: str
    owner: str | None = None
    metric: MetricForm | None = None
    milestones: Milestones | None = None
    starts: Day | None = None
    due: Day | None = None
    rolls_up: RollUp = "mean"


class GoalForm(Form, frozen=True):
    key: str
    owner: str
    title: str
    kind: GoalKind = "result"
    metric: MetricForm | None = None
    milestones: Milestones | None = None
    starts: Day | None = None
    due: Day | None = None
    weight: Positive = 1.0
    aligned: str | dict[str, Share] | None = None


class EntryForm(Form, frozen=True):
    day: Moment
    value: Amount | None = None
    done: tuple[str, ...] = ()
    note: str = ""
    confidence: Confidence | None = None
    next_step: str = ""
    blocker: str = ""
    by: str | None = None


class CheckInsForm(Form, frozen=True):
    goal: str
    entries: list[EntryForm]


class RevisionForm(Form, frozen=True):
    goal: str
    day: Moment
    reason: Reason
    why: str
    by: str | None = None
    target: Amount | None = None
    due: Day | None = None
    acknowledged: tuple[str, ...] = ()


class ReplyForm(Form, frozen=True):
    day: Moment
    by: str
    text: str


class FeedbackForm(Form, frozen=True, rename={"giver": "from"}):
    day: Moment
    giver: str
    to: str
    text: str
    kind: FeedbackKind = "praise"
    about: str | None = None
    replies: tuple[ReplyForm, ...] = ()
    resolved: Moment | None = None


class ReviewForm(Form, frozen=True):
    member: str
    day: Day
    prepared: dict[str, Preparation] = {}


class WholeForm(Form, frozen=True):
    """All that a folder, or one file, may say."""

    team: TeamForm
    members: Annotated[list[MemberForm], Meta(min_length=1)]
    team_goals: list[TeamGoalForm] = []
    goals: list[GoalForm] = []
    check_ins: list[CheckInsForm] = []
    revisions: list[RevisionForm] = []
    feedback: list[FeedbackForm] = []
    reviews: list[ReviewForm] = []


def amount(text: str) -> float:
    """A number as a person writes it: `812000`, `812 000`, `812k`, `1.2M`. ValueError if it is none."""
    match = _AMOUNT.fullmatch(text.strip())
    if match is None:
        raise ValueError(f"{text!r} is no number; write 812000, 812.5, 812k or 1.2M")
    return _finite(float(match[1].replace("_", "").replace(" ", "")) * _SCALE[match[2].lower()])


def day(text: str, today: date) -> date:
    """A day as a person writes it: `2026-12-31`, `today`, `today+5`. ValueError if it is none."""
    return _moment(text, today)[0]


def reader(now: datetime, zone: ZoneInfo) -> Any:
    """The hook with which msgspec reads Day, Moment and Amount, as seen from `now` in the team's zone."""
    today = now.astimezone(zone).date()

    def read(kind: type, value: Any) -> Any:
        if kind is Amount:
            if isinstance(value, bool) or not isinstance(value, (int, float, str)):
                raise ValueError(f"{value!r} is no number")
            return Amount(amount(value) if isinstance(value, str) else _finite(value))
        if isinstance(value, datetime):
            when = value if value.tzinfo else value.replace(tzinfo=zone)
            found, clock = when.astimezone(zone).date(), when.astimezone(zone).time()
        elif isinstance(value, date):
            found, clock = _within(value), time(9)
        elif isinstance(value, str):
            found, clock = _moment(value, today)
        else:
            raise ValueError(f"{value!r} is no day")
        if kind is Day:
            return Day(_within(found))
        return Moment(datetime.combine(_within(found), clock, zone).astimezone(UTC))

    return read


def _finite(value: float) -> float:
    try:
        found = float(value)
    except OverflowError:
        found = math.inf
    if not math.isfinite(found):
        raise ValueError("the number is too large, or none")
    return found


def _moment(text: str, today: date) -> tuple[date, time]:
    text = text.strip()
    match = _DAY.fullmatch(text)
    try:
        if match is None:
            whole = datetime.fromisoformat(text)
            return _within(whole.date()), whole.time() if len(text) > 10 else time(9)
        days = int(match[2] or 0) * (-1 if match[1] == "-" else 1)
        clock = time(int(match[3]), int(match[4])) if match[3] else time(9)
        return _within(today + timedelta(days=days)), clock
    except (ValueError, OverflowError):
        raise ValueError(f"{text!r} is no day; write 2026-12-31, today or today-12") from None


def _within(found: date) -> date:
    if not _EARLIEST <= found <= _LATEST:
        raise ValueError(f"the day {found} is out of all reason")
    return found
