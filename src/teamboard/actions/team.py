"""Setting up the team and its settings; adding and changing members."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar

import msgspec
from msgspec import Struct

from teamboard.actions.base import FOR_GOOD, Actor, find_colleague, find_member, refuse_changed_since, require
from teamboard.actions.periods import corrected_period, following_goals
from teamboard.actions.renaming import check_new_handle, formerly_called
from teamboard.actions.skills import clean_career, clean_skill
from teamboard.domain.board import Board, Changes
from teamboard.domain.due import planned_meetings
from teamboard.domain.errors import NoTeam, Refused
from teamboard.domain.handles import display_name
from teamboard.domain.input_parsing import is_timezone, parse_age
from teamboard.domain.people import on_team, under
from teamboard.domain.periods.calendar import NONE, parse_calendar
from teamboard.domain.records import (
    HINT_NAMES,
    LARGEST,
    WEEKDAYS,
    Cadence,
    Career,
    HintName,
    Member,
    NumberStyle,
    Period,
    Skill,
    Team,
    Weekday,
)
from teamboard.domain.references import manager_cycle
from teamboard.domain.sanitize import clean_line, shell_command
from teamboard.domain.verbs import VerbName

LONGEST_CADENCE = 3660


class SetUpTeam(Struct, frozen=True, kw_only=True):
    """Set up the team of an empty board."""

    verb: ClassVar[VerbName] = "set up the team"

    name: str
    timezone: str
    period: Period
    cadence: Cadence = Cadence()
    on_track: float = 0.9
    at_risk: float = 0.7
    working_days: tuple[Weekday, ...] = WEEKDAYS[:5]
    days_off: tuple[date, ...] = ()
    archive_after: str = "1y"
    numbers: NumberStyle = ""
    periods: str = ""
    hints_off: tuple[HintName, ...] = ()

    def __call__(self, board: Board, by: Actor, at: datetime) -> Changes:
        if board.team is not None:
            raise Refused("This board has a team already.")
        if self.period.ends <= self.period.starts:
            raise Refused("A period must end after it begins.")
        team = Team(
            id=board.next_id("team"),
            name=self.name,
            timezone=self.timezone,
            period=self.period,
            cadence=self.cadence,
            on_track=self.on_track,
            at_risk=self.at_risk,
            working_days=self.working_days,
            days_off=self.days_off,
            archive_after=self.archive_after,
            numbers=self.numbers,
            periods=self.periods,
            hints_off=self.hints_off,
        )
        return {team.id: _check_team(team)}


class ChangeTeam(Struct, frozen=True, kw_only=True):
    """Change the team's settings; what is not given stays. Days off are added (`off`) and removed (`not_off`).

    Hints are switched off (`without_hints`) and on again (`with_hints`). `periods` is the calendar of coming periods,
    "" for none; `period`, `period_starts` and `period_ends` correct the one that runs, and goals follow: see
    `corrected_period`.
    """

    verb: ClassVar[VerbName] = "change the team"

    name: str | None = None
    timezone: str | None = None
    cadence: dict[str, int] = {}
    on_track: float | None = None
    at_risk: float | None = None
    working_days: tuple[Weekday, ...] = ()
    off: tuple[date, ...] = ()
    not_off: tuple[date, ...] = ()
    archive_after: str | None = None
    away_counts: bool | None = None
    numbers: NumberStyle | None = None
    periods: str | None = None
    period: str | None = None
    period_starts: date | None = None
    period_ends: date | None = None
    without_hints: tuple[HintName, ...] = ()
    with_hints: tuple[HintName, ...] = ()

    def __call__(self, board: Board, by: Actor, at: datetime) -> Changes:
        require(board, by, self.verb)
        team = board.team
        if team is None:
            raise NoTeam
        days_off = (set(team.days_off) | set(self.off)) - set(self.not_off)
        hints_off = (set(team.hints_off) | set(self.without_hints)) - set(self.with_hints)
        period = corrected_period(board, team, self.period, self.period_starts, self.period_ends)
        changed = _check_team(
            msgspec.structs.replace(
                team,
                period=period,
                periods=team.periods if self.periods is None else self.periods,
                name=team.name if self.name is None else self.name,
                timezone=self.timezone or team.timezone,
                # The same object if nothing changes: msgspec leaves out a default only then.
                cadence=msgspec.structs.replace(team.cadence, **self.cadence) if self.cadence else team.cadence,
                on_track=team.on_track if self.on_track is None else self.on_track,
                at_risk=team.at_risk if self.at_risk is None else self.at_risk,
                working_days=self.working_days or team.working_days,
                days_off=tuple(sorted(days_off)),
                archive_after=team.archive_after if self.archive_after is None else self.archive_after,
                away_counts=team.away_counts if self.away_counts is None else self.away_counts,
                numbers=team.numbers if self.numbers is None else self.numbers,
                hints_off=tuple(hints_off),
            )
        )
        if changed == team:
            raise Refused("Nothing about the team would change.")
        return {team.id: changed, **following_goals(board, team.period, period)}


class ClaimLogin(Struct, frozen=True):
    """Store the actor's login in the member's record, the first time that they open the board.

    Refused if the member has a login already, so that nobody can take over a member: a manager adds further logins.
    """

    verb: ClassVar[VerbName] = "say who you are"

    def __call__(self, board: Board, by: Actor, at: datetime) -> Changes:
        member = require(board, by, self.verb, board.member(by.member))
        if not by.login:
            raise Refused("Your system has no login name for you; say who you are with --as each time.")
        known = board.member_of_login(by.login)
        if known is not None and on_team(known, board.day_of(at)):
            raise Refused(f"The login {by.login!r} is {known.name}'s ({known.handle}) already.")
        if member.logins:
            change = shell_command("member", "change", member.handle, "--login", by.login)
            raise Refused(
                f"{display_name(board, member)} has a login already; {change} adds yours, and a manager may do that."
            )
        return {member.id: msgspec.structs.replace(member, logins=(by.login,))}


def _check_team(team: Team) -> Team:
    """The team with its name cleaned and working days in order. Raises Refused if a setting is not possible."""
    if not 0 < team.at_risk < team.on_track <= LARGEST:
        raise Refused("The thresholds of status must be per cent of the pace: above 0, and at risk below on track.")
    longest = max(msgspec.structs.astuple(team.cadence))
    if min(msgspec.structs.astuple(team.cadence)) < 1 or longest > LONGEST_CADENCE:
        raise Refused(f"A cadence must be 1 to {LONGEST_CADENCE} days.")
    if not is_timezone(team.timezone):
        raise Refused(f"{team.timezone!r} is not a time zone; try Europe/Madrid.")
    name = clean_line(team.name, "The team's name", required=True)
    working_days = tuple(day for day in WEEKDAYS if day in team.working_days)
    archive_after = parse_age(team.archive_after)
    hints_off = tuple(hint for hint in HINT_NAMES if hint in team.hints_off)
    return msgspec.structs.replace(
        team,
        name=name,
        working_days=working_days,
        archive_after=archive_after,
        hints_off=hints_off,
        periods=parse_calendar(team.periods or NONE),
    )


class AddMember(Struct, frozen=True, kw_only=True):
    """Add a member. Adding the first member of a board requires no permission.

    `starts` is the first day that counts for somebody who joins in the middle of a period, and `ramp` the per cent
    expected of them in each month since; with a ramp alone they start today.
    """

    verb: ClassVar[VerbName] = "add a member"

    handle: str
    name: str
    manager: str | None = None
    title: str = ""
    logins: tuple[str, ...] = ()
    skills: tuple[Skill, ...] = ()
    career: Career | None = None
    starts: date | None = None
    ramp: tuple[int, ...] = ()
    region: str = ""

    def __call__(self, board: Board, by: Actor, at: datetime) -> Changes:
        if any(True for _ in board.members):
            require(board, by, self.verb)
        check_new_handle(board, self.handle, self.name)
        today = board.day_of(at)
        _check_logins(board, self.logins, today)
        _check_ramp(board, self.ramp)
        member = Member(
            id=board.next_id("members"),
            handle=self.handle,
            name=clean_line(self.name, "The name", required=True),
            manager=find_colleague(board, self.manager, today, FOR_GOOD).handle if self.manager else None,
            joined=today,
            starts=self.starts or (today if self.ramp else None),
            ramp=self.ramp,
            title=clean_line(self.title, "The title"),
            logins=tuple(clean_line(login, "The login", required=True) for login in self.logins),
            skills=tuple(clean_skill(skill) for skill in self.skills),
            career=self.career and clean_career(self.career),
            region=clean_line(self.region, "The region"),
        )
        return {member.id: member}


class ChangeMember(Struct, frozen=True, kw_only=True):
    """Change a member's name, title, region, manager, first day or ramp, or add logins and take some away.

    By those above the member, as they are before it; any manager for a head.
    `without_manager` makes them a head of the team; `without_starts` and an empty `ramp` take these away.
    `name_was` is the name as the person saw it: raises Conflict if it has changed and another one is given.
    """

    verb: ClassVar[VerbName] = "change a member"

    handle: str
    name: str | None = None
    title: str | None = None
    manager: str | None = None
    without_manager: bool = False
    logins: tuple[str, ...] = ()
    without_logins: tuple[str, ...] = ()
    starts: date | None = None
    without_starts: bool = False
    ramp: tuple[int, ...] | None = None
    name_was: str | None = None
    region: str | None = None

    def __call__(self, board: Board, by: Actor, at: datetime) -> Changes:
        member = find_member(board, self.handle)
        require(board, by, self.verb, member)
        if self.name is not None:
            refuse_changed_since(board, member, "name", self.name_was)
        if self.manager and self.without_manager:
            raise Refused("Give a manager or none, not both.")
        today = board.day_of(at)
        manager = find_colleague(board, self.manager, today, FOR_GOOD).handle if self.manager else member.manager
        if self.without_manager:
            manager = None
        ramp = member.ramp if self.ramp is None else self.ramp
        if self.without_starts and ramp:
            raise Refused(f"The ramp of {display_name(board, member)} begins on their first day: take it away too.")
        _check_ramp(board, ramp if ramp != member.ramp else ())
        _check_logins(board, self.logins, today)
        for login in self.without_logins:
            if login not in member.logins:
                raise Refused(f"{display_name(board, member)} has no login {login!r}.")
        kept = tuple(login for login in member.logins if login not in self.without_logins)
        managers = {m.handle: m.manager for m in board.members} | {member.handle: manager}
        if manager_cycle(managers) is not None:
            raise Refused(f"{manager} reports to {member.handle}, directly or not: nobody is their own manager.")
        name = clean_line(self.name, "The name", required=True) if self.name is not None else member.name
        changed = msgspec.structs.replace(
            under(member, manager, today),
            name=name,
            formerly=formerly_called(board, member, member.name, name) if name != member.name else member.formerly,
            title=clean_line(self.title, "The title") if self.title is not None else member.title,
            starts=None
            if self.without_starts
            else self.starts or member.starts or ((member.joined or today) if ramp else None),
            ramp=ramp,
            logins=(*kept, *(clean_line(login, "The login", required=True) for login in self.logins)),
            region=clean_line(self.region, "The region") if self.region is not None else member.region,
        )
        if changed == member:
            raise Refused(f"Nothing about {member.handle} would change.")
        changes: Changes = {member.id: changed}
        if manager is not None and manager != member.manager:
            # Planned one-on-ones and reviews move to the new manager.
            changes |= {r.id: msgspec.structs.replace(r, manager=manager) for r in planned_meetings(board, member)}
        return changes


def _check_ramp(board: Board, ramp: tuple[int, ...]) -> None:
    """Raise Refused unless a ramp has per cent, and not more months than the period; 100 at its end doesn't count."""
    if any(not 0 <= percent <= 100 for percent in ramp):
        raise Refused("A ramp is per cent by month, each from 0 to 100, such as 25,50,75.")
    period = board.team.period if board.team else None
    if period is None:
        return
    months = (period.ends.year - period.starts.year) * 12 + period.ends.month - period.starts.month + 1
    if sum(any(percent < 100 for percent in ramp[month:]) for month in range(len(ramp))) > months or len(ramp) > 120:
        raise Refused(f"A ramp has at most as many months as the period, which has {months}.")


def _check_logins(board: Board, logins: tuple[str, ...], today: date) -> None:
    """Raise Refused if a login is that of somebody who is on the team."""
    for login in logins:
        taken = board.member_of_login(login)
        if taken is not None and on_team(taken, today):
            raise Refused(f"The login {login!r} is {taken.handle}'s already.")
