"""`team`: its settings, shown and changed."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from teamboard.domain.ids import RecordId
from teamboard.domain.periods import next_period
from teamboard.domain.periods.calendar import period_around
from teamboard.store.file.store import FileStore
from tests.cli.conftest import DOCUMENTED, refused_and_unchanged
from tests.conftest import Run


@pytest.mark.usefixtures("own")
def test_the_teams_settings_are_shown_and_changed(run: Run) -> None:
    shown = run("team").stdout
    for text in ("every 7 days, for each goal", "mon tue wed thu fri", "Europe/Madrid"):
        assert text in shown
    changed = run("team", "--feedback", "14", "--working-days", "sun-tue,thu", "--day-off", "2026-12-25")
    assert "mon tue thu sun" in changed.stdout
    assert "2026-12-25" in run("team").stdout
    assert "archive after  a year, when a period begins" in changed.stdout
    assert "archive after  18 months, when" in run("team", "--archive-after", "18m").stdout
    assert "archive after  never\n" in run("team", "--archive-after", "never").stdout
    assert "archive after: never" in run("log").stdout
    assert run("undo").returncode == 0
    assert "archive after  18 months" in run("team").stdout
    found = json.loads(run("team", "--no-day-off", "2026-12-25", "--name", "[b]We[/b]", "--json").stdout)
    assert (found["name"], found["cadence"]["feedback"], found["days_off"]) == ("[b]We[/b]", 14, [])
    for name in (*found, *found["cadence"]):
        assert f"`{name}`" in DOCUMENTED, name


def test_the_periods_of_a_team_begin_in_any_month(run: Run, tmp_path: Path) -> None:
    """From YAML, which needs no period then; changed, and corrected with the goals that end with it."""
    (tmp_path / "fiscal.yaml").write_text(FISCAL, encoding="utf-8")
    assert run("init", "--from", "fiscal.yaml").returncode == 0
    board = FileStore(tmp_path / "team.board.json").load()
    assert board.team is not None
    today = board.day_of(datetime.now(UTC))
    period = period_around("years from apr", today)
    assert board.team.period == period
    found = json.loads(run("team", "--json").stdout)
    assert found["periods"] == "years from apr"
    following = next_period(period, calendar="quarters from feb")
    done = run("team", "--period", "Quarter from February", "--as", "mara")
    assert f"next period    {following.name}, {following.starts} to {following.ends} (quarters from feb)" in done.stdout
    ends = period.ends + timedelta(days=30)
    done = run("team", "--period-ends", str(ends), "--period-name", "Long", "--as", "mara")
    assert done.stdout.splitlines()[0] == (
        f"Mara set the period to Long, {period.starts} to {ends}; 1 goal with its days follows; G2 keeps its own"
    )
    assert {g.id: g.due for g in FileStore(tmp_path / "team.board.json").load().goals}[RecordId("G1")] == ends
    assert run("undo", "--as", "mara").returncode == 0
    after = FileStore(tmp_path / "team.board.json").load()
    assert after.team is not None
    assert (after.team.period, {g.due for g in after.goals if g.id == "G1"}) == (period, {period.ends})


FISCAL = """\
team: {name: Us, timezone: UTC, periods: fiscal years from april}
members: [{handle: mara, name: Mara}]
goals:
  - {key: a, owner: mara, title: ARR, metric: {unit: €, target: 400k}}
  - {key: b, owner: mara, title: Deal, due: today+1}
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["team", "--period", "weeks", "--as", "mara"], 1, "'weeks' is not a calendar of periods"),
        (["team", "--period-ends", "soon", "--as", "mara"], 1, "'soon' is not a date"),
        (["team", "--period-ends", "today-60", "--as", "mara"], 1, "A period must end after it begins"),
        (["team", "--period-starts", "today-60", "--as", "mara"], 1, "begins on the day after Last quarter"),
        (["team", "--period-name", "last quarter", "--as", "mara"], 1, "There is a period called 'last quarter'"),
        (["team", "--period", "months", "--as", "ana"], 1, "Only Mara Lind"),
        (["team", "--working-days", "weekends", "--as", "mara"], 1, "not working days"),
        (["team", "--working-days", "mon-", "--as", "ana"], 1, "Only Mara Lind"),
        (["team", "--feedback", "0", "--as", "mara"], 2, "--feedback"),
        (["team", "--day-off", "soon", "--as", "mara"], 1, "is not a date"),
        (["team", "--archive-after", "soon", "--as", "mara"], 1, "write 1y, 18m or never"),
        (["team", "--on-track", "nan", "--as", "mara"], 1, "is not a share of the pace; write 70 %, 70 or 0.7"),
        (["team", "--at-risk", "", "--as", "mara"], 1, "is not a share of the pace"),
        (["team", "--at-risk", "-5", "--as", "mara"], 1, "thresholds"),
        (["team", "--at-risk", "95 %", "--as", "mara"], 1, "at risk below on track"),
        (["team", "--on-track", "1.200", "--as", "mara"], 1, "can be read as 1 200 or as 1.2"),
    ],
    ids=lambda v: " ".join(v) if isinstance(v, list) else str(v),
)
def test_bad_input_is_refused_with_nothing_written(
    run: Run, demo: Path, arguments: list[str], code: int, says: str
) -> None:
    refused_and_unchanged(run, demo, arguments, code, says)


@pytest.mark.slow
@pytest.mark.usefixtures("demo")
@pytest.mark.parametrize("typed", ["72.5 %", "72,5%", "72.5", "72,5", "0.725", "0,725"])
def test_a_share_of_the_pace_is_per_cent_or_a_ratio(run: Run, typed: str) -> None:
    shown = run("team", "--at-risk", typed, "--as", "mara")
    assert "at risk from   72.5 % of the pace" in shown.stdout
    assert json.loads(run("team", "--json").stdout)["at_risk"] == pytest.approx(0.725)


def test_a_board_without_a_team_is_not_sent_to_what_refuses_it(run: Run, tmp_path: Path) -> None:
    (tmp_path / "team.board.json").write_text('{"meta": {"1": {"format": 4, "revision": 0}}}', encoding="utf-8")
    for arguments in (["team"], ["team", "--name", "Us"], ["period", "next"], ["period", "report"]):
        found = run(*arguments)
        assert found.returncode == 1, found.stderr
        assert found.stderr.startswith("teamboard: "), found.stderr
        assert "Set one up with" not in found.stderr
    assert "has no team. Create another board with `teamboard init --board FILE`." in run("team").stderr
    assert run("init", "--team", "Us", "--name", "Mara Lind", "--board", "other.json").returncode == 0


@pytest.mark.usefixtures("own")
def test_what_is_owed_daily_is_so_called(run: Run) -> None:
    assert run("team", "--check-in", "1").returncode == 0
    assert "every day, for each goal" in run("team").stdout
