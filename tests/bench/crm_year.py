"""A CRM export week by week over 2017, through the command line: `python -m tests.bench.crm_year FOLDER`.

FOLDER is as for `crm`. A team is made of it with `init`; at the end of each week the export as it was then, with later
deals still open, comes in with `facts import`; after each quarter `period next` renews all results. After each import
the value of each agent's goal, and of the team goal of each manager that sums them up, is compared with a plain sum
over the rows of the file. Prints one line a quarter.
"""

from __future__ import annotations

import csv
import io
import json
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import redirect_stderr, redirect_stdout
from datetime import date, timedelta
from pathlib import Path
from time import monotonic

from msgspec import Struct

from teamboard.cli.main import main as command_line
from teamboard.domain.periods.days import add_months
from tests.bench.crm import handle, read

LAST_MONTHS = 12
FIRST = date(2017, 1, 1)
MANAGERS_GOAL = "Won by the team of"
CENT = 0.005
_DAY = timedelta(days=1)
MAP = """
name: deals
source: CRM
member: sales_agent
date: close_date
facts:
  - {name: Closed-won, aggregate: sum, value: close_value, where: {deal_stage: Won}, period: week, unit: $,
     running: 2017-01-01, goal: Closed-won}
  - {name: Deals won, aggregate: count, where: {deal_stage: Won}, period: month}
  - {name: Win rate, aggregate: ratio, where: {deal_stage: Won}, of: {deal_stage: [Won, Lost]}, period: quarter,
     unit: "%"}
"""
Row = dict[str, str]


class Compared(Struct):
    """What came of a quarter: weeks imported, values compared and how many differ, both totals, and the time taken."""

    name: str
    weeks: int = 0
    compared: int = 0
    differ: int = 0
    on_board: float = 0.0
    in_file: float = 0.0
    seconds: float = 0.0


class Year:
    """A team of an export, with its board in a folder; `say` gets what goes wrong."""

    def __init__(self, export: Path, folder: Path, say: Callable[[str], None]) -> None:
        self._teams, self._deals = read(export / "sales_teams.csv"), read(export / "sales_pipeline.csv")
        self._folder = folder
        self._say = say
        self._board = str(folder / "crm.board.json")

    def play(self) -> Iterator[Compared]:
        """Yield what came of each quarter, the first one first."""
        (self._folder / "map.yaml").write_text(MAP, encoding="utf-8")
        (self._folder / "team.yaml").write_text(json.dumps(self._team()), encoding="utf-8")
        self._run("init", "--from", str(self._folder / "team.yaml"))
        starts = FIRST
        for number in range(1, LAST_MONTHS // 3 + 1):
            after = add_months(starts, 3)
            quarter = Compared(f"Q{number} {starts.year}")
            if number > 1:
                begun = monotonic()
                self._run("period", "next", "--renew", "all=+10%", "--yes", "--as", "lead")
                quarter.seconds += monotonic() - begun
            for day in _week_ends(starts, after - _DAY):
                self._week(quarter, starts, day)
            yield quarter
            starts = after

    def _team(self) -> dict[str, object]:
        """The team, in the form of docs/team-yaml.md: JSON is YAML too."""
        managers = sorted({row["manager"] for row in self._teams})
        members = [{"handle": "lead", "name": "Sales lead"}]
        members += [{"handle": handle(m), "name": m, "manager": "lead"} for m in managers]
        members += [
            {
                "handle": handle(row["sales_agent"]),
                "name": row["sales_agent"],
                "manager": handle(row["manager"]),
                "region": row["regional_office"],
            }
            for row in self._teams
        ]
        metric = {"unit": "$", "target": 100_000}
        period = {"name": "Q1 2017", "starts": str(FIRST), "ends": str(add_months(FIRST, 3) - _DAY)}
        return {
            "team": {"name": "CRM", "timezone": "UTC", "archive_after": "never", "period": period},
            "members": members,
            "team_goals": [
                {"key": handle(m), "title": f"{MANAGERS_GOAL} {m}", "rolls_up": "sum", "metric": metric}
                for m in managers
            ],
            "goals": [
                {
                    "key": f"goal of {handle(row['sales_agent'])}",
                    "owner": handle(row["sales_agent"]),
                    "title": "Closed-won",
                    "metric": metric,
                    "aligned": {handle(row["manager"]): 1.0},
                }
                for row in self._teams
            ],
        }

    def _week(self, quarter: Compared, starts: date, day: date) -> None:
        """Import the export as it was on a day, and compare the board with it."""
        rows = [_as_of(row, day) for row in self._deals]
        export = self._folder / "deals.csv"
        with export.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
        begun = monotonic()
        self._run("facts", "import", str(export), "--map", str(self._folder / "map.yaml"), "--as", "lead")
        quarter.seconds += monotonic() - begun
        shown = json.loads(self._run("show", "--json"))
        won = {row["sales_agent"]: _won(rows, row["sales_agent"], starts, day) for row in self._teams}
        quarter.weeks += 1
        quarter.on_board, quarter.in_file = 0.0, sum(won.values())
        for member in shown["members"]:
            for goal in member["goals"]:
                quarter.on_board += goal["value"]
                self._compare(quarter, f"{day} {member['name']}", goal["value"], won[member["name"]])
        for goal in shown["team_goals"]:
            manager = goal["title"].removeprefix(f"{MANAGERS_GOAL} ")
            whole = sum(won[row["sales_agent"]] for row in self._teams if row["manager"] == manager)
            self._compare(quarter, f"{day} {goal['title']}", goal["value"], whole)

    def _compare(self, quarter: Compared, what: str, on_board: float, in_file: float) -> None:
        quarter.compared += 1
        if abs(on_board - in_file) > CENT:
            quarter.differ += 1
            self._say(f"{what}: {on_board:,.2f} on the board, {in_file:,.2f} in the file")

    def _run(self, *arguments: str) -> str:
        """What a command prints. Raises RuntimeError if it fails."""
        out, err = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True), io.StringIO()
        with redirect_stdout(out), redirect_stderr(err):
            code = command_line(["--board", self._board, *arguments])
        if code:
            raise RuntimeError(f"{' '.join(arguments[:2])}: {err.getvalue()}")
        assert isinstance(out.buffer, io.BytesIO)
        return out.buffer.getvalue().decode()


def _week_ends(first: date, last: date) -> Iterator[date]:
    """The Sundays between two days, and the last day."""
    day = first
    while day < last:
        day = min(day + timedelta(days=6 - day.weekday()), last)
        yield day
        day += _DAY


def _as_of(row: Row, day: date) -> Row:
    """A row of the export as it was at the end of a day: a deal that was closed later is open."""
    if row["close_date"] and date.fromisoformat(row["close_date"]) > day:
        return row | {"deal_stage": "Engaging", "close_date": "", "close_value": ""}
    return row


def _won(rows: Iterable[Row], agent: str, first: date, last: date) -> float:
    """What an agent won between two days, both counted: plain text and sums."""
    return sum(
        float(row["close_value"])
        for row in rows
        if row["sales_agent"] == agent and row["deal_stage"] == "Won" and f"{first}" <= row["close_date"] <= f"{last}"
    )


def table(quarters: Sequence[Compared]) -> Iterator[str]:
    """The lines of a table with a line a quarter, and one for the year."""
    yield f"{'quarter':<9}{'weeks':>6}{'values':>8}{'differ':>8}{'on the board':>16}{'in the file':>16}{'seconds':>9}"
    for q in quarters:
        totals = f"{q.on_board:>16,.2f}{q.in_file:>16,.2f}"
        yield f"{q.name:<9}{q.weeks:>6}{q.compared:>8,}{q.differ:>8}{totals}{q.seconds:>9.1f}"
    weeks, compared, differ = (sum(getattr(q, name) for q in quarters) for name in ("weeks", "compared", "differ"))
    totals = f"{sum(q.on_board for q in quarters):>16,.2f}{sum(q.in_file for q in quarters):>16,.2f}"
    yield f"{'year':<9}{weeks:>6}{compared:>8,}{differ:>8}{totals}{sum(q.seconds for q in quarters):>9.1f}"


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="teamboard-") as folder:
        quarters = list(Year(Path(sys.argv[1]), Path(folder), lambda text: print(text, file=sys.stderr)).play())
    print("\n".join(table(quarters)))
    sys.exit(1 if any(q.differ for q in quarters) else 0)


if __name__ == "__main__":
    main()
