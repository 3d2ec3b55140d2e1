"""Encrypt and decrypt in the age format, as ASCII text."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

import msgspec
import pyrage
from pyrage import x25519

from teamboard.domain.errors import Refused

T = TypeVar("T", bound=msgspec.Struct)


class Unreadable(Refused):
    """Encrypted text that can't be decrypted with the available keys, or an invalid key or content."""


def new_key() -> str:
    """Return a new private key (`AGE-SECRET-KEY-…`)."""
    return str(x25519.Identity.generate())


def public_part(private: str) -> str:
    """Return the public part of a private key. Raises Unreadable if the private key is invalid."""
    return str(_identity(private).to_public())


def encrypt(content: msgspec.Struct, publics: Iterable[str]) -> str:
    """Return the content as JSON, encrypted for these public keys. Raises Unreadable if one of them is invalid."""
    try:
        recipients = [x25519.Recipient.from_str(public) for public in dict.fromkeys(publics)]
        encrypted: bytes = pyrage.encrypt(msgspec.json.encode(content), recipients, armored=True)
    except (pyrage.RecipientError, pyrage.EncryptError, ValueError) as error:
        raise Unreadable(
            "It can't be encrypted: a public key on the board is invalid. Renew it: `teamboard key renew`."
        ) from error
    return encrypted.decode("ascii")


def decrypt(encrypted: str, privates: Iterable[str], kind: type[T]) -> T:
    """Return what was encrypted, decrypted with the first of these private keys that fits. Raises Unreadable."""
    try:
        content = pyrage.decrypt(encrypted.encode("ascii"), [_identity(private) for private in privates])
    except (pyrage.DecryptError, UnicodeEncodeError, ValueError):
        raise Unreadable(
            "It can't be decrypted with your key: it was encrypted for another one. "
            "`teamboard key restore` brings an old key back."
        ) from None
    try:
        return msgspec.json.decode(content, type=kind)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        # The parser's message could quote the decrypted content.
        raise Unreadable("It was encrypted by a newer teamboard, or is damaged. Update teamboard first.") from None


def _identity(private: str) -> x25519.Identity:
    try:
        return x25519.Identity.from_str(private.strip())
    except (pyrage.IdentityError, ValueError):
        raise Unreadable("That is not a valid private key: use a file that `teamboard key backup` wrote.") from None
