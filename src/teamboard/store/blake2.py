"""BLAKE2b, the hash of commits, archives and logs."""

from __future__ import annotations

try:
    # That of `hashlib`, which loads OpenSSL too: 2 ms of each command.
    from _blake2 import blake2b
except ImportError:
    # Another Python than CPython.
    from hashlib import blake2b

__all__ = ["blake2b"]
