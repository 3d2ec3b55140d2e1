"""The records of what people say to each other: feedback, one-on-ones, reviews and standups."""

# Without `from __future__ import annotations`: msgspec would compile each text again, 0.6 ms before the first paint.

from datetime import date
from typing import Literal

import msgspec
from msgspec import field

from teamboard.domain.ids import RecordId
from teamboard.domain.records.base import Handle, Level, Part, Record, Stamp, Theme
from teamboard.domain.records.team import Period

FeedbackKind = Literal["praise", "coaching", "question", "idea", "request"]
FeedbackState = Literal["open", "acknowledged", "resolved", "declined"]
ReviewState = Literal["preparing", "ready", "held", "signed"]
PreparationState = Literal["started", "shared"]


class Reply(Part, frozen=True):
    """A reply to feedback, or a note in a one-on-one."""

    by: Handle
    at: Stamp
    text: str


class Feedback(Record, frozen=True):
    """Feedback from one member to another, which the whole team can read.

    `source` is somebody outside the team whose feedback a member passes on. A `request` asks for feedback; it is
    resolved by a reply of the member asked, or declined. The requests of one round have the id of the first in `round`.
    """

    kind: FeedbackKind
    giver: Handle = field(name="from")
    to: Handle
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
    by: Handle


class AgreedAction(Part, frozen=True):
    """An agreed action: what `owner` will do, open until the day it is `done`."""

    text: str
    owner: Handle
    due: date | None = None
    done: date | None = None


class OneOnOne(Record, frozen=True):
    """A one-on-one of a member with their manager, planned for the day `on` and held on the day `held`.

    `useful` is the member's rating of how useful it was, 1 to 5. At most one per member is not held yet.
    """

    member: Handle
    manager: Handle
    on: date
    topics: tuple[Topic, ...] = ()
    notes: tuple[Reply, ...] = ()
    actions: tuple[AgreedAction, ...] = ()
    held: date | None = None
    useful: Level | None = None


class ReviewPeriod(Period, frozen=True):
    """The period of a review. Version 0.1 also wrote the `revision` of an earlier period: it is read and dropped."""

    revision: int | None = None

    def __post_init__(self) -> None:
        if self.revision is not None:
            msgspec.structs.force_setattr(self, "revision", None)


class Signature(Part, frozen=True):
    """A signature under a review: `seal` is the hash of what was signed, `witnessed` who was at the terminal."""

    by: Handle
    at: Stamp
    seal: str
    witnessed: Handle | None = None


class Addition(Part, frozen=True):
    """A text added to a signed review; `sealed` is encrypted (age) for the member and the manager."""

    by: Handle
    at: Stamp
    sealed: str


class Review(Record, frozen=True):
    """A review of `member` with `manager` on the day `on`; `prepared` has the state of each side's preparation.

    Private content is encrypted in the age format. `sealed` has each side's preparation by handle, for its author only
    until the handle is in `revealed`, then for both; `outcome` is what was agreed, for both. `useful` is the member's
    rating of how useful it was, 1 to 5.
    """

    member: Handle
    manager: Handle
    on: date
    state: ReviewState = "preparing"
    prepared: dict[Handle, PreparationState] = {}
    period: ReviewPeriod | None = None
    sealed: dict[Handle, str] = {}
    revealed: tuple[Handle, ...] = ()
    outcome: str = ""
    actions: tuple[AgreedAction, ...] = ()
    signatures: tuple[Signature, ...] = ()
    additions: tuple[Addition, ...] = ()
    useful: Level | None = None

    @property
    def is_planned(self) -> bool:
        """True until it is held."""
        return self.state in ("preparing", "ready")


class Standup(Record, frozen=True):
    """A standup: when it began, the seconds each member spoke, by handle, and the revision at its end."""

    at: Stamp
    by: Handle
    revision: int
    seconds: dict[Handle, int]
