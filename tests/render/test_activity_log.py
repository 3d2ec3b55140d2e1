"""The sentences of the activity log about changes of the board as a whole: the table of verbs has them."""

from __future__ import annotations

import pytest

from teamboard.domain.commit_log import Change, HistoryEntry
from teamboard.domain.ids import RecordId
from teamboard.domain.verbs import ADOPTION_VERB, EDIT_VERB, MERGE_VERB, REPAIR_VERB, RESTORE_VERB, all_verbs
from teamboard.render.activity_log import describe_commit
from teamboard.store.codec import BoardFile
from tests.conftest import NOW

ADDED = {RecordId("C9999"): Change(before=None, after={"goal": "G12"})}


@pytest.mark.parametrize(
    ("verb", "by", "sentence"),
    [
        ("archive closed periods", "mara", "Mara Lind archived what was over of the closed periods"),
        ("archive at a period's end", "mara", "Mara Lind archived what was over of the closed periods"),
        (MERGE_VERB, "mara", "Mara Lind merged a copy of the board"),
        (RESTORE_VERB, None, "root restored a backup of the board: 1 record changed"),
        ("undo", "mara", "Mara Lind undid revision 7: brought Freja Holm onto the board"),
        (f"{EDIT_VERB} {{who}}.py", "mara", "Mara Lind edited with {who}.py: C9999 added"),
        (ADOPTION_VERB, None, "Changed outside teamboard: C9999 added"),
        (REPAIR_VERB, None, "Repaired: what this commit was can't be read any more"),
    ],
)
def test_a_change_of_the_whole_board_is_told_by_its_verb(
    sample: BoardFile, verb: str, by: str | None, sentence: str
) -> None:
    entry = HistoryEntry(by=by, at=NOW, verb=verb, changes=ADDED, login="root", undoes=7)
    assert describe_commit(sample.board, entry) == sentence


def test_every_verb_that_may_change_anything_has_a_sentence_of_its_own() -> None:
    assert [verb for verb, row in all_verbs().items() if row.anything and not row.log] == []
