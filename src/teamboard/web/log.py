"""The log of the server, on standard error: one line for each thing, and not too many."""

from __future__ import annotations

import logging
import sys

from teamboard.domain.sanitize import one_line
from teamboard.web.limits import MINUTE, RateLimit, Seconds

MAX_LINES_A_MINUTE = 30
"""How many lines are logged in a minute; the rest of that minute is left out, so that nobody can fill a disk."""
MAX_LENGTH = 300
LIBRARIES = ("aiohttp", "asyncio", "textual-serve")

log = logging.getLogger("teamboard.web")


class OneLineFormatter(logging.Formatter):
    """A record as one line of plain text: of an error its name and what it says, without a traceback."""

    def format(self, record: logging.LogRecord) -> str:
        """The line, without the line break."""
        text = record.getMessage()
        if record.exc_info and (error := record.exc_info[1]) is not None:
            text = f"{text}: {type(error).__name__}: {error}"
        return f"teamboard: {one_line(text)[:MAX_LENGTH]}"


def log_to_stderr(clock: Seconds) -> None:
    """Log to standard error what this package and the libraries under it have to tell."""
    limit = RateLimit(MAX_LINES_A_MINUTE, MINUTE, clock)
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(OneLineFormatter())
    handler.addFilter(lambda _: limit.take(""))
    for name in (log.name, *LIBRARIES):
        logger = logging.getLogger(name)
        logger.handlers = [handler]
        logger.propagate = False
        logger.setLevel(logging.WARNING)
