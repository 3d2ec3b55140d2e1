"""Any action with any values of its arguments, those that make no sense among them."""

from __future__ import annotations

import typing
from datetime import date, datetime, timedelta
from typing import Any

import msgspec
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from teamboard.actions.base import Action
from teamboard.actions.facts import NewFact
from teamboard.actions.one_on_ones import NewAction, NewTopic
from teamboard.domain.board import Board
from teamboard.domain.records import (
    Activity,
    Cadence,
    DoneOrNot,
    Measure,
    Metric,
    Milestone,
    Milestones,
    Period,
    Skill,
)
from tests.conftest import NOW
from tests.helpers.verbs import ENCRYPTED, KEY

HANDLES = ("mara", "ana", "ben", "chi", "dana", "nobody")
MEASURES: SearchStrategy[Measure] = st.sampled_from(
    [
        DoneOrNot(),
        Metric(unit="€", start=0.0, target=1000.0),
        Metric(unit="€", start=5.0, target=5.0),
        Milestones(milestones=(Milestone(name="One"), Milestone(name="Two", weight=2.0))),
        Activity(unit="€", per_week=10.0),
        Activity(unit="calls", per_week=0.0),
    ]
)
TEXTS = st.sampled_from(["", "Said", "Two\nlines", "[b]x[/b]", "é" * 400])
DAYS = st.dates(date(2026, 9, 1), date(2027, 4, 30)) | st.sampled_from([date.min, date.max, date(1900, 1, 1)])


def ids(board: Board, *tables: str) -> SearchStrategy[str]:
    return st.sampled_from([i for table in tables for i in board.tables[table]] + ["G999"])


def by_name(board: Board) -> dict[str, SearchStrategy[Any]]:
    """Values for the arguments whose names say more than their types."""
    revisions = ids(board, "revisions")
    skills = [s.name for m in board.members for s in m.skills]
    return {
        "goal": ids(board, "goals", "team_goals"),
        "feedback": ids(board, "feedback"),
        "review": ids(board, "reviews"),
        "revision": revisions,
        "word": TEXTS,
        "checkin": ids(board, "checkins"),
        "was": st.just({"title": "Other"}) | st.just({}),
        "instead_of": revisions,
        "up_to": st.integers(-1, board.revision + 1),
        "undoes": st.integers(board.revision - 40, board.revision + 1),
        "action": st.sampled_from(["O1.1", "O2.1", "O3.1", "O3.2", "R1.1", "R9.9"]),
        "member": st.sampled_from(HANDLES),
        "handle": st.sampled_from([*HANDLES, "eve", "Eve", "none"]),
        "owner": st.sampled_from(HANDLES),
        "to": st.sampled_from(HANDLES),
        "manager": st.sampled_from(HANDLES),
        "goals_to": st.sampled_from([*HANDLES, "dropped"]),
        "reports_to": st.sampled_from(HANDLES),
        "goals": st.dictionaries(
            ids(board, "goals", "team_goals"), st.sampled_from([*HANDLES, "achieved", "missed"]), max_size=3
        ),
        "of": st.lists(st.sampled_from(HANDLES), max_size=3).map(tuple),
        "about": st.sampled_from(["G12", "Negotiation", "words"]),
        "drives": ids(board, "goals", "team_goals"),
        "serves": ids(board, "team_goals"),
        "aligned": st.dictionaries(ids(board, "team_goals"), st.sampled_from([0.5, 1.0]), max_size=2),
        "choices": st.dictionaries(
            ids(board, "goals", "team_goals"), st.sampled_from(["carry", "renew", "drop", "close"]), max_size=4
        ),
        "name": st.sampled_from(["New", "Other", *skills]),
        "rename": st.sampled_from(["", "Renamed"]),
        "without": st.just(()),
        "prepared": st.dictionaries(st.sampled_from(HANDLES[:3]), st.sampled_from(["started", "shared"]), max_size=2),
        "encrypted": st.just(ENCRYPTED),
        "seen": st.just("C1"),
        "key": st.sampled_from([KEY, "none"]),
        "period": st.sampled_from(["", *(p.name for p in (board.team.earlier if board.team else ()))]),
        "closes": st.just("Q4 2026"),
        "seconds": st.dictionaries(st.sampled_from(HANDLES), st.integers(-5, 900), max_size=4),
        "cadence": st.dictionaries(
            st.sampled_from(["check_in", "feedback", "one_on_one", "review"]), st.integers(1, 90), max_size=2
        ),
        "facts": st.lists(
            st.builds(
                NewFact,
                member=st.sampled_from(["ana", "ben"]),
                name=st.sampled_from(["Deals", "Won"]),
                value=st.floats(0, 1e6),
                on=st.dates(date(2026, 10, 1), date(2026, 11, 20)),
                starts=st.none() | st.just(date(2026, 10, 1)),
                goal=st.none() | st.sampled_from(["G12", "G13"]),
            ),
            max_size=3,
        ).map(tuple),
        "timezone": st.sampled_from(["Europe/Berlin", "Nowhere/Land"]),
        "began": st.integers(-40, 40).map(lambda days: NOW + timedelta(days=days)),
    }


BY_TYPE: dict[Any, SearchStrategy[Any]] = {
    str: TEXTS,
    float: st.sampled_from([0.0, 1.0, 55.0, -3.0, 1e9, float("inf")]),
    int: st.integers(-1, 11),
    bool: st.booleans(),
    date: DAYS,
    datetime: st.just(NOW),
    Measure: MEASURES,
    Period: st.just(Period(name="Q1", starts=date(2027, 1, 1), ends=date(2027, 3, 31))),
    Cadence: st.just(Cadence()),
    Milestone: st.sampled_from([Milestone(name="One"), Milestone(name="Two", weight=3.0)]),
    NewTopic: st.builds(NewTopic, theme=st.sampled_from(["skills", "career"]), text=TEXTS),
    NewAction: st.builds(NewAction, text=TEXTS, owner=st.sampled_from(["", "ana"]), due=st.none() | DAYS),
    Skill: st.builds(Skill, name=TEXTS, level=st.integers(1, 5), target=st.integers(1, 5)),
}


def by_type(kind: Any) -> SearchStrategy[Any]:
    """Values of an argument's type, those that make no sense among them."""
    if kind in BY_TYPE:
        return BY_TYPE[kind]
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if origin is typing.Literal:
        return st.sampled_from(arguments)
    if origin is tuple:
        return st.lists(by_type(arguments[0]), max_size=2).map(tuple)
    if kind is type(None):
        return st.none()
    if arguments:
        return st.one_of([by_type(a) for a in arguments if a is not msgspec.UnsetType])
    return st.from_type(kind)


def action_of(kind: type[Any], board: Board) -> SearchStrategy[Action]:
    """Actions of a class, each optional argument given or left out."""
    names = by_name(board)
    hints = typing.get_type_hints(kind)
    required: dict[str, SearchStrategy[Any]] = {}
    optional: dict[str, SearchStrategy[Any]] = {}
    for field in msgspec.structs.fields(kind):
        hint = hints[field.name]
        values = names[field.name] if field.name in names else by_type(hint)
        if type(None) in typing.get_args(hint):
            values = values | st.none()
        open_ended = field.default is msgspec.NODEFAULT and field.default_factory is msgspec.NODEFAULT
        (required if open_ended else optional)[field.name] = values
    return st.fixed_dictionaries(required, optional=optional).map(lambda given: kind(**given))
