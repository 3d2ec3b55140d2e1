"""What becomes of each row of a file of facts, told alike by the dry and the real run; and files of all kinds."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest

from tests.conftest import Run
from tests.importers.test_fact_goals import HEADER, IMPORT, MAP, TEAM, board, last_values, write

ROWS = ["ana,2017-02-01,100", "Ben Okafor,2017-02-02,7"]


@pytest.fixture
def crm(run: Run, tmp_path: Path) -> Path:
    """A team in the first quarter of 2017, a map that checks in on ARR, and a file that fits both."""
    (tmp_path / "team.yaml").write_text(TEAM, encoding="utf-8")
    (tmp_path / "map.yaml").write_text(MAP, encoding="utf-8")
    assert run("init", "--from", "team.yaml").returncode == 0
    write(tmp_path, ROWS)
    return tmp_path


def fates(text: str) -> list[str]:
    """The lines of an import that tell what becomes of rows, and of goals."""
    return [line.strip() for line in text.splitlines()[1:] if line.startswith("   ") and "record" not in line]


def test_the_fate_of_each_row_is_told_alike_in_the_dry_and_the_real_run(run: Run, crm: Path) -> None:
    assert run("member", "change", "ana", "--name", "Ana Soto", "--as", "mara").returncode == 0
    assert run("member", "change", "ana", "--name", "Ana Vega", "--as", "mara").returncode == 0
    (crm / "map.yaml").write_text(MAP + "ignore: others\n", encoding="utf-8")
    more = ["Ana Ruiz,2017-02-03,10", "Ana Soto,2017-02-03,1", "ana,,500", "ana,-,500", "ben,2017-02-03,n/a"]
    more += ["ben,2017-02-03,", "Zoe Field,2017-02-03,9", "Bem Okafor,2017-02-03,9", "Zoe Field,2017-02-04,9"]
    write(crm, [*ROWS, *more])
    before = (crm / "team.board.json").read_bytes()
    dry = run(*IMPORT, "--dry-run")
    assert (crm / "team.board.json").read_bytes() == before
    real = run(*IMPORT)
    assert (dry.returncode, real.returncode) == (0, 0), real.stderr
    assert fates(dry.stdout) == fates(real.stdout)
    assert fates(real.stdout)[1:] == [
        "G1 ARR Iberia   $111  on 2017-02-03, 6 check-ins",
        "G2 ARR Nordics    $7  on 2017-02-03, 6 check-ins",
        "left out: 2 rows, no day",
        "lines 6, 7",
        "left out: 2 rows, no sum",
        "lines 8, 9",
        "left out: 3 rows, people of other teams",
        "lines 10, 11, 12",
        "2 names: Zoe Field (2), Bem Okafor (1)",
        "'Bem Okafor' is perhaps Ben Okafor: 1 row",
        "'Ana Ruiz' is Ana Vega (ana) now: 1 row",
        "'Ana Soto' is Ana Vega (ana) now: 1 row",
    ]
    assert last_values(crm) == {"G1": 111.0, "G2": 7.0}


def test_a_former_name_is_found_through_the_history(run: Run, crm: Path) -> None:
    """Another program that gives a member a name leaves it in the history alone."""
    path = crm / "team.board.json"
    text = json.loads(path.read_text(encoding="utf-8"))
    next(member for member in text["members"].values() if member["handle"] == "ben")["name"] = "Ben Marsh"
    path.write_text(json.dumps(text), encoding="utf-8")
    assert run("member", "change", "ana", "--title", "AE", "--as", "mara").returncode == 0
    found = run(*IMPORT)
    assert found.returncode == 0, found.stderr
    assert "'Ben Okafor' is Ben Marsh (ben) now: 1 row" in found.stdout


def test_errors_have_the_same_exit_code_in_the_dry_and_the_real_run(run: Run, crm: Path) -> None:
    write(crm, [*ROWS, "Zoe Field,2017-02-03,9", "ana,2017-02-03,a lot"])
    for arguments in (IMPORT, [*IMPORT, "--dry-run"]):
        found = run(*arguments)
        assert found.returncode == 1
        assert "no member is called 'Zoe Field': 1 row" in found.stdout
        assert "line 5: 'a lot' in column 'sum' is not a number" in found.stdout
        # Each kind of reason is told, so that the next run has no other.
        assert "ignore: others all of them. And: deals.csv, line 5: 'a lot' in column 'sum'" in found.stderr
        assert found.stderr.count("\n") == 1
    assert not [*board(crm).facts]


def test_times_with_an_offset_count_on_the_teams_day(run: Run, tmp_path: Path) -> None:
    team = TEAM.replace("timezone: UTC", "timezone: America/New_York")
    (tmp_path / "team.yaml").write_text(team, encoding="utf-8")
    (tmp_path / "map.yaml").write_text(MAP.replace("period: week", "period: day"), encoding="utf-8")
    assert run("init", "--from", "team.yaml").returncode == 0
    rows = ["ana,2017-02-02T02:00:00+00:00,1", "ana,2017-02-02T02:00:00Z,10", "ana,2017-02-02T02:00:00,100"]
    write(tmp_path, [*rows, "ana,2017-02-01T23:00:00-05:00,1000", "ana,2017-02-01T23:00:00-08:00,10000"])
    assert run(*IMPORT).returncode == 0
    values = {str(fact.on): fact.value for fact in board(tmp_path).facts_of("ana")}
    assert (values["2017-01-31"], values["2017-02-01"], values["2017-02-02"]) == (0.0, 1011.0, 11111.0)
    given = MAP.replace("period: week", "period: day") + "date_format: '%d/%m/%Y %H:%M %z'\n"
    (tmp_path / "map.yaml").write_text(given, encoding="utf-8")
    write(tmp_path, ["ana,02/02/2017 02:00 +0000,1", "ana,02/02/2017 05:00 +0000,10"])
    assert run(*IMPORT).returncode == 0
    values = {str(fact.on): fact.value for fact in board(tmp_path).facts_of("ana")}
    assert (values["2017-02-01"], values["2017-02-02"]) == (1.0, 11.0)


@pytest.mark.parametrize(
    ("text", "more"),
    [
        ("sep=;\r\nrep;day;sum\r\nana;2017-02-01;100\r\nben;2017-02-02;7\r\n", ""),
        ("SEP=|\nrep|day|sum\nana|2017-02-01|100\nben|2017-02-02|7\n", ""),
        ('"sep=;"\nrep;day;sum\nana;2017-02-01;100\nben;2017-02-02;7\n', ""),
        ("Deals, all of them\n\nrep,day,sum\nana,2017-02-01,100\nben,2017-02-02,7\n", "skip: 2"),
        ("sep=;\nDeals\nrep;day;sum\nana;2017-02-01;100\nben;2017-02-02;7\n", "skip: 2"),
        ('"rep";"day";"sum"\n"ana";"2017-02-01";"100"\n"ben";"2017-02-02";"7"\n', ""),
        ('"Rep","Day","SUM"\n"ANA","2017-02-01","100"\n"Ben","2017-02-02","7"\n', ""),
        ("\ufeffREP,day,Sum\nana,2017-02-01,100\nben okafor,2017-02-02,7\n", ""),
        ("rep,day,sum\nana,1.2.2017,100\nben,02.02.2017,7\n", "date_format: '%d.%m.%Y'"),
    ],
)
def test_files_of_all_kinds_are_the_same_facts(run: Run, crm: Path, text: str, more: str) -> None:
    (crm / "map.yaml").write_text(f"{MAP}{more}\n", encoding="utf-8")
    (crm / "deals.csv").write_text(text, encoding="utf-8", newline="")
    found = run(*IMPORT)
    assert found.returncode == 0, found.stderr
    assert last_values(crm) == {"G1": 100.0, "G2": 7.0}


def test_lines_are_numbered_with_those_above_the_header(run: Run, crm: Path) -> None:
    (crm / "map.yaml").write_text(MAP + "skip: 3\n", encoding="utf-8")
    (crm / "deals.csv").write_text(f"sep=,\nDeals\n\n{HEADER}\nana,2017-02-01,100\nana,soon,1\n", encoding="utf-8")
    assert "line 6: 'soon' is not a date" in run(*IMPORT).stdout


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("source: CRM\n", "", "map.yaml: object missing required field 'source'"),
        ("date: day", "date: day\ndate_format: dd.mm.yyyy", "line 5, field date_format: 'dd.mm.yyyy' has no year"),
        ("date: day", "date: day\ndate_format: '%d.%m.'", "'%d.%m.' has no year: write it like '%d.%m.%Y'"),
        ("date: day", "date: day\ndate_format: '%Q'", "'%Q' is not a date format: write it like"),
        ("date: day", "date: day\nskip: -1", "field skip"),
        ("date: day", "date: day\nignore: all", "field ignore"),
    ],
)
def test_what_a_map_can_not_say(run: Run, crm: Path, old: str, new: str, says: str) -> None:
    assert old in MAP
    (crm / "map.yaml").write_text(MAP.lstrip().replace(old, new), encoding="utf-8")
    before = (crm / "team.board.json").read_bytes()
    found = run(*IMPORT)
    assert (found.returncode, found.stdout) == (1, "")
    assert says in found.stderr
    assert found.stderr.count("\n") == 1
    assert (crm / "team.board.json").read_bytes() == before


def test_a_workbook_is_no_csv(run: Run, crm: Path) -> None:
    with zipfile.ZipFile(crm / "deals.csv", "w") as book:
        book.writestr("xl/workbook.xml", "<workbook/>")
    found = run(*IMPORT)
    assert (found.returncode, found.stdout) == (1, "")
    assert found.stderr == (
        "teamboard: deals.csv is a workbook or a zip file, not a CSV file: save it as CSV in the spreadsheet.\n"
    )
    assert not [*board(crm).facts]


@pytest.mark.skipif(not Path("/dev/stdin").exists(), reason="no /dev/stdin here")
@pytest.mark.parametrize("name", ["-", "/dev/stdin"])
def test_standard_input_is_read_once(run: Run, crm: Path, name: str) -> None:
    text = (crm / "deals.csv").read_text(encoding="utf-8")
    found = run.process("facts", "import", name, *IMPORT[3:], stdin=text)
    assert found.returncode == 0, found.stderr
    assert last_values(crm) == {"G1": 100.0, "G2": 7.0}


def test_the_map_can_be_the_standard_input_but_not_both(run: Run, crm: Path) -> None:
    found = run.process("facts", "import", "deals.csv", "--map", "-", "--as", "mara", stdin=MAP)
    assert found.returncode == 0, found.stderr
    assert last_values(crm) == {"G1": 100.0, "G2": 7.0}
    found = run.process("facts", "import", "-", "--map", "-", "--as", "mara", stdin=MAP)
    assert (found.returncode, found.stdout) == (1, "")
    assert found.stderr == "teamboard: Only one of the file and the map can be the standard input.\n"
