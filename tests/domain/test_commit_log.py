"""Records as plain fields, and changes between them."""

from __future__ import annotations

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from teamboard.domain.commit_log import Fields, change_between, fields_after, fields_before, record_of, stored_fields
from teamboard.store.codec import BoardFile

FIELDS = st.none() | st.dictionaries(st.sampled_from("abcd"), st.integers(0, 2))


def test_stored_fields_are_those_that_json_gives_back(sample: BoardFile) -> None:
    records = [record for table in sample.board.tables.values() for record in table.values()]
    for record in records:
        read = msgspec.json.decode(msgspec.json.encode(record))
        read.pop("id", None)
        assert stored_fields(record) == read
        assert record_of(record.id, read) == record
    assert len(records) > 300


@given(FIELDS, FIELDS)
def test_a_change_leads_from_one_state_to_the_other_and_back(before: Fields | None, after: Fields | None) -> None:
    change = change_between(before, after)
    assert fields_after(before, change) == after
    assert fields_before(after, change) == before
