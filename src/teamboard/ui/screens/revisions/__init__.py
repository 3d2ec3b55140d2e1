"""The screens of revisions."""
