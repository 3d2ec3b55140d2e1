"""The records of people and of the team."""

# Without `from __future__ import annotations`: msgspec would compile each text again, 0.6 ms before the first paint.

from datetime import date
from typing import Annotated, Literal, get_args

from msgspec import Meta

from teamboard.domain.ids import LAST_NUMBER
from teamboard.domain.records.base import Days, Handle, Level, Part, Positive, Record
from teamboard.domain.records.patterns import pattern

Age = Annotated[str, pattern(r"^(never|[1-9]\d?m|1[01]\dm|120m|[1-9]y|10y)\Z", "1m to 120m, 1y to 10y, or never")]
PeriodCalendar = Annotated[
    str,
    pattern(
        r"^(|months|(quarters|trimesters|half-years|years)( from (feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec))?)\Z",
        "months, quarters, trimesters, half-years or years, from a month on",
    ),
]
"""How long the periods of a team are, and when its year begins: `quarters from feb`; "" if that has not been said."""
Percent = Annotated[int, Meta(ge=0, le=100)]
NumberStyle = Literal["", "en", "de", "at", "ch", "fr", "es", "it", "nl", "pt", "pl", "sv"]
"""How a team writes numbers, by the language or country; "" as long as it has not said so."""
HintName = Literal[
    "blocker", "win-rate", "activities", "call", "confidence", "coaching", "next-step", "feedback", "revisions"
]
"""The names of the hints; `domain/hints/table.py` has what they say."""
Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]

HINT_NAMES: tuple[HintName, ...] = get_args(HintName)
WEEKDAYS: tuple[Weekday, ...] = get_args(Weekday)


class Period(Part, frozen=True):
    """A period of work, such as a quarter; both days are included."""

    name: str
    starts: date
    ends: date


class EarlierPeriod(Period, frozen=True):
    """A closed period; `revision` is that of the commit that closed it and began the next one."""

    revision: int


class Cadence(Part, frozen=True):
    """How often something is due, in days."""

    check_in: Days = 7
    feedback: Days = 7
    one_on_one: Days = 14
    review: Days = 90


class Team(Record, frozen=True):
    """The team: its name, time zone, current period, cadence, and thresholds of status as ratios of progress / pace.

    Due days are working days that are not in `days_off`. `earlier` has the closed periods, oldest first.
    `periods` says how long the coming ones are. `away_counts` is true if the pace goes on while somebody is away.
    `numbers` is how numbers are read and written,
    `hints_off` has the hints that the team has switched off, in the order of HINT_NAMES.
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
    away_counts: bool = False
    numbers: NumberStyle = ""
    periods: PeriodCalendar = ""
    hints_off: tuple[HintName, ...] = ()


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


class Absence(Part, frozen=True):
    """Days on which a member is away, both included."""

    starts: date
    ends: date
    note: str = ""


class Member(Record, frozen=True):
    """A person on the board, since the day `joined`. `logins` are their login names in the operating system.

    `key` is their public key (age); texts that only they may read are encrypted for it. `left` is the first day on
    which they are not on the team any more. `starts` is the first day that counts for a newcomer, `ramp` the per cent
    expected of them by month since then. `formerly` has the handles and names that they had before. `reports_since` is
    the day on which they got their manager, if that was after they joined. `region` is where they sell, such as South.
    `seen` is the revision up to which they have seen what others did.
    """

    handle: Handle
    name: str
    manager: Handle | None
    joined: date | None = None
    key: str = ""
    title: str = ""
    logins: tuple[str, ...] = ()
    skills: tuple[Skill, ...] = ()
    career: Career | None = None
    starts: date | None = None
    left: date | None = None
    away: tuple[Absence, ...] = ()
    ramp: tuple[Percent, ...] = ()
    formerly: tuple[str, ...] = ()
    reports_since: date | None = None
    region: str = ""
    seen: Annotated[int, Meta(ge=0, le=LAST_NUMBER)] = 0

    @property
    def role(self) -> str:
        """What they do and where they sell, such as `AE Iberia · South`; "" if neither is said."""
        return " · ".join(text for text in (self.title, self.region) if text)
