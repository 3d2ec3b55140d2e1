"""Timing: medians of repeated runs, and a terminal for a program to paint on."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import statistics
import struct
import subprocess
import sys
import termios
from collections.abc import Callable, Sequence
from pathlib import Path
from time import monotonic, perf_counter

PYTHON = sys.executable
_LOAD = """
import sys
from teamboard.store.file.store import FileStore
if len(sys.argv) > 1:
    board = FileStore(sys.argv[1]).load()
print(open("/proc/self/status").read().partition("VmHWM:")[2].split()[0])
"""


def environment() -> dict[str, str]:
    """The environment of a user: compiled code is kept, colours are on."""
    kept = {k: v for k, v in os.environ.items() if k not in ("PYTHONDONTWRITEBYTECODE", "NO_COLOR")}
    return {**kept, "TERM": "xterm-256color", "COLORTERM": "truecolor"}


def medians_ms(runs: Sequence[Callable[[], object]], times: int) -> list[float]:
    """The median of each of several runs, in milliseconds, after one that does not count.

    They run in turns, so that a busy moment of the machine falls on all of them.
    """
    found: list[list[float]] = [[] for _ in runs]
    for i in range(times + 1):
        for run, times_found in zip(runs, found, strict=True):
            began = perf_counter()
            run()
            if i:
                times_found.append((perf_counter() - began) * 1000)
    return [statistics.median(times_found) for times_found in found]


def process(command: Sequence[str]) -> Callable[[], object]:
    """Runs a command as a process of its own."""
    env = environment()
    return lambda: subprocess.run(command, env=env, check=True, capture_output=True)


class Terminal:
    """A pseudo-terminal of 120 by 40 with a program on it, its environment with some variables set."""

    def __init__(self, command: Sequence[str], **variables: str) -> None:
        self.began = monotonic()
        self.pid, self._fd = pty.fork()
        if self.pid == 0:
            os.execvpe(command[0], list(command), environment() | variables)
        fcntl.ioctl(self._fd, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))
        self._seen = b""

    def wait_for(self, text: str, *, timeout: float = 60.0) -> float:
        """The moment (monotonic seconds) at which a text has arrived since the last one waited for."""
        wanted, end = text.encode(), monotonic() + timeout
        while wanted not in self._seen:
            ready, _, _ = select.select([self._fd], [], [], max(end - monotonic(), 0))
            if not ready:
                raise TimeoutError(f"{text!r} did not come; the end of what came: {self._seen[-300:]!r}")
            self._seen += os.read(self._fd, 65536)
        at = monotonic()
        self._seen = self._seen.partition(wanted)[2]
        return at

    def settle(self, seconds: float) -> None:
        """Read what still comes for a while."""
        end = monotonic() + seconds
        while (left := end - monotonic()) > 0:
            if select.select([self._fd], [], [], left)[0]:
                os.read(self._fd, 65536)
        self._seen = b""

    def close(self) -> None:
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        os.close(self._fd)


def peak_mb(path: Path | None = None) -> float:
    """The most memory that a new process has taken when it has loaded a board; without one, when it is ready to."""
    command = [PYTHON, "-c", _LOAD, *([str(path)] if path else [])]
    done = subprocess.run(command, env=environment(), check=True, capture_output=True, text=True)
    return int(done.stdout) / 1024


def resident_mb(pid: int) -> float:
    """The memory of a process that is in use."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    return int(status.partition("VmRSS:")[2].split()[0]) / 1024
