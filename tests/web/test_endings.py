"""Sessions and connections end, whoever of browser, app and server has gone, and however."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import struct
import sys
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

import aiohttp
import pytest

from teamboard.web.limits import MAX_INPUT, InputLimit, Patience
from tests.web.in_process import (
    SECONDS,
    Clock,
    children,
    closing_code,
    read_until,
    running,
    stub_command,
)
from tests.web.serving import Served, admitted, apps_of

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="processes are looked up in /proc")

BEGINS = 'import os, sys, time; os.write(1, b"__GANGLION__\\n" + b"D" + (2).to_bytes(4, "big") + b"[]"); '


async def wait_for_end(before: set[int]) -> None:
    """Wait until all apps have ended that were begun since."""
    async with asyncio.timeout(SECONDS):
        while children() - before:
            await asyncio.sleep(0)


@pytest.mark.parametrize(
    "request_",
    [b"", b"GET / HTTP/1.1\r\nHost: localhost\r\nX-a:", b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"],
    ids=["nothing", "half a request", "a refused one and nothing more"],
)
async def test_a_connection_that_asks_for_nothing_is_closed(request_: bytes) -> None:
    async with running(patience=Patience(idle=0.1)) as server, asyncio.timeout(SECONDS):
        reader, writer = await asyncio.open_connection("127.0.0.1", urlsplit(server.address).port)
        writer.write(request_)
        while await reader.read(4096):
            pass
        writer.close()


async def test_a_browser_that_is_gone_without_a_word_ends_its_session(capfd: pytest.CaptureFixture[str]) -> None:
    """As when the network is cut: nothing comes any more, no answer to a ping either."""
    before = children()
    async with running(patience=Patience(heartbeat=1, goodbye=0.1)) as server:
        sock = await server.client.ws_connect(f"{server.address}ws", autoping=False)
        # It answers until its app has begun, which takes its time on a busy machine.
        while (message := await sock.receive(SECONDS)).type is not aiohttp.WSMsgType.BINARY:
            assert message.type is aiohttp.WSMsgType.PING
            await sock.pong(message.data)
        await wait_for_end(before)
        assert capfd.readouterr().err == ""


async def test_browsers_that_leave_as_they_come_leave_nothing(capfd: pytest.CaptureFixture[str]) -> None:
    before = children()
    async with running() as server:
        port = urlsplit(server.address).port
        lines = (
            "GET /ws HTTP/1.1",
            "Host: localhost",
            "Upgrade: websocket",
            "Connection: Upgrade",
            "Sec-WebSocket-Version: 13",
            f"Sec-WebSocket-Key: {'A' * 22}==",
            f"Cookie: {server.client.headers['Cookie']}",
            "\r\n",
        )
        for reset in (False, True) * 4:
            with socket.create_connection(("127.0.0.1", port)) as connection:
                if reset:
                    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                connection.sendall("\r\n".join(lines).encode())
            assert (await server.status())[0] == 200
        await wait_for_end(before)
        assert capfd.readouterr().err == ""


async def test_a_flood_of_input_ends_its_session(capfd: pytest.CaptureFixture[str]) -> None:
    before = children()
    async with running() as server:
        sock = await server.open()
        with suppress(ConnectionError):
            for _ in range(3):
                await sock.send_json(["stdin", "x" * (MAX_INPUT // 3)])
        assert await closing_code(sock) == 1008
        await wait_for_end(before)
    assert capfd.readouterr().err == (
        "teamboard: Ended the session of 127.0.0.1: it sent more than 2,000,000 characters in a minute.\n"
    )


def test_input_is_counted_by_the_minute() -> None:
    clock = Clock()
    limit = InputLimit(clock)
    assert [limit.take(MAX_INPUT // 2), limit.take(MAX_INPUT // 2)] == [True, False]
    clock.now += 60
    # What is small counts, too: as many messages of nothing are as much work.
    assert [limit.take(0) for _ in range(MAX_INPUT // 100 + 1)].index(False) == MAX_INPUT // 100


async def test_an_app_that_reads_nothing_ends_with_its_session(capfd: pytest.CaptureFixture[str]) -> None:
    """Its server waits for it, and so does not see its browser leave."""
    before = children()
    patience = Patience(stall=0.1, goodbye=0.1)
    async with running(stub_command(BEGINS + "time.sleep(1000)"), patience=patience) as server:
        sock = await server.open()
        await sock.send_json(["stdin", "x" * 1_000_000])
        assert await closing_code(sock) == 1011
        (app,) = children() - before
        os.kill(app, signal.SIGTERM)
        await wait_for_end(before)
    said = capfd.readouterr().err
    assert said == "teamboard: Ended the session of 127.0.0.1: its app does not read what was typed.\n"


async def test_what_an_app_reports_is_one_line(capfd: pytest.CaptureFixture[str]) -> None:
    program = BEGINS + 'sys.stderr.write("teamboard: one\\n\\x1b[31mtwo" + "x" * 1_000_000)'
    async with running(stub_command(program)) as server:
        await closing_code(await server.open())
        async with asyncio.timeout(SECONDS):
            said = ""
            while not said.endswith("\n"):
                await asyncio.sleep(0)
                said += capfd.readouterr().err
    assert said.startswith("teamboard: The app for 127.0.0.1 reported: one")
    assert said[:-1].isprintable()
    assert len(said) < 400


@pytest.mark.slow
@pytest.mark.parametrize("ending", [signal.SIGKILL, signal.SIGHUP, signal.SIGTERM])
async def test_no_app_outlives_its_server(tmp_path: Path, served: list[Served], ending: signal.Signals) -> None:
    server = Served(tmp_path, "--as", "ana")
    served.append(server)
    address, cookie = server.address.partition("?")[0], admitted(server.address)[1]
    async with (
        aiohttp.ClientSession(headers={"Cookie": cookie}) as session,
        session.ws_connect(f"{address}ws?width=100&height=30") as sock,
    ):
        await read_until(sock, "New ARR")
        assert len(apps_of(tmp_path)) == 1
        server.process.send_signal(ending)
        assert server.process.wait(SECONDS) == (-signal.SIGKILL if ending == signal.SIGKILL else 0)
        async with asyncio.timeout(SECONDS):
            while apps_of(tmp_path):
                await asyncio.sleep(0)
