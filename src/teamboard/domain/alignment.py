"""Alignment: who carries a team goal, each member's contribution so far, and who could help."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from msgspec import Struct

from teamboard.domain.board import Board
from teamboard.domain.board_on_day import BoardOnDay
from teamboard.domain.goals.progress import contributions
from teamboard.domain.records import Goal, Member, TeamGoal


class Carrier(Struct, frozen=True):
    """A member with their goals aligned to a team goal, and their contribution to it, 0 to 1."""

    member: Member
    goals: tuple[Goal, ...]
    share: float


class Branch(Struct, frozen=True):
    """A team goal with its carriers, largest contribution first, and the members who could help.

    `team_goal` is None for the goals that are aligned to no open team goal.
    """

    team_goal: TeamGoal | None
    carriers: tuple[Carrier, ...]
    helpers: tuple[Member, ...] = ()


def alignment(shown: BoardOnDay) -> list[Branch]:
    """The open team goals with their carriers, then the open goals that are aligned to none of them."""
    board = shown.board
    branches = [branch(shown, team_goal) for team_goal in board.open_team_goals]
    open_ids = {t.id for t in board.open_team_goals}
    unaligned = [g for g in board.goals if g.outcome is None and open_ids.isdisjoint(g.aligned)]
    return [*branches, Branch(None, _carriers(board, unaligned, {}))]


def branch(shown: BoardOnDay, team_goal: TeamGoal) -> Branch:
    """One team goal with its carriers and the members who could help."""
    board = shown.board
    aligned = [g for g in board.aligned_to(team_goal.id) if g.outcome is None]
    carriers = _carriers(board, aligned, contributions(board, team_goal))
    return Branch(team_goal, carriers, possible_helpers(shown, team_goal))


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

    These are the members all of whose goals are on track, achieved or not started, without a blocker. Empty while the
    team goal itself is on track, achieved or not started.
    """
    if shown.standing(team_goal).status in ("on track", "achieved", "not started"):
        return ()
    helpers: list[tuple[float, Member]] = []
    for member in shown.members:
        standings = [shown.standing(g) for g in shown.board.open_goals_of(member.handle)]
        if not standings or any(
            s.blocker or s.status not in ("on track", "achieved", "not started") for s in standings
        ):
            continue
        helpers.append((sum(s.progress - s.pace for s in standings) / len(standings), member))
    return tuple(member for _, member in sorted(helpers, key=lambda pair: -pair[0]))


def contributions_of(board: Board, member: Member, day: date | None = None) -> list[tuple[TeamGoal, float]]:
    """The member's contribution, 0 to 1, to each open team goal to which they have contributed.

    As of the end of `day`; None for now.
    """
    shares = ((t, contributions(board, t, day).get(member.handle, 0.0)) for t in board.open_team_goals)
    return [(t, share) for t, share in shares if share]
