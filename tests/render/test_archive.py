"""What closing a period offers to the archive, in words."""

from __future__ import annotations

import pytest

from teamboard.domain.history.archive import ArchiveSize
from teamboard.render.archive import describe_size, offer_label


@pytest.mark.parametrize(
    ("size", "words"),
    [
        (ArchiveSize(18000, 412), "18,000 check-ins, 412 other records"),
        (ArchiveSize(1, 1), "1 check-in, 1 other record"),
        (ArchiveSize(2, 0), "2 check-ins"),
        (ArchiveSize(0, 1), "1 record"),
        (ArchiveSize(0, 0), "No records, only their history"),
    ],
)
def test_how_much_would_be_archived(size: ArchiveSize, words: str) -> None:
    assert describe_size(size) == words


def test_what_is_offered_is_told_by_its_age() -> None:
    assert offer_label("18m") == "Also archive what is older than 18 months"
