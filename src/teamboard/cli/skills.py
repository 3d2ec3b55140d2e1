"""`teamboard skill` and `teamboard career`: what a member can, wants to become, and does next."""

from __future__ import annotations

import click

from teamboard.actions.base import Action, find_member
from teamboard.actions.skills import PlanCareer, SetSkill
from teamboard.cli.shared.completion import complete_members
from teamboard.cli.shared.options import board_options
from teamboard.cli.shared.output import print_json, print_lines, width
from teamboard.cli.shared.session import Session, pass_session
from teamboard.cli.shared.text_input import rescue_on_failure
from teamboard.domain.skills import skill_history
from teamboard.render.skills import growth_json, growth_lines

LEVEL = click.IntRange(1, 5)


@click.command()
@board_options
@click.argument("member", shell_complete=complete_members)
@click.argument("name", required=False)
@click.option("--level", type=LEVEL, help="Where it is, 1 to 5: your own view of yourself, or the manager's.")
@click.option("--target", type=LEVEL, help="Where it should get to, 1 to 5.")
@click.option("--next", "next_", metavar="TEXT", help="What would show the next level.")
@click.option("--rename", default="", metavar="NAME", help="Give it another name.")
@click.option("--remove", is_flag=True, help="Take it off the list.")
@click.option("--json", "as_json", is_flag=True, help="As JSON; docs/json.md describes it.")
@pass_session
def skill(
    session: Session,
    member: str,
    name: str | None,
    level: int | None,
    target: int | None,
    next_: str | None,
    rename: str,
    remove: bool,
    as_json: bool,
) -> None:
    """List MEMBER's skills and how they have grown; with a NAME, add or change one.

    \b
    teamboard skill ana
    teamboard skill ana Negotiation --level 3 --target 4 --next "Says the price and waits"
    """
    changes = level is not None or target is not None or next_ is not None or bool(rename) or remove
    if changes and name is None:
        raise click.UsageError("Say which skill: teamboard skill ana Negotiation --level 3.")
    if name is not None and not changes:
        raise click.UsageError("Say what about it: --level, --target, --next, --rename or --remove.")
    action = SetSkill(
        member=member, name=name or "", level=level, target=target, next=next_, rename=rename, remove=remove
    )
    _do_and_list(session, member, action if changes else None, next_ or "", as_json=as_json)


@click.command()
@board_options
@click.argument("member", shell_complete=complete_members)
@click.option("--aspiration", metavar="TEXT", help="What they want to become.")
@click.option("--next", "next_step", metavar="TEXT", help="The next step there.")
@click.option("--json", "as_json", is_flag=True, help="As JSON; docs/json.md describes it.")
@pass_session
def career(session: Session, member: str, aspiration: str | None, next_step: str | None, as_json: bool) -> None:
    """Show MEMBER's career aspiration and next step, or change them.

    \b
    teamboard career ana --aspiration "Lead the Iberia team" --next "Run two deal reviews"
    """
    changes = aspiration is not None or next_step is not None
    action = PlanCareer(member=member, aspiration=aspiration, next_step=next_step)
    words = "\n".join(filter(None, (aspiration, next_step)))
    _do_and_list(session, member, action if changes else None, words, as_json=as_json)


def _do_and_list(session: Session, handle: str, action: Action | None, words: str, *, as_json: bool) -> None:
    """Commit, if there is something to, and show what the board says of skills and career now."""
    with rescue_on_failure(session, words):
        store, shown, actor = session.open()
        board = shown.board
        if action is not None:
            board = store.commit(action, actor).board
    member = find_member(board, handle)
    found = skill_history(board, member)
    if as_json:
        print_json(growth_json(member, found))
    else:
        print_lines(growth_lines(member, found, width()))
