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
from urllib.parse import SplitResult, urlsplit

from aiohttp import web
from textual_serve.app_service import AppService
from textual_serve.server import Server

COOKIE = "teamboard-token"
LOOPBACK = ("127.0.0.1", "localhost", "::1")
NO_TOKEN = "The token is missing or wrong. Open the address that `teamboard serve` printed; it has the token.\n"
FROM_ELSEWHERE = "This request came from another address. Open the address that `teamboard serve` printed.\n"
MOST_COLUMNS, MOST_LINES = 1000, 500
"""The largest screen that a browser may ask for: a cell takes memory, whoever asks for it."""
GRACE_SECONDS = 5.0
"""How long an app may take to end after its browser has gone."""
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
        self._apps: set[AppService] = set()
        self._endings: set[asyncio.Task[None]] = set()

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
        host = _split(f"//{request.host}").hostname or ""
        if self.host in LOOPBACK and host not in LOOPBACK:
            # DNS rebinding: another host name that resolves to this machine belongs to somebody else's page.
            raise web.HTTPForbidden(text=FROM_ELSEWHERE)
        origin = request.headers.get("Origin")
        if origin is not None and _split(origin).netloc != request.host:
            raise web.HTTPForbidden(text=FROM_ELSEWHERE)
        token = request.query.get("token")
        if token is not None and self._is_token(token):
            # Redirect, so that the token does not stay in the address bar and the browser's history.
            redirect = web.HTTPFound("/")
            redirect.set_cookie(self._cookie, token, httponly=True, samesite="Strict")
            raise redirect
        if not self._is_token(request.cookies.get(self._cookie, "")):
            raise web.HTTPForbidden(text=NO_TOKEN)
        if not _is_possible(request.query.get("width", "1"), request.query.get("height", "1")):
            raise web.HTTPBadRequest(text="There is no screen of that size.\n")
        return await handler(request)

    def _is_token(self, given: str) -> bool:
        """Compare in constant time, so that timing reveals nothing about the token."""
        return hmac.compare_digest(given.encode(errors="surrogateescape"), self._token.encode())

    async def _process_messages(self, websocket: web.WebSocketResponse, app_service: AppService) -> None:
        """Let a browser talk to its app, within the bounds of a screen, and see to it that the app ends with it."""
        resize = app_service.set_terminal_size

        async def resize_within_bounds(width: object, height: object) -> None:
            if _is_possible(width, height):
                await resize(int(str(width)), int(str(height)))

        app_service.set_terminal_size = resize_within_bounds  # type: ignore[method-assign]
        self._apps.add(app_service)
        try:
            await super()._process_messages(websocket, app_service)
        finally:
            ending = asyncio.create_task(self._end(app_service, GRACE_SECONDS))
            self._endings.add(ending)
            ending.add_done_callback(self._endings.discard)

    async def _end(self, app_service: AppService, seconds: float) -> None:
        """Give an app some time to end by itself, then kill it."""
        process = app_service._process  # noqa: SLF001 - textual-serve has no public way to it
        if process is not None and process.returncode is None:
            try:
                await asyncio.wait_for(process.wait(), seconds)
            except TimeoutError:
                with suppress(ProcessLookupError):
                    process.kill()
        self._apps.discard(app_service)

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
            for app_service in self._apps:
                await app_service.send_meta({"type": "quit"})
            await runner.cleanup()
            await asyncio.gather(*(self._end(app_service, 1.0) for app_service in [*self._apps]))


def _split(address: str) -> SplitResult:
    """The parts of an address; all of them empty if it is not one."""
    try:
        return urlsplit(address)
    except ValueError:
        return SplitResult("", "", "", "", "")


def _is_possible(width: object, height: object) -> bool:
    """Whether a browser's width and height, in cells, are those of a screen."""
    try:
        return 1 <= int(str(width)) <= MOST_COLUMNS and 1 <= int(str(height)) <= MOST_LINES
    except ValueError:
        return False
