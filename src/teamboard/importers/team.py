"""Import a team from YAML: build a board with its history from one file, or a folder of them.

Everything goes through the same actions as on a live board, in the order of its days, so the same rules apply and the
history is what it would have been. An error names file, line and field; then nothing is imported.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec

from teamboard.actions.base import Action, Actor, perform
from teamboard.actions.check_ins import CheckInGoal
from teamboard.actions.feedback import AcknowledgeFeedback, GiveFeedback, ReplyToFeedback, ResolveFeedback
from teamboard.actions.goals import AddGoal, AddTeamGoal
from teamboard.actions.leaving import LeaveTeam
from teamboard.actions.one_on_ones import FinishAction
from teamboard.actions.periods import BeginPeriod
from teamboard.actions.revision_responses import AcknowledgeRevision, AgreeToRevision, DeclineRevision
from teamboard.actions.revisions import ReviseGoal
from teamboard.actions.team import AddMember, SetUpTeam
from teamboard.domain.amounts import NUMBER_FORMATS, number_format
from teamboard.domain.board import Board
from teamboard.domain.commit_log import HistoryEntry
from teamboard.domain.errors import Refused
from teamboard.domain.ids import RecordId
from teamboard.domain.input_parsing import is_timezone
from teamboard.domain.periods.calendar import NONE, parse_calendar, period_around
from teamboard.domain.records import HINT_NAMES, Activity, DoneOrNot, HintName, Measure, Metric, Milestones, Period
from teamboard.importers.team_events import Step, events, milestones_of, stand_in
from teamboard.importers.team_schema import (
    AMOUNT_FIELDS,
    ActivityForm,
    Amount,
    GoalForm,
    MetricForm,
    MilestoneForm,
    TeamFileForm,
    TeamGoalForm,
    decode_hook,
)
from teamboard.importers.yaml_text import Document, YamlError, split_error
from teamboard.store.codec import BoardFile, assemble


def read_team(source: Path, now: datetime, importer: Actor) -> BoardFile:
    """The board that a YAML file or folder describes; relative days count from `now`. Raises YamlError."""
    document = read_documents(source)
    return build_board(document, now, importer)


def read_documents(source: Path) -> Document:
    """The YAML of a file, or of every .yaml and .yml file of a folder, merged. Raises YamlError."""
    document = Document(AMOUNT_FIELDS)
    if source.is_dir():
        files = sorted(p for p in source.iterdir() if p.suffix in (".yaml", ".yml"))
        if not files:
            raise YamlError(f"{source}: there is no .yaml file in this folder.")
        for file in files:
            document.add(file)
    else:
        document.add(source)
    return document


def build_board(
    document: Document,
    now: datetime,
    importer: Actor,
    *,
    founded: datetime | None = None,
    errors: list[str] | None = None,
) -> BoardFile:
    """The board that a document describes.

    Its history begins at `founded`; by default on the first day of its first period. Raises YamlError, for the first
    entry that is refused; if there is a list of `errors`, it gets all of them instead, without those that only follow
    from a member who is refused.
    """
    form = parse_form(document, now)
    board, history = Board({}), list[tuple[int, HistoryEntry]]()
    keys: dict[str, RecordId] = {}
    refused = set[str]()
    for step in sorted(_steps(form, document, now, keys, founded), key=lambda s: s.at):
        if refused & _members_of(step):
            continue
        actor = Actor(step.by, importer.login, importer.host, set_up=True)
        try:
            action = _with_ids(step.action, keys)
            board, entry, _ = perform(board, action, actor, step.at)
        except (Refused, KeyError) as error:
            message = str(error) if isinstance(error, Refused) else f"no entry has the key {error} at that time"
            wrong = f"{document.place(step.path)}: {message}"
            if errors is None:
                raise YamlError(wrong) from error
            errors.append(wrong)
            if isinstance(step.action, AddMember):
                refused.add(step.action.handle)
            continue
        if step.key:
            keys[step.key] = _created_id(entry)
        history.append((board.revision, entry))
    return assemble(board, history)


def _members_of(step: Step) -> set[str]:
    """The handles without which a step can't be taken."""
    fields = (getattr(step.action, name, None) for name in ("handle", "manager", "owner", "member"))
    return {handle for handle in (step.by, *fields) if handle}


def parse_form(document: Document, now: datetime) -> TeamFileForm:
    """Decode the document by the schema. Raises YamlError with file, line and field."""
    team = document.values.get("team")
    name = team.get("timezone") if isinstance(team, dict) else None
    if isinstance(name, str) and not is_timezone(name):
        place = document.place("$.team.timezone")
        raise YamlError(f"{place}: there is no time zone {name!r}; use a name such as Europe/Madrid.")
    zone = ZoneInfo(name if isinstance(name, str) else "UTC")
    style = team.get("numbers") if isinstance(team, dict) else None
    numbers = next((number_format(known) for known in NUMBER_FORMATS if known == style), None)
    try:
        return msgspec.convert(document.values, TeamFileForm, dec_hook=decode_hook(now, zone, numbers))
    except msgspec.ValidationError as error:
        message, path = split_error(str(error))
        path = path.replace("[...]", "")
        place = document.place(path)
        field = path.rpartition(".")[2].partition("[")[0]
        location = f"{place}, field {field}: " if place and field and field != "$" else f"{place}: " if place else ""
        raise YamlError(f"{location}{message[:1].lower()}{message[1:]}.") from error


def _steps(
    form: TeamFileForm, document: Document, now: datetime, keys: dict[str, RecordId], founded: datetime | None
) -> Iterator[Step]:
    """Every action of the file with its moment, author and place, in the order of the file; no moment is after `now`.

    `keys` is filled with the keys of the goals; their ids are entered when they are known.
    """
    zone = ZoneInfo(form.team.timezone)
    team = form.team
    calendar = _calendar(form, document)
    periods = _periods(form, document, calendar, now.astimezone(zone).date())

    def first_moment(day: date) -> datetime:
        return datetime.combine(day, datetime.min.time(), zone).astimezone(UTC)

    founded = founded or min(first_moment(periods[0].starts), now - timedelta(minutes=1))
    yield Step(
        founded,
        None,
        SetUpTeam(
            name=team.name,
            timezone=team.timezone,
            period=periods[0],
            cadence=team.cadence,
            on_track=team.on_track.value,
            at_risk=team.at_risk.value,
            working_days=team.working_days,
            days_off=tuple(day.value for day in team.days_off),
            archive_after=team.archive_after,
            numbers=team.numbers,
            periods=calendar,
            hints_off=_hints_off(form, document),
        ),
        "$.team",
    )
    first = form.members[0].handle
    managers = {member.handle: member.manager for member in form.members}
    for i, member in enumerate(form.members):
        # The first member adds the others: no one else is a manager until somebody reports to them.
        yield Step(founded, None if i == 0 else first, member, f"$.members[{i}]")
    for i, following in enumerate(periods[1:]):
        choices = {stand_in(key): choice for key, choice in form.earlier[i].choices.items()}
        begin = BeginPeriod(name=following.name, starts=following.starts, ends=following.ends, choices=choices)
        yield Step(min(max(first_moment(following.starts), founded), now), first, begin, f"$.earlier[{i}]")
    owners: dict[str, str] = {}
    for i, team_goal in enumerate(form.team_goals):
        path = f"$.team_goals[{i}]"
        owners[team_goal.key] = team_goal.owner or first
        _reserve_key(document, keys, team_goal.key, path)
        begins = team_goal.starts.value if team_goal.starts else periods[-1].starts
        at = min(max(first_moment(begins), founded), now)
        yield Step(at, first, _team_goal(team_goal, document, path), path, team_goal.key)
    for i, goal in enumerate(form.goals):
        path = f"$.goals[{i}]"
        owners[goal.key] = goal.owner
        _reserve_key(document, keys, goal.key, path)
        begins = goal.starts.value if goal.starts else periods[-1].starts
        at = min(max(first_moment(begins), founded), now)
        yield Step(at, managers.get(goal.owner) or first, _goal(goal, document, path), path, goal.key)
    yield from events(form, document, now, owners, managers, founded)


def _hints_off(form: TeamFileForm, document: Document) -> tuple[HintName, ...]:
    """The hints that a file switches off. Raises YamlError for one that there is not."""
    for name in form.team.hints_off:
        if name not in HINT_NAMES:
            place, names = document.place("$.team.hints_off"), ", ".join(HINT_NAMES)
            raise YamlError(f"{place}, field hints_off: {name!r} is not a hint; hints are {names}.")
    return tuple(name for name in HINT_NAMES if name in form.team.hints_off)


def _calendar(form: TeamFileForm, document: Document) -> str:
    """The calendar of the coming periods, "" for none. Raises YamlError if it is not one."""
    try:
        return parse_calendar(form.team.periods or NONE)
    except Refused as error:
        raise YamlError(f"{document.place('$.team.periods')}, field periods: {error}") from None


def _periods(form: TeamFileForm, document: Document, calendar: str, today: date) -> list[Period]:
    """The periods of a file, oldest first; each ends the day before the next begins. Raises YamlError."""
    current = form.team.period
    if current is not None:
        periods = [Period(name=current.name, starts=current.starts.value, ends=current.ends.value)]
    elif calendar:
        periods = [period_around(calendar, today)]
    else:
        message = "object missing required field 'period'; or write periods: quarters for the one of today."
        raise YamlError(f"{document.place('$.team')}: {message}")
    for i in reversed(range(len(form.earlier))):
        earlier = form.earlier[i]
        ends = periods[0].starts - timedelta(days=1)
        if earlier.starts.value > ends:
            raise YamlError(
                f"{document.place(f'$.earlier[{i}].starts')}: {earlier.name} begins after the period that follows."
            )
        periods.insert(0, Period(name=earlier.name, starts=earlier.starts.value, ends=ends))
    return periods


def _created_id(entry: HistoryEntry) -> RecordId:
    """The id of the record that a commit made; of the first that it changed, if it made none."""
    return next((i for i, change in entry.changes.items() if change.before is None), next(iter(entry.changes)))


def _reserve_key(document: Document, keys: dict[str, RecordId], key: str, path: str) -> None:
    """Enter a new key, still without an id. Raises YamlError if it is already used."""
    if key in keys:
        raise YamlError(f"{document.place(path + '.key')}, field key: {key!r} is used twice.")
    keys[key] = RecordId("")


def _with_ids(action: Action, keys: dict[str, RecordId]) -> Action:
    """An action with the file's keys replaced by the ids of their records. Raises KeyError if there is none yet."""
    if isinstance(action, AgreeToRevision | DeclineRevision | AcknowledgeRevision):
        return msgspec.structs.replace(action, revision=_id_of_key(keys, action.revision))
    if isinstance(action, BeginPeriod):
        return msgspec.structs.replace(action, choices={_id_of_key(keys, k): c for k, c in action.choices.items()})
    if isinstance(action, CheckInGoal | ReviseGoal):
        return msgspec.structs.replace(action, goal=_id_of_key(keys, action.goal))
    if isinstance(action, FinishAction):
        key, _, number = action.action.rpartition(".")
        return msgspec.structs.replace(action, action=f"{_id_of_key(keys, key)}.{number}")
    if isinstance(action, ReplyToFeedback | AcknowledgeFeedback | ResolveFeedback):
        return msgspec.structs.replace(action, feedback=_id_of_key(keys, action.feedback))
    if isinstance(action, GiveFeedback) and action.about in keys:
        return msgspec.structs.replace(action, about=_id_of_key(keys, action.about or ""))
    if isinstance(action, LeaveTeam):
        return msgspec.structs.replace(action, goals={_id_of_key(keys, k): to for k, to in action.goals.items()})
    if isinstance(action, AddGoal):
        aligned = {_id_of_key(keys, k): v for k, v in action.aligned.items()}
        drives = _id_of_key(keys, action.drives) if action.drives else None
        return msgspec.structs.replace(action, aligned=aligned, drives=drives)
    if isinstance(action, AddTeamGoal) and action.serves:
        return msgspec.structs.replace(action, serves=_id_of_key(keys, action.serves))
    return action


def _id_of_key(keys: dict[str, RecordId], key: str) -> RecordId:
    """The id of the record with a key. Raises KeyError if there is none yet."""
    record_id = keys[key]
    if not record_id:
        raise KeyError(key)
    return record_id


def _team_goal(form: TeamGoalForm, document: Document, path: str) -> AddTeamGoal:
    """The action that adds a team goal."""
    return AddTeamGoal(
        title=form.title,
        owner=form.owner,
        measure=_measure(form.metric, form.milestones, document, path),
        starts=form.starts.value if form.starts else None,
        due=form.due.value if form.due else None,
        rolls_up=form.rolls_up,
        serves=stand_in(form.serves) if form.serves else None,
        why=form.why,
    )


def _goal(form: GoalForm, document: Document, path: str) -> AddGoal:
    """The action that adds a goal."""
    aligned = {form.aligned: 1.0} if isinstance(form.aligned, str) else form.aligned or {}
    return AddGoal(
        owner=form.owner,
        title=form.title,
        measure=_measure(form.metric, form.milestones, document, path, form.activity),
        kind=form.kind,
        starts=form.starts.value if form.starts else None,
        due=form.due.value if form.due else None,
        weight=form.weight.value,
        aligned={stand_in(key): share for key, share in aligned.items()},
        drives=stand_in(form.drives) if form.drives else None,
        why=form.why,
    )


def _measure(
    metric: MetricForm | None,
    milestones: list[MilestoneForm] | None,
    document: Document,
    path: str,
    activity: ActivityForm | None = None,
) -> Measure:
    """The measure of a goal: metric, milestones, activity, or (with none) done or not. Raises YamlError for two."""
    if metric and milestones:
        raise YamlError(f"{document.place(path)}: a goal has a metric or milestones, not both.")
    if activity and (metric or milestones):
        raise YamlError(f"{document.place(path)}: a goal with an activity has no metric or milestones.")
    if activity:
        return Activity(unit=activity.unit, per_week=activity.per_week.value)
    if metric:
        start = (metric.start or Amount(0.0)).value
        return Metric(unit=metric.unit, start=start, target=metric.target.value)
    if milestones:
        return Milestones(milestones=milestones_of(milestones))
    return DoneOrNot()
