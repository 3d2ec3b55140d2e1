"""`log`, `undo` and `show --as-of`, as processes."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from teamboard.domain.history.time_travel import revision_on
from teamboard.domain.ids import RecordId
from teamboard.store.file.store import FileStore
from tests.cli.conftest import refused_and_unchanged
from tests.conftest import Run


def test_log_tells_newest_first_and_narrows(run: Run, demo: Path) -> None:
    assert run("checkin", "G13", "+1", "-m", "one more", "--as", "ana").returncode == 0
    lines = run("log").stdout.splitlines()
    assert len(lines) == FileStore(demo).load().revision
    assert lines[0].endswith("Ana Ruiz checked in on G13 Discovery calls: 52 calls · one more")
    goal = run("log", "--goal", "g13").stdout
    assert goal.count("\n") == 9
    assert "set Ana Ruiz G13 Discovery calls" in goal
    assert "Ben Okafor" not in run("log", "--member", "pau").stdout
    assert len(run("log", "--since", "today").stdout.splitlines()) < len(lines)
    found = json.loads(run("log", "--goal", "G13", "--json").stdout)
    assert found[0]["verb"] == "check in"
    assert found[0]["changes"]["C165"]["after"]["note"] == "one more"
    documented = (Path(__file__).parents[2] / "docs" / "json.md").read_text(encoding="utf-8")
    for name in found[0]:
        assert f"`{name}`" in documented, name


def test_undo_takes_back_ones_own_last(run: Run, demo: Path) -> None:
    run("checkin", "G13", "60", "--as", "ana")
    revision = FileStore(demo).load().revision
    found = run("undo", "--as", "ana")
    assert found.stdout == "Undone: Ana Ruiz checked in on G13 Discovery calls: 60 calls\n"
    last = FileStore(demo).load().last_checkin(RecordId("G13"))
    assert last is not None
    assert last.value == 51
    undid = f"Ana Ruiz undid revision {revision}: checked in on G13 Discovery calls: 60 calls"
    assert run("log").stdout.splitlines()[0].endswith(undid)
    run("checkin", "G13", "70", "--as", "ana")
    run("checkin", "G13", "80", "--as", "mara")
    refused = run("undo", "--as", "ana")
    assert (refused.returncode, refused.stdout) == (1, "")
    assert "mara has checked in on G13 since" in refused.stderr
    assert "You have no change to undo" in run("undo").stderr


def test_undo_goes_back_past_what_another_member_has_undone(run: Run, demo: Path) -> None:
    assert demo.exists()
    before = run("show", "G13").stdout
    for value, member in (("60", "ana"), ("70", "mara")):
        assert run("checkin", "G13", value, "--as", member).returncode == 0
    assert run("undo", "--as", "ana").returncode == 1
    assert run("undo", "--as", "mara").returncode == 0
    assert run("undo", "--as", "ana").returncode == 0
    assert run("show", "G13").stdout == before


def test_the_board_as_of_a_day(run: Run, demo: Path) -> None:
    before = demo.read_bytes()
    found = run("show", "--as-of", "today-30")
    assert found.returncode == 0
    assert "day 23 of 92   ◀ as of " in found.stdout
    whole = FileStore(demo).load()
    then = revision_on(whole, whole.day_of(datetime.now(UTC)) - timedelta(days=30))
    assert 0 < then < whole.revision
    assert f"read-only · revision {then}" in found.stdout
    assert found.stderr == ""
    assert "read-only" in run("show", "--as-of", "today-30", "--goal", "G13").stdout
    past = json.loads(run("show", "--as-of", "today-30", "--json").stdout)
    assert past["revision"] == then
    early = run("show", "--as-of", "2020-01-01")
    assert (early.returncode, early.stdout) == (1, "")
    assert "no board on 2020-01-01 yet" in early.stderr
    assert "is not a date" in run("show", "--as-of", "soon").stderr
    assert demo.read_bytes() == before


@pytest.mark.slow
@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["show", "--as-of", "today+1", "--as", "mara"], 1, "still to come"),
    ],
    ids=lambda v: " ".join(v) if isinstance(v, list) else str(v),
)
def test_a_day_to_come_is_refused_with_nothing_written(
    run: Run, demo: Path, arguments: list[str], code: int, says: str
) -> None:
    refused_and_unchanged(run, demo, arguments, code, says)


@pytest.mark.slow
@pytest.mark.usefixtures("demo")
def test_the_log_says_whose_a_goal_was_that_is_gone_and_what_has_its_default_again(run: Run) -> None:
    """None of it can be looked up on the board any more."""
    terms = ["--kind", "skill", "--target", "3", "--as", "mara"]
    assert run("goal", "add", "Demos", "--owner", "ana", *terms).returncode == 0
    assert run("undo", "--as", "mara").returncode == 0
    assert "Mara Lind set Ana Ruiz G" in run("log").stdout.splitlines()[1]
    assert run("goal", "add", "Quota", "--team", "--target", "3", "--as", "mara").returncode == 0
    assert run("undo", "--as", "mara").returncode == 0
    assert "Mara Lind set the team T" in run("log").stdout.splitlines()[1]
    assert run("member", "away", "ben", "today", "today+3", "--as", "mara").returncode == 0
    assert run("member", "away", "ben", "--back", "today", "--as", "mara").returncode == 0
    undone = run("undo", "--as", "mara").stdout
    assert undone.startswith("Undone: Mara Lind took back that Ben Okafor is away from "), undone
    assert run("member", "change", "ben", "--title", "", "--as", "mara").returncode == 0
    undone = run("undo", "--as", "mara").stdout
    assert undone == "Undone: Mara Lind changed what the board says of Ben Okafor (title: none)\n"
    assert run("member", "change", "ben", "--name", "Ben Moss", "--as", "mara").returncode == 0
    undone = run("undo", "--as", "mara").stdout
    assert undone.endswith("what the board says of Ben Moss (name: Ben Okafor → Ben Moss)\n"), undone
    assert run("member", "change", "ben", "--manager", "ana", "--as", "mara").returncode == 0
    assert run("undo", "--as", "mara").stdout.endswith("what the board says of Ben Okafor (manager: ana)\n")


@pytest.mark.usefixtures("own")
def test_the_log_says_what_was_changed_of_a_record_that_is_gone(run: Run) -> None:
    for note in ("First", "Second"):
        assert run("one-on-one", "ana", "-m", note, "--as", "mara").returncode == 0
    for _ in range(2):
        assert run("undo", "--as", "mara").returncode == 0
    lines = [line.partition("Mara Lind ")[2] for line in run("log").stdout.splitlines()[:4]]
    assert lines[1].startswith("undid revision 5: changed the one-on-one O1"), lines
    assert lines[2] == "changed the one-on-one O1"


@pytest.mark.slow
@pytest.mark.usefixtures("demo")
def test_an_answer_keeps_its_words_when_what_it_answered_is_undone(run: Run) -> None:
    why = ("--reason", "market", "--why", "x", "-y")
    assert run("revise", "G13", "--target", "100", *why, "--as", "ana").returncode == 0
    proposal = json.loads(run("show", "--goal", "G13", "--json").stdout)["proposal"]
    assert run("revision", "agree", proposal, "--as", "mara").returncode == 0
    for who in ("mara", "ana"):
        assert run("undo", "--as", who).returncode == 0
    undone, agreed = (run("log").stdout.splitlines()[i] for i in (1, 2))
    assert agreed.endswith(f"Mara Lind agreed to {proposal}")
    assert undone.endswith(f": agreed to {proposal}")
