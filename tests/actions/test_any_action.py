"""Every action with arguments of every kind: refused, or it changes what its verb's row says."""

from __future__ import annotations

import typing
from datetime import date, datetime, timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test
from hypothesis.strategies import DataObject, SearchStrategy

from teamboard.actions.base import Action, Actor, perform
from teamboard.actions.batch import Batch
from teamboard.actions.facts import NewFact
from teamboard.actions.one_on_ones import NewAction, NewTopic
from teamboard.actions.revisions import ReviseGoal
from teamboard.domain.board import Board
from teamboard.domain.board_on_day import BoardOnDay
from teamboard.domain.commit_log import stored_fields
from teamboard.domain.due import dues
from teamboard.domain.errors import Refused
from teamboard.domain.ids import RecordId
from teamboard.domain.pulse import pulse
from teamboard.domain.records import (
    Cadence,
    DoneOrNot,
    Measure,
    Metric,
    Milestone,
    Milestones,
    Period,
    Review,
    Skill,
)
from teamboard.domain.report import report, report_before
from teamboard.importers.team import read_team
from teamboard.render.activity_log import describe_commit
from teamboard.render.board import board_lines
from teamboard.render.board_json import board_json
from teamboard.render.due import due_lines
from teamboard.render.feedback import open_feedback_lines
from teamboard.render.ical import calendar
from teamboard.render.pulse import pulse_lines
from teamboard.render.report import report_lines
from teamboard.render.reviews import review_line
from teamboard.resources import resource_folder
from teamboard.store import codec
from teamboard.store.codec import BoardFile
from teamboard.store.decoder import decode
from tests.conftest import NOW
from tests.helpers.verbs import ENCRYPTED, KEY, action_classes, fields_before, held_to_the_table

EXAMPLES = 60
HANDLES = ("mara", "ana", "ben", "chi", "dana", "nobody")
MEASURES: SearchStrategy[Measure] = st.sampled_from(
    [
        DoneOrNot(),
        Metric(unit="€", start=0.0, target=1000.0),
        Metric(unit="€", start=5.0, target=5.0),
        Milestones(milestones=(Milestone(name="One"), Milestone(name="Two", weight=2.0))),
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
        "instead_of": revisions,
        "undoes": st.integers(board.revision - 40, board.revision + 1),
        "action": st.sampled_from(["O1.1", "O2.1", "O3.1", "O3.2", "R1.1", "R9.9"]),
        "member": st.sampled_from(HANDLES),
        "handle": st.sampled_from([*HANDLES, "eve"]),
        "owner": st.sampled_from(HANDLES),
        "to": st.sampled_from(HANDLES),
        "manager": st.sampled_from(HANDLES),
        "of": st.lists(st.sampled_from(HANDLES), max_size=3).map(tuple),
        "about": st.sampled_from(["G12", "Negotiation", "words"]),
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


@pytest.fixture(scope="module")
def team() -> Board:
    return read_team(resource_folder("sample_team"), NOW, Actor(None, "demo", "desk")).board


@pytest.mark.parametrize("kind", action_classes(), ids=lambda c: c.__name__)
@settings(max_examples=40, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_what_an_action_changes_is_covered_by_its_verb(kind: type[Any], team: Board, data: DataObject) -> None:
    by = Actor(data.draw(st.sampled_from(HANDLES)), "login", "desk")
    at = data.draw(st.sampled_from([NOW, NOW + timedelta(days=45)]))
    try:
        _, entry, _ = perform(team, data.draw(action_of(kind, team)), by, at)
    except Refused:
        return
    held_to_the_table(entry, fields_before(team, entry))


def test_several_at_once_are_covered_too(team: Board) -> None:
    both = Batch(
        (
            ReviseGoal(goal=RecordId("G12"), reason="market", why="So", drop=True),
            ReviseGoal(goal=RecordId("G13"), reason="market", why="So", target=99.0),
        )
    )
    entry = perform(team, both, Actor("ana"), NOW)[1]
    held_to_the_table(entry, fields_before(team, entry))


class AnySequence(RuleBasedStateMachine):
    """Any actions one after the other: the board can be read cold after each, and all that is drawn of it drawn."""

    sample: BoardFile

    def __init__(self) -> None:
        super().__init__()
        self.file = self.sample
        self.at = NOW

    @rule(data=st.data())
    def act(self, data: DataObject) -> None:
        """One action, at once or some days later."""
        self.at += timedelta(days=data.draw(st.sampled_from([0, 0, 1, 20])))
        kind = data.draw(st.sampled_from(action_classes()))
        by = Actor(data.draw(st.sampled_from(HANDLES)), "login", "desk")
        try:
            board, entry, changes = perform(self.file.board, data.draw(action_of(kind, self.file.board)), by, self.at)
        except Refused:
            return
        self.file = codec.advance(self.file, board, changes, entry)
        cold = decode(b"".join(codec.encode(self.file))).board
        assert cold.set_aside == {}
        for name, records in self.file.board.tables.items():
            assert [stored_fields(r) for r in cold.tables[name].values()] == [
                stored_fields(r) for r in records.values()
            ]
        shown = BoardOnDay(cold, cold.day_of(self.at))
        assert describe_commit(cold, entry)
        assert list(board_lines(shown, 80))
        assert board_json(shown)
        list(due_lines(shown, dues(shown), 80))
        list(open_feedback_lines(shown, 80))
        list(pulse_lines(cold, pulse(shown), 80))
        calendar(shown, self.at)
        for review in cold.tables["reviews"].values():
            assert isinstance(review, Review)
            review_line(shown, review)
        if cold.team is not None:
            period = cold.team.period
            now, before = report(shown, period), report_before(shown, period)
            list(report_lines(cold, now, before, 80))


@pytest.mark.slow
def test_after_any_sequence_of_actions_all_can_be_read() -> None:
    AnySequence.sample = read_team(resource_folder("sample_team"), NOW, Actor(None, "demo", "desk"))
    run_state_machine_as_test(
        AnySequence,
        settings=settings(
            max_examples=EXAMPLES, stateful_step_count=12, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
