"""A year of a made-up CRM export, week by week: no value on the board differs from a plain sum over the file."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from tests.bench.crm_year import Year, table

AGENTS = {"Ana Ruiz": "Mara Lind", "Ben Okafor": "Mara Lind", "Chi Sato": "Noor Haddad"}


@pytest.mark.slow
def test_a_year_of_imports_is_what_the_file_says(tmp_path: Path) -> None:
    teams = ["sales_agent,manager,regional_office", *(f"{agent},{lead},East" for agent, lead in AGENTS.items())]
    (tmp_path / "sales_teams.csv").write_text("\n".join(teams) + "\n", encoding="utf-8")
    days = [date(2017, 1, 1) + timedelta(days=13 * n) for n in range(28)]
    rows = [
        f"{agent},{('Won', 'Lost')[(n + i) % 3 == 2]},{day},{100 * n + i}"
        for n, day in enumerate(days)
        for i, agent in enumerate(AGENTS)
    ]
    header = "sales_agent,deal_stage,close_date,close_value"
    (tmp_path / "sales_pipeline.csv").write_text("\n".join([header, *rows, "Ana Ruiz,Engaging,,"]), encoding="utf-8")
    wrong: list[str] = []
    (tmp_path / "board").mkdir()
    quarters = list(Year(tmp_path, tmp_path / "board", wrong.append).play())
    assert wrong == []
    assert [(q.differ, q.compared) for q in quarters] == [(0, q.weeks * 5) for q in quarters]
    won = sum(float(row.split(",")[3]) for row in rows if ",Won," in row)
    assert sum(q.on_board for q in quarters) == won
    assert list(table(quarters))[-1].split()[0] == "year"
