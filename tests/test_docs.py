"""The documents that are made from the program are what it makes now."""

from __future__ import annotations

from docs import generate

HOW = "run `python docs/generate.py` and look at what changed"


def test_the_page_of_commands_is_what_the_command_line_has() -> None:
    assert (generate.DOCS / "commands.md").read_text(encoding="utf-8") == generate.commands_page(), HOW


def test_the_page_of_keys_is_what_the_screens_have() -> None:
    assert (generate.DOCS / "keys.md").read_text(encoding="utf-8") == generate.keys_page(), HOW
