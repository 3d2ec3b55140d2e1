"""Open a review, to prepare it or side by side."""

from __future__ import annotations

from teamboard.actions.reviews import find_own_review
from teamboard.domain.errors import Refused
from teamboard.domain.ids import RecordId
from teamboard.services.review_session import NO_KEY
from teamboard.ui.live_app import LiveApp
from teamboard.ui.screens.reviews.prepare import PrepareScreen
from teamboard.ui.screens.reviews.review import ReviewScreen


async def open_review(app: LiveApp, review_id: RecordId, *, prepare: bool) -> None:
    """Open one of the person's reviews, to prepare it or side by side; a toast refuses others' reviews."""
    if app.refuses_past():
        return
    try:
        review = find_own_review(app.board, review_id, app.actor.member)
    except Refused as refusal:
        app.say(str(refusal), "warning")
        return
    if app.reviews.with_keys:
        await app.reviews.update()
    if not prepare:
        await app.push_screen(ReviewScreen(review.id))
        return
    me = app.board.member(app.actor.member)
    if app.reviews.with_keys and me is not None and not me.key:
        # Warn before anything is typed that could not be saved.
        app.say(NO_KEY, "warning")
    await app.push_screen(PrepareScreen(review.id))
