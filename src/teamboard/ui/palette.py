"""The command palette: the commands of the current screen and of the app."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Literal, Protocol, cast, runtime_checkable

from msgspec import Struct
from rich.text import Text
from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.markup import escape

from teamboard.domain.sanitize import one_line
from teamboard.domain.verbs import VerbName, all_verbs


class Command(Struct, frozen=True):
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
        for command in self._all():
            plain = one_line(command.name)
            yield DiscoveryHit(Text(plain), command.run, text=plain, help=escape(one_line(command.about)))

    async def search(self, query: str) -> Hits:
        matcher = self.matcher(query)
        for command in self._all():
            plain, about, run = one_line(command.name), escape(one_line(command.about)), command.run
            if (score := matcher.match(plain)) > 0:
                yield Hit(score, matcher.highlight(escape(plain)), run, text=plain, help=about)
            elif words := search_words(command.verb, query):
                # After those whose own name is so: the matcher gives a whole word twice what it gives any other.
                score = max(matcher.match(word) for word in words) / 2
                yield Hit(score, Text(plain), run, text=plain, help=about)


def search_words(verb: VerbName | Literal[""], query: str) -> list[str]:
    """The verb and its other search words that begin with the query, ignoring case."""
    prefix = query.strip().casefold()
    if not prefix or not verb:
        return []
    return [word for word in (verb, *all_verbs()[verb].search) if word.casefold().startswith(prefix)]


class QuickOpenCommands(ScreenCommands):
    """Provides the commands that open a member, goal, feedback or review."""

    def _all(self) -> list[Command]:
        return list(cast("HasQuickOpen", self.app).quick_open_commands())
