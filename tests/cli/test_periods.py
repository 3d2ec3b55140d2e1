"""`period`: the next one begins, and the report of one."""

from __future__ import annotations

import csv
import json
import re
from io import StringIO
from pathlib import Path

import pytest

from teamboard.domain.ids import RecordId
from teamboard.domain.records import Activity, Metric
from teamboard.store.file.store import FileStore
from tests.cli.conftest import refused_and_unchanged
from tests.conftest import Run
from tests.helpers.old_periods import CLOSED_LATE, OLD_PERIODS
from tests.helpers.terminal import Terminal


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
    nothing = dict.fromkeys(("handed_over", "carried", "open"), 0)
    assert found["tally"] == {**nothing, "achieved": 1, "missed": 2, "dropped": 1, "carried": 27}
    assert found["before"]["tally"] == {**nothing, "achieved": 4, "missed": 3, "dropped": 1}
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


@pytest.mark.usefixtures("demo")
def test_a_report_has_what_each_attained(run: Run) -> None:
    run("checkin", "G12", "830k", "--call", "1.1M", "--best", "1.25M", "--as", "ana", "--yes")
    run("goal", "edit", "G12", "--title", "=cmd|' /C calc'!A0", "--as", "ana")
    lines = run("period", "report").stdout.splitlines()
    place = next(i for i, line in enumerate(lines) if line.startswith(" What each attained"))
    ana = next(i for i, line in enumerate(lines) if i > place and line.startswith("  Ana Ruiz"))
    assert lines[ana + 1].split("  ")[-1] == "€1.1M"
    assert "€1.2M     €830k" in lines[ana + 1]
    found = json.loads(run("period", "report", "--to", "json").stdout)
    goal = next(g for g in found["goals"] if g["id"] == "G12")
    assert (goal["target"], goal["value"], goal["gap"], goal["call"], goal["best"]) == (
        1_200_000,
        830_000,
        370_000,
        1_100_000,
        1_250_000,
    )
    assert goal["at_this_pace"] == json.loads(run("show", "--goal", "G12", "--json").stdout)["at_this_pace"]
    members = {m["handle"]: m for m in found["members"]}
    assert (members["ana"]["total"], members["ana"]["goals"]) == (None, ["G12", "G13", "G14"])
    assert members["chi"]["total"]["unit"] == "leads"
    table = run("period", "report", "--to", "csv").stdout
    rows = {row["id"]: row for row in csv.DictReader(StringIO(table.removeprefix("\ufeff")))}
    told = json.loads(run("show", "--member", "ana", "--json").stdout)
    assert float(rows["M2"]["percent"]) == pytest.approx(told["attainment"] * 100)
    assert (rows["M7"]["target"], rows["M7"]["unit"]) == ("240", "leads")
    ana_goal = rows["G12"]
    assert [ana_goal[k] for k in ("row", "member", "target", "attained", "call", "best_case", "result")] == [
        "result",
        "ana",
        "1200000",
        "830000",
        "1100000",
        "1250000",
        "open",
    ]
    assert ana_goal["title"] == "'=cmd|' /C calc'!A0"
    assert "€1.1M" in run("period", "report", "--to", "md").stdout
    # What is over has no forecast, and nobody is asked for a call.
    assert "at this pace" not in run("period", "report", "--period", "Last quarter").stdout


@pytest.mark.usefixtures("demo")
def test_a_table_has_numbers_in_one_way_however_the_team_writes_them(run: Run) -> None:
    run("team", "--numbers", "de", "--as", "mara")
    run("goal", "edit", "G12", "--title", "ARR, Iberia; 1,5", "--as", "ana")
    run("checkin", "G12", "830000,75", "--call", "1,1M", "--as", "ana", "--yes")
    table = run("period", "report", "--to", "csv").stdout.removeprefix("\ufeff")
    rows = list(csv.DictReader(StringIO(table), strict=True))
    numbers = ("target", "attained", "percent", "gap", "at_this_pace", "low", "high", "call", "best_case")
    assert all(None not in row and None not in row.values() for row in rows)
    assert all(re.fullmatch(r"(-?\d+(\.\d{1,2})?)?", row[name]) for row in rows for name in numbers)
    [goal] = [row for row in rows if row["id"] == "G12"]
    assert (goal["title"], goal["attained"], goal["call"]) == ("ARR, Iberia; 1,5", "830000.75", "1100000")


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
    terminal.wait_for("renew: 0 of 10 calls")
    terminal.type("3")
    terminal.wait_for("missed at 0 %")
    terminal.type("\x13")
    terminal.wait_for("Mara began ")
    assert terminal.finish() == 0
    board = FileStore(tmp_path / "team.board.json").load()
    assert [(g.title, g.outcome) for g in board.goals] == [
        ("Ten calls", "missed"),
        ("The course", "missed"),
        ("Ten calls", None),
    ]


@pytest.fixture
def years(run: Run, tmp_path: Path) -> Path:
    """A team whose first period ended more than a year ago."""
    (tmp_path / "years.yaml").write_text(OLD_PERIODS, encoding="utf-8")
    assert run("init", "--from", "years.yaml").returncode == 0
    return tmp_path / "team.board.json"


@pytest.mark.slow
def test_what_is_older_than_a_year_is_archived_with_the_turn(run: Run, years: Path) -> None:
    logged = run("log").stdout
    done = run.process("period", "next", "--yes", "--as", "mara")
    assert (done.returncode, done.stderr) == (0, "")
    began, archived, place = done.stdout.splitlines()
    assert began.startswith("Mara began ")
    assert archived.startswith("Archived: 3 records and ")
    assert re.search(r"up to the close of Old\. The board has \d+ KB, it had \d+ KB\.$", archived)
    assert place == (
        f"They are in {years}.archive; keep that folder beside the board. `undo` does not take an archive back."
    )
    board = FileStore(years).load()
    assert [g.id for g in board.goals] == ["G2"]
    assert [c.id for c in board.checkins_of(RecordId("G2"))] == ["C3"]
    told = run("log").stdout
    assert told.endswith(logged)
    assert "archived what was over" in told.splitlines()[0]
    assert "Old calls" in run("show", "--as-of", "today-500").stdout
    assert "Halfway" in run("log", "--goal", "G1").stdout
    assert run("board", "doctor").returncode == 0
    # The turn is what the manager did; the archive came with it, and stays.
    assert run("undo", "--as", "mara").stdout.startswith("Undone: Mara began ")
    board = FileStore(years).load()
    assert board.team is not None
    assert (board.team.period.name, [g.id for g in board.goals]) == ("Now", ["G2"])
    # Nothing is as old as that now.
    assert "Archived" not in run("period", "next", "--yes", "--as", "mara").stdout


def test_what_was_done_today_is_not_archived_with_a_turn_that_comes_late(run: Run, tmp_path: Path) -> None:
    (tmp_path / "late.yaml").write_text(CLOSED_LATE, encoding="utf-8")
    assert run("init", "--from", "late.yaml").returncode == 0
    for text in ("One", "Two"):
        assert run("feedback", "give", "ana", text, "--as", "mara").returncode == 0
    assert run("feedback", "resolve", "F1", "--as", "ana").returncode == 0
    assert run("checkin", "G1", "4", "--as", "ana").returncode == 0
    done = run("period", "next", "--yes", "--starts", "today-499", "--close", "G1", "--as", "mara")
    assert (done.returncode, done.stderr, len(done.stdout.splitlines())) == (0, "", 1)
    assert not (tmp_path / "team.board.json.archive").exists()
    assert run("undo", "--as", "mara").stdout.startswith("Undone: Mara began ")
    assert run("undo", "--as", "ana").stdout.startswith("Undone: ")


@pytest.mark.parametrize(
    ("before", "option"),
    [
        ((), ("--no-archive",)),
        (("team", "--archive-after", "never"), ("--yes",)),
        (("team", "--archive-after", "2y"), ("--yes",)),
    ],
)
def test_nothing_is_archived_that_the_team_keeps(
    run: Run, years: Path, before: tuple[str, ...], option: tuple[str, ...]
) -> None:
    assert not before or run(*before, "--as", "mara").returncode == 0
    done = run("period", "next", *option, "--as", "mara")
    assert (done.returncode, done.stderr) == (0, "")
    assert len(done.stdout.splitlines()) == 1
    assert not Path(f"{years}.archive").exists()
    assert [g.id for g in FileStore(years).load().goals] == ["G1", "G2"]


def test_the_new_period_stands_where_the_archive_fails(run: Run, years: Path) -> None:
    # A link in the place of the folder is refused.
    Path(f"{years}.archive").symlink_to(years.parent)
    done = run("period", "next", "--yes", "--as", "mara")
    assert done.returncode == 3
    assert done.stdout.startswith("Mara began ")
    assert len(done.stdout.splitlines()) == len(done.stderr.splitlines()) == 1
    assert "The period has begun, but the archive failed: " in done.stderr
    board = FileStore(years).load()
    assert board.team is not None
    assert (board.team.earlier[-1].name, [g.id for g in board.goals]) == ("Now", ["G1", "G2"])


@pytest.mark.usefixtures("years")
def test_doctor_tells_in_a_line_what_was_never_archived(run: Run) -> None:
    def told() -> list[str]:
        done = run("board", "doctor")
        assert done.returncode == 0
        return [line for line in done.stdout.splitlines() if "could be archived" in line]

    (line,) = told()
    assert line.startswith("✓ 3 records are of periods that ended before ")
    assert run(*line.partition("`teamboard ")[2].strip("`").split(), "--as", "mara").returncode == 0
    assert told() == []


def test_the_screen_of_the_turn_archives_after_it_is_closed(run: Run, years: Path, terminals: list[Terminal]) -> None:
    terminal = Terminal(years.parent, "period", "next", "--as", "mara", columns=120)
    terminals.append(terminal)
    terminal.wait_for("2 check-ins, 1 other record")
    terminal.type("2")
    terminal.wait_for("carry on from")
    terminal.type("\x13")
    terminal.wait_for("Archived: 3 records")
    assert terminal.finish() == 0
    assert [g.id for g in FileStore(years).load().goals] == ["G2"]
    assert "Old calls" in run("show", "--as-of", "today-500").stdout


@pytest.mark.slow
@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["period", "next", "--as", "mara"], 1, "begins in"),
        (
            ["period", "next", "--starts", "today", "--drop", "G12", "--renew", "G12", "--as", "mara"],
            1,
            "can't be both",
        ),
        (["period", "next", "--starts", "today", "--drop", "G99", "--as", "mara"], 1, "no goal 'G99'"),
        (["period", "next", "--starts", "today", "--ends", "today-3", "--as", "mara"], 1, "must end after it begins"),
        (["period", "report", "--period", "Q9", "--as", "mara"], 1, "there is: Last quarter, This quarter"),
    ],
    ids=lambda v: " ".join(v) if isinstance(v, list) else str(v),
)
def test_bad_input_is_refused_with_nothing_written(
    run: Run, demo: Path, arguments: list[str], code: int, says: str
) -> None:
    refused_and_unchanged(run, demo, arguments, code, says)


THREE = """\
team:
  name: Three
  timezone: UTC
  period: {name: Spring, starts: today-90, ends: today-1}
members:
  - {handle: mara, name: Mara Lind}
  - {handle: ana, name: Ana Ruiz, manager: mara}
  - {handle: ben, name: Ben Okafor, manager: mara}
team_goals:
  - {key: t, owner: mara, title: New ARR, metric: {unit: €, target: 2000000}, rolls_up: sum}
goals:
  - {key: a, owner: ana, title: ARR ana, metric: {unit: €, target: 400000}, aligned: {t: 1}}
  - {key: b, owner: ben, title: ARR ben, metric: {unit: €, target: 1000000}, aligned: {t: 1}}
  - {key: c, owner: ana, title: Calls, activity: {unit: calls, per_week: 10}}
  - {key: d, owner: ana, title: The course, kind: skill}
  - {key: e, owner: ben, title: Win rate, metric: {unit: "%", start: 20, target: 30}}
"""


@pytest.fixture
def three(run: Run, tmp_path: Path) -> Path:
    """A team whose period ended yesterday, with a sum at 49 %."""
    (tmp_path / "three.yaml").write_text(THREE, encoding="utf-8")
    assert run("init", "--from", "three.yaml").returncode == 0
    for goal, value, member in (("G1", "376k", "ana"), ("G2", "600k", "ben"), ("G5", "25", "ben")):
        assert run("checkin", goal, value, "--as", member).returncode == 0
    return tmp_path / "team.board.json"


def test_all_results_begin_again_with_higher_targets(run: Run, three: Path) -> None:
    done = run("period", "next", "--renew", "all=+10%", "--renew", "g1=450k", "--name", "Summer", "--as", "mara")
    assert (done.returncode, done.stderr) == (0, "")
    assert "5 missed, 1 carried, 5 begun afresh · T1 New ARR 49 % (€976k of €2M), G1 ARR ana 94 % (€376k of €400k)" in (
        done.stdout
    )
    board = FileStore(three).load()
    assert {g.id: g.measure for g in board.open_goals if g.id != "G4"} == {
        "T2": Metric(unit="€", start=0, target=2_200_000),
        "G6": Metric(unit="€", start=0, target=450_000),
        "G7": Metric(unit="€", start=0, target=1_100_000),
        "G8": Activity(unit="calls", per_week=11),
        # A ratio that rises from some level keeps its target.
        "G9": Metric(unit="%", start=20, target=30),
    }
    assert "0 %" in next(line for line in run("goal", "list", "--team").stdout.splitlines() if line.startswith("T2"))
    # Each of them acknowledges all of theirs at once.
    assert [line.split()[0] for line in run("revision", "list").stdout.splitlines()] == ["V1", "V2"]
    assert "V1    G6    2 goals renewed: G6 target €450,000, G8 11 calls a week · " in run("revision", "list").stdout
    people = json.loads(run("show", "--json").stdout)["members"]
    assert [m["waiting"] for m in people] == [[], ["V1"], ["V2"]]
    said = run("revision", "acknowledge", "G8", "--as", "ana").stdout
    assert said.endswith(" is acknowledged · 2 goals renewed: G6 target €450,000, G8 11 calls a week\n")
    assert run("revision", "list", "--member", "ana").stdout == ""
    assert "94 % (€376k of €400k)" in run("log", "--goal", "G1").stdout
    # What the log is asked about comes first.
    assert "5 begun afresh · G5 Win rate 50 % (25 %, target 30 %), T1" in run("log", "--goal", "G5").stdout
    assert "5 begun afresh · G2 ARR ben 60 % (€600k of €1M), G5 Win rate" in run("log", "--member", "ben").stdout
    assert run("undo", "--as", "ana").returncode == run("undo", "--as", "mara").returncode == 0
    assert [g.id for g in FileStore(three).load().open_goals] == ["T1", "G1", "G2", "G3", "G4", "G5"]


def test_a_team_goal_that_sums_begins_at_0_with_its_carriers(run: Run, three: Path) -> None:
    """Also where it is the only one that was named; what adds nothing to it is carried, as without any choice."""
    assert run("period", "next", "--renew", "t1=3M", "--as", "mara").returncode == 0
    lines = {line.split()[0]: line for line in run("goal", "list").stdout.splitlines()}
    assert list(lines) == ["T2", "G3", "G4", "G5", "G6", "G7"]
    assert all("0 %" in lines[goal] for goal in ("T2", "G6", "G7"))
    board = FileStore(three).load()
    assert board.goal(RecordId("T2")).measure == Metric(unit="€", start=0, target=3_000_000)  # type: ignore[union-attr]
    assert run("undo", "--as", "mara").returncode == 0
    assert run("period", "next", "--yes", "--as", "mara").returncode == 0
    assert all(goal.outcome is None for goal in FileStore(three).load().goals)
    assert run("undo", "--as", "mara").returncode == 0
    # What goes on counts in the sum from the first day: the command says so.
    done = run("period", "next", "--renew", "T1", "--carry", "G2", "--as", "mara").stdout.splitlines()
    # What is carried belongs to the new team goal, and counted in the old one.
    assert "T1 New ARR 49 % (€976k of €2M), G1 ARR ana 94 %" in done[0]
    assert done[1] == "T3 New ARR begins at €600k of €2M, by what is carried: renew that too to begin at 0."


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ("--renew G1=abc", "G1: 'abc' is not a number"),
        ("--renew G1=1.200", "G1: '1.200' can be read as 1 200 or as 1.2"),
        ("--renew G1=", "G1: The value is empty"),
        ("--renew G1=0", "G1: Start and target are equal"),
        ("--renew G4=3", "G4 has no number to reach"),
        ("--renew G5=+10%", "G5: '+10%' says nothing about this goal: it is a ratio"),
        ("--renew G1 --renew g1=3", "G1 is named twice."),
        ("--drop G1 --renew G1=3", "G1 can't be both: drop and renew."),
        ("--carry G1 --carry G1", "G1 is named twice."),
        ("--renew all --renew all", "--renew all is given twice."),
        ("--renew all=400k", "'400k' is not a change in per cent"),
        ("--renew all=+x%", "'+x%' is not a change in per cent"),
        ("--renew all=-100%", "'-100%' is not a change of targets"),
        ("--renew G9", "There is no goal 'G9'."),
        ("--renew =400k", "There is no goal ''."),
    ],
)
def test_a_target_that_can_not_be_read_is_refused(run: Run, three: Path, options: str, says: str) -> None:
    refused_and_unchanged(run, three, ["period", "next", *options.split(), "--as", "mara"], 1, says)
