"""Boards of any size, made through the same actions as real ones."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from teamboard.actions.base import Action, Actor, perform
from teamboard.actions.check_ins import CheckInGoal
from teamboard.actions.goals import AddGoal, AddTeamGoal
from teamboard.actions.team import AddMember, SetUpTeam
from teamboard.domain.board import Board
from teamboard.domain.commit_log import HistoryEntry
from teamboard.domain.ids import RecordId
from teamboard.domain.records import Goal, Metric, Period
from teamboard.store.codec import BoardFile, assemble
from teamboard.store.file.store import FileStore

LEAD = Actor("lead", "bench", "bench")
SETTING_UP = Actor("lead", "bench", "bench", set_up=True)
GOALS_EACH = 4
NAMES = ("Ana", "Ben", "Chi", "Dana", "Elio", "Freja", "Gil", "Hana", "Ines", "Jonas")


class Maker:
    """Runs actions one after the other, and has the file of the result."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.board = Board({})
        self.history: list[tuple[int, HistoryEntry]] = []

    def do(self, action: Action, by: Actor = LEAD, at: datetime | None = None) -> None:
        self.board, entry, _ = perform(self.board, action, by, at or self.now)
        self.history.append((self.board.revision, entry))

    def file(self) -> BoardFile:
        return assemble(self.board, self.history)


def make_board(members: int, checkins: int) -> BoardFile:
    """A board with a lead and `members`, four goals each, and `checkins` spread over them evenly."""
    now = datetime.now(UTC)
    starts = now.date() - timedelta(days=52)
    maker = Maker(now)
    period = Period(name="This quarter", starts=starts, ends=starts + timedelta(days=91))
    maker.do(SetUpTeam(name="Bench", timezone="UTC", period=period))
    maker.do(AddMember(handle="lead", name="Lea Lead"))
    maker.do(AddTeamGoal(title="New ARR", measure=Metric(unit="€", start=0, target=1e6 * members), rolls_up="sum"))
    for i in range(members):
        handle = f"rep{i}"
        maker.do(AddMember(handle=handle, name=f"{NAMES[i % 10]} Member {i}", manager="lead", title="AE"))
        for _ in range(GOALS_EACH):
            maker.do(
                AddGoal(
                    owner=handle,
                    title="ARR €1M",
                    measure=Metric(unit="€", start=0, target=1e6),
                    aligned={RecordId("T1"): 1},
                ),
                SETTING_UP,
            )
    goals = members * GOALS_EACH
    for i in range(checkins):
        done = (i // goals + 1) / (checkins / goals + 1)
        check_in = CheckInGoal(
            goal=RecordId(f"G{i % goals + 1}"), value=5e5 * done, note="Acme signed, two more to come."
        )
        at = now - timedelta(days=50 * (1 - done))
        maker.do(check_in, Actor(f"rep{i % goals // GOALS_EACH}", "bench", "bench"), at)
    return maker.file()


def write_board(path: Path, file: BoardFile) -> FileStore:
    """A store with that board in a new file."""
    path.unlink(missing_ok=True)
    store = FileStore(path)
    store.create(file, LEAD)
    return store


def open_goal(board: Board) -> Goal:
    """The first goal that is not closed."""
    return next(goal for goal in board.goals if goal.outcome is None)


def commit_runs(path: Path) -> list[Callable[[], object]]:
    """Three commits to be run in turns: another process's, one's own after it, one's own after one's own."""
    mine, other = FileStore(path), FileStore(path)
    goal = open_goal(mine.load())
    check_in, by = CheckInGoal(goal=goal.id, change=1, note="Signed"), Actor(goal.owner, "bench", "bench")
    return [partial(store.commit, check_in, by) for store in (other, mine, mine)]
