"""Closed goals: closing one on a day, those that still count, those of a past period, which stay closed, and renewals.

A goal that is renewed with a new period begins at 0, and is another record. What people said last of the goal before
holds until they say something else: the help that is wanted, and the next step.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TypeVar

import msgspec

from teamboard.domain.board import AnyGoal, Board
from teamboard.domain.goals.tree import goals_above
from teamboard.domain.handles import display_name
from teamboard.domain.people import on_team, stays
from teamboard.domain.permissions import may_decide
from teamboard.domain.records import Activity, CheckIn, Goal, GoalOutcome, Measure, Member, Metric, TeamGoal
from teamboard.domain.records.names import comparable

G = TypeVar("G", bound=AnyGoal)


def closed_on(goal: G, outcome: GoalOutcome, day: date) -> G:
    """The goal closed with an outcome on a day."""
    return msgspec.structs.replace(goal, outcome=outcome, closed=day)


def is_handed_over(board: Board, goal: AnyGoal) -> bool:
    """True for what stays with the owner before of a goal that was split: it is closed, and neither won nor lost."""
    return goal.outcome == "achieved" and board.rest_of(goal.id) is not None


def ending_of(board: Board, goal: AnyGoal) -> str:
    """How a closed goal ended, and when: `missed on 2026-11-20`, `handed over on 2026-11-20`."""
    how = "handed over" if is_handed_over(board, goal) else goal.outcome
    return f"{how}{f' on {goal.closed}' if goal.closed else ''}"


def past_period_of(board: Board, goal: AnyGoal) -> str | None:
    """The name of the past period in which a goal was closed; None for an open one, or one of the current period."""
    team = board.team
    if goal.outcome is None or team is None or (goal.closed is not None and goal.closed >= team.period.starts):
        return None
    earlier = (p for p in reversed(team.earlier) if goal.closed and p.starts <= goal.closed <= p.ends)
    return next((p.name for p in earlier), "a past period")


def team_goals_in_play(board: Board) -> tuple[TeamGoal, ...]:
    """The team goals that count and are shown, in the order of their ids.

    These are the open ones, and those closed in the current period that an open goal, or one of these, serves.
    """
    closed = {t.id for t in board.team_goals if t.outcome is not None and past_period_of(board, t) is None}
    if not closed:
        return board.open_team_goals
    served = {i for i in closed if any(goal.outcome is None for goal in board.aligned_to(i))}
    serving = (t for t in board.team_goals if t.outcome is None or t.id in served)
    served |= {above.id for t in serving for above in goals_above(board, t)} & closed
    return tuple(t for t in board.team_goals if t.outcome is None or t.id in served)


def still_serving(board: Board, team_goal: TeamGoal) -> tuple[AnyGoal, ...]:
    """The open goals that are aligned to a team goal, then the open team goals that serve it."""
    serving: tuple[AnyGoal, ...] = (*board.aligned_to(team_goal.id), *board.serving(team_goal.id))
    return tuple(goal for goal in serving if goal.outcome is None)


def why_it_stays_closed(board: Board, goal: AnyGoal, day: date) -> str:
    """Why nobody opens a closed goal again: `G12 was handed over: it stays closed`; "" if it can be opened."""
    if board.rest_of(goal.id) is not None:
        return f"{goal.id} was handed over: it stays closed"
    if (period := past_period_of(board, goal)) is not None:
        return f"{goal.id} was closed in {period}, which is over: it stays {goal.outcome}"
    owner = board.member(goal.owner)
    if owner is not None and not stays(owner):
        leaves = "leaves" if on_team(owner, day) else "left"
        name = display_name(board, owner)
        return f"{goal.id} is {name}'s, who {leaves} the team on {owner.left}: it stays {goal.outcome}"
    return ""


def closed_goals(board: Board, member: Member | None) -> list[AnyGoal]:
    """The closed goals that can be opened again, and that a member may open; newest first."""
    if member is None:
        return []
    every: tuple[AnyGoal, ...] = (*board.team_goals, *board.goals)
    goals = [g for g in every if g.outcome and not why_it_stays_closed(board, g, date.max)]
    theirs = (g for g in goals if may_decide(board, member, "reopen a goal", g))
    return sorted(theirs, key=lambda g: g.closed or date.min, reverse=True)


# -- renewals


def renewed_from(board: Board, goal: AnyGoal) -> AnyGoal | None:
    """The goal that was closed with a period and whose place this one took, or None.

    It was closed on the day before this one begins, and has its owner, title and measure, but for the target.
    """
    goals: tuple[AnyGoal, ...] = board.goals_of(goal.owner) if isinstance(goal, Goal) else tuple(board.team_goals)
    day = goal.starts - timedelta(days=1)
    alike = (g for g in goals if g.closed == day and g.outcome in ("achieved", "missed") and g.id != goal.id)
    return next((g for g in alike if _is_renewal(g, goal) and not is_handed_over(board, g)), None)


def _is_renewal(before: AnyGoal, goal: AnyGoal) -> bool:
    return comparable(before.title) == comparable(goal.title) and _kind(before.measure) == _kind(goal.measure)


def _kind(measure: Measure) -> tuple[type[Measure], str]:
    return type(measure), measure.unit if isinstance(measure, Metric | Activity) else ""


def reports_on(board: Board, goal: AnyGoal) -> tuple[CheckIn, ...]:
    """The check-ins of people on a goal, by day, after those on the goals that it was renewed from."""
    own = tuple(c for c in board.checkins_of(goal.id) if not c.is_imported)
    before = renewed_from(board, goal)
    return (*reports_on(board, before), *own) if before else own


def last_said(board: Board, goal: AnyGoal) -> CheckIn | None:
    """The newest check-in of a person on a goal or the one that it was renewed from: it says what help is wanted."""
    if (own := board.last_report(goal.id)) is not None:
        return own
    return next(reversed(reports_on(board, goal)), None)
