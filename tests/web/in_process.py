"""The server in the test's own process, so that the test can give it a command and a clock."""

from __future__ import annotations

import asyncio
import json
import shlex
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import aiohttp
import pyte

from teamboard.web.access import Access
from teamboard.web.limits import MAX_COLUMNS, MAX_LINES, PATIENCE, Patience
from teamboard.web.server import BoardServer

TOKEN = "t" * 32
SECONDS = 60.0

STUB = """
import json, os, sys
def packet(kind, data):
    os.write(1, kind + len(data).to_bytes(4, "big") + data)
os.write(1, b"__GANGLION__\\n")
packet(b"D", json.dumps([os.environ["COLUMNS"], os.environ["ROWS"]]).encode())
while True:
    kind, size = sys.stdin.buffer.read(1), sys.stdin.buffer.read(4)
    data = sys.stdin.buffer.read(int.from_bytes(size, "big"))
    if not kind or b'"quit"' in data:
        break
    if kind == b"D" and data.startswith(b"{"):
        packet(b"M", data)
    elif kind == b"D" and data.startswith(b"P"):
        packet(b"P", data[1:])
    else:
        packet(b"D", data)
"""
"""A program that talks as an app does. It tells the size it was given, sends back what comes, and JSON as a request."""


def stub_command(program: str = STUB) -> str:
    return "exec " + shlex.join([sys.executable, "-S", "-c", program])


class Clock:
    """A clock that a test moves on."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


class Running:
    """A running server, and a client that it knows."""

    def __init__(self, server: BoardServer, port: int, client: aiohttp.ClientSession) -> None:
        self.server = server
        self.address = f"http://127.0.0.1:{port}/"
        self.client = client

    async def open(self, query: str = "") -> aiohttp.ClientWebSocketResponse:
        """A web socket, with an app that has begun."""
        socket = await self.client.ws_connect(f"{self.address}ws?{query}")
        self.first = json.loads((await receive(socket, aiohttp.WSMsgType.BINARY)).data)
        return socket

    async def status(self, path: str = "") -> tuple[int, str]:
        async with self.client.get(self.address + path) as response:
            return response.status, await response.text()


async def receive(socket: aiohttp.ClientWebSocketResponse, kind: aiohttp.WSMsgType) -> aiohttp.WSMessage:
    """The next message of a kind."""
    async with asyncio.timeout(SECONDS):
        while (message := await socket.receive()).type is not kind:
            assert message.type not in (aiohttp.WSMsgType.CLOSED, aiohttp.WSMsgType.ERROR)
        return message


async def closing_code(socket: aiohttp.ClientWebSocketResponse) -> int | None:
    """The code with which the server closes a web socket."""
    while (await socket.receive(SECONDS)).type not in (aiohttp.WSMsgType.CLOSE, aiohttp.WSMsgType.CLOSED):
        pass
    return socket.close_code


async def read_until(socket: aiohttp.ClientWebSocketResponse, text: str) -> None:
    """Read the screen until a text is on it."""
    screen = pyte.Screen(MAX_COLUMNS, MAX_LINES)
    stream = pyte.ByteStream(screen)
    async with asyncio.timeout(SECONDS):
        while text not in "\n".join(screen.display):
            stream.feed((await receive(socket, aiohttp.WSMsgType.BINARY)).data)


@asynccontextmanager
async def running(
    command: str = "", *, clock: Clock | None = None, title: str = "North", patience: Patience = PATIENCE
) -> AsyncIterator[Running]:
    """A server on the loopback, and a client with its cookie."""
    server = BoardServer(
        command or stub_command(),
        host="127.0.0.1",
        port=0,
        title=title,
        token=TOKEN,
        clock=clock or Clock(),
        patience=patience,
    )
    port: asyncio.Future[int] = asyncio.get_running_loop().create_future()
    task = asyncio.create_task(server.run(port.set_result))
    cookie = aiohttp.web.Response()
    Access(TOKEN, "127.0.0.1", "localhost").give_cookie(cookie)
    (morsel,) = cookie.cookies.values()
    async with aiohttp.ClientSession(headers={"Cookie": f"{morsel.key}={morsel.value}"}) as client:
        yield Running(server, await port, client)
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


def children() -> set[int]:
    """The processes that this one has started and that still run."""
    found: set[int] = set()
    for thread in Path("/proc/self/task").iterdir():
        # A thread may end meanwhile.
        with suppress(FileNotFoundError, ProcessLookupError):
            found |= {int(child) for child in (thread / "children").read_text().split()}
    return found
