"""A person's private keys, and the pinned public keys of others.

`<config>/keys/<handle>.key` is the private key in use, `<handle>.key.*.old` are earlier ones. `known.json` pins the
public keys of others as first seen: a changed key has to be accepted before anything is encrypted for it.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import msgspec

from teamboard.domain.errors import NotFound, Refused
from teamboard.domain.handles import all_handles
from teamboard.domain.records import Member
from teamboard.domain.sanitize import shell_command
from teamboard.personal.age_encryption import Unreadable, new_key, public_part
from teamboard.personal.paths import PUBLIC_KEY, file_stem, key_path, keys_folder
from teamboard.personal.private_files import create_private_file, rename_private_file, write_private_file
from teamboard.store.written import note_written

_KNOWN = msgspec.json.Decoder(dict[str, str])


class Keyring:
    """The keys of the member `handle` on this machine, with the keys pinned for the board `board_key`.

    `path` is the path of the private key in use, whose file may not exist. `formerly` has the handles that the member
    had before, under which there may be earlier keys.
    """

    def __init__(
        self,
        handle: str,
        board_key: str,
        folder: Path | None = None,
        *,
        path: Path | None = None,
        formerly: tuple[str, ...] = (),
    ) -> None:
        self._handle = handle
        self._stems = tuple(map(file_stem, (handle, *formerly)))
        self._board = board_key
        self._folder = folder or keys_folder()
        self.path = path or self._folder / f"{self._stems[0]}.key"

    @classmethod
    def of(cls, member: Member, board_key: str) -> Keyring:
        """The keyring of a member of a board, who may have had another handle when the key was made."""
        return cls(member.handle, board_key, path=key_path(member), formerly=member.formerly)

    @property
    def known_path(self) -> Path:
        """The path of the pinned public keys of others; the file may not exist."""
        return self._folder / "known.json"

    def make(self) -> str:
        """Create the private key if there is none, and return its public part. Raises OSError if it can't be saved."""
        if not self.path.exists():
            self._write(new_key())
        return self.public

    @property
    def public(self) -> str:
        """The public part of the key in use. Raises NotFound if there is none."""
        return public_part(self._private)

    def privates(self) -> list[str]:
        """Every private key, the one in use first, then newest first. Raises NotFound if none is in use."""
        old = [path for s in self._stems for path in sorted(self._folder.glob(f"{s}.key.*.old"), reverse=True)]
        # A damaged file of an earlier key must not keep the other keys from being used.
        return [self._private, *filter(None, map(self._read, old))]

    def public_or_none(self) -> str | None:
        """The public part of the key in use; None if there is no key, or it can't be read."""
        try:
            return self.public
        except Refused:
            return None

    def renew(self, today: date) -> str:
        """Replace the key by a new one and return its public part. The old key is kept for decrypting."""
        self._retire_key(today)
        return self.make()

    def backup(self, path: Path) -> None:
        """Write the private key to a new private file. Raises Refused if the file exists."""
        try:
            create_private_file(path, self.path.read_text(encoding="utf-8") if self.path.exists() else "")
        except FileExistsError:
            raise Refused(f"{path} exists already: give another file name.") from None
        note_written(str(path))

    def restore(self, path: Path, today: date) -> str:
        """Use the private key of a backup and return its public part. The key before is kept for decrypting."""
        private = self._read(path)
        public = public_part(private)
        if self.public_or_none() == public:
            return public
        self._retire_key(today)
        self._write(private)
        return public

    # -- pinned keys

    def trusted(self, other: Member) -> str:
        """The public key of another member, to encrypt for.

        A key that is seen first is pinned (trust on first use). Raises Refused if the member has no key, or another
        one than the pinned one, which has to be accepted first.
        """
        if not other.key:
            raise Refused(
                f"{other.name} has no key on this board yet: it is made when {other.name} opens the board, "
                "or with `teamboard key new`."
            )
        known = self._known()
        pinned = self._pinned(known, other) or other.key
        known[self._pin_of(other.handle)] = pinned
        if pinned != other.key:
            raise Refused(
                f"The key of {other.name} has changed. Ask {other.name} whether it is theirs, then "
                f"{shell_command('key', 'accept', other.handle)}; until then nothing is encrypted for it."
            )
        self._save_known(known)
        return other.key

    def has_changed(self, other: Member) -> bool:
        """Return whether the member's key differs from the pinned one; False if none is pinned."""
        pinned = self._pinned(self._known(), other)
        return pinned is not None and bool(other.key) and pinned != other.key

    def accept(self, other: Member) -> None:
        """Pin the member's present key."""
        self._save_known({**self._known(), self._pin_of(other.handle): other.key})
        note_written(str(self.known_path))

    def _pinned(self, known: dict[str, str], other: Member) -> str | None:
        """The pinned key of another member, under the handle that they have, or had when it was pinned."""
        return next((known[pin] for h in all_handles(other) if (pin := self._pin_of(h)) in known), None)

    def _pin_of(self, handle: str) -> str:
        return f"{self._board}/{handle}"

    def _known(self) -> dict[str, str]:
        try:
            return _KNOWN.decode(self.known_path.read_bytes())
        except (OSError, msgspec.MsgspecError):
            return {}

    def _save_known(self, known: dict[str, str]) -> None:
        if known != self._known():
            write_private_file(self.known_path, msgspec.json.encode(known).decode())

    # -- files

    def _write(self, private: str) -> None:
        about = f"# Private key of {self._handle} for teamboard: yours alone.\n{PUBLIC_KEY}{public_part(private)}\n"
        write_private_file(self.path, f"{about}{private}\n")
        note_written(str(self.path))

    @property
    def _private(self) -> str:
        """The private key in use. Raises NotFound if there is none, or it is damaged."""
        private = self._read(self.path)
        try:
            public_part(private)
        except Unreadable:
            raise self._no_key(self.path) from None
        return private

    def _no_key(self, path: Path) -> NotFound:
        return NotFound(
            f"There is no key of {self._handle} in {path}: `teamboard key restore FILE` brings a backup back, "
            "`teamboard key renew` makes a new one."
        )

    def _read(self, path: Path) -> str:
        try:
            lines = path.read_text(encoding="utf-8").splitlines()
        except (OSError, UnicodeDecodeError):
            raise self._no_key(path) from None
        return next((line.strip() for line in lines if line.startswith("AGE-SECRET-KEY-")), "")

    def _retire_key(self, today: date) -> None:
        if self.path.exists():
            number = len(list(self._folder.glob(f"{self.path.name}.*.old")))
            rename_private_file(self.path, self._folder / f"{self.path.name}.{today}.{number:03}.old")
