"""`align`: the tree, and a goal that is shared."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from teamboard.domain.ids import RecordId
from teamboard.store.file.store import FileStore
from tests.cli.conftest import refused_and_unchanged
from tests.conftest import Run


def test_the_tree_shows_who_carries_what_and_a_goal_is_shared(run: Run, demo: Path) -> None:
    lines = run("align").stdout.splitlines()
    ana = next(line for line in lines if "G12" in line)
    assert "Ana Ruiz" in ana
    assert "×3" in ana
    assert "37 %" in ana
    assert any("could help: Chi Tanaka" in line for line in lines)
    assert any("?  Aligned to no team goal" in line for line in lines)
    mine = run("align", "--by-member").stdout
    assert "→ T3 New" in next(line for line in mine.splitlines() if "G12" in line)
    shared = run("align", "G12", "T3=60", "T5=40", "--as", "ana")
    assert shared.stdout == (
        "G12 ARR Iberia €1.2M is aligned to T3 New ARR €4.2M (60 %), T5 Discovery quality 4.2 of 5 (40 %).\n"
    )
    found = json.loads(run("align", "--json").stdout)
    arr = next(b for b in found if b["team_goal"] and b["team_goal"]["id"] == "T3")
    assert sum(c["share"] for c in arr["carriers"]) == pytest.approx(1.0)
    assert found[-1]["team_goal"] is None
    goal = FileStore(demo).load().goal(RecordId("G12"))
    assert getattr(goal, "aligned", {}) == {"T3": 0.6, "T5": 0.4}
    assert run("align", "G12", "--none", "--as", "ana").stdout.endswith("aligned to no team goal.\n")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["align", "G12", "T3=60", "T5=30", "--as", "mara"], 1, "not 90 %"),
        (["align", "G12", "T3=60", "T3=40", "--as", "mara"], 1, "named twice"),
        (["align", "G12", "T4", "--as", "mara"], 1, "measured in the same unit"),
        (["align", "G12", "T99", "--as", "mara"], 1, "no team goal"),
        (["align", "G12", "--as", "mara"], 2, "Say which team goals"),
        (["align", "G12", "T3", "--none", "--as", "mara"], 2, "Say which team goals"),
        (["align", "T3", "T4", "--as", "mara"], 1, "is a team goal"),
    ],
    ids=lambda v: " ".join(v) if isinstance(v, list) else str(v),
)
def test_bad_input_is_refused_with_nothing_written(
    run: Run, demo: Path, arguments: list[str], code: int, says: str
) -> None:
    refused_and_unchanged(run, demo, arguments, code, says)
