"""A board as a TinyDB: reading is TinyDB's own, and what is written through it is a commit."""

from __future__ import annotations

import json
import logging
import os
import sys
import threading
from collections.abc import AsyncGenerator, Callable, Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from copy import deepcopy
from pathlib import PurePath
from typing import Any, NamedTuple, NoReturn

import msgspec
import tinydb
from tinydb.storages import Storage
from tinydb.table import Table

from teamboard.actions.base import Action, Actor
from teamboard.actions.verify import check_types
from teamboard.domain.board import Board
from teamboard.domain.commit_log import stored_fields
from teamboard.domain.errors import Refused
from teamboard.domain.history.differences import changed
from teamboard.domain.history.log import history_of
from teamboard.domain.ids import is_document_number, number_of
from teamboard.domain.records import TABLES
from teamboard.domain.sanitize import one_line
from teamboard.domain.verbs import EDIT_VERB
from teamboard.services.acting import find_actor
from teamboard.services.commit_guard import guard_commits
from teamboard.services.lost_commits import Loss
from teamboard.store import codec
from teamboard.store.base import Commit, Store, StoreError
from teamboard.store.decoder import InvalidBoardFile, raw_tables
from teamboard.store.factory import default_place, open_store
from teamboard.store.file import atomic_file
from teamboard.store.file.document_edit import DocumentEdit
from teamboard.store.file.store import FileStore

MOST_LETTERS = 200
"""The length of the name of a program, and of what a commit is for, in the history."""
Documents = dict[str, dict[str, Any]]
"""The documents of a table by number, as text: what TinyDB reads."""


class TableView(Mapping[str, Documents]):
    """The tables of a board by name, which can be read only: what is put into it would undo others' commits."""

    def __init__(self, documents: Callable[[str], Documents], names: Mapping[str, None]) -> None:
        self._documents = documents
        self._names = names

    def __getitem__(self, name: str) -> Documents:
        if name not in self._names:
            raise KeyError(name)
        return self._documents(name)

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)

    def __setitem__(self, name: str, documents: object) -> NoReturn:
        raise _refused_as_a_whole()

    def __delitem__(self, name: str) -> NoReturn:
        raise _refused_as_a_whole()


def _refused_as_a_whole() -> Refused:
    return Refused(
        "This board is written through open_board's own tables only: another Table, or a cache such as "
        "CachingMiddleware, would lose what others commit."
    )


class _File(NamedTuple):
    """A file as it was read: the JSON of each table, and what gives a part of it as it was in it."""

    signature: object
    raws: Mapping[str, msgspec.Raw]
    restore: Callable[[bytes], bytes] | None


class BoardStorage(Storage):
    """The storage of a board's file or database. It is written through the tables of `BoardDB` only."""

    def __init__(self, store: Store, named: str | None = None, program: str = "") -> None:
        """`named` is the member as whom to act, `program` what the history calls the program."""
        self.store = store
        self.program = _short_line(program) or _program()
        self._named = named
        self._actor: Actor | None = None
        self._group: DocumentEdit | None = None
        self._group_thread = 0
        self._known: _File | None = None
        self._closed = False

    @property
    def actor(self) -> Actor:
        """Who acts. Raises NotFound if the member who was named is not on the board."""
        return self._actor or self.find_actor()

    def find_actor(self) -> Actor:
        """Find who acts; see `actor`."""
        self._actor = find_actor(self.store.load(), named=self._named, seat=self.store.authenticated_as)
        return self._actor

    def generation(self) -> object:
        """What changes whenever the board does."""
        self.check_open()
        if isinstance(self.store, FileStore):
            try:
                return atomic_file.signature(self.store.real_path)
            except OSError:
                # It says what is wrong in the words of the command line.
                self.store.load()
                raise
        return self.store.load().revision

    def read(self) -> TableView:  # type: ignore[override]
        """All tables, as TinyDB reads them; each is decoded when it is looked at."""
        names = [*self._table_names(), *(self._own_group.others if self._own_group else ())]
        return TableView(self.documents, dict.fromkeys(names))

    def write(self, data: object) -> NoReturn:
        """Refused: a whole board is never written at once, for that would not be a commit."""
        raise _refused_as_a_whole()

    def close(self) -> None:
        """Close it: nothing works afterwards."""
        self._closed = True

    def check_open(self) -> None:
        """Raise Refused after `close`."""
        if self._closed:
            raise Refused("This board was closed.")

    def documents(self, name: str) -> Documents:
        """The documents of a table, exactly those of the file; in an open commit, as they will be."""
        group = self._own_group
        if group is not None and (name in group.rows or name in group.others):
            # Deep: what a script does to what it has read is no change of the commit.
            return {str(number): deepcopy(dict(document)) for number, document in group.table(name).items()}
        self.check_open()
        if not isinstance(self.store, FileStore):
            return _documents_of(self.store.load(), name)
        _, raws, restore = self._file(self.store)
        raw = raws.get(name)
        if raw is None:
            return {}
        try:
            found: Documents = msgspec.json.decode(raw, type=dict[str, dict[str, Any]])
        except msgspec.MsgspecError:
            found = {}
        text = bytes(raw)
        plain = restore(text) if restore else text
        documents: Documents = found if found and plain == text else json.loads(plain)
        if name in TABLES and not all(map(is_document_number, documents)):
            # TinyDB fails on a key that is not a number.
            return {number: document for number, document in documents.items() if is_document_number(number)}
        return documents

    def _table_names(self) -> Collection[str]:
        self.check_open()
        if isinstance(self.store, FileStore):
            return self._file(self.store)[1]
        self.store.load()
        return (*TABLES, "history")

    def _file(self, store: FileStore) -> _File:
        """The newest file. Raises StoreError."""
        generation = self.generation()
        known = self._known
        if known is None or known.signature != generation:
            try:
                data, read = atomic_file.read(store.real_path)
                raws, restore = raw_tables(data)
            except (InvalidBoardFile, OSError):
                store.load()
                raise
            if "meta" not in raws:
                store.load()
            self._known = known = _File(read, raws, restore)
        return known

    @contextmanager
    def commit(self, label: str = "") -> Iterator[DocumentEdit]:
        """Hold the board's lock for one commit. Raises StoreError, and Refused for PostgreSQL."""
        self.check_open()
        if not isinstance(self.store, FileStore):
            raise Refused("On PostgreSQL a board is read through open_board, and changed by `do`.")
        self.check_no_commit_is_open()
        with self.store.draft(self.actor) as draft:
            self._group, self._group_thread = DocumentEdit(draft), threading.get_ident()
            group = self._group
            try:
                yield group
                what = _short_line(label)
                group.finish(f"{EDIT_VERB} {self.program}{f': {what}' if what else ''}")
            finally:
                self._group = None

    @contextmanager
    def writing(self, name: str) -> Iterator[DocumentEdit]:
        """The open commit of this thread, or one for a single call, that may change the table."""
        if name in codec.ALL_TABLES and name not in TABLES:
            raise Refused(f"The table {name!r} is the program's own: it can be read only.")
        if (group := self._own_group) is not None:
            yield group
            return
        with self.commit() as group:
            yield group

    def check_no_commit_is_open(self) -> None:
        """Raise Refused if this thread has a commit open, which has to end first."""
        self.check_open()
        if self._own_group is not None:
            raise Refused("A commit is open already; it ends with its block.")

    @property
    def is_editing(self) -> bool:
        """Whether this thread has a commit open."""
        return self._own_group is not None

    @property
    def _own_group(self) -> DocumentEdit | None:
        """The open commit of this thread; None of another one."""
        group = self._group
        return group if self._group_thread == threading.get_ident() else None


def _program() -> str:
    """The name of the running script; "python" for code that was typed or passed with -c."""
    name = PurePath(sys.argv[0]).name if sys.argv else ""
    return "python" if name in ("", "-", "-c") else _short_line(name)


def _short_line(text: str) -> str:
    """A text for the history: one line, whatever a file's name or a script's text has in it."""
    return one_line(text.encode(errors="replace").decode())[:MOST_LETTERS]


def _documents_of(board: Board, name: str) -> Documents:
    """The documents of a table of a board that is not in a file; the history is read only if that is asked for."""
    if name == "history":
        return {str(n): msgspec.to_builtins(entry) for n, entry in history_of(board)}
    if name not in TABLES:
        return {}
    return {str(number_of(i)): stored_fields(record) for i, record in board.tables[name].items()}


class BoardTable(Table):
    """A table of a board: each writing call is a commit."""

    _storage: BoardStorage

    def __init__(self, storage: Storage, name: str, cache_size: int = 10, persist_empty: bool = False) -> None:
        """Raises Refused for a storage that is no board's, such as a cache over one."""
        if not isinstance(storage, BoardStorage):
            raise _refused_as_a_whole()
        self._searching = threading.Lock()
        self._generation: object = None
        super().__init__(storage, name, cache_size)
        if persist_empty and name not in storage.read():
            self._update_table(lambda _: None)

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
        with self._searching:
            # What an open commit has changed is nobody else's to see, nor this thread's after it fails.
            generation = None if self._storage.is_editing else self._storage.generation()
            if generation is None or generation != self._generation:
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
        self._storage.check_no_commit_is_open()
        check_types(action)
        return self._storage.store.commit(action, self._storage.actor)

    @contextmanager
    def commit(self, label: str = "") -> Iterator[BoardDB]:
        """Make one commit of all the writing calls of a block, or, if it raises, none; `label` is for the history."""
        with self._storage.commit(label):
            yield self

    async def changes(self) -> AsyncGenerator[Board, None]:
        """Every newer board as it comes. While the board can't be read, a warning is logged once, and it goes on."""
        self._storage.check_open()
        warned = ""
        last: Board | None = None
        async for found in self._storage.store.changes():
            self._storage.check_open()
            if not isinstance(found, StoreError):
                warned = ""
                # Read again as it was, as after a file was touched or repaired: this is no newer board.
                if last is None or found.revision != last.revision or changed(last, found):
                    last = found
                    yield found
            elif str(found) != warned:
                warned = str(found)
                logging.getLogger("teamboard").warning("%s", one_line(warned))

    def tables(self) -> set[str]:
        """The names of all tables."""
        return set(self._storage.read())

    def drop_table(self, name: str) -> None:
        """Drop a table that is not the board's. Raises Refused for one that is."""
        if name in codec.ALL_TABLES:
            raise Refused(f"The table {name!r} is the board's: it can't be dropped.")
        self._drop([name])

    def drop_tables(self) -> NoReturn:
        """Refused: the board's tables are among them."""
        raise Refused("All tables can't be dropped, the board's are among them: drop your own with drop_table(name).")

    def _drop(self, names: list[str]) -> None:
        for name in names:
            self._tables.pop(name, None)
        if names:
            with self._storage.writing(names[0]) as group:
                for name in names:
                    group.others.pop(name, None)
                    group.draft.put_table(name, None)


def _print_loss(loss: Loss) -> None:
    """Say in one line on standard error, if there is one, what the file has lost."""
    with suppress(OSError, ValueError, AttributeError):
        print(f"teamboard: {one_line(loss.advice)}", file=sys.stderr)


def open_board(place: str | os.PathLike[str] | None = None, as_: str | None = None) -> BoardDB:
    """Open the board at a path or an address as a TinyDB, as a member.

    Raises StoreError if there is none, and NotFound if it has no such member.
    """
    store = open_store(os.fspath(place) if place else default_place())
    guard = guard_commits(store)
    if guard is not None:
        guard.tell = _print_loss
    db = BoardDB(store, as_, storage=BoardStorage)
    db.storage.read()
    if as_ is not None:
        db.storage.find_actor()
    return db
