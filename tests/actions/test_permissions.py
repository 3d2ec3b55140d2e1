"""Rights are checked inside the commit, on the newest board: whatever a screen, or a program, would let through."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from teamboard.actions.alignment import AlignGoal
from teamboard.actions.base import Action, Actor
from teamboard.actions.batch import Batch
from teamboard.actions.check_ins import CheckInGoal
from teamboard.actions.facts import AddFact
from teamboard.actions.feedback import (
    AcknowledgeFeedback,
    AskForFeedback,
    DeclineRequest,
    GiveFeedback,
    ReplyToFeedback,
    ResolveFeedback,
)
from teamboard.actions.goals import AddGoal, AddTeamGoal
from teamboard.actions.one_on_ones import WriteOneOnOne
from teamboard.actions.periods import BeginPeriod
from teamboard.actions.reviews import ScheduleReview, StartPreparing
from teamboard.actions.revisions import ReviseGoal
from teamboard.actions.skills import PlanCareer, SetSkill
from teamboard.actions.standup import OfferHelp
from teamboard.actions.team import AddMember, ChangeMember, ChangeTeam
from teamboard.actions.undo import Undo
from teamboard.domain.errors import Refused
from teamboard.domain.ids import RecordId
from teamboard.domain.records import DoneOrNot
from teamboard.store.codec import BoardFile
from teamboard.store.file.store import FileStore
from tests.conftest import MARA, NOW, STRANGER

MEMBERS_ONLY: list[Action] = [
    GiveFeedback(to="ana", text="Good", kind="praise"),
    AskForFeedback(of=("ana",), text="How was it?"),
    ReplyToFeedback(feedback=RecordId("F31"), text="Thanks"),
    OfferHelp(goal=RecordId("G13")),
]
NOT_FOR_DANA: list[Action] = [
    AlignGoal(goal=RecordId("G12"), aligned={RecordId("T4"): 1.0}),
    CheckInGoal(goal=RecordId("G12"), value=1.0),
    CheckInGoal(goal=RecordId("T5"), value=1.0),
    AddFact(member="ana", name="Win rate", value=1.0, source="CRM"),
    AcknowledgeFeedback(feedback=RecordId("F31")),
    ResolveFeedback(feedback=RecordId("F31")),
    AddTeamGoal(title="Mine", measure=DoneOrNot(), rolls_up="own"),
    AddGoal(owner="dana", title="Mine", measure=DoneOrNot()),
    SetSkill(member="ana", name="Negotiation", level=5),
    PlanCareer(member="ana", aspiration="Elsewhere"),
    WriteOneOnOne(member="ana", note="I was here"),
    BeginPeriod(),
    ScheduleReview(member="ana", on=date(2026, 12, 20)),
    StartPreparing(review=RecordId("R1")),
    ReviseGoal(goal=RecordId("G12"), reason="market", why="So", drop=True),
    ReviseGoal(goal=RecordId("T3"), reason="market", why="So", drop=True),
    Batch(tuple(ReviseGoal(goal=goal, reason="market", why="So", drop=True) for goal in map(RecordId, ("G32", "G12")))),
    ChangeTeam(name="Mine"),
    AddMember(handle="eve", name="Eve"),
    ChangeMember(handle="ana", name="Eve"),
]
DANA = Actor("dana", "dana", "desk")


@pytest.fixture
def team(sample: BoardFile, tmp_path: Path) -> FileStore:
    store = FileStore(tmp_path / "team.board.json", clock=lambda: NOW)
    store.create(sample, MARA)
    return store


def names(action: Action) -> str:
    return f"{type(action).__name__}-{getattr(action, 'goal', '')}"


def refused(store: FileStore, action: Action, by: Actor) -> str:
    before = Path(store.path).read_bytes()
    with pytest.raises(Refused) as found:
        store.commit(action, by)
    assert Path(store.path).read_bytes() == before
    return str(found.value)


@pytest.mark.parametrize("action", MEMBERS_ONLY + NOT_FOR_DANA, ids=names)
def test_whom_the_board_does_not_know_writes_nothing(team: FileStore, action: Action) -> None:
    for by in (STRANGER, Actor("nobody", "nobody", "desk"), Actor("", "", "")):
        assert "Only " in refused(team, action, by)


@pytest.mark.parametrize("action", NOT_FOR_DANA, ids=names)
def test_who_is_not_asked_writes_nothing(team: FileStore, action: Action) -> None:
    said = refused(team, action, DANA)
    assert "Only " in said
    assert "you are Dana Müller (dana)" in said


def test_nobody_takes_back_what_another_did(team: FileStore) -> None:
    board = team.commit(CheckInGoal(goal=RecordId("G12"), value=900_000.0), Actor("ana")).board
    assert "Only Ana Ruiz" in refused(team, Undo(undoes=board.revision), DANA)
    assert "Only " in refused(team, DeclineRequest(feedback=RecordId("F32"), word="No"), Actor("ben"))


def test_the_newest_board_decides_and_not_the_one_on_the_screen(team: FileStore) -> None:
    mine = FileStore(team.path, clock=lambda: NOW)
    assert mine.load().member("ana").manager == "mara"  # type: ignore[union-attr]
    FileStore(team.path, clock=lambda: NOW).commit(ChangeMember(handle="ana", without_manager=True), MARA)
    assert "Only " in refused(mine, CheckInGoal(goal=RecordId("G12"), value=1.0), MARA)
