"""The benchmark of forecasts, on a small export in which all is known."""

from __future__ import annotations

import csv
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import pytest

from tests.bench.crm_forecasts import METHODS, between, deals_won, forecasts

ROOT = Path(__file__).parents[2]
FIRST, LAST = date(2017, 3, 1), date(2017, 12, 31)


@pytest.fixture
def export(tmp_path: Path) -> Path:
    """A deal each Friday by Even (100), and by Late, who wins 300 in the last month of each quarter and 50 before."""
    rows = [("Even", "Lost", "2017-04-07", "999"), ("Even", "Engaging", "", "")]
    day = FIRST
    while day <= LAST:
        if day.isoweekday() == 5:
            rows.append(("Even", "Won", f"{day}", "100"))
            rows.append(("Late", "Won", f"{day}", "300" if day.month % 3 == 0 else "50"))
        day += timedelta(days=1)
    with (tmp_path / "sales_pipeline.csv").open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("sales_agent", "deal_stage", "close_date", "close_value"))
        writer.writerows(rows)
    return tmp_path


def test_forecasts_are_held_to_what_came(export: Path) -> None:
    with (export / "sales_pipeline.csv").open(newline="") as file:
        won = deals_won(csv.DictReader(file))
    assert between(won["Even"], date(2017, 4, 1), date(2017, 6, 30)) == 1300
    tried = forecasts(won)
    assert [t.quarter for t in tried] == [q for q in ("Q2 2017", "Q3 2017", "Q4 2017") for _ in won]
    even, late = tried[4], tried[5]
    # In 45 days of Q4 there were six Fridays, in the 92 thirteen.
    assert even.errors["straight line"] == pytest.approx(abs(600 * 92 / 45 - 1300) / 1300)
    # Of eight weeks in a row 100 a week; 47 days are left.
    assert even.errors["mean of eight weeks"] == pytest.approx(abs(600 + 800 / 56 * 47 - 1300) / 1300)
    assert even.errors["as last quarter"] == pytest.approx(0)
    # Who wins at the end of quarters did in the last, too.
    assert late.errors["at this pace"] < min(late.errors[name] for name in METHODS[1:3])


def test_the_table_is_printed(export: Path) -> None:
    command = [sys.executable, "-m", "tests.bench.crm", f"{export}"]
    said = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    lines = said.stdout.splitlines()
    assert lines[0] == "| median error of | Q2 2017 | Q3 2017 | Q4 2017 | pooled | day 38 | day 52 |"
    assert [line.split("|")[1].strip() for line in lines[2:]] == [*METHODS, "came between the quartiles", "forecasts"]
    assert lines[-1] == "| forecasts | 2 | 2 | 2 | 6 | 6 | 6 |"
