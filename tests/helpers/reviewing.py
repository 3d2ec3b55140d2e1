"""Two people and their review: each with folders of their own, and words that nobody else may read."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from teamboard.actions.base import Actor
from teamboard.actions.one_on_ones import NewAction
from teamboard.actions.reviews import AddReviewAction, find_review
from teamboard.domain.board_on_day import BoardOnDay
from teamboard.domain.ids import RecordId
from teamboard.domain.records import Review
from teamboard.domain.reviews.content import AgendaTopic, Agreed, Preparation, Rating
from teamboard.services.review_session import ReviewSession
from teamboard.store.file.store import FileStore

SECRETS = {
    "ana": ("ana-secret-rating-words", "ana-secret-wish", "ana-secret-topic"),
    "mara": ("mara-secret-rating-words", "mara-secret-wish", "mara-secret-topic"),
    "both": ("agreed-secret-words", "secret-in-short", "secret-afterwards"),
}
EVERY_SECRET = [secret for secrets in SECRETS.values() for secret in secrets]


def home(member: str) -> dict[str, str]:
    """The environment of a member with folders of their own."""
    base = Path(os.environ["HOME"]) / member
    return {
        "XDG_CONFIG_HOME": str(base / "config"),
        "XDG_DATA_HOME": str(base / "data"),
        "XDG_STATE_HOME": str(base / "state"),
        "TEAMBOARD_MEMBER": member,
    }


def session_of(store: FileStore, member: str, monkeypatch: pytest.MonkeyPatch) -> ReviewSession:
    """A member's review session, in their own folders; their first key is on the board."""
    for name, value in home(member).items():
        monkeypatch.setenv(name, value)
    found = ReviewSession(store.load(), member)
    first = found.first_key(store.load())
    if first is not None:
        store.commit(first, Actor(member))
    return found


def prepared(member: str) -> Preparation:
    words, wish, topic = SECRETS[member]
    rating = Rating(goal=RecordId("G13"), rating=4 if member == "ana" else 2, comment=words, evidence=("F31",))
    return Preparation(
        ratings=(rating, Rating(goal=RecordId("G12"), rating=4)),
        contribution=f"{member} says [b]more[/b]",
        topics=(AgendaTopic(theme="skills", text=topic),),
        wishes=wish,
    )


def the_review(store: FileStore) -> Review:
    return find_review(store.load(), "R1")


def shared_by_both(store: FileStore, monkeypatch: pytest.MonkeyPatch) -> None:
    sessions = {member: session_of(store, member, monkeypatch) for member in ("ana", "mara")}
    for member, theirs in sessions.items():
        board = store.load()
        share = theirs.share(BoardOnDay(board, board.day_of(store._clock())), the_review(store), prepared(member))  # noqa: SLF001
        store.commit(share, Actor(member))
    board = store.load()
    for share in sessions["ana"].reveals(BoardOnDay(board, board.day_of(store._clock()))):  # noqa: SLF001
        store.commit(share, Actor("ana"))


def held(store: FileStore, monkeypatch: pytest.MonkeyPatch) -> ReviewSession:
    shared_by_both(store, monkeypatch)
    mara = session_of(store, "mara", monkeypatch)
    outcome = mara.outcome(the_review(store)).with_agreed(
        Agreed(goal=RecordId("G13"), rating=3, words=SECRETS["both"][0])
    )
    outcome = type(outcome)(
        salt=outcome.salt, agreed=outcome.agreed, summary=SECRETS["both"][1], seconds={"skills": 90}
    )
    store.commit(mara.write(store.load(), the_review(store), outcome), Actor("mara"))
    agreed = NewAction(text="Fifty names from the fair", owner="mara")
    store.commit(AddReviewAction(review=RecordId("R1"), agreed=agreed), Actor("mara"))
    return mara
