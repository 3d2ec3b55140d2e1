"""A board from a CRM export: `python -m tests.bench.crm FOLDER BOARD`. Without BOARD: forecasts, see `crm_forecasts`.

FOLDER holds `sales_teams.csv` (sales_agent, manager, regional_office) and `sales_pipeline.csv`
(sales_agent, deal_stage, close_date, close_value). Each agent gets an ARR goal for the last quarter of
the export, with a check-in a week of what was won until then; each manager's region is a team goal.
"""

from __future__ import annotations

import csv
import sys
from collections import defaultdict
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from teamboard.actions.base import Actor
from teamboard.actions.check_ins import CheckInGoal
from teamboard.actions.goals import AddGoal, AddTeamGoal
from teamboard.actions.team import AddMember, SetUpTeam
from teamboard.domain.ids import RecordId
from teamboard.domain.records import Metric, Period
from tests.bench.boards import Maker, write_board
from tests.bench.crm_forecasts import deals_won, table

LAST_MONTHS = 3
TARGET_GROWTH = 1.1


def handle(name: str) -> str:
    return name.lower().replace(" ", ".")


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def quarter(rows: list[dict[str, str]]) -> tuple[date, date]:
    """The first and the last day of the three months that end with the last deal closed."""
    last = max(date.fromisoformat(row["close_date"]) for row in rows if row["close_date"])
    first = date(last.year, last.month - LAST_MONTHS + 1, 1)
    return first, (last.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


def make(folder: Path) -> Maker:
    """The board on a day two thirds into the quarter, as if that were today."""
    teams, deals = read(folder / "sales_teams.csv"), read(folder / "sales_pipeline.csv")
    first, last = quarter(deals)
    now = datetime.now(UTC)
    today = now.date()
    shift = today - (first + (last - first) * 2 // 3)
    maker = Maker(now)
    period = Period(name="Last quarter of the export", starts=first + shift, ends=last + shift)
    maker.do(SetUpTeam(name="CRM export", timezone="UTC", period=period))
    maker.do(AddMember(handle="lead", name="Sales lead"))
    won: dict[str, list[tuple[date, float]]] = defaultdict(list)
    for row in deals:
        if row["deal_stage"] == "Won":
            won[row["sales_agent"]].append((date.fromisoformat(row["close_date"]), float(row["close_value"])))

    def between(agent: str, since: date, until: date) -> float:
        return sum(value for day, value in won[agent] if since <= day <= until)

    before = first - timedelta(days=92)
    targets = {
        row["sales_agent"]: round(between(row["sales_agent"], before, first) * TARGET_GROWTH, -3) or 50_000.0
        for row in teams
    }
    regions: dict[str, RecordId] = {}
    for manager in sorted({row["manager"] for row in teams}):
        office = next(row["regional_office"] for row in teams if row["manager"] == manager)
        maker.do(AddMember(handle=handle(manager), name=manager, title=f"Manager {office}", manager="lead"))
        whole = sum(targets[row["sales_agent"]] for row in teams if row["manager"] == manager)
        measure = Metric(unit="$", start=0, target=whole)
        maker.do(AddTeamGoal(title=f"Won by {manager}'s team", measure=measure, rolls_up="sum"))
        regions[manager] = RecordId(f"T{len(regions) + 1}")
    for row in teams:
        agent, manager = row["sales_agent"], row["manager"]
        by = Actor(handle(agent))
        maker.do(AddMember(handle=handle(agent), name=agent, title=row["regional_office"], manager=handle(manager)))
        measure = Metric(unit="$", start=0, target=targets[agent])
        maker.do(AddGoal(owner=handle(agent), title="Closed-won", measure=measure, aligned={regions[manager]: 1.0}))
        goal = RecordId(f"G{maker.board.ids['goals']}")
        if won[agent]:
            for day in (first + timedelta(days=n) for n in range(6, (last - first).days, 7)):
                if day + shift <= today:
                    at = datetime.combine(day + shift, time(8), UTC)
                    maker.do(CheckInGoal(goal=goal, value=between(agent, first, day)), by, at)
    return maker


def main() -> None:
    source = Path(sys.argv[1])
    if len(sys.argv) == 2:
        print("\n".join(table(deals_won(read(source / "sales_pipeline.csv")))))
        return
    target = Path(sys.argv[2])
    write_board(target, make(source).file())
    print(f"{target} is ready: teamboard --board {target} --as lead")


if __name__ == "__main__":
    main()
