"""Formats used everywhere: numbers, amounts, percentages, ages, days, names of members."""

from __future__ import annotations

from datetime import date

from teamboard.domain.amounts import (
    NumberFormat,
    format_amount,
    format_number,
    format_short,
    plural,
    ratio_as_shown,
    split_currency,
)
from teamboard.domain.amounts import percent as percent  # noqa: PLC0414 - with the other formats, for those that draw
from teamboard.domain.board import AnyGoal, Board
from teamboard.domain.board_on_day import BoardOnDay
from teamboard.domain.due import Due, FeedbackStanding
from teamboard.domain.goals.activity import WeekCount
from teamboard.domain.goals.check_in_days import is_done_or_not
from teamboard.domain.goals.progress import checkin_followed, value_of, value_range
from teamboard.domain.goals.standing import Standing
from teamboard.domain.handles import display_name, shares_first_name, shares_name
from teamboard.domain.ids import RecordId
from teamboard.domain.input_parsing import age_in_months
from teamboard.domain.records import Activity, CheckIn, Measure, Member, Metric, Milestones, Review, TeamGoal
from teamboard.domain.records.names import first_word
from teamboard.domain.sanitize import one_line
from teamboard.domain.short_texts import short_day as short_day  # noqa: PLC0414 - as above

MAX_TEXT_LENGTH = 90
PARTIAL_WEEK = "part week"
PREPARATION_SIGNS = {None: "○", "started": "◐", "shared": "●"}


def amount(value: float, measure: Measure, numbers: NumberFormat | None, *, short: bool = False) -> str:
    """A value in its measure's unit, as the team writes `numbers`: `€812,000`, `42 calls`, `3 of 5`, `done`."""
    if isinstance(measure, Metric | Activity):
        return format_amount(value, measure.unit, numbers, short=short)
    if isinstance(measure, Milestones):
        write = format_short if short else format_number
        return f"{write(value, numbers)} of {write(sum(m.weight for m in measure.milestones), numbers)}"
    return "done" if value >= 1 else "not done"


def amount_of(board: Board, goal: AnyGoal | None, value: float) -> str:
    """A value of a goal in its unit; without one, where the goal is not on the board any more."""
    return amount(value, goal.measure, board.number_format) if goal else format_number(value, board.number_format)


def amount_on_axis(value: float, measure: Measure, numbers: NumberFormat | None) -> str:
    """A short value for the axis of a chart, without a unit other than a currency: `€812k`, `120`, `3`."""
    currency = split_currency(one_line(measure.unit))[0] if isinstance(measure, Metric | Activity) else ""
    return format_amount(value, currency, numbers, short=True)


def unit_on_axis(measure: Measure) -> str:
    """The unit of the values that `amount_on_axis` writes without it: `calls`; "" for a currency and for none."""
    return split_currency(one_line(measure.unit))[1] if isinstance(measure, Metric | Activity) else "milestones"


def describe_value(measure: Measure, now: Standing, numbers: NumberFormat | None) -> str:
    """The value of a goal: `€812,000`; of an activity this week's: `8 of 10 calls this week`, `97 calls` after it."""
    return amount(now.value, measure, numbers) if now.week is None else describe_week(measure, now.week, numbers)


def describe_week(measure: Measure, week: WeekCount, numbers: NumberFormat | None) -> str:
    """What was done in this week of an activity: `8 of 10 calls this week`."""
    return f"{format_number(week.count, numbers)} of {amount(week.asked, measure, numbers)} this week"


def describe_measure(measure: Measure, numbers: NumberFormat | None) -> str:
    """A measure in words: `from €0 to €1,200,000`, `10 calls a week`, `5 milestones`, `done or not`."""
    if isinstance(measure, Activity):
        return f"{amount(measure.per_week, measure, numbers)} a week"
    if isinstance(measure, Metric):
        return f"from {amount(measure.start, measure, numbers)} to {amount(measure.target, measure, numbers)}"
    if isinstance(measure, Milestones):
        return plural(len(measure.milestones), "milestone")
    return "done or not"


def describe_terms(goal: AnyGoal, numbers: NumberFormat | None) -> str:
    """What a goal asks, and when: `target €1,200,000, 2026-10-01 to 2026-12-31`; says so if its number has no unit."""
    measure = goal.measure
    asked = describe_measure(measure, numbers)
    if isinstance(measure, Metric) and measure.start == 0:
        asked = f"target {amount(measure.target, measure, numbers)}"
    without_unit = " without a unit" if isinstance(measure, Metric | Activity) and not measure.unit.strip() else ""
    owner = f", owner {goal.owner}" if isinstance(goal, TeamGoal) else ""
    return f"{asked}{without_unit}, {goal.starts} to {goal.due}{owner}"


def describe_reached(board: Board, goal: AnyGoal, progress: float) -> str:
    """What was reached of a goal, in its unit, by its progress: `€376k of €400k`, `3 of 5`; "" for done or not.

    Of what falls, or rises from some level, it is the value and the target: `7.1 %, target 5 %`.
    """
    low, high = value_range(board, goal)
    value = low + progress * (high - low)
    measure, numbers = goal.measure, board.number_format
    if isinstance(measure, Milestones):
        return amount(value, measure, numbers)
    if not isinstance(measure, Metric | Activity):
        return ""
    reached, whole = (amount(v, measure, numbers, short=True) for v in (value, high))
    return f"{amount_on_axis(value, measure, numbers)} of {whole}" if low == 0 < high else f"{reached}, target {whole}"


def status_word(now: Standing, today: date | None = None) -> str:
    """A status for a column of 11 cells: `on track`, `no update`, `new`; `due 31 Dec` for what is done or not.

    On the day `today`, a new goal has the weekday on which its first check-in is due: `new, by Fri`.
    """
    if now.due_on is not None:
        return f"due {short_day(now.due_on)}"
    if now.update_due is not None and today is not None and (now.update_due - today).days < 7:
        return f"new, by {now.update_due:%a}"
    return "no update" if now.status == "stale" else now.status


def describe_status(now: Standing, today: date) -> str:
    """A status in full: `on track`, `new, first update due Fri`, `no update for 16 days`, `due 31 Dec`."""
    if now.update_due is not None:
        return f"new, first update due {near_day(now.update_due, today)}"
    if now.status == "stale" and now.quiet_days:
        return f"no update for {plural(now.quiet_days, 'day')}"
    return status_word(now)


def near_day(day: date, today: date) -> str:
    """A day as one says it: `today`, `tomorrow`, `Fri` within the week, `31 Dec` after it."""
    days = (day - today).days
    if days in (0, 1):
        return ("today", "tomorrow")[days]
    return f"{day:%a}" if 0 < days < 7 else short_day(day)


def ago(days: int | None) -> str:
    """How many days ago: `today`, `yesterday`, `3 d ago`; None is `never`."""
    if days is None:
        return "never"
    return ("today", "yesterday")[days] if days < 2 else f"{days} d ago"


def age(days: int | None) -> str:
    """An age in days for a narrow column: `today`, `3 d`; None is `—`."""
    if days is None:
        return "—"
    return "today" if days == 0 else f"{days} d"


def describe_age(age: str) -> str:
    """An age of months or years in words: `a year`, `18 months`; `never` as it is."""
    months = age_in_months(age)
    if months is None:
        return age
    count, unit = (months, "month") if months % 12 else (months // 12, "year")
    return f"a {unit}" if count == 1 else f"{count} {unit}s"


def trend(change: float) -> str:
    """A week's change of progress (a ratio) in percentage points: `▲ 4`, `▼ 2`, `—`."""
    points = round(ratio_as_shown(change) * 100)
    if points == 0:
        return "—"
    return f"{'▲' if points > 0 else '▼'} {min(abs(points), 999)}"


def lateness(due: Due, today: date) -> str:
    """How late something is in working days, or how far off: `4 d late`, `today`, `since Fri`, `in 3 d`.

    It is `since Fri` while no working day has passed after the due day.
    """
    if due.overdue:
        return f"{due.overdue} d late"
    if due.on < today:
        return f"since {due.on:%a}"
    return "today" if due.on == today else f"in {(due.on - today).days} d"


def describe_lateness(due: Due, today: date) -> str:
    """As `lateness`, beside a date, from which one would count calendar days: `2 working days late`."""
    return f"{plural(due.overdue, 'working day')} late" if due.overdue else lateness(due, today)


def last_feedback(standing: FeedbackStanding) -> str:
    """When a member last had feedback: `last 3 d ago` beside an overdue note, else `last feedback 3 d ago`."""
    if standing.last_days is None:
        return "none yet" if standing.overdue_days else "no feedback yet"
    return f"last {'' if standing.overdue_days else 'feedback '}{ago(standing.last_days)}"


def preparation_signs(review: Review) -> str:
    """How far member and manager are prepared for a review: `●○`."""
    return "".join(PREPARATION_SIGNS[review.prepared.get(side)] for side in (review.member, review.manager))


def days(first: date, last: date, today: date) -> str:
    """From one day to another, as on screens: `1 Oct – 31 Dec`; with the years if one is not today's."""
    year = "" if first.year == last.year == today.year else " %Y"
    return f"{first.day} {first:%b{year}} – {last.day} {last:%b{year}}"


def check_in_line(shown: BoardOnDay, checkin: CheckIn) -> str:
    """The result of a check-in in one line: value before → now, progress, pace, status; the day of a late one."""
    board, goal = shown.board, shown.board.goal(checkin.goal)
    if goal is None:
        return f"{checkin.goal} is not on the board any more."
    checkins, now = board.checkins_of(goal.id), shown.standing(goal)
    place = next((i for i, c in enumerate(checkins) if c.id == checkin.id), 0)
    last = checkin_followed(board, goal, checkins[place - 1] if place else None, board.checkin_day(checkin))
    numbers = board.number_format
    value = amount(checkin.value, goal.measure, numbers)
    if checkin.on is not None:
        value = f"{value} on {checkin.on}, now {describe_value(goal.measure, now, numbers)}"
    elif now.week is not None:
        value = describe_week(goal.measure, now.week, numbers)
    change = f"{amount(value_of(goal, last), goal.measure, numbers)} → {value}"
    pace = "" if is_done_or_not(goal) else f" (pace {percent(now.pace)})"
    cheer = "★ " if now.status == "achieved" else ""
    calls = describe_calls(checkin, goal.measure, numbers).removeprefix(", ")
    told = f"{percent(now.progress)}{pace} · {cheer}{describe_status(now, shown.day)}{f' · {calls}' if calls else ''}"
    return f"{goal_label(goal)}: {change} · {told}"


def check_in_label(board: Board, goal: AnyGoal, checkin: CheckIn) -> str:
    """A check-in in one line, such as `18 Nov  €700,000  Acme signed`."""
    day = board.checkin_day(checkin)
    done = f" ({plural(len(checkin.done), 'milestone')})" if isinstance(goal.measure, Milestones) else ""
    return one_line(
        f"{day:%d %b}  {amount(checkin.value, goal.measure, board.number_format)}{done}  {checkin.note}"
    ).strip()


def describe_source(checkin: CheckIn) -> str:
    """Where an imported check-in is from: `imported from CRM`; "" for one by a person."""
    if not checkin.is_imported:
        return ""
    return f"imported from {one_line(checkin.source)}" if checkin.source else "imported"


def describe_calls(checkin: CheckIn, measure: Measure, numbers: NumberFormat | None) -> str:
    """What a check-in expects to reach, behind its value: `, call €108,000, best case €120,000`; "" for nothing."""
    call = "" if checkin.call is None else f", call {amount(checkin.call, measure, numbers)}"
    return call if checkin.best is None else f"{call}, best case {amount(checkin.best, measure, numbers)}"


def describe_corrected(before: CheckIn, after: CheckIn, measure: Measure, numbers: NumberFormat | None) -> str:
    """The value of a corrected check-in, `€815,000, not €812,000`, with call and best case if these differ; or ""."""
    with_calls = (before.call, before.best) != (after.call, after.best)
    was, now = (
        amount(c.value, measure, numbers) + (describe_calls(c, measure, numbers) if with_calls else "")
        for c in (before, after)
    )
    return f"{now}, not {was}" if was != now else ""


def goal_label(goal: AnyGoal) -> str:
    """A goal by id and title: `G12 ARR Iberia`."""
    return f"{goal.id} {one_line(goal.title)}"


def label_of(board: Board, goal_id: RecordId) -> str:
    """A goal of an id as `goal_label`; only the id if it is not on the board."""
    goal = board.goal(goal_id)
    return goal_label(goal) if goal else goal_id


def name_of(board: Board, handle: str) -> str:
    """The name of the member who has or had a handle, as `display_name`; the handle itself if nobody did."""
    member = board.known_as(handle)
    return (display_name(board, member) if member else "") or one_line(handle)


def short_name(board: Board, member: Member, cells: int, *, full: bool = False) -> str:
    """A member's first name, or `full` name, for a narrow column; the handle where that would stand for two in it."""
    name = display_name(board, member) if full else first_name(board, member.handle)
    shared = shares_name(board, member) if full else shares_first_name(board, member)
    return member.handle if shared and len(name) > cells else name


def first_name(board: Board, handle: str) -> str:
    """The first word of a member's name, as in `name_of`; with the handle where it stands for two: `Ana (ana2)`."""
    member = board.known_as(handle)
    if member is None or not (name := one_line(member.name)):
        return one_line(handle)
    return f"{first_word(name)} ({member.handle})" if shares_first_name(board, member) else first_word(name)


def shorten(text: str) -> str:
    """A text in one line, cut to MAX_TEXT_LENGTH characters."""
    text = one_line(text)
    return text if len(text) <= MAX_TEXT_LENGTH else text[: MAX_TEXT_LENGTH - 1] + "…"
