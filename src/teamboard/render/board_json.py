"""A board as JSON values: the stable format that `--json` prints. docs/json.md describes it."""

from __future__ import annotations

from typing import Any

import msgspec

from teamboard.domain.alignment import Branch, contributions_of
from teamboard.domain.amounts import as_shown, ratio_as_shown
from teamboard.domain.board import AnyGoal
from teamboard.domain.board_on_day import BoardOnDay
from teamboard.domain.commit_log import fields_of
from teamboard.domain.due import feedback_standing, next_review, open_feedback
from teamboard.domain.forecast.figures import Forecasts, member_attainment
from teamboard.domain.forecast.team import team_forecast
from teamboard.domain.goals.activity import WeekCount, driven
from teamboard.domain.goals.closing import team_goals_in_play
from teamboard.domain.goals.progress import contributions, value_range
from teamboard.domain.goals.revisions import open_proposal, revisions_waiting_for, unacknowledged
from teamboard.domain.one_on_ones import open_actions
from teamboard.domain.pulse import Balance, feedback_balance, topics_balance
from teamboard.domain.records import Activity, Goal, Member, Team, TeamGoal
from teamboard.domain.reviews.periods import period_of_review
from teamboard.render.goals.forecasts import accuracy_json, figures_json, number_json, team_forecast_json
from teamboard.render.goals.hints import hints_json


def board_json(shown: BoardOnDay, *, past: bool = False) -> dict[str, Any]:
    """The whole board; with `past`, `as_of` is set to `today`, the past day it shows."""
    board = shown.board
    forecasts = Forecasts(shown)
    return {
        "revision": board.revision,
        "today": shown.day.isoformat(),
        "as_of": shown.day.isoformat() if past else None,
        "team": fields_of(board.team),
        "team_goals": [goal_json(shown, t, forecasts) for t in team_goals_in_play(board)],
        "members": [member_json(shown, m, forecasts) for m in shown.members],
    }


def team_json(team: Team) -> dict[str, Any]:
    """The team with all its settings, defaults included."""
    cadence = {name: getattr(team.cadence, name) for name in team.cadence.__struct_fields__}
    return {
        "name": team.name,
        "timezone": team.timezone,
        "period": msgspec.to_builtins(team.period),
        "cadence": cadence,
        "on_track": team.on_track,
        "at_risk": team.at_risk,
        "working_days": list(team.working_days),
        "days_off": [day.isoformat() for day in team.days_off],
        "archive_after": team.archive_after,
        "away_counts": team.away_counts,
        "numbers": team.numbers,
        "periods": team.periods,
        "hints_off": list(team.hints_off),
    }


def member_json(
    shown: BoardOnDay, member: Member, forecasts: Forecasts | None = None, reader: Member | None = None
) -> dict[str, Any]:
    """A member with their open goals, feedback, actions, balance and contributions.

    How good their calls were, and hints, are there for the `reader` that may see them. `forecasts` are those of the
    board, if kept.
    """
    board = shown.board
    forecasts = forecasts or Forecasts(shown)
    feedback = feedback_standing(shown, member)
    review = next_review(board, member)
    period = period_of_review(board, review).name if review else ""
    attained = member_attainment(shown, member)
    return {
        "id": member.id,
        "handle": member.handle,
        "name": member.name,
        "title": member.title,
        "region": member.region,
        "manager": member.manager,
        "formerly": list(member.formerly),
        "starts": member.starts.isoformat() if member.starts else None,
        "ramp": list(member.ramp),
        "left": member.left.isoformat() if member.left else None,
        "away": [msgspec.to_builtins(a) for a in member.away],
        "skills": [msgspec.to_builtins(s) for s in member.skills],
        "career": msgspec.to_builtins(member.career),
        "feedback": msgspec.to_builtins(feedback),
        "open_actions": [p.id for p in open_actions(board, member.handle)],
        "balance": {
            "feedback": _counts(feedback_balance(shown, member)),
            "topics": _counts(topics_balance(shown, member)),
        },
        "next_review": {"id": review.id, "on": review.on.isoformat(), "period": period} if review else None,
        "contributions": {team_goal.id: share for team_goal, share in contributions_of(board, member)},
        "attainment": number_json(attained, ratio_as_shown),
        "accuracy": accuracy_json(shown, member, reader),
        "hints": hints_json(shown, member, reader),
        "waiting": [v.id for v in revisions_waiting_for(board, member.handle)],
        "goals": [goal_json(shown, g, forecasts) for g in board.open_goals_of(member.handle)],
        "proposed": [goal_json(shown, g, forecasts) for g in board.proposed_goals_of(member.handle)],
    }


def _counts(balance: Balance) -> dict[str, int]:
    """The number of entries of each theme."""
    return {name: getattr(balance, name) for name in balance.__struct_fields__}


def goal_json(
    shown: BoardOnDay,
    goal: AnyGoal,
    forecasts: Forecasts | None = None,
    *,
    checkins: bool = False,
    carriers: bool = False,
) -> dict[str, Any]:
    """A goal or team goal with its progress (ratios, 1 is 100 %) and forecast.

    With `carriers` also what the carriers of a team goal add to it; with `checkins` these, check-ins and revisions.
    `forecasts` are those of the board, if kept.
    """
    board = shown.board
    forecasts = forecasts or Forecasts(shown)
    now = shown.standing(goal)
    proposal = open_proposal(board, goal.id)
    result: dict[str, Any] = {
        "id": goal.id,
        "owner": goal.owner,
        "title": goal.title,
        "kind": goal.kind if isinstance(goal, Goal) else "team",
        "measure": msgspec.to_builtins(goal.measure),
        "starts": goal.starts.isoformat(),
        "due": goal.due.isoformat(),
        "value": as_shown(now.value),
        "progress": ratio_as_shown(now.progress),
        "pace": ratio_as_shown(now.pace),
        "status": now.status,
        "trend": ratio_as_shown(now.trend),
        "age_days": now.age_days,
        "blocker": now.blocker,
        "outcome": goal.outcome,
        "why": goal.why,
        "proposal": proposal.id if proposal else None,
        "to_acknowledge": list(unacknowledged(board, goal.id)),
        **figures_json(forecasts.of(goal)),
    }
    if isinstance(goal, Goal):
        result |= {"weight": goal.weight, "aligned": goal.aligned, "continues": goal.continues}
    if isinstance(goal.measure, Activity):
        result["drives"] = result_goal.id if (result_goal := driven(board, goal)) else None
        result["target"] = as_shown(value_range(board, goal)[1])
        result["week"] = _week_json(now.week)
    if isinstance(goal, TeamGoal):
        result |= {"rolls_up": goal.rolls_up, "serves": goal.serves, "contributions": contributions(board, goal)}
        result |= team_forecast_json(team_forecast(forecasts, goal), carriers=checkins or carriers)
    if checkins:
        result["checkins"] = [{"id": c.id, **(fields_of(c) or {})} for c in board.checkins_of(goal.id)]
        result["revisions"] = [{"id": v.id, **(fields_of(v) or {})} for v in board.revisions_of(goal.id)]
    return result


def _week_json(week: WeekCount | None) -> dict[str, Any] | None:
    """This week of an activity."""
    if week is None:
        return None
    return {"starts": week.starts.isoformat(), "count": as_shown(week.count), "asked": as_shown(week.asked)}


def feedback_json(shown: BoardOnDay, handle: str | None) -> list[dict[str, Any]]:
    """The open feedback to a member and their own open requests; without a handle, all open feedback."""
    pieces = open_feedback(shown)
    if handle is not None:
        pieces = [f for f in pieces if f.to == handle or (f.giver == handle and f.kind == "request")]
    return [{"id": f.id, **(fields_of(f) or {})} for f in pieces]


def branch_json(shown: BoardOnDay, branch: Branch, forecasts: Forecasts | None = None) -> dict[str, Any]:
    """A branch of the alignment: a team goal (None: the unaligned goals), its carriers, and who could help."""
    forecasts = forecasts or Forecasts(shown)
    return {
        "team_goal": goal_json(shown, branch.team_goal, forecasts, carriers=True) if branch.team_goal else None,
        "carriers": [
            {
                "member": c.member.handle,
                "share": c.share,
                "goals": [goal_json(shown, g, forecasts) for g in c.goals],
            }
            for c in branch.carriers
        ],
        "below": [{"team_goal": found.team_goal.id, "share": found.share} for found in branch.below],
        "depth": branch.depth,
        "could_help": [m.handle for m in branch.helpers],
    }
