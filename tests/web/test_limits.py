"""How many sessions there may be, how large their terminals are, and when they end."""

from __future__ import annotations

import asyncio
import socket
import sys
from contextlib import AsyncExitStack

import aiohttp
import pytest

from teamboard.web.limits import MAX_NEW_SESSIONS, MAX_SESSIONS, RateLimit
from tests.web.in_process import SECONDS, Clock, children, receive, running

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="processes are looked up in /proc")


async def gone(processes: set[int]) -> None:
    """Wait until none of some processes runs."""
    async with asyncio.timeout(SECONDS):
        while processes & children():
            await asyncio.sleep(0)


@pytest.mark.parametrize(
    ("query", "size"),
    [
        ("width=20000&height=20000", ["400", "200"]),
        ("width=401&height=201", ["400", "200"]),
        ("width=19&height=9", ["20", "10"]),
        ("width=-1&height=0", ["20", "10"]),
        ("width=100&height=30", ["100", "30"]),
        ("", ["80", "24"]),
    ],
)
async def test_a_terminal_is_from_20_by_10_to_400_by_200(query: str, size: list[str]) -> None:
    async with running() as server:
        opened = await server.open(query)
        assert server.first == size
        for asked, given in (((99_999_999, 99_999_999), (400, 200)), ((1, 1), (20, 10)), ((90, 30), (90, 30))):
            await opened.send_json(["resize", {"width": asked[0], "height": asked[1]}])
            told = await receive(opened, aiohttp.WSMsgType.BINARY)
            assert told.json() == {"type": "resize", "width": given[0], "height": given[1]}


async def test_a_size_that_is_no_number_is_refused() -> None:
    before = children()
    async with running() as server:
        for query in ("width=x&height=24", "width=1e9", "width=&height=24", f"width={'9' * 5000}"):
            assert (await server.status(f"ws?{query}"))[0] == 400
        assert children() == before


@pytest.mark.slow
async def test_twenty_sessions_at_once_and_each_ends_with_its_socket() -> None:
    clock, before = Clock(), children()
    async with running(clock=clock) as server:
        sockets: list[aiohttp.ClientWebSocketResponse] = []
        for _ in range(MAX_SESSIONS):
            clock.now += 10
            sockets.append(await server.open())
        assert len(children() - before) == MAX_SESSIONS == 20
        clock.now += 100
        status, text = await server.status()
        assert (status, text.count("\n")) == (503, 1)
        assert "Close one" in text
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await server.open()
        assert len(children() - before) == MAX_SESSIONS
        # One that leaves without a word ends as one that says goodbye.
        sockets[0].get_extra_info("socket").shutdown(socket.SHUT_RDWR)
        await sockets[1].close()
        async with asyncio.timeout(SECONDS):
            while len(children() - before) > MAX_SESSIONS - 2:
                await asyncio.sleep(0)
            while (await server.status())[0] != 200:
                pass
        await server.open()
    await gone(children() - before)


@pytest.mark.slow
async def test_ten_new_sessions_a_minute_for_one_address() -> None:
    clock = Clock()
    async with running(clock=clock) as server, AsyncExitStack() as elsewhere:
        for _ in range(MAX_NEW_SESSIONS):
            await (await server.open()).close()
        status, text = await server.status()
        assert (MAX_NEW_SESSIONS, status, text.count("\n")) == (10, 429, 1)
        assert "Wait a minute" in text
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await server.open()
        # Another address has its own ten.
        other = await elsewhere.enter_async_context(
            aiohttp.ClientSession(
                headers=server.client.headers, connector=aiohttp.TCPConnector(local_addr=("127.0.0.2", 0))
            )
        )
        async with other.get(server.address) as response:
            assert response.status == 200
        clock.now += 59
        assert (await server.status())[0] == 429
        clock.now += 1
        assert (await server.status())[0] == 200
        await server.open()


def test_a_rate_is_counted_by_key_and_forgotten() -> None:
    clock = Clock()
    limit = RateLimit(2, 60, clock)
    assert [limit.take("a"), limit.take("a"), limit.take("a"), limit.take("b")] == [True, True, False, True]
    clock.now += 60
    assert not limit.is_reached("a")
