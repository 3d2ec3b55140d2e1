"""The pages in a real browser, and the headers that keep them to themselves."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from selenium.webdriver.support.ui import WebDriverWait

from tests.web.in_process import TOKEN, running
from tests.web.serving import Browser, Served, browser


@contextmanager
def foreign_page(html: str) -> Iterator[str]:
    """The address of a page of another site: to a browser, localhost and 127.0.0.1 are two."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(html.encode())

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://localhost:{server.server_port}/"
        finally:
            server.shutdown()


def console(one: Browser) -> list[str]:
    """What the browser has complained about since it was asked last, but for its own graphics and a busy machine."""
    entries = one.driver.get_log("browser")  # type: ignore[no-untyped-call]
    complaints = [entry["message"] for entry in entries if entry["level"] in ("WARNING", "SEVERE")]
    return [text for text in complaints if "software WebGL" not in text and "task queue exceeded" not in text]


def wait_until_drawn(one: Browser) -> None:
    """Wait for a board on the page: the picture of an empty one is a few kilobytes."""
    WebDriverWait(one.driver, 60).until(lambda driver: len(driver.get_screenshot_as_png()) > 50_000)


@browser
@pytest.mark.slow
def test_one_click_a_reload_and_a_second_tab_show_the_board(
    tmp_path: Path, served: list[Served], browsers: list[Browser]
) -> None:
    server = Served(tmp_path, "--as", "ana")
    served.append(server)
    browsers.append(Browser())
    (one,) = browsers
    bare = server.address.partition("?")[0]
    # A link in a chat: a page of another site, from which no SameSite=Strict cookie comes along.
    with foreign_page(f'<a id="link" href="{server.address}">the board</a>') as chat:
        one.open(chat)
        one.driver.find_element("id", "link").click()
        one.wait_for("● live")
        assert one.driver.current_url == bare
        assert "token" not in one.driver.execute_script("return document.cookie + document.referrer")
        one.driver.back()
        assert one.driver.current_url == chat
        one.driver.forward()
    for _ in range(2):
        one.clear()
        one.driver.refresh()
        one.wait_for("● live")
        one.wait_for_picture()
    wait_until_drawn(one)
    one.driver.switch_to.new_window("tab")
    one.clear()
    one.open(bare)
    one.wait_for("● live")
    one.wait_for_picture()
    wait_until_drawn(one)
    assert console(one) == []


@browser
@pytest.mark.slow
def test_without_the_token_a_page_says_what_to_do(
    tmp_path: Path, served: list[Served], browsers: list[Browser]
) -> None:
    server = Served(tmp_path, "--as", "ana")
    served.append(server)
    browsers.append(Browser())
    (one,) = browsers
    one.open(server.address.partition("?")[0])
    said = one.driver.find_element("tag name", "body").text
    assert said.startswith("To see this board, open the address that `teamboard serve` printed")
    assert [text for text in console(one) if "403" not in text] == []
    # In a chat somebody posts the address without the token to people who have the board open: one more click.
    one.open(server.address)
    one.wait_for("● live")
    with foreign_page(f'<a id="link" href="{server.address.partition("?")[0]}">the board</a>') as chat:
        one.open(chat)
        one.driver.find_element("id", "link").click()
        assert one.driver.find_element("tag name", "body").text.startswith("To see this board")
        one.clear()
        one.driver.find_element("tag name", "a").click()
        one.wait_for("● live")


@browser
@pytest.mark.slow
def test_a_key_after_a_click_reaches_the_board_in_a_window_made_smaller(
    tmp_path: Path, served: list[Served], browsers: list[Browser]
) -> None:
    server = Served(tmp_path, "--as", "ana")
    served.append(server)
    browsers.append(Browser())
    (one,) = browsers
    one.open(server.address)
    one.wait_for("● live")
    one.wait_for_picture()
    one.driver.find_element("id", "terminal").click()
    one.type("/ana")
    one.wait_for("Show all")
    one.driver.set_window_size(700, 500)
    one.wait_until("return document.querySelector('.xterm-screen').offsetWidth <= innerWidth")
    # The field for the keys is where the cursor was in the larger window, now and then: no reason for scrollbars.
    one.driver.execute_script("document.querySelector('.xterm-helper-textarea').style.top = '5000px'")
    size = (
        "const root = document.documentElement; return [innerWidth - root.clientWidth, innerHeight - root.clientHeight]"
    )
    assert one.driver.execute_script(size) == [0, 0]
    one.type("-bel")
    one.wait_for("ana-bel")


@browser
@pytest.mark.slow
def test_no_other_page_can_frame_the_board_or_use_it(
    tmp_path: Path, served: list[Served], browsers: list[Browser]
) -> None:
    server = Served(tmp_path, "--as", "ana")
    served.append(server)
    browsers.append(Browser())
    (one,) = browsers
    bare = server.address.partition("?")[0]
    one.open(server.address)
    one.wait_for("● live")
    console(one)
    for address in (bare, server.address):
        with foreign_page(f'<iframe src="{address}"></iframe>') as page:
            one.open(page)
            one.driver.switch_to.frame(0)
            assert one.driver.find_elements("id", "terminal") == []
            assert any("frame-ancestors 'none'" in text for text in console(one))
    used = f"""<script>
        var answer = "";
        new WebSocket("{bare.replace("http", "ws")}ws").onerror = () => answer += "socket";
        fetch("{bare}", {{credentials: "include"}}).catch(() => answer += "fetch");
    </script>"""
    with foreign_page(used) as page:
        one.open(page)
        one.wait_until("return ['socketfetch', 'fetchsocket'].includes(answer)")


async def test_every_response_has_the_headers() -> None:
    async with running() as server:
        paths = (
            "",
            f"?token={TOKEN}",
            "static/js/textual.js",
            "page/board.js",
            "none",
            "static/",
            "static",
            "ws",
            "page",
        )
        policies = set()
        for path in paths:
            for headers in ({}, {"Cookie": ""}, {"Accept": "text/html", "Cookie": ""}, {"Host": "board.example"}):
                async with server.client.get(server.address + path, headers=headers) as response:
                    assert response.headers["X-Frame-Options"] == "DENY", path
                    assert response.headers["X-Content-Type-Options"] == "nosniff"
                    assert response.headers["Referrer-Policy"] == "no-referrer"
                    assert response.headers["Cross-Origin-Opener-Policy"] == "same-origin"
                    policy = response.headers["Content-Security-Policy"]
                    for part in (
                        "default-src 'none'",
                        "frame-ancestors 'none'",
                        "base-uri 'none'",
                        "form-action 'none'",
                    ):
                        assert part in policy
                    assert "unsafe" not in policy
                    policies.update(re.findall("script-src [^;]+", policy))
        # Each page has a nonce of its own.
        assert len(policies) > 3


async def test_the_cookie_is_for_the_server_alone() -> None:
    async with running() as server, server.client.get(f"{server.address}?token={TOKEN}") as response:
        (cookie,) = response.headers.getall("Set-Cookie")
        assert set(cookie.split("; ")[1:]) == {"HttpOnly", "Path=/", "SameSite=Strict"}
        assert TOKEN not in await response.text()


async def test_no_folder_is_listed_and_no_other_file_served() -> None:
    async with running() as server:
        for path in ("static/", "static/js/", "static", "page/", "page"):
            status, text = await server.status(path)
            assert status in (403, 404), path
            assert "textual.js" not in text
            assert "board.js" not in text
        for path in ("page/..%2Fserver.py", "page/../board.html", "static/..%2f__init__.py", "static//etc/passwd"):
            assert (await server.status(path))[0] in (403, 404), path
        assert (await server.status("download/1"))[0] == 404


async def test_the_teams_name_is_text_on_the_page() -> None:
    async with running(title="<script>alert(1)</script> $nonce") as server:
        _, text = await server.status()
        assert "&lt;script&gt;alert(1)&lt;/script&gt; $nonce" in text
