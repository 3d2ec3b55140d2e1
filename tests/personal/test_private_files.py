"""One person's own files: whole, private, and nothing left beside them."""

from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from teamboard.personal.private_files import write_private_file


def test_of_those_who_write_at_once_one_file_stays_whole(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "known.json"
    texts = [f"{n} " * 50_000 for n in range(8)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda text: write_private_file(path, text), texts))
    assert path.read_text() in texts
    assert list(path.parent.iterdir()) == [path]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_what_can_not_be_written_leaves_all_as_it_was(tmp_path: Path) -> None:
    (tmp_path / "draft" / "inside").mkdir(parents=True)
    with pytest.raises(OSError, match="draft"):
        write_private_file(tmp_path / "draft", "words")
    assert [found.name for found in tmp_path.iterdir()] == ["draft"]
