"""Who is acting on a board: by name, by a seat in the database, by the login of this machine, or by the settings."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from teamboard.actions.base import Actor, find_member
from teamboard.domain.board import Board
from teamboard.domain.errors import Refused
from teamboard.domain.records import Member
from teamboard.domain.sanitize import one_line
from teamboard.personal.paths import keys_folder, noted_public_key, settings_path

if TYPE_CHECKING:
    from teamboard.personal.settings import Settings

try:
    import pwd
except ImportError:  # Windows has no such module.
    pwd = None  # type: ignore[assignment]


def find_actor(board: Board, *, named: str | None, seat: str | None) -> Actor:
    """Who is acting: the member `named`, else of TEAMBOARD_MEMBER, else with this login, else of the settings.

    `seat` is the member as whom the store has authenticated the caller, or None; Refused if another one is named.
    NotFound if a member is named whom the board does not have. Without a member the actor can only read.
    """
    named = named or os.environ.get("TEAMBOARD_MEMBER")
    if seat is not None:
        if named and find_member(board, named).handle != seat:
            raise Refused(f"The database knows you as {seat}, not as {named}.")
        return local_actor(seat)
    if named:
        return local_actor(find_member(board, named).handle)
    login = os_login()
    by_login = next((m.handle for m in board.members if login in m.logins), None)
    return local_actor(by_login or _member_of_settings(board))


def is_own_member(board: Board, actor: Actor, *, seat: str | None) -> bool:
    """Whether the caller's login, settings or seat in the database say that they are the member they act as.

    Not so for who is only named, with --as or TEAMBOARD_MEMBER.
    """
    member = board.member(actor.member)
    if member is None:
        return False
    if seat is not None:
        return member.handle == seat
    return (bool(actor.login) and actor.login in member.logins) or _member_of_settings(board) == member.handle


def key_of_another(board: Board, actor: Actor) -> str:
    """What to say if the actor's key on the board is not the one that they use here, and what to do; else ""."""
    member = board.member(actor.member)
    here = noted_public_key(member.handle) if member and member.key else None
    return describe_other_key(member) if member and here not in (None, member.key) else ""


def describe_other_key(member: Member) -> str:
    """That a member's key on the board is not the one that is used here, and what to do."""
    return (
        f"The key of {one_line(member.name)} on the board is not the one in {keys_folder() / f'{member.handle}.key'}: "
        "it was renewed elsewhere, or is somebody else's. `teamboard key restore FILE` brings a backup back, "
        "`teamboard key renew` makes a new one."
    )


def local_actor(member: str | None = None) -> Actor:
    """The actor at this machine with this login, as `member`, or as nobody."""
    return Actor(member, os_login(), os_host())


def os_login() -> str:
    """The operating system's name for the user."""
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except (KeyError, AttributeError):
        return os.environ.get("USERNAME") or os.environ.get("USER") or ""


def full_name() -> str:
    """The operating system's full name of the user, if it has one."""
    try:
        return pwd.getpwuid(os.getuid()).pw_gecos.partition(",")[0].strip()
    except (KeyError, AttributeError):
        return ""


def os_host() -> str:
    """This machine's name."""
    if hasattr(os, "uname"):
        return os.uname().nodename
    return os.environ.get("COMPUTERNAME", "")


def saved_settings() -> Settings | None:
    """The user's settings; None, without a look at YAML, where there are none, or none that can be read."""
    if not settings_path().exists():
        return None
    # YAML takes 13 ms to import, a fifth of the time of a check-in by whoever has no settings.
    from teamboard.personal.settings import load_settings_or_defaults

    return load_settings_or_defaults()[0]


def _member_of_settings(board: Board) -> str | None:
    """Who the settings say is acting, if the board has such a member."""
    settings = saved_settings()
    member = board.member(settings.member) if settings and settings.member else None
    return member.handle if member else None
