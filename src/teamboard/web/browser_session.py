"""One browser's session: the app that runs for it, and what goes to and fro between the two."""

from __future__ import annotations

import asyncio
import json
from asyncio import IncompleteReadError, StreamReader
from contextlib import suppress

from aiohttp import WebSocketError, WSMsgType, web
from textual_serve.app_service import AppService
from textual_serve.download_manager import DownloadManager

from teamboard.web.frames import BadFrame, Focus, Ping, Resized, Typed, parse_frame
from teamboard.web.limits import MAX_INPUT, InputLimit
from teamboard.web.log import MAX_LENGTH, log

GRACE_SECONDS = 5.0
"""How long an app may take to end after its browser has gone."""
TOO_MUCH = f"it sent more than {MAX_INPUT:,} characters in a minute"
PRELUDE = b"__GANGLION__\n"
"""What an app writes before its first packet."""
SCREEN, REQUEST = b"D", b"M"
"""The kinds of packets that are read: what is on the screen, and what the app asks of the page."""


class BrowserSession(AppService):
    """The app of one browser, at an address, which lives as long as the web socket."""

    def __init__(
        self, command: str, websocket: web.WebSocketResponse, address: str, limit: InputLimit, stall_seconds: float
    ) -> None:
        super().__init__(
            command,
            write_bytes=self._send,
            write_str=websocket.send_str,
            close=self._close,
            download_manager=DownloadManager(),
        )
        self._websocket = websocket
        self._address = address
        self._input_limit = limit
        self._stall_seconds = stall_seconds
        self._stopping: asyncio.Task[None] | None = None

    async def _send(self, data: bytes) -> None:
        # What the app still writes when its browser has gone is read all the same, or it could not go on to its end.
        with suppress(ConnectionError):
            await self._websocket.send_bytes(data)

    async def _close(self) -> None:
        await self._websocket.close()

    async def run(self) -> None:
        """Pass on what the app writes until it ends, by itself or not; then the browser is told.

        What the app reports on its standard error is one line in the log, not, as in textual-serve, whatever it is.
        """
        assert self._process is not None
        assert self._process.stdout is not None
        assert self._process.stderr is not None
        errors = asyncio.create_task(_read_start(self._process.stderr, MAX_LENGTH))
        with suppress(IncompleteReadError, ConnectionError):
            await self._read_packets(self._process.stdout)
        await self._close()
        if text := (await errors).decode(errors="replace").removeprefix("teamboard: ").strip():
            log.warning("The app for %s reported: %s", self._address, text)

    async def _read_packets(self, stdout: StreamReader) -> None:
        await stdout.readuntil(PRELUDE)
        while True:
            kind = await stdout.readexactly(1)
            payload = await stdout.readexactly(int.from_bytes(await stdout.readexactly(4), "big"))
            if kind == SCREEN:
                await self.on_data(payload)
            elif kind == REQUEST:
                await self.on_meta(payload)

    async def on_meta(self, data: bytes) -> None:
        """Let the app end the session, and nothing else: no links to open, no files to send."""
        if json.loads(data).get("type") == "exit":
            await self.remote_close()

    async def talk(self) -> None:
        """Pass on what the browser sends, until it leaves. Raises BadFrame if the page does not send that, or so much.

        Raises TimeoutError if the app does not read it: while it is waited for, nobody would see the browser leave.
        """
        async for message in self._websocket:
            if message.type is WSMsgType.ERROR and not isinstance(message.data, WebSocketError):
                # It did not answer a ping: the connection was lost.
                return
            if message.type is not WSMsgType.TEXT:
                raise BadFrame
            if not self._input_limit.take(len(message.data)):
                raise BadFrame(TOO_MUCH)
            async with asyncio.timeout(self._stall_seconds):
                await self._handle(message.data)

    async def _handle(self, text: str) -> None:
        match parse_frame(text):
            case Typed(data):
                await self.send_bytes(data)
            case Resized(width, height):
                await self.set_terminal_size(width, height)
            case Ping(answer):
                await self._websocket.send_json(["pong", answer])
            case Focus(True):
                await self.focus()
            case Focus(False):
                await self.blur()

    async def end(self, seconds: float = GRACE_SECONDS) -> None:
        """Ask the app to end, and kill it if it has not ended after some seconds."""
        if self._process is None:
            return
        # It may be asked twice, as its browser leaves and as the server ends.
        self._stopping = self._stopping or asyncio.create_task(self.stop())
        with suppress(TimeoutError):
            await asyncio.wait_for(self._process.wait(), seconds)
        if self._process.returncode is None:
            with suppress(ProcessLookupError):
                self._process.kill()
        await asyncio.wait([self._stopping])
        await self._process.wait()


async def _read_start(stream: StreamReader, length: int) -> bytes:
    """Read a stream to its end, and return its first bytes."""
    start = b""
    while data := await stream.read(4096):
        start += data[: length - len(start)]
    return start
