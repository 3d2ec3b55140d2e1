"""Encryption in the age format: what only some may read, as text that anybody can hold."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

import msgspec
import pyrage
from pyrage import x25519

from teamboard.domain.errors import Refused

T = TypeVar("T", bound=msgspec.Struct)


class Unreadable(Refused):
    """Something encrypted that can't be decrypted with the keys at hand, or is not what it should be."""


def new_key() -> str:
    """A new private key, as the age format writes it."""
    return str(x25519.Identity.generate())


def public_part(private: str) -> str:
    """The public part of a private key; Unreadable for what is none."""
    return str(_identity(private).to_public())


def encrypt(content: msgspec.Struct, publics: Iterable[str]) -> str:
    """Encrypt something for the holders of these public keys; Unreadable where one of them is not valid."""
    try:
        recipients = [x25519.Recipient.from_str(public) for public in dict.fromkeys(publics)]
        encrypted: bytes = pyrage.encrypt(msgspec.json.encode(content), recipients, armored=True)
    except (pyrage.RecipientError, pyrage.EncryptError, ValueError) as error:
        raise Unreadable("It can't be sealed: a key on the board is none. Renew it: `teamboard key renew`.") from error
    return encrypted.decode("ascii")


def decrypt(encrypted: str, privates: Iterable[str], kind: type[T]) -> T:
    """Decrypt something with whichever of these private keys fits. Raises Unreadable, which names nothing of it."""
    try:
        content = pyrage.decrypt(encrypted.encode("ascii"), [_identity(private) for private in privates])
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
