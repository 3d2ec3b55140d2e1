"""Errors in words."""

from __future__ import annotations

import errno
import os

import pytest

from teamboard.domain.errors import describe_os_error


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (OSError(errno.EACCES, os.strerror(errno.EACCES), "/secret/board"), "Permission denied"),
        (OSError("no such device here"), "no such device here"),
        (TimeoutError(), "TimeoutError"),
    ],
)
def test_an_os_error_is_told_in_its_own_words(error: OSError, words: str) -> None:
    assert describe_os_error(error) == words
