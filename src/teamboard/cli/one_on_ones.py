"""`teamboard one-on-one`: the agenda that both fill, notes, agreed actions, and how useful it was."""

from __future__ import annotations

from typing import Any, get_args

import click

from teamboard.actions.base import Action, Actor, find_member
from teamboard.actions.one_on_ones import (
    FinishAction,
    NewAction,
    NewTopic,
    RateOneOnOne,
    WriteOneOnOne,
    find_agreed_action,
)
from teamboard.cli.board import print_member_hints
from teamboard.cli.shared.completion import complete_members, completion_board, matching, matching_ids
from teamboard.cli.shared.options import board_options
from teamboard.cli.shared.output import print_json, print_lines, width
from teamboard.cli.shared.session import Session, pass_session
from teamboard.cli.shared.text_input import read_text, rescue_on_failure
from teamboard.cli.shared.values import parse_day
from teamboard.domain.board import Board
from teamboard.domain.board_on_day import BoardOnDay
from teamboard.domain.errors import NotFound, Refused
from teamboard.domain.one_on_ones import agreed_actions
from teamboard.domain.records import Member, Theme
from teamboard.personal.agendas import AGENDAS, agenda_topics
from teamboard.render.one_on_ones import one_on_one_json, one_on_one_lines

THEMES = get_args(Theme)


def complete_agendas(_: click.Context, __: click.Parameter, incomplete: str) -> list[Any]:
    """Templates by their names, with what they are for."""
    found = AGENDAS.load()[0].values()
    return matching(incomplete, ((a.name, a.about) for a in found))


def complete_open_actions(ctx: click.Context, _: click.Parameter, incomplete: str) -> list[Any]:
    """Agreed actions that are open, by their ids."""
    board = completion_board(ctx)
    found = [p for o in board.one_on_ones for p in agreed_actions(o) if p.action.done is None] if board else []
    return matching_ids(incomplete, ((p.id, p.action.text[:60]) for p in found))


@click.command("one-on-one")
@board_options
@click.argument("member", required=False, shell_complete=complete_members)
@click.option("-m", "--note", help="Note what was said; - reads standard input.")
@click.option("--edit", is_flag=True, help="Write the note in $EDITOR.")
@click.option("--topic", "topics", multiple=True, metavar="TEXT", help="Put it on the agenda; may be repeated.")
@click.option("--theme", type=click.Choice(THEMES), default="contribution", help="What the topics are about.")
@click.option("--template", metavar="NAME", help="Put its topics on the agenda.", shell_complete=complete_agendas)
@click.option("--drop", multiple=True, metavar="TEXT", help="Take a topic off the agenda; may be repeated.")
@click.option("--action", "agreed", multiple=True, metavar="TEXT", help="Agree on an action; may be repeated.")
@click.option("--owner", default="", metavar="MEMBER", help="Who does it; you, if you don't say.")
@click.option("--due", metavar="DAY", help="Until when.")
@click.option("--on", metavar="DAY", help="When you meet: 2026-11-30, today or today+3.")
@click.option("--held", is_flag=False, flag_value="today", metavar="[DAY]", help="You have met: today, or that day.")
@click.option("--done", metavar="O3.2", help="An agreed action is done.", shell_complete=complete_open_actions)
@click.option("--undone", metavar="O3.2", help="It is not done after all.")
@click.option("--useful", type=click.IntRange(1, 5), help="How useful the last one was to you, 1 to 5.")
@click.option("--json", "as_json", is_flag=True, help="As JSON; docs/json.md describes it.")
@pass_session
def one_on_one(
    session: Session,
    member: str | None,
    note: str | None,
    edit: bool,
    topics: tuple[str, ...],
    theme: Theme,
    template: str | None,
    drop: tuple[str, ...],
    agreed: tuple[str, ...],
    owner: str,
    due: str | None,
    on: str | None,
    held: str | None,
    done: str | None,
    undone: str | None,
    useful: int | None,
    as_json: bool,
) -> None:
    """Show or write MEMBER's one-on-one with their manager; yours, if you name nobody. The team can read it.

    \b
    teamboard one-on-one ana --template regular --topic "The Acme price" --on today+3
    teamboard one-on-one ana -m "Acme first, then the hotels" --action "Price story" --owner mara --due today+5
    teamboard one-on-one ana --held
    teamboard one-on-one --done O3.2
    """
    said = read_text(note, edit) if edit or note else ""
    with rescue_on_failure(session, "\n".join((said, *topics, *agreed))):
        store, shown, actor = session.open()
        board = shown.board
        today = shown.day
        finish = done or undone
        talk = find_agreed_action(board, finish).talk if finish else None
        whose = find_member(board, talk.member) if talk else _whose(board, member, actor)
        write = WriteOneOnOne(
            member=whose.handle,
            on=parse_day(on, today),
            topics=(
                *(agenda_topics(template) if template else ()),
                *(NewTopic(theme=theme, text=text) for text in topics),
            ),
            without=drop,
            note=said,
            agreed=tuple(NewAction(text=text, owner=owner, due=parse_day(due, today)) for text in agreed),
            held=parse_day(held, today),
        )
        actions: list[Action] = [write] if write != WriteOneOnOne(member=whose.handle) else []
        if finish:
            actions.append(FinishAction(action=finish, undone=not done))
        if useful is not None:
            actions.append(RateOneOnOne(member=whose.handle, useful=useful))
        if len(actions) > 1 or (done and undone):
            raise click.UsageError("--done, --undone and --useful stand alone: one at a time.")
        for action in actions:
            shown = session.shown(store.commit(action, actor).board)
    _show(shown, whose, board.member(actor.member), as_json=as_json)


def _whose(board: Board, member: str | None, actor: Actor) -> Member:
    """The member who is named, or who is asking."""
    if member:
        return find_member(board, member)
    me = board.member(actor.member)
    if me is None:
        raise NotFound("Say whose one-on-one it is: teamboard one-on-one ana.")
    if me.manager is None:
        raise Refused("You have no manager to meet: say whose one-on-one it is, as in teamboard one-on-one ana.")
    return me


def _show(shown: BoardOnDay, member: Member, reader: Member | None, *, as_json: bool) -> None:
    if as_json:
        print_json(one_on_one_json(shown, member))
    else:
        print_lines(one_on_one_lines(shown, member, width()))
        print_member_hints(shown, member, reader)
