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


def events(text: str) -> dict[str, tuple[str, date]]:
    """The events of a calendar by UID: what, and on which day."""
    found = Calendar.from_ical(text).walk("VEVENT")
    return {str(e["UID"]): (str(e["SUMMARY"]), e.decoded("DTSTART")) for e in found}


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
    raw = subprocess.run(
        [sys.executable, "-m", "teamboard", "calendar"], cwd=demo.parent, capture_output=True, check=True
    ).stdout
    assert raw.startswith(b"BEGIN:VCALENDAR\r\n")
    assert b"\r\r\n" not in raw
