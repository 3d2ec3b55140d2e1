"""What records refer to, told once; records that refer to something that is not there, and what refers to a goal."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from itertools import chain
from operator import attrgetter

from msgspec import Struct

from teamboard.domain.amounts import plural
from teamboard.domain.board import AnyGoal, Board, Changes
from teamboard.domain.goals.revisions import made_by
from teamboard.domain.goals.tree import is_in_circle
from teamboard.domain.ids import RecordId, Table, table_of
from teamboard.domain.input_parsing import is_timezone
from teamboard.domain.people import stays
from teamboard.domain.records import Goal, Member, Record, Team, TeamGoal


class Reference(Struct, frozen=True):
    """A field of the records of a table that refers to records of other tables: a member's handle, or ids.

    `wrong` says what is wrong with a `value` that none of them has. A field with `many` maps each id to something.
    """

    table: Table
    field: str
    to: tuple[Table, ...]
    wrong: str
    many: bool = False

    def values(self, records: Iterable[Record]) -> Iterator[str]:
        """The handles or ids that some records have in this field."""
        found = map(attrgetter(self.field), records)
        return chain.from_iterable(found) if self.many else (value for value in found if value is not None)


def _member(table: Table, field: str) -> Reference:
    return Reference(table, field, ("members",), f"{field} {{value!r}} is not a member")


REFERENCES = (
    _member("members", "manager"),
    _member("team_goals", "owner"),
    _member("goals", "owner"),
    _member("feedback", "giver"),
    _member("feedback", "to"),
    _member("one_on_ones", "member"),
    _member("one_on_ones", "manager"),
    _member("facts", "member"),
    _member("reviews", "member"),
    _member("reviews", "manager"),
    Reference("team_goals", "serves", ("team_goals",), "serves {value!r}, which is not a team goal"),
    Reference("goals", "aligned", ("team_goals",), "aligned to {value!r}, which is not a team goal", many=True),
    Reference("goals", "drives", ("goals",), "drives {value!r}, which is not a goal of a member"),
    Reference("goals", "continues", ("goals",), "continues {value!r}, which is not a goal of a member"),
    Reference("checkins", "goal", ("goals", "team_goals"), "goal {value!r} does not exist"),
    Reference("revisions", "goal", ("goals", "team_goals"), "goal {value!r} does not exist"),
)
"""Every field that must refer to a record of the board."""


class InvalidRecord(Struct, frozen=True):
    """A record that makes a board invalid, why, and the handle or id that it refers to and nothing has."""

    record_id: RecordId
    why: str
    missing: str = ""


def invalid_references(board: Board) -> Iterator[InvalidRecord]:
    """Yield the records of a board that refer to something that is not there, or contradict others."""
    handles: set[str] = set()
    for member in board.members:
        if member.handle in handles:
            yield InvalidRecord(member.id, f"handle {member.handle!r} is used twice")
        handles.add(member.handle)
    if (in_cycle := board.member(manager_cycle({m.handle: m.manager for m in board.members}))) is not None:
        yield InvalidRecord(in_cycle.id, f"{in_cycle.handle!r} is in a cycle of managers")
    yield from (_circle(t) for t in board.team_goals if t.serves and is_in_circle(board, t))
    yield from _missing(board, REFERENCES, lambda reference: board.tables[reference.table].values())
    if board.team is not None:
        yield from _unknown_timezone(board.team)


def driving_circles(board: Board) -> Iterator[InvalidRecord]:
    """Yield the goals that drive themselves by way of others. A board with some can be read, but none is made."""
    drives = {i: g.drives for i, g in board.tables["goals"].items() if isinstance(g, Goal) and g.drives is not None}
    for goal_id, driven in drives.items():
        seen, step = set[RecordId](), drives.get(goal_id)
        while step is not None and step != goal_id and step not in seen:
            seen.add(step)
            step = drives.get(step)
        if step == goal_id:
            yield InvalidRecord(goal_id, f"it drives {driven}, which drives {goal_id}")


def broken_references(before: Board, after: Board, changes: Changes) -> Iterator[InvalidRecord]:
    """What of `invalid_references` changes have brought about; `after` is the board with them.

    Only the changed records and what refers to them is looked at, so that a check-in on a large board costs no more
    than one on a small board.
    """
    removed = [record for i, now in changes.items() if now is None and (record := before.get(i)) is not None]
    if any(isinstance(old := before.get(i), Member) and after.member(old.handle) is None for i in changes):
        # Rare, so the whole board is checked.
        yield from invalid_references(after)
        return
    emptied = {table_of(record.id) for record in removed}
    affected = [reference for reference in REFERENCES if emptied & {*reference.to} - {"members"}]
    yield from _missing(after, affected, lambda reference: after.tables[reference.table].values())
    changed: dict[Table, list[Record]] = {}
    for record in changes.values():
        if record is None:
            continue
        changed.setdefault(table_of(record.id), []).append(record)
        if isinstance(record, Member):
            if after.handle_is_shared(record.handle):
                yield InvalidRecord(record.id, f"handle {record.handle!r} is used twice")
            if _is_own_manager(after, record):
                yield InvalidRecord(record.id, f"{record.handle!r} is in a cycle of managers")
        elif isinstance(record, TeamGoal) and record.serves and is_in_circle(after, record):
            yield _circle(record)
        elif isinstance(record, Team):
            yield from _unknown_timezone(record)
    yield from _missing(after, REFERENCES, lambda reference: changed.get(reference.table, ()))


def left_with_leavers(board: Board) -> frozenset[RecordId]:
    """The ids of the goals, open or proposed, of members who leave, and of the members who report to them."""
    leavers = {member.handle for member in board.members if not stays(member)}
    if not leavers:
        return frozenset()
    # With those that are only proposed.
    goals = (g for table in ("goals", "team_goals") for g in board.tables[table].values())
    left = [g.id for g in goals if isinstance(g, Goal | TeamGoal) and g.owner in leavers and g.outcome is None]
    return frozenset((*left, *(m.id for m in board.members if stays(m) and m.manager in leavers)))


def _circle(team_goal: TeamGoal) -> InvalidRecord:
    return InvalidRecord(team_goal.id, f"it serves {team_goal.serves}, which serves {team_goal.id}")


def _missing(
    board: Board, references: Iterable[Reference], records: Callable[[Reference], Collection[Record]]
) -> Iterator[InvalidRecord]:
    """Those of some records that refer to something that is not on the board; `records` gives those to look at."""
    for reference in references:
        found = records(reference)
        # Many records refer to the same one: each is looked up once.
        missing = _unknown(board, reference.to, {*reference.values(found)})
        for record in found if missing else ():
            for value in reference.values([record]):
                if value in missing:
                    yield InvalidRecord(record.id, reference.wrong.format(value=value), value)


def _unknown(board: Board, tables: tuple[Table, ...], values: set[str]) -> set[str]:
    """Those of some values that are no id of a record in one of these tables, or no handle of a member."""
    if tables == ("members",):
        return {handle for handle in values if board.member(handle) is None}
    return values.difference(*(board.tables[name] for name in tables))


def _unknown_timezone(team: Team) -> Iterator[InvalidRecord]:
    if not is_timezone(team.timezone):
        yield InvalidRecord(team.id, f"timezone {team.timezone!r} is not known")


def _is_own_manager(board: Board, member: Member) -> bool:
    seen = set[str]()
    above: Member | None = member
    while above is not None and above.handle not in seen:
        seen.add(above.handle)
        above = board.member(above.manager)
    return above is not None


def manager_cycle(managers: Mapping[str, str | None]) -> str | None:
    """The handle of a member in a cycle of managers; None if there is no cycle.

    `managers` maps each handle to that of the manager.
    """
    checked: set[str] = set()
    for handle in managers:
        above, seen = handle, set[str]()
        while above not in checked and above not in seen:
            seen.add(above)
            manager = managers.get(above)
            if manager is None:
                break
            above = manager
        else:
            if above in seen:
                return above
        checked |= seen
    return None


REFERENCE_WORDS: dict[tuple[Table, str], str] = {
    ("checkins", "goal"): "check-in",
    ("feedback", "about"): "feedback {}",
    ("revisions", "goal"): "revision {}",
    ("goals", "drives"): "{} which drives it",
    ("goals", "aligned"): "{} aligned to it",
    ("goals", "continues"): "{} which is the rest of it",
    ("team_goals", "serves"): "{} which serves it",
}
"""How the records that refer to a goal are named, by table and field, in the order in which they are told."""


def built_on(board: Board, goal: AnyGoal) -> list[str]:
    """What keeps a goal from being removed, in words: all that refers to it, and the goal of which it is the rest.

    The revision that made it does not: it goes with it. Goals that are proposed, or were not agreed, do.
    """
    made, found = made_by(board, goal), dict[tuple[Table, str], list[Record]]()
    for table, field, record in _referring(board, goal):
        if record is not made:
            found.setdefault((table, field), []).append(record)
    words = []
    for key in sorted(found, key=[*REFERENCE_WORDS].index):
        records, text = found[key], REFERENCE_WORDS[key]
        words.append(text.format(_named(board, records[0])) if "{}" in text else plural(len(records), text))
    if isinstance(goal, Goal) and goal.continues is not None:
        words.append(f"{goal.continues} of which it is the rest")
    return words


def _referring(board: Board, goal: AnyGoal) -> Iterator[tuple[Table, str, Record]]:
    """Yield what refers to a goal: the table, the field and the record."""
    table_of_goal = table_of(goal.id)
    for reference in REFERENCES:
        if table_of_goal in reference.to:
            for record in board.tables[reference.table].values():
                if goal.id in reference.values([record]):
                    yield reference.table, reference.field, record
    # What feedback is about need not be a goal, so it is not checked as a reference.
    yield from (("feedback", "about", f) for f in board.feedback if f.about == goal.id)


def _named(board: Board, record: Record) -> str:
    """A record by its id; a goal that is not agreed is shown nowhere, so it is said what became of its proposal."""
    if not isinstance(record, Goal) or board.counts(record.id):
        return record.id
    made = made_by(board, record)
    answered = f"{made.state} " if made is not None and made.state in ("declined", "withdrawn") else ""
    return f"the {answered}proposal {record.id}"
