"""Texts that could not be saved on the board: kept whole, in a private file that never replaces another."""

from __future__ import annotations

import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from teamboard.personal.rescued_text import save_rescued_text

AT = datetime(2026, 11, 22, 9, 5, 7, tzinfo=UTC)


@pytest.fixture
def folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Where rescued texts are; it does not exist yet."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return tmp_path / "state" / "teamboard" / "kept"


@pytest.mark.parametrize(
    "text", ["", "an hour's words\n", "zwei\r\nZeilen\n\n  李\t", "\x1b[31mred[/b]\x00", "x" * 400_000]
)
def test_the_text_is_kept_as_it_was(folder: Path, text: str) -> None:
    path = save_rescued_text(text, AT)
    assert path == folder / "20261122-090507.txt"
    assert path.read_bytes() == text.encode()


@pytest.mark.usefixtures("folder")
def test_what_can_not_be_written_in_utf_8_costs_one_letter_only() -> None:
    assert save_rescued_text("half \ud83d emoji", AT).read_text(encoding="utf-8") == "half ? emoji"


@pytest.mark.usefixtures("folder")
def test_texts_of_one_second_stand_side_by_side() -> None:
    paths = [save_rescued_text(f"text {number}", AT + timedelta(milliseconds=number)) for number in range(3)]
    assert [path.name for path in paths] == ["20261122-090507.txt", "20261122-090507-1.txt", "20261122-090507-2.txt"]
    assert [path.read_text() for path in paths] == ["text 0", "text 1", "text 2"]


def test_it_never_goes_through_a_link(folder: Path, tmp_path: Path) -> None:
    folder.mkdir(parents=True)
    theirs = tmp_path / "theirs"
    (folder / "20261122-090507.txt").symlink_to(theirs)
    assert save_rescued_text("mine", AT).name == "20261122-090507-1.txt"
    assert not theirs.exists()


def test_only_its_author_can_read_it(folder: Path) -> None:
    path = save_rescued_text("mine", AT)
    assert (stat.S_IMODE(path.stat().st_mode), stat.S_IMODE(folder.stat().st_mode)) == (0o600, 0o700)


@pytest.mark.usefixtures("folder")
def test_a_folder_that_can_not_be_made_is_an_error_of_the_disk(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file in the way")
    with pytest.raises(OSError, match="state"):
        save_rescued_text("mine", AT)


def test_there_is_an_end_to_texts_of_one_second(folder: Path) -> None:
    folder.mkdir(parents=True)
    (folder / "20261122-090507.txt").touch()
    for number in range(1, 1000):
        (folder / f"20261122-090507-{number}.txt").touch()
    with pytest.raises(FileExistsError, match="delete those you do not need"):
        save_rescued_text("one more", AT)
