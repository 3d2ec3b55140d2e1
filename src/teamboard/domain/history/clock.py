"""The time of a commit, where the clocks of the machines that commit differ, or are wrong."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise

from teamboard.domain.board import Board
from teamboard.domain.history.log import history_of

TOLERANCE = timedelta(days=1)
"""A clock may be so far behind another one before either is taken for wrong."""


def commit_time(board: Board, clock: datetime) -> datetime:
    """The time of the next commit: what the clock says, but not before the newest commit.

    A newest commit that is more than TOLERANCE ahead of the clock was made by a clock that is wrong, or this one is:
    nobody can tell, and the clock's time is taken.
    """
    newest = _newest_time(board)
    return newest if newest is not None and clock < newest <= clock + TOLERANCE else clock


def clock_warning(board: Board, clock: datetime) -> str:
    """What to tell a person whose clock is more than TOLERANCE behind the newest commit; else ""."""
    newest = _newest_time(board)
    if newest is None or newest <= clock + TOLERANCE:
        return ""
    return (
        f"This machine's clock says {clock:%Y-%m-%d %H:%M} UTC, but the newest commit is of "
        f"{newest:%Y-%m-%d %H:%M}: one of the two clocks is wrong."
    )


def _newest_time(board: Board) -> datetime | None:
    entry = history_of(board).newest()
    return entry.at if entry else None


def times_in_order(times: Sequence[tuple[int, datetime]]) -> list[tuple[int, datetime]]:
    """The most of some commits, given as (revision, time), whose times go on and never back.

    All of them, but for those of wrong clocks; the longest non-decreasing subsequence, found by patience sorting.
    """
    if all(one[1] <= other[1] for one, other in pairwise(times)):
        return list(times)
    ends: list[datetime] = []
    places: list[int] = []
    before: list[int] = []
    for place, (_, at) in enumerate(times):
        length = bisect_right(ends, at)
        before.append(places[length - 1] if length else -1)
        ends[length : length + 1] = [at]
        places[length : length + 1] = [place]
    found: list[tuple[int, datetime]] = []
    place = places[-1] if places else -1
    while place >= 0:
        found.append(times[place])
        place = before[place]
    return found[::-1]
