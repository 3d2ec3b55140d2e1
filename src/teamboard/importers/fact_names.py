"""The names of members in a file of facts: whose they are, today or formerly, and which are nobody's."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches

from msgspec import Struct

from teamboard.actions.base import find_member, find_members
from teamboard.domain.board import Board
from teamboard.domain.errors import NotFound
from teamboard.domain.handles import former_names
from teamboard.domain.people import describe_namesakes
from teamboard.domain.records import Member
from teamboard.domain.records.names import comparable
from teamboard.importers.fact_map import OTHERS, FactMap

OTHER_TEAMS = "people of other teams"
"""Why rows of names that are not on the board are left out, if the map ignores others."""


class NamedRows(Struct, frozen=True):
    """The rows with one name: how many, the handle that was found by a former name, and similar names of members."""

    rows: int
    handle: str = ""
    similar: list[str] = []


class FactNames:
    """The names in a file: whose they are, with the number of rows. Each is looked up once."""

    def __init__(self, board: Board, fact_map: FactMap) -> None:
        self._board = board
        self._mapped = {comparable(name): member for name, member in fact_map.members.items()}
        self._ignores_others = fact_map.ignore == OTHERS
        self._ignored = set() if self._ignores_others else {*map(comparable, fact_map.ignore)}
        self._handles: dict[str, str | None] = {}
        self._namesakes: dict[str, str] = {}
        """What is wrong with a name that several members have or had."""
        self._rows: dict[str, int] = {}
        """The rows of the names that are not those of members."""
        self._former: dict[str, list[str]] | None = None
        self._renamed: set[str] = set()

    def handle(self, name: str) -> str | None:
        """The handle of the member that a name means; None if there is none."""
        if name not in self._handles:
            member = self._find(name)
            self._handles[name] = member.handle if member else None
            wanted = self._mapped.get(comparable(name), name)
            if member is not None and comparable(wanted) not in (comparable(member.handle), comparable(member.name)):
                self._renamed.add(name)
        handle = self._handles[name]
        if handle is None or name in self._renamed:
            self._rows[name] = self._rows.get(name, 0) + 1
        return handle

    def _find(self, name: str) -> Member | None:
        wanted = self._mapped.get(comparable(name), name)
        try:
            return find_member(self._board, wanted)
        except NotFound:
            namesakes = [m.handle for m in find_members(self._board, wanted)] or self._had(wanted)
            if len(namesakes) > 1:
                self._namesakes[name] = describe_namesakes(name, namesakes)
            return self._board.member(namesakes[0]) if len(namesakes) == 1 else None

    def _had(self, name: str) -> list[str]:
        """The handles of those who once had a name, by the history; it is read once, if a name is not known."""
        if comparable(name) in self._ignored:
            return []
        if self._former is None:
            self._former = former_names(self._board)
        return self._former.get(comparable(name), [])

    def namesakes(self, name: str) -> str:
        """That several members have, or had, a name that none is meant by alone; empty for others."""
        return self._namesakes.get(name, "")

    def why_ignored(self, name: str) -> str:
        """The reason for which the rows of a name that no member has are left out; empty if they are not."""
        if comparable(name) in self._ignored:
            return "a name to ignore"
        return OTHER_TEAMS if self._ignores_others and name not in self._namesakes else ""

    def renamed(self) -> dict[str, NamedRows]:
        """The names that members had before, with their handles."""
        return {name: NamedRows(self._rows[name], self._handles[name] or "") for name in self._renamed}

    def others(self) -> dict[str, NamedRows]:
        """The names that belong to nobody on the board, if these are left out."""
        return self._nobodys() if self._ignores_others else {}

    def unknown(self) -> dict[str, NamedRows]:
        """The names that belong to nobody on the board, and that the map does not leave out."""
        return {} if self._ignores_others else self._nobodys()

    def _nobodys(self) -> dict[str, NamedRows]:
        names = (n for n in self._rows if self._handles[n] is None and n not in self._namesakes)
        unknown = [name for name in names if comparable(name) not in self._ignored]
        members = {m.handle: m.name for m in self._board.members}
        return {name: NamedRows(self._rows[name], similar=similar_names(name, members)) for name in unknown}


def similar_names(name: str, members: Mapping[str, str]) -> list[str]:
    """Up to two names of members that are similar to an unknown name, by handle or name; `members` are by handle."""
    names = {comparable(known): known for known in members.values()} | dict(members)
    return list(dict.fromkeys(names[n] for n in get_close_matches(comparable(name), names, n=2)))
