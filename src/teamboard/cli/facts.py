"""`teamboard facts`: numbers from outside: CRM exports, call recorders, surveys."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import click
import msgspec

from teamboard.actions.base import find_member, require
from teamboard.actions.facts import AddFact, ImportFacts
from teamboard.cli.commands import SuggestingGroup
from teamboard.cli.shared.completion import complete_members
from teamboard.cli.shared.options import board_options
from teamboard.cli.shared.output import print_json, print_lines, width
from teamboard.cli.shared.session import Session, pass_session
from teamboard.cli.shared.values import parse_day, parse_number
from teamboard.domain.amounts import plural
from teamboard.domain.board import Board
from teamboard.domain.errors import Refused
from teamboard.domain.ids import RecordId, known_table, to_record_id
from teamboard.domain.records import CheckIn, Fact
from teamboard.domain.sanitize import one_line
from teamboard.importers.csv_file import CsvFile, ReportProgress
from teamboard.importers.fact_goals import GoalQuestion
from teamboard.importers.fact_map import FactMap, read_fact_map
from teamboard.importers.facts import Importer, ImportPlan
from teamboard.importers.source_file import STDIN, source_file
from teamboard.render.facts import (
    describe_goal_question,
    facts_json,
    format_days,
    format_value,
    goal_question_lines,
    import_plan_lines,
    team_fact_lines,
)

MOST_ROUNDS = 5
"""How often it is asked which goals are meant; an answer may leave another question."""


@click.group(cls=SuggestingGroup)
def facts() -> None:
    """Numbers from outside: CRM exports, call recorders, surveys."""


@facts.command("import")
@board_options
@click.argument("file", type=click.Path(exists=True, allow_dash=True, path_type=Path))
@click.option(
    "--map",
    "map_file",
    required=True,
    type=click.Path(exists=True, allow_dash=True, path_type=Path),
    metavar="MAP.yaml",
    help="Which column is what, and which facts are made of it; docs/facts.md describes it.",
)
@click.option("--dry-run", is_flag=True, help="Show what would be imported; change nothing.")
@pass_session
def import_(session: Session, file: Path, map_file: Path, dry_run: bool) -> None:
    """Import the facts of a CSV FILE, - for standard input: all of them, or none.

    The same file again adds nothing; a corrected one takes the place of what came from the one before. A fact with a
    goal checks in on the member's goal that was open on its day; if two fit, the terminal asks, and a script says it in
    the map. The dry run tells what becomes of each row as the real one does, with the same exit code.
    """
    if STDIN in (file, map_file) and file == map_file:
        raise Refused("Only one of the file and the map can be the standard input.")
    chart = read_fact_map(map_file)
    store, shown, actor = session.open()
    board = shown.board
    require(board, actor, ImportFacts.verb)
    with source_file(file) as path:
        source = CsvFile(path, chart.columns, encoding=chart.encoding, separator=chart.separator, skip=chart.skip)
        with _progress(source.size, path.name) as read:
            plan = Importer(board, chart, source, shown.day).plan(read)
        for _ in range(MOST_ROUNDS):
            if not plan.questions or plan.errors or plan.unknown or not session.may_ask:
                break
            chart = _ask(board, chart, plan)
            plan = Importer(board, chart, source, shown.day).plan()
    changes = plan.action.changes(board, actor, session.now())
    if not plan.is_clear or dry_run:
        print_lines(import_plan_lines(plan, board, changes, dry_run=dry_run))
    if not plan.is_clear:
        raise Refused(f"Nothing was imported: {'. And: '.join(_why_not(plan, board, chart, path.name))}.")
    if dry_run:
        return
    if changes:
        commit = store.commit(plan.action, actor)
    print_lines(import_plan_lines(plan, board, changes))
    if not changes:
        click.echo(f"Nothing in {file.name} is new.")
        return
    removed = Counter(known_table(i) for i, change in commit.entry.changes.items() if change.after is None)
    made = len(commit.all_created(Fact)) - removed["facts"]
    checkins = len(commit.all_created(CheckIn)) - removed["checkins"]
    changed = sum(known_table(i) == "facts" for i in changes)
    more = f", {plural(abs(checkins), 'check-in')}{' fewer' if checkins < 0 else ''}" if checkins else ""
    click.echo(
        f"{plural(len(plan.action.facts), 'fact')} of {chart.name} from {plural(plan.rows, 'row')}: "
        f"{changed:,} changed, {made:+,} on the board{more}."
    )


def _ask(board: Board, chart: FactMap, plan: ImportPlan) -> FactMap:
    """The map with the goals that are chosen on the terminal, where two could be meant."""
    goals = dict(chart.goals)
    for question in plan.questions:
        for line in goal_question_lines(board, question):
            click.echo(line, err=True)
        most = len(question.goals)
        read = partial(_chosen, goals=question.goals)
        chosen = click.prompt(f"Which one? (1 to {most}, or an id)", value_proc=read, err=True)
        before = goals.get(question.member, ())
        goals[question.member] = (*((before,) if isinstance(before, str) else before), chosen)
    named = ", ".join(f"{who}: {_in_yaml(goal)}" for who, goal in goals.items())
    click.echo(f"To say it once for all, write in the map: goals: {{{named}}}", err=True)
    return msgspec.structs.replace(chart, goals=goals)


def _chosen(text: str, goals: tuple[RecordId, ...]) -> RecordId:
    """The goal that is meant by its number in a list or its id, in any case of letters. Raises click.BadParameter."""
    numbered = {str(number): goal for number, goal in enumerate(goals, start=1)}
    chosen = numbered.get(text.strip(), to_record_id(text))
    if chosen not in goals:
        raise click.BadParameter(
            f"{text.strip()!r} is none of them: type 1 to {len(goals)}, or an id: {', '.join(goals)}."
        )
    return chosen


def _in_yaml(goals: str | tuple[str, ...]) -> str:
    """The goals that are named for a member, as the map has them: `G12`, or `[G12, G14]`."""
    if isinstance(goals, str) or len(goals) == 1:
        return goals if isinstance(goals, str) else goals[0]
    return f"[{', '.join(goals)}]"


def _why_not(plan: ImportPlan, board: Board, fact_map: FactMap, file_name: str) -> Iterator[str]:
    """Yield why nothing of a plan can come in, and what to do, for each kind of reason."""
    if plan.unknown:
        yield (
            "some names are not members; name their members in the map (members:), or leave them out (ignore:), "
            "ignore: others all of them"
        )
    if plan.errors:
        yield f"{file_name}, {plan.errors[0]}"
    if plan.questions:
        yield _how_to_tell_goals_apart(plan.questions[0], board, fact_map)


def _how_to_tell_goals_apart(question: GoalQuestion, board: Board, fact_map: FactMap) -> str:
    """Which goals of a member fit, and how the map says which rows are about which of them."""
    named = ({*map(to_record_id, fact_map.goals_of(member))} for member in fact_map.goals)
    names_several = any({*question.goals} <= goals for goals in named)
    several = "; goals: names several of them, and a fact counts for one" if names_several else ""
    return (
        f"{describe_goal_question(board, question)}{several}; in the map, write a fact for each, with its title "
        f"(goal:) and its rows (where:), or count all of {one_line(question.fact)} for one: "
        f"goals: {{{question.member}: {question.goals[0]}}}"
    )


@facts.command("add")
@board_options
@click.argument("member", shell_complete=complete_members)
@click.argument("name")
@click.argument("value")
@click.option("--unit", default="", help="Its unit, such as € or calls.")
@click.option("--source", required=True, metavar="WHERE", help="Where it is from.")
@click.option("--link", default="", metavar="URL", help="Where it can be looked up.")
@click.option("--on", metavar="DAY", help="As of which day; today, if you don't say.")
@pass_session
def add(
    session: Session, member: str, name: str, value: str, unit: str, source: str, link: str, on: str | None
) -> None:
    """Record one number about MEMBER: what it counts (NAME), and its VALUE.

    \b
    teamboard facts add ana "Customer survey" 4.6 --source "Survey of October"
    """
    store, shown, actor = session.open()
    number = parse_number(value, session, shown.board)
    day = parse_day(on, shown.day)
    action = AddFact(member=member, name=name, value=number, source=source, unit=unit, link=link, on=day)
    made = store.commit(action, actor).all_created(Fact)[0]
    worth = format_value(made, shown.board.number_format)
    click.echo(f"{made.id} {made.name} of {made.member}: {worth} on {format_days(made)}.")


@facts.command("list")
@board_options
@click.option("--member", metavar="MEMBER", help="One member's only.", shell_complete=complete_members)
@click.option("--json", "as_json", is_flag=True, help="As JSON, every one; docs/json.md describes it.")
@pass_session
def list_(session: Session, member: str | None, as_json: bool) -> None:
    """List the facts: the newest of each kind, its course, and the team's median."""
    _, shown, _ = session.open()
    board = shown.board
    members = [find_member(board, member)] if member else list(board.members)
    if as_json:
        print_json(facts_json(f for m in members for f in board.facts_of(m.handle)))
    else:
        print_lines(team_fact_lines(board, members, width()))


@contextmanager
def _progress(size: int, name: str) -> Iterator[ReportProgress | None]:
    """A bar on the terminal while a long file is read; nothing elsewhere."""
    if not sys.stderr.isatty():
        yield None
        return
    with click.progressbar(length=size, label=f"Reading {name}", file=sys.stderr) as bar:
        yield lambda at: bar.update(at - bar.pos)
        bar.update(size - bar.pos)
