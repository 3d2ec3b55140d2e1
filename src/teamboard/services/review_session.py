"""The review session in which somebody prepares, holds and signs reviews: their keys, drafts, what they may read.

Command line and screens both begin with `review_session`; what can't be done is Refused, in the same words for both.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from secrets import token_hex

import msgspec
from msgspec import Struct

from teamboard.actions.base import Actor, find_member
from teamboard.actions.reviews import (
    AddToReview,
    SetKey,
    SharePreparation,
    SignReview,
    WriteOutcome,
    may_reveal,
    require_side,
)
from teamboard.domain.board import Board
from teamboard.domain.errors import NotFound, Refused, describe_os_error
from teamboard.domain.history.log import first_commit_at
from teamboard.domain.records import Review
from teamboard.domain.reviews.content import Outcome, Preparation, ReviewContent, Sides, SignatureState, content_hash
from teamboard.domain.reviews.evidence import evidence, period_of
from teamboard.domain.sanitize import clean_text
from teamboard.personal.age_encryption import Unreadable, decrypt, encrypt
from teamboard.personal.drafts import Drafts
from teamboard.personal.keyring import Keyring
from teamboard.services.acting import describe_other_key
from teamboard.store.read_only import check_board_may_be_written

NO_KEY = "You have no key on this board yet: `teamboard key new` makes one, with which to encrypt."


class Added(Struct, frozen=True):
    """The text of an addition."""

    text: str


class ReviewSession:
    """What the member `handle` can do with reviews on a board."""

    def __init__(
        self,
        board: Board,
        handle: str,
        *,
        keyring: Keyring | None = None,
        drafts: Drafts | None = None,
        salt: Callable[[], str] = lambda: token_hex(16),
    ) -> None:
        self.handle = handle
        self.keyring = keyring or Keyring(handle, board_key(board))
        self.drafts = drafts or Drafts(self.keyring, handle, board_key(board))
        self._salt = salt

    # -- keys

    def first_key(self, board: Board) -> SetKey | None:
        """The action that gives the member a key on this board; None if they have one. Refused if it can't be kept.

        Only for a caller who is that member or has asked for it: the key is theirs from then on.
        """
        if find_member(board, self.handle).key:
            return None
        with _refusing(self.keyring.path):
            return SetKey(key=self.keyring.make())

    def require_key(self, board: Board) -> None:
        """Refused if the member has no key on this board."""
        if not find_member(board, self.handle).key:
            raise Refused(NO_KEY)

    def key_trouble(self, board: Board) -> str:
        """What is wrong if the member's key on the board is not the one in use here, and what to do; else ""."""
        me = find_member(board, self.handle)
        here = self.keyring.public_or_none()
        if not me.key or me.key == here:
            return ""
        if here is None:
            return (
                f"There is no key of {me.handle} in {self.keyring.path}, but there is one on the board: "
                "`teamboard key restore FILE` brings a backup back, `teamboard key renew` makes a new one."
            )
        return describe_other_key(me)

    def save_draft(self, board: Board, review: Review, prepared: Preparation) -> None:
        """Keep a draft of one's preparation. Refused without a key, or if it can't be kept."""
        self.require_key(board)
        with _refusing(self.drafts.path(review)):
            self.drafts.save(review, prepared)

    def changed_keys(self, board: Board) -> list[str]:
        """The names of those one reviews with whose key is not the one that is known."""
        me = find_member(board, self.handle)
        others = [m for m in board.members if m.manager == self.handle or m.handle == me.manager]
        return [m.name for m in others if self.keyring.has_changed(m)]

    def _publics(self, board: Board, review: Review) -> list[str]:
        """The keys of both: one's own, and the other's, if it is the one that is known. Refused where one has none."""
        other = find_member(board, self._other(review))
        self.require_key(board)
        with _refusing(self.keyring.known_path):
            return [self.keyring.public, self.keyring.trusted(other)]

    def _other(self, review: Review) -> str:
        require_side(review, self.handle)
        return review.manager if self.handle == review.member else review.member

    # -- preparations

    def own(self, review: Review) -> Preparation:
        """One's own preparation: the draft, else what was shared, else an empty one."""
        self._other(review)
        draft = self.drafts.load(review)
        if draft is not None:
            return draft
        encrypted = review.sealed.get(self.handle)
        return decrypt(encrypted, self.keyring.privates(), Preparation) if encrypted else Preparation()

    def others(self, review: Review) -> Preparation | None:
        """The other's preparation; None until both have shared, or the day has come and they have."""
        return self._shared(review, self._other(review))

    def _shared(self, review: Review, handle: str) -> Preparation | None:
        if handle not in review.revealed and handle != self.handle:
            return None
        encrypted = review.sealed.get(handle)
        return decrypt(encrypted, self.keyring.privates(), Preparation) if encrypted else None

    def share(self, board: Board, review: Review, prepared: Preparation, today: date) -> SharePreparation:
        """Put a preparation on the board: for both, if the other has shared or the day has come; else for oneself."""
        # Whoever shares first sees now, and not on the day, whether it can be encrypted for the other.
        both = self._publics(board, review)
        revealed = may_reveal(review, self.handle, today)
        encrypted = encrypt(prepared, both if revealed else [self.keyring.public])
        return SharePreparation(review=review.id, encrypted=encrypted, revealed=revealed)

    def reveals(self, board: Board, today: date) -> list[SharePreparation]:
        """One's own preparations that the other may read by now, encrypted for both."""
        found = []
        for review in board.tables["reviews"].values():
            if not isinstance(review, Review) or review.signatures:
                continue
            mine = review.prepared.get(self.handle) == "shared" and self.handle not in review.revealed
            if mine and may_reveal(review, self.handle, today):
                prepared = self._shared(review, self.handle)
                if prepared is not None:
                    found.append(self.share(board, review, prepared, today))
        return found

    # -- the outcome

    def outcome(self, review: Review) -> Outcome:
        """What was agreed so far; an empty outcome before anything was."""
        self._other(review)
        if not review.outcome:
            return Outcome(salt=self._salt())
        return decrypt(review.outcome, self.keyring.privates(), Outcome)

    def write(self, board: Board, review: Review, outcome: Outcome) -> WriteOutcome:
        """Put what was agreed on the board, for both."""
        encrypted = encrypt(outcome, self._publics(board, review))
        return WriteOutcome(review=review.id, encrypted=encrypted, seen=review.outcome)

    def sign(self, review: Review, *, witnessed: bool = False) -> SignReview:
        """Sign what is on the board, for oneself, or, as its witness, for the other who is there."""
        return SignReview(review=review.id, content_hash=self._hash(review), seen=review.outcome, witnessed=witnessed)

    def signature_state(self, review: Review) -> SignatureState:
        """Whether what was signed is still what is there."""
        if not review.signatures:
            return "unsigned"
        try:
            now = self._hash(review)
        except Unreadable:
            return "broken"
        return "whole" if all(s.seal == now for s in review.signatures) else "broken"

    def _hash(self, review: Review) -> str:
        """The hash over what both have agreed on: the preparations, the outcome, the actions as they were agreed."""
        both = [self._shared(review, h) if h in review.revealed else None for h in (review.member, review.manager)]
        actions = [msgspec.structs.replace(action, done=None) for action in review.actions]
        return content_hash([review.id, review.member, review.manager, *both, self.outcome(review), actions])

    # -- afterwards

    def add(self, board: Board, review: Review, text: str) -> AddToReview:
        """Add something to a signed review. Refused if it is nothing, or too long."""
        added = Added(clean_text(text, "What you add", required=True))
        return AddToReview(review=review.id, encrypted=encrypt(added, self._publics(board, review)))

    def additions(self, review: Review) -> Iterator[tuple[str, str]]:
        """What was added after signing: by whom, and the text."""
        self._other(review)
        for addition in review.additions:
            yield addition.by, decrypt(addition.sealed, self.keyring.privates(), Added).text

    # -- what is shown of it

    def sides(self, board: Board, review: Review, today: date) -> Sides:
        """What the member may see of a review beside the other's. Refused for who is not one of the two."""
        member, period = find_member(board, review.member), period_of(board, review)
        own, other = self.own(review), self.others(review)
        mine = own if own != Preparation() or review.prepared.get(self.handle) == "shared" else None
        rep, manager = (mine, other) if self.handle == review.member else (other, mine)
        return Sides(
            review=review,
            rep=rep,
            manager=manager,
            evidence=evidence(board, member, period.starts, min(period.ends, today)),
            outcome=self.outcome(review),
        )

    def content(self, sides: Sides) -> ReviewContent:
        """All that the member may read of a review. Unreadable if something of it can't be decrypted."""
        return ReviewContent(
            **msgspec.structs.asdict(sides),
            reader=self.handle,
            additions=tuple(self.additions(sides.review)),
            signature_state=self.signature_state(sides.review),
        )


@contextmanager
def _refusing(path: Path) -> Iterator[None]:
    """Refused, in one line, where the person's own file at `path` can't be written."""
    try:
        yield
    except OSError as error:
        raise Refused(f"{path} can't be written: {describe_os_error(error).lower()}.") from None


def review_session(board: Board, actor: Actor) -> ReviewSession:
    """The review session of whoever acts; NotFound for somebody whom the board does not know. Nothing is written."""
    if actor.member is None:
        check_board_may_be_written()
        raise NotFound("This board does not know you: say who you are with --as.")
    return ReviewSession(board, find_member(board, actor.member).handle)


def board_key(board: Board) -> str:
    """What tells this board from every other, as a name for files."""
    first = first_commit_at(board)
    return f"{first:%Y%m%dT%H%M%S%f}" if first else "new"
