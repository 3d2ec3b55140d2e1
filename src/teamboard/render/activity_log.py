"""The history in sentences: what each commit did, as one would tell it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import cast

import msgspec

from teamboard.domain.board import Board
from teamboard.domain.history.commit_log import Change, HistoryEntry
from teamboard.domain.history.history import fields_of, history_of, record_of, taken_back
from teamboard.domain.history.merge import VERB as MERGED
from teamboard.domain.records import (
    OUTCOMES,
    CheckIn,
    Feedback,
    FeedbackKind,
    Goal,
    GoalRevision,
    Member,
    OneOnOne,
    Record,
    Review,
    Standup,
    Team,
    TeamGoal,
)
from teamboard.domain.sanitize import one_line
from teamboard.render import facts, format, one_on_ones, reviews, skills
from teamboard.render.format import name_of
from teamboard.render.revisions import REASON_LABELS, summarize_revision

MAX_TEXT_LENGTH = 90
CLOCK_SKEW_DAYS = 2
_FEEDBACK_VERBS: dict[FeedbackKind, str] = {
    "praise": "praised",
    "coaching": "coached",
    "question": "asked",
    "idea": "suggested to",
    "request": "wants feedback from",
}


def describe_commit(board: Board, entry: HistoryEntry) -> str:
    """What a commit did: `Ana Ruiz checked in on G4 ARR Iberia: €812,000 · Acme signed`."""
    who = name_of(board, entry.by) if entry.by else entry.login or "Somebody"
    if entry.made is not None:
        made = f"{entry.made.astimezone(board.zone):%d %b %H:%M}"
        return f"{describe_commit(board, msgspec.structs.replace(entry, made=None))} (in a copy, {made})"
    if entry.verb == MERGED:
        return f"{who} merged a copy of the board"
    if entry.undoes is not None:
        return f"{who} took back revision {entry.undoes}"
    if entry.archive:
        return f"{who} archived what was over of the closed periods"
    team = next((c for i, c in entry.changes.items() if i[0] == "B" and c.before), None)
    if team is not None and "period" in (team.after or {}):
        return one_line(f"{who} {_describe_new_period(team, entry)}")
    if any(i[0] == "E" for i in entry.changes):
        return one_line(f"{who} {facts.describe_change(board, entry)}")
    # What one did is told by what was made; a revision tells what became of its goal.
    told = {i: c for i, c in entry.changes.items() if i[0] == "V"} or entry.changes
    told = {i: c for i, c in told.items() if c.before is None} or told
    what = [_describe_change(board, i, c, entry.by) for i, c in told.items()]
    return one_line(f"{who} {', '.join(what)}")


def concerned_ids(board: Board, entry: HistoryEntry) -> set[str]:
    """The goals that a commit is about."""
    found: set[str] = set()
    for record_id, change in entry.changes.items():
        fields = (change.after or {}) | (change.before or {})
        goal = fields.get("goal")
        found |= {record_id} | ({goal} if isinstance(goal, str) else set())
        record = board.get(record_id)
        if isinstance(record, CheckIn | GoalRevision):
            found.add(record.goal)
    return found


def concerned_members(board: Board, entry: HistoryEntry) -> set[str]:
    """The members that a commit is by or about."""
    found = {entry.by} if entry.by else set()
    for record_id in concerned_ids(board, entry):
        record = board.get(record_id)
        for name in ("handle", "owner", "to", "giver", "member"):
            handle = getattr(record, name, None)
            if isinstance(handle, str):
                found.add(handle)
    return found


def matching_commits(
    board: Board, *, since: date | None = None, member: str | None = None, goal: str | None = None
) -> Iterator[tuple[int, HistoryEntry]]:
    """The commits, newest first: since a day, by or about a member, about a goal."""
    for number, entry in history_of(board).newest_first():
        if since is not None and (early := (since - board.day_of(entry.at)).days) > 0:
            if early > CLOCK_SKEW_DAYS:
                # What is older still need not be read.
                return
            continue
        if member is not None and member not in concerned_members(board, entry):
            continue
        if goal is not None and goal not in concerned_ids(board, entry):
            continue
        yield number, entry


def _describe_change(board: Board, record_id: str, change: Change, by: str | None) -> str:
    """What became of one record, by a member's doing."""
    if record_id[:1] == "O" and change.after is not None:
        return _describe_one_on_one(board, record_id, change)
    if change.before is None and change.after is not None:
        return _describe_created(board, record_of(record_id, change.after))
    record = board.get(record_id)
    if isinstance(record, Member) and "key" in (change.after or {}):
        return f"{'renewed' if (change.before or {}).get('key') else 'made'} their key"
    grown = skills.describe_change(change) if isinstance(record, Member) else ""
    if grown and isinstance(record, Member):
        return grown if record.handle == by else f"{grown} ({record.name})"
    return _describe_updated(board, record, change.after or {}) if record else f"changed {record_id}"


def _describe_created(board: Board, record: Record) -> str:
    match record:
        case Standup():
            minutes = round(sum(record.seconds.values()) / 60)
            return f"held the standup, {len(record.seconds)} spoke, {minutes} min"
        case CheckIn():
            goal = board.goal(record.goal)
            value = format.amount(record.value, goal.measure) if goal else format.number(record.value)
            note = f" · {_shorten(record.note)}" if record.note else ""
            wanted = f" (help wanted: {record.blocker})" if record.blocker else ""
            return f"checked in on {_goal_label(board, record.goal)}: {value}{note}{wanted}"
        case Goal():
            return f"set {name_of(board, record.owner)} {record.id} {record.title}"
        case TeamGoal():
            return f"set the team {record.id} {record.title}"
        case Member():
            return f"brought {record.name} onto the board"
        case GoalRevision():
            did = "proposed to revise" if record.effective is None else "revised"
            later = (
                f" from {record.effective} on"
                if record.effective and record.effective > board.day_of(record.at)
                else ""
            )
            what = f"{summarize_revision(board, record)} · {_shorten(record.why)}"
            return (
                f"{did} {_goal_label(board, record.goal)}{later} ({REASON_LABELS[record.reason]}, {record.id}): {what}"
            )
        case Feedback():
            return f"{_FEEDBACK_VERBS[record.kind]} {name_of(board, record.to)}: {_shorten(record.text)}"
        case Review():
            return f"scheduled the review of {name_of(board, record.member)} for {record.on}"
        case _:
            return "set up the team"


def _describe_updated(board: Board, record: Record, after: Mapping[str, object]) -> str:
    """What was changed of a record, told by the fields that a commit gave it."""
    match record:
        case Feedback():
            return _describe_feedback(board, record, after)
        case CheckIn() if "helpers" in after:
            return f"offers help with {_goal_label(board, record.goal)}: {_shorten(record.blocker)}"
        case GoalRevision():
            whose = f"{record.id} of {name_of(board, record.by)}"
            about = f"{_goal_label(board, record.goal)}: {summarize_revision(board, record)}"
            match after.get("state"):
                case "agreed":
                    return f"agreed to {whose}: {about}"
                case "declined":
                    return (
                        f"declined {whose} ({_goal_label(board, record.goal)}): {_shorten(str(after.get('word', '')))}"
                    )
                case "withdrawn":
                    return f"withdrew {record.id}: {about}"
                case _:
                    return f"acknowledged {record.id}: {about}"
        case Review():
            return reviews.describe_change(board, record, after)
        case Goal() if "aligned" in after:
            aligned = cast("dict[str, float]", after["aligned"])
            to = ", ".join(f"{_goal_label(board, i)} {format.percent(share)}" for i, share in aligned.items())
            return f"aligned {_goal_label(board, record.id)} to {to or 'no team goal'}"
        case Goal() | TeamGoal():
            return f"changed {_goal_label(board, record.id)}"
        case Member() | Team():
            what = ", ".join(f"{name.replace('_', ' ')}: {_setting_text(value)}" for name, value in after.items())
            return f"changed what the board says of {record.name} ({what})"
        case _:
            return f"changed {record.id}"


def _describe_one_on_one(board: Board, record_id: str, change: Change) -> str:
    """What a commit did to a one-on-one; of what it did not touch, how that is now makes no difference."""
    known = fields_of(board.get(record_id)) if change.before is not None else {}
    if known is None:
        return f"changed {record_id}"
    whole = known | (change.after or {})
    was = taken_back(whole, change)
    after, before = record_of(record_id, whole), record_of(record_id, was) if was is not None else None
    if not isinstance(after, OneOnOne) or not isinstance(before, OneOnOne | None):
        return f"changed {record_id}"
    return one_on_ones.describe_change(board, before, after)


def _describe_feedback(board: Board, feedback: Feedback, after: Mapping[str, object]) -> str:
    """What a commit did in the thread of a feedback."""
    whose = f"{feedback.id} of {name_of(board, feedback.giver)}"
    replies = cast("list[dict[str, str]]", after.get("replies", []))
    said = f": {_shorten(replies[-1]['text'])}" if replies else ""
    match after.get("state"):
        case "resolved":
            return f"answered {whose}{said}" if feedback.kind == "request" and said else f"resolved {whose}"
        case "acknowledged":
            return f"acknowledged {whose}"
        case "declined":
            return f"declined {whose}{said}"
        case None if said:
            return f"replied to {whose}{said}"
        case _:
            return f"reopened {whose}"


def _describe_new_period(team: Change, entry: HistoryEntry) -> str:
    """The turn of a period: what began, and what became of the goals."""
    period = (team.after or {}).get("period")
    name = period.get("name", "") if isinstance(period, dict) else ""
    changed = [c for i, c in entry.changes.items() if i[0] in "TG"]
    outcomes = [str((c.after or {}).get("outcome")) for c in changed if c.before is not None]
    counts: dict[str, int] = {outcome: outcomes.count(outcome) for outcome in OUTCOMES}
    counts |= {"carried": sum("due" in (c.after or {}) for c in changed if c.before is not None)}
    counts |= {"begun afresh": sum(c.before is None for c in changed)}
    told = ", ".join(f"{count} {what}" for what, count in counts.items() if count)
    return f"began {name}: {told or 'no goal was open'}"


def _setting_text(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name.replace('_', ' ')} {part}" for name, part in value.items()) or "as they come"
    return ", ".join(str(v) for v in value) if isinstance(value, list | tuple) else str(value)


def _goal_label(board: Board, goal_id: str) -> str:
    goal = board.goal(goal_id)
    return f"{goal_id} {goal.title}" if goal else goal_id


def _shorten(text: str) -> str:
    text = one_line(text)
    return text if len(text) <= MAX_TEXT_LENGTH else text[: MAX_TEXT_LENGTH - 1] + "…"
