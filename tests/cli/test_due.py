"""`due`: what is owed to whom, and the command that settles it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from teamboard.actions.base import Actor
from teamboard.store.file.store import FileStore
from tests.bench.boards import make_board
from tests.cli.conftest import DOCUMENTED, refused_and_unchanged
from tests.conftest import Run


@pytest.mark.usefixtures("demo")
def test_due_lists_the_most_overdue_first_with_what_settles_it(run: Run) -> None:
    lines = run("due", COLUMNS="120").stdout.splitlines()
    assert lines[0].startswith(" Overdue")
    late = [int(line.split()[0]) for line in lines[1 : lines.index("")]]
    assert late == sorted(late, reverse=True)
    assert late[0] >= 1
    (ben,) = [line for line in lines if "one-on-one of Ben and Mara" in line]
    assert ben.endswith("teamboard one-on-one ben --held")
    assert " d late " in ben
    assert run("one-on-one", "ben", "--held", "--as", "mara").returncode == 0
    assert "one-on-one of Ben" not in run("due").stdout
    ana = json.loads(run("due", "--member", "ana", "--json").stdout)
    assert {"check-in", "feedback", "manager's feedback", "one-on-one", "review", "action"} == {d["kind"] for d in ana}
    assert all("ana" in (d["owes"], d["to"]) for d in ana)
    for name in {name for d in ana for name in d}:
        assert f"`{name}`" in DOCUMENTED, name


@pytest.mark.usefixtures("demo")
def test_every_command_that_due_names_is_one(run: Run) -> None:
    found = json.loads(run("due", "--json").stdout)
    settle = {d["kind"]: d["command"].removeprefix("teamboard ") for d in found}
    done = {
        "check-in": [*settle["check-in"].split(), "-m", "as before"],
        "feedback": settle["feedback"].replace('"…"', "Good").split(),
        "manager's feedback": settle["manager's feedback"].replace('"…"', "Good").split(),
        "one-on-one": settle["one-on-one"].split(),
        "review": settle["review"].replace("DAY", "today+40").split(),
        "action": settle["action"].split(),
    }
    assert set(done) == set(settle)
    for kind, arguments in done.items():
        result = run(*arguments, "--as", "ana" if "mara" in arguments[:2] else "mara")
        assert result.returncode == 0, (kind, result.stderr)


@pytest.mark.usefixtures("own")
def test_quiet_says_by_its_exit_code_whether_anything_is_overdue(run: Run) -> None:
    quiet = run("due", "--quiet")
    assert (quiet.returncode, quiet.stdout, quiet.stderr) == (0, "", "")
    assert run("one-on-one", "ana", "--action", "Price story", "--due", "today-5").returncode == 0
    quiet = run("due", "--quiet", "--json")
    assert (quiet.returncode, quiet.stdout, quiet.stderr) == (1, "", "")
    assert run("one-on-one", "--done", "o1.1").returncode == 0
    assert run("due", "--quiet").returncode == 0


def test_a_large_team_has_a_list_and_a_pulse(run: Run, tmp_path: Path) -> None:
    FileStore(tmp_path / "team.board.json").create(make_board(150, 300), Actor(None))
    assert len(run("due").stdout.splitlines()) > 150
    shown = run("pulse").stdout
    assert len(shown.splitlines()) > 150
    assert "gave    got" in shown


@pytest.mark.slow
@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["due", "--member", "zoe"], 1, "no member 'zoe'"),
    ],
    ids=lambda v: " ".join(v) if isinstance(v, list) else str(v),
)
def test_bad_input_is_refused_with_nothing_written(
    run: Run, demo: Path, arguments: list[str], code: int, says: str
) -> None:
    refused_and_unchanged(run, demo, arguments, code, says)
