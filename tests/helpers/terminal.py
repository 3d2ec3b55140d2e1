"""The program in a real terminal, as a person starts it."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import struct
import sys
import termios
from collections.abc import Callable
from pathlib import Path
from time import monotonic
from typing import Any

import pyte

SECONDS = 60.0
STEP_SECONDS = 0.05
PROGRAM = ("-m", "teamboard")


class Screen(pyte.Screen):
    """pyte's screen, which takes the shape of the pointer (OSC 22) for a title (OSC 2)."""

    def set_title(self, param: str) -> None:
        if not param.startswith(";"):
            super().set_title(param)


class Terminal:
    """A terminal with `teamboard` on it."""

    def __init__(
        self,
        folder: Path,
        *arguments: str,
        columns: int = 100,
        lines: int = 30,
        program: tuple[str, ...] = PROGRAM,
        **env: str,
    ) -> None:
        self.screen = Screen(columns, lines)
        self._stream = pyte.ByteStream(self.screen)
        self.raw = b""
        self.pid, self._fd = pty.fork()
        if self.pid == 0:
            os.chdir(folder)
            # The environment as Python has it: a library may have put COLUMNS into the process's own.
            env = {**os.environ, "TERM": "xterm-256color", **env}
            os.execve(sys.executable, [sys.executable, *program, *arguments], env)
        fcntl.ioctl(self._fd, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))

    def type(self, text: str) -> None:
        os.write(self._fd, text.encode("utf-8", "surrogateescape"))

    def wait_for(self, text: str) -> None:
        """Read until a text is on the screen."""
        end = monotonic() + SECONDS
        while text not in "\n".join(self.screen.display):
            ready, _, _ = select.select([self._fd], [], [], max(end - monotonic(), 0))
            data = self._read() if ready else b""
            in_time = data and monotonic() < end
            assert in_time, f"{text!r} did not come:\n" + "\n".join(self.screen.display)
            self._stream.feed(data)

    def wait_for_no(self, text: str) -> None:
        """Read until a text is not on the screen any more."""
        end = monotonic() + SECONDS
        while text in "\n".join(self.screen.display):
            ready, _, _ = select.select([self._fd], [], [], max(end - monotonic(), 0))
            data = self._read() if ready else b""
            in_time = data and monotonic() < end
            assert in_time, f"{text!r} did not go:\n" + "\n".join(self.screen.display)
            self._stream.feed(data)

    def wait_until(self, so: Callable[[], bool]) -> None:
        """Read until something is so, elsewhere than on the screen."""
        end = monotonic() + SECONDS
        while not so():
            assert monotonic() < end, "it never was so:\n" + "\n".join(self.screen.display)
            ready, _, _ = select.select([self._fd], [], [], STEP_SECONDS)
            if ready:
                self._stream.feed(self._read())

    def modes(self) -> list[Any]:
        """The terminal's modes: input, output, control and local flags first."""
        return termios.tcgetattr(self._fd)

    def text_after(self, sequence: str) -> str:
        """Everything that came after the last of an escape sequence."""
        return self.raw.decode(errors="replace").rpartition(sequence)[2]

    def send(self, number: signal.Signals) -> None:
        """Send the program a signal."""
        os.kill(self.pid, number)

    def close(self) -> int:
        """Close the terminal as its window is closed, and return the exit code of the program."""
        os.close(self._fd)
        end = monotonic() + SECONDS
        while (found := os.waitpid(self.pid, os.WNOHANG))[0] == 0:
            assert monotonic() < end, "it does not end"
            select.select([], [], [], STEP_SECONDS)
        self.pid = 0
        return os.waitstatus_to_exitcode(found[1])

    def kill(self) -> None:
        """End the program as a crash would."""
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        os.close(self._fd)
        self.pid = 0

    def _read(self) -> bytes:
        """What comes next; nothing, once the program is gone."""
        try:
            data = os.read(self._fd, 65536)
        except OSError:
            return b""
        self.raw += data
        return data

    def finish(self) -> int:
        """Read what is left, and the exit code."""
        end = monotonic() + SECONDS
        while select.select([self._fd], [], [], max(end - monotonic(), 0))[0] and (data := self._read()):
            assert monotonic() < end, "it does not end:\n" + "\n".join(self.screen.display)
            self._stream.feed(data)
        while (found := os.waitpid(self.pid, os.WNOHANG))[0] == 0:
            assert monotonic() < end, "it does not end:\n" + "\n".join(self.screen.display)
            select.select([], [], [], STEP_SECONDS)
        status = found[1]
        os.close(self._fd)
        self.pid = 0
        return os.waitstatus_to_exitcode(status)
