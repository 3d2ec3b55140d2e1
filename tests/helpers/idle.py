"""Waiting until an app has done what it was asked to."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from time import monotonic, process_time
from typing import Any
from unittest.mock import patch

LOOK_SECONDS = 0.004
BUSY_SHARE = 0.25
SOON_SECONDS = 0.02
THREAD_SECONDS = 30.0

_at_work: set[Future[Any]] = set()
"""The functions of `asyncio.to_thread`, and of workers in threads, that have not come to their end."""


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
        if _at_work:
            # On a busy machine a thread may be long without the processor: that is not idleness.
            if waited >= THREAD_SECONDS:
                return
        elif waited >= max_sleep or (waited >= min_sleep and not busy and not _has_work(loop)):
            return


def _has_work(loop: asyncio.AbstractEventLoop) -> bool:
    soon = loop.time() + SOON_SECONDS
    ready, scheduled = loop._ready, loop._scheduled  # type: ignore[attr-defined]  # noqa: SLF001 - asyncio has no public way
    return bool(ready) or any(timer.when() <= soon and not timer.cancelled() for timer in scheduled)


@contextmanager
def watched_threads() -> Iterator[None]:
    """Know, while this is entered, of every function that runs in a thread for an app."""
    submit = ThreadPoolExecutor.submit

    def noted(executor: ThreadPoolExecutor, function: Callable[..., Any], /, *args: Any, **options: Any) -> Future[Any]:
        future = submit(executor, function, *args, **options)
        _at_work.add(future)
        future.add_done_callback(_at_work.discard)
        return future

    with patch.object(ThreadPoolExecutor, "submit", noted):
        yield
    _at_work.clear()
