"""`teamboard version`, `themes` and `completion`."""

from __future__ import annotations

import click

from teamboard import __version__


@click.command()
def version() -> None:
    """Print the version."""
    click.echo(f"teamboard {__version__}")


@click.command()
@click.option("--json", "as_json", is_flag=True, help="As JSON; docs/json.md describes it.")
def themes(as_json: bool) -> None:
    """List the themes, yours among them."""
    from teamboard.cli.session import print_json
    from teamboard.personal.themes import THEMES, load_themes

    found, broken = load_themes()
    if as_json:
        print_json([{"name": t.name, "dark": t.dark, "about": t.about} for t in found.values()])
    else:
        for theme in found.values():
            click.echo(f"{theme.name:<16} {'dark' if theme.dark else 'light':<6} {theme.about}")
        click.echo(f"\nYour own: a YAML file in {THEMES.own()}; docs/themes.md describes it.")
    for problem in broken:
        click.echo(f"teamboard: {problem} (skipped)", err=True)


@click.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell: str) -> None:
    """Print the completion script for SHELL.

    \b
    bash   eval "$(teamboard completion bash)"            in ~/.bashrc
    zsh    eval "$(teamboard completion zsh)"             in ~/.zshrc
    fish   teamboard completion fish | source             in ~/.config/fish/config.fish
    """
    from click.shell_completion import get_completion_class

    from teamboard.cli.main import teamboard

    kind = get_completion_class(shell)
    if kind is not None:
        click.echo(kind(teamboard, {}, "teamboard", "_TEAMBOARD_COMPLETE").source())
