"""The team's pulse in lines: feedback by week, who gives to whom, and four figures that say how it goes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rich.cells import cell_len

from teamboard.domain.board import Board
from teamboard.domain.pulse import Pulse
from teamboard.domain.records import Member
from teamboard.domain.sanitize import one_line
from teamboard.render import format
from teamboard.render.format import first_name, name_of
from teamboard.render.line_layout import BLOCKS, Line, filled, fit, right_aligned

LABEL_CELLS = 34
MIN_COLUMN_CELLS = 5
TOTAL_CELLS = 7
NAME_CELLS = 16


def figure_lines(found: Pulse) -> Iterator[Line]:
    """Cadence, acknowledgement, and how useful the talks were."""
    share = format.percent(found.in_cadence / found.checked) if found.checked else "—"
    behind = found.checked - found.in_cadence
    yield _figure_line(
        "goals updated in cadence", share, f"{behind} of {found.checked} late" if behind else "", bool(behind)
    )
    days = found.days_to_acknowledge
    took = "—" if days is None else f"{format.number(round(days, 1))} d"
    waiting = f"{found.unacknowledged} not yet" if found.unacknowledged else ""
    yield _figure_line("from feedback to acknowledgement", took, f"median{f', {waiting}' if waiting else ''}", False)
    for what, mean, rated, held in (
        ("one-on-ones", found.useful, found.talks_rated, found.talks_held),
        ("reviews", found.reviews_useful, found.reviews_rated, found.reviews_signed),
    ):
        useful = "—" if mean is None else f"{mean:.1f} of 5"
        yield _figure_line(f"{what} found useful", useful, f"{rated} of {held} rated" if held else "none yet", False)


def _figure_line(label: str, value: str, more: str, late: bool) -> Line:
    return ((f"  {label:<{LABEL_CELLS}}", "dim"), (f"{value:>9}", "strong"), (f"   {more}", "warn" if late else "dim"))


def weeks_line(found: Pulse) -> Line:
    """Feedback by week as a row of blocks with their numbers, for where there is no chart."""
    most = max((week.feedback for week in found.weeks), default=0) or 1
    counts = [week.feedback for week in found.weeks]
    blocks = "".join(BLOCKS[round(n / most * (len(BLOCKS) - 1))] if n else "·" for n in counts)
    return (("  feedback by week  ", "dim"), (blocks, "accent"), (f"   {' '.join(map(str, counts))}", "text"))


def matrix_lines(board: Board, found: Pulse, width: int) -> Iterator[Line]:
    """Who gives to whom: givers down, receivers across; or, where the team is too large for that, gave and got."""
    members = list(board.members)
    names = [first_name(board, m.handle) for m in members]
    room = (width - NAME_CELLS - 2 - TOTAL_CELLS) // max(len(members), 1)
    cells = min(max((cell_len(name) for name in names), default=0) + 2, room, 10)
    if cells < MIN_COLUMN_CELLS:
        yield from _member_count_lines(board, found, members, width)
    else:
        yield from _matrix_table_lines(board, found, members, cells, width)
    if any(m.manager and not found.given.get((m.manager, m.handle)) for m in members):
        yield (("  ✗ nothing from their manager yet", "bad"),)


def _matrix_table_lines(board: Board, found: Pulse, members: list[Member], cells: int, width: int) -> Iterator[Line]:
    names = [first_name(board, m.handle) for m in members]
    heads = "".join(right_aligned(fit(name, cells - 1).rstrip(), cells) for name in names)
    yield ((f"  {'from → to':<{NAME_CELLS}}{heads}", "dim"), (right_aligned("gave", TOTAL_CELLS), "dim"))
    for giver in members:
        spans: list[tuple[str, str]] = [(f"  {fit(name_of(board, giver.handle), NAME_CELLS)}", "text")]
        for to in members:
            count = found.given.get((giver.handle, to.handle), 0)
            gap = not count and giver.handle == to.manager
            sign = "" if giver is to else str(count) if count else "✗" if gap else "·"
            spans.append((right_aligned(sign, cells), "accent" if count else "bad" if gap else "track"))
        gave = found.gave(giver.handle)
        spans.append((right_aligned(str(gave), TOTAL_CELLS), _count_style(gave)))
        yield filled(tuple(spans), width)
    got = [(right_aligned(str(n := found.got(m.handle)), cells), _count_style(n)) for m in members]
    yield ((f"  {'got':<{NAME_CELLS}}", "dim"), *got)


def _member_count_lines(board: Board, found: Pulse, members: list[Member], width: int) -> Iterator[Line]:
    """One line a member: what they gave and got, and from whom, the silent ones first."""
    counts = {m.handle: (found.gave(m.handle), found.got(m.handle)) for m in members}
    givers: dict[str, list[str]] = {}
    for (giver, to), _ in sorted(found.given.items(), key=lambda item: -item[1]):
        givers.setdefault(to, []).append(giver)
    name = min(max((cell_len(name_of(board, m.handle)) for m in members), default=8), 28)
    yield ((f"  {'':<{name}}{'gave':>7}{'got':>7}     from", "dim"),)
    for m in sorted(members, key=lambda m: min(counts[m.handle])):
        gave, got = counts[m.handle]
        mine = givers.get(m.handle, [])
        spans = [
            (f"  {fit(name_of(board, m.handle), name)}", "text"),
            (f"{gave:>7}", _count_style(gave)),
            (f"{got:>7}", _count_style(got)),
            ("   " if m.manager is None or m.manager in mine else "  ✗", "bad"),
            ("  " + ", ".join(first_name(board, handle) for handle in mine if handle), "dim"),
        ]
        yield filled(tuple(spans), width)


def _count_style(count: int) -> str:
    return "text" if count else "bad"


def pulse_title(board: Board, found: Pulse) -> Line:
    """What it is, and since when."""
    period = one_line(board.team.period.name) if board.team else ""
    count = sum(week.feedback for week in found.weeks)
    pieces = f"{count} piece{'' if count == 1 else 's'} of feedback since {found.starts:%d %b}"
    return (("  Team pulse", "strong"), (f"   {period} · {pieces}", "dim"))


def pulse_lines(board: Board, found: Pulse, width: int) -> Iterator[Line]:
    """The pulse in print."""
    yield pulse_title(board, found)
    yield ()
    yield weeks_line(found)
    yield from figure_lines(found)
    yield ()
    yield ((" Who gives to whom", "strong"),)
    yield from matrix_lines(board, found, width)


def pulse_json(found: Pulse) -> dict[str, Any]:
    """The pulse as plain values."""
    return {
        "starts": found.starts.isoformat(),
        "weeks": [{"starts": w.starts.isoformat(), "feedback": w.feedback} for w in found.weeks],
        "given": [{"from": g or None, "to": t, "count": n} for (g, t), n in found.given.items()],
        "in_cadence": found.in_cadence,
        "checked": found.checked,
        "days_to_acknowledge": found.days_to_acknowledge,
        "unacknowledged": found.unacknowledged,
        "one_on_ones_held": found.talks_held,
        "one_on_ones_rated": found.talks_rated,
        "useful": found.useful,
        "reviews_signed": found.reviews_signed,
        "reviews_rated": found.reviews_rated,
        "reviews_useful": found.reviews_useful,
    }
