"""Prepare, hold and sign reviews as one member: keys, drafts, encryption, and what the member may read.

The command line and the screens both begin with `review_session` and its `open`, so that errors and warnings are the
same in both.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from itertools import product
from pathlib import Path
from secrets import token_hex
from typing import NamedTuple

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
from teamboard.domain.board_on_day import BoardOnDay
from teamboard.domain.errors import NotFound, Refused, os_error_within
from teamboard.domain.forecast.figures import Forecasts
from teamboard.domain.handles import all_handles
from teamboard.domain.history.log import first_commit_at
from teamboard.domain.records import Review
from teamboard.domain.reviews.content import Outcome, Preparation, ReviewContent, Sides, SignatureState, content_hash
from teamboard.domain.reviews.evidence import evidence_of_period
from teamboard.domain.reviews.periods import period_of_review, with_goals_as_in
from teamboard.domain.sanitize import clean_text
from teamboard.personal.age_encryption import Unreadable, decrypt, encrypt
from teamboard.personal.drafts import Drafts
from teamboard.personal.keyring import Keyring
from teamboard.services.acting import describe_other_key
from teamboard.services.views import view_today
from teamboard.store.base import Store, StoreError
from teamboard.store.read_only import check_board_may_be_written

NO_KEY = "You have no key on this board yet: `teamboard key new` makes one."


class Added(Struct, frozen=True):
    """The text of an addition to a signed review."""

    text: str


class Opened(NamedTuple):
    """What came of opening a member's reviews.

    `shown` is the view of the newest board. `key_warning` is about the member's own key, "" if it is in order;
    `changed_keys` has the names of others whose keys have changed. `errors` says why something could not be written.
    """

    shown: BoardOnDay
    key_warning: str
    changed_keys: tuple[str, ...]
    errors: tuple[Refused | StoreError, ...]

    @property
    def warnings(self) -> tuple[str, ...]:
        """What to tell the caller beside the `key_warning`."""
        changed = (f"The key of {n} has changed: ask them, then `teamboard key accept`." for n in self.changed_keys)
        return (*changed, *map(str, self.errors))


class ReviewSession:
    """The reviews of a board as the member `handle` can read and change them."""

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
        me = find_member(board, handle)
        self.keyring = keyring or Keyring.of(me, board_key(board))
        self.drafts = drafts or Drafts(self.keyring, handle, board_key(board), formerly=me.formerly)
        self._salt = salt

    def open(self, store: Store, board: Board, actor: Actor, *, own: bool, now: datetime) -> Opened:
        """Write what is pending for the member, the actor, and check the keys.

        Pending are a first key, if the caller is known to be that member (`own`), so that nobody's key gets into
        another member's record; and preparations that the other side may read by now, encrypted for both. The reviews
        can be read where these can't be written.
        """
        errors: list[Refused | StoreError] = []
        try:
            first = self.first_key(board) if own else None
            if first is not None:
                board = store.commit(first, actor).board
        except (Refused, StoreError) as error:
            errors.append(error)
        key_warning, changed_keys = self.key_trouble(board), tuple(self.changed_keys(board))
        try:
            for reveal in self.reveals(view_today(board, now)):
                board = store.commit(reveal, actor).board
        except (Refused, StoreError) as error:
            errors.append(error)
        return Opened(view_today(board, now), key_warning, changed_keys, tuple(errors))

    # -- keys

    def first_key(self, board: Board) -> SetKey | None:
        """The action that gives the member a first key; None if they have one. Raises Refused if it can't be saved.

        Only call it for a caller who is that member, or who has asked for it: the key is the member's from then on.
        """
        if find_member(board, self.handle).key:
            return None
        with _refusing(self.keyring.path):
            return SetKey(key=self.keyring.make())

    def require_key(self, board: Board) -> None:
        """Raise Refused if the member has no key on this board."""
        if not find_member(board, self.handle).key:
            raise Refused(NO_KEY)

    def key_trouble(self, board: Board) -> str:
        """A warning if the member's key on the board is not the one on this machine, with what to do; else ""."""
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
        """Save a draft of the member's preparation. Raises Refused without a key, or if it can't be saved."""
        self.require_key(board)
        with _refusing(self.drafts.path(review)):
            self.drafts.save(review, prepared)

    def changed_keys(self, board: Board) -> list[str]:
        """The names of the other sides of the member's reviews whose key differs from the pinned one."""
        me = find_member(board, self.handle)
        others = [m for m in board.members if m.manager == self.handle or m.handle == me.manager]
        return [m.name for m in others if self.keyring.has_changed(m)]

    def _publics(self, board: Board, review: Review) -> list[str]:
        """The public keys of both sides. Raises Refused if one has none, or the other's differs from the pinned one."""
        other = find_member(board, self._other(review))
        self.require_key(board)
        with _refusing(self.keyring.known_path):
            return [self.keyring.public, self.keyring.trusted(other)]

    def _other(self, review: Review) -> str:
        require_side(review, self.handle)
        return review.manager if self.handle == review.member else review.member

    # -- preparations

    def own(self, review: Review) -> Preparation:
        """The member's own preparation: the draft, else what was shared, else an empty one."""
        self._other(review)
        draft = self.drafts.load(review)
        if draft is not None:
            return draft
        encrypted = review.sealed.get(self.handle)
        return decrypt(encrypted, self.keyring.privates(), Preparation) if encrypted else Preparation()

    def others(self, review: Review) -> Preparation | None:
        """The other side's preparation; None until it is revealed (both have shared, or the day has come)."""
        return self._shared(review, self._other(review))

    def _shared(self, review: Review, handle: str) -> Preparation | None:
        if handle not in review.revealed and handle != self.handle:
            return None
        encrypted = review.sealed.get(handle)
        return decrypt(encrypted, self.keyring.privates(), Preparation) if encrypted else None

    def share(self, shown: BoardOnDay, review: Review, prepared: Preparation) -> SharePreparation:
        """The action that shares a preparation: for both if it may be revealed, else for the member."""
        # Trouble with the other's key shows now, not on the day of the review.
        both = self._publics(shown.board, review)
        revealed = may_reveal(review, self.handle, shown.day)
        encrypted = encrypt(prepared, both if revealed else [self.keyring.public])
        return SharePreparation(review=review.id, encrypted=encrypted, revealed=revealed)

    def reveals(self, shown: BoardOnDay) -> list[SharePreparation]:
        """Actions that encrypt the member's shared preparations for both, where they may be revealed by now."""
        found = []
        for review in shown.board.tables["reviews"].values():
            if not isinstance(review, Review) or review.signatures:
                continue
            mine = review.prepared.get(self.handle) == "shared" and self.handle not in review.revealed
            if mine and may_reveal(review, self.handle, shown.day):
                prepared = self._shared(review, self.handle)
                if prepared is not None:
                    found.append(self.share(shown, review, prepared))
        return found

    # -- the outcome

    def outcome(self, review: Review) -> Outcome:
        """The outcome so far; an empty one if nothing is agreed yet."""
        self._other(review)
        if not review.outcome:
            return Outcome(salt=self._salt())
        return decrypt(review.outcome, self.keyring.privates(), Outcome)

    def write(self, board: Board, review: Review, outcome: Outcome) -> WriteOutcome:
        """The action that writes the outcome to the board, encrypted for both."""
        encrypted = encrypt(outcome, self._publics(board, review))
        return WriteOutcome(review=review.id, encrypted=encrypted, seen=review.outcome)

    def sign(self, board: Board, review: Review, *, witnessed: bool = False) -> SignReview:
        """The action that signs the review as it is on the board; `witnessed`: for the other side, who is present."""
        hashes, signed = self._hashes(board, review), [s.seal for s in review.signatures]
        # The other side may have signed under a handle that one of the two had then.
        content_hash = next((h for h in hashes if h in signed), hashes[0])
        return SignReview(review=review.id, content_hash=content_hash, seen=review.outcome, witnessed=witnessed)

    def signature_state(self, board: Board, review: Review) -> SignatureState:
        """Whether the review is unsigned, the same as when signed (`whole`), or changed or unreadable (`broken`)."""
        if not review.signatures:
            return "unsigned"
        try:
            hashes = self._hashes(board, review)
        except Unreadable:
            return "broken"
        return "whole" if any(all(s.seal == h for s in review.signatures) for h in hashes) else "broken"

    def _hashes(self, board: Board, review: Review) -> list[str]:
        """The hashes of what both sign: the preparations, the outcome, and the actions as they were agreed.

        The first one names the two by their handles; the others by those that they may have had when it was signed.
        """
        both = [self._shared(review, h) if h in review.revealed else None for h in (review.member, review.manager)]
        actions = [msgspec.structs.replace(action, done=None) for action in review.actions]
        outcome = self.outcome(review)
        called = [all_handles(m) if (m := board.member(h)) else (h,) for h in (review.member, review.manager)]
        hashes = []
        for member, manager in product(*called):
            then = {review.member: member, review.manager: manager}
            agreed = [msgspec.structs.replace(action, owner=then.get(action.owner, action.owner)) for action in actions]
            hashes.append(content_hash([review.id, member, manager, *both, outcome, agreed]))
        return hashes

    # -- additions

    def add(self, board: Board, review: Review, text: str) -> AddToReview:
        """The action that adds a text to a signed review. Raises Refused if it is empty or too long."""
        added = Added(clean_text(text, "What you add", required=True))
        return AddToReview(review=review.id, encrypted=encrypt(added, self._publics(board, review)))

    def additions(self, review: Review) -> Iterator[tuple[str, str]]:
        """The additions after signing, oldest first: the author's handle, and the text."""
        self._other(review)
        for addition in review.additions:
            yield addition.by, decrypt(addition.sealed, self.keyring.privates(), Added).text

    # -- for display

    def sides(self, shown: BoardOnDay, review: Review) -> Sides:
        """Both sides of a review, as far as the member may read them. Raises Refused for anybody else."""
        board = shown.board
        member, period = find_member(board, review.member), period_of_review(board, review)
        own, other = self.own(review), self.others(review)
        mine = own if own != Preparation() or review.prepared.get(self.handle) == "shared" else None
        rep, manager = (mine, other) if self.handle == review.member else (other, mine)
        return Sides(
            review=review,
            rep=rep,
            manager=manager,
            evidence=evidence_of_period(
                with_goals_as_in(board, period),
                member,
                period,
                forecasts=Forecasts(shown),
                reader=board.member(self.handle),
            ),
            outcome=self.outcome(review),
        )

    def content(self, board: Board, sides: Sides) -> ReviewContent:
        """All that the member may read of a review. Raises Unreadable if a part can't be decrypted."""
        return ReviewContent(
            **msgspec.structs.asdict(sides),
            reader=self.handle,
            additions=tuple(self.additions(sides.review)),
            signature_state=self.signature_state(board, sides.review),
        )


@contextmanager
def _refusing(path: Path) -> Iterator[None]:
    """Raise Refused, in one line, if the user's file at `path` can't be written."""
    try:
        yield
    except OSError as error:
        raise Refused(f"{path} can't be written: {os_error_within(error)}.") from None


def review_session(board: Board, actor: Actor) -> ReviewSession:
    """The review session of the actor; nothing is written. Raises NotFound if the actor is not a member."""
    if actor.member is None:
        check_board_may_be_written()
        raise NotFound("This board does not know you: say who you are with --as.")
    return ReviewSession(board, find_member(board, actor.member).handle)


def board_key(board: Board) -> str:
    """An identifier of this board, usable as a file name: the time of its first commit."""
    first = first_commit_at(board)
    return f"{first:%Y%m%dT%H%M%S%f}" if first else "new"
