"""Random commits sent to the function by hand: what is accepted leaves a board that everybody can read."""

from __future__ import annotations

import random
from typing import Any

import psycopg
import pytest

from teamboard.domain.commit_log import fields_of
from teamboard.domain.ids import LETTERS, Table
from teamboard.domain.records import TABLES
from teamboard.domain.references import invalid_references
from teamboard.domain.verbs import all_verbs
from teamboard.store.postgres import PostgresStore
from teamboard.store.postgres.rules import kind_rows
from tests.helpers.checker import check
from tests.helpers.postgres import Server
from tests.helpers.seats import Database, Patches, commit_by_hand

TRIES = 2_000
AT = "2026-01-01T00:00:00Z"
NASTY: tuple[Any, ...] = (
    None, True, 0, -1, 1, 0.5, 1e16, -0.0, 10**20, 1e300, "", "x", "ana", "mara", "nobody", "G1", "G2", "T1", "C1",
    "E1", AT, AT[:10], "0000-00-00", "9999-99-99", "\x00", "\x1b[2J", "Europe/Madrid", "Mars/Olympus", [], {}, ["ana"],
    ["ana", "ana"], [None], {"T1": 1.0}, {"T9": 1.0}, {"ana": "shared"}, {"kind": "done"},
    {"kind": "metric", "unit": "€", "start": 0, "target": 0}, {"kind": "metric", "unit": "€", "start": 0, "target": 10},
    {"kind": "milestones", "milestones": []}, [{"by": "ana", "at": AT, "text": "x"}], [{"text": "x", "owner": "ben"}],
    [{"name": "Calls", "level": 2}], "proposed", "agreed", "withdrawn", "resolved", "signed", "dropped",
    "praise", "request",
)  # fmt: skip
SHAPES = {kind: shape["fields"] for kind, _, _, shape, _ in kind_rows()}
MEMBERS = sorted(verb for verb, row in all_verbs().items() if row.in_database)
"""The verbs that members may have."""
WRITTEN = {verb: sorted({writes.table for writes in row.writes}) for verb, row in all_verbs().items()}

PLAIN = {
    "text": ("words", "mara", "ana", "ben", "x" * 50),
    "day": (AT[:10], "2026-11-26", "2027-02-01"),
    "moment": (AT,),
    "number": (0, 1, 5, 0.5, 100),
    "whole": (0, 1, 5, 100),
}
"""Values of simple fields, by the type of their shape."""


def likely(chance: random.Random, shape: dict[str, Any], name: str, who: str) -> Any:
    """A value that a field may well have, or one of the nasty ones."""
    if chance.random() < 0.04:
        return chance.choice(NASTY)
    if name in ("by", "from", "giver", "owner", "member", "answered_by"):
        return chance.choice((who, who, who, "ana", "ben", "mara"))
    if name == "goal":
        return chance.choice(("G1", "G2", "T1"))
    plain = PLAIN.get(shape["t"]) or shape.get("of")
    if isinstance(plain, (list, tuple)):
        return chance.choice(plain)
    match shape["t"]:
        case "list":
            return [likely(chance, shape["item"], "", who) for _ in range(chance.randrange(3))]
        case "record":
            fields = shape["fields"]
            names = [n for n in fields if n in shape["needs"] or chance.random() < 0.3]
            return {n: likely(chance, fields[n], n, who) for n in names}
        case "map":
            return {chance.choice(("T1", "ana", "mara", "due", "title")): likely(chance, shape["value"], "", who)}
        case _:
            return chance.choice(NASTY)


def without_defaults(shapes: dict[str, Any], fields: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if shapes[name].get("default", ...) != value}


def hostile(chance: random.Random, board: Any, who: str) -> tuple[str, Patches]:
    verb = chance.choice(sorted(all_verbs()) if chance.random() < 0.1 else MEMBERS)
    patches: Patches = {}
    for _ in range(chance.choice((1, 1, 1, 1, 1, 2, 3))):
        tables: list[Table] = WRITTEN[verb] or sorted(TABLES)
        table = chance.choice(tables) if chance.random() < 0.9 else chance.choice(sorted(TABLES))
        shapes = SHAPES[table]
        records = sorted(board.tables[table])
        if records and chance.random() < 0.6:
            record = board.get(chance.choice(records)) or board.tables[table][records[0]]
            known = fields_of(record) or {}
            names = chance.sample(sorted(shapes), min(len(shapes), chance.choice((1, 1, 2, 3))))
            # What is a rule's own: the fields that the verb may change.
            allowed = [
                n for writes in all_verbs()[verb].writes if writes.table == table for n in writes.changes if n in shapes
            ]
            if allowed and chance.random() < 0.8:
                names = chance.sample(allowed, chance.randrange(1, len(allowed) + 1))
            changed = without_defaults(shapes, {n: likely(chance, shapes[n], n, who) for n in names})
            patches[record.id] = chance.choice((None, *[{"set": changed}] * 9))
            if chance.random() < 0.05:
                patches[record.id] = {"set": {}, "unset": chance.sample(sorted(known), 1)}
        else:
            number = board.ids.get(table, 0) + chance.choice((1,) * 12 + (2, 0))
            needed = [n for n in shapes if "default" not in shapes[n] or chance.random() < 0.05]
            made = without_defaults(shapes, {n: likely(chance, shapes[n], n, who) for n in needed})
            patches[f"{LETTERS[table]}{number}"] = {"set": made}
    return verb, patches


def attack(database: Database, tries: int, seed: int) -> int:
    """Send commits as each member; return how many were accepted."""
    chance = random.Random(seed)
    follower = PostgresStore(database.url_of_admin)
    board = follower.load()
    accepted = 0
    connections = {who: database.by_hand(who) for who in ("ana", "mara", "ben", "eve")}
    for connection in connections.values():
        connection.autocommit = True
    for i in range(tries):
        who = chance.choice(("ana", "ana", "mara", "mara", "ben", "eve"))
        verb, patches = hostile(chance, board, who)
        undoes = chance.randrange(board.revision + 2) if verb == "undo" else None
        try:
            made = commit_by_hand(connections[who], board.revision, verb, patches, undoes=undoes)
        except (psycopg.DataError, psycopg.IntegrityError, psycopg.ProgrammingError):
            continue
        assert made, (i, verb, patches)
        accepted += 1
        board = follower.load()
        cold = database.cold()
        assert cold.tables == board.tables, (i, who, verb, patches)
        assert cold.ids == board.ids
        assert list(invalid_references(cold)) == [], (i, who, verb, patches)
    for connection in connections.values():
        connection.close()
    check(database.url_of_admin, [])
    return accepted


@pytest.mark.slow
def test_no_commit_makes_the_board_unreadable(server: Server) -> None:
    assert attack(Database(server), TRIES, seed=5) > TRIES / 100
