"""PostgreSQL beside the file: `python -m tests.bench.postgres [--quick]` prints tables, each measured within one run.

The server is the one of the tests, on the same machine, with every commit flushed to the disk. Client, server and
terminal share two cores.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
from collections.abc import AsyncGenerator
from contextlib import aclosing
from datetime import UTC, datetime, timedelta
from functools import cache, partial
from pathlib import Path
from time import monotonic
from typing import Any, TextIO, cast
from uuid import uuid4

import psutil  # type: ignore[import-untyped]
import psycopg

from teamboard.actions.check_ins import CheckInGoal
from teamboard.actions.facts import ImportFacts, NewFact
from teamboard.domain.board import Board
from teamboard.domain.ids import RecordId
from teamboard.store.base import StoreError
from teamboard.store.factory import open_store
from teamboard.store.postgres import PostgresStore
from teamboard.store.postgres.admin import grant
from tests.bench.boards import LEAD, make_board
from tests.bench.measure import PYTHON, Terminal, medians_ms
from tests.helpers.postgres import Proxy, Server

WRITERS = (1, 8, 32)
RECORDS = (1_000, 10_000, 100_000)
BOARDS, CLIENTS, COMMITTERS = 200, 500, 4
WRITER = """
import json, sys, time
from teamboard.actions.base import Actor
from teamboard.actions.check_ins import CheckInGoal
from teamboard.store.factory import open_store
store, who, found = open_store(sys.argv[1]), Actor("lead", "bench", "bench"), []
store.load()
print("ready", flush=True)
sys.stdin.readline()
end = time.monotonic() + float(sys.argv[2])
while time.monotonic() < end:
    began = time.monotonic()
    store.commit(CheckInGoal(goal="G1", change=1, note="Acme signed"), who)
    found.append((time.monotonic() - began) * 1000)
print(json.dumps(found))
"""


made = cache(make_board)


def places(folder: Path, server: Server, members: int, checkins: int) -> dict[str, str]:
    """The same board in a new file and in a new database."""
    board = made(members, checkins)
    found = {"file": str(folder / f"{uuid4()}.json"), "PostgreSQL": server.url(server.database())}
    for place in found.values():
        open_store(place).create(board, LEAD)
    return found


def line(*cells: str) -> None:
    """Print a row of a table."""
    print(f"| {' | '.join(cells)} |", flush=True)


def head(*cells: str) -> None:
    """Begin a table."""
    print()
    line(*cells)
    line(*("---" for _ in cells))


def commits(folder: Path, server: Server, seconds: float) -> None:
    head("commit", "writers", "commits/s", "median", "99 of 100 within", "PostgreSQL : file")
    for writers in WRITERS:
        medians: dict[str, float] = {}
        for name, place in places(folder, server, 25, 900).items():
            found = sorted(written_by(writers, place, seconds))
            medians[name] = statistics.median(found)
            ratio = f"{medians[name] / medians['file']:.2f} × the median" if name != "file" else ""
            late = found[int(len(found) * 0.99)]
            line(name, str(writers), f"{len(found) / seconds:,.0f}", f"{medians[name]:.1f} ms", f"{late:.0f} ms", ratio)


def written_by(writers: int, place: str, seconds: float) -> list[float]:
    """How many milliseconds each commit of so many processes took."""
    command = [PYTHON, "-c", WRITER, place, str(seconds)]
    running = [
        subprocess.Popen(command, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE) for _ in range(writers)
    ]
    for one in running:
        cast("TextIO", one.stdout).readline()
    for one in running:
        cast("TextIO", one.stdin).write("\n")
        cast("TextIO", one.stdin).flush()
    return [ms for one in running for ms in json.loads(one.communicate()[0])]


def facts(server: Server, times: int) -> None:
    """An import by a member, whom the database holds to the rules, of new facts and of other values for the same."""
    head("5,000 facts in one commit of a manager", "new", "again, with other values")
    last = datetime.now(UTC).date()
    first = last - timedelta(days=7)
    took: list[tuple[float, float]] = []
    for _ in range(times):
        name = server.database()
        administrator = PostgresStore(server.url(name))
        administrator.create(made(25, 1_000), LEAD)
        grant(administrator, "lead", "manager", f"{name}_lead", None)
        store = PostgresStore(server.url(name, user=f"{name}_lead"))
        store.load()
        for more in (0, 1):
            new = tuple(
                NewFact(member=f"rep{i % 25}", name=f"Calls {i // 25}", value=float(i + more), on=last, starts=first,
                        goal=None, unit="", rows=1)
                for i in range(5_000)
            )  # fmt: skip
            began = monotonic()
            store.commit(ImportFacts(batch="crm", source="CRM", first=first, last=last, facts=new), LEAD)
            took.append((more, monotonic() - began))
    seconds = (statistics.median(s for again, s in took if again == more) for more in (0, 1))
    line("PostgreSQL", *(f"{found:.2f} s" for found in seconds))


def loads(folder: Path, server: Server, times: int) -> None:
    head("cold load", "file", "PostgreSQL", "ratio", "one commit behind, file", "one commit behind, PostgreSQL")
    for records in RECORDS:
        there = places(folder, server, max(records // 40, 1), records)
        file, cold = medians_ms([partial(_load, place) for place in there.values()], times)
        late = []
        for place in there.values():
            behind, writer = open_store(place), open_store(place)
            behind.load()
            found = []
            for _ in range(times):
                writer.commit(CheckInGoal(goal=RecordId("G1"), change=1), LEAD)
                began = monotonic()
                behind.load()
                found.append((monotonic() - began) * 1000)
            late.append(f"{statistics.median(found):.1f} ms")
        line(f"{records:,} records", f"{file:.1f} ms", f"{cold:.1f} ms", f"{cold / file:.1f} ×", *late)


def _load(place: str) -> None:
    open_store(place).load()


def repaints(folder: Path, server: Server, times: int) -> None:
    head("commit elsewhere to repaint here", "100 members", "ratio")
    medians: dict[str, float] = {}
    for name, place in places(folder, server, 100, 2_400).items():
        terminal = Terminal([PYTHON, "-m", "teamboard", "--board", place, "--as", "lead"])
        terminal.wait_for("Ana Member 0")
        terminal.settle(1.5)
        store, found = open_store(place), []
        store.load()
        for i in range(times):
            store.commit(CheckInGoal(goal=RecordId("G1"), value=(i + 1) * 1e4 + 5e5), LEAD)
            acknowledged = monotonic()
            found.append((terminal.wait_for(f"{i + 51} %") - acknowledged) * 1000)
            terminal.settle(0.3)
        terminal.close()
        medians[name] = statistics.median(found)
        line(name, f"{medians[name]:.1f} ms", f"{medians[name] / medians['file']:.2f} × the file")


def bytes_sent(folder: Path, server: Server) -> None:
    head("sent to a watcher for one commit", "bytes")
    for records in RECORDS:
        url = places(folder, server, max(records // 40, 1), records)["PostgreSQL"]
        proxy = Proxy(server.port)
        watcher, writer = PostgresStore(url.replace(f":{server.port}/", f":{proxy.port}/")), PostgresStore(url)
        watcher.load()
        before = proxy.from_server
        for _ in range(20):
            writer.commit(CheckInGoal(goal=RecordId("G1"), change=1, note="Acme signed, two more to come."), LEAD)
            watcher.load()
        line(f"{records:,} records", f"{(proxy.from_server - before) / 20:,.0f}")
        proxy.close()


async def many(server: Server, seconds: float, databases: int) -> None:
    """Many boards and many who follow them, and how long it takes until all of a board's have seen a commit."""
    names = [server.database() for _ in range(databases)]
    urls = [server.url(names[i % databases], f"board-{i}") for i in range(BOARDS)]
    for url in urls:
        PostgresStore(url).create(made(8, 60), LEAD)
    seen: dict[tuple[int, int], list[float]] = {}
    ready = asyncio.Semaphore(0)

    async def client(board: int) -> None:
        store = PostgresStore(urls[board])
        async with aclosing(cast("AsyncGenerator[Board | StoreError, None]", store.changes())) as found:
            first = True
            async for newer in found:
                if isinstance(newer, Board):
                    seen.setdefault((board, newer.revision), []).append(monotonic())
                if first:
                    first = False
                    ready.release()

    clients = [asyncio.ensure_future(client(i % BOARDS)) for i in range(CLIENTS)]
    began = monotonic()
    for _ in range(CLIENTS):
        await ready.acquire()
    opened = monotonic() - began
    await asyncio.sleep(2)
    postmaster = psutil.Process(server.process.pid)
    backends = [p for p in postmaster.children() if "postgres: postgres" in " ".join(p.cmdline())]
    memory = statistics.median([p.memory_full_info().uss for p in backends]) / 1e6
    held = f"in {databases} database(s): open in {opened:.1f} s, {len(backends)} connections"
    print(f"\n{CLIENTS} clients of {BOARDS} boards {held}, {memory:.1f} MB of the server's memory each.")
    head("asked for", "commits/s", "a commit", "seen by all", "99 of 100 within", "server's CPU", "clients' CPU")
    for rate in (10, 50, 200, 1_000):
        await _at_rate(urls, seen, rate, seconds, postmaster)
    for task in clients:
        task.cancel()
    await asyncio.gather(*clients, return_exceptions=True)


async def _at_rate(
    urls: list[str], seen: dict[tuple[int, int], list[float]], rate: int, seconds: float, postmaster: psutil.Process
) -> None:  # fmt: skip
    chance = random.Random(rate)
    stores = {i: PostgresStore(urls[i]) for i in range(16)}
    for store in stores.values():
        store.load()
    took: list[float] = []
    acknowledged: dict[tuple[int, int], float] = {}
    cpu = _cpu(postmaster), _own_cpu()
    began = monotonic()

    async def committer(number: int) -> None:
        mine = [i for i in stores if i % COMMITTERS == number]
        due = began
        while (now := monotonic()) < began + seconds:
            if due > now:
                await asyncio.sleep(due - now)
            due += COMMITTERS / rate
            board = chance.choice(mine)
            at = monotonic()
            after = await asyncio.to_thread(
                stores[board].commit, CheckInGoal(goal=RecordId("G1"), change=1, note="x"), LEAD
            )
            acknowledged[board, after.board.revision] = monotonic()
            took.append((monotonic() - at) * 1000)

    await asyncio.gather(*(committer(n) for n in range(COMMITTERS)))
    spent = monotonic() - began
    used = [(after - before) / spent for before, after in zip(cpu, (_cpu(postmaster), _own_cpu()), strict=True)]
    await asyncio.sleep(2)
    late = sorted((max(seen[key]) - at) * 1000 for key, at in acknowledged.items() if key in seen)
    for store in stores.values():
        store.close()
    line(
        f"{rate:,}/s", f"{len(took) / spent:,.0f}", f"{statistics.median(took):.1f} ms",
        f"{statistics.median(late):.0f} ms", f"{late[int(len(late) * 0.99)]:.0f} ms",
        f"{used[0]:.0%}", f"{used[1]:.0%}",
    )  # fmt: skip


def _cpu(postmaster: psutil.Process) -> float:
    found = 0.0
    for process in (postmaster, *postmaster.children(recursive=True)):
        try:
            times = process.cpu_times()
        except psutil.NoSuchProcess:
            continue
        found += times.user + times.system
    return found


def _own_cpu() -> float:
    times: Any = os.times()
    return float(times.user + times.system)


def main() -> None:
    quick = "--quick" in sys.argv
    with tempfile.TemporaryDirectory(prefix="teamboard-bench-") as name, tempfile.TemporaryDirectory() as data:
        folder = Path(name)
        server = Server(Path(data), fsync="on", max_connections="800", shared_buffers="256MB")
        try:
            with psycopg.connect(server.conninfo("postgres")) as connection:
                print(f"PostgreSQL {connection.info.server_version // 10_000}, {os.cpu_count()} cores\n")
            commits(folder, server, 2.0 if quick else 6.0)
            facts(server, 1 if quick else 3)
            loads(folder, server, 3 if quick else 9)
            repaints(folder, server, 5 if quick else 15)
            bytes_sent(folder, server)
            for databases in (1, 8):
                asyncio.run(many(server, 3.0 if quick else 8.0, databases))
        finally:
            server.stop()


if __name__ == "__main__":
    main()
