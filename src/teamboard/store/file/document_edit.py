"""The documents of a board as a program changes them through TinyDB, to be committed together. Knows no tinydb."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, MutableMapping
from operator import itemgetter
from typing import Any

import msgspec
from msgspec import Struct

from teamboard.actions.base import Actor
from teamboard.domain.board import Board, Changes
from teamboard.domain.commit_log import Fields, record_of, stored_fields
from teamboard.domain.errors import Refused
from teamboard.domain.ids import RecordId, id_sort_key, make_id, number_of, table_of
from teamboard.domain.records import TABLES, Record
from teamboard.domain.records.patterns import in_words
from teamboard.store import codec
from teamboard.store.base import BoardUnreadable
from teamboard.store.file.document_errors import explain_misfit
from teamboard.store.file.draft import Draft

LARGEST_NUMBER = 10**9
"""No table has more documents: a higher number is a mistake, and all later ones would be above it."""


class Edit(Struct, frozen=True):
    """An action with the changes that a program made to records; `verb` says which program."""

    verb: str
    changes: Changes
    is_raw: bool = True
    """A refusal tells the program what is wrong with its documents."""

    def __call__(self, board: Board, by: Actor, at: object) -> Changes:
        return self.changes


class Rows(MutableMapping[int, dict[str, Any]]):
    """The documents of a table of records, to be changed: each is made when it is asked for."""

    def __init__(
        self,
        name: str,
        records: Mapping[RecordId, Record],
        set_aside: Collection[RecordId] = (),
        *,
        has_unnumbered: bool = False,
    ) -> None:
        """`set_aside` has the ids of the records that do not fit the board: these can't be changed.

        `has_unnumbered` is true if the table has documents under keys that are not document numbers.
        """
        self._has_unnumbered = has_unnumbered
        self._name = name
        self._records = records
        self._set_aside = {number_of(i) for i in set_aside if table_of(i) == name}
        self._touched: dict[int, dict[str, Any] | None] = {}
        self.highest_set = 0
        """The highest number that was given to a document here."""

    def __contains__(self, number: object) -> bool:
        if number in self._set_aside:
            raise self._cannot_change(number)
        if number in self._touched:
            return self._touched[number] is not None
        return isinstance(number, int) and self._id(number) in self._records

    def __getitem__(self, number: int) -> dict[str, Any]:
        if number not in self:
            raise KeyError(number)
        document = self._touched.get(number)
        if document is None:
            document = self._touched[number] = stored_fields(self._records[self._id(number)])
        return document

    def __setitem__(self, number: int, document: dict[str, Any]) -> None:
        self._touched[number] = document
        self.highest_set = max(self.highest_set, number)

    def __delitem__(self, number: int) -> None:
        if number not in self:
            raise KeyError(number)
        self._touched[number] = None

    def __iter__(self) -> Iterator[int]:
        there = [*map(number_of, self._records)]
        new = [number for number in self._touched if self._id(number) not in self._records]
        return (number for number in (*there, *new) if number in self)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def clear(self) -> None:
        """Remove all documents."""
        if self._set_aside:
            raise self._cannot_change(min(self._set_aside))
        if self._has_unnumbered:
            raise _cannot_change(f"A document of {self._name} that has no document number")
        self._touched = dict.fromkeys((*map(number_of, self._records), *self._touched))

    def changes(self) -> Changes:
        """The records that differ from before. Raises Refused for a document that does not fit its table."""
        found: Changes = {}
        for number, document in self._touched.items():
            record = None if document is None else _record(self._name, number, document)
            record_id = self._id(number)
            if record != self._records.get(record_id):
                found[record_id] = record
        return found

    def _cannot_change(self, number: Any) -> Refused:
        return _cannot_change(self._id(number))

    def _id(self, number: int) -> RecordId:
        return make_id(self._name, number)  # type: ignore[arg-type]


def _cannot_change(what: str) -> Refused:
    return Refused(
        f"{what} does not fit the board and was set aside: repair it with `teamboard board doctor --fix`; nothing was "
        "changed."
    )


def _record(name: str, number: int, document: Mapping[str, Any]) -> Record:
    """The record of a document. Raises Refused if it does not fit its table."""
    where = f"{name} {number}"
    if "id" in document:
        raise Refused(f"{where}: a document's number is its id; leave the field 'id' out.")
    if number < 1:
        raise Refused(f"{where}: document numbers begin with 1.")
    if number > LARGEST_NUMBER:
        raise Refused(f"{where}: document numbers end with {LARGEST_NUMBER:,}.")
    try:
        fields: Fields = msgspec.json.decode(msgspec.json.encode(dict(document)))
        return record_of(make_id(name, number), fields)  # type: ignore[arg-type]
    except msgspec.ValidationError as error:
        raise Refused(f"{where}: {explain_misfit(name, document, error)}. Nothing was changed.") from None  # type: ignore[arg-type]
    except (msgspec.MsgspecError, TypeError, ValueError, RecursionError) as error:
        why = in_words(str(error)).replace("`", "'")
        raise Refused(f"{where}: {why}; nothing was changed.") from None


class DocumentEdit:
    """The writing calls of one commit, while the board is locked."""

    def __init__(self, draft: Draft) -> None:
        self.draft = draft
        self.rows: dict[str, Rows] = {}
        self.others: dict[str, dict[int, dict[str, Any]]] = {}
        self._last: dict[str, int] = {}

    def table(self, name: str) -> MutableMapping[int, dict[str, Any]]:
        """The documents of a table, to be changed."""
        if name in TABLES:
            if name not in self.rows:
                file = self.draft.file
                odd = name in file.unnumbered
                self.rows[name] = Rows(name, file.board.tables[name], file.set_aside, has_unnumbered=odd)
            return self.rows[name]
        if name not in self.others:
            self.others[name] = _own_documents(name, self.draft.file.texts.get(name, codec.EMPTY))
        return self.others[name]

    def next_id(self, name: str) -> int:
        """The number for a new document: above all that were ever given, in a table of ours."""
        table = self.table(name)
        if isinstance(table, Rows):
            self._last[name] = max(self._last.get(name, 0), self.draft.file.board.ids.get(name, 0), table.highest_set)
        elif name not in self._last:
            self._last[name] = max(table, default=0)
        self._last[name] += 1
        while self._last[name] in table:
            self._last[name] += 1
        return self._last[name]

    def finish(self, verb: str) -> None:
        """Put what was changed into the draft. Raises Refused."""
        for name, documents in self.others.items():
            text = codec.table_text([(n, _own_json(name, d)) for n, d in sorted(documents.items(), key=itemgetter(0))])
            if b"".join(text) != b"".join(self.draft.file.texts.get(name, ())):
                self.draft.put_table(name, text)
        changes: Changes = {}
        for rows in self.rows.values():
            changes |= rows.changes()
        if changes:
            _check(self.draft.file.board, changes)
            self.draft.commit(Edit(verb, dict(sorted(changes.items(), key=lambda item: id_sort_key(item[0])))))


def _check(board: Board, changes: Changes) -> None:
    """Raise Refused for an id that another record had, and for what would leave the board without its one team."""
    for record_id in changes:
        if board.get(record_id) is None and number_of(record_id) <= board.ids.get(table_of(record_id), 0):
            raise Refused(f"{record_id} was another record's id, and is not used again; nothing was changed.")
    if any(table_of(i) == "team" and (board.get(i) is None) != (record is None) for i, record in changes.items()):
        raise Refused("A board has one team: change its document; nothing was changed.")


def _own_documents(name: str, text: codec.TableText) -> dict[int, dict[str, Any]]:
    """The documents of a table that is not the board's. Raises BoardUnreadable if it is not a table of TinyDB."""
    try:
        return {int(number): dict(document) for number, document in json.loads(b"".join((*text, codec.END))).items()}
    except (ValueError, TypeError, AttributeError, RecursionError):
        raise BoardUnreadable(f"The table {name!r} in the file is not a table of TinyDB.") from None


def _own_json(name: str, document: Mapping[str, Any]) -> bytes:
    """The JSON of a document of such a table.

    Raises Refused for NaN and half a letter, which no other JSON reader knows, and TypeError, as TinyDB, for an object.
    """
    try:
        return json.dumps(dict(document), ensure_ascii=False, allow_nan=False).encode()
    except (ValueError, RecursionError) as error:
        why = " ".join(str(error).split())
        raise Refused(f"The table {name!r} can't keep this document: {why}; nothing was changed.") from None
