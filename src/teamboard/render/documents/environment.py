"""Render documents from the templates beside this module, escaping every value for the document's format.

`x.html.j2` is escaped for HTML, `x.svg.j2` for XML, `x.md.j2` for Markdown, `x.typ.j2` is written as Typst's own
literals, `x.txt.j2` is made one line of text. A template prints text that needs no escaping with the filter `safe`.
"""

from __future__ import annotations

import re
from functools import cache
from html import escape
from typing import TYPE_CHECKING, Any, Literal

from teamboard.domain.sanitize import one_line

if TYPE_CHECKING:
    from jinja2 import Environment

_MARKDOWN = re.compile(r"([\\`*_{}\[\]<>()#+!|~&-])")
_NOT_IN_XML = str.maketrans({"\ufffe": "\ufffd", "\uffff": "\ufffd"})
_TYPST = str.maketrans({"\\": r"\\", '"': r"\"", "\n": r"\n", "\r": r"\r", "\t": r"\t"})
_PAGE_OF_A_PICTURE = (
    '#set page(width: auto, height: auto, margin: 0pt)\n#image(bytes(sys.inputs.picture), format: "svg")'
)
_PIXELS_PER_INCH = 144.0

DocumentFormat = Literal["html", "svg", "md", "typ", "txt"]


def render_template(name: str, format: DocumentFormat, /, **data: Any) -> str:
    """Return the document that the template `name` (`report`, `review` …) of a format makes of plain data."""
    return _environment(format).get_template(f"{name}.{format}.j2").render(data)


def escape_html(text: str) -> str:
    """Escape text for HTML, in attributes too."""
    return escape(one_line(text))


def escape_xml(text: str) -> str:
    """Escape text for XML, in attributes too; XML has no place for two of Unicode's numbers."""
    return escape_html(text).translate(_NOT_IN_XML)


def escape_markdown(text: str) -> str:
    """Escape text for Markdown: no markup, link or tag takes effect."""
    return _MARKDOWN.sub(r"\\\1", one_line(text))


def typst_literal(value: str | float | None) -> str:
    """Return a text, number or None as a Typst literal: nothing in a text is read as Typst code."""
    if isinstance(value, str):
        return f'"{value.translate(_TYPST)}"'
    return "none" if value is None else repr(float(value))


def compile_typst(source: str, **options: Any) -> bytes:
    """Compile a document of Typst, to PDF by default. Raises ImportError if typst is not installed."""
    # Late: an optional dependency, of 20 MB.
    import typst

    return bytes(typst.compile(source.encode(), **options))


def png_of_svg(svg: str) -> bytes:
    """Render an SVG as PNG. Raises ImportError if typst is not installed."""
    # typst renders documents: this one has the picture as its only page.
    return compile_typst(_PAGE_OF_A_PICTURE, format="png", ppi=_PIXELS_PER_INCH, sys_inputs={"picture": svg})


@cache
def _environment(format: DocumentFormat) -> Environment:
    # Late: importing jinja2 takes 30 ms, and only a command that makes a document should wait for it.
    from jinja2 import Environment, PackageLoader, StrictUndefined, Undefined
    from markupsafe import Markup

    def finalize(value: Any) -> Any:
        if isinstance(value, Markup | Undefined):
            return value
        if format == "html":
            return Markup(escape_html(str(value)))
        if format == "svg":
            return Markup(escape_xml(str(value)))
        if format == "typ":
            return Markup(typst_literal(value))
        return Markup(escape_markdown(str(value)) if format == "md" else one_line(str(value)))

    return Environment(
        loader=PackageLoader(__package__, "templates"),
        # `finalize` leaves nothing to escape for HTML; this tells jinja2 that what a macro returns is escaped already.
        autoescape=True,
        finalize=finalize,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
