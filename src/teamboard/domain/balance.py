"""What a member's feedback and one-on-ones are about: contribution, skills, career, or pipeline alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date, timedelta

from msgspec import Struct

from teamboard.domain.board import Board
from teamboard.domain.due import answer_to
from teamboard.domain.records import THEMES, Goal, GoalKind, Member, TeamGoal, Theme

DAYS = 90
_THEME_OF_KIND: dict[GoalKind, Theme] = {"result": "contribution", "skill": "skills", "career": "career"}
_WORDS: dict[str, Theme] = {"skill": "skills", **{theme: theme for theme in THEMES}}


class Balance(Struct, frozen=True):
    """How many pieces are about each theme; `other` are about none of them."""

    contribution: int = 0
    skills: int = 0
    career: int = 0
    other: int = 0

    @property
    def pipeline_alone(self) -> bool:
        """Whether there is something about contribution, and nothing about skills or career."""
        return self.contribution > 0 and not self.skills and not self.career


def theme_of(board: Board, member: Member, about: str | None) -> Theme | None:
    """The theme of what is about a goal, a skill of the member, or a theme by its name; None for anything else."""
    if not about:
        return None
    goal = board.goal(about)
    if isinstance(goal, Goal):
        return _THEME_OF_KIND[goal.kind]
    if isinstance(goal, TeamGoal):
        return "contribution"
    word = about.casefold()
    if any(word == skill.name.casefold() for skill in member.skills):
        return "skills"
    return _WORDS.get(word)


def feedback_balance(board: Board, member: Member, today: date) -> Balance:
    """What the feedback that a member received in the last 90 days is about."""
    begun = today - timedelta(days=DAYS)
    received = [f for f in board.feedback_to(member.handle) if f.kind != "request" and board.day_of(f.at) > begun]
    answers = [f for f in board.feedback_from(member.handle) if (a := answer_to(f)) and board.day_of(a.at) > begun]
    return _balance(theme_of(board, member, f.about) for f in (*received, *answers))


def topics_balance(board: Board, member: Member, today: date) -> Balance:
    """What the topics of a member's one-on-ones of the last 90 days, and of the one to come, are about."""
    begun = today - timedelta(days=DAYS)
    talks = (o for o in board.one_on_ones_of(member.handle) if (o.held or o.on) > begun)
    return _balance(topic.theme for talk in talks for topic in talk.topics)


def _balance(themes: Iterable[Theme | None]) -> Balance:
    counts = Counter(themes)
    return Balance(counts["contribution"], counts["skills"], counts["career"], counts[None])
