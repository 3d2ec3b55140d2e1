"""Alignment: who and what carries a team goal, each contribution so far, and who could help."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from math import fsum

from msgspec import Struct

from teamboard.domain.board import Board
from teamboard.domain.board_on_day import BoardOnDay
from teamboard.domain.goals.closing import team_goals_in_play
from teamboard.domain.goals.progress import contributions, goal_parts, positive
from teamboard.domain.goals.tree import measured_by
from teamboard.domain.ids import RecordId
from teamboard.domain.people import is_away_within, is_here
from teamboard.domain.records import Goal, Member, TeamGoal

SOON_DAYS = 7
"""Who goes away within so many days is not named as somebody who could help."""


class Carrier(Struct, frozen=True):
    """A member with their goals aligned to a team goal, and the contribution of these to it, 0 to 1."""

    member: Member
    goals: tuple[Goal, ...]
    share: float


class Below(Struct, frozen=True):
    """A team goal that serves another one, and its contribution to that, 0 to 1."""

    team_goal: TeamGoal
    share: float


class Branch(Struct, frozen=True):
    """A team goal with its carriers and what serves it, largest contribution first, and the members who could help.

    The contributions of carriers and of team goals below add up to 1, once something has been achieved. `depth` is the
    number of team goals in play above it. `team_goal` is None for the goals that are aligned to none in play.
    """

    team_goal: TeamGoal | None
    carriers: tuple[Carrier, ...]
    helpers: tuple[Member, ...] = ()
    below: tuple[Below, ...] = ()
    depth: int = 0


def alignment(shown: BoardOnDay) -> list[Branch]:
    """The team goals in play as a tree, each followed by those that serve it; then the open goals aligned to none."""
    board = shown.board
    team_goals = team_goals_in_play(board)
    branches = [branch(shown, team_goal, depth) for team_goal, depth in tree_in_play(board, team_goals)]
    ids = {t.id for t in team_goals}
    unaligned = [g for g in board.goals if g.outcome is None and ids.isdisjoint(g.aligned)]
    return [*branches, Branch(None, _carriers(board, unaligned, {}))]


def tree_in_play(board: Board, team_goals: tuple[TeamGoal, ...]) -> Iterator[tuple[TeamGoal, int]]:
    """Yield the team goals in play, each followed by those that serve it, with the number of these above it."""
    ids = {t.id for t in team_goals}
    pending = [(t, 0) for t in reversed(team_goals) if t.serves not in ids]
    while pending:
        team_goal, depth = pending.pop()
        yield team_goal, depth
        pending += [(t, depth + 1) for t in reversed(board.serving(team_goal.id)) if t.id in ids]


def branch(shown: BoardOnDay, team_goal: TeamGoal, depth: int = 0) -> Branch:
    """One team goal with its carriers, the team goals that serve it, and the members who could help."""
    board = shown.board
    aligned = [g for g in board.aligned_to(team_goal.id) if g.outcome is None]
    below = board.serving(team_goal.id)
    if not below or team_goal.rolls_up == "own":
        shares, below_shares = contributions(board, team_goal), dict.fromkeys((t.id for t in below), 0.0)
    else:
        shares, below_shares = _shares(board, team_goal, below)
    in_play = {t.id for t in team_goals_in_play(board)} if any(t.outcome for t in below) else set()
    served_by = (
        Below(t, below_shares[t.id]) for t in below if t.outcome is None or t.id in in_play or below_shares[t.id]
    )
    return Branch(
        team_goal,
        _carriers(board, aligned, shares),
        possible_helpers(shown, team_goal),
        tuple(sorted(served_by, key=lambda found: -found.share)),
        depth,
    )


def _shares(
    board: Board, team_goal: TeamGoal, below: tuple[TeamGoal, ...]
) -> tuple[dict[str, float], dict[RecordId, float]]:
    """Shares of what has been achieved: of members with goals of their own, by handle, and of team goals, by id."""
    parts = part_shares(board, team_goal)
    shares: dict[str, float] = {}
    for goal in board.aligned_to(team_goal.id):
        shares[goal.owner] = shares.get(goal.owner, 0.0) + parts.get(goal.id, 0.0)
    return shares, {t.id: parts.get(t.id, 0.0) for t in below}


def part_shares(board: Board, team_goal: TeamGoal) -> dict[RecordId, float]:
    """The share, 0 to 1, of each goal and team goal below in what has been achieved for a team goal, by id.

    Empty for a team goal with check-ins of its own.
    """
    parts = {} if team_goal.rolls_up == "own" else positive(goal_parts(board, team_goal))
    whole = fsum(parts.values()) or 1.0
    return {part_id: part / whole for part_id, part in parts.items()}


def _carriers(board: Board, goals: Iterable[Goal], shares: dict[str, float]) -> tuple[Carrier, ...]:
    """Group goals by owner, largest share first; a member whose aligned goals are all closed may still have a share."""
    by_owner: dict[str, list[Goal]] = {}
    for goal in goals:
        by_owner.setdefault(goal.owner, []).append(goal)
    handles = [m.handle for m in board.members if m.handle in by_owner or shares.get(m.handle)]
    handles.sort(key=lambda handle: -shares.get(handle, 0.0))
    return tuple(
        Carrier(member, tuple(by_owner.get(handle, ())), shares.get(handle, 0.0))
        for handle in handles
        if (member := board.member(handle)) is not None
    )


def possible_helpers(shown: BoardOnDay, team_goal: TeamGoal) -> tuple[Member, ...]:
    """The members who could help with a team goal that is late, by mean of progress - pace, highest first.

    These are the members all of whose goals are on track, achieved or new, without a blocker; not who owns or carries
    it already, at any level, nor who is not here today or goes away within SOON_DAYS. Empty while the team goal itself
    is closed, on track, achieved or new.
    """
    if team_goal.outcome or shown.standing(team_goal).status in ("on track", "achieved", "new"):
        return ()
    on_it = {goal.owner for goal in measured_by(shown.board, team_goal) if goal.outcome is None} | {team_goal.owner}
    on_it |= {goal.owner for goal in shown.board.aligned_to(team_goal.id) if goal.outcome is None}
    soon = shown.day + timedelta(days=SOON_DAYS)
    helpers: list[tuple[float, Member]] = []
    for member in shown.members:
        if member.handle in on_it or not is_here(member, shown.day) or is_away_within(member, shown.day, soon):
            continue
        standings = [shown.standing(g) for g in shown.board.open_goals_of(member.handle)]
        if not standings or any(s.blocker or s.status not in ("on track", "achieved", "new") for s in standings):
            continue
        helpers.append((sum(s.progress - s.pace for s in standings) / len(standings), member))
    return tuple(member for _, member in sorted(helpers, key=lambda pair: -pair[0]))


def contributions_of(board: Board, member: Member, day: date | None = None) -> list[tuple[TeamGoal, float]]:
    """The member's contribution, 0 to 1, to each team goal in play to which they have contributed.

    As of the end of `day`; None for now.
    """
    shares = ((t, contributions(board, t, day).get(member.handle, 0.0)) for t in team_goals_in_play(board))
    return [(t, share) for t, share in shares if share]
