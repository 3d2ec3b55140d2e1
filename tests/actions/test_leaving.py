"""Who leaves and returns: what it changes, and what is refused."""

from __future__ import annotations

from datetime import date, timedelta

import msgspec
import pytest

from teamboard.actions.base import Actor, perform
from teamboard.actions.feedback import AskForFeedback, GiveFeedback
from teamboard.actions.goal_changes.edits import EditGoal
from teamboard.actions.goals import AddGoal
from teamboard.actions.leaving import LeaveTeam, ReturnToTeam
from teamboard.actions.members import BeAway
from teamboard.actions.one_on_ones import NewAction, NewTopic, WriteOneOnOne
from teamboard.actions.reviews import ARMOUR, ScheduleReview, SignReview, WriteOutcome
from teamboard.actions.revision_responses import AcknowledgeRevision
from teamboard.actions.revisions import ReviseGoal
from teamboard.actions.team import ChangeMember
from teamboard.actions.undo import Undo
from teamboard.domain.board_on_day import BoardOnDay
from teamboard.domain.commit_log import HistoryEntry
from teamboard.domain.due import dues
from teamboard.domain.errors import NotFound, Refused
from teamboard.domain.goals.progress import progress
from teamboard.domain.goals.revisions import revisions_waiting_for, unacknowledged
from teamboard.domain.history.concerned import concerned_members
from teamboard.domain.ids import RecordId
from teamboard.domain.pulse import pulse
from teamboard.domain.records import Activity, Metric
from teamboard.domain.reviews.evidence import evidence
from teamboard.domain.standup import round_up
from teamboard.render.activity_log import describe_commit
from teamboard.render.board_json import feedback_json
from teamboard.render.feedback import open_feedback_lines, open_thread_lines
from tests.conftest import ANA, BEN, MARA, NOW, TODAY, Maker

MONDAY, FRIDAY = date(2026, 11, 23), date(2026, 11, 27)


def newest(maker: Maker) -> HistoryEntry:
    return maker.history[-1][1]


def leave(maker: Maker, handle: str = "ben", **terms: object) -> None:
    maker.do(msgspec.convert({"member": handle, "day": TODAY, **terms}, LeaveTeam))


def test_results_are_handed_over_and_skills_dropped(maker: Maker) -> None:
    maker.do(AddGoal(owner="ben", title="Calls", kind="skill"))
    maker.do(AddGoal(owner="ben", title="Deals"))
    maker.do(ReviseGoal(goal=RecordId("G2"), reason="market", why="So", target=900.0), BEN)
    leave(maker, goals_to="ana", goals={"g4": "missed"})
    goals = [maker.goal(RecordId(f"G{number}")) for number in (2, 3, 4)]
    assert [(goal.owner, goal.outcome, goal.closed) for goal in goals] == [
        ("ana", None, None),
        ("ben", "dropped", TODAY),
        ("ben", "missed", TODAY),
    ]
    newest_of_g2 = maker.board.revisions_of(RecordId("G2"))[-2:]
    assert [(revision.state, revision.before.get("owner")) for revision in newest_of_g2] == [
        ("withdrawn", None),
        ("agreed", "ben"),
    ]
    assert concerned_members(maker.board, newest(maker)) == {"ana", "ben", "mara"}
    assert describe_commit(maker.board, newest(maker)) == (
        f"Mara Lind put down that Ben Okafor leaves on {TODAY}: G2 → Ana Ruiz, G3 dropped, G4 missed, "
        "1 other record closed or passed on"
    )


def test_requests_of_and_to_the_leaver_are_declined(maker: Maker) -> None:
    maker.do(AskForFeedback(of=("ben",), text="How was it?"), ANA)
    maker.do(AskForFeedback(of=("ana",), text="And mine?"), BEN)
    leave(maker, goals_to="ana")
    for feedback in maker.board.feedback:
        assert feedback.state == "declined"
        assert (feedback.replies[-1].by, feedback.replies[-1].text) == (
            "mara",
            f"Ben Okafor leaves the team on {TODAY}.",
        )


def test_a_planned_one_on_one_is_called_off_unless_there_is_something_in_it(maker: Maker) -> None:
    maker.do(WriteOneOnOne(member="ana", topics=(NewTopic("skills", "Calls"),)), ANA)
    maker.do(WriteOneOnOne(member="ben", agreed=(NewAction(text="Call"),)), BEN)
    leave(maker, "ana", goals_to="ben")
    assert list(maker.board.one_on_ones_of("ana")) == []
    leave(maker, goals_to="dropped")
    (kept,) = maker.board.one_on_ones_of("ben")
    assert (kept.held, kept.actions[0].done) == (TODAY, TODAY)


def test_somebody_two_levels_below_takes_the_place_of_the_head(maker: Maker) -> None:
    maker.do(ChangeMember(handle="ben", manager="ana"))
    leave(maker, "mara", reports_to="ben")
    managers = {m.handle: m.manager for m in maker.board.members if m.left is None}
    assert managers == {"ben": None, "ana": "ben"}
    assert [team_goal.owner for team_goal in maker.board.team_goals] == ["ben"]


def test_an_undo_gives_all_of_it_back(maker: Maker) -> None:
    maker.do(WriteOneOnOne(member="ben", topics=(NewTopic("skills", "Calls"),)), BEN)
    before = maker.board
    leave(maker, goals_to="ana")
    maker.board = maker.file().board
    maker.do(Undo(undoes=maker.board.revision))
    assert maker.board.tables == before.tables


def test_who_returns_needs_a_manager_who_is_there(maker: Maker) -> None:
    maker.do(ChangeMember(handle="ben", manager="ana"))
    leave(maker, goals_to="ana")
    leave(maker, "ana", goals_to="dropped")
    for manager, says in ((None, "name another manager"), ("ben", "left the team"), ("nobody", "no member")):
        with pytest.raises((Refused, NotFound), match=says):
            maker.do(ReturnToTeam(member="ben", manager=manager))
    maker.do(ReturnToTeam(member="ben", manager="mara"))
    ben = maker.board.member("ben")
    assert ben is not None
    assert (ben.left, ben.manager) == (None, "mara")
    assert describe_commit(maker.board, newest(maker)) == "Mara Lind brought Ben Okafor back onto the board"


def test_who_has_left_does_nothing_more(maker: Maker) -> None:
    leave(maker, goals_to="ana")
    with pytest.raises(Refused, match="can't change the board any more"):
        maker.do(BeAway(member="ben", starts=MONDAY, ends=FRIDAY), BEN)
    with pytest.raises(Refused, match="off the board from 2026-11-22 on already"):
        leave(maker, goals_to="ana")


def test_who_leaves_later_keeps_their_own_meetings_before_that_day(maker: Maker) -> None:
    maker.do(WriteOneOnOne(member="ben", on=TODAY + timedelta(days=2), topics=(NewTopic("skills", "Calls"),)), BEN)
    maker.do(ScheduleReview(member="ben", on=TODAY + timedelta(days=5)))
    leave(maker, day=TODAY + timedelta(days=5), goals_to="ana")
    assert [o.held for o in maker.board.one_on_ones_of("ben")] == [None]
    assert maker.board.reviews_of("ben") == ()


def test_what_comes_up_before_the_last_day_is_nobodys_question_after_it(maker: Maker) -> None:
    day = TODAY + timedelta(days=5)
    leave(maker, day=day, goals_to="ana")
    maker.do(AskForFeedback(of=("ben",), text="How was it?"), ANA)
    maker.do(GiveFeedback(to="ben", text="Farewell"), ANA)
    maker.do(WriteOneOnOne(member="ben", agreed=(NewAction(text="Call"),)), BEN)
    assert [o.on for o in maker.board.one_on_ones_of("ben")] == [day - timedelta(days=1)]
    for shown, waiting in ((BoardOnDay(maker.board, TODAY), 1), (BoardOnDay(maker.board, day), 0)):
        lines = "".join(text for line in open_thread_lines(shown, "ana", 80) for text, _ in line)
        team = "".join(text for line in open_feedback_lines(shown, 80) for text, _ in line)
        assert ("How was it?" in lines, "Farewell" in team) == (bool(waiting), bool(waiting))
        assert len(feedback_json(shown, None)) == 2 * waiting
        assert len(round_up(shown).agreed_actions) == waiting
        assert pulse(shown).unacknowledged == waiting
        assert [d for d in dues(shown) if "ben" in (d.owes, d.to)] == [] or waiting


@pytest.mark.parametrize(("leaver", "stays"), [("ben", MARA), ("mara", BEN)])
def test_a_held_review_is_signed_by_who_stays_and_for_the_other_as_witness(
    maker: Maker, leaver: str, stays: Actor
) -> None:
    maker.do(ScheduleReview(member="ben", on=TODAY))
    outcome = f"{ARMOUR}\n"
    maker.do(WriteOutcome(review=RecordId("R1"), encrypted=outcome, seen=""))
    leave(maker, leaver, goals_to="ana", reports_to="ana" if leaver == "mara" else "")
    for witnessed in (False, True):
        sign = SignReview(review=RecordId("R1"), content_hash="abc", seen=outcome, witnessed=witnessed)
        maker.do(sign, stays)
    (review,) = maker.board.reviews_of("ben")
    assert (review.manager, review.state, [s.by for s in review.signatures]) == (
        "mara",
        "signed",
        [stays.member, leaver],
    )


def test_all_goals_that_nobody_takes_are_named_at_once(maker: Maker) -> None:
    maker.do(AddGoal(owner="ben", title="Deals"))
    with pytest.raises(Refused, match=r"G2, G3 of Ben Okafor are open: say who takes them with --goals-to"):
        leave(maker)


def test_the_commit_of_somebody_who_stays_is_their_own_to_undo(maker: Maker) -> None:
    maker.do(GiveFeedback(to="ana", text="Well done"), BEN)
    maker.board = maker.file().board
    with pytest.raises(Refused, match=r"Only Ben Okafor \(ben\) may undo here"):
        maker.do(Undo(undoes=maker.board.revision))
    given = maker.board.revision
    leave(maker, goals_to="ana")
    maker.board = maker.file().board
    with pytest.raises(Refused, match="Only"):
        maker.do(Undo(undoes=given), ANA)
    maker.do(Undo(undoes=given))
    assert list(maker.board.feedback) == []


def test_who_takes_a_goal_acknowledges_it_unless_they_took_it_themselves(maker: Maker) -> None:
    maker.do(AddGoal(owner="ben", title="Deals"), MARA)
    goals = [goal.id for goal in maker.board.open_goals_of("ben")]
    leave(maker, goals={goals[0]: "ana", goals[1]: "mara"})
    (asked,) = [v for v in revisions_waiting_for(maker.board, "ana") if v.goal == goals[0]]
    assert (asked.reason, asked.before, asked.after) == ("handed-over", {"owner": "ben"}, {"owner": "ana"})
    assert asked.why == "Ben Okafor leaves the team."
    assert revisions_waiting_for(maker.board, "mara") == []
    maker.do(AcknowledgeRevision(revision=asked.id), ANA)
    # Both are evidence of the one who left, up to the day before.
    board = maker.file().board
    ben = board.member("ben")
    assert ben is not None
    first, last = date(2026, 10, 1), TODAY - timedelta(days=1)
    assert [g.goal.id for g in evidence(board, ben, first, TODAY).goals] == goals
    assert [g.goal.id for g in evidence(board, ben, first, last).goals] == goals


def test_what_was_reached_stays_with_who_leaves_and_asks_them_nothing(maker: Maker) -> None:
    maker.check_in(RecordId("G2"), 400, by=BEN)
    leave(maker, goals_to="ana")
    his, rest = maker.goal(RecordId("G2")), maker.goal(RecordId("G3"))
    assert (his.owner, his.outcome, rest.owner, rest.continues) == ("ben", "achieved", "ana", "G2")
    assert [goal.measure.target for goal in (his, rest) if isinstance(goal.measure, Metric)] == [400, 600]
    assert unacknowledged(maker.board, his.id) == ()
    assert unacknowledged(maker.board, rest.id) == ("ana",)
    assert [progress(maker.board, team_goal) for team_goal in maker.board.team_goals] == [0.2]
    assert describe_commit(maker.board, newest(maker)).startswith(
        f"Mara Lind put down that Ben Okafor leaves on {TODAY}: G2 → Ana Ruiz as G3"
    )


def test_what_has_reached_its_target_is_achieved(maker: Maker) -> None:
    maker.check_in(RecordId("G2"), 1000, by=BEN)
    leave(maker)
    assert (maker.goal(RecordId("G2")).owner, maker.goal(RecordId("G2")).outcome) == ("ben", "achieved")


def test_a_number_per_week_drives_its_result_on_where_both_go_to_one_member(maker: Maker) -> None:
    maker.do(AddGoal(owner="ben", title="Calls", measure=Activity(unit="calls", per_week=10), drives=RecordId("G2")))
    maker.do(AddGoal(owner="ben", title="Talks", measure=Activity(unit="talks", per_week=2), drives=RecordId("G2")))
    maker.do(EditGoal(goal=RecordId("G3"), drives=RecordId("G4")))
    for goals, calls, talks in (
        ({}, ("ana", "G4"), ("ana", "G2")),
        ({"G4": "mara"}, ("ana", None), ("mara", None)),
        ({"G3": "dropped"}, ("ben", "G4"), ("ana", "G2")),
    ):
        left = LeaveTeam(member="ben", day=TODAY, goals_to="ana", goals=goals)
        board, _, _ = perform(maker.board, left, MARA, NOW)
        assert {g.id: (g.owner, g.drives) for g in board.goals if g.id > "G2"} == {"G3": calls, "G4": talks}
