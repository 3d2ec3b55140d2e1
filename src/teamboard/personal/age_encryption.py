"""Sealing in the age format: what only some may read, as text that anybody can hold."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

import msgspec
import pyrage
from pyrage import x25519

from teamboard.domain.errors import Refused

T = TypeVar("T", bound=msgspec.Struct)


class Unreadable(Refused):
    """Something sealed that can't be opened with the keys at hand, or is not what it should be."""


def new_key() -> str:
    """A new private key, as the age format writes it."""
    return str(x25519.Identity.generate())


def public_part(private: str) -> str:
    """The public part of a private key; Unreadable for what is none."""
    return str(_identity(private).to_public())


def seal(content: msgspec.Struct, publics: Iterable[str]) -> str:
    """Seal something for the holders of these keys; Unreadable where one of them is no key."""
    try:
        recipients = [x25519.Recipient.from_str(public) for public in dict.fromkeys(publics)]
        sealed: bytes = pyrage.encrypt(msgspec.json.encode(content), recipients, armored=True)
    except (pyrage.RecipientError, pyrage.EncryptError, ValueError) as error:
        raise Unreadable("It can't be sealed: a key on the board is none. Renew it: `teamboard key renew`.") from error
    return sealed.decode("ascii")


def opened(sealed: str, privates: Iterable[str], kind: type[T]) -> T:
    """What was sealed, if one of these private keys opens it. Raises Unreadable, which names nothing of it."""
    try:
        content = pyrage.decrypt(sealed.encode("ascii"), [_identity(private) for private in privates])
    except (pyrage.DecryptError, UnicodeEncodeError, ValueError):
        raise Unreadable(
            "It can't be opened with your key: it was sealed for another one. "
            "`teamboard key restore` brings an old key back."
        ) from None
    try:
        return msgspec.json.decode(content, type=kind)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        # Nothing of what is in it may get into a message.
        raise Unreadable("It was sealed by a newer teamboard, or is damaged.") from None


def _identity(private: str) -> x25519.Identity:
    try:
        return x25519.Identity.from_str(private.strip())
    except (pyrage.IdentityError, ValueError):
        raise Unreadable("That is no private key.") from None
