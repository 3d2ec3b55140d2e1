"""Draw docs/tour.svg, two terminals on one board, from two real ones: `python docs/tour.py`.

Each app runs in a pseudo terminal, and an emulator reads what it shows, frame by frame. A line that several frames have
in common is drawn once and shown for as long as it stays.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from html import escape
from pathlib import Path
from time import monotonic
from typing import NamedTuple

import pyte

sys.path.insert(0, str(Path(__file__).parents[1]))
from tests.helpers.terminal import Terminal

HERE = Path(__file__).parent
COLUMNS, LINES = 84, 24
CELL, ROW = 7.2, 15.0
GAP, HEAD = 24.0, 46.0
REST_SECONDS = 0.3
NO_BREAK = "\u00a0"
FONTS = "DejaVu Sans Mono, Cascadia Mono, Menlo, Consolas, monospace"
PAPER, INK, DIM, EDGE, ACCENT = "#1b1f25", "#e3ded4", "#a1aab7", "#3a424d", "#7fb0d8"
NAMES = {"default": INK, "black": PAPER}


class Frame(NamedTuple):
    """What both terminals show for some seconds, with a caption."""

    seconds: float
    caption: str
    screens: tuple[list[list[pyte.screens.Char]], ...]


def cells(terminal: Terminal) -> list[list[pyte.screens.Char]]:
    return [[terminal.screen.buffer[y][x] for x in range(COLUMNS)] for y in range(LINES)]


def at_rest(terminal: Terminal) -> None:
    """Read until the terminal has shown nothing new for a while."""
    before = None
    while terminal.raw != before:
        before, end = terminal.raw, monotonic() + REST_SECONDS

        def rested(end: float = end) -> bool:
            return monotonic() > end

        terminal.wait_until(rested)


def record(folder: Path) -> Iterator[Frame]:
    """The frames of the tour: what is typed in which terminal, and how long the result is shown."""
    command = [sys.executable, "-m", "teamboard", "demo", "--board", "team.board.json"]
    subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL)
    ana = Terminal(folder, "--as", "ana", "--calm", columns=COLUMNS, lines=LINES, COLORTERM="truecolor")
    mara = Terminal(folder, "--as", "mara", "--calm", columns=COLUMNS, lines=LINES, COLORTERM="truecolor")
    both = (ana, mara)

    def frame(seconds: float, caption: str) -> Frame:
        for terminal in both:
            at_rest(terminal)
        return Frame(seconds, caption, (cells(ana), cells(mara)))

    for terminal in both:
        terminal.wait_for("● live")
        terminal.wait_for("? Keys")
    yield frame(3.0, "One board, two terminals: Ana's, and Mara's, her manager")
    ana.type("/ruiz\r")
    ana.wait_for_no("Pau Ferrer")
    ana.wait_for("u Check in")
    yield frame(2.0, "Ana filters her own goals: / ruiz")
    ana.type("j")
    ana.wait_for("▌  G12")
    ana.type("u")
    ana.wait_for("the new value")
    yield frame(1.6, "u checks in")
    for i in range(1, 5):
        ana.type("940k"[i - 1])
        ana.wait_for("940k"[:i])
        yield frame(0.35, "u checks in")
    ana.type("\t\t")
    for i in range(0, len("Acme signed"), 2):
        ana.type("Acme signed"[i : i + 2])
        ana.wait_for("Acme signed"[: i + 2])
        yield frame(0.25, "a note, for the next review")
    ana.type("\x13")
    for terminal in both:
        terminal.wait_for("78 %")
    yield frame(3.5, "Every open board shows it at once")
    mara.type("jjjjjjjjj")
    mara.wait_for("▌  G12")
    mara.type("f")
    mara.wait_for("behaviour")
    mara.type("Acme\tyou waited for their number\tlist price, no discount")
    mara.wait_for("list price, no discount")
    yield frame(3.0, "Mara answers with feedback: situation, behaviour, impact")
    mara.type("\x13")
    mara.wait_for_no("behaviour")
    ana.type("F")
    ana.wait_for("you waited for their number")
    yield frame(3.5, "F: Ana reads it a second later, and so can the team")
    ana.type("\x1b")
    ana.wait_for("G12")
    mara.type("S")
    mara.wait_for("What changed")
    yield frame(3.5, "S: the standup, one member after the other, with their news")
    for terminal in both:
        terminal.type("\x1b")
        terminal.kill()


def colour(name: str) -> str:
    return NAMES.get(name, f"#{name}" if len(name) == 6 else INK)


def drawn(row: list[pyte.screens.Char], x: float, y: float) -> str:
    """A line of a terminal: its backgrounds, then its texts, run by run."""
    backs, texts, at = [], [], 0
    while at < COLUMNS:
        cell, end = row[at], at + 1
        while end < COLUMNS and row[end][1:] == cell[1:]:
            end += 1
        text = "".join(c.data for c in row[at:end])
        fore, back = (cell.bg, cell.fg) if cell.reverse else (cell.fg, cell.bg)
        left, wide = x + at * CELL, (end - at) * CELL
        if colour(back) != PAPER and back != "default":
            backs.append(f'<rect x="{left:.1f}" y="{y:.1f}" width="{wide:.1f}" height="{ROW}" fill="{colour(back)}"/>')
        if text.strip():
            bold = ' font-weight="bold"' if cell.bold else ""
            texts.append(
                f'<text x="{left:.1f}" y="{y + 11.5:.1f}" textLength="{wide:.1f}" fill="{colour(fore)}"{bold}>'
                f"{escape(text).replace(' ', NO_BREAK)}</text>"
            )
        at = end
    return "".join(backs + texts)


def box(place: int, name: str) -> str:
    """The frame around a terminal, with its owner's name."""
    x, wide, high = GAP / 2 + place * (COLUMNS * CELL + GAP), COLUMNS * CELL + GAP, LINES * ROW + 2 * GAP - 8
    return (
        f'<rect x="{x:.1f}" y="{HEAD}" width="{wide:.1f}" height="{high:.1f}" fill="none" stroke="{EDGE}"/>'
        f'<text x="{x + GAP / 2:.1f}" y="{HEAD + 15}" fill="{ACCENT}">{name}</text>'
    )


def film(frames: list[Frame]) -> str:
    """All frames as one animated picture, in a loop."""
    whole = sum(frame.seconds for frame in frames)
    wide, high = 2 * COLUMNS * CELL + 3 * GAP, LINES * ROW + HEAD + 2 * GAP
    spans: dict[str, list[tuple[float, float]]] = {}
    now = 0.0
    for frame in frames:
        end = now + frame.seconds
        pieces = [f'<text x="{wide / 2:.0f}" y="30" text-anchor="middle" fill="{INK}">{escape(frame.caption)}</text>']
        for i, screen in enumerate(frame.screens):
            x = GAP + i * (COLUMNS * CELL + GAP)
            pieces += [piece for y, row in enumerate(screen) if (piece := drawn(row, x, HEAD + GAP + y * ROW))]
        for piece in pieces:
            found = spans.setdefault(piece, [])
            if found and abs(found[-1][1] - now) < 1e-6:
                found[-1] = (found[-1][0], end)
            else:
                found.append((now, end))
        now = end
    # Pieces that are shown at the same times are one group, so that there are as few animations as possible.
    groups: dict[tuple[tuple[float, float], ...], list[str]] = {}
    for piece, times in spans.items():
        groups.setdefault(tuple(times), []).append(piece)
    styles, bodies = [], []
    for number, (shown_at, pieces) in enumerate(groups.items()):
        always = abs(sum(b - a for a, b in shown_at) - whole) < 1e-6
        if not always:
            steps = sorted({0.0, *(t for span in shown_at for t in span)})
            shown = [any(a <= t < b for a, b in shown_at) for t in steps]
            keys = "".join(
                f"{100 * t / whole:.3f}%{{visibility:{'visible' if on else 'hidden'}}}"
                for t, on in zip(steps, shown, strict=True)
            )
            styles.append(
                f"@keyframes k{number}{{{keys}}}.g{number}{{animation:k{number} {whole:.2f}s step-end infinite}}"
            )
        bodies.append(f'<g class="g{number}">' + "\n".join(pieces) + "</g>")
    boxes = box(0, "Ana's terminal") + box(1, "Mara's terminal")
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide:.0f} {high:.0f}" width="{wide:.0f}" '
        f'font-family="{FONTS}" font-size="12" xml:space="preserve"><title>Two terminals on one board</title>'
        f"<style>{''.join(styles)}</style>"
        f'<rect width="100%" height="100%" fill="{PAPER}"/>{boxes}\n' + "\n".join(bodies) + "</svg>\n"
    )


def main() -> None:
    with tempfile.TemporaryDirectory() as place:
        # Keep the settings and keys of the person who runs this out of the picture.
        os.environ |= {name: f"{place}/{name}" for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME")}
        frames = list(record(Path(place)))
    (HERE / "tour.svg").write_text(film(frames), encoding="utf-8")


if __name__ == "__main__":
    main()
