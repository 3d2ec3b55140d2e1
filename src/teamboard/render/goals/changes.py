"""Goals that are set, changed or removed, and check-ins that are corrected: the words of the log."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import msgspec

from teamboard.domain.amounts import format_number, plural
from teamboard.domain.board import AnyGoal, Board, Changes
from teamboard.domain.commit_log import Change, HistoryEntry, HistoryUnavailable
from teamboard.domain.goals.progress import progress
from teamboard.domain.goals.revisions import in_effect
from teamboard.domain.history.log import history_of
from teamboard.domain.history.time_travel import as_of
from teamboard.domain.ids import RecordId, known_table
from teamboard.domain.records import OUTCOMES, CheckIn, EarlierPeriod, Goal, GoalRevision, Period, TeamGoal
from teamboard.domain.sanitize import one_line
from teamboard.domain.short_texts import name_some
from teamboard.render import format
from teamboard.render.revisions import REASON_LABELS, reason_of, summarize_revision

GOAL_TABLES = ("goals", "team_goals")
MOST_NAMED = 5
EDITED_FIELDS = {"title", "why", "weight", "measure", "drives"}
"""The fields that change when a goal is edited."""


def describe_change(board: Board, record_id: RecordId, change: Change) -> str:
    """The predicate for a goal that was edited or removed, or a check-in that was corrected; "" for another change."""
    record = board.get(record_id)
    if change.before is None:
        return ""
    if change.after is None:
        return describe_removal(board, record_id, change.before) if known_table(record_id) in GOAL_TABLES else ""
    if isinstance(record, CheckIn) and "corrected_at" in change.after:
        return describe_correction(board, record, change)
    is_edit = {*change.before, *change.after} <= EDITED_FIELDS
    return describe_edit(board, record, change) if isinstance(record, Goal | TeamGoal) and is_edit else ""


def describe_edit(board: Board, goal: AnyGoal, change: Change) -> str:
    """The predicate for an edited goal: `changed G12 ARR Iberia: weight 1 → 2`."""
    before, after = (_edited_fields(board, fields or {}) for fields in (change.before, change.after))
    if "drives" in before:
        # Nothing is stored for a goal that drives nothing.
        after = {"drives": "", **after}
    parts = [f"{name} {before.get(name) or '—'} → {text or '—'}" for name, text in after.items()]
    if "why" in (change.after or {}) or "why" in (change.before or {}):
        parts.append("its note")
    what = f": {', '.join(parts)}" if parts else ""
    return f"changed {format.goal_label(goal)}{what}"


def describe_notice(board: Board, revision: GoalRevision) -> str:
    """The predicate for a goal that was closed or opened again: `closed G12 ARR Iberia as missed · no budget`."""
    label = format.label_of(board, revision.goal)
    why = f" · {one_line(revision.why)}" if revision.why else ""
    if revision.reason == "reopened":
        return f"reopened {label}{why}"
    if revision.reason == "handed-over":
        return f"handed over {label} to {format.name_of(board, str(revision.after.get('owner', '')))}{why}"
    if reason_of(revision) != REASON_LABELS["closed"]:
        return f"handed over what is left of {label}{why}"
    return f"closed {label} as {revision.after.get('outcome')}{why}"


def describe_handed_over(board: Board, entry: HistoryEntry) -> str:
    """The predicate for a goal of which the rest was handed over; "" for another commit."""
    for record_id, change in entry.changes.items():
        after = change.after or {}
        if change.before is None and "continues" in after:
            new = ((i, c.after or {}) for i, c in entry.changes.items() if c.before is None)
            told = next((fields for i, fields in new if known_table(i) == "revisions"), {})
            why = f" · {one_line(str(told['why']))}" if told.get("why") else ""
            whose = format.name_of(board, str(after.get("owner", "")))
            rest = f"the rest of {after['continues']} {one_line(str(after.get('title', '')))}"
            return f"handed over {rest} to {whose} as {record_id}{why}"
    return ""


def added_goals(entry: HistoryEntry) -> dict[RecordId, Change]:
    """The goals and team goals that a commit set, as they were then: what was undone is not on the board any more."""
    changes = entry.changes if entry.verb in ("add a goal", "add a team goal") else {}
    return {i: c for i, c in changes.items() if c.before is None and known_table(i) in GOAL_TABLES}


def removed_goals(entry: HistoryEntry) -> dict[RecordId, Change]:
    """The goals and team goals that a commit removed; the revisions that made them go with them."""
    return {i: c for i, c in entry.changes.items() if c.after is None and known_table(i) in GOAL_TABLES}


def describe_removal(board: Board, goal_id: RecordId, fields: Mapping[str, Any]) -> str:
    """The predicate for a goal that was removed: `removed G12 ARR Iberia of Ana Ruiz`."""
    title, owner = one_line(str(fields.get("title", ""))), str(fields.get("owner", ""))
    whose = f" of {format.name_of(board, owner)}" if known_table(goal_id) == "goals" else ""
    return f"removed {goal_id} {title}{whose}"


def _edited_fields(board: Board, fields: Mapping[str, Any]) -> dict[str, str]:
    """Title, weight, unit and what it drives of a goal's changed fields as texts, by name."""
    found: dict[str, str] = {}
    if "title" in fields:
        found["title"] = one_line(fields["title"])
    if "weight" in fields:
        found["weight"] = format_number(fields["weight"], board.number_format)
    if "measure" in fields:
        found["unit"] = one_line(fields["measure"].get("unit", ""))
    if "drives" in fields:
        found["drives"] = fields["drives"] or ""
    return found


def describe_correction(board: Board, checkin: CheckIn, change: Change) -> str:
    """The predicate for a corrected check-in: `corrected C12 of 3 Nov on G4 ARR: €41,000 instead of €14,000`."""
    goal = board.goal(checkin.goal)
    before: Mapping[str, Any] = change.before or {}
    after: Mapping[str, Any] = change.after or {}
    parts = []
    if "value" in after:
        was, now = (format.amount_of(board, goal, fields["value"]) for fields in (before, after))
        parts.append(f"{now} instead of {was}")
    for field, name in (("call", "call"), ("best", "best case")):
        if after.get(field) is not None and goal:
            parts.append(f"{name} {format.amount(after[field], goal.measure, board.number_format)}")
    if "note" in after:
        parts.append(f"note {one_line(after['note']) or '—'}")
    label = format.label_of(board, checkin.goal)
    what = f": {', '.join(parts)}" if parts else ""
    return f"corrected {checkin.id} of {board.checkin_day(checkin):%d %b} on {label}{what}"


def describe_goals_for_many(board: Board, entry: HistoryEntry) -> str:
    """The predicate for one goal for several members: `set Ten demos for Ana Ruiz (G41) and Ben Okafor (G42)`.

    Of more than MOST_NAMED the first and the last id are told; "" for any other commit.
    """
    changes = entry.changes.items()
    made = [(i, c.after) for i, c in changes if known_table(i) == "goals" and c.before is None and c.after]
    if entry.verb != "add a goal" or len(made) < 2:
        return ""
    title = str(made[0][1].get("title", ""))
    if len(made) > MOST_NAMED:
        return f"set {title} for {plural(len(made), 'member')} ({made[0][0]} to {made[-1][0]})"
    names = [f"{format.name_of(board, str(fields.get('owner', '')))} ({i})" for i, fields in made]
    return f"set {title} for {', '.join(names[:-1])} and {names[-1]}"


def describe_period(board: Board, team: Change, entry: HistoryEntry, about: Collection[RecordId]) -> str:
    """The predicate for a commit that began a period, or corrected the one that runs."""
    if "earlier" in (team.after or {}):
        return describe_new_period(board, team, entry, about)
    return describe_corrected_period(board, team, entry)


def describe_new_period(board: Board, team: Change, entry: HistoryEntry, about: Collection[RecordId]) -> str:
    """The predicate for a commit that began a period: its name, how many goals had which outcome, and what was reached.

    Of more than MOST_NAMED the first ones are told: those that the sentence is `about`, then team goals.
    """
    period = (team.after or {}).get("period")
    name = period.get("name", "") if isinstance(period, dict) else ""
    changes = [c for i, c in entry.changes.items() if known_table(i) in GOAL_TABLES]
    outcomes = [str((c.after or {}).get("outcome")) for c in changes if c.before is not None]
    counts: dict[str, int] = {outcome: outcomes.count(outcome) for outcome in OUTCOMES}
    counts |= {"carried": sum("due" in (c.after or {}) for c in changes if c.before is not None)}
    counts |= {"begun afresh": sum(c.before is None for c in changes)}
    summary = ", ".join(f"{count} {outcome_label}" for outcome_label, count in counts.items() if count)
    closed = [i for i, c in entry.changes.items() if c.before is not None and _is_at_end(c)]
    closed.sort(key=lambda goal_id: goal_id not in about)
    before = _as_closed(board, team, entry)
    reached = [text for goal_id in closed if (text := _describe_end(before, goal_id))]
    more = [f"and {len(reached) - MOST_NAMED} more"] if len(reached) > MOST_NAMED else []
    ends = f" · {', '.join([*reached[:MOST_NAMED], *more])}" if reached else ""
    return f"began {name}: {summary or 'no goal was open'}{ends}"


def describe_corrected_period(board: Board, team: Change, entry: HistoryEntry) -> str:
    """The predicate for a period with other days: its name and days, the goals that follow, and those that don't."""
    after = team.after or {}
    period = msgspec.convert(after["period"], Period)
    moved = [i for i in entry.changes if known_table(i) in GOAL_TABLES]
    own = [g.id for g in board.open_goals if g.id not in moved and g.due != period.ends]
    parts = [f"set the period to {period.name}, {period.starts} to {period.ends}"]
    if moved:
        parts.append(f"{plural(len(moved), 'goal')} with its days {'follows' if len(moved) == 1 else 'follow'}")
        keep = "keeps its own" if len(own) == 1 else "keep their own"
        parts += [f"{name_some(own, MOST_NAMED)} {keep}"] if own else []
    if "periods" in after:
        parts.append(f"then {after['periods'] or 'as long as that'}")
    return "; ".join(parts)


def _as_closed(board: Board, team: Change, entry: HistoryEntry) -> Board:
    """The board as it was when a commit closed a period: what is written later does not change what was reached.

    Where the history can't be read it is the board of now, with what the commit closed aligned as it was.
    """
    try:
        earlier = msgspec.convert((team.after or {})["earlier"], tuple[EarlierPeriod, ...])[-1]
        known = history_of(board).get(earlier.revision)
        if known is not None and (known.at, known.verb) == (entry.at, entry.verb):
            return in_effect(as_of(board, earlier.revision - 1), earlier.ends)
    except (HistoryUnavailable, msgspec.ValidationError, LookupError):
        pass
    return _aligned_as_before(board, entry)


def _aligned_as_before(board: Board, entry: HistoryEntry) -> Board:
    """The board with what a commit realigned as it was before: what is carried counted in a closed team goal."""
    changes: Changes = {}
    for goal_id, change in entry.changes.items():
        goal, fields = board.goal(goal_id), change.before or {}
        if isinstance(goal, Goal) and "aligned" in fields:
            changes[goal_id] = msgspec.structs.replace(goal, aligned=fields["aligned"])
        elif isinstance(goal, TeamGoal) and "serves" in fields:
            changes[goal_id] = msgspec.structs.replace(goal, serves=fields["serves"])
    return board.with_changes(changes) if changes else board


def _is_at_end(change: Change) -> bool:
    return (change.after or {}).get("outcome") in ("achieved", "missed")


def _describe_end(board: Board, goal_id: RecordId) -> str:
    """Where a goal stood when it was closed: `G12 ARR Iberia 94 % (€376k of €400k)`."""
    goal = board.goal(goal_id)
    if goal is None:
        return ""
    reached = progress(board, goal)
    value = format.describe_reached(board, goal, reached)
    return f"{format.goal_label(goal)} {format.percent(reached)}{f' ({value})' if value else ''}"


def describe_acknowledged(board: Board, entry: HistoryEntry) -> str:
    """The predicate for an answer to several goals that were renewed together; "" for another commit."""
    if entry.verb != "acknowledge a revision" or len(entry.changes) < 2:
        return ""
    goals = (r.goal if isinstance(r := board.get(i), GoalRevision) else i for i in entry.changes)
    return f"acknowledged the goals renewed for them: {', '.join(goals)}"


def describe_new_goal(board: Board, revision: GoalRevision) -> str:
    """The predicate for the revision that made a goal: somebody has set it for somebody else, or proposes it."""
    title = f"{revision.goal} {revision.after.get('title', '')}"
    if revision.effective is None:
        return f"proposed {title} ({revision.id}): {summarize_revision(board, revision)}"
    goal = board.goal(revision.goal)
    owner = f"{format.name_of(board, goal.owner)} " if isinstance(goal, Goal) else ""
    return f"set {'the team ' if known_table(revision.goal) == 'team_goals' else owner}{title}"
