"""`align`: the tree, and a goal that is shared."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from teamboard.domain.ids import RecordId
from teamboard.store.file.store import FileStore
from tests.cli.conftest import refused_and_unchanged, without_days
from tests.conftest import Run


def test_the_tree_shows_who_carries_what_and_a_goal_is_shared(run: Run, demo: Path) -> None:
    lines = run("align").stdout.splitlines()
    ana = next(line for line in lines if "G12" in line)
    assert "Ana Ruiz" in ana
    assert "€1.2M   €812k    €388k" in ana
    assert "38 %" in ana
    assert any("could help: Chi Tanaka" in line for line in lines)
    assert run("member", "away", "chi", "today+5", "today+9", "--as", "chi").returncode == 0
    assert "could help: Pau Ferrer\n" in run("align").stdout, "without who goes away within the week"
    assert any("(none)  Aligned to no team goal" in line for line in lines)
    mine = run("align", "--by-member").stdout
    assert "→ T3 New" in next(line for line in mine.splitlines() if "G12" in line)
    shared = run("align", "G12", "T3=60", "T5=40", "--as", "ana")
    assert shared.stdout == "G12 ARR Iberia is aligned to T3 New ARR (60 %), T5 Discovery quality (40 %).\n"
    found = json.loads(run("align", "--json").stdout)
    arr = next(b for b in found if b["team_goal"] and b["team_goal"]["id"] == "T3")
    assert sum(c["share"] for c in arr["carriers"]) == pytest.approx(1.0)
    # What each carrier adds is what the team goal's own figures say: 60 % of Ana's.
    own = json.loads(run("show", "--goal", "T3", "--json").stdout)
    assert arr["team_goal"]["carriers"] == own["carriers"]
    assert (arr["team_goal"]["assigned"], arr["team_goal"]["unassigned"]) == (own["assigned"], own["unassigned"])
    g12 = next(c for c in own["carriers"] if c["goal"] == "G12")
    assert (g12["target"], g12["value"], g12["gap"]) == (720_000, 487_200, 232_800)
    assert found[-1]["team_goal"] is None
    goal = FileStore(demo).load().goal(RecordId("G12"))
    assert getattr(goal, "aligned", {}) == {"T3": 0.6, "T5": 0.4}
    assert run("align", "G12", "--none", "--as", "ana").stdout.endswith("aligned to no team goal.\n")


@pytest.mark.slow
def test_team_goals_serve_team_goals_and_add_up(run: Run, demo: Path) -> None:
    def serves(*arguments: str) -> str:
        return run("align", *arguments, "--as", "mara").stdout

    total = ("goal", "add", "All ARR", "--team", "--target", "8.4M", "--unit", "€", "--rolls-up", "sum", "--as", "mara")
    assert without_days(run(*total).stdout) == (
        "T7 All ARR is set for the team. Target €8,400,000, DAY to DAY, owner mara.\n"
    )
    assert serves("T3", "T7") == "T3 New ARR serves T7 All ARR.\n"
    refused_and_unchanged(
        run, demo, ["align", "T7", "T3", "--as", "mara"], 1, "T7 can't serve T3: T3 serves T7 already."
    )
    above, below = (json.loads(run("show", "--goal", i, "--json").stdout) for i in ("T7", "T3"))
    assert (above["value"], below["serves"], above["serves"]) == (below["value"], "T7", None)
    assert above["contributions"] == pytest.approx(below["contributions"])
    found = json.loads(run("align", "--json").stdout)
    ids = [b["team_goal"]["id"] if b["team_goal"] else None for b in found]
    assert ids[ids.index("T7") + 1] == "T3"
    assert [(b["depth"], b["below"]) for b in found if b["team_goal"] and b["team_goal"]["id"] in ("T7", "T3")] == [
        (0, [{"team_goal": "T3", "share": 1.0}]),
        (1, []),
    ]
    lines = run("align").stdout.splitlines()
    assert any("serves it" in line and "T3" in line and "100 %" in line for line in lines)
    assert "→ T7" in next(line for line in run("show").stdout.splitlines() if "T3 " in line)
    assert "Mara Lind let T3 New ARR serve T7 All ARR" in run("log").stdout
    assert "serves    T7 All ARR\n" in run("show", "--goal", "T3").stdout
    # Closed, it stands above T3 until the period ends.
    why = ("--reason", "new-strategy", "--why", "One total is enough")
    assert run("revise", "T7", "--drop", *why, "--as", "mara").returncode == 0
    ids = [b["team_goal"] and b["team_goal"]["id"] for b in json.loads(run("align", "--json").stdout)]
    assert ids[ids.index("T7") + 1] == "T3"
    assert any("T7" in line and "dropped" in line for line in run("align").stdout.splitlines())
    assert "serves    T7 All ARR (dropped on " in run("show", "--goal", "T3").stdout
    assert serves("T3", "--none") == "T3 New ARR serves no team goal.\n"
    assert run("board", "doctor").returncode == 0


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
        (["align", "T3", "T4=60", "T5=40", "--as", "mara"], 2, "T3 is a team goal: say the one that it serves"),
        (["align", "T3", "T3", "--as", "mara"], 1, "T3 can't serve T3: it can't serve itself."),
        (["align", "T3", "--none", "--as", "mara"], 1, "T3 serves no team goal already."),
        (["align", "T4", "T3", "--as", "mara"], 1, "T3 adds up €"),
        (["align", "T4", "T1", "--as", "mara"], 1, "T1 is over"),
        (["align", "T4", "G12", "--as", "mara"], 1, "no team goal 'G12'"),
        (["align", "T4", "T5", "--as", "ana"], 1, "Only Mara Lind (mara) may align a goal here"),
        (["goal", "add", "More", "--serves", "T3", "--as", "mara"], 2, "Only a team goal serves another one"),
        (["goal", "add", "More", "--team", "--serves", "T9", "--as", "mara"], 1, "no team goal 'T9'"),
    ],
    ids=lambda v: " ".join(v) if isinstance(v, list) else str(v),
)
def test_bad_input_is_refused_with_nothing_written(
    run: Run, demo: Path, arguments: list[str], code: int, says: str
) -> None:
    refused_and_unchanged(run, demo, arguments, code, says)
