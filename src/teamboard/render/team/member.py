"""A member as lines: what `show` prints, and the screen of a member."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from teamboard.domain.alignment import contributions_of
from teamboard.domain.board import Board
from teamboard.domain.board_on_day import BoardOnDay
from teamboard.domain.feedback import BALANCE_DAYS, is_open
from teamboard.domain.one_on_ones import open_actions
from teamboard.domain.people import on_team
from teamboard.domain.pulse import feedback_balance, topics_balance
from teamboard.domain.records import Goal, Member
from teamboard.domain.sanitize import one_line
from teamboard.domain.skills import skill_history
from teamboard.render import format
from teamboard.render.board_header import id_cells
from teamboard.render.facts import member_fact_lines
from teamboard.render.goals.board_line import Columns, columns_for, goal_line
from teamboard.render.line_layout import (
    FEEDBACK_SIGNS,
    Line,
    Span,
    SpanStyle,
    fit,
    wrapped,
)
from teamboard.render.one_on_ones import agreed_action_line
from teamboard.render.skills import LevelHistory, balance_lines, career_lines, skill_lines
from teamboard.render.team.member_line import member_line

COMING, SKILLS, CAREER, AGREED, BALANCE, FACTS = (
    "Coming up",
    "Skills",
    "Career",
    "Agreed, and open",
    f"Balance of {BALANCE_DAYS} days",
    "Facts",
)


def member_section(shown: BoardOnDay, member: Member, goals: tuple[Goal, ...], columns: Columns) -> Iterator[Line]:
    """A member's line and the lines of their goals."""
    yield member_line(shown, member, columns)
    for goal in goals:
        yield goal_line(shown, goal, columns)
    if not goals and on_team(member, shown.day):
        yield ((" " * (columns.margin + 2) + "no goals yet", "dim"),)


def member_lines(shown: BoardOnDay, member: Member, width: int) -> Iterator[Line]:
    """A member: goals, skills, career, balance, facts, agreed actions, open feedback, contribution to team goals."""
    board = shown.board
    columns = columns_for(width, id_cells(board))
    yield from member_section(
        shown, member, (*board.open_goals_of(member.handle), *board.proposed_goals_of(member.handle)), columns
    )
    growth = skill_history(board, member) if member.skills else {}
    sections = _sections(shown, member, growth, width, "   ")
    for title in (COMING, SKILLS, CAREER, BALANCE, FACTS, AGREED):
        if sections[title]:
            yield ()
            yield ((f" {title}", "strong"),)
            yield from sections[title]
    yield from _open_feedback_lines(board, member)
    parts = contributions_of(board, member)
    if parts:
        yield ()
        yield ((" Part in the team's goals", "strong"),)
        for team_goal, share in parts:
            yield (
                (f"   {team_goal.id} ", "accent"),
                (f"{one_line(team_goal.title)}  ", "text"),
                (format.percent(share), "strong"),
            )


def member_pane_lines(
    shown: BoardOnDay,
    member: Member,
    growth: LevelHistory,
    width: int,
    *,
    growth_key: str = "",
    one_on_one_key: str = "",
) -> Iterator[Line]:
    """Skills, career, agreed actions, balance, facts, contribution to team goals; the keys stand beside the titles."""
    empty = {SKILLS: "none yet", CAREER: "nothing yet"}
    keys = {SKILLS: growth_key, CAREER: growth_key, AGREED: one_on_one_key}
    for title, lines in _sections(shown, member, growth, width, "  ").items():
        if lines or title in empty:
            yield _title(title, keys.get(title, ""))
            yield from lines or [((f"  {empty[title]}", "dim"),)]
            yield ()
    parts = contributions_of(shown.board, member)
    if parts:
        yield _title("Part in the team's goals")
        for team_goal, share in parts:
            yield (
                (f"  {team_goal.id:<4}", "accent"),
                (fit(team_goal.title, max(_room(width) - 24, 8)), "text"),
                (f" {'━' * round(share * 10):<10}", "accent"),
                (f"{format.percent(share):>6}", "text"),
            )
        yield ()


def feedback_pane_lines(board: Board, member: Member, width: int) -> Iterator[Line]:
    """Feedback to and from a member, newest first, open before resolved."""
    all_feedback = [*board.feedback_to(member.handle), *board.feedback_from(member.handle)]
    all_feedback.sort(key=lambda f: (not is_open(f), -f.at.timestamp()))
    yield _title("Feedback")
    if not all_feedback:
        yield (("  none yet", "dim"),)
    for feedback in all_feedback:
        done = not is_open(feedback)
        other = f"from {feedback.giver}" if feedback.to == member.handle else f"to {feedback.to}"
        about = f" about {one_line(feedback.about)}" if feedback.about else ""
        sign: Span = (f"  {FEEDBACK_SIGNS[feedback.state]} ", "dim" if done else "warn")
        day = f"{board.day_of(feedback.at):%d %b}"
        yield (sign, (feedback.id, "accent"), (f" {day}  {feedback.kind} {other}{about}", "dim"))
        yield from _text(feedback.text, _room(width), "dim" if done else "text", " " * 4)
        for reply in feedback.replies:
            yield from _text(f"{reply.by}: {reply.text}", _room(width), "dim", " " * 6)


def _sections(
    shown: BoardOnDay, member: Member, growth: LevelHistory, width: int, indent: str
) -> dict[str, list[Line]]:
    """The lines of each section by its title, in the order of the screen; none if there is nothing to show."""
    board = shown.board
    balances = (feedback_balance(shown, member), topics_balance(shown, member)) if member.manager is not None else ()
    return {
        COMING: list(_coming_lines(member, shown.day, _room(width), indent)),
        SKILLS: list(skill_lines(member, growth, _room(width), indent)),
        CAREER: list(career_lines(member.career, _room(width), indent)) if member.career else [],
        AGREED: [agreed_action_line(shown, action, width) for action in open_actions(board, member.handle)],
        BALANCE: list(balance_lines(*balances, indent)) if balances else [],
        FACTS: list(member_fact_lines(board, member, width, indent)),
    }


def _coming_lines(member: Member, today: date, room: int, indent: str) -> Iterator[Line]:
    """A member's first day, the days away that are not over, and the day on which they leave, if these are ahead."""
    if not on_team(member, today):
        return
    if member.starts is not None and member.starts > today:
        yield ((f"{indent}starts on {member.starts}", "text"),)
    for absence in (a for a in member.away if a.ends >= today):
        note = f": {one_line(absence.note)}" if absence.note else ""
        for line in wrapped(f"away from {absence.starts} to {absence.ends}{note}", room):
            yield ((f"{indent}{line}", "text"),)
    if member.left is not None:
        yield ((f"{indent}leaves the team on {member.left}", "text"),)


def _open_feedback_lines(board: Board, member: Member) -> Iterator[Line]:
    pieces = [f for f in board.feedback_to(member.handle) if is_open(f)]
    asked = [f for f in pieces if f.kind == "request"]
    for title, listed in (("To answer", asked), ("Open feedback", [f for f in pieces if f not in asked])):
        if listed:
            yield ()
            yield ((f" {title}", "strong"),)
        for feedback in listed:
            yield (
                (f"   {feedback.id} ", "accent"),
                (f"{feedback.kind} from {feedback.giver}: ", "dim"),
                (one_line(feedback.text), "text"),
            )


def _room(width: int) -> int:
    """The cells of a text inside a section."""
    return max(width - 4, 20)


def _title(text: str, key: str = "") -> Line:
    return ((f"  {text}", "strong"), (f"  {key}", "accent"))


def _text(text: str, room: int, style: SpanStyle, indent: str) -> Iterator[Line]:
    for piece in wrapped(text, room - len(indent) + 2):
        yield ((indent, ""), (piece, style))
