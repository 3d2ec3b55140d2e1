"""A board as a TinyDB: reading is TinyDB's own, and what is written through it is a commit."""

from __future__ import annotations

import json
import os
import sys
import threading
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, MutableMapping
from contextlib import contextmanager
from pathlib import PurePath
from typing import Any

import msgspec
import tinydb
from msgspec import Struct
from tinydb.storages import Storage
from tinydb.table import Table

from teamboard.actions.base import Action, Actor
from teamboard.domain.board import Board, Changes
from teamboard.domain.commit_log import Fields, record_of, stored_fields
from teamboard.domain.errors import Refused
from teamboard.domain.history.adoption import EDIT_VERB
from teamboard.domain.history.log import history_of
from teamboard.domain.ids import make_id, number_of
from teamboard.domain.records import TABLES, Record
from teamboard.services.acting import find_actor
from teamboard.store import codec
from teamboard.store.base import Commit, Store, StoreError
from teamboard.store.decoder import InvalidBoardFile, raw_tables
from teamboard.store.factory import open_store
from teamboard.store.file import atomic_file
from teamboard.store.file.store import Draft, FileStore

DEFAULT_BOARD = "team.board.json"
Documents = dict[str, dict[str, Any]]
"""The documents of a table by number, as text: what TinyDB reads."""


class Edit(Struct, frozen=True):
    """An action with the changes that a program made to records; `verb` says which program."""

    verb: str
    changes: Changes
    is_raw: bool = True

    def __call__(self, board: Board, by: Actor, at: object) -> Changes:
        return self.changes


class Rows(MutableMapping[int, dict[str, Any]]):
    """The documents of a table of records, to be changed: each is made when it is asked for."""

    def __init__(self, name: str, records: Mapping[str, Record]) -> None:
        self._name = name
        self._records = records
        self._numbers: dict[int, None] = dict.fromkeys(number_of(i) for i in records)
        self._touched: dict[int, dict[str, Any]] = {}

    def __getitem__(self, number: int) -> dict[str, Any]:
        if number not in self._numbers:
            raise KeyError(number)
        if number not in self._touched:
            self._touched[number] = stored_fields(self._records[self._id(number)])
        return self._touched[number]

    def __setitem__(self, number: int, document: dict[str, Any]) -> None:
        self._numbers[number] = None
        self._touched[number] = document

    def __delitem__(self, number: int) -> None:
        del self._numbers[number]
        self._touched.pop(number, None)

    def __iter__(self) -> Iterator[int]:
        return iter(self._numbers)

    def __len__(self) -> int:
        return len(self._numbers)

    def clear(self) -> None:
        """Remove all documents."""
        self._numbers.clear()
        self._touched.clear()

    def changes(self) -> Changes:
        """The records that differ from before. Raises Refused for a document that does not fit its table."""
        found: Changes = {i: None for i in self._records if number_of(i) not in self._numbers}
        for number, document in self._touched.items():
            record = _record(self._name, number, document)
            if record != self._records.get(record.id):
                found[record.id] = record
        return found

    def _id(self, number: int) -> str:
        return make_id(self._name, number)  # type: ignore[arg-type]


def _record(name: str, number: int, document: Mapping[str, Any]) -> Record:
    """The record of a document. Raises Refused if it does not fit its table."""
    where = f"{name} {number}"
    if "id" in document:
        raise Refused(f"{where}: a document's number is its id; leave the field 'id' out.")
    if number < 1:
        raise Refused(f"{where}: document numbers begin with 1.")
    try:
        fields: Fields = msgspec.json.decode(msgspec.json.encode(dict(document)))
        return record_of(make_id(name, number), fields)  # type: ignore[arg-type]
    except (msgspec.MsgspecError, TypeError, ValueError, RecursionError) as error:
        why = " ".join(str(error).split()).replace("`", "'")
        raise Refused(f"{where}: {why}; nothing was changed.") from None


class _Group:
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
                self.rows[name] = Rows(name, self.draft.file.board.tables[name])
            return self.rows[name]
        if name not in self.others:
            text = self.draft.file.texts.get(name, codec.EMPTY)
            self.others[name] = {int(i): d for i, d in json.loads(b"".join((*text, b"}"))).items()}
        return self.others[name]

    def next_id(self, name: str) -> int:
        """The number for a new document: above all that were ever given, in a table of ours."""
        table = self.table(name)
        if name not in self._last:
            given = self.draft.file.board.ids.get(name, 0) if name in TABLES else 0
            self._last[name] = max(given, max(table, default=0))
        self._last[name] += 1
        while self._last[name] in table:
            self._last[name] += 1
        return self._last[name]

    def finish(self, verb: str) -> None:
        """Put what was changed into the draft. Raises Refused."""
        for name, documents in self.others.items():
            texts = [(number, json.dumps(dict(d)).encode()) for number, d in sorted(documents.items())]
            self.draft.put_table(name, codec.table_text(texts))
        changes: Changes = {}
        for rows in self.rows.values():
            changes |= rows.changes()
        if changes:
            self.draft.commit(Edit(verb, changes))


class BoardStorage(Storage):
    """The storage of a board's file or database. It is written through the tables of `BoardDB` only."""

    def __init__(self, store: Store, named: str | None = None, program: str = "") -> None:
        """`named` is the member as whom to act, `program` what the history calls the program."""
        self.store = store
        self.program = program or PurePath(sys.argv[0]).name or "python"
        self._named = named
        self._actor: Actor | None = None
        self._group: _Group | None = None
        self._group_thread = 0
        self._known: tuple[object, dict[str, Any], Callable[[bytes], bytes]] | None = None
        self._closed = False

    @property
    def actor(self) -> Actor:
        """Who acts. Raises NotFound if the member who was named is not on the board."""
        if self._actor is None:
            board = self.store.load()
            self._actor = find_actor(board, named=self._named, seat=self.store.authenticated_as)
        return self._actor

    def generation(self) -> object:
        """What changes whenever the board does."""
        self.check_open()
        if isinstance(self.store, FileStore):
            return atomic_file.signature(self.store.real_path)
        return self.store.load().revision

    def read(self) -> dict[str, Documents]:
        """All tables, as TinyDB reads them."""
        return {name: self.documents(name) for name in self._raw_tables()}

    def write(self, data: object) -> None:
        """Refused: a whole board is never written at once, for that would not be a commit."""
        raise Refused("This board is written through open_board's own tables only.")

    def close(self) -> None:
        """Close it: nothing works afterwards."""
        self._closed = True

    def check_open(self) -> None:
        """Raise Refused after `close`."""
        if self._closed:
            raise Refused("This board was closed.")

    def documents(self, name: str) -> Documents:
        """The documents of a table, exactly those of the file; in an open commit, as they will be."""
        group = self._group
        if group is not None and (name in group.rows or name in group.others):
            return {str(number): dict(document) for number, document in group.table(name).items()}
        raw = self._raw_tables().get(name)
        if raw is None:
            return {}
        if isinstance(raw, dict):
            return raw
        assert self._known is not None
        try:
            found: Documents = msgspec.json.decode(raw, type=dict[str, dict[str, Any]])
        except msgspec.MsgspecError:
            found = {}
        text = bytes(raw)
        plain = self._known[2](text)
        return found if found and plain == text else json.loads(plain)

    def _raw_tables(self) -> Mapping[str, Any]:
        """The JSON of each table of the file; of a database the documents themselves."""
        self.check_open()
        if not isinstance(self.store, FileStore):
            return _tables_of(self.store.load())
        generation = self.generation()
        if self._known is None or self._known[0] != generation:
            try:
                data, read = atomic_file.read(self.store.real_path)
                raws, restore = raw_tables(data)
            except InvalidBoardFile:
                self.store.load()
                raise
            self._known = (read, dict(raws), restore)
        return self._known[1]

    @contextmanager
    def commit(self, label: str = "") -> Iterator[_Group]:
        """Hold the board's lock for one commit. Raises StoreError, and Refused for PostgreSQL."""
        self.check_open()
        if not isinstance(self.store, FileStore):
            raise Refused("On PostgreSQL a board is read through open_board, and changed by `do`.")
        if self._is_mine():
            raise Refused("A commit is open already; it ends with its block.")
        with self.store.draft(self.actor) as draft:
            self._group, self._group_thread = _Group(draft), threading.get_ident()
            group = self._group
            try:
                yield group
                group.finish(f"{EDIT_VERB} {self.program}{f': {label}' if label else ''}")
            finally:
                self._group = None

    @contextmanager
    def writing(self, name: str) -> Iterator[_Group]:
        """The open commit of this thread, or one for a single call, that may change the table."""
        if name in codec.ALL_TABLES and name not in TABLES:
            raise Refused(f"The table {name!r} is the program's own: it can be read only.")
        if self._group is not None and self._is_mine():
            yield self._group
            return
        with self.commit() as group:
            yield group

    def _is_mine(self) -> bool:
        """True if this thread has a commit open."""
        return self._group is not None and self._group_thread == threading.get_ident()


def _tables_of(board: Board) -> dict[str, Documents]:
    """The documents of a board that is not in a file."""
    tables = {
        name: {str(number_of(i)): stored_fields(record) for i, record in records.items()}
        for name, records in board.tables.items()
    }
    return {**tables, "history": {str(n): msgspec.to_builtins(entry) for n, entry in history_of(board)}}


class BoardTable(Table):
    """A table of a board: each writing call is a commit."""

    _storage: BoardStorage
    _generation: object = None

    def _read_table(self) -> dict[str, Mapping[Any, Any]]:
        return {**self._storage.documents(self._name)}

    def _update_table(self, updater: Callable[[Any], None]) -> None:
        with self._storage.writing(self._name) as group:
            updater(group.table(self._name))
        self.clear_cache()

    def _get_next_id(self) -> int:
        # Asked for within a commit, where nobody else takes the number.
        with self._storage.writing(self._name) as group:
            return group.next_id(self._name)

    def insert(self, document: Mapping[str, Any]) -> int:
        """Insert a document; its number."""
        with self._storage.writing(self._name):
            return super().insert(document)

    def insert_multiple(self, documents: Any) -> list[int]:
        """Insert documents, all or none; their numbers."""
        with self._storage.writing(self._name):
            return super().insert_multiple(documents)

    def upsert(self, document: Mapping[str, Any], cond: Any = None) -> list[int]:
        """Update the documents that match, or insert one; their numbers."""
        with self._storage.writing(self._name):
            return super().upsert(document, cond)

    def search(self, cond: Any) -> list[Any]:
        """The documents that match; a result is cached until the board changes."""
        generation = self._storage.generation()
        if generation != self._generation:
            self.clear_cache()
            self._generation = generation
        return super().search(cond)


class BoardDB(tinydb.TinyDB):
    """A board, opened as a TinyDB."""

    table_class = BoardTable
    _storage: BoardStorage

    @property
    def storage(self) -> BoardStorage:
        """The storage of the board."""
        return self._storage

    @property
    def board(self) -> Board:
        """The newest board, with typed records. Raises StoreError."""
        self._storage.check_open()
        return self._storage.store.load()

    def do(self, action: Action) -> Commit:
        """Run an action of `teamboard.actions`, by the same rules as the command line. Raises Refused, StoreError."""
        self._storage.check_open()
        return self._storage.store.commit(action, self._storage.actor)

    @contextmanager
    def commit(self, label: str = "") -> Iterator[BoardDB]:
        """Make one commit of all the writing calls of a block, or, if it raises, none; `label` is for the history."""
        with self._storage.commit(label):
            yield self

    async def changes(self) -> AsyncIterator[Board]:
        """Every newer board as it comes. Raises StoreError while the board can't be read."""
        async for found in self._storage.store.changes():
            if isinstance(found, StoreError):
                raise found
            yield found

    def tables(self) -> set[str]:
        """The names of all tables."""
        return set(self._storage.read())

    def drop_table(self, name: str) -> None:
        """Drop a table that is not the board's. Raises Refused for one that is."""
        if name in codec.ALL_TABLES:
            raise Refused(f"The table {name!r} is the board's: it can't be dropped.")
        self._drop([name])

    def drop_tables(self) -> None:
        """Drop all tables that are not the board's."""
        self._drop([name for name in self.tables() if name not in codec.ALL_TABLES])

    def _drop(self, names: list[str]) -> None:
        for name in names:
            self._tables.pop(name, None)
        if names:
            with self._storage.writing(names[0]) as group:
                for name in names:
                    group.others.pop(name, None)
                    group.draft.put_table(name, None)


def open_board(place: str | None = None, as_: str | None = None) -> BoardDB:
    """Open the board at a path or an address as a TinyDB, as a member. Raises StoreError if there is none."""
    store = open_store(place or os.environ.get("TEAMBOARD_BOARD") or DEFAULT_BOARD)
    if not (isinstance(store, FileStore) and os.path.exists(store.path)):
        store.load()
    return BoardDB(store, as_, storage=BoardStorage)
