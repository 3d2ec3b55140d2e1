"""The board's signs in plain letters, for terminals that have no others."""

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
    "v": "▼↓✓✔⭣▽⏷",
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
"""Each letter, and the signs it stands for; every one is a cell wide, and so is what stands for it."""

_TABLE = str.maketrans({sign: letter for letter, signs in SIGNS_BY_ASCII.items() for sign in signs})
_TABLE |= {code: " " if code == 0x2800 else "*" for code in range(0x2800, 0x2900)}


def to_ascii(text: str) -> str:
    """A text with its signs as plain letters. What people wrote in letters of their own stays."""
    return text if text.isascii() else text.translate(_TABLE)
