"""`teamboard themes`: the themes there are, yours among them."""

from __future__ import annotations

import click

from teamboard.cli.shared.output import print_json
from teamboard.cli.shared.session import warn
from teamboard.personal.themes import THEMES, load_themes


@click.command()
@click.option("--json", "as_json", is_flag=True, help="As JSON; docs/json.md describes it.")
def themes(as_json: bool) -> None:
    """List the themes, yours among them."""
    found, broken = load_themes()
    if as_json:
        print_json([{"name": t.name, "dark": t.dark, "about": t.about} for t in found.values()])
    else:
        for theme in found.values():
            click.echo(f"{theme.name:<16} {'dark' if theme.dark else 'light':<6} {theme.about}")
        click.echo(f"\nYour own: a YAML file in {THEMES.user_folder()}; docs/themes.md describes it.")
    for problem in broken:
        warn(f"{problem} (skipped)")
