"""Serve the board to browsers: textual-serve with our own page, a token, and a check of host and origin."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import logging
import signal
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

from aiohttp import web
from textual_serve.server import Server

COOKIE = "teamboard-token"
LOOPBACK = ("127.0.0.1", "localhost", "::1")
NO_TOKEN = "The token is missing or wrong. Open the address that `teamboard serve` printed; it has the token.\n"
FROM_ELSEWHERE = "This request came from another address. Open the address that `teamboard serve` printed.\n"
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class BoardServer(Server):
    """Run `command`, the board's app, for each browser that connects.

    A browser must send the `token` once, in the address, and then keeps it as a cookie: on the loopback too, where
    every user of the machine can connect. Requests from pages of another origin are refused, so that no web page can
    open the board without the user's knowledge.
    """

    def __init__(self, command: str, *, host: str, port: int, title: str, token: str) -> None:
        super().__init__(command, host=host, port=port, title=title, templates_path=Path(__file__).parent)
        self._token = token
        # All ports of a host share their cookies: with one name for all, two servers would replace each other's.
        self._cookie = f"{COOKIE}-{hashlib.sha256(token.encode()).hexdigest()[:8]}"

    async def on_startup(self, app: web.Application) -> None:
        """Print nothing: textual-serve would print a banner here; the caller of `run` prints the address instead."""

    async def _make_app(self) -> web.Application:
        """The web application of textual-serve, with `_check_access` in front of every request."""
        app = await super()._make_app()
        app.middlewares.append(self._check_access)
        return app

    @web.middleware
    async def _check_access(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Refuse requests from other hosts and origins, and those without the token."""
        host = urlsplit(f"//{request.host}").hostname or ""
        if self.host in LOOPBACK and host not in LOOPBACK:
            # DNS rebinding: another host name that resolves to this machine belongs to somebody else's page.
            raise web.HTTPForbidden(text=FROM_ELSEWHERE)
        origin = request.headers.get("Origin")
        if origin is not None and urlsplit(origin).netloc != request.host:
            raise web.HTTPForbidden(text=FROM_ELSEWHERE)
        token = request.query.get("token")
        if token is not None and self._is_token(token):
            # Redirect, so that the token does not stay in the address bar and the browser's history.
            redirect = web.HTTPFound("/")
            redirect.set_cookie(self._cookie, token, httponly=True, samesite="Strict")
            raise redirect
        if not self._is_token(request.cookies.get(self._cookie, "")):
            raise web.HTTPForbidden(text=NO_TOKEN)
        return await handler(request)

    def _is_token(self, given: str) -> bool:
        """Compare in constant time, so that timing reveals nothing about the token."""
        return hmac.compare_digest(given.encode(), self._token.encode())

    async def run(self, ready: Callable[[int], None]) -> None:
        """Serve until SIGINT or SIGTERM; calls `ready` with the port once it listens. Raises OSError if it is taken."""
        logging.getLogger("textual-serve").setLevel(logging.ERROR)
        runner = web.AppRunner(await self._make_app(), access_log=None)
        await runner.setup()
        ended = asyncio.Event()
        loop = asyncio.get_running_loop()
        for signal_number in (signal.SIGINT, signal.SIGTERM):
            with suppress(NotImplementedError):
                loop.add_signal_handler(signal_number, ended.set)
        try:
            await web.TCPSite(runner, self.host, self.port, shutdown_timeout=1.0).start()
            ready(int(runner.addresses[0][1]))
            await ended.wait()
        finally:
            await runner.cleanup()
