"""The wall over days, in some minutes: `python -m tests.bench.soak [COMMITS]`.

A kiosk runs on a board that another store's commits go through, while it turns its pages. What it holds grows with
the board, as that of any program that shows one; so its memory is printed beside that of a kiosk that is started on the
same board afresh. Without a leak the two differ by little, however many commits there were.
"""

from __future__ import annotations

import asyncio
import gc
import subprocess
import sys
import tempfile
from pathlib import Path

from teamboard.actions.base import Actor
from teamboard.actions.check_ins import CheckInGoal
from teamboard.domain.ids import RecordId
from teamboard.store.file.store import FileStore
from teamboard.ui.app import BoardApp
from teamboard.ui.screens.standup.kiosk import KioskScreen
from tests.bench.boards import LEAD, make_board, write_board

COMMITS = 3_000
MEMBERS = 30
TURN_EVERY = 20


def resident_kb() -> int:
    """The memory of this process that is in use."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition("VmRSS:")[2].split()[0])


async def soak(path: Path, commits: int) -> int:
    """What is resident after so many commits, and a whole round of the pages."""
    mine = FileStore(path)
    app = BoardApp(mine, mine.load(), Actor(None), first="standup", standup=KioskScreen(rotate=3600))
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause(1.0)
        for i in range(1, commits + 1):
            goal = RecordId(f"G{i % (MEMBERS * 4) + 1}")
            await asyncio.to_thread(FileStore(path).commit, CheckInGoal(goal=goal, value=i), LEAD)
            await pilot.pause()
            if i % TURN_EVERY == 0:
                await pilot.press("space")
        for _ in range(MEMBERS + 10):
            await pilot.press("space")
        gc.collect()
        return resident_kb()


def in_a_process(path: Path, commits: int) -> int:
    """The same, in a process of its own."""
    command = [sys.executable, "-m", "tests.bench.soak", str(commits), str(path)]
    return int(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


def main() -> None:
    commits = int(sys.argv[1]) if len(sys.argv) > 1 else COMMITS
    if len(sys.argv) > 2:
        print(asyncio.run(soak(Path(sys.argv[2]), commits)))
        return
    print("| commits | file | after the soak | started afresh | |\n|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "wall.json"
        write_board(path, make_board(MEMBERS, MEMBERS * 4))
        for part in (commits // 10, commits):
            after, afresh = in_a_process(path, part) / 1024, in_a_process(path, 0) / 1024
            size = path.stat().st_size // 1024
            print(f"| {part:,} | {size:,} KB | {after:.0f} MB | {afresh:.0f} MB | {after / afresh:.2f} × |")


if __name__ == "__main__":
    main()
