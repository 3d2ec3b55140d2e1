"""What every store keeps, whatever it is made of."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from datetime import timedelta
from pathlib import Path
from typing import cast

import msgspec
import pytest

from teamboard.actions.base import Action, Actor
from teamboard.actions.check_ins import CheckInGoal
from teamboard.actions.feedback import GiveFeedback
from teamboard.actions.goals import AddGoal
from teamboard.actions.team import AddMember, ChangeMember
from teamboard.actions.undo import Undo
from teamboard.domain.board import Board, Changes
from teamboard.domain.commit_log import fields_by_id, replay
from teamboard.domain.errors import Conflict, Refused
from teamboard.domain.history.log import history_of, last_undoable_commit
from teamboard.domain.history.time_travel import as_of, board_on
from teamboard.domain.ids import RecordId
from teamboard.domain.records import CheckIn, EarlierPeriod, Feedback, Goal, Member, Metric, Period, Team
from teamboard.store import hash_chain
from teamboard.store.base import BoardExists, BoardMissing, Store, StoreError
from teamboard.store.codec import BoardFile, assemble
from teamboard.store.file.store import FileStore
from teamboard.store.postgres import PostgresStore
from teamboard.store.read_only import read_only
from tests.conftest import ANA, BEN, MARA, NOW, TODAY, small_maker
from tests.helpers.memory import Memory, MemoryStore
from tests.helpers.nasty import NASTY
from tests.helpers.postgres import Server

Opened = Callable[[], Store]
"""Opens one more store on the same board, as another process would."""


@pytest.fixture(params=["file", pytest.param("postgres", marks=pytest.mark.slow), "memory"])
def opened(request: pytest.FixtureRequest, tmp_path: Path) -> Opened:
    match request.param:
        case "file":
            return lambda: FileStore(tmp_path / "team.board.json", clock=lambda: NOW)
        case "memory":
            memory = Memory()
            return lambda: MemoryStore(memory, clock=lambda: NOW)
        case _:
            server: Server = request.getfixturevalue("server")
            url = server.url(server.database())
            return lambda: PostgresStore(url, clock=lambda: NOW)


@pytest.fixture
def store(opened: Opened) -> Store:
    found = opened()
    found.create(small_maker().file(), MARA)
    return found


def whole(board: Board) -> None:
    """A board's history has no gap, its chain is whole, and it adds up to the records."""
    entries = dict(history_of(board))
    assert list(entries) == list(range(1, board.revision + 1))
    assert list(hash_chain.broken_revisions(entries.items())) == []
    assert replay(entries.values()) == fields_by_id(board.tables)


@pytest.mark.slow
def test_without_a_board_it_says_so(opened: Opened) -> None:
    with pytest.raises(BoardMissing):
        opened().load()
    with pytest.raises(BoardMissing):
        opened().commit(CheckInGoal(goal=RecordId("G1"), value=1), ANA)


def test_a_board_is_made_once(opened: Opened) -> None:
    made = small_maker().file()
    assert opened().create(made, MARA).revision == made.board.revision
    with pytest.raises(BoardExists):
        opened().create(made, MARA)
    found = opened().load()
    assert fields_by_id(found.tables) == fields_by_id(made.board.tables)
    assert (found.revision, dict(found.ids)) == (made.board.revision, dict(made.board.ids))
    whole(found)


def test_a_commit_is_there_for_everybody_with_who_and_when(store: Store, opened: Opened) -> None:
    other = opened()
    before = other.load()
    mine = store.commit(CheckInGoal(goal=RecordId("G1"), value=400, note="Acme signed"), ANA).board
    theirs = other.load()
    assert theirs.revision == mine.revision == before.revision + 1
    assert fields_by_id(theirs.tables) == fields_by_id(mine.tables)
    for board in (mine, theirs, opened().load()):
        entry = history_of(board).get(board.revision)
        assert entry is not None
        assert (entry.by, entry.at, entry.verb, entry.login, entry.host) == ("ana", NOW, "check in", "ana", "desk")
        assert list(entry.changes) == ["C1"]
        whole(board)


def test_a_commit_answers_with_the_records_it_made_and_changed(store: Store, opened: Opened) -> None:
    opened().commit(GiveFeedback(to="ana", text="well done"), MARA)
    given = store.commit(GiveFeedback(to="ana", text="and again"), MARA)
    assert [feedback.text for feedback in given.all_created(Feedback)] == ["and again"]
    assert given.all_created(CheckIn) == []
    moved = store.commit(ChangeMember(handle="ana", title="Head of Iberia"), MARA)
    assert moved.all_created(Member) == []
    assert [(member.handle, member.title) for member in moved.all_changed(Member)] == [("ana", "Head of Iberia")]
    undone = store.commit(Undo(undoes=given.board.revision), MARA)
    assert (undone.changed, undone.all_changed(Feedback)) == (given.created, [])


def test_what_is_refused_changes_nothing(store: Store, opened: Opened) -> None:
    before = store.load()
    for action, by in (
        (CheckInGoal(goal=RecordId("G1"), value=1), BEN),
        (CheckInGoal(goal=RecordId("G9"), value=1), MARA),
    ):
        with pytest.raises(Refused):
            store.commit(action, by)
    store.commit(CheckInGoal(goal=RecordId("G1"), value=1), ANA)
    with pytest.raises(Conflict) as conflict:
        opened().commit(CheckInGoal(goal=RecordId("G1"), value=2, seen=RecordId("C0")), ANA)
    assert cast("CheckIn", conflict.value.theirs).value == 1
    assert opened().load().revision == before.revision + 1


def test_in_a_read_only_session_nothing_is_written(store: Store, opened: Opened) -> None:
    before = store.load()
    with read_only():
        with pytest.raises(Refused, match="read-only"):
            store.commit(CheckInGoal(goal=RecordId("G1"), value=500), ANA)
        with pytest.raises(Refused, match="read-only"):
            opened().commit(AddMember(handle="eva", name="Eva"), MARA)
        assert store.load().revision == before.revision
        with read_only(False):
            assert store.commit(CheckInGoal(goal=RecordId("G1"), value=400), ANA).board.revision == before.revision + 1
    assert store.commit(CheckInGoal(goal=RecordId("G1"), value=500), ANA).board.revision == before.revision + 2


def test_in_a_read_only_session_no_board_is_made(opened: Opened) -> None:
    with read_only(), pytest.raises(Refused, match="read-only"):
        opened().create(small_maker().file(), MARA)
    opened().create(small_maker().file(), MARA)


def test_an_error_in_an_action_leaves_the_store_as_it_was(store: Store, opened: Opened) -> None:
    class Broken:
        verb = "check in"

        def __call__(self, *_: object) -> dict[str, None]:
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        store.commit(cast("Action", Broken()), MARA)
    assert store.commit(CheckInGoal(goal=RecordId("G1"), value=1), ANA).board.revision == opened().load().revision


class Answers:
    """An action that answers with the same changes whatever the board is."""

    verb = "break"

    def __init__(self, **changes: object) -> None:
        self._changes = changes

    def __call__(self, *_: object) -> dict[str, object]:
        return self._changes


CHECK_IN = CheckIn(id=RecordId("C1"), goal=RecordId("G1"), value=1.0, note="", by="ana", at=NOW)
ZOE = Member(id=RecordId("M4"), handle="zoe", name="Zoe", manager="mara")
EARLIER = EarlierPeriod(name="Q3", starts=TODAY - timedelta(90), ends=TODAY, revision=2)
MEASURE = Metric(unit="", start=0, target=1)
GOAL = Goal(
    id=RecordId("G3"),
    owner="ana",
    title="One",
    kind="result",
    starts=TODAY,
    due=TODAY,
    measure=Metric(unit="", start=0, target=1),
)
TEAM = Team(id=RecordId("B1"), name="Northwind", timezone="UTC", period=Period(name="Q4", starts=TODAY, ends=TODAY))
BREAKING: dict[str, dict[str, object]] = {
    "a value outside its range": {"C1": msgspec.structs.replace(CHECK_IN, confidence=11)},
    "a value of another type": {"C1": msgspec.structs.replace(CHECK_IN, value="much")},
    "a number that JSON does not have": {"C1": msgspec.structs.replace(CHECK_IN, value=float("nan"))},
    "a text that is not Unicode": {"C1": msgspec.structs.replace(CHECK_IN, note="\ud800")},
    "a part with more fields": {"B1": msgspec.structs.replace(TEAM, period=EARLIER)},
    "a field without a value": {"M4": msgspec.structs.replace(ZOE, name=None)},
    "a record of another table": {"G3": msgspec.structs.replace(CHECK_IN, id=RecordId("G3"))},
    "not a record": {"C1": {"goal": "G1"}},
    "a record under another id": {"C2": CHECK_IN},
    "an id of no table": {"X1": CHECK_IN},
    "an id without a number": {"C": CHECK_IN},
    "an id with number 0": {"C0": msgspec.structs.replace(CHECK_IN, id=RecordId("C0"))},
    "a check-in on no goal": {"C1": msgspec.structs.replace(CHECK_IN, goal="G9")},
    "a goal of nobody": {"G3": msgspec.structs.replace(GOAL, owner="tom")},
    "a goal aligned to nothing": {"G3": msgspec.structs.replace(GOAL, aligned={"T9": 1.0})},
    "feedback to nobody": {"F1": Feedback(id=RecordId("F1"), kind="praise", giver="ana", to="tom", text="Hi", at=NOW)},
    "two members with one handle": {"M4": msgspec.structs.replace(ZOE, handle="ana")},
    "a manager who is not there": {"M4": msgspec.structs.replace(ZOE, manager="tom")},
    "a circle of managers": {"M1": Member(id=RecordId("M1"), handle="mara", name="Mara Lind", manager="ana")},
    "a member who goes, with goals": {"M2": None},
    "a handle that changes, with goals": {
        "M2": Member(id=RecordId("M2"), handle="anna", name="Ana Ruiz", manager="mara")
    },
    "a team goal that goes, served by goals": {"T1": None},
    "a time zone that is not known": {"B1": msgspec.structs.replace(TEAM, timezone="Nowhere/City")},
}


@pytest.mark.slow
@pytest.mark.parametrize("changes", BREAKING.values(), ids=BREAKING)
def test_nothing_is_written_that_could_not_be_read_again(
    store: Store, opened: Opened, changes: dict[str, object]
) -> None:
    before = store.load()
    with pytest.raises(Refused) as refused:
        store.commit(cast("Action", Answers(**changes)), MARA)
    assert "nothing was changed" in str(refused.value)
    assert "\n" not in str(refused.value)
    after = opened().load()
    assert (after.revision, fields_by_id(after.tables)) == (before.revision, fields_by_id(before.tables))
    assert store.commit(CheckInGoal(goal=RecordId("G1"), value=1), ANA).board.revision == before.revision + 1
    whole(opened().load())


def test_a_goal_with_check_ins_does_not_go_without_them(store: Store, opened: Opened) -> None:
    store.commit(CheckInGoal(goal=RecordId("G1"), value=1), ANA)
    with pytest.raises(Refused, match="C1: goal 'G1' does not exist"):
        store.commit(cast("Action", Answers(G1=None)), MARA)
    store.commit(cast("Action", Answers(G1=None, C1=None)), MARA)
    whole(opened().load())


def test_a_member_is_replaced_with_all_that_refers_to_them(store: Store, opened: Opened) -> None:
    ana = Member(id=RecordId("M2"), handle="anna", name="Ana Ruiz", manager="mara")
    goal = msgspec.structs.replace(cast("Goal", store.load().goal(RecordId("G1"))), owner="anna")
    assert store.commit(cast("Action", Answers(M2=ana, G1=goal)), MARA).board.member("anna") == ana
    whole(opened().load())


@pytest.mark.parametrize("wrong", ["a value outside its range", "a goal of nobody", "two members with one handle"])
def test_a_board_that_could_not_be_read_is_not_made(opened: Opened, wrong: str) -> None:
    maker = small_maker()
    made = assemble(maker.board.with_changes(cast("Changes", BREAKING[wrong])), maker.history)
    with pytest.raises(Refused, match="nothing was written"):
        opened().create(made, MARA)
    with pytest.raises(BoardMissing):
        opened().load()


def test_numbers_are_never_given_twice(store: Store, opened: Opened) -> None:
    measure = Metric(unit="€", start=0, target=1)
    made = store.commit(AddGoal(owner="ana", title="One", measure=measure), MARA).board
    undone = store.commit(Undo(undoes=made.revision), MARA).board
    assert undone.goal(RecordId("G3")) is None
    assert opened().load().goal(RecordId("G3")) is None
    again = opened().commit(AddGoal(owner="ana", title="Two", measure=measure), MARA).board
    assert [g.id for g in again.goals] == ["G1", "G2", "G4"]
    whole(store.load())


def test_looking_back(store: Store, opened: Opened) -> None:
    for value in (100, 200, 300):
        store.commit(CheckInGoal(goal=RecordId("G1"), value=value), ANA)
    board = opened().load()
    was = as_of(board, board.revision - 2).last_checkin(RecordId("G1"))
    assert was is not None
    assert was.value == 100
    assert board_on(board, TODAY) is not None
    assert board_on(board, TODAY - timedelta(days=1)) is None
    assert last_undoable_commit(board, "ana") == board.revision
    assert [n for n, _ in history_of(board).newest_first()] == list(range(board.revision, 0, -1))
    assert history_of(board).begun == NOW


@pytest.mark.parametrize("text", NASTY)
def test_text_is_kept_letter_by_letter(store: Store, opened: Opened, text: str) -> None:
    given = store.commit(GiveFeedback(to="ana", text=text * 50), BEN).board
    assert opened().load().feedback_to("ana") == given.feedback_to("ana")


@pytest.mark.slow
@pytest.mark.parametrize("value", [0.1 + 0.2, 1e18, 1e-9, -0.5, 123456789.123456789, 2.0**53 + 2])
def test_numbers_are_kept_to_the_last_bit(store: Store, opened: Opened, value: float) -> None:
    store.commit(AddGoal(owner="ana", title="n", measure=Metric(unit="", start=0.0, target=value)), MARA)
    goal = opened().load().goal(RecordId("G3"))
    assert goal is not None
    assert cast("Metric", goal.measure).target == value


def test_a_whole_team_comes_through(opened: Opened, sample: BoardFile) -> None:
    opened().create(sample, MARA)
    found = opened().load()
    assert fields_by_id(found.tables) == fields_by_id(sample.board.tables)
    assert [e for _, e in history_of(found)] == [e for _, e in history_of(sample.board)]
    whole(opened().commit(CheckInGoal(goal=RecordId("G12"), change=1), ANA).board)


def test_many_at_once_lose_nothing(store: Store, opened: Opened) -> None:
    done: list[str] = []

    def write(name: int) -> None:
        mine = opened()
        for i in range(10):
            mine.commit(CheckInGoal(goal=RecordId("G1"), change=1, note=f"{name}-{i}"), ANA)
            done.append(f"{name}-{i}")

    before = store.load()
    threads = [threading.Thread(target=write, args=(n,)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    board = opened().load()
    assert sorted(c.note for c in board.checkins_of(RecordId("G1"))) == sorted(done)
    assert len(done) == 60
    assert board.revision == before.revision + 60
    whole(board)
    assert fields_by_id(store.load().tables) == fields_by_id(board.tables)


async def test_whoever_follows_sees_every_newest_board(store: Store, opened: Opened) -> None:
    mine = opened()
    begun = mine.load()
    seen: list[int] = []
    async with aclosing(cast("AsyncGenerator[Board | StoreError, None]", mine.changes())) as found:
        for i in range(3):
            waiting = asyncio.ensure_future(anext(found))
            await asyncio.sleep(0)
            await asyncio.to_thread(store.commit, CheckInGoal(goal=RecordId("G1"), value=i), ANA)
            board = await asyncio.wait_for(waiting, 60)
            while isinstance(board, Board) and board.revision < begun.revision + i + 1:
                board = await asyncio.wait_for(anext(found), 60)
            assert isinstance(board, Board)
            seen.append(board.revision)
            assert fields_by_id(board.tables) == fields_by_id(store.load().tables)
    assert seen == sorted(seen)


async def test_ones_own_commit_is_not_news(store: Store) -> None:
    async with aclosing(cast("AsyncGenerator[Board | StoreError, None]", store.changes())) as found:
        waiting = asyncio.ensure_future(anext(found))
        await asyncio.sleep(0)
        board = (await asyncio.to_thread(store.commit, AddMember(handle="zoe", name="Zoe", manager="mara"), MARA)).board
        got = await asyncio.wait_for(waiting, 60)
        # It may be told, as the board that it is; never as another one, and never an older one.
        assert got is board or (isinstance(got, Board) and got.revision <= board.revision)


def test_actors_without_a_member_look_on(store: Store) -> None:
    with pytest.raises(Refused):
        store.commit(CheckInGoal(goal=RecordId("G1"), value=1), Actor(None, "stranger", "desk"))
    assert msgspec.structs.asdict(ANA)["member"] == "ana"
