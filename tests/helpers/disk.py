"""A disk small enough to be filled."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


@contextmanager
def small_disk(folder: Path, size: str) -> Iterator[None]:
    """A file system of its own at a folder, as small as is said; where nobody may mount one the test is left out."""
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", folder], capture_output=True, text=True, check=False
    )
    if mounted.returncode != 0 and "TEAMBOARD_ALL_TESTS" not in os.environ:
        pytest.skip(f"this machine mounts no small disk: {mounted.stderr.strip()}")
    mounted.check_returncode()
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", folder], check=True)


def fill(folder: Path, block: int) -> None:
    """Fill a disk, to its last block of so many bytes."""
    command = ["dd", "if=/dev/zero", f"of={folder}/filler", f"bs={block}"]
    subprocess.run(command, check=False, capture_output=True)
