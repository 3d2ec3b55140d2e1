"""`teamboard member`: list the members, add, change and rename them, put down who is away, leaves or returns."""

from __future__ import annotations

import click

from teamboard.actions.base import find_member
from teamboard.actions.members import BeAway, ComeBack
from teamboard.actions.team import AddMember, ChangeMember
from teamboard.cli.commands import SuggestingGroup
from teamboard.cli.member.exporting import export
from teamboard.cli.member.leaving import come_back, leave
from teamboard.cli.member.renaming import rename
from teamboard.cli.shared.options import board_options
from teamboard.cli.shared.output import print_json
from teamboard.cli.shared.session import Session, pass_session
from teamboard.cli.shared.values import parse_day
from teamboard.domain.amounts import plural
from teamboard.domain.errors import Refused
from teamboard.domain.forecast.figures import Forecasts
from teamboard.domain.input_parsing import parse_ramp
from teamboard.render.board_json import member_json
from teamboard.render.line_layout import fit
from teamboard.render.team.member_line import SEPARATOR, presence

NONE = "none"
"""The word for no manager, which no handle can be, and for no first day."""


@click.command()
@board_options
@click.option("--json", "as_json", is_flag=True, help="As JSON; docs/json.md describes it.")
@pass_session
def members(session: Session, as_json: bool) -> None:
    """List the members."""
    shown = session.shown(session.store().load())
    if as_json:
        forecasts = Forecasts(shown)
        print_json([member_json(shown, m, forecasts) for m in shown.members])
        return
    for m in shown.members:
        goals = plural(len(shown.board.open_goals_of(m.handle)), "goal")
        manager = f"manager {m.manager}" if m.manager else "no manager"
        says = SEPARATOR.join((manager, *presence(m, shown.day)))
        click.echo(f"{fit(m.handle, 14)} {fit(m.name, 22)} {fit(m.role, 28)} {goals:>9}   {says}")


@click.group(cls=SuggestingGroup)
def member() -> None:
    """List the members, add, change and rename them, put down who is away, leaves or returns."""


@member.command("add")
@board_options
@click.argument("handle")
@click.argument("name")
@click.option("--title", default="", help="What they do, such as AE Iberia.")
@click.option("--region", default="", help="Where they sell, such as South.")
@click.option("--manager", metavar="MEMBER", help="Who manages them; you, if you don't say.")
@click.option("--login", "logins", multiple=True, help="Their login on this system; may be repeated.")
@click.option("--starts", metavar="DAY", help="The first day that counts for them, if they join in the middle.")
@click.option("--ramp", metavar="25,50,75", help="Per cent expected of them, month by month.")
@pass_session
def add(
    session: Session,
    handle: str,
    name: str,
    title: str,
    region: str,
    manager: str | None,
    logins: tuple[str, ...],
    starts: str | None,
    ramp: str | None,
) -> None:
    """Bring NAME onto the board, to be called HANDLE."""
    store, shown, actor = session.open()
    action = AddMember(
        handle=handle,
        name=name,
        title=title,
        region=region,
        manager=manager or actor.member,
        logins=logins,
        starts=parse_day(starts, shown.day),
        ramp=() if ramp is None else parse_ramp(ramp),
    )
    added = store.commit(action, actor).board.member(handle)
    if added is not None:
        click.echo(f"{added.name} is on the board as {added.handle}.")


@member.command("change")
@board_options
@click.argument("handle")
@click.option("--name", help="The new name.")
@click.option("--title", help="What they do now.")
@click.option("--region", help="Where they sell now.")
@click.option("--manager", metavar="MEMBER", help="Who manages them now; none for a head of the team.")
@click.option("--login", "logins", multiple=True, help="One more login on this system; may be repeated.")
@click.option("--no-login", "without_logins", multiple=True, metavar="LOGIN", help="Take one away; may be repeated.")
@click.option("--starts", metavar="DAY", help="The first day that counts for them; none to take it away.")
@click.option("--ramp", metavar="25,50,75", help="Per cent expected of them, month by month; none for all of it.")
@pass_session
def change(
    session: Session,
    handle: str,
    name: str | None,
    title: str | None,
    region: str | None,
    manager: str | None,
    logins: tuple[str, ...],
    without_logins: tuple[str, ...],
    starts: str | None,
    ramp: str | None,
) -> None:
    """Change what the board says of the member HANDLE."""
    store, shown, actor = session.open()
    nobody = manager == NONE
    action = ChangeMember(
        handle=handle,
        name=name,
        title=title,
        region=region,
        manager=None if nobody else manager,
        without_manager=nobody,
        logins=logins,
        without_logins=without_logins,
        starts=None if starts == NONE else parse_day(starts, shown.day),
        without_starts=starts == NONE,
        ramp=None if ramp is None else parse_ramp(ramp),
    )
    changed = find_member(store.commit(action, actor).board, handle)
    under = f", manager {changed.manager}" if changed.manager else ""
    click.echo(f"{changed.name} ({changed.handle}){f', {changed.role}' if changed.role else ''}{under}.")


@member.command("away")
@board_options
@click.argument("handle")
@click.argument("first", metavar="DAY", default="")
@click.argument("last", metavar="DAY", default="")
@click.option("--back", metavar="DAY", help="The day on which they are back, in days away that are put down already.")
@click.option("-m", "--note", default="", help="Why, for the whole team to read.")
@pass_session
def away(session: Session, handle: str, first: str, last: str, back: str | None, note: str) -> None:
    """Put down that the member HANDLE is away from the first DAY to the last.

    Nothing falls due on these days, and they don't count for the pace. `undo` takes it back. Days that are a part of
    those put down before take their place. `--back` shortens days away, or takes them back if it is their first day.

    \b
    teamboard member away gladys 2026-11-13 2026-11-24 -m "parental leave"
    teamboard member away gladys --back 2026-11-19
    """
    store, shown, actor = session.open()
    if back is not None:
        if first or last or note:
            raise Refused("Give the days away, or the day on which they are back with --back, not both.")
        day = parse_day(back, shown.day)
        if day is None:
            raise Refused("Give the day on which they are back, such as 2026-11-19.")
        found = find_member(store.commit(ComeBack(member=handle, day=day), actor).board, handle)
        click.echo(f"{found.name} ({found.handle}) is back on {day}.")
        return
    starts, ends = parse_day(first, shown.day), parse_day(last, shown.day)
    if starts is None or ends is None:
        raise Refused("Give the first day away and the last, such as 2026-11-13 2026-11-24.")
    action = BeAway(member=handle, starts=starts, ends=ends, note=note)
    found = find_member(store.commit(action, actor).board, handle)
    click.echo(f"{found.name} ({found.handle}) is away from {starts} to {ends}.")


member.add_command(leave)
member.add_command(come_back)
member.add_command(rename)
member.add_command(export)
member.add_command(members, "list")
