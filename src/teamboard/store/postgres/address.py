"""Parse addresses such as `postgresql://ana@host/database?board=emea`: a libpq URI with the board's name."""

from __future__ import annotations

from typing import Any, NamedTuple
from urllib.parse import parse_qsl, quote, urlencode

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from teamboard.store.base import BoardUnreadable

DEFAULTS: dict[str, Any] = {
    "connect_timeout": 5,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 20_000,
    "application_name": "teamboard",
}
"""Connection parameters, which an address may override. They detect a dead connection, as after a laptop's sleep.

`connect_timeout` and the keepalives are in seconds, `tcp_user_timeout` in milliseconds (libpq).
"""


class Address(NamedTuple):
    """How to connect (`conninfo`), the board's name, and the address to show, without a password."""

    conninfo: str
    board: str
    shown: str


def parse_address(text: str) -> Address:
    """Parse an address. Raises BoardUnreadable, whose message does not contain the password."""
    try:
        start, _, after = text.partition("?")
        query = parse_qsl(after, keep_blank_values=True)
        board = next((value for name, value in query if name == "board"), "")
        rest = urlencode([(name, value) for name, value in query if name != "board"], quote_via=quote)
        given = conninfo_to_dict(f"{start}?{rest}" if rest else start)
    except (ValueError, psycopg.Error):
        raise BoardUnreadable(
            "This is not a valid PostgreSQL address; write postgresql://user@host:5432/database?board=name."
        ) from None
    return Address(make_conninfo("", **{**DEFAULTS, **given}), board, _without_password(given, board))


def _without_password(given: dict[str, Any], board: str) -> str:
    if "service" in given and "host" not in given:
        place = f"/?service={given['service']}"
    else:
        user = f"{given['user']}@" if given.get("user") else ""
        port = f":{given['port']}" if given.get("port") else ""
        place = f"{user}{given.get('host') or ''}{port}/{given.get('dbname') or ''}"
    mark = "&" if "?" in place else "?"
    return f"postgresql://{place}{f'{mark}board={board}' if board else ''}"
