"""Errors in words."""

from __future__ import annotations

import errno
import os

import pytest

from teamboard.domain.errors import describe_os_error, os_error_within


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


def test_within_a_sentence_only_its_first_letter_is_small() -> None:
    assert os_error_within(OSError(errno.EFBIG, "Larger than 1 GiB")) == "larger than 1 GiB"
