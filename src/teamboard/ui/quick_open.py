"""Commands that open a record by name: members, goals, open feedback, reviews."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from teamboard.domain.feedback import is_open
from teamboard.domain.handles import display_name
from teamboard.domain.ids import RecordId
from teamboard.domain.records import Review
from teamboard.render.format import goal_label, name_of
from teamboard.ui.live_app import LiveApp
from teamboard.ui.navigation import open_feedback, open_review
from teamboard.ui.palette import Command
from teamboard.ui.screens.board.board import BoardScreen


def quick_open_commands(app: LiveApp) -> Iterator[Command]:
    """One command for each member, open or proposed goal, open feedback and own review."""
    board = app.board
    for member in app.shown.members:
        yield Command(display_name(board, member), member.role or "member", partial(_to_member, app, member.handle))
    proposed = (g for member in app.shown.members for g in board.proposed_goals_of(member.handle))
    for goal in (*board.open_goals, *proposed):
        about = f"goal of {name_of(board, goal.owner)}"
        yield Command(goal_label(goal), about, partial(_to_goal, app, goal.id))
    for feedback in board.feedback:
        if is_open(feedback):
            both = f"{feedback.kind} from {name_of(board, feedback.giver)} to {name_of(board, feedback.to)}"
            yield Command(f"{feedback.id} {feedback.text}", both, partial(_to_feedback, app, feedback.id))
    for review in board.tables["reviews"].values():
        if isinstance(review, Review) and app.actor.member in (review.member, review.manager):
            both = f"{review.id} Review of {name_of(board, review.member)}"
            prepare = review.on > app.today
            yield Command(both, str(review.on), partial(open_review, app, review.id, prepare=prepare))


async def _to_board(app: LiveApp) -> BoardScreen | None:
    """Close all screens over the board and return it, or None if the app shows no board."""
    while len(app.screen_stack) > 1:
        await app.pop_screen()
    return app.screen if isinstance(app.screen, BoardScreen) else None


async def _to_member(app: LiveApp, handle: str) -> None:
    board = await _to_board(app)
    if board is not None:
        board.open_member(handle)


async def _to_goal(app: LiveApp, goal_id: RecordId) -> None:
    board = await _to_board(app)
    if board is not None:
        board.words = ""
        board.open_goal(goal_id)


async def _to_feedback(app: LiveApp, feedback_id: RecordId) -> None:
    await _to_board(app)
    await open_feedback(app, feedback_id)
