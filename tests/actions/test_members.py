"""Who is away, leaves and returns: what it changes, and what is refused."""

from __future__ import annotations

from datetime import date

import msgspec
import pytest

from teamboard.actions.base import Action, Actor
from teamboard.actions.feedback import AskForFeedback
from teamboard.actions.goals import AddGoal
from teamboard.actions.leaving import LeaveTeam, ReturnToTeam
from teamboard.actions.members import MOST_ABSENCES, BeAway
from teamboard.actions.one_on_ones import NewAction, NewTopic, WriteOneOnOne
from teamboard.actions.revisions import ReviseGoal
from teamboard.actions.team import ChangeMember
from teamboard.actions.undo import Undo
from teamboard.domain.commit_log import HistoryEntry
from teamboard.domain.errors import NotFound, Refused
from teamboard.domain.history.concerned import concerned_members
from teamboard.domain.ids import RecordId
from teamboard.domain.records import Absence, Member
from teamboard.render.activity_log import describe_commit
from tests.conftest import ANA, BEN, MARA, TODAY, Maker

MONDAY, FRIDAY = date(2026, 11, 23), date(2026, 11, 27)


def away(maker: Maker, handle: str = "ana") -> tuple[Absence, ...]:
    member = maker.board.member(handle)
    assert member is not None
    return member.away


def newest(maker: Maker) -> HistoryEntry:
    return maker.history[-1][1]


def test_days_away_are_kept_in_their_order(maker: Maker) -> None:
    maker.do(BeAway(member="ana", starts=MONDAY, ends=FRIDAY, note=" parental \n leave "), ANA)
    maker.do(BeAway(member="Ana Ruiz", starts=date(2026, 10, 5), ends=date(2026, 10, 5)), MARA)
    assert away(maker) == (
        Absence(starts=date(2026, 10, 5), ends=date(2026, 10, 5)),
        Absence(starts=MONDAY, ends=FRIDAY, note="parental leave"),
    )


@pytest.mark.parametrize(
    ("by", "says"),
    [
        (ANA, "Ana Ruiz is away from 2026-11-23 to 2026-11-27: Skiing"),
        (MARA, "Mara Lind put down that Ana Ruiz is away from 2026-11-23 to 2026-11-27: Skiing"),
    ],
)
def test_the_log_tells_who_is_away_and_when(maker: Maker, by: Actor, says: str) -> None:
    maker.do(BeAway(member="ana", starts=date(2026, 10, 5), ends=date(2026, 10, 6), note="Earlier"), ANA)
    maker.do(BeAway(member="ana", starts=MONDAY, ends=FRIDAY, note="Skiing"), by)
    assert describe_commit(maker.board, newest(maker)) == says


@pytest.mark.parametrize(
    ("action", "by", "says"),
    [
        (BeAway(member="ana", starts=FRIDAY, ends=MONDAY), ANA, "2026-11-23 is before 2026-11-27"),
        (
            BeAway(member="ana", starts=date(2026, 12, 4), ends=date(2026, 12, 9)),
            ANA,
            "is away from 2026-12-01 to",
        ),
        (BeAway(member="ana", starts=date(2026, 11, 1), ends=date(2026, 12, 31)), ANA, "days, or undo that first"),
        (BeAway(member="ana", starts=MONDAY, ends=FRIDAY), BEN, "may put down days away here"),
        (BeAway(member="zoe", starts=MONDAY, ends=FRIDAY), MARA, "no member 'zoe'"),
    ],
)
def test_what_is_refused(maker: Maker, action: Action, by: Actor, says: str) -> None:
    maker.do(BeAway(member="ana", starts=date(2026, 12, 1), ends=date(2026, 12, 4)), ANA)
    before = maker.board
    with pytest.raises((Refused, NotFound), match=says):
        maker.do(action, by)
    assert maker.board is before


def test_nobody_is_away_after_they_have_left_nor_without_end(maker: Maker) -> None:
    ana = maker.board.member("ana")
    assert isinstance(ana, Member)
    for changes, says in (
        ({"left": FRIDAY}, "leaves the team on 2026-11-27"),
        ({"away": (Absence(starts=date(2020, 1, 1), ends=date(2020, 1, 1)),) * MOST_ABSENCES}, "keeps no more"),
    ):
        board = maker.board.with_changes({ana.id: msgspec.structs.replace(ana, **changes)})
        with pytest.raises(Refused, match=says):
            BeAway(member="ana", starts=MONDAY, ends=FRIDAY)(board, MARA, newest(maker).at)


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
    assert [revision.state for revision in maker.board.revisions_of(RecordId("G2"))] == ["withdrawn"]
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
