"""What changes with the people of a team: who is away, and when."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar

import msgspec
from msgspec import Struct

from teamboard.actions.base import Actor, find_member, require
from teamboard.domain.board import Board, Changes
from teamboard.domain.errors import Refused
from teamboard.domain.people import on_team
from teamboard.domain.records import Absence
from teamboard.domain.sanitize import clean_line
from teamboard.domain.verbs import VerbName

MOST_ABSENCES = 200


class BeAway(Struct, frozen=True, kw_only=True):
    """Put down the days on which a member is away, `starts` and `ends` included."""

    verb: ClassVar[VerbName] = "put down days away"

    member: str
    starts: date
    ends: date
    note: str = ""

    def __call__(self, board: Board, by: Actor, at: datetime) -> Changes:
        member = find_member(board, self.member)
        require(board, by, self.verb, member)
        if self.ends < self.starts:
            raise Refused(f"{self.ends} is before {self.starts}: give the first day away, then the last.")
        if not on_team(member, self.ends):
            raise Refused(f"{member.name} leaves the team on {member.left}: give days before it.")
        for absence in member.away:
            if absence.starts <= self.ends and self.starts <= absence.ends:
                there = f"from {absence.starts} to {absence.ends}"
                raise Refused(f"{member.name} is away {there} already: give other days, or undo that first.")
        if len(member.away) >= MOST_ABSENCES:
            raise Refused(f"{member.name} has been away {MOST_ABSENCES} times; the board keeps no more.")
        absence = Absence(starts=self.starts, ends=self.ends, note=clean_line(self.note, "The note"))
        away = tuple(sorted((*member.away, absence), key=lambda a: a.starts))
        return {member.id: msgspec.structs.replace(member, away=away)}
