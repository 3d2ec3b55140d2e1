"""The team's pulse: how regular, mutual and acknowledged feedback is, check-ins in cadence, how useful meetings are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from statistics import fmean, median

from msgspec import Struct

from teamboard.domain.board import Board
from teamboard.domain.board_on_day import BoardOnDay
from teamboard.domain.due import check_ins_due, open_feedback
from teamboard.domain.feedback import BALANCE_DAYS, answer_to, count_open
from teamboard.domain.goals.activity import WEEK_DAYS
from teamboard.domain.ids import to_record_id
from teamboard.domain.records import THEMES, Goal, GoalKind, Member, Review, TeamGoal, Theme

DAY_SECONDS = 86_400


class GivenFeedback(Struct, frozen=True):
    """A piece of feedback or an answer to a request; `giver` is "" for somebody outside the team."""

    giver: str
    to: str
    at: datetime


class Week(Struct, frozen=True):
    """A week of the period with the number of pieces of feedback; the first and last week may be shorter.

    `starts` is its first day in the period, `ends` its last one so far.
    """

    starts: date
    ends: date
    feedback: int

    @property
    def is_partial(self) -> bool:
        """True for a week that is not whole: the first one of a period, or one that is not over."""
        return (self.ends - self.starts).days + 1 < WEEK_DAYS


class Pulse(Struct, frozen=True, kw_only=True):
    """Counts and means of a team's feedback, check-ins and meetings since the period began, on `starts`.

    `given` counts feedback by (giver, receiver). Of the `checked` goals that owe check-ins, `in_cadence` are not
    overdue. `days_to_acknowledge` is the median in days, None if nothing was acknowledged; `unacknowledged` of the
    `open` pieces, given at any time, are not acknowledged yet. `useful` and `reviews_useful` are the means of the
    members' answers, 1 to 5, about one-on-ones and reviews; None if there are no answers.
    """

    starts: date
    weeks: tuple[Week, ...]
    given: dict[tuple[str, str], int]
    in_cadence: int
    checked: int
    days_to_acknowledge: float | None
    unacknowledged: int
    open: int
    talks_held: int
    talks_rated: int
    useful: float | None
    reviews_signed: int
    reviews_rated: int
    reviews_useful: float | None

    def gave(self, handle: str) -> int:
        """The number of pieces of feedback that a member gave."""
        return sum(count for (giver, _), count in self.given.items() if giver == handle)

    def got(self, handle: str) -> int:
        """The number of pieces of feedback that a member received."""
        return sum(count for (_, to), count in self.given.items() if to == handle)


def pulse(shown: BoardOnDay) -> Pulse:
    """The pulse of a board on a day."""
    board, today = shown.board, shown.day
    begun = board.team.period.starts if board.team else today
    in_period = [piece for piece in given_feedback(board) if begun <= board.day_of(piece.at) <= today]
    given: dict[tuple[str, str], int] = {}
    for piece in in_period:
        given[piece.giver, piece.to] = given.get((piece.giver, piece.to), 0) + 1
    owed = [due for member in shown.members for due in check_ins_due(shown, member)]
    pieces = [f for f in board.feedback if f.kind != "request" and begun <= board.day_of(f.at) <= today]
    waits = [(f.acknowledged - f.at).total_seconds() / DAY_SECONDS for f in pieces if f.acknowledged]
    now_open = count_open(open_feedback(shown))
    talks = [o for o in board.one_on_ones if o.held is not None and begun <= o.held <= today]
    useful = [o.useful for o in talks if o.useful is not None]
    every_review = (r for r in board.tables["reviews"].values() if isinstance(r, Review))
    signed = [r for r in every_review if r.state == "signed" and begun <= r.on <= today]
    answers = [r.useful for r in signed if r.useful is not None]
    return Pulse(
        starts=begun,
        weeks=tuple(_weeks(board, in_period, begun, today)),
        given=given,
        in_cadence=sum(not due.overdue for due in owed),
        checked=len(owed),
        days_to_acknowledge=median(waits) if waits else None,
        unacknowledged=now_open.unacknowledged,
        open=now_open.open,
        talks_held=len(talks),
        talks_rated=len(useful),
        useful=fmean(useful) if useful else None,
        reviews_signed=len(signed),
        reviews_rated=len(answers),
        reviews_useful=fmean(answers) if answers else None,
    )


def given_feedback(board: Board) -> Iterator[GivenFeedback]:
    """Yield all feedback that was given; an answer to a request counts as feedback from the member asked."""
    for feedback in board.feedback:
        if feedback.kind != "request":
            yield GivenFeedback("" if feedback.source else feedback.giver, feedback.to, feedback.at)
        elif (answer := answer_to(feedback)) is not None:
            yield GivenFeedback(feedback.to, feedback.giver, answer.at)


def _weeks(board: Board, given: list[GivenFeedback], begun: date, today: date) -> Iterator[Week]:
    """Yield the weeks, Monday to Sunday, from the start of the period to today."""
    days = [board.day_of(piece.at) for piece in given]
    first = begun - timedelta(days=begun.weekday())
    while first <= today:
        after = first + timedelta(days=WEEK_DAYS)
        last = min(after - timedelta(days=1), today)
        yield Week(max(first, begun), last, sum(first <= day < after for day in days))
        first = after


# -- balance: the themes of feedback and one-on-ones

_THEME_OF_KIND: dict[GoalKind, Theme] = {"result": "contribution", "skill": "skills", "career": "career"}
_THEME_WORDS: dict[str, Theme] = {"skill": "skills", **{theme: theme for theme in THEMES}}


class Balance(Struct, frozen=True):
    """The number of pieces or topics about each theme; `other` are about none of them."""

    contribution: int = 0
    skills: int = 0
    career: int = 0
    other: int = 0

    @property
    def pipeline_alone(self) -> bool:
        """True if there is something about contribution and nothing about skills or career."""
        return self.contribution > 0 and not self.skills and not self.career


def theme_of(board: Board, member: Member, about: str | None) -> Theme | None:
    """The theme of feedback or a topic: `about` is a goal's id, a skill of the member or the name of a theme.

    None for anything else.
    """
    if not about:
        return None
    goal = board.goal(to_record_id(about))
    if isinstance(goal, Goal):
        return _THEME_OF_KIND[goal.kind]
    if isinstance(goal, TeamGoal):
        return "contribution"
    word = about.casefold()
    if any(word == skill.name.casefold() for skill in member.skills):
        return "skills"
    return _THEME_WORDS.get(word)


def feedback_balance(shown: BoardOnDay, member: Member) -> Balance:
    """The themes of the feedback that a member received in the last 90 days."""
    board, begun = shown.board, shown.day - timedelta(days=BALANCE_DAYS)
    received = [f for f in board.feedback_to(member.handle) if f.kind != "request" and board.day_of(f.at) > begun]
    answers = [f for f in board.feedback_from(member.handle) if (a := answer_to(f)) and board.day_of(a.at) > begun]
    return _balance(theme_of(board, member, f.about) for f in (*received, *answers))


def topics_balance(shown: BoardOnDay, member: Member) -> Balance:
    """The themes of the topics of a member's one-on-ones of the last 90 days and of the next one."""
    begun = shown.day - timedelta(days=BALANCE_DAYS)
    talks = (o for o in shown.board.one_on_ones_of(member.handle) if (o.held or o.on) > begun)
    return _balance(topic.theme for talk in talks for topic in talk.topics)


def _balance(themes: Iterable[Theme | None]) -> Balance:
    counts = Counter(themes)
    return Balance(counts["contribution"], counts["skills"], counts["career"], counts[None])
