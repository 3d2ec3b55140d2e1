"""The command palette: every action that makes sense on the screen it is called from."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple, Protocol, cast

from rich.text import Text
from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.markup import escape

from teamboard.domain.sanitize import one_line


class Offer(NamedTuple):
    """One thing the palette offers: what it is called, what it does, and doing it."""

    name: str
    about: str
    run: Callable[[], object]


class Jumping(Protocol):
    """An app that knows where one can jump to."""

    def jumps(self) -> Iterable[Offer]: ...


class Offering(Protocol):
    """A screen or an app that has something to offer."""

    def offers(self) -> Iterable[Offer]: ...


class Offers(Provider):
    """What the screen offers, then what the app does. Names of people are shown as they are."""

    def _all(self) -> list[Offer]:
        places = [place for place in (self.screen, self.app) if hasattr(place, "offers")]
        return [offer for place in places for offer in cast("Offering", place).offers()]

    async def discover(self) -> Hits:
        for name, about, run in self._all():
            plain = one_line(name)
            yield DiscoveryHit(Text(plain), run, text=plain, help=escape(one_line(about)))

    async def search(self, query: str) -> Hits:
        matcher = self.matcher(query)
        for name, about, run in self._all():
            plain = one_line(name)
            if (score := matcher.match(plain)) > 0:
                yield Hit(score, matcher.highlight(escape(plain)), run, text=plain, help=escape(one_line(about)))


class Jumps(Offers):
    """Everything that has a name: members, goals, open feedback, reviews."""

    def _all(self) -> list[Offer]:
        return list(cast("Jumping", self.app).jumps())
