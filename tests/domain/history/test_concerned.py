"""Whom a commit concerns: those that its verb's row names, and nobody else."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from teamboard.actions.alignment import AlignGoal
from teamboard.actions.base import Action, Actor
from teamboard.actions.check_ins import CheckInGoal
from teamboard.actions.feedback import AskForFeedback, GiveFeedback, ReplyToFeedback, ResolveFeedback
from teamboard.actions.goals import AddTeamGoal
from teamboard.actions.one_on_ones import NewTopic, WriteOneOnOne
from teamboard.actions.reviews import ScheduleReview
from teamboard.actions.revision_responses import AcknowledgeRevision, AgreeToRevision, DeclineRevision, WithdrawRevision
from teamboard.actions.revisions import ReviseGoal
from teamboard.actions.skills import SetSkill
from teamboard.actions.standup import OfferHelp, RecordStandup
from teamboard.actions.team import ChangeTeam
from teamboard.actions.undo import Undo
from teamboard.domain.commit_log import HistoryEntry
from teamboard.domain.history.concerned import concerned_members
from teamboard.domain.ids import RecordId
from teamboard.domain.records import DoneOrNot
from teamboard.domain.verbs import Concerned, all_verbs
from teamboard.store.codec import BoardFile
from teamboard.store.file.store import FileStore
from tests.conftest import MARA, NOW

G12, T5, V7, F35 = map(RecordId, ("G12", "T5", "V7", "F35"))
TEAM = {"mara", "ana", "pau", "ines", "ben", "freja", "chi", "dana", "jonas"}


def revise(goal: RecordId, **terms: Any) -> ReviseGoal:
    return ReviseGoal(goal=goal, reason="market", why="So", **terms)


PROPOSAL = revise(G12, target=900_000.0)
HELP_WANTED = CheckInGoal(goal=G12, value=900_000.0, blocker="Legal is slow")
IDEA = GiveFeedback(to="ana", text="Ask more", kind="idea")


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        ([("ana", HELP_WANTED)], {"ana", "mara"}),
        ([("ana", HELP_WANTED), ("ben", OfferHelp(goal=G12))], {"ana"}),
        ([("ana", AlignGoal(goal=G12, aligned={}))], {"ana", "mara"}),
        ([("ana", SetSkill(member="ana", name="Negotiation", level=4))], {"ana", "mara"}),
        ([("mara", AddTeamGoal(title="More", measure=DoneOrNot(), rolls_up="own"))], TEAM),
        ([("mara", ChangeTeam(name="EMEA"))], TEAM),
        # The other side has to answer a proposal, and the member who made it hears of the answer.
        ([("ana", PROPOSAL)], {"mara"}),
        ([("mara", PROPOSAL)], {"ana"}),
        ([("ana", PROPOSAL), ("mara", AgreeToRevision(revision=V7))], {"ana"}),
        ([("ana", PROPOSAL), ("mara", DeclineRevision(revision=V7, word="Not yet"))], {"ana"}),
        ([("ana", PROPOSAL), ("ana", WithdrawRevision(revision=V7))], {"mara"}),
        # Who serves a team goal has to acknowledge its revision.
        ([("mara", revise(T5, target=9.0))], {"mara", "ana", "pau", "chi", "jonas"}),
        ([("mara", revise(T5, target=9.0)), ("ana", AcknowledgeRevision(revision=V7))], {"mara"}),
        ([("ben", IDEA)], {"ana"}),
        ([("ben", IDEA), ("dana", ReplyToFeedback(feedback=F35, text="Yes"))], {"ana", "ben"}),
        ([("ben", IDEA), ("ana", ResolveFeedback(feedback=F35))], {"ben"}),
        ([("ben", AskForFeedback(of=("ana", "dana"), text="How was it?"))], {"ana", "dana"}),
        ([("ana", WriteOneOnOne(member="ana", topics=(NewTopic(text="Pipeline", theme="skills"),)))], {"ana", "mara"}),
        ([("mara", ScheduleReview(member="ana", on=date(2027, 1, 20)))], {"ana", "mara"}),
        ([("mara", RecordStandup(began=NOW, seconds={"ana": 30}))], set()),
    ],
    ids=lambda value: value[-1][1].verb if isinstance(value, list) else "",
)
def test_a_commit_concerns_whom_its_verb_names(
    sample: BoardFile, tmp_path: Path, steps: list[tuple[str, Action]], expected: set[str]
) -> None:
    store = FileStore(tmp_path / "team.board.json", clock=lambda: NOW)
    store.create(sample, MARA)
    for handle, action in steps:
        commit = store.commit(action, Actor(handle))
    assert concerned_members(commit.board, commit.entry) == expected


def test_what_is_undone_concerns_its_owner(sample: BoardFile, tmp_path: Path) -> None:
    """The check-in that the undo removes was on Ana's goal."""
    store = FileStore(tmp_path / "team.board.json", clock=lambda: NOW)
    store.create(sample, MARA)
    revision = store.commit(CheckInGoal(goal=G12, value=900_000.0), MARA).board.revision
    undone = store.commit(Undo(undoes=revision), MARA)
    assert concerned_members(undone.board, undone.entry) == {"ana"}


def test_an_unknown_verb_concerns_nobody(sample: BoardFile) -> None:
    assert concerned_members(sample.board, HistoryEntry(by="ana", at=NOW, verb="sing", changes={})) == set()


def test_only_a_verb_that_writes_concerns_somebody() -> None:
    named: set[Concerned] = set()
    for verb, row in all_verbs().items():
        assert row.writes or row.anything or not row.concerns, verb
        named |= {*row.concerns}
    assert len(named) == 7
