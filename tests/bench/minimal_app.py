"""The smallest Textual app: what a board's first paint is measured against."""

from textual.app import App, ComposeResult
from textual.widgets import Static


class Minimal(App[None]):
    """One line of text on a screen."""

    def compose(self) -> ComposeResult:
        yield Static("first member")


if __name__ == "__main__":
    Minimal().run()
