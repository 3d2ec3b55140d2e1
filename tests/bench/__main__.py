"""The benchmark: `python -m tests.bench` prints one table; each ratio is measured within the same run.

`--quick` measures less often; the table is the same. Figures of a shared machine vary; the ratios less.
"""

from __future__ import annotations

import shutil
import statistics
import sys
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import islice
from pathlib import Path
from time import monotonic

from tinydb import TinyDB, where

from teamboard import open_board
from teamboard.actions.base import Actor
from teamboard.actions.check_ins import CheckInGoal
from teamboard.domain.due import dues
from teamboard.domain.history.time_travel import board_on
from teamboard.domain.ids import RecordId
from teamboard.render.activity_log import describe_commit, matching_commits
from teamboard.services.views import view_today
from teamboard.store.file.store import FileStore
from tests.bench.boards import make_board, write_board
from tests.bench.measure import PYTHON, Terminal, medians_ms, process

REP = Actor("m0", "bench", "bench")
RECORDS = (100, 1_000, 10_000)
MEMBERS = (10, 100, 1_000)
CHECKINS_A_GOAL = 6
TEAMBOARD = (PYTHON, "-m", "teamboard")


def row(what: str, at: str, ms: float, ratio: str = "") -> str:
    """A row of the table."""
    return f"| {what} | {at} | {ms:.1f} ms | {ratio} |"


def commits(folder: Path, times: int) -> list[str]:
    """Durable commit of one check-in, warm and as a process, beside plain TinyDB and a bare interpreter."""
    rows: list[str] = []
    for records in RECORDS:
        path = folder / f"commit-{records}.json"
        store = write_board(path, make_board(max(records // 40, 1), records))
        plain = folder / "plain.json"
        shutil.copy(path, plain)
        table = TinyDB(plain).table("checkins")
        document = dict(table.all()[-1])
        check_in = CheckInGoal(goal=RecordId("G1"), change=1, note="Signed")
        insert, warm = medians_ms([partial(table.insert, document), partial(store.commit, check_in, REP)], times)
        command = [*TEAMBOARD, "--board", str(path), "--as", "m0", "checkin", "G1", "+1", "-m", "Signed"]
        bare, whole = medians_ms([process([PYTHON, "-c", "pass"]), process(command)], times)
        at = f"{records:,} records"
        rows += [
            row("bare `python -c pass`", at, bare),
            row("plain TinyDB insert, not durable", at, insert),
            row("commit, warm, durable", at, warm, f"{insert / warm:.1f} × faster than TinyDB"),
            row(
                "`teamboard checkin`, a process",
                at,
                whole,
                f"{whole / bare:.1f} × bare python",
            ),
        ]
    return rows


def scripts(folder: Path, times: int) -> list[str]:
    """What a script does through `open_board`, beside the same with plain TinyDB: opening and a search, an insert."""
    rows: list[str] = []
    for records in RECORDS:
        path = folder / f"script-{records}.json"
        write_board(path, make_board(max(records // 40, 1), records))
        plain = folder / "script-plain.json"
        shutil.copy(path, plain)

        def search(opened: TinyDB) -> None:
            opened.table("checkins").search(where("goal") == "G1")
            opened.close()

        def search_plain(plain: Path = plain) -> None:
            search(TinyDB(plain))

        def search_board(path: Path = path) -> None:
            search(open_board(path))

        plainly, ours = medians_ms([search_plain, search_board], times)
        table, board_table = TinyDB(plain).table("checkins"), open_board(path, as_="m0").table("checkins")
        document = dict(table.all()[-1])
        insert, durable = medians_ms([partial(table.insert, document), partial(board_table.insert, document)], times)
        at = f"{records:,} records, {path.stat().st_size // 1000:,} KB"
        rows += [
            row("plain TinyDB, open and search", at, plainly),
            row("`open_board` and search", at, ours, f"{plainly / ours:.1f} × faster than TinyDB"),
            row("plain TinyDB insert, not durable", at, insert),
            row("insert through `open_board`, durable", at, durable, f"{insert / durable:.1f} × faster than TinyDB"),
        ]
    return rows


def first_paint(folder: Path, times: int) -> list[str]:
    """From exec to the first member's name, beside the smallest Textual app."""
    boards = {}
    for members in MEMBERS:
        boards[members] = folder / f"paint-{members}.json"
        write_board(boards[members], make_board(members, members * 4 * CHECKINS_A_GOAL))
    commands = {0: ([PYTHON, "-m", "tests.bench.minimal_app"], "first member")} | {
        members: ([*TEAMBOARD, "--board", str(path), "--as", "lead"], "Ana Member 0")
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
    rows = [row("smallest Textual app, first paint", "", medians[0])]
    for members in MEMBERS:
        ratio = f"{medians[members] / medians[0]:.2f} × smallest app"
        rows.append(row("board, first paint", f"{members:,} members", medians[members], ratio))
    return rows


def history(folder: Path, times: int) -> list[str]:
    """The board as of a day, a near and a far one, and the log's first page, each from the file, beside loading it."""
    path = folder / "history.json"
    board = write_board(path, make_board(100, 10_000)).load()
    today = board.day_of(datetime.now(UTC))

    def past(days: int) -> None:
        board_on(FileStore(path).load(), today - timedelta(days=days))

    def log() -> None:
        found = FileStore(path).load()
        for _, entry in islice(matching_commits(found), 50):
            describe_commit(found, entry)

    at = f"{board.revision:,} commits"
    runs: dict[str, Callable[[], object]] = {"load the board": lambda: FileStore(path).load()}
    runs |= {f"load, and the board as of {days} d ago": partial(past, days) for days in (1, 25, 50)}
    runs["load, and the log's first page"] = log
    found = dict(zip(runs, medians_ms(list(runs.values()), times * 2), strict=True))
    load = found["load the board"]
    return [row(what, at, ms, "" if ms is load else f"{ms / load:.1f} × load") for what, ms in found.items()]


def due(folder: Path, times: int) -> list[str]:
    """All that is due in the team, of a loaded board, beside loading it."""
    members = MEMBERS[-1]
    path = folder / "due.json"
    board = write_board(path, make_board(members, members * 4 * CHECKINS_A_GOAL)).load()
    shown = view_today(board, datetime.now(UTC))
    load, owed = medians_ms([lambda: FileStore(path).load(), lambda: dues(shown)], times * 2)
    at = f"{members:,} members, {len(dues(shown)):,} due"
    return [row("load the board", at, load), row("all that is due", at, owed, f"{owed / load:.2f} × load")]


def repaint(folder: Path, times: int) -> list[str]:
    """From another process's commit, acknowledged, to this board's repaint."""
    rows, first = [], 0.0
    for members in MEMBERS:
        path = folder / f"paint-{members}.json"
        store = write_board(path, make_board(members, members * 4 * CHECKINS_A_GOAL))
        terminal = Terminal([*TEAMBOARD, "--board", str(path), "--as", "lead"])
        terminal.wait_for("Ana Member 0")
        terminal.settle(1.0)
        found = []
        for i in range(times):
            store.commit(CheckInGoal(goal=RecordId("G1"), value=(i + 1) * 1e4 + 5e5), REP)
            acknowledged = monotonic()
            found.append((terminal.wait_for(f"{i + 51} %") - acknowledged) * 1000)
            terminal.settle(0.3)
        terminal.close()
        median = statistics.median(found)
        first = first or median
        ratio = f"{median / first:.1f} × 10 members"
        rows.append(row("commit elsewhere to repaint here", f"{members:,} members", median, ratio))
    return rows


def main() -> None:
    times = 5 if "--quick" in sys.argv else 15
    print("| what | at | median | ratio |\n|---|---|---|---|")
    with tempfile.TemporaryDirectory(prefix="teamboard-bench-") as name:
        folder = Path(name)
        for part in (commits, scripts, first_paint, repaint, history, due):
            for row in part(folder, times):
                print(row, flush=True)


main()
