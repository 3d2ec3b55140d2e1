"""The documents that are made from the program are what it makes now."""

from __future__ import annotations

import re
from pathlib import Path

from docs import generate

from teamboard.domain.hints.table import HINTS

HOW = "run `python docs/generate.py` and look at what changed"


def test_the_page_of_commands_is_what_the_command_line_has() -> None:
    assert (generate.DOCS / "commands.md").read_text(encoding="utf-8") == generate.commands_page(), HOW


def test_the_page_of_keys_is_what_the_screens_have() -> None:
    assert (generate.DOCS / "keys.md").read_text(encoding="utf-8") == generate.keys_page(), HOW


def test_the_page_about_python_has_the_fields_of_the_records() -> None:
    assert (generate.DOCS / "python.md").read_text(encoding="utf-8") == generate.python_page(), HOW


def test_the_page_on_security_names_tests_that_exist() -> None:
    rows = [line for line in (generate.DOCS / "security.md").read_text(encoding="utf-8").splitlines() if "|" in line]
    tests = Path(__file__).parent
    for row in rows:
        *_, named, _ = row.split("|")
        if named.strip() in ("test", "---"):
            continue
        assert named.strip().startswith("`"), row
        for name in re.findall("`([^`]+)`", named):
            path, _, function = name.partition("::")
            assert re.search(rf"^(async )?def {function}\(", (tests / path).read_text("utf-8"), re.MULTILINE), name


def test_the_page_of_hints_has_every_hint_with_its_words_and_why() -> None:
    page = (generate.DOCS / "hints.md").read_text(encoding="utf-8")
    assert re.findall(r"^\| `([a-z-]+)` \|", page, re.MULTILINE) == list(HINTS)
    for name, rule in HINTS.items():
        words = re.sub(r"\{\w+\}", "…", rule.words)
        assert re.search(
            rf"^\| `{name}` \| {re.escape(words)} \| .* \| {re.escape(rule.why)} \|$", page, re.MULTILINE
        ), name
