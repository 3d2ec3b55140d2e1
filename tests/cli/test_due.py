"""What is owed, from the command line: due, the team's settings, one-on-ones, growth, pulse, calendar."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from icalendar import Calendar

from teamboard.actions.base import Actor
from teamboard.store.file.store import FileStore
from tests.bench.boards import make_board
from tests.conftest import Run

DOCUMENTED = (Path(__file__).parents[2] / "docs" / "json.md").read_text(encoding="utf-8")


@pytest.fixture
def demo(run: Run, tmp_path: Path) -> Path:
    assert run("demo", "--board", "team.board.json").returncode == 0
    return tmp_path / "team.board.json"


@pytest.fixture
def own(run: Run, tmp_path: Path) -> Path:
    """A team of one's own that begins today."""
    board = tmp_path / "team.board.json"
    assert run("init", "--team", "Us", "--name", "Mara Lind", TZ="Europe/Madrid").returncode == 0
    assert run("member", "add", "ana", "Ana Ruiz").returncode == 0
    return board


def events(text: str) -> dict[str, tuple[str, date]]:
    """The events of a calendar by UID: what, and on which day."""
    found = Calendar.from_ical(text).walk("VEVENT")
    return {str(e["UID"]): (str(e["SUMMARY"]), e.decoded("DTSTART")) for e in found}


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


@pytest.mark.usefixtures("own")
def test_the_teams_settings_are_shown_and_changed(run: Run) -> None:
    shown = run("team").stdout
    for text in ("every 7 days, for each goal", "mon tue wed thu fri", "Europe/Madrid"):
        assert text in shown
    changed = run("team", "--feedback", "14", "--working-days", "sun-tue,thu", "--day-off", "2026-12-25")
    assert "mon tue thu sun" in changed.stdout
    assert "2026-12-25" in run("team").stdout
    found = json.loads(run("team", "--no-day-off", "2026-12-25", "--name", "[b]We[/b]", "--json").stdout)
    assert (found["name"], found["cadence"]["feedback"], found["days_off"]) == ("[b]We[/b]", 14, [])
    for name in (*found, *found["cadence"]):
        assert f"`{name}`" in DOCUMENTED, name


@pytest.mark.usefixtures("demo")
def test_a_one_on_one_from_the_first_topic_to_the_last_word(run: Run) -> None:
    put = run("one-on-one", "pau", "--topic", "The [b]demo[/b]", "--theme", "skills", "--on", "today+2", "--as", "pau")
    assert put.returncode == 0, put.stderr
    assert "skills        The [b]demo[/b]" in put.stdout
    assert "in 2 d" in put.stdout
    more = run("one-on-one", "--template", "growth", "--as", "pau").stdout
    assert "What would show the next level?" in more
    assert run("one-on-one", "pau", "--drop", "what would show the next level?", "--as", "mara").returncode == 0
    held = run(
        *("one-on-one", "pau", "--held", "-m", "He ran the demo", "--as", "mara"),
        *("--action", "Demo with Ana", "--owner", "pau", "--due", "today+7"),
    )
    assert held.returncode == 0, held.stderr
    for text in ("held on", "He ran the demo", "☐ O", "Pau: Demo with Ana"):
        assert text in held.stdout
    assert "next level" not in held.stdout
    assert "How useful was the one-on-one" in run("one-on-one", "pau").stdout
    assert run("one-on-one", "--useful", "4", "--as", "pau").returncode == 0
    assert "How useful" not in run("one-on-one", "pau").stdout
    found = json.loads(run("one-on-one", "pau", "--json").stdout)
    last = found["one_on_ones"][-1]
    assert (last["useful"], last["actions"][0]["text"]) == (4, "Demo with Ana")
    assert f"{last['id']}.1" in found["open_actions"]
    for name in (*found, *last, *last["topics"][0], *last["notes"][0], *last["actions"][0]):
        assert f"`{name}`" in DOCUMENTED, name
    assert "☐ 2 agreed" in run("show", "--member", "pau", COLUMNS="120").stdout
    assert "Demo with Ana" in run("show", "--member", "pau").stdout
    assert run("one-on-one", "--done", f"{last['id']}.1", "--as", "pau").returncode == 0
    assert "☐ 1 agreed" in run("show", "--member", "pau", COLUMNS="120").stdout


@pytest.mark.usefixtures("demo")
def test_ones_own_agenda_is_a_file(run: Run) -> None:
    folder = Path(os.environ["XDG_CONFIG_HOME"]) / "teamboard" / "agendas"
    folder.mkdir(parents=True)
    mine = "name: friday\nabout: Short\ntopics:\n  - {theme: career, text: One step}\n"
    (folder / "friday.yaml").write_text(mine, encoding="utf-8")
    (folder / "broken.yaml").write_text("name: broken\nabout: x\ntopics:\n  - {theme: money, text: y}\n")
    assert "One step" in run("one-on-one", "ana", "--template", "Friday", "--as", "ana").stdout
    none = run("one-on-one", "ana", "--template", "monday", "--as", "ana")
    assert (none.returncode, none.stdout) == (1, "")
    for text in ("regular", "growth", "first-weeks", "friday", "broken.yaml, line 4, field topics[0].theme"):
        assert text in none.stderr
    assert none.stderr.count("\n") == 1


def test_a_note_that_could_not_be_saved_is_kept(demo: Path) -> None:
    command = [sys.executable, "-m", "teamboard", "one-on-one", "ana", "-m", "-", "--as", "ben"]
    found = subprocess.run(command, cwd=demo.parent, input="Long\nwords", capture_output=True, text=True, check=False)
    assert found.returncode == 1
    kept = Path(found.stderr.partition("kept in ")[2].strip().removesuffix("."))
    assert kept.read_text(encoding="utf-8").strip() == "Long\nwords"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600


@pytest.mark.usefixtures("own")
def test_skills_and_career_grow(run: Run) -> None:
    assert "none yet" in run("skill", "ana").stdout
    assert run("skill", "ana", "Negotiation", "--level", "2", "--as", "ana").returncode == 0
    assert run("skill", "ana", "Negotiation", "--level", "3", "--next", "Says the price and waits").returncode == 0
    grown = run("skill", "ana", "negotiation", "--level", "4", "--target", "5", "--as", "ana").stdout
    assert "Negotiation  ●●●●○  4, target 5, manager says 3" in grown
    assert "▲ 2 → 4 on " in grown
    assert "next: Says the price and waits" in grown
    planned = run("career", "ana", "--aspiration", "Lead Iberia", "--next", "Mentor Pau", "--as", "ana").stdout
    assert "Lead Iberia" in planned
    found = json.loads(run("skill", "ana", "--json").stdout)
    levels = [(on["level"], on["manager"]) for on in found["skills"][0]["levels"]]
    assert levels == [(2, None), (2, 3), (4, 3)]
    for name in (*found, *found["skills"][0], *found["skills"][0]["levels"][0], *found["career"]):
        assert f"`{name}`" in DOCUMENTED, name
    assert "raised Negotiation 2 → 4" in run("log").stdout


@pytest.mark.usefixtures("demo")
def test_the_pulse_names_gaps_and_gives_its_figures(run: Run) -> None:
    shown = run("pulse", COLUMNS="100").stdout
    for text in (
        "Who gives to whom",
        "goals updated in cadence",
        "one-on-ones found useful",
        "4.2 of 5",
        "reviews found useful",
    ):
        assert text in shown
    assert run("member", "add", "new", "New Rep", "--as", "mara").returncode == 0
    shown = run("pulse", COLUMNS="120").stdout
    assert "✗ nothing from their manager yet" in shown
    narrow = run("pulse", COLUMNS="60").stdout
    assert "New Rep" in narrow
    assert "✗ nothing from their manager yet" in narrow
    found = json.loads(run("pulse", "--json").stdout)
    assert sum(w["feedback"] for w in found["weeks"]) == sum(g["count"] for g in found["given"])
    for name in (*found, *found["weeks"][0], *found["given"][0]):
        assert f"`{name}`" in DOCUMENTED, name


@pytest.mark.slow
def test_the_calendar_is_read_back_and_keeps_its_uids(run: Run, demo: Path) -> None:
    first = run("calendar").stdout
    before = events(first)
    today = FileStore(demo).load().day_of(datetime.now(UTC))
    on = dict(before.values())
    assert on["Due: G12 ARR Iberia €1.2M (Ana Ruiz)"] > today
    assert on["Review: Ana Ruiz and Mara Lind"] == today + timedelta(days=5)
    assert "One-on-one due: Ben Okafor and Mara Lind" in on
    assert len(before) == len(Calendar.from_ical(first).walk("VEVENT"))
    assert events(run("calendar").stdout) == before
    (due,) = [uid for uid, (what, _) in before.items() if what.startswith("One-on-one due: Ben")]
    (review,) = [uid for uid, (what, _) in before.items() if what == "Review: Ana Ruiz and Mara Lind"]
    assert run("one-on-one", "ben", "--on", "today+3", "--as", "mara").returncode == 0
    assert run("review", "schedule", "ana", "today+8", "--as", "ana").returncode == 0
    after = events(run("calendar").stdout)
    assert after[due] == ("One-on-one: Ben Okafor and Mara Lind", today + timedelta(days=3))
    assert after[review] == ("Review: Ana Ruiz and Mara Lind", today + timedelta(days=8))
    assert set(after) == set(before)
    raw = subprocess.run(
        [sys.executable, "-m", "teamboard", "calendar"], cwd=demo.parent, capture_output=True, check=True
    ).stdout
    assert raw.startswith(b"BEGIN:VCALENDAR\r\n")
    assert b"\r\r\n" not in raw


@pytest.mark.slow
@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["due", "--member", "zoe"], 1, "no member 'zoe'"),
        (["team", "--working-days", "weekends", "--as", "mara"], 1, "not working days"),
        (["team", "--working-days", "mon-", "--as", "ana"], 1, "Only Mara Lind"),
        (["team", "--feedback", "0", "--as", "mara"], 2, "--feedback"),
        (["team", "--day-off", "soon", "--as", "mara"], 1, "is not a date"),
        (["team", "--on-track", "nan", "--as", "mara"], 1, "thresholds"),
        (["one-on-one"], 1, "Say whose one-on-one"),
        (["one-on-one", "--as", "mara"], 1, "no manager to meet"),
        (["one-on-one", "mara", "-m", "x", "--as", "mara"], 1, "no manager"),
        (["one-on-one", "ana", "-m", "x", "--as", "ben"], 1, "Only"),
        (["one-on-one", "ana", "--held", "today+1", "--as", "ana"], 1, "in the future"),
        (["one-on-one", "ana", "--useful", "6", "--as", "ana"], 2, "--useful"),
        (["one-on-one", "ana", "--useful", "4", "-m", "x", "--as", "ana"], 2, "stand alone"),
        (["one-on-one", "--done", "O1.1", "--undone", "O1.1", "--as", "ana"], 2, "stand alone"),
        (["one-on-one", "--done", "O99.1", "--as", "ana"], 1, "no agreed action"),
        (["one-on-one", "ana", "--template", "../../etc/passwd", "--as", "ana"], 1, "no agenda"),
        (["one-on-one", "ana", "--action", "x", "--owner", "ben", "--as", "ana"], 1, "not one of the two"),
        (["skill", "ana", "--level", "3"], 2, "Say which skill"),
        (["skill", "ana", "Negotiation"], 2, "Say what about it"),
        (["skill", "ana", "Negotiation", "--level", "9"], 2, "--level"),
        (["skill", "ana", "Negotiation", "--level", "3", "--as", "ben"], 1, "Only"),
        (["career", "ana", "--aspiration", " ", "--as", "ana"], 1, "aspiration is missing"),
        (["review", "schedule", "mara", "today", "--as", "mara"], 1, "no manager"),
        (["review", "schedule", "ana", "soon", "--as", "mara"], 1, "is not a date"),
        (["review", "schedule", "ana", "today+5", "--as", "mara"], 1, "already"),
    ],
    ids=lambda v: " ".join(v) if isinstance(v, list) else str(v),
)
def test_bad_input_is_refused_with_nothing_written(
    run: Run, demo: Path, arguments: list[str], code: int, says: str
) -> None:
    before = demo.read_bytes()
    found = run(*arguments)
    assert (found.returncode, found.stdout) == (code, ""), found.stderr
    assert says in found.stderr
    assert found.stderr.count("\n") == 1
    assert demo.read_bytes() == before


def test_a_large_team_has_a_list_and_a_pulse(run: Run, tmp_path: Path) -> None:
    FileStore(tmp_path / "team.board.json").create(make_board(150, 300), Actor(None))
    assert len(run("due").stdout.splitlines()) > 150
    shown = run("pulse").stdout
    assert len(shown.splitlines()) > 150
    assert "gave    got" in shown
