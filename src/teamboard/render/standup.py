"""The standup in lines: what a member has to say, what is new, and the round-up; as text."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from rich.cells import cell_len

from teamboard.domain.board import Board
from teamboard.domain.board_on_day import Standings
from teamboard.domain.history.history import as_of
from teamboard.domain.progress import Standing
from teamboard.domain.records import Goal, Member, Standup
from teamboard.domain.revisions import in_effect
from teamboard.domain.sanitize import one_line
from teamboard.domain.standup import RoundUp, Wanted, asked_of_others, round_up, since_last, wanted_by
from teamboard.render import format
from teamboard.render.activity_log import concerned_members, describe_commit
from teamboard.render.due import describe_due
from teamboard.render.format import first_name, name_of
from teamboard.render.line_layout import (
    HELP_SIGN,
    Line,
    filled,
    fit,
    has_pace,
    progress_bar,
    right_aligned,
    state_span,
    wrapped,
)
from teamboard.render.one_on_ones import OPEN_SIGN

MAX_NEWS = 6
NEWS_LINES = 2
MAX_OVERDUE = 12


def headline_goal(board: Board, member: Member, standings: Standings) -> tuple[Goal, Standing] | None:
    """The goal whose number stands for a member: a result, the one that counts most."""
    goals = board.open_goals_of(member.handle)
    results = [g for g in goals if g.kind == "result"] or list(goals)
    if not results:
        return None
    goal = max(results, key=lambda g: g.weight)
    return goal, standings(goal)


def goal_bar_lines(board: Board, member: Member, standings: Standings, width: int) -> Iterator[Line]:
    """A member's goals with thick bars, two lines each: title and state, then the bar with its pace."""
    for goal in board.open_goals_of(member.handle):
        now = standings(goal)
        state, role = state_span(goal, now)
        flag = f" {HELP_SIGN}" if now.blocker else ""
        aside = f"{format.percent(now.progress)}  {state}{flag}"
        title = fit(goal.title, max(width - cell_len(aside) - 10, 8))
        yield filled(((f"  {goal.id:<5}", "accent"), (f"{title}  ", "strong"), (aside, role)), width)
        cells = max(width - 4, 8)
        yield (("  ", ""), *thick_bar(progress_bar(now, cells, paced=has_pace(goal), role=role)))
        yield ()


def thick_bar(line: Line) -> Line:
    """A bar that is seen from afar: blocks in place of lines."""
    signs = str.maketrans({"━": "█", "╸": "▌", "─": "░", "┃": "┃"})
    return tuple((text.translate(signs), "dim" if role == "track" else role) for text, role in line)


def news_sentences(board: Board, before: Standup | None, today: date, member: Member) -> list[str]:
    """What changed about a member since a standup, in sentences, the newest first."""
    found = []
    for _, entry in since_last(board, before, today):
        if member.handle in concerned_members(board, entry):
            text = describe_commit(board, entry)
            own = f"{one_line(member.name)} "
            found.append(text.removeprefix(own) if entry.by == member.handle else text)
    return found


def news_lines(board: Board, before: Standup | None, today: date, member: Member, width: int) -> Iterator[Line]:
    """The same, in lines; the rest is counted."""
    found = news_sentences(board, before, today, member)
    since = f"since {board.day_of(before.at):%d %b}" if before else "since yesterday"
    yield ((f"  What changed {since}", "strong"),)
    if not found:
        yield (("  nothing", "dim"),)
    for text in found[:MAX_NEWS]:
        pieces = wrapped(text, max(width - 6, 20))
        if len(pieces) > NEWS_LINES:
            pieces = [*pieces[: NEWS_LINES - 1], f"{pieces[NEWS_LINES - 1]} …"]
        for i, piece in enumerate(pieces):
            yield (("  · " if i == 0 else "    ", "accent"), (piece, "text"))
    if len(found) > MAX_NEWS:
        yield ((f"    and {len(found) - MAX_NEWS} more", "dim"),)


def help_lines(board: Board, member: Member, width: int) -> Iterator[Line]:
    """What a member wants help with, and what they have asked of others."""
    for wanted in wanted_by(board, member):
        yield from _blocker_lines(board, wanted, width)
    for request in asked_of_others(board, member):
        text = fit(f"asks {first_name(board, request.to)}: {one_line(request.text)}", max(width - 4, 10))
        yield (("  ? ", "warn"), (text, "text"))


def _blocker_lines(board: Board, wanted: Wanted, width: int, *, whose: bool = False) -> Iterator[Line]:
    head = f"{first_name(board, wanted.goal.owner)}, " if whose else ""
    pieces = wrapped(f"{head}{wanted.goal.id}: {one_line(wanted.checkin.blocker)}", max(width - 6, 20))
    for i, piece in enumerate(pieces):
        yield ((f"  {HELP_SIGN} " if i == 0 else "    ", "help"), (piece, "help" if i == 0 else "text"))
    helping = ", ".join(first_name(board, handle) for handle in wanted.checkin.helpers)
    yield (
        ((f"    {helping} help{'s' if len(wanted.checkin.helpers) == 1 else ''}", "on-track"),)
        if helping
        else (("    nobody has offered help yet", "dim"),)
    )


def round_up_lines(board: Board, found: RoundUp, width: int) -> Iterator[Line]:
    """The round-up: help wanted, actions, what is overdue."""
    yield (("  Help wanted", "strong"),)
    for wanted in found.wanted:
        yield from _blocker_lines(board, wanted, width, whose=True)
    if not found.wanted:
        yield (("  nobody is blocked", "dim"),)
    yield ()
    yield (("  Agreed, and open", "strong"),)
    for promise in found.promised:
        due = f", by {promise.action.due:%d %b}" if promise.action.due else ""
        who = first_name(board, promise.action.owner)
        yield ((f"  {OPEN_SIGN} ", "text"), (fit(f"{who}: {promise.action.text}{due}", max(width - 5, 10)), "text"))
    if not found.promised:
        yield (("  nothing", "dim"),)
    yield ()
    yield ((f"  Overdue  {len(found.overdue)}", "strong"),)
    for owed in found.overdue[:MAX_OVERDUE]:
        what = fit(describe_due(board, owed), max(width - 11, 10))
        yield ((f"  {right_aligned(f'{owed.overdue} d', 5)}  ", "bad"), (what, "text"))
    if len(found.overdue) > MAX_OVERDUE:
        yield ((f"         and {len(found.overdue) - MAX_OVERDUE} more", "dim"),)


def format_minutes(seconds: float) -> str:
    """Seconds as minutes: `2:05`."""
    whole = max(int(seconds), 0)
    return f"{whole // 60}:{whole % 60:02}"


def board_at_standup(board: Board, standup: Standup) -> tuple[Board, RoundUp]:
    """The board as it was when a standup ended, and its round-up."""
    then = as_of(board, standup.revision - 1)
    day = board.day_of(standup.at)
    whole = in_effect(then, day)
    return whole, round_up(whole, day)


def standup_text(board: Board, standup: Standup) -> Iterator[str]:
    """A standup for a chat, as plain text."""
    then, found = board_at_standup(board, standup)
    total = format_minutes(sum(standup.seconds.values()))
    yield f"Standup of {board.day_of(standup.at)}, {total} min, {len(standup.seconds)} spoke"
    for title, lines in round_up_parts(then, found):
        yield ""
        yield title
        yield from (f"- {line}" for line in lines)


def round_up_parts(board: Board, found: RoundUp) -> list[tuple[str, list[str]]]:
    """The parts of a round-up: each title with its lines."""
    wanted = []
    for w in found.wanted:
        helping = ", ".join(first_name(board, h) for h in w.checkin.helpers) or "nobody yet"
        blocker = one_line(w.checkin.blocker)
        wanted.append(f"{name_of(board, w.goal.owner)}, {w.goal.id}: {blocker} (helps: {helping})")
    promised = [
        f"{name_of(board, p.action.owner)}: {one_line(p.action.text)}{f', by {p.action.due}' if p.action.due else ''}"
        for p in found.promised
    ]
    overdue = [f"{d.overdue} d: {describe_due(board, d)}" for d in found.overdue]
    return [
        (title, lines or ["nothing"])
        for title, lines in (("Help wanted", wanted), ("Agreed, and open", promised), ("Overdue", overdue))
    ]
