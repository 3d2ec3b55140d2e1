"""`teamboard pulse`: how feedback, check-ins and talks go in the team."""

from __future__ import annotations

import click

from teamboard.cli.shared.options import board_options
from teamboard.cli.shared.output import print_json, print_lines, width
from teamboard.cli.shared.session import Session, pass_session
from teamboard.domain import pulse as pulses
from teamboard.render.pulse import pulse_json, pulse_lines


@click.command()
@board_options
@click.option("--json", "as_json", is_flag=True, help="As JSON; docs/json.md describes it.")
@pass_session
def pulse(session: Session, as_json: bool) -> None:
    """Show the team's pulse: feedback by week, who gives to whom, cadence, and how useful talks were."""
    _, shown, _ = session.open()
    found = pulses.pulse(shown)
    if as_json:
        print_json(pulse_json(found))
    else:
        print_lines(pulse_lines(shown, found, width()))
