"""The conditions of hints about a member's goals: open ones that have begun, and are not achieved.

What was before a goal was theirs, or before their first day, counts against nobody, and days away don't count.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import takewhile

from teamboard.domain.amounts import as_estimated, format_amount, percent
from teamboard.domain.board import Board
from teamboard.domain.board_on_day import BoardOnDay
from teamboard.domain.facts import team_median
from teamboard.domain.forecast.figures import Forecasts
from teamboard.domain.goals.calls import TOLERANCE
from teamboard.domain.goals.check_in_days import check_ins_from, days_without, owes_check_ins
from teamboard.domain.goals.closing import renewed_from, reports_on
from teamboard.domain.goals.progress import counted_goals, is_mean_of_values, is_ratio
from teamboard.domain.goals.revisions import agreed_on, effective, is_notice
from teamboard.domain.goals.status import shares_of_pace
from teamboard.domain.hints.cases import Case
from teamboard.domain.ids import number_of
from teamboard.domain.records import Activity, CheckIn, Goal, Member, Metric, TeamGoal
from teamboard.domain.sanitize import one_line
from teamboard.domain.short_texts import short_day

BLOCKED_DAYS = 7
"""A blocker may be open for so many days without a hint."""
STEPLESS_DAYS = 21
"""After so many days without a next step there is a hint."""
CONFIDENCE_FALL = 3
CALL_AHEAD = 1.2
"""The ratio of a call to where the goal ends at this pace, from which the two are far apart."""
MANY_REVISIONS = 3
WIN_RATES = ("win rate", "close rate", "hit rate", "conversion rate", "conversion")
"""Names of facts of which more is better, in lower case."""


def blocked(forecasts: Forecasts, member: Member) -> Iterator[Case]:
    """The goals on which help has been wanted for more than BLOCKED_DAYS days."""
    board, today = forecasts.shown.board, forecasts.shown.day
    for goal in _goals(forecasts.shown, member):
        before = renewed_from(board, goal)
        reports = [*(reports_on(board, before) if before else ()), *_reports(board, goal)]
        open_since = list(takewhile(lambda c: c.blocker, reversed(reports)))
        if open_since:
            days = days_without(board, goal, board.checkin_day(open_since[-1]), today)
            if days > BLOCKED_DAYS:
                yield Case(days, {"goal": _label(goal), "days": str(days)}, goal.id)


def driven_behind(forecasts: Forecasts, member: Member) -> Iterator[Case]:
    """The goals that lag while all that drives them is on plan; ratios are left to `ratio_behind`."""
    shown = forecasts.shown
    goals = _goals(shown, member, achieved=True)
    for goal in goals:
        drivers = [g for g in goals if g.drives == goal.id]
        if drivers and not _is_ratio(goal) and _lags(shown, goal) and all(_on_plan(shown, g) for g in drivers):
            now = shown.standing(goal)
            facts = {
                "drivers": " and ".join(_label(g) for g in drivers),
                "goal": _label(goal),
                "progress": percent(now.progress),
                "pace": percent(now.pace),
            }
            yield Case(now.pace - now.progress, facts, goal.id)


def ratio_behind(forecasts: Forecasts, member: Member) -> Iterator[Case]:
    """Ratios, such as a win rate, that lag or are below the team's, while all activities of the member are on plan.

    They are goals, and facts by a name of WIN_RATES.
    """
    shown = forecasts.shown
    goals = _goals(shown, member, achieved=True)
    activities = [g for g in goals if isinstance(g.measure, Activity) or g.drives]
    if not activities or not all(_on_plan(shown, g) for g in activities):
        return
    for goal in goals:
        measure = goal.measure
        if goal.kind != "result" or not isinstance(measure, Metric) or not _is_ratio(goal) or goal in activities:
            continue
        value, aim, whose = forecasts.value(goal), measure.target, ""
        if not _lags(shown, goal):
            teams = _values_of_team(forecasts, goal)
            on_track, _ = shares_of_pace(shown.board)
            lagging = [team for team in teams if _ratio(measure, value, team) < on_track - TOLERANCE]
            if not lagging or shown.standing(goal).status == "new":
                continue
            aim, whose = lagging[0], " in the team"
        written = [format_amount(v, measure.unit, shown.board.number_format, short=True) for v in (value, aim)]
        facts = {"goal": _label(goal), "value": written[0], "aim": written[1] + whose}
        yield Case(1 - _ratio(measure, value, aim), facts, goal.id)
    yield from _win_rates_below_the_teams(shown, member)


def _win_rates_below_the_teams(shown: BoardOnDay, member: Member) -> Iterator[Case]:
    """The newest win rate of this period among a member's facts, if it is short of the team's median."""
    board, team = shown.board, shown.board.team
    rates = [f for f in board.facts_of(member.handle) if is_ratio(f.unit) and f.name.casefold() in WIN_RATES]
    newest = max(rates, key=lambda f: (f.on, number_of(f.id)), default=None)
    if newest is None or team is None or not team.period.starts <= newest.on <= shown.day:
        return
    middle = team_median(board.facts, newest)
    if middle is not None and middle > 0 and newest.value / middle < team.on_track - TOLERANCE:
        value, aim = (format_amount(v, newest.unit, board.number_format, short=True) for v in (newest.value, middle))
        yield Case(
            1 - newest.value / middle, {"goal": one_line(newest.name), "value": value, "aim": f"{aim} in the team"}
        )


def called_too_high(forecasts: Forecasts, member: Member) -> Iterator[Case]:
    """The goals whose call is CALL_AHEAD times what they end with at this pace, or more; of one that falls, less."""
    shown = forecasts.shown
    for goal in _goals(shown, member):
        measure = goal.measure
        call, ending = forecasts.calls(goal).call, forecasts.ending(goal)
        # A call of the owner's own holds until there is another, also if it is dated before the goal was set.
        since = _handed_over_on(shown.board, goal)
        mine = (c for c in shown.board.checkins_of(goal.id) if shown.board.checkin_day(c) >= since)
        called = any(c.call is not None for c in mine)
        if call is None or ending is None or not called or not isinstance(measure, Metric | Activity):
            continue
        falls = isinstance(measure, Metric) and measure.target < measure.start
        better, worse = (ending.value, call) if falls else (call, ending.value)
        if better > 0 and better >= CALL_AHEAD * worse - TOLERANCE:
            written = [
                format_amount(as_estimated(v), measure.unit, shown.board.number_format, short=True)
                for v in (call, ending.value)
            ]
            facts = {"goal": _label(goal), "call": written[0], "ending": written[1]}
            yield Case(better / max(worse, TOLERANCE), facts, goal.id)


def less_confident(forecasts: Forecasts, member: Member) -> Iterator[Case]:
    """The goals whose confidence fell by CONFIDENCE_FALL or more while the value stood.

    An activity is left out: its value is that of a week.
    """
    board = forecasts.shown.board
    for goal in _goals(forecasts.shown, member):
        checkins = _checkins(board, goal)
        if not checkins or isinstance(goal.measure, Activity):
            continue
        told = [c.confidence for c in _with_last_value(checkins) if c.confidence is not None]
        if told and max(told) - told[0] >= CONFIDENCE_FALL:
            facts = {"goal": _label(goal), "was": str(max(told)), "now": str(told[0])}
            yield Case(max(told) - told[0], facts, goal.id)


def without_next_step(forecasts: Forecasts, member: Member) -> Iterator[Case]:
    """The goals that are not on track, and on which nobody has put down a next step for STEPLESS_DAYS days."""
    board, today = forecasts.shown.board, forecasts.shown.day
    for goal in _goals(forecasts.shown, member):
        status = forecasts.shown.standing(goal).status
        if owes_check_ins(goal) and status in ("at risk", "behind", "stale"):
            steps = [board.checkin_day(c) for c in board.checkins_of(goal.id) if c.next_step]
            days = days_without(board, goal, max((_theirs_from(board, goal), *steps)), today)
            if days >= STEPLESS_DAYS:
                where = "no update" if status == "stale" else status
                yield Case(days, {"goal": _label(goal), "weeks": str(days // 7), "status": where}, goal.id)


def often_revised(forecasts: Forecasts, member: Member) -> Iterator[Case]:
    """The goals that were revised MANY_REVISIONS times in this period, or more; a correction does not count."""
    board, today = forecasts.shown.board, forecasts.shown.day
    since = board.team.period.starts if board.team else today
    for goal in _goals(forecasts.shown, member):
        changed = [v for v in agreed_on(board, goal.id) if not is_notice(v) and v.reason != "correction"]
        count = sum(since <= effective(board, v) <= today for v in changed)
        if count >= MANY_REVISIONS:
            yield Case(count, {"goal": _label(goal), "count": str(count), "since": short_day(since)}, goal.id)


# -- parts


def _goals(shown: BoardOnDay, member: Member, *, achieved: bool = False) -> list[Goal]:
    """The open goals of a member that have begun; with `achieved` also those that have reached their target."""
    begun = [g for g in shown.board.open_goals_of(member.handle) if g.starts <= shown.day]
    return [g for g in begun if achieved or shown.standing(g).status != "achieved"]


def _theirs_from(board: Board, goal: Goal) -> date:
    """The day from which a goal is its owner's: from which check-ins are due, or on which it was handed over."""
    return max(check_ins_from(board, goal), _handed_over_on(board, goal))


def _handed_over_on(board: Board, goal: Goal) -> date:
    """The day on which a goal came to its owner by a hand-over; the first of all days if it was always theirs."""
    handed_over = (effective(board, v) for v in agreed_on(board, goal.id) if "owner" in v.before)
    return max(handed_over, default=date.min)


def _checkins(board: Board, goal: Goal) -> list[CheckIn]:
    """The check-ins on a goal since it is its owner's, by day."""
    since = _theirs_from(board, goal)
    return [c for c in board.checkins_of(goal.id) if board.checkin_day(c) >= since]


def _reports(board: Board, goal: Goal) -> list[CheckIn]:
    """The check-ins of people on a goal since it is its owner's, by day."""
    return [c for c in _checkins(board, goal) if not c.is_imported]


def _with_last_value(checkins: list[CheckIn]) -> Iterator[CheckIn]:
    """Yield the last check-ins, the newest first, as long as they have the same value."""
    return takewhile(lambda c: c.value == checkins[-1].value, reversed(checkins))


def _label(goal: Goal) -> str:
    return f"{goal.id} {one_line(goal.title)}"


def _lags(shown: BoardOnDay, goal: Goal) -> bool:
    return shown.standing(goal).status in ("at risk", "behind")


def _on_plan(shown: BoardOnDay, goal: Goal) -> bool:
    return shown.standing(goal).status in ("on track", "achieved")


def _is_ratio(goal: Goal) -> bool:
    return isinstance(goal.measure, Metric) and is_ratio(goal.measure.unit)


def _ratio(measure: Metric, value: float, aim: float) -> float:
    """How near a value is to an aim, 1 at the aim and below 1 short of it; of what is to fall the other way round."""
    part, whole = (aim, value) if measure.target < measure.start else (value, aim)
    return part / whole if whole > 0 else 1.0


def _values_of_team(forecasts: Forecasts, goal: Goal) -> Iterator[float]:
    """Yield the values of the team goals that a ratio serves which are means of such values."""
    board = forecasts.shown.board
    for team_goal in map(board.goal, goal.aligned):
        if isinstance(team_goal, TeamGoal) and is_mean_of_values(team_goal, counted_goals(board, team_goal)):
            yield forecasts.value(team_goal)
