"""`pulse`: gaps and figures."""

from __future__ import annotations

import json

import pytest

from tests.cli.conftest import DOCUMENTED
from tests.conftest import Run


@pytest.mark.usefixtures("demo")
def test_the_pulse_names_gaps_and_gives_its_figures(run: Run) -> None:
    shown = run("pulse", COLUMNS="100").stdout
    for text in (
        "Who gives to whom",
        "goals updated in cadence",
        "one-on-ones found useful",
        "4.2 of 5",
        "reviews found useful",
    ):
        assert text in shown
    assert run("member", "add", "new", "New Rep", "--as", "mara").returncode == 0
    shown = run("pulse", COLUMNS="120").stdout
    assert "✗ nothing from their manager yet" in shown
    narrow = run("pulse", COLUMNS="60").stdout
    assert "New Rep" in narrow
    assert "✗ nothing from their manager yet" in narrow
    found = json.loads(run("pulse", "--json").stdout)
    assert sum(w["feedback"] for w in found["weeks"]) == sum(g["count"] for g in found["given"])
    for name in (*found, *found["weeks"][0], *found["given"][0]):
        assert f"`{name}`" in DOCUMENTED, name
