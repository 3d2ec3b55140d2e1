"""Numbers are read alike through every door: typed, in CSV, in YAML and in a form, with each setting of the team."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from textual.widgets import Input

from teamboard.actions.base import Actor
from teamboard.domain.amounts import NUMBER_FORMATS, NumberFormat
from teamboard.domain.records import NumberStyle
from teamboard.store.file.store import FileStore
from teamboard.ui.app import BoardApp
from teamboard.ui.screens.board.board import BoardScreen
from teamboard.ui.screens.check_ins.check_in import CheckInScreen
from teamboard.ui.widgets.board_view import BoardView
from tests.cli.conftest import refused_and_unchanged
from tests.conftest import Run
from tests.helpers.screen import until, until_shown

ONE_WAY = {
    "1.200,50": 1200.5,
    "12,5": 12.5,
    "1'200'000": 1_200_000,
    "1 200 000": 1_200_000,
    "1,200,000": 1_200_000,
    "1.200.000": 1_200_000,
    "400k": 400_000,
    "1.2M": 1_200_000,
    "1200 €": 1200,
    "(12)": -12,
    "-€ 12": -12,
}
"""What is read in one way only, whatever the team has set."""
TWO_WAYS = {"€ 400.000": (400_000, "."), "1,200": (1200, ","), "(2.400 €)": (-2400, ".")}
"""What is read in this way only where the team's sign between thousands is the one that stands in it."""
STYLES: tuple[NumberStyle, ...] = ("", *NUMBER_FORMATS)
LARGE = ("--target", "1B", "--start", "-1")
"""A target and a start for which no value is far away: it is not asked about what falls and rose from below 0."""


def reading(text: str, style: NumberStyle) -> float | None:
    """The number that a text is, with a setting of the team; None if it must be refused."""
    if text in ONE_WAY:
        return ONE_WAY[text]
    value, sign = TWO_WAYS[text]
    format: NumberFormat | None = NUMBER_FORMATS[style] if style else None
    return value if format is not None and format.group == sign else None


TEXTS = (*ONE_WAY, *TWO_WAYS)


@pytest.fixture
def board(run: Run, tmp_path: Path) -> Path:
    """A team with a goal whose target is far above what is read."""
    assert run("init", "--team", "Us", "--name", "Mara Lind").returncode == 0
    assert run("goal", "add", "ARR", "--owner", "mara", *LARGE, "--unit", "€").returncode == 0
    return tmp_path / "team.board.json"


def set_style(run: Run, style: NumberStyle) -> None:
    if style:
        assert run("team", "--numbers", style).returncode == 0


@pytest.mark.slow
@pytest.mark.parametrize("style", STYLES)
def test_typed(run: Run, board: Path, style: NumberStyle) -> None:
    set_style(run, style)
    for text in TEXTS:
        expected = reading(text, style)
        if expected is None:
            refused_and_unchanged(run, board, ["checkin", "G1", text], 1, f"{text!r} can be read as ")
            continue
        # A minus at the front would be a change.
        said = run("checkin", "G1", text.replace("-€", "=-€"))
        assert said.returncode == 0, said.stderr
        assert json.loads(run("show", "--goal", "G1", "--json").stdout)["value"] == expected, text


YAML = """
team: {{name: Us, timezone: Europe/Madrid, numbers: '{style}', period: {{name: Q, starts: today-40, ends: today+50}}}}
members: [{{handle: mara, name: Mara Lind}}]
goals:
"""


@pytest.mark.slow
@pytest.mark.parametrize("style", STYLES)
def test_yaml(run: Run, tmp_path: Path, style: NumberStyle) -> None:
    def written(*texts: str) -> None:
        goals = (
            f'  - {{key: g{i}, owner: mara, title: Goal, metric: {{target: "{text}"}}}}\n'
            for i, text in enumerate(texts)
        )
        (tmp_path / "team.yaml").write_text(YAML.format(style=style) + "".join(goals), encoding="utf-8")

    read = {text: expected for text in TEXTS if (expected := reading(text, style)) is not None}
    for text in (text for text in TEXTS if text not in read):
        written(text)
        refused = run("init", "--from", "team.yaml")
        assert (refused.returncode, list(tmp_path.glob("*.json"))) == (1, [])
        assert f"team.yaml, line 5, field target: {text!r} can be read as " in refused.stderr
    written(*read)
    assert run("init", "--from", "team.yaml").returncode == 0
    goals = json.loads(run("goal", "list", "--json").stdout)
    assert [g["measure"]["target"] for g in goals] == list(read.values())


@pytest.mark.slow
@pytest.mark.parametrize("style", STYLES)
def test_facts_in_csv(run: Run, board: Path, style: NumberStyle) -> None:
    set_style(run, style)
    chart = "{name: crm, source: CRM, member: who, date: day, facts: [{name: Won, aggregate: sum, value: sum}]}"
    (board.parent / "map.yaml").write_text(chart, encoding="utf-8")
    day = json.loads(run("show", "--json").stdout)["today"]
    for text in TEXTS:
        with (board.parent / "deals.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, delimiter=";").writerows([("who", "day", "sum"), ("mara", day, text)])
        expected = reading(text, style)
        arguments = ["facts", "import", "deals.csv", "--map", "map.yaml"]
        if expected is None:
            refused_and_unchanged(run, board, arguments, 1, f"Column 'sum', line 2: {text!r} can be read as ")
            continue
        assert run(*arguments).returncode == 0, text
        [fact] = json.loads(run("facts", "list", "--json").stdout)
        assert fact["value"] == expected, text


@pytest.mark.slow
def test_a_team_in_csv_has_no_setting_yet(run: Run, tmp_path: Path) -> None:
    for i, text in enumerate(TEXTS):
        with (tmp_path / "team.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, delimiter=";").writerows([("name", "goal", "target"), ("Mara Lind", "ARR", text)])
        path = tmp_path / f"{i}.board.json"
        made = run("init", "--from", "team.csv", "--team", "Us", "--board", str(path))
        expected = reading(text, "")
        if expected is None:
            assert (made.returncode, path.exists()) == (1, False)
            assert f"team.csv, line 2, field target: {text!r} can be read as " in made.stderr
            continue
        assert made.returncode == 0, made.stderr
        goal = json.loads(run("show", "--goal", "G1", "--json", "--board", str(path)).stdout)
        assert goal["measure"]["target"] == expected, text


@pytest.mark.slow
@pytest.mark.parametrize("style", ["", "en", "de", "ch", "fr"])
async def test_a_form(run: Run, board: Path, style: NumberStyle) -> None:
    set_style(run, style)
    store = FileStore(board)
    app = BoardApp(store, store.load(), Actor("mara", "mara", "desk"))
    app.animation_level = "none"
    async with app.run_test(size=(100, 40), notifications=True) as pilot:
        await until_shown(pilot, "? Keys")
        for text in TEXTS:
            assert app.screen.query_one(BoardView).select(next(g.id for g in app.board.goals))
            await pilot.press("u")
            await until(pilot, lambda: isinstance(app.screen, CheckInScreen))
            app.screen.query_one("#value", Input).value = text.replace("-€", "=-€")
            await pilot.press("enter")
            expected = reading(text, style)
            if expected is None:
                await until_shown(pilot, f"{text!r} can be read as ")
                await pilot.press("escape", "escape")
            await until(pilot, lambda: isinstance(app.screen, BoardScreen))
            if expected is not None:
                last = FileStore(board).load().last_checkin(next(g.id for g in app.board.goals))
                assert last is not None
                assert last.value == expected, text
