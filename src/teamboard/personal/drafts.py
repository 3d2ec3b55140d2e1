"""Save and load drafts of review preparations, encrypted for their author, in the user's data folder."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from teamboard.domain.records import Review
from teamboard.domain.reviews.content import Preparation
from teamboard.personal.age_encryption import decrypt, encrypt
from teamboard.personal.keyring import Keyring
from teamboard.personal.paths import drafts_folder, file_stem
from teamboard.personal.private_files import delete_private_file, write_private_file


class Drafts:
    """The drafts of one person for one board."""

    def __init__(
        self, keyring: Keyring, handle: str, board_key: str, folder: Path | None = None, formerly: tuple[str, ...] = ()
    ) -> None:
        """`formerly` has the handles that the person had before, under which there may be drafts."""
        self._keyring = keyring
        self._handles = (handle, *formerly)
        self._folder = (folder or drafts_folder()) / board_key

    def path(self, review: Review) -> Path:
        """The path of the draft for a review; the file may not exist."""
        paths = [self._folder / f"{review.id}-{file_stem(handle)}.age" for handle in self._handles]
        return next((path for path in paths if path.exists()), paths[0])

    def load(self, review: Review) -> Preparation | None:
        """The draft for a review, or None. Raises Unreadable if it can't be decrypted."""
        try:
            encrypted = self.path(review).read_text(encoding="ascii")
        except (OSError, UnicodeDecodeError):
            return None
        return decrypt(encrypted, self._keyring.privates(), Preparation)

    def save(self, review: Review, prepared: Preparation) -> None:
        """Save a draft, encrypted for its author alone. Raises OSError, or NotFound without a key."""
        write_private_file(self.path(review), encrypt(prepared, [self._keyring.public]))

    def drop(self, review: Review) -> None:
        """Delete the draft for a review, if there is one."""
        with suppress(OSError):
            delete_private_file(self.path(review))
