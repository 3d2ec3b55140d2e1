"""The activity log: one sentence for each commit, and the commits that match a day, member or goal."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import date
from typing import cast

import msgspec

from teamboard.domain.amounts import NumberFormat, format_amount, format_number, plural
from teamboard.domain.board import Board
from teamboard.domain.check_ins import wants_new_help
from teamboard.domain.commit_log import (
    Change,
    HistoryEntry,
    HistoryUnavailable,
    fields_before,
    fields_of,
    record_of,
)
from teamboard.domain.goals.closing import reports_on
from teamboard.domain.goals.revisions import is_notice, makes_goal
from teamboard.domain.handles import current_handle, display_name
from teamboard.domain.history.log import history_of
from teamboard.domain.ids import RecordId, Table, known_table
from teamboard.domain.records import (
    CheckIn,
    Feedback,
    FeedbackKind,
    Goal,
    GoalRevision,
    Member,
    Metric,
    OneOnOne,
    Record,
    Review,
    Standup,
    Team,
    TeamGoal,
)
from teamboard.domain.sanitize import one_line
from teamboard.domain.short_texts import name_some
from teamboard.domain.verbs import EDIT_VERB, find_verb, is_untold
from teamboard.render import facts, feedback, format, one_on_ones, reviews, skills
from teamboard.render.format import name_of, shorten
from teamboard.render.goals import changes as goal_changes
from teamboard.render.revisions import REASON_LABELS, summarize_revision
from teamboard.render.team.leaving import describe_left

MAX_RECORD_CHANGES = 4
CLOCK_SKEW_DAYS = 2
_FEEDBACK_VERBS: dict[FeedbackKind, str] = {
    "praise": "praised",
    "coaching": "coached",
    "question": "asked",
    "idea": "suggested to",
    "request": "wants feedback from",
}
_UNTOLD_FIELDS = ("reports_since", "formerly")
"""Fields of a member that follow from others."""
_NOUNS: dict[Table, str] = {
    "goals": "the goal",
    "team_goals": "the team goal",
    "checkins": "the check-in",
    "revisions": "the revision",
    "feedback": "the feedback",
    "one_on_ones": "the one-on-one",
    "reviews": "the review",
    "facts": "the fact",
    "standups": "the standup",
}


def describe_commit(board: Board, entry: HistoryEntry, about: Collection[RecordId] = ()) -> str:
    """One sentence about a commit: `Ana Ruiz checked in on G4 ARR Iberia: €812,000 · Acme signed`.

    Where it can't name all goals that it changed, it names those that it is asked `about` first.
    """
    who = name_of(board, entry.by) if entry.by else entry.login or "Somebody"
    if entry.made is not None:
        recorded_at = f"{board.local_time(entry.made):%d %b %H:%M}"
        return f"{describe_commit(board, msgspec.structs.replace(entry, made=None))} (in a copy, {recorded_at})"
    row = find_verb(entry.verb)
    if row is not None and row.log:
        return _describe_change_of_board(board, entry, who, row.log)
    renamed = next((c for i, c in entry.changes.items() if known_table(i) == "members" and _is_renaming(c)), None)
    if renamed is not None:
        return one_line(f"{who} renamed {(renamed.before or {})['handle']} to {(renamed.after or {})['handle']}")
    team = next((c for i, c in entry.changes.items() if known_table(i) == "team" and c.before), None)
    if team is not None and "period" in (team.after or {}):
        return one_line(f"{who} {goal_changes.describe_period(board, team, entry, about)}")
    if entry.verb == "import facts" or any(known_table(i) == "facts" for i in entry.changes):
        return one_line(f"{who} {facts.describe_change(board, entry)}")
    leaving = next((i for i, c in entry.changes.items() if "left" in {**(c.before or {}), **(c.after or {})}), None)
    if leaving is not None and entry.verb in ("leave the team", "return to the team"):
        return one_line(f"{who} {describe_left(board, entry, leaving)}")
    if for_many := goal_changes.describe_goals_for_many(board, entry) or goal_changes.describe_acknowledged(
        board, entry
    ):
        return one_line(f"{who} {for_many}")
    if entry.verb == "hand over a goal" and (rest := goal_changes.describe_handed_over(board, entry)):
        return one_line(f"{who} {rest}")
    # Otherwise a revision already describes its goal, and a created record describes the records changed with it.
    changes = goal_changes.removed_goals(entry) or goal_changes.added_goals(entry)
    changes = changes or {i: c for i, c in entry.changes.items() if known_table(i) == "revisions"} or entry.changes
    if entry.verb in ("add a member", "change a member"):
        # What is passed on with a new manager follows from it.
        changes = {i: c for i, c in changes.items() if known_table(i) == "members"} or changes
    changes = {i: c for i, c in changes.items() if c.before is None} or changes
    by = current_handle(board, entry.by)
    descriptions = [_describe_change(board, i, c, by) for i, c in changes.items()]
    return one_line(f"{who} {', '.join(descriptions)}")


def _describe_change_of_board(board: Board, entry: HistoryEntry, who: str, sentence: str) -> str:
    """The sentence about a commit of the whole board, as a merge or an undo, from that in its verb's row."""
    return one_line(
        sentence.format(
            who=who,
            program=entry.verb.removeprefix(EDIT_VERB).strip(),
            changes=_describe_records(board, entry) if "{changes}" in sentence else "",
            records=plural(len(entry.changes), "record"),
            undoes=entry.undoes,
            undone=_describe_undone(board, entry),
        )
    )


def _describe_undone(board: Board, entry: HistoryEntry) -> str:
    """What a commit has undone, after its revision: `: checked in on G4 …`; "" if it can't be read, or was an undo."""
    try:
        undone = history_of(board).get(entry.undoes) if entry.undoes is not None else None
    except HistoryUnavailable:
        return ""
    if undone is None or undone.undoes is not None:
        return ""
    sentence = describe_commit(board, undone)
    return f": {sentence.removeprefix(f'{name_of(board, entry.by)} ') if entry.by else sentence}"


def _is_renaming(change: Change) -> bool:
    """True if a change of a member gives them another handle."""
    return "handle" in (change.before or {}) and "handle" in (change.after or {})


def _describe_records(board: Board, entry: HistoryEntry) -> str:
    """What another program changed: `G12 target €1.2M → €1.3M, C7 added and 3 more`."""
    parts: list[str] = []
    for record_id, change in entry.changes.items():
        if change.before is None or change.after is None:
            parts.append(f"{record_id} {'added' if change.before is None else 'removed'}")
            continue
        before, after = (_flattened(fields) for fields in (change.before, change.after))
        goal = board.goal(record_id)
        unit = goal.measure.unit if goal and isinstance(goal.measure, Metric) else ""
        for field in dict.fromkeys((*before, *after)):
            if before.get(field) != after.get(field):
                in_unit = unit if field in ("start", "target") else ""
                values = (_short_value(board, fields.get(field), in_unit) for fields in (before, after))
                parts.append(f"{record_id} {field.replace('_', ' ')} {' → '.join(values)}")
    return name_some(parts, MAX_RECORD_CHANGES)


def _flattened(fields: Mapping[str, object]) -> dict[str, object]:
    """Fields with those of a measure in its place."""
    measure = fields.get("measure")
    return {**fields, **(measure if isinstance(measure, dict) else {}), "measure": None}


def _short_value(board: Board, value: object, unit: str) -> str:
    if value is None:
        return "—"
    if isinstance(value, int | float) and not isinstance(value, bool):
        return format_amount(value, unit, board.number_format, short=True)
    return shorten(value if isinstance(value, str) else msgspec.json.encode(value).decode())


def related_ids(board: Board, entry: HistoryEntry) -> set[RecordId]:
    """The ids of the records that a commit changed, and of the goals that these belong to."""
    ids: set[RecordId] = set()
    for record_id, change in entry.changes.items():
        fields = (change.after or {}) | (change.before or {})
        goal = fields.get("goal")
        ids |= {record_id} | ({RecordId(goal)} if isinstance(goal, str) else set())
        record = board.get(record_id)
        if isinstance(record, CheckIn | GoalRevision):
            ids.add(record.goal)
    return ids


def related_members(board: Board, entry: HistoryEntry) -> set[str]:
    """The handles of the members that a commit is by or about."""
    handles = {by} if (by := current_handle(board, entry.by)) else set()
    for record_id in related_ids(board, entry):
        record = board.get(record_id)
        for name in ("handle", "owner", "to", "giver", "member"):
            handle = getattr(record, name, None)
            if isinstance(handle, str):
                handles.add(handle)
    return handles


def matching_commits(
    board: Board, *, since: date | None = None, member: str | None = None, goal: str | None = None
) -> Iterator[tuple[int, HistoryEntry]]:
    """The commits, newest first, each with its revision: since a day, by or about a member, about a goal."""
    told = ((number, entry) for number, entry in history_of(board).newest_first() if not is_untold(entry.verb))
    for number, entry in told:
        if since is not None and (days_too_early := (since - board.day_of(entry.at)).days) > 0:
            if days_too_early > CLOCK_SKEW_DAYS:
                # Clocks of different machines differ, but not by more: all earlier commits are older than `since`.
                return
            continue
        if member is not None and member not in related_members(board, entry):
            continue
        if goal is not None and goal not in related_ids(board, entry):
            continue
        yield number, entry


def _describe_change(board: Board, record_id: RecordId, change: Change, by: str | None) -> str:
    """What a commit by the member `by` did to one record, as the predicate of a sentence."""
    if known_table(record_id) == "one_on_ones" and change.after is not None:
        return _describe_one_on_one(board, record_id, change)
    if change.before is None and change.after is not None:
        return _describe_created(board, record_of(record_id, change.after))
    record = board.get(record_id)
    if about_goal := goal_changes.describe_change(board, record_id, change):
        return about_goal
    if isinstance(record, Member) and "key" in (change.after or {}):
        return f"{'renewed' if (change.before or {}).get('key') else 'made'} their key"
    if isinstance(record, Member) and "away" in {**(change.before or {}), **(change.after or {})}:
        return _describe_absence(board, record, change, by)
    skill_changes = skills.describe_change(change) if isinstance(record, Member) else ""
    if skill_changes and isinstance(record, Member):
        return skill_changes if record.handle == by else f"{skill_changes} ({display_name(board, record)})"
    if isinstance(record, Member | Team):
        return _describe_settings(board, record, change)
    if record is None:
        return _describe_gone_response(record_id, change.after or {}) or _changed(record_id)
    return _describe_updated(board, record, change.after or {})


def _describe_gone_response(record_id: RecordId, after: Mapping[str, object]) -> str:
    """The predicate for an answer to a revision that was undone since: `agreed to V7`; "" for another change."""
    deeds = {"agreed": "agreed to", "declined": "declined", "withdrawn": "withdrew"}
    deed = deeds.get(str(after.get("state")), "acknowledged" if "acknowledged" in after else "")
    return f"{deed} {record_id}" if deed and known_table(record_id) == "revisions" else ""


def _changed(record_id: RecordId) -> str:
    """The predicate for a changed record of which nothing more can be told, such as one that is gone."""
    table = known_table(record_id)
    return f"changed {f'{_NOUNS[table]} ' if table in _NOUNS else ''}{record_id}"


def _describe_created(board: Board, record: Record) -> str:
    """The predicate for a record that the commit created."""
    match record:
        case Standup():
            minutes = round(sum(record.seconds.values()) / 60)
            return f"held the standup, {len(record.seconds)} spoke, {minutes} min"
        case CheckIn():
            goal = board.goal(record.goal)
            value = format.amount_of(board, goal, record.value)
            value += format.describe_calls(record, goal.measure, board.number_format) if goal else ""
            note = f" · {shorten(record.note)}" if record.note else ""
            before = reports_on(board, goal) if goal else ()
            help_wanted = f" (help wanted: {record.blocker})" if wants_new_help(record, before) else ""
            late = f" for {record.on}" if record.on else ""
            return f"checked in on {format.label_of(board, record.goal)}{late}: {value}{note}{help_wanted}"
        case Goal():
            return f"set {name_of(board, record.owner)} {format.goal_label(record)}"
        case TeamGoal():
            return f"set the team {format.goal_label(record)}"
        case Member():
            name = name_of(board, record.handle) if board.known_as(record.handle) else one_line(record.name)
            return f"brought {name} onto the board"
        case GoalRevision():
            return _describe_revision(board, record)
        case Feedback():
            return f"{_FEEDBACK_VERBS[record.kind]} {name_of(board, record.to)}: {shorten(record.text)}"
        case Review():
            return f"scheduled the review of {name_of(board, record.member)} for {record.on}"
        case _:
            return "set up the team"


def _describe_revision(board: Board, revision: GoalRevision) -> str:
    """The predicate for a revision that the commit created."""
    if makes_goal(revision):
        return goal_changes.describe_new_goal(board, revision)
    if is_notice(revision):
        return goal_changes.describe_notice(board, revision)
    verb = "proposed to revise" if revision.effective is None else "revised"
    is_later = revision.effective and revision.effective > board.day_of(revision.at)
    from_day = f" from {revision.effective} on" if is_later else ""
    about = f"{format.label_of(board, revision.goal)}{from_day} ({REASON_LABELS[revision.reason]}, {revision.id})"
    return f"{verb} {about}: {summarize_revision(board, revision)} · {shorten(revision.why)}"


def _describe_updated(board: Board, record: Record, after: Mapping[str, object]) -> str:
    """The predicate for a record that the commit changed; `after` is the fields it set, with their new values."""
    match record:
        case Feedback():
            return feedback.describe_change(board, record, after)
        case CheckIn() if "helpers" in after:
            return f"offers help with {format.label_of(board, record.goal)}: {shorten(record.blocker)}"
        case GoalRevision():
            return _describe_response(board, record, after)
        case Review():
            return reviews.describe_change(board, record, after)
        case Goal() if "aligned" in after:
            aligned = cast("dict[RecordId, float]", after["aligned"])
            targets = ", ".join(f"{format.label_of(board, i)} {format.percent(share)}" for i, share in aligned.items())
            return f"aligned {format.label_of(board, record.id)} to {targets or 'no team goal'}"
        case TeamGoal() if "serves" in after:
            above = format.label_of(board, cast("RecordId", after["serves"])) if after["serves"] else "no team goal"
            return f"let {format.label_of(board, record.id)} serve {above}"
        case Goal() | TeamGoal():
            return f"changed {format.label_of(board, record.id)}"
        case _:
            return _changed(record.id)


def _describe_settings(board: Board, record: Member | Team, change: Change) -> str:
    """The predicate for a member or the team whose fields a commit changed; a member's name with the one before."""
    name = display_name(board, record) if isinstance(record, Member) else record.name
    # A field that has its default again is not stored.
    after = dict.fromkeys(change.before or {}) | (change.after or {})
    if isinstance(record, Member) and "name" in after and "name" in (change.before or {}):
        after["name"] = f"{(change.before or {})['name']} → {after['name']}"
    told = {field: value for field, value in after.items() if field not in _UNTOLD_FIELDS}
    fields = ", ".join(
        f"{field.replace('_', ' ')}: {_setting_text(value, board.number_format)}" for field, value in told.items()
    )
    return f"changed what the board says of {name}{f' ({fields})' if fields else ''}"


def _describe_absence(board: Board, member: Member, change: Change, by: str | None) -> str:
    """The predicate for days away: `is away from 2026-11-13 to 2026-11-24: parental leave`."""
    before = cast("list[dict[str, str]]", (change.before or {}).get("away", []))
    after = cast("list[dict[str, str]]", (change.after or {}).get("away", []))
    who = "" if member.handle == by else f"{display_name(board, member)} "
    days = ", ".join(_days_away(a) for a in after if a not in before)
    earlier = ", ".join(_days_away(b) for b in before if b not in after)
    if not days:
        return f"took back that {who or 'they '}{'is' if who else 'are'} away {earlier}"
    instead = f", not {earlier}" if earlier else ""
    return f"{'put down that ' if who else ''}{who}is away {days}{instead}"


def _days_away(absence: dict[str, str]) -> str:
    note = absence.get("note")
    return f"from {absence['starts']} to {absence['ends']}{': ' + shorten(note) if note else ''}"


def _describe_response(board: Board, revision: GoalRevision, after: Mapping[str, object]) -> str:
    """The predicate for an answer to a revision, or for its withdrawal."""
    proposed = f"{revision.id} of {name_of(board, revision.by)}"
    goal = format.label_of(board, revision.goal)
    change = f"{goal}: {summarize_revision(board, revision)}"
    match after.get("state"):
        case "agreed":
            return f"agreed to {proposed}: {change}"
        case "declined":
            return f"declined {proposed} ({goal}): {shorten(str(after.get('word', '')))}"
        case "withdrawn":
            return f"withdrew {revision.id}: {change}"
        case _:
            return f"acknowledged {revision.id}: {change}"


def _describe_one_on_one(board: Board, record_id: RecordId, change: Change) -> str:
    """The predicate for a commit on a one-on-one.

    The fields that the commit did not change are taken from today's record: they are equal before and after.
    """
    fields = fields_of(board.get(record_id)) if change.before is not None else {}
    if fields is None:
        return _changed(record_id)
    new_fields = fields | (change.after or {})
    old_fields = fields_before(new_fields, change)
    after = record_of(record_id, new_fields)
    before = record_of(record_id, old_fields) if old_fields is not None else None
    if not isinstance(after, OneOnOne) or not isinstance(before, OneOnOne | None):
        return _changed(record_id)
    return one_on_ones.describe_change(board, before, after)


def _setting_text(value: object, numbers: NumberFormat | None) -> str:
    """The value of a setting or field as text."""
    if isinstance(value, dict):
        return ", ".join(f"{name.replace('_', ' ')} {part}" for name, part in value.items()) or "as they come"
    if value is None:
        return "none"
    if isinstance(value, float):
        return format_number(value, numbers)
    return ", ".join(str(v) for v in value) if isinstance(value, list | tuple) else str(value)
