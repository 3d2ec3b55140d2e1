"""Who is let in: token, cookie, host and origin."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.web.in_process import TOKEN, running
from tests.web.serving import Served, admitted, answer


@pytest.mark.slow
@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "0.0.0.0"])
def test_nobody_comes_in_without_the_token(tmp_path: Path, served: list[Served], host: str) -> None:
    server = Served(tmp_path, "--read-only", "--host", host)
    served.append(server)
    token = server.address.partition("?token=")[2]
    port = re.findall(r":(\d+)/", server.address)[0]
    local = f"http://127.0.0.1:{port}" if host == "0.0.0.0" else f"http://{host}:{port}"
    assert len(token) >= 32
    for path in ("/", "/ws", "/static/js/textual.js", f"/?token={token[:-1]}", "/ws?token="):
        assert answer(local + path) == 403, path
    place, cookie = admitted(f"{local}/?token={token}")
    assert (place, cookie.partition("=")[2]) == ("/", token)
    assert answer(local + "/", Cookie=cookie) == 200
    assert answer(local + "/", Cookie=cookie[:-1]) == 403


@pytest.mark.slow
def test_two_boards_on_one_machine_keep_their_cookies_apart(tmp_path: Path, served: list[Served]) -> None:
    served += [Served(tmp_path, "--as", "ana"), Served(tmp_path, "--read-only")]
    cookies = [admitted(server.address)[1] for server in served]
    # A browser sends both to each: a cookie knows no port.
    for server in served:
        assert answer(server.address.partition("?")[0], Cookie="; ".join(cookies)) == 200
    assert len({cookie.partition("=")[0] for cookie in cookies}) == 2


def test_a_page_of_another_address_can_open_nothing(tmp_path: Path, served: list[Served]) -> None:
    server = Served(tmp_path, "--as", "ana")
    served.append(server)
    address, cookie = server.address.partition("?")[0], admitted(server.address)[1]
    assert answer(address, Cookie=cookie) == 200
    assert answer(address, Cookie=cookie, Host="board.example") == 403
    for origin in ("http://board.example", "null", "http://127.0.0.1:1"):
        assert answer(address + "ws", Cookie=cookie, Origin=origin) == 403


@pytest.mark.slow
def test_a_server_for_others_answers_to_its_own_names_and_numbers(tmp_path: Path, served: list[Served]) -> None:
    server = Served(tmp_path, "--as", "ana", "--host", "0.0.0.0")
    served.append(server)
    printed, port = urlsplit(server.address), urlsplit(server.address).port
    local = f"http://127.0.0.1:{port}/"
    cookie = admitted(f"{local}?{printed.query}")[1]
    assert printed.hostname
    short = printed.hostname.partition(".")[0]
    own = (
        printed.netloc,
        short,
        f"{short.upper()}.local:{port}",
        "localhost",
        f"127.0.0.1:{port}",
        "[::1]",
        "10.1.2.3",
    )
    for host in own:
        assert answer(local, Cookie=cookie, Host=host) == 200, host
    # A name of somebody else that leads here: the page of that name must not use the board (DNS rebinding).
    for host in ("board.example", f"{short}.board.example", "127.0.0.1.board.example", "", "[", "localhost."):
        assert answer(local, Cookie=cookie, Host=host) == 403, host
        assert answer(f"{local}?{printed.query}", Host=host) == 403, host


def test_what_is_no_address_or_token_is_refused_as_another(tmp_path: Path, served: list[Served]) -> None:
    server = Served(tmp_path, "--as", "ana")
    served.append(server)
    address, cookie = server.address.partition("?")[0], admitted(server.address)[1]
    name = cookie.partition("=")[0]
    assert answer(address, Cookie=cookie, Host="[") == 403
    assert answer(address, Cookie=cookie, Origin="http://[") == 403
    assert answer(address, Cookie=f"{name}=\xff\xfe") == 403


async def test_a_cookie_of_the_same_name_by_another_server_of_the_host_changes_nothing() -> None:
    async with running() as server:
        own = server.client.headers["Cookie"]
        name = own.partition("=")[0]
        for cookie in (f"{name}=x; {own}", f"{own}; {name}=x", f"a=b;{own}"):
            async with server.client.get(server.address, headers={"Cookie": cookie}) as response:
                assert response.status == 200, cookie
        for cookie in (f"{name}=x", f"{name}={own}", f"a={TOKEN}", TOKEN, f"{name}", f"{name}={TOKEN}x"):
            async with server.client.get(server.address, headers={"Cookie": cookie}) as response:
                assert response.status == 403, cookie
