"""What is garbage is one line in the log, and ends nothing but its own session."""

from __future__ import annotations

import asyncio
import socket
from contextlib import suppress
from urllib.parse import urlsplit

import pytest

from teamboard.web.log import MAX_LINES_A_MINUTE
from tests.web.in_process import Clock, Running, closing_code, running

GARBAGE_FRAMES: list[str | bytes] = [
    "",
    "{",
    "null",
    "[]",
    "{}",
    '"stdin"',
    '["stdin"]',
    '["stdin", 1]',
    '["stdin", "\\ud800"]',
    '["resize", {}]',
    '["resize", {"width": "x", "height": 1}]',
    '["resize", {"width": 1.5, "height": NaN}]',
    f'["resize", {{"width": {"9" * 5000}, "height": 1}}]',
    '["ping", {}]',
    f'["ping", "{"x" * 1000}"]',
    '["quit"]',
    "[" * 100_000,
    b"\x00",
    b"\xff" * 1000,
]


@pytest.mark.slow
async def test_a_garbage_frame_ends_its_session_with_one_line(capfd: pytest.CaptureFixture[str]) -> None:
    clock = Clock()
    async with running(clock=clock) as server:
        good = await server.open()
        for frame in GARBAGE_FRAMES:
            clock.now += 10
            sock = await server.open()
            await (sock.send_bytes(frame) if isinstance(frame, bytes) else sock.send_str(frame))
            assert await closing_code(sock) == 1008
            said = capfd.readouterr().err
            assert said == "teamboard: Ended the session of 127.0.0.1: it sent what the board's page does not send.\n"
        await good.send_json(["ping", "7"])
        assert (await good.receive_json()) == ["pong", "7"]


async def test_a_frame_that_is_too_large_ends_its_session(capfd: pytest.CaptureFixture[str]) -> None:
    async with running() as server:
        sock = await server.open()
        with suppress(ConnectionError):
            await sock.send_str("x" * 5_000_000)
        await closing_code(sock)
        assert (await server.status())[0] == 200
    assert capfd.readouterr().err.count("\n") <= 1


def answer_raw(server: Running, request: bytes) -> bytes:
    """The first line of what the server answers to some bytes."""
    parts = urlsplit(server.address)
    with socket.create_connection((parts.hostname, parts.port)) as connection:
        connection.sendall(request)
        return connection.makefile("rb").readline()


GARBAGE_REQUESTS = {
    "a foreign host": b"GET / HTTP/1.1\r\nHost: board.example\r\n\r\n",
    "a host that is none": b"GET / HTTP/1.1\r\nHost: [\r\n\r\n",
    "a host with escape sequences": b"GET / HTTP/1.1\r\nHost: \xc2\x9b31m\xff\r\n\r\n",
    "a long host": b"GET / HTTP/1.1\r\nHost: " + b"a" * 5000 + b"\r\n\r\n",
    "a host with a user": b"GET / HTTP/1.1\r\nHost: user@localhost\r\n\r\n",
    "a host with a fragment": b"GET / HTTP/1.1\r\nHost: localhost#x\r\n\r\n",
    "no host": b"GET / HTTP/1.0\r\n\r\n",
    "a foreign origin": b"GET / HTTP/1.1\r\nHost: localhost\r\nOrigin: http://[\r\n\r\n",
    "a cookie of bytes": b"GET / HTTP/1.1\r\nHost: localhost\r\nCookie: \xff\xfe=\x80; a==;;;\x9b\r\n\r\n",
    "a long cookie": b"GET / HTTP/1.1\r\nHost: localhost\r\nCookie: a=" + b"a" * 7000 + b"\r\n\r\n",
    "a null in a header": b"GET / HTTP/1.1\r\nHost: localhost\r\nCookie: \x00\r\n\r\n",
    "two hosts": b"GET / HTTP/1.1\r\nHost: localhost\r\nHost: b.example\r\n\r\n",
    "a header that is too long": b"GET / HTTP/1.1\r\nHost: localhost\r\nCookie: a=" + b"a" * 100_000 + b"\r\n\r\n",
    "a version that is none": b"GET / HTTP/nine\r\n\r\n",
    "a token of bytes": b"GET /?token=%FF%ED%A0%80 HTTP/1.1\r\nHost: localhost\r\n\r\n",
}


@pytest.mark.parametrize("request_", GARBAGE_REQUESTS.values(), ids=GARBAGE_REQUESTS.keys())
async def test_a_garbage_host_or_cookie_is_one_line(capfd: pytest.CaptureFixture[str], request_: bytes) -> None:
    async with running() as server:
        first = await asyncio.to_thread(answer_raw, server, request_)
        assert first.split()[1] in (b"400", b"403"), first
        said = capfd.readouterr().err
        assert said.count("\n") == 1
        assert said.startswith("teamboard: ")
        assert said[:-1].isprintable()
        assert len(said) < 400


async def test_a_flood_of_them_is_not_a_flood_of_lines(capfd: pytest.CaptureFixture[str]) -> None:
    clock = Clock()
    async with running(clock=clock) as server:
        for _ in range(MAX_LINES_A_MINUTE + 20):
            async with server.client.get(server.address, headers={"Host": "board.example"}) as response:
                assert response.status == 403
        assert capfd.readouterr().err.count("\n") == MAX_LINES_A_MINUTE
        clock.now += 60
        async with server.client.get(server.address, headers={"Host": "board.example"}):
            pass
        assert capfd.readouterr().err.count("\n") == 1
