"""Whatever happens to a board's file: who follows it sees the same board as who reads it for the first time.

Two processes follow the file: one reads after each step, the other now and then.
"""

from __future__ import annotations

import re
import shutil
from contextlib import suppress
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule, run_state_machine_as_test
from hypothesis.strategies import DataObject
from msgspec.structs import replace
from tinydb import TinyDB

from teamboard.actions.archive import ArchivePeriods
from teamboard.actions.base import Action, Actor
from teamboard.actions.check_ins import CheckInGoal
from teamboard.actions.periods import BeginPeriod
from teamboard.actions.undo import Undo
from teamboard.domain.board import Board
from teamboard.domain.board_on_day import BoardOnDay
from teamboard.domain.errors import Refused
from teamboard.domain.ids import RecordId
from teamboard.domain.periods.rollover import Choice
from teamboard.domain.records import Member
from teamboard.store import codec
from teamboard.store.base import StoreError
from teamboard.store.catch_up import catch_up
from teamboard.store.file import backups
from teamboard.store.file.restore import restore
from teamboard.store.file.store import FileStore
from tests.conftest import MARA, NOW, sample_file
from tests.helpers.any_action import HANDLES, action_of
from tests.helpers.same_board import assert_same_board, build_indexes, differing, rows_of, standings_of
from tests.helpers.verbs import action_classes

EXAMPLES, STEPS = 25, 20
CHOICES: tuple[Choice, ...] = ("close", "carry", "drop")
OPTIONS: tuple[dict[str, Any], ...] = ({}, {"indent": 2}, {"sort_keys": True}, {"indent": 0, "separators": (",", ": ")})


def without_seen(board: Board) -> Board:
    """The board as if nobody had seen anything yet."""
    members = [m for m in board.tables["members"].values() if isinstance(m, Member)]
    return board.with_changes({m.id: replace(m, seen=0) for m in members})


class Follower:
    """A process that has the board open: its store, and the view that its screen shows."""

    def __init__(self, path: Path) -> None:
        self.store = FileStore(path)
        board = self.store.load()
        build_indexes(board)
        self.shown = BoardOnDay(board, board.day_of(NOW))

    def read(self, day: datetime) -> None:
        """Read the newest board, show it, and compare all with what a new process reads."""
        before = self.store.known_file
        cold = FileStore(self.store.path)
        try:
            board = self.store.load()
        except StoreError as error:
            with pytest.raises(type(error), match=re.escape(str(error))):
                cold.load()
            return
        found = self.store.known_file
        assert_same_board(found, cold.known_file, before=before)
        old = self.shown
        self.shown, ids = old.followed_by(board, board.day_of(day))
        afresh = BoardOnDay(cold.load(), self.shown.day)
        # What somebody has seen is shown to nobody else, so that no line is drawn anew for it.
        assert ids == differing(without_seen(old.board), without_seen(afresh.board))
        assert standings_of(self.shown) == standings_of(afresh)
        assert rows_of(self.shown) == rows_of(afresh)


class AnyFile(RuleBasedStateMachine):
    """Commits of all actions by several processes, and what else happens to a file."""

    original: Path
    caught_up: int = 0

    def __init__(self) -> None:
        super().__init__()
        self.folder = TemporaryDirectory(prefix="teamboard-test-")
        self.path = Path(self.folder.name) / "team.board.json"
        shutil.copy(self.original, self.path)
        self.at = NOW
        self.always, self.seldom = Follower(self.path), Follower(self.path)
        self.writers = [FileStore(self.path, clock=lambda: self.at) for _ in range(2)]
        self.older = [self.path.read_bytes()]

    def teardown(self) -> None:
        self.folder.cleanup()

    def commit(self, data: DataObject, action: Action, by: Actor = MARA) -> None:
        writer = data.draw(st.sampled_from([*self.writers, self.seldom.store]))
        with suppress(Refused, StoreError):
            writer.commit(action, by)
        self.read()

    def read(self) -> None:
        known = self.always.store.known_file
        type(self).caught_up += catch_up(BytesIO(self.path.read_bytes()), known) not in (None, known)
        self.always.read(self.at)

    @rule(data=st.data())
    def act(self, data: DataObject) -> None:
        self.at += timedelta(days=data.draw(st.sampled_from([0, 0, 1, 20])))
        board = FileStore(self.path).load()
        kind = data.draw(st.sampled_from(action_classes()))
        by = Actor(data.draw(st.just("mara") | st.sampled_from(HANDLES)), "login", "desk")
        self.commit(data, data.draw(action_of(kind, board)), by)

    @rule(data=st.data())
    def check_in(self, data: DataObject) -> None:
        board = FileStore(self.path).load()
        goal = data.draw(st.sampled_from([RecordId("G999"), *board.tables["goals"]]))
        self.commit(data, CheckInGoal(goal=goal, change=data.draw(st.sampled_from([1, 250])), note="More"))

    @rule(data=st.data(), back=st.integers(0, 3))
    def undo(self, data: DataObject, back: int) -> None:
        self.commit(data, Undo(undoes=FileStore(self.path).load().revision - back))

    @rule(data=st.data())
    def begin_a_period(self, data: DataObject) -> None:
        self.at += timedelta(days=40)
        board = FileStore(self.path).load()
        if board.team is None:
            return
        choice = data.draw(st.sampled_from(CHOICES))
        self.commit(
            data, BeginPeriod(choices=dict.fromkeys((*board.tables["goals"], *board.tables["team_goals"]), choice))
        )

    @rule(data=st.data())
    def archive(self, data: DataObject) -> None:
        writer = data.draw(st.sampled_from(self.writers))
        with suppress(Refused, StoreError):
            writer.archive(ArchivePeriods(before=self.at.date()), MARA)
        self.read()

    @rule(data=st.data(), goes_on=st.booleans())
    def write_with_plain_tinydb(self, data: DataObject, goes_on: bool) -> None:
        """A program that knows only TinyDB inserts, changes or removes; one of ours may commit after it."""
        with TinyDB(self.path, **data.draw(st.sampled_from(OPTIONS))) as plain:
            table = plain.table(data.draw(st.sampled_from(["checkins", "goals", "members", "feedback", "theirs"])))
            documents = table.all()
            change = data.draw(st.sampled_from(["insert", "insert nonsense", "update", "remove"]))
            if change == "insert nonsense":
                table.insert({"goal": "G9999", "value": float("nan")})
            elif documents:
                chosen = data.draw(st.sampled_from(documents))
                if change == "insert":
                    table.insert(dict(chosen))
                elif change == "remove":
                    table.remove(doc_ids=[chosen.doc_id])
                else:
                    table.update(
                        {"title": data.draw(st.sampled_from(["Other", "}\n}", 'é"']))}, doc_ids=[chosen.doc_id]
                    )
        self.read()
        if goes_on:
            self.check_in(data)

    @rule(data=st.data(), goal=st.sampled_from(["G12", "G999"]), number=st.sampled_from([1, 500, 2000]))
    def insert_a_line(self, data: DataObject, goal: str, number: int) -> None:
        """A script that knows the layout of the file puts in a check-in, without history and checksum."""
        record = b'{"goal":"%b","value":1.0,"note":"","by":"ana","at":"2026-11-22T10:00:00Z"}' % goal.encode()
        text = self.path.read_bytes()
        end = b'\n},\n"revisions": {'
        self.path.write_bytes(text.replace(end, b',\n"%d": ' % number + record + end))
        self.read()
        if data.draw(st.booleans()):
            self.check_in(data)

    @rule(text=st.sampled_from(['{"x": 1}', '{"x": "\\n}"}', "{}"]), name=st.sampled_from(["theirs", "others"]))
    def put_another_table(self, text: str, name: str) -> None:
        with suppress(StoreError), self.writers[0].draft(MARA) as draft:
            known = draft.file.texts.get(name, codec.EMPTY)
            draft.put_table(name, codec.append_documents(known, [(draft.file.board.revision, text.encode())]))
        self.read()

    @rule(data=st.data())
    def take_a_backup(self, data: DataObject) -> None:
        self.older.append(self.path.read_bytes())
        backups.take_backup(str(self.path), FileStore(self.path).load().revision, self.at)

    @precondition(lambda self: bool(backups.list_backups(str(self.path))))
    @rule(data=st.data())
    def restore_a_backup(self, data: DataObject) -> None:
        backup = data.draw(st.sampled_from(backups.list_backups(str(self.path))))
        with suppress(Refused, StoreError):
            restore(self.writers[0], backup, MARA, self.at)
        self.read()

    @rule(data=st.data())
    def put_an_older_file_back(self, data: DataObject) -> None:
        self.path.write_bytes(data.draw(st.sampled_from(self.older)))
        self.read()

    @rule()
    def look_now_and_then(self) -> None:
        self.seldom.read(self.at)


@pytest.mark.slow
def test_who_follows_a_file_sees_what_a_new_reader_sees(tmp_path: Path) -> None:
    path = tmp_path / "team.board.json"
    FileStore(path, clock=lambda: NOW).create(sample_file(), MARA)
    AnyFile.original, AnyFile.caught_up = path, 0
    run_state_machine_as_test(
        AnyFile,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=STEPS,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    # Not in vain: most reads are of commits on top of the known file.
    assert AnyFile.caught_up > EXAMPLES
