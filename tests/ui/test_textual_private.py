"""The private parts of Textual behave as the overrides of them expect: check these first when Textual is updated."""

from __future__ import annotations

import pytest
from textual.app import App, ComposeResult
from textual.css.query import NoMatches
from textual.css.stylesheet import Stylesheet
from textual.screen import Screen
from textual.widgets import Label, Static

from teamboard.personal.settings import Settings
from teamboard.personal.themes import find_theme
from teamboard.ui.error_handling import ErrorRaisingApp
from teamboard.ui.navigation import day_prompt
from teamboard.ui.textual_private import CrashKeepingApp, painted_lines, screen_text
from teamboard.ui.themes import textual_theme
from tests.helpers.screen import until_shown
from tests.ui.conftest import MakeApp


@pytest.fixture
def parses(monkeypatch: pytest.MonkeyPatch) -> list[Stylesheet]:
    """The style sheets that were parsed again as a whole."""
    sheets: list[Stylesheet] = []
    reparse = Stylesheet.reparse

    def counted(sheet: Stylesheet) -> None:
        sheets.append(sheet)
        reparse(sheet)

    monkeypatch.setattr(Stylesheet, "reparse", counted)
    return sheets


def themed(kind: type[App[None]]) -> App[None]:
    """An app of a kind with a theme that is not Textual's default."""
    app = kind()
    app.register_theme(textual_theme(find_theme("paper")))
    app.theme = "paper"
    return app


async def test_the_styles_are_parsed_once_before_the_first_paint(app: MakeApp, parses: list[Stylesheet]) -> None:
    async with themed(App).run_test():
        assert len(parses) == 1, "Textual does not parse twice any more: drop CrashKeepingApp.refresh_css"
    parses.clear()
    for theme in ("harbour", "paper"):
        async with app("ana", settings=Settings(theme=theme)).run_test() as pilot:
            await until_shown(pilot, "G12 ARR Iberia")
            assert not parses
            styles = (segment.style for line in painted_lines(pilot.app) for segment in line)
            assert find_theme(theme).background in {s.bgcolor.name for s in styles if s and s.bgcolor}


async def test_a_theme_is_applied_whenever_it_is_chosen(parses: list[Stylesheet]) -> None:
    """Before the styles were given the theme's variables, and once the app runs."""
    app = themed(CrashKeepingApp)
    async with app.run_test() as pilot:
        assert len(parses) == 1
        await app.mount(Label("text"))
        assert app.screen.styles.background.hex.lower() == find_theme("paper").background
        app.register_theme(textual_theme(find_theme("fjord")))
        app.theme = "fjord"
        await pilot.pause()
        assert app.screen.styles.background.hex.lower() == find_theme("fjord").background


async def test_no_picture_is_rendered_and_thrown_away_at_the_start(
    app: MakeApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Textual renders in a batch, too, and displays nothing then."""
    batches: list[int] = []
    refresh = Screen._compositor_refresh  # noqa: SLF001 - Textual has no public way

    def noted(screen: Screen[None]) -> None:
        batches.append(screen.app._batch_count)  # noqa: SLF001 - Textual has no public way
        refresh(screen)

    monkeypatch.setattr(Screen, "_compositor_refresh", noted)
    async with app("ana").run_test() as pilot:
        await until_shown(pilot, "G12 ARR Iberia")
    assert batches
    assert set(batches) == {0}


# -- ending while a screen is being opened


class Opened(Screen[None]):
    """Looks for one of its widgets once it is mounted."""

    def compose(self) -> ComposeResult:
        yield Static("words", id="words")

    def on_mount(self) -> None:
        self.query_one("#words", Static).update("other words")


class Faulty(Opened):
    """Has none of them."""

    def compose(self) -> ComposeResult:
        yield from ()


class Opening(ErrorRaisingApp[str]):
    """Opens a screen, and ends meanwhile if it `ends`."""

    def __init__(self, screen: Screen[None], *, ends: bool) -> None:
        super().__init__()
        self._opened, self._ends = screen, ends

    async def on_mount(self) -> None:
        if self._ends:
            self.exit("done")
        await self.push_screen(self._opened)


async def run(app: Opening) -> None:
    await app.run_async(headless=True)


async def test_an_end_while_a_screen_is_being_opened_is_no_crash() -> None:
    app = Opening(Opened(), ends=True)
    await run(app)
    assert app.crash is None
    assert app.return_value == "done"


async def test_a_screen_without_the_widgets_that_it_needs_is_one() -> None:
    app = Opening(Faulty(), ends=False)
    await run(app)
    assert isinstance(app.crash, NoMatches)


@pytest.mark.parametrize("error", [ValueError("x"), LookupError("x")])
async def test_any_other_error_at_the_end_is_one(error: Exception) -> None:
    class Raising(Opened):
        def on_mount(self) -> None:
            raise error

    app = Opening(Raising(), ends=True)
    await run(app)
    assert app.crash is error


async def test_what_shows_through_a_form_is_read_with_it(app: MakeApp) -> None:
    """Read without the screens below, the form would keep an empty background."""
    mine = app("ana")
    async with mine.run_test(size=(120, 40)) as pilot:
        await until_shown(pilot, "? Keys")
        await mine.open(day_prompt(mine.today))
        while not any("as it stood" in line for line in screen_text(mine)):
            await pilot.pause()
        assert any("Northwind" in line for line in screen_text(mine))
