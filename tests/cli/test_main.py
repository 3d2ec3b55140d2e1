"""The command line, as a process: what it answers, where, and with which exit code."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from teamboard.domain.ids import RecordId
from teamboard.services.acting import os_login
from teamboard.store.file.store import FileStore
from tests.conftest import Run

TEAM = """\
team: {name: Two, timezone: UTC, period: {name: Q, starts: today-20, ends: today+20}}
members: [{handle: mara, name: Mara Lind}, {handle: ana, name: Ana Ruiz, manager: mara}]
goals:
  - {key: a, owner: ana, title: ARR, metric: {unit: €, target: 1000}}
  - {key: b, owner: ana, title: Steps, milestones: [{name: Pilot live}, {name: Roll-out}]}
  - {key: c, owner: ana, title: Demo alone}
"""


@pytest.fixture
def board(run: Run, tmp_path: Path) -> Path:
    """A board made by `init --from`."""
    (tmp_path / "team.yaml").write_text(TEAM, encoding="utf-8")
    made = run("init", "--from", "team.yaml")
    assert made.returncode == 0, made.stderr
    assert "2 members, 3 goals" in made.stdout
    return tmp_path / "team.board.json"


def failed(found: subprocess.CompletedProcess[str], code: int) -> str:
    """The one line of a failure."""
    assert found.returncode == code, found.stderr
    assert found.stdout == ""
    assert found.stderr.startswith("teamboard: ")
    assert found.stderr.count("\n") == 1
    assert "Traceback" not in found.stderr
    return found.stderr


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (
            ["G1", "450", "-m", "Acme signed", "--confidence", "8"],
            "G1 ARR: €0 → €450 · 45 % (pace 51 %) · at risk",
        ),
        (["g1", "0.5k"], "€0 → €500 · 50 % (pace 51 %) · on track"),
        (["G1", "€400"], "€0 → €400"),
        (["G1", "+4"], "€0 → €4 ·"),
        (["G1", "-4"], "€0 → -€4 ·"),
        (["G1", "=-4"], "€0 → -€4 ·"),
        (["G1", "1000"], "100 % (pace 51 %) · ★ achieved"),
        (["G1", "-m", "no news"], "€0 → €0"),
        (["G2", "--done", "pilot"], "G2 Steps: 0 of 2 → 1 of 2 · 50 % (pace 51 %) · on track"),
        (["G2", "--done", "Pilot live", "--done", "Roll-out"], "2 of 2 · 100 % (pace 51 %) · ★ achieved"),
        (["G3", "done"], "G3 Demo alone: not done → done · 100 % · ★ achieved"),
        (["G1", "3", "--blocked", "legal is slow"], "€3"),
    ],
)
def test_checkin_answers_in_one_line(run: Run, board: Path, arguments: list[str], says: str) -> None:
    found = run("checkin", *arguments, "--as", "ana")
    assert found.returncode == 0, found.stderr
    assert says in found.stdout
    assert found.stdout.count("\n") == 1
    assert FileStore(board).load().revision == 7


def test_checkins_add_to_the_last_value(run: Run, board: Path) -> None:
    for typed, shown in (("+4", "€0 → €4"), ("+4", "€4 → €8"), ("-3", "€8 → €5"), ("100", "€5 → €100")):
        assert shown in run("--as", "ana", "checkin", "G1", typed).stdout
    last = FileStore(board).load().last_checkin(RecordId("G1"))
    assert last is not None
    assert (last.by, last.value) == ("ana", 100)


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["checkin", "G9", "4"], 1, "no goal 'G9'"),
        (["checkin", "G1", "lots"], 1, "is not a number"),
        (["checkin", "G1", "1,5x"], 1, "is not a number"),
        (["checkin", "G2", "5"], 1, "which are done"),
        (["checkin", "G1", "--done", "x"], 1, "no milestones"),
        (["checkin", "G3", "0.5"], 1, "1 (done) or 0"),
        (["checkin", "G3", "+1"], 1, "1 (done) or 0"),
        (["checkin", "G1"], 2, "Give a value"),
        (["checkin"], 2, "where there is no terminal to ask on"),
        (["checkin", "G1", "4", "--confidence", "11"], 2, "--confidence"),
        (["checkin", "G1", "4", "--confidenec", "1"], 2, "No such option"),
        (["checkin", "G1", "4", "5"], 2, "unexpected extra argument"),
        (["nonsense"], 2, "There is no command 'nonsense'"),
        (["--nonsense"], 2, "No such option"),
        (["show", "--member", "zoe"], 1, "no member 'zoe'"),
        (["show", "--goal", "G9"], 1, "no goal"),
        (["show", "--goal", "G1", "--member", "ana"], 2, "not both"),
        (["goals", "--member", "zoe"], 1, "no member"),
        (["goal", "add", "x", "--owner", "ana", "--target", "0"], 1, "equal"),
        (["goal", "add", "x", "--owner", "ana", "--target", "5", "--milestone", "y"], 2, "not both"),
        (["goal", "add", "x", "--owner", "ana", "--due", "soon"], 1, "is not a date"),
        (["goal", "add", "x", "--owner", "ana", "--align", "T1"], 1, "no team goal 'T1'"),
        (["goal", "add", "x", "--team", "--align", "T1"], 2, "leave out --align"),
        (["member", "add", "ANA", "Ana"], 1, "not a valid handle"),
        (["member", "add", "ana", "Ana"], 1, "already"),
        (["init"], 1, "exists already"),
        (["init", "--from", "nothing.yaml"], 2, "does not exist"),
        (["completion", "tcsh"], 2, "'tcsh' is not one of"),
        (["--board", "none.json", "show"], 3, "There is no board"),
        (["--board", "none.json"], 3, "teamboard init"),
        (["--board", ".", "show"], 3, "can't be read: is a directory"),
        (["--board", "team.yaml", "show"], 3, "can't be read"),
        (["--as", "zoe"], 1, "no member 'zoe'"),
    ],
)
def test_errors_are_one_line_with_the_right_code(
    run: Run, board: Path, arguments: list[str], code: int, says: str
) -> None:
    before = board.read_bytes()
    named = arguments if "--as" in arguments else ["--as", "mara", *arguments]
    assert says in failed(run(*named), code)
    assert board.read_bytes() == before


def test_who_may_not_is_told_who_could(run: Run, board: Path) -> None:
    message = failed(run("checkin", "G1", "4", cwd=board.parent), 1)
    assert "Mara Lind (mara) or Ana Ruiz (ana)" in message
    assert os_login() in message


def test_the_login_says_who_you_are(run: Run, tmp_path: Path) -> None:
    (tmp_path / "team.yaml").write_text(TEAM.replace("manager: mara", f"manager: mara, logins: [{os_login()}]"))
    assert run("init", "--from", "team.yaml").returncode == 0
    assert run("checkin", "G1", "4").returncode == 0
    history = FileStore(tmp_path / "team.board.json").load().history
    assert history is not None
    entry = history.get(len(history))
    assert entry is not None
    assert (entry.by, entry.login, entry.host) == ("ana", os_login(), os.uname().nodename)


def test_options_environment_and_their_order(run: Run, board: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    for arguments in (
        ["--board", str(board), "--as", "ana", "checkin", "G1", "+1"],
        ["checkin", "G1", "+1", "--as", "ana", "--board", str(board)],
    ):
        assert run(*arguments, cwd=elsewhere, TEAMBOARD_BOARD="none", TEAMBOARD_MEMBER="mara").returncode == 0
    assert run("checkin", "G1", "+1", cwd=elsewhere, TEAMBOARD_BOARD=str(board), TEAMBOARD_MEMBER="mara").stdout
    assert [c.by for c in FileStore(board).load().checkins_of(RecordId("G1"))] == ["ana", "ana", "mara"]
    assert os.listdir(elsewhere) == []


def test_without_a_terminal_the_board_is_printed(run: Run, board: Path) -> None:
    run("checkin", "G1", "450", "--as", "ana")
    for arguments in ([], ["show"]):
        found = run(*arguments, cwd=board.parent, COLUMNS="80")
        assert found.returncode == 0
        assert "Two   Q · day 21 of 41   revision 7" in found.stdout
        assert "G1  ARR" in found.stdout
        assert re.search(r"45 % [━╸─┃]+ at risk", found.stdout)
        assert max(map(len, found.stdout.splitlines())) <= 80
        assert "\x1b" not in found.stdout


@pytest.mark.parametrize("name", ["our team.json", "it's $HOME.json", "b.json"])
def test_a_printed_command_can_be_copied_whatever_the_board_is_called(run: Run, name: str) -> None:
    made = run("init", "--name", "Mara", "--board", name).stdout
    words = shlex.split(made.split("`")[1])
    assert words == ["teamboard", "--board", name]
    assert "Mara" in run(*words[1:]).stdout
    board = run.folder / name
    board.write_text(board.read_text().replace('"name":"Mara"', '"name":"Other"', 1))
    copy = board.rename(run.folder / f"copy of {name}")
    assert run("init", "--name", "Mara").returncode == 0
    told = run("board", "merge", str(copy)).stderr
    assert shlex.split(told.split("`")[1]) == ["teamboard", "board", "doctor", "--board", str(copy)]


def test_demo_prints_the_sample_team_and_leaves_nothing(run: Run, tmp_path: Path) -> None:
    found = run("demo", TEAMBOARD_BOARD=str(tmp_path / "mine.json"))
    assert found.returncode == 0, found.stderr
    assert "Northwind EMEA Sales   This quarter · day 53 of 92" in found.stdout
    assert "Ana Ruiz" in found.stdout
    assert os.listdir(tmp_path) == []


def test_demo_into_a_file_of_ones_own(run: Run, tmp_path: Path) -> None:
    assert run("demo", "--board", "mine.json").returncode == 0
    assert sorted(os.listdir(tmp_path)) == ["mine.json", "mine.json.lock"]
    before = (tmp_path / "mine.json").read_bytes()
    assert "exists already" in failed(run("demo", "--board", "mine.json"), 1)
    assert (tmp_path / "mine.json").read_bytes() == before


def test_show_a_member_and_a_goal(run: Run) -> None:
    run("demo", "--board", "d.json")
    member = run("show", "--member", "Ana Ruiz", "--board", "d.json").stdout
    for piece in (
        "ARR Iberia",
        "Negotiation",
        "Lead the Iberia team",
        "coaching from mara",
        "New ARR",
    ):
        assert piece in member
    goal = run("show", "--goal", "t4", "--board", "d.json").stdout
    for piece in ("from 0 accounts to 12 accounts", "Kestrel", "Mara Lind"):
        assert piece in goal
    steps = run("show", "--goal", "G15", "--board", "d.json").stdout
    assert "● Workshop" in steps
    assert "○ Two deals" in steps


@pytest.mark.usefixtures("board")
def test_json_has_the_documented_fields(run: Run) -> None:
    run("checkin", "G1", "450", "-m", "half", "--as", "ana", "--blocked", "legal")
    whole = json.loads(run("show", "--json").stdout)
    assert set(whole) == {"revision", "today", "as_of", "team", "team_goals", "members"}
    member = json.loads(run("show", "--member", "ana", "--json").stdout)
    assert member == whole["members"][1]
    goal = json.loads(run("show", "--goal", "G1", "--json").stdout)
    assert goal["checkins"][0]["note"] == "half"
    assert (goal["value"], goal["progress"], goal["status"], goal["blocker"]) == (450, 0.45, "at risk", "legal")
    listed = json.loads(run("goals", "--json").stdout)
    assert [g["id"] for g in listed] == ["G1", "G2", "G3"]
    assert json.loads(run("members", "--json").stdout) == whole["members"]
    documented = (Path(__file__).parents[2] / "docs" / "json.md").read_text(encoding="utf-8")
    for name in {*whole, *member, *goal, *member["feedback"], *goal["checkins"][0]}:
        assert f"`{name}`" in documented, name


def test_a_team_from_the_command_line_alone(run: Run, tmp_path: Path) -> None:
    made = run("init", "--team", "Us", "--name", "Mara Lind", TZ="Europe/Berlin")
    assert made.returncode == 0, made.stderr
    assert run("member", "add", "ana", "Ana Ruiz", "--title", "AE", "--login", "nobody-here").returncode == 0
    arr = ["goal", "add", "New ARR", "--team", "--target", "2M", "--unit", "€", "--rolls-up", "sum"]
    assert run(*arr).stdout.startswith("T1 New ARR is set for the team. Target €2,000,000, ")
    mine = ["goal", "add", "ARR", "--owner", "ana", "--target", "900k", "--unit", "€", "--align", "t1"]
    assert run(*mine).stdout.startswith("G1 ARR is set for Ana Ruiz. Target €900,000, ")
    steps = [
        "goal",
        "add",
        "Course",
        "--owner",
        "ana",
        "--kind",
        "career",
        "--milestone",
        "One",
        "--milestone",
        "Two=3",
    ]
    assert run(*steps).returncode == 0
    assert run("checkin", "G1", "90k").stdout.startswith("G1 ARR: €0 → €90,000 · 10 %")
    assert "25 %" in run("checkin", "G2", "--done", "One").stdout
    board = FileStore(tmp_path / "team.board.json").load()
    assert board.team is not None
    assert (board.team.name, board.team.timezone) == ("Us", "Europe/Berlin")
    ana = board.member("ana")
    assert ana is not None
    assert ana.manager == next(iter(board.members)).handle
    assert "ana" in run("members").stdout
    assert "T1" in run("goals", "--team").stdout


def test_init_from_a_broken_file_leaves_nothing(run: Run, tmp_path: Path) -> None:
    (tmp_path / "team.yaml").write_text(TEAM.replace("target: 1000", "target: 0"))
    assert "team.yaml, line 4" in failed(run("init", "--from", "team.yaml"), 1)
    assert os.listdir(tmp_path) == ["team.yaml"]


def test_version_themes_and_help(run: Run) -> None:
    from teamboard import __version__

    assert run("version").stdout == f"teamboard {__version__}\n"
    assert run("--version").stdout == f"teamboard {__version__}\n"
    assert run("themes").stdout.count("dark") >= 4
    assert len(json.loads(run("themes", "--json").stdout)) == 7
    for arguments in ([], ["checkin"], ["goal", "add"], ["init"], ["show"]):
        found = run(*arguments, "--help")
        assert found.returncode == 0
        assert found.stdout.startswith("Usage: teamboard")


def test_a_broken_theme_is_named_on_standard_error(run: Run) -> None:
    own = Path(os.environ["XDG_CONFIG_HOME"]) / "teamboard" / "themes"
    own.mkdir(parents=True)
    (own / "bad.yaml").write_text("name: [")
    found = run("themes")
    assert found.returncode == 0
    assert found.stderr.startswith("teamboard: Theme bad.yaml, line ")
    assert found.stderr.count("\n") == 1


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion(run: Run, board: Path, shell: str) -> None:
    script = run("completion", shell).stdout
    assert "_TEAMBOARD_COMPLETE" in script
    if shell != "bash":
        return
    words = "teamboard checkin G"
    found = run(_TEAMBOARD_COMPLETE="bash_complete", COMP_WORDS=words, COMP_CWORD="2", cwd=board.parent)
    assert "G1" in found.stdout
    words = "teamboard --as m"
    assert "mara" in run(_TEAMBOARD_COMPLETE="bash_complete", COMP_WORDS=words, COMP_CWORD="2").stdout


def test_a_reader_that_leaves_early_is_no_error(run: Run, board: Path) -> None:
    command = f"{sys.executable} -m teamboard show | head -n 1"
    found = subprocess.run(["bash", "-c", command], cwd=board.parent, capture_output=True, text=True, check=False)
    assert found.stderr == ""
    assert run("show").returncode == 0


@pytest.mark.parametrize("text", ["\x1b[31mred\x1b[0m", "[bold]x[/]", "\u202eabc", "a\nb", "=1+1", "$(touch x)"])
def test_text_from_people_is_text(run: Run, board: Path, text: str) -> None:
    assert run("checkin", "G1", "5", "-m", text, "--blocked", text, "--as", "ana").returncode == 0
    for arguments in (["show"], ["show", "--goal", "G1"], ["show", "--member", "ana"], ["goals"]):
        found = run(*arguments)
        assert found.returncode == 0
        assert "\x1b" not in found.stdout
        assert "\u202e" not in found.stdout
    assert sorted(os.listdir(board.parent)) == ["team.board.json", "team.board.json.lock", "team.yaml"]


def test_half_a_board_is_told_and_not_written(run: Run, board: Path) -> None:
    half = board.read_bytes()[:400]
    board.write_bytes(half)
    for arguments in ([], ["show"], ["checkin", "G1", "4", "--as", "ana"]):
        assert "can't be read" in failed(run(*arguments), 3)
    assert board.read_bytes() == half


def test_an_ascii_terminal_gets_an_answer(run: Run, board: Path) -> None:
    found = run("show", cwd=board.parent, PYTHONIOENCODING="ascii", LC_ALL="C")
    assert found.returncode == 0
    assert "ARR" in found.stdout
