"""A team from a CSV file: every error at once, columns in any case of letters, unknown ones told and left out."""

from __future__ import annotations

import json
import os
import zipfile
from datetime import date
from pathlib import Path

import pytest

from teamboard.domain.board_filter import filter_board
from teamboard.services.views import view_today
from teamboard.store.base import utc_now
from teamboard.store.file.store import FileStore
from tests.conftest import Run

TEAM = """\
name,title,manager,region,login,goal,unit,target
Mara Lind,Sales manager,,,mlind,,,
Ana Ruiz,AE,Mara Lind,South,aruiz; ana.ruiz,ARR Iberia,$,1.2M
Ben Okafor,AE,Mara Lind,North,,ARR Nordics,$,900k
"""


def members(run: Run) -> list[tuple[str, str, str]]:
    """Handle, title and region of each member."""
    return [(m["handle"], m["title"], m["region"]) for m in json.loads(run("member", "list", "--json").stdout)]


def filtered(folder: Path, words: str) -> list[str]:
    """The handles of the members on the board filtered by words."""
    shown = view_today(FileStore(folder / "team.board.json").load(), utc_now())
    return [section.member.handle for section in filter_board(shown, words=words).sections]


def test_login_and_region_are_known_columns(run: Run, tmp_path: Path) -> None:
    (tmp_path / "team.csv").write_text(TEAM, encoding="utf-8")
    found = run("init", "--from", "team.csv")
    assert (found.returncode, found.stderr) == (0, "")
    assert members(run) == [("mara", "Sales manager", ""), ("ana", "AE", "South"), ("ben", "AE", "North")]
    exported = run("member", "export", "ana", "--to", "-", "--as", "mara")
    assert json.loads(exported.stdout)["member"]["logins"] == ["aruiz", "ana.ruiz"]


def test_a_region_is_shown_filtered_by_and_changed(run: Run, tmp_path: Path) -> None:
    (tmp_path / "team.csv").write_text(TEAM, encoding="utf-8")
    assert run("init", "--from", "team.csv").returncode == 0
    assert "AE · South" in run("show", COLUMNS="120").stdout
    assert filtered(tmp_path, "south") == ["ana"]
    assert run("member", "change", "ben", "--region", "South", "--as", "mara").stdout == (
        "Ben Okafor (ben), AE · South, manager mara.\n"
    )
    assert filtered(tmp_path, "south") == ["ana", "ben"]
    assert run("member", "add", "chi", "Chi Sato", "--region", "East", "--as", "mara").returncode == 0
    assert members(run)[-1] == ("chi", "", "East")
    assert "region" in run("log").stdout


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace("name,title,manager", "Name,TITLE,Manager"),
        lambda text: "sep=;\n" + text.replace(",", ";"),
        lambda text: "\n".join(",".join(f'"{cell}"' for cell in line.split(",")) for line in text.splitlines()),
    ],
    ids=["letters", "sep", "quoted"],
)
def test_files_of_all_kinds_are_the_same_team(run: Run, tmp_path: Path, change: object) -> None:
    text = change(TEAM.replace("; ana.ruiz", ""))  # type: ignore[operator]
    (tmp_path / "team.csv").write_text(text, encoding="utf-8")
    found = run("init", "--from", "team.csv")
    assert (found.returncode, found.stderr) == (0, "")
    assert members(run) == [("mara", "Sales manager", ""), ("ana", "AE", "South"), ("ben", "AE", "North")]


def test_unknown_columns_are_told_and_left_out(run: Run, tmp_path: Path) -> None:
    (tmp_path / "team.csv").write_text("name,phone,Manger\nMara Lind,555,\nAna Ruiz,556,Mara\n", encoding="utf-8")
    found = run("init", "--from", "team.csv")
    assert found.returncode == 0
    told = found.stderr.splitlines()
    assert told[0].startswith("teamboard: team.csv: the column 'phone' is left out; there are name, handle, manager,")
    assert told[1] == "teamboard: team.csv: the column 'Manger' is left out; did you mean manager?"


def test_all_errors_of_a_file_are_told_at_once(run: Run, tmp_path: Path) -> None:
    rows = [
        "name,manager,goal,kind,unit,target,due,ramp,left",
        "Mara Lind,,,,,,,,",
        "Ana Ruiz,Zoe,ARR,quota,$,1.2M,2026-12-31,,",
        "Ben Okafor,Mara Lind,ARR,Result,$,lots,soon,,",
        ",Mara Lind,ARR,,$,1,,,",
        "Chi Sato,Mara Lind,,,,,,fast,",
        "Dana Ek,Mara Lind,ARR",
        "Eve Adler,Mara Lind,ARR,,$,1.200,,,2001-01-01",
    ]
    (tmp_path / "team.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    found = run("init", "--from", "team.csv")
    assert (found.returncode, found.stdout) == (1, "")
    told = found.stderr.splitlines()
    for line, says in (
        (3, ", field manager: there is no member 'Zoe'."),
        (3, ", field kind: 'quota' is not a kind of goal: result, skill, career."),
        (4, ", field target: 'lots' is not a number"),
        (4, ", field due: 'soon' is not a date; try 2026-12-31 or 31.12.2026."),
        (5, ": the name is missing."),
        (6, ": 'fast' is not a ramp"),
        (7, ": the row has 3 cells, the header 9."),
        (8, ": Eve Adler left before this board begins"),
        (8, ", field target: '1.200' can be read"),
    ):
        assert any(error.startswith(f"teamboard: team.csv, line {line}{says}") for error in told), says
    assert told[-1] == f"teamboard: No board was created: team.csv has {len(told) - 1} errors."
    assert len(told) == 10
    assert os.listdir(tmp_path) == ["team.csv"]


@pytest.mark.parametrize("name", ["team.csv", "team.xlsx", "team.yaml"])
def test_a_workbook_is_no_team(run: Run, tmp_path: Path, name: str) -> None:
    with zipfile.ZipFile(tmp_path / name, "w") as book:
        book.writestr("xl/workbook.xml", "<workbook/>")
    found = run("init", "--from", name)
    assert (found.returncode, found.stdout) == (1, "")
    assert found.stderr == (
        f"teamboard: {name} is a workbook or a zip file, not a CSV file: save it as CSV in the spreadsheet.\n"
    )
    assert os.listdir(tmp_path) == [name]


def test_errors_of_the_board_are_told_at_once_with_their_lines(run: Run, tmp_path: Path) -> None:
    """Also what only the board refuses; what follows from a member who is refused is not told beside it."""
    rows = [
        "name,handle,region,login,manager,goal,target,weight,due,away",
        "Ana Ruiz,ana,South,aruiz,Mara Lind,ARR,100,-1,,",
        "Mara Lind,mara,,mlind,,,,,,",
        "Ben Okafor,ben,,aruiz,Mara Lind,ARR,10,,,",
        "Chi Sato,g5,,,Mara Lind,ARR,10,,,",
        "Dana Ek,dana,,,Mara Lind,ARR,5,,2020-01-01,",
        "Eve Adler,eve,,,Mara Lind,ARR,0,,,2026-13-01 to 2026-12-02",
    ]
    (tmp_path / "team.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    found = run("init", "--from", "team.csv")
    assert (found.returncode, found.stdout) == (1, "")
    told = found.stderr.splitlines()
    assert [line.removeprefix("teamboard: team.csv, ").partition(":")[0] for line in told[:-1]] == [
        "line 7, field starts",
        "line 2, field weight",
        "line 4",
        "line 5",
        "line 6",
        "line 7",
    ], told
    assert "The login 'aruiz' is ana's already." in told[2]
    assert told[-1] == "teamboard: No board was created: team.csv has 6 errors."
    assert os.listdir(tmp_path) == ["team.csv"]


def test_numbers_and_days_are_read_in_the_teams_style(run: Run, tmp_path: Path) -> None:
    year = date.today().year + 1  # noqa: DTZ011 - the machine's day, which the board has too
    rows = [
        "Name;Manager;Goal;Unit;Target;Start;Weight;Starts;Due;Away;First day",
        f"Mara Lind;;ARR;€;400.000;1.250,50;0,5;1.1.{year};31.12.{year};;1.1.{year}",
        f'Ana Ruiz;Mara Lind;;;;;;;;"1.2.{year} to 03.02.{year}: Moving; {year}-05-01 to 2.5.{year}";',
    ]
    (tmp_path / "team.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    refused = run("init", "--from", "team.csv")
    assert (refused.returncode, refused.stderr) == (
        1,
        "teamboard: team.csv, line 2, field target: '400.000' can be read as 400 000 or as 400: write one of these, or "
        "say with `init --numbers` how the file writes them.\n",
    )
    found = run("init", "--from", "team.csv", "--numbers", "de")
    assert (found.returncode, found.stderr) == (0, "")
    (goal,) = json.loads(run("goal", "list", "--json").stdout)
    assert (goal["measure"]["target"], goal["measure"]["start"], goal["weight"]) == (400_000, 1250.5, 0.5)
    assert (goal["starts"], goal["due"]) == (f"{year}-01-01", f"{year}-12-31")
    ana = json.loads(run("member", "list", "--json").stdout)[1]
    assert [(a["starts"], a["ends"]) for a in ana["away"]] == [
        (f"{year}-02-01", f"{year}-02-03"),
        (f"{year}-05-01", f"{year}-05-02"),
    ]
    assert "numbers        de: 1.200,50" in run("team").stdout
    # The quarter is the calendar's: what to do if it is not is said at once.
    assert "If yours has other days, say them with `teamboard team --period-starts" in found.stdout.splitlines()[1]


def test_a_misspelt_manager_gets_a_suggestion(run: Run, tmp_path: Path) -> None:
    (tmp_path / "team.csv").write_text("name,manager\nHanna Vogt,\nAna Ruiz,Hanna Vogdt\n", encoding="utf-8")
    says = "teamboard: team.csv, line 3, field manager: there is no member 'Hanna Vogdt'; perhaps Hanna Vogt.\n"
    assert run("init", "--from", "team.csv").stderr == says


def test_numbers_are_said_for_a_csv_file_alone(run: Run, tmp_path: Path) -> None:
    (tmp_path / "team.yaml").write_text("team: {name: Us}\n", encoding="utf-8")
    found = run("init", "--from", "team.yaml", "--numbers", "de")
    says = "teamboard: --numbers is for a CSV file; in YAML the team says it: numbers: de.\n"
    assert (found.returncode, found.stderr) == (1, says)
    found = run("init", "--numbers", "de")
    assert (found.returncode, "--numbers goes with --from" in found.stderr) == (2, True)
    assert os.listdir(tmp_path) == ["team.yaml"]
