"""Goals that are proposed, or were declined, count nowhere: whatever is computed is as without them."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from teamboard.actions.base import Actor, perform
from teamboard.actions.goals import ProposeGoal
from teamboard.actions.revision_responses import AgreeToRevision, DeclineRevision, WithdrawRevision
from teamboard.domain.alignment import alignment, contributions_of
from teamboard.domain.board import Board
from teamboard.domain.board_filter import filter_board
from teamboard.domain.board_on_day import BoardOnDay
from teamboard.domain.due import dues
from teamboard.domain.ids import RecordId
from teamboard.domain.periods import unfinished
from teamboard.domain.pulse import pulse
from teamboard.domain.records import DoneOrNot, GoalRevision, Measure, Metric
from teamboard.domain.report import report
from teamboard.domain.reviews.evidence import evidence
from teamboard.domain.standup import help_wanted_by, speakers
from teamboard.render.board_json import board_json
from teamboard.render.ical import day_events
from teamboard.store.codec import BoardFile
from tests.conftest import NOW, TODAY
from tests.helpers.same_board import standings_of

EURO = Metric(unit="€", start=0, target=500_000)
Proposed = tuple[str, Measure, dict[RecordId, float], str]
"""Whose goal, its measure and alignment, and what becomes of it."""

PROPOSALS: st.SearchStrategy[list[Proposed]] = st.lists(
    st.tuples(
        st.sampled_from(["ana", "ben", "chi", "dana", "jonas"]),
        st.sampled_from([EURO, DoneOrNot()]),
        st.sampled_from([{}, {RecordId("T5"): 1.0}, {RecordId("T3"): 0.5, RecordId("T5"): 0.5}]),
        st.sampled_from(["", "declined", "withdrawn"]),
    ),
    min_size=1,
    max_size=6,
)


def with_proposals(board: Board, proposals: list[Proposed]) -> Board:
    for owner, measure, aligned, becomes in proposals:
        by, answer = Actor(owner), RecordId(board.next_id("revisions"))
        propose = ProposeGoal(title="Mine", measure=measure, aligned=aligned if measure == EURO else {})
        board, _, _ = perform(board, propose, by, NOW)
        manager = board.member(owner)
        assert manager is not None
        if becomes == "declined":
            decline = DeclineRevision(revision=answer, word="No")
            board, _, _ = perform(board, decline, Actor(manager.manager), NOW + timedelta(days=1))
        elif becomes == "withdrawn":
            board, _, _ = perform(board, WithdrawRevision(revision=answer), by, NOW + timedelta(days=1))
    return board


def figures(board: Board, day: date) -> dict[str, Any]:
    """All that is computed of goals on a day, by what it is."""
    shown = BoardOnDay(board, day)
    assert board.team is not None
    members = list(board.members)
    json = board_json(shown)
    for member in json["members"]:
        del member["proposed"], member["waiting"]
    return {
        "standings": standings_of(shown),
        "dues": dues(shown),
        "pulse": pulse(shown),
        "report": report(shown, board.team.period),
        "evidence": [evidence(board, m, day - timedelta(days=40), day) for m in members],
        "alignment": alignment(shown),
        "contributions": [contributions_of(board, m) for m in members],
        "standup": [speakers(shown, "round", 0), [list(help_wanted_by(board, m)) for m in members]],
        "calendar": list(day_events(shown)),
        "unfinished": unfinished(board),
        "sections": [(s.member.handle, s.goals) for s in filter_board(shown).sections],
        "json": {name: value for name, value in json.items() if name != "revision"},
    }


@settings(max_examples=25, suppress_health_check=list(HealthCheck))
@given(PROPOSALS, st.sampled_from([TODAY, TODAY + timedelta(days=20), date(2027, 1, 15)]))
def test_a_board_with_proposed_goals_has_the_same_figures(
    sample: BoardFile, proposals: list[Proposed], day: date
) -> None:
    board = with_proposals(sample.board, proposals)
    assert len(board.tables["goals"]) == len(sample.board.tables["goals"]) + len(proposals)
    # Evidence reads the history, which a board from an action does not have.
    assert sample.board.history is not None
    without, found = figures(sample.board, day), figures(board.with_history(sample.board.history), day)
    for what, value in without.items():
        assert found[what] == value, what


@pytest.mark.parametrize("becomes", ["", "declined", "withdrawn"])
def test_a_proposed_goal_is_listed_until_it_is_answered(sample: BoardFile, becomes: str) -> None:
    board = with_proposals(sample.board, [("ana", EURO, {}, becomes)])
    goal_id = RecordId("G41")
    listed = [g.id for g in board.proposed_goals_of("ana")]
    assert (listed, board.is_proposed(goal_id)) == (([], False) if becomes else ([goal_id], True))
    assert not board.counts(goal_id)
    section = next(s for s in filter_board(BoardOnDay(board, TODAY)).sections if s.member.handle == "ana")
    assert [g.id for g in section.proposed] == listed


def test_an_agreed_goal_is_a_goal_as_any_other(sample: BoardFile) -> None:
    board = with_proposals(sample.board, [("ana", EURO, {RecordId("T3"): 1.0}, "")])
    before = BoardOnDay(board, TODAY)
    goal_id = RecordId("G41")
    made = next(v for v in board.revisions if isinstance(v, GoalRevision) and v.goal == goal_id)
    agreed, _, _ = perform(board, AgreeToRevision(revision=made.id), Actor("mara"), NOW + timedelta(days=2))
    after, changed = before.followed_by(agreed, TODAY + timedelta(days=2))
    goal = agreed.goal(goal_id)
    assert goal is not None
    assert (agreed.counts(goal_id), goal.set_on) == (True, TODAY + timedelta(days=2))
    assert [g.id for g in agreed.open_goals_of("ana")][-1] == goal_id
    assert {goal_id, made.id} <= changed
    assert (before.standing(goal).status, after.standing(goal).status) == ("proposed", "new")
