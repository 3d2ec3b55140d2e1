"""The figures that the screens of a day show."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from teamboard.domain.board import AnyGoal, Board
from teamboard.domain.board_on_day import BoardOnDay
from teamboard.domain.due import Due, dues
from teamboard.domain.goals.progress import contributions
from teamboard.domain.goals.standing import Standing
from teamboard.domain.ids import RecordId
from teamboard.domain.periods import all_periods
from teamboard.domain.pulse import Balance, Pulse, feedback_balance, pulse, topics_balance
from teamboard.domain.records import TeamGoal
from teamboard.domain.report import PeriodReport, report
from teamboard.domain.reviews.evidence import Evidence, evidence


class Figures(NamedTuple):
    """The figures of a board on a day: of goals, team goals and the team; those of periods: reports and evidence.

    `evidence` is about each member in each period, `balances` are those of feedback and topics, by member.
    """

    standings: dict[RecordId, Standing]
    contributions: dict[RecordId, dict[str, float]]
    dues: list[Due]
    pulse: Pulse
    reports: list[PeriodReport]
    evidence: list[Evidence]
    balances: dict[str, tuple[Balance, Balance]]

    def of(self, goals: set[RecordId]) -> Figures:
        """The figures with the standings of these goals only."""
        return self._replace(standings={i: s for i, s in self.standings.items() if i in goals})


def figures_of(board: Board, day: date) -> Figures:
    """The figures of a board on a day."""
    shown = BoardOnDay(board, day)
    goals: tuple[AnyGoal, ...] = (*shown.board.goals, *shown.board.team_goals)
    periods = all_periods(board)
    return Figures(
        standings={g.id: shown.standing(g) for g in goals},
        contributions={t.id: _shares(shown.board, t) for t in shown.board.open_team_goals},
        dues=dues(shown),
        pulse=pulse(shown),
        reports=[report(shown, p) for p in periods],
        balances={m.handle: (feedback_balance(shown, m), topics_balance(shown, m)) for m in board.members},
        evidence=[evidence(board, m, p.starts, min(p.ends, day)) for m in board.members for p in periods],
    )


def _shares(board: Board, team_goal: TeamGoal) -> dict[str, float]:
    """The members' shares of a team goal, of those who have one."""
    return {handle: share for handle, share in contributions(board, team_goal).items() if share}
