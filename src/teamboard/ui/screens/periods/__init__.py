"""The screens of periods."""
