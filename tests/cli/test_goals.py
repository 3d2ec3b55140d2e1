"""`goal add`: one goal for each of several members, and goals of one's own, which are set or proposed."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from teamboard.domain.ids import RecordId
from teamboard.domain.records import Metric
from teamboard.store.file.store import FileStore
from tests.cli.conftest import refused_and_unchanged, without_days
from tests.conftest import Run

DEMOS = ("goal", "add", "Ten demos", "--target", "10", "--unit", "demos", "--as", "mara", "--for")


def test_each_named_member_gets_one_in_one_commit(run: Run, demo: Path) -> None:
    before = FileStore(demo).load()
    said = run(*DEMOS, "ana, Ben Okafor,chi", "--align", "T5", "--weight", "2")
    assert (said.returncode, said.stderr) == (0, "")
    assert without_days(said.stdout) == (
        "Ten demos is set for 3 members: G41 ana, G42 ben, G43 chi. Target 10 demos, DAY to DAY.\n"
    )
    after = FileStore(demo).load()
    assert after.revision == before.revision + 1
    made = [g for g in after.goals if before.get(g.id) is None]
    assert {(g.title, g.measure, g.weight, g.kind) for g in made} == {
        ("Ten demos", Metric(unit="demos", start=0, target=10), 2.0, "result")
    }
    assert [(g.owner, g.aligned) for g in made] == [(handle, {"T5": 1.0}) for handle in ("ana", "ben", "chi")]
    # Each is told to its owner, as if it had been set alone.
    for handle, revision in (("ana", "V7"), ("ben", "V8"), ("chi", "V9")):
        assert run("revision", "acknowledge", revision, "--as", handle).returncode == 0
    log = run("log").stdout
    assert "Mara Lind set Ten demos for Ana Ruiz (G41), Ben Okafor (G42) and Chi Tanaka (G43)\n" in log


def test_all_and_the_reports_of_a_manager(run: Run, demo: Path) -> None:
    everybody = [m.handle for m in FileStore(demo).load().members]
    assert run("member", "leave", "pau", "today", "--goals-to", "ana", "--as", "mara").returncode == 0
    said = run(*DEMOS, "all").stdout
    assert re.findall(r"G\d+ (\w+)", said) == [handle for handle in everybody if handle != "pau"]
    assert said.startswith("Ten demos is set for 8 members: G41 mara, ")
    assert "Mara Lind set Ten demos for 8 members (G41 to G48)\n" in run("log").stdout
    assert run("undo", "--as", "mara").returncode == 0
    assert FileStore(demo).load().goal(RecordId("G41")) is None
    assert run("member", "add", "lea", "Lea Roth", "--manager", "ana", "--as", "mara").returncode == 0
    assert without_days(run(*DEMOS, "reports-of:ana").stdout) == (
        "G49 Ten demos is set for Lea Roth. Target 10 demos, DAY to DAY.\n"
    )
    assert run("board", "doctor").returncode == 0


@pytest.mark.slow
@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        ((*DEMOS, "ana,zoe"), 1, "There is no member 'zoe'."),
        ((*DEMOS, "ana,Ana Ruiz"), 1, "Ana Ruiz (ana) is named twice."),
        ((*DEMOS, "ana,,ben"), 1, "write ana,ben, all or reports-of:mara"),
        ((*DEMOS, ""), 1, "write ana,ben, all or reports-of:mara"),
        ((*DEMOS, "reports-of:ben"), 1, "Nobody reports to Ben Okafor (ben)."),
        ((*DEMOS, "reports-of:zoe"), 1, "There is no member 'zoe'."),
        ((*DEMOS, "ana", "--owner", "ben"), 2, "leave out --owner, --team and --drives"),
        ((*DEMOS, "ana", "--team"), 2, "leave out --owner, --team and --drives"),
        ((*DEMOS, "ana", "--align", "T3"), 1, "T3 adds up €"),
        (
            ("goal", "add", "Ten demos", "--for", "ben,chi", "--as", "ana"),
            1,
            "Only Mara Lind (mara) or Ben Okafor (ben) may add a goal",
        ),
    ],
    ids=lambda v: " ".join(v) if isinstance(v, tuple) else str(v),
)
def test_one_that_can_not_have_it_stops_all(
    run: Run, demo: Path, arguments: tuple[str, ...], code: int, says: str
) -> None:
    refused_and_unchanged(run, demo, [*arguments], code, says)


PROPOSE = ("goal", "add", "Win back Hotel Sol", "--target", "120k", "--unit", "€", "--align", "T3", "--as", "ana")


def test_a_proposal_is_listed_answered_and_then_counts(run: Run, demo: Path) -> None:
    before = json.loads(run("show", "--json").stdout)
    proposed = run(*PROPOSE, "--why", "They left over one invoice.")
    assert without_days(proposed.stdout) == (
        "G41 Win back Hotel Sol is proposed to Mara Lind, who answers with `teamboard revision agree G41` or "
        "`decline G41`. Target €120,000, DAY to DAY.\n"
    )
    listed = [line for line in run("goal", "list", "--member", "ana").stdout.splitlines() if "G41" in line]
    assert [line.split()[-2] for line in listed] == ["proposed"]
    now = json.loads(run("show", "--json").stdout)
    assert now["team_goals"] == before["team_goals"]
    ana = next(member for member in now["members"] if member["handle"] == "ana")
    assert ([g["id"] for g in ana["proposed"]], "G41" in [g["id"] for g in ana["goals"]]) == (["G41"], False)
    assert (ana["proposed"][0]["status"], ana["proposed"][0]["proposal"]) == ("proposed", "V7")
    assert "G41" not in [g["id"] for g in json.loads(run("goal", "list", "--json").stdout)]
    for told in (run("show").stdout, run("show", "--goal", "G41").stdout):
        assert "proposed" in told
    assert "Ana Ruiz proposes a goal; Mara Lind has not answered yet" in run("show", "--goal", "G41").stdout
    for command in (
        ("checkin", "G41", "5k"),
        ("revise", "G41", "--due", "today+9", "--reason", "market", "--why", "x"),
    ):
        refused_and_unchanged(run, demo, [*command, "--as", "ana"], 1, "agreed first")
    assert [line.split()[:2] for line in waiting_for(run, "mara")] == [["V6", "G23"], ["V7", "G41"]]
    agreed = run("agree", "g41", "--as", "mara")
    due = FileStore(demo).load().goals_of("ana")[-1].due
    assert agreed.stdout == f"V7 is agreed · G41 Win back Hotel Sol: start €0, target €120,000, due {due}\n"
    assert run("checkin", "G41", "5k", "--as", "ana").returncode == 0
    assert json.loads(run("show", "--json").stdout)["team_goals"] != before["team_goals"]


def waiting_for(run: Run, handle: str) -> list[str]:
    return run("revision", "list", "--member", handle).stdout.splitlines()


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (("decline", "G41", "-m", "Next quarter", "--as", "mara"), "is declined"),
        (("revision", "withdraw", "G41", "--as", "ana"), "is withdrawn"),
    ],
)
def test_what_is_declined_or_withdrawn_is_gone(run: Run, demo: Path, answer: tuple[str, ...], says: str) -> None:
    run(*PROPOSE)
    done = run(*answer)
    assert (done.returncode, says in done.stdout, done.stdout.count("\n")) == (0, True, 1)
    assert "G41" not in run("goal", "list").stdout + run("show").stdout
    refused_and_unchanged(run, demo, ["show", "--goal", "G41"], 1, "no goal 'G41'")
    assert run("undo", "--as", answer[-1]).returncode == 0
    assert "G41" in run("goal", "list").stdout


def test_who_becomes_a_head_answers_what_they_proposed_before(run: Run, demo: Path) -> None:
    run(*PROPOSE)
    assert run("member", "change", "ana", "--manager", "none", "--as", "mara").returncode == 0
    assert [line.split()[:2] for line in waiting_for(run, "ana")][-1] == ["V7", "G41"]
    refused_and_unchanged(run, demo, ["agree", "G41", "--as", "mara"], 1, "Only Ana Ruiz (ana) may answer")
    assert run("agree", "G41", "--as", "ana").returncode == 0
    assert run("checkin", "G41", "5k", "--as", "ana").returncode == 0


def test_skill_and_career_goals_of_ones_own_hold_at_once(run: Run, demo: Path) -> None:
    made = run("goal", "add", "Discovery questions", "--kind", "skill", "--why", "Mine are closed", "--as", "ana")
    assert without_days(made.stdout) == "G41 Discovery questions is set for Ana Ruiz. Done or not, DAY to DAY.\n"
    assert json.loads(run("show", "--goal", "G41", "--json").stdout)["why"] == "Mine are closed"
    other = ("goal", "add", "Calls", "--owner", "ben", "--as", "ana")
    refused_and_unchanged(run, demo, [*other], 1, "Only Mara Lind (mara)")


def test_a_goal_that_the_manager_sets_is_acknowledged(run: Run, demo: Path) -> None:
    assert without_days(run("goal", "add", "Calls", "--owner", "ana", "--as", "mara").stdout) == (
        "G41 Calls is set for Ana Ruiz. Done or not, DAY to DAY.\n"
    )
    assert "has not acknowledged it yet" in run("show", "--goal", "G41").stdout
    assert json.loads(run("show", "--goal", "G41", "--json").stdout)["to_acknowledge"] == ["ana"]
    refused_and_unchanged(run, demo, ["revision", "acknowledge", "G41", "--as", "ben"], 1, "need not acknowledge")
    assert [line.split()[0] for line in waiting_for(run, "ana")] == ["V7"]
    assert json.loads(run("revision", "list", "--member", "ana", "--json").stdout)[0]["id"] == "V7"
    assert run("acknowledge", "G41", "--as", "ana").stdout.startswith("V7 is acknowledged · G41 Calls: due")


@pytest.mark.usefixtures("demo")
def test_an_amount_in_a_title_is_warned_of_and_the_goal_is_set(run: Run) -> None:
    terms = ("--target", "400k", "--unit", "€", "--as", "mara")
    said = run("goal", "add", "ARR Oslo € 400.000", "--owner", "ben", *terms)
    assert said.returncode == 0
    assert said.stdout.startswith("G41 ARR Oslo € 400.000 is set for Ben Okafor. Target €400,000")
    assert said.stderr == (
        "The title says € 400.000, which a revision makes wrong; the target stands on the line already: "
        "`teamboard goal edit G41 --title 'ARR Oslo'` takes it out.\n"
    )
    assert run("goal", "edit", "G41", "--title", "ARR Oslo", "--as", "mara").returncode == 0
    several = run("goal", "add", "400k ARR", "--for", "ana,chi", *terms)
    assert several.stderr.endswith(
        "The title says 400k, which a revision makes wrong; the target stands on the line already.\n"
    )
    assert run("goal", "add", "Top 10 accounts of Q4 2026", "--owner", "ben", *terms).stderr == ""
