"""Facts as lines: values with their sparkline and median, the plan of an import, and what a commit changed."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from teamboard.actions.facts import AddFact, ImportFacts, NewFact
from teamboard.domain.facts import series_of
from teamboard.domain.ids import RecordId
from teamboard.domain.records import Fact
from teamboard.importers.fact_goals import GoalQuestion
from teamboard.importers.fact_names import OTHER_TEAMS, NamedRows
from teamboard.importers.facts import ImportPlan, LeftOut
from teamboard.render.facts import (
    describe_change,
    facts_json,
    format_days,
    format_value,
    import_plan_lines,
    member_fact_lines,
    team_fact_lines,
    value_sparkline,
)
from tests.conftest import TODAY, Maker
from tests.helpers.lines import assert_tidy, styles_of, texts
from tests.helpers.nasty import ALL_NASTY

OCTOBER = (date(2026, 10, 1), date(2026, 10, 31))


def import_of(**values: float) -> ImportFacts:
    """An import of October's value of each member."""
    facts = tuple(
        NewFact(member=handle, name="Won", value=value, unit="€", on=OCTOBER[1], starts=OCTOBER[0], rows=2)
        for handle, value in values.items()
    )
    return ImportFacts(batch="deals", source="CRM", first=OCTOBER[0], last=date(2026, 11, 20), facts=facts)


@pytest.fixture
def known(maker: Maker) -> Maker:
    """Ana's calls of three days, and a value of October for everybody."""
    for day, value in ((1, 1), (8, 3), (15, 2.5)):
        on = date(2026, 11, day)
        maker.do(AddFact(member="ana", name="Calls [b]", value=value, source="Recorder", unit="calls", on=on))
    maker.do(import_of(ana=1200.456, ben=2, mara=3))
    return maker


def test_no_facts_yet(maker: Maker) -> None:
    assert texts(team_fact_lines(maker.board, maker.board.members, 80)) == [
        " There are no facts yet. Import them from a file with `teamboard facts import`."
    ]


def test_each_fact_has_its_newest_value_its_course_and_the_median(known: Maker) -> None:
    assert texts(team_fact_lines(known.board, known.board.members, 120)) == [
        " Mara Lind",
        "   E6    Won                                 €3            team €3             2026-10-01 to 2026-10-31  CRM",
        "",
        " Ana Ruiz",
        "   E3    Calls [b]                    2.5 calls  ▁█▇                           2026-11-15  Recorder",
        "   E4    Won                          €1,200.46            team €3             2026-10-01 to 2026-10-31  CRM",
        "",
        " Ben Okafor",
        "   E5    Won                                 €2            team €3             2026-10-01 to 2026-10-31  CRM",
    ]


@pytest.mark.parametrize(
    ("values", "expected"),
    [([5], ""), ([5, 5], "▅▅"), ([0, 10], "▁█"), ([-4, -2, 0], "▁▅█"), (list(range(20)), "▁▂▃▄▅▆▇█")],
)
def test_a_sparkline_goes_from_the_lowest_to_the_highest_of_the_last_eight(
    maker: Maker, values: list[float], expected: str
) -> None:
    for day, value in enumerate(values, start=1):
        maker.do(AddFact(member="ana", name="Calls", value=value, source="x", on=date(2026, 11, day)))
    ana = maker.board.member("ana")
    assert ana is not None
    (series,) = series_of(maker.board, ana)
    assert value_sparkline(series) == expected


@pytest.mark.parametrize(
    ("value", "unit", "says"),
    [(1200.456, "€", "€1,200.46"), (0.004, "%", "0 %"), (-3, "", "-3"), (1e18, "$", "$1e+18"), (2, "[b]", "2 [b]")],
)
def test_values_are_rounded_in_their_unit(value: float, unit: str, says: str) -> None:
    assert format_value(Fact(member="ana", name="x", value=value, on=TODAY, source="x", unit=unit), None) == says


def test_days_are_a_span_or_one_day() -> None:
    fact = Fact(member="ana", name="x", value=1, on=date.max, source="x")
    assert format_days(fact) == "9999-12-31"
    spans = [Fact(member="ana", name="x", value=1, on=TODAY, source="x", starts=day) for day in (TODAY, date.min)]
    assert [format_days(found) for found in spans] == ["2026-11-22", "0001-01-01 to 2026-11-22"]


def plan(**more: Any) -> ImportPlan:
    empty: dict[str, Any] = {
        "action": import_of(ana=4, ben=2.5),
        "totals": {"Won": 6.5},
        "rows": 1200,
        "left_out": {},
        "unknown": {},
        "errors": [],
    }
    return ImportPlan(**{**empty, **more})


def test_the_plan_of_an_import(maker: Maker) -> None:
    left_out = {"no member": LeftOut(1, [7]), "no day": LeftOut(1200, [2, 3, 4, 5, 6])}
    unknown = {"Ana Riuz": NamedRows(2, similar=["Ana Ruiz", "Anna"]), "Zed": NamedRows(1)}
    found = plan(left_out=left_out, unknown=unknown, errors=["line 9: 'x' is not a number"])
    lines = list(import_plan_lines(found, maker.board, {}, dry_run=True))
    assert texts(lines) == [
        " 1,200 rows, 2 facts of deals",
        "   Won     2 values of 2 members, €6.50 in all",
        "   left out: 1 row, no member",
        "             line 7",
        "   left out: 1,200 rows, no day",
        "             lines 2, 3, 4, 5, 6 …",
        "   no member is called 'Ana Riuz': 2 rows; perhaps Ana Ruiz or Anna",
        "   no member is called 'Zed': 1 row",
        "   line 9: 'x' is not a number",
    ]
    assert {style for line in lines[-3:] for style in styles_of(line).values()} == {"bad"}
    assert texts(import_plan_lines(plan(action=import_of(), totals={}), maker.board, {}, dry_run=True)) == [
        " 1,200 rows, 0 facts of deals",
        "   0 records would change",
    ]
    others = {f"Zoe {i}": NamedRows(i) for i in range(1, 11)} | {"Ana Riuz": NamedRows(2, similar=["Ana Ruiz"])}
    renamed = {"Ana Lopez": NamedRows(3, "ana")}
    questions = [GoalQuestion("ARR", "ben", (RecordId("G1"), RecordId("G2")), OCTOBER[0])]
    left_out = {OTHER_TEAMS: LeftOut(57, [2]), "no day": LeftOut(1, [9])}
    found = plan(left_out=left_out, others=others, renamed=renamed, questions=questions, without_goal=4)
    assert texts(import_plan_lines(found, maker.board, {}))[2:] == [
        "   without a check-in: 4 facts, on whose day no such goal was open",
        "   left out: 57 rows, people of other teams",
        "             lines 2 …",
        "             11 names: Zoe 10 (10), Zoe 9 (9), Zoe 8 (8), Zoe 7 (7), Zoe 6 (6), Zoe 5 (5), Zoe 4 (4), "
        "Zoe 3 (3), …",
        "             'Ana Riuz' is perhaps Ana Ruiz: 2 rows",
        "   left out: 1 row, no day",
        "             line 9",
        "   'Ana Lopez' is Ana Ruiz (ana) now: 3 rows",
        "   ARR: two goals of Ben Okafor fit on 2026-10-01: G1 ARR ana, G2 ARR ben",
    ]


def test_what_commits_changed(known: Maker) -> None:
    known.do(import_of(ana=1000, ben=2))
    told = [describe_change(known.board, entry) for _, entry in known.history[-5:]]
    assert told == [
        "put down Calls [b] of Ana Ruiz: 1 call (Recorder)",
        "put down Calls [b] of Ana Ruiz: 3 calls (Recorder)",
        "put down Calls [b] of Ana Ruiz: 2.5 calls (Recorder)",
        "brought in facts of deals: 3 new",
        "brought in facts of deals: 1 corrected, 1 gone",
    ]
    known.do(import_of(ana=1001, ben=2))
    known.do(import_of(ana=1000, ben=3))
    known.do(import_of(ana=1000))
    told = [describe_change(known.board, entry) for _, entry in known.history[-3:]]
    assert told == ["corrected Won of Ana Ruiz: €1,000 (CRM)", "brought in facts of deals: 2 corrected", "removed E5"]


def test_json_has_ids_and_exact_values(known: Maker) -> None:
    assert facts_json(known.board.facts_of("ana"))[-1] == {
        "id": "E4",
        "member": "ana",
        "name": "Won",
        "value": 1200.456,
        "on": "2026-10-31",
        "source": "CRM",
        "unit": "€",
        "starts": "2026-10-01",
        "rows": 2,
        "batch": "deals",
    }


@pytest.mark.parametrize("text", [ALL_NASTY[:150], "名" * 50])
def test_texts_are_text(maker: Maker, text: str) -> None:
    maker.do(AddFact(member="ana", name=text, value=1, source=text, unit=text[:20], on=TODAY))
    ana = maker.board.member("ana")
    assert ana is not None
    assert_tidy(member_fact_lines(maker.board, ana, 80))
    names = {text: NamedRows(1, "ana", [text])}
    left_out = {text: LeftOut(1, [1]), OTHER_TEAMS: LeftOut(1, [1])}
    found = plan(left_out=left_out, unknown=names, errors=[text], others=names, renamed=names)
    assert_tidy(import_plan_lines(found, maker.board, {}))
