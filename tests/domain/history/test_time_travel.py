"""History: the board as of any revision or day is the board that stood then; undo takes back what it may."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from teamboard.actions.alignment import AlignGoal
from teamboard.actions.base import Action, Actor, perform
from teamboard.actions.check_ins import CheckInGoal
from teamboard.actions.feedback import GiveFeedback, ReplyToFeedback, ResolveFeedback
from teamboard.actions.goals import AddGoal, AddTeamGoal
from teamboard.actions.periods import BeginPeriod
from teamboard.actions.revision_responses import AcknowledgeRevision, AgreeToRevision, DeclineRevision, WithdrawRevision
from teamboard.actions.revisions import ReviseGoal
from teamboard.actions.team import AddMember, ChangeMember
from teamboard.actions.undo import Undo
from teamboard.domain.board import Board
from teamboard.domain.errors import NotFound, Refused
from teamboard.domain.goals.revisions import revisions_waiting_for
from teamboard.domain.history.differences import changed
from teamboard.domain.history.log import last_undoable_commit
from teamboard.domain.history.time_travel import as_of, board_on, revision_on
from teamboard.domain.ids import RecordId
from teamboard.domain.records import REASONS, Metric
from teamboard.domain.references import invalid_references
from teamboard.render.activity_log import describe_commit, matching_commits
from teamboard.store import codec
from teamboard.store.decoder import decode
from tests.conftest import ANA, BEN, MARA, NOW, TODAY, Maker, small_maker

GOALS = st.sampled_from([f"G{n}" for n in range(1, 9)])
TEAM_GOALS = st.sampled_from(["T1", "T2", "T3"])
STEPS = st.one_of(
    st.builds(CheckInGoal, goal=GOALS, value=st.integers(0, 2000).map(float)),
    st.builds(CheckInGoal, goal=st.sampled_from(["G1", "G2"]), value=st.integers(0, 2000).map(float)),
    st.builds(GiveFeedback, to=st.sampled_from(["ana", "ben"]), text=st.just("Well done")),
    st.just(ResolveFeedback(feedback=RecordId("F1"))),
    st.just(ReplyToFeedback(feedback=RecordId("F1"), text="Thanks")),
    st.builds(
        ReviseGoal,
        goal=st.one_of(GOALS, TEAM_GOALS),
        reason=st.sampled_from(REASONS),
        why=st.just("It moved"),
        target=st.sampled_from([1000.0, 2000.0, 3000.0]),
        effective=st.one_of(st.none(), st.dates(TODAY, TODAY + timedelta(days=30))),
    ),
    st.builds(
        ReviseGoal,
        goal=st.sampled_from(["G1", "G2", "G3", "T1"]),
        reason=st.just("market"),
        why=st.just("It moved again"),
        target=st.integers(1, 3000).map(float),
    ),
    st.builds(ReviseGoal, goal=GOALS, reason=st.just("capacity"), why=st.just("x"), drop=st.just(True)),
    st.sampled_from([AgreeToRevision, AgreeToRevision, AcknowledgeRevision, DeclineRevision, WithdrawRevision]),
    st.builds(AlignGoal, goal=GOALS, aligned=st.sampled_from([{}, {"T1": 1.0}, {"T1": 0.4, "T2": 0.6}])),
    st.builds(
        BeginPeriod,
        choices=st.dictionaries(
            st.sampled_from(["G1", "G2", "T1"]), st.sampled_from(["carry", "renew", "drop", "close"]), max_size=3
        ),
        name=st.text("abc", min_size=1, max_size=3),
        starts=st.dates(TODAY - timedelta(days=5), TODAY + timedelta(days=12)),
    ),
    st.builds(AddGoal, owner=st.just("ana"), title=st.text(min_size=1, max_size=5)),
    st.builds(
        AddGoal,
        owner=st.sampled_from(["ana", "ben"]),
        title=st.just("€"),
        measure=st.just(Metric(unit="€", start=0, target=500)),
        aligned=st.just({"T1": 1.0}),
    ),
    st.builds(AddTeamGoal, title=st.just("Quality")),
    st.builds(ChangeMember, handle=st.sampled_from(["ana", "ben"]), manager=st.sampled_from(["ana", "ben", "mara"])),
    st.builds(Undo, undoes=st.integers(1, 60)),
)
ACTORS = st.sampled_from([MARA, MARA, ANA, BEN])


def meant(board: Board, step: Action | type, by: Actor) -> tuple[Action, Actor]:
    """An action and who does it; an answer is to whatever waits for one, by whom it waits for."""
    if not isinstance(step, type):
        return step, by
    for member in ("mara", "ana", "ben"):
        for revision in revisions_waiting_for(board, member):
            if step is WithdrawRevision:
                return WithdrawRevision(revision=revision.id), Actor(revision.by)
            more = {"word": "No"} if step is DeclineRevision else {}
            return step(revision=revision.id, **more), Actor(member)
    return AcknowledgeRevision(revision=RecordId("V1")), by


def file_of(maker: Maker) -> codec.BoardFile:
    return decode(b"".join(codec.encode(maker.file())))


def grown(file: codec.BoardFile, action: Action, by: Actor, at: datetime) -> codec.BoardFile:
    board, entry, changes = perform(file.board, action, by, at)
    return codec.advance(file, board, changes, entry)


def same(one: Board, other: Board) -> bool:
    return not changed(one, other) and one.revision == other.revision


@pytest.mark.slow
@settings(max_examples=40)
@given(st.lists(st.tuples(STEPS, ACTORS, st.integers(0, 30)), min_size=30, max_size=120))
def test_the_board_as_of_any_day_is_the_board_that_stood_on_it(steps: list[tuple[Action | type, Actor, int]]) -> None:
    """A long random history, told again: every revision and every day is as it was saved then."""
    file, at = file_of(small_maker()), NOW
    snapshots = {file.board.revision: (file.board, at)}
    for step, by, hours in steps:
        at += timedelta(hours=hours)
        try:
            file = grown(file, *meant(file.board, step, by), at)
        except Refused:
            continue
        snapshots[file.board.revision] = (file.board, at)
    newest = decode(b"".join(codec.encode(file))).board
    for revision, (board, _) in snapshots.items():
        past = as_of(newest, revision)
        assert same(past, board)
        for goal in map(RecordId, ("G1", "G2")):
            assert [c.id for c in past.checkins_of(goal)] == [c.id for c in board.checkins_of(goal)]
        assert not list(invalid_references(past))
    for days in range(int((at - NOW) / timedelta(days=1)) + 2):
        day = TODAY + timedelta(days=days)
        stood = max(r for r, (_, when) in snapshots.items() if when < newest.end_of(day))
        assert revision_on(newest, day) == stood
        then = board_on(newest, day)
        assert then is not None
        assert same(then, snapshots[stood][0])
    for _, entry in matching_commits(newest):
        assert "\n" not in describe_commit(newest, entry)


def test_before_the_first_commit_there_was_no_board(maker: Maker) -> None:
    board = file_of(maker).board
    assert revision_on(board, TODAY - timedelta(days=1)) == 0
    assert not as_of(board, 0).tables["members"]


def test_undo_takes_back_what_one_did_last_and_then_what_was_before(maker: Maker) -> None:
    maker.check_in(RecordId("G1"), 100)
    maker.check_in(RecordId("G1"), 200)
    file = file_of(maker)
    for value in (100.0, None):
        last = last_undoable_commit(file.board, "ana")
        assert last is not None
        file = grown(file, Undo(undoes=last), ANA, NOW)
        found = file.board.last_checkin(RecordId("G1"))
        assert (found.value if found else None) == value
    assert last_undoable_commit(file.board, "ana") is None
    assert file.board.next_id("checkins") == "C3"
    assert file.board.revision == maker.board.revision + 2


def test_undo_of_a_change_restores_the_fields(maker: Maker) -> None:
    maker.do(ReviseGoal(goal=RecordId("T1"), reason="market", why="It moved", target=5000), MARA)
    before = file_of(maker)
    file = grown(before, Undo(undoes=before.board.revision), MARA, NOW)
    goal = file.board.goal(RecordId("T1"))
    assert goal is not None
    assert goal.measure == Metric(unit="€", start=0, target=2000)
    assert not file.board.revisions_of(RecordId("T1"))


@pytest.mark.parametrize(
    ("later", "by", "says"),
    [
        (CheckInGoal(goal=RecordId("G1"), change=5), MARA, "mara has checked in on G1 since"),
        (Undo(undoes=8), ANA, "undone already"),
    ],
)
def test_undo_is_refused_where_others_have_built_on_it(maker: Maker, later: Action, by: Actor, says: str) -> None:
    maker.check_in(RecordId("G1"), 100)
    file = file_of(maker)
    assert file.board.revision == 8
    file = grown(file, later, by, NOW)
    with pytest.raises(Refused, match=says):
        perform(file.board, Undo(undoes=8), ANA, NOW)


def test_undo_of_what_others_stand_on_is_refused(maker: Maker) -> None:
    maker.do(AddMember(handle="eve", name="Eve", manager="mara"))
    maker.do(AddGoal(owner="eve", title="x"))
    board = file_of(maker).board
    with pytest.raises(Refused, match="depends on it"):
        perform(board, Undo(undoes=board.revision - 1), MARA, NOW)


def test_only_ones_own_is_taken_back(maker: Maker) -> None:
    maker.check_in(RecordId("G1"), 100)
    board = file_of(maker).board
    with pytest.raises(Refused, match="Only Ana Ruiz"):
        perform(board, Undo(undoes=8), BEN, NOW)
    with pytest.raises(NotFound):
        perform(board, Undo(undoes=99), ANA, NOW)


def test_the_history_is_told_in_sentences(sample: codec.BoardFile) -> None:
    board = sample.board
    told = [describe_commit(board, entry) for _, entry in matching_commits(board)]
    assert len(told) == board.revision
    assert all("\n" not in text and text for text in told)
    assert (
        "Ben Okafor checked in on G24 Win back Nordlys and Fjell: 2 accounts · Nordlys signed this morning. Both back!"
        in told
    )
    assert any(text.startswith("Mara Lind revised T4 Win back accounts (new competitor, V4): target") for text in told)
    assert "Mara Lind brought Ana Ruiz onto the board" in told
    assert "Ana Ruiz resolved F2 of Mara Lind" in told


def test_the_history_is_narrowed(sample: codec.BoardFile) -> None:
    board = sample.board
    goal = [describe_commit(board, e) for _, e in matching_commits(board, goal="G24")]
    assert len(goal) == 4
    assert all("G24" in text for text in goal)
    ben = {n for n, _ in matching_commits(board, member="ben")}
    assert {n for n, e in matching_commits(board) if e.by == "ben"} < ben
    recent = [e.at for _, e in matching_commits(board, since=TODAY)]
    assert recent
    assert min(recent) >= datetime(2026, 11, 21, 23, tzinfo=UTC)
