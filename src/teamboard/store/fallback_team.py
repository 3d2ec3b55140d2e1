"""A team in the place of a record of the team that does not fit: without one a board has no days and no settings."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import msgspec

from teamboard.domain.ids import RecordId
from teamboard.domain.input_parsing import is_timezone
from teamboard.domain.records import Team
from teamboard.store.python_json import has_marks

NAME, TIMEZONE = "Our team", "UTC"
_MISFIT = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError, ValueError)


def fallback_team(record_id: RecordId, document: bytes) -> Team | None:
    """The team with those fields of its document that fit and are JSON, and the usual values of the others.

    None if its period does not fit: there is no usual one.
    """
    given: dict[str, msgspec.Raw] = {}
    with suppress(*_MISFIT):
        given = msgspec.json.decode(document, type=dict[str, msgspec.Raw])
    fields: dict[str, Any] = {"name": NAME, "timezone": TIMEZONE}
    for field in msgspec.structs.fields(Team):
        with suppress(*_MISFIT, KeyError):
            if not has_marks(bytes(given[field.name])):
                fields[field.name] = msgspec.json.decode(given[field.name], type=field.type)
    if not is_timezone(fields["timezone"]):
        fields["timezone"] = TIMEZONE
    return Team(**{**fields, "id": record_id}) if "period" in fields else None
