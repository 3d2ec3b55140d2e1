"""Revisions as lines: the fields that change, the impact on progress, and the timeline of a goal's revisions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from teamboard.domain.amounts import NumberFormat, format_number
from teamboard.domain.board import AnyGoal, Board
from teamboard.domain.board_on_day import BoardOnDay, RevisionImpact
from teamboard.domain.goals.assigned import assigned_of
from teamboard.domain.goals.closing import renewed_from
from teamboard.domain.goals.revisions import (
    asked_to_answer,
    effective,
    is_notice,
    last_agreed,
    makes_goal,
    renewed_together,
    terms_on,
    unacknowledged,
    with_fields,
)
from teamboard.domain.handles import display_name
from teamboard.domain.ids import RecordId
from teamboard.domain.records import (
    Activity,
    DoneOrNot,
    GoalRevision,
    Metric,
    Milestones,
    Reason,
    RevisionState,
    TeamGoal,
)
from teamboard.domain.sanitize import one_line
from teamboard.domain.short_texts import name_some
from teamboard.render import format
from teamboard.render.format import name_of
from teamboard.render.line_layout import Line, Span, SpanStyle, fit, wrapped

REASON_LABELS: dict[Reason, str] = {
    "new-strategy": "new strategy",
    "new-product": "new product",
    "new-competitor": "new competitor",
    "market": "market",
    "territory": "territory or role",
    "capacity": "capacity",
    "correction": "correction",
    "new-goal": "new goal",
    "renewed": "renewed",
    "handed-over": "handed over",
    "closed": "closed",
    "reopened": "reopened",
}
"""The label of each reason on screen."""

_OUTCOME_WORDS = {"dropped": "drop it"}
LABEL_CELLS = 12
MOST_TOGETHER = 6
"""How many of the goals that were renewed together are named in one line."""
FieldChange = tuple[str, str, str]
"""A field of a goal: its label, its value as it is, and as it would be; as it is, "" in a goal that was not there."""


def describe_fields(goal: AnyGoal, numbers: NumberFormat | None) -> dict[str, str]:
    """The fields of a goal that can be revised, formatted, by label."""
    measure = goal.measure
    fields = {"title": one_line(goal.title)}
    if isinstance(measure, Metric):
        fields["start"] = format.amount(measure.start, measure, numbers)
        fields["target"] = format.amount(measure.target, measure, numbers)
    if isinstance(measure, Activity):
        fields["per week"] = format.amount(measure.per_week, measure, numbers)
    if isinstance(measure, Milestones):
        fields["milestones"] = ", ".join(
            one_line(m.name) + (f" ×{format_number(m.weight, numbers)}" if m.weight != 1 else "")
            for m in measure.milestones
        )
    fields["due"] = str(goal.due)
    fields["goal"] = goal.outcome or "goes on"
    return fields


def compare_goals(
    before: AnyGoal, after: AnyGoal, numbers: NumberFormat | None, *, include_equal: bool = False
) -> list[FieldChange]:
    """The fields that differ between two versions of a goal; with `include_equal`, the equal ones too.

    For a closed goal only its outcome, unless `include_equal`, or what was reached stays of one that was handed over.
    """
    was, would_be = describe_fields(before, numbers), describe_fields(after, numbers)
    if before.owner != after.owner:
        was, would_be = {"owner": one_line(before.owner)} | was, {"owner": one_line(after.owner)} | would_be
    # Nothing else closes a goal and changes it: what was reached stays, and the rest goes to somebody else.
    is_split = after.outcome == "achieved" and (before.measure, before.due) != (after.measure, after.due)
    if is_split:
        would_be["goal"] = "handed over"
    if after.outcome and not include_equal and not is_split:
        return [("goal", was["goal"], would_be["goal"])]
    same = {"goal"} if before.outcome == after.outcome else set()
    return [
        (label, was.get(label, "—"), would_be.get(label, "—"))
        for label in dict.fromkeys([*was, *would_be])
        if label not in same and (include_equal or was.get(label) != would_be.get(label))
    ]


def changes_of_revision(board: Board, revision: GoalRevision) -> list[FieldChange]:
    """The fields that a revision changes; empty if its goal is not on the board."""
    goal = board.goal(revision.goal)
    if goal is None:
        return []
    if makes_goal(revision):
        fields = describe_fields(_first_terms(goal, revision), board.number_format)
        fields |= {i: f"{fields[i]} (was {was})" for i, was in _targets_before(board, goal, revision).items()}
        return [(label, "", value) for label, value in fields.items()][:-1]
    # Clear a later outcome of the goal: only an outcome that this revision itself sets may show as a change.
    goal = with_fields(goal, {"outcome": None, "closed": None})
    return compare_goals(with_fields(goal, revision.before), with_fields(goal, revision.after), board.number_format)


def _targets_before(board: Board, goal: AnyGoal, revision: GoalRevision) -> dict[str, str]:
    """The target, or the number per week, of the goal that one was renewed from, by label; empty if it is the same."""
    before = renewed_from(board, goal) if revision.reason == "renewed" else None
    if before is None:
        return {}
    was, now = (describe_fields(g, board.number_format) for g in (before, _first_terms(goal, revision)))
    return {label: was[label] for label in ("target", "per week") if label in was and was[label] != now.get(label)}


def _first_terms(goal: AnyGoal, revision: GoalRevision) -> AnyGoal:
    """A goal as the revision that made it says."""
    return with_fields(goal, {"outcome": None, "closed": None} | revision.after)


def summarize_revision(board: Board, revision: GoalRevision) -> str:
    """What a revision changes, in one line: `target €900,000 → €720,000`."""
    return summarize_changes(changes_of_revision(board, revision))


def summarize_together(board: Board, revision: GoalRevision) -> str:
    """What a revision changes, in one line, with its goal; of goals that were renewed together all of them.

    `G12 ARR Iberia: target €900,000 → €720,000`, `3 goals renewed: G41 target €1,320,000, G42 10 calls a week, G43`.
    """
    together = renewed_together(board, revision)
    if len(together) == 1:
        return f"{format.label_of(board, revision.goal)}: {summarize_revision(board, revision)}"
    goals = [f"{v.goal} {_asked_by(board, v)}".rstrip() for v in together]
    return f"{len(goals)} goals renewed: {name_some(goals, MOST_TOGETHER)}"


def together_lines(board: Board, together: Sequence[GoalRevision], width: int) -> Iterator[Line]:
    """A line for each goal that was renewed with others: `G42  ARR Iberia   target €1,320,000   due 2027-03-31`.

    Where it has another target than before, that takes the place of the day.
    """
    for revision in together:
        goal = board.goal(revision.goal)
        title, due = (goal.title, f"due {_first_terms(goal, revision).due}") if goal else ("", "")
        was = next((f"was {text}" for text in _targets_before(board, goal, revision).values()), "") if goal else ""
        asked = _asked_by(board, revision)
        yield (
            (f" {fit(revision.goal, 6)}", "accent"),
            (f"{fit(title, max(width - 50, 12))}  ", "text"),
            (f"{fit(asked, 24)}  ", "strong"),
            (was or due, "dim"),
        )


def _asked_by(board: Board, revision: GoalRevision) -> str:
    """What a goal that was renewed asks: `target €1,320,000`, `10 calls a week`; "" for done or not."""
    goal = board.goal(revision.goal)
    measure = _first_terms(goal, revision).measure if goal else DoneOrNot()
    if isinstance(measure, Metric):
        return f"target {format.amount(measure.target, measure, board.number_format)}"
    return "" if isinstance(measure, DoneOrNot) else format.describe_measure(measure, board.number_format)


def summarize_changes(changes: list[FieldChange]) -> str:
    """Changed fields in one line: `target €900,000 → €720,000`; a new title only where nothing else changes."""
    if len(changes) > 1:
        changes = [field for field in changes if field[0] != "title"]
    return ", ".join(
        _OUTCOME_WORDS.get(now, now) if label == "goal" else f"{label} {was} → {now}" if was else f"{label} {now}"
        for label, was, now in changes
    )


def describe_assigned(board: Board, before: AnyGoal, after: AnyGoal) -> list[FieldChange]:
    """What is assigned of a team goal that is a sum, of all there is to gain, before and after a revision of it."""
    texts: list[str] = []
    for goal in (before, after):
        found = assigned_of(board.with_changes({goal.id: goal}), goal) if isinstance(goal, TeamGoal) else None
        if found is None:
            return []
        assigned, whole, rest = (
            format.amount_on_axis(value, goal.measure, board.number_format)
            for value in (found.assigned, found.assigned + found.unassigned, abs(found.unassigned))
        )
        left = f", {rest} {'to nobody' if found.unassigned > 0 else 'more than the target'}" if found.differs else ""
        texts.append(f"{assigned} of {whole}{left}")
    was, now = texts
    return [("assigned", was, now)] if was != now and not after.outcome else []


def describe_impact(impact: RevisionImpact) -> list[FieldChange]:
    """The effect of a revision on progress, pace, status, and the progress of team goals, now and after it."""
    now, then = impact.now, impact.then
    if then is None:
        return [("status", format.status_word(now), "dropped")]
    return [
        ("progress", format.percent(now.progress), format.percent(then.progress)),
        ("pace", format.percent(now.pace), format.percent(then.pace)),
        ("status", format.status_word(now), format.status_word(then)),
        *(
            (f"{team_goal.id} progress", format.percent(was), format.percent(would_be))
            for team_goal, was, would_be in impact.team
            if format.percent(was) != format.percent(would_be)
        ),
    ]


def side_by_side_lines(rows: list[FieldChange], width: int, *, second: str = "proposed") -> Iterator[Line]:
    """Fields in two columns, now and `second`; values that differ are emphasised."""
    cells = max((width - LABEL_CELLS - 2) // 2, 8)
    yield ((" " * (LABEL_CELLS + 1), ""), (fit("now", cells + 1), "dim"), (second, "accent"))
    for label, was, would_be in rows:
        left, right = wrapped(was, cells - 1), wrapped(would_be, cells)
        for i in range(max(len(left), len(right))):
            yield (
                (" " + fit(label if i == 0 else "", LABEL_CELLS), "dim"),
                (fit(left[i] if i < len(left) else "", cells + 1), "text" if was == would_be else "dim"),
                (right[i] if i < len(right) else "", "text" if was == would_be else "strong"),
            )


def term_lines(rows: list[FieldChange], width: int) -> Iterator[Line]:
    """The terms of a goal that was not there before."""
    for label, _, text in rows:
        for i, piece in enumerate(wrapped(text, max(width - LABEL_CELLS - 2, 16))):
            yield ((" " + fit(label if i == 0 else "", LABEL_CELLS), "dim"), (piece, "strong"))


def reason_of(revision: GoalRevision) -> str:
    """The label of a revision's reason; of one that closes what stays of a goal that was split, `handed over`."""
    # Nothing else closes a goal and changes it.
    is_split = revision.reason == "closed" and not {"measure", "due"}.isdisjoint(revision.after)
    return REASON_LABELS["handed-over" if is_split else revision.reason]


def describe_state(board: Board, revision: GoalRevision) -> str:
    """The state of a revision with names: `proposed by Ben Okafor; Mara Lind has not answered yet`."""
    proposer = name_of(board, revision.by)
    answerer = name_of(board, revision.answered_by) if revision.answered_by else ""
    if revision.state == "proposed":
        asked = asked_to_answer(board, revision)
        pending = f"; {display_name(board, asked)} has not answered yet" if asked else ""
        return f"{proposer} proposes a goal{pending}" if makes_goal(revision) else f"proposed by {proposer}{pending}"
    if revision.state == "declined":
        return f"proposed by {proposer}, declined by {answerer}"
    if revision.state == "withdrawn":
        return f"proposed and withdrawn by {proposer}"
    if answerer:
        return f"proposed by {proposer}, agreed by {answerer}"
    done = "set" if makes_goal(revision) else "revised"
    if is_notice(revision) and revision.reason != "new-goal":
        done = reason_of(revision)
    waiting = _owner_to_acknowledge(board, revision)
    return f"{done} by {proposer}{f'; {waiting} has not acknowledged it yet' if waiting else ''}"


def _owner_to_acknowledge(board: Board, revision: GoalRevision) -> str:
    """The name of the owner who has yet to acknowledge a notice; "" if nobody has to, or for another revision."""
    if not is_notice(revision) or last_agreed(board, revision.goal) != revision:
        return ""
    return ", ".join(name_of(board, handle) for handle in unacknowledged(board, revision.goal))


def describe_asked(board: Board, *goal_ids: RecordId) -> str:
    """Who is asked to acknowledge what was done with goals: `Ana Ruiz and Ben Okafor are asked`; "" if nobody is."""
    handles = dict.fromkeys(handle for goal_id in goal_ids for handle in unacknowledged(board, goal_id))
    names = " and ".join(name_of(board, handle) for handle in handles)
    return f"{names} {'are' if len(handles) > 1 else 'is'} asked" if names else ""


STATE_SIGNS: dict[RevisionState, Span] = {
    "proposed": ("⟳", "warn"),
    "agreed": ("●", "accent"),
    "declined": ("✗", "dim"),
    "withdrawn": ("–", "dim"),
}
"""The sign of each state of a revision on the timeline, and its style."""


def timeline_lines(shown: BoardOnDay, goal: AnyGoal, width: int) -> Iterator[Line]:
    """A goal's revisions, newest first, down to its first terms; nothing if it was never revised."""
    board = shown.board
    revisions = board.revisions_of(goal.id)
    if not revisions:
        return
    room = max(width - 4, 16)
    for revision in reversed(revisions):
        sign, style = STATE_SIGNS[revision.state]
        effective_day = effective(board, revision)
        day = effective_day if revision.state == "agreed" else board.day_of(revision.answered_at or revision.at)
        yield (
            (f" {sign} ", style),
            (f"{day:%d %b %Y}  ", "dim"),
            (revision.id, "accent"),
            (f"  {reason_of(revision)}", "dim"),
            ("  to come" if revision.state == "agreed" and effective_day > shown.day else "", "warn"),
        )
        yield from _indented_lines(
            summarize_revision(board, revision), "strong" if revision.state in ("proposed", "agreed") else "dim", room
        )
        yield from _indented_lines(describe_state(board, revision), "dim", room)
        if revision.why:
            yield from _indented_lines(revision.why, "text", room)
        if revision.word:
            yield from _indented_lines(f"{name_of(board, revision.answered_by or '')}: {revision.word}", "text", room)
        if makes_goal(revision):
            return
        yield (((" │", "track"),))
    first_terms = terms_on(board, goal, date.min)
    first_values = ", ".join(
        f"{label} {text}"
        for label, text in describe_fields(first_terms, board.number_format).items()
        if label in ("target", "per week", "milestones", "due")
    )
    yield ((" ○ ", "dim"), (f"{first_terms.starts:%d %b %Y}  ", "dim"), ("as it was set", "dim"))
    for piece in wrapped(first_values, room):
        yield (("   ", ""), (piece, "dim"))


def _indented_lines(text: str, style: SpanStyle, room: int) -> Iterator[Line]:
    """A text wrapped below its revision, beside the line of the timeline."""
    for piece in wrapped(text, room):
        yield ((" │ ", "track"), (piece, style))


def names_to_acknowledge(board: Board, goal: AnyGoal) -> str:
    """The names of those who have yet to acknowledge the last revision of a team goal; empty if nobody has to."""
    return ", ".join(name_of(board, handle) for handle in unacknowledged(board, goal.id))
