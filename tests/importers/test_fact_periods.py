"""The same file again on another minute, and rows about days that are still to come."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from teamboard.domain.ids import RecordId
from tests.conftest import Run
from tests.importers.test_fact_goals import IMPORT, MAP, board, last_values, this_quarter, write

G1 = RecordId("G1")
PIPELINE = "  - {name: Pipeline, aggregate: sum, value: sum, period: all, unit: $}\n"


def test_the_same_file_again_changes_nothing_though_it_has_deals_of_today(run: Run, tmp_path: Path) -> None:
    today = this_quarter(run, tmp_path)
    write(tmp_path, [f"ana,{today - timedelta(days=days)},10" for days in (16, 9, 0)])
    assert run(*IMPORT).returncode == 0
    before = (tmp_path / "team.board.json").read_bytes()
    again = run(*IMPORT).stdout.splitlines()
    assert (again[-1], again[2]) == ("Nothing in deals.csv is new.", "   0 records changed")
    assert (tmp_path / "team.board.json").read_bytes() == before
    # One more deal of today is another value, and the check-in of the week stays one.
    write(tmp_path, [f"ana,{today - timedelta(days=days)},10" for days in (16, 9, 0, 0)])
    count = len(board(tmp_path).checkins_of(G1))
    assert run(*IMPORT).returncode == 0
    assert last_values(tmp_path) == {"G1": 40.0}
    assert len(board(tmp_path).checkins_of(G1)) == count
    # A corrected file without Ana takes what came in for her back, and says so.
    bens = [f"ben,{today - timedelta(days=days)},10" for days in (16, 0)]
    write(tmp_path, [f"ana,{today - timedelta(days=16)},10", *bens])
    assert run(*IMPORT).returncode == 0
    facts = len(board(tmp_path).facts_of("ana"))
    write(tmp_path, bens)
    told = run(*IMPORT).stdout.splitlines()[-1]
    gone = count - len(board(tmp_path).checkins_of(G1))
    assert gone > 1
    assert told.endswith(f": {gone} changed, -{gone} on the board, {gone} check-ins fewer."), told
    assert len(board(tmp_path).facts_of("ana")) == facts - gone


def test_a_day_to_come_extends_no_running_total(run: Run, tmp_path: Path) -> None:
    today = this_quarter(run, tmp_path)
    (tmp_path / "map.yaml").write_text(MAP + PIPELINE, encoding="utf-8")
    won = [f"ana,{today - timedelta(days=9)},10", f"ana,{today},5"]
    write(tmp_path, won)
    without = run(*IMPORT, "--dry-run").stdout.splitlines()
    write(tmp_path, [*won, f"ana,{today + timedelta(days=19)},30"])
    for arguments in ([*IMPORT, "--dry-run"], IMPORT):
        found = run(*arguments)
        assert found.returncode == 0, found.stderr
        assert "   left out: 1 row, of a day to come, until then\n             line 4\n" in found.stdout
        assert set(without[1:]) <= set(found.stdout.replace("records changed", "records would change").splitlines())
    facts = board(tmp_path).facts_of("ana")
    assert max(f.on for f in facts) == today
    assert [f.value for f in facts if f.name == "Pipeline"] == [15.0]
    of_today = [c for c in board(tmp_path).checkins_of(G1) if board(tmp_path).checkin_day(c) == today]
    assert [c.value for c in of_today] == [15.0]
