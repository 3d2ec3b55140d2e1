"""The table of hints: what is worth a word with a member, the words with the facts, and why.

A hint rests on facts that the whole team can see, and is never about character; no text of a review, and none that is
encrypted, is read for it. A team can switch each one off.
"""

from __future__ import annotations

from msgspec import Struct

from teamboard.domain.forecast.figures import Forecasts
from teamboard.domain.hints import goals, talks
from teamboard.domain.hints.cases import Condition
from teamboard.domain.ids import RecordId
from teamboard.domain.people import on_team
from teamboard.domain.records import HintName, Member

MOST_HINTS = 3
"""No more is said of a member at a time."""


class HintRule(Struct, frozen=True):
    """A row of the table: the condition, the words into which its facts are put, and why it is there."""

    condition: Condition
    words: str
    why: str


class Hint(Struct, frozen=True):
    """A line about a member; `goal` is the id of the goal that it is about, None if it is about none."""

    name: HintName
    text: str
    goal: RecordId | None


HINTS: dict[HintName, HintRule] = {
    "blocker": HintRule(
        goals.blocked,
        "{goal} has needed help for {days} days",
        "A blocker that is open for over a week is seldom solved by the one who has it.",
    ),
    "win-rate": HintRule(
        goals.ratio_behind,
        "activities on plan, {goal} {value} against {aim}: look at discovery",
        "Where activities are on plan and a ratio is low, more of them won't help: how they are done will.",
    ),
    "activities": HintRule(
        goals.driven_behind,
        "{drivers} on plan, {goal} {progress} against a pace of {pace}: look at what it leads to",
        "A result that lags while what drives it is on plan needs other activities, or better ones.",
    ),
    "call": HintRule(
        goals.called_too_high,
        "{goal}: call {call}, at this pace {ending}",
        "A call a fifth above where the pace leads rests on something that the board does not know: ask for it.",
    ),
    "confidence": HintRule(
        goals.less_confident,
        "{goal}: confidence fell from {was} to {now} while the value stood",
        "The owner knows of something that the value does not show yet.",
    ),
    "coaching": HintRule(
        talks.uncoached,
        "no coaching for {days} days: no one-on-one, review or coaching since {since}",
        "Feedback is regular, not yearly: a month without a talk or coaching is long.",
    ),
    "next-step": HintRule(
        goals.without_next_step,
        "{weeks} weeks without a next step on {goal}, {status}",
        "A goal that is not on track, and has no next step, waits for something to happen.",
    ),
    "feedback": HintRule(
        talks.one_sided,
        "no feedback {side} for {days} days{rest}",
        "Feedback goes both ways: who only gives or only receives it misses half.",
    ),
    "revisions": HintRule(
        goals.often_revised,
        "{goal} was revised {count} times since {since}: agree on what stays",
        "A goal that changes every few weeks is hard to work for. Corrections don't count.",
    ),
}
"""By name, the most pressing first."""


def hints(forecasts: Forecasts, member: Member) -> tuple[Hint, ...]:
    """What is worth a word with a member on the day of the forecasts: at most MOST_HINTS lines, most pressing first.

    Of each hint that the team has not switched off it is the most pressing case; of a member who has left, or whose
    first day is still to come, there is none.
    """
    shown = forecasts.shown
    if not on_team(member, shown.day) or (member.starts is not None and member.starts > shown.day):
        return ()
    off = shown.board.team.hints_off if shown.board.team else ()
    found: list[Hint] = []
    for name, rule in HINTS.items():
        if name in off or len(found) == MOST_HINTS:
            continue
        case = max(rule.condition(forecasts, member), key=lambda c: c.pressing, default=None)
        if case is not None:
            found.append(Hint(name, rule.words.format_map(case.facts), case.goal))
    return tuple(found)
