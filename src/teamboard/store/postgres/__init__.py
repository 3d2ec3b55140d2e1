"""The store in PostgreSQL. `sql/` has the tables and the row-level permissions, one file per migration."""

from teamboard.store.postgres.store import PostgresStore

__all__ = ["PostgresStore"]
