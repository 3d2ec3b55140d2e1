"""Evidence: the records about a member in a period, each with an id that a review can cite.

The ids are those of the board: goals, check-ins, revisions, feedback, facts, agreed actions; a skill is cited by name.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Literal

import msgspec
from msgspec import Struct

from teamboard.domain.board import Board
from teamboard.domain.check_ins import call_and_best
from teamboard.domain.facts import Series, series_of
from teamboard.domain.forecast.accuracy import Accuracy, accuracy_for
from teamboard.domain.forecast.at_this_pace import Ending
from teamboard.domain.forecast.figures import Forecasts
from teamboard.domain.goals.closing import is_handed_over
from teamboard.domain.goals.pace import first_day
from teamboard.domain.goals.progress import checkin_on, progress, value_range
from teamboard.domain.goals.revisions import makes_goal, owned_by
from teamboard.domain.goals.status import expected_progress
from teamboard.domain.history.time_travel import with_archived_since
from teamboard.domain.one_on_ones import NumberedAction, agreed_actions, held_one_on_ones
from teamboard.domain.people import absences_of, days_here
from teamboard.domain.permissions import may_read_coaching
from teamboard.domain.pulse import theme_of
from teamboard.domain.records import (
    Cadence,
    CheckIn,
    Feedback,
    Goal,
    GoalRevision,
    Member,
    Period,
    Skill,
    Theme,
)
from teamboard.domain.reviews.periods import last_counted_day
from teamboard.domain.skills import LevelOn, skill_history

RECENT_DAYS = 21
"""The last days of a period that may dominate a review."""
SKILL_PREFIX = "skill:"
RECENT_MINIMUM = 3
"""The smallest number of dated pieces of evidence for the warning "recent"."""
ImbalanceWarning = Literal["recent", "one voice", "no voice", "unbacked", "no skills or career", "pipeline agenda"]


class GoalEvidence(Struct, frozen=True, kw_only=True):
    """A goal before the first and at the last day: progress and pace as ratios, revisions and check-ins between.

    `value` and `target` are those of the last day, in the goal's unit, `call` and `best` what its owner expected then.
    `at_this_pace` is None once the period or the goal is over; then `too_high` is by how much the last call was above
    what came, for a reader of it. `weeks` is the number of check-in cadences in the period, `kept` the number of those
    with a check-in. With `handed_over` it is what stayed with the member when the rest went to somebody else.
    """

    goal: Goal
    progress_then: float
    pace_then: float
    progress_now: float
    pace_now: float
    revisions: tuple[GoalRevision, ...]
    checkins: tuple[CheckIn, ...]
    weeks: int
    kept: int
    handed_over: bool = False
    value: float
    target: float
    is_over: bool
    at_this_pace: Ending | None
    call: float | None
    best: float | None
    too_high: float | None


class Blocker(Struct, frozen=True):
    """The check-in that raised a blocker and the one that removed it, or None while it is open."""

    raised: CheckIn
    solved: CheckIn | None


class SkillEvidence(Struct, frozen=True):
    """A skill with its level on the last day, and its level when the period began, or None if there was none then."""

    skill: Skill
    then: LevelOn | None


class Evidence(Struct, frozen=True, kw_only=True):
    """The evidence about a member from `first` to `last`, both included.

    `accuracy` is how good the member's calls were, for a reader of it, else None.
    """

    member: Member
    first: date
    last: date
    goals: tuple[GoalEvidence, ...]
    blockers: tuple[Blocker, ...]
    received: tuple[Feedback, ...]
    given: tuple[Feedback, ...]
    facts: tuple[Series, ...]
    skills: tuple[SkillEvidence, ...]
    agreed_actions: tuple[NumberedAction, ...]
    accuracy: Accuracy | None = None

    def ids(self) -> set[str]:
        """The ids that can be cited."""
        ids = {p.id for p in self.agreed_actions} | {f.id for f in (*self.received, *self.given)}
        ids |= {fact.id for series in self.facts for fact in series.facts}
        ids |= {skill_id(s.skill.name) for s in self.skills}
        for goal in self.goals:
            ids |= {goal.goal.id, *(v.id for v in goal.revisions), *(c.id for c in goal.checkins)}
        return ids


def skill_id(name: str) -> str:
    """The id to cite a skill by, such as `skill:Negotiation`."""
    return SKILL_PREFIX + " ".join(name.replace("/", "-").split())


def evidence_of_period(
    board: Board, member: Member, period: Period, *, forecasts: Forecasts, reader: Member | None
) -> Evidence:
    """Collect the evidence about a member in a period, for a board from `with_goals_as_in`. Raises HistoryUnavailable.

    It agrees with the results with which the period was closed.
    """
    last, counted = min(period.ends, forecasts.shown.day), last_counted_day(board, period)
    return evidence(board, member, period.starts, last, counted=max(last, counted), forecasts=forecasts, reader=reader)


def evidence(
    board: Board,
    member: Member,
    first: date,
    last: date,
    *,
    counted: date | None = None,
    forecasts: Forecasts | None = None,
    reader: Member | None = None,
) -> Evidence:
    """Collect the evidence about a member from `first` to `last`, both included. Raises HistoryUnavailable.

    Check-ins count up to the day `counted`, if that is later than `last`. `forecasts` are those of today, for a period
    that runs. How good calls were is there for a `reader` who may see it.
    """
    with_accuracy = may_read_coaching(board, reader, member)
    found_accuracy = accuracy_for(board, member, reader)
    board = with_archived_since(board, first)
    goal_evidence = tuple(
        _goal(
            board,
            owned.goal,
            max(first, owned.first or first),
            min(last, owned.last or last),
            counted=min(counted or last, owned.last or counted or last),
            forecasts=forecasts,
            with_accuracy=with_accuracy,
        )
        for owned in owned_by(board, member.handle)
        if max(owned.goal.starts, owned.first or owned.goal.starts) <= last
        and min(owned.goal.closed or last, owned.last or last) >= first
    )

    def within(day: date) -> bool:
        return first <= day <= last

    received = (f for f in board.feedback_to(member.handle) if f.kind != "request")
    given = (f for f in board.feedback_from(member.handle) if f.kind != "request" and not f.source)
    grown = skill_history(board, member)
    return Evidence(
        member=member,
        first=first,
        last=last,
        goals=goal_evidence,
        blockers=tuple(b for g in goal_evidence for b in _blockers(g.checkins)),
        received=tuple(f for f in received if within(board.day_of(f.at))),
        given=tuple(f for f in given if within(board.day_of(f.at))),
        facts=series_of(board, member, first=first, last=last),
        skills=tuple(found for s in member.skills for found in _skill(s, grown.get(s.name, ()), first, last)),
        agreed_actions=tuple(_agreed_actions(board, member, first, last)),
        accuracy=found_accuracy,
    )


def _goal(
    board: Board,
    goal: Goal,
    first: date,
    last: date,
    *,
    counted: date,
    forecasts: Forecasts | None,
    with_accuracy: bool,
) -> GoalEvidence:
    cadence = board.team.cadence if board.team else Cadence()
    checkins = tuple(c for c in board.checkins_of(goal.id) if first <= board.checkin_day(c) <= counted)
    begun, ended = max(first, first_day(board, goal)), min(last, goal.closed or last)
    away = absences_of(board.member(goal.owner))
    weeks = max((days_here(away, begun, ended) - 1) // cadence.check_in, 0)
    reports = [c for c in checkins if not c.is_imported]
    kept = {(days_here(away, begun, board.checkin_day(c)) - 1) // cadence.check_in for c in reports}
    before = first - timedelta(days=1)
    progress_now, (start, target) = progress(board, goal, counted), value_range(board, goal, counted)
    value = start + progress_now * (target - start)
    is_over = forecasts is None or forecasts.shown.day > last or (goal.closed is not None and goal.closed <= last)
    until = [c for c in board.checkins_of(goal.id) if board.checkin_day(c) <= counted]
    handed_over = is_handed_over(board, goal)
    has_ended = goal.outcome in ("achieved", "missed") and not handed_over
    call, best = call_and_best(until, goal.measure)
    return GoalEvidence(
        goal=goal,
        progress_then=progress(board, goal, before),
        pace_then=_expected(board, goal, before),
        progress_now=progress_now,
        pace_now=_expected(board, goal, last),
        revisions=tuple(
            v for v in board.revisions_of(goal.id) if not makes_goal(v) and first <= board.day_of(v.at) <= last
        ),
        checkins=checkins,
        weeks=weeks,
        kept=min(len(kept), weeks),
        handed_over=handed_over,
        value=value,
        target=target,
        is_over=is_over,
        at_this_pace=forecasts.ending(goal) if forecasts is not None and not is_over else None,
        call=call,
        best=best,
        too_high=call - value if call is not None and is_over and with_accuracy and has_ended else None,
    )


def _expected(board: Board, goal: Goal, day: date) -> float:
    """The progress that is expected on a day, as it was shown on it."""
    checkin = checkin_on(board, goal.id, day)
    return expected_progress(board, goal, day, board.checkin_day(checkin) if checkin else None)


def _blockers(checkins: Iterable[CheckIn]) -> Iterator[Blocker]:
    """Yield the blockers in a goal's check-ins, oldest first."""
    raised: CheckIn | None = None
    for checkin in checkins:
        if checkin.is_imported:
            continue
        if checkin.blocker and raised is None:
            raised = checkin
        elif not checkin.blocker and raised is not None:
            yield Blocker(raised, checkin)
            raised = None
    if raised is not None:
        yield Blocker(raised, None)


def _skill(skill: Skill, levels: tuple[LevelOn, ...], first: date, last: date) -> Iterator[SkillEvidence]:
    """Yield a skill with its levels before the first and on the last day; nothing for one that was added later."""
    now = _level_on(levels, last + timedelta(days=1))
    if now is not None:
        skill = msgspec.structs.replace(skill, level=now.level, manager=now.manager)
    if now is not None or not levels:
        yield SkillEvidence(skill, _level_on(levels, first))


def _level_on(levels: tuple[LevelOn, ...], day: date) -> LevelOn | None:
    return next((on for on in reversed(levels) if on.day < day), None)


def _agreed_actions(board: Board, member: Member, first: date, last: date) -> Iterator[NumberedAction]:
    """Yield the actions agreed in the one-on-ones of a period, then those of the last review before its end."""
    for talk in held_one_on_ones(board, member.handle):
        if first <= (talk.held or date.max) <= last:
            yield from agreed_actions(talk)
    before = [r for r in board.reviews_of(member.handle) if r.state in ("held", "signed") and r.on <= last]
    if before:
        yield from agreed_actions(max(before, key=lambda r: r.on))


# -- warnings


def imbalance_warnings(
    board: Board, found: Evidence, *, ratings: Iterable[tuple[str, ...]] = (), topics: Iterable[Theme] = ()
) -> list[ImbalanceWarning]:
    """The warnings about a review whose evidence or agenda is unbalanced.

    `ratings` has the ids of the evidence of each rating, `topics` the themes of the agenda.

    "recent": all evidence is from the last 21 days of a long period. "one voice" or "no voice": feedback of one giver
    only, or none. "unbacked": a rating without evidence. "no skills or career": nothing about them. "pipeline agenda":
    more than half of the topics are about contribution.
    """
    warnings: list[ImbalanceWarning] = []
    days = _days(board, found)
    long = (found.last - found.first).days > 2 * RECENT_DAYS
    if long and len(days) >= RECENT_MINIMUM and min(days) > found.last - timedelta(days=RECENT_DAYS):
        warnings.append("recent")
    voices = {f.source or f.giver for f in found.received}
    if len(voices) < 2:
        warnings.append("one voice" if voices else "no voice")
    if any(not backing for backing in ratings):
        warnings.append("unbacked")
    if not _has_skills_or_career(board, found):
        warnings.append("no skills or career")
    agenda = list(topics)
    if agenda and sum(theme == "contribution" for theme in agenda) * 2 > len(agenda):
        warnings.append("pipeline agenda")
    return warnings


def _days(board: Board, found: Evidence) -> list[date]:
    check_ins = [board.checkin_day(c) for g in found.goals for c in g.checkins]
    feedback = [board.day_of(f.at) for f in (*found.received, *found.given)]
    return check_ins + feedback + [fact.on for series in found.facts for fact in series.facts]


def _has_skills_or_career(board: Board, found: Evidence) -> bool:
    """True if there is a skill or career goal with check-ins, feedback about them, or a changed skill level."""
    if any(g.goal.kind != "result" and g.checkins for g in found.goals):
        return True
    if any(theme_of(board, found.member, f.about) in ("skills", "career") for f in found.received):
        return True
    return any(s.then is not None and s.then.level != s.skill.level for s in found.skills)
