"""A noun with its verbs, one of which may be left out: `feedback ana "…"` is `feedback give ana "…"`."""

from __future__ import annotations

import click
from click.shell_completion import CompletionItem

from teamboard.cli.commands import SuggestingGroup


class Noun(SuggestingGroup):
    """A group whose words belong to the verb `default` where they do not begin with a verb."""

    default: str = ""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if not self._has_verb(args) and not {*args} & {*ctx.help_option_names}:
            args = [self.default, *args]
        return super().parse_args(ctx, args)

    def _has_verb(self, args: list[str]) -> bool:
        """Whether the first word, after the options that every command takes, is a verb."""
        at = 0
        while at < len(args) and args[at].partition("=")[0] in ("--board", "--as"):
            at += 1 if "=" in args[at] else 2
        return at < len(args) and args[at] in self.commands

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        first = next(p for p in self.commands[self.default].params if isinstance(p, click.Argument))
        return [*super().shell_complete(ctx, incomplete), *first.shell_complete(ctx, incomplete)]
