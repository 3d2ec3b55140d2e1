"""`member export`: all that is known of a member, for them and those above them, in a file that is theirs alone."""

from __future__ import annotations

import json
import os
import re
import stat
from pathlib import Path
from typing import Any

import pytest

from teamboard.store.file.store import FileStore
from tests.cli.conftest import DOCUMENTED
from tests.conftest import Run
from tests.helpers.old_periods import OLD_PERIODS
from tests.helpers.reviewing import SECRETS, held, home, prepared, session_of
from tests.helpers.terminal import Terminal


def exported(run: Run, handle: str, *options: str, **env: str) -> dict[str, Any]:
    found = run("member", "export", handle, "--to", "-", *options, **env)
    assert (found.returncode, found.stderr) == (0, ""), found.stderr
    read: dict[str, Any] = json.loads(found.stdout)
    return read


@pytest.mark.slow
def test_all_that_is_known_of_a_member_is_in_the_file(run: Run, demo: Path, tmp_path: Path) -> None:
    before = demo.read_bytes()
    made = run("member", "export", "ana", "--to", "ana.json", "--as", "ana")
    assert made.stdout == "ana.json has what the board knows of Ana Ruiz (ana), for you alone to read.\n", made.stderr
    assert stat.S_IMODE((tmp_path / "ana.json").stat().st_mode) == 0o600
    assert demo.read_bytes() == before
    found = json.loads((tmp_path / "ana.json").read_text(encoding="utf-8"))
    board = FileStore(demo).load()
    assert (found["by"], found["revision"], found["member"]["handle"]) == ("ana", board.revision, "ana")
    assert {g["id"] for g in found["goals"]} == {g.id for g in board.goals_of("ana")}
    for goal in found["goals"]:
        assert [c["id"] for c in goal["checkins"]] == [c.id for c in board.checkins_of(goal["id"])]
    assert [f["id"] for f in found["feedback"]["received"]] == [f.id for f in board.feedback_to("ana")]
    assert [f["id"] for f in found["feedback"]["given"]] == [f.id for f in board.feedback_from("ana")]
    assert {o["id"] for o in found["one_on_ones"]} == {o.id for o in board.one_on_ones_of("ana")}
    assert {e["id"] for e in found["facts"]} == {e.id for e in board.facts_of("ana")}
    assert {r["id"] for r in found["reviews"]} == {"R1"}
    assert {line["revision"] for line in found["log"]} >= {
        line["revision"] for line in json.loads(run("log", "--member", "ana", "--json").stdout)
    }
    # What is said of the fields.
    section = DOCUMENTED.partition("## All that is known of a member")[2]
    assert {*found} <= {*re.findall(r"`(\w+)`", section)}
    # Whoever names Ana in a record is found by it.
    records = json.loads(before)
    named = [
        f"{letter}{number}"
        for table, letter in (("feedback", "F"), ("one_on_ones", "O"), ("reviews", "R"), ("standups", "S"))
        for number, record in records[table].items()
        if '"ana"' in json.dumps(record)
    ]
    text = json.dumps(found)
    assert [record_id for record_id in named if f'"{record_id}"' not in text] == []


@pytest.mark.slow
@pytest.mark.usefixtures("demo")
def test_those_above_may_and_nobody_else(run: Run) -> None:
    assert exported(run, "ana", "--as", "mara")["by"] == "mara"
    assert exported(run, "mara", "--as", "mara")["reports"] == [
        "ana", "pau", "ines", "ben", "freja", "chi", "dana", "jonas",
    ]  # fmt: skip
    for who in ("ben", "pau"):
        refused = run("member", "export", "ana", "--to", "ana.json", "--as", who)
        assert (refused.returncode, refused.stdout) == (1, "")
        assert "Only Mara Lind (mara) or Ana Ruiz (ana) may export a member here" in refused.stderr
    unknown = run("member", "export", "ana", "--to", "ana.json")
    assert (unknown.returncode, unknown.stderr.count("\n")) == (1, 1)
    assert not Path("ana.json").exists()


@pytest.mark.slow
def test_a_file_is_replaced_only_if_that_is_wanted(
    run: Run, demo: Path, tmp_path: Path, terminals: list[Terminal]
) -> None:
    kept = tmp_path / "kept.json"
    kept.write_text("mine", encoding="utf-8")
    (tmp_path / "folder").mkdir()
    for target, says in (
        ("kept.json", "kept.json exists: remove it first, or give another file name."),
        ("team.board.json", "is a board, or belongs to one"),
        ("folder", "is a directory"),
        ("nowhere/ana.json", "There is no folder"),
        (os.devnull, "is not a file"),
    ):
        refused = run("member", "export", "ana", "--to", target, "--as", "ana")
        assert refused.returncode in (1, 2)
        assert (refused.stdout, refused.stderr.count("\n")) == ("", 1), target
        assert says in refused.stderr
    assert run("member", "export", "ana", "--as", "ana").returncode == 2
    assert kept.read_text(encoding="utf-8") == "mine"
    terminal = Terminal(tmp_path, "member", "export", "ana", "--to", "kept.json", "--as", "ana", "--board", str(demo))
    terminals.append(terminal)
    terminal.wait_for("kept.json exists. Replace it? [y/N]:")
    terminal.type("y\r")
    assert terminal.finish() == 0
    assert json.loads(kept.read_text(encoding="utf-8"))["member"]["handle"] == "ana"
    assert not [path for path in os.listdir(tmp_path) if path.startswith(".kept")]


@pytest.mark.slow
def test_archives_and_former_handles_are_searched(run: Run, tmp_path: Path) -> None:
    (tmp_path / "old.yaml").write_text(OLD_PERIODS, encoding="utf-8")
    assert run("init", "--from", "old.yaml").returncode == 0
    assert run("feedback", "ana", "Well done", "--as", "mara").returncode == 0
    revisions = [line["revision"] for line in exported(run, "ana", "--as", "ana")["log"]]
    assert run("board", "archive", "--before", "today-300", "--as", "mara").returncode == 0
    assert run("member", "rename", "ana", "anna", "--as", "mara").returncode == 0
    assert run("member", "change", "anna", "--name", "Anna Berg", "--as", "mara").returncode == 0
    found = exported(run, "ana", "--as", "ana")
    assert found["member"]["formerly"] == ["ana", "Ana"]
    assert [(g["id"], g["owner"], len(g["checkins"])) for g in found["goals"]] == [("G1", "anna", 2), ("G2", "anna", 1)]
    assert {line["revision"] for line in found["log"]} >= {*revisions}
    assert {line["by"] for line in found["log"]} >= {"ana", "mara"}
    assert found["log"][0]["sentence"].startswith("Mara changed what the board says of Anna Berg")


@pytest.mark.slow
def test_of_a_review_the_two_have_what_they_may_read(run: Run, demo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    held(FileStore(demo), monkeypatch)
    for who in ("ana", "mara"):
        (review,) = [r for r in exported(run, "ana", **home(who))["reviews"] if r["id"] == "R1"]
        assert not {"sealed", "outcome", "additions"} & {*review}
        assert review["content"]["seen_by"] == who
        assert SECRETS["both"][1] in json.dumps(review)
    # Without the keys nothing of it can be read, and what a manager has not shared stays theirs.
    elsewhere = exported(run, "ana", "--as", "ana")
    assert [r["content"] for r in elsewhere["reviews"] if r["id"] == "R1"] == [None]
    assert not [secret for secrets in SECRETS.values() for secret in secrets if secret in json.dumps(elsewhere)]
    mara, (of_ben,) = session_of(FileStore(demo), "mara", monkeypatch), FileStore(demo).load().reviews_of("ben")
    mara.drafts.save(of_ben, prepared("mara"))
    (review,) = exported(run, "ben", **home("mara"))["reviews"]
    assert (review["id"], review["content"]["manager_prepared"]) == (of_ben.id, None)
