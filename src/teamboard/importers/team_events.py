"""The events in a team file as actions: check-ins, revisions, feedback, one-on-ones, skills, facts, reviews."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from teamboard.actions.base import Action
from teamboard.actions.check_ins import CheckInGoal
from teamboard.actions.facts import AddFact
from teamboard.actions.feedback import AcknowledgeFeedback, GiveFeedback, ReplyToFeedback, ResolveFeedback
from teamboard.actions.one_on_ones import FinishAction, NewAction, NewTopic, RateOneOnOne, WriteOneOnOne
from teamboard.actions.reviews import ScheduleReview
from teamboard.actions.revision_responses import Acknowledge, Agree, Decline
from teamboard.actions.revisions import Revise
from teamboard.actions.skills import SetSkill
from teamboard.domain.records import Milestone
from teamboard.importers.team_schema import MilestoneForm, OneOnOneForm, RevisionForm, TeamFileForm
from teamboard.importers.yaml_text import Document, YamlError


class Step(NamedTuple):
    """An action with its moment, the handle of its author, its path in the file, and the key of its record, if any."""

    at: datetime
    by: str | None
    action: Action
    path: str
    key: str = ""


def events(
    form: TeamFileForm,
    document: Document,
    now: datetime,
    owners: dict[str, str],
    managers: dict[str, str | None],
) -> Iterator[Step]:
    """Every event of the file as a step, kind by kind, not in order of time.

    `owners` is the owner of each goal by its key, `managers` the manager of each member by handle.
    """
    for i, v in enumerate(form.revisions):
        yield from _revision(v, document, f"$.revisions[{i}]", f"revision {i}", now, owners, managers)
    for i, check_ins in enumerate(form.check_ins):
        for j, e in enumerate(check_ins.entries):
            check_in = CheckInGoal(
                goal=check_ins.goal,
                value=e.value.value if e.value else None,
                done=e.done,
                note=e.note,
                confidence=e.confidence,
                next_step=e.next_step,
                blocker=e.blocker,
            )
            by = e.by or owners.get(check_ins.goal)
            yield Step(min(e.day.value, now), by, check_in, f"$.check_ins[{i}].entries[{j}]")
    for i, f in enumerate(form.feedback):
        path, key = f"$.feedback[{i}]", f"feedback {i}"
        give = GiveFeedback(to=f.to, text=f.text, kind=f.kind, about=f.about)
        yield Step(min(f.day.value, now), f.giver, give, path, key)
        for j, r in enumerate(f.replies):
            reply = ReplyToFeedback(feedback=key, text=r.text)
            yield Step(min(r.day.value, now), r.by, reply, f"{path}.replies[{j}]")
        if f.acknowledged:
            acknowledge = AcknowledgeFeedback(feedback=key)
            yield Step(min(f.acknowledged.value, now), f.to, acknowledge, f"{path}.acknowledged")
        if f.resolved:
            yield Step(min(f.resolved.value, now), f.to, ResolveFeedback(feedback=key), f"{path}.resolved")
    zone = ZoneInfo(form.team.timezone)
    for i, o in enumerate(form.one_on_ones):
        day = o.day.value.astimezone(zone).date()
        manager = managers.get(o.member) or o.member
        yield from _one_on_one(o, day, f"$.one_on_ones[{i}]", f"one-on-one {i}", now, manager)
    for i, g in enumerate(form.growth):
        set_skill = SetSkill(member=g.member, name=g.skill, level=g.level, target=g.target, next=g.next)
        yield Step(min(g.day.value, now), g.by or g.member, set_skill, f"$.growth[{i}]")
    for i, n in enumerate(form.facts):
        for j, entry in enumerate(n.values):
            at = min(entry.day.value, now)
            add = AddFact(
                member=n.member,
                name=n.name,
                value=entry.value.value,
                source=n.source,
                unit=n.unit,
                on=at.astimezone(zone).date(),
                link=n.link,
            )
            by = managers.get(n.member) or n.member
            yield Step(at, by, add, f"$.facts[{i}].values[{j}]")
    for i, w in enumerate(form.reviews):
        schedule = ScheduleReview(member=w.member, on=w.day.value, prepared=w.prepared)
        yield Step(now, managers.get(w.member) or w.member, schedule, f"$.reviews[{i}]")


def _one_on_one(o: OneOnOneForm, day: date, path: str, key: str, now: datetime, manager: str) -> Iterator[Step]:
    """The steps of a one-on-one: its topics and, if it is not in the future, its notes, actions and rating."""
    at = min(o.day.value, now)
    for j, t in enumerate(o.topics):
        add_topic = WriteOneOnOne(member=o.member, on=day, topics=(NewTopic(theme=t.theme, text=t.text),))
        yield Step(at, t.by or manager, add_topic, f"{path}.topics[{j}]", key if j == 0 else "")
    if o.day.value > now:
        return
    agreed = tuple(
        NewAction(text=a.text, owner=a.owner or o.member, due=a.due.value if a.due else None) for a in o.actions
    )
    held = WriteOneOnOne(member=o.member, agreed=agreed, held=day)
    yield Step(at, manager, held, path, "" if o.topics else key)
    for j, note in enumerate(o.notes):
        add_note = WriteOneOnOne(member=o.member, note=note.text)
        yield Step(at, note.by or manager, add_note, f"{path}.notes[{j}]")
    if o.useful is not None:
        yield Step(at, o.member, RateOneOnOne(member=o.member, useful=o.useful), f"{path}.useful")
    for j, a in enumerate(o.actions):
        if a.done and a.done.value <= now:
            finish = FinishAction(action=f"{key}.{j + 1}")
            yield Step(a.done.value, a.owner or o.member, finish, f"{path}.actions[{j}].done")


def _revision(
    v: RevisionForm,
    document: Document,
    path: str,
    key: str,
    now: datetime,
    owners: dict[str, str],
    managers: dict[str, str | None],
) -> Iterator[Step]:
    """The steps of a revision: the proposal, acknowledgements, and the answer.

    The owner answers the manager's proposal, the manager the owner's. Raises YamlError for an answer before it.
    """
    for name, answered in (("agreed", v.agreed), ("declined", v.declined.day if v.declined else None)):
        if answered is not None and answered.value < v.day.value:
            raise YamlError(f"{document.place(f'{path}.{name}')}, field {name}: answered before it was proposed.")
    owner = owners.get(v.goal)
    by = v.by or owner
    other = managers.get(owner or "") if by == owner else owner
    revise = Revise(
        goal=v.goal,
        reason=v.reason,
        why=v.why,
        title=v.title,
        start=v.start.value if v.start else None,
        target=v.target.value if v.target else None,
        milestones=milestones_of(v.milestones or []),
        due=v.due.value if v.due else None,
        drop=v.drop,
        effective=v.effective.value if v.effective else None,
    )
    yield Step(min(v.day.value, now), by, revise, path, key)
    for handle in v.acknowledged:
        yield Step(min(v.day.value, now), handle, Acknowledge(revision=key), f"{path}.acknowledged")
    if v.agreed:
        yield Step(min(v.agreed.value, now), other, Agree(revision=key), f"{path}.agreed")
    if v.declined:
        decline = Decline(revision=key, word=v.declined.word)
        yield Step(min(v.declined.day.value, now), other, decline, f"{path}.declined")


def milestones_of(milestones: list[MilestoneForm]) -> tuple[Milestone, ...]:
    """The milestones of a goal, as records, in the order of the file."""
    return tuple(Milestone(name=m.name, weight=m.weight) for m in milestones)
