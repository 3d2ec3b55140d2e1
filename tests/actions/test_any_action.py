"""Every action with arguments of every kind: refused, or it changes what its verb's row says."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test
from hypothesis.strategies import DataObject

from teamboard.actions.base import Actor, perform
from teamboard.actions.batch import Batch
from teamboard.actions.revisions import ReviseGoal
from teamboard.domain.board import Board
from teamboard.domain.board_on_day import BoardOnDay
from teamboard.domain.commit_log import stored_fields
from teamboard.domain.due import dues
from teamboard.domain.errors import Refused
from teamboard.domain.ids import RecordId
from teamboard.domain.pulse import pulse
from teamboard.domain.records import Review
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
from tests.helpers.any_action import HANDLES, action_of
from tests.helpers.verbs import action_classes, fields_before, held_to_the_table

EXAMPLES = 60


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
        list(pulse_lines(shown, pulse(shown), 80))
        calendar(shown, self.at)
        for review in cold.tables["reviews"].values():
            assert isinstance(review, Review)
            review_line(shown, review)
        if cold.team is not None:
            period = cold.team.period
            now, before = report(shown, period), report_before(shown, period)
            list(report_lines(shown, now, before, 80))


@pytest.mark.slow
def test_after_any_sequence_of_actions_all_can_be_read() -> None:
    AnySequence.sample = read_team(resource_folder("sample_team"), NOW, Actor(None, "demo", "desk"))
    run_state_machine_as_test(
        AnySequence,
        settings=settings(
            max_examples=EXAMPLES, stateful_step_count=12, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
