"""An option that is given twice is refused: click alone would take the last one."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import refused_and_unchanged
from tests.conftest import Run


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["goal", "add", "More", "--owner", "ana", "--owner", "ben", "--as", "mara"], "--owner was given twice"),
        (
            ["member", "change", "ana", "--manager", "ben", "--manager=mara", "--as", "mara"],
            "--manager was given twice",
        ),
        (["member", "add", "zoe", "Zoe", "--manager", "ana", "--manager", "ana"], "--manager was given twice"),
        (["checkin", "G12", "-5", "--confidence", "3", "--confidence", "4"], "--confidence was given twice"),
        (["feedback", "ana", "Good", "--as", "ben", "--as", "mara"], "--as was given twice"),
        (["--as", "ben", "feedback", "ana", "Good", "--as", "mara"], "--as was given twice"),
        (["--board", "a.json", "--board", "team.board.json", "log"], "--board was given twice"),
        (["team", "--away-counts", "--away-pauses"], "--away-counts or --away-pauses was given twice"),
        (["revise", "G12", "--target", "-1", "--target", "2"], "--target was given twice"),
    ],
    ids=lambda v: " ".join(v) if isinstance(v, list) else "",
)
def test_an_option_that_is_given_twice_is_refused(run: Run, demo: Path, arguments: list[str], says: str) -> None:
    refused_and_unchanged(run, demo, arguments, 2, says)


@pytest.mark.usefixtures("demo")
def test_what_may_be_repeated_may_be_repeated(run: Run) -> None:
    off = run("team", "--day-off", "2026-12-24", "--day-off", "2026-12-25", "--as", "mara")
    assert "2026-12-24, 2026-12-25" in off.stdout, off.stderr
    assert run("members", "--json", "--json").returncode == 0
    # The same board and member, before the command's name and after it.
    assert run("--as", "ben", "--board", "team.board.json", "inbox", "--as", "ben").returncode == 0
    assert "No such option '--nothing'" in run("log", "--nothing", "--member", "ana", "--member", "ben").stderr
