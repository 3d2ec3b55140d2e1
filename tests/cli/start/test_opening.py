"""The first minutes: no board yet, who are you, the tour, a check-in in the shell."""

from __future__ import annotations

import os
import re
import sys
from datetime import date
from pathlib import Path

import pytest

from teamboard.actions.base import Actor
from teamboard.actions.team import ClaimLogin
from teamboard.domain.errors import Refused
from teamboard.domain.history.log import history_of
from teamboard.domain.records import Metric
from teamboard.importers.first_team import FirstTeam, from_form
from teamboard.store.file.store import FileStore
from tests.conftest import NOW, Maker, Run
from tests.helpers.terminal import Terminal

CSV = """name;title;goal;unit;target;kind
Mara Lind;Manager;;;;
Ana Ruiz;AE;ARR Iberia;€;1.2M;
Ana Ruiz;AE;Discovery calls;calls;120;skill
Ana Lind;;Mentor a colleague;;;
"""


def start(folder: Path, terminals: list[Terminal], *arguments: str, lines: int = 40) -> Terminal:
    terminal = Terminal(folder, *arguments, columns=100, lines=lines)
    terminals.append(terminal)
    return terminal


# -- no board yet


def test_where_there_is_no_board_one_is_made_by_a_form(tmp_path: Path, terminals: list[Terminal]) -> None:
    terminal = start(tmp_path, terminals, lines=24)
    terminal.wait_for("There is no board at")
    terminal.type("jj\r")
    terminal.wait_for("A new board")
    terminal.type("\x13")
    terminal.wait_for("What is the team called?")
    terminal.type("Iberia\t\t\t\t")
    terminal.wait_for("Iberia")
    terminal.type("\x01\x0bMara Lind, Manager")
    terminal.wait_for("what you go by: mara")
    terminal.type("\tMara Lind\tAna Ruiz, AE\rAna Lind\tAna: ARR = €1.2M")
    terminal.wait_for("Ana: ARR = €1.2M")
    terminal.type("\x13")
    terminal.wait_for("'Mara Lind' is not a valid handle: use lower-case letters")
    terminal.type("\x1b[Z\x1b[Z\x01\x0bmarlene\x13")
    terminal.wait_for("goals, line 1: Two are called 'Ana': ana, ana.l. Give the")
    assert os.listdir(tmp_path) == []
    terminal.type("\t\t\x01\x0bAna Ruiz: ARR Iberia = € 400.000\x13")
    terminal.wait_for("goals, line 1: '400.000' can be read as 400 000 or as 400: write one")
    terminal.wait_for("of these.")
    terminal.type("\x01\x0bAna Ruiz: ARR Iberia = 1,2 Mio. €\rana.l: Discovery calls = 120 calls\rMara: Mentor Ana")
    terminal.wait_for("Mara: Mentor Ana")
    terminal.type("\x13")
    terminal.wait_for("● live")
    terminal.wait_for("ARR Iberia")
    board = FileStore(tmp_path / "team.board.json").load()
    me = next(iter(board.members))
    assert [(m.name, m.title, m.manager) for m in board.members] == [
        ("Mara Lind", "Manager", None),
        ("Ana Ruiz", "AE", me.handle),
        ("Ana Lind", "", me.handle),
    ]
    assert [(g.owner, g.title, type(g.measure).__name__) for g in board.goals] == [
        ("ana", "ARR Iberia", "Metric"),
        ("ana.l", "Discovery calls", "Metric"),
        (me.handle, "Mentor Ana", "DoneOrNot"),
    ]
    assert next(iter(board.goals)).measure == Metric(unit="€", start=0, target=1_200_000)
    assert me.logins
    # Nothing is overdue on a board that is a minute old.
    assert "overdue" not in "\n".join(terminal.screen.display)


def test_the_demo_is_offered_and_touches_nothing(tmp_path: Path, terminals: list[Terminal]) -> None:
    terminal = start(tmp_path, terminals, lines=30)
    terminal.wait_for("Look around")
    terminal.type("\r")
    terminal.wait_for("Northwind EMEA Sales")
    terminal.wait_for("● live")
    terminal.type("q")
    assert terminal.finish() == 0
    assert os.listdir(tmp_path) == []


def test_whoever_leaves_at_once_has_made_nothing(tmp_path: Path, terminals: list[Terminal]) -> None:
    terminal = start(tmp_path, terminals, lines=30)
    terminal.wait_for("Make a new board")
    terminal.type("q")
    assert terminal.finish() == 0
    assert os.listdir(tmp_path) == []


def test_where_there_is_no_terminal_it_is_an_error(run: Run) -> None:
    found = run()
    assert (found.returncode, found.stderr.count("\n")) == (3, 1)


@pytest.mark.parametrize(
    ("form", "says"),
    [
        ({"goals": ["ARR 5"]}, "goals, line 1: write whose it is"),
        ({"goals": ["Zoe: ARR = 5"]}, "goals, line 1: there is no member 'Zoe'"),
        ({"goals": ["Mara: ARR = lots"]}, "goals, line 1: 'lots' is not a number"),
        ({"goals": ["Mara: ok = 1", "Mara: same start = 0"]}, "goals, line 2"),
        ({"ends": "2026-09-01"}, "A period must end after it begins"),
        ({"starts": "October"}, "The period's days are written like 2026-10-01"),
        ({"members": [", AE"]}, "members, line 1: the name is missing"),
        ({"members": ["x" * 400]}, "members, line 1"),
    ],
)
def test_a_form_that_makes_no_sense_says_which_line(form: dict[str, object], says: str) -> None:
    whole = {"team": "T", "period": "Q4", "starts": "2026-10-01", "ends": "2026-12-31", "you": "Mara Lind", **form}
    with pytest.raises(Refused) as refused:
        from_form(FirstTeam(**whole), NOW, Actor(None, "mara", "desk"))  # type: ignore[arg-type]
    assert says in str(refused.value)
    assert "\n" not in str(refused.value)


# -- a team in CSV


def test_a_team_in_csv(run: Run, tmp_path: Path) -> None:
    (tmp_path / "team.csv").write_text(CSV, encoding="utf-8")
    made = run("init", "--from", "team.csv", "--team", "Iberia")
    assert (made.returncode, made.stderr) == (0, "")
    assert "3 members, 3 goals" in made.stdout
    board = FileStore(tmp_path / "team.board.json").load()
    assert [(m.handle, m.manager) for m in board.members] == [("mara", None), ("ana", "mara"), ("ana.l", "mara")]
    assert [(g.owner, g.kind) for g in board.goals] == [("ana", "result"), ("ana", "skill"), ("ana.l", "result")]
    assert board.team is not None
    assert board.team.name == "Iberia"


def test_a_newcomer_in_csv(run: Run, tmp_path: Path) -> None:
    text = 'name,first day,ramp\nMara Lind,,\nZoe Lang,2026-11-02,"25,50,75"\n'
    (tmp_path / "team.csv").write_text(text, encoding="utf-8")
    assert run("init", "--from", "team.csv").returncode == 0
    zoe = FileStore(tmp_path / "team.board.json").load().member("zoe")
    assert zoe is not None
    assert (zoe.starts, zoe.ramp) == (date(2026, 11, 2), (25, 50, 75))


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [("25,50", "250,50", "line 3: A ramp is per cent"), ("11-02", "13-02", "line 3, field first day")],
)
def test_a_bad_newcomer_in_csv_is_refused(run: Run, tmp_path: Path, old: str, new: str, says: str) -> None:
    text = 'name,first day,ramp\nMara Lind,,\nZoe Lang,2026-11-02,"25,50"\n'
    (tmp_path / "team.csv").write_text(text.replace(old, new), encoding="utf-8")
    made = run("init", "--from", "team.csv")
    assert (made.returncode, made.stderr.count("\n")) == (1, 1)
    assert says in made.stderr
    assert os.listdir(tmp_path) == ["team.csv"]


def test_the_csv_of_the_docs_works(run: Run, tmp_path: Path) -> None:
    text = (Path(__file__).parents[3] / "docs" / "team-csv.md").read_text(encoding="utf-8")
    (tmp_path / "team.csv").write_text(text.split("```csv\n")[1].partition("```")[0], encoding="utf-8")
    assert "3 members, 3 goals" in run("init", "--from", "team.csv").stdout


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("1.2M", "a lot", "team.csv, line 3"),
        ("skill", "talent", "team.csv, line 4"),
        ("Ana Lind;", ";", "team.csv, line 5: the name is missing."),
        ("name;title", "who;title", "team.csv has no column 'name'"),
        (CSV.partition("\n")[2], "", "team.csv: it has no members."),
        ("Ana Lind;;Mentor a colleague;;;", "Ana Lind;;Mentor", "team.csv, line 5: the row has 3 cells, the header 6."),
    ],
)
def test_a_csv_that_is_none_says_where(run: Run, tmp_path: Path, old: str, new: str, says: str) -> None:
    assert old in CSV
    (tmp_path / "team.csv").write_text(CSV.replace(old, new), encoding="utf-8")
    made = run("init", "--from", "team.csv")
    assert (made.returncode, made.stderr.count("\n")) == (1, 1)
    assert says in made.stderr
    assert os.listdir(tmp_path) == ["team.csv"]


# -- who are you


@pytest.mark.parametrize(
    ("options", "handle", "name"),
    [
        (["--as", "ana"], "ana", "ana"),
        (["--as", "@ana", "--name", "Ana Ruiz"], "ana", "Ana Ruiz"),
        (["--as", "Ana Ruiz"], "ana", "Ana Ruiz"),
        (["--from", "team.csv", "--as", "ana.l"], "ana.l", "Ana Lind"),
        (["--from", "team.csv", "--as", "mara lind"], "mara", "Mara Lind"),
    ],
)
def test_a_new_board_knows_who_said_who_they_are(
    run: Run, tmp_path: Path, options: list[str], handle: str, name: str
) -> None:
    (tmp_path / "team.csv").write_text(CSV, encoding="utf-8")
    made = run("init", *options)
    assert (made.returncode, made.stderr) == (0, "")
    assert f"You are {name} ({handle}). " in made.stdout
    # From now on without saying so again.
    assert run("career", handle, "--aspiration", "Lead a team").returncode == 0
    board = FileStore(tmp_path / "team.board.json").load()
    assert [(m.handle, m.name) for m in board.members if m.logins] == [(handle, name)]
    newest = history_of(board).newest()
    assert newest is not None
    assert newest.by == handle
    assert run("board", "doctor").returncode == 0


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--from", "team.csv", "--as", "bob"], "has no member 'bob', but mara, ana, ana.l: say with --as who you are"),
        (["--from", "team.yaml", "--as", "mara"], "The login of Mara is theirs in that team, yours is "),
        (["--as", "reply"], "'reply' is a word of the command line: choose another handle."),
        (["--handle", "reply"], "'reply' is a word of the command line: choose another handle."),
        (["--name", "Zoë Lang", "--handle", "Zoë"], "'Zoë' is not a valid handle: use lower-case letters, digits, "),
    ],
)
def test_who_can_not_be_on_the_new_board_is_refused(run: Run, tmp_path: Path, options: list[str], says: str) -> None:
    (tmp_path / "team.csv").write_text(CSV, encoding="utf-8")
    (tmp_path / "team.yaml").write_text(
        "team: {name: Us, timezone: UTC, period: {name: Q4, starts: 2026-10-01, ends: 2026-12-31}}\n"
        "members: [{handle: mara, name: Mara, logins: [theirs]}]\n",
        encoding="utf-8",
    )
    made = run("init", *options)
    assert (made.returncode, made.stdout, made.stderr.count("\n")) == (1, "", 1)
    assert says in made.stderr
    assert not (tmp_path / "team.board.json").exists()


def test_the_first_start_asks_who_one_is_and_only_once(run: Run, tmp_path: Path, terminals: list[Terminal]) -> None:
    (tmp_path / "team.csv").write_text(CSV, encoding="utf-8")
    assert run("init", "--from", "team.csv").returncode == 0
    assert not any(m.logins for m in FileStore(tmp_path / "team.board.json").load().members)
    terminal = start(tmp_path, terminals, lines=30)
    terminal.wait_for("Who are you?")
    terminal.type("j\r")
    terminal.wait_for("● live")
    assert terminal.screen.display[1].rstrip().endswith("Ana Ruiz") or terminal.screen.display[0].rstrip().endswith(
        "Ana Ruiz"
    )
    terminal.type("q")
    assert terminal.finish() == 0
    board = FileStore(tmp_path / "team.board.json").load()
    assert [bool(m.logins) for m in board.members] == [False, True, False]
    again = start(tmp_path, terminals, lines=30)
    again.wait_for("Ana Ruiz")
    again.wait_for("● live")


def test_who_only_looks_on_is_asked_again(run: Run, tmp_path: Path, terminals: list[Terminal]) -> None:
    (tmp_path / "team.csv").write_text(CSV, encoding="utf-8")
    assert run("init", "--from", "team.csv").returncode == 0
    before = (tmp_path / "team.board.json").read_bytes()
    terminal = start(tmp_path, terminals, lines=30)
    terminal.wait_for("Somebody else")
    terminal.type("jjj\r")
    terminal.wait_for("looking on")
    assert (tmp_path / "team.board.json").read_bytes() == before


def test_nobody_is_taken_over(maker: Maker) -> None:
    board = maker.board
    for handle, login, says in (
        ("ana", "ana2", "has a login already; `teamboard member change ana --login ana2`"),
        ("ben", "ana", "The login 'ana' is Ana Ruiz's (ana) already."),
        ("ben", "", "has no login name for you"),
        ("nobody", "x", "is not a member"),
    ):
        with pytest.raises(Refused) as refused:
            ClaimLogin()(board, Actor(handle, login), NOW)
        assert says in str(refused.value)
    assert ClaimLogin()(board, Actor("ben", "bokafor"), NOW)


# -- the tour


def test_the_tour_goes_on_as_it_is_done(tmp_path: Path, terminals: list[Terminal]) -> None:
    terminal = start(tmp_path, terminals, "tour")
    for keys, shown in (
        ("", "1 of 14"),
        ("jjjjjjjjjj", "2 of 14"),
        ("\r", "3 of 14"),
        ("\x1b", "4 of 14"),
        ("u", "5 of 14"),
        ("+4\r", "6 of 14"),
        ("/ben\r", "7 of 14"),
        ("\x1b", "8 of 14"),
        ("[", "9 of 14"),
        ("\x1b", "10 of 14"),
        ("S", "11 of 14"),
        ("\x1b", "12 of 14"),
        ("D", "13 of 14"),
    ):
        terminal.type(keys)
        terminal.wait_for(shown)
    terminal.type("?")
    terminal.wait_for("14 of 14")
    terminal.wait_for("Here")
    terminal.type("\x1b")
    terminal.wait_for_no("Here")
    terminal.type("q")
    assert terminal.finish() == 0
    assert os.listdir(tmp_path) == []


# -- in the shell


def test_a_check_in_is_asked_for_below_the_prompt(run: Run, tmp_path: Path, terminals: list[Terminal]) -> None:
    assert run("demo", "--board", "team.board.json").returncode == 0
    script = f"""
import subprocess, sys
print("what stood here before", flush=True)
code = subprocess.run([{sys.executable!r}, "-m", "teamboard", "checkin", "--as", "ana"]).returncode
print("and after", code, flush=True)
"""
    terminal = Terminal(tmp_path, program=("-c", script), columns=100, lines=30)
    terminals.append(terminal)
    terminal.wait_for("Which goal?")
    # In one go: Enter waits for the words before it.
    terminal.type("discovery\r")
    terminal.wait_for("51 calls of 120 calls")
    terminal.type("plenty\r")
    terminal.wait_for("is not a number")
    terminal.type("\x01\x0b+9\r")
    terminal.wait_for("and after 0")
    # The emulator takes the end of the keyboard's protocol for a letter.
    shown = [line.rstrip().removeprefix("u") for line in terminal.screen.display if line.strip()]
    assert shown == [
        "what stood here before",
        "G13 Discovery calls: 51 calls → 60 calls · 50 % (pace 58 %) · at risk",
        "and after 0",
    ]


def test_a_feedback_is_asked_for_too(run: Run, tmp_path: Path, terminals: list[Terminal]) -> None:
    assert run("demo", "--board", "team.board.json").returncode == 0
    terminal = start(tmp_path, terminals, "feedback", "--as", "ana", lines=30)
    terminal.wait_for("Feedback to whom?")
    terminal.type("okafor\r")
    terminal.wait_for("Feedback to Ben Okafor")
    terminal.type("In the demo\tasked twice\x13")
    assert terminal.finish() == 0
    assert re.search(r"F\d+ praise from Ana Ruiz to Ben Okafor", "\n".join(terminal.screen.display))
    assert "asked twice" in run("log").stdout.splitlines()[0]


def test_whoever_leaves_has_written_nothing(run: Run, tmp_path: Path, terminals: list[Terminal]) -> None:
    assert run("demo", "--board", "team.board.json").returncode == 0
    before = (tmp_path / "team.board.json").read_bytes()
    terminal = start(tmp_path, terminals, "checkin", "--as", "ana", lines=30)
    terminal.wait_for("Which goal?")
    terminal.type("\x1b")
    assert terminal.finish() == 0
    assert "Nothing was written." in "\n".join(terminal.screen.display)
    assert (tmp_path / "team.board.json").read_bytes() == before
    assert run("checkin").returncode == 2
