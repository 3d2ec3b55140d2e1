"""Serve the board to browsers: our own pages, the terminal of textual-serve, and an app for each browser."""

from __future__ import annotations

import asyncio
import signal
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path

import textual_serve
from aiohttp import WSCloseCode, web

from teamboard.web.access import Access
from teamboard.web.browser_session import GRACE_SECONDS, BrowserSession
from teamboard.web.frames import BadFrame
from teamboard.web.limits import FULL, MAX_INPUT, PATIENCE, InputLimit, Patience, Seconds, SessionLimits, clamp_size
from teamboard.web.log import log, log_to_stderr
from teamboard.web.pages import FOLDER, add_headers, board_page, entry_page, message_page

NO_TOKEN = (
    "To see this board, open the address that `teamboard serve` printed in its terminal, with the token at its end. "
    "Each start of `teamboard serve` makes a new token: if the address is an old one, ask for the new one."
)
TRY_AGAIN = "I have opened the board in this browser before"
FROM_ELSEWHERE = "This request came from another address. Open the address that `teamboard serve` printed."
NO_SOCKET = "This address is for the board's page alone. Open the board instead."
NO_SIZE = "The size of a terminal is two whole numbers."
STATIC = Path(textual_serve.__file__).parent / "static"
FONT_SIZE = 16
FONT_SIZES = {str(size): size for size in range(6, 61)}
"""The sizes of letters, in pixels, that the address can ask for."""
ENDING_SIGNALS = ("SIGINT", "SIGTERM", "SIGHUP")
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class BoardServer:
    """Run `command`, the board's app, for each browser that connects.

    A browser must send the `token` once, in the address, and then keeps it as a cookie: on the loopback too, where
    every user of the machine can connect. Requests from pages of another origin are refused, so that no web page can
    open the board without the user's knowledge. `machine` is the name that this machine is reached by; `clock` is
    what times of the limits are taken from, `patience` how long it waits for whom.
    """

    def __init__(
        self,
        command: str,
        *,
        host: str,
        port: int,
        title: str,
        token: str,
        machine: str = "localhost",
        clock: Seconds = time.monotonic,
        patience: Patience = PATIENCE,
    ) -> None:
        self._command = command
        self._host = host
        self._port = port
        self._title = title
        self._access = Access(token, host, machine)
        self._clock = clock
        self._patience = patience
        self._limits = SessionLimits(clock)
        self._sessions: set[BrowserSession] = set()
        self._endings: set[asyncio.Task[None]] = set()

    def _make_app(self) -> web.Application:
        app = web.Application(middlewares=[self._check_access])
        app.on_response_prepare.append(_add_headers)
        app.add_routes(
            [
                web.get("/", self._show_board),
                web.get("/ws", self._run_session),
                web.static("/page", FOLDER / "page"),
                web.static("/static", STATIC),
            ]
        )
        return app

    @web.middleware
    async def _check_access(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Refuse requests from other hosts and origins, and those without the token."""
        if not self._access.is_own_host(request) or not self._access.is_own_origin(request):
            origin = request.headers.get("Origin", "no page")
            log.warning("Refused %s: it asked for host %.100r from %.100r.", request.remote, request.host, origin)
            return message_page(request, 403, FROM_ELSEWHERE)
        if request.path == "/" and self._access.is_token(request.query.get("token", "")):
            response = entry_page()
            self._access.give_cookie(response)
            return response
        if not self._access.has_cookie(request):
            log.warning("Refused %s: its token is missing or wrong.", request.remote)
            return message_page(request, 403, NO_TOKEN, link=TRY_AGAIN)
        return await handler(request)

    async def _show_board(self, request: web.Request) -> web.StreamResponse:
        """The page with the board, or why there is none for this browser now."""
        if refusal := self._limits.refusal(request.remote or ""):
            return message_page(request, _status_of(refusal), refusal)
        return board_page(self._title, FONT_SIZES.get(request.query.get("fontsize", ""), FONT_SIZE))

    async def _run_session(self, request: web.Request) -> web.StreamResponse:
        """Run an app for a browser as long as its web socket is open."""
        try:
            size = clamp_size(int(request.query.get("width", "80")), int(request.query.get("height", "24")))
        except ValueError:
            return message_page(request, 400, NO_SIZE)
        websocket = web.WebSocketResponse(
            heartbeat=self._patience.heartbeat, timeout=self._patience.goodbye, max_msg_size=MAX_INPUT
        )
        if not websocket.can_prepare(request):
            return message_page(request, 400, NO_SOCKET)
        if refusal := self._limits.begin(request.remote or ""):
            log.warning("Refused %s: %s", request.remote, refusal)
            return message_page(request, _status_of(refusal), refusal)
        limit = InputLimit(self._clock)
        session = BrowserSession(self._command, websocket, request.remote or "", limit, self._patience.stall)
        self._sessions.add(session)
        try:
            await websocket.prepare(request)
            await session.start(*size)
            await session.talk()
        except ConnectionError:
            # The browser has gone meanwhile: nobody gets this response, but aiohttp needs one that can be sent.
            return web.Response()
        except BadFrame as error:
            log.warning("Ended the session of %s: %s.", request.remote, error)
            await websocket.close(code=WSCloseCode.POLICY_VIOLATION)
        except TimeoutError:
            log.warning("Ended the session of %s: its app does not read what was typed.", request.remote)
            await websocket.close(code=WSCloseCode.INTERNAL_ERROR)
        finally:
            # A task of its own: a request can be cancelled, and its app has to end all the same.
            ending = asyncio.create_task(self._end(session))
            self._endings.add(ending)
            ending.add_done_callback(self._endings.discard)
        return websocket

    async def _end(self, session: BrowserSession, seconds: float = GRACE_SECONDS) -> None:
        """End a session, which counts until its app has ended."""
        try:
            await session.end(seconds)
        finally:
            if session in self._sessions:
                self._sessions.discard(session)
                self._limits.end()

    async def run(self, ready: Callable[[int], None]) -> None:
        """Serve until a signal ends it; calls `ready` with the port once it listens. Raises OSError if it is taken."""
        log_to_stderr(self._clock)
        runner = web.AppRunner(
            self._make_app(), access_log=None, shutdown_timeout=1.0, keepalive_timeout=self._patience.idle
        )
        await runner.setup()
        ended = asyncio.Event()
        loop = asyncio.get_running_loop()
        for name in ENDING_SIGNALS:
            number = getattr(signal, name, None)
            # A signal that is ignored stays so: nohup does that to SIGHUP.
            if number is not None and signal.getsignal(number) is not signal.SIG_IGN:
                with suppress(NotImplementedError):
                    loop.add_signal_handler(number, ended.set)
        try:
            await web.TCPSite(runner, self._host, self._port).start()
            ready(int(runner.addresses[0][1]))
            await ended.wait()
        finally:
            await asyncio.gather(*(self._end(session, 1.0) for session in [*self._sessions]))
            await runner.cleanup()
            # Of those that have begun meanwhile.
            await asyncio.gather(*self._endings)


async def _add_headers(_: web.Request, response: web.StreamResponse) -> None:
    add_headers(response)


def _status_of(refusal: str) -> int:
    """The status of a response to an address that may not begin a session now."""
    return 503 if refusal == FULL else 429
