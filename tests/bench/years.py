"""A team over the years: `python -m tests.bench.years [YEARS] [MEMBERS]` shows how everything grows.

It shows too what an archive of the closed periods does to it.

Each quarter has its goals, each week its check-ins, feedback, one-on-ones and standups, each member a review a quarter:
some 20,000 commits a year of 50 members.
"""

from __future__ import annotations

import random
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from time import monotonic

from teamboard.actions.archive import ArchivePeriods
from teamboard.actions.base import Actor
from teamboard.actions.check_ins import CheckInGoal
from teamboard.domain.board import Board, Tables
from teamboard.domain.commit_log import HistoryEntry, record_of, stored_fields
from teamboard.domain.history.differences import changes_between
from teamboard.domain.history.time_travel import board_on
from teamboard.domain.ids import RecordId, Table, make_id, table_of
from teamboard.domain.records import (
    TABLES,
    CheckIn,
    EarlierPeriod,
    Feedback,
    Goal,
    Member,
    Metric,
    OneOnOne,
    Period,
    Record,
    Reply,
    Review,
    ReviewPeriod,
    Signature,
    Standup,
    Team,
    TeamGoal,
)
from teamboard.store.codec import BoardFile, assemble
from teamboard.store.file.store import FileStore
from tests.bench.boards import LEAD, NAMES, commit_runs, write_board
from tests.bench.measure import PYTHON, Terminal, medians_ms, peak_mb, process, resident_mb

GOALS_EACH, TEAM_GOALS = 4, 3
CHECK_IN_CHANCE, FEEDBACK_CHANCE = 0.24, 0.15
NOTES = (
    "Acme signed, two more to come.",
    "Renewal slipped a week; legal has the paper now.",
    "",
    "Three demos booked.",
)
WORDS = "In the call on Tuesday you let them speak first, and they told us what the blocker really was. Keep doing it. "
TEAMBOARD = (PYTHON, "-m", "teamboard")


class Years:
    """A board that grows by commits as the actions would make them, without running each: that takes minutes."""

    def __init__(self, members: int, seed: int = 1) -> None:
        self.records: dict[RecordId, Record] = {}
        self.history: list[tuple[int, HistoryEntry]] = []
        self.last: dict[str, int] = dict.fromkeys(TABLES, 0)
        self.chance = random.Random(seed)
        self.handles = [f"rep{i}" for i in range(members)]

    def new(self, table: Table) -> RecordId:
        self.last[table] += 1
        return make_id(table, self.last[table])

    def commit(self, at: datetime, by: str, verb: str, *records: Record) -> int:
        before = {r.id: stored_fields(self.records[r.id]) for r in records if r.id in self.records}
        after = {r.id: stored_fields(r) for r in records}
        self.records |= {r.id: record_of(r.id, after[r.id]) for r in records}
        changes = changes_between(before, after)
        revision = len(self.history) + 1
        self.history.append((revision, HistoryEntry(by=by, at=at, verb=verb, changes=changes, login=by, host="desk")))
        return revision

    def file(self) -> BoardFile:
        tables: Tables = {name: {} for name in TABLES}
        for record_id, record in self.records.items():
            tables[table_of(record_id)][record_id] = record
        return assemble(Board(tables, revision=len(self.history), ids=self.last), self.history)

    # -- what happens

    def begin(self, period: Period, at: datetime) -> None:
        joined = period.starts
        team = Team(id=self.new("team"), name="Northwind", timezone="UTC", period=period)
        self.commit(at, "lead", "set up the team", team)
        self.commit(at, "lead", "add a member", Member(id=self.new("members"), handle="lead", name="Lea", manager=None))
        for i, handle in enumerate(self.handles):
            name = f"{NAMES[i % 10]} Member {i}"
            member = Member(id=self.new("members"), handle=handle, name=name, manager="lead", joined=joined)
            self.commit(at, "lead", "add a member", member)
        self.commit(at, "lead", "add a goal", *self.goals(period))

    def turn(self, period: Period, at: datetime) -> None:
        """Close the period that runs, with all its goals, and begin the next."""
        (team,) = (r for r in self.records.values() if isinstance(r, Team))
        over = [
            changed(r, outcome=self.chance.choice(["achieved", "missed"]), closed=team.period.ends)
            for r in self.records.values()
            if isinstance(r, Goal | TeamGoal) and r.outcome is None
        ]
        old = team.period
        closed = EarlierPeriod(name=old.name, starts=old.starts, ends=old.ends, revision=len(self.history) + 1)
        turned = changed(team, period=period, earlier=(*team.earlier, closed))
        self.commit(at, "lead", "begin a period", turned, *over, *self.goals(period))

    def goals(self, period: Period) -> Iterator[Record]:
        measure = Metric(unit="€", start=0, target=1e6)
        serving = []
        for i in range(TEAM_GOALS):
            serving.append(self.new("team_goals"))
            yield TeamGoal(
                id=serving[-1], owner="lead", title=f"Team goal {i} of {period.name}", measure=measure,
                starts=period.starts, due=period.ends,
            )  # fmt: skip
        for handle in self.handles:
            for i in range(GOALS_EACH):
                yield Goal(
                    id=self.new("goals"), owner=handle, title=f"Goal {i} of {period.name}", measure=measure,
                    kind="result", starts=period.starts, due=period.ends, aligned={serving[i % TEAM_GOALS]: 1.0},
                )  # fmt: skip

    def day(self, at: datetime, period: Period) -> None:
        share = (at.date() - period.starts).days / (period.ends - period.starts).days
        running = [r for r in self.records.values() if isinstance(r, Goal) and r.outcome is None]
        for goal in running:
            if self.chance.random() < CHECK_IN_CHANCE:
                value = round(1e6 * share * self.chance.uniform(0.6, 1.1))
                note = self.chance.choice(NOTES)
                at += timedelta(seconds=7)
                check_in = CheckIn(id=self.new("checkins"), goal=goal.id, value=value, note=note, by=goal.owner, at=at)
                self.commit(at, goal.owner, "check in", check_in)
        for i, handle in enumerate(self.handles):
            at += timedelta(seconds=11)
            if self.chance.random() < FEEDBACK_CHANCE:
                self.feedback(at, handle, self.chance.choice(self.handles))
            if at.date().toordinal() % 14 == i % 14:
                self.talk(at, handle)
            if (at.date() - period.starts).days == 30 + i % 40:
                self.review(at, handle, period)
        seconds = dict.fromkeys(self.handles, 60)
        standup = Standup(id=self.new("standups"), at=at, by="lead", revision=len(self.history), seconds=seconds)
        self.commit(at, "lead", "keep a standup", standup)

    def feedback(self, at: datetime, giver: str, to: str) -> None:
        given = Feedback(id=self.new("feedback"), kind="praise", giver=giver, to=to, text=WORDS * 2, at=at)
        self.commit(at, giver, "give feedback", given)
        replied = changed(given, replies=(Reply(by=to, at=at, text="Thank you, I will."),), state="resolved")
        self.commit(at, to, "resolve feedback", replied)

    def talk(self, at: datetime, handle: str) -> None:
        talk = OneOnOne(id=self.new("one_on_ones"), member=handle, manager="lead", on=at.date())
        self.commit(at, handle, "write in a one-on-one", talk)
        notes = (Reply(by="lead", at=at, text=WORDS),)
        self.commit(at, "lead", "write in a one-on-one", changed(talk, notes=notes, held=at.date()))

    def review(self, at: datetime, handle: str, period: Period) -> None:
        about = ReviewPeriod(name=period.name, starts=period.starts, ends=period.ends)
        review = Review(id=self.new("reviews"), member=handle, manager="lead", on=at.date(), period=about)
        self.commit(at, "lead", "schedule a review", review)
        signed = tuple(Signature(by=by, at=at, seal="0" * 64) for by in (handle, "lead"))
        sealed = dict.fromkeys((handle, "lead"), "sealed " * 300)
        done = changed(review, sealed=sealed, outcome="sealed " * 300, signatures=signed, state="signed")
        self.commit(at, "lead", "sign a review", done)


def changed(record: Record, **fields: object) -> Record:
    """A record with some fields changed."""
    from msgspec.structs import replace

    return replace(record, **fields)


def quarters(until: date, years: int) -> Iterator[Period]:
    """The quarters of so many years, the last one the running one."""
    month = until.year * 12 + until.month - 1
    first = month - month % 3 - 12 * years
    for begins in range(first, month + 1, 3):
        starts, after = (date(m // 12, m % 12 + 1, 1) for m in (begins, begins + 3))
        yield Period(name=f"Q{starts.month // 3 + 1} {starts.year}", starts=starts, ends=after - timedelta(days=1))


def make_years(years: int, members: int, now: datetime) -> BoardFile:
    """A team of `members` that has worked with the board for so many years."""
    team = Years(members)
    for i, period in enumerate(quarters(now.date(), years)):
        morning = datetime.combine(period.starts, now.timetz()).replace(hour=7)
        team.begin(period, morning) if i == 0 else team.turn(period, morning)
        for n in range((period.ends - period.starts).days + 1):
            day = period.starts + timedelta(days=n)
            if day < now.date() and day.weekday() < 5:
                team.day(morning.replace(year=day.year, month=day.month, day=day.day, hour=9), period)
    return team.file()


def measured(path: Path, label: str, times: int) -> str:
    """A row of the table: size, load, commits, a whole `checkin`, first paint, repaint, memory."""
    store = FileStore(path)
    board = store.load()
    goal = next(g.id for g in board.goals if g.outcome is None)
    owner = next(g.owner for g in board.goals if g.id == goal)
    rep = Actor(owner, owner, "bench")
    command = [*TEAMBOARD, "--board", str(path), "--as", owner, "checkin", goal, "+1", "-m", "Signed"]
    load, _, after, warm, whole = medians_ms(
        [lambda: FileStore(path).load(), *commit_runs(path), process(command)], times
    )
    far = board.day_of(datetime.now(UTC)) - timedelta(days=200)
    (back,) = medians_ms([lambda: board_on(FileStore(path).load(), far)], 3)
    paints, repaints, resident = [], [], 0.0
    for i in range(3):
        terminal = Terminal([*TEAMBOARD, "--board", str(path), "--as", "lead"])
        paints.append((terminal.wait_for("Ana Member 0") - terminal.began) * 1000)
        terminal.settle(1.5)
        store.commit(CheckInGoal(goal=goal, value=2e6 + i * 1e5), rep)
        acknowledged = monotonic()
        repaints.append((terminal.wait_for(f"{200 + 10 * i} %") - acknowledged) * 1000)
        resident = resident_mb(terminal.pid)
        terminal.close()
    size = path.stat().st_size / 1e6
    return (
        f"| {label} | {board.revision:,} | {size:.1f} MB | {load:.0f} ms | {warm:.0f} ms | {after:.0f} ms "
        f"| {whole:.0f} ms | {sorted(paints)[1]:.0f} ms | {sorted(repaints)[1]:.0f} ms | {back:.0f} ms "
        f"| {resident:.0f} MB | {peak_mb(path):.0f} MB |"
    )


def main() -> None:
    years = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    members = int(sys.argv[2]) if len(sys.argv) > 2 else 50
    now = datetime.now(UTC)
    print(
        "| board | commits | file | load | commit after one's own | after somebody else's | `checkin` | first paint "
        "| repaint | as of 200 d ago | memory, open | most memory, load |"
    )
    print("|---" * 12 + "|")
    with tempfile.TemporaryDirectory(prefix="teamboard-years-") as folder:
        path = Path(folder) / "team.board.json"
        for count in sorted({1, 2, years}):
            write_board(path, make_years(count, members, now))
            label = f"{count} year{'s' if count > 1 else ''} of {members} members"
            print(measured(path, label, 7), flush=True)
        before = next(reversed(list(quarters(now.date(), 0)))).starts
        FileStore(path).archive(ArchivePeriods(before=before), LEAD)
        print(measured(path, f"{years} years, closed periods archived", 7), flush=True)


if __name__ == "__main__":
    main()
