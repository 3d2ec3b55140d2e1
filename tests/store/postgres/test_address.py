"""Addresses of PostgreSQL boards: those that lead nowhere, passwords, TLS, databases of other versions."""

from __future__ import annotations

import os
import ssl
from pathlib import Path

import psycopg
import pytest
import trustme

from teamboard.store.postgres import PostgresStore
from tests.conftest import MARA, Run, small_maker
from tests.helpers.postgres import SECRET, Server, in_tls, old_server, one_line


def test_addresses_that_lead_nowhere(run: Run, server: Server, database: str) -> None:
    secret = f"postgresql://ana:{SECRET.replace(' ', '%20')}@127.0.0.1"
    one_line(run, f"{secret}:1/sales?board=emea", "can't be reached", "127.0.0.1:1/sales?board=emea")
    one_line(run, f"{secret}:1/sales?nonsense=1", "not a valid PostgreSQL address")
    one_line(run, "postgresql://[::1/x", "not a valid PostgreSQL address")
    one_line(run, server.url("nowhere"), "does not exist")
    one_line(run, server.url(database, "apac"), "no board called 'apac'", "teamboard init")
    one_line(run, server.url(server.database(), ""), "no board that you may read")
    PostgresStore(server.url(database, "apac")).create(small_maker().file(), MARA)
    one_line(run, server.url(database, ""), "several boards", "apac, emea")
    assert run("show", "--board", server.url(database)).returncode == 0


def test_databases_of_other_versions(run: Run, server: Server, database: str) -> None:
    one_line(run, server.url("postgres"), "has no teamboard tables", "admin init-db")
    with psycopg.connect(server.conninfo(database)) as connection:
        connection.execute("INSERT INTO teamboard.migrations VALUES (99, 'from the future')")
    one_line(run, server.url(database), "newer teamboard", "pip install -U")
    one_line(run, server.url(database), "newer teamboard", command=("admin", "init-db"))
    with psycopg.connect(server.conninfo(database)) as connection:
        connection.execute("DELETE FROM teamboard.migrations WHERE version > 1")
    one_line(run, server.url(database), "older teamboard", "admin init-db")
    port = old_server("13.4")
    one_line(run, server.url(database, port=port), "PostgreSQL 13", "15 or newer")


def test_a_password_is_in_a_file_of_its_own_and_shown_nowhere(
    run: Run, server: Server, database: str, tmp_path: Path
) -> None:
    given = tmp_path / "password"
    given.write_text(SECRET)
    admin = server.url(database)
    role = ("--role", "rep", "--name", "with_password", "--password-file", str(given))
    granted = run("admin", "grant", "ana", *role, "--board", admin)
    assert granted.returncode == 0, granted.stderr
    url = server.url(database, user="with_password")
    one_line(run, url, "no password supplied")
    one_line(run, url.replace("with_password@", "with_password:wrong-horse@"), "password authentication failed")
    (tmp_path / "pgpass").write_text(f"*:*:*:with_password:{SECRET}\n")
    (tmp_path / "pgpass").chmod(0o600)
    env = {"PGPASSFILE": str(tmp_path / "pgpass")}
    assert run("checkin", "G1", "+1", "--board", url, **env).returncode == 0
    (tmp_path / "service").write_text(
        f"[northwind]\nhost=127.0.0.1\nport={server.port}\ndbname={database}\nuser=with_password\n"
    )
    service = {**env, "PGSERVICEFILE": str(tmp_path / "service")}
    assert (
        run("checkin", "G1", "+1", "--board", "postgresql:///?service=northwind&board=emea", **service).returncode == 0
    )
    with_secret = url.replace("@", f":{SECRET.replace(' ', '%20')}@")
    shown = run("init", "--board", with_secret)
    assert "horse" not in shown.stdout + shown.stderr
    assert run("log", "--board", with_secret).returncode == 0
    assert SECRET not in (server.folder / "log").read_text()


def test_a_browser_s_board_gets_the_address_where_no_process_list_shows_it(
    server: Server, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from teamboard.cli.elsewhere.serve import _command
    from teamboard.cli.shared.session import Session

    monkeypatch.setenv("TEAMBOARD_BOARD", "")
    session = Session()
    session.board_given = server.url(database).replace("@", ":horse@")
    assert "horse" not in _command(session, MARA)
    assert os.environ["TEAMBOARD_BOARD"] == session.board_given


def test_tls_with_the_server_verified(run: Run, server: Server, database: str, tmp_path: Path) -> None:
    authority, other = trustme.CA(), trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)
    port = in_tls(server.port, context)
    for name, ca in (("right", authority), ("wrong", other)):
        ca.cert_pem.write_to_path(str(tmp_path / f"{name}.pem"))

    def url(ca: str, host: str = "localhost") -> str:
        return f"postgresql://postgres@{host}:{port}/{database}?board=emea&sslmode=verify-full&sslrootcert={tmp_path}/{ca}.pem"

    found = run("show", "--board", url("right"))
    assert found.returncode == 0, found.stderr
    one_line(run, url("wrong"), "certificate verify failed")
    one_line(run, url("right", "127.0.0.1"), "127.0.0.1")


def test_without_the_library_it_says_what_to_install(run: Run, tmp_path: Path) -> None:
    (tmp_path / "psycopg").mkdir()
    (tmp_path / "psycopg" / "__init__.py").write_text("raise ImportError('not here')")
    one_line(run, "postgresql://x/y", "pip install 'teamboard[postgres]'", PYTHONPATH=str(tmp_path))
