"""The standup: who speaks when, what is new, and what is left."""

from __future__ import annotations

from datetime import timedelta
from itertools import permutations

from teamboard.actions.check_ins import CheckInGoal
from teamboard.actions.feedback import AskForFeedback, GiveFeedback
from teamboard.actions.members import BeAway
from teamboard.actions.one_on_ones import NewAction, WriteOneOnOne
from teamboard.actions.standup import OfferHelp, RecordStandup
from teamboard.actions.undo import Undo
from teamboard.domain.board_on_day import BoardOnDay
from teamboard.domain.ids import RecordId
from teamboard.domain.standup import SPEAKING_ORDERS, last_standup, open_requests_of, round_up, speakers
from teamboard.render.documents.standup import standup_markdown
from teamboard.render.standup import news_sentences, standup_text
from teamboard.services.views import view_at_standup
from tests.conftest import ANA, BEN, MARA, NOW, TODAY, Maker
from tests.helpers.memory import Memory, MemoryStore


def blocked(maker: Maker) -> Maker:
    maker.do(CheckInGoal(goal=RecordId("G2"), value=100, blocker="Legal is *slow*"), BEN)
    return maker


def test_whoever_is_blocked_comes_first(maker: Maker) -> None:
    blocked(maker)
    board = BoardOnDay(maker.board, TODAY)
    assert [m.handle for m in speakers(board, "blocked", 0)] == ["ben", "mara", "ana"]
    assert [m.handle for m in speakers(board, "round", 0)] == ["mara", "ana", "ben"]
    by_seed = {tuple(m.handle for m in speakers(board, "random", seed)) for seed in range(50)}
    assert by_seed == set(permutations(("mara", "ana", "ben")))
    assert speakers(board, "random", 7) == speakers(board, "random", 7)
    assert set(SPEAKING_ORDERS) == {"blocked", "round", "random"}


def test_what_is_left_is_kept_as_it_was(maker: Maker) -> None:
    blocked(maker)
    maker.do(OfferHelp(goal=RecordId("G2")), ANA)
    maker.do(WriteOneOnOne(member="ana", agreed=(NewAction(text="Price story", owner="mara", due=TODAY),)), MARA)
    maker.do(AskForFeedback(of=("ana",), text="Too long?"), BEN)
    assert [f.to for f in open_requests_of(maker.board, maker.board.member("ben"))] == ["ana"]  # type: ignore[arg-type]
    maker.do(RecordStandup(began=NOW, seconds={"ben": 95, "ana": 60, "gone": 5}), MARA)
    maker.do(CheckInGoal(goal=RecordId("G2"), value=300, blocker=""), BEN, NOW + timedelta(hours=1))
    board = maker.file().board
    kept = last_standup(board)
    assert kept is not None
    assert (kept.by, kept.seconds, kept.revision) == ("mara", {"ben": 95, "ana": 60}, board.revision - 1)
    assert round_up(BoardOnDay(board, TODAY)).wanted == ()
    then = view_at_standup(board, kept)
    text = list(standup_text(kept, then))
    assert text[0] == "Standup of 2026-11-22, 2:35 min, 2 spoke"
    assert "- Ben Okafor, G2: Legal is *slow* (helps: Ana)" in text
    assert "- Mara Lind: Price story, by 2026-11-22" in text
    assert r"- Ben Okafor, G2: Legal is \*slow\* \(helps: Ana\)" in standup_markdown(board, kept, then).splitlines()


def test_what_is_new_is_new_since_the_last_standup(maker: Maker) -> None:
    maker.do(CheckInGoal(goal=RecordId("G1"), value=100), ANA, NOW - timedelta(days=5))
    maker.do(RecordStandup(began=NOW - timedelta(days=4), seconds={}), MARA, NOW - timedelta(days=4))
    maker.do(CheckInGoal(goal=RecordId("G1"), value=200, note="Acme"), ANA, NOW - timedelta(days=3))
    board = maker.file().board
    ana = board.member("ana")
    assert ana is not None
    assert news_sentences(BoardOnDay(board, TODAY), last_standup(board), ana) == [
        "checked in on G1 ARR ana: €200 · Acme"
    ]
    fresh = Maker()
    fresh.board, fresh.history = maker.board, []
    assert news_sentences(BoardOnDay(fresh.file().board, TODAY), None, ana) == []


def test_ones_own_check_ins_are_told_first_and_what_was_undone_is_said(maker: Maker) -> None:
    store = MemoryStore(Memory(), clock=lambda: NOW)
    store.create(maker.file(), MARA)
    away = store.commit(BeAway(member="ben", starts=TODAY + timedelta(days=1), ends=TODAY + timedelta(days=2)), MARA)
    store.commit(RecordStandup(began=NOW, seconds={"ben": 95}), MARA)
    before = last_standup(store.load())
    store.commit(CheckInGoal(goal=RecordId("G2"), value=100), BEN)
    store.commit(Undo(undoes=away.board.revision), MARA)
    store.commit(CheckInGoal(goal=RecordId("G2"), value=100, note="Wrong"), MARA)
    store.commit(GiveFeedback(to="ben", text="Well done"), ANA)
    shown = BoardOnDay(store.load(), TODAY)
    ben = shown.board.member("ben")
    assert ben is not None
    assert news_sentences(shown, before, ben) == [
        "checked in on G2 ARR ben: €100",
        "Ana Ruiz praised Ben Okafor: Well done",
        "Mara Lind checked in on G2 ARR ben: €100 · Wrong",
        f"Mara Lind undid revision {away.board.revision}: "
        "put down that Ben Okafor is away from 2026-11-23 to 2026-11-24",
    ]


def test_what_was_undone_since_is_no_news(maker: Maker) -> None:
    store = MemoryStore(Memory(), clock=lambda: NOW)
    store.create(maker.file(), MARA)
    told = store.commit(CheckInGoal(goal=RecordId("G2"), value=100), BEN).board.revision
    store.commit(RecordStandup(began=NOW, seconds={"ben": 95}), MARA)
    before = last_standup(store.load())

    def news() -> list[str]:
        shown = BoardOnDay(store.load(), TODAY)
        [ben] = [m for m in shown.members if m.handle == "ben"]
        return [text.partition(":")[0] for text in news_sentences(shown, before, ben)]

    first = store.commit(CheckInGoal(goal=RecordId("G2"), value=300), BEN).board.revision
    undo = store.commit(Undo(undoes=first), BEN).board.revision
    assert news() == []
    # An undo that was undone undoes nothing, and one of what the last standup told is news.
    redo = store.commit(Undo(undoes=undo), BEN).board.revision
    assert news() == ["checked in on G2 ARR ben"]
    store.commit(Undo(undoes=redo), BEN)
    store.commit(Undo(undoes=told), BEN)
    assert news() == [f"undid revision {told}"]
