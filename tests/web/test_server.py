"""The board in a real browser."""

from __future__ import annotations

import asyncio
import os
import re
import signal
from pathlib import Path

import aiohttp
import pyte
import pytest

from teamboard.actions.check_ins import CheckInGoal
from teamboard.domain.ids import RecordId
from teamboard.store.file.store import FileStore
from teamboard.web.limits import MAX_COLUMNS, MAX_LINES
from tests.conftest import ANA, Run
from tests.web.serving import LOOK_SECONDS, SECONDS, Browser, Served, admitted, answer, apps_of, browser


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


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/cmdline").exists(), reason="processes are looked up in /proc")
async def test_an_app_has_a_screen_of_possible_size_and_ends_with_the_server(
    tmp_path: Path, served: list[Served]
) -> None:
    server = Served(tmp_path, "--as", "ana")
    served.append(server)
    address, cookie = server.address.partition("?")[0], admitted(server.address)[1]
    assert answer(f"{address}ws?width=x&height=24", Cookie=cookie) == 400
    async with (
        aiohttp.ClientSession(headers={"Cookie": cookie}) as session,
        session.ws_connect(f"{address}ws?width=20000&height=20000") as socket,
    ):
        await socket.send_json(["resize", {"width": 99999999, "height": 99999999}])
        screen = pyte.Screen(MAX_COLUMNS, MAX_LINES)
        stream = pyte.ByteStream(screen)
        async with asyncio.timeout(SECONDS):
            while "New ARR" not in "\n".join(screen.display):
                message = await socket.receive()
                if message.type == aiohttp.WSMsgType.BINARY:
                    stream.feed(message.data)
        (app,) = apps_of(tmp_path)
        peak = re.findall(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{app}/status").read_text())
        assert int(peak[0]) < 300_000
        # One that does not listen any more is ended all the same.
        os.kill(app, signal.SIGSTOP)
        assert server.end() == 0
        assert apps_of(tmp_path) == set()


@pytest.mark.slow
async def test_a_browser_is_not_asked_which_file_to_start_from(tmp_path: Path, served: list[Served]) -> None:
    """Where the board has gone; on a terminal one may name any file then."""
    server = Served(tmp_path, "--as", "ana")
    served.append(server)
    address, cookie = server.address.partition("?")[0], admitted(server.address)[1]
    (tmp_path / "team.board.json").unlink()
    async with (
        aiohttp.ClientSession(headers={"Cookie": cookie}) as session,
        session.ws_connect(f"{address}ws?width=100&height=30") as socket,
        asyncio.timeout(SECONDS),
    ):
        messages = [message async for message in socket]
    assert messages == []
    assert not (tmp_path / "team.board.json").exists()


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/cmdline").exists(), reason="processes are looked up in /proc")
@pytest.mark.parametrize(
    "how", ["SIGTERM", "SIGHUP", "SIGKILL", "the tab is closed", "the app's SIGTERM", "the app's SIGHUP"]
)
async def test_a_text_in_an_open_form_is_kept(tmp_path: Path, served: list[Served], how: str) -> None:
    server = Served(tmp_path, "--as", "ana")
    served.append(server)
    address, cookie = server.address.partition("?")[0], admitted(server.address)[1]
    async with (
        aiohttp.ClientSession(headers={"Cookie": cookie}) as session,
        session.ws_connect(f"{address}ws?width=120&height=40") as socket,
        asyncio.timeout(SECONDS),
    ):
        screen = pyte.Screen(120, 40)
        stream = pyte.ByteStream(screen)

        async def wait_for(text: str) -> None:
            while text not in "\n".join(screen.display):
                message = await socket.receive()
                if message.type == aiohttp.WSMsgType.BINARY:
                    stream.feed(message.data)

        for shown, typed in (
            ("● live", "/discovery\rjjju"),
            ("51 calls of 120 calls", "60\tThree more at Fernwind"),
        ):
            await wait_for(shown)
            await socket.send_json(["stdin", typed])
        await wait_for("Fernwind")
        (app,) = apps_of(tmp_path)
        if how.startswith("SIG"):
            server.process.send_signal(getattr(signal, how))
        elif how.startswith("the app"):
            os.kill(app, getattr(signal, how.rpartition(" ")[2]))
    kept = Path(os.environ["XDG_STATE_HOME"]) / "teamboard" / "kept"
    async with asyncio.timeout(SECONDS):
        while apps_of(tmp_path):
            await asyncio.sleep(LOOK_SECONDS)
    assert ["Three more at Fernwind" in path.read_text() for path in kept.glob("*.txt")] == [True]


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
