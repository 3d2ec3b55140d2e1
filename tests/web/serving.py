"""`teamboard serve` and a browser, for tests."""

from __future__ import annotations

import base64
import json
import os
import re
import shutil
import signal
import subprocess
import sys
from contextlib import suppress
from http.client import HTTPConnection
from pathlib import Path
from time import monotonic
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

import pyte
import pytest
from selenium.webdriver import Chrome, ChromeOptions
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.action_chains import ActionChains

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
        options.set_capability("goog:loggingPrefs", {"performance": "ALL", "browser": "ALL"})
        self.driver = Chrome(options, Service(DRIVER))
        self.screen = pyte.Screen(COLUMNS, LINES)
        self._stream = pyte.ByteStream(self.screen)
        self.hosts: set[str] = set()

    def open(self, address: str) -> None:
        self.driver.get(address)

    def type(self, keys: str) -> None:
        ActionChains(self.driver).send_keys(keys).perform()

    def clear(self) -> None:
        """Forget what has arrived so far."""
        self.driver.get_log("performance")  # type: ignore[no-untyped-call]
        self.screen.reset()

    def wait_until(self, script: str) -> None:
        """Wait until a script returns true."""
        end = monotonic() + SECONDS
        while not self.driver.execute_script(script):
            assert monotonic() < end, script

    def wait_for_picture(self) -> None:
        """Wait until the page has drawn what has arrived."""
        self.wait_until("return document.body.classList.contains('-first-byte')")
        wait = "const done = arguments[0]; requestAnimationFrame(() => requestAnimationFrame(done))"
        self.driver.execute_async_script(wait)

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
    connection.request("GET", f"{parts.path}?{parts.query}", headers={"Accept": "text/html"})
    response = connection.getresponse()
    (place,) = re.findall(r'content="0; url=([^"]+)"', response.read().decode())
    assert response.status == 200
    connection.close()
    return place, response.headers["Set-Cookie"].partition(";")[0]


def apps_of(folder: Path) -> set[int]:
    """The processes that run the board in a folder for a browser."""
    found = set()
    for entry in Path("/proc").iterdir():
        with suppress(OSError):
            command = (entry / "cmdline").read_bytes() if entry.name.isdigit() else b""
            if os.fsencode(folder / "team.board.json") in command and b"\0serve\0" not in command:
                found.add(int(entry.name))
    return found
