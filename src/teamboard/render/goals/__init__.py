"""Goals as text."""
