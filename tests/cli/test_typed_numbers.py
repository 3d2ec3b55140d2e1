"""Numbers on the command line: read in one way only, asked back where two are possible, never taken by mistake."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import refused_and_unchanged, without_days
from tests.conftest import Run
from tests.helpers.terminal import Terminal

BOTH = "'400.000' can be read as 400 000 or as 400: write one of these, or say with `teamboard team --numbers`"
WHY = ("--reason", "market", "--why", "Prices rose.", "-y")


@pytest.fixture
def goals(run: Run, own: Path) -> Path:
    """A board with a metric that rises, one that falls, calls a week, milestones, and one that is done or not."""
    for arguments in (
        ("ARR", "--target", "1M", "--unit", "€"),
        ("Churn", "--target", "4", "--start", "8", "--unit", "%"),
        ("Calls", "--per", "week", "10", "--unit", "calls"),
        ("Course", "--milestone", "Part 1", "--milestone", "Exam=2"),
        ("Blog",),
    ):
        made = run("goal", "add", *arguments, "--owner", "ana", "--starts", "today-9")
        assert made.returncode == 0, made.stderr
    return own


def value_of(run: Run, goal: str) -> float:
    found: float = json.loads(run("show", "--goal", goal, "--json").stdout)["value"]
    return found


@pytest.mark.parametrize(
    "arguments",
    [
        ("checkin", "G1", "€ 400.000"),
        ("checkin", "G1", "+400.000"),
        ("checkin", "G1", "=400.000"),
        ("checkin", "G1", "5", "--call", "400.000"),
        ("goal", "add", "New", "--owner", "ana", "--target", "400.000"),
        ("goal", "add", "New", "--owner", "ana", "--target", "900k", "--start", "400.000"),
        ("goal", "add", "New", "--owner", "ana", "--per", "week", "400.000"),
        ("goal", "add", "New", "--owner", "ana", "--milestone", "One=400.000"),
        ("goal", "add", "New", "--owner", "ana", "--weight", "400.000"),
        ("goal", "edit", "G1", "--weight", "400.000"),
        ("goal", "hand-over", "G1", "--to", "mara", "--target", "400.000"),
        ("revise", "G1", "--target", "400.000", *WHY),
        ("facts", "add", "ana", "Deals", "400.000", "--source", "CRM"),
    ],
)
@pytest.mark.slow
def test_a_script_is_told_both_readings_and_nothing_is_written(
    run: Run, goals: Path, arguments: tuple[str, ...]
) -> None:
    refused_and_unchanged(run, goals, [*arguments], 1, " or as ")


@pytest.mark.slow
def test_the_setting_of_the_team_says_how_numbers_are_read(run: Run, goals: Path) -> None:
    refused_and_unchanged(run, goals, ["checkin", "G1", "€ 400.000"], 1, BOTH.replace("'400", "'€ 400"))
    shown = run("team", "--numbers", "de")
    assert "numbers        de: 1.200,50\u00a0€" in shown.stdout
    assert json.loads(run("team", "--json").stdout)["numbers"] == "de"
    for typed, value in (
        ("€ 400.000", 400_000),
        ("400.000,50", 400_000.5),
        ("1.2M", 1_200_000),
        ("1200000 €", 1_200_000),
    ):
        assert run("checkin", "G1", typed).returncode == 0
        assert value_of(run, "G1") == value
    against = "'1,200' can be read as 1 200 or as 1.2: write one of these.\n"
    refused_and_unchanged(run, goals, ["checkin", "G1", "1,200"], 1, against)
    assert run("team", "--numbers", "xx").returncode == 2
    assert run("undo").returncode == 0


@pytest.mark.slow
def test_on_a_terminal_it_is_asked_which_reading_is_meant(run: Run, goals: Path, terminals: list[Terminal]) -> None:
    terminal = Terminal(goals.parent, "checkin", "G1", "+400.000")
    terminals.append(terminal)
    terminal.wait_for("'+400.000' can be read in two ways:")
    terminal.wait_for("1  +400 000")
    terminal.wait_for("2  +400")
    terminal.wait_for("Which one do you mean? (1, 2):")
    terminal.type("1\n")
    assert terminal.finish() == 0
    assert value_of(run, "G1") == 400_000


@pytest.mark.slow
def test_an_empty_value_of_a_script_is_refused(run: Run, goals: Path) -> None:
    for arguments in (
        ("checkin", "G1", ""),
        ("checkin", "G1", " ", "-m", "a note"),
        ("checkin", "G1", "5", "--call", ""),
        ("checkin", "G5", ""),
        ("goal", "add", "New", "--owner", "ana", "--target", ""),
        ("revise", "G1", "--target", "", *WHY),
        ("facts", "add", "ana", "Deals", "", "--source", "CRM"),
    ):
        refused_and_unchanged(run, goals, [*arguments], 1, "The value is empty; write a number such as 812000")


@pytest.mark.slow
def test_a_value_far_back_or_far_past_the_target_needs_a_yes(run: Run, goals: Path) -> None:
    assert run("checkin", "G1", "400k").returncode == 0
    past = "€4,000,000 is past twice the target; the target is €1,000,000. If it is right, say so with --yes."
    refused_and_unchanged(run, goals, ["checkin", "G1", "4M"], 1, f"G1: {past}")
    back = (
        "that takes the value back from €400,000 to €400; the target is €1,000,000. If it is right, say so with --yes."
    )
    refused_and_unchanged(run, goals, ["checkin", "G1", "400"], 1, f"G1: {back}")
    refused_and_unchanged(run, goals, ["checkin", "G1", "(12)"], 1, "from €400,000 to -€12;")
    refused_and_unchanged(run, goals, ["checkin", "G2", "9"], 1, "G2: that takes the value back from 8 % to 9 %")
    refused_and_unchanged(run, goals, ["checkin", "G2", "=-0.5"], 1, "G2: -0.5 % is far past it; the target is 4 %.")
    calls = "G3: 21 calls is past twice the target; the goal is 10 calls a week."
    refused_and_unchanged(run, goals, ["checkin", "G3", "21"], 1, calls)
    for goal, typed in (("G1", "320k"), ("G1", "2M"), ("G2", "8.2"), ("G2", "3"), ("G3", "20"), ("G5", "done")):
        assert run("checkin", goal, typed).returncode == 0, (goal, typed)
    assert run("checkin", "G5", "no").returncode == 0
    assert run("checkin", "G4", "--done", "Exam").returncode == 0
    assert run("checkin", "G4", "--undone", "Exam").returncode == 0
    assert run("checkin", "G1", "-m", "only a note").returncode == 0
    assert run("checkin", "G1", "400", "--yes").returncode == 0
    assert value_of(run, "G1") == 400
    # 40 for 40k: from less than a tenth of the target, too.
    assert run("checkin", "G1", "40k").returncode == 0
    refused_and_unchanged(run, goals, ["checkin", "G1", "40"], 1, "G1: that takes the value back from €40,000 to €40;")
    assert run("checkin", "G1", "4k").returncode == 0


@pytest.mark.slow
def test_an_unlikely_call_or_best_case_needs_a_yes(run: Run, goals: Path) -> None:
    assert run("checkin", "G1", "400k", "--call", "900k", "--best", "1.1M").returncode == 0
    yes = "If it is right, say so with --yes."
    for typed, said in (
        (("--call", "300k"), "the call, €300,000, is below what is reached already, €400,000"),
        (("500k", "--call", "450k"), "the call, €450,000, is below what is reached already, €500,000"),
        (("--call", "420k"), "the call, €420,000, is less than half of the one before, €900,000"),
        (("--call", "2.1M"), "the call, €2,100,000, is past twice the target; the target is €1,000,000"),
        (("--best", "9M"), "the best case, €9,000,000, is past twice the target; the target is €1,000,000"),
    ):
        refused_and_unchanged(run, goals, ["checkin", "G1", *typed], 1, f"G1: {said}. {yes}")
    refused_and_unchanged(run, goals, ["checkin", "G2", "--call", "-0.5"], 1, "G2: the call, -0.5 %, is far past it")
    for likely in (["450k", "--call", "450k"], ["--call", "2M", "--best", "2M"], ["--call", "1M", "--best", "1M"]):
        assert run("checkin", "G1", *likely).returncode == 0, likely
    assert run("checkin", "G1", "-m", "only a note").returncode == 0
    assert run("checkin", "G1", "--call", "400k", "--yes").returncode == 0
    assert run("checkin", "G2", "--call", "9").returncode == 0


@pytest.mark.slow
def test_on_a_terminal_a_far_value_is_stored_after_a_yes(run: Run, goals: Path, terminals: list[Terminal]) -> None:
    for answer, value in (("n", 0), ("y", 4_000_000)):
        terminal = Terminal(goals.parent, "checkin", "G1", "4M")
        terminals.append(terminal)
        terminal.wait_for("the target is €1,000,000. Is it right? [y/N]")
        terminal.type(f"{answer}\n")
        assert terminal.finish() == 0
        assert value_of(run, "G1") == value


@pytest.mark.slow
def test_what_is_counted_is_not_checked_in_as_done(run: Run, goals: Path) -> None:
    for goal in ("G1", "G3"):
        for word in ("done", "Yes", "not done"):
            refused_and_unchanged(run, goals, ["checkin", goal, word], 1, f"{word!r} is not a number; write 812000")


@pytest.mark.slow
def test_the_answer_tells_what_was_understood(run: Run, goals: Path) -> None:
    del goals
    added = run("goal", "add", "Deals", "--owner", "ana", "--target", "1.2M", "--start", "200k", "--unit", "€")
    assert without_days(added.stdout) == "G6 Deals is set for Ana Ruiz. From €200,000 to €1,200,000, DAY to DAY.\n"
    bare = run("goal", "add", "Deals", "--owner", "ana", "--target", "12,5")
    assert without_days(bare.stdout) == "G7 Deals is set for Ana Ruiz. Target 12.5 without a unit, DAY to DAY.\n"
    edited = run("goal", "edit", "G7", "--unit", "deals")
    assert without_days(edited.stdout) == (
        "G7 Deals of ana is changed: target 12.5 deals, DAY to DAY. `undo` takes it back.\n"
    )


@pytest.mark.slow
def test_the_setting_says_how_numbers_are_written_everywhere(run: Run, goals: Path) -> None:
    written = {
        "de": "400.000,50\u00a0€",
        "fr": "400\u00a0000,50\u00a0€",
        "ch": "€\u00a0400'000.50",
        "en": "€400,000.50",
    }
    del goals
    for style, amount in written.items():
        assert run("team", "--numbers", style).returncode == 0
        assert f"→ {amount} · 40 %" in run("checkin", "G1", "400000.50").stdout
        assert f"G1 ARR: {amount}" in run("log").stdout.splitlines()[0]
        assert amount in run("show", "--goal", "G1").stdout
        assert amount in run("goal", "list").stdout
        assert value_of(run, "G1") == 400_000.5


TEAM = """
team: {{name: Us, timezone: Europe/Madrid, numbers: {numbers}, period: {{name: Q, starts: today-40, ends: today+50}}}}
members:
  - {{handle: mara, name: Mara Lind}}
goals:
  - {{key: g, owner: mara, title: ARR, metric: {{unit: €, target: {target}}}}}
"""


@pytest.mark.slow
@pytest.mark.parametrize("target", ["400.000", "'400.000'", "'€ 400.000'"])
def test_a_team_in_yaml_says_how_it_writes_numbers(run: Run, tmp_path: Path, target: str) -> None:
    file = tmp_path / "team.yaml"
    file.write_text(TEAM.format(numbers="''", target=target), encoding="utf-8")
    refused = run("init", "--from", "team.yaml")
    assert (refused.returncode, list(tmp_path.glob("*.json"))) == (1, [])
    assert refused.stderr.startswith("teamboard: team.yaml, line 6, field target: '")
    assert refused.stderr.endswith("400.000' can be read as 400 000 or as 400: write one of these.\n")
    file.write_text(TEAM.format(numbers="de", target=target), encoding="utf-8")
    assert run("init", "--from", "team.yaml").returncode == 0
    assert json.loads(run("show", "--goal", "G1", "--json").stdout)["measure"]["target"] == 400_000
    assert json.loads(run("team", "--json").stdout)["numbers"] == "de"


@pytest.mark.parametrize(
    ("target", "says"),
    [("12:30", "'12:30' is not a number"), ("0x10", "'0x10' is not a number"), (".inf", "'.inf' is not a number")],
)
def test_yaml_reads_no_number_that_people_do_not(run: Run, tmp_path: Path, target: str, says: str) -> None:
    file = tmp_path / "team.yaml"
    file.write_text(TEAM.format(numbers="''", target=target), encoding="utf-8")
    assert f"line 6, field target: {says}" in run("init", "--from", "team.yaml").stderr
    file.write_text(TEAM.format(numbers="''", target="017"), encoding="utf-8")
    assert run("init", "--from", "team.yaml").returncode == 0
    assert json.loads(run("show", "--goal", "G1", "--json").stdout)["measure"]["target"] == 17


@pytest.mark.slow
def test_a_csv_of_members_is_refused_with_the_row(run: Run, tmp_path: Path) -> None:
    for column, value in (("target", "400.000"), ("weight", "1.200")):
        cells = {"target": "400k", "weight": "1", column: value}
        lines = ("name,goal,target,weight", "Mara Lind,,,", f"Ana,ARR,{cells['target']},{cells['weight']}")
        (tmp_path / "team.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
        refused = run("init", "--from", "team.csv", "--team", "Us")
        assert (refused.returncode, list(tmp_path.glob("*.json"))) == (1, [])
        assert refused.stderr.startswith(f"teamboard: team.csv, line 3, field {column}: {value!r} can be read as ")


@pytest.mark.slow
def test_facts_of_a_csv_are_read_as_the_team_writes_them(run: Run, goals: Path) -> None:
    folder = goals.parent
    chart = "{name: crm, source: CRM, member: who, date: day, facts: [{name: Won, aggregate: sum, value: sum}]}"
    (folder / "map.yaml").write_text(chart, encoding="utf-8")
    (folder / "deals.csv").write_text("who;day;sum\nana;2026-11-02;1.200\nana;2026-11-03;(2.400)\n", encoding="utf-8")
    both = "Column 'sum', line 2: '1.200' can be read as 1 200 or as 1.2."
    refused_and_unchanged(run, goals, ["facts", "import", "deals.csv", "--map", "map.yaml"], 1, both)
    assert run("team", "--numbers", "de").returncode == 0
    assert run("facts", "import", "deals.csv", "--map", "map.yaml").returncode == 0
    [fact] = json.loads(run("facts", "list", "--json").stdout)
    assert fact["value"] == -1200
