"""The app on a board in a real file, at a fixed moment."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from textual.widgets import Input, TextArea

from teamboard.actions.base import Actor
from teamboard.store.codec import BoardFile
from teamboard.store.file.store import FileStore
from teamboard.ui.app import BoardApp
from tests.conftest import NOW


@pytest.fixture(autouse=True)
def _steady_cursor(monkeypatch: pytest.MonkeyPatch) -> None:
    """A cursor that blinks is in a picture or not, as the machine is fast or slow."""
    for field in (Input, TextArea):
        monkeypatch.setattr(field.cursor_blink, "_default", False)


MakeApp = Callable[..., BoardApp]


@pytest.fixture
def sample_store(sample: BoardFile, tmp_path: Path) -> FileStore:
    """The sample team in a file."""
    found = FileStore(tmp_path / "team.board.json", clock=lambda: NOW)
    found.create(sample, Actor(None))
    return found


@pytest.fixture
def app(sample_store: FileStore) -> MakeApp:
    """The app for a member, on the sample team or on a store that is given."""

    def make(member: str | None = "ana", store: FileStore | None = None, **options: Any) -> BoardApp:
        mine = FileStore((store or sample_store).path, clock=lambda: NOW)
        found = BoardApp(mine, mine.load(), Actor(member, "login", "desk"), clock=lambda: NOW, **options)
        found.animation_level = "none"
        return found

    return make
