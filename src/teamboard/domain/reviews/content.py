"""The private content of a review: preparations and outcome, and what a preparation lacks."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256
from typing import Literal, get_args

import msgspec
from msgspec import Struct

from teamboard.domain.amounts import plural
from teamboard.domain.ids import RecordId
from teamboard.domain.records import Goal, Level, Part, Review, Theme
from teamboard.domain.reviews.evidence import Evidence

RATING_WORDS: dict[int, str] = {
    1: "far below what we agreed",
    2: "below what we agreed",
    3: "as we agreed",
    4: "above what we agreed",
    5: "far above what we agreed",
}
"""The meaning of each rating."""

SignatureState = Literal["unsigned", "whole", "broken"]
"""Whether the signed content is unchanged (`whole`) or was changed (`broken`), or nobody has signed yet."""

GAP = 2
"""The smallest difference of two ratings that is shown as a gap."""


class Rating(Part, frozen=True):
    """A rating of a goal, 1 to 5, with the ids of its evidence; without evidence it is an opinion."""

    goal: RecordId
    rating: Level | None = None
    comment: str = ""
    evidence: tuple[str, ...] = ()

    @property
    def is_opinion(self) -> bool:
        """True if the goal is rated without evidence."""
        return self.rating is not None and not self.evidence


class AgendaTopic(Part, frozen=True):
    """A topic that one side wants to talk about."""

    theme: Theme
    text: str


class Preparation(Part, frozen=True):
    """The preparation of one side."""

    ratings: tuple[Rating, ...] = ()
    contribution: str = ""
    skills: str = ""
    career: str = ""
    topics: tuple[AgendaTopic, ...] = ()
    wishes: str = ""
    questions: str = ""

    def rating_of(self, goal_id: RecordId) -> Rating:
        """The rating of a goal; an empty one if there is none yet."""
        return next((r for r in self.ratings if r.goal == goal_id), Rating(goal=goal_id))

    def with_rating(self, rating: Rating) -> Preparation:
        """Return the preparation with the rating of one goal replaced."""
        others = [r for r in self.ratings if r.goal != rating.goal]
        return msgspec.structs.replace(self, ratings=(*others, rating))


TextField = Literal["contribution", "skills", "career", "wishes", "questions"]
TEXTS: tuple[TextField, ...] = get_args(TextField)
"""The fields of a preparation that are texts."""


class Agreed(Part, frozen=True):
    """What both sides agreed about a goal."""

    goal: RecordId
    rating: Level | None = None
    words: str = ""


class Outcome(Part, frozen=True):
    """What both sides agreed. `seconds` is the time per theme; `salt` prevents guessing the text by its hash."""

    salt: str
    agreed: tuple[Agreed, ...] = ()
    summary: str = ""
    seconds: dict[Theme, int] = {}

    def agreed_of(self, goal_id: RecordId) -> Agreed:
        """What was agreed about a goal; empty if nothing was agreed yet."""
        return next((a for a in self.agreed if a.goal == goal_id), Agreed(goal=goal_id))

    def with_agreed(self, agreed: Agreed) -> Outcome:
        """Return the outcome with what was agreed about one goal replaced."""
        others = [a for a in self.agreed if a.goal != agreed.goal]
        return msgspec.structs.replace(self, agreed=(*others, agreed))


def missing_parts(prepared: Preparation, goals: Iterable[Goal]) -> list[str]:
    """What a preparation lacks, such as "2 goals to rate"; empty if it is complete."""
    lacking = []
    ratings = [prepared.rating_of(goal.id) for goal in goals]
    unrated = sum(r.rating is None for r in ratings)
    opinions = sum(r.is_opinion for r in ratings)
    if unrated:
        lacking.append(f"{plural(unrated, 'goal')} to rate")
    if opinions:
        lacking.append(f"{plural(opinions, 'rating')} without evidence")
    lacking += [name for name in ("contribution", "skills", "career") if not getattr(prepared, name).strip()]
    if not prepared.topics:
        lacking.append("topics")
    return lacking


def rating_gap(one: Rating, other: Rating) -> int:
    """The difference of two ratings of a goal; 0 if one is missing."""
    return abs(one.rating - other.rating) if one.rating is not None and other.rating is not None else 0


class Sides(Struct, frozen=True, kw_only=True):
    """What one side may read of a review: both preparations (None if not shared), the evidence, the outcome."""

    review: Review
    rep: Preparation | None
    manager: Preparation | None
    evidence: Evidence
    outcome: Outcome

    @property
    def goals(self) -> list[Goal]:
        """The goals of the period, by the gap between the two ratings, largest first."""
        goals = [g.goal for g in self.evidence.goals]
        return sorted(goals, key=lambda goal: -self.gap(goal.id))

    def gap(self, goal_id: RecordId) -> int:
        """The difference of the two sides' ratings of a goal; 0 if one is missing."""
        if self.rep is None or self.manager is None:
            return 0
        return rating_gap(self.rep.rating_of(goal_id), self.manager.rating_of(goal_id))


class ReviewContent(Sides, frozen=True, kw_only=True):
    """The decrypted content of a review that `reader` (a handle) may read; documents are made from it."""

    reader: str
    additions: tuple[tuple[str, str], ...]
    """The texts added after signing, as (handle, text)."""
    signature_state: SignatureState


def content_hash(content: Iterable[object]) -> str:
    """The SHA-256 of the signed content as canonical JSON, in hexadecimal: the same on every machine."""
    canonical = msgspec.json.encode([msgspec.to_builtins(part) for part in content], order="deterministic")
    return sha256(canonical).hexdigest()
