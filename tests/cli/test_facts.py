"""Facts from files, as processes: what comes in, what does not, and why."""

from __future__ import annotations

import csv
import json
import statistics
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

import pytest

from teamboard.domain.board import Board
from teamboard.domain.ids import RecordId
from teamboard.store.file.store import FileStore
from tests.conftest import Run
from tests.helpers.terminal import Terminal

ROOT = Path(__file__).parents[2]
MAP = (ROOT / "docs" / "facts.md").read_text(encoding="utf-8").split("```yaml")[1].partition("```")[0]
TEAM = """
team: {name: Us, timezone: Europe/Madrid, period: {name: Year 2017, starts: 2017-01-01, ends: 2017-12-31}}
members:
  - {handle: mara, name: Mara Lind}
  - {handle: darcel, name: Darcel Schlecht, manager: mara}
  - {handle: anna, name: Anna Snelling, manager: mara}
  - {handle: cecily, name: Cecily Lampkin, manager: mara}
goals:
  - {key: d, owner: darcel, title: ARR west, metric: {unit: $, target: 400k}}
  - {key: a, owner: anna, title: ARR central, metric: {unit: $, target: 400k}}
  - {key: c, owner: cecily, title: ARR east, metric: {unit: $, target: 400k}}
"""
HEADER = "opportunity_id,sales_agent,account,deal_stage,close_date,close_value"
ROWS = [
    "1,Darcel Schlecht,Isdom,Won,2017-03-11,4514",
    "2,Darcel Schlecht,Isdom,Lost,2017-03-12,0",
    "3,Darcel Schlecht,Codehow,Won,2017-05-02,1000.5",
    "4,Anna Snelling,Cancity,Won,2017-03-01,588",
    "5,Anna Snelling,Hatfan,Engaging,,",
    "6,anna,Ron-tech,Won,2017-04-30,1054",
    "7,Cecily Lampkin,,Lost,2017-06-30,0",
    "8,Sales Ops,,Won,2017-06-30,10",
    "",
    "9,,,Won,2017-06-30,10",
]


@pytest.fixture
def crm(run: Run, tmp_path: Path) -> Path:
    """A team in 2017, the map of the documents, and an export that fits both."""
    (tmp_path / "team.yaml").write_text(TEAM, encoding="utf-8")
    (tmp_path / "map.yaml").write_text(MAP, encoding="utf-8")
    (tmp_path / "deals.csv").write_text("\n".join([HEADER, *ROWS]) + "\n", encoding="utf-8")
    assert run("init", "--from", "team.yaml").returncode == 0
    return tmp_path


def board(folder: Path) -> Board:
    return FileStore(folder / "team.board.json").load()


def test_a_name_that_two_have_is_an_error_with_both_handles(run: Run, crm: Path) -> None:
    assert run("member", "add", "anna2", "Anna Snelling", "--as", "mara").returncode == 0
    found = run("facts", "import", "deals.csv", "--map", "map.yaml", "--as", "mara")
    assert found.returncode == 1
    assert "line 5: Two are called 'Anna Snelling': anna, anna2. Give the handle." in found.stdout + found.stderr
    assert not [*board(crm).facts]


def values(folder: Path, handle: str, name: str) -> dict[str, float]:
    return {str(f.starts): f.value for f in board(folder).facts_of(handle) if f.name == name}


IMPORT = ["facts", "import", "deals.csv", "--map", "map.yaml", "--as", "mara"]


def test_a_dry_run_shows_and_changes_nothing(run: Run, crm: Path) -> None:
    before = (crm / "team.board.json").read_bytes()
    found = run(*IMPORT, "--dry-run")
    assert found.returncode == 0, found.stderr
    for text in (
        "9 rows",
        "Closed-won value     4 values of 2 members, $7,156.50 in all",
        "left out: 1 row, no fact counts it",
        "left out: 1 row, no member",
        "left out: 1 row, a name to ignore",
        "line 6",
    ):
        assert text in found.stdout
    assert (crm / "team.board.json").read_bytes() == before


def test_what_comes_in_is_what_a_plain_calculation_says(run: Run, crm: Path) -> None:
    found = run(*IMPORT)
    assert found.returncode == 0, found.stderr
    assert values(crm, "darcel", "Closed-won value") == {"2017-01-01": 4514.0, "2017-04-01": 1000.5}
    assert values(crm, "anna", "Closed-won value") == {"2017-01-01": 588.0, "2017-04-01": 1054.0}
    assert values(crm, "darcel", "Deals won") == {"2017-01-01": 1.0, "2017-04-01": 1.0}
    assert values(crm, "darcel", "Win rate") == {"2017-01-01": 50.0, "2017-04-01": 100.0}
    assert values(crm, "cecily", "Win rate") == {"2017-04-01": 0.0}
    fact = next(f for f in board(crm).facts_of("anna") if f.name == "Closed-won value")
    assert (fact.source, fact.link, fact.rows, fact.unit) == ("CRM", "https://crm.example.com", 1, "$")
    checkins = board(crm).checkins_of(RecordId("G1"))
    assert [c.value for c in checkins][-1] == 5514.5
    assert len(checkins) == len({c.at for c in checkins})
    assert [c.at for c in checkins] == sorted(c.at for c in checkins)
    assert next(c.value for c in checkins if c.at.date().isoformat() == "2017-03-12") == 4514.0
    shown = run("facts", "list", "--member", "darcel", COLUMNS="120").stdout
    assert "$1,000.5" in shown
    assert "2017-04-01 to 2017-06-30" in shown
    listed = json.loads(run("facts", "list", "--json").stdout)
    documented = (ROOT / "docs" / "json.md").read_text(encoding="utf-8")
    for name in {name for f in listed for name in f}:
        assert f"`{name}`" in documented, name
    assert "Mara Lind brought in facts of deals: " in run("log").stdout.splitlines()[0]


def test_the_same_file_again_adds_nothing_and_a_corrected_one_its_own(run: Run, crm: Path) -> None:
    assert run(*IMPORT).returncode == 0
    before = (crm / "team.board.json").read_bytes()
    again = run(*IMPORT).stdout.splitlines()
    assert (again[-1], again[5]) == ("Nothing in deals.csv is new.", "   0 records changed")
    assert (crm / "team.board.json").read_bytes() == before
    ids = {f.id for f in board(crm).facts}
    assert run("facts", "add", "anna", "Survey", "4.5", "--source", "Survey", "--as", "mara").returncode == 0
    corrected = [row.replace("4514", "5000") for row in ROWS if not row.startswith("6")]
    (crm / "deals.csv").write_text("\n".join([HEADER, *corrected]), encoding="utf-8")
    assert run(*IMPORT).returncode == 0
    assert values(crm, "darcel", "Closed-won value") == {"2017-01-01": 5000.0, "2017-04-01": 1000.5}
    assert values(crm, "anna", "Closed-won value") == {"2017-01-01": 588.0}
    assert values(crm, "anna", "Survey")
    assert {f.id for f in board(crm).facts if f.batch} < ids
    assert board(crm).checkins_of(RecordId("G1"))[-1].value == 6000.5
    told = run("log").stdout.splitlines()[0]
    assert "corrected" in told
    assert "gone" in told
    assert run("undo", "--as", "mara").returncode == 0
    assert values(crm, "darcel", "Closed-won value") == {"2017-01-01": 4514.0, "2017-04-01": 1000.5}
    # A file of later days leaves what came before.
    (crm / "deals.csv").write_text(f"{HEADER}\n9,Anna Snelling,x,Won,2017-08-01,7\n", encoding="utf-8")
    assert run(*IMPORT).returncode == 0
    assert values(crm, "anna", "Closed-won value")["2017-01-01"] == 588.0
    assert values(crm, "anna", "Closed-won value")["2017-07-01"] == 7.0


def test_a_check_in_of_a_later_day_stays_the_last_word(run: Run, crm: Path) -> None:
    assert run("checkin", "G1", "9000", "--as", "darcel").returncode == 0
    told = run(*IMPORT, "--dry-run").stdout.splitlines()
    own = "no new check-in; a later one by Darcel Schlecht stays the last"
    assert f"   G1 ARR west     $5,514.50  on 2017-06-30, {own}" in told
    assert (
        "   G2 ARR central     $1,642  on 2017-06-30, 1 check-in" in [line.partition("s; ")[0] for line in told] or told
    )
    assert run(*IMPORT).returncode == 0
    assert [c.value for c in board(crm).checkins_of(RecordId("G1"))] == [9000.0]
    assert board(crm).checkins_of(RecordId("G2"))[-1].value == 1642.0


def test_unknown_names_are_listed_with_the_nearest_and_nothing_comes_in(run: Run, crm: Path) -> None:
    with (crm / "deals.csv").open("a", encoding="utf-8") as file:
        file.write("10,Darcel Schlect,x,Won,2017-06-01,7\n11,[b]Zoe[/b],x,Won,2017-06-01,7\n")
    before = (crm / "team.board.json").read_bytes()
    found = run(*IMPORT)
    assert found.returncode == 1
    assert "no member is called 'Darcel Schlect': 1 row; perhaps Darcel Schlecht" in found.stdout
    assert "no member is called '[b]Zoe[/b]': 1 row" in found.stdout
    assert found.stderr.count("\n") == 1
    assert (crm / "team.board.json").read_bytes() == before
    text = MAP.replace("D. Schlecht: darcel", "Darcel Schlect: darcel").replace("Sales Ops", "Sales Ops, '[b]Zoe[/b]'")
    (crm / "map.yaml").write_text(text, encoding="utf-8")
    assert run(*IMPORT).returncode == 0
    assert values(crm, "darcel", "Closed-won value")["2017-04-01"] == 1007.5


@pytest.mark.parametrize(
    ("separator", "encoding", "decimal", "said"),
    [
        (";", "utf-8-sig", ",", ""),
        ("\t", "utf-16", ".", ""),
        ("|", "utf-8", ",", ""),
        (";", "windows-1252", ",", "encoding: windows-1252\n"),
    ],
)
def test_spreadsheets_of_all_kinds(run: Run, crm: Path, separator: str, encoding: str, decimal: str, said: str) -> None:
    rows = [HEADER, *(row.replace("Cancity", "Größe") for row in ROWS if row)]
    lines = [row.replace(".", decimal).replace(",", "\0").replace("\0", separator, 5) for row in rows]
    lines = [line.replace("\0", ",") for line in lines]
    (crm / "deals.csv").write_bytes("\r\n".join(lines).encode(encoding))
    if said:
        refused = run(*IMPORT)
        assert refused.returncode == 1
        assert "encoding: windows-1252" in refused.stderr
        (crm / "map.yaml").write_text(said + MAP, encoding="utf-8")
    found = run(*IMPORT)
    assert found.returncode == 0, found.stderr
    assert values(crm, "darcel", "Closed-won value") == {"2017-01-01": 4514.0, "2017-04-01": 1000.5}


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"4514": "1.234", "1000.5": "2.345"}, "'1.234' can be read as 1 234 or as 1.2340"),
        ({"1000.5": '"1000,5"', "4514": "45.5"}, "set decimal"),
        ({"2017-03-11": "11.03.2017"}, "name its date_format"),
        ({"4514": "a lot"}, "Nothing was imported"),
        ({HEADER: "opportunity_id,agent,account,deal_stage,close_date,close_value"}, "no column 'sales_agent'"),
        ({HEADER: ""}, "no header"),
        ({"1,Darcel": '1,"Darcel'}, "line"),
        ({"Isdom,Won": "Isdom,x,Won"}, "the row has 7 cells, the header 6"),
        ({HEADER: f"{HEADER},close_date"}, "twice"),
    ],
)
def test_what_can_not_be_told_is_asked_for_and_nothing_is_guessed(
    run: Run, crm: Path, change: dict[str, str], says: str
) -> None:
    text = (crm / "deals.csv").read_text(encoding="utf-8")
    for old, new in change.items():
        assert old in text
        text = text.replace(old, new)
    (crm / "deals.csv").write_text(text, encoding="utf-8")
    before = (crm / "team.board.json").read_bytes()
    found = run(*IMPORT)
    assert found.returncode == 1
    assert says in found.stderr, found.stderr
    assert found.stderr.count("\n") == 1
    assert (crm / "team.board.json").read_bytes() == before


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("aggregate: count", "aggregate: number", "map.yaml, line 13, field facts[1].aggregate"),
        ("period: week", "period: fortnight", "field facts[3].period"),
        ("    value: close_value            # the", "    # the", "a sum needs a value"),
        ("Deals won, aggregate: count", "Deals won, value: x, aggregate: count", "takes no value"),
        ("member: sales_agent", "members_column: x", "unknown field 'members_column'"),
        ("name: Win rate", "name: Deals won", "another fact has the same name"),
        ("running: 2017-01-01", "running: soon", "field facts[3].running"),
        ("goal: ARR", "goal: ARR xyz", "no goal with 'ARR xyz'"),
        ("source: CRM", "source: ' '", "map.yaml, line 2, field source: the source is missing"),
        ("name: deals", "name: ''", "map.yaml, line 1, field name: the name is missing"),
    ],
)
def test_errors_of_the_map_name_line_and_field(run: Run, crm: Path, old: str, new: str, says: str) -> None:
    assert old in MAP
    (crm / "map.yaml").write_text(MAP.lstrip().replace(old, new), encoding="utf-8")
    before = (crm / "team.board.json").read_bytes()
    found = run(*IMPORT)
    assert (found.returncode, found.stdout) == (1, ""), found.stdout
    assert says in found.stderr, found.stderr
    assert found.stderr.count("\n") == 1
    assert (crm / "team.board.json").read_bytes() == before


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        ([*IMPORT[:-1], "anna"], 1, "Only Mara Lind"),
        ([*IMPORT[:2], "none.csv", *IMPORT[3:]], 2, "none.csv"),
        (["facts", "add", "anna", "Survey", "many", "--source", "x", "--as", "mara"], 1, "is not a number"),
        (["facts", "add", "anna", "Survey", "4", "--as", "mara"], 2, "--source"),
        (
            ["facts", "add", "anna", "Survey", "4", "--source", "x", "--on", "today+1", "--as", "mara"],
            1,
            "in the future",
        ),
        (["facts", "add", "anna", "Survey", "4", "--source", "x", "--as", "cecily"], 1, "Only"),
        (["facts", "list", "--member", "zoe"], 1, "no member"),
    ],
    ids=lambda v: " ".join(v) if isinstance(v, list) else str(v),
)
def test_bad_input_is_refused(run: Run, crm: Path, arguments: list[str], code: int, says: str) -> None:
    before = (crm / "team.board.json").read_bytes()
    found = run(*arguments)
    assert (found.returncode, found.stdout) == (code, "")
    assert says in found.stderr
    assert (crm / "team.board.json").read_bytes() == before


def big_export(path: Path, rows: int) -> dict[str, list[float]]:
    """A long export, and what was won by whom."""
    agents = ("Darcel Schlecht", "Anna Snelling", "Cecily Lampkin")
    won: dict[str, list[float]] = defaultdict(list)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADER.split(","))
        for i in range(rows):
            agent, stage = agents[i % 3], ("Won", "Lost", "Engaging")[i % 7 % 3]
            value = (i * 7919) % 5000
            writer.writerow([i, agent, "x", stage, f"2017-{i % 12 + 1:02}-{i % 28 + 1:02}", value])
            if stage == "Won":
                won[agent].append(value)
    return won


@pytest.mark.slow
def test_a_hundred_thousand_rows_take_no_more_memory_than_a_thousand(run: Run, crm: Path) -> None:
    text = MAP.replace("aggregate: sum                # sum", "aggregate: median                # sum")
    (crm / "map.yaml").write_text(text.replace("period: quarter               # day", "period: year  # day"))

    def peak(rows: int) -> int:
        big_export(crm / "deals.csv", rows)
        code = (
            "import sys, resource; from teamboard.cli.main import main; code = main(sys.argv[1:]);"
            "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, file=sys.stderr); sys.exit(code)"
        )
        command = [sys.executable, "-c", code, *IMPORT, "--dry-run"]
        found = subprocess.run(command, cwd=crm, capture_output=True, text=True, check=True)
        return int(found.stderr)

    few, many = peak(1_000), peak(100_000)
    assert many < few * 1.3
    won = big_export(crm / "deals.csv", 100_000)
    assert run(*IMPORT).returncode == 0
    found = values(crm, "anna", "Closed-won value")
    assert found == {"2017-01-01": statistics.median(won["Anna Snelling"])}


def test_a_long_file_shows_how_far_it_is(crm: Path, terminals: list[Terminal]) -> None:
    big_export(crm / "deals.csv", 60_000)
    terminal = Terminal(crm, *IMPORT, "--dry-run", columns=100, lines=30)
    terminals.append(terminal)
    terminal.wait_for("Reading deals.csv")
    terminal.wait_for("60,000 rows")
