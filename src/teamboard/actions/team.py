"""The team and its members."""

from __future__ import annotations

import re
from datetime import datetime
from typing import ClassVar
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Struct

from teamboard.actions.base import Actor, Refused, find_member, line, prose, require
from teamboard.board.board import Board, Changes, in_circle
from teamboard.board.records import Cadence, Career, Member, Period, Skill, Team

_HANDLE = re.compile(r"[a-z0-9][a-z0-9._-]{0,31}")


class SetUpTeam(Struct, frozen=True, kw_only=True):
    """Give an empty board its team."""

    verb: ClassVar[str] = "set up the team"

    name: str
    timezone: str
    period: Period
    cadence: Cadence = Cadence()
    on_track: float = 0.9
    at_risk: float = 0.7

    def __call__(self, board: Board, by: Actor, at: datetime) -> Changes:
        if board.team is not None:
            raise Refused("This board has a team already.")
        if self.period.ends <= self.period.starts:
            raise Refused("A period ends after it begins.")
        if not 0 < self.at_risk < self.on_track:
            raise Refused("The thresholds of status go 0 < at_risk < on_track.")
        try:
            ZoneInfo(self.timezone)
        except (ValueError, OSError, KeyError) as error:
            raise Refused(f"There is no time zone {self.timezone!r}; one is Europe/Madrid.") from error
        team = Team(
            id=board.next_id("team"),
            name=line(self.name, "The team's name", required=True),
            timezone=self.timezone,
            period=self.period,
            cadence=self.cadence,
            on_track=self.on_track,
            at_risk=self.at_risk,
        )
        return {team.id: team}


class AddMember(Struct, frozen=True, kw_only=True):
    """Bring somebody onto the board. The first member of a board needs nobody's leave."""

    verb: ClassVar[str] = "add a member"

    handle: str
    name: str
    manager: str | None = None
    title: str = ""
    logins: tuple[str, ...] = ()
    skills: tuple[Skill, ...] = ()
    career: Career | None = None

    def __call__(self, board: Board, by: Actor, at: datetime) -> Changes:
        if any(True for _ in board.members):
            require(board, by, self.verb)
        if not _HANDLE.fullmatch(self.handle):
            raise Refused(f"{self.handle!r} is no handle: small letters, digits, . _ and -, such as ana.")
        if board.member(self.handle) is not None:
            raise Refused(f"There is a member {self.handle!r} already.")
        _check_logins(board, self.logins)
        member = Member(
            id=board.next_id("members"),
            handle=self.handle,
            name=line(self.name, "The name", required=True),
            manager=find_member(board, self.manager).handle if self.manager else None,
            title=line(self.title, "The title"),
            logins=tuple(line(login, "The login", required=True) for login in self.logins),
            skills=tuple(_plain_skill(skill) for skill in self.skills),
            career=self.career and _plain_career(self.career),
        )
        return {member.id: member}


class ChangeMember(Struct, frozen=True, kw_only=True):
    """Change what the board says of a member: name, title, manager, and logins that are new."""

    verb: ClassVar[str] = "change a member"

    handle: str
    name: str | None = None
    title: str | None = None
    manager: str | None = None
    logins: tuple[str, ...] = ()

    def __call__(self, board: Board, by: Actor, at: datetime) -> Changes:
        require(board, by, self.verb)
        member = find_member(board, self.handle)
        manager = find_member(board, self.manager).handle if self.manager else member.manager
        _check_logins(board, self.logins)
        managers = {m.handle: m.manager for m in board.members} | {member.handle: manager}
        if in_circle(managers) is not None:
            raise Refused(f"{manager} reports to {member.handle}, directly or not: nobody is their own manager.")
        changed = msgspec.structs.replace(
            member,
            name=line(self.name, "The name", required=True) if self.name is not None else member.name,
            title=line(self.title, "The title") if self.title is not None else member.title,
            manager=manager,
            logins=(*member.logins, *(line(login, "The login", required=True) for login in self.logins)),
        )
        if changed == member:
            raise Refused(f"Nothing about {member.handle} would change.")
        return {member.id: changed}


def _check_logins(board: Board, logins: tuple[str, ...]) -> None:
    for login in logins:
        taken = next((m for m in board.members if login in m.logins), None)
        if taken is not None:
            raise Refused(f"The login {login!r} is {taken.handle}'s already.")


def _plain_skill(skill: Skill) -> Skill:
    return Skill(
        name=line(skill.name, "The skill's name", required=True),
        level=skill.level,
        target=skill.target,
        manager=skill.manager,
        next=prose(skill.next, "What would show the next level"),
    )


def _plain_career(career: Career) -> Career:
    return Career(
        aspiration=prose(career.aspiration, "The aspiration", required=True),
        next_step=prose(career.next_step, "The next step"),
    )
