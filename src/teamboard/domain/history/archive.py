"""Which records may be archived: those of closed periods that nobody has to act on any more."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import NamedTuple

from teamboard.domain.board import AnyGoal, Board
from teamboard.domain.feedback import BALANCE_DAYS, answer_to, is_open
from teamboard.domain.goals.progress import counted_goals
from teamboard.domain.history.log import history_of
from teamboard.domain.ids import RecordId, id_sort_key, known_table, to_record_id
from teamboard.domain.input_parsing import age_in_months
from teamboard.domain.periods.days import months_before
from teamboard.domain.records import EarlierPeriod, Feedback, Goal, OneOnOne, Record, Review, TeamGoal


class ArchiveOffer(NamedTuple):
    """What may be archived by the team's setting: all that is settled of the periods that are older than a day.

    `age` is the setting, such as `1y`; `period` is the last of these periods.
    """

    age: str
    before: date
    period: EarlierPeriod


class ArchiveSize(NamedTuple):
    """How many records may be archived: check-ins, and all others."""

    check_ins: int
    others: int


def archive_offer(board: Board, today: date) -> ArchiveOffer | None:
    """What is older than the team's setting on `today`; None if nothing is, or if the team never archives."""
    months = age_in_months(board.team.archive_after) if board.team else None
    if board.team is None or months is None:
        return None
    before = months_before(today, months)
    period = last_old_period(board, before)
    return None if period is None else ArchiveOffer(board.team.archive_after, before, period)


def archive_size(board: Board, period: EarlierPeriod, today: date) -> ArchiveSize:
    """How many records may be archived with a period."""
    ids = archivable_ids(board, period, today)
    check_ins = sum(known_table(record_id) == "checkins" for record_id in ids)
    return ArchiveSize(check_ins, len(ids) - check_ins)


def last_archivable_period(board: Board, before: date) -> EarlierPeriod | None:
    """The last period that ended before a day and has not been archived, or None."""
    return next(_archivable_periods(board, before), None)


def last_old_period(board: Board, before: date) -> EarlierPeriod | None:
    """The same, of the periods that were closed by that day: of one that was closed later, not all is so old."""
    entries = ((p, history_of(board).get(p.revision)) for p in _archivable_periods(board, before))
    return next((p for p, entry in entries if entry is not None and board.day_of(entry.at) <= before), None)


def _archivable_periods(board: Board, before: date) -> Iterator[EarlierPeriod]:
    """Yield the periods that ended before a day and have not been archived, newest first."""
    earlier = history_of(board).earlier
    last_archived = earlier[-1].last if earlier else 0
    periods = board.team.earlier if board.team else ()
    yield from (p for p in reversed(periods) if p.ends < before and p.revision > last_archived)


def archivable_ids(board: Board, period: EarlierPeriod, today: date) -> list[RecordId]:
    """The ids of the records that may be archived with a period `today`.

    These are closed goals with their check-ins and revisions, feedback that is not open, one-on-ones that were held and
    reviews that were signed, all without open actions, and standups. Goals that count for a team goal stay as long as
    that does. The newest feedback, one-on-one and review of each member stay, because due days are counted from them;
    what happened in the current period stays, because it is counted in the pulse and the report; feedback and
    one-on-ones of the last BALANCE_DAYS, and what that feedback is about, stay for the balance of their themes; facts
    stay, because a corrected file may be imported again.
    """
    entry = history_of(board).get(period.revision)
    if entry is None or board.team is None:
        return []
    last_day = min(board.day_of(entry.at), board.team.period.starts - timedelta(days=1))
    end = min(entry.at, board.end_of(last_day) - timedelta.resolution)
    # As `feedback_balance` and `topics_balance` count: the day on which these begin is not one of theirs.
    begun = min(last_day, today - timedelta(days=BALANCE_DAYS))
    settled = min(end, board.end_of(begun) - timedelta.resolution)
    goals = _archivable_goals(
        board, last_day, {to_record_id(f.about or "") for f in board.feedback if _when(f) > settled}
    )
    newest = _newest(board)
    # The requests of one round stay together.
    rounds = {f.round for f in board.feedback if f.id in newest or not _is_closed(f, settled)} - {None}
    return [
        *sorted(goals, key=id_sort_key),
        *(c.id for goal in goals for c in board.checkins_of(goal)),
        *(v.id for goal in goals for v in board.revisions_of(goal)),
        *(f.id for f in board.feedback if f.id not in newest and f.round not in rounds and _is_closed(f, settled)),
        *(o.id for o in board.one_on_ones if o.id not in newest and _was_held(o, begun)),
        *(r.id for r in _reviews(board) if r.id not in newest and r.on <= last_day and _is_done(r, end)),
        *(s.id for s in board.standups if s.id not in newest and s.at <= end),
    ]


def _archivable_goals(board: Board, day: date, kept: set[RecordId]) -> set[RecordId]:
    """The ids of the goals that were over on `day`, without those `kept`, and what a goal that stays depends on."""
    # Those that are proposed, or were declined, too: they refer to team goals like others.
    members_goals = [g for g in board.tables["goals"].values() if isinstance(g, Goal)]
    all_goals: tuple[AnyGoal, ...] = (*members_goals, *board.team_goals)
    goals = {g.id for g in all_goals if _is_over(g, day)} - kept
    while True:
        served = {t for g in members_goals if g.id not in goals for t in g.aligned}
        served |= {t.serves for t in board.team_goals if t.id not in goals and t.serves}
        measuring = {g.id for t in board.team_goals if t.id not in goals for g in _measuring(board, t)}
        # What stays may in turn depend on others.
        driven = {i for g in members_goals if g.id not in goals for i in (g.drives, g.continues) if i}
        if goals.isdisjoint(served | measuring | driven):
            return goals
        goals -= served | measuring | driven


def _measuring(board: Board, team_goal: TeamGoal) -> Iterator[AnyGoal]:
    """Yield the goals and team goals right below a team goal on which its value or last update depends."""
    if team_goal.rolls_up == "own":
        return
    # A sum gains nothing from a goal without check-ins; a closed mean counts it as zero.
    counted = counted_goals(board, team_goal) if team_goal.rolls_up == "mean" else ()
    yield from counted
    yield from (g for g in board.aligned_to(team_goal.id) if board.checkins_of(g.id))
    yield from board.serving(team_goal.id)


def _is_over(goal: AnyGoal, day: date) -> bool:
    return goal.outcome is not None and (goal.closed or goal.due) <= day


def _is_closed(feedback: Feedback, end: datetime) -> bool:
    return _when(feedback) <= end and not is_open(feedback)


def _when(feedback: Feedback) -> datetime:
    """When it was given, or a request answered."""
    return (answer_to(feedback) or feedback).at


def _reviews(board: Board) -> Iterator[Review]:
    return (review for member in board.members for review in board.reviews_of(member.handle))


def _was_held(talk: OneOnOne, day: date) -> bool:
    return talk.held is not None and talk.held <= day and all(action.done for action in talk.actions)


def _is_done(review: Review, end: datetime) -> bool:
    signed = review.state == "signed" and all(signature.at <= end for signature in review.signatures)
    return signed and all(action.done for action in review.actions)


def _newest(board: Board) -> set[RecordId]:
    """The ids of the records from which cadences count: each member's newest of each kind, and the newest standup."""
    return {record.id for record in _newest_records(board) if record is not None}


def _newest_records(board: Board) -> Iterator[Record | None]:
    """Yield the newest record of each group; None for an empty group."""
    for member in board.members:
        # Of the same moment, the last.
        received = [f for f in reversed(board.feedback_to(member.handle)) if f.kind != "request"]
        asked = reversed(board.feedback_from(member.handle))
        answered = [(answer.at, f) for f in asked if (answer := answer_to(f)) is not None]
        for giver in (None, member.manager):
            yield max((f for f in received if giver in (None, f.giver)), key=lambda f: f.at, default=None)
            yield max((a for a in answered if giver in (None, a[1].to)), key=lambda a: a[0], default=(None, None))[1]
        talks = (o for o in board.one_on_ones_of(member.handle) if o.held is not None)
        yield max(talks, key=lambda o: o.held or date.min, default=None)
        reviews = (r for r in board.reviews_of(member.handle) if r.state in ("held", "signed"))
        yield max(reviews, key=lambda r: r.on, default=None)
    yield max(board.standups, key=lambda s: s.at, default=None)
