"""Servers and browsers that end with the test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.conftest import Run
from tests.web.serving import Browser, Served


@pytest.fixture
def browsers() -> Iterator[list[Browser]]:
    found: list[Browser] = []
    yield found
    for one in found:
        one.driver.quit()


@pytest.fixture
def served(run: Run) -> Iterator[list[Served]]:
    assert run("demo", "--board", "team.board.json").returncode == 0
    found: list[Served] = []
    yield found
    for one in found:
        one.process.kill()
        one.process.wait()
