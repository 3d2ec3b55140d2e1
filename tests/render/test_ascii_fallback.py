"""Plain letters instead of signs."""

from __future__ import annotations

from teamboard.render.ascii_fallback import SIGNS_BY_ASCII, to_ascii


def test_every_letter_is_as_wide_as_its_sign() -> None:
    from rich.cells import cell_len

    for letter, signs in SIGNS_BY_ASCII.items():
        assert cell_len(letter) == 1
        assert all(cell_len(sign) == 1 for sign in signs), (letter, signs)
    assert to_ascii("Müller ⠤⠀ 日本") == "Müller *  日本"
