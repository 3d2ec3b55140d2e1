"""Archive what is old after a period has begun, while people work on."""

from __future__ import annotations

import asyncio

from teamboard.domain.history.archive import ArchiveOffer
from teamboard.services.archiving import archive_offered
from teamboard.ui.live_app import Failure, LiveApp

FAILURE_SECONDS = 30.0


def archive_in_background(app: LiveApp, offer: ArchiveOffer) -> None:
    """Run the archive in a worker of the app, which goes on when the screen closes; a toast says what came of it."""
    app.run_worker(_archive(app, offer), group="archive", name="archive")


async def _archive(app: LiveApp, offer: ArchiveOffer) -> None:
    def failed(failure: Failure) -> None:
        app.say(f"The period has begun, but the archive failed: {failure}", "warning", seconds=FAILURE_SECONDS)

    archived = await app.attempt(asyncio.to_thread(archive_offered, app.store, offer, app.actor), failed)
    if archived is not None:
        app.show_board(archived.board)
        app.say(archived.describe())
