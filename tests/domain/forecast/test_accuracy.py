"""How far calls were from what came, against plain arithmetic, and who is shown it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from teamboard.domain.board import Board
from teamboard.domain.forecast.accuracy import accuracy
from teamboard.domain.ids import RecordId
from teamboard.domain.permissions import may_read_coaching
from teamboard.domain.records import Activity, Goal, GoalRevision, Member, Metric
from tests.helpers.forecasting import DUE, STARTS, board_of, days_after, goal


def ana(board: Board) -> Member:
    found = board.member("ana")
    assert found is not None
    return found


def figures(board: Board, handle: str = "ana") -> tuple[float, ...]:
    """The number of goals, error and bias of a member's calls."""
    member = board.member(handle)
    assert member is not None
    found = accuracy(board, member)
    assert found is not None
    return (found.goals, found.error, found.bias)


def near(*numbers: float) -> Any:
    return pytest.approx(numbers)


def closed(number: int = 1, **fields: Any) -> Goal:
    given: dict[str, Any] = {"outcome": "missed", "closed": DUE} | fields
    return goal(number, **given)


def called(*calls: tuple[int, float], came: float) -> dict[date, Any]:
    """Calls by day of the goal, the last day's value being what came."""
    by_day: dict[date, Any] = {days_after(STARTS, n)[0]: {"value": 0.0, "call": call} for n, call in calls}
    return by_day | {DUE: {"value": came}}


def test_each_call_counts_for_the_days_on_which_it_held() -> None:
    # 1,100 from day 1 to 46, 850 from day 47 to 92: 300 and 50 away from 800, of a target of 1,000.
    board = board_of((closed(), called((1, 1100), (47, 850), came=800)))
    assert figures(board) == near(1, (46 * 0.3 + 46 * 0.05) / 92, (46 * 0.3 + 46 * 0.05) / 92)


def test_what_was_too_low_and_too_high_evens_out_in_the_bias_alone() -> None:
    board = board_of((closed(), called((1, 900), (47, 700), came=800)))
    assert figures(board) == near(1, 0.1, 0.0)


def test_a_call_on_the_last_day_counts_for_that_day() -> None:
    board = board_of((closed(), {**called((1, 1000), came=800), DUE: {"value": 800.0, "call": 800.0}}))
    assert figures(board) == near(1, 91 * 0.2 / 92, 91 * 0.2 / 92)


def test_of_a_value_that_falls_a_lower_call_is_the_higher_one() -> None:
    falls = closed(measure=Metric(unit="%", start=8, target=4))
    board = board_of((falls, called((1, 5), came=6)))
    assert figures(board) == near(1, 0.25, 0.25)


def test_goals_count_alike_and_only_those_that_were_closed_with_a_call() -> None:
    board = board_of(
        (closed(1), called((1, 1000), came=800)),
        (closed(2, outcome="achieved"), called((60, 1000), came=1100)),
        (closed(3, outcome="dropped"), called((1, 1000), came=0)),
        (goal(4), called((1, 1000), came=0)),
        (closed(5), called(came=0)),
        (closed(6, owner="ben"), called((1, 5000), came=0)),
    )
    assert figures(board) == near(2, 0.15, 0.05)
    mara = board.member("mara")
    assert mara is not None
    assert accuracy(board, mara) is None


def test_what_was_handed_over_says_nothing_of_a_call() -> None:
    kept = (closed(1, outcome="achieved"), called((1, 900), came=800))
    assert figures(board_of(kept)) == near(1, 0.1, 0.1)
    board = board_of(kept, (goal(2, continues="G1"), {}))
    assert accuracy(board, ana(board)) is None


def test_a_goal_that_was_closed_early_counts_until_then() -> None:
    day = STARTS + timedelta(days=9)
    board = board_of((closed(outcome="achieved", closed=day), {STARTS: {"call": 900.0}, day: 1000.0}))
    assert figures(board) == near(1, 0.1, -0.1)


def test_an_activity_came_to_what_its_weeks_count() -> None:
    calls = Activity(unit="calls", per_week=10)
    made = goal(1, calls, starts=date(2026, 10, 5), due=date(2026, 10, 18), outcome="missed", closed=date(2026, 10, 18))
    board = board_of((made, {date(2026, 10, 5): {"value": 10.0, "call": 20.0}, date(2026, 10, 12): 4.0}))
    assert figures(board) == near(1, 6 / 20, 6 / 20)


def test_whose_goal_it_was_is_whose_call_it_is() -> None:
    board = board_of((closed(), called((1, 1000), (47, 850), came=800)))
    revision = GoalRevision(
        id=RecordId("V1"),
        goal=RecordId("G1"),
        reason="handed-over",
        why="",
        by="mara",
        at=board.end_of(STARTS),
        state="agreed",
        before={"owner": "ben"},
        after={"owner": "ana"},
        effective=days_after(STARTS, 47)[0],
    )
    board = board.with_changes({revision.id: revision})
    assert figures(board, "ben") == near(1, 0.2, 0.2)
    assert figures(board) == near(1, 0.05, 0.05)


def test_it_is_shown_to_the_member_and_to_those_above() -> None:
    board = board_of((closed(), called((1, 1000), came=800)))
    handles = ("ana", "mara", "ben", "zoe")
    readers = {handle: may_read_coaching(board, board.member(handle), ana(board)) for handle in handles}
    assert readers == {"ana": True, "mara": True, "ben": False, "zoe": False}
