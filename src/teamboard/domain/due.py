"""Cadence: who owes what to whom, when it is due, and how many working days it is overdue.

A check-in, feedback, one-on-one or review is due one cadence after the last one; if the team does not work on that
day, on its next working day. Overdue is counted in working days after the due day. Days on which one of the two is away
count in neither, and nothing is due on them.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Literal, get_args

from msgspec import Struct

from teamboard.domain.board import AnyGoal, Board
from teamboard.domain.board_on_day import BoardOnDay
from teamboard.domain.feedback import answer_to, count_open, is_open
from teamboard.domain.goals.check_in_days import check_in_day, owes_check_ins
from teamboard.domain.goals.progress import progress
from teamboard.domain.one_on_ones import NumberedAction, last_held_one_on_one, next_one_on_one, open_actions
from teamboard.domain.people import absences_of, after_absence, cadence_day, working_days_since
from teamboard.domain.records import Absence, Cadence, Feedback, Member, OneOnOne, Review, Team

DueKind = Literal["check-in", "feedback", "manager's feedback", "one-on-one", "review", "action"]
DUE_KINDS: tuple[DueKind, ...] = get_args(DueKind)
_ORDER = {kind: number for number, kind in enumerate(DUE_KINDS)}


class Due(Struct, frozen=True, kw_only=True, gc=False):
    """Something that is owed, due on the day `on`.

    `owes` is the handle of the member who owes it, or None for anybody in the team; `to` the member it is owed to.
    `about` is the id of the goal, one-on-one, review or agreed action (`O3.2`), or "" if there is none yet; `last` is
    the day it was last done; `overdue` counts the working days since `on`.
    """

    kind: DueKind
    owes: str | None
    to: str | None
    on: date
    overdue: int
    last: date | None = None
    about: str = ""


class FeedbackStanding(Struct, frozen=True, kw_only=True):
    """A member's feedback on a day.

    `open` counts open pieces, `asked` open requests to them; `last_days` is the number of days since the last feedback,
    None if there was none; `overdue_days` are working days.
    """

    open: int
    asked: int
    last_days: int | None
    overdue_days: int


# -- feedback


def feedback_standing(shown: BoardOnDay, member: Member) -> FeedbackStanding:
    """Count a member's open feedback and requests, and the days since the last feedback.

    A request is not feedback: it counts for the member asked, and its answer is feedback to the member who asked.
    """
    counts = count_open(shown.board.feedback_to(member.handle))
    due = feedback_due(shown, member)
    last = due.last if due else last_received(shown.board, member.handle)
    return FeedbackStanding(
        open=counts.open,
        asked=counts.asked,
        last_days=None if last is None else max((shown.day - last).days, 0),
        overdue_days=due.overdue if due else 0,
    )


def open_feedback(shown: BoardOnDay) -> list[Feedback]:
    """The team's open feedback and requests, without those to somebody who has left."""
    return [f for f in shown.board.feedback if is_open(f) and f.to not in shown.gone]


def feedback_due(shown: BoardOnDay, member: Member) -> Due | None:
    """The feedback that anybody owes a member; None for a member without a manager who has never received any."""
    board = shown.board
    last = last_received(board, member.handle)
    if member.manager is None and last is None:
        return None
    away = absences_of(member)
    on = cadence_day(board.team, counted_from(board, member, last, shown.day), _cadence(board).feedback, away)
    return _due(shown, kind="feedback", owes=None, to=member.handle, on=on, away=away, last=last)


def managers_feedback_due(shown: BoardOnDay, member: Member) -> Due | None:
    """The feedback that a manager owes a member, also since they got that manager; None without a manager."""
    if member.manager is None:
        return None
    board = shown.board
    last = last_received(board, member.handle, member.manager)
    away = _absences_of_both(board, member)
    begun = counted_from(board, member, last, shown.day)
    on = cadence_day(board.team, max(begun, member.reports_since or begun), _cadence(board).feedback, away)
    return _due(shown, kind="manager's feedback", owes=member.manager, to=member.handle, on=on, away=away, last=last)


def last_received(board: Board, handle: str, giver: str | None = None) -> date | None:
    """The day on which a member last received feedback, or an answer to their request; from `giver` only, if given."""
    received = [f.at for f in board.feedback_to(handle) if f.kind != "request" and giver in (None, f.giver)]
    asked = [f for f in board.feedback_from(handle) if giver in (None, f.to)]
    answers = [answer.at for request in asked if (answer := answer_to(request)) is not None]
    return board.day_of(max(received + answers)) if received or answers else None


def last_given(board: Board, handle: str) -> date | None:
    """The day on which a member last gave feedback of their own, or answered a request."""
    given = [f.at for f in board.feedback_from(handle) if f.kind != "request" and not f.source]
    answers = [a.at for f in board.feedback_to(handle) if (a := answer_to(f)) is not None]
    return board.day_of(max(given + answers)) if given or answers else None


# -- check-ins, one-on-ones, reviews, agreed actions


def check_in_due(shown: BoardOnDay, goal: AnyGoal) -> Due | None:
    """The check-in that a goal's owner owes.

    None for a goal that is closed, achieved or not begun, done or not, and for a team goal that rolls up aligned goals.
    """
    if goal.outcome is not None or goal.starts > shown.day or not owes_check_ins(goal):
        return None
    board = shown.board
    # An import does not count as their own check-in.
    checkin = board.last_report(goal.id)
    if progress(board, goal) >= 1.0:
        return None
    last = board.checkin_day(checkin) if checkin else None
    on, away = check_in_day(board, goal, last, shown.day), absences_of(board.member(goal.owner))
    return _due(shown, kind="check-in", owes=goal.owner, to=None, on=on, away=away, last=last, about=goal.id)


def check_ins_due(shown: BoardOnDay, member: Member) -> list[Due]:
    """The check-ins that a member owes, on the team goals that they own and on their own goals."""
    board = shown.board
    owned = (t for t in board.open_team_goals if t.owner == member.handle)
    goals: tuple[AnyGoal, ...] = (*owned, *board.open_goals_of(member.handle))
    return [due for goal in goals if (due := check_in_due(shown, goal)) is not None]


def one_on_one_due(shown: BoardOnDay, member: Member) -> Due | None:
    """The one-on-one that a manager owes a member, on the planned day or by the cadence; None without a manager."""
    if member.manager is None:
        return None
    board, planned = shown.board, next_one_on_one(shown.board, member.handle)
    before = last_held_one_on_one(board, member.handle)
    last = before.held if before else None
    on = planned.on if planned else one_on_one_day(board, member, shown.day)
    about = planned.id if planned else ""
    away = _absences_of_both(board, member)
    return _due(
        shown, kind="one-on-one", owes=member.manager, to=member.handle, on=on, away=away, last=last, about=about
    )


def one_on_one_day(board: Board, member: Member, today: date) -> date:
    """The day of a member's next one-on-one by the cadence, for one that is not planned."""
    before = last_held_one_on_one(board, member.handle)
    last = before.held if before else None
    away = _absences_of_both(board, member)
    return cadence_day(board.team, counted_from(board, member, last, today), _cadence(board).one_on_one, away)


def next_review(board: Board, member: Member) -> Review | None:
    """The earliest review of a member that has not been held, which may be overdue; or None."""
    open_ones = [r for r in board.reviews_of(member.handle) if r.is_planned]
    return min(open_ones, key=lambda r: r.on, default=None)


def planned_meetings(board: Board, member: Member) -> tuple[OneOnOne | Review, ...]:
    """A member's planned one-on-one and the reviews that have not been held."""
    planned = next_one_on_one(board, member.handle)
    reviews = (r for r in board.reviews_of(member.handle) if r.is_planned)
    return (*((planned,) if planned else ()), *reviews)


def review_due(shown: BoardOnDay, member: Member) -> Due | None:
    """The review that a manager owes a member, on the planned day or by the cadence; None without a manager."""
    if member.manager is None:
        return None
    board = shown.board
    held = [r.on for r in board.reviews_of(member.handle) if r.state in ("held", "signed")]
    last = max(held, default=None)
    planned = next_review(board, member)
    if planned is not None:
        return planned_review_due(shown, planned, member, last)
    away = _absences_of_both(board, member)
    on = cadence_day(board.team, counted_from(board, member, last, shown.day), _cadence(board).review, away)
    return _due(shown, kind="review", owes=member.manager, to=member.handle, on=on, away=away, last=last)


def planned_review_due(shown: BoardOnDay, review: Review, member: Member, last: date | None = None) -> Due:
    """A planned review of a member, whose last one was on the day `last`."""
    away, about = _absences_of_both(shown.board, member), review.id
    return _due(
        shown, kind="review", owes=member.manager, to=member.handle, on=review.on, away=away, last=last, about=about
    )


def actions_due(shown: BoardOnDay, member: Member) -> Iterator[Due]:
    """Yield the open agreed actions of a member that have a due day."""
    for agreed_action in open_actions(shown.board, member.handle):
        if (due := action_due(shown, agreed_action)) is not None:
            yield due


def action_due(shown: BoardOnDay, agreed: NumberedAction) -> Due | None:
    """When an agreed action is due; None if it is done, or has no due day."""
    action, talk = agreed.action, agreed.talk
    if action.done is not None or action.due is None:
        return None
    other = next((handle for handle in (talk.member, talk.manager) if handle != action.owner), None)
    away = absences_of(shown.board.member(action.owner))
    return _due(shown, kind="action", owes=action.owner, to=other, on=action.due, away=away, about=agreed.id)


# -- everything that is due


def dues(shown: BoardOnDay, member: Member | None = None) -> list[Due]:
    """Everything that is owed in the team, or by and to a member: most overdue first, then by due day."""
    about = shown.members if member is None else (member, *shown.reports(member.handle))
    owed = [due for someone in about for due in _dues_but_actions(shown, someone)]
    # An action of anybody's may be owed to the member, such as their manager's.
    owed += [due for someone in shown.members for due in actions_due(shown, someone)]
    if member is not None:
        owed = [due for due in owed if member.handle in (due.owes, due.to)]
    return sorted(owed, key=_most_overdue_first)


def owed_by(shown: BoardOnDay, member: Member) -> list[Due]:
    """What a member owes: those of `dues` of which they are the one who owes them, in the same order."""
    owed = [*check_ins_due(shown, member), *actions_due(shown, member)]
    for report in shown.reports(member.handle):
        found = (due(shown, report) for due in (managers_feedback_due, one_on_one_due, review_due))
        owed += [due for due in found if due is not None]
    return sorted(owed, key=_most_overdue_first)


def _most_overdue_first(due: Due) -> tuple[int, date, int]:
    return -due.overdue, due.on, _ORDER[due.kind]


def _dues_but_actions(shown: BoardOnDay, member: Member) -> Iterator[Due]:
    """Yield the check-ins that a member owes, and the feedback and meetings owed to them."""
    yield from check_ins_due(shown, member)
    for owed in (feedback_due, managers_feedback_due, one_on_one_due, review_due):
        due = owed(shown, member)
        if due is not None:
            yield due


def _cadence(board: Board) -> Cadence:
    return board.team.cadence if board.team else Cadence()


def counted_from(board: Board, member: Member, last: date | None, today: date) -> date:
    """The day from which a cadence counts: that on which it was last done, but not before the member's first day.

    If nothing was done yet, the start of the period, or the later day on which the member came onto the board.
    """
    if last is None:
        period = board.team.period.starts if board.team else today
        last = max(period, member.joined or period)
    return max(last, member.starts or last)


def _absences_of_both(board: Board, member: Member) -> tuple[Absence, ...]:
    """The days on which a member or their manager is away."""
    return absences_of(member, board.member(member.manager))


def _due(
    shown: BoardOnDay,
    *,
    kind: DueKind,
    owes: str | None,
    to: str | None,
    on: date,
    away: tuple[Absence, ...],
    last: date | None = None,
    about: str = "",
) -> Due:
    """What is due on a day; if that is a day away, or somebody is away now, on the first working day after it."""
    team, today = shown.board.team, shown.day
    on = after_absence(team, on, away, today)
    overdue = working_days_since(team, on, today) if on < today else 0
    if overdue and away:
        overdue -= sum(_working_days_away(team, absence, on, today) for absence in away)
    return Due(kind=kind, owes=owes, to=to, on=on, overdue=overdue, last=last, about=about)


def _working_days_away(team: Team | None, absence: Absence, after: date, until: date) -> int:
    """The working days of an absence which are later than one day, and not later than another."""
    before = max(absence.starts - timedelta(days=1), after)
    return working_days_since(team, before, min(absence.ends, until))
