"""Evidence: what is known about a member in a period, each piece with the id by which a text can cite it.

The ids are the board's own: goals, check-ins, revisions, feedback, facts, agreed actions; a skill is cited by its name.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Literal

from msgspec import Struct

from teamboard.domain.board import Board
from teamboard.domain.facts import Series, series_of
from teamboard.domain.history.time_travel import with_archived_since
from teamboard.domain.one_on_ones import NumberedAction, agreed_actions, held_one_on_ones
from teamboard.domain.progress import pace, progress
from teamboard.domain.pulse import theme_of
from teamboard.domain.records import (
    Cadence,
    CheckIn,
    Feedback,
    Goal,
    GoalRevision,
    Member,
    Period,
    Review,
    Skill,
    Theme,
)
from teamboard.domain.skills import LevelOn, skill_history

RECENT_DAYS = 21
SKILL = "skill:"
FEWEST = 3
Lopsided = Literal["recent", "one voice", "no voice", "unbacked", "no skills or career", "pipeline agenda"]


class GoalEvidence(Struct, frozen=True, kw_only=True):
    """A goal by the period's first and last day; `weeks` in which a check-in was owed, and those `kept`."""

    goal: Goal
    progress_then: float
    pace_then: float
    progress_now: float
    pace_now: float
    revisions: tuple[GoalRevision, ...]
    checkins: tuple[CheckIn, ...]
    weeks: int
    kept: int


class Blocker(Struct, frozen=True):
    """Help that was wanted, and the check-in by which it was not any more; None while it still is."""

    raised: CheckIn
    solved: CheckIn | None


class SkillEvidence(Struct, frozen=True):
    """A skill as it is, and as it was when the period began; None if it was not put down then."""

    skill: Skill
    then: LevelOn | None


class Evidence(Struct, frozen=True, kw_only=True):
    """All that is known about a member from `first` to `last`."""

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

    def ids(self) -> set[str]:
        """The ids that a text can cite."""
        found = {p.id for p in self.agreed_actions} | {f.id for f in (*self.received, *self.given)}
        found |= {fact.id for series in self.facts for fact in series.facts}
        found |= {skill_id(s.skill.name) for s in self.skills}
        for goal in self.goals:
            found |= {goal.goal.id, *(v.id for v in goal.revisions), *(c.id for c in goal.checkins)}
        return found


def skill_id(name: str) -> str:
    """The id by which a text cites a skill: `skill:Negotiation`."""
    return SKILL + " ".join(name.replace("/", "-").split())


def evidence(board: Board, member: Member, first: date, last: date) -> Evidence:
    """What is known about a member from one day to another, both counted. Raises HistoryUnavailable."""
    board = with_archived_since(board, first)
    goals = [g for g in board.goals_of(member.handle) if g.starts <= last and (g.closed is None or g.closed >= first)]
    found = tuple(_goal(board, goal, first, last) for goal in goals)

    def within(day: date) -> bool:
        return first <= day <= last

    received = (f for f in board.feedback_to(member.handle) if f.kind != "request")
    given = (f for f in board.feedback_from(member.handle) if f.kind != "request" and not f.source)
    grown = skill_history(board, member)
    return Evidence(
        member=member,
        first=first,
        last=last,
        goals=found,
        blockers=tuple(b for g in found for b in _blockers(g.checkins)),
        received=tuple(f for f in received if within(board.day_of(f.at))),
        given=tuple(f for f in given if within(board.day_of(f.at))),
        facts=series_of(board, member, first=first, last=last),
        skills=tuple(SkillEvidence(s, _level_on(grown.get(s.name, ()), first)) for s in member.skills),
        agreed_actions=tuple(_agreed_actions(board, member, first, last)),
    )


def _goal(board: Board, goal: Goal, first: date, last: date) -> GoalEvidence:
    cadence = board.team.cadence if board.team else Cadence()
    checkins = tuple(c for c in board.checkins_of(goal.id) if first <= board.day_of(c.at) <= last)
    begun, ended = max(first, goal.starts), min(last, goal.closed or last)
    weeks = max((ended - begun).days // cadence.check_in, 0)
    kept = {(board.day_of(c.at) - begun).days // cadence.check_in for c in checkins}
    before = first - timedelta(days=1)
    return GoalEvidence(
        goal=goal,
        progress_then=progress(board, goal, before),
        pace_then=pace(goal, before),
        progress_now=progress(board, goal, last),
        pace_now=pace(goal, last),
        revisions=tuple(v for v in board.revisions_of(goal.id) if first <= board.day_of(v.at) <= last),
        checkins=checkins,
        weeks=weeks,
        kept=min(len(kept), weeks),
    )


def _blockers(checkins: Iterable[CheckIn]) -> Iterator[Blocker]:
    """Each time that help was wanted: from the check-in that said so to the one that did not any more."""
    raised: CheckIn | None = None
    for checkin in checkins:
        if checkin.blocker and raised is None:
            raised = checkin
        elif not checkin.blocker and raised is not None:
            yield Blocker(raised, checkin)
            raised = None
    if raised is not None:
        yield Blocker(raised, None)


def _level_on(levels: tuple[LevelOn, ...], day: date) -> LevelOn | None:
    return next((on for on in reversed(levels) if on.day < day), None)


def _agreed_actions(board: Board, member: Member, first: date, last: date) -> Iterator[NumberedAction]:
    """What was agreed in the one-on-ones of a period, and in the last review before its end; the oldest first."""
    for talk in held_one_on_ones(board, member.handle):
        if first <= (talk.held or date.max) <= last:
            yield from agreed_actions(talk)
    before = [r for r in board.reviews_of(member.handle) if r.state in ("held", "signed") and r.on <= last]
    if before:
        yield from agreed_actions(max(before, key=lambda r: r.on))


def period_of(board: Board, review: Review) -> Period:
    """The period that a review is about: its own, or the team's; a review before one is about the day."""
    if review.period is not None:
        return review.period
    return board.team.period if board.team else Period(name="", starts=review.on, ends=review.on)


# -- warnings


def lopsided(
    board: Board, found: Evidence, *, ratings: Iterable[tuple[str, ...]] = (), topics: Iterable[Theme] = ()
) -> list[Lopsided]:
    """Where a review would be lopsided; `ratings` are the evidence that each rating rests on, `topics` the agenda's."""
    warnings: list[Lopsided] = []
    days = _days(board, found)
    long = (found.last - found.first).days > 2 * RECENT_DAYS
    if long and len(days) >= FEWEST and min(days) > found.last - timedelta(days=RECENT_DAYS):
        warnings.append("recent")
    voices = {f.source or f.giver for f in found.received}
    if len(voices) < 2:
        warnings.append("one voice" if voices else "no voice")
    if any(not backing for backing in ratings):
        warnings.append("unbacked")
    if not _beyond_contribution(board, found):
        warnings.append("no skills or career")
    agenda = list(topics)
    if agenda and sum(theme == "contribution" for theme in agenda) * 2 > len(agenda):
        warnings.append("pipeline agenda")
    return warnings


def _days(board: Board, found: Evidence) -> list[date]:
    stamps = [c.at for g in found.goals for c in g.checkins] + [f.at for f in (*found.received, *found.given)]
    return [board.day_of(at) for at in stamps] + [fact.on for series in found.facts for fact in series.facts]


def _beyond_contribution(board: Board, found: Evidence) -> bool:
    """Whether anything is about skills or career: a goal that went on, feedback, or a level that has changed."""
    if any(g.goal.kind != "result" and g.checkins for g in found.goals):
        return True
    if any(theme_of(board, found.member, f.about) in ("skills", "career") for f in found.received):
        return True
    return any(s.then is not None and s.then.level != s.skill.level for s in found.skills)
