"""The events of a team file as actions: who does each, when, and what may not be."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import pytest

from teamboard.actions.check_ins import CheckInGoal
from teamboard.actions.facts import AddFact
from teamboard.actions.feedback import AcknowledgeFeedback, GiveFeedback, ReplyToFeedback, ResolveFeedback
from teamboard.actions.one_on_ones import FinishAction, NewAction, NewTopic, RateOneOnOne, WriteOneOnOne
from teamboard.actions.reviews import ScheduleReview
from teamboard.actions.revision_responses import AcknowledgeRevision, AgreeToRevision, DeclineRevision
from teamboard.actions.revisions import ReviseGoal
from teamboard.actions.skills import SetSkill
from teamboard.domain.ids import RecordId
from teamboard.domain.records import Milestone
from teamboard.importers.team_events import Step, events, milestones_of
from teamboard.importers.team_schema import MilestoneForm, TeamFileForm, Weight, decode_hook
from teamboard.importers.yaml_text import Document, YamlError
from tests.conftest import NOW

MADRID = ZoneInfo("Europe/Madrid")
OWNERS = {"a": "ana", "b": "ben"}
MANAGERS = {"mara": None, "ana": "mara", "ben": "mara"}


def steps(**parts: Any) -> list[Step]:
    """The events of a file with these parts; today is Sunday 22 November, eleven o'clock in Madrid."""
    values = {
        "team": {
            "name": "Two",
            "timezone": "Europe/Madrid",
            "period": {"name": "Q4", "starts": "2026-10-01", "ends": "2026-12-31"},
        },
        "members": [{"handle": handle, "name": handle.title()} for handle in MANAGERS],
        **parts,
    }
    form = msgspec.convert(values, TeamFileForm, dec_hook=decode_hook(NOW, MADRID, None))
    return list(events(form, Document(), NOW, OWNERS, MANAGERS))


def at(day: int, hour: int = 8, minute: int = 0) -> datetime:
    """A moment of November in UTC; nine in the morning in Madrid, if nothing is said."""
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC)


def test_a_file_without_events_has_none() -> None:
    assert steps() == []


def test_a_check_in_is_its_owners_and_never_of_the_future() -> None:
    entries = [
        {"day": "today-3 09:30", "value": "450k", "note": "half\n[b]x[/b]", "confidence": 7},
        {"day": "today+5", "done": ["Pilot"], "by": "mara", "blocker": "Legal"},
    ]
    mine, theirs = steps(check_ins=[{"goal": "a", "entries": entries}])
    action = CheckInGoal(goal=RecordId("a"), value=450_000.0, note="half\n[b]x[/b]", confidence=7, blocker="")
    assert mine == Step(at(19, 8, 30), "ana", action, "$.check_ins[0].entries[0]")
    action = CheckInGoal(goal=RecordId("a"), done=("Pilot",), blocker="Legal")
    assert theirs == Step(NOW, "mara", action, "$.check_ins[0].entries[1]")


def test_feedback_and_its_thread() -> None:
    feedback = {
        "day": "today-4",
        "from": "ben",
        "to": "ana",
        "text": "Good call",
        "about": "Discovery",
        "replies": [{"day": "today-3", "by": "ana", "text": "Thanks"}],
        "acknowledged": "today-2",
        "resolved": "today+2",
    }
    assert steps(feedback=[feedback]) == [
        Step(
            at(18),
            "ben",
            GiveFeedback(to="ana", text="Good call", kind="praise", about="Discovery"),
            "$.feedback[0]",
            "feedback 0",
        ),
        Step(
            at(19), "ana", ReplyToFeedback(feedback=RecordId("feedback 0"), text="Thanks"), "$.feedback[0].replies[0]"
        ),
        Step(at(20), "ana", AcknowledgeFeedback(feedback=RecordId("feedback 0")), "$.feedback[0].acknowledged"),
        Step(NOW, "ana", ResolveFeedback(feedback=RecordId("feedback 0")), "$.feedback[0].resolved"),
    ]


def revision(**more: Any) -> list[tuple[str | None, type]]:
    """Who takes which step of a revision of Ana's goal."""
    form = {"goal": "a", "day": "today-4", "reason": "market", "why": "Gone", "target": "800k", **more}
    return [(step.by, type(step.action)) for step in steps(revisions=[form])]


def test_the_owner_answers_the_manager_and_the_manager_the_owner() -> None:
    assert revision(agreed="today-3") == [("ana", ReviseGoal), ("mara", AgreeToRevision)]
    assert revision(by="mara", agreed="today-3") == [("mara", ReviseGoal), ("ana", AgreeToRevision)]
    declined = {"day": "today-3", "word": "Not yet"}
    assert revision(by="mara", declined=declined) == [("mara", ReviseGoal), ("ana", DeclineRevision)]
    acknowledged = revision(acknowledged=["ben", "mara"])
    assert acknowledged == [("ana", ReviseGoal), ("ben", AcknowledgeRevision), ("mara", AcknowledgeRevision)]


def test_a_revision_keeps_its_terms_and_moment() -> None:
    form = {
        "goal": "a",
        "day": "today-4 10:00",
        "reason": "new-strategy",
        "why": "We go upmarket",
        "milestones": [{"name": "One"}, {"name": "Two", "weight": 3}],
        "due": "today+9",
        "from": "today-1",
        "declined": {"day": "today-4 10:00", "word": "Später"},
    }
    proposed, declined = steps(revisions=[form])
    assert proposed.action == ReviseGoal(
        goal=RecordId("a"),
        reason="new-strategy",
        why="We go upmarket",
        milestones=(Milestone(name="One"), Milestone(name="Two", weight=3.0)),
        due=date(2026, 12, 1),
        effective=date(2026, 11, 21),
    )
    assert (proposed.at, proposed.key, proposed.path) == (at(18, 9), "revision 0", "$.revisions[0]")
    assert declined.action == DeclineRevision(revision=RecordId("revision 0"), word="Später")
    assert declined.at == proposed.at


@pytest.mark.parametrize("answer", [{"agreed": "today-5"}, {"declined": {"day": "today-4 08:59", "word": "No"}}])
def test_a_revision_is_not_answered_before_it_is_proposed(answer: dict[str, Any]) -> None:
    with pytest.raises(YamlError, match=f"field {next(iter(answer))}: answered before it was proposed"):
        revision(**answer)


def test_a_one_on_one_that_was_held() -> None:
    form = {
        "member": "ana",
        # The 20th in UTC, the 21st in Madrid.
        "day": datetime(2026, 11, 20, 23, 30, tzinfo=UTC),
        "topics": [{"theme": "skills", "text": "Calls"}, {"theme": "career", "text": "Lead", "by": "ana"}],
        "notes": [{"text": "Went well"}],
        "actions": [
            {"text": "Book a course", "due": "today+9", "done": "today"},
            {"text": "Ask HR", "owner": "mara", "done": "today+1"},
        ],
        "useful": 4,
    }
    moment, day = datetime(2026, 11, 20, 23, 30, tzinfo=UTC), date(2026, 11, 21)
    agreed = (
        NewAction(text="Book a course", owner="ana", due=date(2026, 12, 1)),
        NewAction(text="Ask HR", owner="mara"),
    )
    path, key = "$.one_on_ones[0]", "one-on-one 0"
    assert steps(one_on_ones=[form]) == [
        Step(
            moment,
            "mara",
            WriteOneOnOne(member="ana", on=day, topics=(NewTopic(theme="skills", text="Calls"),)),
            f"{path}.topics[0]",
            key,
        ),
        Step(
            moment,
            "ana",
            WriteOneOnOne(member="ana", on=day, topics=(NewTopic(theme="career", text="Lead"),)),
            f"{path}.topics[1]",
        ),
        Step(moment, "mara", WriteOneOnOne(member="ana", agreed=agreed, held=day), path),
        Step(moment, "mara", WriteOneOnOne(member="ana", note="Went well"), f"{path}.notes[0]"),
        Step(moment, "ana", RateOneOnOne(member="ana", useful=4), f"{path}.useful"),
        Step(at(22), "ana", FinishAction(action="one-on-one 0.1"), f"{path}.actions[0].done"),
    ]


def test_a_one_on_one_of_the_future_has_its_topics_only() -> None:
    form = {"member": "mara", "day": "today+2", "topics": [{"theme": "skills", "text": "Calls"}], "useful": 1}
    (step,) = steps(one_on_ones=[form])
    # Mara has no manager: what she would be asked by one is her own.
    assert (step.at, step.by, step.key) == (NOW, "mara", "one-on-one 0")
    assert steps(one_on_ones=[{"member": "ana", "day": "today+2", "notes": [{"text": "x"}]}]) == []


def test_skills_facts_and_reviews() -> None:
    found = steps(
        growth=[{"member": "ana", "day": "today-9", "skill": "Calls", "level": 3, "next": "Listen", "by": "mara"}],
        facts=[
            {
                "member": "ben",
                "name": "Won",
                "source": "CRM",
                "unit": "€",
                "link": "https://crm.example",
                "values": [{"day": "today-2 00:10", "value": "1.5k"}],
            }
        ],
        reviews=[{"member": "ana", "day": "today+20", "prepared": {"ana": "shared"}}],
    )
    assert found == [
        Step(at(13), "mara", SetSkill(member="ana", name="Calls", level=3, target=None, next="Listen"), "$.growth[0]"),
        Step(
            at(19, 23, 10),
            "mara",
            AddFact(
                member="ben",
                name="Won",
                value=1500.0,
                source="CRM",
                unit="€",
                on=date(2026, 11, 20),
                link="https://crm.example",
            ),
            "$.facts[0].values[0]",
        ),
        Step(
            NOW,
            "mara",
            ScheduleReview(member="ana", on=date(2026, 12, 12), prepared={"ana": "shared"}),
            "$.reviews[0]",
        ),
    ]


def test_milestones_keep_their_order() -> None:
    assert milestones_of([MilestoneForm(name="B"), MilestoneForm(name="A", weight=Weight(0.5))]) == (
        Milestone(name="B"),
        Milestone(name="A", weight=0.5),
    )
