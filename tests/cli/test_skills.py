"""`skill` and `career`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import DOCUMENTED, refused_and_unchanged
from tests.conftest import Run


@pytest.mark.usefixtures("own")
def test_skills_and_career_grow(run: Run) -> None:
    assert "none yet" in run("skill", "ana").stdout
    assert run("skill", "ana", "Negotiation", "--level", "2", "--as", "ana").returncode == 0
    assert run("skill", "ana", "Negotiation", "--level", "3", "--next", "Says the price and waits").returncode == 0
    grown = run("skill", "ana", "negotiation", "--level", "4", "--target", "5", "--as", "ana").stdout
    assert "Negotiation  ●●●●○  4, target 5, manager says 3" in grown
    assert "▲ 2 → 4 on " in grown
    assert "next: Says the price and waits" in grown
    planned = run("career", "ana", "--aspiration", "Lead Iberia", "--next", "Mentor Pau", "--as", "ana").stdout
    assert "Lead Iberia" in planned
    found = json.loads(run("skill", "ana", "--json").stdout)
    levels = [(on["level"], on["manager"]) for on in found["skills"][0]["levels"]]
    assert levels == [(2, None), (2, 3), (4, 3)]
    for name in (*found, *found["skills"][0], *found["skills"][0]["levels"][0], *found["career"]):
        assert f"`{name}`" in DOCUMENTED, name
    assert "raised Negotiation 2 → 4" in run("log").stdout


@pytest.mark.slow
@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["skill", "ana", "--level", "3"], 2, "Say which skill"),
        (["skill", "ana", "Negotiation"], 2, "Say what about it"),
        (["skill", "ana", "Negotiation", "--level", "9"], 2, "--level"),
        (["skill", "ana", "Negotiation", "--level", "3", "--as", "ben"], 1, "Only"),
        (["career", "ana", "--aspiration", " ", "--as", "ana"], 1, "aspiration is missing"),
    ],
    ids=lambda v: " ".join(v) if isinstance(v, list) else str(v),
)
def test_bad_input_is_refused_with_nothing_written(
    run: Run, demo: Path, arguments: list[str], code: int, says: str
) -> None:
    refused_and_unchanged(run, demo, arguments, code, says)
