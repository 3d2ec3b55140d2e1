"""The command palette: the commands of the current screen and of the app."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Literal, NamedTuple, Protocol, cast, runtime_checkable

from rich.text import Text
from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.markup import escape

from teamboard.domain.sanitize import one_line
from teamboard.domain.verbs import VERBS, VerbName


class Command(NamedTuple):
    """A command of the palette: its name, what it does, the function to call, and the verb of its action, if any."""

    name: str
    about: str
    run: Callable[[], object]
    verb: VerbName | Literal[""] = ""


class HasQuickOpen(Protocol):
    """An app with commands that open a record."""

    def quick_open_commands(self) -> Iterable[Command]: ...


@runtime_checkable
class HasCommands(Protocol):
    """A screen or an app with commands for the palette."""

    def commands(self) -> Iterable[Command]: ...


class ScreenCommands(Provider):
    """Provides the commands of the screen, then those of the app. Nothing in their texts is markup."""

    def _all(self) -> list[Command]:
        sources = [source for source in (self.screen, self.app) if isinstance(source, HasCommands)]
        return [command for source in sources for command in source.commands()]

    async def discover(self) -> Hits:
        for name, about, run, _ in self._all():
            plain = one_line(name)
            yield DiscoveryHit(Text(plain), run, text=plain, help=escape(one_line(about)))

    async def search(self, query: str) -> Hits:
        matcher = self.matcher(query)
        for name, about, run, verb in self._all():
            plain = one_line(name)
            if (score := matcher.match(plain)) > 0:
                yield Hit(score, matcher.highlight(escape(plain)), run, text=plain, help=escape(one_line(about)))
            elif words := search_words(verb, query):
                score = max(matcher.match(word) for word in words)
                yield Hit(score, Text(plain), run, text=plain, help=escape(one_line(about)))


def search_words(verb: VerbName | Literal[""], query: str) -> list[str]:
    """The verb and its other search words that begin with the query, ignoring case."""
    prefix = query.strip().casefold()
    if not prefix or not verb:
        return []
    return [word for word in (verb, *VERBS[verb].search) if word.casefold().startswith(prefix)]


class QuickOpenCommands(ScreenCommands):
    """Provides the commands that open a member, goal, feedback or review."""

    def _all(self) -> list[Command]:
        return list(cast("HasQuickOpen", self.app).quick_open_commands())
