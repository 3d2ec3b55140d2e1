"""`calendar`: read back by a parser."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from icalendar import Calendar

from teamboard.store.file.store import FileStore
from tests.conftest import Run
from tests.helpers.old_periods import OLD_PERIODS

MEETINGS = """\
one_on_ones:
  - {member: ana, day: today-700, topics: [{theme: skills, text: First}]}
  - {member: ana, day: today-600, topics: [{theme: skills, text: Second}]}
  - {member: ana, day: today-20, topics: [{theme: skills, text: Third}]}
"""


def events(text: str) -> dict[str, tuple[str, date]]:
    """The events of a calendar by UID: what, and on which day."""
    found = Calendar.from_ical(text).walk("VEVENT")
    return {str(e["UID"]): (str(e["SUMMARY"]), e.decoded("DTSTART")) for e in found}


def sequences(text: str) -> dict[str, int]:
    return {str(e["UID"]): int(e.decoded("SEQUENCE")) for e in Calendar.from_ical(text).walk("VEVENT")}


@pytest.mark.slow
def test_the_calendar_is_read_back_and_keeps_its_uids(run: Run, demo: Path) -> None:
    first = run("calendar").stdout
    before = events(first)
    today = FileStore(demo).load().day_of(datetime.now(UTC))
    on = dict(before.values())
    assert on["Due: G12 ARR Iberia (Ana Ruiz)"] > today
    assert on["Review: Ana Ruiz and Mara Lind"] == today + timedelta(days=5)
    assert "One-on-one due: Ben Okafor and Mara Lind" in on
    assert len(before) == len(Calendar.from_ical(first).walk("VEVENT"))
    assert events(run("calendar").stdout) == before
    (due,) = [uid for uid, (what, _) in before.items() if what.startswith("One-on-one due: Ben")]
    (review,) = [uid for uid, (what, _) in before.items() if what == "Review: Ana Ruiz and Mara Lind"]
    assert run("one-on-one", "ben", "--on", "today+3", "--as", "mara").returncode == 0
    assert run("review", "schedule", "ana", "today+8", "--as", "ana").returncode == 0
    after = events(run("calendar").stdout)
    assert after[due] == ("One-on-one: Ben Okafor and Mara Lind", today + timedelta(days=3))
    assert after[review] == ("Review: Ana Ruiz and Mara Lind", today + timedelta(days=8))
    assert set(after) == set(before)
    assert all(sequences(run("calendar").stdout)[uid] > sequences(first)[uid] for uid in (due, review))
    raw = subprocess.run(
        [sys.executable, "-m", "teamboard", "calendar"], cwd=demo.parent, capture_output=True, check=True
    ).stdout
    assert raw.startswith(b"BEGIN:VCALENDAR\r\n")
    assert b"\r\r\n" not in raw


@pytest.mark.usefixtures("demo")
def test_the_calendar_of_one_member(run: Run) -> None:
    mine = run("calendar", "--mine", "--as", "ana")
    assert (mine.returncode, mine.stderr) == (0, "")
    found = {what for what, _ in events(mine.stdout).values()}
    assert found
    assert all("Ana Ruiz" in what for what in found)
    assert events(run("calendar", "--member", "ana").stdout) == events(mine.stdout)
    assert set(events(mine.stdout)) < set(events(run("calendar").stdout))


@pytest.mark.usefixtures("demo")
@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["--member", "nobody"], 1, "There is no member 'nobody'."),
        (["--mine"], 1, "This board does not know you: say who you are with --as."),
        (["--mine", "--member", "ana", "--as", "ana"], 2, "Give --member or --mine, not both."),
    ],
    ids=lambda v: " ".join(v) if isinstance(v, list) else "",
)
def test_bad_input_is_one_line(run: Run, arguments: list[str], code: int, says: str) -> None:
    found = run("calendar", *arguments)
    assert (found.returncode, found.stdout) == (code, "")
    assert says in found.stderr
    assert found.stderr.count("\n") == 1


def test_an_archive_keeps_the_uids_of_what_stays(run: Run, tmp_path: Path) -> None:
    (tmp_path / "years.yaml").write_text(OLD_PERIODS + MEETINGS, encoding="utf-8")
    assert run("init", "--from", "years.yaml").returncode == 0
    before = run("calendar").stdout
    assert run("period", "next", "--yes", "--as", "mara").returncode == 0
    after = run("calendar").stdout
    meetings = {uid: event for uid, event in events(before).items() if event[0].startswith("One-on-one:")}
    kept = {uid: event for uid, event in events(after).items() if event[0].startswith("One-on-one:")}
    assert len(kept) < len(meetings)
    assert kept.items() < meetings.items()
    assert all(sequences(after)[uid] == sequences(before)[uid] for uid in kept)
