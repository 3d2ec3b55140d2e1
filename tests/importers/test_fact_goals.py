"""Facts that check in on goals: found by owner and day, over turns of the period and hand-overs; asked if in doubt."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from teamboard.domain.board import Board
from teamboard.domain.ids import RecordId
from teamboard.store.file.store import FileStore
from tests.conftest import Run
from tests.helpers.terminal import Terminal

MAP = """
name: deals
source: CRM
member: rep
date: day
facts:
  - {name: ARR, aggregate: sum, value: sum, period: week, running: 2017-01-01, unit: $, goal: ARR}
"""
TEAM = """
team: {name: Us, timezone: UTC, archive_after: never, period: {name: Q1 2017, starts: 2017-01-01, ends: 2017-03-31}}
members:
  - {handle: mara, name: Mara Lind}
  - {handle: ana, name: Ana Ruiz, manager: mara}
  - {handle: ben, name: Ben Okafor, manager: mara}
team_goals:
  - {key: t, title: New ARR, rolls_up: sum, metric: {unit: $, target: 5000}}
goals:
  - {key: a, owner: ana, title: ARR Iberia, metric: {unit: $, target: 2000}, aligned: {t: 1.0}}
  - {key: b, owner: ben, title: ARR Nordics, metric: {unit: $, target: 2000}, aligned: {t: 1.0}}
"""
IMPORT = ["facts", "import", "deals.csv", "--map", "map.yaml", "--as", "mara"]
PORTUGAL = ["goal", "add", "ARR Portugal", "--for", "ana", "--unit", "$", "--target", "900", "--as", "mara"]
HEADER = "rep,day,sum"
FACTS_MD = Path(__file__).parents[2] / "docs" / "facts.md"


def board(folder: Path) -> Board:
    return FileStore(folder / "team.board.json").load()


def last_values(folder: Path) -> dict[str, float]:
    """The newest value of each goal with a check-in, by id."""
    every = ((goal.id, board(folder).last_checkin(goal.id)) for goal in board(folder).goals)
    return {goal_id: last.value for goal_id, last in every if last is not None}


def write(folder: Path, rows: Iterable[str]) -> None:
    (folder / "deals.csv").write_text("\n".join([HEADER, *rows]) + "\n", encoding="utf-8")


@pytest.fixture
def crm(run: Run, tmp_path: Path) -> Path:
    """A team in the first quarter of 2017, and a map that checks in on ARR."""
    (tmp_path / "team.yaml").write_text(TEAM, encoding="utf-8")
    (tmp_path / "map.yaml").write_text(MAP, encoding="utf-8")
    assert run("init", "--from", "team.yaml").returncode == 0
    return tmp_path


def test_a_renewed_goal_answers_for_its_predecessor(run: Run, crm: Path) -> None:
    for map_text in (MAP, MAP.replace("goal: ARR", "goal: ARR Iberia")):
        (crm / "map.yaml").write_text(map_text + "ignore: [Ben Okafor]\n", encoding="utf-8")
    rows = ["ana,2017-02-01,100", "ana,2017-03-30,20", "ana,2017-04-01,7", "ana,2017-04-04,3"]
    write(crm, rows[:2])
    assert run(*IMPORT).returncode == 0
    assert last_values(crm) == {"G1": 120.0}
    assert run("period", "next", "--renew", "G1", "--renew", "G2", "--as", "mara", "--yes").returncode == 0
    write(crm, rows)
    assert run(*IMPORT).returncode == 0
    # The week of the turn is cut: until 31 March it counts for the closed goal, then for the new one.
    assert last_values(crm) == {"G1": 120.0, "G3": 10.0}
    facts = [(str(f.starts), str(f.on), f.value) for f in board(crm).facts_of("ana")][-3:]
    assert facts == [
        ("2017-03-27", "2017-03-31", 120.0),
        ("2017-04-01", "2017-04-02", 7.0),
        ("2017-04-03", "2017-04-04", 10.0),
    ]
    # A deal that is booked late is one of the quarter in which it was won.
    write(crm, [*rows, "ana,2017-03-31,1000"])
    assert run(*IMPORT).returncode == 0
    assert last_values(crm) == {"G1": 1120.0, "G3": 10.0}
    assert run(*IMPORT).stdout.splitlines()[-1] == "Nothing in deals.csv is new."
    # The goal named by its id goes on as the one that took its place.
    (crm / "map.yaml").write_text(MAP.replace("goal: ARR", "goal: G1"), encoding="utf-8")
    assert run(*IMPORT).stdout.splitlines()[-1] == "Nothing in deals.csv is new."


@pytest.mark.slow
def test_four_quarters_add_up(run: Run, crm: Path) -> None:
    """An import each week, and a turn with higher targets after each quarter, against plain sums."""
    won: list[tuple[str, date, int]] = []
    quarters = [date(2017, 1, 1), date(2017, 4, 1), date(2017, 7, 1), date(2017, 10, 1), date(2018, 1, 1)]
    expected: dict[str, float] = {}
    goals, target = {"ana": "G1", "ben": "G2"}, 2000.0
    for quarter, (first, after) in enumerate(pairwise(quarters), start=1):
        for week in range(13):
            for number, rep in enumerate(goals):
                day = min(first + timedelta(days=7 * week + 3 * number), after - timedelta(days=1))
                won.append((rep, day, 100 * quarter + week + number))
            write(crm, (f"{rep},{day},{value}" for rep, day, value in won))
            found = run(*IMPORT)
            assert found.returncode == 0, found.stderr
            for rep, goal in goals.items():
                expected[goal] = sum(v for who, day, v in won if who == rep and first <= day < after)
            assert last_values(crm) == expected
            assert team_value(run) == sum(expected[goal] for goal in goals.values())
        if after == quarters[-1]:
            break
        assert run("period", "next", "--renew", "all=+10%", "--as", "mara", "--yes").returncode == 0
        reported = json.loads(run("period", "report", "--period", f"Q{quarter} 2017", "--to", "json").stdout)
        figures = {g["id"]: (g["target"], g["value"]) for g in reported["goals"] if g["id"] in goals.values()}
        assert figures == {goal: (round(target, 2), expected[goal]) for goal in goals.values()}
        numbers = [int(goal[1:]) + 2 for goal in goals.values()]
        goals = dict(zip(goals, (f"G{number}" for number in numbers), strict=True))
        target *= 1.1
    assert sum(expected.values()) == sum(value for _, _, value in won)


def team_value(run: Run) -> float:
    """The value of the team goal that sums up the goals of the quarter."""
    (goal,) = json.loads(run("show", "--json").stdout)["team_goals"]
    return float(goal["value"])


def test_two_goals_that_fit_are_asked_about(run: Run, crm: Path) -> None:
    found = run(*PORTUGAL)
    assert found.returncode == 0, found.stderr
    write(crm, ["ana,2017-02-01,100", "ben,2017-02-01,7"])
    before = (crm / "team.board.json").read_bytes()
    for arguments in (IMPORT, [*IMPORT, "--dry-run"]):
        found = run(*arguments)
        assert found.returncode == 1
        assert found.stderr == (
            "teamboard: Nothing was imported: ARR: two goals of Ana Ruiz fit on 2017-01-01: G1 ARR Iberia, "
            "G3 ARR Portugal; in the map, write a fact for each, with its title (goal:) and its rows (where:), "
            "or count all of ARR for one: goals: {ana: G1}.\n"
        )
        assert "two goals of Ana Ruiz fit" in found.stdout
    # One fact can't count for two goals.
    (crm / "map.yaml").write_text(MAP + "goals: {ana: [G1, g3]}\n", encoding="utf-8")
    assert "goals: names several of them, and a fact counts for one; in the map" in run(*IMPORT).stderr
    assert (crm / "team.board.json").read_bytes() == before
    (crm / "map.yaml").write_text(MAP + "goals: {Ana Ruiz: G3}\n", encoding="utf-8")
    assert run(*IMPORT).returncode == 0
    assert last_values(crm) == {"G3": 100.0, "G2": 7.0}
    # The same values on another goal are an import in the log too, and no check-ins by hand.
    (crm / "map.yaml").write_text(MAP + "goals: {Ana Ruiz: G1}\n", encoding="utf-8")
    assert run(*IMPORT).returncode == 0
    assert last_values(crm) == {"G1": 100.0, "G2": 7.0}
    assert run("log").stdout.splitlines()[0].endswith("Mara Lind brought in facts of deals: 12 check-ins")


def test_a_fact_for_each_of_two_goals_as_in_the_documents(run: Run, crm: Path) -> None:
    assert run(*PORTUGAL).returncode == 0
    head, _, _ = MAP.partition("facts:")
    split = FACTS_MD.read_text(encoding="utf-8").split("```yaml\n")[2].partition("```")[0]
    (crm / "map.yaml").write_text(head + split, encoding="utf-8")
    rows = ["ana,2017-02-01,100,Won,Iberia", "ana,2017-02-02,40,Won,Portugal", "ben,2017-02-01,7,Lost,Nordics"]
    rows.append("ana,2017-02-09,20,Won,Portugal")
    (crm / "deals.csv").write_text("\n".join(["rep,day,close_value,deal_stage,region", *rows]), encoding="utf-8")
    for arguments in ([*IMPORT, "--dry-run"], IMPORT):
        found = run(*arguments)
        assert found.returncode == 0, found.stderr
        assert "   G1 ARR Iberia    $100  on 2017-02-09, 7 check-ins\n" in found.stdout
        assert "   G3 ARR Portugal   $60  on 2017-02-09, 7 check-ins\n" in found.stdout
    assert last_values(crm) == {"G1": 100.0, "G3": 60.0}


@pytest.mark.parametrize("answer", ["2", "g3", " G3"])
def test_on_a_terminal_the_question_is_answered_there(
    run: Run, crm: Path, terminals: list[Terminal], answer: str
) -> None:
    assert run(*PORTUGAL).returncode == 0
    write(crm, ["ana,2017-02-01,100"])
    terminal = Terminal(crm, *IMPORT, columns=120, lines=30)
    terminals.append(terminal)
    for text in (
        "which goal of Ana Ruiz is meant?",
        "  1  G1 ARR Iberia",
        "  2  G3 ARR Portugal",
        "Which one? (1 to 2",
    ):
        terminal.wait_for(text)
    terminal.type("9\r")
    terminal.wait_for("'9' is none of them: type 1 to 2, or an id: G1, G3.")
    terminal.type(f"{answer}\r")
    terminal.wait_for("goals: {ana: G3}")
    terminal.wait_for("facts of deals from 1 row: ")
    assert last_values(crm) == {"G3": 100.0}


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ("goals: {ana: G1, ben: G1}", "map.yaml, line 8, field goals: G1 is named for ana and for ben"),
        ("goals: {ana: G2}", "The map's goals: G2 is not a goal of Ana Ruiz: name one of theirs."),
        ("goals: {ana: G99}", "The map's goals: G99 is not a goal of Ana Ruiz"),
        ("goals: {zoe: G1}", "The map's goals: There is no member 'zoe'"),
        ("goals: [G1]", "field goals: expected 'object', got 'array'"),
    ],
)
def test_goals_that_the_map_can_not_mean(run: Run, crm: Path, more: str, says: str) -> None:
    (crm / "map.yaml").write_text(f"{MAP}{more}\n", encoding="utf-8")
    write(crm, ["ana,2017-02-01,100"])
    before = (crm / "team.board.json").read_bytes()
    found = run(*IMPORT)
    assert (found.returncode, found.stdout) == (1, "")
    assert says in found.stderr
    assert found.stderr.count("\n") == 1
    assert (crm / "team.board.json").read_bytes() == before


def test_one_goal_for_two_people_is_refused(run: Run, crm: Path) -> None:
    (crm / "map.yaml").write_text(MAP.replace("goal: ARR", "goal: G1"), encoding="utf-8")
    write(crm, ["ana,2017-02-01,100", "ben,2017-02-01,100"])
    found = run(*IMPORT)
    assert (found.returncode, found.stdout, found.stderr.count("\n")) == (1, "", 1)
    assert "ben has no goal with 'G1'" in found.stderr
    # Who has no such goal says so in the map.
    (crm / "map.yaml").write_text(MAP.replace("goal: ARR", "goal: G1") + "goals: {ben: []}\n", encoding="utf-8")
    assert run(*IMPORT).returncode == 0
    assert last_values(crm) == {"G1": 100.0}


def test_a_goal_that_is_handed_over_counts_from_that_day(run: Run, tmp_path: Path) -> None:
    today = date.today()  # noqa: DTZ011 - the machine's day, in whose zone the board is
    first = today - timedelta(days=40)
    team = TEAM.replace("2017-01-01", str(first)).replace("2017-03-31", str(today + timedelta(days=40)))
    # One goal is split, as a team goal sums it up; the other goes over as it is.
    team = team.replace("timezone: UTC", "timezone: Europe/London").partition("  - {key: b")[0]
    team += "  - {key: c, owner: ana, title: Upsell, metric: {unit: $, target: 900}}\n"
    (tmp_path / "team.yaml").write_text(team, encoding="utf-8")
    upsell = "  - {name: Up, aggregate: sum, value: up, period: week, running: 2017-01-01, unit: $, goal: Upsell}\n"
    (tmp_path / "map.yaml").write_text(MAP.lstrip() + upsell, encoding="utf-8")
    assert run("init", "--from", "team.yaml").returncode == 0
    rows = [f"ana,{first + timedelta(days=9)},100,10", f"ana,{today - timedelta(days=1)},20,1"]
    (tmp_path / "deals.csv").write_text("\n".join([f"{HEADER},up", *rows]) + "\n", encoding="utf-8")
    found = run(*IMPORT)
    assert found.returncode == 0, found.stderr
    assert last_values(tmp_path) == {"G1": 120.0, "G2": 11.0}
    for goal in ("G1", "G2"):
        found = run("goal", "hand-over", goal, "--to", "ben", "--as", "mara", "--yes")
        assert found.returncode == 0, found.stderr
    rows += [f"ben,{first + timedelta(days=9)},4,4", f"ben,{today},5,2"]
    (tmp_path / "deals.csv").write_text("\n".join([f"{HEADER},up", *rows]) + "\n", encoding="utf-8")
    found = run(*IMPORT)
    assert found.returncode == 0, found.stderr
    # What Ben won before is his, and no part of Ana's goals.
    assert last_values(tmp_path) == {"G1": 120.0, "G2": 13.0, "G3": 5.0}
    assert board(tmp_path).goal(RecordId("G2")).owner == "ben"  # type: ignore[union-attr]


def this_quarter(run: Run, folder: Path) -> date:
    """A team whose period has today, with a map that checks in on ARR; today."""
    today = date.today()  # noqa: DTZ011 - the machine's day, which the board has too
    ends = today + timedelta(days=40)
    team = TEAM.replace("2017-01-01", str(today - timedelta(days=40))).replace("2017-03-31", str(ends))
    (folder / "team.yaml").write_text(team.replace("timezone: UTC", "timezone: Europe/London"), encoding="utf-8")
    (folder / "map.yaml").write_text(MAP, encoding="utf-8")
    assert run("init", "--from", "team.yaml").returncode == 0
    return today


def test_an_import_takes_back_no_call_for_help(run: Run, tmp_path: Path) -> None:
    today = this_quarter(run, tmp_path)
    day = str(today - timedelta(days=20))
    said = ["--blocked", "legal is slow", "--confidence", "6", "--next", "Ask Zoe"]
    assert run("checkin", "G1", "90", *said, "--on", day, "--as", "ana").returncode == 0
    write(tmp_path, [f"ana,{today - timedelta(days=8)},500"])
    assert run(*IMPORT).returncode == 0
    told = run("show", "--goal", "G1", COLUMNS="120").stdout
    assert "legal is slow" in told
    assert "next step Ask Zoe" in told
    assert "imported from CRM" in told
    found = json.loads(run("show", "--goal", "G1", "--json").stdout)
    assert (found["value"], found["blocker"]) == (500.0, "legal is slow")
    assert "source" not in found["checkins"][0]
    assert {c.get("source") for c in found["checkins"][1:]} == {"CRM"}
    # Whoever checks in without a word on it leaves it as it is, until somebody says that it is solved.
    assert run("checkin", "G1", "510", "--as", "mara").returncode == 0
    assert json.loads(run("show", "--goal", "G1", "--json").stdout)["blocker"] == "legal is slow"
    log = run("log").stdout.splitlines()
    assert ["help wanted" in line for line in log[:3]] == [False, False, True]
    assert run("checkin", "G1", "--blocked", "", "--as", "ana").returncode == 0
    assert json.loads(run("show", "--goal", "G1", "--json").stdout)["blocker"] == ""


def test_an_import_is_no_check_in_of_the_rep(run: Run, tmp_path: Path) -> None:
    today = this_quarter(run, tmp_path)

    def overdue() -> list[int]:
        every = json.loads(run("due", "--member", "ana", "--json").stdout)
        return [due["overdue"] for due in every if due["about"] == "G1"]

    before = overdue()
    write(tmp_path, [f"ana,{today - timedelta(days=days)},10" for days in (30, 23, 16, 9, 2)])
    assert run(*IMPORT).returncode == 0
    assert before == overdue() != [0]
    assert run("checkin", "G1", "60", "--as", "ana").returncode == 0
    assert overdue() == [0]
