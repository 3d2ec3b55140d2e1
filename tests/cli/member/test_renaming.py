"""`member rename`: every record follows, and what was written before is still found."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

from teamboard.actions.base import Actor
from teamboard.domain.ids import RecordId
from teamboard.services.review_session import ReviewSession
from teamboard.store.file.store import FileStore
from tests.cli.conftest import refused_and_unchanged
from tests.conftest import Run
from tests.helpers.old_periods import OLD_PERIODS
from tests.helpers.reviewing import held, home, the_review


def tables(board: Path) -> dict[str, Any]:
    """The records of a board's file, without its history."""
    found: dict[str, Any] = json.loads(board.read_bytes())
    return {name: table for name, table in found.items() if name not in ("history", "meta")}


def names(value: Any, handle: str) -> bool:
    """Whether a value, or a key in it, is a handle."""
    if isinstance(value, dict):
        return handle in value or any(names(part, handle) for name, part in value.items() if name != "formerly")
    return any(names(part, handle) for part in value) if isinstance(value, list) else value == handle


@pytest.mark.slow
def test_one_commit_puts_the_new_handle_into_every_record(run: Run, demo: Path) -> None:
    before, log = tables(demo), run("log", "--member", "ana").stdout
    assert names(before, "ana")
    found = run("member", "rename", "ana", "anna", "--as", "mara")
    assert found.stdout == "Ana Ruiz is anna now, and was ana.\n", found.stderr
    after = tables(demo)
    assert not names(after, "ana")
    assert json.loads(json.dumps(after).replace('"anna"', '"ana"').replace(', "formerly": ["ana"]', "")) == before
    newest = run("log").stdout.splitlines()[0]
    assert newest.endswith("Mara Lind renamed ana to anna")
    for handle in ("ana", "anna", "Ana Ruiz", "@ana"):
        assert run("log", "--member", handle).stdout.splitlines()[1:] == log.splitlines(), handle
        assert run("show", "--member", handle).stdout.startswith(" Ana Ruiz"), handle
        assert run("show", "--member", handle, "--as-of", "today-2").stdout.splitlines()[2].startswith(" Ana Ruiz")
    assert run("checkin", "G12", "900000", "--as", "ana").returncode == 0
    assert tables(demo)["checkins"]["165"]["by"] == "anna"
    assert run("inbox", "--as", "anna").stdout == run("inbox", "--as", "ana").stdout
    assert run("undo", "--as", "ana").stdout.startswith("Undone: Ana Ruiz checked in on G12")
    assert run("doctor").returncode == 0
    # Who undoes it gives the handle back, and both are still known.
    assert run("undo", "--as", "mara").returncode == 0
    back = tables(demo)
    assert back["members"]["2"].pop("formerly") == ["anna"]
    assert back == before
    assert run("show", "--member", "anna").stdout.startswith(" Ana Ruiz")
    assert run("doctor").returncode == 0


@pytest.mark.slow
@pytest.mark.usefixtures("demo")
def test_whoever_is_renamed_undoes_it_and_has_it_again(run: Run) -> None:
    assert run("member", "rename", "mara", "marlene", "--as", "mara").returncode == 0
    assert "manager marlene" in run("members").stdout
    assert run("member", "change", "ana", "--title", "AE", "--as", "mara").returncode == 0
    refused = run("undo", "--as", "mara")
    assert refused.returncode == 0
    assert run("undo", "--as", "marlene").stdout == "Undone: Mara Lind renamed mara to marlene\n"
    assert "manager mara" in run("members").stdout
    assert run("member", "rename", "mara", "marlene", "--as", "marlene").returncode == 0
    assert run("member", "rename", "marlene", "mara", "--as", "marlene").returncode == 0
    assert run("doctor").returncode == 0


@pytest.mark.slow
def test_one_undo_after_the_other_takes_back_two_renamings(run: Run, demo: Path) -> None:
    before = tables(demo)
    for old, new in (("ana", "anna"), ("anna", "annie")):
        assert run("member", "rename", old, new, "--as", "mara").returncode == 0
    for back in ("anna", "ana"):
        found = run("undo", "--as", "mara")
        assert found.returncode == 0, found.stderr
        assert json.loads(run("show", "--member", back, "--json").stdout)["handle"] == back
    after = tables(demo)
    assert after["members"]["2"].pop("formerly") == ["annie", "anna"]
    assert after == before
    for handle in ("anna", "annie"):
        assert run("show", "--member", handle).stdout.startswith(" Ana Ruiz")


CHANGES = [
    ("change", "ana", "--name", "Ana Ruiz Costa"),
    ("rename", "ana", "anna"),
    ("change", "anna", "--name", "Ana Costa"),
    ("rename", "anna", "annie"),
]


@pytest.mark.slow
@pytest.mark.parametrize("changes", [CHANGES[:2], CHANGES[1:3], CHANGES], ids=len)
def test_names_and_handles_are_taken_back_one_after_the_other(
    run: Run, demo: Path, changes: list[tuple[str, ...]]
) -> None:
    before = tables(demo)
    for change in changes:
        assert run("member", *change, "--as", "mara").returncode == 0
    for _ in changes:
        found = run("undo", "--as", "mara")
        assert found.returncode == 0, found.stderr
    after = tables(demo)
    handles = [words[2] for words in reversed(changes) if words[0] == "rename"]
    assert after["members"]["2"].pop("formerly") == handles
    assert after == before
    for handle in handles:
        assert run("show", "--member", handle).stdout.startswith(" Ana Ruiz")
    assert run("doctor").returncode == 0


@pytest.mark.slow
@pytest.mark.usefixtures("demo")
def test_each_handle_finds_a_member_on_a_day_before_they_had_it(run: Run) -> None:
    for old, new in (("ana", "anna"), ("anna", "annie")):
        assert run("member", "rename", old, new, "--as", "mara").returncode == 0
    for handle in ("ana", "anna", "annie"):
        then = run("show", "--member", handle, "--as-of", "today-2", "--json")
        assert then.returncode == 0, then.stderr
        assert json.loads(then.stdout)["handle"] == "ana"


@pytest.mark.slow
@pytest.mark.usefixtures("demo")
def test_an_undo_that_would_leave_a_record_behind_is_refused(run: Run) -> None:
    assert run("member", "rename", "ana", "anna", "--as", "mara").returncode == 0
    assert run("feedback", "anna", "Well done", "--as", "ben").returncode == 0
    found = run("undo", "--as", "mara")
    assert (found.returncode, found.stdout) == (1, "")
    assert found.stderr == "teamboard: F35 names anna since: rename anna again instead.\n"
    assert run("member", "rename", "anna", "ana", "--as", "mara").returncode == 0


@pytest.mark.slow
@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["member", "rename", "ana", "ben", "--as", "mara"], 1, "There is a member 'ben' already"),
        (["member", "rename", "ana", "Ana Ruiz", "--as", "mara"], 1, "not a valid handle"),
        (["member", "rename", "ana", "none", "--as", "mara"], 1, "a word of the command line"),
        (["member", "rename", "ana", "ana", "--as", "mara"], 1, "is 'ana' already"),
        (["member", "rename", "ana", "../x", "--as", "mara"], 1, "not a valid handle"),
        (["member", "rename", "zoe", "zoe2", "--as", "mara"], 1, "no member 'zoe'"),
        (["member", "rename", "ana", "anna", "--as", "ben"], 1, "may rename a member here"),
        (["member", "rename", "ana"], 2, "NEW_HANDLE"),
    ],
    ids=lambda v: " ".join(v) if isinstance(v, list) else str(v),
)
def test_bad_input_is_refused_with_nothing_written(
    run: Run, demo: Path, arguments: list[str], code: int, says: str
) -> None:
    refused_and_unchanged(run, demo, arguments, code, says)


@pytest.mark.slow
def test_a_former_handle_stays_whose_it_was(run: Run, demo: Path) -> None:
    assert run("member", "rename", "ana", "anna", "--as", "ana").returncode == 0
    whose = "Ana Ruiz (anna) was 'ana' before"
    refused_and_unchanged(run, demo, ["member", "rename", "ben", "ana", "--as", "mara"], 1, whose)
    refused_and_unchanged(run, demo, ["member", "add", "ana", "Ana Sol", "--as", "mara"], 1, whose)
    assert run("member", "rename", "ana", "ana", "--as", "ana").returncode == 0
    assert tables(demo)["members"]["2"]["formerly"] == ["anna"]


@pytest.mark.slow
def test_a_former_name_finds_who_had_it_unless_somebody_has_it(run: Run, demo: Path) -> None:
    assert run("member", "change", "ana", "--name", "Ana Sol", "--as", "mara").returncode == 0
    assert tables(demo)["members"]["2"]["formerly"] == ["Ana Ruiz"]
    assert run("show", "--member", "ana ruiz").stdout.startswith(" Ana Sol")
    assert run("member", "add", "ana2", "Ana Ruiz", "--as", "mara").returncode == 0
    assert run("show", "--member", "Ana Ruiz").stdout.startswith(" Ana Ruiz")
    assert run("member", "change", "ana", "--name", "Ana Ruiz", "--as", "mara").returncode == 0
    two = run("show", "--member", "Ana Ruiz")
    assert (two.returncode, two.stdout) == (1, "")
    assert two.stderr == "teamboard: Two are called 'Ana Ruiz': ana, ana2. Give the handle.\n"


def test_a_name_that_is_another_s_handle_leads_to_that_one(run: Run, demo: Path) -> None:
    assert run("member", "change", "ana", "--name", "ben", "--as", "mara").returncode == 0
    assert run("member", "change", "ana", "--name", "Ana", "--as", "mara").returncode == 0
    assert tables(demo)["members"]["2"]["formerly"] == ["Ana Ruiz"]
    assert run("show", "--member", "ben").stdout.startswith(" Ben Okafor")


@pytest.mark.slow
def test_what_was_signed_stays_signed_and_keys_follow(run: Run, demo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = FileStore(demo)
    held(store, monkeypatch)
    signed = run("review", "sign", "R1", **home("ana"))
    assert signed.returncode == 0, signed.stderr
    assert run("member", "rename", "mara", "marlene", **home("mara")).returncode == 0
    # In the folder of whoever was called mara, and called so.
    found = run("review", "sign", "R1", **home("mara"))
    assert found.stdout.startswith("R1 is signed by ana and marlene."), found.stderr
    assert run("member", "rename", "ana", "anna", **home("mara")).returncode == 0
    for folder in ("ana", "mara"):
        for name, value in home(folder).items():
            monkeypatch.setenv(name, value)
        board = store.load()
        reviews = ReviewSession(board, {"ana": "anna", "mara": "marlene"}[folder])
        assert reviews.signature_state(board, the_review(store)) == "whole"
        changed = msgspec.structs.replace(the_review(store), actions=())
        assert reviews.signature_state(board, changed) == "broken"
        exported = run("review", "export", "R1", "--to", "json", **home(folder))
        assert exported.returncode == 0, exported.stderr
        assert "agreed-secret-words" in exported.stdout
    shown = run("key", "show", **home("ana"))
    assert shown.stdout.endswith("ana.key, for you alone\n"), shown.stderr
    assert shown.stderr == ""
    assert run("key", "renew", **home("ana")).returncode == 0
    renewed = run("review", "export", "R1", "--to", "json", **home("mara"))
    assert "The key of Ana Ruiz has changed" in renewed.stderr
    assert run("key", "accept", "ana", **home("mara")).returncode == 0
    assert run("review", "export", "R1", "--to", "json", **home("ana")).returncode == 0


@pytest.mark.slow
def test_archives_are_read_under_the_new_handle(run: Run, tmp_path: Path) -> None:
    (tmp_path / "old.yaml").write_text(OLD_PERIODS, encoding="utf-8")
    assert run("init", "--from", "old.yaml").returncode == 0
    log = run("log", "--member", "ana").stdout.splitlines()
    assert run("board", "archive", "--before", "today-300", "--as", "mara").returncode == 0
    assert run("member", "rename", "ana", "anna", "--as", "mara").returncode == 0
    assert run("member", "rename", "anna", "ann", "--as", "mara").returncode == 0
    found = json.loads(run("show", "--goal", "G1", "--json").stdout)
    assert (found["owner"], found["checkins"][0]["by"]) == ("ann", "ann")
    assert run("log", "--member", "ann").stdout.splitlines()[-len(log) :] == log
    then = json.loads(run("show", "--member", "ann", "--as-of", "today-550", "--json").stdout)
    assert then["handle"] == "ana"
    assert [goal["id"] for goal in then["goals"]] == ["G1"]
    assert run("doctor").returncode == 0


@pytest.mark.slow
def test_facts_find_a_member_by_what_they_were_called(run: Run, demo: Path) -> None:
    (demo.parent / "map.yaml").write_text(
        "name: crm\nsource: CRM\nmember: who\ndate: day\nfacts:\n  - {name: Won, aggregate: count, period: all}\n",
        encoding="utf-8",
    )
    rows = "who,day\nAna Ruiz,2026-11-02\nana,2026-11-03\nA\N{COMBINING ACUTE ACCENT}ine Sol,2026-11-04\n"
    (demo.parent / "deals.csv").write_text(rows, encoding="utf-8")
    assert run("member", "rename", "ana", "anna", "--as", "mara").returncode == 0
    assert (
        run(
            "member", "change", "anna", "--name", "\N{LATIN SMALL LETTER A WITH ACUTE}ine sol", "--as", "mara"
        ).returncode
        == 0
    )
    found = run("facts", "import", "deals.csv", "--map", "map.yaml", "--as", "mara")
    assert found.returncode == 0, found.stderr
    won = [fact for fact in FileStore(demo).load().facts_of("anna") if fact.name == "Won"]
    assert [fact.value for fact in won] == [3.0]


def test_an_old_handle_in_the_settings_is_the_same_person(run: Run, demo: Path) -> None:
    assert run("config", "member", "ana").returncode == 0
    assert run("member", "rename", "ana", "anna", "--as", "mara").returncode == 0
    assert run("checkin", "G12", "820k").returncode == 0
    assert FileStore(demo).load().last_checkin(RecordId("G12")).by == "anna"  # type: ignore[union-attr]
    assert Actor("ana") != Actor("anna")


@pytest.mark.slow
def test_of_two_with_one_name_the_handle_says_who_is_meant(run: Run, own: Path) -> None:
    for handle in ("ben", "ben2"):
        assert run("member", "add", handle, "Ben Okafor", "--manager", "ana").returncode == 0
    assert run("member", "change", "ana", "--name", "Ben Okafor").returncode == 0
    proposed = run("goal", "add", "ARR", "--target", "10", "--as", "ben")
    assert "is proposed to Ben Okafor (ana), who answers" in proposed.stdout, proposed.stderr
    assert run("revision", "agree", "G1", "--as", "ana").returncode == 0
    revised = run("revise", "G1", "--target", "20", "--reason", "market", "--why", "More", "--as", "ben")
    assert "proposed to Ben Okafor (ana), who answers" in revised.stdout, revised.stderr
    assert run("goal", "hand-over", "G1", "--to", "ben2", "--yes", "--as", "ana").returncode == 0
    log = run("log").stdout
    assert "It goes from Ben Okafor (ben) to Ben Okafor (ben2)." in log
    assert "G1 goes to Ben Okafor (ben2)." in json.loads(own.read_bytes())["revisions"]["2"]["word"]
    found = run("member", "rename", "ben2", "benno")
    assert found.stdout == "Ben Okafor (benno) is benno now, and was ben2.\n"
