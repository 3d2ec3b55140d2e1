"""Goals as a whole: edited, removed, closed, opened again, handed over."""
