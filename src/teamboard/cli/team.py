"""`teamboard team`: the team's settings."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import click

from teamboard.actions.team import ChangeTeam
from teamboard.cli.commands import load
from teamboard.cli.shared.options import board_options
from teamboard.cli.shared.output import print_json
from teamboard.cli.shared.session import Session, pass_session
from teamboard.cli.shared.values import in_one_way, parse_day
from teamboard.domain.amounts import NUMBER_FORMATS, format_amount, number_format
from teamboard.domain.board import Board
from teamboard.domain.errors import NoTeam, Refused
from teamboard.domain.input_parsing import NEVER, parse_share_of_pace
from teamboard.domain.periods import next_period
from teamboard.domain.records import HINT_NAMES, WEEKDAYS, HintName, NumberStyle, Team, Weekday
from teamboard.domain.sanitize import one_line
from teamboard.render.activity_log import describe_commit
from teamboard.render.board_json import team_json
from teamboard.render.format import describe_age

STYLES = tuple(NUMBER_FORMATS)
DAYS = click.IntRange(1, 3660)
HINT = click.Choice(HINT_NAMES)


@click.command()
@board_options
@click.option("--name", help="The team's name.")
@click.option("--timezone", help="Its time zone, such as Europe/Madrid.")
@click.option("--check-in", type=DAYS, metavar="DAYS", help="How often a check-in is owed.")
@click.option("--feedback", type=DAYS, metavar="DAYS", help="How often feedback is.")
@click.option("--one-on-one", type=DAYS, metavar="DAYS", help="How often a one-on-one is.")
@click.option("--review", type=DAYS, metavar="DAYS", help="How often a review is.")
@click.option("--on-track", metavar="PERCENT", help="Progress by pace from which a goal is on track: 90 %.")
@click.option("--at-risk", metavar="PERCENT", help="And from which it is at risk: 70 %.")
@click.option("--working-days", metavar="mon-fri", help="On which days things fall due: mon-fri, or mon,tue,thu.")
@click.option("--day-off", "off", multiple=True, metavar="DAY", help="A day on which nothing does; may be repeated.")
@click.option("--no-day-off", "not_off", multiple=True, metavar="DAY", help="Remove a day off; may be repeated.")
@click.option("--archive-after", metavar="AGE", help="What is archived when a period begins: 1y (older), 18m, never.")
@click.option("--away-counts/--away-pauses", default=None, help="Whether the pace goes on while somebody is away.")
@click.option("--numbers", type=click.Choice(STYLES), help="How numbers are read and written: de for 1.200,50 €.")
@click.option("--no-hint", "without_hints", multiple=True, type=HINT, help="Switch a hint off; may be repeated.")
@click.option("--hint", "with_hints", multiple=True, type=HINT, help="Switch one on again; may be repeated.")
@click.option("--hints", "list_hints", is_flag=True, help="List the hints: which are on, what they say, and why.")
@click.option(
    "--period", "periods", metavar="LENGTH", help="Coming ones: months, quarters, trimesters, 'quarters from feb'."
)
@click.option("--period-name", "period", help="Another name for the period that runs.")
@click.option("--period-starts", metavar="DAY", help="Its corrected first day; goals that begin with it follow.")
@click.option("--period-ends", metavar="DAY", help="Its corrected last day; goals that end with it follow.")
@click.option("--json", "as_json", is_flag=True, help="As JSON; docs/json.md describes it.")
@pass_session
def team(
    session: Session,
    name: str | None,
    timezone: str | None,
    check_in: int | None,
    feedback: int | None,
    one_on_one: int | None,
    review: int | None,
    on_track: str | None,
    at_risk: str | None,
    working_days: str | None,
    off: tuple[str, ...],
    not_off: tuple[str, ...],
    archive_after: str | None,
    away_counts: bool | None,
    numbers: NumberStyle | None,
    periods: str | None,
    period: str | None,
    period_starts: str | None,
    period_ends: str | None,
    without_hints: tuple[HintName, ...],
    with_hints: tuple[HintName, ...],
    list_hints: bool,
    as_json: bool,
) -> None:
    """Print the team's settings, or change them.

    \b
    teamboard team --feedback 14 --working-days sun-thu
    teamboard team --day-off 2026-12-25 --day-off 2027-01-01
    teamboard team --archive-after 18m
    teamboard team --numbers de
    teamboard team --period "quarters from feb" --period-ends 2027-01-31
    teamboard team --no-hint coaching
    """
    store, shown, actor = session.open()
    board = shown.board
    if board.team is None:
        raise NoTeam
    cadence = {"check_in": check_in, "feedback": feedback, "one_on_one": one_on_one, "review": review}
    today = shown.day
    change = ChangeTeam(
        name=name,
        timezone=timezone,
        cadence={kind: days for kind, days in cadence.items() if days is not None},
        on_track=_ratio(on_track, session, board),
        at_risk=_ratio(at_risk, session, board),
        working_days=_weekdays(working_days) if working_days else (),
        off=_days(off, today),
        not_off=_days(not_off, today),
        archive_after=archive_after,
        away_counts=away_counts,
        numbers=numbers,
        periods=periods,
        period=period,
        period_starts=parse_day(period_starts, today),
        period_ends=parse_day(period_ends, today),
        without_hints=without_hints,
        with_hints=with_hints,
    )
    found = board.team
    if change != ChangeTeam():
        commit = store.commit(change, actor)
        found = commit.board.team or found
        if found.period != board.team.period and not as_json:
            click.echo(describe_commit(commit.board, commit.entry))
    if as_json:
        print_json(team_json(found))
        return
    if list_hints:
        load("teamboard.cli.board:print_hints")(found)
        return
    for label, text in _settings(found):
        click.echo(f"{label:<14} {text}")


def _settings(team: Team) -> list[tuple[str, str]]:
    cadence = team.cadence
    return [
        ("team", one_line(team.name)),
        ("time zone", team.timezone),
        ("period", f"{one_line(team.period.name)}, {team.period.starts} to {team.period.ends}"),
        ("check-in", f"{_every(cadence.check_in)}, for each goal"),
        ("feedback", f"{_every(cadence.feedback)}, to each member"),
        ("one-on-one", f"{_every(cadence.one_on_one)}"),
        ("review", f"{_every(cadence.review)}"),
        ("on track from", _of_the_pace(team.on_track, team)),
        ("at risk from", _of_the_pace(team.at_risk, team)),
        ("working days", " ".join(team.working_days)),
        ("days off", ", ".join(map(str, team.days_off)) or "none"),
        ("archive after", _archive_after(team)),
        ("days away", "count for the pace" if team.away_counts else "pause the pace"),
        ("numbers", _numbers(team.numbers)),
        ("next period", _next_period(team)),
        ("hints", _describe_hints(team.hints_off)),
    ]


def _describe_hints(off: Sequence[HintName]) -> str:
    """Which hints the team has, by those that are switched off."""
    if not off:
        return "all; --hints lists them"
    return f"all but {', '.join(off)}" if len(off) < len(HINT_NAMES) else "none; --hints lists them"


def _ratio(text: str | None, session: Session, board: Board) -> float | None:
    """A typed ratio, `70 %` or `0.7`; None if it was not given. Raises Refused if it is not a number."""
    if text is None:
        return None
    return in_one_way(lambda typed: parse_share_of_pace(typed, board.number_format), text, session)


def _of_the_pace(ratio: float, team: Team) -> str:
    return f"{format_amount(ratio * 100, '%', number_format(team.numbers))} of the pace"


def _next_period(team: Team) -> str:
    """The period that follows, and the calendar that it follows from."""
    period = next_period(team.period, calendar=team.periods)
    why = team.periods or "as long as this one; --period quarters or 'quarters from feb' sets it"
    days = f"{period.starts} to {period.ends}"
    return f"{f'{one_line(period.name)}, ' if period.name != days else ''}{days} ({why})"


def _every(days: int) -> str:
    return "every day" if days == 1 else f"every {days} days"


def _archive_after(team: Team) -> str:
    age = describe_age(team.archive_after)
    return f"{age}, when a period begins" if age != NEVER else "never"


def _numbers(style: NumberStyle) -> str:
    """The setting with an example; without one, what follows from that."""
    if not style:
        return "not set: 1,200 and 1.200 are asked about; --numbers en or de says what they are"
    return f"{style}: {format_amount(1200.5, '€', number_format(style))}"


def _weekdays(text: str) -> tuple[Weekday, ...]:
    """Working days as typed: `mon-fri`, `sun-thu`, `mon,tue,thu`. Raises Refused if not valid."""
    found: list[Weekday] = []
    for part in text.casefold().replace(" ", "").split(","):
        first, _, last = part.partition("-")
        at, end = _weekday(first, text), _weekday(last or first, text)
        found += [WEEKDAYS[(at + i) % 7] for i in range((end - at) % 7 + 1)]
    return tuple(found)


def _weekday(word: str, text: str) -> int:
    """The number of a weekday, of which the first three letters count."""
    found = next((i for i, day in enumerate(WEEKDAYS) if day == word[:3]), None)
    if found is None:
        raise Refused(f"{text!r} are not working days; write mon-fri, sun-thu or mon,tue,thu.")
    return found


def _days(texts: tuple[str, ...], today: date) -> tuple[date, ...]:
    return tuple(day for text in texts if (day := parse_day(text, today)))
