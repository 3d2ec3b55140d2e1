"""The screens about one on ones."""
