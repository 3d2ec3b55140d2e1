"""What a program may write through TinyDB, and what is refused before it makes a board that nobody can read."""

from __future__ import annotations

import asyncio
import re
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tinydb import TinyDB, where
from tinydb.table import Document

from teamboard import open_board
from teamboard.actions.check_ins import CheckInGoal
from teamboard.domain.board import Board
from teamboard.domain.errors import NotFound, Refused
from teamboard.domain.ids import RecordId
from teamboard.services.tinydb_door import BoardDB, BoardStorage
from teamboard.store.base import BoardBusy, BoardMissing, BoardUnreadable
from teamboard.store.file.doctor import examine
from teamboard.store.file.store import FileStore
from tests.conftest import ANA, NOW, Run

STAMP = "2026-11-22T10:00:00Z"
CHECK_IN = {"goal": "G1", "value": 250.0, "note": "From the warehouse", "by": "ana", "at": STAMP}


@pytest.fixture
def db(store: FileStore) -> BoardDB:
    return open_board(Path(store.path), as_="ana")


def is_sound(store: FileStore) -> bool:
    """Whether `doctor` is content: records, references, history and its hash chain."""
    return [found.what for found in examine(FileStore(store.path), NOW) if not found.ok and found.fixable] == []


# -- opening


def test_what_is_no_board_is_told_when_it_is_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(BoardMissing, match=r"There is no board at .*/team\.board\.json"):
        open_board()
    other = tmp_path / "other.json"
    other.write_text('{"_default": {"1": {"a": 1}}}', encoding="utf-8")
    with pytest.raises(BoardUnreadable, match="not a teamboard file"):
        open_board(other)
    other.write_text("", encoding="utf-8")
    with pytest.raises(BoardUnreadable, match="empty"):
        open_board(other)
    with pytest.raises(BoardUnreadable, match="directory"):
        open_board(tmp_path)
    assert list(tmp_path.iterdir()) == [other]


def test_a_member_who_is_not_on_the_board_is_told_when_it_is_opened(store: FileStore) -> None:
    with pytest.raises(NotFound, match="There is no member 'zoe'"):
        open_board(store.path, as_="zoe")


# -- each table


ANOTHER: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "members": ({"handle": "zoe", "name": "Zoe Low"}, {"name": "Zoe Lowe"}),
    "team_goals": ({}, {"title": "Another title"}),
    "goals": ({}, {"title": "Another title"}),
    "checkins": ({"note": "One note"}, {"note": "Another note"}),
    "revisions": ({}, {"why": "Another reason"}),
    "feedback": ({}, {"text": "Another text"}),
    "one_on_ones": ({}, {"on": "2026-12-01"}),
    "facts": ({}, {"source": "Another source"}),
    "reviews": ({}, {"on": "2026-12-01"}),
    "standups": ({"by": "mara", "at": STAMP, "revision": 1, "seconds": {"ana": 90}}, {"revision": 2}),
}
"""The fields, by table, in which a new document differs from the newest one, and those that an update changes."""


@pytest.mark.slow
@pytest.mark.parametrize("name", ANOTHER)
def test_every_table_is_inserted_updated_upserted_queried_and_removed(run: Run, tmp_path: Path, name: str) -> None:
    """On the sample team, whose tables have documents of every kind."""
    path = tmp_path / "team.board.json"
    run("demo", "--board", str(path))
    with open_board(path, as_="mara") as db:
        table, revision, number = db.table(name), db.board.revision, db.board.ids.get(name, 0) + 1
        fields, change = ANOTHER[name]
        document = {**(table.all() or [{}])[-1], **fields}
        assert table.insert(document) == number
        assert table.get(doc_id=number) == document
        assert table.update(change, doc_ids=[number]) == [number]
        (field,) = change
        assert number in [d.doc_id for d in table.search(where(field) == change[field])]
        assert table.upsert(Document(document, number)) == [number]
        other = {"handle": "zac"} if name == "members" else {}
        assert table.upsert(document | other, where("nothing") == 1) == [number + 1]
        assert table.remove(doc_ids=[number, number + 1]) == [number, number + 1]
        assert not table.contains(doc_id=number)
        assert table.insert(document) == number + 2
        assert db.board.revision == revision + 6
    assert is_sound(FileStore(path))


def test_the_team_is_changed_but_neither_added_nor_removed(db: BoardDB) -> None:
    team = db.table("team")
    assert team.update({"name": "Southwind"}) == [1]
    assert team.upsert({"name": "Northwind"}, where("name") == "Southwind") == [1]
    with pytest.raises(Refused, match="A board has one team"):
        team.truncate()
    with pytest.raises(Refused, match="A board has one team"):
        team.insert(dict(team.all()[0]))


def test_references_count_when_the_commit_is_whole(db: BoardDB, store: FileStore) -> None:
    goals = db.table("goals")
    goal = dict(goals.all()[0])
    with db.commit():
        db.table("checkins").insert(CHECK_IN | {"goal": "G3"})
        assert goals.insert(goal) == 3
    with pytest.raises(Refused, match="goal 'G3' does not exist"):
        goals.remove(doc_ids=[3])
    with db.commit():
        goals.remove(doc_ids=[3])
        db.table("checkins").truncate()
    assert goals.insert(goal) == 4
    assert is_sound(store)


# -- what is refused


REFUSALS: dict[str, Callable[[BoardDB], object]] = {
    "document numbers end with": lambda db: db.table("checkins").insert(Document(CHECK_IN, 10**10)),
    "'colour' is not known": lambda db: db.table("checkins").insert(CHECK_IN | {"colour": "red"}),
    "'value' must be a number of up to 18 digits": lambda db: db.table("checkins").insert(
        CHECK_IN | {"value": float("nan")}
    ),
    "surrogates": lambda db: db.table("checkins").insert(CHECK_IN | {"note": "\ud800"}),
    "can't keep this document: Out of range": lambda db: db.insert({"x": float("inf")}),
    "can't keep this document: .*surrogates": lambda db: db.insert({"x": "\ud800"}),
}


@pytest.mark.parametrize("message", REFUSALS)
def test_what_would_not_be_readable_is_refused_in_one_line(db: BoardDB, store: FileStore, message: str) -> None:
    before = Path(store.path).read_bytes()
    with pytest.raises(Refused, match=message) as refused:
        REFUSALS[message](db)
    assert "\n" not in str(refused.value)
    assert Path(store.path).read_bytes() == before


def test_an_action_within_an_open_commit_is_refused_at_once(db: BoardDB) -> None:
    with db.commit(), pytest.raises(Refused, match="A commit is open already"):
        db.do(CheckInGoal(goal=RecordId("G1"), value=1))


def test_an_id_is_not_used_twice(db: BoardDB, store: FileStore) -> None:
    checkins = db.table("checkins")
    checkins.insert(CHECK_IN)
    checkins.remove(doc_ids=[1])
    with pytest.raises(Refused, match="C1 was another record's id"):
        checkins.insert(Document(CHECK_IN, 1))
    assert checkins.insert_multiple([Document(CHECK_IN, 5), CHECK_IN, Document(CHECK_IN, 3)]) == [5, 6, 3]
    assert [c.doc_id for c in checkins] == [3, 5, 6]
    assert is_sound(store)


def test_a_record_that_was_set_aside_is_read_and_kept(db: BoardDB, store: FileStore) -> None:
    with TinyDB(store.path) as plain:
        plain.table("checkins").insert(CHECK_IN | {"goal": "G99", "value": float("nan")})
    checkins = db.table("checkins")
    assert [c["goal"] for c in checkins.all()] == ["G99"]
    assert checkins.insert(CHECK_IN) == 2
    refused: list[Callable[[], object]] = [
        lambda: checkins.remove(doc_ids=[1]),
        lambda: checkins.update({"value": 1.0}, doc_ids=[1]),
        checkins.truncate,
    ]
    for call in refused:
        with pytest.raises(Refused, match="C1 does not fit the board"):
            call()
    assert [c["goal"] for c in checkins] == ["G99", "G1"]


REVISION = {
    "goal": "G1", "reason": "market", "why": "Less to sell", "by": "ana", "at": STAMP, "state": "agreed",
    "effective": "2026-11-20",
}  # fmt: skip


@pytest.mark.parametrize(
    "terms",
    [
        {"before": {"colour": "red"}, "after": {}},
        {"before": {}, "after": {"title": None}},
        {"before": {"measure": {"kind": "metric", "unit": "€", "start": "0", "target": 1.0}}, "after": {}},
    ],
    ids=["unknown", "required", "kind"],
)
def test_terms_that_a_goal_can_not_have_are_no_revision(
    db: BoardDB, store: FileStore, run: Run, terms: dict[str, Any]
) -> None:
    with pytest.raises(Refused, match=r"V1: (before|after): "):
        db.table("revisions").insert(REVISION | terms)
    with TinyDB(store.path) as plain:
        plain.table("revisions").insert(REVISION | terms)
    assert [*db.board.set_aside] == ["V1"]
    assert run("show", "--board", store.path).returncode == 0
    assert db.do(CheckInGoal(goal=RecordId("G1"), value=1)).board.revision


def test_a_table_of_another_program_that_is_none_is_told_and_kept(db: BoardDB, store: FileStore) -> None:
    data = Path(store.path).read_bytes().rstrip().removesuffix(b"}")
    Path(store.path).write_bytes(data + b', "odd": {"1": [2]}}\n')
    with pytest.raises(BoardUnreadable, match="'odd' in the file is not a table"):
        db.table("odd").insert({})


# -- open commits and threads


def test_a_search_within_a_commit_that_fails_is_forgotten(db: BoardDB) -> None:
    query = where("goal") == "G1"

    def fail() -> None:
        with db.commit():
            db.table("checkins").insert(CHECK_IN)
            assert len(db.table("checkins").search(query)) == 1
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert db.table("checkins").search(query) == []


def test_another_thread_waits_for_an_open_commit_no_longer_than_another_process(store: FileStore) -> None:
    db = BoardDB(FileStore(store.path, patience=0.2), "ana", storage=BoardStorage)
    before = db.board.revision
    found: list[object] = []

    def elsewhere() -> None:
        # Nor does an open commit keep others from reading.
        found.append(db.board.revision)
        try:
            db.table("checkins").insert(CHECK_IN)
        except BoardBusy as error:
            found.append(str(error))

    with db.commit():
        db.table("checkins").insert(CHECK_IN)
        thread = threading.Thread(target=elsewhere)
        thread.start()
        thread.join(20)
    assert found[0] == before
    assert "by another thread of this program" in str(found[1])
    assert db.board.revision == before + 1


def test_another_thread_sees_what_was_committed(db: BoardDB) -> None:
    found: list[int] = []
    query = where("goal") == "G1"
    with db.commit():
        db.table("checkins").insert(CHECK_IN)
        assert len(db.table("checkins").search(query)) == 1
        thread = threading.Thread(
            target=lambda: found.extend((len(db.table("checkins")), len(db.table("checkins").search(query))))
        )
        thread.start()
        thread.join(20)
    assert found == [0, 0]
    assert len(db.table("checkins").search(query)) == 1


def test_threads_that_share_a_board_lose_nothing(db: BoardDB, store: FileStore) -> None:
    before = db.board.revision
    numbers: list[int] = []
    threads = [
        threading.Thread(target=lambda: numbers.extend(db.table("checkins").insert(CHECK_IN) for _ in range(10)))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(numbers) == [*range(1, 41)]
    assert db.board.revision == before + 40
    assert is_sound(store)


async def test_changes_follow_the_board_until_it_is_closed(db: BoardDB, store: FileStore) -> None:
    wanted = db.board.revision + 1

    async def follow() -> Board:
        async for board in db.changes():
            if board.revision == wanted:
                return board
        raise AssertionError

    following = asyncio.create_task(follow())
    await asyncio.to_thread(
        FileStore(store.path).commit, CheckInGoal(goal=RecordId("G1"), value=100, note="First"), ANA
    )
    assert (await asyncio.wait_for(following, 10)).revision == wanted
    db.close()
    with pytest.raises(Refused, match="closed"):
        await anext(aiter(db.changes()))


GOAL = {
    "owner": "ana",
    "title": "A goal",
    "measure": {"kind": "done"},
    "kind": "result",
    "starts": "2026-10-01",
    "due": "2026-12-31",
}
NEEDS = "a goal needs owner, title, measure, kind, starts and due"


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"owner": None}, "'owner' must be a text"),
        ({"measure": {"kind": "metric", "start": 0}}, "'unit' is missing in 'measure'; it needs kind, unit, start and"),
        ({"measure": {"unit": "€"}}, "'measure.kind' must be 'metric', 'milestones', 'done' or 'activity'"),
        ({"measure": {"kind": "okr"}}, "'measure.kind' must be 'metric', 'milestones', 'done' or 'activity'"),
        (
            {"measure": {"kind": "milestones", "milestones": [{"name": 7}]}},
            "'measure.milestones[0].name' must be a text",
        ),
        ({"kind": "target"}, "'kind' must be 'career', 'result' or 'skill'"),
        ({"due": "31.12.2026"}, "'due' must be a date such as 2026-12-31"),
        ({"weight": 0}, "'weight' must be a number above 0"),
        ({"aligned": {"T1": 2}}, "each value of 'aligned' must be a number from 0 to 1"),
        ({"colour": "red"}, "'colour' is not known; a goal has owner, title, measure, kind, starts, due, weight,"),
    ],
)
def test_a_refusal_says_which_field_is_wrong_and_what_it_must_be(
    db: BoardDB, fields: dict[str, object], says: str
) -> None:
    before = len(db.table("goals"))
    with pytest.raises(Refused) as refused:
        db.table("goals").insert(GOAL | fields)
    assert re.fullmatch(r"goals \d+: .*\. Nothing was changed\.", str(refused.value))
    assert says in str(refused.value)
    assert "`" not in str(refused.value)
    assert len(db.table("goals")) == before
    assert db.table("goals").insert(GOAL)


@pytest.mark.parametrize("lacks", GOAL)
def test_a_refusal_says_which_field_is_missing_and_what_a_document_needs(db: BoardDB, lacks: str) -> None:
    with pytest.raises(Refused, match=f": {lacks!r} is missing; {NEEDS}. Nothing"):
        db.table("goals").insert({name: value for name, value in GOAL.items() if name != lacks})


def test_a_refusal_of_a_text_of_another_form_says_which_are_allowed(db: BoardDB) -> None:
    with pytest.raises(Refused, match=r"team 1: 'archive_after' must be 1m to 120m, 1y to 10y, or never\."):
        db.table("team").update({"archive_after": "soon"})
