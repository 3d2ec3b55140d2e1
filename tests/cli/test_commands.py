"""The list of commands says of each what the command says of itself."""

from __future__ import annotations

import click
import pytest

from teamboard.cli.commands import COMMANDS, load
from teamboard.cli.main import teamboard


@pytest.mark.parametrize("name", COMMANDS)
@pytest.mark.parametrize("limit", [30, 45, 84])
def test_a_summary_is_what_the_command_s_own_help_begins_with(name: str, limit: int) -> None:
    place, summary = COMMANDS[name]
    command = load(place)
    assert click.Command(name, help=summary).get_short_help_str(limit) == command.get_short_help_str(limit)
    assert not command.hidden


def test_listing_leaves_the_commands_themselves_in_place() -> None:
    context = click.Context(teamboard, info_name="teamboard")
    assert "Say where GOAL stands" in teamboard.get_help(context)
    assert [item.value for item in teamboard.shell_complete(context, "che")] == ["checkin"]
    checkin = teamboard.get_command(context, "checkin")
    assert checkin is not None
    assert [p.name for p in checkin.params if isinstance(p, click.Argument)] == ["goal", "value"]
