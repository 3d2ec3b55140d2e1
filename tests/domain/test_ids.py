"""Ids of records: what a person writes, and what is one."""

from __future__ import annotations

import pytest

from teamboard.domain.ids import LETTERS, is_record_id, make_id, make_ids, to_record_id


@pytest.mark.parametrize("text", ["G12", "g12", " G12", "\tg12 "])
def test_an_id_may_be_written_in_lower_case_and_with_spaces(text: str) -> None:
    assert to_record_id(text) == "G12"


@pytest.mark.parametrize("text", ["", " ", "G", "g0", "G012", "X1", "g1.2", "g\u0661", "discovery ", "G12 T3"])
def test_a_text_that_is_not_an_id_stays_as_it_is(text: str) -> None:
    assert to_record_id(text) == text
    assert not is_record_id(text)


def test_many_ids_are_those_that_are_made_one_by_one() -> None:
    for table in LETTERS:
        assert make_ids(table, [1, 12, 7]) == [make_id(table, n) for n in (1, 12, 7)]
