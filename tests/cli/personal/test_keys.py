"""Keys as processes: made, kept, lost, brought back, renewed, accepted."""

from __future__ import annotations

import os
import re
import stat
from pathlib import Path

import pytest
from tinydb import TinyDB

from teamboard.actions.base import Actor
from teamboard.actions.team import ClaimLogin
from teamboard.services.acting import os_login
from teamboard.store.file.store import FileStore
from tests.conftest import Run
from tests.helpers.reviewing import held, home, session_of, the_review


@pytest.fixture
def demo(run: Run, tmp_path: Path) -> FileStore:
    assert run("demo", "--board", "team.board.json").returncode == 0
    return FileStore(tmp_path / "team.board.json")


def test_a_key_is_made_kept_and_brought_back(run: Run, demo: FileStore, tmp_path: Path) -> None:
    assert run("key", "new", **home("ana")).returncode == 0
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
    assert "not a valid private key" in run("key", "restore", "no.key", **home("ana")).stderr


def test_a_key_that_has_changed_is_announced_before_anything_is_sealed_for_it(
    run: Run, demo: FileStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    held(demo, monkeypatch)
    before = run("review", "export", "R1", **home("ana")).stdout
    renewed = run("key", "renew", **home("ana"))
    assert "asked to accept it" in renewed.stdout
    # What was sealed for the old key can still be read: it is kept.
    assert run("review", "export", "R1", **home("ana")).stdout == before
    mara = session_of(demo, "mara", monkeypatch)
    assert mara.changed_keys(demo.load()) == ["Ana Ruiz"]
    with pytest.raises(Exception, match="The key of Ana Ruiz has changed"):
        mara.write(demo.load(), the_review(demo), mara.outcome(the_review(demo)))
    told = run("review", "export", "R1", **home("mara"))
    assert (told.returncode, told.stderr.count("\n")) == (0, 1)
    assert "The key of Ana Ruiz has changed: ask them, then `teamboard key accept`." in told.stderr
    assert "has not changed" in run("key", "accept", "ben", **home("mara")).stderr
    accepted = run("key", "accept", "ana", **home("mara"))
    assert (accepted.returncode, accepted.stderr) == (0, "")
    assert mara.write(demo.load(), the_review(demo), mara.outcome(the_review(demo))).encrypted


def test_taking_back_passes_over_what_happened_by_itself(run: Run, demo: FileStore) -> None:
    assert run("checkin", "G13", "60", "--as", "ana").returncode == 0
    assert run("key", "new", "--as", "ana").returncode == 0
    assert run("undo", "--as", "ana").stdout.startswith("Undone: Ana Ruiz checked in on G13")
    assert demo.load().member("ana").key  # type: ignore[union-attr]


@pytest.mark.usefixtures("demo")
def test_a_key_of_somebody_else_can_not_be_set(run: Run) -> None:
    assert run("key", "new", **home("ana")).returncode == 0
    found = run("key", "show", **{**home("ben"), "TEAMBOARD_MEMBER": "ana"})
    assert found.returncode == 1
    assert "There is no key of ana" in found.stderr


def key_of(store: FileStore, member: str) -> str:
    found = store.load().member(member)
    assert found is not None
    return found.key or ""


@pytest.mark.slow
@pytest.mark.parametrize(
    "arguments",
    [
        ["review", "prep", "ana"],
        ["review", "prep", "ana", "--share"],
        ["review", "hold", "R1"],
        ["review", "export", "R1"],
        ["review", "sign", "R1"],
        ["key", "show"],
        ["key", "backup", "mara.backup"],
        ["key", "accept", "ana"],
    ],
    ids=" ".join,
)
@pytest.mark.parametrize("named", ["--as", "TEAMBOARD_MEMBER"])
def test_nobody_puts_a_key_on_the_record_of_a_member_they_only_name(
    run: Run, demo: FileStore, arguments: list[str], named: str
) -> None:
    before = Path(demo.path).read_bytes()
    options, env = (["--as", "mara"], {}) if named == "--as" else ([], {"TEAMBOARD_MEMBER": "mara"})
    found = run(*arguments, *options, **env)
    assert Path(demo.path).read_bytes() == before
    if arguments in (["review", "prep", "ana"], ["review", "hold", "R1"], ["review", "export", "R1"]):
        assert (found.returncode, found.stderr) == (0, "")
    else:
        assert (found.returncode, found.stdout, found.stderr.count("\n")) == (1, "", 1)
    if arguments in (["review", "prep", "ana", "--share"], ["key", "show"], ["key", "backup", "mara.backup"]):
        assert "`teamboard key new`" in found.stderr


@pytest.mark.slow
@pytest.mark.parametrize("known_by", ["login", "setting"])
@pytest.mark.parametrize("options", [[], ["--as", "mara"]], ids=["", "as"])
def test_who_is_known_as_the_member_gets_a_first_key(
    run: Run, demo: FileStore, known_by: str, options: list[str]
) -> None:
    if known_by == "login":
        demo.commit(ClaimLogin(), Actor("mara", os_login()))
    else:
        assert run("config", "member", "mara").returncode == 0
    before = Path(demo.path).read_bytes()
    assert "nothing to sign" in run("review", "sign", "R1", *options).stderr
    # Whoever is known as Mara is not Ana, and puts no key on Ana's record.
    assert run("review", "prep", "ana", "--as", "ana").returncode == 0
    assert Path(demo.path).read_bytes() == before
    found = run("review", "export", "R1", *options)
    assert (found.returncode, found.stderr) == (0, "")
    assert key_of(demo, "mara") in run("key", "show", *options).stdout
    assert (key_of(demo, "mara")[:4], key_of(demo, "ana")) == ("age1", "")


def test_a_first_key_is_asked_for_once(run: Run, demo: FileStore) -> None:
    made = run("key", "new", "--as", "mara")
    assert made.returncode == 0, made.stderr
    assert key_of(demo, "mara") in made.stdout
    again = run("key", "new", "--as", "mara")
    assert (again.returncode, again.stdout, again.stderr.count("\n")) == (1, "", 1)
    assert "`teamboard key renew`" in again.stderr
    assert "does not know you" in run("key", "new").stderr
    assert "This session is read-only" in run("--read-only", "key", "new", "--as", "ana").stderr
    for arguments in (["renew"], ["restore", "mara.backup"]):
        assert run("key", "backup", "mara.backup", "--as", "mara").returncode in (0, 1)
        refused = run("key", *arguments, "--as", "ana")
        assert (refused.returncode, refused.stderr.count("\n")) == (1, 1)
        assert "`teamboard key new --as ana`" in refused.stderr
    assert key_of(demo, "ana") == ""


@pytest.mark.usefixtures("demo")
def test_a_missing_private_key_is_one_line(run: Run) -> None:
    for member in ("ana", "mara"):
        assert run("key", "new", **home(member)).returncode == 0
    shared = run("review", "prep", "ana", "--share", **home("ana"))
    assert shared.returncode == 0, shared.stderr
    ana = Path(home("ana")["XDG_CONFIG_HOME"]) / "teamboard" / "keys" / "ana.key"
    for damaged in (None, "AGE-SECRET-KEY-1"):
        ana.unlink() if damaged is None else ana.write_text(damaged)
        for arguments in (["prep", "ana"], ["hold", "R1"], ["export", "R1"]):
            refused = run("review", *arguments, **home("ana"))
            assert (refused.returncode, refused.stderr.count("\n"), refused.stdout) == (1, 1, "")
            assert "There is no key of ana in" in refused.stderr
            assert "`teamboard key restore FILE`" in refused.stderr


def test_another_key_on_ones_record_is_told_at_once_and_mended_by_what_it_says(run: Run, demo: FileStore) -> None:
    assert run("key", "new", **home("mara")).returncode == 0
    own = key_of(demo, "mara")
    assert run("key", "backup", "mara.backup", **home("mara")).stderr == ""
    # Somebody else, with folders of their own, acts as Mara.
    stranger = {**home("ben"), "TEAMBOARD_MEMBER": "mara"}
    none_here = run("review", "export", "R1", **stranger)
    assert (none_here.returncode, none_here.stderr.count("\n")) == (0, 1)
    assert "There is no key of mara in" in none_here.stderr
    assert run("key", "renew", **stranger).returncode == 0
    for arguments in (["review", "export", "R1"], ["review", "prep", "ana"], ["key", "show"]):
        told = run(*arguments, **home("mara"))
        assert (told.returncode, told.stderr.count("\n")) == (0, 1), told.stderr
        assert "The key of Mara Lind on the board is not the one in" in told.stderr
        assert "`teamboard key restore FILE`" in told.stderr
        assert "`teamboard key renew`" in told.stderr
    for arguments in (["due"], ["inbox"], ["checkin", "G12", "+1"], ["review", "list"], ["review", "sign", "R1"]):
        lines = run(*arguments, **home("mara")).stderr.splitlines()
        assert "The key of Mara Lind on the board is not the one in" in lines[0]
        assert len(lines) == (2 if arguments[-1] == "R1" else 1)
    assert run("key", "restore", "mara.backup", **home("mara")).returncode == 0
    assert key_of(demo, "mara") == own
    assert run("key", "show", **home("mara")).stderr == ""


@pytest.mark.usefixtures("demo")
def test_where_a_key_can_not_be_kept_each_command_says_the_same(run: Run) -> None:
    keys = Path(home("ana")["XDG_CONFIG_HOME"]) / "teamboard" / "keys"
    keys.parent.mkdir(parents=True, exist_ok=True)
    keys.write_text("a file in the folder's place")
    env = {**home("ana"), "TEAMBOARD_MEMBER": ""}
    assert run("config", "member", "ana", **env).returncode == 0
    said = {run(*arguments, **env).stderr for arguments in (["key", "new"], ["review", "prep", "ana", "--share"])}
    (line,) = said
    assert line.startswith(f"teamboard: {keys / 'ana.key'} can't be written: ")
    assert line.count("\n") == 1


@pytest.mark.parametrize("handle", ["../../x", "/tmp/teamboard-x", "..", "a/b", "*", "x\x00y"])
def test_a_handle_that_another_program_has_made_a_path_leads_to_no_other_folder(
    run: Run, demo: FileStore, tmp_path: Path, handle: str
) -> None:
    with TinyDB(demo.path) as db:
        db.table("members").insert({"handle": handle, "name": "Xenia", "manager": "mara", "logins": [os_login()]})
    mine = {**home("x"), "TEAMBOARD_MEMBER": ""}
    assert run("key", "new", **mine).returncode == 0
    around = (tmp_path, Path(os.environ["HOME"]))
    (key,) = {path for folder in around for path in folder.rglob("*.key")}
    assert key.parent == Path(mine["XDG_CONFIG_HOME"]) / "teamboard" / "keys"
    assert "age1" in run("key", "show", **mine).stdout
