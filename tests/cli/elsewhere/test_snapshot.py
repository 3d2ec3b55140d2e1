"""Pictures of screens without a terminal."""

from __future__ import annotations

import os
import re
import shlex
import struct
import subprocess
import sys
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
        (["--svg", "x.svg", "--screen", "goal"], 2, "Say which goal"),
        (["--svg", "x.svg", "--screen", "goal", "--goal", "G99"], 1, "There is no goal 'G99'"),
        (["--svg", "x.svg", "--screen", "goal", "--goal", "G17"], 1, "G17 is done or not"),
        (["--svg", "x.svg", "--goal", "G12"], 2, "--goal goes with --screen goal"),
        (["--svg", "x.svg", "--screen", "team", "--period", "Q1"], 2, "--period goes with --screen report"),
        (["--svg", "x.svg", "--screen", "report", "--period", "Q1"], 1, "There is no period 'Q1'"),
        (["--svg", "x.svg", "--screen", "team", "--member", "ana"], 2, "--member does not go with --screen team"),
        (["--svg", "x.svg", "--screen", "report", "--size", "80x24"], 2, "--size does not go with --screen report"),
        (["--svg", "x.svg", "--screen", "team", "--theme", "nope"], 1, "There is no theme 'nope'"),
        (["--svg", "x.svg", "--screen", "team", "--png", "none/x.png"], 1, "none/x.png can't be written"),
        (["--svg", "x.svg", "--png", "x.svg", "--screen", "team"], 2, "a file of its own"),
        (["--svg", "-", "--png", "-", "--screen", "team"], 2, "a file of its own"),
        (["--svg", "x.svg", "--png", "y.svg", "--screen", "team"], 1, "y.svg has the name of another kind of file"),
        (["--svg", "x.jpg", "--screen", "team"], 1, "snapshot writes .svg, .png and .html"),
        (["--svg", "team.board.json", "--screen", "team"], 1, "is a board"),
    ],
)
def test_what_can_not_be_drawn_is_said_in_one_line(
    demo: Path, run: Run, arguments: list[str], code: int, says: str
) -> None:
    made = run("snapshot", *arguments, "--as", "mara")
    assert (made.returncode, made.stderr.count("\n")) == (code, 1)
    assert says in made.stderr
    assert sorted(p.name for p in demo.iterdir() if not p.name.startswith("team.board.json")) == []


@pytest.mark.parametrize("screen", [["goal", "--goal", "G12"], ["team"], ["report"]])
def test_each_chart_in_each_form(demo: Path, run: Run, screen: list[str]) -> None:
    before = (demo / "team.board.json").read_bytes()
    made = run("snapshot", "--screen", *screen, "--as", "mara", "--svg", "a.svg", "--png", "a.png", "--html", "a.html")
    assert (made.returncode, made.stdout) == (0, "")
    svg, page = (demo / "a.svg").read_text(encoding="utf-8"), (demo / "a.html").read_text(encoding="utf-8")
    assert ET.fromstring(svg).get("viewBox") == "0 0 1600 900"
    assert re.findall("<text.*", svg) == re.findall("<text.*", page)
    for text in (svg, page):
        assert not re.search(r"url\(|src=|href=|@import|<script", text)
    head = (demo / "a.png").read_bytes()[:24]
    assert struct.unpack(">II", head[16:]) == (2400, 1350)
    assert (demo / "team.board.json").read_bytes() == before
    light, dark = ('fill="#ffffff"/>', 'fill="#12171e"/>')
    assert light in svg
    assert dark in run("snapshot", "--screen", *screen, "--as", "mara", "--svg", "-", "--theme", "fjord").stdout


def test_a_picture_replaces_an_earlier_one_and_is_written_whole(demo: Path, run: Run) -> None:
    arguments = ("snapshot", "--screen", "team", "--as", "mara", "--svg")
    assert run(*arguments, "a.svg").returncode == 0
    (demo / "a.svg").chmod(0o640)
    (demo / "link.svg").symlink_to("a.svg")
    first = (demo / "a.svg").read_bytes()
    (demo / "a.svg").write_bytes(first[:100])
    made = run(*arguments, "link.svg")
    assert made.stderr.endswith(" bytes\n")
    assert (demo / "a.svg").read_bytes() == first
    assert (demo / "a.svg").stat().st_mode & 0o777 == 0o640
    assert (demo / "link.svg").is_symlink()
    assert run(*arguments, "/dev/null").returncode == 0
    assert not list(demo.glob(".*.tmp"))


def test_without_typst_a_png_is_one_line_and_nothing_is_written(
    demo: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "typst", None)
    made = run("snapshot", "--screen", "team", "--as", "mara", "--svg", "a.svg", "--png", "a.png")
    assert (made.returncode, made.stderr.count("\n")) == (1, 1)
    assert "pip install 'teamboard[png]'" in made.stderr
    assert not (demo / "a.svg").exists()


def test_a_full_disk_leaves_an_earlier_picture(demo: Path, run: Run) -> None:
    arguments = ("snapshot", "--screen", "team", "--as", "mara", "--svg", "a.svg")
    assert run(*arguments).returncode == 0
    first = (demo / "a.svg").read_bytes()
    # -B, and no measuring of coverage: files of Python's own and of coverage are limited too, and would be cut short.
    env = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE_")}
    limited = "ulimit -f 8; exec " + shlex.join([sys.executable, "-B", "-m", "teamboard", *arguments])
    made = subprocess.run(["bash", "-c", limited], cwd=demo, env=env, capture_output=True, text=True, check=False)
    assert (made.returncode, made.stderr.count("\n")) == (1, 1), made.stderr
    assert "can't be written" in made.stderr
    assert (demo / "a.svg").read_bytes() == first
    assert not list(demo.glob(".*.tmp"))


def test_who_may_not_read_a_review_gets_no_picture_of_it(demo: Path, run: Run) -> None:
    made = run("snapshot", "--screen", "review", "--member", "ana", "--svg", "a.svg", "--as", "ben")
    assert FileStore(demo / "team.board.json").load().reviews_of("ana")
    assert made.returncode == 1
    assert "only they can read it" in made.stderr
    assert not (demo / "a.svg").exists()
