"""What a member has seen: it only grows, nobody hears of it, and nothing depends on it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from teamboard.actions.base import Actor, perform
from teamboard.actions.check_ins import CheckInGoal
from teamboard.actions.team import ChangeMember
from teamboard.actions.undo import Undo
from teamboard.actions.waiting import MarkSeen
from teamboard.domain.board_on_day import BoardOnDay
from teamboard.domain.commit_log import HistoryEntry
from teamboard.domain.errors import Refused
from teamboard.domain.history.concerned import concerned_members
from teamboard.domain.history.log import history_of, last_undoable_commit
from teamboard.domain.history.merge import Merge
from teamboard.domain.ids import RecordId
from teamboard.domain.records import Member
from teamboard.domain.standup import commits_since
from teamboard.domain.waiting import waiting
from teamboard.render.activity_log import matching_commits
from tests.conftest import ANA, MARA, NOW, TODAY, Maker, small_maker

G1 = RecordId("G1")


def marked(maker: Maker, by: Actor = ANA) -> HistoryEntry:
    maker.do(MarkSeen(up_to=maker.board.revision), by)
    return maker.history[-1][1]


def member(maker: Maker, handle: str) -> Member:
    found = maker.board.member(handle)
    assert found is not None
    return found


def shown(maker: Maker) -> BoardOnDay:
    return BoardOnDay(maker.file().board, TODAY)


def test_what_was_seen_is_not_news_any_more() -> None:
    maker = small_maker()
    maker.do(CheckInGoal(goal=G1, value=5.0), MARA)
    before = waiting(shown(maker), member(maker, "ana")).to_know
    assert [item.entry.verb for item in before][:1] == ["check in"]
    marked(maker)
    assert waiting(shown(maker), member(maker, "ana")).to_know == ()
    maker.do(CheckInGoal(goal=G1, value=6.0), MARA)
    assert [item.revision for item in waiting(shown(maker), member(maker, "ana")).to_know] == [maker.board.revision]


@pytest.mark.parametrize("up_to", [0, 2, 10_000])
def test_it_only_grows_and_not_beyond_the_board(up_to: int) -> None:
    maker = small_maker()
    maker.do(MarkSeen(up_to=2), ANA)
    with pytest.raises(Refused, match="seen"):
        maker.do(MarkSeen(up_to=up_to), ANA)


def test_only_a_member_marks_anything() -> None:
    maker = small_maker()
    with pytest.raises(Refused):
        maker.do(MarkSeen(up_to=1), Actor(None, "guest", "desk"))


def test_nobody_hears_of_it() -> None:
    maker = small_maker()
    entry = marked(maker)
    board = maker.file().board
    newest = history_of(board).newest()
    assert newest is not None
    assert newest.verb == "mark as seen"
    assert concerned_members(board, entry) == set()
    assert all(e.verb != "mark as seen" for _, e in matching_commits(board))
    assert all(e.verb != "mark as seen" for _, e in commits_since(shown(maker), None))
    before = BoardOnDay(small_maker().board, TODAY)
    assert before.followed_by(maker.board, TODAY)[1] == frozenset()


def test_undo_passes_over_it() -> None:
    maker = small_maker()
    maker.do(ChangeMember(handle="ana", title="AE"), MARA)
    changed = maker.board.revision
    maker.do(CheckInGoal(goal=G1, value=5.0), ANA)
    checked_in = maker.board.revision
    marked(maker)
    assert last_undoable_commit(maker.file().board, "ana") == checked_in
    with pytest.raises(Refused, match="nothing to undo"):
        perform(maker.file().board, Undo(undoes=maker.board.revision), ANA, NOW)
    # Not even of the same record: the title comes back, and what was seen stays.
    seen = member(maker, "ana").seen
    undone = perform(maker.file().board, Undo(undoes=changed), MARA, NOW)[0].member("ana")
    assert undone is not None
    assert (undone.title, undone.seen) == ("AE Iberia", seen)


@pytest.mark.parametrize("here", [2, 4])
def test_a_merge_takes_the_larger(here: int) -> None:
    one, other = small_maker(), small_maker()
    base = one.board.revision
    one.do(MarkSeen(up_to=here), ANA)
    other.do(MarkSeen(up_to=3), ANA, at=NOW + timedelta(minutes=1))
    merge = Merge(one.file().board, other.file().board, base, NOW)
    assert merge.conflicts == []
    merged = merge.board.member("ana")
    assert merged is not None
    assert merged.seen == max(here, 3)
