"""The team's pulse as lines: feedback by week, who gives to whom, and four figures on cadence and usefulness."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rich.cells import cell_len

from teamboard.domain.amounts import NumberFormat, format_number, in_format, plural
from teamboard.domain.board import Board
from teamboard.domain.board_on_day import BoardOnDay
from teamboard.domain.pulse import Pulse
from teamboard.domain.records import Member
from teamboard.domain.sanitize import one_line
from teamboard.render import format
from teamboard.render.format import first_name, name_of, short_name
from teamboard.render.line_layout import BLOCKS, Line, Span, SpanStyle, filled, fit, right_aligned

LABEL_CELLS = 34
MIN_COLUMN_CELLS = 5
TOTAL_CELLS = 7
NAME_CELLS = 16


def figure_lines(pulse: Pulse, numbers: NumberFormat | None) -> Iterator[Line]:
    """Four figures: goals updated in cadence, days to acknowledge, usefulness of one-on-ones and of reviews."""
    share = format.percent(pulse.in_cadence / pulse.checked) if pulse.checked else "—"
    late_count = pulse.checked - pulse.in_cadence
    yield _figure_line(
        "goals updated in cadence",
        share,
        f"{late_count} of {pulse.checked} late" if late_count else "",
        bool(late_count),
    )
    days = pulse.days_to_acknowledge
    duration = "—" if days is None else f"{format_number(round(days, 1), numbers)} d"
    waiting = f"{pulse.unacknowledged} of {pulse.open} open not yet" if pulse.unacknowledged else ""
    yield _figure_line(
        "from feedback to acknowledgement", duration, f"median{f', {waiting}' if waiting else ''}", False
    )
    for kind, mean, rated, held in (
        ("one-on-ones", pulse.useful, pulse.talks_rated, pulse.talks_held),
        ("reviews", pulse.reviews_useful, pulse.reviews_rated, pulse.reviews_signed),
    ):
        useful = "—" if mean is None else f"{in_format(f'{mean:.1f}', numbers)} of 5"
        yield _figure_line(f"{kind} found useful", useful, f"{rated} of {held} rated" if held else "none yet", False)


def _figure_line(label: str, value: str, more: str, late: bool) -> Line:
    """A figure with its label and a note; a late one is emphasised."""
    return ((f"  {label:<{LABEL_CELLS}}", "dim"), (f"{value:>9}", "strong"), (f"   {more}", "warn" if late else "dim"))


def weeks_line(pulse: Pulse) -> Line:
    """Feedback by week as a sparkline with the counts, for the command line, which has no chart.

    A week that is not whole is in brackets.
    """
    most = max((week.feedback for week in pulse.weeks), default=0) or 1
    counts = [week.feedback for week in pulse.weeks]
    blocks = "".join(BLOCKS[round(n / most * (len(BLOCKS) - 1))] if n else "·" for n in counts)
    numbers = " ".join(f"({week.feedback})" if week.is_partial else str(week.feedback) for week in pulse.weeks)
    note = f"   (…) {format.PARTIAL_WEEK}" if any(week.is_partial for week in pulse.weeks) else ""
    return (("  feedback by week  ", "dim"), (blocks, "accent"), (f"   {numbers}", "text"), (note, "dim"))


def matrix_lines(shown: BoardOnDay, pulse: Pulse, width: int) -> Iterator[Line]:
    """Who gives to whom: a table of givers (rows) and receivers; in a narrow width, only each member's totals."""
    board, members = shown.board, list(shown.members)
    names = [first_name(board, m.handle) for m in members]
    room = (width - NAME_CELLS - 2 - TOTAL_CELLS) // max(len(members), 1)
    cells = min(max((cell_len(name) for name in names), default=0) + 2, room, 10)
    if cells < MIN_COLUMN_CELLS:
        yield from _member_count_lines(board, pulse, members, width)
    else:
        yield from _matrix_table_lines(board, pulse, members, cells, width)
    if any(m.manager and not pulse.given.get((m.manager, m.handle)) for m in members):
        yield (("  ✗ nothing from their manager yet", "bad"),)


def _matrix_table_lines(board: Board, pulse: Pulse, members: list[Member], cells: int, width: int) -> Iterator[Line]:
    """One row for each giver, one column for each receiver, and totals; ✗ marks a manager who gave nothing."""
    names = [short_name(board, m, cells - 1) for m in members]
    heads = "".join(right_aligned(fit(name, cells - 1).rstrip(), cells) for name in names)
    yield ((f"  {'from → to':<{NAME_CELLS}}{heads}", "dim"), (right_aligned("gave", TOTAL_CELLS), "dim"))
    for giver in members:
        spans: list[Span] = [(f"  {fit(short_name(board, giver, NAME_CELLS, full=True), NAME_CELLS)}", "text")]
        for to in members:
            count = pulse.given.get((giver.handle, to.handle), 0)
            gap = not count and giver.handle == to.manager
            sign = "" if giver is to else str(count) if count else "✗" if gap else "·"
            spans.append((right_aligned(sign, cells), "accent" if count else "bad" if gap else "track"))
        gave = pulse.gave(giver.handle)
        spans.append((right_aligned(str(gave), TOTAL_CELLS), _count_style(gave)))
        yield filled(tuple(spans), width)
    got = [(right_aligned(str(n := pulse.got(m.handle)), cells), _count_style(n)) for m in members]
    yield ((f"  {'got':<{NAME_CELLS}}", "dim"), *got)


def _member_count_lines(board: Board, pulse: Pulse, members: list[Member], width: int) -> Iterator[Line]:
    """One line a member: how much they gave and got, and from whom; those with the least first."""
    counts = {m.handle: (pulse.gave(m.handle), pulse.got(m.handle)) for m in members}
    givers: dict[str, list[str]] = {}
    for (giver, to), _ in sorted(pulse.given.items(), key=lambda item: -item[1]):
        givers.setdefault(to, []).append(giver)
    name = min(max((cell_len(name_of(board, m.handle)) for m in members), default=8), 28)
    yield ((f"  {'':<{name}}{'gave':>7}{'got':>7}     from", "dim"),)
    for m in sorted(members, key=lambda m: min(counts[m.handle])):
        gave, got = counts[m.handle]
        own_givers = givers.get(m.handle, [])
        spans = [
            (f"  {fit(name_of(board, m.handle), name)}", "text"),
            (f"{gave:>7}", _count_style(gave)),
            (f"{got:>7}", _count_style(got)),
            ("   " if m.manager is None or m.manager in own_givers else "  ✗", "bad"),
            ("  " + ", ".join(first_name(board, handle) for handle in own_givers if handle), "dim"),
        ]
        yield filled(tuple(spans), width)


def _count_style(count: int) -> SpanStyle:
    """The style of a count; 0 is emphasised."""
    return "text" if count else "bad"


def pulse_title(board: Board, pulse: Pulse) -> Line:
    """The title: period, and how much feedback since its first day."""
    period = one_line(board.team.period.name) if board.team else ""
    count = sum(week.feedback for week in pulse.weeks)
    pieces = f"{plural(count, 'piece')} of feedback since {format.short_day(pulse.starts)}"
    return (("  Team pulse", "strong"), (f"   {period} · {pieces}", "dim"))


def pulse_lines(shown: BoardOnDay, pulse: Pulse, width: int) -> Iterator[Line]:
    """The pulse for the command line."""
    yield pulse_title(shown.board, pulse)
    yield ()
    yield weeks_line(pulse)
    yield from figure_lines(pulse, shown.board.number_format)
    yield ()
    yield ((" Who gives to whom", "strong"),)
    yield from matrix_lines(shown, pulse, width)


def pulse_json(pulse: Pulse) -> dict[str, Any]:
    """The pulse as JSON values; `in_cadence` and `checked` are counts of goals, `useful` a mean of 1 to 5."""
    return {
        "starts": pulse.starts.isoformat(),
        "weeks": [
            {"starts": w.starts.isoformat(), "ends": w.ends.isoformat(), "feedback": w.feedback} for w in pulse.weeks
        ],
        "given": [{"from": g or None, "to": t, "count": n} for (g, t), n in pulse.given.items()],
        "in_cadence": pulse.in_cadence,
        "checked": pulse.checked,
        "days_to_acknowledge": pulse.days_to_acknowledge,
        "unacknowledged": pulse.unacknowledged,
        "open": pulse.open,
        "one_on_ones_held": pulse.talks_held,
        "one_on_ones_rated": pulse.talks_rated,
        "useful": pulse.useful,
        "reviews_signed": pulse.reviews_signed,
        "reviews_rated": pulse.reviews_rated,
        "reviews_useful": pulse.reviews_useful,
    }
