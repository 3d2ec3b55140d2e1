"""Everybody can read it: contrast in every theme, focus that is seen, signs wherever there is colour."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from rich.segment import Segment
from textual.geometry import Region
from textual.pilot import Pilot
from textual.screen import ModalScreen

from teamboard.domain.ids import RecordId
from teamboard.personal.settings import Settings
from teamboard.personal.themes import load_themes
from teamboard.ui.app import BoardApp
from teamboard.ui.textual_private import painted_lines
from tests.helpers.screens import SCREENS, open_screen
from tests.personal.test_themes import contrast
from tests.ui.conftest import MakeApp

pytestmark = pytest.mark.slow

LEAST, FROM_AFAR = 4.5, 7.0
THEMES = sorted(load_themes()[0])


def segments(app: BoardApp) -> Iterator[tuple[int, int, Segment]]:
    """What the top screen has painted, with its place; not what it has dimmed below itself."""
    screen = app.screen
    own = [w.region for w in screen.children] if isinstance(screen, ModalScreen) else [Region(0, 0, *app.size)]
    for y, strip in enumerate(painted_lines(app)):
        x = 0
        for segment in strip:
            if any(region.contains(x, y) for region in own):
                yield x, y, segment
            x += segment.cell_length


def faint(app: BoardApp, least: float) -> list[tuple[str, float]]:
    """The texts and signs that stand out too little from what is behind them."""
    found = []
    for _, _, (text, style, _) in segments(app):
        if not text.strip() or style is None or style.color is None or style.bgcolor is None:
            continue
        fore, back = style.color.get_truecolor().hex, style.bgcolor.get_truecolor().hex
        if style.reverse:
            fore, back = back, fore
        ratio = contrast(fore, back)
        # Blocks that are nothing but an edge are drawn in the colour of what they border.
        if ratio < least and set(text) - set(" ▁▂▃▄▅▆▇▊▎▌▐█▔▕▏"):
            found.append((f"{text.strip()} {fore} on {back}", round(ratio, 2)))
    return found


@pytest.mark.parametrize(
    ("record_id", "keys", "shown"), SCREENS, ids=lambda v: "".join(v) if isinstance(v, list) else v
)
async def test_every_text_and_sign_stands_out_in_every_theme(
    app: MakeApp, record_id: RecordId, keys: list[str], shown: str
) -> None:
    mine = app("mara")
    async with mine.run_test(size=(120, 40), notifications=True) as pilot:
        await open_screen(pilot, record_id, keys, shown)
        least = FROM_AFAR if keys[:1] == ["S"] else LEAST
        for theme in THEMES:
            mine.appearance.choose(Settings(theme=theme))
            await pilot.pause()
            found = faint(mine, least)
            assert found == [], f"{theme}: {found}"


def painted(pilot: Pilot[None]) -> list[tuple[int, int, Segment]]:
    assert isinstance(pilot.app, BoardApp)
    return list(segments(pilot.app))


@pytest.mark.parametrize(
    ("record_id", "keys", "shown"), SCREENS, ids=lambda v: "".join(v) if isinstance(v, list) else v
)
async def test_wherever_the_focus_goes_it_is_seen(
    app: MakeApp, record_id: RecordId, keys: list[str], shown: str
) -> None:
    mine = app("mara", settings=Settings(calm=True))
    async with mine.run_test(size=(120, 40)) as pilot:
        await open_screen(pilot, record_id, keys, shown)
        chain = mine.screen.focus_chain
        for widget in chain if len(chain) > 1 else []:
            mine.screen.set_focus(widget)
            await pilot.pause()
            focused = painted(pilot)
            mine.screen.set_focus(None)
            await pilot.pause()
            assert painted(pilot) != focused, widget
