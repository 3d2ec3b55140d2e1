"""What changes with the people of a team: who is away, and when."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import ClassVar

import msgspec
from msgspec import Struct

from teamboard.actions.base import Actor, find_member, require
from teamboard.domain.board import Board, Changes
from teamboard.domain.errors import Refused
from teamboard.domain.handles import display_name
from teamboard.domain.people import absence_on, on_team
from teamboard.domain.records import Absence, Member
from teamboard.domain.sanitize import clean_line, shell_command
from teamboard.domain.verbs import VerbName

MOST_ABSENCES = 200


class BeAway(Struct, frozen=True, kw_only=True):
    """Put down the days on which a member is away, `starts` and `ends` included.

    Days that are a part of those put down before take their place, with their note if none is given.
    """

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
            raise Refused(f"{display_name(board, member)} leaves the team on {member.left}: give days before it.")
        note, others = clean_line(self.note, "The note"), list(member.away)
        for absence in member.away:
            if self._is_part_of(absence):
                others.remove(absence)
                note = note or absence.note
            elif absence.starts <= self.ends and self.starts <= absence.ends:
                back = shell_command("member", "away", member.handle, "--back", "DAY")
                raise Refused(
                    f"{display_name(board, member)} is away from {absence.starts} to {absence.ends} already: "
                    f"give other days, or shorten these with {back}."
                )
        if len(others) >= MOST_ABSENCES:
            raise Refused(
                f"{display_name(board, member)} has been away {MOST_ABSENCES} times; the board keeps no more."
            )
        changed = Absence(starts=self.starts, ends=self.ends, note=note)
        return _with_absences(member, [*others, changed])

    def _is_part_of(self, absence: Absence) -> bool:
        """True if these days are some of an absence, and not all of them."""
        return (
            absence.starts <= self.starts
            and self.ends <= absence.ends
            and not (absence.starts == self.starts and absence.ends == self.ends)
        )


class ComeBack(Struct, frozen=True, kw_only=True):
    """Put down that a member is back on a day on which they are away: the days away end before it.

    Back on their first day, they were not away.
    """

    verb: ClassVar[VerbName] = "put down days away"

    member: str
    day: date

    def __call__(self, board: Board, by: Actor, at: datetime) -> Changes:
        member = find_member(board, self.member)
        require(board, by, self.verb, member)
        absence = absence_on(member, self.day)
        if absence is None:
            raise Refused(f"{display_name(board, member)} is not away on {self.day}: give a day on which they are.")
        kept = [a for a in member.away if a is not absence]
        if absence.starts < self.day:
            kept.append(msgspec.structs.replace(absence, ends=self.day - timedelta(days=1)))
        return _with_absences(member, kept)


def _with_absences(member: Member, away: list[Absence]) -> Changes:
    return {member.id: msgspec.structs.replace(member, away=tuple(sorted(away, key=lambda a: a.starts)))}
