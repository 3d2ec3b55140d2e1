"""Any commands in any order, with values of every kind: the board stays readable, and every answer is one line."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from tests.conftest import Run
from tests.helpers.any_command import LEFT_OUT, commands, prepare, step

STEPS = 120


def test_what_is_not_walked_is_written_down() -> None:
    walked = {path[0] for path, _ in commands()}
    assert walked.isdisjoint(LEFT_OUT)
    assert {"checkin", "feedback", "goal", "review", "board", "key", "facts"} <= walked


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_after_any_command_the_board_can_be_read_by_every_other(run: Run, tmp_path: Path, seed: int) -> None:
    board = prepare(run, tmp_path)
    chance = Random(seed)
    for number in range(STEPS):
        line, wrong = step(run, board, chance)
        assert not wrong, (number, [word[:60] for word in line], wrong)
