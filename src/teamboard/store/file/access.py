"""Why a file can't be read, locked or written by this login, and what to do: the messages of `FileStore`."""

from __future__ import annotations

import os
import stat

from msgspec import Struct

from teamboard.domain.errors import os_error_within
from teamboard.domain.sanitize import shell_command
from teamboard.store.base import DEFAULT_BOARD, BoardMissing, BoardUnreadable, BoardUnwritable, StoreError
from teamboard.store.decoder import InvalidBoardFile, NewerFileFormat
from teamboard.store.file import atomic_file

STICKY = "its folder is sticky, as /tmp is, where only its owner may change a file: put it in another folder"
_UNREACHABLE = (FileNotFoundError, NotADirectoryError, PermissionError)


class Obstacle(Struct, frozen=True):
    """What keeps a login from a file, within a sentence, and what to do, as a sentence."""

    what: str
    advice: str


def folder_obstacle(path: str, *, to_write: bool = True) -> Obstacle | None:
    """What keeps this login from reaching files in the folder of `path`; None if nothing is known."""
    folder = os.path.dirname(path)
    try:
        is_folder = stat.S_ISDIR(os.stat(folder).st_mode)
    except FileNotFoundError:
        return Obstacle(f"there is no folder {folder}", "Create it, or choose another place.")
    except NotADirectoryError:
        is_folder = False
    except OSError as error:
        return Obstacle(f"its folder {folder} can't be reached: {os_error_within(error)}", "Ask its owner for access.")
    if not is_folder:
        return Obstacle(f"{folder} is not a folder", "Choose another place.")
    if not os.access(folder, os.X_OK):
        return Obstacle(
            f"permission denied: you may not enter its folder {folder}", "Ask the folder's owner for access."
        )
    if to_write and not os.access(folder, os.W_OK):
        return Obstacle(f"you may not write into its folder {folder}", "Ask the folder's owner for write access.")
    return None


def unread(path: str, given: str, error: OSError, *, was_read: bool = False) -> StoreError:
    """The error that the board at `path`, `given` by the user, is missing or can't be read.

    A board that was read before is gone: who has it open is not told to create one.
    """
    obstacle = folder_obstacle(path, to_write=False) if isinstance(error, _UNREACHABLE) else None
    if isinstance(error, FileNotFoundError):
        place = _board_option(given)
        brief = f"{os.path.basename(path)} is gone."
        if was_read:
            what = f": {obstacle.what}" if obstacle else ""
            restore = shell_command("board", "restore", *place)
            return BoardMissing(f"{path} is gone{what}. Put it back, or restore a backup with {restore}.", brief)
        why = f". Create one with {shell_command('init', *place)}, or try `teamboard demo`."
        if obstacle:
            why = f": {obstacle.what}. {obstacle.advice}"
        return BoardMissing(f"There is no board at {path}{why}", brief)
    if obstacle is None and isinstance(error, PermissionError):
        obstacle = Obstacle(os_error_within(error), "Ask its owner for read access.")
    return unreadable(path, obstacle.what, obstacle.advice) if obstacle else unreadable(path, os_error_within(error))


def damaged(path: str, given: str, error: InvalidBoardFile) -> BoardUnreadable:
    """The error that what is in the file at `path`, `given` by the user, can't be decoded as a board."""
    doctor = f"{shell_command('board', 'doctor', *_board_option(given))} says what can be repaired."
    return unreadable(path, str(error), "" if isinstance(error, NewerFileFormat) else doctor)


def _board_option(given: str) -> tuple[str, ...]:
    """The words with which a command names the board that the user has `given`."""
    return () if given == DEFAULT_BOARD else ("--board", given)


def unreadable(path: str, why: str, advice: str = "") -> BoardUnreadable:
    """The error that the board at `path` can't be read."""
    why = f"can't be read: {why}.{f' {advice}' if advice else ''}"
    return BoardUnreadable(f"{path} {why}", f"{os.path.basename(path)} {why}")


def unlocked(path: str, error: OSError) -> BoardUnwritable:
    """The error that the lock of the board at `path` can't be opened or locked."""
    has_lock = os.path.lexists(f"{path}.lock")
    obstacle = folder_obstacle(path, to_write=not has_lock) if isinstance(error, _UNREACHABLE) else None
    if obstacle:
        return BoardUnwritable(f"{path} can't be written: {obstacle.what}. {obstacle.advice} Nothing was changed.")
    if not isinstance(error, PermissionError):
        return BoardUnwritable(f"{path} can't be locked: {os_error_within(error)}. Nothing was changed.")
    owner = f"its owner can run {shell_command('board', 'doctor', '--fix', '--board', path)}"
    hint = STICKY if atomic_file.is_sticky(path) else f"{owner}, which gives it the group and mode of the board"
    return BoardUnwritable(f"{path}.lock can't be opened: {os_error_within(error)}; {hint}. Nothing was changed.")


def unchanged(path: str, error: OSError) -> BoardUnwritable:
    """The error that a new version of the board at `path` can't be put in its place."""
    why = f"{os_error_within(error)}."
    if isinstance(error, PermissionError) and atomic_file.is_sticky(path):
        why = f"{os_error_within(error)}; {STICKY}."
    elif isinstance(error, _UNREACHABLE) and (obstacle := folder_obstacle(path)):
        why = f"{obstacle.what}. {obstacle.advice}"
    return BoardUnwritable(f"{path} was not changed: {why}")
