"""What a program that knows only TinyDB writes is adopted by the next commit, and told in the history."""

from __future__ import annotations

import json
from codecs import BOM_UTF8
from pathlib import Path

import pytest
from tinydb import TinyDB, where

from teamboard.actions.check_ins import CheckInGoal
from teamboard.actions.feedback import GiveFeedback
from teamboard.domain.commit_log import stored_fields
from teamboard.domain.history.log import history_of
from teamboard.domain.ids import RecordId
from teamboard.domain.records import Metric
from teamboard.domain.verbs import ADOPTION_VERB
from teamboard.store import codec
from teamboard.store.file.doctor import examine
from teamboard.store.file.store import FileStore
from tests.conftest import ANA, BEN, NOW, Maker, Run


@pytest.fixture
def store(maker: Maker, tmp_path: Path) -> FileStore:
    store = FileStore(tmp_path / "team.board.json", clock=lambda: NOW, new_id=lambda: "1" * 32)
    store.create(maker.file(), ANA)
    store.commit(CheckInGoal(goal=RecordId("G1"), value=100, note="First"), ANA)
    return store


def wrong(store: FileStore) -> list[str]:
    return [finding.what for finding in examine(FileStore(store.path), NOW) if not finding.ok and finding.fixable]


@pytest.mark.parametrize("options", [{}, {"indent": 2}, {"sort_keys": True}], ids=str)
@pytest.mark.parametrize("warm", [True, False], ids=["warm", "cold"])
def test_each_change_from_outside_is_told_before_the_next_commit(
    store: FileStore, options: dict[str, object], warm: bool
) -> None:
    before = store.load()
    with TinyDB(store.path, **options) as plain:
        plain.table("checkins").insert(
            {"goal": "G1", "value": 250, "note": "From a script", "by": "ana", "at": NOW.isoformat()}
        )
        plain.table("goals").update({"title": "ARR of Iberia"}, where("owner") == "ana")
        plain.table("theirs").insert({"x": 1})
    mine = store if warm else FileStore(store.path, clock=lambda: NOW)
    commit = mine.commit(GiveFeedback(to="ana", text="Well asked"), BEN)
    assert commit.board.revision == before.revision + 2
    assert commit.created == ("F1",)
    (adopted, own) = [entry for n, entry in history_of(commit.board) if n > before.revision]
    assert (adopted.verb, adopted.by) == (ADOPTION_VERB, None)
    assert set(adopted.changes) == {"C2", "G1"}
    assert adopted.changes[RecordId("G1")].after == {"title": "ARR of Iberia"}
    assert own.verb == "give feedback"
    again = FileStore(store.path).load()
    assert [c.value for c in again.checkins_of(RecordId("G1"))] == [100.0, 250.0]
    assert wrong(store) == []
    data = json.loads(Path(store.path).read_text(encoding="utf-8"))
    assert data["theirs"] == {"1": {"x": 1}}
    # The history is line by line again, however it was written.
    assert Path(store.path).read_text(encoding="utf-8").count("\n") > len(data["history"])


def test_what_was_removed_outside_is_told_too(store: FileStore) -> None:
    with TinyDB(store.path) as plain:
        plain.table("checkins").remove(doc_ids=[1])
    board = store.commit(GiveFeedback(to="ana", text="Well asked"), BEN).board
    adopted = history_of(board).get(board.revision - 1)
    assert adopted is not None
    assert adopted.changes[RecordId("C1")].after is None
    assert (adopted.changes[RecordId("C1")].before or {})["note"] == "First"
    # Its number is not given out again.
    assert store.commit(CheckInGoal(goal=RecordId("G1"), value=1), ANA).created == ("C2",)


def test_a_rewrite_that_changes_nothing_is_not_told(store: FileStore) -> None:
    before = store.load()
    with TinyDB(store.path) as plain:
        plain.table("goals").update({"title": before.goal(RecordId("G1")).title}, doc_ids=[1])  # type: ignore[union-attr]
    assert store.commit(GiveFeedback(to="ana", text="Well asked"), BEN).board.revision == before.revision + 1
    assert wrong(store) == []


def test_a_refused_commit_adopts_nothing(store: FileStore) -> None:
    with TinyDB(store.path) as plain:
        plain.table("goals").update({"title": "Other"}, doc_ids=[1])
    before = Path(store.path).read_bytes()
    with pytest.raises(Exception, match="no goal"):
        store.commit(CheckInGoal(goal=RecordId("G99"), value=1), ANA)
    assert Path(store.path).read_bytes() == before


def test_the_next_change_from_outside_is_found_after_the_first(store: FileStore) -> None:
    for title in ("One", "Two"):
        with TinyDB(store.path) as plain:
            plain.table("goals").update({"title": title}, doc_ids=[1])
        board = store.commit(CheckInGoal(goal=RecordId("G1"), change=1), ANA).board
        adopted = history_of(board).get(board.revision - 1)
        assert adopted is not None
        assert adopted.changes[RecordId("G1")].after == {"title": title}
    assert wrong(store) == []


def test_a_board_keeps_its_identity_and_an_older_one_gets_one(store: FileStore) -> None:
    first = store.known_file.id
    assert first == "1" * 32
    store.commit(CheckInGoal(goal=RecordId("G1"), change=1), ANA)
    assert FileStore(store.path).known_file.id == first
    data = json.loads(Path(store.path).read_text(encoding="utf-8"))
    data["meta"]["1"] |= {"format": 3}
    del data["meta"]["1"]["id"], data["meta"]["1"]["sums"]
    Path(store.path).write_text(json.dumps(data), encoding="utf-8")
    assert FileStore(store.path).known_file.id == ""
    FileStore(store.path, new_id=lambda: "2" * 32).commit(CheckInGoal(goal=RecordId("G1"), change=1), ANA)
    assert FileStore(store.path).known_file.id == "2" * 32


def test_checksums_carried_along_are_those_of_the_whole(store: FileStore) -> None:
    for value in range(80):
        store.commit(CheckInGoal(goal=RecordId("G1"), value=value), ANA)
    store.commit(CheckInGoal(goal=RecordId("G2"), value=1), BEN)
    file = FileStore(store.path).known_file
    assert codec.foreign_tables(file) == []
    assert dict(file.sums) == dict(store.known_file.sums)


def test_the_canonical_form_is_a_fixpoint(store: FileStore) -> None:
    goal = FileStore(store.path).load().goal(RecordId("G1"))
    assert goal is not None
    assert isinstance(goal.measure, Metric)
    assert b'"start":0.0' in Path(store.path).read_bytes()
    assert stored_fields(goal) == json.loads(Path(store.path).read_text(encoding="utf-8"))["goals"]["1"]


def test_the_log_says_what_was_changed_outside(store: FileStore, run: Run) -> None:
    with TinyDB(store.path) as plain:
        measure = {"kind": "metric", "unit": "€", "start": 0, "target": 1_300_000}
        plain.table("goals").update({"title": "ARR of Iberia", "measure": measure}, doc_ids=[1])
        plain.table("goals").remove(doc_ids=[2])
    store.commit(CheckInGoal(goal=RecordId("G1"), change=1), ANA)
    lines = run("log", "--board", store.path).stdout.splitlines()
    assert (
        "Changed outside teamboard: G1 title ARR ana → ARR of Iberia, G1 target €1,000 → €1.3M, G2 removed" in lines[1]
    )


def test_a_byte_order_mark_is_read_over_and_goes_with_the_next_commit(store: FileStore) -> None:
    path, before = Path(store.path), store.load()
    path.write_bytes(BOM_UTF8 + path.read_bytes())
    assert FileStore(path).load().tables == before.tables
    assert wrong(store) == []
    for each in (store, FileStore(path)):
        each.commit(CheckInGoal(goal=RecordId("G1"), value=5), ANA)
        assert path.read_bytes().startswith(b"{")
    # Nothing of a record was changed by it.
    assert ADOPTION_VERB not in {entry.verb for _, entry in history_of(store.load()).newest_first()}
    assert wrong(store) == []
