"""`feedback`, `ask`, `inbox` and the thread, as processes; no word is lost, and every text is text."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from teamboard.domain.ids import RecordId, number_of
from teamboard.domain.records import Feedback
from teamboard.store.file.store import FileStore
from tests.conftest import Run

NASTY = [
    "[red]not red[/red] [@click=app.quit]x[/]",
    "\x1b[31mred\x1b[0m \x1b]0;title\x07 \x1b[2J\x1b[H",
    "bell\x07 back\x08space \x9b31m nul\x00",
    "\u202eright to left\u2066 \u200f\ufeff",
    "=cmd|' /C calc'!A0 `rm -rf` $(id) {{7*7}} %s {0}",
    "e\u0301 王小明 👩‍👩‍👧 ﷽",
]


def feedback(board: Path, feedback_id: RecordId) -> Feedback:
    found = FileStore(board).load().get(feedback_id)
    assert isinstance(found, Feedback)
    return found


def typed(folder: Path, text: str, *arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
    """`teamboard` with a text on its standard input."""
    return subprocess.run(
        [sys.executable, "-m", "teamboard", *arguments],
        cwd=folder,
        input=text,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=60,
        check=False,
        env={**os.environ, **env},
    )


@pytest.mark.usefixtures("demo")
def test_a_thread_from_the_first_word_to_the_last(run: Run) -> None:
    given = run("feedback", "ana", "You ask twice.", "--kind", "coaching", "--about", "negotiation", "--as", "ben")
    assert given.stdout == "F35 is there for the team to see · coaching from Ben Okafor to Ana Ruiz about Negotiation\n"
    assert "F35" in run("inbox", "--as", "ana").stdout
    assert "F35 is acknowledged" in run("acknowledge", "f35", "--as", "ana").stdout
    assert "F35 has your reply" in run("reply", "F35", "Every time?", "--as", "ana").stdout
    inbox = run("inbox", "--as", "ana").stdout
    assert "today, acknowledged" in inbox
    assert "Ana Ruiz: Every time?" in inbox
    assert "F35 is resolved" in run("resolve", "F35", "--as", "ana").stdout
    assert "F35" not in run("inbox", "--as", "ana").stdout
    assert "F35 is open again" in run("reopen", "F35", "--as", "ben").stdout
    told = run("log").stdout.splitlines()[:5]
    done = ("reopened", "resolved", "replied to", "acknowledged", "coached Ana Ruiz")
    for line, what in zip(told, done, strict=True):
        assert what in line


def test_a_round_shows_who_has_answered(run: Run, demo: Path) -> None:
    asked = run("ask", "--of", "ben,chi,dana", "What should I keep doing?", "--as", "ana")
    assert asked.stdout == "Asked: F35 Ben Okafor, F36 Chi Tanaka, F37 Dana Müller.\n"
    assert "2 to answer" in run("show").stdout
    assert "F35 has your answer" in run("reply", "F35", "The second question.", "--as", "ben").stdout
    assert "F36 is declined" in run("decline", "F36", "-m", "Not this month", "--as", "chi").stdout
    assert "round: Ben Okafor ✓, Chi Tanaka ✗, Dana Müller ○" in run("inbox", "--as", "ana").stdout
    one = run("ask", "ben", "--about", "G13", "Too long?", "--as", "ana")
    assert one.stdout == "Asked: F38 Ben Okafor.\n"
    found = json.loads(run("inbox", "--json", "--as", "ben").stdout)["feedback"]
    assert [(f["id"], f["kind"], f["about"]) for f in found if f["kind"] == "request"] == [("F38", "request", "G13")]
    documented = (Path(__file__).parents[2] / "docs" / "json.md").read_text(encoding="utf-8")
    for name in {name for f in found for name in f}:
        assert f"`{name}`" in documented, name
    assert feedback(demo, RecordId("F36")).state == "declined"


@pytest.mark.usefixtures("demo")
def test_the_inbox_has_what_waits_with_the_commands_that_settle_it(run: Run) -> None:
    run("feedback", "ana", "Well asked", "--as", "ben")
    run("revise", "G23", "--target", "700000", "--reason", "market", "--why", "Fewer deals", "--as", "ben")
    printed = run("inbox", "--as", "ana").stdout
    assert [line.strip() for line in printed.splitlines() if line.startswith(" To ")] == [
        "To answer  3", "To do  2", "To know  17",
    ]  # fmt: skip
    assert "teamboard feedback acknowledge F35" in printed
    assert "teamboard checkin G13" in printed
    assert "prepare your review" in printed
    assert run("inbox", "--as", "ana").stdout == printed
    found = json.loads(run("inbox", "--json", "--as", "mara").stdout)
    assert set(found) == {"to_answer", "to_do", "to_know", "feedback"}
    proposal = next(item for item in found["to_answer"] if item["kind"] == "proposal")
    documented = (Path(__file__).parents[2] / "docs" / "json.md").read_text(encoding="utf-8")
    for name in {*found, *(name for part in found.values() for item in part for name in item)}:
        assert f"`{name}`" in documented, name
    # Each command is one, and does it.
    done = run(*proposal["command"].split()[1:], "--as", "mara")
    assert done.returncode == 0, done.stderr
    after = json.loads(run("inbox", "--json", "--as", "mara").stdout)
    assert proposal["about"] not in {item["about"] for item in after["to_answer"]}
    assert "agreed to" in run("inbox", "--as", "ben").stdout


@pytest.mark.usefixtures("own")
def test_parts_of_the_inbox_that_are_empty_are_left_out(run: Run) -> None:
    printed = run("inbox", "--as", "mara").stdout.splitlines()
    assert printed[0] == " To know  1"
    assert printed[1].endswith("brought Mara Lind onto the board")
    assert len(printed) == 2
    assert run("inbox", "--as", "mara", "--seen").stdout.splitlines() == printed
    assert run("inbox", "--as", "mara", "--seen").stdout == " Nothing waits for you.\n"
    assert "seen" not in run("log").stdout
    refused = run("inbox", "--as", "mara", "--member", "ana", "--seen")
    assert (refused.returncode, refused.stderr.count("\n")) == (1, 1)
    assert "Only what is yours" in refused.stderr


def test_long_texts_come_from_standard_input_and_the_editor(run: Run, demo: Path) -> None:
    text = "First paragraph.\n\nSecond one, with a list:\n- one\n- two"
    assert typed(demo.parent, text, "feedback", "ana", "-", "--as", "ben").returncode == 0
    assert feedback(demo, RecordId("F35")).text == text
    editor = demo.parent / "editor.py"
    editor.write_text("import sys, pathlib; p = pathlib.Path(sys.argv[1]); p.write_text(p.read_text().strip() + '!')")
    edited = run("feedback", "ana", "Begun", "--edit", "--as", "ben", EDITOR=f"{sys.executable} {editor}")
    assert edited.returncode == 0, edited.stderr
    assert feedback(demo, RecordId("F36")).text == "Begun!"
    assert typed(demo.parent, "It was.", "reply", "F35", "-", "--as", "ana").returncode == 0


def test_a_text_that_could_not_be_saved_is_kept_for_its_author_alone(run: Run, demo: Path) -> None:
    before = demo.read_bytes()
    text = "Many words,\nand none of them lost."
    refused = typed(demo.parent, text, "feedback", "zoe", "-", "--as", "ben")
    assert (refused.returncode, refused.stdout) == (1, "")
    assert refused.stderr.count("\n") == 1
    kept = Path(refused.stderr.partition("kept in ")[2].strip().removesuffix("."))
    assert kept.read_text(encoding="utf-8") == text
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    demo.write_text("{", encoding="utf-8")
    broken = run("reply", "F20", "Once more", "--as", "ben")
    assert broken.returncode == 3
    assert Path(broken.stderr.partition("kept in ")[2].strip().removesuffix(".")).read_text() == "Once more"
    demo.write_bytes(before)
    assert run("show").returncode == 0


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["feedback", "ana"], 2, "Give a text"),
        (["feedback", "ana", "-", "--edit"], 2, "not both"),
        (["feedback", "ana", "x", "--kind", "request"], 2, "request"),
        (["ask", "ben"], 2, "Give a text"),
        (["ask", "ben", "two", "texts"], 2, "in quotes"),
        (["ask"], 2, "Say whom you ask"),
        (["resolve", "F32"], 1, "decline it with a word on why"),
        (["resolve", "F99"], 1, "no feedback"),
        (["acknowledge", "F20"], 1, "Only Ben Okafor"),
        (["decline", "F32"], 1, "Only Dana Müller"),
        (["reopen", "F20"], 1, "is open"),
        (["inbox", "--member", "zoe"], 1, "no member 'zoe'"),
    ],
)
def test_bad_input_is_refused_with_nothing_written(
    run: Run, demo: Path, arguments: list[str], code: int, says: str
) -> None:
    before = demo.read_bytes()
    found = run(*arguments, "--as", "mara")
    assert (found.returncode, found.stdout) == (code, "")
    assert says in found.stderr
    assert found.stderr.count("\n") == 1
    assert demo.read_bytes() == before


def test_text_from_people_is_shown_as_text_everywhere(run: Run, demo: Path) -> None:
    for text in NASTY:
        at_hand = text.replace("\x00", "")
        given = run("feedback", "ana", at_hand, "--about", at_hand, "--source", at_hand, "--as", "ben")
        assert given.returncode == 0, given.stderr
        last = max(number_of(i) for i in FileStore(demo).load().tables["feedback"])
        assert run("reply", f"F{last}", at_hand, "--as", "ana").returncode == 0
        why = ("--reason", "market", "--why", at_hand)
        assert run("revise", "G12", "--title", at_hand, *why, "--as", "ana").returncode == 0
        version = max(number_of(i) for i in FileStore(demo).load().tables["revisions"])
        assert run("decline", f"V{version}", "-m", at_hand, "--as", "mara").returncode == 0
    for arguments in (
        ["show"],
        ["show", "--member", "ana"],
        ["show", "--goal", "G12"],
        ["inbox", "--as", "ana"],
        ["inbox", "--team"],
        ["log"],
        ["align"],
        ["period", "report"],
        ["period", "report", "--to", "md"],
        ["period", "report", "--to", "html"],
    ):
        shown = run(*arguments).stdout
        bad = [c for c in shown if (c < " " and c != "\n") or "\x7f" <= c < "\xa0" or c in "\u202e\u2066\u200f\ufeff"]
        assert not bad, (arguments, bad)
    assert "[red]not red[/red]" in run("inbox", "--as", "ana").stdout
