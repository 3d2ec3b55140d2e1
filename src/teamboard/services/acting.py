"""Find who is acting on a board: by name, by database seat, by the operating system's login, or by the settings."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from teamboard.actions.base import Actor, find_member
from teamboard.domain.board import Board
from teamboard.domain.errors import Refused
from teamboard.domain.records import Member
from teamboard.domain.sanitize import one_line
from teamboard.personal.paths import key_path, noted_public_key, settings_path

if TYPE_CHECKING:
    from teamboard.personal.settings import Settings

try:
    import pwd
except ImportError:  # Windows has no such module.
    pwd = None  # type: ignore[assignment]


def find_actor(board: Board, *, named: str | None, seat: str | None) -> Actor:
    """The actor: the member `named`, else of TEAMBOARD_MEMBER, else with this login, else of the settings.

    `seat` is the member as whom the store has authenticated the caller, or None. Raises Refused if another one is
    named, NotFound if the named member is not on the board. An actor without a member can only read.
    """
    named = named or os.environ.get("TEAMBOARD_MEMBER")
    if seat is not None:
        if named and find_member(board, named).handle != seat:
            raise Refused(f"The database knows you as {seat}, not as {named}.")
        return local_actor(seat)
    if named:
        return local_actor(find_member(board, named).handle)
    by_login = board.member_of_login(os_login())
    return local_actor(by_login.handle if by_login else _member_of_settings(board))


def is_own_member(board: Board, actor: Actor, *, seat: str | None) -> bool:
    """Return whether the caller's login, settings or database seat say that they are the member they act as.

    False if the member is only named, with --as or TEAMBOARD_MEMBER.
    """
    member = board.member(actor.member)
    if member is None:
        return False
    if seat is not None:
        return member.handle == seat
    return (bool(actor.login) and actor.login in member.logins) or _member_of_settings(board) == member.handle


def key_of_another(board: Board, actor: Actor) -> str:
    """A warning if the actor's key on the board differs from the one used on this machine; else ""."""
    member = board.member(actor.member)
    here = noted_public_key(key_path(member)) if member and member.key else None
    return describe_other_key(member) if member and here not in (None, member.key) else ""


def describe_other_key(member: Member) -> str:
    """A warning that a member's key on the board is not the one on this machine, with what to do."""
    return (
        f"The key of {one_line(member.name)} on the board is not the one in {key_path(member)}: "
        "it was renewed elsewhere, or is somebody else's. `teamboard key restore FILE` brings a backup back, "
        "`teamboard key renew` makes a new one."
    )


def local_actor(member: str | None = None) -> Actor:
    """The actor with this machine's login and host, as `member`, or as no member."""
    return Actor(member, os_login(), os_host())


def os_login() -> str:
    """The user's login name; "" if unknown."""
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except (KeyError, AttributeError):
        return os.environ.get("USERNAME") or os.environ.get("USER") or ""


def full_name() -> str:
    """The user's full name as the operating system has it, or ""."""
    try:
        return pwd.getpwuid(os.getuid()).pw_gecos.partition(",")[0].strip()
    except (KeyError, AttributeError):
        return ""


def os_host() -> str:
    """This machine's host name."""
    if hasattr(os, "uname"):
        return os.uname().nodename
    return os.environ.get("COMPUTERNAME", "")


def saved_settings() -> Settings | None:
    """The user's settings; None if there is no settings file."""
    if not settings_path().exists():
        return None
    # YAML takes 13 ms to import, a fifth of the time of a check-in without settings.
    from teamboard.personal.settings import load_settings_or_defaults

    return load_settings_or_defaults()[0]


def _member_of_settings(board: Board) -> str | None:
    """The handle of the member that the settings name, or None if the board has no such member."""
    settings = saved_settings()
    member = board.known_as(settings.member) if settings and settings.member else None
    return member.handle if member else None
