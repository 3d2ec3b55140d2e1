"""BLAKE2b of the interpreter itself is that of hashlib."""

from __future__ import annotations

import hashlib

from hypothesis import given
from hypothesis import strategies as st

from teamboard.store.blake2 import blake2b


@given(st.binary(max_size=300), st.integers(1, 64))
def test_the_hash_is_that_of_hashlib(text: bytes, size: int) -> None:
    assert blake2b(text, digest_size=size).hexdigest() == hashlib.blake2b(text, digest_size=size).hexdigest()
