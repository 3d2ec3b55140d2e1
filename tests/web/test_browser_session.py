"""What an app can do in a browser: show itself and end, and nothing on the machine that serves it."""

from __future__ import annotations

import json
import shlex
import sys
from pathlib import Path

import pytest

from tests.web.in_process import SECONDS, closing_code, read_until, running

APP = """
import sys
from pathlib import Path
from textual.widgets import Label
from teamboard.domain.errors import Refused
from teamboard.ui.error_handling import ErrorRaisingApp

class Opens(ErrorRaisingApp[None]):
    BINDINGS = [(key, name, name) for key, name in zip("lstbe", ["link", "shot", "text", "binary", "editor"])]
    def compose(self):
        yield Label("here", id="label")
    def tell(self, what):
        self.query_one("#label").update(what)
    def action_link(self):
        self.open_url("https://board.example")
    def action_shot(self):
        self.tell(f"shot {self.deliver_screenshot()}")
    def action_text(self):
        self.tell(f"text {self.deliver_text(sys.argv[1])}")
    def action_binary(self):
        self.tell(f"binary {self.deliver_binary(sys.argv[1])}")
    def action_editor(self):
        try:
            with self.suspend():
                self.tell("editor opened")
        except Refused as refused:
            self.tell(f"editor: {refused}")

Opens().run_and_return()
"""


@pytest.mark.slow
async def test_nothing_opens_an_editor_a_link_or_a_file(tmp_path: Path) -> None:
    """Through Textual's own ways, whichever part of the app takes them."""
    secret = tmp_path / "secret.txt"
    secret.write_text("secret")
    command = "exec " + shlex.join([sys.executable, "-c", APP, str(secret)])
    async with running(command) as server, server.client.ws_connect(f"{server.address}ws?width=200") as socket:
        await read_until(socket, "here")
        for key, told in (
            ("l", "In a browser the board opens no editor"),
            ("s", "shot None"),
            ("t", "text None"),
            ("b", "binary None"),
            ("e", "editor: In a browser the board opens no editor, link or file."),
        ):
            await socket.send_json(["stdin", key])
            await read_until(socket, told)
    assert [path.name for path in tmp_path.iterdir()] == ["secret.txt"]


async def test_what_an_app_asks_of_the_page_is_not_passed_on() -> None:
    """An app that asks all the same, as one without these limits would."""
    async with running() as server:
        socket = await server.open()
        for asked in (
            {"type": "open_url", "url": "file:///etc/passwd", "new_tab": False},
            {"type": "deliver_file_start", "key": "1", "path": "x", "open_method": "browser", "mime_type": ""},
            {"type": "none"},
        ):
            await socket.send_json(["stdin", json.dumps(asked)])
        await socket.send_json(["stdin", "Pxx"])
        await socket.send_json(["stdin", "still here"])
        # Nothing else has come before it.
        assert (await socket.receive(SECONDS)).data == b"still here"
        await socket.send_json(["stdin", json.dumps({"type": "exit"})])
        await closing_code(socket)
