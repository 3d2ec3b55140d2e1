"""Pictures of screens without a terminal."""

from __future__ import annotations

import re
import struct
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from teamboard.store.file.store import FileStore
from tests.conftest import Run

SHOWN = {"board": "Northwind EMEA Sales", "member": "Skills", "standup": "What changed", "review": "Only the two"}


def words(svg: str) -> str:
    """The text of a picture, with plain spaces."""
    root = ET.fromstring(svg)
    return " ".join("".join(node.itertext()) for node in root.iter("{http://www.w3.org/2000/svg}text")).replace(
        "\xa0", " "
    )


@pytest.fixture
def demo(run: Run, tmp_path: Path) -> Path:
    assert run("demo", "--board", "team.board.json").returncode == 0
    return tmp_path


@pytest.mark.slow
@pytest.mark.parametrize("screen", SHOWN)
def test_each_screen_in_each_form(demo: Path, run: Run, screen: str) -> None:
    before = (demo / "team.board.json").read_bytes()
    made = run(
        "snapshot", "--screen", screen, "--member", "ana", "--as", "mara",
        "--svg", "a.svg", "--png", "a.png", "--html", "a.html",
    )  # fmt: skip
    assert (made.returncode, made.stdout) == (0, "")
    svg, page = (demo / "a.svg").read_text(encoding="utf-8"), (demo / "a.html").read_text(encoding="utf-8")
    assert SHOWN[screen] in words(svg)
    assert SHOWN[screen].split()[0] in page
    # Nothing is fetched from anywhere by whoever opens it.
    for text in (svg, page):
        assert not re.search(r"url\(\s*[\"']?https?:|src=|href=|@import", text)
    head = (demo / "a.png").read_bytes()[:24]
    assert head.startswith(b"\x89PNG")
    wide, high = struct.unpack(">II", head[16:])
    assert wide > 1000
    assert high > 500
    # A picture changes nothing.
    assert (demo / "team.board.json").read_bytes() == before


@pytest.mark.slow
@pytest.mark.usefixtures("demo")
def test_size_theme_and_standard_output(run: Run) -> None:
    made = run("snapshot", "--svg", "-", "--size", "80x24", "--theme", "paper", "--as", "mara")
    assert made.returncode == 0
    assert "#faf8f3" in made.stdout.lower() or "background" in made.stdout
    assert len(re.findall(r'clip-path="url\(#[^"]*line-\d+\)"', made.stdout)) > 20
    assert run("snapshot", "--svg", "-", "--big", "--as", "mara").stdout.count("█") > 100
    letters = words(run("snapshot", "--svg", "-", "--ascii", "--as", "mara").stdout)
    assert "====" in letters
    assert "━" not in letters


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        ([], 2, "Say what to write"),
        (["--svg", "x.svg", "--size", "9x9"], 2, "is not a size"),
        (["--svg", "x.svg", "--size", "99999x99999"], 2, "is not a size"),
        (["--svg", "x.svg", "--theme", "nope"], 1, "There is no theme 'nope'"),
        (["--svg", "none/x.svg"], 1, "can't be written"),
        (["--svg", "x.svg", "--screen", "member", "--member", "zoe"], 1, "There is no member 'zoe'"),
        (["--svg", "x.svg", "--screen", "review", "--member", "mara"], 1, "has no review"),
        (["--svg", "x.svg", "--board", "none.json"], 3, "no board"),
    ],
)
def test_what_can_not_be_drawn_is_said_in_one_line(
    demo: Path, run: Run, arguments: list[str], code: int, says: str
) -> None:
    made = run("snapshot", *arguments, "--as", "mara")
    assert (made.returncode, made.stderr.count("\n")) == (code, 1)
    assert says in made.stderr
    assert not (demo / "x.svg").exists()


def test_who_may_not_read_a_review_gets_no_picture_of_it(demo: Path, run: Run) -> None:
    made = run("snapshot", "--screen", "review", "--member", "ana", "--svg", "a.svg", "--as", "ben")
    assert FileStore(demo / "team.board.json").load().reviews_of("ana")
    assert made.returncode == 1
    assert "only they can read it" in made.stderr
    assert not (demo / "a.svg").exists()
