"""SHA-256, the hash of commits that a database made."""

from __future__ import annotations

try:
    # That of `hashlib`, which loads OpenSSL too: 2 ms of each command.
    from _sha256 import sha256  # type: ignore[import-not-found]
except ImportError:
    # A newer Python than 3.11, or another than CPython.
    from hashlib import sha256

__all__ = ["sha256"]
