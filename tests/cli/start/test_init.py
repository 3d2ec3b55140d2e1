"""`init`: the handle of whoever makes a board, two of one name in a CSV, and a team that another board has listed."""

from __future__ import annotations

import csv
import json
import os
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from teamboard.store.file.store import FileStore
from tests.conftest import Run
from tests.helpers.terminal import Terminal

TWO_OF_ONE_NAME = """name,handle,manager,goal,unit,target
Mara Lind,,,,,
Ana Ruiz,ana,Mara Lind,Deals,deals,5
Ana Ruiz,ana2,mara,Calls,calls,50
Jos\u00e9 Sol,,ana2,Renewals,,
Jose\u0301 Sol,,,Upgrades,,
"""

TODAY = datetime.now().astimezone().date()
GONE = TODAY + timedelta(days=30)
WEEK = f"{TODAY - timedelta(days=2)} to {TODAY + timedelta(days=4)}"
LATER = f"{TODAY + timedelta(days=40)} to {TODAY + timedelta(days=44)}"
HEADER = "name,handle,title,manager,first day,ramp,away,left,goal,kind,unit,start,target,per week,starts,due,weight\n"
TEAM = (
    HEADER
    + f"""\
Mara Lind,mara,Head,,,,,,Forecast,result,%,14,5,,2026-10-01,2099-12-31,
Ana Ruiz,ana,AE,mara,,,"{WEEK}: Moving; new flat; {LATER}",,ARR,result,€,,1.2M,,2026-10-01,2099-12-31,2.5
Ana Ruiz,ana2,SDR,ana,{TODAY - timedelta(days=20)},"25,50",,,Calls,skill,calls,,,10,{TODAY},2099-12-31,
Ana Ruiz,ana2,,ana,,,,,Mentor a colleague,career,,,,,2026-10-01,2099-12-31,
Ben Okafor,ben,AE,mara,,,,{GONE},,,,,,,,,
"""
)


@pytest.mark.parametrize(
    ("options", "handle"),
    [
        (["--name", "Zoë de Vries"], "zoe"),
        (["--name", "Reply Adler"], "reply.a"),
        (["--name", "Zoë de Vries", "--handle", "zdv"], "zdv"),
        (["--as", "zed"], "zed"),
        (["--as", "Zed Ex"], "zed"),
    ],
)
def test_the_handle_is_made_from_the_name_and_not_from_the_login(
    run: Run, tmp_path: Path, options: list[str], handle: str
) -> None:
    assert run("init", *options).returncode == 0
    (me,) = FileStore(tmp_path / "team.board.json").load().members
    assert (me.handle, bool(me.logins)) == (handle, True)
    assert run("feedback", "--as", handle).returncode != 3


def test_on_a_terminal_the_handle_is_asked_for(tmp_path: Path, terminals: list[Terminal]) -> None:
    terminal = Terminal(tmp_path, "init", "--name", "Mara Lind")
    terminals.append(terminal)
    terminal.wait_for("What you go by on the board, such as ana [mara]:")
    terminal.type("marlene\r")
    assert terminal.finish() == 0
    assert FileStore(tmp_path / "team.board.json").load().member("marlene") is not None


def test_two_of_one_name_in_csv_are_told_apart_by_their_handles(run: Run, tmp_path: Path) -> None:
    (tmp_path / "team.csv").write_text(TWO_OF_ONE_NAME, encoding="utf-8")
    assert run("init", "--from", "team.csv").returncode == 0, run("init", "--from", "team.csv").stderr
    board = FileStore(tmp_path / "team.board.json").load()
    assert [(m.handle, m.name, m.manager) for m in board.members] == [
        ("mara", "Mara Lind", None),
        ("ana", "Ana Ruiz", "mara"),
        ("ana2", "Ana Ruiz", "mara"),
        ("jose", "José Sol", "ana2"),
    ]
    assert [(g.owner, g.title) for g in board.goals] == [
        ("ana", "Deals"), ("ana2", "Calls"), ("jose", "Renewals"), ("jose", "Upgrades"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("line", "says"),
    [
        (
            "Ana Ruiz,,,More,,",
            "team.csv, line 7: Two are called 'Ana Ruiz': ana, ana2. Give the handle.",
        ),
        (
            "Eve Adler,,Ana Ruiz,More,,",
            "team.csv, line 7, field manager: Two are called 'Ana Ruiz': ana, ana2. Give the handle.",
        ),
        ("Ana Sol,ana,,More,,", "There is a member 'ana' already."),
    ],
)
def test_a_row_that_may_be_about_either_is_refused(run: Run, tmp_path: Path, line: str, says: str) -> None:
    (tmp_path / "team.csv").write_text(f"{TWO_OF_ONE_NAME}{line}\n", encoding="utf-8")
    made = run("init", "--from", "team.csv")
    assert (made.returncode, made.stdout, made.stderr.count("\n")) == (1, "", 1)
    assert says in made.stderr
    assert os.listdir(tmp_path) == ["team.csv"]


def listed(run: Run, board: str) -> list[dict[str, Any]]:
    """The members and their goals as `member list --json` prints them, without what differs from day to day."""
    printed = json.loads(run("--board", board, "member", "list", "--json").stdout)
    fields = ("handle", "name", "title", "manager", "starts", "ramp", "left", "away")
    terms = ("owner", "title", "kind", "measure", "starts", "due", "weight")
    return [{f: m[f] for f in fields} | {"goals": [{t: g[t] for t in terms} for g in m["goals"]]} for m in printed]


def rows_of(member: dict[str, Any]) -> list[dict[str, Any]]:
    """The rows of the CSV that a script makes of a listed member, one for each goal."""
    away = (f"{a['starts']} to {a['ends']}: {a.get('note', '')}".removesuffix(": ") for a in member["away"])
    person = {key: member[key] for key in ("name", "handle", "title", "manager", "left")}
    person |= {"first day": member["starts"], "ramp": ",".join(map(str, member["ramp"])), "away": "; ".join(away)}
    rows = []
    for goal in member["goals"] or [{}]:
        measure = goal.get("measure", {})
        terms = {key: goal.get(key) for key in ("kind", "starts", "due", "weight")}
        terms |= {"goal": goal.get("title"), "per week": measure.get("per_week")}
        rows.append(person | terms | {key: measure.get(key) for key in ("unit", "start", "target")})
    return rows


def test_a_team_that_was_listed_comes_in_again_the_same(run: Run, tmp_path: Path) -> None:
    (tmp_path / "team.csv").write_text(TEAM, encoding="utf-8")
    assert run("--board", "first.json", "init", "--from", "team.csv").stderr == ""
    first = listed(run, "first.json")
    assert [(m["handle"], m["left"], len(m["away"]), m["ramp"], len(m["goals"])) for m in first] == [
        ("mara", None, 0, [], 1),
        ("ana", None, 2, [], 1),
        ("ben", str(GONE), 0, [], 0),
        ("ana2", None, 0, [25, 50], 2),
    ]
    assert [absence.get("note") for absence in first[1]["away"]] == ["Moving; new flat", None]
    with (tmp_path / "again.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, HEADER.strip().split(","))
        writer.writeheader()
        writer.writerows(row for member in first for row in rows_of(member))
    assert run("--board", "second.json", "init", "--from", "again.csv").stderr == ""
    assert listed(run, "second.json") == first


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        (str(GONE), "2026-01-31", "team.csv, line 6: Ben Okafor left before this board begins, on 2026-01-31"),
        (str(GONE), "soon", "team.csv, line 6: 'soon' is not a date; try 2026-12-31 or 31.12.2026."),
        (f"{GONE},", f"{GONE},Deals", "team.csv, line 6: Ben Okafor leaves: give the goal to somebody who stays."),
        (WEEK, "2026-11-13", "team.csv, line 3: '2026-11-13: Moving; new flat' is not days away; write 2026-11-13 to"),
        (WEEK, "2026-11-13 to 2026-11-12", "team.csv, line 3: 2026-11-12 is before 2026-11-13"),
        (WEEK, "2026-11-13 to 2026-11-31", "team.csv, line 3, field ends: '2026-11-31' is not a date"),
        (LATER, WEEK, "team.csv, line 3: Ana Ruiz (ana) is away from"),
    ],
)
def test_days_away_and_leavers_that_do_not_fit_are_refused(
    run: Run, tmp_path: Path, old: str, new: str, says: str
) -> None:
    (tmp_path / "team.csv").write_text(TEAM.replace(old, new), encoding="utf-8")
    made = run("init", "--from", "team.csv")
    assert (made.returncode, made.stdout, made.stderr.count("\n")) == (1, "", 1)
    assert says in made.stderr
    assert os.listdir(tmp_path) == ["team.csv"]
