"""What becomes of a goal, as commands and forms say it: it is added, handed over, closed."""

from __future__ import annotations

from datetime import date

import msgspec

from teamboard.domain.amounts import plural
from teamboard.domain.board import AnyGoal, Board
from teamboard.domain.goals.closing import still_serving
from teamboard.domain.goals.handing_over import HandOver
from teamboard.domain.goals.progress import progress
from teamboard.domain.goals.revisions import asked_to_answer, open_proposal
from teamboard.domain.goals.title_amounts import amounts_in_title, title_without_amounts
from teamboard.domain.handles import display_name
from teamboard.domain.people import absences_of
from teamboard.domain.records import DoneOrNot, Goal, Measure, Metric, TeamGoal
from teamboard.domain.sanitize import one_line, shell_command
from teamboard.render import format


def describe_added(board: Board, goal: AnyGoal, *others: AnyGoal) -> str:
    """What became of a new goal: `G41 Calls is set for Ana Ruiz`, or whom it is proposed to; of several, their ids."""
    if others:
        made = (goal, *others)
        ids = ", ".join(f"{g.id} {g.owner}" for g in made)
        return f"{one_line(goal.title)} is set for {plural(len(made), 'member')}: {ids}"
    proposal = open_proposal(board, goal.id) if board.is_proposed(goal.id) else None
    if proposal is None:
        owner = "the team" if isinstance(goal, TeamGoal) else format.name_of(board, goal.owner)
        return f"{format.goal_label(goal)} is set for {owner}"
    asked = asked_to_answer(board, proposal)
    return f"{format.goal_label(goal)} is proposed to {display_name(board, asked) if asked else 'nobody'}"


def describe_title_amounts(goal: AnyGoal, measure: Measure | None = None) -> str:
    """What a goal's title says of its target, or of that of another `measure`: `€400k and 5 %`; "" for nothing."""
    return " and ".join(amounts_in_title(goal.title, measure or goal.measure))


def title_warning(*goals: AnyGoal, before: Measure | None = None) -> str:
    """One line on an amount in a goal's title, and of one goal the command that takes it out; "" if it has none.

    `before` is the measure that a revision has replaced: the amount is that of the old target.
    """
    goal = goals[0]
    amounts = describe_title_amounts(goal, before)
    if not amounts:
        return ""
    title = title_without_amounts(goal.title, before or goal.measure) if len(goals) == 1 else ""
    how = f": {shell_command('goal', 'edit', goal.id, '--title', title)} takes it out" if title else ""
    if before is not None:
        return f"The title still says {amounts}{how}."
    return f"The title says {amounts}, which a revision makes wrong; the target stands on the line already{how}."


def describe_hand_over(board: Board, planned: HandOver, today: date) -> str:
    """What becomes of a goal that is handed over, and when the new owner is away from today to its due day."""
    goal = planned.rest or planned.after
    heir = board.member(goal.owner)
    away = absences_of(heir) if isinstance(goal, Goal) else ()
    days = [f"from {a.starts} to {a.ends}" for a in away if a.starts <= goal.due and a.ends >= today]
    absence = f"; {format.name_of(board, goal.owner)} is away {' and '.join(days)}" if days else ""
    return f"{_describe_parts(board, planned)}{absence}"


def _describe_parts(board: Board, planned: HandOver) -> str:
    """What becomes of a goal that is handed over: `€23,000 stay Ben Okafor's, €92,000 are to do for Marty Hale`."""
    before, after = planned.before, planned.after
    if planned.rest is None:
        target = ""
        if after.measure != before.measure:
            was, now = (format.describe_measure(goal.measure, board.number_format) for goal in (before, after))
            target = f"; its measure is {now}, not {was}"
        names = [format.name_of(board, goal.owner) for goal in (before, after)]
        return f"{before.id} goes from {names[0]} to {names[1]}, with its value and history{target}"
    kept, rest = after.measure, planned.rest.measure
    names = [format.name_of(board, goal.owner) for goal in (before, planned.rest)]
    if not isinstance(kept, Metric) or not isinstance(rest, Metric):
        return f"the weeks up to {after.due} stay {names[0]}'s, those from {planned.rest.starts} on are {names[1]}'s"
    stays = format.amount(kept.target - kept.start if kept.start else kept.target, kept, board.number_format)
    to_do = format.amount(abs(rest.target - rest.start), rest, board.number_format)
    beside = _beside_rest(board, before.measure, kept, rest)
    return f"{stays} stay {names[0]}'s, {to_do} are to do for {names[1]}{beside}{_in_means(board, planned)}"


def describe_mean(before: Board, after: Board, team_goal: TeamGoal) -> str:
    """How the mean that a team goal takes changes: `T2 Habits: 40 % → 35 %`; "" for the same, and if it takes none."""
    was, now = (format.percent(progress(board, team_goal)) for board in (before, after))
    return f"{format.goal_label(team_goal)}: {was} → {now}" if team_goal.rolls_up == "mean" and was != now else ""


def _in_means(board: Board, planned: HandOver) -> str:
    """The means that a goal which is split, and has reached its target, lowers by its rest: `; T2 Habits: …`."""
    kept, rest = planned.after, planned.rest
    if not isinstance(kept, Goal) or rest is None or progress(board, planned.before) < 1:
        return ""
    rest = msgspec.structs.replace(rest, id=board.next_id("goals"))
    after = board.with_changes({kept.id: kept, rest.id: rest})
    team_goals = (board.goal(i) for i in kept.aligned)
    changes = (describe_mean(board, after, t) for t in team_goals if isinstance(t, TeamGoal))
    return "".join(f"; {change}" for change in changes if change)


def _beside_rest(board: Board, before: Measure, kept: Metric, rest: Metric) -> str:
    """What of the rest of a goal that is split nobody has, or how much more it is now; "" if all of it is taken."""
    assert isinstance(before, Metric)
    left = abs(before.target - kept.target) if (before.target - kept.target) * (before.target - before.start) > 0 else 0
    more = round(abs(rest.target - rest.start) - left, 6)
    if more < 0:
        return f", and {format.amount(-more, rest, board.number_format)} of the target fall away"
    return f", {format.amount(more, rest, board.number_format)} more than was left" if more > 0 else ""


def describe_closed(board: Board, goal: AnyGoal) -> str:
    """How a goal was closed: `missed`; below its target `achieved, at 75 % of its target`."""
    reached = progress(board, goal)
    short = goal.outcome == "achieved" and reached < 1 and not isinstance(goal.measure, DoneOrNot)
    return f"{goal.outcome}, at {format.percent(reached)} of its target" if short else str(goal.outcome)


def describe_still_serving(board: Board, goal: AnyGoal) -> str:
    """What stays aligned to a closed team goal, and how to move it; "" for nothing.

    Such as `3 goals stay aligned to it; `align G1 T1` moves one`.
    """
    serving = still_serving(board, goal) if isinstance(goal, TeamGoal) else ()
    counts = {
        "goal": sum(isinstance(g, Goal) for g in serving),
        "team goal": sum(isinstance(g, TeamGoal) for g in serving),
    }
    if not serving or not isinstance(goal, TeamGoal):
        return ""
    what = " and ".join(plural(count, kind) for kind, count in counts.items() if count)
    above = board.goal(goal.serves)
    target = above.id if above is not None and above.outcome is None else "--none"
    return f"{what} stay{'s' if len(serving) == 1 else ''} aligned to it; `align {serving[0].id} {target}` moves one"
