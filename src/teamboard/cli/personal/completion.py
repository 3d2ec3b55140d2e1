"""`teamboard completion`: the script with which a shell completes commands, members and goals."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class


@click.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def completion(ctx: click.Context, shell: str) -> None:
    """Print the completion script for SHELL.

    \b
    bash   eval "$(teamboard completion bash)"            in ~/.bashrc
    zsh    eval "$(teamboard completion zsh)"             in ~/.zshrc
    fish   teamboard completion fish | source             in ~/.config/fish/config.fish
    """
    kind = get_completion_class(shell)
    if kind is not None:
        click.echo(kind(ctx.find_root().command, {}, "teamboard", "_TEAMBOARD_COMPLETE").source())
