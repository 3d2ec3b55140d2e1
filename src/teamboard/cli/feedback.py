"""`teamboard feedback` with its verbs, `ask` and `inbox`."""

from __future__ import annotations

import click

from teamboard.actions.base import Action, find_member
from teamboard.actions.feedback import (
    GIVEN_KINDS,
    AcknowledgeFeedback,
    AskForFeedback,
    DeclineRequest,
    GiveFeedback,
    ReopenFeedback,
    ReplyToFeedback,
    ResolveFeedback,
    find_feedback,
)
from teamboard.actions.waiting import MarkSeen
from teamboard.cli.shared.completion import complete_feedback, complete_members
from teamboard.cli.shared.noun import Noun
from teamboard.cli.shared.options import board_options
from teamboard.cli.shared.output import print_json, print_lines, width
from teamboard.cli.shared.screens import ask_inline
from teamboard.cli.shared.session import Session, pass_session
from teamboard.cli.shared.text_input import read_text, rescue_on_failure
from teamboard.domain.board import Board
from teamboard.domain.board_on_day import BoardOnDay
from teamboard.domain.errors import Refused
from teamboard.domain.handles import display_name
from teamboard.domain.ids import RecordId, to_record_id
from teamboard.domain.records import Feedback, FeedbackKind, Member
from teamboard.domain.waiting import Waiting, waiting
from teamboard.render.board_json import feedback_json
from teamboard.render.feedback import feedback_heading, open_feedback_lines, open_thread_lines
from teamboard.render.waiting.inbox import waiting_json, waiting_lines

EDIT = click.option("--edit", is_flag=True, help="Write the text in $EDITOR.")


@click.command("give")
@board_options
@click.argument("words", nargs=-1, metavar="MEMBER [TEXT]", shell_complete=complete_members)
@click.option("--to", metavar="MEMBER", help="To whom, where the name is one of the verbs.")
@click.option("--kind", type=click.Choice(GIVEN_KINDS), default="praise", show_default=True)
@click.option("--about", metavar="GOAL|SKILL", help="What it is about: G12, a skill, or words of your own.")
@click.option("--source", default="", metavar="WHO", help="Whose words they are, from outside the team.")
@EDIT
@pass_session
def give(
    session: Session,
    words: tuple[str, ...],
    to: str | None,
    kind: FeedbackKind,
    about: str | None,
    source: str,
    edit: bool,
) -> None:
    """Give MEMBER feedback, in sight of the team; TEXT - reads standard input.

    \b
    teamboard feedback ana "You ask the second question every time." --about G13
    teamboard feedback ben --kind coaching --edit
    teamboard feedback                            asks: to whom, and what
    """
    if to is None and not words:
        click.echo(ask_inline(session, "feedback"))
        return
    member, *rest = words if to is None else (to, *words)
    if len(rest) > 1:
        raise click.UsageError('Say to whom, then the text in quotes: teamboard feedback ana "…".')
    said = read_text(rest[0] if rest else None, edit)
    with rescue_on_failure(session, said):
        store, _, actor = session.open()
        commit = store.commit(GiveFeedback(to=member, text=said, kind=kind, about=about, source=source), actor)
    _say(commit.board, commit.all_created(Feedback)[0], "is there for the team to see")


@click.command()
@board_options
@click.argument("words", nargs=-1, metavar="[MEMBER] TEXT", shell_complete=complete_members)
@click.option("--of", "several", metavar="BEN,CHI,DAN", help="A round: ask each of them.")
@click.option("--about", metavar="GOAL|SKILL", help="What you want to hear about.")
@EDIT
@pass_session
def ask(session: Session, words: tuple[str, ...], several: str | None, about: str | None, edit: bool) -> None:
    """Ask MEMBER, or a round of members, for feedback; TEXT - reads standard input.

    \b
    teamboard ask ben --about G14 "Was the demo too long?"
    teamboard ask --of ben,chi,dana "What should I keep doing?"
    """
    named = [] if several else list(words[:1])
    rest = words[len(named) :]
    if len(rest) > 1 or not (named or several):
        raise click.UsageError('Say whom you ask, then the question in quotes: teamboard ask ben "…".')
    said = read_text(rest[0] if rest else None, edit)
    of = tuple(h.strip() for h in several.split(",") if h.strip()) if several else tuple(named)
    with rescue_on_failure(session, said):
        store, _, actor = session.open()
        commit = store.commit(AskForFeedback(of=of, text=said, about=about), actor)
    asked = ", ".join(
        f"{f.id} {display_name(commit.board, find_member(commit.board, f.to))}" for f in commit.all_created(Feedback)
    )
    click.echo(f"Asked: {asked}.")


@click.command()
@board_options
@click.option("--member", metavar="MEMBER", help="Somebody else's; feedback is in sight of the team.")
@click.option("--team", is_flag=True, help="All that is open in the team.")
@click.option("--seen", is_flag=True, help="Mark what it lists to know as seen: it is not listed again.")
@click.option("--json", "as_json", is_flag=True, help="As JSON; docs/json.md describes it.")
@pass_session
def inbox(session: Session, member: str | None, team: bool, seen: bool, as_json: bool) -> None:
    """List what waits for you: to answer, to do, to know; and what you have asked.

    Printing marks nothing as seen, but with --seen.
    """
    store, shown, actor = session.open()
    board = shown.board
    handle = find_member(board, member).handle if member else actor.member
    if not team and handle is None:
        raise Refused("This board does not know you: say who you are with --as, or ask for --team.")
    if seen and (team or handle != actor.member):
        raise Refused("Only what is yours can be marked as seen: leave out --team and --member.")
    if team or handle is None:
        if as_json:
            print_json(feedback_json(shown, None))
        else:
            print_lines(open_feedback_lines(shown, width()))
        return
    reader = find_member(board, handle)
    found = waiting(shown, reader)
    if as_json:
        print_json({**waiting_json(shown, reader, found), "feedback": feedback_json(shown, handle)})
    else:
        _print_waiting(shown, reader, found)
    if seen and found.to_know:
        store.commit(MarkSeen(up_to=found.to_know[0].revision), actor)


def _print_waiting(shown: BoardOnDay, member: Member, found: Waiting) -> None:
    """Print what waits for a member, and what is open with them beside."""
    lines = list(waiting_lines(shown, member, found, width())) or [((" Nothing waits for you.", "dim"),)]
    more = list(open_thread_lines(shown, member.handle, width()))
    print_lines([*lines, *([(), *more] if more else [])])


@click.command()
@board_options
@click.argument("feedback_id", type=to_record_id, metavar="F31", shell_complete=complete_feedback)
@click.argument("text", required=False)
@EDIT
@pass_session
def reply(session: Session, feedback_id: RecordId, text: str | None, edit: bool) -> None:
    """Reply to a feedback, or answer a request; TEXT - reads standard input."""
    said = read_text(text, edit)
    with rescue_on_failure(session, said):
        board = _commit(session, ReplyToFeedback(feedback=feedback_id, text=said))
    feedback = find_feedback(board, feedback_id)
    _say(board, feedback, "has your answer" if feedback.kind == "request" else "has your reply")


@click.command()
@board_options
@click.argument("feedback_id", type=to_record_id, metavar="F31", shell_complete=complete_feedback)
@pass_session
def resolve(session: Session, feedback_id: RecordId) -> None:
    """Close a feedback that has been dealt with."""
    _answer(session, ResolveFeedback(feedback=feedback_id), feedback_id, "is resolved")


@click.command()
@board_options
@click.argument("feedback_id", type=to_record_id, metavar="F31", shell_complete=complete_feedback)
@pass_session
def reopen(session: Session, feedback_id: RecordId) -> None:
    """Open a feedback or a request again."""
    _answer(session, ReopenFeedback(feedback=feedback_id), feedback_id, "is open again")


@click.command()
@board_options
@click.argument("feedback_id", type=to_record_id, metavar="F31", shell_complete=complete_feedback)
@pass_session
def acknowledge(session: Session, feedback_id: RecordId) -> None:
    """Acknowledge a feedback: you have read it."""
    _answer(session, AcknowledgeFeedback(feedback=feedback_id), feedback_id, "is acknowledged")


@click.command()
@board_options
@click.argument("feedback_id", type=to_record_id, metavar="F31", shell_complete=complete_feedback)
@click.option("-m", "--word", default="", help="A word on why; it is required.")
@pass_session
def decline(session: Session, feedback_id: RecordId, word: str) -> None:
    """Decline a request for feedback, with a word on why."""
    _answer(session, DeclineRequest(feedback=feedback_id, word=word), feedback_id, "is declined")


def _answer(session: Session, action: Action, feedback_id: RecordId, what: str) -> None:
    """Commit an answer to a feedback and say it in one line."""
    board = _commit(session, action)
    _say(board, find_feedback(board, feedback_id), what)


def _commit(session: Session, action: Action) -> Board:
    store, _, actor = session.open()
    return store.commit(action, actor).board


def _say(board: Board, feedback: Feedback, what: str) -> None:
    click.echo(f"{feedback.id} {what} · {feedback_heading(board, feedback)}")


class FeedbackCommands(Noun):
    """The verbs of feedback; `give` if there is none."""

    default = "give"


@click.group(cls=FeedbackCommands)
@board_options
def feedback() -> None:
    """Give a member feedback, or answer and close what was given.

    \b
    teamboard feedback ana "You ask the second question every time." --about G13
    teamboard feedback ben --kind coaching --edit
    teamboard feedback                            asks: to whom, and what
    teamboard feedback reply F31 "Thanks, that helps."
    """


for command in (give, reply, acknowledge, resolve, reopen, decline):
    feedback.add_command(command)
