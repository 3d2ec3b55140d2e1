"""One screen a module, its styles in the .tcss file beside it."""
