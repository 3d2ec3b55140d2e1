"""Activities: what weeks ask for and what counts, against plain arithmetic day by day."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from math import ceil
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from teamboard.actions.base import Actor, perform
from teamboard.actions.check_ins import CheckInGoal
from teamboard.actions.driving import check_driven
from teamboard.actions.goals import AddGoal, AddTeamGoal
from teamboard.actions.revision_responses import AgreeToRevision
from teamboard.actions.revisions import ReviseGoal
from teamboard.domain.board import Board
from teamboard.domain.board_on_day import BoardOnDay
from teamboard.domain.errors import NotFound, Refused
from teamboard.domain.goals.activity import Plan, WeekCount, monday, plan_of, week_number, weeks_so_far
from teamboard.domain.goals.course import daily_course
from teamboard.domain.goals.pace import pace
from teamboard.domain.goals.progress import progress, value_range
from teamboard.domain.goals.standing import readings
from teamboard.domain.ids import RecordId
from teamboard.domain.people import expected_days
from teamboard.domain.records import Absence, Activity, DoneOrNot, Goal, Member, Metric, Period, Team
from teamboard.domain.reviews.evidence import evidence
from teamboard.render.board_json import goal_json
from tests.conftest import ANA, MARA, NOW, SETTING_UP, TODAY, Maker

DAY = timedelta(days=1)
G3 = RecordId("G3")
CALLS = Activity(unit="calls", per_week=10)
FIRST, LAST = date(1900, 1, 1), date.max

# -- the plan alone


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    """Plans of up to 20 weeks on any days, with days away, a newcomer's ramp, and a number that changes."""
    first = date.fromordinal(draw(st.integers(FIRST.toordinal(), LAST.toordinal())))
    last = date.fromordinal(min(first.toordinal() + draw(st.integers(0, 140)), LAST.toordinal()))

    def some_day() -> date:
        return date.fromordinal(draw(st.integers(first.toordinal(), last.toordinal())))

    away = [Absence(starts=min(a, b), ends=max(a, b)) for a, b in [(some_day(), some_day())] * draw(st.integers(0, 1))]
    starts = some_day() if last.year < 9999 and draw(st.booleans()) else None
    ramp = tuple(draw(st.lists(st.integers(0, 100), max_size=3))) if starts else ()
    numbers = st.integers(1, 40).map(float) | st.floats(0.1, 40)
    weeks = sorted(draw(st.sets(st.integers(week_number(first) - 1, week_number(last) + 1), max_size=3)))
    return Plan(
        first=max(first, starts) if starts else first,
        last=last,
        numbers=tuple((week, draw(numbers)) for week in (0, *weeks)),
        owner=Member(handle="ana", name="Ana", manager=None, away=tuple(away), starts=starts, ramp=ramp),
        away_counts=draw(st.booleans()),
    )


def plainly_asked(plan: Plan) -> dict[int, float]:
    """What each week asks for: its days added up one by one."""
    days: dict[int, float] = defaultdict(float)
    day = plan.first
    while day <= plan.last:
        days[(day - timedelta(days=day.weekday())).toordinal()] += expected_days(
            plan.owner, day, day, away_counts=plan.away_counts
        )
        if day == date.max:
            break
        day += DAY
    asked = {}
    for begins, count in days.items():
        number = [number for week, number in plan.numbers if week * 7 + 1 <= begins][-1]
        share = number * count / 7
        asked[begins // 7] = ceil(share - 1e-6) if number == int(number) else share
    return asked


@given(plans())
def test_each_week_asks_for_its_share_of_the_days(plan: Plan) -> None:
    expected = plainly_asked(plan)
    assert list(plan.weeks()) == list(expected)
    assert [plan.asked(week) for week in plan.weeks()] == pytest.approx(list(expected.values()))
    assert plan.target() == pytest.approx(sum(expected.values()))


@given(plans(), st.lists(st.floats(-10, 100), max_size=25), st.integers(-2, 2))
def test_a_week_counts_up_to_what_it_asks_for_and_the_value_never_exceeds_the_target(
    plan: Plan, counts: list[float], shift: int
) -> None:
    by_week = {plan.weeks().start + shift + i: count for i, count in enumerate(counts)}
    at_most = plainly_asked(msgspec.structs.replace(plan, away_counts=True))
    expected = sum(min(max(by_week.get(week, 0.0), 0.0), most) for week, most in at_most.items())
    assert plan.value(by_week) == pytest.approx(min(expected, sum(plainly_asked(plan).values())))
    assert 0.0 <= plan.value(by_week) <= plan.target()
    assert 0.0 <= plan.progress(by_week) <= 1.0


@given(plans())
def test_who_does_all_that_each_week_asks_for_reaches_the_target_exactly(plan: Plan) -> None:
    done = {week: plan.asked(week) + week % 3 for week in plan.weeks()}
    assert plan.value(done) == plan.target()
    assert plan.progress(done) == (1.0 if plan.target() else 0.0)


@given(plans(), st.lists(st.floats(0, 100), max_size=25))
def test_days_away_put_down_later_lower_the_target_alone(plan: Plan, counts: list[float]) -> None:
    by_week = {plan.weeks().start + i: count for i, count in enumerate(counts)}
    here = msgspec.structs.replace(plan, away_counts=True)
    assert plan.target() <= here.target()
    assert plan.value(by_week) == min(here.value(by_week), plan.target())


def test_thousands_of_years_are_added_up_at_once() -> None:
    plan = Plan(first=date(1900, 1, 1), last=date.max, numbers=((0, 10.0), (week_number(TODAY), 12.0)))
    before, after = week_number(TODAY) - week_number(date(1900, 1, 1)), week_number(date.max) - week_number(TODAY)
    # The last of all weeks has five days.
    assert plan.target() == before * 10.0 + after * 12.0 + 9.0


@pytest.mark.parametrize(
    ("first", "last", "per_week", "expected"),
    [
        (date(2026, 10, 1), date(2026, 12, 31), 10.0, [6.0, *[10.0] * 12, 6.0]),  # Thursday to Thursday
        (date(2026, 10, 1), date(2026, 10, 8), 1.0, [1.0, 1.0]),
        (date(2026, 10, 1), date(2026, 10, 8), 3.5, [2.0, 2.0]),
        (date(2026, 11, 23), date(2026, 11, 29), 10.0, [10.0]),
        (date(2026, 11, 29), date(2026, 11, 29), 10.0, [2.0]),  # a Sunday
    ],
)
def test_a_part_of_a_week_asks_for_its_days_rounded_up(
    first: date, last: date, per_week: float, expected: list[float]
) -> None:
    plan = Plan(first=first, last=last, numbers=((0, per_week),))
    assert [plan.asked(week) for week in plan.weeks()] == expected


# -- on a board: G3 is Ana's ten calls a week, from 1 October to 31 December


def with_calls(maker: Maker, measure: Activity = CALLS, **fields: object) -> Maker:
    action = AddGoal(owner="ana", title="Calls", measure=measure, starts=date(2026, 10, 1))
    maker.do(msgspec.structs.replace(action, **fields), SETTING_UP)
    return maker


def calls(maker: Maker, count: float, day: date) -> None:
    maker.do(CheckInGoal(goal=G3, value=count), ANA, datetime(day.year, day.month, day.day, 10, tzinfo=UTC))


def test_the_last_count_of_a_week_holds_and_a_week_without_one_counts_nothing(maker: Maker) -> None:
    with_calls(maker)
    for count, day in ((4, 2), (9, 4), (7, 5), (12, 11), (3, 25)):
        calls(maker, count, date(2026, 10, day))
    assert progress(maker.board, maker.goal(G3)) == (6 + 10 + 3) / 132
    assert progress(maker.board, maker.goal(G3), date(2026, 10, 2)) == 4 / 132
    assert progress(maker.board, maker.goal(G3), date(2026, 10, 8)) == (6 + 7) / 132
    now = BoardOnDay(maker.board, date(2026, 10, 25)).standing(maker.goal(G3))
    assert (now.value, now.week) == (19.0, WeekCount(date(2026, 10, 19), 3.0, 10.0))
    found = weeks_so_far(maker.board, maker.goal(G3), date(2026, 10, 25))
    assert [(w.count, w.asked) for w in found] == [(9, 6), (12, 10), (0, 10), (3, 10)]
    # The goal begins on a Thursday; the last week is over on the Sunday.
    assert [w.is_partial for w in found] == [True, False, False, False]
    assert weeks_so_far(maker.board, maker.goal(G3), date(2026, 10, 24))[-1].is_partial


def test_a_change_adds_to_the_count_of_this_week_only(maker: Maker) -> None:
    with_calls(maker)
    calls(maker, 4, date(2026, 11, 15))
    for _ in range(2):
        maker.do(CheckInGoal(goal=G3, change=3), ANA)
    maker.do(CheckInGoal(goal=G3, note="On the road"), ANA)
    assert [c.value for c in maker.board.checkins_of(G3)] == [4.0, 3.0, 6.0, 6.0]
    maker.do(CheckInGoal(goal=G3, note="A new week"), ANA, NOW + DAY)
    assert maker.board.checkins_of(G3)[-1].value == 0.0
    with pytest.raises(Refused, match="can't be below 0"):
        maker.do(CheckInGoal(goal=G3, change=-1), ANA, NOW + DAY)


ZONES = ("Europe/Madrid", "America/New_York", "Pacific/Kiritimati", "Pacific/Pago_Pago", "Australia/Lord_Howe", "UTC")
MOMENTS = st.integers(0, 100 * 24 * 60).map(
    lambda minutes: datetime(2026, 9, 28, 12, tzinfo=UTC) + timedelta(minutes=minutes)
)
"""From the Monday of the first week on in every zone: what is before it is refused."""


@given(
    st.sampled_from(ZONES),
    st.lists(
        st.tuples(MOMENTS, st.integers(0, 25)),
        max_size=12,
    ),
    st.dates(date(2026, 9, 28), date(2027, 1, 5)),
)
def test_value_and_pace_of_any_check_ins_in_any_time_zone(
    zone: str, counts: list[tuple[datetime, int]], today: date
) -> None:
    board = board_of(zone, [(at, float(count)) for at, count in sorted(counts)])
    goal = board.goal(G3)
    assert isinstance(goal, Goal)
    last: dict[tuple[int, int], int] = {}
    for at, count in sorted(counts):
        day = at.astimezone(ZoneInfo(zone)).date()
        if day <= today:
            last[day.isocalendar()[:2]] = count
    asked: dict[tuple[int, int], float] = defaultdict(float)
    day = goal.starts
    while day <= goal.due:
        asked[day.isocalendar()[:2]] += 1
        day += DAY
    whole = {week: ceil(10 * days / 7) for week, days in asked.items()}
    done = sum(min(last.get(week, 0), most) for week, most in whole.items())
    assert progress(board, goal, today) == pytest.approx(done / sum(whole.values()))
    assert value_range(board, goal, today) == (0.0, sum(whole.values()))
    passed = min(max((today - goal.starts).days + 1, 0), 92)
    assert pace(board, goal, today) == pytest.approx(passed / 92)
    seen = BoardOnDay(board, today)
    assert [progress(board, goal, today - 7 * n * DAY) for n in range(5, -1, -1)] == list(
        readings(board, goal, today)[:-1]
    )
    assert seen.standing(goal).progress <= 1.0


def board_of(zone: str, counts: list[tuple[datetime, float]]) -> Board:
    """A board with G3 and its check-ins, as they were written."""
    team = Team(id=RecordId("B1"), name="N", timezone=zone, period=Period(name="Q", starts=TODAY, ends=TODAY))
    ana = Member(id=RecordId("M1"), handle="ana", name="Ana", manager=None)
    goal = Goal(
        id=G3, owner="ana", title="Calls", measure=CALLS, kind="result",
        starts=date(2026, 10, 1), due=date(2026, 12, 31),
    )  # fmt: skip
    board = Board({"team": {team.id: team}, "members": {ana.id: ana}, "goals": {G3: goal}})
    for at, value in counts:
        board, _, _ = perform(board, CheckInGoal(goal=G3, value=value), Actor("ana", "ana", "desk"), at)
    return board


def test_weeks_before_a_revision_keep_their_number(maker: Maker) -> None:
    with_calls(maker)
    for week in range(8):
        calls(maker, 12, date(2026, 10, 4) + 7 * week * DAY)
    before = progress(maker.board, maker.goal(G3), date(2026, 11, 15))
    wednesday = datetime(2026, 11, 18, 10, tzinfo=UTC)
    maker.do(ReviseGoal(goal=G3, per_week=12, reason="capacity", why="More leads"), MARA, wednesday)
    maker.do(AgreeToRevision(revision=RecordId("V1")), ANA, wednesday)
    goal = maker.goal(G3)
    assert goal.measure == Activity(unit="calls", per_week=12)
    plan = plan_of(maker.board, goal)
    assert plan is not None
    # 18 November is in the week of the 16th.
    assert [plan.asked(week) for week in plan.weeks()] == [6.0, *[10.0] * 6, *[12.0] * 6, 7.0]
    assert progress(maker.board, goal) == (6 + 10 * 6 + 12) / (6 + 60 + 72 + 7)
    assert progress(maker.board, goal, date(2026, 11, 15)) == before
    assert value_range(maker.board, goal, date(2026, 11, 17)) == (0.0, 132.0)
    points = {p.day: p for p in daily_course(maker.board, goal, TODAY)}
    assert (points[date(2026, 11, 17)].target, points[date(2026, 11, 18)].target) == (132.0, 145.0)
    assert points[TODAY].value == 78.0
    assert points[date(2026, 11, 15)].value == 66.0


def test_a_later_due_day_adds_weeks_and_a_target_has_to_be_a_number_per_week(maker: Maker) -> None:
    with_calls(maker)
    maker.do(ReviseGoal(goal=G3, due=date(2027, 1, 10), reason="market", why="So"), ANA)
    maker.do(AgreeToRevision(revision=RecordId("V1")), MARA)
    assert value_range(maker.board, maker.goal(G3)) == (0.0, 6 + 10 * 14)
    assert value_range(maker.board, maker.goal(G3), TODAY - DAY) == (0.0, 132.0)
    for wrong in ({"target": 5.0}, {"per_week": 0.0}, {"per_week": -2.0}, {"per_week": float("nan")}):
        with pytest.raises(Refused):
            maker.do(ReviseGoal(goal=G3, reason="market", why="So", **wrong), ANA)  # type: ignore[arg-type]
    with pytest.raises(Refused, match="no number per week"):
        maker.do(ReviseGoal(goal=RecordId("G1"), per_week=5, reason="market", why="So"), ANA)


def test_days_away_a_newcomer_and_a_ramp_ask_for_less_as_the_pace_does(maker: Maker) -> None:
    with_calls(maker)
    ana = maker.board.member("ana")
    assert ana is not None

    def board(**changes: object) -> Board:
        return maker.board.with_changes({ana.id: msgspec.structs.replace(ana, **changes)})

    goal = maker.goal(G3)
    two_weeks = (Absence(starts=date(2026, 10, 14), ends=date(2026, 10, 27)),)
    # Two days of the first week, none of the second, five of the third.
    assert value_range(board(away=two_weeks), goal) == (0.0, 132.0 - 3 * 10 + 3 + 8)
    assert value_range(board(starts=date(2026, 11, 2)), goal) == (0.0, 8 * 10.0 + 6)
    half = board(starts=date(2026, 11, 2), ramp=(50,))
    # Until 1 December: four weeks of five, then a week of which two days count half.
    assert value_range(half, goal) == (0.0, 4 * 5 + 10 + 3 * 10 + 6 - 1)
    assert maker.board.team is not None
    team = msgspec.structs.replace(maker.board.team, away_counts=True)
    assert value_range(board(away=two_weeks).with_changes({team.id: team}), goal) == (0.0, 132.0)
    gone = board(away=(Absence(starts=goal.starts, ends=goal.due),))
    assert (progress(gone, goal), BoardOnDay(gone, TODAY).standing(goal).status) == (0.0, "new")


def test_an_activity_counts_for_a_mean_and_for_a_sum_in_its_unit(maker: Maker) -> None:
    maker.do(AddTeamGoal(title="Calls", measure=Metric(unit="calls", start=0, target=264), rolls_up="sum"))
    maker.do(AddTeamGoal(title="Pipeline"))
    shares = {RecordId("T2"): 0.5, RecordId("T3"): 0.5}
    with_calls(maker, aligned=shares)
    calls(maker, 20, date(2026, 10, 2))
    calls(maker, 7, TODAY)
    total, mean = (maker.board.goal(RecordId(t)) for t in ("T2", "T3"))
    assert total is not None
    assert mean is not None
    assert progress(maker.board, total) == pytest.approx((6 + 7) / 2 / 264)
    assert progress(maker.board, mean) == pytest.approx(13 / 132)
    assert readings(maker.board, total, TODAY)[-1] == pytest.approx((6 + 7) / 2 / 264)
    with pytest.raises(Refused, match="same unit"):
        maker.do(AddGoal(owner="ana", title="No", measure=CALLS, aligned={RecordId("T1"): 1.0}))


def test_an_activity_begins_with_the_week_in_which_it_is_set_unless_a_day_is_given(maker: Maker) -> None:
    with_calls(maker, starts=None)
    assert (maker.goal(G3).starts, maker.goal(G3).due) == (date(2026, 11, 16), date(2026, 12, 31))
    json = goal_json(BoardOnDay(maker.board, TODAY), maker.goal(G3))
    assert (json["target"], json["week"]) == (6 * 10 + 6, {"starts": "2026-11-16", "count": 0.0, "asked": 10.0})
    later = BoardOnDay(maker.board, date(2027, 1, 1))
    assert later.standing(maker.goal(G3)).week is None


def test_what_can_be_driven(maker: Maker) -> None:
    with_calls(maker, drives=RecordId("G1"))
    assert maker.goal(G3).drives == "G1"
    board = maker.board
    for measure, drives, error, words in (
        (CALLS, "G2", Refused, "is ben's"),
        (CALLS, "G9", NotFound, "no goal 'G9'"),
        (CALLS, "T1", NotFound, "no goal 'T1'"),
        (CALLS, "G3", Refused, "in a circle"),
        (DoneOrNot(), "G1", Refused, "Only an activity"),
    ):
        with pytest.raises(error, match=words):
            check_driven(board, "ana", measure, RecordId(drives), G3)
    with_calls(maker, drives=G3)
    with pytest.raises(Refused, match="G4 leads back to G3"):
        check_driven(maker.board, "ana", CALLS, RecordId("G4"), G3)
    maker.do(ReviseGoal(goal=RecordId("G1"), drop=True, reason="market", why="So"), ANA)
    maker.do(AgreeToRevision(revision=RecordId("V1")), MARA)
    assert maker.goal(G3).drives == "G1"
    with pytest.raises(Refused, match="is over"):
        check_driven(maker.board, "ana", CALLS, RecordId("G1"))


def test_a_team_goal_has_no_number_per_week(maker: Maker) -> None:
    with pytest.raises(Refused, match="team goal can't"):
        maker.do(AddTeamGoal(title="Calls", measure=CALLS))


def test_the_first_day_of_a_week_by_its_number() -> None:
    assert monday(week_number(TODAY)) == date(2026, 11, 16)
    assert monday(week_number(date.min)) == date.min
    assert monday(week_number(date.max)) == date(9999, 12, 27)


def test_a_review_has_the_weeks_as_they_were_at_both_ends(maker: Maker) -> None:
    with_calls(maker)
    for count, day in ((6, 4), (10, 11), (20, 18)):
        calls(maker, count, date(2026, 10, day))
    ana = maker.board.member("ana")
    assert ana is not None
    [found] = [g for g in evidence(maker.board, ana, date(2026, 10, 12), TODAY).goals if g.goal.id == G3]
    assert (found.progress_then, found.progress_now) == (16 / 132, 26 / 132)
    assert [c.value for c in found.checkins] == [20.0]


def test_a_late_check_in_counts_in_the_week_of_its_day(maker: Maker) -> None:
    with_calls(maker)
    calls(maker, 7, TODAY)
    # The last Sunday but one; adding to it adds to that week.
    for change in (4, 5):
        maker.do(CheckInGoal(goal=G3, change=change, on=date(2026, 11, 15)), ANA)
    assert [(w.count, w.asked) for w in weeks_so_far(maker.board, maker.goal(G3), TODAY)[-2:]] == [
        (9.0, 10.0),
        (7.0, 10.0),
    ]
    assert progress(maker.board, maker.goal(G3), date(2026, 11, 16)) == 9 / 132
    maker.do(CheckInGoal(goal=G3, change=1), ANA)
    assert weeks_so_far(maker.board, maker.goal(G3), TODAY)[-1].count == 8.0
