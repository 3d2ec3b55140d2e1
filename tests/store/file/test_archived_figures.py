"""Whatever a team has done: archiving changes no figure of today, and no past day."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from teamboard.actions.archive import ArchiveAtPeriodEnd, ArchivePeriods
from teamboard.actions.base import Action, Actor
from teamboard.actions.check_ins import CheckInGoal
from teamboard.actions.feedback import AskForFeedback, DeclineRequest, GiveFeedback, ReplyToFeedback, ResolveFeedback
from teamboard.actions.goals import AddGoal, AddTeamGoal
from teamboard.actions.one_on_ones import FinishAction, NewAction, NewTopic, WriteOneOnOne
from teamboard.actions.periods import BeginPeriod
from teamboard.actions.reviews import RateReview, ScheduleReview, SignReview, WriteOutcome
from teamboard.actions.revision_responses import AcknowledgeRevision, AgreeToRevision
from teamboard.actions.revisions import ReviseGoal
from teamboard.actions.standup import RecordStandup
from teamboard.actions.team import AddMember, SetUpTeam
from teamboard.domain.board import Board
from teamboard.domain.commit_log import Fields, fields_by_id
from teamboard.domain.errors import Refused
from teamboard.domain.history.time_travel import board_on
from teamboard.domain.ids import RecordId, Table
from teamboard.domain.periods import unfinished
from teamboard.domain.periods.rollover import Choice
from teamboard.domain.records import THEMES, Metric, Period
from teamboard.store.file.store import FileStore
from tests.conftest import MARA, Maker
from tests.helpers.figures import figures_of
from tests.helpers.verbs import ENCRYPTED

FIRST = date(2025, 1, 1)
QUARTERS = (date(2025, 4, 1), date(2025, 7, 1), date(2025, 10, 1))
HANDLES = ("mara", "ana", "ben")
CHOICES: tuple[Choice, ...] = ("carry", "renew", "drop", "close")
MEASURE = Metric(unit="€", start=0, target=100)


class Team:
    """Mara, Ana and Ben, who do anything in the first three quarters and some days of the fourth.

    T1 and T2 are goals of the first quarter, T3 and T4 of two years; a sum and a mean each.
    """

    def __init__(self, random: Random) -> None:
        self.random = random
        self.maker = Maker()
        self.at = datetime(2025, 1, 1, 9, tzinfo=UTC)
        period = Period(name="Q1 2025", starts=FIRST, ends=QUARTERS[0] - timedelta(days=1))
        self.do(SetUpTeam(name="Team", timezone="UTC", period=period))
        self.do(AddMember(handle="mara", name="Mara Lind"))
        for handle in ("ana", "ben"):
            self.do(AddMember(handle=handle, name=handle.title(), manager="mara"))
        for due in (period.ends, date(2026, 12, 31)):
            for rolls_up in ("sum", "mean"):
                self.do(AddTeamGoal(title="Goal", measure=MEASURE, rolls_up=rolls_up, due=due))
        for quarter in QUARTERS:
            for _ in range(40):
                self.do_anything(3)
            # The quarter is closed on time, or late.
            begins = datetime(quarter.year, quarter.month, quarter.day, 9, tzinfo=UTC)
            self.at = max(self.at, begins + timedelta(days=random.choice([0, 0, 1, 20])))
            goals = [goal.id for goal in unfinished(self.maker.board)]
            self.do(BeginPeriod(starts=quarter, choices={i: random.choice(CHOICES) for i in goals}))
        for _ in range(random.randint(0, 20)):
            self.do_anything(5)

    def do(self, action: Action, *handles: str) -> None:
        """Have the first of some members do it, by default Mara, who may."""
        for handle in handles or ("mara",):
            with suppress(Refused):
                self.maker.do(action, Actor(handle), self.at)
                return

    def do_anything(self, most_days: int) -> None:
        """Do anything, after some days at most."""
        self.at += timedelta(days=self.random.randint(0, most_days))
        self.do(self.anything(), *self.random.sample(HANDLES, 3))

    def any_id(self, table: Table) -> RecordId:
        return self.random.choice([*self.maker.board.tables[table]] or [RecordId("X1")])

    def anything(self) -> Action:
        random, to = self.random, self.random.choice(HANDLES)
        team_goals = [t.id for t in self.maker.board.open_team_goals]
        random.shuffle(team_goals)
        share = random.choice([0.5, 1.0])
        actions: list[Action] = [
            AddGoal(
                owner=to,
                title="Goal",
                measure=MEASURE,
                aligned=dict.fromkeys(team_goals[: round(1 / share)], share),
            ),
            CheckInGoal(goal=self.any_id("goals"), value=random.choice([0.0, 40.0, 100.0])),
            CheckInGoal(goal=self.any_id("goals"), value=random.choice([30.0, 60.0])),
            GiveFeedback(to=to, text="Good", about=random.choice([None, "career"])),
            GiveFeedback(to=to, text="Good", about=self.any_id(random.choice(["goals", "team_goals"]))),
            AskForFeedback(of=(to, random.choice(HANDLES)), text="How was it?"),
            AskForFeedback(of=(to,), text="How was it?"),
            ReplyToFeedback(feedback=self.any_id("feedback"), text="Good"),
            DeclineRequest(feedback=self.any_id("feedback"), word="No time"),
            ResolveFeedback(feedback=self.any_id("feedback")),
            ResolveFeedback(feedback=self.any_id("feedback")),
            WriteOneOnOne(
                member=to,
                note="Note",
                topics=(NewTopic(random.choice(THEMES), "Topic"),),
                agreed=random.choice([(), (NewAction(text="Call"),)]),
                held=self.at.date() - timedelta(days=random.choice([0, 30])),
            ),
            FinishAction(action=f"{self.any_id('one_on_ones')}.1"),
            ReviseGoal(goal=self.any_id("goals"), reason="correction", why="Wrong", target=random.choice([80, 120])),
            ReviseGoal(goal=self.any_id("team_goals"), reason="market", why="Smaller", target=90),
            AgreeToRevision(revision=self.any_id("revisions")),
            AcknowledgeRevision(revision=self.any_id("revisions")),
            ScheduleReview(member=to, on=self.at.date() + timedelta(days=random.choice([0, 20]))),
            WriteOutcome(review=self.any_id("reviews"), encrypted=ENCRYPTED, seen=""),
            SignReview(review=self.any_id("reviews"), content_hash="abc", seen=ENCRYPTED),
            SignReview(review=self.any_id("reviews"), content_hash="abc", seen=ENCRYPTED),
            RateReview(review=self.any_id("reviews"), useful=4),
            RecordStandup(began=self.at, seconds={to: 30}),
        ]
        return random.choice(actions)


def fields_on(board: Board, day: date) -> dict[RecordId, Fields] | None:
    """The fields of all records as of a day, by id; None before the first commit."""
    then = board_on(board, day)
    return fields_by_id(then.tables) if then else None


@pytest.mark.slow
@settings(max_examples=100, phases=(Phase.explicit, Phase.generate))
@given(
    seed=st.integers(0, 10**6),
    later=st.integers(0, 300),
    before=st.sampled_from([*QUARTERS, date(2025, 7, 20)]),
    kind=st.sampled_from([ArchivePeriods, ArchiveAtPeriodEnd]),
)
def test_archiving_changes_no_figure_and_no_past_day(
    seed: int, later: int, before: date, kind: type[ArchivePeriods]
) -> None:
    team = Team(Random(seed))
    now = team.at + timedelta(days=later)
    with TemporaryDirectory() as folder:
        store = FileStore(Path(folder) / "team.board.json", clock=lambda: now)
        board = store.create(team.maker.file(), MARA)
        with suppress(Refused):
            store.archive(kind(before=before), MARA)
        after = FileStore(store.path).load()
        goals = {*after.tables["goals"], *after.tables["team_goals"]}
        assert figures_of(after, now.date()) == figures_of(board, now.date()).of(goals)
        for days in range(0, (now.date() - FIRST).days, 15):
            day = FIRST + timedelta(days=days)
            was, is_now = (
                fields_by_id(then.tables) if then else None for then in (board_on(b, day) for b in (board, after))
            )
            assert is_now == was
