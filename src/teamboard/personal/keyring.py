"""A person's keys: the private part in their own config folder, and whose public keys they know.

`<config>/keys/<handle>.key` is the key in use, `.old` beside it the ones before; `known.json` has the public keys
of others as they were seen first: one that has changed is announced before anything more is encrypted for it.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import msgspec

from teamboard.domain.errors import NotFound, Refused
from teamboard.domain.records import Member
from teamboard.personal.age_encryption import new_key, public_part
from teamboard.personal.paths import PUBLIC_KEY, keys_folder
from teamboard.personal.private_files import create_private_file, rename_private_file, write_private_file

_KNOWN = msgspec.json.Decoder(dict[str, str])


class Keyring:
    """The keys of the member `handle` on this machine, for the board called `board_key`."""

    def __init__(self, handle: str, board_key: str, folder: Path | None = None) -> None:
        self._handle = handle
        self._board = board_key
        self._folder = folder or keys_folder()

    @property
    def path(self) -> Path:
        """Where the private key in use is."""
        return self._folder / f"{self._handle}.key"

    @property
    def known_path(self) -> Path:
        """Where the known keys of others are."""
        return self._folder / "known.json"

    def make(self) -> str:
        """The public part of the key in use; a new key, if there is none yet. OSError if it can't be kept."""
        if not self.path.exists():
            self._write(new_key())
        return self.public

    @property
    def public(self) -> str:
        """The public part of the key in use. NotFound if there is none."""
        return public_part(self._read(self.path))

    def privates(self) -> list[str]:
        """Every private key there is, the one in use first. NotFound if there is none."""
        old = sorted(self._folder.glob(f"{self._handle}.key.*.old"), reverse=True)
        # A damaged file that was put aside must not keep the others from opening anything.
        return [self._read(self.path), *filter(None, map(self._read, old))]

    def public_or_none(self) -> str | None:
        """The public part of the key in use; None if there is no key, or it can't be read."""
        try:
            return self.public
        except Refused:
            return None

    def renew(self, today: date) -> str:
        """Make a new key; the one before is kept, to decrypt what was encrypted for it. Its public part."""
        self._put_aside(today)
        return self.make()

    def backup(self, path: Path) -> None:
        """Write the private key into a file that only its owner can read; never over another file."""
        try:
            create_private_file(path, self.path.read_text(encoding="utf-8") if self.path.exists() else "")
        except FileExistsError:
            raise Refused(f"{path} exists already and stays as it is.") from None

    def restore(self, path: Path, today: date) -> str:
        """Take the private key of a backup into use; another one in use is kept. Its public part."""
        private = self._read(path)
        public = public_part(private)
        if self.public_or_none() == public:
            return public
        self._put_aside(today)
        self._write(private)
        return public

    # -- whose keys are known

    def trusted(self, other: Member) -> str:
        """The public key of somebody, to encrypt for it.

        The first one is taken on trust, and remembered. Raises Refused if there is none, or if it is not the one
        that is known: it has to be accepted first.
        """
        if not other.key:
            raise Refused(
                f"{other.name} has no key on this board yet: it is made when {other.name} opens the board, "
                "or with `teamboard key new`."
            )
        known = self._known()
        name = f"{self._board}/{other.handle}"
        if known.setdefault(name, other.key) != other.key:
            raise Refused(
                f"The key of {other.name} has changed. Ask {other.name} whether it is theirs, then "
                f"`teamboard key accept {other.handle}`; nothing is sealed for it before."
            )
        self._remember(known)
        return other.key

    def has_changed(self, other: Member) -> bool:
        """Whether somebody's key is another one than the one that is known."""
        known = self._known().get(f"{self._board}/{other.handle}")
        return known is not None and bool(other.key) and known != other.key

    def accept(self, other: Member) -> None:
        """Take somebody's new key as theirs."""
        self._remember({**self._known(), f"{self._board}/{other.handle}": other.key})

    def _known(self) -> dict[str, str]:
        try:
            return _KNOWN.decode(self.known_path.read_bytes())
        except (OSError, msgspec.MsgspecError):
            return {}

    def _remember(self, known: dict[str, str]) -> None:
        if known != self._known():
            write_private_file(self.known_path, msgspec.json.encode(known).decode())

    # -- inside

    def _write(self, private: str) -> None:
        about = f"# Private key of {self._handle} for teamboard: yours alone.\n{PUBLIC_KEY}{public_part(private)}\n"
        write_private_file(self.path, f"{about}{private}\n")

    def _read(self, path: Path) -> str:
        try:
            lines = path.read_text(encoding="utf-8").splitlines()
        except (OSError, UnicodeDecodeError):
            raise NotFound(
                f"There is no key of {self._handle} in {path}: `teamboard key restore FILE` brings a backup back, "
                "`teamboard key renew` makes a new one."
            ) from None
        return next((line.strip() for line in lines if line.startswith("AGE-SECRET-KEY-")), "")

    def _put_aside(self, today: date) -> None:
        if self.path.exists():
            number = len(list(self._folder.glob(f"{self._handle}.key.*.old")))
            rename_private_file(self.path, self._folder / f"{self._handle}.key.{today}.{number:03}.old")
