"""Reviews of a member with their manager: schedule, prepare, hold, sign; and the public keys they are encrypted for.

Preparations and outcomes arrive encrypted: an action never sees their text, so none of it gets into the history.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import ClassVar

import msgspec
from msgspec import Struct

from teamboard.actions.base import Actor, find_colleague, find_member, require
from teamboard.actions.one_on_ones import NewAction, new_agreed_action
from teamboard.domain.board import Board, Changes
from teamboard.domain.due import next_review
from teamboard.domain.errors import Conflict, NotFound, Refused
from teamboard.domain.handles import display_name
from teamboard.domain.ids import RecordId, to_record_id
from teamboard.domain.periods import find_period
from teamboard.domain.records import Addition, Member, PreparationState, Review, Signature
from teamboard.domain.reviews.periods import stored_period
from teamboard.domain.verbs import VerbName

MOST_ENCRYPTED = 400_000
MOST_ENTRIES = 100
HIGHEST = 5
ARMOUR = "-----BEGIN AGE ENCRYPTED FILE-----"
_KEY = re.compile(r"age1[02-9ac-hj-np-z]{58}")


class ScheduleReview(Struct, frozen=True, kw_only=True):
    """Schedule a member's next review, or move it.

    It is about the period that is named, else about the one that runs when it is first scheduled, however it is moved.
    `prepared` has the state of each side's preparation, by handle.
    """

    verb: ClassVar[VerbName] = "schedule a review"

    member: str
    on: date
    period: str = ""
    prepared: dict[str, PreparationState] = {}

    def __call__(self, board: Board, by: Actor, at: datetime) -> Changes:
        member = find_colleague(board, self.member, board.day_of(at), max(self.on, board.day_of(at)))
        require(board, by, self.verb, member)
        if member.manager is None:
            raise Refused(f"{display_name(board, member)} has no manager to hold a review with.")
        others = [h for h in self.prepared if h not in (member.handle, member.manager)]
        if others:
            raise Refused(f"{others[0]!r} is not one of the two who prepare this review.")
        period = find_period(board, self.period) if self.period else None
        if self.period and period is None:
            raise NotFound(f"There is no period {self.period!r}. List periods with `teamboard period report`.")
        planned = next_review(board, member)
        review = planned or Review(
            id=board.next_id("reviews"),
            member=member.handle,
            manager=member.manager,
            on=self.on,
            period=stored_period(board.team.period) if board.team else None,
        )
        changed = msgspec.structs.replace(
            review,
            on=self.on,
            prepared=review.prepared | self.prepared,
            period=stored_period(period) if period else review.period,
        )
        if changed == planned:
            raise Refused(f"The review of {display_name(board, member)} is on {self.on} already.")
        return {review.id: changed}


class StartPreparing(Struct, frozen=True, kw_only=True):
    """Store that the actor has started to prepare; the draft itself stays on their machine until it is shared."""

    verb: ClassVar[VerbName] = "prepare a review"

    review: RecordId

    def __call__(self, board: Board, by: Actor, at: datetime) -> Changes:
        review, actor = _review_and_side(board, by, self.verb, self.review)
        _require_not_held(review)
        if actor.handle in review.prepared:
            raise Refused(f"You have begun to prepare {review.id} already.")
        prepared = {**review.prepared, actor.handle: "started"}
        return {review.id: msgspec.structs.replace(review, prepared=prepared)}


class SharePreparation(Struct, frozen=True, kw_only=True):
    """Put the actor's preparation on the board, encrypted for them alone, or, if `revealed`, for both sides.

    It may be revealed once the other side has shared too, or on the day of the review: see `may_reveal`.
    """

    verb: ClassVar[VerbName] = "prepare a review"

    review: RecordId
    encrypted: str
    revealed: bool = False

    def __call__(self, board: Board, by: Actor, at: datetime) -> Changes:
        review, actor = _review_and_side(board, by, self.verb, self.review)
        _require_unsigned(review)
        _require_encrypted(self.encrypted)
        if self.revealed and not may_reveal(review, actor.handle, board.day_of(at)):
            raise Refused(f"{review.id} is not shared by both yet, and its day has not come.")
        prepared: dict[str, PreparationState] = {**review.prepared, actor.handle: "shared"}
        both = {review.member, review.manager} <= {h for h, state in prepared.items() if state == "shared"}
        others = tuple(h for h in review.revealed if h != actor.handle)
        changed = msgspec.structs.replace(
            review,
            sealed={**review.sealed, actor.handle: self.encrypted},
            prepared=prepared,
            revealed=(*others, actor.handle) if self.revealed else others,
            state="ready" if both and review.state == "preparing" else review.state,
        )
        return {review.id: changed}


def may_reveal(review: Review, handle: str, today: date) -> bool:
    """True if a side's preparation may be shown to the other: both have shared, or the day of the review has come."""
    other = review.manager if handle == review.member else review.member
    return review.prepared.get(other) == "shared" or review.on <= today


class WriteOutcome(Struct, frozen=True, kw_only=True):
    """Put what the two agreed on, encrypted for both, on the board; `seen` is the outcome the person was looking at."""

    verb: ClassVar[VerbName] = "hold a review"

    review: RecordId
    encrypted: str
    seen: str

    def __call__(self, board: Board, by: Actor, at: datetime) -> Changes:
        review, _ = _review_and_side(board, by, self.verb, self.review)
        _require_encrypted(self.encrypted)
        _require_unsigned(review)
        if review.outcome != self.seen:
            raise Conflict(f"{review.id} was changed while you were typing.", review)
        return {review.id: msgspec.structs.replace(review, outcome=self.encrypted, state="held")}


class AddReviewAction(Struct, frozen=True, kw_only=True):
    """Add an action that the two agree on in a review; it stays open on the board until it is done."""

    verb: ClassVar[VerbName] = "hold a review"

    review: RecordId
    agreed: NewAction

    def __call__(self, board: Board, by: Actor, at: datetime) -> Changes:
        review, actor = _review_and_side(board, by, self.verb, self.review)
        _require_unsigned(review)
        if len(review.actions) >= MOST_ENTRIES:
            raise Refused(f"A review can have {MOST_ENTRIES} actions at most: leave the rest for the next one-on-one.")
        action = new_agreed_action(board, (review.member, review.manager), self.agreed, actor)
        return {review.id: msgspec.structs.replace(review, actions=(*review.actions, action))}


class SignReview(Struct, frozen=True, kw_only=True):
    """Sign what was agreed; if `witnessed`, for the other side, who is present, with the actor as witness.

    `content_hash` is the hash of what is signed; `seen` the encrypted outcome that the person was looking at.
    """

    verb: ClassVar[VerbName] = "sign a review"

    review: RecordId
    content_hash: str
    seen: str
    witnessed: bool = False

    def __call__(self, board: Board, by: Actor, at: datetime) -> Changes:
        review, actor = _review_and_side(board, by, self.verb, self.review)
        other = review.manager if actor.handle == review.member else review.member
        signer = other if self.witnessed else actor.handle
        if not review.outcome:
            raise Refused(f"There is nothing to sign in {review.id} yet: agree on something first.")
        if review.outcome != self.seen:
            raise Conflict(f"{review.id} was changed since you read it: read it again, then sign.", review)
        if any(s.by == signer for s in review.signatures):
            raise Refused(f"{review.id} is signed by {signer} already.")
        if any(s.seal != self.content_hash for s in review.signatures):
            raise Refused(f"What you would sign in {review.id} differs from what the other side signed.")
        signature = Signature(
            by=signer, at=at, seal=self.content_hash, witnessed=actor.handle if self.witnessed else None
        )
        signatures = (*review.signatures, signature)
        state = "signed" if len(signatures) == 2 else review.state
        return {review.id: msgspec.structs.replace(review, signatures=signatures, state=state)}


class AddToReview(Struct, frozen=True, kw_only=True):
    """Add a text, encrypted for both, to a signed review; what was signed stays as it is."""

    verb: ClassVar[VerbName] = "hold a review"

    review: RecordId
    encrypted: str

    def __call__(self, board: Board, by: Actor, at: datetime) -> Changes:
        review, actor = _review_and_side(board, by, self.verb, self.review)
        _require_encrypted(self.encrypted)
        if not review.signatures:
            raise Refused(f"{review.id} is not signed yet: what was agreed can still be changed.")
        if len(review.additions) >= MOST_ENTRIES:
            raise Refused(f"{review.id} has {MOST_ENTRIES} additions already.")
        addition = Addition(by=actor.handle, at=at, sealed=self.encrypted)
        return {review.id: msgspec.structs.replace(review, additions=(*review.additions, addition))}


class RateReview(Struct, frozen=True, kw_only=True):
    """The member's rating of how useful a review was, 1 to 5, once both have signed it; it may be changed."""

    verb: ClassVar[VerbName] = "say how useful a review was"

    review: RecordId
    useful: int

    def __call__(self, board: Board, by: Actor, at: datetime) -> Changes:
        review = find_review(board, self.review)
        require(board, by, self.verb, board.member(review.member))
        if review.state != "signed":
            raise Refused(f"{review.id} is not signed by both yet: say how useful it was when it is over.")
        if not 1 <= self.useful <= HIGHEST:
            raise Refused("How useful it was must be from 1 to 5.")
        if review.useful == self.useful:
            raise Refused(f"{review.id} is rated {self.useful} already.")
        return {review.id: msgspec.structs.replace(review, useful=self.useful)}


class SetKey(Struct, frozen=True, kw_only=True):
    """Store the actor's public key in their record; `renews` allows it to replace another one."""

    verb: ClassVar[VerbName] = "set a key"

    key: str
    renews: bool = False

    def __call__(self, board: Board, by: Actor, at: datetime) -> Changes:
        member = find_member(board, by.member) if by.member else None
        require(board, by, self.verb, member)
        if member is None or not _KEY.fullmatch(self.key):
            raise Refused("That is not a valid public key.")
        if member.key == self.key:
            raise Refused("That is your key already.")
        if member.key and not self.renews:
            raise Refused("You have a key on this board already: `teamboard key restore` or `renew`.")
        return {member.id: msgspec.structs.replace(member, key=self.key)}


def require_side(review: Review, handle: str | None) -> None:
    """Raise Refused unless the handle is one of the review's two sides."""
    if handle not in (review.member, review.manager):
        raise Refused(f"{review.id} is between {review.member} and {review.manager}: only they can read it.")


def find_review(board: Board, review_id: str) -> Review:
    """The review of an id, in upper or lower case. Raises NotFound."""
    review = board.get(to_record_id(review_id))
    if not isinstance(review, Review):
        raise NotFound(f"There is no review {review_id!r}. List reviews with `teamboard review list`.")
    return review


def find_own_review(board: Board, review_id: str, handle: str | None) -> Review:
    """The review of an id, for one of its two sides. Raises NotFound, and Refused for anybody else."""
    review = find_review(board, review_id)
    require_side(review, handle)
    return review


def _review_and_side(board: Board, by: Actor, verb: VerbName, review_id: RecordId) -> tuple[Review, Member]:
    """The review, and the actor, who must be one of its two sides. Raises NotFound or Refused."""
    review = find_review(board, review_id)
    actor = require(board, by, verb, board.member(review.member))
    if actor.handle not in (review.member, review.manager):
        raise Refused(f"{review.id} is between {review.member} and {review.manager}.")
    return review, actor


def _require_not_held(review: Review) -> None:
    if not review.is_planned:
        raise Refused(f"{review.id} is {review.state}: there is nothing to prepare any more.")


def _require_unsigned(review: Review) -> None:
    if review.signatures:
        raise Refused(f"{review.id} is signed: it can't be changed any more; you can add to it.")


def _require_encrypted(text: str) -> None:
    if not text.startswith(ARMOUR) or len(text) > MOST_ENCRYPTED:
        raise Refused(f"What only the two may read must be encrypted, at most {MOST_ENCRYPTED:,} characters.")
