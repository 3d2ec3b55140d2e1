"""`member`: what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import refused_and_unchanged
from tests.conftest import Run


@pytest.mark.slow
@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["member", "change", "mara", "--manager", "ana", "--as", "mara"], 1, "nobody is their own manager"),
        (["member", "change", "zoe", "--name", "Zoe", "--as", "mara"], 1, "no member 'zoe'"),
    ],
    ids=lambda v: " ".join(v) if isinstance(v, list) else str(v),
)
def test_bad_input_is_refused_with_nothing_written(
    run: Run, demo: Path, arguments: list[str], code: int, says: str
) -> None:
    refused_and_unchanged(run, demo, arguments, code, says)
