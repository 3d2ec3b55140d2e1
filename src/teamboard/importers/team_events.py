"""The events in a team file as actions: check-ins, revisions, feedback, one-on-ones, skills, facts, reviews."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from typing import NamedTuple
from zoneinfo import ZoneInfo

from teamboard.actions.base import Action
from teamboard.actions.check_ins import CheckInGoal
from teamboard.actions.facts import AddFact
from teamboard.actions.feedback import AcknowledgeFeedback, GiveFeedback, ReplyToFeedback, ResolveFeedback
from teamboard.actions.leaving import LeaveTeam
from teamboard.actions.members import BeAway
from teamboard.actions.one_on_ones import FinishAction, NewAction, NewTopic, RateOneOnOne, WriteOneOnOne
from teamboard.actions.reviews import ScheduleReview
from teamboard.actions.revision_responses import AcknowledgeRevision, AgreeToRevision, DeclineRevision
from teamboard.actions.revisions import ReviseGoal
from teamboard.actions.skills import SetSkill
from teamboard.domain.ids import RecordId
from teamboard.domain.records import Milestone
from teamboard.importers.team_schema import MilestoneForm, OneOnOneForm, RevisionForm, TeamFileForm
from teamboard.importers.yaml_text import Document, YamlError

LONG_AGO = datetime(1, 1, 2, tzinfo=UTC)


class Step(NamedTuple):
    """An action with its moment, the handle of its author, its path in the file, and the key of its record, if any."""

    at: datetime
    by: str | None
    action: Action
    path: str
    key: str = ""


def stand_in(key: str) -> RecordId:
    """A key of the file in an action, in the place of the id that its record will have."""
    return RecordId(key)


def events(
    form: TeamFileForm,
    document: Document,
    now: datetime,
    owners: dict[str, str],
    managers: dict[str, str | None],
    founded: datetime | None = None,
) -> Iterator[Step]:
    """Every event of the file as a step, kind by kind, not in order of time.

    `owners` is the owner of each goal by its key, `managers` the manager of each member by handle. Days away that begin
    before the board was `founded` are put down then.
    """
    for i, revision in enumerate(form.revisions):
        yield from _revision(revision, document, f"$.revisions[{i}]", f"revision {i}", now, owners, managers)
    yield from _check_ins(form, now, owners)
    yield from _feedback(form, now)
    zone = ZoneInfo(form.team.timezone)
    for i, one_on_one in enumerate(form.one_on_ones):
        day = one_on_one.day.value.astimezone(zone).date()
        manager = managers.get(one_on_one.member) or one_on_one.member
        yield from _one_on_one(one_on_one, day, f"$.one_on_ones[{i}]", f"one-on-one {i}", now, manager)
    for i, skill_level in enumerate(form.growth):
        set_skill = SetSkill(
            member=skill_level.member,
            name=skill_level.skill,
            level=skill_level.level,
            target=skill_level.target,
            next=skill_level.next,
        )
        yield Step(min(skill_level.day.value, now), skill_level.by or skill_level.member, set_skill, f"$.growth[{i}]")
    yield from _facts(form, now, zone, managers)
    for i, review in enumerate(form.reviews):
        schedule = ScheduleReview(member=review.member, on=review.day.value, prepared=review.prepared)
        yield Step(now, managers.get(review.member) or review.member, schedule, f"$.reviews[{i}]")
    yield from _people(form, now, zone, managers, founded or LONG_AGO)


def _people(
    form: TeamFileForm, now: datetime, zone: ZoneInfo, managers: dict[str, str | None], founded: datetime
) -> Iterator[Step]:
    """Days away, each when they begin, and who leaves, when they do; what is in the future is put down now."""

    def moment(day: date) -> datetime:
        return min(max(datetime.combine(day, time(), zone).astimezone(UTC), founded), now)

    for i, absence in enumerate(form.away):
        be_away = BeAway(member=absence.member, starts=absence.starts.value, ends=absence.ends.value, note=absence.note)
        by = managers.get(absence.member) or absence.member
        yield Step(moment(absence.starts.value), by, be_away, f"$.away[{i}]")
    for i, leaving in enumerate(form.leaving):
        leave = LeaveTeam(
            member=leaving.member,
            day=leaving.day.value,
            goals_to=leaving.goals_to,
            goals={stand_in(key): to for key, to in leaving.goals.items()},
            reports_to=leaving.reports_to,
        )
        by = managers.get(leaving.member) or leaving.member
        yield Step(moment(leaving.day.value), by, leave, f"$.leaving[{i}]")


def _check_ins(form: TeamFileForm, now: datetime, owners: dict[str, str]) -> Iterator[Step]:
    for i, check_ins in enumerate(form.check_ins):
        for j, entry in enumerate(check_ins.entries):
            check_in = CheckInGoal(
                goal=stand_in(check_ins.goal),
                value=entry.value.value if entry.value else None,
                done=entry.done,
                note=entry.note,
                confidence=entry.confidence,
                call=entry.call.value if entry.call else None,
                best=entry.best.value if entry.best else None,
                next_step=entry.next_step,
                blocker=entry.blocker,
            )
            by = entry.by or owners.get(check_ins.goal)
            yield Step(min(entry.day.value, now), by, check_in, f"$.check_ins[{i}].entries[{j}]")


def _feedback(form: TeamFileForm, now: datetime) -> Iterator[Step]:
    for i, feedback in enumerate(form.feedback):
        path, key = f"$.feedback[{i}]", f"feedback {i}"
        give = GiveFeedback(to=feedback.to, text=feedback.text, kind=feedback.kind, about=feedback.about)
        yield Step(min(feedback.day.value, now), feedback.giver, give, path, key)
        for j, reply_form in enumerate(feedback.replies):
            reply = ReplyToFeedback(feedback=stand_in(key), text=reply_form.text)
            yield Step(min(reply_form.day.value, now), reply_form.by, reply, f"{path}.replies[{j}]")
        if feedback.acknowledged:
            acknowledge = AcknowledgeFeedback(feedback=stand_in(key))
            yield Step(min(feedback.acknowledged.value, now), feedback.to, acknowledge, f"{path}.acknowledged")
        if feedback.resolved:
            yield Step(
                min(feedback.resolved.value, now),
                feedback.to,
                ResolveFeedback(feedback=stand_in(key)),
                f"{path}.resolved",
            )


def _facts(form: TeamFileForm, now: datetime, zone: ZoneInfo, managers: dict[str, str | None]) -> Iterator[Step]:
    for i, fact in enumerate(form.facts):
        for j, dated_value in enumerate(fact.values):
            at = min(dated_value.day.value, now)
            add = AddFact(
                member=fact.member,
                name=fact.name,
                value=dated_value.value.value,
                source=fact.source,
                unit=fact.unit,
                on=at.astimezone(zone).date(),
                link=fact.link,
            )
            by = managers.get(fact.member) or fact.member
            yield Step(at, by, add, f"$.facts[{i}].values[{j}]")


def _one_on_one(
    one_on_one: OneOnOneForm, day: date, path: str, key: str, now: datetime, manager: str
) -> Iterator[Step]:
    """The steps of a one-on-one: its topics and, if it is not in the future, its notes, actions and rating."""
    at = min(one_on_one.day.value, now)
    for j, topic in enumerate(one_on_one.topics):
        add_topic = WriteOneOnOne(
            member=one_on_one.member, on=day, topics=(NewTopic(theme=topic.theme, text=topic.text),)
        )
        yield Step(at, topic.by or manager, add_topic, f"{path}.topics[{j}]", key if j == 0 else "")
    if one_on_one.day.value > now:
        return
    agreed = tuple(
        NewAction(
            text=action.text, owner=action.owner or one_on_one.member, due=action.due.value if action.due else None
        )
        for action in one_on_one.actions
    )
    held = WriteOneOnOne(member=one_on_one.member, agreed=agreed, held=day)
    yield Step(at, manager, held, path, "" if one_on_one.topics else key)
    for j, note in enumerate(one_on_one.notes):
        add_note = WriteOneOnOne(member=one_on_one.member, note=note.text)
        yield Step(at, note.by or manager, add_note, f"{path}.notes[{j}]")
    if one_on_one.useful is not None:
        yield Step(
            at, one_on_one.member, RateOneOnOne(member=one_on_one.member, useful=one_on_one.useful), f"{path}.useful"
        )
    for j, action in enumerate(one_on_one.actions):
        if action.done and action.done.value <= now:
            finish = FinishAction(action=f"{key}.{j + 1}")
            yield Step(action.done.value, action.owner or one_on_one.member, finish, f"{path}.actions[{j}].done")


def _revision(
    revision: RevisionForm,
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
    for name, answered in (
        ("agreed", revision.agreed),
        ("declined", revision.declined.day if revision.declined else None),
    ):
        if answered is not None and answered.value < revision.day.value:
            raise YamlError(f"{document.place(f'{path}.{name}')}, field {name}: answered before it was proposed.")
    owner = owners.get(revision.goal)
    by = revision.by or owner
    answerer = managers.get(owner or "") if by == owner else owner
    revise = ReviseGoal(
        goal=stand_in(revision.goal),
        reason=revision.reason,
        why=revision.why,
        title=revision.title,
        start=revision.start.value if revision.start else None,
        target=revision.target.value if revision.target else None,
        per_week=revision.per_week.value if revision.per_week else None,
        milestones=milestones_of(revision.milestones or []),
        due=revision.due.value if revision.due else None,
        drop=revision.drop,
        effective=revision.effective.value if revision.effective else None,
    )
    yield Step(min(revision.day.value, now), by, revise, path, key)
    for handle in revision.acknowledged:
        yield Step(
            min(revision.day.value, now), handle, AcknowledgeRevision(revision=stand_in(key)), f"{path}.acknowledged"
        )
    if revision.agreed:
        yield Step(min(revision.agreed.value, now), answerer, AgreeToRevision(revision=stand_in(key)), f"{path}.agreed")
    if revision.declined:
        decline = DeclineRevision(revision=stand_in(key), word=revision.declined.word)
        yield Step(min(revision.declined.day.value, now), answerer, decline, f"{path}.declined")


def milestones_of(milestones: list[MilestoneForm]) -> tuple[Milestone, ...]:
    """The milestones of a goal, as records, in the order of the file."""
    return tuple(Milestone(name=m.name, weight=m.weight.value) for m in milestones)
