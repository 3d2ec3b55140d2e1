"""What closing a period offers to the archive, in words."""

from __future__ import annotations

from teamboard.domain.amounts import plural
from teamboard.domain.history.archive import ArchiveSize
from teamboard.render.format import describe_age


def offer_label(age: str) -> str:
    """What is offered, by the team's setting: `Also archive what is older than a year`."""
    return f"Also archive what is older than {describe_age(age)}"


def describe_size(size: ArchiveSize) -> str:
    """How many records: `18,000 check-ins, 412 other records`."""
    if size.check_ins == size.others == 0:
        return "No records, only their history"
    if not size.check_ins or not size.others:
        return plural(size.check_ins, "check-in") if size.check_ins else plural(size.others, "record")
    return f"{plural(size.check_ins, 'check-in')}, {plural(size.others, 'other record')}"
