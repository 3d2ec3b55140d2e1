"""Keys as processes: made, kept, lost, brought back, renewed, accepted."""

from __future__ import annotations

import re
import stat
from pathlib import Path

import pytest

from teamboard.store.file.store import FileStore
from tests.conftest import Run
from tests.reviewing import desk, held, home, the_review


@pytest.fixture
def demo(run: Run, tmp_path: Path) -> FileStore:
    assert run("demo", "--board", "team.board.json").returncode == 0
    return FileStore(tmp_path / "team.board.json")


def test_a_key_is_made_kept_and_brought_back(run: Run, demo: FileStore, tmp_path: Path) -> None:
    shown = run("key", "show", **home("ana")).stdout
    public = re.search(r"age1\w+", shown)
    assert public is not None
    member = demo.load().member("ana")
    assert member is not None
    assert member.key == public[0]
    private = Path(home("ana")["XDG_CONFIG_HOME"]) / "teamboard" / "keys" / "ana.key"
    assert stat.S_IMODE(private.stat().st_mode) == 0o600
    assert run("key", "backup", "ana.backup", **home("ana")).returncode == 0
    backup = tmp_path / "ana.backup"
    assert stat.S_IMODE(backup.stat().st_mode) == 0o600
    assert "exists already" in run("key", "backup", "ana.backup", **home("ana")).stderr
    private.unlink()
    lost = run("review", "prep", "ana", "--share", **home("ana"))
    assert (lost.returncode, lost.stdout) == (1, "")
    assert "teamboard key restore FILE" in lost.stderr
    assert run("key", "restore", "ana.backup", **home("ana")).returncode == 0
    assert run("key", "show", **home("ana")).stdout == shown
    assert "in use already" in run("key", "restore", "ana.backup", **home("ana")).stderr
    (tmp_path / "no.key").write_text("nothing")
    assert "no private key" in run("key", "restore", "no.key", **home("ana")).stderr


def test_a_key_that_has_changed_is_announced_before_anything_is_sealed_for_it(
    run: Run, demo: FileStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    held(demo, monkeypatch)
    before = run("review", "export", "R1", **home("ana")).stdout
    renewed = run("key", "renew", **home("ana"))
    assert "asked to accept it" in renewed.stdout
    # What was sealed for the old key can still be read: it is kept.
    assert run("review", "export", "R1", **home("ana")).stdout == before
    mara = desk(demo, "mara", monkeypatch)
    assert mara.changed_keys(demo.load()) == ["Ana Ruiz"]
    with pytest.raises(Exception, match="The key of Ana Ruiz has changed"):
        mara.write(demo.load(), the_review(demo), mara.outcome(the_review(demo)))
    assert "has not changed" in run("key", "accept", "ben", **home("mara")).stderr
    assert run("key", "accept", "ana", **home("mara")).returncode == 0
    assert mara.write(demo.load(), the_review(demo), mara.outcome(the_review(demo))).sealed


def test_taking_back_passes_over_what_happened_by_itself(run: Run, demo: FileStore) -> None:
    assert run("checkin", "G13", "60", "--as", "ana").returncode == 0
    assert run("key", "show", "--as", "ana").returncode == 0
    assert run("undo", "--as", "ana").stdout.startswith("Taken back: Ana Ruiz checked in on G13")
    assert demo.load().member("ana").key  # type: ignore[union-attr]


@pytest.mark.usefixtures("demo")
def test_a_key_of_somebody_else_can_not_be_set(run: Run) -> None:
    assert run("key", "show", **home("ana")).returncode == 0
    found = run("key", "show", **{**home("ben"), "TEAMBOARD_MEMBER": "ana"})
    assert found.returncode == 1
    assert "There is no key of ana" in found.stderr
