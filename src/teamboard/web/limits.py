"""Limits of what browsers may ask for: terminal sizes, sessions, lines in the log."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

Seconds = Callable[[], float]
"""A clock that never goes back, in seconds, such as `time.monotonic`."""

MIN_COLUMNS, MAX_COLUMNS = 20, 400
MIN_LINES, MAX_LINES = 10, 200
MAX_SESSIONS = 20
"""How many sessions there may be at once: each is a process."""
MAX_NEW_SESSIONS = 10
"""How many sessions one address may begin in a minute."""
MAX_INPUT = 2_000_000
"""How many characters a browser may send in a minute: an app has to keep all it has not handled yet."""
FRAME_COST = 100
"""How many characters each message counts in addition: to handle it costs more than to keep them."""
MINUTE = 60.0

FULL = f"{MAX_SESSIONS} browsers have this board open, which is the most at once. Close one, then open it again."
TOO_FAST = f"This address has opened the board {MAX_NEW_SESSIONS} times in a minute. Wait a minute, then open it again."


@dataclass(frozen=True)
class Patience:
    """How long, in seconds, the server waits for a browser, or for its app."""

    idle: float = 20.0
    """How long a connection may take to send a request, its first or its next."""
    heartbeat: float = 15.0
    """How often a browser has to show that it is still there."""
    stall: float = 10.0
    """How long an app may take to read what was typed, before the session ends."""
    goodbye: float = 2.0
    """How long a browser may take to answer that its web socket is closed."""


PATIENCE = Patience()


class RateLimit:
    """At most `count` events in any `seconds`, for each key."""

    def __init__(self, count: int, seconds: float, clock: Seconds) -> None:
        self._count = count
        self._seconds = seconds
        self._clock = clock
        self._events: dict[str, deque[float]] = {}

    def is_reached(self, key: str) -> bool:
        """Whether there may be no further event of this key now."""
        oldest = self._clock() - self._seconds
        # Keys without recent events are dropped, so that many addresses take no memory for ever.
        self._events = {k: events for k, events in self._events.items() if events[-1] > oldest}
        events = self._events.get(key, deque())
        while events and events[0] <= oldest:
            events.popleft()
        return len(events) >= self._count

    def take(self, key: str) -> bool:
        """Count an event of this key; False, and nothing is counted, if the limit is reached."""
        if self.is_reached(key):
            return False
        self._events.setdefault(key, deque()).append(self._clock())
        return True


class InputLimit:
    """At most MAX_INPUT characters in a minute from one browser."""

    def __init__(self, clock: Seconds) -> None:
        self._clock = clock
        self._since = clock()
        self._characters = 0

    def take(self, size: int) -> bool:
        """Count a message of some characters; False if it is too much for this minute."""
        if self._clock() - self._since >= MINUTE:
            self._since, self._characters = self._clock(), 0
        self._characters += size + FRAME_COST
        return self._characters <= MAX_INPUT


class SessionLimits:
    """How many sessions there may be at once, and how many new ones for one address."""

    def __init__(self, clock: Seconds) -> None:
        self._new = RateLimit(MAX_NEW_SESSIONS, MINUTE, clock)
        self._open = 0

    def refusal(self, address: str) -> str:
        """Why an address may not begin a session now; "" if it may."""
        if self._open >= MAX_SESSIONS:
            return FULL
        return TOO_FAST if self._new.is_reached(address) else ""

    def begin(self, address: str) -> str:
        """Count a session of an address, until `end`; if that is refused, the reason is returned, otherwise ""."""
        if not (reason := self.refusal(address)):
            self._new.take(address)
            self._open += 1
        return reason

    def end(self) -> None:
        """Count a session no longer."""
        self._open -= 1


def clamp_size(width: int, height: int) -> tuple[int, int]:
    """The nearest terminal size, in columns and lines, that is allowed: each cell takes memory."""
    return min(max(width, MIN_COLUMNS), MAX_COLUMNS), min(max(height, MIN_LINES), MAX_LINES)
