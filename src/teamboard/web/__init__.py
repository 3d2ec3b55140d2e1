"""The board in a browser, served by textual-serve."""
