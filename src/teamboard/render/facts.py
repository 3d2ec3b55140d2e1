"""Facts as lines: a member's facts with their sparkline, the plan of an import, and what a commit changed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from rich.cells import cell_len

from teamboard.domain.amounts import NumberFormat, format_amount, plural
from teamboard.domain.board import Board, Changes
from teamboard.domain.commit_log import Change, HistoryEntry, fields_of
from teamboard.domain.facts import Series, series_of
from teamboard.domain.handles import display_name
from teamboard.domain.ids import RecordId, known_table, number_of
from teamboard.domain.records import CheckIn, Fact, Member
from teamboard.domain.sanitize import one_line
from teamboard.render.format import goal_label, label_of, name_of
from teamboard.render.line_layout import Line, fit, right_aligned, sparkline

if TYPE_CHECKING:
    from teamboard.importers.fact_goals import GoalQuestion
    from teamboard.importers.fact_names import NamedRows
    from teamboard.importers.facts import ImportPlan

NAME_CELLS = 24
VALUE_CELLS = 14
SPARKLINE_VALUES = 8
GOAL_CELLS = 40
"""The width of a goal's id and title."""
MOST_NAMES = 8
"""How many names of other teams are listed."""


def format_value(fact: Fact, numbers: NumberFormat | None) -> str:
    """A fact's value in its unit, rounded to two decimals."""
    return format_amount(fact.value, fact.unit, numbers)


def format_days(fact: Fact) -> str:
    """The first and last day that a fact covers, or its only day."""
    return f"{fact.starts} to {fact.on}" if fact.starts and fact.starts != fact.on else str(fact.on)


def member_fact_lines(board: Board, member: Member, width: int, indent: str = "   ") -> Iterator[Line]:
    """A member's facts: the newest of each name, a sparkline of its last values, and the team's median."""
    numbers = board.number_format
    for series in series_of(board, member):
        fact = series.facts[-1]
        team_median = "" if series.median is None else f"team {format_amount(series.median, fact.unit, numbers)}"
        name_cells = min(NAME_CELLS, max(width // 4, 10))
        yield (
            (f"{indent}{fit(fact.id, 6)}", "accent"),
            (fit(fact.name, name_cells), "text"),
            (right_aligned(format_value(fact, numbers), VALUE_CELLS) + "  ", "strong"),
            (f"{value_sparkline(series):<{SPARKLINE_VALUES}}", "accent"),
            (f"  {team_median:<18}", "dim"),
            (f"  {format_days(fact)}  {one_line(fact.source)}", "dim"),
        )


def value_sparkline(series: Series) -> str:
    """A sparkline of the last values of a series, scaled from lowest to highest; empty for a single value."""
    values = [fact.value for fact in series.facts[-SPARKLINE_VALUES:]]
    low, high = min(values), max(values)
    return sparkline(tuple((v - low) / (high - low) if high > low else 0.5 for v in values)) if len(values) > 1 else ""


def team_fact_lines(board: Board, members: Iterable[Member], width: int) -> Iterator[Line]:
    """The facts of several members for the command line; members without facts are left out."""
    any_shown = False
    for member in members:
        if not board.facts_of(member.handle):
            continue
        if any_shown:
            yield ()
        any_shown = True
        yield ((f" {display_name(board, member)}", "strong"),)
        yield from member_fact_lines(board, member, width)
    if not any_shown:
        yield ((" There are no facts yet. Import them from a file with `teamboard facts import`.", "dim"),)


def facts_json(facts: Iterable[Fact]) -> list[dict[str, Any]]:
    """Facts as JSON values, each with its id."""
    return [{"id": f.id, **(fields_of(f) or {})} for f in facts]


def import_plan_lines(plan: ImportPlan, board: Board, changes: Changes, *, dry_run: bool = False) -> Iterator[Line]:
    """What an import adds, what it leaves out and why, the names and errors that stop it, and what it asks.

    `changes` are those that it makes to the `board`.
    """
    action, numbers = plan.action, board.number_format
    yield ((f" {plural(plan.rows, 'row')}, {plural(len(action.facts), 'fact')} of {one_line(action.batch)}", "strong"),)
    names = dict.fromkeys(f.name for f in action.facts)
    cells = max((cell_len(one_line(name)) for name in names), default=0)
    for name in names:
        named_facts = [f for f in action.facts if f.name == name]
        member_count = len({f.member for f in named_facts})
        total = plan.totals.get(name)
        total_text = "" if total is None else f", {format_amount(total, named_facts[0].unit, numbers)} in all"
        values = f"value{' ' if len(named_facts) == 1 else 's'}"
        counts = f"{len(named_facts):>6,} {values} of {plural(member_count, 'member')}{total_text}"
        yield ((f"   {fit(name, cells)}", "text"), (counts, "dim"))
    if plan.is_clear:
        would = "would change" if dry_run else "changed"
        yield ((f"   {plural(len(changes), 'record')} {would}", "text"),)
        yield from _goal_lines(plan, board, changes)
    if plan.without_goal:
        facts = plural(plan.without_goal, "fact")
        yield ((f"   without a check-in: {facts}, on whose day no such goal was open", "dim"),)
    for reason, left in plan.left_out.items():
        lines = ", ".join(map(str, left.lines)) + (" …" if left.count > len(left.lines) else "")
        yield ((f"   left out: {plural(left.count, 'row')}, {one_line(reason)}", "dim"),)
        yield ((f"             line{'' if left.count == 1 else 's'} {lines}", "dim"),)
        yield from _other_names(plan.names_left_out(reason))
    yield from _name_lines(plan, board)
    for error in plan.errors:
        yield ((f"   {one_line(error)}", "bad"),)
    for question in plan.questions:
        yield ((f"   {describe_goal_question(board, question)}", "bad"),)


def _goal_lines(plan: ImportPlan, board: Board, changes: Changes) -> Iterator[Line]:
    """The goals that an import checks in on: the newest value with its day, and how many check-ins it makes."""
    newest = {fact.goal: fact for fact in sorted(plan.action.facts, key=lambda fact: fact.on) if fact.goal is not None}
    goals = [goal for goal_id in sorted(newest, key=number_of) if (goal := board.goal(goal_id)) is not None]
    after = board.with_changes(changes)
    counts = Counter(c.goal for c in changes.values() if isinstance(c, CheckIn))
    amounts = {i: format_amount(fact.value, fact.unit, board.number_format) for i, fact in newest.items()}
    cells = min(max((cell_len(goal_label(goal)) for goal in goals), default=0), GOAL_CELLS)
    amount_cells = max(map(cell_len, amounts.values()), default=0)
    for goal in goals:
        count = plural(counts[goal.id], "check-in") if counts[goal.id] else "no new check-in"
        last = after.last_checkin(goal.id)
        own = "" if last is None or last.is_imported else f"; a later one by {name_of(board, last.by)} stays the last"
        amount = right_aligned(amounts[goal.id], amount_cells)
        told = f"  on {newest[goal.id].on}, {count}{own}"
        yield ((f"   {fit(goal_label(goal), cells)}", "text"), (f"  {amount}", "strong"), (told, "dim"))


def _name_lines(plan: ImportPlan, board: Board) -> Iterator[Line]:
    """The names in the file that are those of nobody on the board, or that members had before."""
    for name, found in sorted(plan.renamed.items()):
        text = f"{one_line(name)!r} is {name_of(board, found.handle)} ({found.handle}) now: {plural(found.rows, 'row')}"
        yield ((f"   {text}", "dim"),)
    for name, found in plan.unknown.items():
        suggestion = f"; perhaps {' or '.join(map(one_line, found.similar))}" if found.similar else ""
        yield ((f"   no member is called {one_line(name)!r}: {plural(found.rows, 'row')}{suggestion}", "bad"),)


def _other_names(others: Mapping[str, NamedRows]) -> Iterator[Line]:
    """The names of other teams with the most rows, and those that are perhaps members."""
    if not others:
        return
    most = sorted(others.items(), key=lambda item: -item[1].rows)[:MOST_NAMES]
    more = ", …" if len(others) > MOST_NAMES else ""
    listed = ", ".join(f"{one_line(name)} ({found.rows:,})" for name, found in most) + more
    yield ((f"             {plural(len(others), 'name')}: {listed}", "dim"),)
    for name, found in others.items():
        if found.similar:
            similar = " or ".join(map(one_line, found.similar))
            yield ((f"             {one_line(name)!r} is perhaps {similar}: {plural(found.rows, 'row')}", "warn"),)


def describe_goal_question(board: Board, question: GoalQuestion) -> str:
    """Which goals of a member a fact may be about: `ARR: two goals of Ana Ruiz fit since 2026-10-01: G1 …, G2 …`."""
    goals = ", ".join(goal_label(goal) for i in question.goals if (goal := board.goal(i)))
    count = "two" if len(question.goals) == 2 else str(len(question.goals))
    who = name_of(board, question.member)
    return f"{one_line(question.fact)}: {count} goals of {who} fit on {question.since}: {goals}"


def goal_question_lines(board: Board, question: GoalQuestion) -> Iterator[str]:
    """The question which of a member's goals a fact is about, with a number for each goal, and what an answer does."""
    who, fact = name_of(board, question.member), one_line(question.fact)
    yield f"{fact}: which goal of {who} is meant? These fit on {question.since}:"
    for number, goal_id in enumerate(question.goals, start=1):
        yield f"  {number}  {label_of(board, goal_id)}"
    yield f"All of {who}'s {fact} counts for that one."
    yield "To split it, stop with Ctrl+C; docs/facts.md shows a fact for each goal."


def describe_change(board: Board, entry: HistoryEntry) -> str:
    """What a commit did to facts, as the predicate of a sentence: `brought in facts of CRM: 12 new`."""
    changes = {i: c for i, c in entry.changes.items() if known_table(i) == "facts"}
    checkins = sum(known_table(i) == "checkins" for i in entry.changes)
    if len(changes) == 1 and not checkins:
        ((record_id, change),) = changes.items()
        return _describe_one_fact(board, record_id, change)
    created = sum(c.before is None for c in changes.values())
    removed = sum(c.after is None for c in changes.values())
    counts = {"new": created, "corrected": len(changes) - created - removed, "gone": removed, "check-ins": checkins}
    summary = ", ".join(f"{count} {name}" for name, count in counts.items() if count)
    batch = next((name for i, c in entry.changes.items() if (name := _batch_of(board, i, c))), "")
    return f"brought in facts{f' of {batch}' if batch else ''}: {summary}"


def _batch_of(board: Board, record_id: RecordId, change: Change) -> str:
    """The name of the map by which a changed fact, or that of a changed check-in, was imported; empty for others."""
    # A correction has only the fields that differ.
    fields = {**(change.before or {}), **(change.after or {})}
    record = board.get(record_id)
    if known_table(record_id) == "checkins":
        fact_id = fields.get("fact") or (record.fact if isinstance(record, CheckIn) else None)
        fact = board.get(RecordId(str(fact_id)))
        return fact.batch if isinstance(fact, Fact) else ""
    return str(fields.get("batch") or (record.batch if isinstance(record, Fact) else "") or "")


def _describe_one_fact(board: Board, record_id: RecordId, change: Change) -> str:
    """What a commit did to a single fact, as the predicate of a sentence."""
    fact = board.get(record_id)
    if not isinstance(fact, Fact):
        return f"removed {record_id}"
    label = f"{fact.name} of {name_of(board, fact.member)}: {format_value(fact, board.number_format)} ({fact.source})"
    return f"put down {label}" if change.before is None else f"corrected {label}"
