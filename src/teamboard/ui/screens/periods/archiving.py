"""Archive what is old after a period has begun, while people work on."""

from __future__ import annotations

import asyncio

from teamboard.domain.errors import Refused
from teamboard.domain.history.archive import ArchiveOffer
from teamboard.services.archiving import archive_offered
from teamboard.store.base import StoreError
from teamboard.ui.live_app import LiveApp

FAILURE_SECONDS = 30.0


def archive_in_background(app: LiveApp, offer: ArchiveOffer) -> None:
    """Run the archive in a worker of the app, which goes on when the screen closes; a toast says what came of it."""
    app.run_worker(_archive(app, offer), group="archive", name="archive")


async def _archive(app: LiveApp, offer: ArchiveOffer) -> None:
    try:
        archived = await asyncio.to_thread(archive_offered, app.store, offer, app.actor)
    except (Refused, StoreError) as error:
        app.say(f"The period has begun, but the archive failed: {error}", "warning", seconds=FAILURE_SECONDS)
    else:
        app.show_board(archived.board)
        app.say(archived.describe())
