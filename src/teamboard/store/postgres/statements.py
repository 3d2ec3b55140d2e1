"""The SQL statements that read a board and write a commit."""

from __future__ import annotations

_PAIRS = "coalesce(string_agg('\"' || number || '\": ' || fields::text, ',' ORDER BY number), '')"
RECORDS = f"""
    SELECT kind, '{{' || {_PAIRS} || '}}' FROM (
        SELECT r.kind, r.number, CASE WHEN p.fields IS NULL THEN r.fields ELSE r.fields || p.fields END AS fields
        FROM teamboard.records r LEFT JOIN teamboard.private p USING (board, kind, number) WHERE r.board = %s
    ) found GROUP BY kind"""
# The names of the columns are sent with each answer.
ENTRIES = """
    SELECT h.revision AS r, h.entry::text AS e, (
        SELECT json_object_agg(p.record, p.change) FROM teamboard.history_private p
        WHERE p.board = h.board AND p.revision = h.revision
    ) AS p FROM teamboard.history h WHERE h.board = %s AND h.revision > %s AND h.revision <= %s ORDER BY h.revision"""
TOUCHING = ENTRIES.replace("ORDER BY", "AND position(%s IN h.entry::text) > 0 ORDER BY")
BOARDS = """
    SELECT id, name, revision, ids, begun FROM teamboard.boards
    WHERE %s IN ('', name) ORDER BY name LIMIT 20"""
LOCK_TIMEOUT = "SELECT set_config('lock_timeout', %s, %s)"
LOCK = "SELECT teamboard.lock_board(%s, %s)"
COMMIT = """
    SELECT new_revision AS r, stored AS e FROM teamboard.commit(
        %s, %s, %s, %s, %s::json, %s, %s, %s, %s::jsonb)"""
COMMIT_REVISION = "SELECT revision FROM teamboard.history WHERE board = %s AND commit_id = %s"
NEWEST_STEP = "SELECT max(version) FROM teamboard.migrations"
SEAT = "SELECT handle FROM teamboard.seats WHERE board = %s AND role = session_user"


def channel(board: int) -> str:
    """The NOTIFY channel for the commits of a board."""
    return f"teamboard_{board}"
