"""Closed periods leave the board for a file beside it, and everything that looks back reads them there."""

from __future__ import annotations

import os
import re
import shutil
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import pytest
from tinydb import TinyDB

from teamboard.actions.archive import ArchivePeriods
from teamboard.actions.base import Actor
from teamboard.actions.check_ins import CheckInGoal
from teamboard.actions.feedback import GiveFeedback, ResolveFeedback
from teamboard.actions.goals import AddGoal, AddTeamGoal
from teamboard.actions.periods import BeginPeriod
from teamboard.actions.team import AddMember, SetUpTeam
from teamboard.actions.undo import Undo
from teamboard.domain.board_on_day import BoardOnDay
from teamboard.domain.commit_log import HistoryUnavailable, fields_by_id, replay
from teamboard.domain.errors import Refused
from teamboard.domain.history.log import history_of, last_undoable_commit
from teamboard.domain.history.time_travel import as_of, board_on, with_archived
from teamboard.domain.ids import RecordId
from teamboard.domain.records import Metric, Period
from teamboard.domain.references import invalid_references
from teamboard.domain.report import report
from teamboard.domain.reviews.evidence import evidence
from teamboard.store import hash_chain
from teamboard.store.base import BoardBusy, BoardUnwritable
from teamboard.store.file import archives
from teamboard.store.file.doctor import examine, repair
from teamboard.store.file.merge import merge, preview_merge
from teamboard.store.file.store import FileStore
from tests.conftest import ANA, BEN, MARA, Maker, Run
from tests.helpers.figures import Figures, figures_of

QUARTERS = (date(2025, 1, 1), date(2025, 4, 1), date(2025, 7, 1), date(2025, 10, 1))
AFTER = datetime(2025, 10, 20, 9, tzinfo=UTC)


def moment(day: date, hour: int = 9) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC)


@pytest.fixture
def years(tmp_path: Path) -> FileStore:
    """A board with three closed quarters, and the fourth begun; G1 to G3 are Ana's, one a quarter, G4 goes on."""
    maker = Maker()
    first = QUARTERS[0]
    period = Period(name="Q1 2025", starts=first, ends=QUARTERS[1] - timedelta(days=1))
    maker.do(SetUpTeam(name="Northwind", timezone="Europe/Madrid", period=period), at=moment(first))
    maker.do(AddMember(handle="mara", name="Mara Lind", logins=("mara",)), at=moment(first))
    for handle, name in (("ana", "Ana Ruiz"), ("ben", "Ben Okafor")):
        maker.do(AddMember(handle=handle, name=name, manager="mara"), at=moment(first))
    for quarter in QUARTERS[:3]:
        ends = QUARTERS[QUARTERS.index(quarter) + 1] - timedelta(days=1)
        measure = Metric(unit="€", start=0, target=1000)
        team_goal = maker.board.next_id("team_goals")
        maker.do(
            AddTeamGoal(title=f"ARR {quarter}", measure=measure, rolls_up="sum", starts=quarter, due=ends),
            at=moment(quarter, 10),
        )
        goal = maker.board.next_id("goals")
        maker.do(
            AddGoal(
                owner="ana", title=f"ARR {quarter}", measure=measure, aligned={team_goal: 1.0}, starts=quarter, due=ends
            ),
            at=moment(quarter, 10),
        )
        for week in range(1, 12):
            at = moment(quarter + timedelta(weeks=week))
            maker.do(CheckInGoal(goal=goal, value=100.0 * week, note=f"week {week} of {quarter}"), ANA, at)
        # Of a day between two weeks, written when the quarter was nearly over.
        late = CheckInGoal(goal=goal, value=450.0, note="late", on=quarter + timedelta(days=31))
        maker.do(late, ANA, moment(quarter + timedelta(weeks=11), 10))
        given = maker.board.next_id("feedback")
        maker.do(GiveFeedback(to="ana", text=f"Good quarter {quarter}"), BEN, moment(ends))
        maker.do(ResolveFeedback(feedback=given), ANA, moment(ends, 10))
        next_quarter = ends + timedelta(days=1)
        maker.do(BeginPeriod(starts=next_quarter), MARA, moment(next_quarter, 8))
    store = FileStore(tmp_path / "team.board.json", clock=lambda: AFTER)
    store.create(maker.file(), MARA)
    return store


class Seen(NamedTuple):
    """All that can be looked up of a board: today's figures, each day's state, each period's result, every commit."""

    figures: Figures
    states: list[object]
    results: list[object]
    entries: list[tuple[int, str, datetime]]


def seen(path: str) -> Seen:
    board = FileStore(path).load()
    days = [date(2025, 1, 1) + timedelta(days=9 * n) for n in range(32)]
    past = [board_on(board, day) for day in days]
    states: list[object] = [fields_by_id(then.tables) if then else None for then in past]
    periods = board.team.earlier if board.team else ()
    results: list[object] = [report(BoardOnDay(board, date(2025, 10, 20)), period) for period in periods]
    figures = figures_of(board, AFTER.date()).of({g.id for g in board.open_goals})
    return Seen(figures, states, results, [(n, e.verb, e.at) for n, e in history_of(board) if not e.archive])


def test_whoever_looks_back_sees_what_they_saw_before(years: FileStore) -> None:
    before, size = seen(years.path), os.path.getsize(years.path)
    board = years.archive(ArchivePeriods(before=date(2025, 7, 1)), MARA).board
    assert [g.id for g in board.goals] == ["G3"]
    assert len(board.tables["checkins"]) == len(board.checkins_of(RecordId("G3"))) == 12
    past = board_on(board, date(2025, 2, 2))
    assert past is not None
    assert past.checkins_of(RecordId("G1"))[-1].note == "late"
    # What the cadence counts from stays, closed as it is.
    assert [f.id for f in board.feedback] == ["F3"]
    assert list(invalid_references(board)) == []
    assert os.path.getsize(years.path) < size / 2
    assert seen(years.path) == before
    again = years.archive(ArchivePeriods(before=date(2025, 10, 1)), MARA).board
    assert [g.id for g in again.goals] == []
    assert seen(years.path) == before
    assert with_archived(again).goal(RecordId("G1")) is not None
    # A number is never given twice, though its record is away.
    assert years.commit(GiveFeedback(to="ben", text="Thanks"), ANA).board.feedback_to("ben")[0].id == "F4"


def test_evidence_and_log_have_what_was_done_before_a_late_close(years: FileStore, run: Run) -> None:
    """The archive says that its periods ended before 2 October; it goes up to the close of the last, on the 20th."""
    earlier = FileStore(years.path, clock=lambda: AFTER - timedelta(days=10))
    earlier.commit(GiveFeedback(to="ana", text="Before the close"), BEN)
    earlier.commit(ResolveFeedback(feedback=RecordId("F4")), ANA)
    years.commit(BeginPeriod(starts=date(2025, 10, 2), ends=date(2025, 10, 19), name="Days"), MARA)
    years.commit(BeginPeriod(starts=AFTER.date(), name="Rest"), MARA)
    years.commit(GiveFeedback(to="ana", text="After it"), BEN)

    def looked_up() -> tuple[list[str], list[str]]:
        board = FileStore(years.path).load()
        found = evidence(board, next(m for m in board.members if m.handle == "ana"), date(2025, 10, 2), AFTER.date())
        logged = run("log", "--since", "2025-10-02").stdout.splitlines()
        return [f.text for f in found.received], [line for line in logged if "archived what was over" not in line]

    before = looked_up()
    assert before[0] == ["Before the close", "After it"]
    # Once it is out of the balance of the last 90 days.
    later = FileStore(years.path, clock=lambda: AFTER + timedelta(days=100))
    board = later.archive(ArchivePeriods(before=date(2025, 10, 2)), MARA).board
    assert [f.text for f in board.feedback_to("ana")] == ["After it"]
    assert looked_up() == before


def test_history_chain_and_records_are_whole_over_every_archive(years: FileStore) -> None:
    for day in (date(2025, 4, 1), date(2025, 7, 1), date(2025, 10, 1)):
        years.archive(ArchivePeriods(before=day), MARA)
        years.commit(GiveFeedback(to="ana", text=f"After {day}"), MARA)
    board = FileStore(years.path).load()
    history = history_of(board)
    assert [n for n, _ in history] == list(range(1, board.revision + 1))
    assert len(history) == board.revision
    assert list(hash_chain.broken_revisions(history)) == []
    state = fields_by_id(board.tables)
    assert replay(entry for _, entry in history.with_archived()) == state
    assert [n for n, _ in history.newest_first()] == list(range(board.revision, 0, -1))
    assert as_of(board, 20).goal(RecordId("G1")) is not None
    assert all(finding.ok for finding in examine(years, AFTER))
    with TinyDB(years.path, access_mode="r") as plain:
        assert len(plain.table("history")) < board.revision
    for name in os.listdir(archives.folder(years.path)):
        with TinyDB(Path(archives.folder(years.path)) / name, access_mode="r") as plain:
            assert len(plain.table("history")) > 0


def test_only_a_manager_puts_away_and_only_what_there_is(years: FileStore) -> None:
    before = Path(years.path).read_bytes()
    for day, by in ((date(2025, 7, 1), ANA), (date(2025, 7, 1), Actor(None)), (date(2025, 3, 31), MARA)):
        with pytest.raises(Refused):
            years.archive(ArchivePeriods(before=day), by)
    assert Path(years.path).read_bytes() == before
    assert not Path(archives.folder(years.path)).exists()
    years.archive(ArchivePeriods(before=date(2025, 7, 1)), MARA)
    with pytest.raises(Refused, match="nothing was archived"):
        years.archive(ArchivePeriods(before=date(2025, 7, 1)), MARA)


def test_an_archive_and_what_it_took_are_not_taken_back(years: FileStore) -> None:
    board = years.archive(ArchivePeriods(before=date(2025, 10, 1)), MARA).board
    assert last_undoable_commit(board, "mara") == board.revision
    with pytest.raises(Refused, match="can't be undone"):
        years.commit(Undo(undoes=board.revision), MARA)
    last = next(n for n, e in history_of(board).newest_first() if e.verb == CheckInGoal.verb)
    with pytest.raises(Refused, match="archived since"):
        years.commit(Undo(undoes=last), ANA)


def test_undo_right_after_an_archive_says_that_it_is_not_taken_back(years: FileStore, run: Run) -> None:
    years.commit(GiveFeedback(to="ana", text="Before it"), MARA)
    archived = run("archive", "--before", "2025-07-01", "--as", "mara")
    assert (archived.returncode, "`undo` does not take an archive back." in archived.stdout) == (0, True)
    revision = FileStore(years.path).load().revision
    told = run("undo", "--as", "mara")
    assert (told.returncode, told.stdout) == (1, "")
    assert "Archiving can't be undone" in told.stderr
    assert FileStore(years.path).load().revision == revision


def test_an_archive_of_another_line_is_never_replaced(years: FileStore) -> None:
    board = Path(years.path)
    older = board.read_text()
    years.archive(ArchivePeriods(before=date(2025, 7, 1)), MARA)
    (first,) = Path(archives.folder(years.path)).iterdir()
    kept = first.read_bytes()
    # Somebody puts the older file back, in which a script has changed a record.
    board.write_text(older.replace("week 3 of 2025-01-01", "week 3, corrected", 1))
    again = FileStore(years.path, clock=lambda: AFTER)
    again.archive(ArchivePeriods(before=date(2025, 7, 1)), MARA)
    assert first.read_bytes() == kept
    assert len(os.listdir(first.parent)) == 2
    assert all(finding.ok for finding in examine(again, AFTER))


def test_a_file_in_the_place_of_an_archive_is_kept(years: FileStore) -> None:
    board = Path(years.path).read_bytes()
    years.archive(ArchivePeriods(before=date(2025, 7, 1)), MARA)
    (archive,) = Path(archives.folder(years.path)).iterdir()
    archive.write_bytes(b"something else")
    Path(years.path).write_bytes(board)
    again = FileStore(years.path, clock=lambda: AFTER)
    with pytest.raises(BoardUnwritable, match=f"was not changed: {archive} is not the archive .*; move it away"):
        again.archive(ArchivePeriods(before=date(2025, 7, 1)), MARA)
    assert archive.read_bytes() == b"something else"
    assert Path(years.path).read_bytes() == board
    assert [f.what for f in examine(again, AFTER) if not f.ok] == [
        f"{archive.name} in team.board.json.archive is not the archive that its name says, and could be in the way of "
        "one: move it away"
    ]
    archive.rename(archive.with_name("elsewhere.json"))
    again.archive(ArchivePeriods(before=date(2025, 7, 1)), MARA)
    assert all(finding.ok for finding in examine(again, AFTER))


def test_an_archive_under_an_old_name_is_read(years: FileStore) -> None:
    before = seen(years.path)
    years.archive(ArchivePeriods(before=date(2025, 7, 1)), MARA)
    (archive,) = Path(archives.folder(years.path)).iterdir()
    old = re.sub(r"-[0-9a-f]{32}", "", archive.name)
    archive.rename(archive.with_name(old))
    Path(years.path).write_text(Path(years.path).read_text().replace(archive.name, old))
    assert seen(years.path) == before


def test_an_archive_that_is_away_or_edited_is_told_and_the_board_goes_on(years: FileStore, run: Run) -> None:
    years.archive(ArchivePeriods(before=date(2025, 7, 1)), MARA)
    (name,) = Path(archives.folder(years.path)).iterdir()
    good = name.read_bytes()
    name.write_bytes(good.replace(b"week 3", b"week 4"))
    with pytest.raises(HistoryUnavailable, match="was changed after it was written"):
        board_on(FileStore(years.path).load(), date(2025, 2, 1))
    name.unlink()
    told = run("show", "--as-of", "2025-02-01")
    assert (told.returncode, told.stdout, told.stderr.count("\n")) == (3, "", 1)
    assert name.name in told.stderr
    assert run("show").returncode == 0
    assert run("checkin", "G3", "1", "--as", "ana").returncode in (0, 1)
    assert any(name.name in finding.what and not finding.ok for finding in examine(years, AFTER))
    name.write_bytes(good)
    assert run("show", "--as-of", "2025-02-01").returncode == 0


def test_an_archive_is_not_read_through_a_link_in_the_place_of_its_folder(years: FileStore, run: Run) -> None:
    years.archive(ArchivePeriods(before=date(2025, 7, 1)), MARA)
    folder = Path(archives.folder(years.path))
    folder.rename(folder.with_name("elsewhere"))
    folder.symlink_to(folder.with_name("elsewhere"))
    told = run("show", "--as-of", "2025-02-01")
    assert (told.returncode, told.stdout, told.stderr.count("\n")) == (3, "", 1)
    assert run("show").returncode == 0


def test_a_damaged_board_with_archives_is_had_back_whole(years: FileStore) -> None:
    years.archive(ArchivePeriods(before=date(2025, 7, 1)), MARA)
    before = seen(years.path)
    data = Path(years.path).read_bytes()
    at = data.index(b'"history"')
    Path(years.path).write_bytes(data[:at] + data[at + 400 :])
    mended = repair(years, MARA, AFTER)
    assert mended is not None
    assert mended.lost == ""
    assert all(finding.ok for finding in examine(years, AFTER))
    # What was put away is on the board again; no day, no result and no commit is another than before.
    found = seen(years.path)
    assert found.states == before.states
    assert found.results == before.results
    assert set(before.entries) <= set(found.entries)


def test_a_repair_tells_which_archived_records_are_on_the_board_again(years: FileStore, run: Run) -> None:
    count = sum(map(len, years.load().tables.values()))
    years.archive(ArchivePeriods(before=date(2025, 7, 1)), MARA)
    back = count - sum(map(len, years.load().tables.values()))

    def repaired() -> str:
        path = Path(years.path)
        path.write_bytes(path.read_bytes()[:-40])
        return run("board", "doctor", "--fix", "--as", "mara").stdout

    assert f"{back} archived records are on the board again: `teamboard board archive --before DAY`" in repaired()
    assert "on the board again" not in repaired()
    assert run("board", "archive", "--before", "2025-07-01", "--as", "mara").returncode == 0
    assert f"{back} archived records are on the board again" in repaired()
    assert sum(map(len, years.load().tables.values())) == count


def test_a_disk_that_fails_while_putting_away_changes_nothing(years: FileStore) -> None:
    before = Path(years.path).read_bytes()
    Path(archives.folder(years.path)).write_text("a file where the folder should be")
    with pytest.raises(BoardUnwritable, match="was not changed"):
        years.archive(ArchivePeriods(before=date(2025, 7, 1)), MARA)
    assert Path(years.path).read_bytes() == before


@pytest.mark.usefixtures("years")
def test_the_command_and_all_that_reads_back(run: Run) -> None:
    logged = run("log").stdout
    done = run("archive", "--before", "2025-10-01", "--as", "mara")
    assert done.returncode == 0, done.stderr
    assert "up to the close of Q3 2025" in done.stdout
    told = run("log").stdout
    assert "archived what was over" in told.splitlines()[0]
    assert told.splitlines()[1:] == logged.splitlines()
    assert "week 3 of 2025-01-01" in run("log", "--goal", "G1").stdout
    assert "ARR 2025-01-01" in run("show", "--goal", "G1").stdout
    assert "ARR 2025-04-01" in run("show", "--as-of", "2025-05-05").stdout
    assert "Q2 2025" in run("period", "report", "--period", "Q2 2025").stdout
    assert run("archive", "--before", "yesterdayish", "--as", "mara").returncode in (1, 2)
    assert run("archive", "--before", "2025-10-01", "--as", "ana").returncode == 1


def test_a_copy_of_a_board_with_archives_is_merged(years: FileStore, tmp_path: Path) -> None:
    years.archive(ArchivePeriods(before=date(2025, 7, 1)), MARA)
    copy = tmp_path / "team (conflicted copy).board.json"
    shutil.copy(years.path, copy)
    years.commit(GiveFeedback(to="ben", text="Said here"), ANA)
    FileStore(copy, clock=lambda: AFTER).commit(GiveFeedback(to="ben", text="Said in the copy"), MARA)
    fresh = FileStore(years.path)
    assert preview_merge(fresh, str(copy), AFTER).conflicts == []
    assert merge(fresh, str(copy), {}, MARA, AFTER).commits == 1
    board = FileStore(years.path).load()
    assert [f.text for f in board.feedback_to("ben")] == ["Said here", "Said in the copy"]
    assert len(history_of(board)) == board.revision
    assert [f.what for f in examine(fresh, AFTER) if not f.ok and "conflicted copy" not in f.what] == []


class Colleague:
    """A clock at whose `times` first calls somebody else commits, as far as the board is not locked."""

    def __init__(self, path: str, times: int) -> None:
        self._store = FileStore(path, clock=lambda: AFTER, patience=0.05)
        self._left = times
        self.written: list[int] = []

    def __call__(self) -> datetime:
        if self._left:
            self._left -= 1
            with suppress(BoardBusy):
                self.written.append(self._store.commit(GiveFeedback(to="ana", text="Meanwhile"), BEN).board.revision)
        return AFTER


@pytest.mark.parametrize("times", [1, 2, 9])
def test_others_commit_while_an_archive_is_prepared_and_lose_nothing(years: FileStore, times: int) -> None:
    before = seen(years.path)
    colleague = Colleague(years.path, times)
    board = FileStore(years.path, clock=colleague).archive(ArchivePeriods(before=date(2025, 7, 1)), MARA).board
    # Who commits all the time does not stop it for ever: the second time it is prepared with the lock.
    assert len(colleague.written) == min(times, 2)
    assert board.revision == colleague.written[-1] + 1
    assert [g.id for g in board.goals] == ["G3"]
    assert sum(f.text == "Meanwhile" for f in board.feedback_to("ana")) == len(colleague.written)
    after = seen(years.path)
    assert after.entries[: len(before.entries)] == before.entries
    assert after.results == before.results
    assert all(finding.ok for finding in examine(years, AFTER))
    assert len(os.listdir(archives.folder(years.path))) == 1
