"""Who is let in: the host and origin of a request, the token and the cookie."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Iterable
from ipaddress import ip_address
from urllib.parse import SplitResult, urlsplit

from aiohttp import web

COOKIE = "teamboard-token"
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
HOST = re.compile(r"(\[(?P<number6>[0-9a-f:.]+)\]|(?P<name>[\w.-]+))(:\d{1,5})?", re.ASCII)
"""What a browser sends as the host of an address, in lower case."""
EVERYWHERE = ("", "0.0.0.0", "::")


class Access:
    """The checks of requests to a server that listens on `host`, on a machine called `machine`."""

    def __init__(self, token: str, host: str, machine: str) -> None:
        self._token = token
        # All ports of a host share their cookies: with one name for all, two servers would replace each other's.
        self._cookie = f"{COOKIE}-{hashlib.sha256(token.encode()).hexdigest()[:8]}"
        self._loopback = host in LOOPBACK
        names = set(LOOPBACK)
        if not self._loopback:
            names |= {host.lower()} if host not in EVERYWHERE else set(_names_of(machine))
        self._names = frozenset(names)

    def is_own_host(self, request: web.Request) -> bool:
        """Whether the request names this server as its host.

        Any other name that leads here may belong to somebody else's page (DNS rebinding); a number can't.
        """
        # Not urlsplit: it finds a host in "user@localhost#", too.
        match = HOST.fullmatch(request.host.lower())
        host = match["number6"] or match["name"] if match else ""
        return host in self._names or (not self._loopback and _is_number(host))

    def is_own_origin(self, request: web.Request) -> bool:
        """Whether the request comes from a page of this server, or from no page."""
        origin = request.headers.get("Origin")
        return origin is None or _split(origin).netloc == request.host

    def is_token(self, given: str) -> bool:
        """Compare in constant time, so that timing reveals nothing about the token."""
        return hmac.compare_digest(given.encode(errors="surrogatepass"), self._token.encode())

    def has_cookie(self, request: web.Request) -> bool:
        """Whether the request has the cookie that `give_cookie` gave."""
        # Another server of this host can set one of the same name, which may come before or after ours.
        pairs = (pair.strip().partition("=") for pair in ";".join(request.headers.getall("Cookie", [])).split(";"))
        return any(name == self._cookie and self.is_token(value) for name, _, value in pairs)

    def give_cookie(self, response: web.StreamResponse) -> None:
        """Let the browser keep the token, so that it need not stay in the address."""
        response.set_cookie(self._cookie, self._token, path="/", httponly=True, samesite="Strict")


def _names_of(machine: str) -> Iterable[str]:
    """The names of a machine: as it is called, without its domain, and as it is found in a local network."""
    machine = machine.lower()
    short = machine.partition(".")[0]
    return (machine, short, f"{short}.local")


def _is_number(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def _split(address: str) -> SplitResult:
    """The parts of an address; all of them empty if it is not one."""
    try:
        return urlsplit(address)
    except ValueError:
        return SplitResult("", "", "", "", "")
