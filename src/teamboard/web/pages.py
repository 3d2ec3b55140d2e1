"""What is sent to a browser: the page with the board, pages with one message, and the headers of every response."""

from __future__ import annotations

import secrets
from pathlib import Path

from aiohttp import web

from teamboard.render.documents.environment import render_template

FOLDER = Path(__file__).parent
HEADERS = {
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
}
"""The headers of every response; that of a page has a policy of its own."""
PAGE_POLICY = (
    "default-src 'none'; script-src 'nonce-{nonce}'; style-src 'nonce-{nonce}'; font-src 'self'; img-src data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


def add_headers(response: web.StreamResponse) -> None:
    """Add the headers that every response has."""
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)


def board_page(title: str, font_size: int) -> web.Response:
    """The page that shows the board."""
    return _page("served_board", 200, title=title, font_size=font_size)


def message_page(request: web.Request, status: int, text: str, *, link: str = "Open the board") -> web.Response:
    """A page with one message and a link to the board, or the message alone where no page is asked for."""
    if "text/html" not in request.headers.get("Accept", ""):
        return web.Response(status=status, text=f"{text}\n", headers={"Cache-Control": "no-store"})
    return _page("served_message", status, text=text, link=link, reopens=False)


def entry_page() -> web.Response:
    """A page that opens the board at the address without the token.

    Not a redirect: a browser sends no SameSite=Strict cookie along with a redirect that began with a link on a page
    of another site, such as a chat.
    """
    return _page("served_message", 200, text="Opening the board.", link="Open the board", reopens=True)


def _page(name: str, status: int, **values: str | int) -> web.Response:
    nonce = secrets.token_urlsafe(16)
    text = render_template(name, "html", nonce=nonce, **values)
    response = web.Response(status=status, text=text, content_type="text/html", charset="utf-8")
    response.headers["Content-Security-Policy"] = PAGE_POLICY.format(nonce=nonce)
    response.headers["Cache-Control"] = "no-store"
    return response
