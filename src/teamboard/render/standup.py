"""The standup as lines: a member's goals and news, help wanted, the round-up; and a standup as text."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from rich.cells import cell_len

from teamboard.domain.board import Board
from teamboard.domain.board_on_day import BoardOnDay
from teamboard.domain.forecast.figures import Forecasts, member_attainment, member_ending
from teamboard.domain.handles import current_handle, display_name
from teamboard.domain.records import Member, Standup
from teamboard.domain.sanitize import one_line
from teamboard.domain.short_texts import name_some
from teamboard.domain.standup import (
    HelpWanted,
    RoundUp,
    commits_since,
    goals_to_report,
    help_wanted_by,
    open_requests_of,
    round_up,
)
from teamboard.render import format
from teamboard.render.activity_log import describe_commit, related_members
from teamboard.render.due import OVERDUE_NOTE, describe_due
from teamboard.render.format import first_name, name_of
from teamboard.render.goals.forecasts import outlook_lines
from teamboard.render.line_layout import (
    HELP_SIGN,
    Line,
    filled,
    fit,
    full_state_span,
    has_pace,
    progress_bar,
    right_aligned,
    wrapped,
)
from teamboard.render.one_on_ones import OPEN_SIGN, describe_due_day

MAX_NEWS = 6
NEWS_LINES = 2
MAX_OVERDUE = 12
MAX_NOT_CALLED = 8


class Headline(NamedTuple):
    """The large number on a member's page, in per cent, and what it is, as lines to stand beside it."""

    number: str
    words: tuple[Line, ...]


def headline(forecasts: Forecasts, member: Member) -> Headline | None:
    """A member's attainment, now and at this pace; without a result goal the progress of the heaviest goal.

    Of somebody without a goal of their own, that of the first team goal that they own; None without any.
    """
    shown = forecasts.shown
    attained, ending = member_attainment(shown, member), member_ending(forecasts, member)
    if attained is not None:
        words: tuple[Line, ...] = ((("attainment", "strong"), ("  of result goals", "dim")),)
        if attained < 1 and ending is not None:
            words += ((("at this pace ", "dim"), (format.percent(ending), "text" if ending >= 1 else "warn")),)
        return Headline(format.percent(attained).replace(" ", ""), words)
    goal = max(shown.board.open_goals_of(member.handle), key=lambda g: g.weight, default=None)
    first = goal or next(iter(goals_to_report(shown.board, member)), None)
    if first is None:
        return None
    number = format.percent(shown.standing(first).progress).replace(" ", "")
    return Headline(number, ((("progress  ", "strong"), (format.goal_label(first), "dim")),))


def goal_bar_lines(forecasts: Forecasts, member: Member, width: int, *, close: bool = False) -> Iterator[Line]:
    """The goals that a member reports on: title and state, a thick progress bar, and where it leads, each a line.

    An empty line follows each goal, unless they are to stand `close`.
    """
    shown = forecasts.shown
    goals, cells = goals_to_report(shown.board, member), max(width - 4, 8)
    for goal, outlook in zip(goals, outlook_lines(forecasts, goals, cells), strict=True):
        now = shown.standing(goal)
        state, style = full_state_span(goal, now, shown.day)
        flag = f" {HELP_SIGN}" if now.blocker else ""
        aside = f"{format.percent(now.progress)}  {state}{flag}"
        title = fit(goal.title, max(width - cell_len(aside) - 10, 8))
        yield filled(((f"  {goal.id:<5}", "accent"), (f"{title}  ", "strong"), (aside, style)), width)
        bar = progress_bar(now, cells, paced=has_pace(goal), call=shown.missed_call(goal), style=style)
        yield (("  ", ""), *thick_bar(bar))
        if outlook:
            yield (("  ", ""), *outlook)
        if not (close and outlook):
            yield ()


def thick_bar(line: Line) -> Line:
    """A progress bar drawn with full blocks, readable from three metres."""
    signs = str.maketrans({"━": "█", "╸": "▌", "─": "░", "┃": "┃"})
    return tuple((text.translate(signs), "dim" if style == "track" else style) for text, style in line)


def news_sentences(shown: BoardOnDay, before: Standup | None, member: Member) -> list[str]:
    """What changed about a member since a standup (without one: since yesterday), as sentences.

    The member's own check-ins come first, each kind newest first.
    """
    board = shown.board
    check_ins: list[str] = []
    others: list[str] = []
    for _, entry in commits_since(shown, before):
        if member.handle in related_members(board, entry):
            text = describe_commit(board, entry)
            own_name = f"{name_of(board, member.handle)} "
            is_own = current_handle(board, entry.by) == member.handle
            sentences = check_ins if is_own and entry.verb == "check in" else others
            sentences.append(text.removeprefix(own_name) if is_own else text)
    return check_ins + others


def news_lines(shown: BoardOnDay, before: Standup | None, member: Member, width: int) -> Iterator[Line]:
    """The newest MAX_NEWS of `news_sentences` as lines; the number of the others at the end."""
    sentences = news_sentences(shown, before, member)
    since = f"since {shown.board.day_of(before.at):%d %b}" if before else "since yesterday"
    yield ((f"  What changed {since}", "strong"),)
    if not sentences:
        yield (("  nothing", "dim"),)
    for text in sentences[:MAX_NEWS]:
        pieces = wrapped(text, max(width - 6, 20))
        if len(pieces) > NEWS_LINES:
            pieces = [*pieces[: NEWS_LINES - 1], f"{pieces[NEWS_LINES - 1]} …"]
        for i, piece in enumerate(pieces):
            yield (("  · " if i == 0 else "    ", "accent"), (piece, "text"))
    if len(sentences) > MAX_NEWS:
        yield ((f"    and {len(sentences) - MAX_NEWS} more", "dim"),)


def help_lines(board: Board, member: Member, width: int) -> Iterator[Line]:
    """A member's blockers, and their open requests to others."""
    for blocked in help_wanted_by(board, member):
        yield from _blocker_lines(board, blocked, width)
    for request in open_requests_of(board, member):
        text = fit(f"asks {first_name(board, request.to)}: {one_line(request.text)}", max(width - 4, 10))
        yield (("  ? ", "warn"), (text, "text"))


def _blocker_lines(board: Board, blocked: HelpWanted, width: int, *, with_owner: bool = False) -> Iterator[Line]:
    """A blocker and who has offered help; `with_owner` puts the owner's name in front."""
    owner_prefix = f"{first_name(board, blocked.goal.owner)}, " if with_owner else ""
    pieces = wrapped(f"{owner_prefix}{blocked.goal.id}: {one_line(blocked.checkin.blocker)}", max(width - 6, 20))
    for i, piece in enumerate(pieces):
        yield ((f"  {HELP_SIGN} " if i == 0 else "    ", "help"), (piece, "help" if i == 0 else "text"))
    helper_names = ", ".join(first_name(board, handle) for handle in blocked.checkin.helpers)
    yield (
        ((f"    {helper_names} help{'s' if len(blocked.checkin.helpers) == 1 else ''}", "on-track"),)
        if helper_names
        else (("    nobody has offered help yet", "dim"),)
    )


def round_up_lines(shown: BoardOnDay, summary: RoundUp, width: int) -> Iterator[Line]:
    """The round-up: help wanted, agreed actions, what is overdue; first who was not called, on one line."""
    board = shown.board
    if not_called := describe_not_called(board, summary):
        yield ((f"  {fit(not_called, max(width - 4, 10)).rstrip()}", "warn"),)
        yield ()
    yield (("  Help wanted", "strong"),)
    for blocked in summary.wanted:
        yield from _blocker_lines(board, blocked, width, with_owner=True)
    if not summary.wanted:
        yield (("  nobody is blocked", "dim"),)
    yield ()
    yield (("  Agreed, and open", "strong"),)
    for agreed_action in summary.agreed_actions:
        by = describe_due_day(shown, agreed_action)
        who = first_name(board, agreed_action.action.owner)
        yield (
            (f"  {OPEN_SIGN} ", "text"),
            (
                fit(f"{who}: {agreed_action.action.text}{f', {by}' if by else ''}", max(width - 5, 10)),
                "text",
            ),
        )
    if not summary.agreed_actions:
        yield (("  nothing", "dim"),)
    yield ()
    yield ((f"  Overdue  {len(summary.overdue)}", "strong"), (OVERDUE_NOTE if summary.overdue else "", "dim"))
    for due_item in summary.overdue[:MAX_OVERDUE]:
        description = fit(describe_due(board, due_item), max(width - 11, 10))
        yield ((f"  {right_aligned(f'{due_item.overdue} d', 5)}  ", "bad"), (description, "text"))
    if len(summary.overdue) > MAX_OVERDUE:
        yield ((f"         and {len(summary.overdue) - MAX_OVERDUE} more", "dim"),)


def describe_not_called(board: Board, summary: RoundUp) -> str:
    """Who was not called: `Not called, no goals: Iris Vega, Lea Vogel`; "" if all were."""
    names = [display_name(board, m) for m in summary.without_goals]
    return f"Not called, no goals: {name_some(names, MAX_NOT_CALLED)}" if names else ""


def format_minutes(seconds: float) -> str:
    """Seconds as minutes and seconds: `2:05`."""
    whole_seconds = max(int(seconds), 0)
    return f"{whole_seconds // 60}:{whole_seconds % 60:02}"


def standup_text(standup: Standup, then: BoardOnDay) -> Iterator[str]:
    """A standup as plain text for a chat, line by line; `then` is the board as it was when the standup ended."""
    total = format_minutes(sum(standup.seconds.values()))
    yield f"Standup of {then.day}, {total} min, {len(standup.seconds)} spoke"
    summary = round_up(then)
    if not_called := describe_not_called(then.board, summary):
        yield not_called
    for title, lines in round_up_parts(then, summary):
        yield ""
        yield title
        yield from (f"- {line}" for line in lines)


def round_up_parts(shown: BoardOnDay, summary: RoundUp) -> list[tuple[str, list[str]]]:
    """The parts of a round-up as (title, lines)."""
    board = shown.board
    help_wanted = []
    for blocked in summary.wanted:
        helper_names = ", ".join(first_name(board, h) for h in blocked.checkin.helpers) or "nobody yet"
        blocker = one_line(blocked.checkin.blocker)
        help_wanted.append(
            f"{name_of(board, blocked.goal.owner)}, {blocked.goal.id}: {blocker} (helps: {helper_names})"
        )
    agreed_actions = [
        f"{name_of(board, agreed.action.owner)}: {one_line(agreed.action.text)}{f', {by}' if by else ''}"
        for agreed, by in ((a, describe_due_day(shown, a, with_year=True)) for a in summary.agreed_actions)
    ]
    overdue = [f"{describe_due(board, due)}, {format.describe_lateness(due, shown.day)}" for due in summary.overdue]
    return [
        (title, lines or ["nothing"])
        for title, lines in (("Help wanted", help_wanted), ("Agreed, and open", agreed_actions), ("Overdue", overdue))
    ]
