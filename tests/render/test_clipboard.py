"""What is copied is text or markdown, whatever it says."""

from __future__ import annotations

from teamboard.render.clipboard import lines_text


def test_what_is_copied_can_end_no_fence_and_start_no_tag() -> None:
    text = lines_text([(("a ```` b", "text"),), (("  ", ""), ("c", "dim"))], as_markdown=True)
    assert text == "`````text\na ```` b\n  c\n`````"
