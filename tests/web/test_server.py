"""The board in a real browser, and who is let in."""

from __future__ import annotations

import asyncio
import base64
import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from http.client import HTTPConnection
from pathlib import Path
from time import monotonic
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

import aiohttp
import pyte
import pytest
from selenium.webdriver import Chrome, ChromeOptions
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.action_chains import ActionChains

from teamboard.actions.check_ins import CheckInGoal
from teamboard.domain.ids import RecordId
from teamboard.store.file.store import FileStore
from tests.conftest import ANA, Run

CHROMIUM, DRIVER = shutil.which("chromium"), shutil.which("chromedriver")
SECONDS = 60.0
LOOK_SECONDS = 0.05
COLUMNS, LINES = 400, 120
"""Room for whatever size the browser gives the board."""

browser = pytest.mark.skipif(
    not (CHROMIUM and DRIVER) and "TEAMBOARD_ALL_TESTS" not in os.environ,
    reason="no chromium and chromedriver here: the browser's tests are left out",
)


class Browser:
    """A headless Chromium. Its page is a canvas: what is read is what arrives over its web socket."""

    def __init__(self) -> None:
        options = ChromeOptions()
        for flag in ("--headless", "--no-sandbox", "--disable-gpu", "--window-size=1400,900"):
            options.add_argument(flag)
        options.binary_location = CHROMIUM or ""
        options.set_capability("goog:loggingPrefs", {"performance": "ALL"})
        self.driver = Chrome(options, Service(DRIVER))
        self.screen = pyte.Screen(COLUMNS, LINES)
        self._stream = pyte.ByteStream(self.screen)
        self.hosts: set[str] = set()

    def open(self, address: str) -> None:
        self.driver.get(address)

    def type(self, keys: str) -> None:
        ActionChains(self.driver).send_keys(keys).perform()

    def wait_for(self, text: str) -> None:
        """Read what has arrived until a text is on the screen."""
        end = monotonic() + SECONDS
        while text not in "\n".join(self.screen.display):
            assert monotonic() < end, f"{text!r} did not come:\n" + "\n".join(self.screen.display)
            for entry in self.driver.get_log("performance"):  # type: ignore[no-untyped-call]
                self._take(json.loads(entry["message"])["message"])

    def _take(self, event: dict[str, object]) -> None:
        found = event.get("params")
        if not isinstance(found, dict):
            return
        if event["method"] == "Network.requestWillBeSent":
            self.hosts |= set(re.findall(r"^\w+://([^/]+)", found["request"]["url"]))
        if event["method"] == "Network.webSocketFrameReceived" and found["response"]["opcode"] == 2:
            self._stream.feed(base64.b64decode(found["response"]["payloadData"]))


@pytest.fixture
def browsers() -> Iterator[list[Browser]]:
    found: list[Browser] = []
    yield found
    for one in found:
        one.driver.quit()


class Served:
    """`teamboard serve`, as a process of its own."""

    def __init__(self, folder: Path, *arguments: str) -> None:
        command = [sys.executable, "-m", "teamboard", "serve", "--port", "0", *arguments]
        self.process = subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        self.said = self.process.stdout.readline()
        self.address = self.said.rpartition(": ")[2].strip()

    def end(self) -> int:
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(SECONDS)


@pytest.fixture
def served(run: Run) -> Iterator[list[Served]]:
    assert run("demo", "--board", "team.board.json").returncode == 0
    found: list[Served] = []
    yield found
    for one in found:
        one.process.kill()
        one.process.wait()


@browser
@pytest.mark.slow
def test_two_browsers_are_one_live_board(tmp_path: Path, served: list[Served], browsers: list[Browser]) -> None:
    server = Served(tmp_path, "--as", "ana")
    served.append(server)
    assert server.said.startswith("Northwind EMEA Sales, as Ana Ruiz: http://127.0.0.1:")
    browsers += [Browser(), Browser()]
    for one in browsers:
        one.open(server.address)
        one.wait_for("Ana Ruiz")
        one.wait_for("● live")
    mine, hers = browsers
    # No click into the page first: the keys go to the board.
    mine.type("/ana")
    mine.wait_for("Show all")
    FileStore(tmp_path / "team.board.json").commit(CheckInGoal(goal=RecordId("G12"), value=900_000), ANA)
    for one in (mine, hers):
        one.wait_for("75 %")
    assert mine.hosts == {server.address.split("/")[2]}
    assert server.end() == 0


@browser
@pytest.mark.slow
def test_who_only_looks_on_writes_nothing(tmp_path: Path, served: list[Served], browsers: list[Browser]) -> None:
    server = Served(tmp_path, "--read-only", "--host", "0.0.0.0")
    served.append(server)
    before = (tmp_path / "team.board.json").read_bytes()
    browsers.append(Browser())
    port = re.findall(r":(\d+)/", server.address)[0]
    browsers[0].open(f"http://localhost:{port}/{server.address.partition('/?')[2].join(('?', ''))}")
    browsers[0].wait_for("looking on")
    assert browsers[0].driver.current_url == f"http://localhost:{port}/"
    browsers[0].type("jjjjjjjjju")
    browsers[0].wait_for("Only ")
    assert (tmp_path / "team.board.json").read_bytes() == before


def answer(address: str, **headers: str) -> int:
    try:
        with urlopen(Request(address, headers=headers)) as found:
            return int(found.status)
    except HTTPError as error:
        return error.code


def admitted(address: str) -> tuple[str, str]:
    """What the address with the token leads to: where, and the cookie that a browser keeps."""
    parts = urlsplit(address)
    connection = HTTPConnection(parts.netloc)
    connection.request("GET", f"{parts.path}?{parts.query}")
    response = connection.getresponse()
    assert response.status == 302
    connection.close()
    return response.headers["Location"], response.headers["Set-Cookie"].partition(";")[0]


@pytest.mark.slow
@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "0.0.0.0"])
def test_nobody_comes_in_without_the_token(tmp_path: Path, served: list[Served], host: str) -> None:
    server = Served(tmp_path, "--read-only", "--host", host)
    served.append(server)
    token = server.address.partition("?token=")[2]
    port = re.findall(r":(\d+)/", server.address)[0]
    local = f"http://127.0.0.1:{port}" if host == "0.0.0.0" else f"http://{host}:{port}"
    assert len(token) >= 32
    for path in ("/", "/ws", "/static/js/textual.js", f"/?token={token[:-1]}", "/ws?token="):
        assert answer(local + path) == 403, path
    place, cookie = admitted(f"{local}/?token={token}")
    assert (place, cookie.partition("=")[2]) == ("/", token)
    assert answer(local + "/", Cookie=cookie) == 200
    assert answer(local + "/", Cookie=cookie[:-1]) == 403


@pytest.mark.slow
def test_two_boards_on_one_machine_keep_their_cookies_apart(tmp_path: Path, served: list[Served]) -> None:
    served += [Served(tmp_path, "--as", "ana"), Served(tmp_path, "--read-only")]
    cookies = [admitted(server.address)[1] for server in served]
    # A browser sends both to each: a cookie knows no port.
    for server in served:
        assert answer(server.address.partition("?")[0], Cookie="; ".join(cookies)) == 200
    assert len({cookie.partition("=")[0] for cookie in cookies}) == 2


def test_a_page_of_another_address_can_open_nothing(tmp_path: Path, served: list[Served]) -> None:
    server = Served(tmp_path, "--as", "ana")
    served.append(server)
    address, cookie = server.address.partition("?")[0], admitted(server.address)[1]
    assert answer(address, Cookie=cookie) == 200
    assert answer(address, Cookie=cookie, Host="board.example") == 403
    for origin in ("http://board.example", "null", "http://127.0.0.1:1"):
        assert answer(address + "ws", Cookie=cookie, Origin=origin) == 403


def test_what_is_no_address_or_token_is_refused_as_another(tmp_path: Path, served: list[Served]) -> None:
    server = Served(tmp_path, "--as", "ana")
    served.append(server)
    address, cookie = server.address.partition("?")[0], admitted(server.address)[1]
    name = cookie.partition("=")[0]
    assert answer(address, Cookie=cookie, Host="[") == 403
    assert answer(address, Cookie=cookie, Origin="http://[") == 403
    assert answer(address, Cookie=f"{name}=\xff\xfe") == 403


def apps_of(folder: Path) -> set[int]:
    """The processes that run the board in a folder for a browser."""
    found = set()
    for entry in Path("/proc").iterdir():
        with suppress(OSError):
            command = (entry / "cmdline").read_bytes() if entry.name.isdigit() else b""
            if os.fsencode(folder / "team.board.json") in command and b"serve" not in command:
                found.add(int(entry.name))
    return found


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/cmdline").exists(), reason="processes are looked up in /proc")
async def test_an_app_has_a_screen_of_possible_size_and_ends_with_the_server(
    tmp_path: Path, served: list[Served]
) -> None:
    server = Served(tmp_path, "--as", "ana")
    served.append(server)
    address, cookie = server.address.partition("?")[0], admitted(server.address)[1]
    for query in ("width=99999999&height=99999999", "width=-1&height=24", "width=x&height=24"):
        assert answer(f"{address}ws?{query}", Cookie=cookie) == 400
    async with (
        aiohttp.ClientSession(headers={"Cookie": cookie}) as session,
        session.ws_connect(f"{address}ws?width=100&height=30") as socket,
    ):
        await socket.send_json(["resize", {"width": 99999999, "height": 99999999}])
        await socket.send_json(["resize", {"width": 90, "height": 30}])
        screen = pyte.Screen(100, 30)
        stream = pyte.ByteStream(screen)
        async with asyncio.timeout(SECONDS):
            while "New ARR" not in "\n".join(screen.display):
                message = await socket.receive()
                if message.type == aiohttp.WSMsgType.BINARY:
                    stream.feed(message.data)
        (app,) = apps_of(tmp_path)
        # One that does not listen any more is ended all the same.
        os.kill(app, signal.SIGSTOP)
        assert server.end() == 0
        assert apps_of(tmp_path) == set()


@pytest.mark.slow
def test_what_cannot_be_served_is_said_in_one_line(tmp_path: Path, served: list[Served], run: Run) -> None:
    server = Served(tmp_path, "--as", "ana")
    served.append(server)
    port = re.findall(r":(\d+)/", server.address)[0]
    taken = run.process("serve", "--port", port)
    assert (taken.returncode, taken.stderr) == (
        1,
        f"teamboard: Port {port} is taken; choose another with --port.\n",
    )
    assert run.process("serve", "--board", "none.json").returncode == 3
    nowhere = run.process("serve", "--host", "192.0.2.1", "--port", "0")
    assert (nowhere.returncode, nowhere.stderr.count("\n")) == (1, 1)
