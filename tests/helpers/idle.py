"""Waiting until an app has done what it was asked to."""

from __future__ import annotations

import asyncio
from time import monotonic, process_time

LOOK_SECONDS = 0.004
BUSY_SHARE = 0.25
SOON_SECONDS = 0.02
THREAD_SECONDS = 30.0


async def wait_for_idle(min_sleep: float = SOON_SECONDS, max_sleep: float = 1.0) -> None:
    """In place of Textual's own, which looks at the processor's time alone and every 20 ms.

    An app is idle when its loop has nothing to do, now or within 20 ms, no thread works for it, and the process has
    hardly worked since the last look. What moves all the time is waited for no longer than `max_sleep`.
    """
    loop = asyncio.get_running_loop()
    begun = monotonic()
    while True:
        worked, looked = process_time(), monotonic()
        await asyncio.sleep(LOOK_SECONDS)
        busy = process_time() - worked > (monotonic() - looked) * BUSY_SHARE
        waited = monotonic() - begun
        if _has_threads_at_work(loop):
            # On a busy machine a thread may be long without the processor: that is not idleness.
            if waited >= THREAD_SECONDS:
                return
        elif waited >= max_sleep or (waited >= min_sleep and not busy and not _has_work(loop)):
            return


def _has_work(loop: asyncio.AbstractEventLoop) -> bool:
    soon = loop.time() + SOON_SECONDS
    ready, scheduled = loop._ready, loop._scheduled  # type: ignore[attr-defined]
    return bool(ready) or any(timer.when() <= soon and not timer.cancelled() for timer in scheduled)


def _has_threads_at_work(loop: asyncio.AbstractEventLoop) -> bool:
    """Whether a function of `asyncio.to_thread`, or of a worker in a thread, has not come to its end."""
    executor = loop._default_executor  # type: ignore[attr-defined]
    if executor is None:
        return False
    return bool(executor._work_queue.qsize() > 0 or executor._idle_semaphore._value < len(executor._threads))
