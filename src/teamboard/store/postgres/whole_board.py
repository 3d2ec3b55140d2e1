"""Insert a whole board at once, when it is created or copied."""

from __future__ import annotations

from typing import Any, cast

import psycopg
from psycopg.types.json import Json

from teamboard.domain.board import Board
from teamboard.domain.history.log import history_of
from teamboard.domain.records import TABLES
from teamboard.store.codec import BoardFile
from teamboard.store.postgres import rows


def insert_board(connection: psycopg.Connection[Any], name: str, file: BoardFile) -> None:
    """Insert a board called `name` with its records and history, by COPY; the caller holds the transaction."""
    board, history = file.board, history_of(file.board)
    made = connection.execute(
        "INSERT INTO teamboard.boards (name, revision, ids, head, begun) VALUES (%s, %s, %s, %s, %s) RETURNING id",
        (name, board.revision, Json(dict(board.ids)), file.head, history.begun),
    ).fetchone()
    number = cast("tuple[int]", made)[0]
    found = [rows.row_of(record) for table in TABLES for record in board.tables[table].values()]
    with connection.cursor() as cursor:
        with cursor.copy("COPY teamboard.records (board, kind, number, revision, fields) FROM STDIN") as copy:
            for row in found:
                copy.write_row((number, row.kind, row.number, board.revision, row.fields))
        with cursor.copy("COPY teamboard.private (board, kind, number, readers, fields) FROM STDIN") as copy:
            for row in found:
                if row.private is not None:
                    copy.write_row((number, row.kind, row.number, row.readers, row.private))
        _insert_history(cursor, number, board)


def _insert_history(cursor: psycopg.Cursor[Any], number: int, board: Board) -> None:
    private = []
    columns = "board, revision, at, by, verb, commit_id, entry"
    with cursor.copy(f"COPY teamboard.history ({columns}) FROM STDIN") as copy:
        for revision, entry in history_of(board).with_archived():
            text, hidden = rows.entry_row(entry, board, board)
            private += [(number, revision, *part) for part in hidden]
            copy.write_row((number, revision, entry.at, entry.by, entry.verb, _commit_id(revision), text))
    with cursor.copy("COPY teamboard.history_private FROM STDIN") as copy:
        for row in private:
            copy.write_row(row)


def _commit_id(revision: int) -> str:
    return f"00000000-0000-0000-0000-{revision:012x}"
