"""`teamboard review`: the reviews of a member with their manager."""

from __future__ import annotations

import click

from teamboard.actions.base import Refused, find_member
from teamboard.actions.reviews import ScheduleReview
from teamboard.board.cadence import next_review
from teamboard.cli.session import Session, board_options, complete_members, parse_day, pass_session


@click.group()
def review() -> None:
    """The reviews of a member with their manager."""


@review.command("schedule")
@board_options
@click.argument("member", shell_complete=complete_members)
@click.argument("day")
@pass_session
def schedule(session: Session, member: str, day: str) -> None:
    """Set the DAY of MEMBER's next review, or move it: 2026-12-04, today or today+14."""
    store, board, actor = session.open()
    on = parse_day(day, session.today(board))
    if on is None:
        raise Refused("Say on which day.")
    after = store.commit(ScheduleReview(member=member, on=on), actor)
    who = find_member(after, member)
    planned = next_review(after, who)
    click.echo(f"{planned.id if planned else ''} review of {who.name} with {who.manager} on {on:%a} {on}.".strip())
