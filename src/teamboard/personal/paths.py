"""Where a person's settings, keys, drafts and kept files are, without the cost of importing what reads them."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from teamboard.domain.handles import all_handles
from teamboard.domain.records import Member

if TYPE_CHECKING:
    from platformdirs import PlatformDirs

PUBLIC_KEY = "# public key: "
"""What begins the line of a private key's file that has the public part."""

_keys_folder: Path | None = None
_UNSAFE = r"[^A-Za-z0-9._-]+"


def _folders() -> PlatformDirs:
    # Late: the import takes 4 ms, and `checkin` with --as or a known login needs none of them.
    from platformdirs import PlatformDirs

    return PlatformDirs("teamboard")


def settings_path() -> Path:
    """The path of the settings file; the file may not exist."""
    return _folders().user_config_path / "config.yaml"


def kept_folder() -> Path:
    """The path of the folder for what is kept for the person: texts and commits that are not on a board."""
    if sys.platform == "linux" and "ANDROID_DATA" not in os.environ:
        # As platformdirs has it, whose import takes 4 ms: every commit is noted here.
        state = os.environ.get("XDG_STATE_HOME", "").strip() or "~/.local/state"
        return Path(state).expanduser() / "teamboard" / "kept"
    return _folders().user_state_path / "kept"


def drafts_folder() -> Path:
    """The folder of a person's drafts."""
    return _folders().user_data_path / "drafts"


def own_files_folder(name: str) -> Path:
    """The folder of a person's own files of a kind (`themes`, `agendas`); it may not exist."""
    return _folders().user_config_path / name


def cache_folder() -> Path:
    """The folder for what can be made again, such as the demo's board."""
    return _folders().user_cache_path


def shown_folder() -> Path:
    """The folder of the notices that are shown only once."""
    return _folders().user_state_path / "shown"


def keys_folder() -> Path:
    """The folder of a person's own keys."""
    return _keys_folder or _folders().user_config_path / "keys"


@contextmanager
def keys_in(folder: Path) -> Iterator[None]:
    """Keep keys in another folder for as long as this is entered, as those of made-up members."""
    global _keys_folder  # noqa: PLW0603 - the folder is the process's, threads included, and is put back
    before, _keys_folder = _keys_folder, folder
    try:
        yield
    finally:
        _keys_folder = before


def file_stem(handle: str) -> str:
    """A member's handle as the beginning of a file's name; what could lead to another folder is written as %2f."""
    return re.sub(_UNSAFE, lambda found: "".join(f"%{b:02x}" for b in found[0].encode(errors="surrogatepass")), handle)


def key_path(member: Member, folder: Path | None = None) -> Path:
    """The file of the private key that a member uses on this machine; it may not exist.

    It has the name of the handle under which it was made: of one that the member had before, if only that one's file is
    there, or if it notes the public key that the board has.
    """
    paths = [(folder or keys_folder()) / f"{file_stem(handle)}.key" for handle in all_handles(member)]
    own = next((path for path in paths if member.key and noted_public_key(path) == member.key), None)
    return own or next((path for path in paths if path.exists()), paths[0])


def noted_public_key(path: Path) -> str | None:
    """The public part of a private key, as its file notes it; None if there is no such file, or no note."""
    with suppress(OSError, UnicodeDecodeError):
        lines = path.read_text(encoding="utf-8").splitlines()
        return next((line.removeprefix(PUBLIC_KEY).strip() for line in lines if line.startswith(PUBLIC_KEY)), None)
    return None
