"""One browser's session: the app that runs for it, and what goes to and fro between the two."""

from __future__ import annotations

import asyncio
import json
from contextlib import suppress

from aiohttp import WSMsgType, web
from textual_serve.app_service import AppService
from textual_serve.download_manager import DownloadManager

from teamboard.web.frames import BadFrame, Focus, Ping, Resized, Typed, parse_frame

GRACE_SECONDS = 5.0
"""How long an app may take to end after its browser has gone."""


class BrowserSession(AppService):
    """The app of one browser, which lives as long as the web socket."""

    def __init__(self, command: str, websocket: web.WebSocketResponse) -> None:
        super().__init__(
            command,
            write_bytes=self._send,
            write_str=websocket.send_str,
            close=self._close,
            download_manager=DownloadManager(),
        )
        self._websocket = websocket

    async def _send(self, data: bytes) -> None:
        # What the app still writes when its browser has gone is read all the same, or it could not go on to its end.
        with suppress(ConnectionError):
            await self._websocket.send_bytes(data)

    async def _close(self) -> None:
        await self._websocket.close()

    async def run(self) -> None:
        """Pass on what the app writes until it ends, by itself or not; then the browser is told."""
        await super().run()
        await self._close()

    async def on_meta(self, data: bytes) -> None:
        """Let the app end the session, and nothing else: no links to open, no files to send."""
        if json.loads(data).get("type") == "exit":
            await self.remote_close()

    async def on_packed(self, payload: bytes) -> None:
        """Ignore parts of files, which nobody has asked for."""

    async def talk(self) -> None:
        """Pass on what the browser sends, until it leaves. Raises BadFrame if the page does not send that."""
        async for message in self._websocket:
            if message.type is not WSMsgType.TEXT:
                raise BadFrame
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
        stopping = asyncio.create_task(self.stop())
        with suppress(TimeoutError):
            await asyncio.wait_for(self._process.wait(), seconds)
        if self._process.returncode is None:
            with suppress(ProcessLookupError):
                self._process.kill()
        await stopping
        await self._process.wait()
