"""Types that the fields of records have in common, and the classes that records derive from."""

# Without `from __future__ import annotations`: msgspec would compile each text again, 0.6 ms before the first paint.

from datetime import datetime
from typing import Annotated, Literal, get_args

from msgspec import Meta, Struct

from teamboard.domain.ids import RecordId

Stamp = Annotated[datetime, Meta(tz=True)]
Share = Annotated[float, Meta(ge=0.0, le=1.0)]
Confidence = Annotated[int, Meta(ge=0, le=10)]
Level = Annotated[int, Meta(ge=1, le=5)]
Days = Annotated[int, Meta(ge=1, le=3660)]
LARGEST = 1e18  # Sums and ratios of such numbers stay finite.
Number = Annotated[float, Meta(ge=-LARGEST, le=LARGEST)]
Positive = Annotated[float, Meta(gt=0.0, le=LARGEST)]
Theme = Literal["contribution", "skills", "career"]
Handle = Annotated[str, Meta(extra={"holds": "handle"})]
"""The handle of a member, in a field or as the key of a map: `domain/handles.py` finds them by this type."""
Terms = Annotated[dict[str, object], Meta(extra={"holds": "terms"})]
"""Fields of a goal, by name."""

THEMES: tuple[Theme, ...] = get_args(Theme)


class Part(Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """The base of records and of the structures within them."""


class Record(Part, frozen=True, kw_only=True):
    """One document of a table."""

    id: RecordId = RecordId("")
