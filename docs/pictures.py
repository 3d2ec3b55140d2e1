"""Draws the README's pictures from the sample team: `python docs/pictures.py`."""

from __future__ import annotations

import asyncio
import re
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from textual.pilot import Pilot

from teamboard.actions.base import Actor
from teamboard.exchange.team_yaml import read_team
from teamboard.resources import folder
from teamboard.store.file import FileStore
from teamboard.ui.app import BoardApp
from teamboard.ui.widgets.board_view import BoardView

HERE = Path(__file__).parent
NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
FOREIGN_FONT = re.compile(r',\s*url\("https://[^)]*\)\s*format\("woff2?"\)')
PICTURES = {
    "board": ("", "", (118, 38), "harbour"),
    "detail": ("G13", "enter", (158, 40), "harbour"),
    "member": ("M2", "enter", (118, 34), "paper"),
    "due": ("", "D", (104, 26), "harbour"),
    "one-on-one": ("M2", "O", (118, 22), "paper"),
    "pulse": ("", "P", (104, 34), "harbour"),
    "alignment": ("", "a", (118, 38), "harbour"),
    "revision": ("G23", "v", (104, 34), "harbour"),
    "report": ("", "Q", (118, 40), "espresso"),
    "check-in": ("G12", "u", (100, 30), "fjord"),
}

WHO = {"alignment": "mara", "revision": "mara", "report": "mara", "due": "mara", "pulse": "mara"}


def without_foreign_fonts(svg: str) -> str:
    """A picture asks nobody for a font: it takes what the reader has."""
    return FOREIGN_FONT.sub("", svg)


async def draw(name: str, path: Path) -> None:
    record_id, key, size, theme = PICTURES[name]
    store = FileStore(path, clock=lambda: NOW)
    store.create(read_team(folder("sample_team"), NOW, Actor(None)), Actor(None))
    app = BoardApp(store, store.load(), Actor(WHO.get(name, "ana")), clock=lambda: NOW, theme=theme)

    async def settled(pilot: Pilot[None]) -> None:
        for _ in range(5):
            await pilot.pause(0.1)

    async with app.run_test(size=size) as pilot:
        await settled(pilot)
        if record_id:
            app.screen.query_one(BoardView).select(record_id)
        if key:
            await pilot.press(key)
        await settled(pilot)
        svg = app.export_screenshot(title="teamboard")
    lines = (line.rstrip() for line in without_foreign_fonts(svg).splitlines())
    (HERE / f"{name}.svg").write_text("\n".join(lines) + "\n", encoding="utf-8")


def main() -> None:
    for name in PICTURES:
        with tempfile.TemporaryDirectory() as place:
            asyncio.run(draw(name, Path(place) / "team.board.json"))


if __name__ == "__main__":
    main()
