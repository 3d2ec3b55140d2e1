"""Goals, members and feedback as one pastes them: into a chat as text, into a document as Markdown."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from teamboard.domain.board import AnyGoal, Board
from teamboard.domain.board_on_day import Standings
from teamboard.domain.records import Feedback, Goal, Member, TeamGoal
from teamboard.domain.sanitize import one_line
from teamboard.render import format
from teamboard.render.documents.report import markdown
from teamboard.render.feedback import heading
from teamboard.render.line_layout import Line, is_paced, state_of
from teamboard.render.names import name_of

Written = Callable[[str], str]


def records_text(board: Board, ids: Sequence[str], standings: Standings, *, as_markdown: bool) -> str:
    """Records, a line or more each; empty for what is no goal, member or feedback."""
    write: Written = markdown if as_markdown else one_line
    lines = [line for record_id in ids for line in _record(board, record_id, standings, write, as_markdown)]
    return "\n".join(lines)


def lines_text(lines: Iterable[Line], *, as_markdown: bool) -> str:
    """What a screen draws, as text; in Markdown as it stands, letter by letter."""
    text = "\n".join("".join(piece for piece, _ in line).rstrip() for line in lines).strip("\n")
    if not as_markdown or not text:
        return text
    # A fence that is longer than any in the text: nothing in it can end it.
    fence = "`" * max(3, 1 + max((len(run) for run in _ticks(text)), default=0))
    return f"{fence}text\n{text}\n{fence}"


def _ticks(text: str) -> list[str]:
    return [run for run in "".join(c if c == "`" else " " for c in text).split() if run]


def _record(board: Board, record_id: str, standings: Standings, write: Written, as_markdown: bool) -> Iterator[str]:
    record, bullet = board.get(record_id), "- " if as_markdown else ""
    strong = "**" if as_markdown else ""
    if isinstance(record, Goal | TeamGoal):
        yield f"{bullet}{_goal(board, record, standings, write, strong)}"
    elif isinstance(record, Member):
        title = f", {write(record.title)}" if record.title else ""
        yield f"{strong}{write(record.name)}{strong}{title}"
        yield from ([""] if as_markdown else [])
        for goal in board.open_goals_of(record.handle):
            yield f"{bullet or '  '}{_goal(board, goal, standings, write, strong, whose=False)}"
    elif isinstance(record, Feedback):
        yield f"{strong}{record.id} {write(heading(board, record))}{strong}"
        quote = "> " if as_markdown else "  "
        for paragraph in record.text.splitlines():
            yield f"{quote}{write(paragraph)}".rstrip()
        for reply in record.replies:
            yield f"{quote}{write(name_of(board, reply.by))}: {write(reply.text)}"


def _goal(board: Board, goal: AnyGoal, standings: Standings, write: Written, strong: str, *, whose: bool = True) -> str:
    now = standings(goal)
    owner = f" ({write(name_of(board, goal.owner))})" if whose else ""
    pace = f" (pace {format.percent(now.pace)})" if is_paced(goal) else ""
    done = f"{format.amount(now.value, goal.measure)} · {format.percent(now.progress)}{pace}"
    wanted = f" · help wanted: {write(now.blocker)}" if now.blocker else ""
    return f"{strong}{goal.id} {write(goal.title)}{strong}{owner}: {write(done)} · {state_of(goal, now)[0]}{wanted}"
