"""`teamboard review`: the reviews of a member with their manager."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Literal

import click

from teamboard.actions.base import Actor, find_member
from teamboard.actions.reviews import RateReview, ScheduleReview, find_review
from teamboard.cli.commands import SuggestingGroup
from teamboard.cli.shared.completion import complete_members, completion_board, matching_ids
from teamboard.cli.shared.options import board_options
from teamboard.cli.shared.output import print_json, print_lines, width
from teamboard.cli.shared.screens import run_app
from teamboard.cli.shared.session import Session, has_screen, pass_session, warn_each
from teamboard.cli.shared.values import parse_day
from teamboard.domain.board import Board
from teamboard.domain.board_on_day import BoardOnDay
from teamboard.domain.due import next_review, review_due
from teamboard.domain.errors import NotFound, Refused
from teamboard.domain.forecast.figures import Forecasts
from teamboard.domain.handles import display_name
from teamboard.domain.history.time_travel import with_archived, with_archived_record
from teamboard.domain.ids import RecordId, to_record_id
from teamboard.domain.people import next_working_day
from teamboard.domain.records import Member, Review
from teamboard.domain.reviews.content import missing_parts
from teamboard.domain.reviews.evidence import evidence_of_period, imbalance_warnings
from teamboard.domain.reviews.periods import period_of_review, with_goals_as_in
from teamboard.domain.sanitize import one_line, shell_command
from teamboard.render.documents import review as review_file
from teamboard.render.documents.review import review_lines
from teamboard.render.evidence import evidence_lines
from teamboard.render.reviews import preparation_lines, review_line
from teamboard.services.review_session import ReviewSession, review_session
from teamboard.store.base import Store


def complete_reviews(ctx: click.Context, _: click.Parameter, incomplete: str) -> list[Any]:
    """Reviews by their ids."""
    board = completion_board(ctx)
    found = [r for r in board.tables["reviews"].values() if isinstance(r, Review)] if board else []
    return matching_ids(incomplete, ((r.id, f"{r.member} {r.on}") for r in found))


@click.group(cls=SuggestingGroup)
def review() -> None:
    """The reviews of a member with their manager: prepared by both, held side by side, signed."""


@review.command("schedule")
@board_options
@click.argument("member", shell_complete=complete_members)
@click.argument("day")
@click.option(
    "--period", default="", metavar="NAME", help="The period it is about; without it the one that runs when you set it."
)
@pass_session
def schedule(session: Session, member: str, day: str, period: str) -> None:
    """Set the DAY of MEMBER's next review, or move it: 2026-12-04, today or today+14.

    It is about the period in which it is set, also when it is moved or held later.
    """
    store, shown, actor = session.open()
    on = parse_day(day, shown.day)
    if on is None:
        raise Refused("Give a day, such as 2026-12-04 or today+14.")
    commit = store.commit(ScheduleReview(member=member, on=on, period=period), actor)
    [planned] = commit.all_changed(Review)
    who = find_member(commit.board, planned.member)
    name = one_line(period_of_review(commit.board, planned).name)
    whose = f"{planned.id} review of {display_name(commit.board, who)} with {who.manager}"
    off = " The team does not work on that day." if next_working_day(commit.board.team, on) != on else ""
    click.echo(f"{whose} on {on:%a} {on}{f', about {name}' if name else ''}.{off}")


@review.command("list")
@board_options
@click.option("--member", metavar="MEMBER", help="One member's only.", shell_complete=complete_members)
@pass_session
def list_(session: Session, member: str | None) -> None:
    """List the reviews: who, when, how far each side is."""
    _, shown, _ = session.open()
    whose = find_member(shown.board, member).handle if member else None
    for found in with_archived(shown.board).tables["reviews"].values():
        if isinstance(found, Review) and whose in (None, found.member):
            click.echo(review_line(shown, found))


@review.command("prep")
@board_options
@click.argument("member", shell_complete=complete_members)
@click.option("--share", is_flag=True, help="Put what you have prepared on the board, for the two of you.")
@pass_session
def prep(session: Session, member: str, share: bool) -> None:
    """Prepare the next review with MEMBER, or your own: the evidence, and what you say.

    On a terminal it opens the screen; elsewhere it prints the evidence and what you have prepared so far.
    """
    store, shown, actor = session.open()
    board = shown.board
    found = _next(board, find_member(board, member))
    if share:
        with open_reviews(session, store, board, actor, needs_key=True) as (shown, reviews):
            action = reviews.share(shown, found, reviews.own(found))
            store.commit(action, actor)
            reviews.drafts.drop(found)
        readers = "both of you" if action.revealed else "you alone"
        click.echo(f"Your preparation of {found.id} is on the board, encrypted for {readers}.")
    elif has_screen():
        run_app(session, store, store.load(), actor, first="prep", about=found.id)
    else:
        _print_preparation(session, store, board, actor, found)


@review.command("hold")
@board_options
@click.argument("review_id", type=to_record_id, metavar="R5", shell_complete=complete_reviews)
@pass_session
def hold(session: Session, review_id: RecordId) -> None:
    """Hold a review: both preparations side by side, on facts; what you agree on, actions, signatures."""
    store, shown, actor = session.open()
    found = find_review(with_archived_record(shown.board, review_id), review_id)
    if has_screen() and shown.board.get(found.id):
        run_app(session, store, store.load(), actor, first="review", about=found.id)
    else:
        with open_reviews(session, store, shown.board, actor) as (newest, reviews):
            shown = session.shown(with_archived_record(newest.loaded, found.id))
            found = find_review(shown.board, review_id)
            sides = reviews.sides(shown, found)
            print_lines(review_lines(shown.board, sides, reviews.signature_state(shown.board, found), width()))


@review.command("sign")
@board_options
@click.argument("review_id", type=to_record_id, metavar="R5", shell_complete=complete_reviews)
@click.option("--witness", is_flag=True, help="The other signs at your terminal, and you are the witness.")
@pass_session
def sign(session: Session, review_id: RecordId, witness: bool) -> None:
    """Sign what was agreed in a review, for yourself."""
    store, shown, actor = session.open()
    board = shown.board
    found = find_review(board, review_id)
    # Refuse before anything is written, a first key or a due preparation included.
    review_session(board, actor).sign(board, found, witnessed=witness)(board, actor, session.now())
    with open_reviews(session, store, board, actor) as (newest, reviews):
        board = newest.board
        after = store.commit(reviews.sign(board, find_review(board, review_id), witnessed=witness), actor).board
    signed = find_review(after, review_id)
    click.echo(f"{signed.id} is signed by {' and '.join(s.by for s in signed.signatures)}.")
    member = find_member(after, signed.member)
    if signed.state == "signed" and next_review(after, member) is None:
        due = review_due(session.shown(after), member)
        if due is not None:
            schedule = shell_command("review", "schedule", member.handle, due.on)
            click.echo(f"The next one is due on {due.on}: {schedule}.")


@review.command("useful")
@board_options
@click.argument("review_id", type=to_record_id, metavar="R5", shell_complete=complete_reviews)
@click.argument("level", type=click.IntRange(1, 5))
@pass_session
def useful(session: Session, review_id: RecordId, level: int) -> None:
    """Say how useful a review was to you, from 1 to 5, once it is signed."""
    store, _, actor = session.open()
    store.commit(RateReview(review=review_id, useful=level), actor)
    click.echo(f"{review_id}: {level} of 5. Thank you.")


@review.command("export")
@board_options
@click.argument("review_id", type=to_record_id, metavar="R5", shell_complete=complete_reviews)
@click.option("--to", "form", type=click.Choice(["md", "html", "json", "pdf"]), default="md", show_default=True)
@pass_session
def export(session: Session, review_id: RecordId, form: Literal["md", "html", "json", "pdf"]) -> None:
    """Print a review as Markdown, a web page, JSON or PDF: what you may see of it.

    \b
    teamboard review export R5 --to html > review.html
    """
    store, shown, actor = session.open()
    with open_reviews(session, store, shown.board, actor) as (newest, reviews):
        shown = session.shown(with_archived_record(newest.loaded, review_id))
        board = shown.board
        content = reviews.content(board, reviews.sides(shown, find_review(board, review_id)))
    if form == "json":
        print_json(review_file.review_json(board, content))
    elif form == "pdf":
        click.echo(review_file.review_pdf(board, content), nl=False)
    else:
        write = review_file.review_markdown if form == "md" else review_file.review_html
        click.echo(write(board, content), nl=False)


@contextmanager
def open_reviews(
    session: Session, store: Store, board: Board, actor: Actor, *, needs_key: bool = False
) -> Iterator[tuple[BoardOnDay, ReviewSession]]:
    """Open the caller's reviews; yield the view of the newest board, and their review session.

    What is wrong with keys, or could not be written, is a warning afterwards. With `needs_key` it is refused if the
    first key can't be made.
    """
    reviews = review_session(board, actor)
    opened = reviews.open(store, board, actor, own=session.is_own(board, actor), now=session.now())
    if needs_key and opened.errors and not find_member(opened.shown.board, reviews.handle).key:
        raise opened.errors[0]
    yield opened.shown, reviews
    session.warn_of_key(opened.key_warning)
    warn_each(opened.warnings)


def _next(board: Board, member: Member) -> Review:
    found = next_review(board, member)
    if found is None:
        schedule = shell_command("review", "schedule", member.handle, "DAY")
        raise NotFound(f"{display_name(board, member)} has no review planned; {schedule} sets its day.")
    return found


def _print_preparation(session: Session, store: Store, stale: Board, actor: Actor, found: Review) -> None:
    with open_reviews(session, store, stale, actor) as (shown, reviews):
        prepared = reviews.own(found)
    period = period_of_review(shown.board, found)
    board = with_goals_as_in(shown.board, period)
    member = find_member(board, found.member)
    reader = board.member(actor.member)
    known = evidence_of_period(board, member, period, forecasts=Forecasts(shown), reader=reader)
    goals = [g.goal for g in known.goals]
    ratings = [r.evidence for r in prepared.ratings if r.rating is not None]
    topics = [topic.theme for topic in prepared.topics]
    print_lines(evidence_lines(board, known, imbalance_warnings(board, known, ratings=ratings, topics=topics), width()))
    print_lines([(), *preparation_lines(prepared, goals, width())])
    lacks = missing_parts(prepared, goals)
    click.echo(f"\n missing: {', '.join(lacks)}" if lacks else "\n ready to share")
