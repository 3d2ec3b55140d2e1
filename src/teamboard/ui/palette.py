"""The command palette: every action that makes sense on the screen it is called from."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple, Protocol, cast

from rich.text import Text
from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.markup import escape

from teamboard.domain.sanitize import one_line
from teamboard.domain.verbs import VERBS


class Command(NamedTuple):
    """One thing the palette offers: its name, what it does, the call that does it, and the verb of its action."""

    name: str
    about: str
    run: Callable[[], object]
    verb: str = ""


class HasQuickOpen(Protocol):
    """An app that knows where one can jump to."""

    def quick_open_commands(self) -> Iterable[Command]: ...


class HasCommands(Protocol):
    """A screen or an app that has something to offer."""

    def commands(self) -> Iterable[Command]: ...


class ScreenCommands(Provider):
    """What the screen offers, then what the app does. Names of people are shown as they are."""

    def _all(self) -> list[Command]:
        places = [place for place in (self.screen, self.app) if hasattr(place, "commands")]
        return [offer for place in places for offer in cast("HasCommands", place).commands()]

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
            elif found := search_words(verb, query):
                score = max(matcher.match(word) for word in found)
                yield Hit(score, Text(plain), run, text=plain, help=escape(one_line(about)))


def search_words(verb: str, query: str) -> list[str]:
    """The search words of a verb that begin with a query, in any case of letters; the verb is one of them."""
    wanted = query.strip().casefold()
    if not wanted or verb not in VERBS:
        return []
    return [word for word in (verb, *VERBS[verb].search) if word.casefold().startswith(wanted)]


class QuickOpenCommands(ScreenCommands):
    """Everything that has a name: members, goals, open feedback, reviews."""

    def _all(self) -> list[Command]:
        return list(cast("HasQuickOpen", self.app).quick_open_commands())
