"""The benchmark: `python -m tests.bench` prints one table; each ratio is measured within the same run.

`--quick` measures less often; the table is the same. Figures of a shared machine vary; the ratios less.
"""

from __future__ import annotations

import shutil
import statistics
import sys
import tempfile
from pathlib import Path

from tinydb import TinyDB

from teamboard.actions.base import Actor
from teamboard.actions.check_in import CheckInGoal
from tests.bench.boards import make_board, write_board
from tests.bench.measure import PYTHON, Terminal, median_ms, process

REP = Actor("m0", "bench", "bench")
RECORDS = (100, 1_000, 10_000)
MEMBERS = (10, 100, 1_000)
CHECKINS_A_GOAL = 6


def commits(folder: Path, times: int) -> list[str]:
    """Durable commit of one check-in, warm and as a process, beside plain TinyDB and a bare interpreter."""
    bare = median_ms(process([PYTHON, "-c", "pass"]), times)
    rows = [f"| bare `python -c pass` | | {bare:.1f} ms | |"]
    for records in RECORDS:
        path = folder / f"commit-{records}.json"
        store = write_board(path, make_board(max(records // 40, 1), records))
        plain = folder / "plain.json"
        shutil.copy(path, plain)
        table = TinyDB(plain).table("checkins")
        document = dict(table.all()[-1])
        insert = median_ms(lambda table=table, document=document: table.insert(document), max(times // 2, 3))
        warm = median_ms(
            lambda store=store: store.commit(CheckInGoal(goal="G1", change=1, note="Signed"), REP), times * 3
        )
        command = [
            PYTHON,
            "-m",
            "teamboard",
            "--board",
            str(path),
            "--as",
            "m0",
            "checkin",
            "G1",
            "+1",
            "-m",
            "Signed",
        ]
        whole = median_ms(process(command), times)
        rows += [
            f"| plain TinyDB insert, not durable | {records:,} | {insert:.1f} ms | |",
            f"| commit, warm, durable | {records:,} | {warm:.1f} ms | {insert / warm:.1f} × faster than plain TinyDB |",
            f"| `teamboard checkin`, whole process | {records:,} | {whole:.0f} ms | {whole / bare:.1f} × bare python |",
        ]
    return rows


def first_paint(folder: Path, times: int) -> list[str]:
    """From exec to the first member's name, beside the smallest Textual app."""
    boards = {}
    for members in MEMBERS:
        boards[members] = folder / f"paint-{members}.json"
        write_board(boards[members], make_board(members, members * 4 * CHECKINS_A_GOAL))
    commands = {0: ([PYTHON, "-m", "tests.bench.minimal_app"], "first member")} | {
        members: ([PYTHON, "-m", "teamboard", "--board", str(path)], "Ana Member 0")
        for members, path in boards.items()
    }
    found: dict[int, list[float]] = {key: [] for key in commands}
    for _ in range(times + 1):
        # In turns, so that a busy moment of the machine falls on all of them.
        for key, (command, text) in commands.items():
            terminal = Terminal(command)
            found[key].append((terminal.wait_for(text) - terminal.began) * 1000)
            terminal.close()
    medians = {key: statistics.median(times_found[1:]) for key, times_found in found.items()}
    rows = [f"| smallest Textual app, first paint | | {medians[0]:.0f} ms | |"]
    for members in MEMBERS:
        ratio = medians[members] / medians[0]
        rows.append(
            f"| board, first paint | {members:,} members | {medians[members]:.0f} ms | {ratio:.2f} × smallest app |"
        )
    return rows


def repaint(folder: Path, times: int) -> list[str]:
    """From another process's commit, acknowledged, to this board's repaint."""
    rows, first = [], 0.0
    for members in MEMBERS:
        path = folder / f"paint-{members}.json"
        terminal = Terminal([PYTHON, "-m", "teamboard", "--board", str(path)])
        store = write_board(path, make_board(members, members * 4 * CHECKINS_A_GOAL))
        terminal.close()
        terminal = Terminal([PYTHON, "-m", "teamboard", "--board", str(path)])
        terminal.wait_for("Ana Member 0")
        terminal.settle()
        found = []
        for i in range(times):
            store.commit(CheckInGoal(goal="G1", value=(i + 1) * 1e4 + 5e5), REP)
            acknowledged = terminal_now()
            found.append((terminal.wait_for(f"{i + 51} %") - acknowledged) * 1000)
            terminal.settle(0.15)
        terminal.close()
        median = statistics.median(found)
        first = first or median
        rows.append(
            f"| commit elsewhere to repaint here | {members:,} members | {median:.0f} ms | {median / first:.1f} × 10 members |"
        )
    return rows


def terminal_now() -> float:
    from time import monotonic

    return monotonic()


def main() -> None:
    times = 5 if "--quick" in sys.argv else 15
    print("| what | at | median | ratio |\n|---|---|---|---|")
    with tempfile.TemporaryDirectory(prefix="teamboard-bench-") as name:
        folder = Path(name)
        for part in (commits, first_paint, repaint):
            for row in part(folder, times):
                print(row, flush=True)


main()
