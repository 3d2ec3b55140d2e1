"""The command line for tests: in the test's own process, which is fast, or as a process of its own."""

from __future__ import annotations

import asyncio
import contextvars
import io
import os
import subprocess
import sys
import threading
from contextlib import chdir, redirect_stderr, redirect_stdout
from pathlib import Path
from subprocess import CompletedProcess
from unittest.mock import patch

from teamboard.cli.main import main

SECONDS = 300
START_ONLY = ("PYTHON", "LC_", "LANG", "TZ", "_TEAMBOARD")
"""The beginnings of variables that only count when a process starts."""


class CommandLine:
    """`teamboard` in a folder, with what it answers and its exit code.

    Called, it runs in the test's process; `process` starts a real one.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __call__(self, *arguments: str, cwd: Path | str | None = None, **env: str) -> CompletedProcess[str]:
        if _only_as_process(env):
            return self.process(*arguments, cwd=cwd, **env)
        out, err = _output(), _output()
        with (
            chdir(cwd or self.folder),
            patch.dict(os.environ, env),
            Path(os.devnull).open(encoding="utf-8") as nothing,
            patch.object(sys, "stdin", nothing),
            redirect_stdout(out),
            redirect_stderr(err),
        ):
            # What an app leaves in its context is gone with the process; here with a copy of the context.
            code = contextvars.copy_context().run(main, arguments)
        return CompletedProcess(["teamboard", *arguments], code, _text(out), _text(err))

    def process(
        self, *arguments: str, cwd: Path | str | None = None, stdin: str | None = None, **env: str
    ) -> CompletedProcess[str]:
        """Run it as a process, for what depends on being one: signals, pipes, a text on `stdin`, the locale."""
        return subprocess.run(
            [sys.executable, "-m", "teamboard", *arguments],
            cwd=cwd or self.folder,
            env={**os.environ, **env},
            input=stdin,
            stdin=subprocess.DEVNULL if stdin is None else None,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=SECONDS,
            check=False,
        )


def _only_as_process(env: dict[str, str]) -> bool:
    """Whether the folder, the streams or the event loop of this process can't be lent to a command."""
    if threading.current_thread() is not threading.main_thread():
        return True
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return any(name.startswith(START_ONLY) for name in env)
    return True


def _output() -> io.TextIOWrapper:
    return io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True)


def _text(output: io.TextIOWrapper) -> str:
    """What was written, with the ends of lines as `subprocess` gives them."""
    output.flush()
    assert isinstance(output.buffer, io.BytesIO)
    return output.buffer.getvalue().decode(errors="replace").replace("\r\n", "\n").replace("\r", "\n")
