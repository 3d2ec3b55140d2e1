"""`revise` and its answers, as processes; two of them at once on one board."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from teamboard.domain.ids import RecordId
from teamboard.domain.records import GoalRevision, Metric
from teamboard.store.file.store import FileStore
from tests.cli.conftest import refused_and_unchanged
from tests.conftest import Run
from tests.helpers.terminal import Terminal

WHY = ("--reason", "new-competitor", "--why", "Kestrel gives the first year away.")


def target(board: Path, goal_id: RecordId) -> float:
    goal = FileStore(board).load().goal(goal_id)
    assert goal is not None
    assert isinstance(goal.measure, Metric)
    return goal.measure.target


def test_a_proposal_is_agreed_to_and_shown_on_the_time_line(run: Run, demo: Path) -> None:
    made = run("revise", "g12", "--target", "900k", *WHY, "--as", "ana")
    assert made.stdout == (
        "V7 G12 ARR Iberia: target €1,200,000 → €900,000 · proposed to Mara Lind, who answers with "
        "`teamboard revision agree V7` or `decline V7`\n"
    )
    assert target(demo, RecordId("G12")) == 1_200_000
    assert json.loads(run("show", "--goal", "G12", "--json").stdout)["proposal"] == "V7"
    assert json.loads(run("show", "--member", "mara", "--json").stdout)["waiting"] == ["V6", "V7"]
    agreed = run("agree", "v7", "--as", "mara")
    assert agreed.stdout == "V7 is agreed · G12 ARR Iberia: target €1,200,000 → €900,000\n"
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
    assert later.stdout.endswith("· 4 to acknowledge · assigned 12 of 15, 3 to nobody\n")
    assert "from 0 accounts to 12 accounts" in run("show", "--goal", "T4").stdout
    assert target(demo, RecordId("T4")) == 15


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
    (proposal,) = FileStore(demo).load().revisions_of(RecordId("G12"))
    assert (proposal.by, proposal.state) == (first[0], "proposed")


def test_a_person_sees_what_it_does_before_saying_yes_and_who_was_faster(
    run: Run, demo: Path, terminals: list[Terminal]
) -> None:
    command = ("revise", "T3", "--target", "4M", "--reason", "market", "--why", "It shrinks", "--as", "mara")
    terminal = Terminal(demo.parent, *command, columns=200)
    terminals.append(terminal)
    terminal.wait_for("Revise it so? [y/N]")
    shown = "\n".join(terminal.screen.display)
    for piece in ("€4,200,000", "€4,000,000", "progress", "51 %", "53 %", "at risk", "on track"):
        assert piece in shown
    lowered = run("revise", "T3", "--target", "3.5M", *WHY, "--as", "mara")
    assert " · holds now · " in lowered.stdout, lowered.stderr
    assert lowered.stdout.endswith(
        " · status at risk → on track · assigned €4.33M of €3.5M, €830k more than the target\n"
    )
    raised = run("revise", "T3", "--target", "5M", *WHY, "--as", "mara")
    assert raised.stdout.endswith(" · status on track → at risk · assigned €4.33M of €5M, €670k to nobody\n")
    assert run("undo", "--as", "mara").returncode == 0
    terminal.type("y\n")
    terminal.wait_for("run it again to put yours after it")
    shown = "\n".join(terminal.screen.display)
    assert "mara revised T3 (V7) while you were typing" in shown
    assert "→ €3,500,000. Yours: target €3,500,000 → €4,000,000" in shown
    assert terminal.finish() == 1
    assert target(demo, RecordId("T3")) == 3_500_000
    again = Terminal(demo.parent, *command, columns=200)
    terminals.append(again)
    again.wait_for("Revise it so? [y/N]")
    again.type("n\n")
    again.wait_for("Nothing was changed.")
    assert again.finish() == 0
    assert run(*command).returncode == 0
    assert target(demo, RecordId("T3")) == 4_000_000


def test_a_team_that_is_dropped_and_what_comes_after(run: Run, demo: Path) -> None:
    assert run("revise", "T4", "--drop", *WHY, "--as", "mara").returncode == 0
    board = FileStore(demo).load()
    found = board.get(RecordId("V7"))
    assert isinstance(found, GoalRevision)
    assert found.state == "agreed"
    assert "T4" not in run("goals", "--team").stdout
    assert json.loads(run("show", "--member", "ana", "--json").stdout)["waiting"] == ["V7"]
    assert "T4 is over" in run("align", "G14", "T4", "--as", "ana").stderr


@pytest.mark.slow
@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["revise", "G99", "--target", "5", *WHY, "--as", "mara"], 1, "no goal 'G99'"),
        (["revise", "G12", "--target", "lots", *WHY, "--as", "mara"], 1, "is not a number"),
        (["revise", "G12", "--target", "0", *WHY, "--as", "mara"], 1, "equal"),
        (["revise", "G12", "--due", "2026-02-30", *WHY, "--as", "mara"], 1, "is not a date"),
        (["revise", "G12", "--due", "1999-01-01", *WHY, "--as", "mara"], 1, "due on or after"),
        (["revise", "G12", "--target", "5", "--reason", "market", "--as", "mara"], 1, "story (why) is missing"),
        (["revise", "G12", "--target", "5", "--why", "x", "--as", "mara"], 2, "--reason"),
        (["revise", "G12", "--target", "5", "--reason", "mood", "--why", "x", "--as", "mara"], 2, "mood"),
        (["revise", "G12", *WHY, "--as", "mara"], 1, "Nothing about G12"),
        (["revise", "G4", "--target", "5", *WHY, "--as", "mara"], 1, "G4 is over: achieved"),
        (["revise", "G23", "--target", "5", *WHY, "--as", "mara"], 1, "ben has proposed V6"),
        (["agree", "V99", "--as", "mara"], 1, "no revision"),
        (["agree", "V4", "--as", "mara"], 1, "agreed already"),
        (["decline", "V6", "--as", "mara"], 1, "word on why"),
    ],
    ids=lambda v: " ".join(v) if isinstance(v, list) else str(v),
)
def test_bad_input_is_refused_with_nothing_written(
    run: Run, demo: Path, arguments: list[str], code: int, says: str
) -> None:
    refused_and_unchanged(run, demo, arguments, code, says)


@pytest.mark.slow
@pytest.mark.usefixtures("demo")
def test_a_revision_says_how_the_old_target_leaves_the_title(run: Run) -> None:
    run("goal", "edit", "G12", "--title", "ARR Iberia €1.2M", "--as", "mara")
    made = run("revise", "G12", "--target", "900k", *WHY, "--as", "ana")
    assert made.returncode == 0
    assert made.stderr == ("The title still says €1.2M: `teamboard goal edit G12 --title 'ARR Iberia'` takes it out.\n")
    assert run("goal", "edit", "G12", "--title", "ARR Iberia", "--as", "ana").returncode == 0
    assert "title ARR Iberia €1.2M → ARR Iberia" in run("log").stdout
    other = run("revise", "G12", "--due", "today+20", *WHY, "--instead-of", "V7", "--as", "ana")
    assert (other.returncode, other.stderr) == (0, "")
