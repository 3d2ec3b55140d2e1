"""A board with all that makes figures differ: the sample team twelve days later, with all that happened since."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from pathlib import Path

from teamboard.actions.base import Action, Actor
from teamboard.actions.check_ins import CheckInGoal
from teamboard.actions.feedback import AcknowledgeFeedback, AskForFeedback, GiveFeedback
from teamboard.actions.goal_changes.closing import CloseGoal
from teamboard.actions.goal_changes.handing_over import HandOverGoal
from teamboard.actions.goals import AddGoal
from teamboard.actions.leaving import LeaveTeam
from teamboard.actions.members import BeAway
from teamboard.actions.one_on_ones import NewAction, WriteOneOnOne
from teamboard.actions.reviews import AddReviewAction, ScheduleReview
from teamboard.actions.revisions import ReviseGoal
from teamboard.domain.ids import RecordId
from teamboard.domain.records import Activity, Metric
from teamboard.importers.team import read_team
from teamboard.resources import resource_folder
from teamboard.store.file.store import FileStore

DAYS = 12


def write_board(path: Path, now: datetime, *, rich: bool = True) -> FileStore:
    """Write the board to a file, as it is at `now`; if not `rich`, the sample team. Returns a store that sees `now`."""
    begun = now - timedelta(days=DAYS if rich else 0)
    store = FileStore(path, clock=lambda: now)
    store.create(read_team(resource_folder("sample_team"), begun, Actor(None, "demo", "desk")), Actor(None))
    if rich:
        _live_on(path, begun)
    return store


def _live_on(path: Path, begun: datetime) -> None:
    """Let the team live on for twelve days.

    Ben leaves, a part of Dana's ARR goes to Jonas, Freja is away, goals are closed in each way, a team goal is revised,
    reviews and agreed actions are late, feedback of each state and requests are open.
    """
    at = begun
    store = FileStore(path, clock=lambda: at)

    def do(days: int, by: str, *actions: Action) -> None:
        """Let a member do something on a day of the twelve, the last of which is today."""
        nonlocal at
        at = begun + timedelta(days=days)
        for action in actions:
            store.commit(action, Actor(by, by, "desk"))

    def day(days: int) -> datetime:
        return datetime.combine((begun + timedelta(days=days)).date(), time(12))

    g = {n: RecordId(f"G{n}") for n in range(41)}
    do(1, "ana", CheckInGoal(goal=g[12], value=850_000, call=1_100_000, best=1_300_000, confidence=3))
    do(2, "mara", BeAway(member="freja", starts=day(3).date(), ends=day(14).date(), note="Leave"))
    do(2, "mara", HandOverGoal(goal=g[32], to="jonas", target=500_000))
    do(3, "mara", CloseGoal(goal=g[24], outcome="achieved", why="Both are back"))
    do(3, "mara", CloseGoal(goal=g[34], outcome="dropped", why="No time"))
    do(4, "mara", CloseGoal(goal=g[21], outcome="missed", why="Kestrel"))
    do(4, "mara", ReviseGoal(goal=RecordId("T4"), reason="market", why="They come back", target=14))
    do(5, "chi", CheckInGoal(goal=g[29], value=180, call=230))
    do(5, "mara", LeaveTeam(member="ben", day=day(6).date(), goals_to="jonas"))
    agreed = (NewAction(text="Call the hotels", owner="ana", due=day(8).date()), NewAction(text="Find a coach"))
    do(6, "mara", WriteOneOnOne(member="ana", held=day(6).date(), agreed=agreed))
    do(6, "mara", GiveFeedback(to="pau", text="The demo was calm"), AskForFeedback(of=("ana", "chi"), text="Forecast?"))
    do(7, "dana", GiveFeedback(to="mara", text="Clear words"), AskForFeedback(of=("jonas",), text="My pitch?"))
    do(7, "pau", AcknowledgeFeedback(feedback=RecordId("F35")))
    do(7, "mara", ScheduleReview(member="ines", on=day(9).date()))
    do(8, "mara", AddReviewAction(review=RecordId("R3"), agreed=NewAction(text="Plan a demo day", owner="dana")))
    calls = Activity(unit="calls", per_week=15)
    do(8, "mara", AddGoal(owner="jonas", title="Calls", measure=calls, aligned={RecordId("T5"): 1.0}))
    do(10, "mara", AddGoal(owner="pau", title="Pipeline", measure=Metric(unit="€", start=0, target=90_000)))
    do(11, "jonas", CheckInGoal(goal=g[35], value=420_000, confidence=4, blocker="Legal"))
    do(DAYS, "ana", CheckInGoal(goal=g[14], value=2, confidence=2))
