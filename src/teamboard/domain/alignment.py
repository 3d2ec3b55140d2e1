"""Alignment: who carries a team goal, what each has brought to it so far, and who could help."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from msgspec import Struct

from teamboard.domain.board import Board
from teamboard.domain.board_on_day import BoardOnDay
from teamboard.domain.progress import contributions
from teamboard.domain.records import Goal, Member, TeamGoal


class Carrier(Struct, frozen=True):
    """A member with the goals they have aligned to a team goal, and their share of what it has achieved."""

    member: Member
    goals: tuple[Goal, ...]
    share: float


class Branch(Struct, frozen=True):
    """A team goal with those who carry it, the largest share first, and those who could help.

    Without a team goal it is the goals that are aligned to nothing.
    """

    team_goal: TeamGoal | None
    carriers: tuple[Carrier, ...]
    helpers: tuple[Member, ...] = ()


def alignment(shown: BoardOnDay) -> list[Branch]:
    """The team goals that are not over, each with its carriers, and last the goals aligned to nothing."""
    board = shown.board
    found = [branch(shown, team_goal) for team_goal in board.open_team_goals]
    open_ids = {t.id for t in board.open_team_goals}
    loose = [g for g in board.goals if g.outcome is None and open_ids.isdisjoint(g.aligned)]
    return [*found, Branch(None, _carriers(board, loose, {}))]


def branch(shown: BoardOnDay, team_goal: TeamGoal) -> Branch:
    """One team goal with those who carry it."""
    board = shown.board
    aligned = [g for g in board.aligned_to(team_goal.id) if g.outcome is None]
    carriers = _carriers(board, aligned, contributions(board, team_goal))
    return Branch(team_goal, carriers, possible_helpers(shown, team_goal))


def _carriers(board: Board, goals: Iterable[Goal], shares: dict[str, float]) -> tuple[Carrier, ...]:
    """The goals by their owner; whoever has a share without an open goal carried it with one that is over."""
    mine: dict[str, list[Goal]] = {}
    for goal in goals:
        mine.setdefault(goal.owner, []).append(goal)
    handles = [m.handle for m in board.members if m.handle in mine or shares.get(m.handle)]
    handles.sort(key=lambda handle: -shares.get(handle, 0.0))
    return tuple(
        Carrier(member, tuple(mine.get(handle, ())), shares.get(handle, 0.0))
        for handle in handles
        if (member := board.member(handle)) is not None
    )


def possible_helpers(shown: BoardOnDay, team_goal: TeamGoal) -> tuple[Member, ...]:
    """Who could help with a team goal that is late: members whose own goals all stand well, best first.

    Nobody is named while the team goal is on track or achieved. Whoever has a goal that is behind, at
    risk, stale or wants help has enough to do.
    """
    if shown.standing(team_goal).status in ("on track", "achieved", "not started"):
        return ()
    found: list[tuple[float, Member]] = []
    for member in shown.board.members:
        standings = [shown.standing(g) for g in shown.board.open_goals_of(member.handle)]
        if not standings or any(
            s.blocker or s.status not in ("on track", "achieved", "not started") for s in standings
        ):
            continue
        found.append((sum(s.progress - s.pace for s in standings) / len(standings), member))
    return tuple(member for _, member in sorted(found, key=lambda pair: -pair[0]))


def contributions_of(board: Board, member: Member, day: date | None = None) -> list[tuple[TeamGoal, float]]:
    """What is a member's of the team's results: each open team goal with their share of what it has achieved."""
    shares = ((t, contributions(board, t, day).get(member.handle, 0.0)) for t in board.open_team_goals)
    return [(t, share) for t, share in shares if share]
