"""Replace the board's Unicode signs by ASCII, for terminals that cannot show them (setting `ascii`)."""

from __future__ import annotations

SIGNS_BY_ASCII = {
    "=": "━╸╺╍╏═",
    "-": "─╴╶┄┈╌—–−·⎯▔▁",
    "|": "│┃║╎▏▕▐╵╷╹╻▎▍",
    "+": "┌┐└┘├┤┬┴┼╭╮╰╯┏┓┗┛┣┫┳┻╋╔╗╚╝▛▜▙▟┠┨┯┷┿",
    "#": "█▉▊▋▅▆▇▀▄■▖▗▘▝▚▞",
    ".": "░▂…",
    ":": "▒▃",
    "%": "▓▄",
    ">": "▌▶→❯›⏵",
    "<": "◀←⏎↵‹⏴",
    "^": "▲↑⭡△⏶",
    "v": "▼↓✓✔⭣▽▿⏷",
    "*": "●★•◆✱",
    "o": "○◯☐◇",
    "@": "◐◑",
    "&": "◉",
    "x": "✗✘×☒☑",
    "!": "⚑",
    "~": "⟳↻",
    "'": "’‘",
    '"': "“”„",
}
"""Each ASCII character, and the signs that it replaces. All are one cell wide, so that columns stay aligned."""

_TABLE = str.maketrans({sign: letter for letter, signs in SIGNS_BY_ASCII.items() for sign in signs})
_TABLE |= {code: " " if code == 0x2800 else "*" for code in range(0x2800, 0x2900)}


def to_ascii(text: str) -> str:
    """A text with its signs replaced by ASCII; letters of any alphabet stay as they are."""
    return text if text.isascii() else text.translate(_TABLE)
