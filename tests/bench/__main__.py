"""The benchmark: `python -m tests.bench` prints one table; each ratio is measured within the same run.

`--quick` measures less often; the table is the same. Names of parts, such as `repaint memory`,
measure only these. Figures of a shared machine vary; the ratios less.
"""

from __future__ import annotations

import os
import shutil
import statistics
import sys
import tempfile
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import islice
from pathlib import Path
from time import monotonic

from msgspec.structs import replace
from tinydb import TinyDB, where

from teamboard import open_board
from teamboard.actions.base import Actor
from teamboard.actions.check_ins import CheckInGoal
from teamboard.domain.due import dues
from teamboard.domain.history.time_travel import board_on
from teamboard.domain.ids import RecordId
from teamboard.domain.waiting import waiting as waiting_for
from teamboard.domain.waiting import waiting_for_all
from teamboard.render.activity_log import describe_commit, matching_commits
from teamboard.services.views import view_today
from teamboard.store.file.store import FileStore
from tests.bench.boards import commit_runs, make_board, open_goal, write_board
from tests.bench.large_file import (
    COMMITS_ELSEWHERE,
    board_of_years,
    cold_commits,
    memory_after_commits,
)
from tests.bench.measure import PYTHON, Terminal, medians_ms, peak_mb, process

REP = Actor("rep0", "bench", "bench")
RECORDS = (100, 1_000, 10_000)
MEMBERS = (10, 100, 1_000)
CHECKINS_A_GOAL = 6
UNSEEN = 200
OF_YEARS = "5 years of 50 members"
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
        command = [*TEAMBOARD, "--board", str(path), "--as", "rep0", "checkin", "G1", "+1", "-m", "Signed"]
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
        table, board_table = TinyDB(plain).table("checkins"), open_board(path, as_="rep0").table("checkins")
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
    """From exec to the first member's name, beside the smallest Textual app; once with a settings file."""
    smallest, configured = "smallest Textual app", "10 members, a config.yaml"
    settings = folder / "configured" / "teamboard" / "config.yaml"
    settings.parent.mkdir(parents=True)
    settings.write_text("theme: nord\n", encoding="utf-8")
    commands: dict[str, tuple[Sequence[str], str]] = {
        smallest: ([PYTHON, "-m", "tests.bench.minimal_app"], "first member")
    }
    for members in MEMBERS:
        path = folder / f"paint-{members}.json"
        write_board(path, make_board(members, members * 4 * CHECKINS_A_GOAL))
        commands[f"{members:,} members"] = [*TEAMBOARD, "--board", str(path), "--as", "lead"], "Ana Member 0"
    commands[configured] = commands["10 members"]
    found: dict[str, list[float]] = {at: [] for at in commands}
    for _ in range(times + 1):
        # In turns, so that a busy moment of the machine falls on all of them.
        for at, (command, text) in commands.items():
            variables = {"XDG_CONFIG_HOME": str(folder / "configured")} if at == configured else {}
            terminal = Terminal(command, **variables)
            found[at].append((terminal.wait_for(text) - terminal.began) * 1000)
            terminal.close()
    medians = {at: statistics.median(times_found[1:]) for at, times_found in found.items()}
    return [
        row("board, first paint", at, ms, f"{ms / medians[smallest]:.2f} × smallest app")
        if at != smallest
        else row("smallest Textual app, first paint", "", ms)
        for at, ms in medians.items()
    ]


def repaint(folder: Path, times: int) -> list[str]:
    """From another process's commit, acknowledged, to this board's repaint; all boards are open, and take turns."""
    stores: dict[str, FileStore] = {}
    for members in MEMBERS:
        path = folder / f"repaint-{members}.json"
        stores[f"{members:,} members"] = write_board(path, make_board(members, members * 4 * CHECKINS_A_GOAL))
    stores[OF_YEARS] = FileStore(board_of_years(folder))
    goals = {at: open_goal(store.load()) for at, store in stores.items()}
    terminals = {at: Terminal([*TEAMBOARD, "--board", store.path, "--as", "lead"]) for at, store in stores.items()}
    found: dict[str, list[float]] = {at: [] for at in stores}
    for terminal in terminals.values():
        terminal.wait_for("Ana Member 0")
    for i in range(times + 1):
        for at, store in stores.items():
            for terminal in terminals.values():
                terminal.settle(0.1)
            store.commit(CheckInGoal(goal=goals[at].id, value=2e6 + i * 1e4), Actor(goals[at].owner, "bench", "bench"))
            acknowledged = monotonic()
            found[at].append((terminals[at].wait_for(f"{200 + i} %") - acknowledged) * 1000)
    for terminal in terminals.values():
        terminal.close()
    medians = {at: statistics.median(times_found[1:]) for at, times_found in found.items()}
    first = medians["10 members"]
    return [
        row("commit elsewhere to repaint here", at, ms, f"{ms / first:.1f} × 10 members") for at, ms in medians.items()
    ]


def large_file(folder: Path, times: int) -> list[str]:
    """A commit after one's own and after somebody else's, and what the checksums add to one of a new process."""
    path = board_of_years(folder)
    _, after, warm = medians_ms(commit_runs(path), times)
    with_sums, without = cold_commits(path, times)
    return [
        row("commit after one's own", OF_YEARS, warm),
        row("commit after somebody else's", OF_YEARS, after, f"{after / warm:.2f} × after one's own"),
        row("commit of a new store, without checksums", OF_YEARS, without),
        row("commit of a new store", OF_YEARS, with_sums, f"{with_sums / without:.2f} × without checksums"),
    ]


def memory(folder: Path, _times: int) -> list[str]:
    """The peak of loading a large board, and what an open one takes after many commits elsewhere."""
    path, members = folder / "memory.json", MEMBERS[-1]
    write_board(path, make_board(members, members * 4 * CHECKINS_A_GOAL))
    before, after = memory_after_commits(path, COMMITS_ELSEWHERE, "Ana Member 0")
    peak, ready = peak_mb(board_of_years(folder)), peak_mb()
    at = f"{members:,} members"
    return [
        f"| a process before it loads a board, most memory | | {ready:.0f} MB | |",
        f"| load the board, most memory | {OF_YEARS} | {peak:.0f} MB | {peak / ready:.1f} × before |",
        f"| open board, memory | {at} | {before:.0f} MB | |",
        f"| after {COMMITS_ELSEWHERE} commits elsewhere | {at} | {after:.0f} MB | {after / before:.2f} × before |",
    ]


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


def waiting(folder: Path, times: int) -> list[str]:
    """What waits for one member and for all, with so many commits that they have not seen, beside all that is due."""
    members = MEMBERS[-1]
    loaded = write_board(folder / "waiting.json", make_board(members, members * 4 * CHECKINS_A_GOAL)).load()
    seen = loaded.revision - UNSEEN
    board = loaded.with_changes({m.id: replace(m, seen=seen, joined=None) for m in loaded.members})
    now = datetime.now(UTC)
    lead = board.member("lead")
    assert lead is not None
    view = view_today(board, now)
    assert len(waiting_for(view, lead).to_know) == UNSEEN
    rep = board.member("rep0")
    assert rep is not None
    owed, one, manager, everybody = medians_ms(
        [
            lambda: dues(view),
            lambda: waiting_for(view, rep),
            lambda: waiting_for(view, lead),
            lambda: waiting_for_all(view),
        ],
        times * 2,
    )
    at = f"{members:,} members, {UNSEEN} commits not seen"
    return [
        row("all that is due", at, owed),
        row("what waits for a member", at, one),
        row(f"what waits for the manager of {members:,}", at, manager),
        row("what waits for all", at, everybody, f"{everybody / owed:.2f} × all that is due"),
    ]


def main() -> None:
    times = 5 if "--quick" in sys.argv else 15
    parts = {
        part.__name__: part
        for part in (commits, scripts, first_paint, repaint, history, due, waiting, large_file, memory)
    }
    chosen = [name for name in sys.argv[1:] if name in parts] or list(parts)
    print("| what | at | median | ratio |\n|---|---|---|---|")
    with tempfile.TemporaryDirectory(prefix="teamboard-bench-") as name:
        folder = Path(name)
        # Nobody's settings: the themes and the language of whoever measures would be measured, too.
        os.environ["XDG_CONFIG_HOME"] = str(folder / "config")
        for part in chosen:
            for line in parts[part](folder, times):
                print(line, flush=True)


main()
