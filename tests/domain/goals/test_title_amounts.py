"""Amounts in titles: found in the styles in which people write them, and not where a number says which one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from teamboard.domain.goals.title_amounts import amounts_in_title, title_without_amounts
from teamboard.domain.records import Activity, DoneOrNot, Measure, Metric, Milestone, Milestones

EURO = Metric("€", 0, 400_000)


@pytest.mark.parametrize(
    ("title", "measure", "amounts", "rest"),
    [
        ("ARR Iberia €400k", EURO, ("€400k",), "ARR Iberia"),
        ("ARR Iberia € 400.000", EURO, ("€ 400.000",), "ARR Iberia"),
        ("ARR Iberia 400,000", EURO, ("400,000",), "ARR Iberia"),
        ("ARR Iberia 400'000 CHF", Metric("CHF", 0, 4e5), ("400'000 CHF",), "ARR Iberia"),
        ("400 000 € d'ARR", EURO, ("400 000 €",), "D'ARR"),
        ("400k new ARR", EURO, ("400k",), "New ARR"),
        ("Reach €0.4M ARR", EURO, ("€0.4M",), "Reach ARR"),
        ("ARR (€1.2M)", EURO, ("€1.2M",), "ARR"),
        ("ARR: €350k", EURO, ("€350k",), "ARR"),
        ("ARR 1,2 M€", Metric("€ ARR", 0, 1.2e6), ("1,2 M€",), "ARR"),
        ("Expansion 0.4M", EURO, ("0.4M",), "Expansion"),
        ("€400k", EURO, ("€400k",), ""),
        ("120 discovery calls", Metric("calls", 0, 120), ("120",), "Discovery calls"),
        ("Win back 3 in Portugal", Metric("accounts", 0, 3), ("3",), "Win back in Portugal"),
        ("Win back 8 accounts", Metric("accounts", 0, 12), ("8",), "Win back accounts"),
        ("1 customer in Oslo", Metric("customers", 0, 3), ("1",), "Customer in Oslo"),
        ("Churn from 7 % to 4 %", Metric("%", 7, 4), ("7 %", "4 %"), "Churn"),
        ("Win rate 12,5%", Metric("%", 6, 12.5), ("12,5%",), "Win rate"),
        ("Sales cycle 74 to 60 days", Metric("days", 74, 60), ("74", "60"), "Sales cycle days"),
        ("Discovery quality 4.2 of 5", Metric("of 5", 3.4, 4.2), ("4.2",), "Discovery quality"),
        ("10 calls a week", Activity(per_week=10, unit="calls"), ("10",), "Calls a week"),
        ("Forecast within 5 %", Metric("% off", 14, 5), ("5 %",), "Forecast"),
    ],
)
def test_amounts_are_found_and_taken_out(title: str, measure: Measure, amounts: tuple[str, ...], rest: str) -> None:
    assert amounts_in_title(title, measure) == amounts
    assert title_without_amounts(title, measure) == rest


@pytest.mark.parametrize(
    ("title", "measure"),
    [
        ("ARR Q4", Metric("€", 0, 4)),
        ("ARR 2026", Metric("€", 0, 2026)),
        ("FY26 renewals", Metric("renewals", 0, 26)),
        ("Top 10 accounts", Metric("accounts", 0, 10)),
        ("Top 10 accounts", EURO),
        ("Deals by 31 Dec", Metric("deals", 0, 31)),
        ("Part 2 of the course", Metric("parts", 0, 2)),
        ("Phase #2", Metric("sites", 0, 2)),
        ("Answer 24/7", Metric("h", 0, 24)),
        ("1:1 talks", Metric("talks", 0, 1)),
        ("B2B in 2026-12-31", Metric("deals", 0, 12)),
        ("Close the 3 largest", EURO),
        ("ISO 27001", EURO),
        ("A discount of 5 % at most", EURO),
        ("Save €5k of costs", Metric("calls", 0, 120)),
        ("Two deals", Metric("deals", 0, 2)),
        ("Exam, 400k", DoneOrNot()),
        ("5 steps", Milestones((Milestone("a"),))),
        ("", EURO),
    ],
)
def test_a_number_that_is_not_the_target_stays(title: str, measure: Measure) -> None:
    assert amounts_in_title(title, measure) == ()
    assert title_without_amounts(title, measure) == title


@given(st.text(max_size=60), st.sampled_from([EURO, Metric("%", 7, 4), Metric("calls", 0, 12)]))
def test_any_title_can_be_read(title: str, measure: Measure) -> None:
    assert all(amount in title for amount in amounts_in_title(title, measure)) or not title.isprintable()
    title_without_amounts(title, measure)
