"""A noun with its verbs, one of which may be left out: `feedback ana "…"` is `feedback give ana "…"`."""

from __future__ import annotations

import click
from click.shell_completion import CompletionItem

from teamboard.cli.commands import SuggestingGroup


class Noun(SuggestingGroup):
    """A group whose words belong to the verb `default` where they do not begin with a verb."""

    default: str = ""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        # While the first word is being completed, it may become a verb.
        unfinished = ctx.resilient_parsing and self._first_word(args) is None
        if not unfinished and self._first_word(args) not in self.commands and not {*args} & {*ctx.help_option_names}:
            args = [self.default, *args]
        return super().parse_args(ctx, args)

    def _first_word(self, args: list[str]) -> str | None:
        """The first word after the options that every command takes, or None."""
        at = 0
        while at < len(args) and args[at].partition("=")[0] in ("--board", "--as"):
            at += 1 if "=" in args[at] else 2
        return args[at] if at < len(args) else None

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        default = self.commands[self.default]
        if incomplete.startswith("-"):
            return default.shell_complete(click.Context(default, parent=ctx), incomplete)
        first = next(p for p in default.params if isinstance(p, click.Argument))
        return [*super().shell_complete(ctx, incomplete), *first.shell_complete(ctx, incomplete)]
