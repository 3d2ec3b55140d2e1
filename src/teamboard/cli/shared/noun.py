"""A noun with its verbs, one of which may be left out: `feedback ana "…"` is `feedback give ana "…"`."""

from __future__ import annotations

import click
from click.shell_completion import CompletionItem

from teamboard.cli.commands import SuggestingGroup
from teamboard.domain.ids import is_record_id


class Noun(SuggestingGroup):
    """A group whose arguments go to the verb `default` if they do not start with a verb."""

    default: str = ""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        words = self._words(args)
        first = words[0] if words else None
        # While the first word is being completed, it may become a verb.
        unfinished = ctx.resilient_parsing and first is None
        if not unfinished and first not in self.commands and first not in ctx.help_option_names:
            if len(words) > 1 and not ctx.resilient_parsing and is_record_id(words[1].upper()):
                # A person is never followed by an id alone: it is a verb, mistyped.
                self.fail_mistyped(ctx, words[0])
            args = [self.default, *args]
        return super().parse_args(ctx, args)

    def _words(self, args: list[str]) -> list[str]:
        """The arguments after --board and --as."""
        at = 0
        while at < len(args) and args[at].partition("=")[0] in ("--board", "--as"):
            at += 1 if "=" in args[at] else 2
        return args[at:]

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        default = self.commands[self.default]
        if incomplete.startswith("-"):
            return default.shell_complete(click.Context(default, parent=ctx), incomplete)
        first = next(p for p in default.params if isinstance(p, click.Argument))
        return [*super().shell_complete(ctx, incomplete), *first.shell_complete(ctx, incomplete)]
