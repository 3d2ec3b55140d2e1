"""Facts from rows: how each aggregate counts, over which days, and what is left out or can't be read."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from teamboard.actions.goals import AddGoal
from teamboard.domain.errors import Refused
from teamboard.domain.records import Metric
from teamboard.importers.csv_file import CsvFile
from teamboard.importers.fact_map import FactForm, FactMap, PeriodLength
from teamboard.importers.fact_names import NamedRows
from teamboard.importers.fact_periods import period_end, period_start
from teamboard.importers.facts import MAX_LINES, Importer, ImportPlan, LeftOut
from tests.conftest import TODAY, Maker

ROWS = """\
Ana Ruiz,2026-10-01,Won,100
ana,2026-10-31,won ,300
Ana Ruiz,2026-11-02,Lost,50
Ben Okafor,2026-11-15,Won,7
Ana Ruiz,2026-10-09,Won,20
"""


def plan(folder: Path, maker: Maker, rows: str, *facts: FactForm, **options: Any) -> ImportPlan:
    """What an import of rows of rep, day, stage and sum would do."""
    path = folder / "deals.csv"
    path.write_text("rep,day,stage,sum\n" + rows, encoding="utf-8")
    fact_map = FactMap(name="deals", source="CRM", member="rep", date="day", facts=facts, **options)
    return Importer(maker.board, fact_map, CsvFile(path, fact_map.columns), TODAY).plan()


def values(found: ImportPlan) -> list[tuple[str, str, str, float, int | None]]:
    """Member, first and last day, value and rows of each fact."""
    return [(f.member, str(f.starts or ""), str(f.on), f.value, f.rows) for f in found.action.facts]


WON: dict[str, Any] = {"name": "Won", "where": {"stage": "won"}}


@pytest.mark.parametrize(
    ("fact", "expected"),
    [
        (
            FactForm(aggregate="sum", value="sum", **WON),
            [
                ("ana", "2026-10-01", "2026-10-31", 420.0, 3),
                ("ben", "2026-11-01", "2026-11-15", 7.0, 1),
            ],
        ),
        (
            FactForm(aggregate="count", period="quarter", **WON),
            [
                ("ana", "2026-10-01", "2026-11-15", 3.0, 3),
                ("ben", "2026-10-01", "2026-11-15", 1.0, 1),
            ],
        ),
        (
            FactForm(aggregate="mean", value="sum", period="all", **WON),
            [("ana", "", "2026-11-15", 140.0, 3), ("ben", "", "2026-11-15", 7.0, 1)],
        ),
        (
            FactForm(aggregate="median", value="sum", period="year", **WON),
            [("ana", "2026-01-01", "2026-11-15", 100.0, 3), ("ben", "2026-01-01", "2026-11-15", 7.0, 1)],
        ),
        (
            FactForm(aggregate="ratio", period="all", unit="%", **WON),
            [("ana", "", "2026-11-15", 75.0, 4), ("ben", "", "2026-11-15", 100.0, 1)],
        ),
        (
            FactForm(aggregate="ratio", period="all", of={"stage": ["lost"]}, **WON),
            [("ana", "", "2026-11-02", 0.0, 1)],
        ),
        (
            FactForm(aggregate="sum", value="sum", running=date(2026, 10, 9), **WON),
            [
                ("ana", "2026-10-01", "2026-10-31", 320.0, 2),
                ("ana", "2026-11-01", "2026-11-15", 320.0, 2),
                ("ben", "2026-10-01", "2026-10-31", 0.0, 0),
                ("ben", "2026-11-01", "2026-11-15", 7.0, 1),
            ],
        ),
    ],
    ids=["sum by month", "count by quarter", "mean", "median", "ratio in percent", "ratio of some", "running total"],
)
def test_each_aggregate(tmp_path: Path, maker: Maker, fact: FactForm, expected: object) -> None:
    assert values(plan(tmp_path, maker, ROWS, fact)) == expected


def test_a_plan_says_what_it_covers_and_adds_up(tmp_path: Path, maker: Maker) -> None:
    facts = (
        FactForm(name="All", aggregate="sum", value="sum"),
        FactForm(aggregate="count", **WON),
        FactForm(name="Middle", aggregate="median", value="sum"),
    )
    found = plan(tmp_path, maker, ROWS, *facts, link="https://crm.example/[b]")
    assert (found.rows, found.totals) == (5, {"All": 477.0, "Won": 4.0})
    action = found.action
    assert (action.batch, action.source, action.link) == ("deals", "CRM", "https://crm.example/[b]")
    assert (action.first, action.last) == (date(2026, 10, 1), date(2026, 11, 15))
    assert (found.errors, found.unknown, found.left_out) == ([], {}, {})


def test_rows_that_are_left_out_are_counted_by_reason(tmp_path: Path, maker: Maker) -> None:
    rows = "ana,2026-10-01,Lost,1\n,2026-10-01,Won,1\nOps,2026-10-01,Won,1\nana,,Won,1\nana,2026-10-01,Won,\n"
    fact = FactForm(aggregate="sum", value="sum", **WON)
    found = plan(tmp_path, maker, rows + "ana,2026-10-01,Open,1\n" * 9, fact, ignore=("Ops",))
    assert found.left_out == {
        "no fact counts it": LeftOut(10, [2, 7, 8, 9, 10]),
        "no member": LeftOut(1, [3]),
        "a name to ignore": LeftOut(1, [4]),
        "no day": LeftOut(1, [5]),
        "no sum": LeftOut(1, [6]),
    }
    assert found.totals == {"Won": 0.0}


def test_unknown_names_come_with_similar_ones(tmp_path: Path, maker: Maker) -> None:
    rows = "Ana Riuz,2026-10-01,Won,1\nAna Riuz,2026-10-02,Won,1\n\x1b[31mZed,2026-10-01,Won,1\nB.O.,2026-10-01,Won,5\n"
    found = plan(tmp_path, maker, rows, FactForm(aggregate="count", **WON), members={"B.O.": "ben"})
    assert found.unknown == {
        "Ana Riuz": NamedRows(2, similar=["Ana Ruiz"]),
        "\x1b[31mZed": NamedRows(1),
    }
    assert [f.member for f in found.action.facts] == ["ben"]


@pytest.mark.parametrize(
    ("row", "options", "says"),
    [
        ("ana,02.11.2026,Won,1", {}, "line 2: '02.11.2026' is not a date such as 2017-03-01; name its date_format"),
        ("ana,2026-11-02,Won,1", {"date_format": "%d.%m.%Y"}, "line 2: '2026-11-02' is not a date of the format"),
        ("ana,2026-11-02,Won,one", {}, "line 2: 'one' in column 'sum' is not a number"),
        ("ana,9999-12-31,Won,1", {}, "line 2: the date 9999-12-31 must be between 1900-01-01 and 9000-01-01"),
        ("ana,0001-01-01,Won,1", {}, "line 2: the date 0001-01-01 must be between"),
    ],
)
def test_what_can_not_be_read_is_named_by_its_line(
    tmp_path: Path, maker: Maker, row: str, options: dict[str, Any], says: str
) -> None:
    fact = FactForm(aggregate="sum", value="sum", period="year", **WON)
    (error,) = plan(tmp_path, maker, row + "\n", fact, **options).errors
    assert error.startswith(says)


def test_only_the_first_errors_are_kept(tmp_path: Path, maker: Maker) -> None:
    rows = "ana,2026-11-02,Won,x\n" * 50
    found = plan(tmp_path, maker, rows, FactForm(aggregate="sum", value="sum", **WON))
    assert len(found.errors) == MAX_LINES + 1


@pytest.mark.parametrize(
    ("goal", "says"),
    [("G2", "ana has no goal with 'G2'"), ("arr", "G1, G3"), ("g1", ""), ("ARR ana", "")],
)
def test_a_goal_is_found_by_its_id_or_title(tmp_path: Path, maker: Maker, goal: str, says: str) -> None:
    maker.do(AddGoal(owner="ana", title="ARR of partners", measure=Metric(unit="€", start=0, target=9)))
    fact = FactForm(aggregate="count", goal=goal, **WON)
    rows = "ana,2026-11-02,Won,1\n"
    if says.startswith("G"):
        found = plan(tmp_path, maker, rows, fact)
        assert [(q.member, ", ".join(q.goals)) for q in found.questions] == [("ana", says)]
        assert not found.is_clear
    elif says:
        with pytest.raises(Refused, match=says):
            plan(tmp_path, maker, rows, fact)
    else:
        assert [f.goal for f in plan(tmp_path, maker, rows, fact).action.facts] == ["G1"]


def test_a_file_without_rows_has_no_facts(tmp_path: Path, maker: Maker) -> None:
    found = plan(tmp_path, maker, "", FactForm(aggregate="sum", value="sum", running=date(2026, 1, 1), name="x"))
    assert (found.rows, found.action.facts, found.totals) == (0, (), {"x": 0.0})


@given(
    st.dates(date(1900, 1, 1), date(9000, 1, 1)),
    st.sampled_from(["day", "week", "month", "quarter", "year"]),
)
def test_periods_follow_each_other_without_a_gap(day: date, length: PeriodLength) -> None:
    starts = period_start(day, length)
    assert starts is not None
    ends = period_end(starts, length)
    assert starts <= day <= ends
    assert period_start(ends, length) == starts
    following = period_start(ends + timedelta(days=1), length)
    assert following == ends + timedelta(days=1)


def test_rows_before_a_running_total_are_left_out_and_told(tmp_path: Path, maker: Maker) -> None:
    rows = "ana,2026-09-30,Won,1000\nana,2026-10-09,Won,20\nana,2026-11-22,Won,3\n"
    running = FactForm(aggregate="sum", value="sum", running=date(2026, 10, 1), name="ARR", goal="ARR ana")
    found = plan(tmp_path, maker, rows, running)
    assert values(found)[-1] == ("ana", "2026-11-01", "2026-11-22", 23.0, 2)
    assert found.left_out == {"no fact counts it": LeftOut(1, [2])}
    assert (found.action.first, found.action.last) == (date(2026, 10, 9), TODAY)
    # A fact beside it that has no first day counts the earlier row.
    both = plan(tmp_path, maker, rows, running, FactForm(aggregate="count", name="Deals", period="all"))
    assert both.left_out == {}
    assert both.totals == {"ARR": 23.0, "Deals": 3.0}
