"""A preparation and the outcome of a review: what only the two may read, and what is missing in it."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256
from typing import Literal

import msgspec
from msgspec import Struct

from teamboard.domain.records import Goal, Level, Part, Review, Theme
from teamboard.domain.reviews.evidence import Evidence

RATING_WORDS: dict[int, str] = {
    1: "far below what we agreed",
    2: "below what we agreed",
    3: "as we agreed",
    4: "above what we agreed",
    5: "far above what we agreed",
}
"""What each rating says."""

SignatureState = Literal["unsigned", "whole", "broken"]
"""Whether what was signed is still what is there: `whole`, or `broken`; or nobody has signed yet."""

GAP = 2
"""From how many steps on two ratings are far apart."""


class Rating(Part, frozen=True):
    """How somebody rates a goal, and the evidence it rests on, by ids; without any it is an opinion."""

    goal: str
    rating: Level | None = None
    comment: str = ""
    evidence: tuple[str, ...] = ()

    @property
    def is_opinion(self) -> bool:
        return self.rating is not None and not self.evidence


class AgendaTopic(Part, frozen=True):
    """Something that one of the two wants to talk about."""

    theme: Theme
    text: str


class Preparation(Part, frozen=True):
    """What one of the two has prepared."""

    ratings: tuple[Rating, ...] = ()
    contribution: str = ""
    skills: str = ""
    career: str = ""
    topics: tuple[AgendaTopic, ...] = ()
    wishes: str = ""
    questions: str = ""

    def rating_of(self, goal_id: str) -> Rating:
        """The rating of a goal, an empty one if there is none yet."""
        return next((r for r in self.ratings if r.goal == goal_id), Rating(goal=goal_id))

    def with_rating(self, rating: Rating) -> Preparation:
        """The same with a goal's rating put in its place."""
        others = [r for r in self.ratings if r.goal != rating.goal]
        return msgspec.structs.replace(self, ratings=(*others, rating))


TEXTS = ("contribution", "skills", "career", "wishes", "questions")
"""The texts of a preparation."""


class Agreed(Part, frozen=True):
    """What the two agreed on about a goal."""

    goal: str
    rating: Level | None = None
    words: str = ""


class Outcome(Part, frozen=True):
    """What the two agreed on. `seconds` is how long they talked about each theme; `salt` makes its hash unguessable."""

    salt: str
    agreed: tuple[Agreed, ...] = ()
    summary: str = ""
    seconds: dict[Theme, int] = {}

    def agreed_of(self, goal_id: str) -> Agreed:
        """What was agreed about a goal; empty if nothing was yet."""
        return next((a for a in self.agreed if a.goal == goal_id), Agreed(goal=goal_id))

    def with_agreed(self, agreed: Agreed) -> Outcome:
        """The same with what was agreed about a goal put in its place."""
        others = [a for a in self.agreed if a.goal != agreed.goal]
        return msgspec.structs.replace(self, agreed=(*others, agreed))


def missing(prepared: Preparation, goals: Iterable[Goal]) -> list[str]:
    """What a preparation lacks, in words; nothing if it is ready."""
    found = []
    ratings = [prepared.rating_of(goal.id) for goal in goals]
    unrated = sum(r.rating is None for r in ratings)
    opinions = sum(r.is_opinion for r in ratings)
    if unrated:
        found.append(f"{unrated} goal{'s' if unrated > 1 else ''} to rate")
    if opinions:
        found.append(f"{opinions} rating{'s' if opinions > 1 else ''} without evidence")
    found += [name for name in ("contribution", "skills", "career") if not getattr(prepared, name).strip()]
    if not prepared.topics:
        found.append("topics")
    return found


def apart(one: Rating, other: Rating) -> int:
    """By how many steps two ratings of a goal differ; 0 where one is missing."""
    return abs(one.rating - other.rating) if one.rating is not None and other.rating is not None else 0


class Sides(Struct, frozen=True, kw_only=True):
    """What one of the two may see of a review: both preparations as far as they are shared, evidence, outcome."""

    review: Review
    rep: Preparation | None
    manager: Preparation | None
    evidence: Evidence
    outcome: Outcome

    @property
    def goals(self) -> list[Goal]:
        """The goals of the period, those first on which the ratings are far apart."""
        goals = [g.goal for g in self.evidence.goals]
        return sorted(goals, key=lambda goal: -self.gap(goal.id))

    def gap(self, goal_id: str) -> int:
        """By how many steps the two ratings of a goal differ; 0 where one is missing."""
        if self.rep is None or self.manager is None:
            return 0
        return apart(self.rep.rating_of(goal_id), self.manager.rating_of(goal_id))


class ReviewContent(Sides, frozen=True, kw_only=True):
    """All that one of the two, `reader`, may read of a review, decrypted: what its documents print."""

    reader: str
    additions: tuple[tuple[str, str], ...]
    """What was added after signing: by whom, and the text."""
    signature_state: SignatureState


def content_hash(content: Iterable[object]) -> str:
    """The hash over what is signed, in a canonical form: the same content has the same hash, on every machine."""
    canonical = msgspec.json.encode([msgspec.to_builtins(part) for part in content], order="deterministic")
    return sha256(canonical).hexdigest()
