"""A file that goes on from the known one is caught up with; every other one is left to be decoded as a whole."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from msgspec.structs import replace
from tinydb import TinyDB

from teamboard.actions.base import Action, Actor, perform
from teamboard.actions.check_ins import CheckInGoal
from teamboard.actions.feedback import GiveFeedback
from teamboard.actions.goals import AddGoal
from teamboard.actions.revisions import ReviseGoal
from teamboard.actions.team import AddMember, ChangeMember
from teamboard.actions.undo import Undo
from teamboard.domain.board import Changes
from teamboard.domain.commit_log import HistoryEntry
from teamboard.domain.history.differences import differences
from teamboard.domain.ids import RecordId, make_id
from teamboard.domain.records import CheckIn
from teamboard.store import codec
from teamboard.store.catch_up import catch_up
from teamboard.store.decoder import decode
from teamboard.store.file.store import FileStore
from tests.conftest import ANA, MARA, NOW, Maker
from tests.helpers.same_board import assert_same_board, build_indexes

LAST = 0
"""Stands for the newest revision."""
CHECK_IN = CheckInGoal(goal=RecordId("G1"), value=5, note="Five")


@pytest.fixture
def known(maker: Maker) -> codec.BoardFile:
    """A file as a process knows it, its indexes built."""
    file = codec.upgrade(maker.file(), "1" * 32)
    for action in (CheckInGoal(goal=RecordId("G1"), value=1), CheckInGoal(goal=RecordId("G2"), value=2)):
        file = after(file, action)
    known = decode(whole(file))
    build_indexes(known.board)
    return known


def whole(file: codec.BoardFile) -> bytes:
    return b"".join(codec.encode(file))


def after(file: codec.BoardFile, action: Action, by: Actor = MARA) -> codec.BoardFile:
    board, entry, changes = perform(file.board, action, by, NOW)
    return codec.advance(file, board, changes, entry)


def written(file: codec.BoardFile, changes: Changes) -> codec.BoardFile:
    """The file after a commit whose changes nobody has checked."""
    entry = HistoryEntry(by="mara", at=NOW, verb="check in", changes=differences(file.board, changes))
    return codec.advance(file, file.board.apply(changes), changes, entry)


def new_check_in(number: int, goal: str = "G1") -> Changes:
    record_id = make_id("checkins", number)
    return {record_id: CheckIn(id=record_id, goal=RecordId(goal), value=1.0, note="", by="ana", at=NOW)}


@pytest.mark.parametrize(
    "actions",
    [
        [CHECK_IN],
        [CHECK_IN] * 3,
        [GiveFeedback(to="ben", text='The first\n}, and "more" {')],
        [GiveFeedback(to="ben", text="One"), Undo(undoes=LAST)],
        [AddMember(handle="eve", name="Eve"), ChangeMember(handle="eve", title="AE", manager="ana")],
        [
            AddGoal(owner="ana", title="A course"),
            ReviseGoal(goal=RecordId("G2"), reason="market", why="So", target=99.0),
            CHECK_IN,
        ],
    ],
    ids=lambda actions: " ".join(type(a).__name__ for a in actions),
)
def test_commits_are_caught_up_with(known: codec.BoardFile, actions: list[Action]) -> None:
    file = known
    for action in actions:
        is_undo = isinstance(action, Undo)
        file = after(file, Undo(undoes=file.board.revision) if is_undo else action)
    found = catch_up(BytesIO(whole(file)), known)
    assert found is not None
    assert_same_board(found, decode(whole(file)), before=known)
    unchanged = [name for name, table in known.board.tables.items() if found.board.tables[name] is table]
    assert len(unchanged) >= 8


def test_a_file_that_is_the_same_is_the_known_one(known: codec.BoardFile) -> None:
    assert catch_up(BytesIO(whole(known)), known) is known


def test_other_programs_tables_are_caught_up_with(known: codec.BoardFile) -> None:
    theirs = {name: codec.table_text([(1, b'{"x":%d}' % n)]) for n, name in enumerate(("a", "b"))}
    known = decode(whole(replace(known, texts={**known.texts, **theirs})))
    texts = {**known.texts, "a": codec.grow(known.texts["a"], b',\n"2": {"y":"\\n}"}'), "b": codec.EMPTY}
    file = codec.next_file(known, known.board, texts, known.head)
    found = catch_up(BytesIO(whole(file)), known)
    assert found is not None
    assert_same_board(found, decode(whole(file)), before=known)


def replaced(old: bytes, new: bytes) -> Callable[[bytes], bytes]:
    """Replace the first of what is there: the record, not what the history says of it."""

    def edit(data: bytes) -> bytes:
        assert old in data
        return data.replace(old, new, 1)

    return edit


def without_last_entry_but_one(data: bytes) -> bytes:
    lines = data.split(b"\n")
    del lines[-4]
    return b"\n".join(lines)


@pytest.mark.parametrize(
    "edit",
    {
        "another board": replaced(b"1" * 32, b"2" * 32),
        "another format": replaced(b'"format":4', b'"format":3'),
        "a newer format": replaced(b'"format":4', b'"format":5'),
        "a revision too high": replaced(b'"revision":11,', b'"revision":12,'),
        "a lower revision": replaced(b'"revision":11,', b'"revision":3,'),
        "a lost revision": without_last_entry_but_one,
        "a counter that went back": replaced(b'"checkins":4', b'"checkins":1'),
        "a known record changed": replaced(b'"value":2.0,', b'"value":3.0,'),
        "a new record changed": replaced(b'"value":6.0,"note":"Five"', b'"value":7.0,"note":"Five"'),
        "the history changed": replaced(b'"verb":"set up the team"', b'"verb":"set up the teams"'),
        "another layout": replaced(b'"goals": {', b'"goals":{'),
        "half of it": lambda data: data[: len(data) // 2],
        "more at the end": lambda data: data + b" ",
        "a table more": lambda data: data[:-3] + b',\n"theirs": {}\n}\n',
        "a table less": replaced(b'"facts": {},\n', b""),
        "nothing": lambda _: b"",
        "not a number": replaced(b'"value":6.0', b'"value":NaN'),
    }.items(),
    ids=lambda case: case[0],
)
def test_what_is_unexpected_is_decoded_as_a_whole(
    known: codec.BoardFile, edit: tuple[str, Callable[[bytes], bytes]]
) -> None:
    data = whole(after(after(known, CHECK_IN), CheckInGoal(goal=RecordId("G1"), value=6, note="Five")))
    assert catch_up(BytesIO(data), known) is not None
    assert catch_up(BytesIO(edit[1](data)), known) is None


@pytest.mark.parametrize(
    "changes",
    [new_check_in(3, RecordId("G99")), {"G1": None}, {"B1": None}, {**new_check_in(4), **new_check_in(3)}],
    ids=["a dangling reference", "a goal with check-ins removed", "the team removed", "in another order"],
)
def test_records_that_do_not_fit_are_decoded_as_a_whole(known: codec.BoardFile, changes: Changes) -> None:
    file = written(known, changes)
    found = catch_up(BytesIO(whole(file)), known)
    if found is not None:
        assert_same_board(found, decode(whole(file)), before=known)
    assert (found is None) == ("G99" in str(changes) or "G1" in changes)


def test_a_number_that_was_used_is_decoded_as_a_whole(known: codec.BoardFile) -> None:
    grown = codec.grow(known.texts["checkins"], b',\n"2": ' + codec.ENCODER.encode({"goal": "G1"}))
    file = codec.next_file(known, known.board, {**known.texts, "checkins": grown}, known.head)
    assert catch_up(BytesIO(whole(file)), known) is None


def test_a_file_with_records_set_aside_or_of_an_older_format_is_decoded_as_a_whole(known: codec.BoardFile) -> None:
    data = whole(after(known, CHECK_IN))
    assert catch_up(BytesIO(data), replace(known, set_aside={make_id("goals", 9): b"{}"})) is None
    assert catch_up(BytesIO(data), replace(known, version=3)) is None
    assert catch_up(BytesIO(data), replace(known, id="")) is None


def test_what_plain_tinydb_wrote_is_decoded_as_a_whole(known: codec.BoardFile, tmp_path: Path) -> None:
    path = tmp_path / "team.board.json"
    path.write_bytes(whole(known))
    store = FileStore(path, clock=lambda: NOW)
    first = store.known_file
    with TinyDB(path) as plain:
        plain.table("checkins").insert({"goal": "G1", "value": 9, "note": "", "by": "ana", "at": NOW.isoformat()})
    assert catch_up(BytesIO(path.read_bytes()), first) is None
    assert store.load().checkins_of(RecordId("G1"))[-1].value == 9
    # The next commit adopts it, and the file is one that can be followed again.
    FileStore(path, clock=lambda: NOW).commit(CHECK_IN, ANA)
    assert_same_board(FileStore(path).known_file, decode(path.read_bytes()), before=first)
    store.load()
    FileStore(path, clock=lambda: NOW).commit(CHECK_IN, ANA)
    assert catch_up(BytesIO(path.read_bytes()), store.known_file) is not None


def test_the_known_board_is_not_kept(known: codec.BoardFile) -> None:
    found = catch_up(BytesIO(whole(after(known, CHECK_IN))), known)
    assert found is not None
    assert found.board.derived_from is not None
    assert found.board.derived_from[0]() is known.board
    del known
