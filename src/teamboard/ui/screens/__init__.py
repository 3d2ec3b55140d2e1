"""The screens, one in each module, with a .tcss file beside it."""
