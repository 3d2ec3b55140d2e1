"""The screens about revisions."""
