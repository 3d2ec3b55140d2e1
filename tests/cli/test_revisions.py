"""`revise` and its answers, `align`, `period`, as processes; two of them at once on one board."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from teamboard.domain.records import GoalRevision, Metric
from teamboard.store.file.store import FileStore
from tests.conftest import Run
from tests.helpers.terminal import Terminal

WHY = ("--reason", "new-competitor", "--why", "Kestrel gives the first year away.")


@pytest.fixture
def demo(run: Run, tmp_path: Path) -> Path:
    assert run("demo", "--board", "team.board.json").returncode == 0
    return tmp_path / "team.board.json"


def target(board: Path, goal_id: str) -> float:
    goal = FileStore(board).load().goal(goal_id)
    assert goal is not None
    assert isinstance(goal.measure, Metric)
    return goal.measure.target


def test_a_proposal_is_agreed_to_and_shown_on_the_time_line(run: Run, demo: Path) -> None:
    made = run("revise", "g12", "--target", "900k", *WHY, "--as", "ana")
    assert made.stdout == (
        "V7 G12 ARR Iberia €1.2M: target €1,200,000 → €900,000 · proposed to Mara Lind, who answers with "
        "`teamboard revision agree V7` or `decline V7`\n"
    )
    assert target(demo, "G12") == 1_200_000
    assert json.loads(run("show", "--goal", "G12", "--json").stdout)["proposal"] == "V7"
    assert json.loads(run("show", "--member", "mara", "--json").stdout)["waiting"] == ["V6", "V7"]
    agreed = run("agree", "v7", "--as", "mara")
    assert agreed.stdout == "V7 is agreed · G12 ARR Iberia €1.2M: target €1,200,000 → €900,000\n"
    shown = run("show", "--goal", "G12").stdout
    for piece in ("●", "V7  new competitor", "proposed by Ana Ruiz, agreed by Mara Lind", "Kestrel", "as it was set"):
        assert piece in shown
    assert "Mara Lind agreed to V7 of Ana Ruiz: G12" in run("log").stdout.splitlines()[0]


def test_declining_withdrawing_acknowledging(run: Run, demo: Path) -> None:
    assert run("decline", "V6", "-m", "Not yet", "--as", "mara").stdout.startswith("V6 is declined · G23")
    assert "Mara Lind: Not yet" in run("show", "--goal", "G23").stdout
    run("revise", "G13", "--drop", *WHY, "--as", "ana")
    assert "drop it" in run("withdraw", "V7", "--as", "ana").stdout
    assert "⟳ 2" in run("show").stdout
    assert run("acknowledge", "V4", "--as", "dana").stdout.startswith("V4 is acknowledged · T4")
    assert "⟳ 1" in run("show").stdout
    later = run("revise", "T4", "--target", "15", "--from", "today+9", *WHY, "--as", "mara")
    assert " · holds from " in later.stdout
    assert later.stdout.endswith("· 4 to acknowledge\n")
    assert "from 0 accounts to 12 accounts" in run("show", "--goal", "T4").stdout
    assert target(demo, "T4") == 15


@pytest.mark.slow
@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["revise", "G99", "--target", "5", *WHY], 1, "no goal 'G99'"),
        (["revise", "G12", "--target", "lots", *WHY], 1, "is not a number"),
        (["revise", "G12", "--target", "0", *WHY], 1, "equal"),
        (["revise", "G12", "--due", "2026-02-30", *WHY], 1, "is not a date"),
        (["revise", "G12", "--due", "1999-01-01", *WHY], 1, "due on or after"),
        (["revise", "G12", "--target", "5", "--reason", "market"], 1, "story (why) is missing"),
        (["revise", "G12", "--target", "5", "--why", "x"], 2, "--reason"),
        (["revise", "G12", "--target", "5", "--reason", "mood", "--why", "x"], 2, "mood"),
        (["revise", "G12", *WHY], 1, "Nothing about G12"),
        (["revise", "G4", "--target", "5", *WHY], 1, "G4 is over: achieved"),
        (["revise", "G23", "--target", "5", *WHY], 1, "ben has proposed V6"),
        (["agree", "V99"], 1, "no revision"),
        (["agree", "V4"], 1, "agreed already"),
        (["decline", "V6"], 1, "word on why"),
        (["align", "G12", "T3=60", "T5=30"], 1, "not 90 %"),
        (["align", "G12", "T3=60", "T3=40"], 1, "named twice"),
        (["align", "G12", "T4"], 1, "measured in the same unit"),
        (["align", "G12", "T99"], 1, "no team goal"),
        (["align", "G12"], 2, "Say which team goals"),
        (["align", "G12", "T3", "--none"], 2, "Say which team goals"),
        (["align", "T3", "T4"], 1, "is a team goal"),
        (["period", "next"], 1, "begins in"),
        (["period", "next", "--starts", "today", "--drop", "G12", "--renew", "G12"], 1, "can't be both"),
        (["period", "next", "--starts", "today", "--drop", "G99"], 1, "no goal 'G99'"),
        (["period", "next", "--starts", "today", "--ends", "today-3"], 1, "must end after it begins"),
        (["period", "report", "--period", "Q9"], 1, "there is: Last quarter, This quarter"),
        (["member", "change", "mara", "--manager", "ana"], 1, "nobody is their own manager"),
        (["member", "change", "zoe", "--name", "Zoe"], 1, "no member 'zoe'"),
        (["show", "--as-of", "today+1"], 1, "still to come"),
    ],
)
def test_bad_input_is_refused_in_one_line_with_nothing_written(
    run: Run, demo: Path, arguments: list[str], code: int, says: str
) -> None:
    before = demo.read_bytes()
    found = run(*arguments, "--as", "mara")
    assert (found.returncode, found.stdout) == (code, "")
    assert found.stderr.startswith("teamboard: ")
    assert found.stderr.count("\n") == 1
    assert says in found.stderr
    assert demo.read_bytes() == before


@pytest.mark.slow
def test_two_processes_revise_one_goal_at_once_and_the_slower_one_sees_both(demo: Path) -> None:
    def start(who: str, to: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "teamboard", "revise", "G12", "--target", to, *WHY, "--as", who]
        return subprocess.Popen(
            command, cwd=demo.parent, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8"
        )

    both = [start("ana", "900k"), start("mara", "1M")]
    found = [(*p.communicate(timeout=60), p.returncode) for p in both]
    assert sorted(code for _, _, code in found) == [0, 1]
    first, second = (("ana", "€900,000"), ("mara", "€1,000,000"))
    if found[0][2] == 1:
        first, second = second, first
    refusal = next(error for _, error, code in found if code)
    assert f"{first[0]} has proposed V7 for G12. Theirs: target €1,200,000 → {first[1]}." in refusal
    assert f"Yours: target €1,200,000 → {second[1]}. Nothing was changed" in refusal
    assert "`teamboard revision agree V7` takes it, --instead-of V7 puts yours in its place" in refusal
    (proposal,) = FileStore(demo).load().revisions_of("G12")
    assert (proposal.by, proposal.state) == (first[0], "proposed")


def test_a_person_sees_what_it_does_before_saying_yes_and_who_was_faster(
    run: Run, demo: Path, terminals: list[Terminal]
) -> None:
    command = ("revise", "T3", "--target", "4M", "--reason", "market", "--why", "It shrinks", "--as", "mara")
    terminal = Terminal(demo.parent, *command, columns=200)
    terminals.append(terminal)
    terminal.wait_for("Revise it so? [y/N]")
    shown = "\n".join(terminal.screen.display)
    for piece in ("€4,200,000", "€4,000,000", "progress", "52 %", "54 %", "at risk", "on track"):
        assert piece in shown
    assert run("revise", "T3", "--target", "3.5M", *WHY, "--as", "mara").returncode == 0
    terminal.type("y\n")
    terminal.wait_for("run it again to put yours after it")
    shown = "\n".join(terminal.screen.display)
    assert "mara revised T3 (V7) while you were typing" in shown
    assert "→ €3,500,000. Yours: target €3,500,000 → €4,000,000" in shown
    assert terminal.finish() == 1
    assert target(demo, "T3") == 3_500_000
    again = Terminal(demo.parent, *command, columns=200)
    terminals.append(again)
    again.wait_for("Revise it so? [y/N]")
    again.type("n\n")
    again.wait_for("Nothing was changed.")
    assert again.finish() == 0
    assert run(*command).returncode == 0
    assert target(demo, "T3") == 4_000_000


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
    goal = FileStore(demo).load().goal("G12")
    assert getattr(goal, "aligned", {}) == {"T3": 0.6, "T5": 0.4}
    assert run("align", "G12", "--none", "--as", "ana").stdout.endswith("aligned to no team goal.\n")


@pytest.mark.usefixtures("demo")
def test_the_turn_of_a_period_and_its_report(run: Run) -> None:
    choices = ("--renew", "G12", "--drop", "G13", "--close", "G15")
    done = run("period", "next", "--starts", "today", *choices, "--as", "mara")
    assert done.returncode == 0, done.stderr
    assert "1 achieved, 2 missed, 1 dropped, 32 carried, 1 begun afresh" in done.stdout
    shown = run("show").stdout
    assert "G13" not in shown
    assert "G41" in shown
    report = run("period", "report", "--period", "This quarter").stdout
    for piece in ("This quarter: the result", "beside Last quarter", "achieved", "How far they came", "new strategy"):
        assert piece in report
    found = json.loads(run("period", "report", "--period", "this quarter", "--to", "json").stdout)
    assert found["tally"] == {"achieved": 1, "missed": 2, "dropped": 1, "carried": 27, "open": 0}
    assert found["before"]["tally"] == {"achieved": 4, "missed": 3, "dropped": 1, "carried": 0, "open": 0}
    documented = (Path(__file__).parents[2] / "docs" / "json.md").read_text(encoding="utf-8")
    for name in {*found, *found["tally"]}:
        assert f"`{name}`" in documented, name
    page = run("period", "report", "--to", "html").stdout
    assert page.startswith("<!doctype html>")
    assert "http" not in page.replace("https://", "http://").split("<style>")[0]
    text = run("period", "report", "--to", "md").stdout
    assert text.startswith("# Northwind EMEA Sales · ")
    assert run("undo", "--as", "mara").stdout.startswith("Undone: Mara Lind began")
    assert "G13" in run("show").stdout


ENDED = """\
team:
  name: Two
  timezone: UTC
  period: {name: Sprint, starts: today-14, ends: today-1}
members:
  - {handle: mara, name: Mara}
  - {handle: ana, name: Ana, manager: mara}
goals:
  - {key: a, owner: ana, title: Ten calls, metric: {unit: calls, target: 10}}
  - {key: b, owner: ana, title: The course}
"""


def test_on_a_terminal_the_turn_is_chosen_on_a_screen(run: Run, tmp_path: Path, terminals: list[Terminal]) -> None:
    (tmp_path / "two.yaml").write_text(ENDED, encoding="utf-8")
    assert run("init", "--from", "two.yaml").returncode == 0
    refused = Terminal(tmp_path, "period", "next", "--as", "ana", columns=120)
    terminals.append(refused)
    refused.wait_for("Only Mara (mara)")
    assert refused.finish() == 1
    left = Terminal(tmp_path, "period", "next", "--as", "mara", columns=120)
    terminals.append(left)
    left.wait_for("2 unfinished")
    left.type("\x1b")
    left.wait_for("Nothing was changed.")
    assert left.finish() == 0
    terminal = Terminal(tmp_path, "period", "next", "--as", "mara", columns=120)
    terminals.append(terminal)
    terminal.wait_for("2 unfinished")
    # The first row is all of them.
    terminal.type("j1")
    terminal.wait_for("begin afresh")
    terminal.type("3")
    terminal.wait_for("missed: close it")
    terminal.type("\x13")
    terminal.wait_for("Mara began ")
    assert terminal.finish() == 0
    board = FileStore(tmp_path / "team.board.json").load()
    assert [(g.title, g.outcome) for g in board.goals] == [
        ("Ten calls", "missed"),
        ("The course", "missed"),
        ("Ten calls", None),
    ]


def test_a_team_that_is_dropped_and_what_comes_after(run: Run, demo: Path) -> None:
    assert run("revise", "T4", "--drop", *WHY, "--as", "mara").returncode == 0
    board = FileStore(demo).load()
    found = board.get("V7")
    assert isinstance(found, GoalRevision)
    assert found.state == "agreed"
    assert "T4" not in run("goals", "--team").stdout
    assert json.loads(run("show", "--member", "ana", "--json").stdout)["waiting"] == ["V7"]
    assert "T4 is over" in run("align", "G14", "T4", "--as", "ana").stderr
