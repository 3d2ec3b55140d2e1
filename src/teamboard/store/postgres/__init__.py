"""A board on PostgreSQL: for teams in several places. `sql/` has its tables and its rights, a file a step."""

from teamboard.store.postgres.store import PostgresStore

__all__ = ["PostgresStore"]
