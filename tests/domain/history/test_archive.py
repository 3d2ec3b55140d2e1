"""Which records may leave a board with a closed period, and which stay because somebody has to act on them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from teamboard.actions.base import Action, Actor
from teamboard.actions.check_ins import CheckInGoal
from teamboard.actions.facts import AddFact
from teamboard.actions.feedback import AskForFeedback, DeclineRequest, GiveFeedback, ReplyToFeedback, ResolveFeedback
from teamboard.actions.goals import AddGoal, AddTeamGoal, ProposeGoal
from teamboard.actions.one_on_ones import FinishAction, NewAction, WriteOneOnOne
from teamboard.actions.periods import BeginPeriod
from teamboard.actions.revision_responses import DeclineRevision
from teamboard.actions.standup import RecordStandup
from teamboard.actions.team import ChangeTeam
from teamboard.domain.board import Board
from teamboard.domain.history.archive import (
    ArchiveSize,
    archivable_ids,
    archive_offer,
    archive_size,
    last_archivable_period,
)
from teamboard.domain.ids import RecordId
from teamboard.domain.records import Activity, DoneOrNot, EarlierPeriod, Metric, RollUp
from tests.conftest import ANA, BEN, MARA, NOW, Maker

YEAR_END = datetime(2027, 1, 1, 9, 0, tzinfo=UTC)
"""When the next period begins."""
LATER = date(2027, 12, 31)
"""A day on which nothing of that year is among the last 90 days."""


def closed(maker: Maker, **choices: str) -> Board:
    """The small board with its quarter closed at the year's end, and its history."""
    maker.do(BeginPeriod(choices=choices), at=YEAR_END)  # type: ignore[arg-type]
    return maker.file().board


def period(board: Board, before: date = date.max) -> EarlierPeriod:
    found = last_archivable_period(board, before)
    assert found is not None
    return found


def of(board: Board, letter: str) -> list[str]:
    """The ids of a table, by its letter, that may be archived with the last period."""
    return [i for i in archivable_ids(board, period(board), LATER) if i.startswith(letter)]


def do(maker: Maker, days_later: int, action: Action, by: Actor = MARA) -> None:
    maker.do(action, by, NOW + timedelta(days=days_later))


def test_the_last_period_that_ended_before_the_day(maker: Maker) -> None:
    assert last_archivable_period(maker.file().board, date.max) is None
    board = closed(maker)
    assert period(board).name == "Q4 2026"
    assert last_archivable_period(board, date(2026, 12, 31)) is None
    assert period(board, date(2027, 1, 1)).ends == date(2026, 12, 31)
    maker.do(BeginPeriod(), at=datetime(2027, 4, 1, 9, tzinfo=UTC))
    later = maker.file().board
    assert period(later).name == "Q1 2027"
    assert period(later, date(2027, 2, 1)).name == "Q4 2026"


def test_closed_goals_go_with_their_check_ins_and_carried_ones_stay(maker: Maker) -> None:
    maker.check_in(RecordId("G1"), 100)
    maker.check_in(RecordId("G2"), 50, by=BEN)
    maker.check_in(RecordId("G1"), 200)
    board = closed(maker, T1="close", G1="close", G2="carry")
    # Nothing aligned to T1 is left: the carried goal follows its successor or stands alone.
    assert of(board, "G") == ["G1"]
    assert of(board, "C") == ["C1", "C3"]
    assert of(board, "T") == ["T1"]


def test_a_team_goal_stays_while_an_open_goal_is_aligned_to_it(maker: Maker) -> None:
    board = closed(maker, G1="close")
    assert (of(board, "G"), of(board, "T")) == (["G1"], [])


def test_what_was_declined_goes_with_its_revision(maker: Maker) -> None:
    aligned = {RecordId("T1"): 1.0}
    measure = Metric(unit="€", start=0, target=10)
    maker.do(ProposeGoal(title="Fairs", measure=measure, aligned=aligned), ANA)
    maker.do(DeclineRevision(revision=RecordId("V1"), word="No"))
    board = closed(maker, T1="close", G1="close", G2="close")
    assert (of(board, "G"), of(board, "T"), of(board, "V")) == (["G1", "G2", "G3"], ["T1"], ["V1"])


def test_what_is_proposed_for_later_follows_the_team_goal_and_stays(maker: Maker) -> None:
    measure = Metric(unit="€", start=0, target=10)
    later = ProposeGoal(title="Year", measure=measure, aligned={RecordId("T1"): 1.0}, due=date(2027, 12, 31))
    maker.do(later, ANA)
    board = closed(maker, T1="renew", G1="close", G2="close")
    assert (of(board, "G"), of(board, "T"), of(board, "V")) == (["G1", "G2"], ["T1"], [])
    assert [g.aligned for g in board.proposed_goals_of("ana")] == [{"T2": 1.0}]


def test_a_goal_stays_while_an_open_activity_drives_it(maker: Maker) -> None:
    calls = Activity(unit="calls", per_week=10)
    maker.do(AddGoal(owner="ana", title="Calls", measure=calls, drives=RecordId("G1"), due=date(2027, 3, 31)))
    assert of(closed(maker, T1="close", G1="close", G2="close"), "G") == ["G2"]


def test_a_goal_goes_together_with_a_closed_activity_that_drives_it(maker: Maker) -> None:
    calls = Activity(unit="calls", per_week=10)
    maker.do(AddGoal(owner="ana", title="Calls", measure=calls, drives=RecordId("G1")))
    maker.do(CheckInGoal(goal=RecordId("G3"), value=8), ANA)
    board = closed(maker, T1="close", G1="close", G2="close", G3="close")
    assert of(board, "G") == ["G1", "G2", "G3"]
    assert of(board, "C") == ["C1"]


@pytest.mark.parametrize("rolls_up", ["sum", "mean"])
def test_goals_that_count_for_a_team_goal_stay_as_long_as_it_does(maker: Maker, rolls_up: RollUp) -> None:
    """T2 has another goal of Ana's in it, G3, which also carries T3: all three wait for T3, which goes on."""
    measure = Metric(unit="€", start=0, target=1000)
    for title, due in (("Year", date(2026, 12, 31)), ("Years", date(2027, 12, 31))):
        maker.do(AddTeamGoal(title=title, measure=measure, rolls_up=rolls_up, due=due))
    maker.do(AddGoal(owner="ana", title="Both", measure=measure, aligned={RecordId("T2"): 0.5, RecordId("T3"): 0.5}))
    maker.do(AddGoal(owner="ben", title="Year", measure=measure, aligned={RecordId("T2"): 1.0}))
    for goal, by in (("G1", ANA), ("G3", ANA), ("G4", BEN)):
        maker.check_in(RecordId(goal), 520, by=by)
    board = closed(maker, **dict.fromkeys(("T1", "T2", "G1", "G2", "G3", "G4"), "close"))
    assert of(board, "G") == ["G1", "G2"]
    assert of(board, "T") == ["T1"]
    assert of(board, "C") == ["C1"]


def test_ids_come_in_order_of_their_numbers(maker: Maker) -> None:
    for number in range(10):
        maker.do(AddGoal(owner="ana", title=f"Goal {number}", measure=DoneOrNot()))
    ids = [goal.id for goal in maker.board.goals]
    board = closed(maker, **dict.fromkeys(ids, "close"))
    assert of(board, "G") == [f"G{number}" for number in range(1, 13)]


def test_feedback_goes_once_it_is_answered_but_the_newest_stays(maker: Maker) -> None:
    for text in ("One", "Two", "Three", "Four"):
        maker.do(GiveFeedback(to="ana", text=text), BEN)
    for feedback in map(RecordId, ("F1", "F3", "F4")):
        maker.do(ResolveFeedback(feedback=feedback), ANA)
    # F2 is open; F4 is the newest, from which the cadence counts.
    assert of(closed(maker), "F") == ["F1", "F3"]


def test_feedback_and_answers_from_which_a_due_day_counts_stay(maker: Maker) -> None:
    """F1 and F3 are the last that Ana received, from her manager and at all; the requests to her are no feedback."""
    for day, giver in enumerate((MARA, BEN)):
        do(maker, day, GiveFeedback(to="ana", text="Good"), giver)
        do(maker, day, AskForFeedback(of=("ana",), text="How was it?"), giver)
    do(maker, 3, ResolveFeedback(feedback=RecordId("F1")), ANA)
    do(maker, 3, ResolveFeedback(feedback=RecordId("F3")), ANA)
    for request in ("F2", "F4"):
        do(maker, 4, DeclineRequest(feedback=RecordId(request), word="No time"), ANA)
    assert of(closed(maker), "F") == ["F2", "F4"]


def test_a_one_on_one_stays_while_an_action_of_it_is_open(maker: Maker) -> None:
    for days in (0, 7, 14):
        held = (NOW + timedelta(days=days)).date()
        do(maker, days, WriteOneOnOne(member="ana", note="x", agreed=(NewAction(text="Call"),), held=held), ANA)
    do(maker, 15, FinishAction(action="O2.1"), ANA)
    do(maker, 15, FinishAction(action="O3.1"), ANA)
    assert of(closed(maker), "O") == ["O2"]
    do(maker, 50, FinishAction(action="O1.1"), ANA)
    assert of(maker.file().board, "O") == ["O1", "O2"]


def test_standups_go_but_the_last_one_and_facts_stay(maker: Maker) -> None:
    for days in range(3):
        do(maker, days, RecordStandup(began=NOW + timedelta(days=days), seconds={"ana": 30}))
    do(maker, 3, AddFact(member="ana", name="Calls", value=1, source="CRM"))
    found = archivable_ids(board := closed(maker), period(board), LATER)
    assert [i for i in found if i in board.tables["standups"]] == list(board.tables["standups"])[:2]
    assert not [i for i in found if i in board.tables["facts"]]


def test_what_happened_after_the_close_stays(maker: Maker) -> None:
    closed(maker)
    for days in (60, 61):
        do(maker, days, GiveFeedback(to="ana", text="Later"), BEN)
    do(maker, 62, ResolveFeedback(feedback=RecordId("F1")), ANA)
    do(maker, 62, CheckInGoal(goal=RecordId("G1"), value=1), ANA)
    board = maker.file().board
    assert archivable_ids(board, period(board), LATER) == []


def test_without_its_history_nothing_of_a_period_may_go(maker: Maker) -> None:
    closed(maker, G1="close")
    assert maker.board.history is None
    assert archivable_ids(maker.board, period(maker.board), LATER) == []


@pytest.mark.parametrize(
    ("age", "today", "offered"),
    [
        ("1y", date(2027, 12, 31), False),
        ("1y", date(2028, 1, 1), True),
        ("18m", date(2028, 1, 1), False),
        ("18m", date(2028, 7, 1), True),
        ("never", date(2099, 1, 1), False),
    ],
)
def test_what_is_older_than_the_team_says_is_offered(maker: Maker, age: str, today: date, offered: bool) -> None:
    maker.check_in(RecordId("G1"), 100)
    maker.check_in(RecordId("G2"), 50, by=BEN)
    if age != "1y":
        maker.do(ChangeTeam(archive_after=age))
    board = closed(maker, T1="close", G1="close", G2="close")
    offer = archive_offer(board, today)
    assert (offer is not None) is offered
    if offer is not None:
        assert (offer.age, offer.period.name) == (age, "Q4 2026")
        assert archive_size(board, offer.period, today) == ArchiveSize(check_ins=2, others=3)


def test_a_period_that_was_closed_late_is_offered_once_all_of_it_is_so_old(maker: Maker) -> None:
    maker.do(BeginPeriod(choices={"G1": "close"}), at=datetime(2028, 3, 1, 9, tzinfo=UTC))  # type: ignore[dict-item]
    board = maker.file().board
    assert period(board, date(2027, 3, 1)).name == "Q4 2026"
    assert archive_offer(board, date(2028, 3, 1)) is None
    assert archive_offer(board, date(2029, 2, 28)) is None
    offer = archive_offer(board, date(2029, 3, 1))
    assert offer is not None
    assert offer.period.name == "Q4 2026"


def test_what_happened_in_the_current_period_stays_where_the_last_one_was_closed_late(maker: Maker) -> None:
    """What the pulse counts, of which the answer F3 is a part, and what the report counts."""
    do(maker, 0, AskForFeedback(of=("ana",), text="How was it?"), BEN)
    late = (date(2027, 1, 5) - NOW.date()).days
    for days in (0, late):
        do(maker, days, GiveFeedback(to="ben", text="Good"), ANA)
        do(maker, days, ResolveFeedback(feedback=list(maker.board.feedback)[-1].id), BEN)
        held = (NOW + timedelta(days=days)).date()
        do(maker, days, WriteOneOnOne(member="ana", note="x", held=held), ANA)
        do(maker, days, RecordStandup(began=NOW + timedelta(days=days), seconds={"ana": 30}))
    do(maker, late, ReplyToFeedback(feedback=RecordId("F1"), text="Good"), ANA)
    do(maker, late, WriteOneOnOne(member="ana", note="x", held=date(2027, 1, 4)), ANA)
    do(maker, late, RecordStandup(began=NOW + timedelta(days=late, hours=1), seconds={"ana": 30}))
    maker.do(GiveFeedback(to="ben", text="Good"), MARA, NOW + timedelta(days=late))
    maker.do(BeginPeriod(), at=datetime(2027, 1, 8, 9, tzinfo=UTC))
    board = maker.file().board
    assert archivable_ids(board, period(board), LATER) == ["F2", "O1", "S1"]


def test_a_board_without_a_team_or_a_closed_period_offers_nothing(maker: Maker) -> None:
    assert archive_offer(Board({}), date(2099, 1, 1)) is None
    assert archive_offer(maker.file().board, date(2099, 1, 1)) is None


def test_what_the_balance_of_the_last_90_days_counts_stays_with_the_goal_it_is_about(maker: Maker) -> None:
    for days in range(2):
        do(maker, days, GiveFeedback(to="ana", text="Good", about="G1"), BEN)
        do(maker, days, ResolveFeedback(feedback=list(maker.board.feedback)[-1].id), ANA)
        held = (NOW + timedelta(days=days)).date()
        do(maker, days, WriteOneOnOne(member="ana", note="x", held=held), ANA)
    # What is newest stays anyway.
    do(maker, 2, GiveFeedback(to="ana", text="Good"), MARA)
    do(maker, 2, GiveFeedback(to="ana", text="Good"), BEN)
    do(maker, 2, WriteOneOnOne(member="ana", note="x", held=(NOW + timedelta(days=2)).date()), ANA)
    board = closed(maker, T1="close", G1="close", G2="close")
    for days, ids in ((90, {"F1", "O1"}), (91, {"F1", "F2", "O1", "O2", "G1"})):
        found = {*archivable_ids(board, period(board), NOW.date() + timedelta(days=days))}
        assert found & {"F1", "F2", "O1", "O2", "G1"} == ids
