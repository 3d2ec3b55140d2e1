"""What waits for a member: each commit reaches whom it concerns, in one of three parts."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.strategies import DataObject

from teamboard.actions.base import Action, Actor, perform
from teamboard.actions.check_ins import CheckInGoal
from teamboard.actions.feedback import AcknowledgeFeedback, AskForFeedback, GiveFeedback, ReplyToFeedback
from teamboard.actions.goals import AddGoal
from teamboard.actions.reviews import ScheduleReview
from teamboard.actions.revision_responses import AcknowledgeRevision, AgreeToRevision, DeclineRevision
from teamboard.actions.revisions import ReviseGoal
from teamboard.actions.standup import OfferHelp
from teamboard.actions.team import AddMember
from teamboard.domain.board import Board
from teamboard.domain.board_on_day import BoardOnDay
from teamboard.domain.commit_log import HistoryEntry
from teamboard.domain.due import dues, owed_by
from teamboard.domain.errors import Refused
from teamboard.domain.handles import current_handle
from teamboard.domain.history.concerned import concerned_members
from teamboard.domain.history.log import history_of
from teamboard.domain.ids import RecordId
from teamboard.domain.records import Member
from teamboard.domain.waiting import NEWS_DAYS, Waiting, waiting, waiting_for_all
from teamboard.importers.team import read_team
from teamboard.resources import resource_folder
from teamboard.store import codec
from teamboard.store.codec import BoardFile
from tests.actions.test_verbs import QUARTER
from tests.conftest import NOW
from tests.helpers.any_action import HANDLES, action_of
from tests.helpers.verbs import action_classes

G12, T5, V7, F35 = map(RecordId, ("G12", "T5", "V7", "F35"))


@pytest.fixture(scope="module")
def team() -> BoardFile:
    return read_team(resource_folder("sample_team"), NOW, Actor(None, "demo", "desk"))


def member(board: Board, handle: str) -> Member:
    found = board.member(handle)
    assert found is not None
    return found


def after(file: BoardFile, *steps: tuple[str, Action], days: int = 0) -> BoardOnDay:
    """The board after some commits, `days` later."""
    for handle, action in steps:
        board, entry, changes = perform(file.board, action, Actor(handle), NOW)
        file = codec.advance(file, board, changes, entry)
    return BoardOnDay(file.board, file.board.day_of(NOW) + timedelta(days=days))


def waits(shown: BoardOnDay, handle: str) -> Waiting:
    return waiting(shown, member(shown.board, handle))


def answers(shown: BoardOnDay, handle: str) -> set[tuple[str, str, str | None]]:
    return {(a.kind, a.about, a.by) for a in waits(shown, handle).to_answer}


def tasks(shown: BoardOnDay, handle: str) -> set[tuple[str, str, str | None]]:
    return {(t.kind, t.about, t.to) for t in waits(shown, handle).to_do}


def verbs_known(shown: BoardOnDay, handle: str, before: Board) -> list[str]:
    """The verbs of the commits since a board that a member has to know, oldest first."""
    return [k.entry.verb for k in reversed(waits(shown, handle).to_know) if k.revision > before.revision]


# -- the property


def told(found: Waiting, revision: int, entry: HistoryEntry) -> bool:
    """Whether a commit is in one of the three parts: as it is, or as what it has put to the member."""
    made = {record_id for record_id, change in entry.changes.items() if change.before is None}
    return any(item.revision == revision for item in found.to_know) or any(a.about in made for a in found.to_answer)


def held_to_reach(file: BoardFile, entry: HistoryEntry) -> None:
    """Fail if somebody on the team whom the newest commit concerns, but its author, does not find it."""
    board = file.board
    shown = BoardOnDay(board, board.day_of(entry.at))
    for handle in concerned_members(board, entry) - {current_handle(board, entry.by)} - shown.gone:
        assert told(waits(shown, handle), board.revision, entry), (entry.verb, handle)


@pytest.mark.parametrize("kind", action_classes(), ids=lambda c: c.__name__)
@settings(max_examples=10, suppress_health_check=list(HealthCheck), deadline=None)
@given(data=st.data())
def test_what_an_action_does_reaches_all_whom_it_concerns(kind: type[Any], team: BoardFile, data: DataObject) -> None:
    by = Actor(data.draw(st.sampled_from(HANDLES)), "login", "desk")
    at = data.draw(st.sampled_from([NOW, NOW + timedelta(days=45)]))
    try:
        board, entry, changes = perform(team.board, data.draw(action_of(kind, team.board)), by, at)
    except Refused:
        return
    held_to_reach(codec.advance(team, board, changes, entry), entry)


@pytest.mark.slow
def test_each_commit_of_a_quarter_reaches_all_whom_it_concerns(team: BoardFile) -> None:
    """Every verb, and every field that it may write."""
    file = team
    for handle, action in QUARTER:
        board, entry, changes = perform(file.board, action, Actor(handle, "login-" + handle), NOW)
        file = codec.advance(file, board, changes, entry)
        held_to_reach(file, entry)
    shown = BoardOnDay(file.board, file.board.day_of(NOW))
    assert waiting_for_all(shown) == {m.handle: waiting(shown, m) for m in shown.members}


# -- to answer


@pytest.mark.parametrize(
    ("steps", "handle", "expected", "settled"),
    [
        (
            [("ben", AskForFeedback(of=("ana",), text="How was it?"))],
            "ana",
            ("request", "F35", "ben"),
            [("ana", ReplyToFeedback(feedback=F35, text="Good"))],
        ),
        (
            [("ben", GiveFeedback(to="ana", text="Well asked"))],
            "ana",
            ("feedback", "F35", "ben"),
            [("ana", AcknowledgeFeedback(feedback=F35))],
        ),
        (
            [("ana", ReviseGoal(goal=G12, reason="market", why="So", target=900_000.0))],
            "mara",
            ("proposal", "V7", "ana"),
            [("mara", AgreeToRevision(revision=V7))],
        ),
        (
            [("mara", ReviseGoal(goal=T5, reason="market", why="So", target=9.0))],
            "ana",
            ("revision", "V7", "mara"),
            [("ana", AcknowledgeRevision(revision=V7))],
        ),
        (
            [("mara", AddGoal(owner="ana", title="Renewals"))],
            "ana",
            ("notice", "V7", "mara"),
            [("ana", AcknowledgeRevision(revision=V7))],
        ),
        (
            [("ana", CheckInGoal(goal=G12, value=9e5, blocker="Legal is slow")), ("ben", OfferHelp(goal=G12))],
            "ana",
            ("offer of help", "G12", "ben"),
            [("ana", CheckInGoal(goal=G12, value=9e5))],
        ),
    ],
    ids=["request", "feedback", "proposal", "revision", "notice", "offer of help"],
)
def test_what_was_put_to_a_member_waits_until_they_answer(
    team: BoardFile,
    steps: list[tuple[str, Action]],
    handle: str,
    expected: tuple[str, str, str],
    settled: list[tuple[str, Action]],
) -> None:
    shown = after(team, *steps)
    assert expected in answers(shown, handle)
    answered = after(team, *steps, *settled)
    assert expected not in answers(answered, handle)
    if expected[0] != "offer of help":
        assert verbs_known(answered, handle, team.board) == []
    # Unlike an offer, it is not told a second time among the news.
    newest = shown.board.revision
    assert (newest in {k.revision for k in waits(shown, handle).to_know}) is (expected[0] == "offer of help")


# -- to do


def test_to_do_is_what_a_member_owes_by_the_day(team: BoardFile) -> None:
    shown = BoardOnDay(team.board, team.board.day_of(NOW))
    for someone in shown.members:
        owed = [due for due in dues(shown, someone) if due.owes == someone.handle]
        assert owed_by(shown, someone) == owed
        found = waiting(shown, someone).to_do
        assert {task.due for task in found if task.due} == {due for due in owed if due.on <= shown.day}
        assert [task.overdue for task in found] == sorted([task.overdue for task in found], reverse=True)


def test_a_blocker_waits_for_the_manager_until_they_offer_help(team: BoardFile) -> None:
    blocked = ("ana", CheckInGoal(goal=G12, value=9e5, blocker="Legal is slow"))
    shown = after(team, blocked)
    assert ("blocker", "G12", "ana") in tasks(shown, "mara")
    assert not any(about == "G12" for _, about, _ in tasks(shown, "ben"))
    assert ("blocker", "G12", "ana") not in tasks(after(team, blocked, ("mara", OfferHelp(goal=G12))), "mara")


def test_a_review_is_prepared_by_both_sides_from_two_weeks_before(team: BoardFile) -> None:
    review_day = team.board.day_of(NOW) + timedelta(days=15)
    scheduled = ("mara", ScheduleReview(member="ben", on=review_day))
    early, late = after(team, scheduled), after(team, scheduled, days=1)
    (review,) = [r.id for r in late.board.reviews_of("ben") if r.on == review_day]
    for handle, other in (("ben", "mara"), ("mara", "ben")):
        assert ("preparation", review, other) not in tasks(early, handle)
        assert ("preparation", review, other) in tasks(late, handle)


# -- to know


def test_an_answer_is_known_to_whom_it_was_given(team: BoardFile) -> None:
    proposal = ("ana", ReviseGoal(goal=G12, reason="market", why="So", target=900_000.0))
    shown = after(team, proposal, ("mara", DeclineRevision(revision=V7, word="Not yet")))
    assert verbs_known(shown, "ana", team.board) == ["decline a revision"]
    # Who has answered knows of it, and of what they answered.
    assert verbs_known(shown, "mara", team.board) == []
    assert verbs_known(shown, "ben", team.board) == []
    newest = waits(shown, "ana").to_know[0]
    assert newest.about == "V7"
    assert newest.since == shown.day


def test_news_are_of_the_last_days_and_since_a_member_joined(team: BoardFile) -> None:
    steps: list[tuple[str, Action]] = [
        ("ben", GiveFeedback(to="ana", text="Well asked")),
        ("ana", AcknowledgeFeedback(feedback=F35)),
    ]
    assert verbs_known(after(team, *steps, days=NEWS_DAYS - 1), "ben", team.board) == ["acknowledge feedback"]
    assert waits(after(team, *steps, days=NEWS_DAYS), "ben").to_know == ()
    shown = after(team, ("mara", AddMember(handle="eva", name="Eva", manager="mara")))
    assert [k.entry.verb for k in waits(shown, "eva").to_know] == ["add a member"]
    assert history_of(shown.board).begun < NOW  # type: ignore[operator]


def test_nothing_waits_for_who_has_left(team: BoardFile) -> None:
    left = [m for m in team.board.members if m.left is not None and m.left <= date(2026, 11, 1)]
    for someone in left:
        shown = BoardOnDay(team.board, team.board.day_of(NOW))
        assert waiting(shown, someone) == Waiting()
        assert someone.handle not in waiting_for_all(shown)
