"""Restore a backup by a commit: the board goes on from its newest revision, with the records of the backup."""

from __future__ import annotations

from teamboard.domain.board import Board, Changes


def restoring_changes(board: Board, backup: Board) -> Changes:
    """The changes that give a board the records of a backup; not what stands there for one that was set aside."""
    changes: Changes = {}
    for name, table in backup.tables.items():
        now = board.tables[name]
        changes |= {i: r for i, r in table.items() if now.get(i) != r and i not in backup.set_aside}
        changes |= dict.fromkeys((i for i in now if i not in table), None)
    return changes
