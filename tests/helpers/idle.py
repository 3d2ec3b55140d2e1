"""Waiting until an app has done what it was asked to."""

from __future__ import annotations

import asyncio
from time import monotonic, process_time

LOOK_SECONDS = 0.004
BUSY_SHARE = 0.25
SOON_SECONDS = 0.02


async def wait_for_idle(min_sleep: float = SOON_SECONDS, max_sleep: float = 1.0) -> None:
    """In place of Textual's own, which looks at the processor's time alone and every 20 ms.

    An app is idle when its loop has nothing to do, now or within 20 ms, and the process has hardly worked since the
    last look: what runs in a thread is seen by that. Busy machines make it wait longer, not end earlier.
    """
    loop = asyncio.get_running_loop()
    begun = monotonic()
    while monotonic() - begun < max_sleep:
        worked, looked = process_time(), monotonic()
        await asyncio.sleep(LOOK_SECONDS)
        busy = process_time() - worked > (monotonic() - looked) * BUSY_SHARE
        if not busy and monotonic() - begun >= min_sleep and not _has_work(loop):
            return


def _has_work(loop: asyncio.AbstractEventLoop) -> bool:
    soon = loop.time() + SOON_SECONDS
    ready, scheduled = loop._ready, loop._scheduled  # type: ignore[attr-defined]
    return bool(ready) or any(timer.when() <= soon and not timer.cancelled() for timer in scheduled)
