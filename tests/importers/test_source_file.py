"""What is imported may be a pipe or the standard input; what is neither, or never ends, is refused."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
from contextlib import chdir
from pathlib import Path

import pytest

from teamboard.domain.errors import Refused
from teamboard.importers.source_file import source_file
from teamboard.store.file.store import FileStore
from tests.conftest import Run

CSV = "agent,close_value,closed\nana,1200,2026-11-20\nben,800,2026-11-21\n"
MAP = """
name: Deals
source: CRM
member: agent
date: closed
facts:
  - {name: Deals closed, aggregate: count, period: quarter}
"""


def test_a_file_is_read_where_it_is(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(CSV, encoding="utf-8")
    with source_file(path) as found:
        assert found == path


def test_a_pipe_is_read_once_and_can_be_read_again(tmp_path: Path) -> None:
    path = tmp_path / "pipe"
    os.mkfifo(path)
    writer = threading.Thread(target=lambda: path.write_text(CSV, encoding="utf-8"))
    # Both ends are opened before either is read: a pipe without a writer is empty.
    holder = os.open(path, os.O_RDWR)
    writer.start()
    writer.join()
    reader = os.open(path, os.O_RDONLY)
    os.close(holder)
    with source_file(Path(f"/dev/fd/{reader}")) as found:
        assert [found.read_text(encoding="utf-8") for _ in range(2)] == [CSV, CSV]
    os.close(reader)
    assert not found.exists()


@pytest.mark.slow
def test_a_pipe_that_nobody_writes_into_is_empty(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with source_file(tmp_path / "pipe") as found:
        assert found.read_bytes() == b""


@pytest.mark.parametrize("path", ["/dev/zero", "/dev/null", "/tmp"])
def test_what_is_neither_file_nor_pipe_is_refused(path: str) -> None:
    with pytest.raises(Refused, match="neither a file nor a pipe"), source_file(Path(path)):
        pass


def test_what_never_ends_is_refused_in_bounded_memory(tmp_path: Path) -> None:
    endless = subprocess.Popen([sys.executable, "-c", "while True: print('x' * 9999)"], stdout=subprocess.PIPE)
    assert endless.stdout is not None
    with (
        pytest.raises(Refused, match=r"(?i)larger than 5 MB"),
        source_file(Path(f"/dev/fd/{endless.stdout.fileno()}"), 5_000_000),
    ):
        pass
    endless.kill()
    endless.wait()
    endless.stdout.close()
    large = tmp_path / "large.csv"
    with large.open("wb") as file:
        file.truncate(5_000_001)
    with pytest.raises(Refused, match=r"(?i)larger than 5 MB"), source_file(large, 5_000_000):
        pass


@pytest.mark.slow
@pytest.mark.parametrize("name", ["-", "/dev/stdin"])
def test_facts_are_imported_from_the_standard_input(run: Run, tmp_path: Path, name: str) -> None:
    assert run("demo", "--board", "b.json").returncode == 0
    (tmp_path / "map.yaml").write_text(MAP, encoding="utf-8")
    arguments = ["facts", "import", name, "--map", "map.yaml", "--board", "b.json", "--as", "mara"]
    answer = run.process(*arguments, stdin=CSV)
    assert (answer.returncode, answer.stderr) == (0, ""), answer.stderr
    assert "2 facts of Deals" in answer.stdout
    assert any(fact.name == "Deals closed" for fact in FileStore(tmp_path / "b.json").load().facts_of("ben"))


@pytest.mark.slow
def test_facts_and_their_map_are_imported_from_the_output_of_other_programs(run: Run, tmp_path: Path) -> None:
    assert run("demo", "--board", "team.board.json").returncode == 0
    (tmp_path / "map.yaml").write_text(MAP, encoding="utf-8")
    (tmp_path / "facts.csv").write_text(CSV, encoding="utf-8")
    line = f"{sys.executable} -m teamboard facts import <(cat facts.csv) --map <(cat map.yaml) --as mara"
    answer = subprocess.run(["bash", "-c", line], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (answer.returncode, answer.stderr) == (0, "")
    assert "2 facts of Deals" in answer.stdout


TEAM_CSV = "name;manager;goal;target\nMara;;;\nAna;Mara;Calls;100\n"
TEAM_YAML = """# A team
team: {name: Us, timezone: UTC, period: {name: Q4 2026, starts: 2026-10-01, ends: 2026-12-31}}
members: [{handle: mara, name: Mara}, {handle: ana, name: Ana, manager: mara}]
goals: [{key: calls, owner: ana, title: Calls, metric: {unit: "", start: 0, target: 100}}]
"""


@pytest.mark.slow
@pytest.mark.parametrize("source", ["-", "<(cat)", "pipe.txt"])
@pytest.mark.parametrize("text", [TEAM_CSV, "\ufeff" + TEAM_CSV, TEAM_YAML])
def test_a_team_is_read_from_what_can_be_read_only_once(tmp_path: Path, source: str, text: str) -> None:
    os.mkfifo(tmp_path / "pipe.txt")
    line = f"exec 3<&0; cat <&3 > pipe.txt & {sys.executable} -m teamboard init --from pipe.txt"
    if source != "pipe.txt":
        line = f"{sys.executable} -m teamboard init --from {source}"
    answer = subprocess.run(
        ["bash", "-c", line], cwd=tmp_path, input=text, capture_output=True, text=True, encoding="utf-8", check=False
    )
    assert (answer.returncode, answer.stderr) == (0, "")
    assert "2 members, 1 goal. " in answer.stdout


NOT_IMPORTED = [
    ("facts import /dev/zero --map map.yaml", "/dev/zero: this is neither a file nor a pipe"),
    ("facts import - --map map.yaml < /dev/zero", "standard input: this is neither a file nor a pipe"),
    ("facts import - --map map.yaml <&-", "standard input: this is neither a file nor a pipe"),
    ("facts import <(yes) --map map.yaml", "larger than 256 MB"),
    ("facts import zero.csv --map map.yaml", "zero.csv: this is neither a file nor a pipe"),
    ("facts import folder --map map.yaml", "folder: this is neither a file nor a pipe"),
    ("facts import socket --map map.yaml", "socket: no such device or address"),
    ("facts import facts.csv --map /dev/zero", "/dev/zero: this is neither a file nor a pipe"),
    ("facts import facts.csv --map <(yes)", "larger than 20 MB"),
    ("facts import facts.csv --map folder", "folder: this is neither a file nor a pipe"),
    ("init --from /dev/zero --board new.json", "/dev/zero: this is neither a file nor a pipe"),
    ("init --from <(yes) --board new.json", "larger than 20 MB"),
    ("init --from - --board new.json < /dev/zero", "standard input: this is neither a file nor a pipe"),
    ("init --from - --board new.json <&-", "standard input: this is neither a file nor a pipe"),
    ("init --from - --board new.json < facts.csv", "standard input has no column 'name'"),
    ("init --from <(echo 'team: [') --board new.json", ", line 2: "),
    ("init --from socket --board new.json", "socket: no such device or address"),
    ("init --from pipe --board new.json", "team"),
]
SECONDS = 30
"""Far above what any takes, which is below two seconds on an idle machine; an endless one takes for ever."""


@pytest.mark.slow
def test_what_is_no_import_is_one_line(run: Run, tmp_path: Path) -> None:
    assert run("demo", "--board", "team.board.json").returncode == 0
    (tmp_path / "map.yaml").write_text(MAP, encoding="utf-8")
    (tmp_path / "facts.csv").write_text(CSV, encoding="utf-8")
    (tmp_path / "folder").mkdir()
    (tmp_path / "zero.csv").symlink_to("/dev/zero")
    os.mkfifo(tmp_path / "pipe")
    with socket.socket(socket.AF_UNIX) as listening, chdir(tmp_path):
        listening.bind("socket")
        for line, says in NOT_IMPORTED:
            command = ["bash", "-c", f"{sys.executable} -m teamboard --as mara {line}"]
            found = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, check=False)
            assert (found.returncode, found.stdout) == (1, ""), line
            assert (says in found.stderr, found.stderr.count("\n")) == (True, 1), found.stderr
            assert not (tmp_path / "new.json").exists()


def test_a_pipe_whose_writer_comes_late_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("teamboard.importers.source_file.WRITER_MILLISECONDS", 60_000)
    os.mkfifo(tmp_path / "pipe")

    def write() -> None:
        # Opening waits for the reader, so what is written comes after the pipe was opened without a writer.
        (tmp_path / "pipe").write_text(CSV, encoding="utf-8")

    writer = threading.Timer(0.05, write)
    writer.start()
    with source_file(tmp_path / "pipe") as found:
        assert found.read_text(encoding="utf-8") == CSV
    writer.join()
