"""Options that are given once: click would take the last one without a word."""

from __future__ import annotations

import re
from collections.abc import Sequence

import click

_NEGATIVE = re.compile(r"-[\d.]")


def refuse_repeated(ctx: click.Context, args: Sequence[str]) -> None:
    """Raise UsageError if the arguments of the context's command have an option twice that is not made for it.

    Without a value, an option may be repeated: it says the same again. What else is wrong with the arguments is told
    when the command parses them.
    """
    # A number below 0 is a value, as in ValueCommand.
    words = ["0" if _NEGATIVE.match(word) else word for word in args]
    try:
        _, _, given = ctx.command.make_parser(ctx).parse_args(words)
    except click.UsageError:
        return
    for option in given:
        if isinstance(option, click.Option) and given.count(option) > 1 and _has_one_value(option):
            raise click.UsageError(f"{_names(option)} was given twice: give it once.", ctx)


def _has_one_value(option: click.Option) -> bool:
    return not option.multiple and not option.count and (not option.is_flag or bool(option.secondary_opts))


def _names(option: click.Option) -> str:
    """An option as it is typed: `--owner`, or `--away-counts or --away-pauses`."""
    return " or ".join(sorted({max(option.opts, key=len), *option.secondary_opts}))
